"""Pages of each site generator are read as text, without what the generator adds to Markdown."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.bot import build_bot
from chatbot.config import Settings
from chatbot.errors import ArticleError
from chatbot.formats import Format, parse
from chatbot.formats.dialects import HOLE
from chatbot.passages import cut

FILES = {
    "_fare.mdx": "A fare is 3 euros.",
    "notice.html": "<p>Dogs travel free.</p>",
    "piers.md": "---\ntitle: Piers\n---\nThere are two piers.",
    "rules.md": "One\nTwo\n--8<-- [start:b]\nThree\n--8<-- [end:b]\nFour",
}


def read(content: str, format: Format = "markdown") -> list[str]:
    """Return the page's blocks; headings begin with "# ", code with "> "."""
    parsed = parse(content, format, lambda path: FILES.get(path.rpartition("/")[2]))
    marks = {"heading": "# ", "code": "> "}
    return [
        marks.get(block.kind, "") + parsed.text[block.start : block.end] for block in parsed.blocks
    ]


# One page of each generator


def test_docusaurus() -> None:
    """Imports and components are removed; their content stays, below the labels of tabs."""
    page = """
import Tabs from '@theme/Tabs';
import Fare from './_fare.mdx';
import {
  Harbour,
} from '../src/harbour';

export const piers = [
  {name: 'north'},

  {name: 'south'},
];

# Boarding {#boarding}

<Tabs groupId="pier" values={[{label: 'x', value: 'y'}]}>
  <TabItem value="north" label="North pier" default>

    Go **aboard** early. {/* how early? */}

    ```jsx
    import Ferry from 'ferry';
    ```

  </TabItem>
  <TabItem value="south" label={'South pier'}>
    Stand in line.
  </TabItem>
</Tabs>

:::tip[Bring a *coat*]

It is cold.

:::

:::note

No smoking.

:::

<div style={{color: 'red'}} onClick={() => 1 > 0}>
  A <Highlight color="#25c2a0">seat</Highlight> is yours.
</div>

<details>
  <summary>May I bring a dog?</summary>
  Yes, **two**.
</details>

The season ends in {month}. Tickets are {"cheap"}. It takes <Minutes from="x" /> to cross.

<Fare />
<Harbour name="north" />
"""
    assert read(page, "mdx") == [
        "# Boarding",
        *("# North pier", "Go aboard early.", "> import Ferry from 'ferry';"),
        *("# South pier", "Stand in line."),
        *("# Bring a coat", "It is cold.", "No smoking."),
        *("A seat is yours.", "# May I bring a dog?", "Yes, two."),
        *("Tickets are cheap.", "A fare is 3 euros."),
    ]


def test_mkdocs() -> None:
    """Admonitions, tabs, keys, icons, marks and attribute lists of Material are read or removed."""
    page = """
# Sailing { #sailing .wide }

!!! warning "Mind the boom"
    It swings.

    It hurts.

??? note
    Gloves help.

=== "Dinghy"

    Sit still.

=== "Yacht"

    Walk about.

Press ++ctrl+alt+s++ to save :material-check:. ==Never== sail ^^alone^^.

[Book now](book.md){ .md-button } ![](boat.png){ width="300" }

--8<-- "rules.md:b"
--8<-- "missing.md"

| Boat | Cabin |
|---|---|
| Dinghy | :material-close: |
| Yacht | :octicons-check-16: |

*[VHF]: Very high frequency
"""
    assert read(page) == [
        *("# Sailing", "# Mind the boom", "It swings.", "It hurts.", "Gloves help."),
        *("# Dinghy", "Sit still.", "# Yacht", "Walk about."),
        "Press Ctrl+Alt+S to save. Never sail alone.",
        *("Book now", "Three"),
        *("Boat | Cabin", "Dinghy | close", "Yacht | check"),
        "VHF: Very high frequency",
    ]
    assert parse(page, "markdown").fields.abbreviations == (("VHF", "Very high frequency"),)


def test_hugo() -> None:
    """The content of shortcodes is read; a sentence with a value only Hugo knows is left out."""
    page = """+++
title = "Rowing"
[params]
club = "Blue Oar"
+++
{{< tabs "boats" >}}
{{< tab "Single" >}}
One rower.
{{< /tab >}}
{{< tab "Double" >}}
Two rowers.
{{< /tab >}}
{{< /tabs >}}

{{% details summary="In winter" %}}
We **rest**.
{{% /details %}}

{{< figure src="oar.png" >}}
Read [the rules]({{< ref "rules.md" >}}). The fee is {{< param "fee" >}} a year. Guests row free.

{{< notice warning >}}
Wear a vest.
{{< /notice >}}

{{/* not for readers */}}
{{% include "/snippets/piers.md" %}}

Write `{{< tab >}}` for a tab:

```
{{< tab "x" >}}
```
"""
    assert read(page) == [
        *("# Single", "One rower.", "# Double", "Two rowers.", "# In winter", "We rest."),
        *("Read the rules. Guests row free.", "Wear a vest.", "There are two piers."),
        *("Write {{< tab >}} for a tab:", '> {{< tab "x" >}}'),
    ]


def test_jekyll() -> None:
    """Liquid is read as far as its values are known; kramdown's attribute lists are removed."""
    page = """---
title: Fishing
licence: blue
---
{% include toc.html %}
{% assign lake = "Mere Lake" %}
# {{ page.title }} here
{: .no_toc}

* Contents
{:toc}

You need the {{ page.licence }} licence for {{ lake }}.
{: .lead #licence}

{% if site.winter %}The lake is frozen.{% endif %}
{% if page.licence == "blue" %}It costs a coin.{% else %}It costs nothing.{% endif %}
{% for fish in site.fishes %}
- {{ fish.name }}
{% endfor %}

The season begins in {{ site.data.season.start }}. It ends in May.
[Map]({{ site.baseurl }}/map) [Form]({% link form.md %}){:target="_blank"}
{% comment %} ask the club {% endcomment %}

{% include notice.html %}

{% raw %}A tag is {{ written }} so.{% endraw %}

{% highlight liquid %}
{{ shown }}
{% endhighlight %}
"""
    assert read(page) == [
        *("# Fishing here", "You need the blue licence for Mere Lake.", "It costs a coin."),
        *("It ends in May. Map Form", "Dogs travel free.", "A tag is {{ written }} so."),
        "> {{ shown }}",
    ]


def test_gitbook() -> None:
    """Hints, tabs and steps are read below their titles."""
    page = """
{% hint style="info" %}
Rinse the mask.
{% endhint %}

{% tabs %}
{% tab title="Cold water" %}
Wear a hood.
{% endtab %}
{% tab title="Warm water" %}
Wear a shirt.
{% endtab %}
{% endtabs %}

{% code title="dive.sh" %}
```sh
dive --deep
```
{% endcode %}

{% embed url="https://example.org/video" %}
"""
    assert read(page) == [
        *("Rinse the mask.", "# Cold water", "Wear a hood.", "# Warm water", "Wear a shirt."),
        "> dive --deep",
    ]


def test_vitepress() -> None:
    """Containers of VitePress and VuePress are read below their titles; Vue's tags are removed."""
    page = """---
depth: 40
---
# Diving {#diving}

[[toc]]

::: info
Never alone.
:::

::: details How deep may I go?
As deep as {{ $frontmatter.depth }} metres.
:::

:::: code-group
```sh [npm]
npm add dive
```
::::

<script setup>
import Depth from './Depth.vue'
</script>

It takes <Depth :metres="{a: 1}" @click="go" /> minutes. Rest after it <Badge text="new" />.

Air lasts {{ minutes }} minutes. Check it.

::: v-pre
Write {{ so }}.
:::

<!--@include: ./piers.md-->

> [!NOTE]
> The north pier is closed.

> [!TIP] At night
> Carry a lamp.
"""
    assert read(page) == [
        *("# Diving", "Never alone.", "# How deep may I go?", "As deep as 40 metres."),
        *("> npm add dive", "Rest after it new.", "Check it.", "Write {{ so }}."),
        *("There are two piers.", "The north pier is closed.", "# At night", "Carry a lamp."),
    ]


def test_mdbook() -> None:
    """Files are included, admonish boxes are read; code that shows the syntax stays."""
    page = """
# Canoes

{{#include ../piers.md}}
{{#include missing.md}}

```admonish warning title="Weirs"
Carry the **canoe**.
```

```rust
{{#include missing.rs}}
```
"""
    assert read(page) == [
        *("# Canoes", "There are two piers.", "# Weirs", "Carry the canoe."),
        "> {{#include missing.rs}}",
    ]


def test_myst() -> None:
    """Directives and roles of MyST are replaced by their text; targets and options are removed."""
    page = """---
myst:
  substitutions:
    club: the Blue Oar
---
(surfing)=
# Surfing

```{note}
:class: wide
Wax the board.
```

:::{admonition} Right of way
:class: tip
The inner surfer has it.
:::

````{tab-set}
```{tab-item} Longboard
Kneel first.
```
```{tab-item} Shortboard
Jump up.
```
````

```{toctree}
beach
```

:::{image} wave.png
:::

```{figure} wave.png
:name: wave

A wave of two metres.
```

```{code-block} python
:linenos:
paddle()
```

```{include} piers.md
```

Ask {{ club }} or see {ref}`the beaches <beaches>` and {doc}`tides`. {{ unknown }} rents boards.
Press {kbd}`Esc`.{.wide}
"""
    assert read(page) == [
        *("# Surfing", "Wax the board.", "# Right of way", "The inner surfer has it."),
        *("# Longboard", "Kneel first.", "# Shortboard", "Jump up."),
        *("A wave of two metres.", "> paddle()", "There are two piers."),
        "Ask the Blue Oar or see the beaches and tides. Press Esc.",
    ]


def test_quarto_and_pandoc() -> None:
    """Fenced divs, spans with attributes and definition lists are read, without attributes."""
    page = """
::: {.callout-note title="Before you start"}
Tie the knot.
:::

Knot
:   A turn of rope.

The [bowline]{.underline} holds.

```{python}
knot()
```
"""
    assert read(page) == [
        *("# Before you start", "Tie the knot.", "Knot: A turn of rope."),
        *("The [bowline] holds.", "> knot()"),
    ]


def test_govspeak() -> None:
    """Boxes, steps and buttons of GOV.UK are replaced by their text; code stays."""
    page = """
%You must be over 18.%

^Pay online.^

$CTA
[Start now](https://example.org)
$CTA

s1. Open the form.
s2. Fill it in.

$C
Telephone: 0300 123
$C

{button start}[Pay](https://example.org){/button} x[Help](https://example.org)x costs $5.

[Contact:12]

```
$C
```
"""
    assert read(page) == [
        *("You must be over 18.", "Pay online.", "Start now", "Open the form.", "Fill it in."),
        *("Telephone: 0300 123", "Pay Help costs $5.", "> $C"),
    ]


def test_shortcodes_and_fields_on_lines_of_their_own() -> None:
    """A caption is a paragraph, code is code, and a field has its name as the title."""
    page = """
{{< figure src="a.png" caption="The harbour" >}}
See it.
{{< highlight bash >}}
ls
{{< / highlight >}}
{{< code file="a.toml" >}}
a = 1
{{< /code >}}
"""
    assert read(page) == ["The harbour", "See it.", "> ls", "> a = 1"]
    page = '<ParamField path="limit" type="integer">\n  How many.\n</ParamField>\n'
    assert read(page, "mdx") == ["# limit", "How many."]


def test_wikis_and_notes() -> None:
    """Links between notes become their words, and callouts are read below their titles."""
    page = "See [[Knots]] and [[Rope#New|ropes]].\n\n![[rope.png]]\n\n> [!faq]- Is it dry?\n> Yes."
    assert read(page) == ["See Knots and ropes.", "# Is it dry?", "Yes."]


def test_pages_in_html() -> None:
    """A page that is still a template is read without its tags; tags in code stay."""
    page = (
        "---\ntitle: Skating\n---\n<h1>{{ page.title }}</h1>{% include nav.html %}"
        "<a href='{{ x }}'>Rinks</a><p>Open till {{ site.closing }}.</p><p>Skates are let.</p>"
        "<pre>{{ shown }}</pre>"
    )
    assert read(page, "html") == ["# Skating", "Rinks", "Skates are let.", "> {{ shown }}"]


def test_holes_in_pages_in_html() -> None:
    """A whole sentence is removed, across elements; the others of its block stay."""
    page = (
        "<title>{{ a }} - Rink</title><h1>Rink {{ b }}</h1>"
        "<p>Call <b>{{ site.phone }}</b> today. We are by the <i>lake</i>. It costs {{ p }}.</p>"
        "<table><tr><td>Skates</td><td>{{ c }}</td></tr><tr><td>Ice</td><td>4</td></tr></table>"
    )
    parsed = parse(page, "html")
    assert read(page, "html") == ["# Rink", "We are by the lake.", "Ice | 4"]
    assert parsed.fields.title == "Rink"


def test_a_page_laid_out_from_its_front_matter() -> None:
    """If a page has only front matter, that is its text."""
    page = """---
title: Contact
scripts: [a.js]
intro: |-
  Ask **us**.

  ## By post
parts:
- text: |
    Write to the
    harbour office.
---
"""
    assert read(page) == ["Ask us.", "# By post", "Write to the harbour office."]
    assert read(f"{page}Text.") == ["Text."]


# Footnotes and what is missing


def test_a_footnote_stands_with_its_sentence(tmp_path: Path) -> None:
    """The answer to a rule has its footnote, but not the mark of the footnote."""
    page = (
        "# Moorings\n\nA mooring is 90 euros a month.[^1] Boats under 5 metres pay half.\n\n"
        "Water is free\\*.\n\n[^1]: In July and August a mooring is 120 euros.\n\n\\* Not by night."
    )
    (tmp_path / "moorings.md").write_text(page)
    bot = build_bot(Settings(), read_corpus(tmp_path, 1_000_000).articles)
    for question in ("What is a mooring a month?", "What is a mooring in July?"):
        quote = bot.ask(question).quote
        assert quote and "90 euros" in quote.text and "120 euros" in quote.text
        assert "half" not in quote.text and "[^" not in quote.text
    quote = bot.ask("Is water free?").quote
    assert quote and "Not by night." in quote.text


def test_footnotes_of_every_kind() -> None:
    """Inline, repeated, long and missing footnotes are handled."""
    page = """
Locks close at ten.^[At nine in winter.] Bridges open[^b] by day. Tolls rose[^none].

- Swans[^b]

[^b]: Ask the keeper.

    Ring twice.

Every word.[^c]

[^c]: Said once.
"""
    assert read(page) == [
        "Locks close at ten.\u2063 At nine in winter. Bridges open by day. Tolls rose.",
        *("Ask the keeper.", "Ring twice.", "Swans", "Every word.\u2063 Said once."),
    ]


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        (
            "Cycling is **free**\\*. Ride on.\n\n\\* Not on Sundays.",
            "free.@ Not on Sundays. Ride on.",
        ),
        ("Cycling is free*.\n\n* Not on Sundays.", "free.@ Not on Sundays."),
        ("Cycling is free<sup>1</sup>.\n\n<sup>1</sup> Not on Sundays.", "free.@ Not on Sundays."),
        ("Cycling is free†.\n\n† Not on Sundays.", "free.@ Not on Sundays."),
    ],
)
def test_footnotes_by_hand(page: str, blocks: str) -> None:
    """A paragraph that begins with the sign after a word above is that word's footnote."""
    assert read(page) == [f"Cycling is {blocks}".replace("@", "\u2063")]


def test_signs_that_call_for_nothing() -> None:
    """Stars, raised numbers and lists without a footnote stay."""
    page = "It is 5 m<sup>2</sup>, a* and `b*`.\n\n* one\n* two\n\n† three"
    assert read(page) == ["It is 5 m², a* and b*.", "one", "two", "† three"]


def test_a_sentence_with_a_hole_is_not_said(tmp_path: Path) -> None:
    """A sentence whose value only the generator knows does not answer."""
    page = "# Sauna\n\nA towel costs {{ prices.towel }} euros. The sauna is open from six to ten."
    (tmp_path / "sauna.md").write_text(page)
    bot = build_bot(Settings(), read_corpus(tmp_path, 1_000_000).articles)
    answer = bot.ask("How much is a towel?")
    assert answer.quote is None or "towel" not in answer.quote.text
    quote = bot.ask("When is the sauna open?").quote
    assert quote and quote.text == "The sauna is open from six to ten."


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("| Towel | {{ x }} |", False),
        ("| {{ y }} | {{ x }} |", False),
        ("| Towel | {{ x }} | blue |", True),
    ],
)
def test_rows_with_a_hole(row: str, kept: bool) -> None:
    """A row is kept without an unknown cell if the rest says something."""
    page = f"| a | b | c |\n|---|---|---|\n{row}\n"
    assert len(read(page)) == 1 + kept
    assert HOLE not in "".join(read(page))


# Whole sites

SITES = Path(__file__).parents[2] / "shared" / "sites"
# An import ends with its source; "import your data" is a sentence.
SYNTAX = re.compile(r"\{\{|\{%|:::|\{#|^(?:import|export) [^\n]*(?:from |=|\{)", re.MULTILINE)


@pytest.mark.parametrize("site", ["plausible", "login", "carpentries"])
def test_no_passage_of_a_site_shows_its_syntax(site: str) -> None:
    """No passage of three real sites has marks for the generator, except in code."""
    if not SITES.exists():
        pytest.skip("the sites lie in ../shared, which is missing here")
    corpus = read_corpus(SITES / site, 10_000_000)
    assert len(corpus.articles) > 50
    for article in corpus.articles:
        code = [(block.start, block.end) for block in article.blocks if block.kind == "code"]
        for passage in cut(article, min_words=20, max_words=220):
            for found in SYNTAX.finditer(passage.text):
                at = passage.start + found.start()
                inside = any(start <= at < end for start, end in code)
                assert inside, f"{article.source}: {passage.text[found.start() :][:80]}"


# Ordinary text


@pytest.mark.parametrize(
    "text",
    [
        "Import taxes from 'abroad' are due. export default values are kept.",
        "import goods from abroad\nexport them again",
        "Compare a == b and c == d, 2^10 and C++ or C++11.",
        "At 10:30:45 the ratio is 1:2:3, see std::vector::size.",
        "Use {name} and {0} in braces, or { a, b }.",
        "The sets {1} and [[1, 2], [3]] differ by ~5 % or ~6 %.",
        "Write to a_b@example.org; 5 < 6 and A<B hold.",
        "It costs $5{,}000 % of all. 100 % sure.",
    ],
)
def test_text_that_only_looks_so(text: str) -> None:
    """No character of ordinary sentences is changed."""
    assert " ".join(read(text)) == " ".join(text.split())


@pytest.mark.parametrize("name", ["a.mdx", "a.mdown", "a.qmd", "a.markdown"])
def test_suffixes(tmp_path: Path, name: str) -> None:
    """Markdown may have several suffixes."""
    (tmp_path / name).write_text("import A from 'a';\n\n# Title\n\nText.")
    (article,) = read_corpus(tmp_path, 1_000_000).articles
    assert article.text == "Title\n\nText."


def test_what_is_taken_in_lies_in_the_corpus(tmp_path: Path) -> None:
    """Files are included from the same folder, the corpus or `_includes`, never from outside."""
    corpus = tmp_path / "corpus"
    (corpus / "help").mkdir(parents=True)
    (corpus / "_includes").mkdir()
    (tmp_path / "outside.md").write_text("Secret.")
    (corpus / ".hidden.md").write_text("Secret.")
    (corpus / "out.md").symlink_to(tmp_path / "outside.md")
    (corpus / "help" / "beside.md").write_text("Beside.")
    (corpus / "_includes" / "shared.html").write_text("<p>Shared.</p>")
    (corpus / "help" / "self.md").write_text("Self. {% include self.md %}")
    names = ["beside.md", "help/beside.md", "shared.html", "../../outside.md", ".hidden.md"]
    names += ["out.md", "/etc/hostname", "../../../../etc/hostname", "none.md", "a\0b"]
    page = "".join(f"{{% include {name} %}}\n\n" for name in names)
    (corpus / "help" / "page.md").write_text(page)
    texts = {article.id: article.text for article in read_corpus(corpus, 1_000_000).articles}
    assert texts["help-page"] == "Beside.\n\nBeside.\n\nShared."
    assert "Secret" not in "".join(texts.values())
    assert texts["help-self"].startswith("Self.")


@pytest.mark.parametrize(
    "line",
    [
        "{% include page.mdx %}\n\n",
        "<Self />\n\n",
        "{{#include page.mdx}}\n\n",
        '--8<-- "page.mdx"\n\n',
        "```{include} page.mdx\n```\n\n",
    ],
)
def test_a_page_that_takes_in_itself(line: str) -> None:
    """A page that includes itself ten times is read in limited time."""
    asked = 0

    def include(path: str) -> str:
        nonlocal asked
        asked += 1
        return page

    page = f"import Self from './page.mdx';\n\nWords.\n\n{line * 10}"
    for format in ("markdown", "mdx"):
        assert parse(page, format, include).text.startswith("Words.")
    assert asked < 5_000


SIGNS = st.sampled_from(
    [
        *"{ } {{ }} {% %} {# #} < > </ /> <A <A> </A> { x } {{x}} {%if%} {%endif%} {%raw%}".split(),
        *"` ``` ::: !!! === /// > # | - * [^a] [^a]: ^[ ] [[ ]] == ++ ^^ :x: {{< >}} {/*".split(),
        *("\n", "\n\n", "    ", "import a from 'b'", "export {", "<A b={", "*[a]: b\n", "\\*"),
        *('=== "a"\n', "::: a\n", ":::{note}\n", "```{note}\n", "|a|b|\n|-|-|\n|{{x}}|c|\n", HOLE),
    ]
)


@given(st.lists(st.one_of(SIGNS, st.text(max_size=4)), max_size=40).map("".join), st.booleans())
def test_any_signs(content: str, is_mdx: bool) -> None:
    """For any signs, a page is read or refused; its text has none of the program's own signs."""
    try:
        parsed = parse(content, "mdx" if is_mdx else "markdown", lambda path: "x {% include y %}")
    except ArticleError:
        return
    assert HOLE not in parsed.text
    assert all(parsed.text[block.start : block.end].strip() for block in parsed.blocks)


@pytest.mark.parametrize(
    "sign",
    "{ {{ {%if%} {%x%} <A <Ab={ <Abc> [[a x^a ==a ++a {#a :a: [^a] `` import{ --8<-- Q?".split(),
)
def test_the_work_is_bounded(sign: str) -> None:
    """With four times as many signs, reading takes about four times as many steps."""

    def steps(times: int) -> int:
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            parse(f"{sign} \n" * times, "mdx")
        finally:
            sys.setprofile(None)
        return calls

    steps(1)  # first, what is imported and compiled only once
    assert steps(200) < 5 * steps(50)
