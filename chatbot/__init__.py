"""Answers questions about a folder of articles with quotations from them.

    from chatbot import build_bot, read_corpus, read_settings

`__all__` is the whole public interface; `docs/python.md` explains it with examples. Everything else
may change without notice. `docs/architecture.md` explains the code.

A public name is imported from its module when it is first used, so that `chatbot --help` and the
other commands load only what they need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from chatbot.articles import Corpus, read_corpus
    from chatbot.bot import Bot, build_bot
    from chatbot.config import Settings, Source, read_settings
    from chatbot.errors import (
        ArticleError,
        ChatbotError,
        ModelError,
        QuestionError,
        SettingsError,
    )
    from chatbot.faults import Fault
    from chatbot.types import Answer, Article, Highlight, Passage, Question, Quote, Turn

_MODULES = {
    "articles": ("Corpus", "read_corpus"),
    "bot": ("Bot", "build_bot"),
    "config": ("Settings", "Source", "read_settings"),
    "errors": ("ArticleError", "ChatbotError", "ModelError", "QuestionError", "SettingsError"),
    "faults": ("Fault",),
    "types": ("Answer", "Article", "Highlight", "Passage", "Question", "Quote", "Turn"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Answer",
    "Article",
    "ArticleError",
    "Bot",
    "ChatbotError",
    "Corpus",
    "Fault",
    "Highlight",
    "ModelError",
    "Passage",
    "Question",
    "QuestionError",
    "Quote",
    "Settings",
    "SettingsError",
    "Source",
    "Turn",
    "build_bot",
    "read_corpus",
    "read_settings",
]


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
