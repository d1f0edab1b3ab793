"""Words of similar meaning are found, by the shipped vectors or the owner's groups."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import config
from chatbot.language import likeness, text
from chatbot.language.likeness import Likeness
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Passage, Question


def term(word: str) -> str:
    return text.terms(word)[0]


def retriever(*texts: str, **settings: Any) -> Bm25Retriever:
    passages = [Passage("a", "", None, t, 0, ((0, len(t)),)) for t in texts]
    return Bm25Retriever(passages, config.RetrieverSettings(), config.SynonymSettings(**settings))


def found(engine: Bm25Retriever, question: str) -> list[str]:
    return [hit.passage.text for hit in engine.search(Question(question), 5)]


@pytest.mark.parametrize(
    ("word", "like", "unlike"),
    [
        ("cost", "price", "river"),
        ("movie", "film", "bank"),
        ("doctor", "physician", "river"),
        ("composed", "composition", "elephant"),
        ("remove", "delete", "window"),
    ],
)
def test_words_of_one_meaning_are_alike(word: str, like: str, unlike: str) -> None:
    """Similar words may have different stems; unrelated words are not similar."""
    alike = Likeness([term(like), term(unlike)]).of(term(word))
    assert list(alike) == [term(like)]


def test_the_most_alike_come_first() -> None:
    """The numbers decrease, above 0 and at most 1."""
    vocabulary = [term(word) for word in ("price", "costly", "budget", "fee", "sum", "sea")]
    numbers = list(Likeness(vocabulary).of("cost").values())
    assert numbers == sorted(numbers, reverse=True)
    assert numbers and all(0 < number <= 1 for number in numbers)


@given(st.text(max_size=20))
def test_no_term_is_like_itself(word: str) -> None:
    """No term is similar to itself, and an unknown term is similar to none."""
    alike = Likeness(["cost", "price", word]).of(word)
    assert word not in alike


def test_only_terms_of_the_corpus_are_found() -> None:
    """If the corpus has no similar words, none are found."""
    assert Likeness([]).of("cost") == {}
    assert Likeness(["sea"]).of("cost") == {}


def test_a_word_is_not_its_own_synonym() -> None:
    """The other words of an owner's groups are found, whether the corpus has them or not."""
    alike = Likeness([], [["crew", "staff"], ["staff", "stick"]], english=False)
    assert dict(alike.of("staff")) == {"crew": likeness.OWN, "stick": likeness.OWN}
    assert dict(alike.of("crew")) == {"staff": likeness.OWN}
    assert alike.of("else") == {}


def test_many_lookups_take_no_more_memory() -> None:
    """The cache is emptied before it grows too large; the results stay the same."""
    alike = Likeness(["price"])
    before = dict(alike.of("cost"))
    for number in range(likeness.REMEMBERED + 10):
        alike.of(f"word{number}")
    assert len(alike._found) <= likeness.REMEMBERED
    assert dict(alike.of("cost")) == before


def test_the_vectors_shipped_are_of_terms() -> None:
    """Each shipped term is a term of the analysis and occurs once; its vector has length 1."""
    known, vectors = likeness.shipped()
    assert len(known) == len(vectors) > 10_000
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert {"cost", "film", "budget"} <= known.keys()


def test_the_owner_adds_her_own() -> None:
    """A passage is found by a synonym of the settings; the word itself counts for more."""
    engine = retriever(
        "the plonk flows", "the gizmo flows", "nothing else", groups=("gizmo plonk",)
    )
    assert found(engine, "gizmo") == ["the gizmo flows", "the plonk flows"]


def test_a_passage_is_found_by_a_word_alike() -> None:
    """The word itself counts more than a similar one, and English can be turned off."""
    texts = ("a doctor came", "a physician came", "the sea is calm")
    assert found(retriever(*texts), "physician") == ["a physician came", "a doctor came"]
    assert found(retriever(*texts, english=False), "physician") == ["a physician came"]


def test_a_word_and_one_alike_count_once() -> None:
    """A passage with both words is no better than one with only the word itself."""
    both, one = "a doctor and physician came here", "a physician and plumber came here"
    engine = retriever(both, one, "the sea is calm", "no more of it")
    scores = engine.scores({term("physician"): 1.0}, alike=True)
    assert scores[0] == scores[1] > 0
