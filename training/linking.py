"""Finds the paragraph that questions are about by their words."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from texts import normalise

STEM = 6  # how many letters of a word are compared
UNTITLED = "squad-train-misc"  # the title of paragraphs whose article is unknown
COMMON = 0.3  # a word in a larger share of the paragraphs does not count


def stems(text: str) -> list[str]:
    """Return the first letters of each word of a text; words of one letter are left out."""
    return [w[:STEM] for w in re.findall(r"[a-z0-9]+", text.lower()) if len(w) > 1]


def articles(data: Iterable[dict]) -> dict[str, list[str]]:
    """Return the paragraphs of each title, each once, under a real article's title if possible."""
    titles: dict[str, tuple[str, str]] = {}
    for article in data:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            known, _ = titles.get(normalise(text), (UNTITLED, ""))
            if known == UNTITLED:
                titles[normalise(text)] = article["title"], text
    found = defaultdict(list)
    for title, text in titles.values():
        found[title].append(text)
    return found


class Paragraphs:
    """Paragraphs that can be found by the questions about them."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.having: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for stem in set(stems(text)):
                self.having[stem].append(number)

    def weight(self, stem: str) -> float:
        """Return how rare a word is."""
        return math.log((len(self.texts) + 1) / (len(self.having.get(stem, ())) + 1)) + 0.2

    def best(self, questions: Iterable[str], most: int) -> list[tuple[int, float]]:
        """Return the numbers of the paragraphs with most of the questions' words, best first.

        Each comes with the share of the words' weight that it has, 0 to 1.
        """
        counts = Counter(stem for question in questions for stem in stems(question))
        weights = {
            stem: min(count, 2) * self.weight(stem)
            for stem, count in counts.items()
            if len(self.having.get(stem, ())) <= COMMON * len(self.texts)
        }
        scores: dict[int, float] = defaultdict(float)
        for stem, weight in weights.items():
            for number in self.having.get(stem, ()):
                scores[number] += weight
        total = sum(weights.values()) or 1.0
        best = sorted(scores.items(), key=lambda found: -found[1])[:most]
        return [(number, score / total) for number, score in best]
