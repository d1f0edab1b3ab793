"""Tests which of several sentences that may answer comes first."""

import pytest

from chatbot.readers.candidates import Candidate, beside, preferred
from chatbot.types import Hit, Passage


def candidate(
    text: str, score: float, near: float = 0.0, covered: float = 0.5, missing: float = 0.0
) -> Candidate:
    """A sentence that makes up a whole passage, with what these tests need."""
    passage = Passage(text, "Shop", None, text, 0, ((0, len(text)),))
    seen = {"passage coverage": covered, "code missing": missing}
    return Candidate(Hit(passage, 1.0, near=near), 0, seen, score)


OTHER = candidate("The shop opens at nine.", 5.0)


@pytest.mark.parametrize(
    ("own", "is_first"),
    [
        (candidate("Come from eight on.", 4.5, near=1.0), True),
        (candidate("Come from eight on.", 3.5, near=1.0), False),  # clearly less likely
        (candidate("Come from eight on.", 4.5), False),  # no nearer
        (
            candidate("The shop opens at eight.", 1.0, near=1.0),
            True,
        ),  # says the same about another thing
        (candidate("The shop opens at eight.", 1.0, near=0.1), True),
        (candidate("The shop opens at eight.", 1.0, near=-0.1), False),
        (candidate("The shop opens at eight.", 1.0, near=1.0, covered=0.4), False),  # not asked for
        (candidate("The shop opens at eight.", 1.0, near=1.0, missing=-1.0), False),
    ],
)
def test_the_nearer_of_two(own: Candidate, is_first: bool) -> None:
    """A nearer sentence comes first if it is about as likely, or says the same."""
    assert preferred([OTHER, own])[0] is (own if is_first else OTHER)
    assert preferred([own, OTHER])[0] is (own if is_first else OTHER)


def test_the_nearest_of_several() -> None:
    """Of sentences that say the same, the nearest comes first; without a page, the likeliest."""
    texts = [f"The shop opens at {hour}." for hour in ("six", "seven", "eight")]
    near = [candidate(text, 1.0, near=i / 4) for i, text in enumerate(texts)]
    assert preferred([OTHER, *near])[0] is near[2]
    far = [candidate(text, float(i)) for i, text in enumerate(texts)]
    assert preferred(far) == far[::-1]
    assert preferred([]) == []


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [
        ("Yes. Dogs must be on a lead.", True),
        ("You may. Dogs must be on a lead.", False),
        ("Yes.\n\nDogs must be on a lead.", False),  # another paragraph
    ],
)
def test_a_single_word_is_quoted_with_what_follows(text: str, is_quoted: bool) -> None:
    """The sentence after "Yes." is quoted with it, even if it is much less likely."""
    second = text.index("Dogs")
    spans = ((0, text.index(".") + 1), (second, len(text)))
    hit = Hit(Passage("dogs", "Dogs", None, text, 0, spans), 1.0)
    word, sentence = (Candidate(hit, i, {}, score) for i, score in enumerate((5.0, 1.0)))
    assert (beside([word, sentence]) is sentence) is is_quoted
