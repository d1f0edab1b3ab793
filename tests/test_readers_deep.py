"""The reader with the large network reads the likeliest passages again, and decides."""

from collections.abc import Sequence
from importlib.util import find_spec

import pytest

from chatbot import passages, readers
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import SettingsError
from chatbot.language import sentences
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Answer, Article, Block, Hit, Passage, Question

deep = pytest.importorskip(
    "chatbot.readers.deep", reason="article-chat-deep or the extra `neural` is not installed"
)

MILL = (
    "The Tide Mill was built in 1734 by Johanna Brandt, a widow of 41, for the town of Elmsea. "
    "It cost £1,200, twice what the council had set aside. "
    "A storm tore off the wheel in 1924, and the owner, Peter Vance, sold the ruin to a brewer."
)


def indexed(*texts: str) -> Bm25Retriever:
    """Return each text as an article, indexed."""
    articles = [
        Article(f"a{i}", "The Tide Mill", text, (Block("paragraph", 0, len(text)),), f"a{i}.txt")
        for i, text in enumerate(texts)
    ]
    cut = [passage for article in articles for passage in passages.cut(article, 20, 200)]
    return Bm25Retriever(cut, Settings().retriever)


def asked(retriever: Bm25Retriever, text: str) -> Answer:
    """Return the answer of the default reader."""
    reader = readers.make(Settings(), retriever)
    question = Question(text)
    return reader.read(question, retriever.search(question, reader.hits))


def test_auto_takes_the_large_network_where_it_can() -> None:
    """If its package is installed, the default reader is the deep one, and marks short answers."""
    retriever = indexed(MILL)
    assert readers.make(Settings(), retriever).name == "deep"
    answer = asked(retriever, "How much did the Tide Mill cost to build?")
    assert answer.quote
    assert answer.quote.highlight
    assert "£1,200" in answer.quote.highlight.text


def test_only_the_likeliest_passages_are_read_again() -> None:
    """The large network reads only a few passages, so its time is limited."""
    texts = [f"{MILL} The mill of {place} was the next." for place in ("Ulm", "Ely", "Rye", "Bath")]
    retriever = indexed(*texts, MILL)
    reader = deep.DeepReader(retriever, Settings().reader)
    question = Question("Who built the Tide Mill?")
    hits = retriever.search(question, reader.hits)
    ranked = reader.rank(question, reader.wanted(question), hits)
    assert len(hits) > deep.AGAIN
    assert len({candidate.hit for candidate in ranked}) == deep.AGAIN


def test_a_long_passage_is_read_again_alone() -> None:
    """The best passage is always read whole; others only if there is room."""

    def hit(text: str) -> Hit:
        return Hit(Passage("a", "Mill", None, text, 0, tuple(sentences.spans(text))), 1.0)

    retriever = indexed(MILL)
    reader = deep.DeepReader(retriever, Settings().reader)
    long = hit(" ".join([MILL] * 12))
    question = Question("Who built the Tide Mill?")
    ranked = reader.rank(question, reader.wanted(question), [long, hit(MILL)])
    assert len({candidate.hit for candidate in ranked}) == 1


def test_read_again_it_is_the_same() -> None:
    """The same question has the same answer, whatever was asked before."""
    retriever = indexed(MILL)
    first = asked(retriever, "Who built the mill?")
    asked(retriever, "Who sold the ruin?")
    assert asked(retriever, "Who built the mill?") == first


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing reader in the settings is an error; the default is the best one installed."""

    def without(name: str) -> object:
        return None if name == "article_chat_deep" else find_spec(name)

    monkeypatch.setattr(readers, "find_spec", without)
    with pytest.raises(SettingsError, match="article-chat-deep"):
        readers.make(Settings(reader=ReaderSettings(engine="deep")), indexed(MILL))
    assert readers.make(Settings(), indexed(MILL)).name == "neural"


@pytest.mark.parametrize("word", ["all-mpnet-base-v2", "Apache-2.0", "CC BY-SA 4.0"])
def test_the_card_tells_where_the_network_comes_from(word: str) -> None:
    """The model card names base model, data and licences."""
    folder = deep.article_chat_deep.FOLDER
    assert word in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_its_package_can_be_published() -> None:
    """Each file is small enough for code hosts, and all of them for package registries."""
    folder = deep.article_chat_deep.FOLDER
    sizes: Sequence[int] = [path.stat().st_size for path in folder.iterdir() if path.is_file()]
    assert max(sizes) < 100_000_000
    assert sum(sizes) < 105_000_000
