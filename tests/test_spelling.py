"""A misspelt word becomes the right word of the articles, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.config import Settings
from chatbot.conversation.spelling import Speller
from chatbot.conversation.vocabulary import vocabulary
from chatbot.evaluation.cases import Case, read_squad
from chatbot.language.text import fold, split
from chatbot.passages import cut
from chatbot.retrievers import Retriever, make
from chatbot.types import Question

EVALUATION = Path(__file__).parents[2] / "shared" / "eval"

TEXT = """
At the Academy Awards, Sean Baker claimed the Oscar for best director. The film, which stars Mikey
Madison, was made on a modest budget of $6 million. A spokesman said whether the leather chancel
was in the baseball stadium. Nomads sold it through a website in Munich, or so Huguenot settlers
say; the original Encyclopaedia of independent filmmaking has no more. Baker wrote it.
"""


def speller(text: str = TEXT) -> Speller:
    terms = {word.term for word in split(text) if not word.is_function}
    return Speller(vocabulary([text]), terms.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the bugdet of the film?", "the budget of the film?"),  # swapped
        ("the budgett?", "the budget?"),  # doubled
        ("the orginal settlers", "the original settlers"),  # left out
        ("the bydget?", "the budget?"),  # a neighbour on the keyboard
        ("the budyget?", "the budget?"),  # put in
        ("any setlers there?", "any settlers there?"),
        ("indepedant filmaking?", "independent filmmaking?"),
        ("the Oscra?", "the Oscar?"),
    ],
)
def test_slips(typed: str, meant: str) -> None:
    """Letters that are swapped, doubled, missing, added or mistyped are corrected."""
    corrected = speller().correct(typed)
    assert corrected is not None and fold(corrected) == fold(meant)


def test_only_another_form_stands_there() -> None:
    """A word is corrected even if the articles have it only in another form."""
    correct = speller("All umbrellas are borrowed.").correct
    assert correct("Can I borow an umbrela?") == "Can I borrow an umbrella?"


def test_the_owners_words() -> None:
    """A word of an owner's group that no article has becomes the one that they have."""
    words = Counter(["dogs", "cost", "taxi"])
    known = {word.term for word in split("dogs cost taxi")}
    groups = [("pup", "hound", "dog", "cab"), ("cab", "taxi"), ("gnu", "yak")]
    correct = Speller(words, known.__contains__, groups).correct
    assert correct("Do Hounds cost?") == "Do Dog cost?"
    assert correct("Does a dog cost?") is None
    assert correct("Does a gnu cost?") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waht is the budget?", "what is the budget?"),
        ("Wich film?", "Which film?"),
        ("Wehre is the stadium?", "Where is the stadium?"),
        ("what is teh budget", "what is the budget"),
        ("wehn was the film made", "when was the film made"),
        ("whats the budget?", "what's the budget?"),
        ("Were is the stadium?", "Where is the stadium?"),
    ],
)
def test_words_that_ask(typed: str, meant: str) -> None:
    """A typing error does not hide the kind of answer that is asked for."""
    assert speller().correct(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("who is the bestdirector?", "who is the best director?"),
        ("whatis the budget?", "what is the budget?"),
        ("a base ball stadium?", "a baseball stadium?"),
        ("the web site?", "the website?"),
        ("did SeanBaker win?", "did Sean Baker win?"),
    ],
)
def test_spaces(typed: str, meant: str) -> None:
    """A missing or additional space is corrected."""
    assert speller().correct(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "an undirected, nonoriginal film?",  # the opposite of directed, of original
        "How is the weather?",  # not whether, not leather
        "How do I cancel it?",  # not chancel
        "Is there a FilmBudget?",  # a capital, but no name
        "a bidet?",
        "Were the settlers sold?",
        "Is he well?",
        "The film grossed 7 million in 2042?",
        "What about the iPhone 5S?",
        "Is there an API, a CDN or USB?",
        "what is an api, the sso or a vpn?",
        "What about Oppenheimer?",
        "What about Nomadland?",
        "Does Hugo Not know it?",
        "what is directed by settling directors?",
        "does it run on direktor.js?",  # a name that only looks like a slip
        "what is settld-200, or settld200?",
        "日本語 ?",
        "!?",
        "",
    ],
)
def test_right_words_stay(question: str) -> None:
    """English words, numbers, abbreviations and unknown names stay unchanged."""
    assert speller().correct(question) is None


@pytest.mark.parametrize(
    "question",
    ["Wie hoch ist das Buget?", "Quel est le buget du film ?", "¿Cuál es el buget de la película?"],
)
def test_other_languages_stay(question: str) -> None:
    """A question in another language is not corrected as English."""
    assert speller().correct(question) is None


def test_spelling_of_the_articles() -> None:
    """If the articles spell a word differently, it is found in their spelling."""
    assert speller("It lists colours.").correct("any colors?") == "any colours?"


def test_case() -> None:
    """A corrected word has the visitor's capitals; a name also has those of the articles."""
    correct = speller().correct
    assert correct("who is sean bakre?") == "who is sean Baker?"
    assert correct("Bugdet of the film?") == "Budget of the film?"
    assert correct("WHAT WAS THE BUGDET?") == "WHAT WAS THE BUDGET?"


def test_possessive() -> None:
    """A misspelt word keeps its possessive ending."""
    assert speller().correct("What is the dierctor's film?") == "What is the director's film?"


def test_the_rest_as_typed() -> None:
    """Everything but the misspelt word stays as typed, to the last space."""
    assert speller().correct(" is  it —the bugdet…? ") == " is  it —the budget…? "


def test_a_word_that_asks_is_never_all() -> None:
    """A question is not corrected to one without content words."""
    assert speller().correct("waht is teh") is None


def test_nearer_to_english() -> None:
    """A misspelt English word is not changed to a word that is less similar."""
    assert speller("He reversed the car.").correct("was he refered to a doctor?") is None


def test_nothing_to_go_by() -> None:
    """Without articles nothing is corrected."""
    assert speller("").correct("the bugdet") is None


@given(question=st.text(max_size=60))
def test_any_text(question: str) -> None:
    """For any question, a corrected question needs no further correction."""
    corrected = speller().correct(question)
    assert corrected is None or speller().correct(corrected) is None


@given(words=st.lists(st.sampled_from(sorted(vocabulary([TEXT]))), min_size=1, max_size=8))
def test_words_of_the_articles_stay(words: list[str]) -> None:
    """Words that the articles have stay, whatever their order."""
    assert speller().correct(" , ".join(words)) is None


def test_vocabulary_knows_names() -> None:
    """A capital counts if it also occurs inside a sentence."""
    counts = vocabulary(["Films are long. Baker wrote. The films of Baker won."])
    assert counts["films"] == 2 and counts["Baker"] == 2 and "Films" not in counts


def first(retriever: Retriever, case: Case, corrected: str | None) -> bool:
    """Return whether the first hit is the passage with the answer to `case`."""
    assert case.gold
    hits = retriever.search(Question(corrected or case.question), 1)
    found = hits[0].passage if hits else None
    return bool(
        found
        and found.article == case.gold.article
        and found.start < case.gold.end
        and case.gold.start < found.end
    )


@pytest.mark.slow
@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation data is not here")
def test_typing_errors_cost_little() -> None:
    """Typing errors from real keyboards cost at most 1.5 points of the passages found."""
    articles, clean = read_squad(EVALUATION / "xquad-dev.json")
    _, typed = read_squad(EVALUATION / "xquad-dev-typos.json")
    retriever = make(Settings(), [p for article in articles for p in cut(article, 20, 220)])
    words = vocabulary(text for article in articles for text in (article.title, article.text))
    correct = Speller(words, retriever.knows).correct
    right = sum(first(retriever, case, None) for case in clean)
    still = sum(first(retriever, case, correct(case.question)) for case in typed)
    touched = [(case, meant) for case in clean if (meant := correct(case.question))]
    worse = [c for c, meant in touched if first(retriever, c, None) > first(retriever, c, meant)]
    assert still >= right - 0.015 * len(clean)
    assert len(touched) <= 0.03 * len(clean) and not worse
