"""What can go wrong, as one tree.

    ChatbotError
    ├── SettingsError          config.toml, a setting or an engine's name is wrong
    ├── ArticleError           one file of the corpus cannot become an article
    ├── QuestionError          a question that cannot be asked: empty or too long
    ├── ModelError             a network's files are missing or damaged
    └── StoreError             a turn or a rating could not be kept

Each message names the file, field or setting at fault and is fit to be shown to the site owner.
That the articles do not answer a question is not an error: it is an `Answer` without a quote.
"""


class ChatbotError(Exception):
    """Anything this project raises on purpose."""


class SettingsError(ChatbotError):
    """A setting, or the file that holds it, is wrong; the message lists what is allowed."""


class ArticleError(ChatbotError):
    """One file of the corpus cannot become an article; the message says why."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        """What kind of fault it is, in a word or two: "draft"; "": the message begins with it."""


class QuestionError(ChatbotError):
    """The question is empty or too long."""


class StoreError(ChatbotError):
    """A turn or a rating could not be kept or read.

    `cause` is the message without the address of the database, fit to be shown to anybody.
    """

    def __init__(self, message: str, cause: str | None = None) -> None:
        super().__init__(message)
        self.cause = cause or message


class ModelError(ChatbotError):
    """The files of a network are missing, or not what this code reads."""
