"""`chatbot evaluate` measures how good answers are, finds wrong ones, and compares two runs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chatbot.cli import main
from chatbot.evaluation.figures import DEFINITIONS

OPEN = {"question": "When is the library open?", "contains": "from nine to six"}
CARD = {"question": "What does a library card cost?", "contains": "$20", "short": ["$20"]}
OFF = {"question": "Zxqv wklp?", "contains": "abstain"}
CONTEXT = "The Avel bridge was built by Tomas Reed in 1702."


@pytest.fixture(autouse=True)
def folder(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's folder: the articles of the library, and settings that find them."""
    settings = (
        f"[corpus]\ndir = '{corpus.as_posix()}'\n[reader]\nengine = 'sentence'\nthreshold = 0.1\n"
    )
    (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def conversation(*turns: dict[str, Any], name: str = "questions.jsonl") -> str:
    lines = (json.dumps({"turns": [turn]}) for turn in turns)
    Path(name).write_text("\n".join(lines), encoding="utf-8")
    return name


def squad(name: str = "squad.json") -> str:
    qas = [
        {"id": "q", "question": "Who built the Avel bridge?", "answers": [{"text": "Tomas Reed"}]}
    ]
    paragraphs = [{"context": CONTEXT, "qas": qas}]
    other = {"title": "Mill", "paragraphs": [{"context": "The mill ground flour.", "qas": []}]}
    content = {"data": [{"title": "Avel", "paragraphs": paragraphs}, other]}
    Path(name).write_text(json.dumps(content), encoding="utf-8")
    return name


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", *arguments])


def figures(*arguments: str) -> dict[str, Any]:
    (found,) = json.loads(run(*arguments, "--json").stdout)["runs"]
    return {name: values["value"] for name, values in found["figures"].items()}


def test_a_table_for_people() -> None:
    """It names the file and the reader, then each figure with interval, count and meaning."""
    done = run(squad(), "--leave-out")
    assert done.exit_code == 0, done.output
    first, empty, *lines = done.stdout.strip().splitlines()
    assert first == (
        "squad.json: 1 question, 1 asked again with their article left out; "
        "sentence reader, threshold 0.1"
    )
    assert not empty
    assert re.fullmatch(
        r"  sentence +100\.0 % +100\.0 to 100\.0 +1  quotes the right sentence.*", lines[5]
    )
    names = [line.split()[0] for line in lines]
    # Without a highlight, none is right.
    assert set(DEFINITIONS) - set(names) - {"highlight-right"} == {"undistracted"}
    assert names == [name for name in DEFINITIONS if name in names]


def test_a_guard_that_holds() -> None:
    """If every question is answered as its line says, the exit code is 0."""
    done = run(conversation(OPEN, CARD, OFF))
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    assert re.search(r"  right +100\.0 %", done.stdout)


def test_a_guard_that_does_not_hold() -> None:
    """A wrong quote, or an answer to an unanswerable question, is shown, and the exit code is 1."""
    missing = {**OPEN, "contains": "from ten to four"}
    done = run(conversation(missing, CARD, {**CARD, "contains": None}))
    assert done.exit_code == 1
    assert done.stderr == "questions.jsonl, sentence reader: 2 of 3 answers are wrong\n"
    wrong = re.findall(r"  wrong   (.*)\n          answered \([01]\.\d\d\): (.*)\n", done.stdout)
    both = "The library is open from nine to six on weekdays. On Sundays it is closed."
    assert wrong == [
        (OPEN["question"], both),
        (f"{CARD['question']} (2)", "A library card costs $20 a year."),
    ]


def test_a_wrong_highlight_is_no_regression() -> None:
    """`short` is measured, but only a wrong quote makes the exit code 1."""
    assert run(conversation({**CARD, "short": ["no such thing"]})).exit_code == 0


def test_questions_about_something_else() -> None:
    """In a file of plain lines, no question may be answered."""
    Path("off.txt").write_text("Zxqv wklp?\nWhat does a library card cost?\n", encoding="utf-8")
    done = run("off.txt")
    assert done.exit_code == 1
    assert "1 of 2 answers are wrong" in done.stderr
    assert figures("off.txt")["refused"] == 50


def test_fail_under() -> None:
    """A figure on the wrong side of its bound is named, and the exit code is 1."""
    file = squad()
    assert run(file, "--fail-under", "sentence=100", "--fail-under", "lost=0").exit_code == 0
    done = run(file, "--fail-under", "words=3", "--fail-under", "exact=0")
    assert done.exit_code == 1
    assert done.stderr == "squad.json, sentence reader: words is 10, over 3\n"


def test_fail_under_a_figure_that_is_not_measured() -> None:
    """A bound for a figure that no file measures counts as missed."""
    done = run(squad(), "--fail-under", "refused=90")
    assert done.exit_code == 1
    assert done.stderr == "refused: none of these files measures it\n"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--fail-under", "sentences=3"], "known are: found-first"),
        (["--fail-under", "sentence=high"], "sentence=NUMBER"),
        (["--reader", "magic"], "no reader 'magic'"),
        (["--compare", "nothing.json"], "nothing.json"),
        (["--config", "nothing.toml"], "nothing.toml"),
        (["nothing.json"], "nothing.json: cannot be read"),
        (["squad.json"], "two files have the name squad.json"),
    ],
)
def test_faults_exit_2(arguments: Sequence[str], fault: str) -> None:
    """An error in the command line or in a file exits with code 2 and says what is wrong."""
    done = run(squad(), *arguments)
    assert done.exit_code == 2
    assert fault in done.stderr


def test_a_corpus_in_place_of_their_articles(folder: Path) -> None:
    """With --corpus, the right places are searched in these articles."""
    mine = folder / "mine"
    mine.mkdir()
    (mine / "avel.txt").write_text(f"The river\n\nIt is long.\n\n{CONTEXT}\n", encoding="utf-8")
    (folder / "none").mkdir()
    there = figures(squad(), "--corpus", "mine")
    elsewhere = figures(squad(), "--corpus", "none")
    assert (there["passage"], there["sentence"]) == (100, 100)
    assert "passage" not in elsewhere
    assert elsewhere["sentence"] == 0


def test_saved_and_compared() -> None:
    """A run is compared with a saved one, question by question, even if the threshold differs."""
    file = conversation(OPEN, CARD, OFF)
    assert run(file, "--save", "old.json").exit_code == 0
    same = run(file, "--compare", "old.json")
    assert "0 questions better, 0 worse; probability by chance: 1\n" in same.stdout
    settings = Path("config.toml").read_text(encoding="utf-8").replace("0.1", "1.0")
    Path("strict.toml").write_text(settings, encoding="utf-8")
    strict = run(file, "--compare", "old.json", "--config", "strict.toml")
    assert "0 questions better, 2 worse" in strict.stdout
    assert re.search(r"  answered-sentence +-100\.0 %", strict.stdout)
    assert f"  worse   {OPEN['question']}\n          abstained, nearest (" in strict.stdout
    found = json.loads(run(file, "--compare", "old.json", "--json").stdout)
    assert found["comparisons"][0]["worse"] == []


def test_compare_needs_the_same_file() -> None:
    """It is an error if the saved runs do not have the file."""
    run(squad(), "--save", "old.json")
    done = run(conversation(OPEN), "--compare", "old.json")
    assert done.exit_code == 2
    assert "old.json: has no results for questions.jsonl" in done.stderr
    Path("other.json").write_text('{"runs": [{}]}', encoding="utf-8")
    done = run(squad(), "--compare", "other.json")
    assert "other.json: not a file that --save wrote" in done.stderr


def test_limit_asks_fewer() -> None:
    """No more questions are asked than the limit."""
    (found,) = json.loads(run(conversation(OPEN, CARD, OFF), "--limit", "2", "--json").stdout)[
        "runs"
    ]
    assert found["figures"]["right"]["count"] == 2


def distracting() -> str:
    """Write two questions about a bridge and two about a mill."""
    paragraphs = {"Avel": CONTEXT, "Carrow": "The water mill of Carrow ground flour in 1850."}
    questions = {
        "Avel": ["Who built the Avel bridge?", "When was the Avel bridge built?"],
        "Carrow": ["What did the mill of Carrow grind?", "When did the mill of Carrow grind?"],
    }
    data = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": context,
                    "qas": [
                        {"id": text, "question": text, "answers": [{"text": context}]}
                        for text in questions[title]
                    ],
                }
            ],
        }
        for title, context in paragraphs.items()
    ]
    Path("two.json").write_text(json.dumps({"data": data}), encoding="utf-8")
    return "two.json"


def test_distract_says_how_many_answers_changed() -> None:
    """The number is in the table and in Markdown, for each reader; JSON lists the questions."""
    line = (
        "4 asked again after two questions about another article. "
        "The answer changed for 0 with the sentence"
    )
    done = run(distracting(), "--distract")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1] == f"{line} reader"
    assert re.search(r"  undistracted +100\.0 % +100\.0 to 100\.0 +4 ", done.stdout)
    readers = ("--reader", "sentence", "--reader", "sentence")
    markdown = run("two.json", "--distract", "--markdown", *readers).stdout
    assert f"{line} reader, 0 with the sentence reader.\n" in markdown
    (found,) = json.loads(run("two.json", "--distract", "--json").stdout)["runs"]
    assert found["changed"] == []
    assert "undistracted" not in figures("two.json")


def test_json_for_programs() -> None:
    """JSON has all figures by name, the wrong questions, and the failures."""
    done = run(conversation(OPEN, {**CARD, "contains": "nothing"}), "--json")
    body = json.loads(done.stdout)
    (found,) = body["runs"]
    assert done.exit_code == 1
    assert (found["file"], found["reader"], found["threshold"]) == (
        "questions.jsonl", "sentence", 0.1
    )  # fmt: skip
    assert found["wrong"] == [CARD["question"]]
    assert found["figures"]["right"]["value"] == 50
    assert body["failures"] == ["questions.jsonl, sentence reader: 1 of 2 answers are wrong"]


def test_markdown_has_a_column_a_reader() -> None:
    """The table of a file has a column for each reader."""
    done = run(squad(), "--reader", "sentence", "--reader", "sentence", "--markdown")
    title, _, count, _, header, rule, first, *_ = done.stdout.splitlines()
    assert (title, count) == ("### squad.json", "1 question.")
    assert header == "| figure | sentence | sentence | what it says |"
    assert rule == "|---|---|---|---|"
    assert first.startswith("| `found-first` | **100.0 %** (100.0 to 100.0; 1) | **100.0 %**")


def test_figures_are_drawn() -> None:
    """The two diagrams are PNG files named after the file of questions."""
    pytest.importorskip("matplotlib", reason='needs the extra "evaluation"')
    done = run(squad(), "--leave-out", "--figures", "drawn")
    assert done.exit_code == 0, done.output
    for name in ("squad-risk.png", "squad-reliability.png"):
        assert Path("drawn", name).read_bytes().startswith(b"\x89PNG")
    assert done.stderr.count("drawn: ") == 2


def test_every_option_is_documented() -> None:
    """EVALUATION.md has a row for each option."""
    text = (Path(__file__).parent.parent / "EVALUATION.md").read_text(encoding="utf-8")
    section = text.partition("## Options")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(--[a-z-]+)", section))
    command = main.commands["evaluate"]
    assert listed == {
        opt for parameter in command.params for opt in parameter.opts if opt.startswith("--")
    }
