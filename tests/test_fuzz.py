"""No input that a fuzzer generates breaks the program.

The fuzzer hypothesis runs in the test suite, and longer with `make fuzz`. If atheris is installed,
it runs in a separate process and reports what failed, and with which input.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from chatbot import bodies, markup, passages, schema
from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, Settings
from chatbot.conversation.budget import Budget
from chatbot.errors import ArticleError, QuestionError
from chatbot.formats import Format, parse
from chatbot.formats.fields import read_fields
from chatbot.formats.front_matter import split_front_matter
from chatbot.formats.growth import MOST
from chatbot.formats.site_values import SETTINGS, read_data, read_site_settings
from chatbot.store.masking import mask
from chatbot.types import Article, Turn

FORMATS: tuple[Format, ...] = ("text", "markdown", "html")
SEEDS: dict[str, tuple[str, ...]] = {
    "files": (),
    "requests": ('{"question": "What was Anora\'s budget?", "history": [{"question": "x"}]}',),
    "questions": ("Who directed Anora?\nand its budget?",),
    "front matter": (
        "---\ntitle: &t Fees\naliases: [*t, 'Prices']\ndate: 2025-03-03\n---\nThe fee is $5.\n",
        '+++\ntitle = "Fees"\n[params]\nphone = "12 34"\n+++\nThe fee is $5.\n',
        '{"title": "Fees", "draft": false, "questions": ["What?"]}\n\nThe fee is $5.\n',
    ),
    "site settings": (
        "title: Ferry\nextra: {phone: &p '12 34', fax: *p}\nfees:\n- name: car\n  price: $9\n",
        '[params]\nphone = "12 34"\n[[fees]]\nname = "car"\n',
        '{"title": "Ferry", "params": {"phone": null}}',
        "version = '2.4'\nrelease = version\nrst_prolog = '.. |a| replace:: b'\n",
    ),
    "footnotes": (
        "The fee is $5.[^1] It rises.^[In *May*.] Free* for all.\n\n[^1]: From 2027 on $6.\n\n"
        "* Not on Sundays\n",
        '<p>The fee<sup id="r"><a href="#n">1</a></sup> is $5.</p><ol><li id="n">From 2027 on $6.'
        ' <a href="#r">↩</a></li></ol>',
    ),
    "asciidoc": (
        "= Fees\n:price: 5\n:all: {price} and {price}\n\n[[fees]]\n== Prices\n\nThe fee is"
        " {all}.footnote:a[From _May_.] See <<fees>>.\n\n* one\n** two\n+\n----\ncode {x}\n----\n",
        "ifdef::price[]\n[cols=2*,options=header]\n|===\n|A |B\n2+|c .2+a|d\n3*|e\n|===\n"
        "endif::[]\ninclude::part.adoc[leveloffset=+1]\n\nTerm:: what\n\nNOTE: `x` https://a.example[here]\n",
    ),
}
"""For each target, contents to start from."""


def check(content: str, format: Format, site: Mapping[str, object] | None = None) -> None:
    """Read a file: its blocks and sentences are spans of its text, which is not too long."""

    def included(path: str) -> str | None:
        return content if "missing" not in path else None

    with contextlib.suppress(ArticleError):
        parsed = parse(content, format, included, site or {})
        article = Article("a", parsed.fields.title or "A", parsed.text, parsed.blocks, "a")
        assert len(article.text) < 10 * len(content) + 2 * MOST
        found = passages.cut(article, 20, 220)
        for passage in found:
            assert article.text[passage.start : passage.end] == passage.text
            for start, end in passage.sentences:
                assert passage.start <= start < end <= passage.end
        assert markup.pages(article)[-1][1] == len(article.text)


def read_files(data: bytes) -> None:
    """Read a file of each format."""
    content = data.decode("utf-8", "replace")
    for format in FORMATS:
        check(content, format)


def read_front_matter(data: bytes) -> None:
    """Read front matter: the rest is the end of the file, and all values are texts."""
    content = data.decode("utf-8", "replace")
    for begin in ("", "---\n", "+++\n", '{"'):
        with contextlib.suppress(ArticleError):
            values, rest = split_front_matter(begin + content)
            assert (begin + content).endswith(rest)
            assert are_texts(values)
            read_fields(values)
        check(begin + content, "markdown")


def are_texts(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and are_texts(inner) for key, inner in value.items())
    return all(map(are_texts, value)) if isinstance(value, list) else isinstance(value, str)


PAGE = """{{ site.title }} {{ title }} {{ config.title }} {{ page.title }}.

{% for fee in site.fees %}{{ fee.name }}: {{ fee.price }}{% endfor %}

{% for fee in site.data.a.b %}{{ fee }}{{ fee.name }}{% endfor %} {{< param phone >}}
"""


def read_site(data: bytes) -> None:
    """Read settings and data of a site in each form, and a page that shows them."""
    content = data.decode("utf-8", "replace")
    for name in SETTINGS:
        check(PAGE, "markdown", read_site_settings(name, content))
    for name in ("a/b.yml", "a/b.json", "a/b.toml"):
        check(PAGE, "markdown", read_data(name, content))
    check("|a| |version| |release|", "rst", read_site_settings("conf.py", content))


def read_footnotes(data: bytes) -> None:
    """Read the formats that have footnotes."""
    content = data.decode("utf-8", "replace")
    check(content, "markdown")
    check(content, "html")


def parse_requests(data: bytes) -> None:
    """Parse a request: it is valid, or the error says what is wrong."""
    for model in (schema.AskRequest, schema.Feedback):
        try:
            model.model_validate_json(data)
        except ValidationError as error:
            assert bodies.malformed(error) or bodies.faults(error, model)
    mask(data.decode("utf-8", "replace"))


def ask(bot: Bot, data: bytes) -> None:
    """Ask the last line after the others; any quote is verbatim."""
    *history, question = data.decode("utf-8", "replace").split("\n")
    spent = Budget()
    try:
        answer = bot.ask(question, [Turn(asked) for asked in history], budget=spent)
    except QuestionError:
        return
    if answer.quote:
        text = bot.articles[answer.quote.article].text
        assert text[answer.quote.start : answer.quote.end] == answer.quote.text


def targets() -> dict[str, Callable[[bytes], None]]:
    """Return the targets by name."""
    corpus = read_corpus(Path(__file__).parent.parent / "corpus", 1_000_000)
    bot = build_bot(Settings(reader=ReaderSettings(engine="sentence")), corpus.articles)
    return {
        "files": read_files,
        "requests": parse_requests,
        "questions": lambda data: ask(bot, data),
        "front matter": read_front_matter,
        "site settings": read_site,
        "footnotes": read_footnotes,
        "asciidoc": lambda data: check(data.decode("utf-8", "replace"), "asciidoc"),
    }


PIECES = st.sampled_from(
    "# \n|[]()<>*_`-=:;,.!?\"'“”’&@\t0123456789aAéß漢\u0301\u200b\U0001f600\ud800$%/\\{}"
) | st.sampled_from(
    ["---\n", "<p>", "</p>", "<table><tr><td>", "| a | b |\n|---|---|\n", "- a\n", "1. a\n",
     "Anora ", "who ", "what was ", "he ", "it ", "and ", "the ", '{"question": ', "[link](x)"]
)  # fmt: skip


def contents(name: str) -> st.SearchStrategy[bytes]:
    """Return realistic contents for a target, and random bytes."""
    seeds = SEEDS[name]
    lines = [line for seed in seeds for line in seed.splitlines(keepends=True)]
    words = [word for seed in seeds for word in re.findall(r"\w+|\W", seed)]
    pieces = st.sampled_from(lines) | st.sampled_from(words) | PIECES if seeds else PIECES
    made = st.lists(pieces, max_size=200).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
    )
    return made | st.binary(max_size=300)


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_seeds_are_read(name: str) -> None:
    """Each target accepts its seeds."""
    target = targets()[name]
    for seed in SEEDS[name]:
        target(seed.encode())


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_hypothesis_finds_nothing(name: str, pytestconfig: pytest.Config) -> None:
    """Neither realistic contents nor random bytes break a target."""
    target = targets()[name]
    end = time.monotonic() + pytestconfig.getoption("seconds")

    @examples(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(contents(name))
    def holds(data: bytes) -> None:
        target(data)

    holds()
    while pytestconfig.getoption("seconds") > 30 and time.monotonic() < end:
        holds()


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_atheris_finds_nothing(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """If it is installed (`make fuzz`), it searches for as many seconds as `--seconds` says."""
    pytest.importorskip("atheris")
    seconds = pytestconfig.getoption("seconds")
    script = Path(__file__).with_name("fuzz.py")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS[name]):
        (seeds / str(number)).write_text(seed, encoding="utf-8")
    limits = (f"-max_total_time={seconds}", "-timeout=20")
    command = [sys.executable, str(script), name, *limits, str(seeds)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=seconds + 300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
