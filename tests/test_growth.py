"""The time for any text by an author or a visitor is proportional to its length.

Growth is compared, not time: four times the text may take at most a fixed multiple of the work,
which a quadratic pattern far exceeds. Work that cannot be counted is measured as processor time of
this thread.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from test_bombs import docx, page_of, paragraph, run

import chatbot
from chatbot import passages
from chatbot.articles import read_corpus
from chatbot.articles.opening import MOST_LINES, MOST_TAGS, MOST_WORDS
from chatbot.conversation import followups, smalltalk, subjects
from chatbot.conversation.vocabulary import vocabulary
from chatbot.errors import ArticleError
from chatbot.formats import Format, parse, read_characters
from chatbot.formats.dateline import read_dateline
from chatbot.formats.fields import read_fields
from chatbot.formats.front_matter import split_front_matter
from chatbot.formats.site_values import read_site_settings
from chatbot.language import forms, kinds, people, sentences, text
from chatbot.retrievers.naming import Naming
from chatbot.store.masking import mask
from chatbot.suggestions.usage import Usage
from chatbot.types import Article, Block, Passage

TIMES = 4
AT_MOST = 10.0
"""Four times the text may take ten times as long (a linear step takes 4, a quadratic 16)."""
AT_MOST_SQUARED = 32.0
"""The same for steps on short texts, which may be quadratic (a cubic step takes 64 times)."""
NOTICED = 0.03
"""Shorter times, in seconds, are ignored: they depend more on the machine than on the code."""

PUMPS = (
    "a", "A", "A ", "Ab ", "a ", "1", "1,", "1 ", "1-", "(", "((a", "[", "[a", "![", "](", "[a](",
    ", a", "A, ", "\n", "\n\n", " ", "  \n", "\t", ".", "a.", "A. ", "said A ", "king ", "king A ",
    "@", "x@", "x@y.", "-", "- a\n", "a-", "<", "<a", "<a ", "<p>", "<b>", "<td>", "<!--", "&",
    '"', "“", "“a ", "‘", "what is ", "how much is ", "one ", "1 million ", "19", "1900 ", "May ",
    "because ", "’s ", "a’", "*", "**a", "_", "~~a", "`", "`a``", "```\n", "\\", "|", "|a", "|-",
    "# ", "> ", "    a\n", "1. a\n", "a: b\n", "---\n", "é", "e\u0301", "—", "A—", "A of ", "and ",
    "not ", "his ", "it ", "password ", "password: ", "the A ", "A\n", ": ", ":", "a;", "\u3040",
)  # fmt: skip


def work(step: Callable[[str], object], typed: str, tries: int = 1) -> float:
    """Return the shortest time of this many tries."""
    taken = []
    for _ in range(tries):
        begin = time.thread_time()
        step(typed)
        taken.append(time.thread_time() - begin)
        if taken[-1] < NOTICED:
            break
    return min(taken)


def pumped(pump: str, length: int) -> str:
    """Return `pump` repeated up to this length, with § replaced by a running number."""
    if "§" not in pump:
        return (pump * length)[:length]
    return "".join(pump.replace("§", str(number)) for number in range(length // len(pump)))


def grows(
    step: Callable[[str], object],
    pump: str,
    length: int,
    around: tuple[str, str] = ("", ""),
    at_most: float = AT_MOST,
) -> bool:
    """Return whether four times the text takes more than `at_most` times as long."""
    begin, end = around
    short, long = (f"{begin}{pumped(pump, times * length)}{end}" for times in (1, TIMES))
    most = work(step, long)
    if most < NOTICED:
        return False
    least = work(step, short, 3)
    return most > at_most * least and work(step, long, 2) > at_most * least


def passage_of(content: str) -> Passage:
    return Passage("a", content[:300], None, content, 0, ((0, len(content)),))


def cut(content: str) -> object:
    blocks = parse(content, "text").blocks
    return passages.cut(Article("a", "A", content, blocks, "a.txt"), 20, 220)


# Steps that process a whole article, or a long part of it without a space.
OF_ARTICLES: dict[str, Callable[[str], object]] = {
    "text.split": text.split,
    "text.fold": text.fold,
    "sentences.spans": sentences.spans,
    "people.persons": people.persons,
    "Naming": lambda content: Naming([passage_of(content)]),
    "vocabulary": lambda content: vocabulary([content]),
    "suggestions.Usage": Usage,
    "read_dateline": read_dateline,
    "cut": cut,
    "mask": mask,
}
OF_MARKDOWN = (
    "a\n: b\n\n", '=== "a"\n    b\n', "!!! a\n    b\n", "::: a\nb\n:::\n", ":::\n",
    "{% if page.a %}b{% endif %}", "{{ a }}", "{{< a >}}", "{{< a >}}b{{< /a >}}", "{: .a}",
    "{.a}", "[^a]", "[^§]: b\n\n", "c[^§] d.\n\n[^§]: b\n\n", "^[a", "a^[b] ", "a* ", "a† ",
    "† a\n\n", "<details>\n", "<Tab>", "<Tab>a</Tab>\n", "{a", "{a}", "import a\n", "$CTA\n",
    "*[A]: b\n", "| a | b |\n|---|---|\n| c | d |\n", '--8<-- "a"\n', "```{note}\na\n```\n",
    "[a]: b\n", "[§]: b\n", "[a]: b\n\n[a]\n\n", "{a}`b` ", "++a++ ", "==a== ", "~a~ ", "%% a\n",
    "<!-- a", "<!-- a -->", "$$", "a<sup>1</sup> ", "  - a\n", "> > ", "1) a\n", "[a](b){c}",
    "![a][b]", "export a = {",
)  # fmt: skip
OF_HTML = (
    "<dt>a", "<dl><dt>a<dd>b</dl>", "<tr><td>a", "<table><tr><td>a</table>", "<li>a</li>",
    "<td colspan=9 rowspan=9>a</td>", "<tr><th>a<tr><td>b<td>c", "<tr><th>1<th>2", "<div>a</div>",
    "<tr><td colspan=2><b>a</b><tr><td>b<td>c", "<details><summary>a</summary>b</details>",
    "<a role=doc-noteref href=#n§>1</a>", "<p>a<a href=#n§ id=m§>1</a><p id=n§>b<a href=#m§>1</a>",
    "<p id=n§ role=doc-footnote>a</p>", "<a href=b>a</a>", "<br>", "a<br>", "<h2>a?</h2>",
    "<h2>a</h2>b", "<b>Q: a?</b>b<br>", "<p><b>a?</b><p>b", "<p class=a hidden>a</p>",
    "<button aria-expanded=true>a</button><div>b</div>", "<div role=tab>a</div>",
    "<input type=radio id=a§><label for=a§>b</label>", "<div class=a hidden>a</div>",
    "<ul><li><a href=#a§>a</a></ul><div id=a§>b</div>", "<div role=tablist></div>", "<pre>a</pre>",
    "<ol start=§><li>a</ol>", "<abbr title=a>b</abbr>", "<a>", "<span>a</span>", "<form>a</form>",
    "<nav><a href=a>a</a></nav>", "<label for=a>a</label><div>b</div>", "<script>a</script>",
    "<svg></svg>",
)  # fmt: skip
OF_RST = (
    "a\n\n", "- a\n", "* ", "a§\n====\n\n", "a\n=\n\nb\n-\n\n", "`a`_ ", "`a <b>`_ ", "|a| ",
    "*a* ", "**a", "``a`` ", ":a:`b` ", ".. note:: a\n\n", ".. |§| replace:: b\n\n",
    ".. _a§: b\n\n", "\\", ".. |§| replace:: b\n\n|§|\n\n", ".. a::\n\n   b\n\n", "[1]_ ",
    "a [#]_\n\n.. [#] b\n\n", "a\n  b\n", ":a: b\n", "= =\na b\n= =\n\n", "+-+\n|a|\n+-+\n\n",
    "| a\n", ">>> a\n\n", "::\n\n  a\n\n", "a__ ", "__ a\n\n", "1. a\n", ".. a\n\n", "a_ ",
    "a§_ ", ".. csv-table::\n\n   a,b\n\n",
)  # fmt: skip
OF_ASCIIDOC = (
    "a\n", "a\n\n", "== a\n\n", "== a§\n\n<<_a§>>\n\n", "* a\n", "** a\n* b\n", "* a\n+\nb\n",
    "+\n", "a:: b\n", "----\n", "|===\n", "|===\n|a |b\n|===\n\n", "a|b ", "|a ", "9*|a ", ".9+|a ",
    "{a}", "\\{a}", ":a: b\n", ":a: {a}b\n", ":a§: {a}b\n", "ifdef::a[]\n", "endif::[]\n",
    "<<a>> ", "[[a§]]\n", "[[a]]", "footnote:[a] ", "footnote:a[b] ", "link:a[b] ",
    "https://a.b[c] ", "https://a.b ", "`a` ", "*a* ", "**a", "_a", "#a#", "^a^", "+a+ ", "++",
    "+++a", "pass:[", '"`a', "a--b", "(((a)))", "((", "NOTE: a\n", "[a]\n", ".a\n", "====\n",
    "--\n", "include::a[]\n", "<1> a\n", "image::a[b]\n\n", "kbd:[a] ", "xref:a[b] ", "'''\n",
    "//a\n", "////\n", "1. a\n", "a +\n", "[a=b]\n", "btn:[", "a:[",
)  # fmt: skip
OF_YAML = (
    "a§: b\n", "- a\n", "{a: ", "a§: &a§ b\n", "a§: *a\n", "a§: |\n b\n", "'", '"', "? a§\n",
    "a§: [b, c]\n", "  ", "!a ", "# a\n", "a§:\n- b\n- c: d\n", ": ", "a: ", ">\n", "\\",
)  # fmt: skip
OF_TOML = (
    "a§ = 'b'\n", "[a§]\n", "[[a]]\n", "a.", "[a.b§]\n", "[", "a§ = [", '"', "'''", "a§.b = 1\n",
    "a§ = {b = 'c'}\n", "# a\n", "a = 1\n", "\\", "{", "= ",
)  # fmt: skip
OF_JSON = ('"a§": "b",', "[", '{"a": ', '"a": [1, 2],', "1,", "\\", '"', "-", '"a": {},', "1")
OF_PYTHON = (
    "a§ = 'b'\n", "a§ = a\n", "a§ = ['b']\n", "a = [", "a = -", "(", "'", "a.", "a = b\n", "# a\n",
    "a + ", "{", "\\",
)  # fmt: skip
FORMATS: dict[str, tuple[Format, int, tuple[str, ...]]] = {
    "text": ("text", 4_000, PUMPS),
    "markdown": ("markdown", 3_000, (*PUMPS, *OF_MARKDOWN)),
    "templates": ("markdown", 12_000, ("{{", "{% if a %}", "{%")),
    "mdx": ("mdx", 3_000, OF_MARKDOWN),
    "html": ("html", 6_000, (*PUMPS, *OF_HTML)),
    "rst": ("rst", 800, OF_RST),
    "asciidoc": ("asciidoc", 4_000, OF_ASCIIDOC),
}
"""For each format, a length and what is repeated up to that length."""
MATTER: dict[str, tuple[int, tuple[str, ...], tuple[str, str]]] = {
    "YAML": (500, OF_YAML, ("---\n", "\n---\nWords.\n")),
    "nested YAML": (1_500, ("[", "&a§ ["), ("---\n", "\n---\nWords.\n")),
    "TOML": (2_000, OF_TOML, ("+++\n", "\n+++\nWords.\n")),
    "JSON": (4_000, OF_JSON, ('{"', '"}\n\nWords.\n')),
}
SITES: dict[str, tuple[int, tuple[str, ...]]] = {
    "_config.yml": (500, OF_YAML),
    "hugo.toml": (2_000, OF_TOML),
    "book.json": (4_000, OF_JSON),
    "conf.py": (2_000, OF_PYTHON),
}
# Steps that process a question or a sentence, so at most this many characters.
OF_QUESTIONS: dict[str, Callable[[str], object]] = {
    "kinds.asked": lambda question: kinds.asked.__wrapped__(question),
    "followups.lean": lambda question: followups.lean(question, ()),
    "smalltalk": smalltalk.recognise,
    **{
        f"forms {kind}": lambda sentence, kind=kind: forms.find(kind, sentence)  # type: ignore[misc]
        for kind in ("money", "percent", "age", "duration", "date", "number", "person", "title",
                     "quotation", "reason", "place", "thing")
    },
    "in_answer": lambda answer: subjects.in_answer(answer, "Who?", Naming([])),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("step", OF_ARTICLES)
def test_what_reads_articles_is_linear(step: str) -> None:
    """For any strange text, the time grows linearly with its length."""
    assert [pump for pump in PUMPS if grows(OF_ARTICLES[step], pump, 8_000)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_parsing_is_linear(name: str) -> None:
    """The same is true for a file of any format, whatever its marks."""
    format, length, pumps = FORMATS[name]

    def read(content: str) -> None:
        with suppress(ArticleError):
            parse(content, format, {"a": "b"}.get)

    assert [pump for pump in pumps if grows(read, pump, length)] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", MATTER)
def test_front_matter_is_linear(form: str) -> None:
    """The same is true for front matter in each of its forms."""
    length, pumps, around = MATTER[form]

    def read(content: str) -> None:
        with suppress(ArticleError):
            read_fields(split_front_matter(content)[0])

    assert [pump for pump in pumps if grows(read, pump, length, around)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_settings_of_sites_are_linear(name: str) -> None:
    """The same is true for the settings of a site."""
    length, pumps = SITES[name]
    slow = [
        pump for pump in pumps if grows(lambda text: read_site_settings(name, text), pump, length)
    ]
    assert slow == []


# For each repeated part of a Word file, the text around it, and the part itself.
WORD = {
    "paragraph": ("", paragraph(run("<w:t>a</w:t>"))),
    "run": ("w:p", run("<w:t>a </w:t>")),
    "table": ("", f"<w:tbl><w:tr><w:tc>{paragraph('')}</w:tc></w:tr></w:tbl>"),
    "row": ("w:tbl", "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc></w:tr>"),
    "field": (
        "w:p",
        run('<w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "a"</w:instrText>'),
    ),
    "break": ("w:p", run("<w:br/>")),
    "bookmark": ("w:p", '<w:bookmarkStart w:name="a"/>'),
}


@pytest.mark.slow
@pytest.mark.parametrize("part", WORD)
def test_word_is_linear(part: str, tmp_path: Path) -> None:
    """The same is true for a Word file of many equal parts."""
    around, inside = WORD[part]

    def read(marks: str) -> None:
        body = inside * len(marks)
        body = f"<{around}>{body}</{around}>" if around else body
        data = docx(tmp_path / "a.docx", body).read_bytes()
        parse(read_characters(data, "docx")[0], "docx")

    assert not grows(read, "a", 150)


PDF = {
    "words in a line": "(word) Tj ",
    "lines": "1 0 0 1 9 § Tm (word) Tj ",
    "words at one place": "1 0 0 1 9 9 Tm (word) Tj ",
    "words on a diagonal": "1 0 0 1 § § Tm (word) Tj ",
    "strokes": "9 § m 99 § l S ",
    "boxes": "9 § 9 9 re S ",
    "states": "q ",
}


@pytest.mark.slow
@pytest.mark.parametrize("part", PDF)
def test_pdf_is_linear(part: str) -> None:
    """The same is true for a page of a PDF with many equal parts."""
    pytest.importorskip("pdfplumber")

    def read(inside: str) -> None:
        with suppress(ArticleError):
            parse(read_characters(page_of(f"BT /A 9 Tf {inside} ET"), "pdf")[0], "pdf")

    assert not grows(read, PDF[part], len(PDF[part]) * 60)


@pytest.mark.slow
@pytest.mark.parametrize("step", OF_QUESTIONS)
def test_what_reads_questions_is_bounded(step: str) -> None:
    """No step that reads a text of at most a sentence is more than quadratic."""
    read, short = OF_QUESTIONS[step], sentences.LONGEST // TIMES
    assert [pump for pump in PUMPS if grows(read, pump, short, at_most=AT_MOST_SQUARED)] == []


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each pattern of a module of the package, with its name."""
    for module in pkgutil.walk_packages(chatbot.__path__, "chatbot."):
        if module.name.startswith(("chatbot.evaluation", "chatbot.__main__")):
            continue  # the evaluation never processes a visitor's text
        package = {"chatbot.readers.deep": "deep", "chatbot.readers.multilingual": "multilingual"}
        if module.name in package and not find_spec(f"article_chat_{package[module.name]}"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            values = value.values() if isinstance(value, dict) else [value]
            for pattern in values:
                if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                    yield f"{module.name}.{name}", pattern


@pytest.mark.slow
def test_no_pattern_is_more_than_quadratic() -> None:
    """No pattern of the package is more than quadratic, and quadratic ones only see short texts."""
    short = sentences.LONGEST // TIMES
    slow = [
        (name, pump)
        for name, pattern in patterns()
        for pump in PUMPS
        if grows(pattern.search, pump, short, ("", "\x00"), AT_MOST_SQUARED)
    ]
    assert slow == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("\n" * (MOST_LINES + 1), "lines"),
        ("<" * (MOST_TAGS + 1), "tags"),
        (" ".join(map(str, range(MOST_WORDS + 1))), "different words"),
    ],
)
def test_what_is_data_is_left_out(tmp_path: Path, content: str, what: str) -> None:
    """A file that would take minutes is left out with a message, and the others are served."""
    (tmp_path / "data.md").write_text(f"Words. {content}", encoding="utf-8")
    (tmp_path / "help.md").write_text("The library opens at nine.", encoding="utf-8")
    found = read_corpus(tmp_path, 10_000_000)
    assert [article.id for article in found.articles] == ["help"]
    [fault] = found.faults
    assert fault.left_out and what in fault.message


def test_titles_are_no_longer_than_a_line(tmp_path: Path) -> None:
    """Only the first words of a very long title or heading are used; the text is unchanged."""
    (tmp_path / "a.md").write_text(
        f"# {'Opening ' * 100_000}\n\n## {'Hours ' * 100_000}\n\nAt nine.", encoding="utf-8"
    )
    [article] = read_corpus(tmp_path, 10_000_000).articles
    assert len(article.title) <= 300 and article.title.endswith("Opening")
    assert "Hours " * 100 in article.text
    for passage in passages.cut(article, 20, 220):
        assert len(passage.heading or "") <= 300
        assert article.text[passage.start : passage.end] == passage.text


def test_a_page_of_brackets_is_text() -> None:
    """If Markdown has more brackets than any author types, the rest is read as plain text."""
    found = parse("A [link](https://example.org) first.\n\n" + "[a" * 50_000, "markdown")
    assert found.text.startswith("A link first.\n\n[a[a")
    assert all(isinstance(block, Block) for block in found.blocks)
