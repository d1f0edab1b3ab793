"""What the generators of sites add to Markdown: one module for each kind of addition.

Some is not Markdown at all and is read before it, outside of code: tags of templates (`templates`),
components and imports (`mdx`), other files (`includes`). The rest are rules of the Markdown parser:
boxes and tabs (`boxes`), attributes, roles, icons, keys (`marks`), footnotes (`notes`).

What only the generator knows, such as the value of `{{ price }}`, leaves a hole (`HOLE`); a
sentence with a hole in it is left out (`holes`), for nobody has said it so.
"""

HOLE = "\ufdd0"
"""Stands where something is missing: a character that Unicode keeps for use within programs."""

CLOSES = "data-closes"
"""Attribute of an element behind which the headings of this level, and deeper ones, have ended."""


def titled(title: str, indent: str = "") -> str:
    """Return what opens a section with this title, as lines of Markdown; `ENDS` closes it."""
    return f'\n\n{indent}<section {CLOSES}="4">\n\n{indent}#### {" ".join(title.split())}\n\n'


ENDS = "\n\n</section>\n\n"
