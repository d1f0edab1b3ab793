"""Says how an article uses words: as names, as names of people, as tasks."""

from __future__ import annotations

import re

from chatbot.language.people import CAPITAL, persons
from chatbot.language.text import fold
from chatbot.language.words import FUNCTION_WORDS, MODALS, either

# "to export data", "you can export your data": a task, with up to two words after the verb.
_TASK_OF = re.compile(rf"\b(?:to|please|{either(MODALS)}) ([a-z]+) ([\w’'-]+)(?: ([\w’'-]+))?")


class Usage:
    """The names in a text, which of them are people's, and the tasks that it mentions."""

    def __init__(self, text: str) -> None:
        self._inside = set(re.findall(rf"(?<=[a-z,] )({CAPITAL})", text))
        self._lower = set(re.findall(r"\b[a-z][\w’'-]*", text))
        self._people = persons(text)
        done = _TASK_OF.findall(text.lower())
        self._tasks = {(verb, what) for verb, *near in done for what in near}

    def is_name(self, word: str) -> bool:
        """Return whether `word` always has a capital, even inside sentences."""
        bare = re.sub(r"['’]s?$", "", word)
        return bare[:1].isupper() and bare in self._inside and bare.lower() not in self._lower

    def plain(self, word: str) -> str:
        """Return a word as it is written inside sentences: in lower case if the text has it so."""
        lowered = word.lower()
        is_small = lowered.rstrip("?") in self._lower or fold(word) in FUNCTION_WORDS
        return lowered if is_small and not word.isupper() else word

    def has_task(self, verb: str, what: str) -> bool:
        """Return whether the text has this verb with its object: "to export your data"."""
        return (verb.lower(), what.lower()) in self._tasks

    def is_person(self, name: str) -> bool:
        """Return whether `name` ends with a word that is a person's name elsewhere in the text."""
        words = name.split()
        return len(words) < 5 and words[-1] in self._people and all(map(self.is_name, words))
