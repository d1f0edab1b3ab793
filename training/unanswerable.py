"""Turns a question that a passage answers into one that it does not, by changing a word of it.

    "Who led the army in 1812?" -> "Who led the army in 1815?", "Who didn't lead the army in 1812?"
    "Who built Fresno's zoo?", asked of Warsaw -> "Who built Warsaw's zoo?"
    "Who directed Anora?" -> "Who composed Anora?"

The kinds are those that Rajpurkar et al. 2018 ("Know What You Don't Know", table 1) found people to
write: a negation, an opposite, a name or a figure or a thing exchanged. What takes a word's place
stands in the same article, so that the question still looks as if the passage answered it. Now and
then the passage answers the changed question too; no rule is sure to see that.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]*(?: [A-Z][\w'-]*)*\b")
_FIGURE = re.compile(r"\b\d[\d,.]*\b(?<![,.])")
_IN_NAME = re.compile(r" [A-Z][\w'-]* $")  # what stands before the rest of a longer name
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

Change = tuple[int, int, str]  # characters of the question, and what takes their place


def unanswerable(question: str, article: str, near: str, rng: random.Random) -> str | None:
    """The question with one thing changed; None where nothing in it can be.

    `article` is the text from which a name, a figure or a word is taken; `near`, the sentence that
    answers the question, is where it is not taken from.
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
    """One of `questions` about another title, each with its own, asked about this `title` instead.

    That is what visitors do ask in vain: of the subject, but not what the text says of it. The one
    is taken that has the most long words in common with `passage`, but at most half of its own,
    lest the passage answers it. None where none has any.
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
    """The question with what it asks for exchanged: "Who composed ...?" for "Who directed ...?".

    What a question asks for is its first long word behind the question word. Another's takes its
    place if it begins with the same question word, its own has the same ending, and the passage
    has no word like it. None where none of `others` is so.
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
    """Where the sentence with the answer begins and ends, as far as full stops tell."""
    end = text.find(". ", answer[1])
    return text.rfind(". ", 0, answer[0]) + 1, end + 1 if end >= 0 else len(text)


def _negated(question: str, article: str, near: str, rng: random.Random) -> Iterator[Change]:
    """The first auxiliary verb and a "not"."""
    found = _AUXILIARY.search(question)
    if found and "not" not in question and "n't" not in question:
        verb = found[0]
        no = "n't" if rng.random() < 0.6 else " not"
        yield *found.span(), "can't" if verb == "can" and no == "n't" else verb + no


def _opposite(question: str, article: str, near: str, rng: random.Random) -> Iterator[Change]:
    """Each word that has an opposite."""
    for found in _OPPOSED.finditer(question):
        yield *found.span(), _OPPOSITE[found[0]]


def _other(
    kind: re.Pattern[str],
) -> Callable[[str, str, str, random.Random], Iterator[Change]]:
    """Names, figures or words, each exchanged for one of its kind and form."""

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
    """What two words must have in common to stand for each other: a count of digits, an ending.

    Words without one of the common endings all count as alike.
    """
    if kind is _WORD:
        return word[-3:] if word[-2:] in {"ed", "ng", "ly", "al", "er", "ty"} else None
    if kind is _FIGURE:
        return len(word)
    return None
