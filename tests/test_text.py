"""Text is split into words, whose terms are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pérez", "perez"),
        ("Ogród", "Ogrod"),
        ("Łódź", "lodz"),
        ("Anora's", "Anora"),
        ("Anora’s", "Anora's"),
        ("actors’", "actor"),
        ("won", "winning"),
        ("made", "makes"),
        ("costs", "cost"),
        ("children", "child"),
        ("U.S.", "US"),
        ("$1,000", "$1000"),
        ("84 %", "84%"),
        ("Straße", "strasse"),
        ("v4.20", "4.20.0"),
        ("V1.0.0", "1.0"),
        ("ﬂoor oﬃcer", "floor officer"),
        ("head\u00adache ta\u200bble", "headache table"),
        ("\u200ewindow\u200f", "window"),
    ],
)
def test_words_that_mean_the_same_have_one_term(one: str, other: str) -> None:
    """Words match despite different case, accents, apostrophes, endings and irregular forms."""
    assert text.terms(one) == text.terms(other)


@pytest.mark.parametrize(
    "written", ["$6", "$6.5", "5S", "97th", "1,000", "2025-03-03", "12:30", "U.S.", "€3m"]
)
def test_numbers_and_amounts_are_whole_words(written: str) -> None:
    """A number keeps its sign, its separators and its unit."""
    assert [word.text for word in text.split(f"about {written} of it")][1] == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4.20", "4.2"),
        ("v3.0.0", "3"),
        ("C++", "C"),
        ("C#", "C++"),
        ("F#", "F"),
        (".NET", "net"),
        ("A+", "A"),
        ("R&D", "RD"),
    ],
)
def test_signs_tell_names_apart(one: str, other: str) -> None:
    """A name with a sign differs from the name without it, and 4.20 differs from 4.2."""
    assert text.terms(one) != text.terms(other)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("C++17, C#/F# or .NET?", ["C++", "17", "C#", "F#", "or", ".NET"]),
        ("at v4.20.0. Then a+b", ["at", "v4.20.0", "Then", "a", "b"]),
        ("the end .Now then", ["the", "end", "Now", "then"]),
        ("Q&A on R&D (A+)", ["Q&A", "on", "R&D", "A+"]),
        ("salt&pepper", ["salt", "pepper"]),
    ],
)
def test_signs_are_parts_of_names(written: str, words: list[str]) -> None:
    """A sign belongs to a word only if it is part of a name, not in a sum or by mistake."""
    assert [word.text for word in text.split(written)] == words


@pytest.mark.parametrize(
    ("written", "further"),
    [
        ("E-104", ["e104"]),
        ("Node.js", text.terms("nodejs")),
        ("an e-mail", ["email"]),
        ("v3", ["3"]),
        ("a .pdf of Disney+", ["pdf", "disney"]),
        ("C++, .NET and v3.1", []),
        ("a-b-c-d-e", []),
        ("one. Two", []),
    ],
)
def test_further_terms(written: str, further: list[str]) -> None:
    """A name is also found without its hyphen or full stop, or without a sign it does not need."""
    assert list(text.further_terms(written, text.split(written))) == further


def test_function_words_are_no_terms() -> None:
    """Only words that are not function words are searched."""
    assert text.terms("What was the budget of it?") == ["budget"]


def test_a_question_of_function_words_keeps_them() -> None:
    """If there are only function words, they are searched."""
    assert text.terms("Who is who?") == ["who", "is", "who"]


def test_an_acronym_is_no_function_word() -> None:
    """ "US" and "IT" are names, unless everything is written in capitals."""
    assert text.terms("the US and IT") == ["us", "it"]
    assert text.terms("TELL US WHERE IT PLAYS") == ["play"]


def test_han_signs_are_words_of_their_own() -> None:
    """Scripts without spaces can be searched sign by sign."""
    assert text.terms("北京") == ["北", "京"]


@pytest.mark.parametrize("mark", ["\u3099", "\u309a", "\uff9e", "\uff9f"])
def test_marks_alone_are_no_word(mark: str) -> None:
    """A word that has only marks once it is folded, as in decomposed Japanese, is not a word."""
    assert [word.text for word in text.split(f"か{mark} here")] == ["か", "here"]


@given(st.text())
def test_words_stand_where_they_say(content: str) -> None:
    """For any text, words are in order, do not overlap, and are at their offsets."""
    end = 0
    for word in text.split(content):
        assert content[word.start : word.end] == word.text
        assert word.start >= end
        assert word.term
        end = word.end


@given(st.text())
def test_folding_is_done_once_and_for_all(content: str) -> None:
    """For any text, folding it twice is the same as folding it once."""
    assert text.fold(text.fold(content)) == text.fold(content)


@pytest.mark.parametrize(
    ("typed", "or_small", "found"),
    [
        ("Who won Best Picture?", True, ["good pictur"]),
        ("Who won best picture?", True, ["win good", "good pictur"]),  # typed in haste
        ("who won best picture?", False, []),
        ("Sean Baker, Best of them. Baker", False, ["sean baker"]),  # no comma is between them
        ("Red Rocket and Red Rocket", False, ["red rocket"]),
    ],
)
def test_names_of_two_words(typed: str, or_small: bool, found: list[str]) -> None:
    """Two neighbouring words with capitals are a name; if a question has none, any two are."""
    assert [" ".join(pair) for pair in text.pairs(typed, text.split(typed), or_small)] == found
