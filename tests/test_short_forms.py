"""Short forms in the articles are exchanged for their long forms, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.conversation import abbreviations
from chatbot.conversation.initials import Initials
from chatbot.conversation.short_forms import ShortForms
from chatbot.language.text import terms
from chatbot.types import Passage, Question


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A personal identification number (PIN) is sent.",
         [("PIN", "personal identification number")]),
        ("The PIN (personal identification number) is sent.",
         [("PIN", "personal identification number")]),
        ("We keep a return on investment [ROI] of nine.", [("ROI", "return on investment")]),
        ("It hangs in the Museum of Modern Art (MoMA).", [("MoMA", "Museum of Modern Art")]),
        ("Human resources (HR) and information technology (IT)",
         [("HR", "Human resources"), ("IT", "information technology")]),
        ("Call us. Value added tax (VAT) is due.", [("VAT", "Value added tax")]),
        ("Bring a towel (see below).", []),
        ("Bring a towel (2 euros) or rent one (NEW).", []),
        ("It is hot (in May).", []),
        ("The Federal Office (BMI) says so.", []),  # no such letters before it
    ],
)  # fmt: skip
def test_definitions(text: str, pairs: list[tuple[str, str]]) -> None:
    """A short form is in brackets after its long form, or the reverse."""
    assert list(abbreviations.defined(text)) == pairs


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("how do i change my pin", "how do i change my personal identification number"),
        ("Are PINs free?", "Are personal identification number free?"),
        ("Is a personal identification number free?", "Is a PIN free?"),
        ("Is my personal number free?", None),
        ("Do I pin it?", "Do I personal identification number it?"),  # found by none, so no harm
        ("Nothing of that", None),
    ],
)
def test_exchanged(question: str, other: str | None) -> None:
    """A short form becomes the long form, and the reverse."""
    found = abbreviations.Abbreviations([("PIN", "personal identification number")])
    assert found.exchanged(question) == other


def test_the_most_frequent_meaning() -> None:
    """A short form means its most frequent long form."""
    found = abbreviations.Abbreviations([("AL", "a loan"), ("AL", "annual leave")] * 2
                                        + [("AL", "annual leave")])  # fmt: skip
    assert found.exchanged("AL") == "annual leave"


def initials(*texts: str, heading: str | None = None) -> Initials:
    known = {term for text in texts for term in terms(text)}
    found = [Passage("a", "Help", heading, t, 0, ((0, len(t)),)) for t in texts]
    return Initials(found, known.__contains__)


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("Do I sign an NDA?", "Do I sign an non-disclosure agreement?"),
        ("do i sign an nda", "do i sign an non-disclosure agreement"),
        ("Are NDAs usual?", "Are non-disclosure agreement usual?"),
        ("how do I get 4WD", "how do I get four-wheel drive"),
        ("does SSO work", "does single sign-on work"),
        ("What is an ATM?", None),
        ("Is it OFC?", None),  # "one for children" has a function word and occurs only once
        ("can I see the menu", None),  # an English word, not an acronym
    ],
)
def test_initials(question: str, full: str | None) -> None:
    """An acronym that no article has becomes a phrase of the articles with these initials."""
    found = initials(
        "You sign a non-disclosure agreement. Cars with four-wheel drive cost more.",
        "There is one for children. Make every new user happy by single sign-on.",
    )
    assert found.in_full(question) == full


def test_initials_that_are_ambiguous() -> None:
    """Of two phrases, the more frequent one is taken; if they are equally frequent, none."""
    assert initials("A safe big house. Small brown hats.").in_full("Is it SBH?") is None
    often = initials("A safe big house. Small brown hats. The safe big house.")
    assert often.in_full("Is it SBH?") == "Is it safe big house?"


def test_initials_of_a_heading() -> None:
    """In a title or heading, a phrase may have a function word."""
    found = initials("You get 20 days.", heading="Terms of use")
    assert found.in_full("where are the TOU") == "where are the Terms of use"


def test_a_question_in_other_words() -> None:
    """The typed question and the question as understood are kept separately."""
    text = "Parental leave pay (PLP) begins on day four. You sign a non-disclosure agreement."
    forms = ShortForms(
        [Passage("a", "Leave", None, text, 0, ((0, len(text)),))],
        [("AL", "annual leave")],
        set(terms(text)).__contains__,
    )
    exchanged = forms.exchanged(Question("Do I get PLP?", typed="do i gett plp"))
    assert exchanged and (exchanged.typed, exchanged.understood_as) == (
        "do i gett plp", "Do I get Parental leave pay?",
    )  # fmt: skip
    assert forms.exchanged(Question("Is annual leave paid?"))
    assert forms.exchanged(Question("Is it paid?")) is None
    guessed = forms.guessed(Question("Do I sign an NDA?"))
    assert guessed and (guessed.typed, guessed.understood_as) == (
        "Do I sign an NDA?", "Do I sign an non-disclosure agreement?",
    )  # fmt: skip


@given(st.text(), st.text())
def test_any_text(text: str, question: str) -> None:
    """For any text, a definition is a part of it."""
    pairs = list(abbreviations.defined(text))
    assert all(short in text and full in text for short, full in pairs)
    abbreviations.Abbreviations([*pairs, (text, question)]).exchanged(question)
    initials(text).in_full(question)
