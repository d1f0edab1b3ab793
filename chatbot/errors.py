"""All errors that this program raises on purpose, as one tree of classes.

    ChatbotError
    ├── SettingsError          config.toml, a setting or an engine's name is wrong
    ├── ArticleError           one file of the corpus cannot become an article
    ├── QuestionError          a question is empty or too long
    ├── ModelError             a network's files are missing or damaged
    └── StoreError             a turn or a rating could not be kept

Each message names the wrong file, field or setting and can be shown to the site owner. It is not an
error if the articles do not answer a question: the `Answer` then has no quote.
"""


class ChatbotError(Exception):
    """Any error that this program raises on purpose."""


class SettingsError(ChatbotError):
    """A setting, or the settings file, is wrong; the message lists what is allowed."""


class ArticleError(ChatbotError):
    """One file of the corpus cannot become an article; the message says why."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        """The kind of fault in a word or two ("draft"); if empty, the message begins with it."""


class QuestionError(ChatbotError):
    """The question is empty or too long."""


class StoreError(ChatbotError):
    """A turn or a rating could not be kept or read.

    `cause` is the message without the address of the database; it can be shown to anybody.
    """

    def __init__(self, message: str, cause: str | None = None) -> None:
        super().__init__(message)
        self.cause = cause or message


class ModelError(ChatbotError):
    """The files of a network are missing, damaged, or of a format that this code cannot read."""
