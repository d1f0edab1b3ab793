"""Corrects misspelt words in a question to words of the articles.

A word is corrected only if no article has it and it is not an English word. Numbers, acronyms and
names that resemble no other word are not changed. The correction is chosen by the noisy channel
model (Kernighan, Church and Gale 1990): how likely is the slip (`slips`), and how frequent is the
word?
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chatbot.conversation import slips
from chatbot.conversation.budget import Budget
from chatbot.conversation.vocabulary import LETTERS
from chatbot.language.dictionary import english_words, is_english_word
from chatbot.language.foreign import is_foreign
from chatbot.language.text import Word, fold, split, terms
from chatbot.language.words import FINITE_AUXILIARIES, FUNCTION_WORDS, INTERROGATIVES

# What follows a word in a name with signs: a full stop and a character, or a sign and a digit.
_JOINED = re.compile(r"^(?:[.@][^\W_]|[/_-]?\d)")

# Without its apostrophe, each of these is another word; "whats" can only be "what's".
_ALSO_WORDS = frozenset("well ill shell hell wed shed id were".split())
_APOSTROPHE_LEFT_OUT = {
    bare: word
    for word in FUNCTION_WORDS
    if "'" in word and (bare := word.replace("'", "")) not in _ALSO_WORDS
}

# A missing prefix is not a slip: "unreplied" is the opposite of "replied".
_PREFIX = re.compile(r"un|in|im|il|ir|dis|non|mis|de|re|pre")

_FREQUENT = 0.08
"""How much less a word costs if it is e (2.7) times as frequent; a slip costs about 1."""
_NO_SPACE = 0.8
"""The cost of a missing space."""
_SHORT_HALF = 0.5
"""The additional cost if one half has only two letters: many words end in "in", "on" or "is"."""
_ALLOWED = ((4, 1.0), (6, 1.2), (8, 1.7), (1000, 2.4))
"""Pairs: the highest cost for words of up to this many letters."""
_ALLOWED_IN_NAME = 0.95
"""The highest cost for a name, since names are seldom mistyped and often unknown."""
_LONG_NAME = 9
"""A name with at least this many letters is treated as any other word."""
_RATHER = 0.2
"""A correction is rejected if some English word costs less by more than this."""
_CANDIDATES = 20
"""At most this many words are compared in detail."""
_LONGEST = 40
"""A word with more letters is never corrected."""


class Speller:
    """Corrects questions to the words of the articles.

    `vocabulary` is how often each word occurs, as it is written. `knows` returns whether any
    passage has a term (see `text.Word`). `groups` are the owner's synonyms: a word that no article
    has is replaced by a word of its group that the articles have.
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
        """Return `question` with its misspelt words corrected; None if there are none.

        It is also None if only function words would be left, or if the question is not in English.
        Each word is compared with the vocabulary only once. When the `budget` is spent, the other
        words stay as they were typed.
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
        """Return the correction of the word at `i`; None if it is right."""
        word = words[i]
        folded = fold(word.text)
        if (
            folded == "were"
            and i == 0
            and fold("".join(w.text for w in words[1:2])) in FINITE_AUXILIARIES
        ):
            return _cased(word.text, "where")  # "Were is it?"
        if word.is_function or self._knows(word.term) or not LETTERS.fullmatch(word.text):
            return None
        if word.term in self._instead:
            return _cased(word.text, self._instead[word.term])
        if folded in _APOSTROPHE_LEFT_OUT:
            return _cased(word.text, _APOSTROPHE_LEFT_OUT[folded])
        stem, ending = (folded[:-2], "'s") if folded.endswith("'s") else (folded, "")
        acronym = word.text.isupper() and len(stem) < 6 and not shouted
        if acronym or not 2 <= len(stem) <= _LONGEST or is_english_word(stem):
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
        """Return the word or two words that `folded` most likely means; None if none is near."""
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
        """Return the words with the fewest slips from `folded`, frequent ones first.

        A short word may have one slip, a longer one two.
        """
        most = 1 if len(folded) < 7 else 2
        lengths = range(len(folded) - most, len(folded) + most + 1)
        words = (word for length in lengths for word in self._by_length.get(length, ()))
        near = slips.within(folded, words, most)
        least = min((number for number, _ in near), default=0)
        nearest = [word for number, word in near if number == least]
        return sorted(nearest, key=lambda word: -self._counts[word])[:_CANDIDATES]

    def _distance(self, folded: str, near: str, is_name: bool) -> float:
        """Return the cost of `folded` for `near`, less if that is frequent; infinite if too high.

        A name is only corrected to one that is almost the same, since there are many names.
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
        """Return each pair of words that `folded` may be with its space missing, and its cost.

        In a name, the second word must be a name with a capital: "SaintPierre" may be "Saint
        Pierre", but "Goldenson" is not "Golden son".
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
        """Return two words as one if the articles have only that: "baseball" for "base ball"."""
        if left.is_function or question[left.end : right.start] != " ":
            return None
        joined = fold(left.text + right.text)
        both = self._knows(left.term) and (right.is_function or self._knows(right.term))
        if both or len(joined) < 5 or joined not in self._counts:
            return None
        return _cased(left.text, self._written[joined])


def _is_in_name(question: str, word: Word) -> bool:
    """Return whether `word` is part of a name with signs: "nuxt.js", "belx-200"."""
    return _JOINED.search(question[word.end :][:2]) is not None or (
        _JOINED.search(question[: word.start][-2:][::-1]) is not None
    )


def _bare(word: str) -> Iterator[str]:
    """Yield the English words of which `word` may be a form: "umbrella" for "umbrellas"."""
    for ending in ("s", "es", "ed", "ing"):
        base = word.removesuffix(ending)
        if len(base) > 3 and base != word and is_english_word(base):
            yield base


def _is_rather_english(folded: str, cost: float) -> bool:
    """Return whether some English word costs clearly less than `cost`."""
    lengths = range(len(folded) - 1, len(folded) + 2)
    words = (word for length in lengths for word in english_words(folded[0], length))
    near = slips.within(folded, words, most=1)
    return any(slips.cost(folded, word) < cost - _RATHER for _, word in near)


def _is_slip_of_short(typed: str, meant: str) -> bool:
    """Return whether two or three letters are a misspelt function word, not an abbreviation."""
    if len(typed) == 2:
        return meant in FUNCTION_WORDS and sorted(typed) == sorted(meant)
    if meant in INTERROGATIVES:
        return True
    same_length = len(typed) == len(meant)
    return meant in FUNCTION_WORDS and same_length and slips.cost(typed, meant) < 1.1


def _cased(typed: str, meant: str) -> str:
    """Return `meant` with capitals as the visitor typed them."""
    if typed.isupper() and len(typed) > 1:
        return meant.upper()
    return meant[0].upper() + meant[1:] if typed[0].isupper() else meant
