"""All suggested questions are answered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.articles import read_corpus
from chatbot.bot import Bot, as_turn, build_bot
from chatbot.config import ReaderSettings, Settings, SuggestionSettings
from chatbot.evaluation.cases import read_squad
from chatbot.server import create_app
from chatbot.types import Article, Turn

EVALUATION = Path(__file__).parents[2] / "shared" / "eval"
SETTINGS = Settings(reader=ReaderSettings(engine="sentence"))
MANUAL = {
    "account.md": """\
---
questions: ["How many people may use the Team plan?", "Who won the war?"]
---
# Your Lumen account

## Reset your password

To reset your password, open Settings and choose Security. The link is valid for 30 minutes.

If you forget your password, click "Forgot?" on the sign-in page.

## Cancel your subscription

You can cancel your subscription under Billing at any time. Refunds take five working days.

## Plans

The Team plan costs $12 a month for each person. Up to 50 people may use the Team plan.
""",
    "desktop.md": """\
# Lumen Desktop

## Install

Download the installer from the website and open it. The installation takes about 10 minutes.

## Printing

To print a page, press Ctrl and P. If the printer is offline, switch it off and on again.

## Support

The support team is based in Cork. Lumen was founded by Ada Byrne in 2011.
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    for name, content in MANUAL.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def manual(folder: Path) -> Bot:
    return build_bot(SETTINGS, read_corpus(folder, 10_000).articles)


def test_starters(manual: Bot) -> None:
    """An empty chat suggests an author's question first, and one of each article."""
    first, second, _ = manual.starters
    assert first == "How many people may use the Team plan?"
    assert second == "How do I install Lumen Desktop?"
    assert all(manual.ask(question).status == "answered" for question in manual.starters)


def articles(folder: Path, files: dict[str, str]) -> tuple[Article, ...]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return read_corpus(folder, 10_000).articles


def test_starters_come_from_what_visitors_want(tmp_path: Path) -> None:
    """Articles with the most weight come first, then those with questions."""
    files = {
        f"a{n:02}.md": f"# Report {n}\n\nOur lab was founded by Lin Aro in 19{n:02}."
        for n in range(40)
    }
    files["zebra.md"] = "# Visits\n\n## Can I bring a dog?\n\nA dog may wait in the garden."
    files["yak.md"] = "---\nquestions: Who cleans the windows?\n---\nJo Ferrant cleans the windows."
    read = articles(tmp_path, files)
    first, second, *_ = build_bot(SETTINGS, read).starters
    assert (first, second) == ("Who cleans the windows?", "Can I bring a dog?")
    heavy = [replace(a, weight=3.0) if a.id == "zebra" else a for a in read]
    assert build_bot(SETTINGS, heavy).starters[0] == "Can I bring a dog?"


def test_starters_in_the_readers_language(tmp_path: Path) -> None:
    """Spanish visitors get Spanish questions; those whose language has no articles get others."""
    read = articles(
        tmp_path,
        {
            "en/dogs.md": "# Visits\n\n## Can I bring a dog?\n\nA dog may wait in the garden.",
            "en/cats.md": "# Cats\n\nThe cat house was founded by Ada Byrne in 1911.",
            "es/perros.md": "# Visitas\n\n## ¿Puedo traer un perro al museo?\n\n"
            "Un perro puede esperar en el jardín.\n\n## Plan del museo\n\nEl plan está aquí.",
        },
    )
    client = create_app(build_bot(SETTINGS, read), SETTINGS).test_client()

    def offered(lang: str = "", accept: str = "") -> list[str]:
        headers = {"Accept-Language": accept} if accept else {}
        response = client.get(f"/suggestions{lang and f'?lang={lang}'}", headers=headers)
        assert "Accept-Language" in response.headers["Vary"]
        suggested: list[str] = response.get_json()["suggestions"]
        return suggested

    english, spanish = offered(), ["¿Puedo traer un perro al museo?"]
    assert english[0] == "Can I bring a dog?"
    assert not any("¿" in question for question in english)
    assert offered("es") == offered("es-MX") == offered(accept="fr, es;q=0.8, en;q=0.5") == spanish
    assert offered("fr") == offered(accept="fr") == offered("en", accept="es") == english
    assert "¿Puedo traer" in client.get("/", headers={"Accept-Language": "es"}).text


def test_what_is_not_answered_is_not_suggested(manual: Bot) -> None:
    """Even an author's question is not suggested if no article answers it."""
    assert "Who won the war?" not in manual.starters


def test_next(manual: Bot) -> None:
    """After an answer, questions on the same article are suggested, the nearest first."""
    answer = manual.ask("How long do refunds take?")
    assert answer.quote and answer.quote.article == "account"
    assert "How do I cancel my subscription?" in answer.suggestions
    assert not any("Lumen" in question for question in answer.suggestions)


def test_nothing_twice(manual: Bot) -> None:
    """If a visitor follows the suggestions, each is answered, and none is repeated."""
    history: list[Turn] = []
    question = manual.starters[0]
    for _ in range(12):
        answer = manual.ask(question, history)
        assert answer.status == "answered", question
        history.append(Turn(question, answer.quote.text if answer.quote else None))
        asked = {turn.question for turn in history}
        assert not asked & set(answer.suggestions)
        if not answer.suggestions:
            break
        question = answer.suggestions[0]
    assert len(history) > 4


def test_asked_in_other_words(manual: Bot) -> None:
    """A question that was asked in another form is not suggested."""
    answer = manual.ask("How long is the link valid?", [Turn("what about refunds, how long?")])
    assert all("refund" not in question for question in answer.suggestions)


def test_one_that_would_be_misunderstood(manual: Bot) -> None:
    """In any conversation, each suggestion is answered where it is made."""
    begun = ["How long do refunds take?", "Who sings about Lumen?", "What is it?", *manual.starters]
    for first in begun:
        history = [as_turn(first, manual.ask(first))]
        for question in manual.ask("And the link?", history).suggestions:
            said = [*history, as_turn("And the link?", manual.ask("And the link?", history))]
            assert manual.ask(question, said).status == "answered"


def test_after_no_answer(manual: Bot) -> None:
    """If the bot does not answer, it still suggests questions."""
    answer = manual.ask("Who sings the song about Lumen?")
    assert answer.status == "abstained"
    assert answer.suggestions
    assert all(manual.ask(q).status == "answered" for q in answer.suggestions)


def test_small_talk_comes_with_starters(manual: Bot) -> None:
    """A greeting is answered from the settings, with suggestions and without citations."""
    answer = manual.ask("Hello!")
    assert (answer.status, answer.message) == ("chat", SETTINGS.smalltalk.greeting)
    assert answer.suggestions == manual.starters
    assert not (answer.quote or answer.citations or answer.related)


def test_small_talk_is_not_carried_over(manual: Bot) -> None:
    """A greeting does not change how later questions are understood."""
    question = "How long do refunds take?"
    assert manual.ask(question, [Turn("hello")]).question == manual.ask(question).question


def test_small_talk_turned_off(folder: Path) -> None:
    """Small talk without a reply in the settings is treated as a question."""
    settings = SETTINGS.model_copy(
        update={"smalltalk": SETTINGS.smalltalk.model_copy(update={"greeting": ""})}
    )
    bot = build_bot(settings, read_corpus(folder, 10_000).articles)
    assert bot.ask("Hello").status == "abstained"


def test_an_article_called_hello(folder: Path) -> None:
    """The name of an article is not small talk."""
    article = read_corpus(folder, 10_000).articles[0]
    assert build_bot(SETTINGS, [replace(article, title="Hello")]).ask("Hello").status != "chat"


def test_turned_off(folder: Path) -> None:
    """If suggestions are turned off, there are none."""
    settings = SETTINGS.model_copy(update={"suggestions": SuggestionSettings(enabled=False)})
    bot = build_bot(settings, read_corpus(folder, 10_000).articles)
    assert bot.starters == ()
    assert bot.ask("How long do refunds take?").suggestions == bot.ask("hi").suggestions == ()


def test_no_articles() -> None:
    """An empty corpus suggests nothing."""
    bot = build_bot(SETTINGS, [])
    assert bot.starters == () and bot.ask("Who?").suggestions == ()


def test_misspelt_question(manual: Bot) -> None:
    """A misspelt question is answered like the correct one, and shown in both spellings."""
    right, typed = "How long do refunds take?", "How long do refnuds take?"
    answer = manual.ask(typed)
    assert answer.quote == manual.ask(right).quote
    assert answer.confidence == manual.ask(right).confidence
    assert (answer.question.typed, answer.question.understood_as) == (typed, right)
    assert manual.ask(right).question.typed is None


def test_misspelt_history(manual: Bot) -> None:
    """A misspelt earlier question counts as if it had been spelt correctly."""
    for question in ("and the installation?", "How much is it?"):
        typed = manual.ask(question, [Turn("How long do refnuds take?")])
        right = manual.ask(question, [Turn("How long do refunds take?")])
        assert typed.question == right.question


@pytest.mark.slow
@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation data is not here")
def test_real_articles() -> None:
    """With articles of an encyclopedia, all suggested questions are answered."""
    articles, _ = read_squad(EVALUATION / "xquad-dev.json")
    bot = build_bot(SETTINGS, articles)
    for article in articles:
        for question in bot.ask(f"What about {article.title}?").suggestions:
            assert bot.ask(question).status == "answered", question
    assert len(bot.starters) == 3
