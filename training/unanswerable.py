"""Changes a word of a question, so that the passage no longer answers it.

    "Who led the army in 1812?" -> "Who led the army in 1815?", "Who didn't lead the army in 1812?"
    "Who built Fresno's zoo?", moved to Warsaw -> "Who built Warsaw's zoo?"
    "Who directed Anora?" -> "Who composed Anora?"

The kinds of change are those that people made (Rajpurkar et al. 2018, "Know What You Don't Know",
table 1): a negation, an opposite, or another name, number or thing. The new word is from the same
article, so that the passage still seems to answer the question. Sometimes the passage does answer
the changed question; no rule can surely recognise that.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]*(?: [A-Z][\w'-]*)*\b")
_FIGURE = re.compile(r"\b\d[\d,.]*\b(?<![,.])")
_IN_NAME = re.compile(r" [A-Z][\w'-]* $")  # the beginning of a longer name
_WORD = re.compile(r"\b[a-z]{5,}\b")
_AUXILIARY = re.compile(r"\b(is|are|was|were|did|does|do|has|have|had|can|could|would|should)\b")
_OPPOSITES = """
first last, before after, more less, most least, largest smallest, larger smaller, big small,
highest lowest, higher lower, high low, early late, earlier later, earliest latest, old new,
oldest newest, north south, east west, northern southern, eastern western, begin end, began ended,
start stop, started stopped, increase decrease, increased decreased, rise fall, rose fell, win lose,
won lost, gain loss, best worst, better worse, major minor, majority minority, strong weak,
long short, longest shortest, maximum minimum, accept reject, accepted rejected, allow forbid,
allowed forbidden, support oppose, supported opposed, include exclude, included excluded,
import export, buy sell, bought sold, positive negative, public private, male female, king queen,
father mother, son daughter, brother sister, husband wife, men women, arrive leave, arrived left,
enter leave, entered left, common rare, always never, with without, above below,
inside outside, upper lower, front back, love hate, success failure, succeed fail,
succeeded failed, join leave, joined left, open close, opened closed, cause prevent,
caused prevented, attack defend, attacked defended, simple complex, ancient modern
"""
_OPPOSITE: dict[str, str] = {}
for _pair in _OPPOSITES.replace("\n", " ").split(","):
    _one, _two = _pair.split()
    _OPPOSITE.setdefault(_one, _two)
    _OPPOSITE.setdefault(_two, _one)
_OPPOSED = re.compile(rf"\b({'|'.join(_OPPOSITE)})\b")

Change = tuple[int, int, str]  # start and end in the question, and the replacement


def unanswerable(question: str, article: str, near: str, rng: random.Random) -> str | None:
    """Return the question with one word changed; None if no word can be changed.

    A name, number or word is taken from the text `article`, but not from `near`, the sentence that
    answers the question.
    """
    ways = [_negated, _opposite, _other(_NAME), _other(_FIGURE), _other(_WORD)]
    rng.shuffle(ways)
    for way in ways:
        changes = list(way(question, article, near, rng))
        if changes:
            start, stop, word = rng.choice(changes)
            return question[:start] + word + question[stop:]
    return None


def moved(questions: Sequence[tuple[str, str]], title: str, passage: str) -> str | None:
    """Return one of `questions` (each with its title), moved to this `title`.

    Visitors ask such questions: they are about the subject, but the text does not answer them. The
    question that shares most long words with `passage` is taken. At most half of its long words may
    be in the passage, or the passage may answer it. None if no question fits.
    """
    best, most = None, 0.0
    for question, its_title in questions:
        found = re.search(rf"(?<!\w){re.escape(its_title)}(?!\w| [A-Z])", question)
        if not found or its_title == title or _IN_NAME.search(question[: found.start()]):
            continue
        words = set(_WORD.findall(question.replace(its_title, "")))
        share = sum(word in passage for word in words) / len(words) if words else 0.0
        if most < share <= 0.5:
            best, most = question.replace(its_title, title), share
    return best


def asked_otherwise(question: str, others: Sequence[str], passage: str) -> str | None:
    """Return the question with another thing asked: "Who composed ...?" for "Who directed ...?".

    A question asks for its first long word after the question word. It is replaced by that of
    another question with the same question word, if the word has the same ending and the passage
    has no similar word. None if no question in `others` fits.
    """
    opening = question.split(maxsplit=1)[0].lower() if question.strip() else ""
    own = _WORD.search(question, len(opening))
    if not own:
        return None
    for other in others:
        if other.split(maxsplit=1)[0].lower() != opening:
            continue
        word = _WORD.search(other, len(opening))
        if (
            word
            and _form(word[0], _WORD) == _form(own[0], _WORD)
            and word[0][:5] not in passage.lower()
            and word[0] not in question
        ):
            return question[: own.start()] + word[0] + question[own.end() :]
    return None


def sentence_around(text: str, answer: tuple[int, int]) -> tuple[int, int]:
    """Return the start and end of the sentence with the answer, judged by full stops."""
    end = text.find(". ", answer[1])
    return text.rfind(". ", 0, answer[0]) + 1, end + 1 if end >= 0 else len(text)


def _negated(question: str, article: str, near: str, rng: random.Random) -> Iterator[Change]:
    """Yield a "not" after the first auxiliary verb."""
    found = _AUXILIARY.search(question)
    if found and "not" not in question and "n't" not in question:
        verb = found[0]
        no = "n't" if rng.random() < 0.6 else " not"
        yield *found.span(), "can't" if verb == "can" and no == "n't" else verb + no


def _opposite(question: str, article: str, near: str, rng: random.Random) -> Iterator[Change]:
    """Yield the opposite of each word that has one."""
    for found in _OPPOSED.finditer(question):
        yield *found.span(), _OPPOSITE[found[0]]


def _other(
    kind: re.Pattern[str],
) -> Callable[[str, str, str, random.Random], Iterator[Change]]:
    """Return a function that replaces names, numbers or words with others of the same form."""

    def way(question: str, article: str, near: str, rng: random.Random) -> Iterator[Change]:
        there = sorted({found[0] for found in kind.finditer(article)})
        taken = f"{question} {near}".lower()
        free = [word for word in there if word.lower() not in taken]
        for found in kind.finditer(question):
            like = [word for word in free if _form(word, kind) == _form(found[0], kind)]
            if like and (kind is not _WORD or found[0] in article):
                yield *found.span(), rng.choice(like)

    return way


def _form(word: str, kind: re.Pattern[str]) -> object:
    """Return the form that two words must share to replace each other: number of digits, ending.

    All words without one of the common endings have the same form.
    """
    if kind is _WORD:
        return word[-3:] if word[-2:] in {"ed", "ng", "ly", "al", "er", "ty"} else None
    if kind is _FIGURE:
        return len(word)
    return None
