"""The commands do what an owner needs, in plain lines and with meaningful exit codes."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chatbot import __version__
from chatbot.cli import main
from chatbot.parallel import WORTH
from chatbot.schema import AnswerBody

ROOT = Path(__file__).parent.parent

LIGHTHOUSE = """\
---
title: The lighthouse of Skerrymore
published: 2024-05-17
---
## How it came to be

The lighthouse was built in 1887 by Thomas Ardle. It is 42 metres high and its light is seen from
far away. A storm broke its lantern in the winter of 1902, and a new one came from Glasgow.

## Visitors

Visitors can climb the tower every day from May to September. A ticket costs £6.50 for adults and
nothing for children under twelve, who have to come with an adult.
"""
ASKED = "When was the lighthouse built?"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one article; the settings in the current folder need no model."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "lighthouse.md").write_text(LIGHTHOUSE, encoding="utf-8")
    (tmp_path / "config.toml").write_text("[reader]\nengine = 'sentence'\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(*arguments: str | Path, color: bool = False) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], color=color)


def test_ask_quotes_and_says_from_where(corpus: Path) -> None:
    """The answer is printed word for word, with title, heading, date and place in the article."""
    done = run("ask", ASKED, "--corpus", corpus)
    assert done.exit_code == 0
    assert done.stderr == ""
    sentence, source = done.stdout.split("\n\n")
    assert sentence == "The lighthouse was built in 1887 by Thomas Ardle."
    assert "The lighthouse of Skerrymore, How it came to be, 2024-05-17\n" in source
    assert "lighthouse.md, characters " in source


def test_bold_on_a_terminal_only(corpus: Path) -> None:
    """Only terminals get escape sequences, not files and pipes."""
    assert "\x1b" not in run("ask", ASKED, "--corpus", corpus).stdout
    assert "\x1b[1m1887\x1b[0m" in run("ask", ASKED, "--corpus", corpus, color=True).stdout


def test_ask_abstains(corpus: Path) -> None:
    """If no article answers, the exit code is 3; nearest passages and unknown words are shown."""
    done = run("ask", "Who painted the Skerrymore Madonna?", "--corpus", corpus)
    assert done.exit_code == 3
    message, unknown, *nearest = done.stdout.splitlines()
    assert message == "The articles here do not say that."
    assert unknown == "In no article: painted, Madonna"
    assert any("lighthouse" in line for line in nearest)


@pytest.mark.parametrize("command", ["ask", "explain"])
def test_broken_characters(command: str, corpus: Path) -> None:
    """A byte that is invalid in the terminal's encoding does not stop the question."""
    done = run(command, "\udcff When was the lighthouse built?", "--corpus", corpus)
    assert "The lighthouse was built in 1887" in done.stdout


def test_any_encoding(corpus: Path) -> None:
    """Characters that the terminal's encoding lacks do not stop the output."""
    (corpus / "song.txt").write_text("The song “Ήλιος” was written by Ada Quill.", encoding="utf-8")
    done = CliRunner(charset="latin-1").invoke(main, ["passages", "--corpus", str(corpus)])
    assert done.exit_code == 0
    assert "The song ??????? was written by Ada Quill." in done.stdout


def test_ask_json_is_the_body_of_ask(corpus: Path) -> None:
    """--json prints the body of POST /ask, which is valid, with the same exit code."""
    done = run("ask", ASKED, "--corpus", corpus, "--json")
    assert done.exit_code == 0
    body = AnswerBody.model_validate_json(done.stdout)
    assert body.status == "answered"
    assert body.answer
    assert body.answer.text == body.message == "The lighthouse was built in 1887 by Thomas Ardle."
    done = run("ask", "Who painted the Madonna?", "--corpus", corpus, "--json")
    assert done.exit_code == 3
    assert AnswerBody.model_validate_json(done.stdout).status == "abstained"


def test_ask_without_articles(corpus: Path) -> None:
    """An empty folder is not an error: the answer says that there are no articles."""
    (corpus / "lighthouse.md").unlink()
    done = run("ask", ASKED, "--corpus", corpus)
    assert done.exit_code == 3
    assert done.stdout == "There are no articles here yet.\n"


def test_check_a_sound_corpus(corpus: Path) -> None:
    """If nothing is wrong, one line summarises the corpus, and the exit code is 0."""
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 0
    assert done.stdout == "1 article, 2 passages; 0 left out\n"


def test_check_names_every_fault(corpus: Path) -> None:
    """Each kind of fault has a line, each file with --all; a file left out means exit code 1."""
    (corpus / "deep").mkdir()
    for name in ("empty.txt", "blank.md"):
        (corpus / name).write_bytes(b"")
    for name in ("deep/scan.pfd", "old.pfd", "plan.dwg"):
        (corpus / name).write_bytes(b"%")
    (corpus / "broken.md").write_text("---\ntitle: [a\n---\nText.", encoding="utf-8")
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 1
    kinds, empty, broken, summary = done.stdout.splitlines()
    assert (
        kinds == "of a kind that cannot be read: 3 files (2 .pfd, 1 .dwg), e.g. deep/scan.pfd "
        "(left out)"
    )
    assert empty == "is empty: 2 files, e.g. blank.md (left out)"
    assert broken.startswith("broken.md: front matter, line 3: ")
    assert summary == "1 article, 2 passages; 6 left out"
    done = run("check", "--corpus", corpus, "--all")
    assert done.exit_code == 1
    *lines, summary = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        *("blank.md", "broken.md", "deep/scan.pfd", "empty.txt", "old.pfd", "plan.dwg")
    ]
    assert all(line.endswith(" (left out)") for line in lines)
    assert summary == "1 article, 2 passages; 6 left out"


def test_check_fits_on_a_screen(corpus: Path) -> None:
    """The output stays short, however many files and kinds of fault there are."""
    for number in range(60):
        (corpus / f"{number}.md").write_text(f"---\nkey{number}: x\n---\nText.", encoding="utf-8")
        (corpus / f"{number}.txt").write_text(f"Café {number} …", encoding="cp1252")
        (corpus / f"{number}.p{number}").write_bytes(b"")
        (corpus / f"{number}.png").write_bytes(b"")
    lines = run("check", "--corpus", corpus).stdout.splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) < 200


def test_check_without_articles(corpus: Path) -> None:
    """A corpus without articles is an error that says which files are there."""
    (corpus / "lighthouse.md").unlink()
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: no articles: no files are there; articles end in .md, ")
    for name in ("a.wiki", "b.wiki", "c.png"):
        (corpus / name).write_bytes(b"")
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 2
    assert "no articles: none of the files there (2 .wiki, 1 .png) can be served" in done.stderr


def test_check_tells_languages_and_what_is_excluded(corpus: Path) -> None:
    """The summary has the languages, if there are several, and what the globs leave out."""
    (corpus / "es").mkdir()
    (corpus / "es" / "faro.md").write_text("El faro es alto y blanco.", encoding="utf-8")
    (corpus / "notes.txt").write_text("Buy lamps.", encoding="utf-8")
    (corpus.parent / "config.toml").write_text(
        "[[corpus.sources]]\npath = 'articles'\nexclude = ['notes.*']\n", encoding="utf-8"
    )
    done = run("check")
    assert done.exit_code == 0
    assert done.stdout == "2 articles (en 1, es 1), 3 passages; 0 left out, 1 excluded\n"


def test_check_what_is_unpublished(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that ask not to be published are listed, but are not failures."""
    from chatbot import articles
    from chatbot.errors import ArticleError
    from chatbot.formats import Parsed, parse

    def parse_or_not(content: str, *how: Any) -> Parsed:
        if "draft: true" in content:
            raise ArticleError("is a draft", "draft")
        return parse(content, *how)

    monkeypatch.setattr(articles, "parse", parse_or_not)
    for name in "ab":
        (corpus / f"{name}.md").write_text("---\ndraft: true\n---\nX.", encoding="utf-8")
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 0
    assert done.stdout == ("draft: 2 files, e.g. a.md\n1 article, 2 passages; 0 left out\n")


def test_check_pages_that_list_others(corpus: Path) -> None:
    """A page that has only front matter is not a failure."""
    (corpus / "_index.md").write_text("---\ntitle: Help\n---\n", encoding="utf-8")
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "_index.md: has no words below its front matter",
        "1 article, 2 passages; 0 left out",
    ]


@pytest.mark.slow
def test_check_many_files(corpus: Path) -> None:
    """Several processes read many files, and none of them runs the command again."""
    for number in range(WORTH):
        (corpus / f"{number}.md").write_text(f"Shelf {number} has lamps.", encoding="utf-8")
    command = [sys.executable, "-m", "chatbot", "check", "--corpus", str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("501 articles, 502 passages; 0 left out\n", "")


def test_check_titles(corpus: Path) -> None:
    """A title with an unfilled template, or on many pages, is a warning."""
    for number in range(12):
        page = f"<title>Our shop</title><p>Shelf {number} has lamps.</p>"
        (corpus / f"{number}.html").write_text(page, encoding="utf-8")
    page = "<title>{{ page.title }}</title><p>We sell lamps.</p>"
    (corpus / "lamp-shop.html").write_text(page, encoding="utf-8")
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 0
    same, template, _ = done.stdout.splitlines()
    assert same == "has the title “Our shop”, as others have: 12 files, e.g. 0.html"
    assert template == "lamp-shop.html: has a template for its title: {{ page.title }}"
    assert "lamp-shop 0-" in run("passages", "--corpus", corpus).stdout
    done = run("ask", "Who sells lamps?", "--corpus", corpus)
    assert "{{" not in done.stdout


def test_check_warnings_leave_nothing_out(corpus: Path) -> None:
    """A fault of an article that is still served is listed, with exit code 0."""
    (corpus / "cafe.txt").write_bytes("The café opens at nine.".encode("cp1252"))
    done = run("check", "--corpus", corpus)
    assert done.exit_code == 0
    fault, summary = done.stdout.splitlines()
    assert fault.startswith("cafe.txt: ")
    assert "(left out)" not in fault
    assert summary.startswith("2 articles, ")


def test_passages(corpus: Path) -> None:
    """Each passage has a line: article, range, words, heading, first words."""
    done = run("passages", "--corpus", corpus)
    assert done.exit_code == 0
    first, second = done.stdout.splitlines()
    assert first.startswith("lighthouse ")
    assert ", 39 words: How it came to be: The lighthouse was built in 1887" in first
    assert ": Visitors: Visitors can climb" in second


def test_passages_of_an_article(corpus: Path) -> None:
    """For a single article, the sentences are listed too, each after its range."""
    done = run("passages", "lighthouse", "--corpus", corpus)
    sentences = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert len(sentences) == 5
    assert sentences[0].endswith(": The lighthouse was built in 1887 by Thomas Ardle.")


def test_passages_of_no_article(corpus: Path) -> None:
    """An unknown id is an error that lists the known ones."""
    done = run("passages", "lighthose", "--corpus", corpus)
    assert done.exit_code == 2
    assert done.stderr == "Error: no article 'lighthose'; known are: lighthouse\n"


def test_explain(corpus: Path) -> None:
    """It shows how the question was read, what counted for each sentence, and what it lacks."""
    done = run("explain", ASKED, "--corpus", corpus, "--limit", "2")
    assert done.exit_code == 0
    read, first, second = done.stdout.split("\n\n")
    assert read.splitlines()[:2] == ["Words: lighthous, build", "Kind: date"]
    assert "Outcome: answered, confidence " in read
    assert first.startswith("1. The lighthouse was built in 1887 by Thomas Ardle.\n")
    assert "words in it: lighthous, build; around it: none" in first
    assert "compared with 1:" not in first
    assert second.startswith("2. ")
    assert "compared with 1: -" in second


def test_explain_what_nothing_matches(corpus: Path) -> None:
    """If only words are compared and none is known, the explanation says so in words."""
    settings = corpus.parent / "words.toml"
    settings.write_text("[retriever]\nengine = 'bm25'\n[corpus]\ndir = 'articles'\n")
    done = run("explain", "Quixotic zebras?", "--config", settings)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "Words: quixot, zebra"
    assert "\n1. " not in done.stdout


@pytest.mark.parametrize("command", ["serve", "ask", "check", "passages", "explain"])
def test_wrong_setting(command: str, corpus: Path) -> None:
    """Every command prints a one-line error for an invalid setting, and exits with code 2."""
    settings = corpus.parent / "config.toml"
    settings.write_text("[reader]\nthreshhold = 0.5\n", encoding="utf-8")
    question = ["Why?"] if command in ("ask", "explain") else []
    done = run(command, *question)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: config.toml: reader.threshhold: unknown setting; known")
    assert done.stderr.count("\n") == 1


def test_unknown_engine(corpus: Path) -> None:
    """An unknown engine is an error that lists the known ones."""
    settings = corpus.parent / "other.toml"
    settings.write_text("[retriever]\nengine = 'bm52'\n[corpus]\ndir = 'articles'\n")
    done = run("ask", ASKED, "--config", settings)
    assert done.exit_code == 2
    assert (
        done.stderr == "Error: retriever.engine: no engine 'bm52'; known are: auto, bm25, hybrid\n"
    )


def test_missing_corpus(corpus: Path) -> None:
    """A missing folder is an error that names it, wherever it was set."""
    assert "'nowhere' does not exist" in run("check", "--corpus", "nowhere").stderr
    done = run("check")
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: corpus: ")


def test_a_corpus_instead_of_the_sources(corpus: Path) -> None:
    """The folder on the command line replaces all sources; if it is missing, it is named."""
    settings = corpus.parent / "config.toml"
    settings.write_text("[[corpus.sources]]\npath = 'gone'\n", encoding="utf-8")
    assert run("check", "--corpus", corpus).stdout == "1 article, 2 passages; 0 left out\n"
    done = run("check")
    assert done.exit_code == 2
    assert done.stderr == "Error: corpus.sources.0.path: there is no file or folder gone\n"


def test_empty_question(corpus: Path) -> None:
    """An empty question is an error, not an answer."""
    done = run("ask", " ", "--corpus", corpus)
    assert (done.exit_code, done.stderr) == (2, "Error: the question is empty\n")


def test_version() -> None:
    """--version prints the name of the command and its version."""
    assert run("--version").stdout == f"chatbot, version {__version__}\n"


@pytest.fixture
def served(corpus: Path) -> Iterator[subprocess.Popen[str]]:
    """Yield a running `chatbot serve` with a corpus in which one file is left out."""
    (corpus / "empty.txt").write_bytes(b"")
    options = ["--corpus", str(corpus), "--config", str(corpus.parent / "config.toml")]
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def test_serve(served: subprocess.Popen[str]) -> None:
    """It prints what it serves and where, serves it, and stops on a signal, with exit code 0."""
    assert served.stdout
    assert served.stderr
    assert served.stdout.readline() == "1 article, 2 passages; 1 left out; sentence reader\n"
    assert served.stdout.readline() == "Some files have problems: `chatbot check` lists them.\n"
    address = served.stdout.readline().removeprefix("Ready at ").strip()
    with urllib.request.urlopen(f"{address}/health", timeout=10) as health:
        assert health.status == 200
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=10) == 0
    # On a busy machine, other parts may warn that they are slow.
    lines = served.stderr.read().splitlines()
    [line] = [line for line in lines if "chatbot.server" in line]
    assert "INFO" in line and "GET /health status=200" in line
