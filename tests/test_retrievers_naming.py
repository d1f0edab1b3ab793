"""A corpus shows which words are names, and which pronouns refer to them."""

import pytest

from chatbot.retrievers.naming import Naming
from chatbot.types import Passage


def naming(*sentences: str) -> Naming:
    text, spans = "", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    return Naming([Passage("a", "A Night in Porto", None, text, 0, tuple(spans), ("Night",))])


@pytest.mark.parametrize(
    ("sentences", "name", "pronoun"),
    [
        (("Calder made her first film.", "She lives in Porto."), "Ines Calder", "she"),
        (("Brandt taught.", "In 1920 he died.", "His house stands."), "Brandt", "he"),
        (("Porto lost its wall.", "Porto is proud of its port."), "Porto", "it"),
        (("Ines Calder made her first film.",), "Ines Calder", None),  # once is too little
        (("Brandt taught.", "Vogt sold her house.", "She left."), "Brandt", None),
        (("Brandt called it a day.", "Brandt lost it."), "Brandt", None),  # it is no Brandt
        (("In Porto the painter Hugo Brandt died.",), "Brandt", "who"),
        (("Brandt, 41, painted.",), "Hugo Brandt", "who"),
        (("Reyes saw him.", "Reyes lost her.", "Reyes met him.", "Reyes hid her."), "Reyes", "who"),
    ],
)
def test_the_articles_tell_what_a_name_is_called(
    sentences: tuple[str, ...], name: str, pronoun: str | None
) -> None:
    """The pronoun of a name is the one that mostly follows it, or else "who" for a person."""
    assert naming(*sentences).pronoun(name) == pronoun


@pytest.mark.parametrize(
    ("sentences", "gender"),
    [
        (("Brandt sold his house.",), "he"),
        (("Brandt sold it.",), None),
        (("Brandt sold his house.", "Brandt lost her."), None),
    ],
)
def test_once_is_a_hint(sentences: tuple[str, ...], gender: str | None) -> None:
    """If only "he" or only "she" follows a name, even once, that is its gender."""
    assert naming(*sentences).gender("Hugo Brandt") == gender


def test_a_place_is_what_things_are_in() -> None:
    """A name is a place if it often follows "in"."""
    told = naming("She lives in New Porto.", "Calder left.", "Calder saw art in Calder and Calder.")
    assert told.is_place("New Porto")
    assert not told.is_place("Vienna")


def test_a_noun_belongs_to_the_name_before_it() -> None:
    """Nouns after a name are known, however they are written; function words are not nouns."""
    told = naming("The Ulm flood came.", "Ulm and Porto are the Old Towns.")
    assert told.has_noun("Ulm", "flood")
    assert told.has_noun("Old", "towns")
    assert not told.has_noun("Ulm", "and")


def test_titles_and_aliases_are_found() -> None:
    """Titles and aliases of articles are found in a question, however they are written there."""
    told = naming("A novel.")
    found = [question[s:e] for question in ("Who wrote a night in Porto?", "Is a night in Porto.")
             for s, e in told.titles(question)]  # fmt: skip
    assert found == ["a night in Porto", "night", "a night in Porto", "night"]
    assert told.titles("Porto in a night of rain") == [(11, 16)]
    brackets = Naming([Passage("a", "Glass Summer (film)", None, "A film.", 0, ((0, 7),))])
    assert brackets.titles("glass summer") == [(0, 12)]


def test_a_headings_capitals_make_no_names() -> None:
    """A capital in a heading does not make a name; one inside a sentence does."""
    told = Naming([Passage("a", "A", "Size and Porto", "We met in Porto.", 0, ((0, 16),))])
    assert not told.is_name("size")
    assert told.is_name("porto")
