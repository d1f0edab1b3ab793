"""Splits text into sentences with nltk's Punkt and a list of abbreviations, without data files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from chatbot.language.words import MONTH_ABBREVIATIONS, PERSON_TITLES, SENTENCE_STARTERS, either

ABBREVIATIONS = (
    PERSON_TITLES
    | MONTH_ABBREVIATIONS
    | frozenset(
        """
        sr jr esq cpl messrs mme mlle fr hr
        no nos nr vol pp p fig figs eq ch sec art para ed eds trans repr vs v cf al approx ca c est
        e.g i.e a.m p.m viz etc resp incl
        inc ltd co corp bros dept univ assn assoc
        mon tue tues wed thu thur thurs fri sat sun
        u.s u.k u.n e.u u.s.a d.c n.y l.a ph.d m.d b.a m.a b.sc m.sc ll.b j.d
        ave blvd rd mt ft sq tel ext min max avg temp
        b d r fl
        """.split()
    )
)
"""Abbreviations, in lower case and without their last full stop."""

# Punkt knows only straight quotation marks. Each mark becomes one character, so offsets stay right.
_STRAIGHT = str.maketrans("“”„«»‘’", '"""""\'\'')
# After one of these, a capital or a digit continues the sentence: "No. 5", "Dr. Who".
_LEADS_ON = re.compile(
    r"\b(?:[Nn]os?|[Vv]ols?|pp?|[Ff]igs?|Eq|Ch|Sec|Art|ca?|approx|Mt|Ft|vs?|e\.g|i\.e"
    rf"|{either(map(str.capitalize, PERSON_TITLES))})\.[\"')\]]*$"
)
_LOWER_CASE = re.compile(r"[\"'(\[]*[a-z]")
QUESTION_MARKS = ("?", "？", "؟")
LONGEST = 2_000
"""The most characters in a sentence; code, or a transcript without full stops, is cut.

The longest of the 7,756 sentences in `newwiki.json` (`training/README.md`) has 1,991 characters.
"""
_AROUND = 20
"""How many characters around a full stop decide whether the sentence continues."""


def _tokenizer() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    parameters.sent_starters = set(SENTENCE_STARTERS)
    return PunktSentenceTokenizer(parameters)


_punkt = _tokenizer()


def spans(text: str) -> list[tuple[int, int]]:
    """Return `(start, end)` of each sentence of `text`, in order, without the space around it.

    Together they cover all of `text` except white space. A blank line ends a sentence. A single
    line break does not, unless the sentence would be longer than `LONGEST`.
    """
    found: list[tuple[int, int]] = []
    # A list, not a generator: nltk limits its time and would count the time between two items.
    for start, end in list(_punkt.span_tokenize(text.translate(_STRAIGHT))):
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        if found and _runs_on(text, found[-1], start):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [piece for span in found for piece in _pieces(text, *span)]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield `text[start:end]` in pieces of at most `LONGEST` characters, cut at lines or words."""
    while end - start > LONGEST:
        last = start + LONGEST
        breaks = (text.rfind(sign, start + 1, last) for sign in "\n ")
        cut = next((at for at in breaks if at > start), last)
        yield start, start + len(text[start:cut].rstrip())
        while text[cut].isspace():
            cut += 1
        start = cut
    yield start, end


def _runs_on(text: str, sentence: tuple[int, int], following: int) -> bool:
    """Return whether Punkt divided one sentence: "No. 5", "J. Smith", "'Stop!' he said"."""
    start, end = sentence
    leads_on = _LEADS_ON.search(text[max(start, end - _AROUND) : end])
    return bool(leads_on) or bool(_LOWER_CASE.match(text[following : following + _AROUND]))


def extend_quotation(text: str, sentences: list[tuple[int, int]], index: int) -> tuple[int, int]:
    """Return the first and last index of the sentences that belong to the one at `index`.

    Sentences belong together if a quotation opens in one and closes in a later one.
    """
    first = last = index
    for opening, closing in _quotations(text):
        inside = [i for i, (s, e) in enumerate(sentences) if s < closing and opening < e]
        if index in inside:
            first, last = min(first, inside[0]), max(last, inside[-1])
    return first, last


def _quotations(text: str) -> list[tuple[int, int]]:
    """Return `(start, end)` of each quotation, including the quotation marks."""
    marks = [m.start() for m in re.finditer(r'"', text.translate(_STRAIGHT))]
    return [(a, b + 1) for a, b in list(pairwise(marks))[::2]]


def asks(sentence: str) -> bool:
    """Return whether a sentence ends with a question mark of any script."""
    return sentence.rstrip(" \"'”’»)]*_").endswith(QUESTION_MARKS)
