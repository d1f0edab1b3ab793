"""Inputs that a fuzzer makes up, guided by what the code does with them, break nothing.

hypothesis runs in the test suite, for longer with `make fuzz`; atheris, where it is installed, in a
process of its own, which says what broke and with what.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from chatbot import bodies, markup, passages, schema
from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import Reader, Settings
from chatbot.conversation.budget import Budget
from chatbot.errors import ArticleError, QuestionError
from chatbot.formats import Format, parse
from chatbot.store.masking import mask
from chatbot.types import Article, Turn

FORMATS: tuple[Format, ...] = ("text", "markdown", "html")


def read_files(data: bytes) -> None:
    """Read a file of each format: its blocks and sentences are stretches of its text."""
    content = data.decode("utf-8", "replace")
    for format in FORMATS:
        with contextlib.suppress(ArticleError):
            parsed = parse(content, format)
            article = Article("a", parsed.fields.title or "A", parsed.text, parsed.blocks, "a")
            found = passages.cut(article, 20, 220)
            for passage in found:
                assert article.text[passage.start : passage.end] == passage.text
                for start, end in passage.sentences:
                    assert passage.start <= start < end <= passage.end
            assert markup.pages(article)[-1][1] == len(article.text)


def parse_requests(data: bytes) -> None:
    """Parse a request: it is valid, or it is told what is wrong with it."""
    for model in (schema.AskRequest, schema.Feedback):
        try:
            model.model_validate_json(data)
        except ValidationError as error:
            assert bodies.malformed(error) or bodies.faults(error, model)
    mask(data.decode("utf-8", "replace"))


def ask(bot: Bot, data: bytes) -> None:
    """Ask the last line after the others: there is an answer, verbatim if any."""
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
    """Return what is fuzzed, by name."""
    corpus = read_corpus(Path(__file__).parent.parent / "corpus", 1_000_000)
    bot = build_bot(Settings(reader=Reader(engine="sentence")), corpus.articles)
    return {"files": read_files, "requests": parse_requests, "questions": lambda d: ask(bot, d)}


PIECES = st.sampled_from(
    "# \n|[]()<>*_`-=:;,.!?\"'“”’&@\t0123456789aAéß漢\u0301\u200b\U0001f600\ud800$%/\\{}"
) | st.sampled_from(
    ["---\n", "<p>", "</p>", "<table><tr><td>", "| a | b |\n|---|---|\n", "- a\n", "1. a\n",
     "Anora ", "who ", "what was ", "he ", "it ", "and ", "the ", '{"question": ', "[link](x)"]
)  # fmt: skip
CONTENT = st.lists(PIECES, max_size=200).map(
    lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["files", "requests", "questions"])
def test_hypothesis_finds_nothing(name: str, pytestconfig: pytest.Config) -> None:
    """For any content that looks like what people write, and any bytes."""
    target = targets()[name]
    end = time.monotonic() + pytestconfig.getoption("seconds")

    @examples(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(CONTENT | st.binary(max_size=300))
    def holds(data: bytes) -> None:
        target(data)

    holds()
    while pytestconfig.getoption("seconds") > 30 and time.monotonic() < end:
        holds()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["files", "requests", "questions"])
def test_atheris_finds_nothing(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Where it is installed (`make fuzz`), it looks for as long as `--seconds` says."""
    pytest.importorskip("atheris")
    seconds = pytestconfig.getoption("seconds")
    script = Path(__file__).with_name("fuzz.py")
    command = [sys.executable, str(script), name, f"-max_total_time={seconds}", "-timeout=20"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=seconds + 300
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
