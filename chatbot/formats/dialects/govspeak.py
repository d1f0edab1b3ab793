"""Turns Govspeak, the Markdown of GOV.UK, into plain Markdown: marks of boxes, steps and buttons.

https://docs.publishing.service.gov.uk/repos/govspeak.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chatbot.formats.dialects.code import CodeSpans

_BOX = re.compile(
    r"^[ \t]*\$(?:CTA|C|A|D|E|I|LC|P|LI|(?:End)?LegislativeList)[ \t]*$", re.MULTILINE
)
_MARKED = re.compile(r"^([%^@])(?=\S)([^\n]{0,5000}?)\1[ \t]*$", re.MULTILINE)
_STEP = re.compile(r"^s(\d{1,3}\.[ \t])", re.MULTILINE)
_LINK = re.compile(r"(?<!\w)x(\[[^\]\n]{1,300}\]\([^)\n]{1,1000}\))x?(?!\w)")
_PAIR = re.compile(r"\{/?(?:button|stat-headline|form-download|summary)[^}\n]{0,40}\}")
_EMBEDDED = re.compile(
    r"^[ \t]*\[(?:Contact|Attachment(?:Link)?|Image|InlineAttachment|embed)[:_][^\]\n]{1,300}\]"
    r"[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_READ = (
    (_BOX, "\n"),
    (_MARKED, r"\n\2\n"),
    (_STEP, r"\1"),
    (_LINK, r"\1"),
    (_PAIR, ""),
    (_EMBEDDED, ""),
)
"""The patterns to look for, and their replacements."""


def read_govspeak(content: str, parse_code: Callable[[str], CodeSpans]) -> str:
    """Return `content` without the marks that only Govspeak has; the text in boxes is kept."""
    for pattern, shown in _READ:
        if pattern.search(content):
            content = _replaced(content, pattern, shown, parse_code(content))
    return content


def _replaced(content: str, pattern: re.Pattern[str], shown: str, code: CodeSpans) -> str:
    def replace(found: re.Match[str]) -> str:
        return found[0] if code.end(found.start()) else found.expand(shown)

    return pattern.sub(replace, content)
