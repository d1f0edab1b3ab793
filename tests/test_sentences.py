"""Text is split into sentences, where a quote may begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Army came in the night.",
        "It was made by Dr. Smith of St. Louis.",
        "See No. 5 of the list.",
        "The budget was $6.5 million in all.",
        "J. K. Rowling wrote it.",
        "Mr. and Mrs. Jones, i.e. the owners, left at 5 p.m. sharp.",
        '"Stop!" she cried.',
        "Is it over? asked nobody.",
        "Smith et al. found that cf. Fig. 3 shows it.",
        "It grew by 3.5 percent vs. Jan. 2024.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    """Full stops of abbreviations, initials and numbers do not end a sentence."""
    assert split(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["He left the U.S.", "She stayed."],
        ["It won.", "It lost!", "Did it?", "Yes."],
        ["He asked why.", "“Because,” she said.", "Nobody knew."],
        ["We laugh together.", "It’s an experience,” he said."],
        [
            "The end of it",
        ][:1],
    ],
)
def test_a_sentence_ends_where_a_reader_says(parts: list[str]) -> None:
    """Sentences end at full stops, also after an abbreviation if a new one clearly begins."""
    assert split(" ".join(parts)) == parts


def test_a_line_break_is_not_the_end() -> None:
    """A hard-wrapped sentence is one sentence."""
    assert split("It was made\non a budget\nof $6 million.") == [
        "It was made\non a budget\nof $6 million."
    ]


def test_a_quotation_that_runs_on_belongs_together() -> None:
    """For any sentence in a quotation, the whole quotation is found."""
    text = "He spoke. “We laugh. We cry. It’s shared,” he said. Then he left."
    spans = sentences.spans(text)
    assert [sentences.extend_quotation(text, spans, i) for i in range(len(spans))] == [
        (0, 0), (1, 3), (1, 3), (1, 3), (4, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("word " * 1000, " "),  # a transcript
        ("x = call(1)\n" * 300, "\n"),  # code
        ("x" * 5000, "x"),
        ("a lower-case sentence. " * 200, " "),  # each seems to continue the one before
    ],
)
def test_none_is_too_long(text: str, ends: str) -> None:
    """Text without full stops is cut at a line or a word, if there is such a place."""
    spans = sentences.spans(text)
    assert len(spans) > 1
    assert all(end - start <= sentences.LONGEST for start, end in spans)
    assert all(text[end : end + 1] in ("", ends) for _, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


@given(st.text())
def test_sentences_hold_all_that_is_not_space(text: str) -> None:
    """For any text, sentences are in order, separate, not empty, and lose only white space."""
    end = 0
    for start, stop in sentences.spans(text):
        assert start >= end
        assert not text[end:start].strip()
        assert text[start:stop].strip() == text[start:stop] != ""
        end = stop
    assert not text[end:].strip()
