"""Reads what site generators add to Markdown; each kind of addition has its own module.

Some additions are not Markdown and are read first, outside of code: template tags (`templates`),
components and imports (`mdx`), other files (`includes`). The rest are rules of the Markdown parser:
boxes and tabs (`boxes`), attributes, roles, icons, keys (`marks`), footnotes (`notes`).

If only the generator knows a value, as that of `{{ price }}`, a mark called hole takes its place
(`HOLE`). A sentence with a hole is left out (`holes`), since it is not what the author wrote.
"""

HOLE = "\ufdd0"
"""Marks where something is missing: a character that Unicode reserves for use inside programs."""

CLOSES = "data-closes"
"""Attribute of an element after which headings of this level and deeper no longer apply."""


def titled(title: str, indent: str = "") -> str:
    """Return the lines of Markdown that open a section with this title; `ENDS` closes it."""
    return f'\n\n{indent}<section {CLOSES}="4">\n\n{indent}#### {" ".join(title.split())}\n\n'


ENDS = "\n\n</section>\n\n"
