"""For training, published pieces of SQuAD are joined to questions with their paragraphs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loose
import pieces
from texts import joined, joined_with_place

MILL = (
    'Johanna Brandt ("the miller") built the mill for Elmsea in 1734. A storm of 1924 destroyed '
    "the wheel, and Harwell's smiths forged another."
)
HARBOUR = "The harbour of Selby was dredged in 1734. Its fishermen paid for the lighthouse."
OTHERS = (HARBOUR, "Wool is spun here.", "Barley is grown there.", "Trains run every hour.")
IN_TOKENS = (
    'Johanna Brandt ( " the miller " ) built the mill for Elmsea in 1734 . A storm of 1924 '
    "destroyed the wheel , and Harwell 's smiths forged another ."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The published split: one part is complete, the other has no paragraphs."""
    words = ["What", "storm", "destroyed", "the", "wheel", "?", "When", "was", "it", "of", "mill"]

    def numbers(question: str) -> str:
        return " ".join(str(words.index(word)) for word in question.split())

    files = {
        "val.context": f"{IN_TOKENS}\n{IN_TOKENS}\n",
        "val.question": "Who built the mill ?\nWhose smiths forged it ?\n",
        "val.answer": "Johanna Brandt\nHarwell 's\n",
        "val.span": "0 1\n25 26\n",
        "vocab.dat": "\n".join(words),
        "train.ids.question": numbers("What destroyed the wheel of the mill ?")
        + f"\n{numbers('When was it ?')}\n{numbers('What was the mill ?')}\n",
        "train.answer": "A storm of 1924\n1734\n\n",
        "train.span": "16 19\n60 60\n3 3\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def squad(*paragraphs: str) -> list[dict[str, Any]]:
    return [{"title": "Elmsea", "paragraphs": [{"context": p, "qas": []} for p in paragraphs]}]


def answered(articles: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Return each question's answer, read at its place in the paragraph, and the paragraph."""
    found = {}
    for article in articles:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                (answer,) = qa["answers"]
                start, text = answer["answer_start"], answer["text"]
                assert paragraph["context"][start : start + len(text)] == text
                found[qa["question"]] = text, paragraph["context"]
    return found


def test_tokens_are_joined_as_a_person_writes() -> None:
    """Full stops, brackets, quotation marks and endings lose the space before or after them."""
    assert joined(IN_TOKENS) == MILL


@given(
    st.lists(st.sampled_from(["mill", "(", ")", ",", "'s", '"', "1734", "–", "$"]), min_size=1),
    st.data(),
)
def test_place_of_tokens(tokens: list[str], data: st.DataObject) -> None:
    """Tokens are found at their place, whatever is between them."""
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, len(tokens) - 1))
    text, start, end = joined_with_place(tokens, first, last)
    assert text[start:end].replace(" ", "") == "".join(tokens[first : last + 1])


def test_whole_part(folder: Path) -> None:
    """The questions of one paragraph are together, each with its answer at its place."""
    (article,) = pieces.whole(folder)
    assert answered([article]) == {
        "Who built the mill?": ("Johanna Brandt", MILL),
        "Whose smiths forged it?": ("Harwell's", MILL),
    }


def test_question_is_linked_to_the_paragraph_that_has_its_words(folder: Path) -> None:
    """A paragraph fits if it has the question's words and, at about the place, the answer."""
    found = answered(list(pieces.linked(folder, squad(*OTHERS, MILL))))
    assert found == {"What destroyed the wheel of the mill?": ("A storm of 1924", MILL)}
    assert not list(pieces.linked(folder, squad(*OTHERS)))


def test_loose_paragraph_needs_a_second_question(folder: Path) -> None:
    """An uncertain paragraph is used if more than one question finds it."""
    loose_mill = squad(MILL)
    assert not list(pieces.linked(folder, squad(*OTHERS), loose_mill))
    for name in ("train.ids.question", "train.answer", "train.span"):
        first, _, rest = (folder / name).read_text().partition("\n")
        (folder / name).write_text(f"{first}\n{first}\n{rest}")
    (article,) = pieces.linked(folder, squad(*OTHERS), loose_mill)
    assert answered([article]) == {
        "What destroyed the wheel of the mill?": ("A storm of 1924", MILL)
    }


def test_loose_paragraphs_of_every_form(tmp_path: Path) -> None:
    """Each paragraph is used once, under its title if it has one, from any kind of file."""
    story = f"{MILL} {HARBOUR}"
    told, loud = (f"{word} {HARBOUR} And all the fishes." for word in ("Told:", "Loud:"))
    shown = {"text/plain": [f"defaultdict(str, {{'one': '{told}',\n", " 'two': 'Short.'})"]}
    nested = {"hits": [{"title": "Elmsea mill", "paragraph_text": MILL}, {"text": "Short."}]}
    for name, content in {
        "a/val.context": f"{IN_TOKENS}\n",
        "b.csv": f'number,context\n1,"{story.replace(chr(34), chr(34) * 2)}"\n',
        "c.json": json.dumps(nested),
        "d.jsonl": f"{json.dumps(nested)}\n" * 2,
        "e.ipynb": json.dumps({"cells": [{"source": []}, {"outputs": [{"data": shown}]}]}),
        "f.csv": f"CONTEXT\n{loud}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    articles = loose.paragraphs(tmp_path)
    found = {p["context"]: article["title"] for article in articles for p in article["paragraphs"]}
    unknown = dict.fromkeys((story, told, loud), "squad-train-misc")
    assert found == {MILL: "Elmsea_mill", **unknown}


def test_loose_paragraphs_of_another_kind_are_named(tmp_path: Path) -> None:
    """A file of an unknown kind is an error that names it."""
    (tmp_path / "mill.pdf").write_text(MILL)
    with pytest.raises(ValueError, match=r"mill\.pdf: not a"):
        loose.paragraphs(tmp_path)


def test_answer_in_its_sentence(folder: Path) -> None:
    """A sentence becomes the passage of its question if it has the answer exactly once."""
    asked = "What destroyed the wheel of the mill?"
    once, twice = MILL.partition(". ")[2], "A storm of 1924 is A storm of 1924."
    for sentence, found in ((once, {asked: ("A storm of 1924", once)}), (twice, {})):
        sentences = {"questions": [asked, "Who else?"], "answers": [sentence, HARBOUR]}
        assert answered(list(pieces.in_sentences(folder, sentences))) == found


def test_each_question_once(folder: Path) -> None:
    """Known questions are left out, and so are repeated ones."""
    found = list(pieces.whole(folder))
    known = squad(MILL)
    known[0]["paragraphs"][0]["qas"] = [{"question": "who built the Mill"}]
    assert list(answered(list(pieces.without([*found, *found], known)))) == [
        "Whose smiths forged it?"
    ]
