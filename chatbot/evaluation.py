"""How good the answers are: cases asked of a bot, and what came of each.

Every question is asked once, with the threshold at 0, so that the best sentence is known even
where the bot would abstain; whether it would is told by the confidence.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from chatbot.bot import Bot, build_bot
from chatbot.cases import Case, CaseFile, Gold
from chatbot.config import Settings
from chatbot.errors import ChatbotError, QuestionError
from chatbot.measures import exact, f1
from chatbot.runs import Outcome, Run
from chatbot.types import Answer, Article, Hit, Passage, Turn

HITS = 20
"""Among how many hits of the retriever the right passage is looked for."""

WARM_UP = 3
"""How many questions are asked before time is taken."""


def evaluate(
    settings: Settings,
    file: CaseFile,
    leave_out: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Run:
    """Return what comes of the cases of `file`, asked in order about its articles.

    With `leave_out`, each answerable case whose article is known is asked once more with that
    article left out, where the right thing to do is to abstain. `on_progress` is called after each
    question with 1.

    Raises:
        SettingsError: the settings name an engine or a reader that there is not.
        ChatbotError: a question cannot be asked; the message names the case.
    """
    bot = _without_threshold(settings, file.articles)
    bot.prepare()
    for case in file.cases[:WARM_UP]:
        _asked(bot, case, case.history)
    threshold = settings.reader.threshold
    outcomes = []
    for outcome in _in_turn(bot, file.cases, threshold):
        outcomes.append(outcome)
        if on_progress:
            on_progress(1)
    # Of these bots no time is told, and suggestions would take more of it than the answers.
    suggestions = settings.suggestions.model_copy(update={"enabled": False})
    quiet = settings.model_copy(update={"suggestions": suggestions})
    for article, cases in left_out(file.cases).items() if leave_out else ():
        others = [other for other in file.articles if other.id != article]
        less = _without_threshold(quiet, others)
        for case in cases:
            answer, milliseconds = _asked(less, case, case.history)
            outcomes.append(_outcome(case, answer, [], threshold, milliseconds, left_out=True))
            if on_progress:
                on_progress(1)
    return Run(file.name, bot.reader_name, threshold, tuple(outcomes))


def left_out(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Return the cases that can be asked with their own article left out, by that article."""
    by_article: dict[str, list[Case]] = {}
    for case in cases:
        if case.gold and not case.abstains:
            by_article.setdefault(case.gold.article, []).append(case)
    return by_article


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


def _without_threshold(settings: Settings, articles: Sequence[Article]) -> Bot:
    reader = settings.reader.model_copy(update={"threshold": 0.0})
    return build_bot(settings.model_copy(update={"reader": reader}), articles)


def _in_turn(bot: Bot, cases: Iterable[Case], threshold: float) -> Iterator[Outcome]:
    """Yield what comes of each case, asked with the history that it has by then."""
    said: Sequence[Turn] = ()
    for case in cases:
        history = said if case.follows else case.history
        answer, milliseconds = _asked(bot, case, history)
        hits = bot.search(case.question, history, HITS) if case.gold else []
        outcome = _outcome(case, answer, hits, threshold, milliseconds, left_out=False)
        yield outcome
        said = (*history, Turn(case.question, outcome.quote if outcome.answered else None))


def _asked(bot: Bot, case: Case, history: Sequence[Turn]) -> tuple[Answer, float]:
    """Return the answer, and after how many milliseconds."""
    start = time.perf_counter()
    try:
        answer = bot.ask(case.question, history)
    except QuestionError as error:
        raise ChatbotError(f"question {case.id!r}: {error}") from error
    return answer, (time.perf_counter() - start) * 1000


def _outcome(
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
    cited = [gold is not None and is_right(passage, gold) for passage in answer.citations]
    ranks = (rank for rank, hit in enumerate(hits, 1) if gold and is_right(hit.passage, gold))
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
        rank=next(ranks, 0) if gold else None,
        passage=any(cited[:1]) if gold else None,
        cited=any(cited) if gold else None,
        sentence=_is_quoted(case, answer) if answerable and has_sentence else None,
        has_sentence=has_sentence,
        exact=highlight is not None and exact(highlight, shorts) if shorts else None,
        f1=(f1(highlight, shorts) if highlight is not None else 0.0) if shorts else None,
        milliseconds=milliseconds,
    )


def is_right(passage: Passage, gold: Gold) -> bool:
    """Tell whether `passage` has something of the right place, and there a gold answer.

    A paragraph may be joined with its neighbour in one passage, or split over several.
    """
    start, end = max(passage.start, gold.start), min(passage.end, gold.end)
    if passage.article != gold.article or start >= end:
        return False
    shared = passage.text[start - passage.start : end - passage.start]
    return not gold.answers or any(answer in shared for answer in gold.answers)


def _is_quoted(case: Case, answer: Answer) -> bool:
    """Tell whether the quote lies in the right place and holds a gold answer."""
    quote, gold = answer.quote, case.gold
    if not quote:
        return False
    if gold:
        inside = (
            quote.article == gold.article and gold.start <= quote.start <= quote.end <= gold.end
        )
        return inside and any(answer in quote.text for answer in gold.answers)
    words = " ".join(quote.text.split())
    return any(" ".join(wanted.split()) in words for wanted in case.contains)
