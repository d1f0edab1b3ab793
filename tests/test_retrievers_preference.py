"""Equally good passages are ordered by their nearness to the visitor's page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import config
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.retrievers.preference import Preference, as_good, lifted, prefer
from chatbot.types import Passage, Question


def passages(*sources: str) -> list[Passage]:
    """Return a passage of each file; its id is the path."""
    return [Passage(s, "Shop", None, "The desk opens.", 0, ((0, 15),), source=s) for s in sources]


def preference(*sources: str) -> Preference:
    """Return the preference among these files."""
    return Preference([(source, source) for source in sources])


def order(page: str | None, *sources: str) -> list[str]:
    near = preference(*sources).nearness(page)
    return [sources[i] for i in np.argsort(-near, kind="stable")]


def test_the_page_then_its_folders() -> None:
    """The page itself is nearest, then its folder, then the folder above, then all others."""
    files = ("z/1.md", "de/1.md", "de/shop/1.md", "de/shop/2.md", "1.md")
    assert order("de/shop/2.md", *files) == [
        "de/shop/2.md", "de/shop/1.md", "de/1.md", "z/1.md", "1.md",
    ]  # fmt: skip
    assert order("de/1.md", *files)[:3] == ["de/1.md", "de/shop/1.md", "de/shop/2.md"]


@pytest.mark.parametrize("page", [None, "gone", ""])
def test_an_unknown_page_changes_nothing(page: str | None) -> None:
    """Without a known page, none is nearer."""
    files = ("b/1.md", "a/1.md", "1.md")
    assert not preference(*files).nearness(page).any()


def test_the_newest_version() -> None:
    """Of several versions of a file, the newest is nearest; 10 is newer than 9."""
    files = ("v9/a.md", "v10/a.md", "v9/only.md")
    assert order(None, *files) == ["v10/a.md", "v9/only.md", "v9/a.md"]
    assert order(None, "docs/2.9/a.md", "docs/2.10/a.md")[0] == "docs/2.10/a.md"
    assert order("v9/only.md", *files)[1] == "v9/a.md", "who reads version 9 stays there"


def test_only_near_ties_are_decided() -> None:
    """A passage that matches clearly better stays before those of the page."""
    own = np.array([1.0, 0.0])
    assert prefer(np.array([5.0, 5.0]), own).argmax() == 0
    assert prefer(np.array([4.9, 5.0]), own).argmax() == 0
    assert prefer(np.array([4.0, 5.0]), own).argmax() == 1
    assert not prefer(np.zeros(2), own).any()


def test_what_goes_ahead_goes_ahead_of_all() -> None:
    """Raised passages keep their order; if none or all are raised, nothing changes."""
    scores = np.array([3.0, -1.0, 2.0, 0.5])
    assert np.argsort(-lifted(scores, np.array([0, 1, 0, 1], bool))).tolist() == [3, 1, 0, 2]
    for ahead in (np.zeros(4, bool), np.ones(4, bool)):
        assert (lifted(scores, ahead) == scores).all()


def test_as_good_is_told_by_words() -> None:
    """A passage of the page is as good if it shares about as many words as the best."""
    match = np.array([0.95, 1.0, 0.5, 0.0])
    assert as_good(match, np.array([1.0, 0, 0, 0])).tolist() == [True, False, False, False]
    assert not as_good(match, np.array([0, 0, 1.0, 1.0])).any()
    assert not as_good(np.zeros(4), np.ones(4)).any()


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What is new in v4.2?", ["News of 4.2.0.", "News of 4.2.7."]),
        ("What is new in 4.20?", ["News of v4.20."]),
        ("What does e104 mean?", ["See E-104."]),
        ("How is the weather?", []),
        ("What was in 1998?", []),
    ],
)
def test_passages_with_the_codes_of_a_question(question: str, texts: list[str]) -> None:
    """Versions match however they are written; years are left to readers."""
    written = ["News of 4.2.0.", "News of 4.2.7.", "News of v4.20.", "See E-104.", "In 1998."]
    found = [Passage("a", "Shop", None, t, 0, ((0, len(t)),)) for t in written]
    having = Bm25Retriever(found, config.RetrieverSettings()).with_codes(question)
    assert [text for text, has in zip(written, having, strict=True) if has] == texts


def test_a_hit_says_how_near_it_is() -> None:
    """BM25 puts the page's own passages first among equals, and marks them for readers."""
    retriever = Bm25Retriever(passages("a.md", "b.md", "c.md"), config.RetrieverSettings())
    hits = retriever.search(Question("When does the desk open?", article="c.md"), 3)
    assert [(hit.passage.article, hit.near) for hit in hits] == [
        ("c.md", 1.0), ("a.md", 0.0), ("b.md", 0.0),
    ]  # fmt: skip


names = st.lists(st.from_regex(r"([a-z0-9.]{1,3}/){0,3}[a-z]{1,2}\.md", fullmatch=True), max_size=8)


@given(names, st.text() | st.none())
def test_nearness_of_any_files(files: list[str], page: str | None) -> None:
    """Nearness is from a little below 0 to 1, and 1 only for the page itself."""
    near = preference(*files).nearness(page)
    assert ((near >= -0.1) & (near <= 1)).all()
    assert [s for s, n in zip(files, near, strict=True) if n == 1] == [
        s for s in files if s == page
    ]
