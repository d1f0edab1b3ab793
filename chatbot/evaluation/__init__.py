"""Measures how good the answers are: asks a bot the questions of a file and judges each answer.

Every question is asked with a threshold of 0, so that the best sentence is known even if the bot
would abstain. Then the confidence is compared with the real threshold, to decide whether it would.
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
"""The right passage is searched among this many hits."""

WARM_UP = 3
"""This many questions are asked before the time is measured."""


def evaluate(
    settings: Settings,
    file: CaseFile,
    leave_out: bool = False,
    distract: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Run:
    """Ask the questions of `file` about its articles, in order, and return an outcome for each.

    With `leave_out`, each answerable question whose article is known is asked again without that
    article; then only abstaining is right. With `distract`, each question that is not a follow-up
    is asked again after two questions about another article. `on_progress` is called with 1 after
    each outcome.

    Raises:
        SettingsError: the settings name an engine or a reader that does not exist.
        ChatbotError: a question is empty or too long; the message names the case.
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
    # The times of these bots are not reported, and suggestions take longer than the answers.
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
    """Return the answerable cases whose article is known, by the id of that article."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.gold and not case.abstains:
            found.setdefault(case.gold.article, []).append(case)
    return found


def distractions(cases: Iterable[Case], seed: int = 0) -> dict[str, tuple[Turn, ...]]:
    """Return two questions about another article for each case that is not a follow-up, by its id.

    They are random, but always the same. The article is chosen first, so that articles with many
    questions are not chosen more often. The turns have no answers.
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
    """Return `number` random cases, always the same ones, in order.

    Conversations are not split, so there may be a few more.
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
    """Ask each case with its history, and yield the outcome.

    If `distracting` has a history for its id, the case is also asked after that.
    """
    said: Sequence[Turn] = ()
    for case in cases:
        history = said if case.follows else case.history
        answer, milliseconds = _asked(bot, case, history)
        hits = bot.search(case.question, history, HITS) if case.gold else []
        outcome = _outcome(bot, case, answer, hits, threshold, milliseconds, left_out=False)
        if case.id in distracting:
            again, _ = _asked(bot, case, distracting[case.id])
            same = _given(again, threshold) == _given(answer, threshold)
            outcome = replace(outcome, undistracted=same)
        yield outcome
        given = (outcome.quote, outcome.highlight) if outcome.answered else ()
        said = (*history, Turn(case.question, *given))


def _asked(bot: Bot, case: Case, history: Sequence[Turn]) -> tuple[Answer, float]:
    """Return the answer, and how many milliseconds it took."""
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
    """Judge `answer`: return which parts of it are right, as far as the case says what is right."""
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
        rank=rank_of(gold, hits) if gold else None,
        passage=any(cited[:1]) if gold else None,
        cited=any(cited) if gold else None,
        sentence=_is_quoted(bot, case, answer) if answerable and has_sentence else None,
        has_sentence=has_sentence,
        exact=highlight is not None and exact(highlight, shorts) if shorts else None,
        f1=(f1(highlight, shorts) if highlight is not None else 0.0) if shorts else None,
        milliseconds=milliseconds,
    )


def _given(answer: Answer, threshold: float) -> tuple[str, int, int] | None:
    """Return article, start and end of the quote that a visitor gets; None if the bot abstains."""
    quote = answer.quote
    if not quote or answer.confidence < threshold:
        return None
    return quote.article, quote.start, quote.end


def rank_of(gold: Gold, hits: Sequence[Hit]) -> int:
    """Return the rank of the first right passage, from 1; 0 if none is right."""
    return next((rank for rank, hit in enumerate(hits, 1) if is_right(hit.passage, gold)), 0)


def is_right(passage: Passage, gold: Gold) -> bool:
    """Return whether `passage` overlaps the right place and has a gold answer there.

    A passage may have several paragraphs or only part of one, so the two need not be equal.
    """
    start, end = max(passage.start, gold.start), min(passage.end, gold.end)
    if passage.article != gold.article or start >= end:
        return False
    shared = passage.between(start, end)
    return not gold.answers or any(answer in shared for answer in gold.answers)


def _is_quoted(bot: Bot, case: Case, answer: Answer) -> bool:
    """Return whether the quote lies in the right place and contains a gold answer.

    The addresses of its links count as part of it, so the link "here" can answer "Where is it?".
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
