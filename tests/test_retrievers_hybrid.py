"""Passages are found by words and meaning together."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot import encoder, index, retrievers
from chatbot.bot import Bot, build_bot
from chatbot.config import Settings
from chatbot.errors import SettingsError
from chatbot.retrievers.hybrid import HybridRetriever, nearness
from chatbot.types import Article, Block, Passage, Question

if encoder.missing():
    pytest.skip("needs the extra neural", allow_module_level=True)

TEXTS = {
    "leaving": "To end your plan, open the billing page and press Stop renewal. It ends at once.",
    "errors": "If the screen shows E-4711, the water filter is clogged and has to be rinsed.",
    "errors2": "If the screen shows E-4712, the door is open or its lock does not close well.",
    "dogs": "Dogs are welcome in the garden, on a lead, but not in the dining room.",
    "tower": "The tower was built of granite by the town's own masons in eleven years.",
}


def passage(name: str, text: str) -> Passage:
    """Return an article's only passage."""
    return Passage(name, "", None, text, 0, ((0, len(text)),))


@pytest.fixture(scope="module")
def retriever() -> retrievers.Retriever:
    """Return a retriever of `TEXTS`, encoded."""
    settings = Settings()
    made = retrievers.make(settings, [passage(*item) for item in TEXTS.items()])
    vectors = retrievers.vectors(settings)
    assert vectors
    made.encode(vectors)
    return made


def first(retriever: retrievers.Retriever, question: str) -> str:
    """Return the article that is found first."""
    return retriever.search(Question(question), 3)[0].passage.article


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("how do i cancel my subscription", "leaving"),
        ("can my puppy come along?", "dogs"),
        ("what are the walls made from", "tower"),
        ("Darf mein Hund mitkommen?", "dogs"),
    ],
)
def test_a_passage_without_a_shared_word_is_found(
    retriever: retrievers.Retriever, question: str, article: str
) -> None:
    """A passage with other words, or in another language, is found by its meaning."""
    assert first(retriever, question) == article


@pytest.mark.parametrize(("question", "article"), [("E-4711?", "errors"), ("E-4712", "errors2")])
def test_a_rare_word_decides(retriever: retrievers.Retriever, question: str, article: str) -> None:
    """Of two passages with similar meanings, the one with the error code comes first."""
    assert first(retriever, question) == article


def test_until_they_are_encoded_words_alone_find() -> None:
    """Before its passages are encoded, the engine finds what BM25 finds."""
    passages = [passage(*item) for item in TEXTS.items()]
    settings = Settings()
    words = settings.retriever.model_copy(update={"engine": "bm25"})
    plain = retrievers.make(settings.model_copy(update={"retriever": words}), passages)
    waiting = retrievers.make(settings, passages)
    question = Question("is the garden open for dogs?")
    assert isinstance(waiting, HybridRetriever)
    assert waiting.search(question, 5) == plain.search(question, 5)


def test_one_passage_is_found_whatever_is_asked() -> None:
    """A single passage is found, although there is nothing to compare it with."""
    settings = Settings()
    made = retrievers.make(settings, [passage("dogs", TEXTS["dogs"])])
    vectors = retrievers.vectors(settings)
    assert vectors
    made.encode(vectors)
    assert first(made, "Darf mein Hund mitkommen?") == "dogs"


def test_nearness_compares() -> None:
    """The nearest passage has nearness 1, one at the mean distance 0."""
    assert nearness(np.array([0.9, 0.7, 0.8], np.float32)).tolist() == pytest.approx(
        [1, -1, 0], abs=1e-5
    )


def test_the_same_question_has_the_same_hits(retriever: retrievers.Retriever) -> None:
    """The same question has the same scores, bit for bit."""
    question = Question("where may dogs go?")
    assert retriever.search(question, 5) == retriever.search(question, 5)


def test_an_engine_is_chosen_by_hand() -> None:
    """The engine "bm25" does not compare meanings; an unknown one is an error with the known."""
    words = Settings().retriever.model_copy(update={"engine": "bm25"})
    settings = Settings().model_copy(update={"retriever": words})
    assert retrievers.vectors(settings) is None
    assert build_bot(settings, []).encoded is None
    other = words.model_copy(update={"engine": "magic"})
    with pytest.raises(SettingsError, match="auto, bm25, hybrid"):
        retrievers.make(settings.model_copy(update={"retriever": other}), [])


def test_without_its_packages_words_alone_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, "auto" is BM25, and "hybrid" is an error that names the extra."""
    monkeypatch.setattr(encoder, "missing", lambda: ["sentencepiece"])
    settings = Settings()
    assert retrievers.vectors(settings) is None
    chosen = settings.retriever.model_copy(update={"engine": "hybrid"})
    with pytest.raises(SettingsError, match=r"not installed: sentencepiece.*neural"):
        retrievers.make(settings.model_copy(update={"retriever": chosen}), [])


def test_a_bot_tells_how_far_it_is() -> None:
    """At first no passage is encoded, and in the end all are."""
    text = TEXTS["dogs"]
    article = Article("dogs", "Dogs", text, (Block("paragraph", 0, len(text)),), "dogs.md")
    bot = Bot(Settings(), index.build(Settings(), [article]))
    assert bot.encoded == (0, 1)
    assert build_bot(Settings(), [article]).encoded == (1, 1)


def test_small_differences_stay_small() -> None:
    """If all passages are about equally near, none is far ahead; a single one has nearness 1."""
    found = nearness(np.array([0.81, 0.80, 0.80], np.float32))
    assert min(found) > 0.85
    assert nearness(np.array([0.7], np.float32)).tolist() == [1]


def test_a_conversation_is_read_with_its_topic(retriever: retrievers.Retriever) -> None:
    """The conversation's topic decides what a short question means."""
    for topic, article in (("granite tower masons", "tower"), ("garden dogs lead", "dogs")):
        told = tuple((word, 0.8) for word in topic.split())
        question = Question("And how long did it take, or where is it?", topic=told)
        assert retriever.search(question, 1)[0].passage.article == article
