"""Analyses the passages of one article; an index is made from such analyses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot import config
from chatbot.conversation.abbreviations import Definition, defined
from chatbot.conversation.initials import initials
from chatbot.conversation.vocabulary import written
from chatbot.index import okapi
from chatbot.index.names import NameCollector
from chatbot.language import codes, text
from chatbot.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result for one article."""

    facts: dict[str, int]
    """How often each fact (a kind and words, joined by NUL) occurs in all its passages."""
    terms: list[dict[str, int]]
    """For each passage, how often each term occurs by which it is found.

    The count is 0 for a term that the text does not have: another spelling of a name, or the number
    of a version.
    """
    lengths: list[int]
    """The length of each passage in terms, as BM25 counts them."""
    pairs: list[dict[str, int]]
    """For each passage, its names of two words, joined by NUL."""
    initials: list[str]
    """The first letters of the words of each passage."""
    definitions: list[Definition]
    """The short forms that the text defines, with their long forms."""


def analyse(passages: Sequence[Passage], settings: config.RetrieverSettings) -> Analysis:
    """Return the analysis of the passages of one article.

    A passage is found by its own words, those of its heading, and those of its article's title and
    aliases. Words of headings and titles are counted `heading_weight` and `title_weight` times.
    """
    names = NameCollector()
    tongues: Counter[str] = Counter()
    own: list[list[str]] = []
    further: list[set[str]] = []
    pairs: list[dict[str, int]] = []
    for passage in passages:
        words = text.split(passage.text)  # only once, since this takes most of the time
        pairs.append({f"{one}\0{two}": 1 for one, two in names.note(passage, words)})
        tongue = primary(passage.lang)
        for word, number in Counter(word.text for word in words).items():
            tongues[f"tongue\0{tongue}\0{text.fold(word)}"] += number
        tongues[f"tongues\0{tongue}"] += len(words)
        own.append(_terms(passage, words, settings))
        further.append(_further_terms(passage, words))
    terms, lengths = okapi.term_frequencies(own) if own else ([], [])
    return Analysis(
        dict(tongues) | dict(names.facts()) | dict(_of_texts(passages)),
        [dict.fromkeys(more, 0) | counts for more, counts in zip(further, terms, strict=True)],
        lengths,
        pairs,
        [initials(passage.text) for passage in passages],
        [definition for passage in passages for definition in defined(passage.text)],
    )


def primary(lang: str) -> str:
    """Return the primary language of a tag: "pt" for "pt-BR"."""
    return lang.partition("-")[0].lower()


def called(article: Article) -> dict[str, int]:
    """Return the facts about the article itself: its whole title and aliases."""
    return {f"known\0{text.fold(name)}": 1 for name in (article.title, *article.aliases)}


def _of_texts(passages: Sequence[Passage]) -> Iterator[tuple[str, int]]:
    """Yield the facts that need whole texts: spellings, codes, titles and headings."""
    texts = [part for p in passages for part in (p.title, p.heading or "", p.text)]
    anywhere, inside = written(texts)
    yield from ((f"written\0{word}", number) for word, number in anywhere.items())
    yield from ((f"inside\0{word}", 1) for word in inside)
    keys, ranges = codes.of_passages(passages)
    yield from ((f"code\0{key}", 1) for key in keys)
    yield from ((f"range\0{first}\0{last}", 1) for first, last in ranges)
    above = {line for p in passages for line in (p.title, p.heading) if line}
    yield from ((f"above\0{line}", 1) for line in above)


def _terms(
    passage: Passage, words: Sequence[text.Word], settings: config.RetrieverSettings
) -> list[str]:
    """Return the terms by which a passage with these `words` is found."""
    title = text.terms(" ".join((passage.title, *passage.aliases)))
    heading = text.terms(passage.heading or "")
    own = text.terms_of(words)
    return own + heading * settings.heading_weight + title * settings.title_weight


def _further_terms(passage: Passage, words: Sequence[text.Word]) -> set[str]:
    """Return further terms by which a passage with these `words` is found.

    They are other spellings of its names, and terms that end with a digit in the headings and
    folders above it.
    """
    found = set(text.further_terms(passage.text, words))
    for part in (passage.title, *passage.aliases, passage.heading or ""):
        found.update(text.further_terms(part, text.split(part)))
    for line in (*passage.placed, *passage.above):
        around = text.split(line)
        terms = (*(word.term for word in around), *text.further_terms(line, around))
        found.update(term for term in terms if term[-1].isdigit())
    return found
