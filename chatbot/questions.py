"""What a visitor typed, and what was asked before, to one `Question`."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.errors import QuestionError
from chatbot.types import Question, Turn

MAX_LENGTH = 1000


def understand(text: str, history: Sequence[Turn] = (), article: str | None = None) -> Question:
    """Return the question that `text` asks after the turns of `history`, oldest first.

    Raises:
        QuestionError: `text` has nothing but space, or more than `MAX_LENGTH` characters.
    """
    text = " ".join(text.split())
    if not text:
        raise QuestionError("the question is empty")
    if len(text) > MAX_LENGTH:
        raise QuestionError(f"the question has {len(text)} characters; {MAX_LENGTH} are allowed")
    return Question(text=text, article=article)
