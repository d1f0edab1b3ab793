"""A site with the same text in several languages answers in the question's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.articles import read_corpus
from chatbot.bot import Bot, build_bot
from chatbot.config import ReaderSettings, Settings

FILES = {
    "en/code.md": "# Your code\n\nThe code runs out after ten minutes. Ask for a new one.",
    "fr/code.md": "# Votre code\n\nLe code expire au bout de dix minutes. Demandez-en un.",
    "en/card.md": "# Your card\n\nThe card is sent by post, and is free for your family.",
    "fr/card.md": "# Votre carte\n\nLa carte est envoyée par la poste, elle est gratuite.",
}


@pytest.fixture(scope="module", params=["sentence", "neural"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Return a bot for a site in two languages."""
    folder = tmp_path_factory.mktemp("site")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    settings = Settings(reader=ReaderSettings(engine=request.param, threshold=0))
    return build_bot(settings, read_corpus(folder, max_bytes=10_000).articles)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("When does the code run out?", "en-code"),
        ("Quand est-ce que le code expire ?", "fr-code"),
        ("Is the card free for my family?", "en-card"),
        ("La carte est-elle gratuite ?", "fr-card"),
    ],
)
def test_the_answer_is_in_the_language_of_the_question(
    bot: Bot, question: str, article: str
) -> None:
    """Of two pages that say the same, the one in the question's language is quoted."""
    quote = bot.ask(question).quote
    assert quote
    assert quote.article == article


def test_a_corpus_of_one_language_tells_nothing(tmp_path: Path) -> None:
    """If all articles have one language, no question counts as being in another."""
    (tmp_path / "a.md").write_text(FILES["en/code.md"], encoding="utf-8")
    bot = build_bot(Settings(), read_corpus(tmp_path, max_bytes=10_000).articles)
    hits = bot.search("Quand est-ce que le code expire ?")
    assert [hit.passage.article for hit in hits] == ["a"]
