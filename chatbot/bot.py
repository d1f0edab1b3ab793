"""Where it all meets: articles in, and from then on questions in and answers out.

Pure: no file but what is shipped, no clock, no network. Same corpus, settings, question and
history, same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from chatbot import index, readers, retrievers
from chatbot.config import Settings
from chatbot.conversation import evidence, questions, short_forms, smalltalk
from chatbot.conversation.budget import Budget, Counted, Exhausted, recent
from chatbot.conversation.questions import Reading
from chatbot.conversation.short_forms import ShortForms
from chatbot.conversation.spelling import Speller
from chatbot.conversation.vocabulary import as_written
from chatbot.index import Index
from chatbot.index.records import Head
from chatbot.language import codes, text
from chatbot.language.codes import Code
from chatbot.links import Links
from chatbot.parts import parts
from chatbot.suggestions import Suggester
from chatbot.types import Answer, Article, Explanation, Hit, Part, Passage, Question, Turn

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

SUGGESTED = 3
"""How many questions are suggested at most."""


class Found(NamedTuple):
    """A question as it was understood, and what was found for it, best first."""

    question: Question
    hits: list[Hit]


class Bot:
    """Answers questions about the articles of an index with quotations from them."""

    def __init__(self, settings: Settings, index: Index) -> None:
        self.settings = settings
        self.articles: Mapping[str, Article] = index.articles
        self.passages: Sequence[Passage] = index.passages
        self.index = index.digest
        self._index = index
        self._retriever = retrievers.make(settings, index.passages, index.words)
        by_sense = self._retriever.by_sense
        self._encoded = (0, len(self.passages)) if by_sense else None
        self._reader = readers.make(settings, self._retriever)
        self._suggester = Suggester(index, self._answer)

    @property
    def reader_name(self) -> str:
        """Which reader reads: "sentence", "neural" or "deep"."""
        return self._reader.name

    @property
    def heads(self) -> Sequence[Head]:
        """What the articles are called and where they are, in their order."""
        return self._index.words.heads

    @property
    def languages(self) -> Counter[str]:
        """How many articles are in each language (BCP 47)."""
        return Counter(head.lang for head in self.heads)

    @property
    def encoded(self) -> tuple[int, int] | None:
        """How many passages can be found by their sense, and how many there are.

        None where the retriever goes by words alone.
        """
        return self._encoded

    def unencoded(self, vectors: Vectors) -> int:
        """Return how many passages have no vector there yet."""
        return vectors.new(self._index.words.senses or ())

    def encode(
        self, vectors: Vectors, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Find by sense as well from now on; questions are answered meanwhile.

        `on_progress` is called with how many passages are encoded and how many there are.
        """

        def note(done: int, of: int) -> None:
            self._encoded = (done, of)
            if on_progress:
                on_progress(done, of)

        self._retriever.encode(vectors, note)

    @property
    def starters(self) -> tuple[str, ...]:
        """Questions to begin with, in the language of most articles; none if turned off."""
        return self.starters_in(())

    def starters_in(self, langs: Sequence[str]) -> tuple[str, ...]:
        """Return questions to begin with, each of which the articles answer; none if turned off.

        In the first of the languages `langs` (BCP 47) that any article is in.
        """
        if not self.settings.suggestions.enabled:
            return ()
        return self._suggester.starters(SUGGESTED, langs=langs)

    def prepare(self) -> None:
        """Do beforehand what the first visitors would wait for; changes no answer."""
        if self.settings.suggestions.enabled:
            self._suggester.prepare()
        self._speller.correct("prepare")
        self._short_forms.exchanged(Question("prepare"))
        self._unknown_codes(Question("v1"))

    def ask(
        self,
        text: str,
        history: Sequence[Turn] = (),
        limit: int = 3,
        article: str | None = None,
        budget: Budget | None = None,
    ) -> Answer:
        """Return the answer to `text`, asked after the turns of `history`, oldest first.

        At most `limit` passages are cited, or shown as related where the bot abstains. `article`
        is the id of the article to prefer among equals. `budget` counts what it costs; a history
        that would cost more than it allows is not read.

        Raises:
            QuestionError: the question is empty or too long.
        """
        budget = budget or Budget()
        history = recent(history)
        said = self._small_talk(text)
        if said:
            answer = Answer(Question(" ".join(text.split())), "chat", message=said)
        else:
            try:
                answer = self._answer(text, history, limit, article, budget)
            except Exhausted:
                budget.is_last = True
                answer = self._answer(text, (), limit, article, budget)
        if not self.settings.suggestions.enabled:
            return answer
        asked = [text, *(turn.question for turn in history)]
        return replace(answer, suggestions=self._suggester.after(answer, asked, SUGGESTED))

    def _answer(
        self,
        text: str,
        history: Sequence[Turn] = (),
        limit: int = 3,
        article: str | None = None,
        budget: Budget | None = None,
    ) -> Answer:
        """Return the answer as `ask` does, but to a question only and without suggestions.

        Raises:
            Exhausted: its `history` costs too much.
        """
        budget = budget or Budget()
        number = max(limit, self._reader.hits)
        question, hits = self._understood(text, history, number, article, budget)
        if not self.passages:
            return self._abstained(Answer(question, "abstained", reason="empty_corpus"))
        answer = self._read(question, hits, limit, budget)
        other = self._short_forms.exchanged(question)
        guessed = None if other else self._short_forms.guessed(question)
        in_full = other or guessed
        if in_full:  # the surest reading wins
            read = self._read(*self._search(in_full, number, budget), limit, budget)
            fits = read.quote and (other or short_forms.speaks_of(read, question))
            return read if fits and read.confidence > answer.confidence else answer
        return answer

    def _understood(
        self,
        text: str,
        history: Sequence[Turn],
        limit: int,
        article: str | None = None,
        budget: Budget | None = None,
    ) -> Found:
        """Return the reading of `text` that has most evidence, with `limit` hits.

        A suggestion was seen to be answered by itself, so it is read by itself.
        """
        budget = budget or Budget()
        readings = self._readings(text, history, article, budget)
        own = self._search(readings[0].question, limit, budget)
        if len(readings) == 1 or self._is_offered(text, own.hits):
            return own
        found = [own, *(self._search(r.question, limit, budget) for r in readings[1:])]
        hits = [each.hits for each in found]
        seen = evidence.evidence(readings, hits, self._retriever.idf)
        return found[evidence.surest(seen)]

    def _is_offered(self, text: str, hits: Sequence[Hit]) -> bool:
        """Tell whether `text`, for which `hits` were found, is a suggestion."""
        if not hits or not self.settings.suggestions.enabled:
            return False
        return self._suggester.offers(text, hits[0].passage.article)

    def _search(self, question: Question, limit: int, budget: Budget) -> Found:
        """Return a question with at most `limit` hits, best first."""
        budget.search(len(question.reading.split()) + len(question.topic))
        return Found(question, self._retriever.search(question, limit))

    def _read(self, question: Question, hits: Sequence[Hit], limit: int, budget: Budget) -> Answer:
        """Return the answer to a question as it was understood, from what was found for it."""
        if questions.points_nowhere(question):
            answer = Answer(question, "abstained")
        elif self._unknown_codes(question):
            answer = Answer(question, "abstained", reason="low_confidence")
        else:
            hits_read = hits[: self._reader.hits]
            budget.read_passages(len(hits_read), words=len(question.reading.split()))
            answer = self._reader.read(question, hits_read)
        if answer.quote:
            cited = answer.citations[:limit]
            also = answer.also[: limit - len(cited)]
            return replace(answer, message=answer.quote.text, citations=cited, also=also)
        related = tuple(hit.passage for hit in hits[:limit])
        answer = replace(answer, related=related)
        if answer.reason == "low_confidence" and not self._shares_a_word(question):
            answer = replace(answer, reason="no_match")
        return self._abstained(answer)

    def _shares_a_word(self, question: Question) -> bool:
        """Tell whether any passage has a word of the question, or one that may stand for it."""
        terms = self._retriever.weights(question)
        return any(self._retriever.knows(term) or self._retriever.alike(term) for term in terms)

    def parts(self, article: Article, start: int, end: int) -> tuple[Part, ...]:
        """Return what `article.text[start:end]` is made of, with links that lead somewhere."""
        return parts(article, start, end, self._links.address)

    def explain(self, text: str, limit: int = 5) -> list[Explanation]:
        """Return the `limit` likeliest sentences for `text`, best first, each with its reasons.

        Raises:
            QuestionError: the question is empty or too long.
        """
        question, hits = self._understood(text, (), self._reader.hits)
        return self._reader.explain(question, hits, limit)

    def search(self, text: str, history: Sequence[Turn] = (), limit: int = 3) -> list[Hit]:
        """Return the passages found for `text`, best first, before any of them is read.

        Raises:
            QuestionError: the question is empty or too long.
        """
        return self._understood(text, history, max(limit, evidence.HITS)).hits[:limit]

    def _readings(
        self, typed: str, history: Sequence[Turn], article: str | None, budget: Budget
    ) -> Sequence[Reading]:
        """Return the ways to read what was typed, with what was misspelt put right.

        The words of the newest turns are corrected first.
        """
        meant = self._corrected(typed, budget)
        turns = [turn for turn in recent(history) if not self._small_talk(turn.question)]
        corrected = [
            replace(turn, question=self._corrected(turn.question, budget) or turn.question)
            for turn in reversed(turns)
        ][::-1]
        index = Counted(self._retriever, budget)
        readings = questions.understand(meant or typed, corrected, article, index)
        if meant is None:
            return readings
        # Of "base ball" the articles may have "base": what was typed is searched all the same.
        own = text.terms(meant)
        parts = (word for word in text.split(typed) if word.term not in own)
        known = tuple((part.text, 1.0) for part in parts if self._retriever.knows(part.term))
        return [
            replace(reading, question=_as_typed(reading.question, typed, known))
            for reading in readings
        ]

    def _corrected(self, typed: str, budget: Budget) -> str | None:
        """Return what was typed spelt right; None if it is, or would then be too long to ask."""
        if len(typed) > questions.MAX_LENGTH:
            return None
        meant = self._speller.correct(typed, budget)
        return meant if meant and len(meant) <= questions.MAX_LENGTH else None

    @cached_property
    def _links(self) -> Links:
        return Links(self.heads)

    @cached_property
    def _speller(self) -> Speller:
        facts = self._index.words.facts
        words = as_written(facts.items("written"), facts.of_kind("inside"))
        groups = [group.split() for group in self.settings.synonyms.groups]
        return Speller(words, self._retriever.knows, groups)

    def _small_talk(self, message: str) -> str:
        """Return what to say to `message` if it is small talk, and not what an article is about."""
        kind = smalltalk.recognise(message)
        bare = text.fold(message).strip(" ?!.")
        if kind is None or self._index.words.facts.count("known", bare):
            return ""
        return str(getattr(self.settings.smalltalk, kind))

    def _abstained(self, answer: Answer) -> Answer:
        """Return `answer` with what to say instead, and the words that no article has."""
        messages = self.settings.messages
        if answer.reason == "empty_corpus":
            return replace(answer, message=messages.empty_corpus)
        if questions.is_open(answer.question):
            answer = replace(answer, reason="ambiguous", message=messages.ambiguous)
        else:
            answer = replace(answer, message=messages.abstained)
        return replace(answer, unknown_words=self._unknown_words(answer.question))

    def _unknown_words(self, question: Question) -> tuple[str, ...]:
        """Return the words of the visitor, as typed, each once, that no article has."""
        codes = self._unknown_codes(question)
        unknown = {code.start: code.text for code in codes}
        for word in text.split(question.text):
            is_part = any(code.start <= word.start < code.end for code in codes)
            if not (is_part or word.is_function or self._retriever.knows(word.term)):
                unknown[word.start] = word.text
        return tuple(dict.fromkeys(unknown[start] for start in sorted(unknown)))

    def _unknown_codes(self, question: Question) -> list[Code]:
        """Return the versions, years and codes that `question` names and no article has."""
        named = [code for code in codes.named(question.text) if code.is_sure]
        return [code for code in named if not self._codes.has(code)] if named else []

    @cached_property
    def _short_forms(self) -> ShortForms:
        """What short forms stand for, by the articles."""
        found, letters = self._index.definitions(), self._index.letters
        return ShortForms(self.passages, (), self._retriever.knows, found, letters)

    @cached_property
    def _codes(self) -> codes.Held:
        """What the articles have of codes."""
        facts = self._index.words.facts
        ranges = (words.split("\0") for words, _ in facts.items("range"))
        numbers = frozenset((int(first), int(last)) for first, last in ranges)
        return codes.Held(facts.of_kind("code"), numbers)


def build_bot(
    settings: Settings,
    articles: Sequence[Article],
    vectors: Vectors | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Bot:
    """Return a bot that answers from `articles`, ready: its passages are encoded.

    `vectors` are where those come from that are known already; `on_progress` is called as
    `Bot.encode` does.

    Raises:
        SettingsError: the settings name an engine or a reader that there is not.
        ModelError: a network's files are missing or damaged.
    """
    bot = Bot(settings, index.build(settings, articles))
    vectors = vectors or retrievers.vectors(settings)
    if vectors:
        bot.encode(vectors, on_progress)
    return bot


def _as_typed(question: Question, typed: str, known: tuple[tuple[str, float], ...]) -> Question:
    """Return a question as the correction of what was `typed`, of which `known` are words too."""
    return replace(
        question,
        typed=" ".join(typed.split()),
        understood_as=question.reading,
        context=question.context + known,
    )


def as_turn(question: str, answer: Answer) -> Turn:
    """Return what is remembered of `answer`, given to `question`."""
    quote = answer.quote
    if not quote:
        return Turn(question)
    return Turn(question, quote.text, quote.highlight.text if quote.highlight else None)
