"""The BM25 engine gives the scores of rank-bm25's own `get_scores`."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import retrievers
from chatbot.config import RetrieverSettings, Settings, SynonymSettings
from chatbot.errors import SettingsError
from chatbot.index.okapi import OF_ENGLISH, PositiveOkapi
from chatbot.language import text
from chatbot.language.rarity import rarity
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Passage, Question


def passage(content: str, title: str = "", heading: str | None = None) -> Passage:
    return Passage("a", title, heading, content, 0, ((0, len(content)),))


def engine(*contents: str) -> Bm25Retriever:
    return Bm25Retriever([passage(content) for content in contents], RetrieverSettings())


def found(retriever: Bm25Retriever, question: str, limit: int = 10) -> list[str]:
    return [hit.passage.text for hit in retriever.search(Question(question), limit)]


@pytest.mark.parametrize("contents", [[], [""], ["the of"], ["", ""]])
def test_nothing_is_found_where_there_is_nothing(contents: list[str]) -> None:
    """A corpus without passages or words has no hits and raises nothing."""
    assert found(engine(*contents), "budget") == []


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_small_corpora_are_searched(size: int) -> None:
    """Even among a few passages, the one with the word is found, with a score above 0."""
    contents = ["a film's budget"] + ["something else"] * (size - 1)
    hits = engine(*contents).search(Question("budget"), 10)
    assert [hit.passage.text for hit in hits] == ["a film's budget"]
    assert hits[0].score > 0


def test_a_word_that_all_passages_have_still_matches() -> None:
    """A word that all passages have still finds them."""
    assert len(found(engine("film one", "film two"), "film")) == 2


def test_an_everyday_word_counts_less() -> None:
    """Of two equally frequent words, the one rare in English counts more; unless turned off."""
    contents = ["you take the bus", "the oligarch sleeps", "fog", "snow"]
    assert found(engine(*contents), "take oligarch") == [contents[1], contents[0]]
    passages = [passage(content) for content in contents]
    plain = Bm25Retriever(passages, RetrieverSettings(), SynonymSettings(english=False))
    assert found(plain, "take oligarch") == contents[:2]


@pytest.mark.parametrize("question", ["Best Director Brandt", "best director brandt"])
def test_a_name_is_looked_for_whole(question: str) -> None:
    """Of passages with both words of a name, the one with the whole name comes first."""
    apart = "The Director of Brandt came, and the Best of them"
    whole = "Best Director went to Brandt, and they came to the"
    assert found(engine(apart, whole, "nothing", "else"), question) == [whole, apart]
    assert found(engine(apart, whole, "nothing", "else"), "the director, best of") == [apart, whole]


def test_what_shares_no_word_is_no_hit() -> None:
    """Passages without any word of the question are never returned, however high the limit."""
    assert found(engine("film", "weather"), "budget") == []


def test_equals_keep_their_order() -> None:
    """Passages with equal scores are in corpus order, also at the limit."""
    contents = [f"film {i}" for i in range(50)]
    assert found(engine(*contents), "film", limit=7) == contents[:7]


def test_of_equal_passages_that_of_the_article_about_it_is_first() -> None:
    """If two passages match equally well, the one whose article is about it comes first."""
    contents = [("a", "the ferry leaves"), ("a", "cakes"), ("b", "the ferry sinks"), ("b", "ferry")]
    cut = [replace(passage(content), article=article) for article, content in contents]
    hits = Bm25Retriever(cut, RetrieverSettings()).search(Question("ferry"), 10)
    assert [hit.passage.text for hit in hits] == ["ferry", "the ferry sinks", "the ferry leaves"]


def test_title_heading_and_aliases_are_searched() -> None:
    """A passage is also found by its title, heading and aliases."""
    passages = [
        Passage("a", "Anora", "Money", "It had six.", 0, ((0, 11),), aliases=("Palme winner",)),
        passage("Something else entirely"),
    ]
    retriever = Bm25Retriever(passages, RetrieverSettings())
    for word in ("Anora", "money", "palme"):
        assert found(retriever, word) == ["It had six."]


def test_carried_words_weigh_less() -> None:
    """Words of the conversation are searched, but the question's own words count more."""
    retriever = engine("the director spoke", "the budget grew")
    question = Question("budget?", context=(("director", 0.3),))
    assert [hit.passage.text for hit in retriever.search(question, 2)] == [
        "the budget grew",
        "the director spoke",
    ]


@pytest.mark.parametrize(
    ("content", "word", "is_name"),
    [
        ("We met Harwell there.", "Harwell", True),
        ("Dogs may come along.", "dogs", False),  # a capital only at the start of a sentence
        ("Lena Vogt is our guide.", "Lena", True),  # the first word of a name
        ("We met Rose. A rose is a flower.", "rose", False),
        ("We met Harwell there.", "Brandt", False),
    ],
)
def test_names_are_written_with_a_capital(content: str, word: str, is_name: bool) -> None:
    """A name never occurs in lower case, and also occurs inside sentences."""
    (term,) = text.terms(word)
    assert engine(content).naming.is_name(term) is is_name


def test_a_word_of_the_title_alone_is_a_name() -> None:
    """Words of a title count as names if the text does not show it."""
    (term,) = text.terms("Oppenheimer")
    assert Bm25Retriever([passage("A film.", "Oppenheimer")], RetrieverSettings()).naming.is_name(
        term
    )


def test_an_unknown_engine_is_a_clear_error() -> None:
    """An unknown engine is an error that lists the known ones."""
    with pytest.raises(SettingsError, match="no engine 'bm52'; known are: auto, bm25, hybrid"):
        retrievers.make(Settings(retriever=RetrieverSettings(engine="bm52")), [])


words = st.lists(st.sampled_from("film star cost win city play night year".split()), max_size=12)


@given(st.lists(words, min_size=1, max_size=12), words)
def test_scores_are_those_of_rank_bm25(contents: list[list[str]], asked: list[str]) -> None:
    """For any corpus and question, the postings give the scores of `get_scores`, bit for bit."""
    terms = [text.terms(" ".join(content)) for content in contents]
    retriever = engine(*(" ".join(content) for content in contents))
    wanted = list(dict.fromkeys(text.terms(" ".join(asked))))
    if not any(terms):
        return
    oracle = PositiveOkapi(terms, lambda t: rarity(t) ** OF_ENGLISH, k1=1.2, b=0.75)
    scores = retriever.scores(dict.fromkeys(wanted, 1.0))
    np.testing.assert_array_equal(scores, oracle.get_scores(wanted))


@given(st.lists(words, min_size=1, max_size=12), words, st.integers(1, 12))
def test_the_best_come_first(contents: list[list[str]], asked: list[str], limit: int) -> None:
    """For any corpus and limit, hits are the start of the whole ranking, best first."""
    retriever = engine(*(" ".join(content) for content in contents))
    question = Question(" ".join(asked) or "film")
    scores = retriever.scores(retriever.weights(question), alike=True)
    ranking = sorted((i for i in range(len(scores)) if scores[i] > 0), key=lambda i: -scores[i])
    expected = [float(scores[i]) for i in ranking[:limit]]
    assert [hit.score for hit in retriever.search(question, limit)] == expected
