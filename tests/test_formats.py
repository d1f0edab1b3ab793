"""The content of one file becomes text and blocks."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.errors import ArticleError
from chatbot.formats import Format, Parsed, parse
from chatbot.formats.dateline import read_date, read_dateline
from chatbot.formats.encoding import decode
from chatbot.formats.fields import Fields

MARKS = st.sampled_from(
    [
        *("\n \n\n \t \r \r\n \x1f \x85 \ufeff \ud800 é 😀 e\u0301".split(" ")),
        *("# |- |1. |> |```|---\n|===\n|    |* |_|word |title: x\n".split("|")),
        *"| <p> </p> <li> <tr> <td> <pre> <br> <h1> <script> <!-- --> &nbsp; &#31;".split(),
        *("&#xD800;", "LONDON, 3 March 2025 — ", "date 2025-03-03 Los Angeles:"),
    ]
)
ANY = st.one_of(st.text(), st.lists(st.one_of(MARKS, st.text(max_size=8))).map("".join))


def kinds(parsed: Parsed) -> list[tuple[str, str]]:
    """Return kind and text of each block."""
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def headings(text: str) -> list[str]:
    return [words for kind, words in kinds(parse(text, "text")) if kind == "heading"]


# Any text


@given(ANY, st.sampled_from(["markdown", "html", "text"]))
@example("<table><tr><td>a<h1>b</table>", "html")
@example("a\n=\n", "text")
@example("1.\u2003\u2003x", "text")
def test_blocks_hold_every_word(content: str, format: Format) -> None:
    """Blocks are in order, do not overlap, have all words, and the text can be encoded."""
    try:
        parsed = parse(content, format)
    except ArticleError:
        return
    end = 0
    outside = []
    for block in parsed.blocks:
        assert end <= block.start < block.end <= len(parsed.text)
        assert parsed.text[block.start : block.end].strip()
        assert (block.level > 0) == (block.kind == "heading")
        outside.append(parsed.text[end : block.start])
        end = block.end
    left = "".join([*outside, parsed.text[end:]])
    if format == "text":  # marks of items ("12.", "b)") and ruled lines are outside too
        assert not any(len(word.strip("().")) > 3 for word in left.split() if word.isalnum())
    else:
        assert not left.strip()
    parsed.text.encode("utf-8")
    (parsed.fields.title or "").encode("utf-8")


@given(ANY)
def test_plain_text_stays_as_it_is(content: str) -> None:
    """In plain text only line ends and control characters change, so offsets stay right."""
    text = parse("x" + content, "text").text
    assert text == parse(text, "text").text
    # Half a surrogate pair, which no file in UTF-8 holds, is not printable; U+FFFD stands for it.
    assert [letter for letter in text if letter.isprintable() and letter != "\ufffd"] == [
        letter for letter in "x" + content if letter.isprintable() and letter != "\ufffd"
    ]


@given(st.binary())
def test_bytes_are_text_or_an_article_error(data: bytes) -> None:
    """Any bytes are decoded, or rejected with an ArticleError."""
    try:
        decode(data)
    except ArticleError as error:
        assert str(error)


# Characters


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_marks_within_words_that_nobody_sees(format: Format) -> None:
    """Soft hyphens and possible line breaks do not hide a word, in any format."""
    assert parse("A bi\u200bcy\u00adcle.", format).text == "A bicycle."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_byte_order_marks(encoding: str) -> None:
    """UTF-8 is read with and without a byte order mark, wider encodings with theirs."""
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decode(mark + "Pérez 😀".encode(encoding))[0].removeprefix("\ufeff") == "Pérez 😀"


def test_windows_1252_is_a_guess() -> None:
    """A text that is not UTF-8 is read as Windows-1252, with a warning."""
    assert decode("“Café” – 5 €".encode("cp1252")) == (
        "“Café” – 5 €",
        "is not UTF-8; read as Windows-1252",
    )


def test_a_broken_byte_does_not_break_the_rest() -> None:
    """A text in UTF-8 with one broken byte keeps its other letters."""
    content, warning = decode("één café\nnaïf ".encode() + b"\xff!")
    assert content == "één café\nnaïf \ufffd!"
    assert warning == "is not quite UTF-8: 1 broken characters, the first in line 2"


def test_a_page_declares_its_encoding() -> None:
    """An HTML page that is not UTF-8 is read by the encoding it names, if that exists."""
    page = '<meta charset="windows-1251"><p>Анора'
    assert decode(page.encode("cp1251")) == (page, None)
    assert decode(b'<meta charset="hex">caf\xe9')[0].endswith("café")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 text", b"PK\x03\x04", bytes(range(256)), b"a\x00b\x00"]
)
def test_binaries_are_refused(data: bytes) -> None:
    """A binary file is not text, whatever its name is."""
    with pytest.raises(ArticleError, match=r"is (a PDF|a zip file|a binary file)"):
        decode(data)


# Markdown and HTML


def test_markdown() -> None:
    """Marks are removed; headings, paragraphs, items, rows and code stay, with entities decoded."""
    parsed = parse(
        "# The *Film*\n\nMade for\n**$6&nbsp;million**.  \nNot more. ![alt](x.png)\n\n"
        "- one\n- two\n\n"
        "| Film | Year |\n|---|---|\n| Anora | 2024 |\n\n```\na = 1\n\nb = 2\n```\n",
        "markdown",
    )
    assert parsed.fields.title == "The Film"
    assert kinds(parsed) == [
        ("heading", "The Film"),
        ("paragraph", "Made for $6 million.\nNot more."),
        ("item", "one"),
        ("item", "two"),
        ("header", "Film | Year"),
        ("row", "Anora | 2024"),
        ("code", "a = 1\n\nb = 2"),
    ]
    assert parsed.text == "\n\n".join(text for _, text in kinds(parsed))


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("<tr><th>Size</th><th>Price</th></tr>", "header"),
        ("<tr><th>Ticket</th><th>Children under 14</th></tr>", "header"),
        ("<tr><th>Monday</th><th>9 to 5</th></tr>", "row"),
        ("<tr><th>Small</th><th>€3</th></tr>", "row"),
        ("<tr><th>Price</th><td>free</td></tr>", "row"),
        ("<tr><td>Size</td><td>Price</td></tr>", "row"),
    ],
)
def test_the_header_of_a_table(table: str, kind: str) -> None:
    """A row that only names columns is distinguished from a first row of data."""
    assert [kind for kind, _ in kinds(parse(f"<table>{table}</table>", "html"))] == [kind]


@pytest.mark.parametrize(
    ("inside", "items"),
    [
        ("<dt>Born</dt><dd>1891</dd><dt>Died:</dt><dd>1950</dd>", ["Born: 1891", "Died: 1950"]),
        ("<div><dt>A<dt>B<dd><p>c</p><p>d</p></div><dt>E", ["A", "B: c", "d", "E"]),
    ],
)  # fmt: skip
def test_a_term_stands_before_what_it_means(inside: str, items: list[str]) -> None:
    """A definition in a list belongs to its term."""
    assert kinds(parse(f"<dl>{inside}</dl><p>z", "html")) == [
        *(("item", item) for item in items), ("paragraph", "z"),
    ]  # fmt: skip


def test_html_in_markdown() -> None:
    """HTML in Markdown is read; a tag that is only mentioned hides no text."""
    parsed = parse("<div>One</div>\n\nPaste the <script> tag. <b>Two</b>\n\nThree", "markdown")
    assert [text for _, text in kinds(parsed)] == ["One", "Paste the <script> tag. Two", "Three"]


def test_html_keeps_what_is_read() -> None:
    """Scripts, navigation, forms, asides and hidden parts are left out; loose text is not."""
    parsed = parse(
        "<body><header>Site</header><nav>Menu</nav>loose<script>x()</script> text<aside>ad</aside>"
        "<p>Caf&eacute;<br>two<b>bo</b>ld<br><br>new&shy;er</p><p hidden>no</p>"
        "<p style='display: none'>no</p><form>Search</form><template>no</template>"
        "<pre>a\n  b</pre><table><tr><td><p>1</p><td>2</table><footer>c</footer>",
        "html",
    )
    assert kinds(parsed) == [
        ("paragraph", "loose text"),
        ("paragraph", "Café\ntwobold"),
        ("paragraph", "newer"),
        ("code", "a\n  b"),
        ("row", "1 | 2"),
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a</p><main><p>b</p></main>", "b"),
        ("<p>a</p><article><header><h1>t</h1></header>b</article><p>c", "t\n\nb"),
        ("<article>a</article>x<article>b</article>", "a\n\nb"),
        ("<p>a</p><main><script>filled()</script></main>", "a"),
        ("<form><h1>t</h1><p>a</p><input></form>", "t\n\na"),
        ("<table><tr><td>menu<td><h1>t</h1><p>a</p><p>b</p></table>", "menu\n\nt\n\na\n\nb"),
        ("<ul><li>a<ul><li>b</ul>c</ul>", "a\n\nb\n\nc"),
        ("", ""),
        ("<!-- nothing -->", ""),
    ],
)
def test_where_the_text_of_a_page_is(page: str, text: str) -> None:
    """`<main>` before `<article>` before the body; forms and tables may frame a whole page."""
    assert parse(page, "html").text == text


def test_what_a_page_says_about_itself() -> None:
    """Title, address, date and language come from the page; invalid ones are ignored."""
    fields = parse(
        "<html lang=de-AT><head><title>Anora – The News</title><link rel=canonical"
        " href='https://example.org/a'><meta property='article:published_time'"
        " content='2025-03-03T01:00:00+02:00'></head><h1>Anora</h1><time datetime=2020-01-01>",
        "html",
    ).fields
    assert (fields.title, fields.url, fields.lang) == ("Anora", "https://example.org/a", "de-AT")
    assert fields.published == datetime.date(2025, 3, 3)
    wrong = "<html lang='?'><link rel=canonical href='javascript:x'><time datetime=soon>"
    assert parse(wrong, "html").fields == parse("", "html").fields


def test_depth_is_refused() -> None:
    """A page that is nested too deep is an error, neither a crash nor half a text."""
    with pytest.raises(ArticleError, match="more than 1,000 deep"):
        parse("<div>" * 100_000 + "x", "html")
    assert parse("<div>" * 500 + "x", "html").text == "x"
    parse("> " * 50_000 + "x", "markdown")


def test_titles_of_abbreviations() -> None:
    """The meaning that a page gives for a short form is kept, in HTML and in Markdown."""
    written = '<abbr title="Paid  time off">PTO</abbr> and <abbr>HR</abbr>'
    assert parse(f"<p>{written}</p>", "html").fields.abbreviations == (("PTO", "Paid time off"),)
    matter = "---\nabbreviations: ['HR: human resources']\n---\n"
    assert parse(f"{matter}{written}", "markdown").fields.abbreviations == (
        ("HR", "human resources"), ("PTO", "Paid time off"),
    )  # fmt: skip


# Front matter


def test_front_matter() -> None:
    """In Markdown and plain text, YAML front matter gives the metadata."""
    matter = (
        "---\ntitle: 1984\nurl: https://example.org/x\npublished: 3 March 2025\nlang: no\n"
        "aliases: Nineteen Eighty-Four\nquestions:\n- Who wrote it?\n- When?\n"
        "abbreviations: ['BB: Big Brother']\n---\n\nText.\n"
    )
    for format in ("markdown", "text"):
        parsed = parse(matter, format)
        assert parsed.warnings == ()
        assert parsed.text.strip() == "Text."
        fields = parsed.fields
        assert (fields.title, fields.lang) == ("1984", "no")
        assert fields.published == datetime.date(2025, 3, 3)
        assert fields.aliases == ("Nineteen Eighty-Four",)
        assert fields.questions == ("Who wrote it?", "When?")
        assert fields.abbreviations == (("BB", "Big Brother"),)


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("title: [T]", "title must be a line of text"),
        ("url: javascript:alert(1)", "url must be an http or https address"),
        ("url: http://[x", "url "),
        ("published: 2025-02-30", "published must be a date like 2025-03-03"),
        ("lang: [en]", "lang must be a line of text"),
        ("lang: English please", "lang must be a language tag"),
        ("aliases: {a: b}", "aliases must be a list of lines of text"),
        ("abbreviations: BB", 'abbreviations must be a list of lines like "PTO: paid time off"'),
    ],
)
def test_wrong_values_are_named(line: str, warning: str) -> None:
    """An invalid value is ignored with a warning that names its key; the others are used."""
    parsed = parse(f"---\nslug: s\n{line}\n---\nText.", "markdown")
    assert parsed.fields == Fields(slug="s")
    assert len(parsed.warnings) == 1
    assert parsed.warnings[0].startswith(f"front matter: {warning}")


@pytest.mark.parametrize(
    ("matter", "message"),
    [
        ("title: a\nurl: [1\n---\n", "front matter, line 4: "),
        ("title: a\nlang: en\ntitle: b\n---\n", "front matter, line 2: title occurs twice"),
        ("title: Anora: the film\n---\n", "line 2: a value with a colon in it needs quotes"),
        ("just words\n---\n", "must be lines of `key: value`"),
        ("title: a\n", "no line --- at its end"),
        ("a: " + "[" * 1500 + "\n---\n", "front matter"),
        ("a: " + "x" * 70_000 + "\n---\n", "longer than"),
    ],
)
def test_broken_front_matter(matter: str, message: str) -> None:
    """Broken front matter is an error with its line, since a title would be lost."""
    with pytest.raises(ArticleError, match=message):
        parse("---\n" + matter + "Text.", "text")


@pytest.mark.parametrize(
    "matter",
    [
        '+++\ntitle = "Tides"\ndate = 2025-03-03T09:00:00Z\ndraft = false\n[menu]\nw = 1\n+++\n',
        '{"title": "Tides", "date": "2025-03-03", "draft": false,\n "tags": [1, null]}\n',
        "---\ntitle:\tTides\ntags:\n\t- a\ndate: 2025-03-03 09:00:00 +0200\nlayout: post\n---\n",
        "---\ntitle: Tides\nlast_update:\n  date: 2025-03-03\n  author: M\n---\n",
        "---\ntitle: Tides\npublished: true\nlastmod: 3 March 2025\n---\n",
    ],
)
def test_front_matter_of_generators(matter: str) -> None:
    """TOML, JSON and YAML with tabs are read as generators do, without warnings on other keys."""
    parsed = parse(f"{matter}\nHigh at noon.", "markdown")
    assert parsed.text == "High at noon."
    assert parsed.warnings == ()
    assert parsed.fields == Fields(title="Tides", published=datetime.date(2025, 3, 3))


@pytest.mark.parametrize(
    ("matter", "message"),
    [
        ('+++\ntitle = "a"\nlang = x\n+++\n', "front matter, line 3: "),
        ('+++\ntitle = "a"\ntitle = "b"\n+++\n', "front matter, line 3: "),
        ('+++\ntitle = "a"\n', r"no line \+\+\+ at its end"),
    ],
)
def test_broken_toml(matter: str, message: str) -> None:
    """Broken TOML is an error with its line, as broken YAML is."""
    with pytest.raises(ArticleError, match=message):
        parse(f"{matter}Text.", "markdown")


@pytest.mark.parametrize("text", ["{name} is yours.", '{"a": 1} is an object.', "{\n  key", "+++"])
def test_what_is_no_front_matter(text: str) -> None:
    """A text may begin with a brace or a row of signs."""
    assert parse(text, "text").text == text


def test_where_a_generator_puts_a_page() -> None:
    """A path becomes part of the address; a whole address is the page's."""
    said = parse("---\nurl: /help/hours/\nslug: hours\n---\nText.", "markdown")
    assert said.warnings == ()
    assert said.fields == Fields(permalink="/help/hours/", slug="hours")
    said = parse("---\npermalink: https://example.org/a\n---\nText.", "markdown")
    assert said.fields == Fields(url="https://example.org/a")


def test_aliases_that_are_addresses() -> None:
    """Hugo's aliases are addresses and not names of the subject; names are kept."""
    said = parse(
        "---\naliases: [/old/hours, old.html, opening times, TCP/IP model]\n---\nText.", "text"
    )
    assert said.fields.aliases == ("opening times", "TCP/IP model")


def test_a_ruled_line_is_no_front_matter() -> None:
    """A text may begin with a ruled line."""
    assert parse("---\n\nText.\n\n---\n", "markdown").text == "Text."


# Plain text


def test_bare_headings() -> None:
    """A short line in title case, capitals, with a number or underlined is a heading."""
    body = "\n\nHere is a paragraph that says rather more than its heading does.\n\n"
    lines = ["The Challenges of Work", "GETTING THERE", "2.1 Costs", "Chapter 3", "Opening hours"]
    lines += ["How do I get a refund?", "Odd one, but underlined.\n---------"]
    assert headings(body.join([*lines, ""])) == [line.split("\n")[0] for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        "Tangerine (2015), which used three smartphones to tell the story, earned wide acclaim",
        "In The Florida Project (2017), a single mother turns to sex work to support her daughter",
        "Red Rocket (2021) explores the return of a retired actor to his small Texas hometown",
        "Tickets are sold out",
        "Budget: $6 million",
        "By Jane Doe",
        "“Never Again”",
        "It Ends Here.",
        "$6 million",
        "12 people came",
        "3 March 2025, Berlin",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    """A note without a full stop is a paragraph, since a heading could not be quoted."""
    text = f"{line}\n\nHere is a paragraph that is longer than all of the lines above it, by far.\n"
    assert headings(text * 2) == []


@pytest.mark.parametrize("between", ["", "By Rosa Menke, 7 January 2025", "LEEDS, 7 January 2025"])
def test_a_headline(between: str) -> None:
    """The first line may be a sentence without a full stop, above author and date."""
    title = "Beekeeper beats the mayor, by eleven votes"
    below = "After two recounts and a night without sleep, the market town of Wexcombe has a mayor."
    parsed = parse("\n\n".join(filter(None, (title, between, below))), "text")
    assert parsed.fields.title == title
    assert kinds(parsed)[0] == ("heading", title)
    assert headings(f"{below}\n\n{title}\n\n{below}") == []


def test_a_column_of_names_is_not_headings() -> None:
    """If all lines look like headings, none is; the last line of a text never is."""
    names = "Sean Baker\n\nMikey Madison\n\nMark Eydelshteyn\n\nYura Borisov\n\nKaren Karagulian"
    assert headings(names) == []


def test_wrapped_lines_are_one_paragraph() -> None:
    """A line continues in the next if the next word did not fit; a shorter line ends."""
    text = (
        "About the Bridge\n"
        "The mayor said on Monday that the bridge would be closed for\n"
        "three weeks, while engineers look at what happened in May of\n"
        "5. February was no better.\n"
        "Opening hours\n"
        "The bridge office is open on all days of the week apart from\n"
        "Sundays.\n"
    )
    found = [(kind, words.count("\n")) for kind, words in kinds(parse(text, "text"))]
    assert found == [("heading", 0), ("paragraph", 2), ("heading", 0), ("paragraph", 1)]


def test_a_paragraph_a_line() -> None:
    """Long lines without blank lines are a paragraph each; short lines above them are headings."""
    long = (
        "This paragraph stands on one line and is long enough that nobody would have wrapped it" * 2
    )
    text = f"First Part\n{long}.\n{long}.\nSecond Part\n{long}.\n"
    assert [kind for kind, _ in kinds(parse(text, "text"))] == [
        *("heading", "paragraph", "paragraph", "heading", "paragraph")
    ]


def test_items() -> None:
    """Items of lists lose their marks, and may have several lines."""
    text = "You need:\n- a coat\n* an umbrella, because it\n  rains\n• a map\n\n1. Go.\n\n2. Back\n"
    assert kinds(parse(text, "text")) == [
        ("paragraph", "You need:"),
        ("item", "a coat"),
        ("item", "an umbrella, because it\n  rains"),
        ("item", "a map"),
        ("item", "Go."),
        ("item", "Back"),
    ]


def test_a_first_heading_is_the_title() -> None:
    """If a text begins with a heading, that is its title, and it stays in the text."""
    parsed = parse("About Anora\n\nAnora is a film of 2024 that won five Oscars.\n", "text")
    assert parsed.fields.title == "About Anora"
    assert parsed.text.startswith("About Anora\n\n")


# Links and lists


def links(parsed: Parsed) -> list[tuple[str, str]]:
    """Return the words and the address of each link."""
    return [(parsed.text[link.start : link.end], link.url) for link in parsed.links]


def test_links() -> None:
    """A link keeps its address and the exact place of its words, whatever is around them."""
    for format, content in {
        "markdown": 'The form is  *right* [**here**\n now](a.pdf "t"). See <https://e.org/x>, too.',
        "html": "<p>The form is <i>right</i> <a href='a.pdf'> here\n now</a>. See "
        "<a href='https://e.org/x'>https://e.org/x</a>, too.",
    }.items():
        parsed = parse(content, format)  # type: ignore[arg-type]
        assert parsed.text == "The form is right here now. See https://e.org/x, too."
        assert links(parsed) == [("here now", "a.pdf"), ("https://e.org/x", "https://e.org/x")]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<table><tr><th><a href=s>I</a><th>b<tr><td>  a|b <td>x <a href=p>y </a><td>", "s I p y"),
        ("<dl><dt>A<a href=t>term</a><dd><p><a href=d>def</a> x</p></dl>", "t term d def"),
        ("<dl><dt><a href=t>term</a><p>z", "t term"),
        ("<pre>  a <a href=c>\n  b</a></pre>", "c b"),
        ("<a href=w><h3>One</h3><p>two<br><br>three</p></a> four", "w One w two w three"),
        ("<h2>Size <a href=#size>¶</a></h2><p>x<br><br>y <a href=z>z</a>", "z z"),
        ("<a href=o>a<div>b <a href=i>c</a> d</div>e</a>f", "o a o b i c"),
        ("<a href=o>a<div hidden><a href=i>b</a></div>c</a>d", "o ac"),
        ("<a href=''>a</a><a>b</a><a href='javascript:x'>c</a><a href='data:x'>d</a>", ""),
        ("<base href='https://e.org/a/'><p><a href=../b>c</a>", "https://e.org/b c"),
        ("<a href=e><img alt=x></a><p>f", ""),
    ],
)  # fmt: skip
def test_where_links_stand(page: str, found: str) -> None:
    """Links work in cells, terms, code and across blocks; a heading's link mark is not a link."""
    parsed = parse(page, "html")
    assert " ".join(f"{url} {words}" for words, url in links(parsed)) == found


def test_links_without_an_end_cost_little() -> None:
    """A page with unclosed links is read in time that grows with its length."""
    page = "".join(f"<div><a href=x{number}>" for number in range(400)) + "<p>y " * 4000
    assert len(parse(page, "html").links) == 4000
    page = "<p>" + "<a href=x>y</a><br><br>" * 4000
    assert len(parse(page, "html").links) == 4000


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Write to ada@lib.academy.", [("ada@lib.academy", "mailto:ada@lib.academy")]),
        ("(see https://e.org/a_(b)?c=d),", [("https://e.org/a_(b)?c=d",) * 2]),
        ("On www.e.org: all.", [("www.e.org", "http://www.e.org")]),
        ("Open notes.py, ftp://e.org or javascript://e.org", []),
        ("“http://localhost:8000/”", [("http://localhost:8000/",) * 2]),
        ("x" * 3000 + "@e.org", []),
    ],
)
def test_bare_addresses(line: str, found: list[tuple[str, str]]) -> None:
    """Bare addresses are links, without the punctuation after them."""
    assert links(parse(line, "text")) == found
    assert links(parse(f"- {line}", "text")) == found
    assert links(parse(f"<p>{line}<pre>{line}", "html")) == found


def test_a_link_that_reads_as_an_address() -> None:
    """If the words of a link are an address, the link still leads to its own address."""
    parsed = parse("[https://e.org](https://e.org/start)", "markdown")
    assert links(parsed) == [("https://e.org", "https://e.org/start")]


def test_a_dateline_takes_no_link_along() -> None:
    """A link across a dateline and the text after it is in one block."""
    parsed = parse("<p><a href=x>LEEDS, 3 March 2025 — It rained.</a> So.", "html")
    assert links(parsed) == [("LEEDS, 3 March 2025 —", "x")]


def test_numbers_of_items() -> None:
    """Items of numbered lists have their numbers, others none; nested items are deeper."""
    for format, content in {
        "markdown": "3. Go:\n   - left\n   - right\n\n     on\n4. Stop.\n\n* So.",
        "html": "<ol start=3><li>Go:<ul><li>left</li><li><p>right</p><p>on</p></li></ul></li>"
        "<li>Stop.</li></ol><ul><li>So.</ul>",
    }.items():
        parsed = parse(content, format)  # type: ignore[arg-type]
        items = [(b.number, b.depth, b.goes_on) for b in parsed.blocks]
        assert [text for _, text in kinds(parsed)] == ["Go:", "left", "right", "on", "Stop.", "So."]
        assert items == [
            *((3, 0, False), (None, 1, False), (None, 1, False), (None, 1, True)),
            *((4, 0, False), (None, 0, False)),
        ]
    numbers = [b.number for b in parse("1. Go.\n(12) Stop.\nb) Wait.\n- So.\n", "text").blocks]
    assert numbers == [1, 12, None, None]
    values = f"<ol><li value=7>a<li>b<li value=x>c<li value={'9' * 99}>d</ol><dl><dt>e<dd>f</dl>"
    assert [b.number for b in parse(values, "html").blocks] == [7, 8, 9, 10, None]


def test_code_lies_in_its_item() -> None:
    """Code and further paragraphs of an item are marked as inside it."""
    parsed = parse("1. Run:\n\n       go\n\n   Wait.\n2. Stop.", "markdown")
    assert [(b.kind, b.depth, b.goes_on) for b in parsed.blocks] == [
        ("item", 0, False), ("code", 1, False), ("item", 0, True), ("item", 0, False),
    ]  # fmt: skip


# Datelines


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        ("date 2025-03-03 Los Angeles:", "2025-03-03", "Los Angeles"),
        ("LONDON, 3 March 2025 —", "2025-03-03", "LONDON"),
        ("PARIS (Reuters) -", None, "PARIS"),
        ("KYIV, Ukraine (AP) —", None, "KYIV, Ukraine"),
        ("LONDON, March 3 (Reuters) -", None, "LONDON"),
        ("3 March 2025, Berlin:", "2025-03-03", "Berlin"),
        ("Frankfurt am Main, Monday, 3rd March 2025:", "2025-03-03", "Frankfurt am Main"),
        ("WASHINGTON, D.C., Mar. 3, 2025 /PRNewswire/ --", "2025-03-03", "WASHINGTON, D.C."),
        ("2025-03-03T10:00:00Z:", "2025-03-03", None),
        ("TRIESTE —", None, "TRIESTE"),
    ],
)
def test_datelines(line: str, date: str | None, place: str | None) -> None:
    """Place, date and agency, in any usual order, give the article's place and date."""
    parsed = parse(f" {line} At the Oscars, it won.", "text")
    assert kinds(parsed) == [("dateline", line), ("paragraph", "At the Oscars, it won.")]
    assert parsed.fields.published == (datetime.date.fromisoformat(date) if date else None)
    assert parsed.place == place


@pytest.mark.parametrize(
    "line",
    [
        "NASA — the space agency — has a plan.",
        "NASA (the space agency) - has a plan.",
        "June 6, 1944: the day that changed the war.",
        "On 3 March 2025, Berlin was cold.",
        "Berlin, 3 March 2025 was a cold day.",
        "March 3 was cold: very.",
        "Paris: a love story.",
        "2025-02-30 Berlin: no such day.",
        "Note: 5 people came.",
        "May 5, 2025, Monday: it rained.",
    ],
)
def test_sentences_are_no_datelines(line: str) -> None:
    """Words that could also begin an ordinary sentence are not a dateline."""
    assert read_dateline(line) is None


def test_datelines_only_open_an_article() -> None:
    """A headline and an author may be above a dateline, but no paragraph."""
    line = "LONDON, 3 March 2025 — It rained all day long in the city.\n\n"
    assert parse(f"# Rain\n\nBy Jane Doe\n\n{line}", "markdown").place == "LONDON"
    assert parse(f"{'It rained a lot in these weeks. ' * 4}\n\n{line}", "text").place is None
    assert parse(f"---\npublished: 2020-01-01\n---\n{line}", "text").fields.published == (
        datetime.date(2020, 1, 1)
    )


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_dates_are_read_as_written(date: datetime.date) -> None:
    """A date is read in all forms in which people write it."""
    month = date.strftime("%B")
    for text in (
        date.isoformat(),
        f"{date.isoformat()}T23:30:00-08:00",
        f"{date.day} {month} {date.year}",
        f"{month[:3]} {date.day}, {date.year}",
    ):
        assert read_date(text) == date
