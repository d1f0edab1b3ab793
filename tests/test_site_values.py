"""Values from the settings and data of a site are filled into the texts that use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.formats.site_values import SETTINGS, read_data, read_site_settings

FEES = "car: 9 euros\nbikes:\n- name: Racer\n  fee: 2 euros\n- name: Tandem\n  fee: 4 euros\n"
SPHINX = """
import os
project = "Ferry"
version = "2.4"
release = version
secret = os.environ["SECRET"]
myst_substitutions = {"pier": "the *old* pier"}
rst_epilog = '''
.. |office| replace:: the harbour
   office
.. _fees: https://example.org/fees
'''
"""
SITES = {
    "Jekyll": (
        {"_config.yml": "title: Ferry\nphone: 555 0100\n", "_data/en/fees.yml": FEES},
        "content/a.md",
        "---\nlang: en\n---\nCall {{ site.title }} at {{ site.phone }}.\n\n"
        'A car costs {{ site.data[page.lang]["fees"].car | strip }}. It is {{ site.colour }}.\n\n'
        "{% for bike in site.data.en.fees.bikes %}\n"
        "- {{ bike.name }}: {{ bike.fee }}\n{% endfor %}\n\n"
        "{% if site.phone %}We are in.{% endif %}{% if site.nights %}Always.{% endif %}\n\n"
        '{{ site.shop | default: "No shop" }}\n',
        "Call Ferry at 555 0100.|A car costs 9 euros.|Racer: 2 euros|Tandem: 4 euros|We are in."
        "|No shop",
    ),
    "Hugo": (
        {"config/_default/params.toml": 'phoneNumber = "555"', "hugo.toml": 'title = "Ferry"'},
        "content/en/a.md",
        '+++\nfee = 3\n+++\nCall {{< param phoneNumber >}}. It costs {{< param "fee" >}} euros. '
        "We are {{ .Site.Title }}. Ask {{< param nobody >}}.",
        "Call 555. It costs 3 euros. We are Ferry.",
    ),
    "MkDocs": (
        {"mkdocs.yml": "site_name: Ferry\nextra:\n  fee: 3 euros\nx: !!python/name:y.z ''\n"},
        "docs/a.md",
        "# Fees\n\n{{ config.site_name }} takes {{ fee }}.",
        "Fees|Ferry takes 3 euros.",
    ),
    "Quarto": (
        {"_quarto.yml": "project:\n  type: website\n", "_variables.yml": "fee: 3 euros\n"},
        "a.qmd",
        "It costs {{< var fee >}}.",
        "It costs 3 euros.",
    ),
    "Eleventy": (
        {"_data/site.json": '{"fee": 3}'},
        "a.md",
        "It costs {{ site.fee }} euros.",
        "It costs 3 euros.",
    ),
    "Sphinx": (
        {"conf.py": SPHINX},
        "source/a.rst",
        "Fees\n====\n\nYou need |version| of |project|, from |office|.\n\nUntil |today| it is "
        "free. See :ref:`fees`.\n",
        "Fees|You need 2.4 of Ferry, from the harbour office.|See fees.",
    ),
    "MyST": (
        {"conf.py": SPHINX},
        "a.md",
        "We are at {{ pier }}. It is {{ version }}. It is dry.",
        "We are at the old pier. It is dry.",
    ),
}


def texts(folder: Path, files: dict[str, str], corpus: str = ".") -> list[str]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    found = read_corpus(folder / corpus, 1_000_000).articles
    return [article.text.replace("\n\n", "|").replace("\n", " ") for article in found]


@pytest.mark.parametrize("site", SITES)
def test_values_of_a_site(site: str, tmp_path: Path) -> None:
    """A value is shown as on the site; a sentence with an unknown value is left out."""
    settings, name, content, text = SITES[site]
    # The settings may be above the folder that is read.
    corpus = name.rpartition("/")[0] or "."
    assert texts(tmp_path, {**settings, name: content}, corpus) == [text]


def test_the_nearest_settings(tmp_path: Path) -> None:
    """If a folder has two sites, each page has the values of its own site."""
    page = "We are {{ site.title }}."
    files = {
        "a/_config.yml": "title: A",
        "a/help/x.md": page,
        "b/_config.yml": "title: B",
        "b/x.md": page,
    }
    assert texts(tmp_path, files) == ["We are A.", "We are B."]
    (tmp_path / "b/_config.yml").write_text("title: C")
    assert texts(tmp_path, {})[-1] == "We are C."


def test_pages_in_html_with_values(tmp_path: Path) -> None:
    """The same is true of an HTML page that is still a template."""
    files = {"_config.yml": "fee: 3 euros", "a.html": "<p>It costs {{ site.fee }}.</p>"}
    assert texts(tmp_path, files) == ["It costs 3 euros."]


def test_what_is_repeated_is_bounded(tmp_path: Path) -> None:
    """A page that repeats nested lists does not take endless time."""
    loop = "{% for x in site.data.l %}a {{ x }}"
    page = loop * 12 + "{% endfor %}" * 12
    files = {"_data/l.json": str(list(range(100))), "a.md": f"Text.\n\n{page}"}
    (text,) = texts(tmp_path, files)
    assert len(text) < 1_000_000


@given(st.sampled_from([*SETTINGS, "x/y.yml", "x.json"]), st.text())
def test_any_settings(name: str, content: str) -> None:
    """Any settings file gives values, or none."""
    assert isinstance(read_site_settings(name, content), dict)
    assert isinstance(read_data(name, content), dict)


def test_nothing_is_run(tmp_path: Path) -> None:
    """The settings of Sphinx are a program; none of it is run."""
    done = tmp_path / "done"
    read_site_settings("conf.py", f"version = '1'\nopen({str(done)!r}, 'w').close()\n")
    assert not done.exists()
