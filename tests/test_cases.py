"""`read_cases` recognises the form of a file and returns its cases, or says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.errors import ChatbotError
from chatbot.evaluation.cases import Case, Gold, read_cases, relocated
from chatbot.types import Article, Block

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
    """A SQuAD article becomes an article, and each question has the paragraph that answers it."""
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


def test_conversations_are_asked_in_turn(path: Path) -> None:
    """Each turn follows the one before it; a bar separates alternatives."""
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
    """Lines of text are questions that must not be answered."""
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
        ("[1, 2]", "not in a known format"),
        ([{"rephrasings": []}], "not in a known format"),
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
    """The error names the file, and the line or field that is wrong."""
    with pytest.raises(ChatbotError) as error:
        read_cases(written(path, content))
    assert str(path) in str(error.value)
    assert fault in str(error.value)


def test_answerable_without_answers_is_an_error(path: Path) -> None:
    """A SQuAD question without an answer must be marked as impossible; the error names it."""
    qa = {"id": "q7", "question": "Why?", "answers": []}
    content = {"data": [{"paragraphs": [{"context": "x", "qas": [qa]}]}]}
    with pytest.raises(ChatbotError, match="q7"):
        read_cases(written(path, content))


def test_missing_and_binary_files_are_errors(tmp_path: Path) -> None:
    """A missing file, or one that is not text, is an error that names it."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing", binary):
        with pytest.raises(ChatbotError, match=path.name):
            read_cases(path)


def test_a_paragraph_is_found_where_it_stands() -> None:
    """In other articles, the right place is the same paragraph; if none has it, only the answers
    are known.
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


@pytest.mark.parametrize(
    ("name", "articles", "cases", "abstains"),
    [
        ("anora-questions.jsonl", 0, 21, 4),
        ("xquad-dev.json", 24, 551, 0),
        ("xquad-dev-typos.json", 24, 551, 0),
        ("squad2-two-articles.json", 2, 706, 320),
    ],
)
def test_published_files_are_read_whole(
    name: str, articles: int, cases: int, abstains: int
) -> None:
    """Each question of these files is a case, and each gold answer is in its right place."""
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
