"""The reader for languages other than English reads the right questions and quotes well."""

import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from service import Service

from chatbot.bot import Bot, build_bot
from chatbot.config import Settings
from chatbot.language.english import is_english
from chatbot.types import Article, Block

needs_package = pytest.mark.skipif(
    not find_spec("article_chat_multilingual"), reason="article-chat-multilingual is not installed"
)

MILL = {
    "en": "The Tide Mill was built in 1734 by Johanna Brandt, a widow of 41, for the town of "
    "Elmsea. "
    "It cost £1,200, twice what the council had set aside. "
    "A storm tore off the wheel in 1924, and the owner, Peter Vance, sold the ruin to a brewer.",
    "de": "Die Gezeitenmühle wurde 1734 von Johanna Brandt, einer Witwe von 41 Jahren, für die "
    "Stadt "
    "Elmsee gebaut. Sie kostete 1.200 Taler, doppelt so viel, wie der Rat vorgesehen hatte. "
    "Ein Sturm riss 1924 das Rad ab, und der Besitzer, Peter Vance, verkaufte die Ruine.",
    "es": "El molino de mareas fue construido en 1734 por Johanna Brandt, una viuda de 41 años, "
    "para "
    "la ciudad de Elmsea. Costó 1.200 escudos, el doble de lo que el consejo había previsto. "
    "Una tormenta arrancó la rueda en 1924, y el dueño, Pedro Vance, vendió las ruinas.",
    "ru": "Приливная мельница была построена в 1734 году Иоганной Брандт, вдовой 41 года, для "
    "города "
    "Эльмзее. Она стоила 1200 талеров, вдвое больше, чем выделил совет. "
    "В 1924 году буря сорвала колесо, и владелец, Пётр Ванс, продал руины.",
}
ASKED = {
    "de": ("Wer hat die Gezeitenmühle gebaut?", "Johanna Brandt"),
    "es": ("¿Cuánto costó el molino de mareas?", "1.200 escudos"),
    "ru": ("Кто построил приливную мельницу?", "Иоганной Брандт"),
}


def bot_of(language: str) -> Bot:
    """Return a bot with the article on the mill in a language."""
    text = MILL[language]
    blocks = (Block("paragraph", 0, len(text)),)
    return build_bot(Settings(), [Article("mill", "The Tide Mill", text, blocks, "mill.txt")])


@pytest.mark.parametrize("language", MILL)
def test_the_language_of_a_text_is_recognised(language: str) -> None:
    """English texts are distinguished from texts in other languages by their words."""
    assert is_english(MILL[language]) is (language == "en")


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("who directed emilia perez?", True),
        ("and Baker's?", True),
        ("how do I cancel a ticket?", True),
        ("I don't have one, do I?", True),
        ("I get error E-104", True),
        ("Wie hoch war das Budget von Anora?", False),
        ("¿Quién dirigió Anora?", False),
        ("预算是多少？", False),
    ],
)
def test_the_language_of_a_question_is_recognised(question: str, english: bool) -> None:
    """Words that the articles have do not count, since they may be names."""
    names = {"anora", "emilia", "perez", "baker"}
    assert is_english(question, names.__contains__) is english


@needs_package
@pytest.mark.parametrize("language", ASKED)
def test_an_article_in_another_language_is_read(language: str) -> None:
    """The sentence that answers is quoted, and the short answer is marked in it."""
    question, short = ASKED[language]
    answer = bot_of(language).ask(question)
    assert answer.quote
    assert short in answer.quote.text
    assert answer.quote.highlight
    assert answer.quote.highlight.text in short or short in answer.quote.highlight.text


@needs_package
def test_a_question_in_another_language_is_answered() -> None:
    """An English article answers a German question."""
    answer = bot_of("en").ask("Wer hat die Mühle im Jahr 1734 gebaut?")
    assert answer.quote
    assert "Johanna Brandt" in answer.quote.text


@needs_package
def test_what_is_not_said_is_not_answered() -> None:
    """In other languages too, a question that the article does not answer gets no answer."""
    assert bot_of("de").ask("Wann fährt der Bus nach Hamburg?").quote is None


@needs_package
@pytest.mark.parametrize("word", ["multilingual-e5-small", "MIT", "CC BY-SA 4.0"])
def test_the_card_tells_where_the_network_comes_from(word: str) -> None:
    """The model card names base model, data and licences."""
    from article_chat_multilingual import FOLDER

    assert word in (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")


@needs_package
@pytest.mark.slow
def test_the_service_answers_in_other_languages(tmp_path: Path) -> None:
    """The running service quotes an English article for a German question, as for an English one.

    A German question that the articles do not answer gets no answer.
    """
    with Service(tmp_path, reader={"engine": "neural"}) as service:
        while (vectors := service.health()["vectors"])["done"] < vectors["of"]:
            time.sleep(0.2)
        told = [
            service.ask(question)["answer"]["text"]
            for question in ("What was Anora's budget?", "Wie hoch war das Budget von Anora?")
        ]
        assert told[0] == told[1]
        assert "$6 million" in told[1]
        assert service.ask("Wann fährt der nächste Zug nach Leipzig?")["status"] == "abstained"
