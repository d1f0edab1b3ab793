"""Every script of benchmarks/ and training/ runs on a tiny input, some only if torch is installed.

In addition, mypy checks that everything they import and call exists.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chatbot.cli import main

ROOT = Path(__file__).parent.parent
TRAINING = ROOT / "training"
NEURAL = all(map(find_spec, ("onnxruntime", "sentencepiece", "tokenizers")))
needs_neural = pytest.mark.skipif(not NEURAL, reason="the extra `neural` is not installed")

RUN_HERE = set(
    "halves languages learn_hybrid learn_multilingual learn_neural learn_readings learn_sentence"
    " manuals more rent rent_table".split()
)
FOR_TORCH = set(
    "bodies changes evaluate export export_encoder likeness train train_encoder".split()
)
IN_A_PROCESS = {"rent_rules"}
"""They change how modules are imported, so each runs in a process of its own."""
PARTS = set(
    "data held_back linking loose memory model okapi pairs pieces rent_parts switches texts"
    " unanswerable".split()
)
"""Not scripts: imported by the others."""

PLACES = ("Elmsea", "Harwell", "Brinmouth", "Corley", "Dunwick", "Estrand", "Fairholt", "Garve")
BUILDERS = ("Ada Byrne", "Tom Reed", "Ruth Vogt", "Sean Baker", "Ina Moss", "Leo Hart", "Eve Lund")
THINGS = ("mill", "bridge", "tower", "library", "harbour", "theatre", "school")


def squad(count: int = len(PLACES), first: int = 0) -> dict[str, Any]:
    """Articles in SQuAD's format: for each place, what was built there, by whom and when."""
    data = []
    for number, place in enumerate(PLACES[:count]):
        paragraphs = []
        for thing, builder in zip(THINGS, BUILDERS, strict=True):
            year = str(1500 + first + 7 * number + len(thing))
            text = f"The {thing} of {place} is old. {builder} built the {thing} in {year}."
            asked = {
                f"Who built the {thing} of {place}?": builder,
                f"When was the {thing} of {place} built?": year,
            }
            qas = [
                {
                    "id": f"{first} {question}",
                    "question": question,
                    "answers": [{"text": answer, "answer_start": text.index(answer)}],
                }
                for question, answer in asked.items()
            ]
            paragraphs.append({"context": text, "qas": qas})
        data.append({"title": place, "paragraphs": paragraphs})
    return {"version": "v2.0", "data": data}


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def threads() -> list[dict[str, Any]]:
    """A few threads in StackFAQ's format."""
    return [
        {
            "question": f"How do I reach the {thing}?",
            "answers": [f"Take line {number} to the {thing}, and leave it at the last stop."],
            "rephrasings": [f"Which line goes to the {thing}?", f"the way to the {thing}?"],
        }
        for number, thing in enumerate(THINGS)
    ]


def dialogues() -> list[dict[str, Any]]:
    """A few dialogues in CANARD's format."""
    turns = []
    for place, builder in zip(PLACES, BUILDERS, strict=False):
        said = [place, "The mill", "Who built the mill?", f"{builder} built it.", "When?", "1510."]
        for number, end in enumerate((2, 4), start=1):
            turns.append(
                {
                    "History": said[:end],
                    "QuAC_dialog_id": place,
                    "Question": said[end],
                    "Question_no": number,
                    "Rewrite": said[end],
                }
            )
    return turns


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The folders that the scripts read: `eval`, `sites` and `train`."""
    for name in ("xquad-dev", *(f"xquad-dev.{lang}" for lang in ("de", "es", "ru", "zh", "ar"))):
        write(tmp_path / "eval" / f"{name}.json", squad())
    write(tmp_path / "eval" / "squad2-two-articles.json", squad(2, first=50))
    write(tmp_path / "eval" / "stackfaq-dev.json", threads())
    write(tmp_path / "eval" / "canard-dev.json", dialogues())
    names = ("squad-train-part", "newwiki", "squad2-half-dev", "nq-qed-dev")
    for number, name in enumerate(names, start=1):
        write(tmp_path / "train" / f"{name}.json", squad(first=100 * number))
    for number, site in enumerate(("plausible", "login", "carpentries", "doc2dial")):
        folder = tmp_path / "sites" / site
        folder.mkdir(parents=True)
        text = f"# Fees\n\nThe fee is ${number + 2} a month.\n\n# Ending\n\nYou end it by letter."
        (folder / "fees.md").write_text(text, encoding="utf-8")
        asked = {"How much is the fee?": f"${number + 2}", "Is there a car park?": None}
        lines = ({"turns": [{"question": q, "contains": words}]} for q, words in asked.items())
        path = tmp_path / "sites" / f"{site}.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def run(name: str, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> Any:
    """Run a script of `training` as its command does, and return its module."""
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    module = importlib.import_module(name)
    module.main()
    return module


def test_every_script_is_tested() -> None:
    """No script is left out of these tests."""
    assert {
        path.stem for path in TRAINING.glob("*.py")
    } == RUN_HERE | FOR_TORCH | IN_A_PROCESS | PARTS
    benchmarks = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    scripts = {"retriever", "route", "sense", "start", "published"}
    parts = {"__init__", "canard", "stackfaq"}
    assert benchmarks == scripts | parts


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("retriever", 60),
        pytest.param(
            "sense",
            240,
            marks=pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="not on Linux"),
        ),
    ],
)
def test_benchmarks(
    name: str, size: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each script prints a header, and a line for the given size."""
    monkeypatch.setattr(sys, "argv", [name, str(size)])
    runpy.run_path(str(ROOT / "benchmarks" / f"{name}.py"), run_name="__main__")
    header, line = capsys.readouterr().out.splitlines()
    assert header.startswith("passages")
    assert line.split()[0] == str(size)


def test_published(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`published.py` prints a table for each file."""
    config = shared / "config.toml"
    config.write_text('[retriever]\nengine = "bm25"\n', encoding="utf-8")
    files = [str(shared / "eval" / f"{name}-dev.json") for name in ("stackfaq", "canard")]
    options = ["--config", str(config), "--reader", "sentence", "--markdown"]
    monkeypatch.setattr(sys, "argv", ["published", *options, *files])
    with pytest.raises(SystemExit) as done:
        runpy.run_path(str(ROOT / "benchmarks" / "published.py"), run_name="__main__")
    assert done.value.code == 0
    titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("###")]
    assert titles == ["### stackfaq-dev.json", "### canard-dev.json"]


@pytest.mark.slow
def test_sentence_weights(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`learn_sentence.py` writes all models; words of the question make a sentence likelier."""
    module = importlib.import_module("learn_sentence")
    monkeypatch.setattr(module, "SIZES", (14, 28))
    out = shared / "sentence.json"
    folders = ("--train", shared / "train", "--eval", shared / "eval")
    run("learn_sentence", monkeypatch, *folders, "--out", out, "--limit", 60)
    weights = json.loads(out.read_text(encoding="utf-8"))
    assert set(weights) == {"sentence", "highlight", "confidence"}
    assert weights["sentence"]["coverage"] > 0


def test_readings(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`learn_readings.py` writes weights, says how good they are, and reads the rows it kept."""
    rows, out = shared / "rows.json", shared / "readings.json"
    arguments = ("--eval", shared / "eval", "--rows", rows, "--out", out)
    run("learn_readings", monkeypatch, *arguments)
    learnt = json.loads(out.read_text(encoding="utf-8"))
    printed = capsys.readouterr().out
    assert learnt["by swap"] > 0
    assert all(kind in printed for kind in ("untitled", "titled", "answered", "with it"))
    module = run("learn_readings", monkeypatch, *arguments)
    assert json.loads(out.read_text(encoding="utf-8")) == learnt
    assert capsys.readouterr().out == printed
    assert module.with_it("Who built the mill of Elmsea?", "Elmsea") == "Who built the mill of it?"


def test_halves(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`halves.py` prints the figures of both halves side by side."""
    saved = str(shared / "saved.json")
    asked = str(shared / "eval" / "xquad-dev.json")
    options = ["--reader", "sentence", "--limit", "10", "--save", saved]
    done = CliRunner().invoke(main, ["evaluate", *options, asked])
    assert done.exit_code == 0, done.output
    run("halves", monkeypatch, saved)
    assert "| learnt from | others |" in capsys.readouterr().out


def test_more(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`more.py` writes each training file in SQuAD's format, without texts that are held back."""
    source = shared / "published"
    held_back = [f"Nothing is learnt from text number {number}." for number in range(1001)]
    write(shared / "eval" / "texts.json", held_back)
    tsv = "id\tquestion\n" + "\n".join(f"{n:08}\tWho ?" for n in range(5950))
    files = {
        "word_att_extended.tsv": tsv,
        "cs224n/val.context": "The pier of Orle is long .",
        "cs224n/val.question": "What is long ?",
        "cs224n/val.answer": "The pier of Orle",
        "cs224n/val.span": "0 3",
        "cs224n/train.question": "Who is old ?",
        "cs224n/train.answer": "nobody",
        "cs224n/train.span": "900 900",
        "cs224n/vocab.dat": "Who\nis\nold\n?",
        "cs224n/train.ids.question": "0 1 2 3",
        "paragraphs/a/small.context": "A short line .",
        **{f"unansq/dev-{part}.txt": "" for part in ("context", "answerable-questions")},
        "unansq/dev-unanswerable-questions.txt": "",
        "unansq/train-answerable-questions.txt": "",
        "unansq/train-unanswerable-questions.txt": "",
    }
    for name, content in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(content, encoding="utf-8")
    write(source / "kou" / "train.json", {"questions": [], "answers": []})
    write(source / "tydiqa.goldp.en.train.json", squad(1, first=700))
    write(source / "dev-context-en-question-en.json", squad(1))
    folders = ("--train", shared / "train", "--eval", shared / "eval", "--out", shared / "more")
    run("more", monkeypatch, "--source", source, *folders)
    made = json.loads((shared / "more" / "squad-train-more.json").read_text(encoding="utf-8"))
    [article] = made["data"]
    assert article["paragraphs"][0]["context"] == "The pier of Orle is long."
    printed = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert printed["mlqa-en-dev"] == "0 questions, 0 paragraphs"


def test_languages(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`languages.py` joins the files of other languages, without texts that are held back."""
    held_back = [f"Nothing is learnt from text number {number}." for number in range(1001)]
    write(shared / "eval" / "texts.json", held_back)
    source = shared / "published"
    german = json.dumps(squad(2, first=700)).replace("Who built", "Wer baute").replace("old", "alt")
    write(source / "mlqa" / "dev-context-de-question-de.json", json.loads(german))
    write(source / "mlqa" / "dev-context-en-question-en.json", squad(1, first=800))
    write(source / "tydiqa" / "tydiqa.goldp.ko.train.json", squad(1))
    run("languages", monkeypatch, "--source", source, "--eval", shared / "eval", "--out", shared)
    data = json.loads((shared / "languages.json").read_text(encoding="utf-8"))["data"]
    assert [article["title"] for article in data] == list(PLACES[:2])


def test_manuals(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`manuals.py` makes questions from headings about their sections, and from FAQs."""
    source = shared / "published"
    guide = "".join(
        f"## Repairing the {thing}\n\nTo repair the {thing} of {place}, call us in the morning. "
        f"We repair what you bring us, and you can fetch it after a week or two.\n\n"
        for place in PLACES
        for thing in THINGS
    )
    (source / "docs" / "guide").mkdir(parents=True)
    (source / "docs" / "guide" / "repairs.md").write_text(f"# Repairs\n\n{guide}")
    (source / "faq_covidbert.csv").write_text("question,answer,lang\nWhat is it?,An illness.,en\n")
    write(source / "pol_dev.json", squad(1))
    rows = [
        {
            "url": "https://example.org/driving-test",
            "question": "How much is the test?",
            "not_answerable": False,
            "answers": [["£75", []]],
            "evidences": ["<p>The test costs &pound;75 in the evening.</p>"],
        }
    ]
    write(source / "cqa_dev.json", rows)
    out = shared / "more"
    out.mkdir()
    run("manuals", monkeypatch, "--source", source, "--out", out)

    def made(name: str) -> list[dict[str, Any]]:
        data = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))["data"]
        return [qa for article in data for p in article["paragraphs"] for qa in p["qas"]]

    found = {qa["question"] for qa in made("help-sections")}
    assert any("repair the mill" in question for question in found)
    assert len(made("help-policies")) == 2 * len(THINGS)
    [test] = made("help-gov")
    assert test["answers"] == [{"text": "£75", "answer_start": 15}] and not test["somewhere"]


@needs_neural
@pytest.mark.slow
def test_sense_beside_words(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`learn_hybrid.py` and `rent.py` print their tables for every file and site."""
    folders = ("--eval", shared / "eval", "--sites", shared / "sites")
    hybrid = run("learn_hybrid", monkeypatch, *folders)
    printed = capsys.readouterr().out
    assert printed.startswith("best weight if each file counts the same: ")
    assert all(f"\n{name}: " in printed for name in (*hybrid.FILES, *hybrid.SITES))
    rent = run("rent", monkeypatch, *folders)
    printed = capsys.readouterr().out
    assert printed.count("as it is") == len(rent.FILES) + len(rent.SITES)


@needs_neural
@pytest.mark.slow
def test_neural_weights(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`learn_neural.py` writes all four models on top of the network."""
    out = shared / "neural.json"
    write(shared / "eval" / "xquad-dev.json", squad(4))
    folders = ("--eval", shared / "eval", "--sites", shared / "sites")
    run("learn_neural", monkeypatch, *folders, "--out", out)
    weights = json.loads(out.read_text(encoding="utf-8"))
    assert set(weights) == {"sentence", "short answer", "highlight", "confidence"}


@needs_neural
@pytest.mark.skipif(
    not find_spec("article_chat_multilingual"), reason="article-chat-multilingual is not installed"
)
@pytest.mark.slow
def test_multilingual_weights(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`learn_multilingual.py` writes the same models for the network for other languages."""
    out = shared / "multilingual.json"
    for path in (shared / "eval").glob("xquad-dev*.json"):
        write(path, squad(4))
    run("learn_multilingual", monkeypatch, "--eval", shared / "eval", "--every", 4, "--out", out)
    weights = json.loads(out.read_text(encoding="utf-8"))
    assert set(weights) == {"sentence", "short answer", "highlight", "confidence"}


def test_route(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`route.py` prints a line for each question; a follow-up goes through more functions."""
    questions = ["What was Anora's budget?", "How old is its director?"]
    monkeypatch.setattr(sys, "argv", ["route", *questions])
    runpy.run_path(str(ROOT / "benchmarks" / "route.py"), run_name="__main__")
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["files", "functions", "returns", "calls", "question"]
    assert [line.split(maxsplit=4)[4] for line in lines] == questions
    first, second = (int(line.split()[1]) for line in lines)
    assert 0 < first < second


@pytest.mark.slow
def test_start_benchmark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`start.py` prints a header and a line for each kind of start, with the corpus's size."""
    monkeypatch.setattr(sys, "argv", ["start", "12"])
    runpy.run_path(str(ROOT / "benchmarks" / "start.py"), run_name="__main__")
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.startswith("passages")
    assert [line.split()[1] for line in lines] == ["cold", "warm", "one"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FOR_TORCH - {"bodies"}))
def test_scripts_for_torch(name: str) -> None:
    """If torch is installed, each can be started and explains its options."""
    pytest.importorskip("torch")
    path = os.pathsep.join([str(ROOT), str(TRAINING)])
    command = [sys.executable, str(TRAINING / f"{name}.py"), "--help"]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@needs_neural
@pytest.mark.slow
def test_rent_of_rules(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rent_rules.py` asks again without a condition, `rent_table.py` lists what brings none."""
    out = shared / "rent"
    options = ["--shared", str(shared), "--out", str(out), "--only", "clauses", "--questions", "5"]
    command = [sys.executable, str(TRAINING / "rent_rules.py"), *options, "eval/xquad-dev.json"]
    path = os.pathsep.join([str(ROOT), str(TRAINING)])
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    run("rent_table", monkeypatch, str(out))
    assert "chatbot.conversation.clauses" in capsys.readouterr().out


def test_readme_names_every_script() -> None:
    """training/README.md names each script, and no option that its script does not have."""
    text = (TRAINING / "README.md").read_text(encoding="utf-8")
    for path in TRAINING.glob("*.py"):
        assert f"`{path.name}`" in text or f"training/{path.name}" in text, path.name
    for line in text.replace("\\\n", " ").splitlines():
        words = line.strip("| `").split("`")[0].split()
        if words[:1] == ["python"] and words[1].endswith(".py"):
            script = (TRAINING / Path(words[1]).name).read_text(encoding="utf-8")
            for option in words[2:]:
                known = not option.startswith("--") or f'"{option}"' in script
                assert known, f"{words[1]} {option}"
