"""What is learnt of one article from its passages: all that an index is put together from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot import config
from chatbot.conversation.abbreviations import Definition, defined
from chatbot.conversation.initials import initials
from chatbot.conversation.spelling import written
from chatbot.index import okapi
from chatbot.index.names import Names
from chatbot.language import codes, text
from chatbot.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is learnt of one article."""

    facts: dict[str, int]
    """What comes how often, all passages taken together: a kind and words, joined by NUL."""
    terms: list[dict[str, int]]
    """Of each passage the terms that it is found by, each with how often it comes.

    0 times comes what is not written there: another way to write a name, the number of a version.
    """
    lengths: list[int]
    """How many terms each passage has, as BM25 counts them."""
    pairs: list[dict[str, int]]
    """Of each passage the names of two words, these joined by NUL."""
    initials: list[str]
    """The first letters of the words of each passage."""
    definitions: list[Definition]
    """What the text says that short forms stand for."""


def analyse(passages: Sequence[Passage], settings: config.Retriever) -> Analysis:
    """Return what is learnt from the passages of one article.

    A passage is searched by its own words, those of its heading, and those of its article's title
    and aliases, the latter as often as `title_weight` and `heading_weight` say.
    """
    names = Names()
    tongues: Counter[str] = Counter()
    own: list[list[str]] = []
    further: list[set[str]] = []
    pairs: list[dict[str, int]] = []
    for passage in passages:
        words = text.split(passage.text)  # once for all: this takes the most time
        pairs.append({f"{one}\0{two}": 1 for one, two in names.note(passage, words)})
        tongue = primary(passage.lang)
        for written, number in Counter(word.text for word in words).items():
            tongues[f"tongue\0{tongue}\0{text.fold(written)}"] += number
        tongues[f"tongues\0{tongue}"] += len(words)
        own.append(_terms(passage, words, settings))
        further.append(_further_terms(passage, words))
    terms, lengths = okapi.counted(own) if own else ([], [])
    return Analysis(
        dict(tongues) | dict(names.facts()) | dict(_of_texts(passages)),
        [dict.fromkeys(more, 0) | counts for more, counts in zip(further, terms, strict=True)],
        lengths,
        pairs,
        [initials(passage.text) for passage in passages],
        [definition for passage in passages for definition in defined(passage.text)],
    )


def primary(lang: str) -> str:
    """Return the language of a tag: "pt-BR" is "pt"."""
    return lang.partition("-")[0].lower()


def called(article: Article) -> dict[str, int]:
    """Return the facts that an article itself tells: what it is called, in full."""
    return {f"known\0{text.fold(name)}": 1 for name in (article.title, *article.aliases)}


def _of_texts(passages: Sequence[Passage]) -> Iterator[tuple[str, int]]:
    """Yield the facts that need no words: spellings, codes, and what stands above a text."""
    texts = [part for p in passages for part in (p.title, p.heading or "", p.text)]
    anywhere, inside = written(texts)
    yield from ((f"written\0{word}", number) for word, number in anywhere.items())
    yield from ((f"inside\0{word}", 1) for word in inside)
    keys, ranges = codes.of_passages(passages)
    yield from ((f"code\0{key}", 1) for key in keys)
    yield from ((f"range\0{first}\0{last}", 1) for first, last in ranges)
    above = {line for p in passages for line in (p.title, p.heading) if line}
    yield from ((f"above\0{line}", 1) for line in above)


def _terms(passage: Passage, words: Sequence[text.Word], settings: config.Retriever) -> list[str]:
    """Return the terms a passage is searched by, which has these `words`."""
    title = text.terms(" ".join((passage.title, *passage.aliases)))
    heading = text.terms(passage.heading or "")
    own = text.terms_of(words)
    return own + heading * settings.heading_weight + title * settings.title_weight


def _further_terms(passage: Passage, words: Sequence[text.Word]) -> set[str]:
    """Return the terms that a passage with these `words` is found by besides those of its words.

    Other ways to write its names, and what has a digit of all that it stands in.
    """
    found = set(text.further_terms(passage.text, words))
    for part in (passage.title, *passage.aliases, passage.heading or ""):
        found.update(text.further_terms(part, text.split(part)))
    for line in (*passage.placed, *passage.above):
        around = text.split(line)
        terms = (*(word.term for word in around), *text.further_terms(line, around))
        found.update(term for term in terms if term[-1].isdigit())
    return found
