"""The project has the structure, settings, commands and README that it claims to have."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from imports import imports, modules, own
from pydantic import BaseModel

from chatbot import __version__
from chatbot.articles import read_corpus
from chatbot.bot import build_bot
from chatbot.cli import main
from chatbot.config import Settings, Source, read_settings
from chatbot.formats import parse
from chatbot.formats.fields import OWN
from chatbot.server import create_app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Each module may import those in the rows above and in its own row; a folder counts as one.
LAYERS = """
    types errors
    config encoder language markup links parts faults parallel
    formats sources
    articles passages conversation
    index
    retrievers
    readers suggestions
    bot
    store limiter logs
    quotations terminal
    schema openapi bodies listening
    evaluation importing
    server wsgi
    cli
    __main__ __init__
"""
LAYER = {name: row for row, names in enumerate(LAYERS.split("\n")) for name in names.split()}

# Modules that add rules to the Markdown parser.
RULES = ("boxes", "code", "inline_text", "marks", "notes")
# Modules that change the tree of a page before it is read.
TREE_PASSES = (
    "boilerplate footnotes headings holes looks notes panels reveal runs schema_org tables tabs"
    " walk"
).split()

# The only modules that may import these.
LIBRARIES = {
    "article_chat_deep": {"readers.deep"},
    "article_chat_multilingual": {"readers.multilingual"},
    "click": {
        "cli",
        *(f"cli.{name}" for name in "evaluate forget importing loading report".split()),
        "terminal",
    },
    "docutils": {"formats.restructuredtext", "formats.rst_growth"},
    "flask": {"server", *(f"server.{name}" for name in "headers pages problems requests".split())},
    "linkify_it": {"formats.addresses"},
    "limits": {"limiter"},
    "lxml": {
        "formats.html",
        "formats.faq_html",
        "formats.marks",
        "formats.word",
        "importing.listing",
        "importing.pages",
        *(f"formats.{name}" for name in TREE_PASSES),
    },
    "mammoth": {"formats.word"},
    "markdown_it": {"formats.markdown", *(f"formats.dialects.{rules}" for rules in RULES)},
    "mdit_py_plugins": {"formats.markdown", *(f"formats.dialects.{rules}" for rules in RULES)},
    "matplotlib": {"evaluation.drawings"},
    "onnxruntime": {"encoder", "readers.network"},  # a network each
    "pdfplumber": {"formats.pdf", "formats.pdf_page"},
    "protego": {"importing.fetching"},
    "rank_bm25": {"index.okapi"},
    "rapidfuzz": {"conversation.slips"},
    "sqlalchemy": {"store.database", "store.store"},
    "tokenizers": {"readers.network"},
    "tomllib": {"config", "formats.front_matter", "formats.site_values"},
    "waitress": {"wsgi"},
    "wcmatch": {"sources.globs"},
    "werkzeug": {"server", "server.problems", "server.requests"},
    "yaml": {"formats.front_matter", "formats.site_values", "formats.yaml_values"},
}


# These functions are tables of routes and fields.
LONG_FUNCTIONS = {"openapi.describe", "server.create_app"}


def test_modules_and_functions_are_short() -> None:
    """A module has at most 300 lines, a function 50, except the functions listed here."""
    long_modules, long_functions = set(), set()
    for path in sorted((ROOT / "chatbot").rglob("*.py")):
        parts = path.relative_to(ROOT / "chatbot").with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__") or "__init__"
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 300:
            long_modules.add(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                long_functions.add(f"{name}.{node.name}")
    assert not long_modules
    assert long_functions == LONG_FUNCTIONS


def types_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the name and definition of each class and of each other type of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, f"{node.name} of line {node.lineno}"
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if re.match(r"_?[A-Z]+[a-z]", name):
                yield name, ast.unparse(statement.value)


def test_a_type_has_a_name_of_its_own() -> None:
    """No two classes have the same name; a type that several modules define is the same in all."""
    found: dict[str, set[str]] = {}
    for module, tree in modules().items():
        for name, definition in types_of(tree):
            is_class = definition.startswith(f"{name} of line")
            found.setdefault(name, set()).add(f"{module}: {definition}" if is_class else definition)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def options(command: click.Command) -> set[str]:
    return {opt for parameter in command.params for opt in parameter.opts if opt.startswith("--")}


def fields(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the full name of every setting: "server.port"."""
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{name}.")
        else:
            yield prefix + name


# Shape


def test_imports_point_one_way() -> None:
    """A module imports only from its own layer and those below it, also inside functions.

    From the top module it imports only the version: the public names are for users.
    """
    assert {name.split(".")[0] for name in modules()} <= set(LAYER)
    for name, tree in modules().items():
        unit = name.split(".")[0]
        found = set(imports(ast.walk(tree))) - {"chatbot.__version__"}
        for imported in filter(None, map(own, found)):
            assert LAYER[imported.split(".")[0]] <= LAYER[unit], f"{name} imports {imported}"


def test_no_cycles() -> None:
    """No two modules import each other."""
    graph = {
        name: {own(imported) for imported in imports(iter(tree.body))} - {None, name}
        for name, tree in modules().items()
    }
    assert list(TopologicalSorter(graph).static_order())


def test_a_library_has_one_user() -> None:
    """A library is imported by only one module, or by those listed here."""
    for name, tree in modules().items():
        for imported in imports(ast.walk(tree)):
            library = imported.split(".")[0]
            assert name in LIBRARIES.get(library, {name}), f"{name} imports {library}"


def test_what_is_imported_is_declared() -> None:
    """The declared libraries are exactly those that the package imports."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[>=;]", line)[0] for line in project["dependencies"]}
    extras = {
        re.split(r"[>=;]", line)[0]
        for extra in project["optional-dependencies"].values()
        for line in extra
    }
    nodes = [node for tree in modules().values() for node in ast.walk(tree)]
    used = {imported.split(".")[0] for imported in imports(iter(nodes))}
    named = {
        "linkify_it": "linkify-it-py",
        "markdown_it": "markdown-it-py",
        "mdit_py_plugins": "mdit-py-plugins",
        "rank_bm25": "rank-bm25",
        "yaml": "pyyaml",
    }
    # Flask installs werkzeug, and pdfplumber installs pdfminer. Only the words of symspellpy are
    # read. The packages in `models/` are this project's.
    used = {named.get(name, name) for name in used} - sys.stdlib_module_names
    ours = {"article_chat_deep", "article_chat_multilingual", "chatbot"}
    used = used - {*ours, "pdfminer", "werkzeug"} | {"symspellpy"}
    assert needed <= used <= needed | extras


def test_optional_libraries_are_imported_late() -> None:
    """Without the extras, all modules can be imported except those that need them."""
    readers = {f"readers.{name}" for name in ("deep", "multilingual", "network", "neural")}
    needy = readers | {"formats.pdf", "formats.pdf_page", "formats.word", "importing.fetching"}
    libraries = {"mammoth", "onnxruntime", "pdfplumber", "protego", "sentencepiece", "tokenizers"}
    for name, tree in modules().items():
        if name not in needy and not name.startswith("importing"):
            top = set(imports(iter(tree.body)))
            assert not {imported.split(".")[0] for imported in top} & libraries, name
            assert not any(
                f"chatbot.{module}" in (imported, imported.rpartition(".")[0])
                for imported in top
                for module in needy
            ), name


def test_help_is_quick() -> None:
    """The command line loads no library that is slow to load."""
    slow = {"flask", "nltk", "numpy", "onnxruntime", "pydantic"}
    code = f"import sys, chatbot.cli; print(*{slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_test_says_its_truth() -> None:
    """Each test has a docstring."""
    for path in (ROOT / "tests").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["ruff check", "ruff format --check", "mypy"], ids=lambda command: command
)
def test_lint(command: str) -> None:
    """`make lint` finds nothing."""
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Settings


def test_config_file_has_every_setting() -> None:
    """config.toml sets each setting, in the order of the code, to its default.

    A setting without a default, such as a source, is shown as a comment.
    """
    lines = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert Settings.model_validate(tomllib.loads(lines)) == Settings()
    shown = re.sub(r"^# (?=\[\[|\w+ = )", "", lines, flags=re.MULTILINE)
    content = tomllib.loads(shown)
    assert [f"{section}.{key}" for section in content for key in content[section]] == list(
        fields(Settings)
    )
    [source] = content["corpus"].pop("sources")
    assert list(source) == list(fields(Source))
    content["corpus"] = {"sources": [source]}
    assert Settings.model_validate(content).corpus.sources


def test_config_file_explains_every_setting() -> None:
    """Each setting of config.toml has a comment that explains it."""
    for line in (ROOT / "config.toml").read_text(encoding="utf-8").splitlines():
        if re.match(r"(# )?\w+ = ", line):
            assert re.search(r"  # \S.{3,}", line), line


# Command line


def test_help_explains_everything() -> None:
    """Each command, argument and option has a help text."""
    for name, command in main.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.name}"
            else:
                assert parameter.human_readable_name in command.help


def test_readme_names_every_command() -> None:
    """The README names each command, and only commands and options that exist."""
    named = set(re.findall(r"`chatbot (\w+)", README))
    assert named == set(main.commands)
    for line in re.findall(r"\bchatbot \w+ [^`\n]*", README):
        _, name, *rest = shlex.split(line, comments=True)
        given = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert given <= options(main.commands[name]), line


def test_make_lists_its_targets() -> None:
    """`make` alone lists each target for people, and the README names the two."""
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^make (\w+)", done.stdout, re.MULTILINE)
    assert {"serve", "test", "check", "lint"} <= set(listed)
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"serve", "test"} <= named <= set(listed)


def test_ci_runs_the_readme_command() -> None:
    """CI runs the README's test command."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "make test"
    assert "\nmake test\n" in README


def test_a_run_of_all_tests_needs_their_coverage() -> None:
    """`make test` fails if all tests cover too little of the package; a part of them may."""
    outer = {name: value for name, value in os.environ.items() if name not in ("ARGS", "MAKEFLAGS")}

    def commands(*arguments: str) -> str:
        command = ["make", "--no-print-directory", "--dry-run", "test", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=outer, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "coverage run -m pytest\n" in (whole := commands())
    assert whole.rstrip().endswith("coverage report")
    assert "coverage" not in commands("ARGS=tests/test_faq.py")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["coverage"]["report"]["fail_under"] >= 95


# README


def examples(command: str) -> list[tuple[str, str]]:
    """Return the README's console examples of `command`: the line and its output."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = re.sub(r" \\\n\s*", " ", shown).partition("\n")
            if line.split()[0] == command:
                found.append((line, output.strip()))
    return found


@pytest.mark.parametrize(("line", "output"), examples("chatbot"))
def test_readme_commands(line: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's commands print what it shows; "..." stands for what is left out."""
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, shlex.split(line)[1:])
    pattern = ".*".join(re.escape(part) for part in output.split("..."))
    assert re.fullmatch(pattern, done.output.strip(), re.DOTALL), done.output


def test_readme_says_what_is_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that the README calls bold are marked as the short answer."""
    monkeypatch.chdir(ROOT)
    [bold] = re.findall(r"In a terminal \*\*(.*?)\*\* is bold", README)
    line, _ = examples("chatbot")[0]
    done = CliRunner().invoke(main, shlex.split(line)[1:], color=True)
    assert click.style(bold, bold=True) in done.output


@pytest.mark.parametrize(("line", "output"), examples("curl"))
def test_readme_requests(line: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's requests give what it shows, except ids and confidence, and pipes work."""
    monkeypatch.chdir(ROOT)
    settings = read_settings()
    corpus = read_corpus(settings.corpus.where, settings.corpus.max_bytes)
    client = create_app(build_bot(settings, corpus.articles), settings).test_client()
    request, _, pipe = line.partition(" | ")
    *options, url = shlex.split(request)
    given = dict(pairwise(options))
    path = url.removeprefix(f"http://{settings.server.host}:{settings.server.port}")
    mimetype = given.get("-H", "").removeprefix("Content-Type: ")
    method = "POST" if "-d" in given else "GET"
    body = client.open(path, method=method, data=given.get("-d"), content_type=mimetype).data
    python = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        pipe, shell=True, input=body, capture_output=True, check=True, env=os.environ | python
    )
    assert lasting(done.stdout.decode().strip()) == lasting(output)


def lasting(shown: str) -> str:
    """Return the output without the parts that are new in each answer."""
    return re.sub(r'"(id|conversation|confidence)": [^,]*', r'"\1": ...', shown)


def test_readme_front_matter() -> None:
    """The README's front matter has exactly the keys of this program."""
    shown = re.findall(r"```markdown\n(.*?)```", README, re.DOTALL)
    warnings = parse(shown[0], "markdown").warnings
    assert warnings == ()
    assert set(re.findall(r"^(\w+): ", shown[0], re.MULTILINE)) == set(OWN)


def test_readme_links_lead_somewhere() -> None:
    """Each file to which the README links exists."""
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), target


# CHANGELOG


def test_changelog_has_dated_releases() -> None:
    """Each release has a date, the newest comes first, and is the version of the package."""
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    headings = [line for line in lines if line.startswith("## ") and line != "## Unreleased"]
    releases = [
        re.fullmatch(r"## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", line) for line in headings
    ]
    assert releases[-1] and releases[-1][1] == "0.1.0"
    assert releases[0] and releases[0][1] == __version__
    days = [release[2] for release in releases if release]
    assert len(days) == len(headings) and days == sorted(days, reverse=True)
