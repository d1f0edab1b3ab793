"""`benchmarks.published` reads StackFAQ and CANARD and measures the answers to their questions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks import canard
from benchmarks.canard import FollowUp, Ranks
from benchmarks.published import ROWS, main, read_cases
from chatbot.cli import main as chatbot
from chatbot.config import ReaderSettings, RetrieverSettings, Settings
from chatbot.errors import ChatbotError
from chatbot.evaluation.cases import CaseFile, Gold
from chatbot.evaluation.figures import measured
from chatbot.types import Article, Block, Turn

ROOT = Path(__file__).parent.parent
EVALUATION = ROOT.parent / "shared" / "eval"
SETTINGS = Settings(
    reader=ReaderSettings(engine="sentence"), retriever=RetrieverSettings(engine="bm25")
)

THREAD = {
    "question": "How do I reset my password?",
    "answers": ["Follow the link on the login page.", "Or ask the help desk."],
    "rephrasings": ["I forgot my password, what now?"],
}
TEXTS = {
    "bridge": "The stone bridge over the Avel was built by Tomas Reed in 1702.",
    "lamp": "Street lamps were lit with whale oil until the winter of 1850.",
}
ARTICLES = tuple(
    Article(name, name.title(), text, (Block("paragraph", 0, len(text)),), f"{name}.txt")
    for name, text in TEXTS.items()
)


def dialogue(*said: str) -> list[dict[str, Any]]:
    """Return a dialogue about Ada: `said` is question, answer, question and so on."""
    return [
        {
            "History": ["Ada", "Life", *said[:place]],
            "QuAC_dialog_id": "d",
            "Question": said[place],
            "Question_no": number,
            "Rewrite": said[place],
        }
        for number, place in enumerate(range(0, len(said), 2), start=1)
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with settings for quick parts."""
    settings = "[reader]\nengine = 'sentence'\n[retriever]\nengine = 'bm25'\n"
    (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(content: Any, name: str = "questions.json") -> Path:
    path = Path(name)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def follow_up(**fields: Any) -> FollowUp:
    gold = Gold("bridge", 0, len(TEXTS["bridge"]), ())
    return FollowUp("1", "And what else?", gold, group="bridge", **fields)


# Forms of files


@pytest.mark.usefixtures("folder")
def test_threads_are_articles() -> None:
    """A thread becomes an article with its question as title; each of its sentences is right."""
    file = read_cases(written([THREAD, {**THREAD, "rephrasings": []}]))
    text = "Follow the link on the login page.\n\nOr ask the help desk."
    assert [(a.title, a.text) for a in file.articles] == [(THREAD["question"], text)] * 2
    (case,) = file.cases
    assert case.question == "I forgot my password, what now?"
    assert case.gold == Gold(file.articles[0].id, 0, len(text), ())


@pytest.mark.usefixtures("folder")
def test_dialogues_are_follow_ups() -> None:
    """A dialogue becomes an article of its answers; each question but the first is a follow-up."""
    file = read_cases(written(dialogue("Who was she?", "A writer.", "When born?")))
    (case,) = file.cases
    assert isinstance(case, FollowUp)
    assert case.question == "When born?"
    assert case.history == (Turn("Ada"), Turn("Life"), Turn("Who was she?"))
    assert case.untitled == (Turn("Who was she?"),)
    assert case.own is None  # the file does not have the answer to its last question
    assert case.gold is not None
    assert case.gold.article == file.articles[0].id
    assert "A writer." in file.articles[0].text


@pytest.mark.usefixtures("folder")
def test_the_own_answer_of_a_turn_is_a_paragraph() -> None:
    """If the file has the answer to a question, its place in the article is known."""
    said = ("Who was she?", "A writer.", "When born?", "In 1815.", "And then?")
    file = read_cases(written(dialogue(*said)))
    (article,), (case, _) = file.articles, file.cases
    assert isinstance(case, FollowUp)
    assert case.own is not None
    assert article.text[case.own.start : case.own.end] == "In 1815."


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ([{"rephrasings": []}], "'question'"),
        ([{"QuAC_dialog_id": "d"}], "'Question_no'"),
        ([{"QuAC_dialog_id": "d", "Question_no": 1, "History": []}], "not enough values"),
        ([1, 2], "not in a known format"),
    ],
)
def test_faults_are_named(content: Any, fault: str) -> None:
    """The error names the file, and the part that is missing."""
    with pytest.raises(ChatbotError, match=r"^questions\.json: ") as error:
        read_cases(written(content))
    assert fault in str(error.value)


@pytest.mark.usefixtures("folder")
def test_the_owners_command_does_not_read_them() -> None:
    """`chatbot evaluate` reads neither format, so its help and messages need not explain them."""
    done = CliRunner().invoke(chatbot, ["evaluate", str(written([THREAD]))])
    assert done.exit_code == 2
    assert "not in a known format" in done.stderr


@pytest.mark.parametrize(
    ("name", "articles", "cases"), [("stackfaq-dev.json", 62, 619), ("canard-dev.json", 245, 1462)]
)
def test_published_files_are_read_whole(name: str, articles: int, cases: int) -> None:
    """Each question of these files is a case, and the whole article is right."""
    if not (EVALUATION / name).exists():
        pytest.skip(f"{name} is kept outside this repository")
    file = read_cases(EVALUATION / name)
    ends = {article.id: len(article.text) for article in file.articles}
    assert (len(ends), len(file.cases)) == (articles, cases)
    for case in file.cases:
        assert case.gold == Gold(case.group, 0, ends[case.group], ())


# Figures of dialogues


def test_the_figures_by_hand() -> None:
    """Questions without an answer of their own count only for `untitled-first`."""
    found = measured(
        canard.FIGURES,
        [
            Ranks("1", own=3, untitled=1, untitled_own=4),
            Ranks("2", own=0, untitled=2, untitled_own=1),
            Ranks("3", own=None, untitled=2, untitled_own=None),
        ],
    )
    assert {figure.name: (figure.value, figure.count) for figure in found} == {
        "own-in-3": (50, 2),
        "untitled-first": (pytest.approx(100 / 3), 3),
        "untitled-own-in-3": (50, 2),
    }


def test_a_follow_up_is_searched_without_its_title_too() -> None:
    """The title leads to the right article; the earlier questions alone lead elsewhere."""
    case = follow_up(
        history=(Turn("Stone bridge over the Avel"), Turn("Where were street lamps?")),
        untitled=(Turn("When were street lamps lit with oil?"),),
        own=Gold("bridge", 40, 50, ()),
    )
    found = canard.figures(SETTINGS, CaseFile("file", (case,), ARTICLES))
    values = {figure.name: figure.value for figure in found}
    assert (values["own-in-3"], values["untitled-first"]) == (100, 0)


def test_without_its_own_answer_a_follow_up_has_no_rank_of_it() -> None:
    """Only `untitled-first` is measured if the file does not have the answer."""
    case = follow_up(untitled=(Turn("Who built the stone bridge?"),))
    (found,) = canard.figures(SETTINGS, CaseFile("file", (case,), ARTICLES))
    assert (found.name, found.value) == ("untitled-first", 100)


# The command


@pytest.mark.usefixtures("folder")
def test_a_table_for_each_file() -> None:
    """Each file has a table, with further rows for dialogues before the times."""
    threads = written([THREAD], "threads.json")
    said = ("Who was she?", "A writer.", "When was she born?", "In 1815.", "And then?")
    done = run("--markdown", threads, written(dialogue(*said), "dialogues.json"))
    assert done.exit_code == 0, done.output
    first, second = done.stdout.split("### ")[1:]
    assert first.startswith("threads.json\n\n1 question.")
    assert second.startswith("dialogues.json\n\n2 questions.")
    rows = re.findall(r"^\| `([\w-]+)`", second, re.MULTILINE)
    assert rows == [definition.name for definition in ROWS if definition.name in rows]
    assert rows[-5:] == ["own-in-3", "untitled-first", "untitled-own-in-3", "ms-p50", "ms-p99"]
    assert "own-in-3" not in first


@pytest.mark.usefixtures("folder")
def test_a_run_is_saved_and_compared() -> None:
    """With `--save` and `--compare`, changes are shown question by question; fewer may be asked."""
    path = written([{**THREAD, "rephrasings": ["Where do I reset it?", "My password is lost"]}])
    assert run("--save", "old.json", path).exit_code == 0
    done = run("--compare", "old.json", "--limit", 1, "--reader", "sentence", path)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("questions.json: 1 question; sentence reader, threshold ")
    assert "1 question only in one of the two, not compared" in done.stdout


@pytest.mark.usefixtures("folder")
def test_a_file_needs_its_own_articles() -> None:
    """For a file of conversations, it refers to `chatbot evaluate`."""
    done = run(written({"question": "Who?", "contains": "Ann"}))
    assert done.exit_code == 2
    assert "has no articles of its own; use chatbot evaluate" in done.stderr


def test_every_figure_of_dialogues_is_explained() -> None:
    """EVALUATION.md explains each figure where it says how its tables are made."""
    text = (ROOT / "EVALUATION.md").read_text(encoding="utf-8")
    section = text.partition("\n## Figures")[2].partition("<!-- figures")[0]
    explained = re.findall(r"`([\w-]+)`", "".join(re.findall(r"^- (`.*?):", section, re.MULTILINE)))
    assert explained == [definition.name for definition in canard.FIGURES]
