"""How good the answers are: cases asked of a bot, and what came of each.

Every question is asked with the threshold at 0, so that the best sentence is known even where the
bot would abstain; whether it would is told by the confidence.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot import retrievers
from chatbot.bot import Bot, build_bot
from chatbot.config import Settings
from chatbot.errors import ChatbotError, QuestionError
from chatbot.evaluation.cases import Case, CaseFile, Gold
from chatbot.evaluation.measures import exact, f1
from chatbot.evaluation.runs import Outcome, Run
from chatbot.types import Answer, Article, Hit, Passage, Turn

if TYPE_CHECKING:
    from chatbot.encoder.vectors import Vectors

HITS = 20
"""Among how many hits of the retriever the right passage is looked for."""

WARM_UP = 3
"""How many questions are asked before time is taken."""


def evaluate(
    settings: Settings,
    file: CaseFile,
    leave_out: bool = False,
    distract: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Run:
    """Return what comes of the cases of `file`, asked in order about its articles.

    With `leave_out`, each answerable case whose article is known is asked once more with that
    article left out, where the right thing to do is to abstain. With `distract`, each that stands
    alone is asked once more after two about another article. `on_progress` is called with 1 for
    each outcome.

    Raises:
        SettingsError: the settings name an engine or a reader that there is not.
        ChatbotError: a question cannot be asked; the message names the case.
    """
    vectors = retrievers.vectors(settings)
    bot = _without_threshold(settings, file.articles, vectors)
    bot.prepare()
    for case in file.cases[:WARM_UP]:
        _asked(bot, case, case.history)
    threshold = settings.reader.threshold
    distracting = distractions(file.cases) if distract else {}
    outcomes = []
    for outcome in _in_turn(bot, file.cases, threshold, distracting):
        outcomes.append(outcome)
        if on_progress:
            on_progress(1)
    # Of these bots no time is told, and suggestions would take more of it than the answers.
    suggestions = settings.suggestions.model_copy(update={"enabled": False})
    quiet = settings.model_copy(update={"suggestions": suggestions})
    for article, cases in by_article(file.cases).items() if leave_out else ():
        others = [other for other in file.articles if other.id != article]
        less = _without_threshold(quiet, others, vectors)
        for case in cases:
            answer, milliseconds = _asked(less, case, case.history)
            outcomes.append(
                _outcome(less, case, answer, [], threshold, milliseconds, left_out=True)
            )
            if on_progress:
                on_progress(1)
    return Run(file.name, bot.reader_name, threshold, tuple(outcomes))


def by_article(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Return the answerable cases whose article is known, by that article."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.gold and not case.abstains:
            found.setdefault(case.gold.article, []).append(case)
    return found


def distractions(cases: Iterable[Case], seed: int = 0) -> dict[str, tuple[Turn, ...]]:
    """Return two questions about another article for each case that stands alone, by its id.

    They are drawn at random, always the same ones: the article first, so that one with many
    questions does not come more often. Their answers are not told, as in CANARD's histories.
    """
    alone = by_article(case for case in cases if not (case.history or case.follows))
    draw = random.Random(seed)
    drawn: dict[str, tuple[Turn, ...]] = {}
    for article, asked in alone.items():
        others = [found for other, found in alone.items() if other != article and len(found) > 1]
        for case in asked if others else ():
            two = draw.sample(draw.choice(others), 2)
            drawn[case.id] = tuple(Turn(other.question) for other in two)
    return drawn


def sampled(cases: Sequence[Case], number: int, seed: int = 0) -> list[Case]:
    """Return `number` cases drawn at random, in their order, always the same ones.

    A conversation is drawn as a whole, so that there may be a few more.
    """
    runs: list[list[int]] = []
    for place, case in enumerate(cases):
        if case.follows:
            runs[-1].append(place)
        else:
            runs.append([place])
    random.Random(seed).shuffle(runs)
    drawn: list[int] = []
    for run in runs:
        if len(drawn) < number:
            drawn += run
    return [cases[place] for place in sorted(drawn)]


def _without_threshold(
    settings: Settings, articles: Sequence[Article], vectors: Vectors | None
) -> Bot:
    reader = settings.reader.model_copy(update={"threshold": 0.0})
    return build_bot(settings.model_copy(update={"reader": reader}), articles, vectors)


def _in_turn(
    bot: Bot, cases: Iterable[Case], threshold: float, distracting: Mapping[str, Sequence[Turn]]
) -> Iterator[Outcome]:
    """Yield what comes of each case, asked with the history that it has by then.

    Where there are other histories, it is asked after these too: its own without title and section,
    and what is `distracting` by its id.
    """
    said: Sequence[Turn] = ()
    for case in cases:
        history = said if case.follows else case.history
        answer, milliseconds = _asked(bot, case, history)
        hits = bot.search(case.question, history, HITS) if case.gold else []
        outcome = _outcome(bot, case, answer, hits, threshold, milliseconds, left_out=False)
        untitled = bot.search(case.question, case.untitled, HITS) if case.untitled else []
        undistracted = None
        if case.id in distracting:
            again, _ = _asked(bot, case, distracting[case.id])
            undistracted = _given(again, threshold) == _given(answer, threshold)
        yield replace(
            outcome,
            own_rank=_rank(hits, case.own),
            untitled_rank=_rank(untitled, case.gold if case.untitled else None),
            untitled_own_rank=_rank(untitled, case.own if case.untitled else None),
            undistracted=undistracted,
        )
        told = (outcome.quote, outcome.highlight) if outcome.answered else ()
        said = (*history, Turn(case.question, *told))


def _asked(bot: Bot, case: Case, history: Sequence[Turn]) -> tuple[Answer, float]:
    """Return the answer, and after how many milliseconds."""
    start = time.perf_counter()
    try:
        answer = bot.ask(case.question, history)
    except QuestionError as error:
        raise ChatbotError(f"question {case.id!r}: {error}") from error
    return answer, (time.perf_counter() - start) * 1000


def _outcome(
    bot: Bot,
    case: Case,
    answer: Answer,
    hits: Sequence[Hit],
    threshold: float,
    milliseconds: float,
    left_out: bool,
) -> Outcome:
    """Return what to make of `answer`: what of it is right, as far as the case tells."""
    quote = answer.quote
    highlight = quote.highlight.text if quote and quote.highlight else None
    answerable = not (case.abstains or left_out)
    gold = case.gold if answerable else None
    shorts = (gold.answers if gold else case.short) if answerable else ()
    has_sentence = not case.gold or bool(case.gold.answers)
    passages = (*answer.citations, *(also.passage for also in answer.also))
    cited = [gold is not None and is_right(passage, gold) for passage in passages]
    return Outcome(
        id=case.id,
        question=case.question,
        group=case.group or case.id,
        left_out=left_out,
        answerable=answerable,
        answered=quote is not None and answer.confidence >= threshold,
        confidence=answer.confidence,
        quote=quote.text if quote else None,
        highlight=highlight,
        rank=_rank(hits, gold),
        passage=any(cited[:1]) if gold else None,
        cited=any(cited) if gold else None,
        sentence=_is_quoted(bot, case, answer) if answerable and has_sentence else None,
        has_sentence=has_sentence,
        exact=highlight is not None and exact(highlight, shorts) if shorts else None,
        f1=(f1(highlight, shorts) if highlight is not None else 0.0) if shorts else None,
        milliseconds=milliseconds,
    )


def _given(answer: Answer, threshold: float) -> tuple[str, int, int] | None:
    """Return which stretch of which article a visitor is given, None where the bot abstains."""
    quote = answer.quote
    if not quote or answer.confidence < threshold:
        return None
    return quote.article, quote.start, quote.end


def _rank(hits: Sequence[Hit], gold: Gold | None) -> int | None:
    """Return the place of the first right passage, from 1; 0: none is; None: none can be."""
    if not gold:
        return None
    return next((rank for rank, hit in enumerate(hits, 1) if is_right(hit.passage, gold)), 0)


def is_right(passage: Passage, gold: Gold) -> bool:
    """Tell whether `passage` has something of the right place, and there a gold answer.

    A paragraph may be joined with its neighbour in one passage, or split over several.
    """
    start, end = max(passage.start, gold.start), min(passage.end, gold.end)
    if passage.article != gold.article or start >= end:
        return False
    shared = passage.text[start - passage.start : end - passage.start]
    return not gold.answers or any(answer in shared for answer in gold.answers)


def _is_quoted(bot: Bot, case: Case, answer: Answer) -> bool:
    """Tell whether the quote lies in the right place and holds a gold answer.

    What its links lead to is told with it: who asks for the form is answered by "here".
    """
    quote, gold = answer.quote, case.gold
    if not quote:
        return False
    if gold:
        inside = (
            quote.article == gold.article and gold.start <= quote.start <= quote.end <= gold.end
        )
        return inside and any(answer in quote.text for answer in gold.answers)
    parts = bot.parts(bot.articles[quote.article], quote.start, quote.end)
    addresses = [link.url for part in parts for link in part.links]
    words = " ".join([*quote.text.split(), *addresses])
    return any(" ".join(wanted.split()) in words for wanted in case.contains)
