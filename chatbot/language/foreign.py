"""Recognises questions that are not in English."""

from __future__ import annotations

from chatbot.language.text import fold, split

# Frequent words of German, French, Spanish, Italian, Portuguese and Dutch that are not English.
_FOREIGN = frozenset(
    fold(
        "wie wer wann wo warum welche welcher welches ist sind wird der das dem ein eine einen ich"
        " sie mein nicht und von mit kann quel quelle quels où qui que quoi pourquoi combien"
        " sont le la les des du une mon et dans pour avec cuál cuánto cuándo dónde quién qué cómo"
        " es está el los las del una mi por para como qual quanto quando dove chi che perché sono"
        " il gli della mio quem onde são os da uma meu wat waar wanneer waarom hoe zijn het een"
        " mijn niet van voor"
    ).split()
)

_AFTER_LATIN = "\u0370"
"""The first character of Unicode after the Latin letters."""


def is_foreign(question: str) -> bool:
    """Return whether a question is in a language other than English.

    Words with capitals do not count: "Los Angeles" and "Las Vegas" are in English questions too.
    """
    words = split(question)
    own = {fold(word.text) for word in words if word.text.islower() or word.start == 0}
    is_latin = any(word.text[0] < _AFTER_LATIN for word in words)
    return len(own & _FOREIGN) > 1 or (bool(words) and not is_latin)
