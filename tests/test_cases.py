"""A file of questions becomes cases, in whichever form it is, or an error that names the fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.errors import ChatbotError
from chatbot.evaluation.cases import Case, Gold, read_cases, relocated
from chatbot.types import Article, Block, Turn

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Stone_bridges",
            "paragraphs": [
                {
                    "context": "The old bridge was built in 1702.",
                    "qas": [
                        {
                            "id": "a",
                            "question": "When was the bridge built?",
                            "answers": [{"text": "1702", "answer_start": 28}] * 2,
                            "is_impossible": False,
                        }
                    ],
                },
                {
                    "context": "A toll of two pence was asked for.",
                    "qas": [
                        {
                            "id": "b",
                            "question": "Who abolished the toll?",
                            "answers": [],
                            "plausible_answers": [{"text": "two pence", "answer_start": 10}],
                            "is_impossible": True,
                        }
                    ],
                },
            ],
        }
    ],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions"


def written(path: Path, content: Any) -> Path:
    """Write JSON, or a string as it is."""
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def test_squad_brings_its_articles(path: Path) -> None:
    """The paragraphs of a SQuAD file are those of an article; each gold answer lies in its own."""
    file = read_cases(written(path, SQUAD))
    (article,) = file.articles
    first, second = file.cases
    assert article.title == "Stone bridges"
    assert first.gold is not None
    assert first.gold.answers == ("1702",)
    assert article.text[first.gold.start : first.gold.end] == "The old bridge was built in 1702."
    assert [article.text[b.start : b.end] for b in article.blocks] == article.text.split("\n\n")
    assert second.gold is None
    assert second.abstains
    assert first.group != second.group


def test_squad_1_marks_nothing_impossible(path: Path) -> None:
    """A file without `is_impossible` has only answerable questions."""
    paragraph = SQUAD["data"][0]["paragraphs"][0]  # type: ignore[index]
    qa = {key: value for key, value in paragraph["qas"][0].items() if key != "is_impossible"}
    data = [{"title": "", "paragraphs": [{**paragraph, "qas": [qa]}]}]
    (case,) = read_cases(written(path, {"data": data})).cases
    assert not case.abstains
    assert case.gold


def test_threads_are_articles(path: Path) -> None:
    """A thread's question is the title, its answers the text; all of it is right."""
    thread = {"question": "How?", "answers": ["So.", "Or so."], "rephrasings": ["In what way?"]}
    file = read_cases(written(path, [thread, {**thread, "rephrasings": []}]))
    assert [(a.title, a.text) for a in file.articles] == [("How?", "So.\n\nOr so.")] * 2
    (case,) = file.cases
    assert case.question == "In what way?"
    assert case.gold == Gold(file.articles[0].id, 0, len("So.\n\nOr so."), ())


def test_dialogues_are_follow_ups(path: Path) -> None:
    """A dialogue's answers are an article; each question after the first has its history."""
    turns = [
        {
            "History": ["Ada", "Life", *before],
            "QuAC_dialog_id": "d",
            "Question": question,
            "Question_no": number,
            "Rewrite": question,
        }
        for number, (question, before) in enumerate(
            [("Who was she?", ()), ("When born?", ("Who was she?", "A writer."))], start=1
        )
    ]
    file = read_cases(written(path, turns))
    (case,) = file.cases
    assert case.question == "When born?"
    assert case.history == (Turn("Ada"), Turn("Life"), Turn("Who was she?"))
    assert case.untitled == (Turn("Who was she?"),)
    assert case.own is None  # the file does not say what was answered last
    assert case.gold is not None
    assert case.gold.article == file.articles[0].id
    assert "A writer." in file.articles[0].text


def test_the_own_answer_of_a_turn_is_a_paragraph(path: Path) -> None:
    """Where the file tells what a turn was answered, its place in the article is known."""
    said = ["Who was she?", "A writer.", "When born?", "In 1815.", "And then?"]
    turns = [
        {
            "History": ["Ada", "Life", *said[: 2 * number]],
            "QuAC_dialog_id": "d",
            "Question": said[2 * number],
            "Question_no": number + 1,
            "Rewrite": said[2 * number],
        }
        for number in range(3)
    ]
    file = read_cases(written(path, turns))
    (article,), (case, _) = file.articles, file.cases
    assert case.own is not None
    assert article.text[case.own.start : case.own.end] == "In 1815."


def test_conversations_are_asked_in_turn(path: Path) -> None:
    """Each turn follows the one before it; a bar sets apart what may be quoted."""
    turns = [
        {"question": "Who?", "contains": "Ann | Bob", "short": ["Bob"]},
        {"question": "And when?", "contains": None, "short": None},
    ]
    file = read_cases(written(path, json.dumps({"turns": turns}) + "\n\n"))
    first, second = file.cases
    assert not file.articles
    assert (first.contains, first.short, first.follows) == (("Ann", "Bob"), ("Bob",), False)
    assert (second.abstains, second.follows, second.id) == (True, True, "Who? → And when?")
    assert first.group == second.group


def test_a_line_may_be_one_turn(path: Path) -> None:
    """A conversation of one turn needs no `turns`, no `short`, and may say "abstain"."""
    lines = ['{"question": "A?", "contains": "a"}', '{"question": "B?", "contains": "Abstain"}']
    first, second = read_cases(written(path, "\n".join(lines))).cases
    assert (first.contains, first.abstains) == (("a",), False)
    assert (second.contains, second.abstains) == ((), True)
    assert not second.follows


def test_plain_lines_must_be_refused(path: Path) -> None:
    """Lines that are not JSON are questions that must not be answered."""
    cases = read_cases(written(path, "Will it rain?\n\n  42 \n")).cases
    assert [case.question for case in cases] == ["Will it rain?", "42"]
    assert all(case.abstains for case in cases)


def test_ids_are_unique(path: Path) -> None:
    """A question that comes twice has two ids; other lines do not change them."""
    ids = [case.id for case in read_cases(written(path, "A?\nB?\nA?")).cases]
    assert ids == ["A?", "B?", "A? (2)"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "no questions"),
        ("[1, 2]", "no form that is known"),
        ([{"rephrasings": []}], "'question'"),
        ({"data": [{"paragraphs": [{"context": "x"}]}]}, "'qas'"),
        ('{"question": "A?"}', "line 1: not a conversation: no 'contains'"),
        ('{"question": "A?", "contains": " | "}', '"contains" is empty'),
        ('{"question": "A?", "contains": ["a"]}', '"contains" must be words of the quote'),
        ('{"question": "A?", "contains": "a"}\nB?', "line 2"),
        ('{"turns": 3}', "line 1"),
        ('{"turns": [{"contains": "x"}]}', "no 'question'"),
    ],
)
def test_faults_are_named(path: Path, content: Any, fault: str) -> None:
    """What is wrong with a file is said with its name, and the line or field."""
    with pytest.raises(ChatbotError) as error:
        read_cases(written(path, content))
    assert str(path) in str(error.value)
    assert fault in str(error.value)


def test_answerable_without_answers_is_an_error(path: Path) -> None:
    """A question of a SQuAD file that has no answer and is not marked so is named."""
    qa = {"id": "q7", "question": "Why?", "answers": []}
    content = {"data": [{"paragraphs": [{"context": "x", "qas": [qa]}]}]}
    with pytest.raises(ChatbotError, match="q7"):
        read_cases(written(path, content))


def test_missing_and_binary_files_are_errors(tmp_path: Path) -> None:
    """A file that is not there, or is no text, is named."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing", binary):
        with pytest.raises(ChatbotError, match=path.name):
            read_cases(path)


def test_a_paragraph_is_found_where_it_stands() -> None:
    """About other articles, the right place is where they have the same paragraph; where none has
    it, only the answers are known.
    """
    text = "Before.\n\nThe toll was two pence."
    block = Block("paragraph", 0, 23)
    theirs = [Article("t", "", text[9:], (block,), "t")]
    case = Case("a", "What was the toll?", Gold("t", 0, len(text) - 9, ("two pence",)))
    here = [Article("o", "", text, (block,), "o")]
    elsewhere = [Article("o", "", "Nothing.", (block,), "o")]
    (found,) = relocated([case], theirs, here)
    (lost,) = relocated([case], theirs, elsewhere)
    assert found.gold == Gold("o", 9, len(text), ("two pence",))
    assert (lost.gold, lost.contains, lost.short) == (None, ("two pence",), ("two pence",))


def test_the_own_answer_moves_along() -> None:
    """Within a right place that stands elsewhere, the own answer of a turn keeps its place."""
    theirs = [Article("t", "", "One. Two.", (Block("paragraph", 0, 9),), "t")]
    ours = [Article("o", "", "Two. One. Two.", (Block("paragraph", 0, 14),), "o")]
    case = Case("a", "?", Gold("t", 0, 9, ()), own=Gold("t", 5, 9, ()))
    (found,) = relocated([case], theirs, ours)
    assert found.own == Gold("o", 10, 14, ())
    (lost,) = relocated([case], theirs, [])
    assert lost.own is None


@pytest.mark.parametrize(
    ("name", "articles", "cases", "abstains"),
    [
        ("anora-questions.jsonl", 0, 21, 4),
        ("xquad-dev.json", 24, 551, 0),
        ("xquad-dev-typos.json", 24, 551, 0),
        ("squad2-two-articles.json", 2, 706, 320),
        ("stackfaq-dev.json", 62, 619, 0),
        ("canard-dev.json", 245, 1462, 0),
    ],
)
def test_published_files_are_read_whole(
    name: str, articles: int, cases: int, abstains: int
) -> None:
    """Each question of the evaluation data is a case, each gold answer stands where it should."""
    path = Path(__file__).parents[2] / "shared" / "eval" / name
    if not path.exists():
        pytest.skip(f"{name} is kept outside this repository")
    file = read_cases(path)
    texts = {article.id: article.text for article in file.articles}
    assert (len(texts), len(file.cases)) == (articles, cases)
    assert sum(case.abstains for case in file.cases) == abstains
    for case in file.cases:
        if case.gold:
            right = texts[case.gold.article][case.gold.start : case.gold.end]
            assert all(answer in right for answer in case.gold.answers), case
