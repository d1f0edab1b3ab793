"""Pages built by site generators are read as text, below the right headings."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import ArticleError
from chatbot.formats import Parsed, html, parse
from chatbot.passages import cut
from chatbot.types import Article

assert html  # loaded once, not in the time of the first test
TAGS = (
    "div p ul ol li a button summary details h2 dl dt dd strong table thead tr th td label input"
    " span section main nav pre img abbr"
).split()
ATTRIBUTES = (
    "role=tablist|role=tab|role=tabpanel|hidden|aria-hidden=true|id=a|id=b|href=#a|href=#b|for=a"
    "|aria-controls=a|data-bs-toggle=collapse|type=radio|type=checkbox|rowspan=3|colspan=2"
    "|colspan=9999999|class=q|itemprop=name|itemscope itemtype=https://schema.org/Question|scope=col"
    "|title=long|alt=Yes|data-closes=x|class=cookie"
).split("|")
ELEMENTS = st.builds(
    lambda tag, attributes, close: f"</{tag}>" if close else f"<{' '.join([tag, *attributes])}>",
    st.sampled_from(TAGS),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=2),
    st.booleans(),
)
WORDS = st.sampled_from(["Is it so?", "It is.", "5 cents", "one", "✓", " "])


def page(body: str) -> Parsed:
    return parse(f"<html><title>T</title><body>{body}</body></html>", "html")


def sections(body: str) -> list[tuple[str | None, str]]:
    """Return the passages of a page: heading and text."""
    parsed = page(body)
    article = Article("a", "T", parsed.text, parsed.blocks, "a.html")
    return [(passage.heading, passage.text) for passage in cut(article, 1, 220)]


def texts(body: str) -> list[str]:
    parsed = page(body)
    return [parsed.text[block.start : block.end] for block in parsed.blocks]


def rows(body: str) -> list[tuple[str, str]]:
    parsed = page(f"<table>{body}</table>")
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


# Any page


@given(st.lists(st.one_of(ELEMENTS, WORDS), max_size=40).map("".join))
def test_any_page_is_read(body: str) -> None:
    """For any nesting of elements, the blocks have all words, in order."""
    parsed = page(body)
    end = 0
    for block in parsed.blocks:
        assert not parsed.text[end : block.start].strip()
        assert end <= block.start < block.end
        end = block.end
    assert not parsed.text[end:].strip()


@pytest.mark.parametrize(
    "part",
    [
        "<details><summary>q</summary>",
        "<div role=tablist><a role=tab>x</a><p role=tabpanel hidden>y",
        "<button aria-expanded=true>x</button><div hidden>",
        "<ul><li><a href='#a'>x</a>",
        "<table><tr><td rowspan=1000 colspan=1000>x",
        "<tr><th>5 a<th>6 b",
        "<p class=q>Is it so?</p><p>It is.</p>",
        "<p><b>Is it?</b>",
        "<b><i>",
        "<dl><dt>Is it?<dd>It is.",
        "<div class=cookie role=dialog>",
        "<a href='#'>x</a>",
    ],
)
@pytest.mark.slow
@pytest.mark.parametrize("nested", [True, False])
def test_a_page_costs_what_its_size_costs(part: str, nested: bool) -> None:
    """A page of 300 KB is read or refused quickly, whatever it consists of."""
    body = part * (300_000 // len(part) if not nested else 900 // (part.count("<") or 1))
    with suppress(ArticleError):
        page(f"<table>{body}" if part.startswith("<tr") else body)


# Panels


def test_the_button_of_a_heading_is_the_heading() -> None:
    """An accordion's button is the heading of its panel, whether it is shown or not."""
    assert sections(
        "<h2><button aria-expanded=false aria-controls=a>Do you deliver?</button></h2>"
        "<div id=a hidden><p>Within the town.</p></div>"
        "<h2><span>Opening</span></h2><div style='display:none' aria-hidden=true>At nine.</div>"
    ) == [("Do you deliver?", "Within the town."), ("Opening", "At nine.")]


@pytest.mark.parametrize(
    "label",
    [
        "<button aria-controls=a>Delivery</button>",
        "<div role=button data-bs-toggle=collapse data-bs-target='#a'>Delivery</div>",
        "<a data-toggle=collapse href='#a'><i class=icon></i> Delivery</a>",
        "<input type=checkbox id=c><label for=c>Delivery</label>",
        "<button aria-expanded=false>Delivery</button>",
    ],
)
def test_a_button_is_the_heading_of_what_it_shows(label: str) -> None:
    """Text that a click shows is below the element to click; text after it is not."""
    assert sections(
        f"<h2>Orders</h2><p>By post.</p><div>{label}<div id=a hidden>In a day.</div></div><p>End."
    ) == [("Orders", "By post."), ("Delivery", "In a day."), ("Orders", "End.")]


@pytest.mark.parametrize(
    "item",
    [
        "<button class=accordion>{0}</button><div class=panel><p>{1}</p></div>",
        "<div class=item><div class=title>{0}</div><div style='display:none'>{1}</div></div>",
        "<button><h3>{0}</h3></button><div hidden>{1}</div>",
        "<dl><dt><button aria-controls={0}>{0}</button></dt><dd id={0} hidden>{1}</dd></dl>",
    ],
)
def test_accordions_that_tie_nothing(item: str) -> None:
    """Alternating labels and panels belong together, even if only their order shows it."""
    body = item.format("Delivery", "In a day.") + item.format("Returns", "In a week.")
    assert sections(body) == [("Delivery", "In a day."), ("Returns", "In a week.")]
    copied = (
        "<button class=c>Copy</button><div>a = 1</div><button class=c>Copy</button><div>b</div>"
    )
    assert texts(copied) == ["a = 1", "b"]


def test_details() -> None:
    """A summary is the heading of its details, also if nested; after them it no longer applies."""
    assert sections(
        "<h2>Help</h2><details><summary>Can I pay by card?</summary><p>Yes.</p>"
        "<details><summary>Which?</summary>All.</details><p>Or in cash.</p></details><p>More below."
    ) == [
        ("Can I pay by card?", "Yes."),
        ("Which?", "All."),
        ("Can I pay by card?", "Or in cash."),
        ("Help", "More below."),
    ]


@pytest.mark.parametrize(
    "tabs",
    [
        "<ul role=tablist><li role=tab>Mac</li><li role=tab>Linux</li></ul>"
        "<div><div role=tabpanel>Drag.</div><div role=tabpanel hidden>Unpack.</div></div>",
        "<div role=tablist><button role=tab aria-controls=l>Linux</button>"
        "<a role=tab href='#m'>Mac</a></div><div id=m>Drag.</div><div id=l hidden>Unpack.</div>",
        "<ul><li><a href='#m'>Mac</a></li><li><a href='#l'>Linux</a></li></ul>"
        "<div id=m>Drag.</div><div id=l style='display: none'>Unpack.</div>",
        "<div><input type=radio name=t id=m><input type=radio name=t id=l>"
        "<div><label for=m>Mac</label><label for=l>Linux</label></div>"
        "<div><div>Drag.</div><div>Unpack.</div></div></div>",
        "<div><input type=radio name=t id=m><label for=m>Mac</label><div>Drag.</div>"
        "<input type=radio name=t id=l><label for=l>Linux</label><div>Unpack.</div></div>",
        "<div class=tabs><button>Mac</button><button>Linux</button></div>"
        "<div class='panel on'>Drag.</div><div class=panel hidden>Unpack.</div>",
    ],
    ids=["roles", "controls", "links", "radio buttons", "radio buttons between", "looks"],
)
def test_tabs(tabs: str) -> None:
    """Each tab is the heading of its panel only, however the two are linked."""
    assert sections(f"<h2>Install</h2><p>Choose.</p>{tabs}<p>Start it.") == [
        ("Install", "Choose."), ("Mac", "Drag."), ("Linux", "Unpack."), ("Install", "Start it."),
    ]  # fmt: skip


def test_hidden_beside_what_is_shown() -> None:
    """A hidden box below a heading, or beside similar boxes that are shown, is a panel."""
    assert sections("<h2>Toner</h2><div><div hidden><p>2,600 pages.</div></div>") == [
        ("Toner", "2,600 pages.")
    ]
    body = "<div class=p>On a Mac, drag.</div><div class='p x' style='display:none'>Else unpack."
    assert texts(body) == ["On a Mac, drag.", "Else unpack."]


def test_hidden_for_good() -> None:
    """Text that no click shows stays hidden; text that a search may find does not."""
    assert texts("<p>a</p><div hidden>b</div><p style='display:none'>c<p hidden=until-found>d") == [
        "a", "d",
    ]  # fmt: skip


# Questions


@pytest.mark.parametrize(
    "form",
    [
        "<p><strong>Is tea free?</strong></p><p>It is.</p>",
        "<p><b>Is tea free?</b><br>It is.</p>",
        "<p><strong>Is tea free?</strong> It is.</p>",
        "<div><strong>Is tea free?</strong><p>It is.</p></div>",
        "<ul><li><strong>Is tea free?</strong><p>It is.</p></li></ul>",
        "<div role=heading aria-level=3>Is tea free?</div><p>It is.</p>",
        "<dl><dt>Is tea free?</dt><dd>It is.</dd></dl>",
        "<details><summary>Is tea free?</summary>It is.</details>",
        "<div itemscope itemtype='https://schema.org/Question'><span itemprop=name>Is tea free?"
        "</span><div itemprop=acceptedAnswer>It is.</div></div>",
        "<div typeof='schema:Question'><p property=name>Is tea free?</p><p>It is.</p></div>",
        "<div class=q>Is tea free?</div><div class=a>It is.</div>"
        "<div class=q>And milk?</div><div class=a>It costs.</div>",
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type":'
        ' "Question", "name": "Is tea  free?"}]}</script><div>Is tea free?</div><div>It is.</div>',
    ],
)
def test_a_question_is_the_heading_of_its_answer(form: str) -> None:
    """In any form, a question is searched as a heading and is not quoted."""
    found = sections(f"<h1>Tea</h1>{form}")
    assert found[0] == ("Is tea free?", "It is.")


def test_bold_lines_in_turn_are_headings() -> None:
    """Two or more bold lines above plain text are headings; a single one is a sentence."""
    both = "<p><b>Rooms</b></p><p>Nine.</p><p><b>Breakfast</b></p><p>At eight.</p>"
    assert sections(both) == [("Rooms", "Nine."), ("Breakfast", "At eight.")]
    alone = "<p><b>No refund</b></p><p>Nine rooms.</p>"
    assert [heading for heading, _ in sections(alone)] == [None, None]


def test_a_question_without_answer_stays_text() -> None:
    """A bold question inside a text, or with nothing below it, is not a heading."""
    assert texts("<p>Ask: <b>is it?</b> And go.</p><p><b>Any questions?</b></p>") == [
        "Ask: is it? And go.", "Any questions?",
    ]  # fmt: skip
    assert page("<p><b>Any questions?</b></p>").blocks[0].kind == "paragraph"


# Tables


def test_a_header_with_figures() -> None:
    """Cells that begin with a number name columns if those below have another form."""
    plans = "<tr><th>Plan<th>20 users<th>50 users<tr><td>Price<td>$5<td>$9"
    assert rows(plans)[0] == ("header", "Plan | 20 users | 50 users")
    hours = "<tr><th>Monday<th>9 to 5<tr><td>Sunday<td>closed<tr><td>Friday<td>10 to 4:30"
    assert rows(hours)[0] == ("row", "Monday | 9 to 5")
    years = "<tr><th>Year<th>2023<th>2024<tr><td>Guests<td>{}<td>{}"
    assert rows(years.format("12,000", "14,500"))[0][0] == "header"
    assert rows(years.format(1200, 1450))[0][0] == "header"
    assert rows("<tr><th>Founded<th>1999<tr><td>Closed<td>2005")[0][0] == "row"
    corner = "<tr><td><th>1 hour<th>2 hours<tr><th>Kayak<td>9<td>15"
    assert rows(corner)[0] == ("header", " | 1 hour | 2 hours")
    assert rows("<tr><th>5 km<th scope=col>x")[0][0] == "header"
    assert rows("<thead><tr><td>5 km<td>x</thead><tr><td>5 km<td>y")[0][0] == "header"


def test_a_first_row_in_bold() -> None:
    """If no row is marked as a header, an all-bold row above others is the header."""
    bold = "<tr><td><b>Size</b><td><b>Price</b><tr><td>{}<td>5"
    assert rows(bold.format("Small"))[0] == ("header", "Size | Price")
    assert rows("<tr><td><b>Size</b><td><b>Price</b>")[0][0] == "row"


def test_cells_that_span() -> None:
    """A cell over several rows or columns is repeated in each of them."""
    assert rows(
        "<tr><th>Day<th>Hall<th>Pool<tr><th scope=row rowspan=2>Monday<td>9<td>10"
        "<tr><td colspan=2>closed"
    ) == [
        ("header", "Day | Hall | Pool"),
        ("row", "Monday | 9 | 10"),
        ("row", "Monday | closed | closed"),
    ]


def test_two_rows_of_names_are_one() -> None:
    """Column names in two rows are combined; the table's title is not one of them."""
    assert rows(
        "<tr><th colspan=3>Prices</th><tr><th rowspan=2>Ticket<th colspan=2>Adults"
        "<tr><th>day<th>week<tr><td>Train<td>5<td>20"
    ) == [
        ("paragraph", "Prices"),
        ("header", "Ticket | Adults day | Adults week"),
        ("row", "Train | 5 | 20"),
    ]


def test_a_row_that_names_those_below() -> None:
    """A heading inside a table applies to each row below it."""
    assert rows(
        "<tr><th>Ticket<th>Price<tr><th colspan=2>Adults<tr><td>Day<td>5"
        "<tr><td colspan=2><b>Children</b><tr><td>Day<td>2"
    )[1:] == [("row", "Adults: Day | 5"), ("row", "Children: Day | 2")]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<img src=x.svg alt=Yes>", "Yes"),
        ("<svg aria-label=No><path></svg>", "No"),
        ("<svg><title>Partly</title></svg>", "Partly"),
        ("<i class=fa title=Included></i>", "Included"),
        ("<span role=img aria-label=Five></span>", "Five"),
        ("</td><td aria-label=Included>", " | Included"),
        ("<input type=checkbox checked disabled>", "✓"),
        ("<input type=checkbox disabled>", "✗"),
        ("✓", "✓"),
        ("<img alt=logo> Ours", "Ours"),
    ],
)
def test_icons_of_a_table(cell: str, words: str) -> None:
    """An icon that is alone in its cell becomes its meaning."""
    assert rows(f"<tr><th>Room<th>Lift<tr><td>Oak<td>{cell}")[1] == ("row", f"Oak | {words}")


def test_tables_that_lay_out_a_page_stay() -> None:
    """A table that lays out a page keeps its cells once, whatever they span."""
    assert texts("<table><tr><td rowspan=2><h2>A</h2><p>b<td>c<tr><td>d</table>").count("b") == 1


# What is beside the text


def test_what_leads_elsewhere_is_left_out() -> None:
    """Menus, contents, heading marks, links to edit or to the top are left out."""
    assert texts(
        "<a href='#m'>Skip</a><div class=cookies role=dialog>Cookies? <button>OK</button></div>"
        "<main id=m><p role=navigation>Home / Help</p><h1>Title<a href='#t'>¶</a></h1>"
        "<div><h2>On this page</h2><ul><li><a href='#a'>A</a></li><li><a href='#b'>B</a></li></ul>"
        "</div><h2 id=a><a href='#a'>Link to A</a>A</h2><p>One.</p><p>See <a href='#b'>B</a>."
        "<h2 id=b><a href='#b'>B</a></h2><p>Two.</p>"
        "<p><a href='https://code.example/x/edit/main/a.md'>Edit this page</a></p>"
        "<div class='toctree-wrapper compound'><ul><li><a href=d>D</a></li></ul></div>"
        "<a rel=next href=c>C</a><p><a href='#'>Top</a></p></main>"
    ) == ["Title", "A", "One.", "See B.", "B", "Two."]


def test_a_page_that_does_not_mark_its_text() -> None:
    """If nothing marks the text, menus are recognised by their links or names."""
    links = "".join(f"<li><a href=/{name}>Page {name}</a></li>" for name in "abcd")
    body = f"<ul>{links}</ul><div class='left sidebar'>News</div><div><h1>T</h1><p>Text.</p></div>"
    assert texts(body) == ["T", "Text."]
    assert [block.kind for block in parse("- [a](a)\n- [b](b)\n- [c](c)\n", "markdown").blocks] == [
        "item", "item", "item",
    ]  # fmt: skip


def test_a_page_about_cookies() -> None:
    """A text about cookies is text, whatever its class is."""
    assert texts("<main><div class=cookie-policy><p>We set one cookie.</p></div></main>") == [
        "We set one cookie."
    ]


def test_notes_in_an_article() -> None:
    """An aside that is a note belongs to the text; other asides do not."""
    body = "<article><h1>T</h1><aside class='admonition tip'>Save first.</aside><aside>Ad</aside>"
    assert texts(body) == ["T", "Save first."]


def test_titles_of_notes() -> None:
    """A note's own title is a heading up to its end; the name of its kind is left out."""
    note = "<div class='admonition {0}'><p class=admonition-title>{1}</p><p>Save first.</p></div>"
    assert sections(f"<h2>Go</h2>{note.format('tip', 'Tip')}<p>Then go.") == [
        ("Go", "Save first."), ("Go", "Then go."),
    ]  # fmt: skip
    assert sections(f"<h2>Go</h2>{note.format('tip', 'Slow disks')}<p>Then go.") == [
        ("Slow disks", "Save first."), ("Go", "Then go."),
    ]  # fmt: skip


def test_a_title_of_a_note_by_another_name() -> None:
    """A title in a separate part of the note is a heading too."""
    assert sections(
        "<main><div class='theme-admonition alert'><div class=admonitionHeading_x><span><svg></svg>"
        "</span>Cheaper</div><div class=admonitionContent_y><p>Ride on Mondays.</div></div></main>"
    ) == [("Cheaper", "Ride on Mondays.")]


def test_lines_of_code_that_are_blocks() -> None:
    """Code with an element for each line is one block, including blank lines."""
    assert texts("<pre><code><div>a = 1<br></div><div><br></div><div>b = 2</div></code></pre>") == [
        "a = 1\n\nb = 2"
    ]
    assert texts("<pre><div>a = 1</div><div>b = 2</div></pre>c") == ["a = 1\nb = 2", "c"]


def test_numbers_of_footnotes() -> None:
    """The number of a footnote is not read as part of the word before it."""
    assert texts("<p>It costs 5<sup><a href='#fn1'>1</a></sup> cents.</p>") == ["It costs 5 cents."]
    body = (
        "<div role=main><p>Open all year <a role=doc-noteref href='#n'>[1]</a>.</p><aside id=n"
        " role=doc-footnote><span>[<a role=doc-backlink href='#r'>1</a>]</span><p>But for storms."
    )
    assert texts(body) == ["Open all year.\u2063 But for storms."]


def test_the_mark_of_a_heading_is_no_title() -> None:
    """The name of the site is removed from a title, even if the heading has a link mark."""
    head = "<title>Fees - Ferry</title><h1>Fees<a href='#fees'>¶</a></h1><p>Text."
    assert parse(head, "html").fields.title == "Fees"


def test_line_numbers() -> None:
    """Line numbers beside code are left out."""
    inside = "<pre><span class=linenos>1</span>port = 8811\n<span class=linenos>2</span>b</pre>"
    assert texts(inside) == ["port = 8811\nb"]
    code = "<td class=linenos><pre>1\n2</pre></td><td><pre>a\nb</pre></td>"
    assert texts(f"<table><tr>{code}</tr></table>") == ["a\nb"]


@pytest.mark.parametrize(
    ("meta", "kind"),
    [
        ("<meta name=robots content='noindex, nofollow'>", "noindex"),
        ("<META NAME=Robots CONTENT=NONE>", "noindex"),
        ("<meta http-equiv=refresh content='0; url=/new/'>", "redirect"),
        ("<meta name=robots content='index'><meta http-equiv=refresh content=300>", ""),
    ],
)
def test_pages_that_are_not_to_be_found(meta: str, kind: str) -> None:
    """A page that must not be listed, or that only redirects, is not an article."""
    try:
        parse(f"<html><head>{meta}</head><p>Text.", "html")
    except ArticleError as error:
        assert error.kind == kind
    else:
        assert not kind


# As a visitor sees it


@pytest.fixture(scope="module")
def guesthouse() -> Bot:
    """A bot that answers from one page of a guesthouse."""
    parsed = page(
        "<nav><a href=/>Home</a></nav><main><h1>Guesthouse</h1>"
        "<h2><button>Is the sauna included?</button></h2><div hidden><p>For guests of both houses."
        "</p></div><dl><dt>Where do I leave my skis?</dt><dd>In the cellar, by the boiler.</dd>"
        "</dl><table><tr><th>Room</th><th>Balcony</th></tr><tr><td>Larch</td><td><img alt=Yes></td>"
        "</tr><tr><td>Stone pine</td><td><img alt=No></td></tr></table></main>"
    )
    article = Article("a", "Guesthouse", parsed.text, parsed.blocks, "a.html")
    return build_bot(Settings(reader=ReaderSettings(engine="sentence")), [article])


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Is the sauna included?", "For guests of both houses."),
        ("Where do I leave my skis?", "In the cellar, by the boiler."),
        ("Does the Larch room have a balcony?", "Larch | Yes"),
    ],
)
def test_a_visitor_gets_the_answer(guesthouse: Bot, question: str, quote: str) -> None:
    """A button, a term or an icon of the page can answer a question."""
    answer = guesthouse.ask(question)
    assert answer.quote and answer.quote.text == quote


# Footnotes


@pytest.mark.parametrize(
    ("call", "notes"),
    [
        (  # kramdown, goldmark
            '<sup id="fnref:1"><a href="#fn:1" class="footnote">1</a></sup>',
            '<div class="footnotes" role="doc-endnotes"><ol><li id="fn:1"><p>In summer only. '
            '<a href="#fnref:1">&#8617;</a></p></li></ol></div>',
        ),
        (  # pandoc
            '<a href="#fn1" id="fnref1" role="doc-noteref"><sup>1</sup></a>',
            '<section role="doc-endnotes"><hr><ol><li id="fn1"><p>In summer only.'
            '<a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>',
        ),
        (  # docutils, Sphinx
            ' <a href="#id2" id="id1" role="doc-noteref"><span class="fn-bracket">[</span>1'
            '<span class="fn-bracket">]</span></a>',
            '<aside class="footnote-list"><aside class="footnote" id="id2" role="doc-footnote">'
            '<span class="label">[<a role="doc-backlink" href="#id1">1</a>]</span>'
            "<p>In summer only.</p></aside></aside>",
        ),
        (  # by hand
            '<sup><a href="#n" name="r">[a]</a></sup>',
            '<hr><p id="n"><a href="#r">[a]</a> In summer only.</p>',
        ),
    ],
)
@pytest.mark.parametrize("ends", ["{}.", ".{}"])
def test_footnotes(call: str, notes: str, ends: str) -> None:
    """A short footnote is read with its sentence, in a row with its cell."""
    said = ends.format(call)
    parsed = parse(f"<main><p>A car costs <b>9</b> euros{said} Bikes are free.</p>{notes}", "html")
    assert parsed.text == "A car costs 9 euros.\u2063 In summer only. Bikes are free."
    parsed = parse(f"<main><table><tr><td>Car<td>9 euros{call}</table>{notes}", "html")
    assert parsed.text == "Car | 9 euros\u2063 In summer only."


def test_links_that_call_for_no_footnote() -> None:
    """Long notes, sources and links to headings stay in their places."""
    long = "word " * 70
    page = (
        '<p>One<sup><a id="r1" href="#n1">1</a></sup>. See <a id="r2" href="#two">2</a>.'
        '<sup id="r3"><a href="#n3">[3]</a></sup></p>'
        f'<h2 id="two">Two</h2><p>Text.</p><p id="n1"><a href="#r1">1</a> {long}</p>'
        '<ol class="references"><li id="n3"><a href="#r3">^</a> A book.</li></ol>'
    )
    parsed = parse(f"<main>{page}</main>", "html")
    assert parsed.text.split("\n\n")[:3] == ["One. See 2.", "Two", "Text."]
    assert parsed.text.endswith(f"{long.strip()}\n\nA book.")


# About the page


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="article-author">Jane <time datetime="2025-03-03">2 months ago</time></div>',
        '<div class="page-metadata">Created by Jane</div>',
        '<div class="article-votes"><span>Was this helpful?</span><small>3 of 5</small></div>',
        '<section class="related-articles"><h2>Related articles</h2><p>Pay</p></section>',
        '<div id="comments" class="comments-area"><h2>Thoughts</h2><article>Ten!</article></div>',
        '<div class="sharedaddy"><h3>Share this</h3></div>',
    ],
)
def test_what_is_said_about_a_page(beside: str) -> None:
    """Authors, votes, comments and related pages are left out; the date is kept."""
    parsed = parse(f"<main><article><h1>Pay</h1>{beside}<p>By card.</article></main>", "html")
    assert parsed.text == "Pay\n\nBy card."
    assert bool(parsed.fields.published) is ("<time" in beside)


def test_a_section_about_comments() -> None:
    """A section with the heading "Comments" is text: only class names decide."""
    page = '<main><h1>Blog</h1><section id="comments"><h2>Comments</h2><p>Switch them off.'
    assert parse(page, "html").text.endswith("Switch them off.")


def test_a_term_stands_before_its_code() -> None:
    """A definition that is only code has its term before it."""
    assert texts("<dl><dt>Run<dd><pre>go</pre></dl>") == ["Run", "go"]
