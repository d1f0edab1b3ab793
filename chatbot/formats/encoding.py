"""Decodes bytes into characters, and removes characters that a text must not have."""

from __future__ import annotations

import codecs
import re

from chatbot.errors import ArticleError

_BOMS = (  # UTF-32 first, since its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_SIGNATURES = ((b"%PDF-", "a PDF"), (b"{\\rtf", "an RTF file"), (b"PK\x03\x04", "a zip file"))
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_NEWLINES = re.compile("\r\n|[\r\v\f\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
# A word with soft hyphens or break marks in it could not be found.
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MAX_CONTROLS = 0.02  # share of all characters; a text may have a few, such as terminal colours


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the characters of `data`, and a warning if the encoding had to be guessed.

    These are tried in order: a byte order mark, UTF-8, the encoding that an HTML page declares. In
    a text that is mostly UTF-8, broken bytes become U+FFFD. Any other text is read as Windows-1252,
    as browsers do (https://encoding.spec.whatwg.org/#names-and-labels).

    Raises:
        ArticleError: it is a binary file.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise ArticleError(f"is {name}, whatever its name says; save it as text or HTML")
    content, warning = _decode(data)
    if len(_CONTROLS.findall(content)) > _MAX_CONTROLS * len(content):
        raise ArticleError("is a binary file and not a text; if it is a text, save it as UTF-8")
    return content, warning


def clean(content: str) -> str:
    """Return `content` with "\\n" as line ends and without control characters other than tab.

    Byte order marks, soft hyphens and other invisible characters are removed; lone surrogates
    become U+FFFD, so that the text can be encoded.
    """
    lined = _NEWLINES.sub("\n", content)
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", _CONTROLS.sub("", lined)))


def _decode(data: bytes) -> tuple[str, str | None]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            content = data.decode(encoding, errors="replace")
            return content, "has broken characters" if "\ufffd" in content else None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        broken_at = error.start
    if b"\x00" not in data:
        declared = _CHARSET.search(data[:2048])
        if declared and (page := _decode_declared(data, declared[1].decode("ascii"))):
            return page, None
    content = data.decode("utf-8", errors="replace")
    broken = content.count("\ufffd")
    if sum(not character.isascii() for character in content) > 2 * broken:
        line = data.count(b"\n", 0, broken_at) + 1
        return content, f"is not quite UTF-8: {broken} broken characters, the first in line {line}"
    return data.decode("cp1252", errors="replace"), "is not UTF-8; read as Windows-1252"


def _decode_declared(data: bytes, label: str) -> str | None:
    """Return `data` decoded with the encoding `label`; None if that is unknown or fails."""
    # On the web, "latin-1" and "ascii" mean Windows-1252: see the source in `decode`.
    if label.lower() in {"iso-8859-1", "latin1", "ascii", "us-ascii"}:
        label = "cp1252"
    try:
        return data.decode(label)
    except (LookupError, ValueError):
        return None
