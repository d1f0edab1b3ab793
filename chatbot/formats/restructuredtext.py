"""Turns reStructuredText into HTML with docutils and Sphinx's additions; opens no other file.

Directives and roles that only a generator knows are replaced by their text: the content of
`.. tab-item:: Linux` gets the heading "Linux", and ``:ref:`the fees <fees>` `` becomes "the fees".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en

from chatbot.errors import ArticleError
from chatbot.formats.dialects import HOLE
from chatbot.formats.growth import Growth
from chatbot.formats.rst_growth import (
    BoundedCsvTable,
    BoundedReader,
    bound_addresses,
    refuse_tables,
)
from chatbot.formats.site_values import SPHINX

_SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "sectsubtitle_xform": False,
    "initial_header_level": "1",
    "syntax_highlight": "none",
    "smart_quotes": False,
    "trim_footnote_reference_space": True,
    "line_length_limit": 10_000,
    "math_output": "LaTeX",
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "xml_declaration": False,
}
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|\n]{1,80}\|[ \t]+)?([A-Za-z][\w:+.-]{0,60}?)[ ]?::")
_ROLE = re.compile(
    r":([A-Za-z][\w+.-]{0,40}(?::[A-Za-z][\w+.-]{0,40})?):`|`:([A-Za-z][\w:+.-]{0,60}):"
)
_SILENT = frozenset(  # directives that have no text: links, other files, settings, drawings
    "toctree contents sectnum index meta highlight include literalinclude raw image role tags"
    " default-role currentmodule module py:module py:currentmodule default-domain tabularcolumns"
    " sectionauthor codeauthor graphviz digraph graph inheritance-diagram mermaid uml plantuml"
    " blockdiag seqdiag nwdiag".split()
)
_CODE = frozenset("code code-block sourcecode prompt doctest testcode console".split())
_UNTITLED = frozenset("figure only ifconfig".split())
"""Directives whose argument is a file or a condition, while their content is text."""
_SINCE = {  # in Sphinx's words
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_OURS = _SILENT | _CODE | _UNTITLED | _SINCE.keys()
_SUBSTITUTION = re.compile(r"^\.\. \|[^|\n]+\| replace:: [^\n]+(?:\n[ \t]+[^\n]+)*", re.MULTILINE)
_SHOWN = ("version", "release", "project", "author", "copyright")
_MAX_LENGTH = 500_000  # characters: docutils reads some 80,000 a second


def read_rst(
    content: str, growth: Growth, site: Mapping[str, object] = MappingProxyType({})
) -> tuple[str, dict[str, object]]:
    """Return the HTML of `content`, and the values of the list of fields at its beginning.

    Includes and raw HTML are left out. The fields are not part of the text; "date" is returned as
    "published". `site` has the values of `conf.py` for substitutions such as `|version|`. A
    substitution that nothing defines, or that does not fit into `growth`, leaves a hole.

    Raises:
        ArticleError: the text or a line is too long, it is nested too deep, or a table has too many
        columns.
    """
    if len(content) > _MAX_LENGTH:
        raise ArticleError(f"is longer than {_MAX_LENGTH:,} characters of reStructuredText")
    limit = _SETTINGS["line_length_limit"]
    for number, line in enumerate(content.splitlines(), start=1):
        if len(line) > limit:
            raise ArticleError(f"line {number} is longer than {limit:,} characters")
    refuse_tables(content)
    directives.register_directive("csv-table", BoundedCsvTable)
    for name in {found.lower() for found in _DIRECTIVE.findall(content)}:
        if name in _OURS or not (name in en.directives or name in directives._directives):
            directives.register_directive(name, _Generic)
    for name in {(found[1] or found[2]).lower() for found in _ROLE.finditer(content)}:
        if name not in en.roles and name not in roles._roles:
            roles.register_local_role(name, _read_role)
    try:
        return _to_html(_with_substitutions(content, site), growth)
    except RecursionError as error:
        raise ArticleError("is nested too deep") from error


def _to_html(content: str, growth: Growth) -> tuple[str, dict[str, object]]:
    settings = {**_SETTINGS, "growth": growth}
    tree = publish_doctree(content, reader=BoundedReader(), settings_overrides=settings)
    fields = _take_fields(tree)
    _tidy(tree)
    bound_addresses(tree, growth)
    return str(publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS)), fields


def _with_substitutions(content: str, site: Mapping[str, object]) -> str:
    """Return a text with the settings' definitions of its substitutions added at the end."""
    known = site.get(SPHINX)
    if not isinstance(known, Mapping):
        return content
    # Only definitions are used: the texts around each page may also be images and links.
    around = "\n".join(str(known.get(part, "")) for part in ("rst_prolog", "rst_epilog"))
    lines = [found[0] for found in _SUBSTITUTION.finditer(around)]
    lines += [f".. |{name}| replace:: {known[name]}" for name in _SHOWN if known.get(name)]
    wanted: dict[str, str] = {}
    for line in lines:
        name = line.split("|")[1]
        if f"|{name}|" in content and f".. |{name}|" not in content:
            wanted.setdefault(name, line)
    return "\n\n".join((content, *wanted.values()))


class _AnyOption(dict[str, Any]):
    """Accepts every option; none is used."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return lambda value: value


class _Generic(Directive):  # type: ignore[misc]
    """A directive that docutils does not read like a site generator; its text is kept."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _AnyOption()
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return its content, below its argument as the title if there is one."""
        name = self.name.lower()
        title = self.arguments[0] if self.arguments else ""
        if name in _SILENT:
            return []
        if name in _CODE:
            code = "\n".join(self.content)
            return [nodes.literal_block(code, code)] if code.strip() else []
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        if name in _SINCE:
            holder.insert(0, self._paragraph(f"{_SINCE[name]} {title}"))
        elif holder.children and any(map(str.isalpha, title)) and name not in _UNTITLED:
            words, _ = self.state.inline_text(title, self.lineno)
            return [nodes.admonition("", nodes.title(title, "", *words), *holder.children)]
        return list(holder.children)

    def _paragraph(self, text: str) -> nodes.paragraph:
        words, _ = self.state.inline_text(text, self.lineno)
        return nodes.paragraph(text, "", *words)


def _read_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,
    options: Any = None,
    content: Any = None,
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return the text of a role that docutils does not know: "the fees" for "the fees <fees>"."""
    words = nodes.unescape(text)
    shown, bracket, _ = words.rpartition("<")
    if bracket and words.endswith(">") and shown.strip():
        words = shown.strip()
    elif words.startswith("~"):  # only the last part of a dotted name is shown
        words = words.rpartition(".")[2].lstrip("~")
    return [nodes.inline(rawtext, words.removeprefix("!"))], []


def _take_fields(tree: nodes.document) -> dict[str, object]:
    """Remove the list of fields at the beginning or below the title, and return its values."""
    found: dict[str, object] = {}
    parts = [part for part in tree.children if not isinstance(part, nodes.comment)]
    if parts and isinstance(parts[0], nodes.section):
        parts = parts[0].children[1:]
    if parts and isinstance(parts[0], nodes.field_list):
        for field in parts[0].children:
            name = field.children[0].astext().lower()
            found["published" if name == "date" else name] = field.children[1].astext()
        parts[0].parent.remove(parts[0])
    return found


def _tidy(tree: nodes.document) -> None:
    """Remove what is not text, and turn text in the margin into notes."""
    for note in list(tree.findall(nodes.footnote)) + list(tree.findall(nodes.citation)):
        if note.children and isinstance(note.children[0], nodes.label):
            note.remove(note.children[0])
    for broken in list(tree.findall(nodes.problematic)):
        # A name between marks that docutils cannot resolve is shown as it was written.
        words = broken.astext().strip()
        words = HOLE if words[:1] == words[-1:] == "|" else words.strip("`_|*")
        broken.parent.replace(broken, nodes.Text(words))
    for message in list(tree.findall(nodes.system_message)):
        message.parent.remove(message)
    for kind in (nodes.topic, nodes.sidebar):
        for beside in list(tree.findall(kind)):
            beside.parent.replace(beside, nodes.admonition("", *beside.children))
