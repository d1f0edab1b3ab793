"""Moves footnotes to the sentences that refer to them, and reads abbreviations.

A footnote qualifies a sentence: "The fee is 80 euros.[^1]" and "[^1]: From 2027, 95 euros." must be
read and quoted together. So a short footnote is put right after its sentence, with an invisible
character in between that does not end a sentence. A longer one follows the block as a separate
paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from chatbot.formats.dialects.inline_text import PlacedToken, cut_at, pieces, text
from chatbot.language import sentences

JOINT = "\u2063"
"""The sign between a sentence and its footnote: Unicode's invisible separator."""

MAX_WORDS = 60  # a footnote with more words is not read with its sentence
MAX_CALLS = 3  # a footnote is repeated for at most this many references
_STAR = re.compile(r"\s*([*†‡§]{1,4}|[¹²³⁴-⁹]{1,2})\s*(?=[^\s*†‡§])")
_CALLED = re.compile(r"(?<=[^\s*†‡§¹²³⁴-⁹])(?:[*†‡§]{1,4}|[¹²³⁴-⁹]{1,2})(?![\w*†‡§])")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGN = re.compile(r"[*†‡§]{1,4}|[¹²³⁴-⁹⁰]{1,2}")
_NO_NOTE = re.compile(r"\s?\[\^[^\]\s]{1,100}\]")
_ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,200})\]:[ \t]*([^\n]{1,1000})(?:\n|$)")
_ENDS = ("paragraph_close", "heading_close", "table_close")


def notes_plugin(parser: MarkdownIt) -> None:
    """Put footnotes after the sentences that refer to them, and read abbreviations as terms."""
    parser.use(footnote_plugin, move_to_end=False)
    parser.core.ruler.after("block", "abbreviations", _abbreviations)
    parser.core.ruler.push("notes", _notes)


def _abbreviations(state: StateCore) -> None:
    """Turn a paragraph that has only lines `*[HTML]: …` into terms and their meanings."""
    done: list[Token] = []
    for token in state.tokens:
        found = list(_ABBREVIATION.finditer(token.content)) if "*[" in token.content else []
        if token.type == "inline" and sum(len(one[0]) for one in found) == len(token.content) > 0:
            done[-1:] = [_block("dl_open", "dl", 1)]
            for one in found:
                short = f'<abbr title="{escape(one[2].strip())}">{escape(one[1])}</abbr>'
                for tag, content in (("dt", short), ("dd", one[2])):
                    done.append(_block(f"{tag}_open", tag, 1))
                    done.append(Token("inline", "", 0, content=content, children=[], block=True))
                    done.append(_block(f"{tag}_close", tag, -1))
            done.append(_block("dl_close", "dl", -1))
        elif token.type == "paragraph_close" and done and done[-1].type == "dl_close":
            continue
        else:
            done.append(token)
    state.tokens = done


def _notes(state: StateCore) -> None:
    notes, tokens = _definitions(state)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = _raised(token.children)
    stars, tokens = _starred(_unlisted(tokens))
    done: list[Token] = []
    waiting: list[Token] = []
    calls: dict[str, int] = {}
    is_table = False
    for token in tokens:
        if token.type == "inline" and token.children:
            waiting += _glue(token, notes | stars, calls)
        done.append(token)
        is_table = (is_table or token.type == "table_open") and token.type != "table_close"
        if waiting and token.type in _ENDS and not is_table:
            done += waiting
            waiting = []
    state.tokens = [*done, *waiting]


def _definitions(state: StateCore) -> tuple[dict[str, list[Token]], list[Token]]:
    """Return the texts of the footnotes by label or number, and the tokens without them."""
    notes: dict[str, list[Token]] = {}
    tokens: list[Token] = []
    inside: list[Token] | None = None
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            inside = notes.setdefault(f":{token.meta['label']}", [])
        elif token.type == "footnote_reference_close":
            inside = None
        else:
            (tokens if inside is None else inside).append(token)
    for number, note in state.env.get("footnotes", {}).get("list", {}).items():
        if "tokens" in note:
            inline = Token("inline", "", 0, children=note["tokens"], block=True)
            notes[f"#{number}"] = [
                _block("paragraph_open", "p", 1), inline, _block("paragraph_close", "p", -1)
            ]  # fmt: skip
    return notes, tokens


def _raised(children: list[Token]) -> list[Token]:
    """Return the tokens with `<sup>1</sup>` replaced by ¹, which may refer to a footnote."""
    done: list[Token] = []
    number = 0
    while number < len(children):
        three = children[number : number + 3]
        if len(three) == 3 and _is_sup(three[0], 1) and _is_sup(three[2], -1):
            sign = three[1].content.translate(_RAISED)
            if three[1].type == "text" and _SIGN.fullmatch(sign):
                before = done[-1] if done and done[-1].type == "text" else None
                after = children[number + 3] if number + 3 < len(children) else None
                joined = (before.content if before else "") + sign
                number += 3
                if after is not None and after.type == "text":
                    joined += after.content
                    number += 1
                done[len(done) - bool(before) :] = [Token("text", "", 0, content=joined)]
                continue
        done.append(children[number])
        number += 1
    return done


def _is_sup(token: Token, nesting: int) -> bool:
    tag = "<sup>" if nesting == 1 else "</sup>"
    return token.content == tag or (token.tag == "sup" and token.nesting == nesting)


def _unlisted(tokens: list[Token]) -> list[Token]:
    """Return the tokens with a list of one item, "* Not on Sundays", as a paragraph "* Not ..."."""
    types = ("bullet_list_open", "list_item_open", "paragraph_open", "inline",
             "paragraph_close", "list_item_close", "bullet_list_close")  # fmt: skip
    kept: list[Token] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        part = tokens[number : number + len(types)]
        is_item = token.type == types[0] and tuple(one.type for one in part) == types
        if is_item and token.markup == "*" and part[3].children and _calls_star(kept):
            part[3].children.insert(0, Token("text", "", 0, content="* "))
            kept += [_block("paragraph_open", "p", 1), part[3], _block("paragraph_close", "p", -1)]
            number += len(types)
        else:
            kept.append(token)
            number += 1
    return kept


def _calls_star(tokens: Sequence[Token]) -> bool:
    """Return whether a word above ends with one star: "free*"."""
    inlines = (token.children or [] for token in tokens if token.type == "inline")
    return any(sign == "*" for children in inlines for _, _, sign in _calls(children))


def _starred(tokens: list[Token]) -> tuple[dict[str, list[Token]], list[Token]]:
    """Return the footnotes whose first sign also follows a word above, as in "free*"."""
    called = {
        sign
        for token in tokens
        if token.type == "inline"
        for _, _, sign in _calls(token.children or [])
    }
    notes: dict[str, list[Token]] = {}
    kept: list[Token] = []
    for number, token in enumerate(tokens):
        above = tokens[number - 1].type if number else ""
        found = None
        if called and token.type == "inline" and above == "paragraph_open":
            found = _STAR.match(text(token.children or []))
        if found and found[1] in called and found[1] not in notes and token.children:
            cut = cut_at(pieces(token.children), [found.end()])
            token.children = [one.token for one in cut if one.start >= found.end()]
            notes[found[1]] = [kept.pop(), token, _block("paragraph_close", "p", -1)]
        elif not (
            token.type == "paragraph_close" and notes and _is_last(notes, tokens[number - 1])
        ):
            kept.append(token)
    return notes, kept


def _is_last(notes: dict[str, list[Token]], token: Token) -> bool:
    return any(note[1] is token for note in notes.values())


def _glue(inline: Token, notes: dict[str, list[Token]], calls: dict[str, int]) -> list[Token]:
    """Put the footnotes of a block after their sentences; return the longer ones."""
    children = _mark(inline.children or [], notes)
    found = pieces(children)
    called = [piece for piece in found if piece.token.type in ("footnote_ref", "note_ref")]
    inline.children = [child for child in children if child.type != "footnote_anchor"]
    if not called:
        return []
    spans = sentences.spans(text(children))
    later: list[Token] = []
    behind: dict[int, list[Token]] = {}
    for piece in called:
        label = _label(piece.token)
        note = notes.get(label, [])
        calls[label] = calls.get(label, 0) + 1
        if not note or calls[label] > MAX_CALLS:
            continue
        at = next((end for _, end in spans if end >= piece.start), piece.start)
        if len(note) == 3 and note[1].children and _count(note[1]) <= MAX_WORDS:
            joint = Token("text", "", 0, content=f"{JOINT} ")
            behind.setdefault(at, []).extend([joint, *note[1].children])
        elif calls[label] == 1:
            later += note
    inline.children = list(_woven(cut_at(found, behind), behind))
    return later


def _woven(found: Sequence[PlacedToken], behind: dict[int, list[Token]]) -> Iterator[Token]:
    """Yield the tokens with footnotes at the ends of their sentences, without the references."""
    waiting = sorted(behind)
    for number, piece in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if piece.token.type not in ("footnote_ref", "note_ref"):
            if following and following.token.type == "footnote_ref" and piece.token.type == "text":
                piece.token = piece.token.copy(content=piece.token.content.rstrip())
            yield piece.token
        goes_on = following and following.end == piece.end and following.token.nesting < 1
        while waiting and piece.end >= waiting[0] and not goes_on:
            yield from behind[waiting.pop(0)]


def _mark(children: Sequence[Token], notes: dict[str, list[Token]]) -> list[Token]:
    """Return the tokens with references to footnotes as separate tokens, if the note exists."""
    for number, child in enumerate(children):
        if child.type == "text" and "[^" in child.content:
            cleaned = child.copy(content=_NO_NOTE.sub("", child.content))
            children = [*children[:number], cleaned, *children[number + 1 :]]
    calls = {start: (end, sign) for start, end, sign in _calls(children) if sign in notes}
    if not calls:
        return list(children)
    points = [point for start, (end, _) in calls.items() for point in (start, end)]
    return [
        Token("note_ref", "", 0, content="", meta={"sign": calls[piece.start][1]})
        if piece.start in calls and piece.end > piece.start
        else piece.token
        for piece in cut_at(pieces(children), points)
    ]


def _calls(children: Sequence[Token]) -> list[tuple[int, int, str]]:
    """Return where signs follow words like references to footnotes; not in code."""
    words = "".join(
        "x" * len(child.content) if child.type == "code_inline" else text([child])
        for child in children
    )
    return [(*found.span(), found[0]) for found in _CALLED.finditer(words)]


def _label(token: Token) -> str:
    if token.type == "note_ref":
        return str(token.meta["sign"])
    label = token.meta.get("label")
    return f":{label}" if label else f"#{token.meta['id']}"


def _count(inline: Token) -> int:
    return len(text(inline.children or []).split())


def _block(type: str, tag: str, nesting: int) -> Token:
    return Token(type, tag, nesting, block=True)  # type: ignore[arg-type]
