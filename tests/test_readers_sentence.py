"""The sentence reader, on a small article where several sentences compete."""

import pytest

from chatbot import passages, readers
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import SettingsError
from chatbot.readers.sentence import UNHEARD, SentenceReader
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Answer, Article, Block, Question

PARAGRAPHS = (
    "The Tide Mill was built in 1734 by Johanna Brandt, a widow of 41, for the town of Elmsea. "
    "It cost £1,200, twice what the council had set aside. "
    "The mill ground corn for 190 years because the river never froze.",
    "A storm tore off the wheel in 1924. The owner, Peter Vance, said it was “a mercy to us all”. "
    "Today 12,000 visitors a year come to see the mill.",
    "The museum in the old granary opens at nine. A ticket costs £6; children pay nothing.",
)


@pytest.fixture(scope="module")
def article() -> Article:
    text = "\n\n".join(PARAGRAPHS)
    blocks = [Block("paragraph", text.index(p), text.index(p) + len(p)) for p in PARAGRAPHS]
    return Article("mill", "The Tide Mill", text, tuple(blocks), "mill.txt")


@pytest.fixture(scope="module")
def retriever(article: Article) -> Bm25Retriever:
    return Bm25Retriever(passages.cut(article, 20, 200), Settings().retriever)


def ask(retriever: Bm25Retriever, question: str, **settings: float) -> Answer:
    reader = SentenceReader(retriever, ReaderSettings(engine="sentence", **settings))
    asked = Question(question)
    return reader.read(asked, retriever.search(asked, reader.hits))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much did the mill cost to build?", "It cost £1,200"),
        ("Who built the mill?", "Johanna Brandt"),
        ("When was the mill built?", "1734"),
        ("Why did the mill grind corn for so long?", "because the river never froze"),
        ("How many visitors come each year?", "12,000 visitors"),
        ("What did Peter Vance say about the wheel?", "a mercy"),
        ("How much is a ticket?", "A ticket costs £6"),
    ],
)
def test_the_sentence_that_answers_is_quoted(
    retriever: Bm25Retriever, article: Article, question: str, words: str
) -> None:
    """Among sentences that share words with the question, the one that answers is chosen."""
    answer = ask(retriever, question, threshold=0.0)
    assert answer.quote
    assert words in answer.quote.text
    assert article.text[answer.quote.start : answer.quote.end] == answer.quote.text


def test_the_short_answer_is_marked(retriever: Bm25Retriever, article: Article) -> None:
    """The highlight is of the kind asked for, verbatim, inside the quote."""
    answer = ask(retriever, "When was the mill built?", threshold=0.0, highlight_threshold=0.1)
    assert answer.quote
    mark = answer.quote.highlight
    assert mark
    assert mark.text == "1734"
    assert article.text[mark.start : mark.end] == "1734"


@pytest.mark.parametrize(
    "question", ["How can I cancel my subscription?", "What is the weather in Boston?", "asdf qwer"]
)
def test_what_the_article_does_not_say_is_not_answered(
    retriever: Bm25Retriever, question: str
) -> None:
    """Questions about something else give no quote, and a reason."""
    answer = ask(retriever, question)
    assert answer.quote is None
    assert answer.reason in ("no_match", "low_confidence")


def test_the_threshold_decides(retriever: Bm25Retriever) -> None:
    """An answer below the threshold is not given."""
    question = "When was the mill built?"
    assert ask(retriever, question, threshold=0.0).status == "answered"
    assert ask(retriever, question, threshold=1.0).reason == "low_confidence"


@pytest.mark.parametrize(
    ("question", "doubted"),
    [
        ("Is the mill open to cyclists?", True),
        ("Is the mill for sale on eBay?", True),
        ("Has eBay sold the mill?", False),  # the articles have the last word
        ("Does the mill have an exhibition?", False),  # similar to a word of the articles
        ("When was the mill sold on eBay?", False),  # not a yes-or-no question
    ],
)
def test_whether_something_is_so_that_no_article_has_a_word_of(
    retriever: Bm25Retriever, question: str, doubted: bool
) -> None:
    """Only a yes-or-no question whose last word no article has lowers the confidence."""
    reader = SentenceReader(retriever, ReaderSettings(engine="sentence"))
    asked = Question(question)
    best, *_ = reader.rank(reader.wanted(asked), retriever.search(asked, 9))
    assert best.features[UNHEARD] == -float(doubted)


def test_an_explanation_adds_up(retriever: Bm25Retriever) -> None:
    """The shares of the features add up to the score, and the first sentence is quoted."""
    reader = SentenceReader(retriever, ReaderSettings(engine="sentence", threshold=0.0))
    question = Question("How much is a ticket?")
    hits = retriever.search(question, reader.hits)
    explained = reader.explain(question, hits, 9)
    assert "figure missing" in {name for e in explained for name, x in e.features.items() if x}
    for explanation in explained:
        assert sum(explanation.features.values()) == pytest.approx(explanation.score)
    answer = reader.read(question, hits)
    assert answer.quote
    assert answer.quote.text == explained[0].text


def test_two_sentences_that_are_as_likely_are_both_quoted(retriever: Bm25Retriever) -> None:
    """If the next sentence is about as likely, it is also quoted."""
    answer = ask(retriever, "What did the storm do to the owner?", threshold=0.0)
    assert answer.quote
    assert answer.quote.text.startswith("A storm tore off the wheel in 1924. The owner,")


def test_an_unknown_reader_is_a_clear_error(retriever: Bm25Retriever) -> None:
    """An unknown reader is an error that lists the known ones."""
    settings = Settings(reader=ReaderSettings(engine="oracle"))
    with pytest.raises(SettingsError, match="no reader 'oracle'; known are: auto, sentence"):
        readers.make(settings, retriever)
