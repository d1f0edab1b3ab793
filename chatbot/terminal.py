"""What the commands print: answers, passages and explanations as text for people."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click

from chatbot.language import text
from chatbot.types import CELLS, Answer, Article, Explanation, Passage, Quote

WIDTH = 100
"""Of what is shortened to fit on a line."""

SHARES = 5
"""How many features of a sentence are printed: those that count most."""


def count(number: int, noun: str) -> str:
    """Return "1 article", "2 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(words: str) -> str:
    """Return `words` on one line, without signs that give orders to a terminal.

    As long as it was, so that offsets hold.
    """
    return "".join(
        " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}" if _gives_orders(sign) else sign
        for sign in words
    )


def answer(said: Answer, articles: Mapping[str, Article]) -> str:
    """Return the quote with the short answer in bold, and its source; else what is nearest.

    That the quote may well be wrong is said first.
    """
    if said.quote:
        article = articles[said.quote.article]
        lines = [_quote(said.quote), "", *_source(article, said.quote, said.citations[0])]
        return "\n".join(["This may not answer it:", "", *lines] if said.is_unsure else lines)
    lines = [said.message]
    if said.unknown_words:
        lines.append(f"In no article: {plain(', '.join(said.unknown_words))}")
    if said.related:
        lines += ["", "Nearest:", *(f"  {passage(near)}" for near in said.related)]
    return "\n".join(lines)


def passage(shown: Passage) -> str:
    """Return where a passage lies, how long it is, its heading and first words, on one line."""
    heading = f"{shown.heading}: " if shown.heading else ""
    words = count(len(shown.text.split()), "word")
    line = f"{shown.article} {shown.start}-{shown.end}, {words}: {heading}{shown.text}"
    return textwrap.shorten(plain(line), WIDTH, placeholder=" …")


def sentences(shown: Passage) -> str:
    """Return the sentences of a passage, each behind its offsets, one a line."""
    return "\n".join(
        f"  {start}-{end}: {plain(shown.text[start - shown.start : end - shown.start])}"
        for start, end in shown.sentences
    )


def explanation(
    place: int, considered: Sequence[Explanation], asked: Iterable[str], source: str
) -> str:
    """Return why the sentence at `place` of `considered` (from 0) is not higher up.

    Its words, the terms it shares with those `asked`, what counted most for and against it, and
    what it lacks most beside the first.
    """
    this, first = considered[place], considered[0]
    near = this.hit.passage
    own = set(text.terms(this.text))
    around = set(text.terms(" ".join((near.title, near.heading or "", near.text)))) - own
    lines = [
        f"{place + 1}. {plain(this.text)}",
        f"   {source} {this.start}-{this.end}",
        f"   words in it: {_listed(term for term in asked if term in own)}; "
        f"around it: {_listed(term for term in asked if term in around)}",
        f"   score {this.score:.2f} ({_shares(this.features)}); passage {this.hit.score:.2f}",
    ]
    if this is not first:
        names = dict.fromkeys([*first.features, *this.features])
        lacks = {n: this.features.get(n, 0.0) - first.features.get(n, 0.0) for n in names}
        lines.append(f"   beside 1: {this.score - first.score:.2f} ({_shares(lacks)})")
    return "\n".join(lines)


def _quote(quote: Quote) -> str:
    words, marked = plain(quote.text), quote.highlight
    if marked:
        start, end = marked.start - quote.start, marked.end - quote.start
        words = words[:start] + click.style(words[start:end], bold=True) + words[end:]
    columns = click.style(plain(CELLS.join(quote.columns)), dim=True)
    return f"{columns}\n{words}" if quote.columns else words


def _source(article: Article, quote: Quote, cited: Passage) -> list[str]:
    published = article.published and article.published.isoformat()
    about = [part for part in (article.title, cited.heading, published) if part]
    place = f"{article.source}, characters {quote.start} to {quote.end}"
    return [f"  {plain(line)}" for line in (", ".join(about), article.url, place) if line]


def _shares(features: Mapping[str, float]) -> str:
    """Return the features that count most, with sign, in the order in which they count."""
    most = sorted(features.items(), key=lambda share: -abs(share[1]))[:SHARES]
    return ", ".join(f"{name} {share:+.2f}" for name, share in most if abs(share) >= 0.005)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _gives_orders(sign: str) -> bool:
    """Tell whether a sign is a control character or half of one that is none."""
    return unicodedata.category(sign) in ("Cc", "Cs")
