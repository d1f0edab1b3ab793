"""A misspelt word of a question to the word of the articles that was meant.

Only a word that no article has is looked at, and only if it is no English word either: one that
is right stays as it is, and so do numbers, acronyms, and names that nothing is near to. What was
meant is decided as by a noisy channel (Kernighan, Church and Gale 1990): how easily fingers make
this of that, and how often that is written.
"""

from __future__ import annotations

import importlib.resources
import math
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache

from chatbot.conversation import slips
from chatbot.conversation.budget import Budget
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import FINITE_AUXILIARIES, FUNCTION_WORDS, INTERROGATIVES

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Words with a capital inside a sentence, where it is the word's own.
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][^\W\d_]*(?:['’][^\W\d_]+)*")

# What stands beside a word in a name: a full stop and anything, another sign and a digit.
_JOINED = re.compile(r"^(?:[.@][^\W_]|[/_-]?\d)")

# "whats" for "what's", but for those that are words of their own without the apostrophe.
_ALSO_WORDS = frozenset("well ill shell hell wed shed id were".split())
_APOSTROPHE_LEFT_OUT = {
    bare: word
    for word in FUNCTION_WORDS
    if "'" in word and (bare := word.replace("'", "")) not in _ALSO_WORDS
}

# What questions in other languages are told by: little words of German, French, Spanish, Italian,
# Portuguese and Dutch that English does not have.
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

_BEHIND_LATIN = "\u0370"
"""Where the letters of other scripts begin in Unicode."""

# Nobody leaves out or puts in a prefix by a slip, and "unreplied" is the opposite of "replied".
_PREFIX = re.compile(r"un|in|im|il|ir|dis|non|mis|de|re|pre")

_FREQUENT = 0.08
"""How much each e-fold of a word's frequency is worth beside a slip."""
_NO_SPACE = 0.8
_SHORT_HALF = 0.5
"""More, where one of the two has two letters: many words end in "in", "on" or "is"."""
_ALLOWED = ((4, 1.0), (6, 1.2), (8, 1.7), (1000, 2.4))
"""In words of up to so many letters, so much may be wrong."""
_ALLOWED_IN_NAME = 0.95
_LONG_NAME = 9
"""From as many letters on, a name is told by them like any other word."""
_RATHER = 0.2
"""So much nearer an English word must be for the word of the articles not to be meant."""
_CANDIDATES = 20
_LONGEST = 40
"""A longer word is no slip: it is left as it is, and not compared letter by letter."""


class Speller:
    """Corrects questions to the words of the articles.

    `vocabulary` holds each word as written with how often it is; `knows` tells of a term (see
    `text.Word`) whether any passage has it. Of `groups`, each of words that stand for one another,
    the one that the articles have is meant by one that they have not.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        knows: Callable[[str], bool],
        groups: Iterable[Sequence[str]] = (),
    ) -> None:
        self._knows = knows
        self._instead: dict[str, str] = {}
        for group in groups:
            known = next((word for word in group if all(map(knows, terms(word)))), None)
            if known:
                self._instead |= {term: known for word in group for term in terms(word)}
        self._counts: Counter[str] = Counter()
        most: dict[str, tuple[int, str]] = {}
        for word, count in vocabulary.items():
            folded = fold(word)
            self._counts[folded] += count
            most[folded] = max(most.get(folded, (0, "")), (count, word))
        self._written = {folded: word for folded, (_, word) in most.items()}
        self._names = {fold(word) for word in vocabulary if word[0].isupper()}
        self._by_length: dict[int, list[str]] = {}
        bare = {base for word in self._counts for base in _bare(word)}
        for word in sorted({*self._counts, *FUNCTION_WORDS, *bare}):
            self._by_length.setdefault(len(word), []).append(word)

    def correct(self, question: str, budget: Budget | None = None) -> str | None:
        """Return `question` with its misspelt words corrected, all else as it was; None if right.

        Nothing is corrected either where no word of substance would be left, or in a question that
        is not English. Each distinct word is compared with the vocabulary once, and stays as it is
        typed where `budget` allows no more.
        """
        budget = budget or Budget()
        words = split(question)
        if is_foreign(question):
            return None
        shouted = question.isupper()
        changed = question
        # From the end, so that offsets hold.
        for i in reversed(range(len(words))):
            start, end = words[i].start, words[i].end
            is_name = _is_in_name(question, words[i])
            meant = None if is_name else self._meant(words, i, shouted, budget)
            if i + 1 < len(words) and (joined := self._joined(question, words[i], words[i + 1])):
                meant, end = joined, words[i + 1].end
            if meant:
                changed = changed[:start] + meant + changed[end:]
        if changed == question or all(word.is_function for word in split(changed)):
            return None
        return changed

    def _meant(self, words: list[Word], i: int, shouted: bool, budget: Budget) -> str | None:
        """Return the word or words most likely meant by the word at `i`; None if it is right."""
        word = words[i]
        folded = fold(word.text)
        if (
            folded == "were"
            and i == 0
            and fold("".join(w.text for w in words[1:2])) in FINITE_AUXILIARIES
        ):
            return _cased(word.text, "where")  # "Were is it?"
        if word.is_function or self._knows(word.term) or not _LETTERS.fullmatch(word.text):
            return None
        if word.term in self._instead:
            return _cased(word.text, self._instead[word.term])
        if folded in _APOSTROPHE_LEFT_OUT:
            return _cased(word.text, _APOSTROPHE_LEFT_OUT[folded])
        stem, ending = (folded[:-2], "'s") if folded.endswith("'s") else (folded, "")
        acronym = word.text.isupper() and len(stem) < 6 and not shouted
        if acronym or not 2 <= len(stem) <= _LONGEST or is_english(stem):
            return None
        typed = word.text[: len(stem)]
        asked = stem, typed, i > 0 and typed[0].isupper() and not shouted
        if asked not in budget.corrected:
            if not budget.may_correct:
                return None
            budget.corrected[asked] = self._nearest(*asked)
        meant = budget.corrected[asked]
        if not meant:
            return None
        return _cased(typed, " ".join(self._written.get(w, w) for w in meant.split())) + ending

    def _nearest(self, folded: str, typed: str, is_name: bool) -> str | None:
        """Return the word or the two words that `folded` is most likely a slip for, folded."""
        if is_name and len(folded) < 5:
            return None
        near = [(self._distance(folded, word, is_name), word) for word in self._near(folded)]
        distance, meant = min(near + self._halves(folded, typed), default=(math.inf, ""))
        if distance == math.inf or (len(folded) < 4 and not _is_slip_of_short(folded, meant)):
            return None
        if " " not in meant and _is_rather_english(folded, slips.cost(folded, meant)):
            return None
        return meant

    def _near(self, folded: str) -> list[str]:
        """Return the words with the fewest slips between, as many as the length allows at most."""
        most = 1 if len(folded) < 7 else 2
        lengths = range(len(folded) - most, len(folded) + most + 1)
        words = (word for length in lengths for word in self._by_length.get(length, ()))
        near = slips.within(folded, words, most)
        least = min((number for number, _ in near), default=0)
        nearest = [word for number, word in near if number == least]
        return sorted(nearest, key=lambda word: -self._counts[word])[:_CANDIDATES]

    def _distance(self, folded: str, near: str, is_name: bool) -> float:
        """Return how far `near` is from what was typed, less for a frequent word; inf: too far.

        A name is only ever another name, and all but written right: there are too many names.
        """
        if _PREFIX.fullmatch(folded.removesuffix(near)) or _PREFIX.fullmatch(
            near.removesuffix(folded)
        ):
            return math.inf
        cost = slips.cost(folded, near)
        allowed = next(cost for length, cost in _ALLOWED if len(folded) <= length)
        if is_name and len(folded) < _LONG_NAME:
            allowed = min(allowed, _ALLOWED_IN_NAME)
        if cost > allowed or (is_name and (near not in self._names or near[0] != folded[0])):
            return math.inf
        return cost - _FREQUENT * math.log1p(self._counts[near])

    def _halves(self, folded: str, typed: str) -> list[tuple[float, str]]:
        """Return the ways in which a space is missing, each with its distance.

        In a name it is missing before a name only: "SaintPierre", but not "Golden son", "OneNote".
        """
        found = []
        for cut in range(2, len(folded) - 1):
            halves = folded[:cut], folded[cut:]
            fits = (
                (typed[cut : cut + 1].isupper() and halves[1] in self._names)
                or not typed[0].isupper()
                or halves[0] in INTERROGATIVES
            )
            if fits and all(map(self._is_half, halves)):
                cost = _NO_SPACE + _SHORT_HALF * (min(map(len, halves)) < 3)
                rarest = min(self._counts[half] for half in halves)
                found.append((cost - _FREQUENT * math.log1p(rarest), " ".join(halves)))
        return found

    def _is_half(self, word: str) -> bool:
        return word in FUNCTION_WORDS or (len(word) > 2 and word in self._counts)

    def _joined(self, question: str, left: Word, right: Word) -> str | None:
        """Return the one word that "base ball" is, if articles have it and not both its parts."""
        if left.is_function or question[left.end : right.start] != " ":
            return None
        joined = fold(left.text + right.text)
        both = self._knows(left.term) and (right.is_function or self._knows(right.term))
        if both or len(joined) < 5 or joined not in self._counts:
            return None
        return _cased(left.text, self._written[joined])


def _is_in_name(question: str, word: Word) -> bool:
    """Tell whether `word` is a part of something written in one: "nuxt.js", "belx-200"."""
    return _JOINED.search(question[word.end :][:2]) is not None or (
        _JOINED.search(question[: word.start][-2:][::-1]) is not None
    )


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word of `texts` is written so.

    A capital that may be owed to the start of a sentence counts only if the word has it elsewhere.
    """
    anywhere, inside = written(texts)
    return as_written(anywhere.items(), inside)


def written(texts: Iterable[str]) -> tuple[Counter[str], set[str]]:
    """Return how often each word of `texts` is written so, and those with a capital of their own.

    That is one inside a sentence.
    """
    anywhere: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        anywhere.update(_LETTERS.findall(text))
        inside.update(_INSIDE.findall(text))
    return anywhere, inside


def as_written(anywhere: Iterable[tuple[str, int]], inside: Container[str]) -> Counter[str]:
    """Return the vocabulary of words, each with how often it is written so anywhere."""
    counts: Counter[str] = Counter()
    for word, count in anywhere:
        counts[word if word[0].islower() or word in inside else fold(word)] += count
    return counts


def is_foreign(question: str) -> bool:
    """Tell whether a question is not English; "Los Angeles, Las Vegas" makes none foreign."""
    words = split(question)
    own = {fold(word.text) for word in words if word.text.islower() or word.start == 0}
    is_latin = any(word.text[0] < _BEHIND_LATIN for word in words)
    return len(own & _FOREIGN) > 1 or (bool(words) and not is_latin)


def _bare(word: str) -> Iterator[str]:
    """Yield the English words that `word`, folded, may be a form of: "umbrella" of "umbrellas"."""
    for ending in ("s", "es", "ed", "ing"):
        base = word.removesuffix(ending)
        if len(base) > 3 and base != word and is_english(base):
            yield base


def is_english(word: str) -> bool:
    """Tell whether `word`, folded, is one of the 82,765 English words of symspellpy's list."""
    return word in _english().get((word[0], len(word)), ())


def _is_rather_english(folded: str, cost: float) -> bool:
    """Tell whether some English word is nearer to what was typed than one at this cost."""
    lengths = range(len(folded) - 1, len(folded) + 2)
    words = (word for length in lengths for word in _english().get((folded[0], length), ()))
    near = slips.within(folded, words, most=1)
    return any(slips.cost(folded, word) < cost - _RATHER for _, word in near)


@cache
def _english() -> dict[tuple[str, int], frozenset[str]]:
    """Return the English words by first letter and length."""
    package = importlib.resources.files("symspellpy")
    listed = package.joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    groups: dict[tuple[str, int], set[str]] = {}
    for line in listed.splitlines():
        word = line.split(" ", 1)[0]
        groups.setdefault((word[0], len(word)), set()).add(word)
    return {key: frozenset(words) for key, words in groups.items()}


def _is_slip_of_short(typed: str, meant: str) -> bool:
    """Tell whether two or three letters are a slip for a function word, not an abbreviation."""
    if len(typed) == 2:
        return meant in FUNCTION_WORDS and sorted(typed) == sorted(meant)
    if meant in INTERROGATIVES:
        return True
    same_length = len(typed) == len(meant)
    return meant in FUNCTION_WORDS and same_length and slips.cost(typed, meant) < 1.1


def _cased(typed: str, meant: str) -> str:
    """Return `meant` in capitals where the visitor typed them."""
    if typed.isupper() and len(typed) > 1:
        return meant.upper()
    return meant[0].upper() + meant[1:] if typed[0].isupper() else meant
