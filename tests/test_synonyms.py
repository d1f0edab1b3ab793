"""Words that may stand for one another, shipped and the owner's own."""

from chatbot import config
from chatbot.language.synonyms import Synonyms, english
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Passage, Question


def test_a_word_is_not_its_own_synonym() -> None:
    """The others of its groups are."""
    synonyms = Synonyms([["crew", "staff"], ["staff", "stick"]])
    assert synonyms.of("staff") == {"crew", "stick"}
    assert synonyms.of("crew") == {"staff"}
    assert synonyms.of("else") == frozenset()


def test_every_shipped_group_has_words_for_one_another() -> None:
    """No group is empty or has but one word."""
    assert all(len(set(group)) > 1 for group in english())


def test_the_owner_adds_her_own() -> None:
    """A passage is found by a synonym of the settings; the word itself counts for more."""
    texts = ("the plonk flows", "the gizmo flows", "nothing else")
    passages = [Passage("a", "", None, text, 0, ((0, len(text)),)) for text in texts]
    synonyms = config.Synonyms(groups=("gizmo plonk",))
    retriever = Bm25Retriever(passages, config.Retriever(), synonyms)
    hits = retriever.search(Question("gizmo"), 5)
    assert [hit.passage.text for hit in hits] == ["the gizmo flows", "the plonk flows"]
