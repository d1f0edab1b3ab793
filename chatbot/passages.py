"""Cuts an article into passages: a paragraph, a list or a table under its heading.

Short passages are joined, long ones are split.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chatbot.language import sentences
from chatbot.links import is_of_site
from chatbot.types import CELLS, LIST, TABLE, Article, Block, Link, Passage

Span = tuple[int, int]

LONGEST_HEADING = 300
"""At most this many characters of a heading are kept, since each passage below repeats them."""

SILENT = ("dateline", "header")
"""The kinds of block that never answer: "Paris, 3 May:", "Size | Weight | Price"."""


def cut(article: Article, min_words: int, max_words: int) -> list[Passage]:
    """Return the passages of `article`, in order.

    Every sentence that is not a heading is in exactly one passage. Neighbours under one heading are
    joined until they have `min_words` words. The rows of a table stay together like the sentences
    of a paragraph, and so do the items of a list and the sentence that introduces it. Pieces longer
    than `max_words` are split between sentences, so only a passage of a single sentence may be
    longer. A list of links to pages of the same site, without a sentence that introduces it, is
    navigation and left out.
    """
    passages = []
    folders = article.source.rpartition("/")[0]
    placed = _numbered(folders, article.url or "", str(article.published or "")[:4])
    for heading, top, above, blocks in _sections(article):
        silent = [(block.start, block.end) for block in blocks if block.kind in SILENT]
        wholes = [w for w in _wholes(article.text, blocks) if not _leads_on(article, w)]
        tables = {(w[0].start, w[-1].end): w for w in wholes if w[0].kind in TABLE}
        places = list(tables)
        lists = [span for whole in wholes if (span := _list(article.text, whole))]
        units = (unit for whole in wholes for unit in _split(article.text, whole, max_words))
        for number, spans in enumerate(_join(article.text, units, min_words, max_words)):
            start, end = spans[0][0], spans[-1][1]
            passages.append(
                Passage(
                    article=article.id,
                    title=article.title,
                    heading=heading,
                    text=article.text[start:end],
                    start=start,
                    # A passage must have a sentence, even if it has only silent blocks.
                    sentences=tuple(s for s in spans if not _inside(s, silent)) or tuple(spans),
                    lang=article.lang,
                    aliases=article.aliases,
                    weight=article.weight,
                    columns=_columns(article.text, tables, places, start, end),
                    lists=tuple(
                        (max(s, start), min(e, end)) for s, e in _touching(lists, start, end)
                    ),
                    lead=article.text[top:start].lstrip() if heading and number == 0 else "",
                    source=article.source,
                    placed=placed,
                    above=above,
                )
            )
    return passages


def shortened(text: str, longest: int) -> str:
    """Return as many of the first words of `text` as fit into `longest` characters."""
    if len(text) <= longest:
        return text
    return text[: max(text.rfind(" ", 0, longest), 0) or longest].rstrip()


def _inside(span: Span, others: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in _touching(others, *span))


def _touching(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Yield those of `spans` that overlap `start` to `end`; they are in order, without overlaps."""
    for i in range(bisect_right(spans, start, key=lambda span: span[1]), len(spans)):
        if spans[i][0] >= end:
            return
        yield spans[i]


def _sections(article: Article) -> Iterator[tuple[str | None, int, tuple[str, ...], list[Block]]]:
    """Yield each heading with its blocks, and with further data about the headings above.

    These are the start of the run of headings right above the blocks, and all headings above that
    have a digit. The title does not count as a heading. After a panel, the heading around the panel
    applies again, and no heading is right above.
    """
    above: list[Block] = []  # the headings that apply to a block, the nearest last
    below: list[Block] = []
    top = 0
    is_run = False
    for block in article.blocks:
        is_heading = block.kind == "heading"
        if not is_heading and not block.closes:
            below.append(block)
            is_run = False
            continue
        if below:
            yield _heading(article, above), top, _numbered(*_texts(article, above)), below
        level = block.level or block.closes
        above = [heading for heading in above if heading.level < level]
        below = [] if is_heading else [block]
        above += [block] if is_heading else []
        top = top if is_run else block.start
        top = block.end if is_heading and _texts(article, [block]) == [article.title] else top
        is_run = is_heading
    if below:
        yield _heading(article, above), top, _numbered(*_texts(article, above)), below


def _heading(article: Article, above: Sequence[Block]) -> str | None:
    text = "".join(_texts(article, above[-1:]))
    return None if text in ("", article.title) else text


def _texts(article: Article, blocks: Iterable[Block]) -> list[str]:
    whole = (article.text[block.start : block.end] for block in blocks)
    return [shortened(text, LONGEST_HEADING) for text in whole]


def _numbered(*lines: str) -> tuple[str, ...]:
    """Return the `lines` that have a digit."""
    return tuple(line for line in lines if any(map(str.isdigit, line)))


def _wholes(text: str, blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield groups of blocks: the rows of a table, the items of a list, or one other block.

    Code in an item belongs to the item. A paragraph that ends with a colon belongs to the list or
    code below it, even if one other paragraph is between them.
    """
    whole: list[Block] = []
    for block in blocks:
        if whole and not _goes_on(text, whole, block):
            yield whole
            whole = []
        whole.append(block)
    if whole:
        yield whole


def _goes_on(text: str, whole: Sequence[Block], following: Block) -> bool:
    block = whole[-1]
    if following.kind == "row":
        return block.kind in TABLE
    if block.kind == "item" or block.depth:
        return following.kind == "item" or (following.kind in LIST and following.depth > 0)
    leads_in = whole[0].kind == block.kind == "paragraph" and text[whole[0].end - 1] == ":"
    is_between = following.kind == "paragraph" and not following.depth and len(whole) == 1
    return leads_in and (following.kind in LIST or is_between)


def _leads_on(article: Article, whole: Sequence[Block]) -> bool:
    """Return whether a group is only a list of links to pages of the same site."""
    return all(
        block.kind == "item"
        and any(
            (link.start, link.end) == (block.start, block.end) and is_of_site(article, link.url)
            for link in _within(article.links, block)
        )
        for block in whole
    )


def _within(links: Sequence[Link], block: Block) -> Sequence[Link]:
    first = bisect_left(links, block.start, key=lambda link: link.start)
    return links[first : first + 1]


def _list(text: str, whole: Sequence[Block]) -> Span | None:
    """Return the span of a group's list or code, with the sentence that introduces it."""
    if whole[-1].kind not in LIST or len(whole) == 1:
        return None
    *_, (start, _) = _sentences(text, whole[0])
    first = whole[0].start if whole[0].kind in LIST else start
    return first, whole[-1].end


def _columns(
    text: str, tables: Mapping[Span, Sequence[Block]], places: Sequence[Span], start: int, end: int
) -> tuple[str, ...]:
    """Return the names of the columns of the table that overlaps `text[start:end]`.

    Empty if there are two tables, since a row does not show to which one it belongs. Also empty if
    there is only one column, since its cells look like sentences.
    """
    within = [tables[span][0] for span in _touching(places, start, end)]
    is_long = len(within) == 1 and within[0].end - within[0].start > sentences.LONGEST
    if len(within) != 1 or within[0].kind != "header" or is_long:
        return ()
    columns = tuple(text[within[0].start : within[0].end].split(CELLS))
    return columns if len(columns) > 1 else ()


def _split(text: str, blocks: Sequence[Block], max_words: int) -> Iterator[list[Span]]:
    """Yield the sentences of blocks in runs of at most `max_words`; no sentence is split."""
    run: list[Span] = []
    size = 0
    for sentence in (sentence for block in blocks for sentence in _sentences(text, block)):
        words = _count(text, [sentence])
        if run and size + words > max_words:
            yield run
            run, size = [], 0
        run.append(sentence)
        size += words
    if run:
        yield run


def _sentences(text: str, block: Block) -> Iterator[Span]:
    """Yield the spans of a block's sentences; a table row is one sentence unless it is too long."""
    if block.kind in TABLE and block.end - block.start <= sentences.LONGEST:
        yield block.start, block.end
        return
    for start, end in sentences.spans(text[block.start : block.end]):
        first = block.start + start
        if block.kind == "code":  # a line of code may change its meaning without indentation
            line = max(text.rfind("\n", block.start, first) + 1, block.start)
            first = first if text[line:first].strip() else line
        yield first, block.start + end


def _join(
    text: str, units: Iterable[list[Span]], min_words: int, max_words: int
) -> list[list[Span]]:
    """Return runs of sentences, each as short as possible with at least `min_words` words.

    If the last run is too short, it is joined to the run before it, unless that becomes too long.
    """
    runs: list[list[Span]] = []
    for unit in units:
        short = bool(runs) and _count(text, runs[-1]) < min_words
        if short and _count(text, runs[-1]) + _count(text, unit) <= max_words:
            runs[-1] = runs[-1] + unit
        else:
            runs.append(unit)
    left_over = len(runs) > 1 and _count(text, runs[-1]) < min_words
    if left_over and _count(text, runs[-2]) + _count(text, runs[-1]) <= max_words:
        runs[-2:] = [runs[-2] + runs[-1]]
    return runs


def _count(text: str, spans: list[Span]) -> int:
    """Return how many words, separated by white space, the spans have."""
    return sum(len(text[start:end].split()) for start, end in spans)
