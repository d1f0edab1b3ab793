"""The reader with a network keeps the same promises as the one without."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from service import Service

from chatbot import passages, readers
from chatbot.config import Settings
from chatbot.errors import SettingsError
from chatbot.language import sentences
from chatbot.language.text import terms
from chatbot.readers import features
from chatbot.readers.candidates import Candidate, learnt
from chatbot.readers.spans import ShortAnswer, asked_cell, short_answer
from chatbot.retrievers.bm25 import Bm25Retriever
from chatbot.types import Article, Block, Hit, Passage, Question

network = pytest.importorskip(
    "chatbot.readers.network", reason="the packages of the extra `neural` are not installed"
)
neural = pytest.importorskip("chatbot.readers.neural")

TEXT = (
    "The Tide Mill was built in 1734 by Johanna Brandt, a widow of 41, for the town of Elmsea. "
    "It cost £1,200, twice what the council had set aside. "
    "A storm tore off the wheel in 1924, and the owner, Peter Vance, sold the ruin to a brewer."
)


def passage(text: str) -> Passage:
    return Passage("mill", "The Tide Mill", None, text, 0, tuple(sentences.spans(text)))


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who built the mill?", "Johanna Brandt"),
        ("When was the mill built?", "1734"),
        ("How much did it cost?", "£1,200"),
        ("What happened to the wheel in 1924?", "A storm tore off the wheel"),
        ("Who owned the mill in 1924?", "Peter Vance"),
    ],
)
def test_the_short_answer_is_found(question: str, short: str) -> None:
    """The likeliest span of all sentences is, or contains, the answer."""
    readings = network.shipped_network().read(question, passage(TEXT))
    best = max((reading for reading in readings if reading), key=lambda reading: reading.odds)
    start, end = next(iter(best.spans))
    found = TEXT[start:end]
    assert found in short or short in found


def test_a_span_lies_in_its_sentence() -> None:
    """Spans lie in their sentences, also after characters outside the basic plane."""
    text = "𝒜ura 🎬 cost 5 crowns. Ann Pérez paid. " * 3
    whole = passage(text.strip())
    for reading, (first, last) in zip(
        network.shipped_network().read("Who paid?", whole), whole.sentences, strict=True
    ):
        assert reading
        assert all(first <= start < end <= last for start, end in reading.spans)


def test_a_long_passage_is_read_to_its_end() -> None:
    """A passage that is too long is read in windows."""
    filler = "The weather was fine that day and nothing of note was seen on the river. " * 40
    whole = passage(filler + "The toll was nine pence.")
    readings = network.shipped_network().read("How much was the toll?", whole)
    best = max((reading for reading in readings if reading), key=lambda reading: reading.odds)
    start, end = next(iter(best.spans))
    assert "nine pence" in whole.text[start:end]


def test_the_sentence_that_answers_has_the_best_odds() -> None:
    """The sentence that answers has the best odds; spans are in the order of likelihood."""
    readings = network.shipped_network().read("When was the mill built?", passage(TEXT))
    assert readings[0]
    for reading in readings:
        assert reading and readings[0].odds >= reading.odds
        likely = list(reading.spans.values())
        assert likely == sorted(likely, reverse=True)
        assert sum(math.exp(log) for log in likely) <= 1 + 1e-6


def chosen(question: str, sentence: str, spans: dict[str, float]) -> ShortAnswer | None:
    """Return which of the spans, given by words and likelihood, is chosen."""
    places = {
        (at, at + len(words)): math.log(likely)
        for words, likely in spans.items()
        if (at := sentence.find(words)) >= 0
    }
    candidate = Candidate(Hit(passage(sentence), 1.0), 0, {}, 0.0, places)
    wanted = features.analyse(Question(question), {}, lambda term: 1.0)
    return short_answer(wanted, candidate, learnt("neural")["short answer"])


def test_of_spans_as_likely_the_one_of_the_form_asked_for_is_chosen() -> None:
    """If a year is asked for, only the year is marked."""
    sentence = "The mill was built in the spring of 1734 by Johanna Brandt."
    spans = {"in the spring of 1734 by Johanna Brandt": 0.4, "1734": 0.35, "1734 by Johanna": 0.1}
    short = chosen("What year was the mill built?", sentence, spans)
    assert short and sentence[slice(*short.span)] == "1734"
    assert 0 < short.agreement < 1


def test_spans_that_agree_are_surer() -> None:
    """The expected agreement of a mark is 1 if it is the only span; other spans lower it."""
    sentence = "Ann Pérez and Peter Vance paid."
    agreements = [
        short.agreement
        for spans in (
            {"Ann Pérez": 0.6},
            {"Ann Pérez": 0.6, "Pérez": 0.4},
            {"Ann Pérez": 0.6, "Peter Vance": 0.4},
        )
        if (short := chosen("Who paid?", sentence, spans))
    ]
    assert agreements[0] == 1 > agreements[1] > agreements[2] > 0


def test_a_span_without_a_word_is_no_short_answer() -> None:
    """A dash is never marked, even if the network finds it likely."""
    assert chosen("Who paid?", "Ann – Peter paid.", {"–": 0.9}) is None


def test_a_mark_begins_and_ends_with_a_word() -> None:
    """Signs that separate cells or menu steps are not marked."""
    sentence = "New note | Ctrl+N | Cmd+N"
    short = chosen("What is the shortcut for a new note?", sentence, {"| Ctrl+N |": 0.9})
    assert short and sentence[slice(*short.span)] == "Ctrl+N"


def test_a_mark_lies_in_one_cell() -> None:
    """A span that reaches into the next cell is not a short answer."""
    sentence = "Small | up to 5 kg | €3.90"
    short = chosen("How heavy may it be?", sentence, {"5 kg | €3.90": 0.8, "up to 5 kg": 0.1})
    assert short and sentence[slice(*short.span)] == "up to 5 kg"


def test_a_mark_is_of_whole_words() -> None:
    """A part of a word is not a short answer: "VA" of "VAT"."""
    sentence = "All prices are without VAT."
    short = chosen("With or without what?", sentence, {"VA": 0.9, "without VAT": 0.1})
    assert short and sentence[slice(*short.span)] == "without VAT"


TABLE = Passage(
    "parcels",
    "Parcels",
    None,
    "Size | Weight | Price\n\nSmall | up to 5 kg | €3.90\n\nLarge | to 20 kg | €8.20\n\nNo mail.",
    100,
    ((123, 149), (151, 175), (177, 185)),
    columns=("Size", "Weight", "Price"),
)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How heavy may a small parcel be?", "5 kg"),
        ("How much does a small parcel cost?", "€3.90"),
        ("What is the price of a large parcel?", "€8.20"),
        ("What may not be sent?", "mail"),
    ],
)
def test_a_row_is_read_with_the_names_of_its_columns(question: str, short: str) -> None:
    """Columns distinguish cells, and the mark is at the cell's place in the article."""
    retriever = Bm25Retriever([TABLE], Settings().retriever)
    reader = neural.NeuralReader(retriever, Settings().reader)
    asked = Question(question)
    best = reader.rank(asked, reader.wanted(asked), [Hit(TABLE, 1.0)])[0]
    found = short_answer(reader.wanted(asked), best, learnt("neural")["short answer"])
    assert found
    assert short in TABLE.text[slice(*(place - TABLE.start for place in found.span))]


CLUBS = ("Club", "Games", "Goals")


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("How many goals did he score for Ulm?", "81"),
        ("How many games did he play for the club in Ulm?", "198"),
        ("Which club did he play 198 games for?", "Ulm"),
        ("What did he do in Ulm?", "Ulm | 198 | 81"),  # no column is named
        ("Did he score goals in the games for Ulm?", "Ulm | 198 | 81"),  # two are
    ],
)
def test_the_column_that_is_asked_for(question: str, column: str) -> None:
    """A question with the name of a column is answered from that column."""
    wanted = features.analyse(
        Question(question), dict.fromkeys(terms(question), 1.0), lambda term: 1.0
    )
    row = "Ulm | 198 | 81"
    assert row[slice(*asked_cell(wanted, row, CLUBS))] == column


def test_a_row_of_more_cells_is_read_as_it_is() -> None:
    """If cells and columns do not match, no cell gets a column's name."""
    pieces = [*network.read_aloud(replace(TABLE, columns=("Size", "Weight")))]
    assert [text for text, _ in pieces] == [
        "Small | up to 5 kg | €3.90", "Large | to 20 kg | €8.20", "No mail.",
    ]  # fmt: skip


def test_an_empty_cell_keeps_its_column() -> None:
    """A cell after an empty one is read with the name of its own column."""
    text = " | Adults | Children\n\nJump |  | $2"
    table = replace(
        TABLE, text=text, start=0, sentences=((22, 34),), columns=("", "Adults", "Children")
    )
    pieces = [piece for piece in network.read_aloud(table) if piece[0] not in ("", ",")]
    assert pieces == [("Jump", 22), ("Children:", None), ("$2", 32)]


def test_what_is_read_stands_in_the_passage() -> None:
    """Each piece is the text at its place; a passage without a table is one piece."""
    for whole in (TABLE, passage(TEXT)):
        for text, start in network.read_aloud(whole):
            if start is not None:
                assert whole.text.startswith(text, start - whole.start)
    assert [*network.read_aloud(passage(TEXT))] == [(TEXT, 0)]


def worth_reading(hits: list[Hit]) -> list[Hit]:
    """Return which of these hits are read."""
    whole = [hit.passage for hit in hits]
    reader = neural.NeuralReader(Bm25Retriever(whole, Settings().retriever), Settings().reader)
    read: list[Hit] = reader._worth_reading(hits)
    return read


def test_at_least_three_passages_are_read() -> None:
    """At least three passages are read, and more if these are close."""
    short = [replace(passage(TEXT), start=1_000 * i) for i in range(9)]
    far = [Hit(each, 1 / (1 + 9 * i)) for i, each in enumerate(short)]
    close = [Hit(each, 1 - i / 100) for i, each in enumerate(short)]
    assert worth_reading(far) == far[:3]
    assert worth_reading(close) == close[: neural.MAX_PASSAGES]


def test_only_so_much_is_read() -> None:
    """The best passage is always read; others only within the limit of length."""
    long = replace(passage("Word. " * 790), start=10_000)
    hits = [Hit(long, 3.0), Hit(passage(TEXT), 2.9), Hit(replace(long, start=20_000), 2.8)]
    assert worth_reading(hits) == hits[:1]
    assert worth_reading(hits[1:]) == hits[1:2]
    assert worth_reading([hits[1], replace(hits[1], score=2.8)]) == [
        hits[1],
        replace(hits[1], score=2.8),
    ]


def test_the_same_input_gives_the_same_output() -> None:
    """A passage gets the same scores alone, again, and beside others."""
    model = network.shipped_network()
    first = model.read("Who built the mill?", passage(TEXT))
    model.read("Who else?", passage("Nobody else came."))
    assert model.read("Who built the mill?", passage(TEXT)) == first


def test_auto_takes_the_model_where_it_can() -> None:
    """If its packages are installed, the default reader is the neural one."""
    block = Block("paragraph", 0, len(TEXT))
    article = Article("mill", "The Tide Mill", TEXT, (block,), "mill.txt")
    retriever = Bm25Retriever(passages.cut(article, 20, 200), Settings().retriever)
    reader = readers.make(Settings(), retriever)
    assert reader.name == "neural"
    question = Question("How much did the Tide Mill cost to build?")
    answer = reader.read(question, retriever.search(question, reader.hits))
    assert answer.quote
    assert answer.quote.highlight
    assert "£1,200" in answer.quote.highlight.text


def test_the_model_is_the_one_that_was_shipped(tmp_path: Path) -> None:
    """A damaged file is an error that names it, before anything is answered."""
    for name in ("reader.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((network.SHIPPED / name).read_bytes())
    (tmp_path / "reader.onnx").write_bytes(b"not the model")
    with pytest.raises(SettingsError, match=r"reader\.onnx is damaged"):
        network.Network(tmp_path)


def test_the_card_tells_where_the_model_comes_from() -> None:
    """The model card names base model, data and licences, and the file has its stated size."""
    folder = network.SHIPPED
    card = folder.joinpath("MODEL_CARD.md").read_text(encoding="utf-8")
    for word in ("all-MiniLM-L6-v2", "Apache-2.0", "CC BY-SA 4.0"):
        assert word in card
    facts = json.loads(folder.joinpath("reader.json").read_text(encoding="utf-8"))
    assert facts["max_length"] <= 512
    assert len(folder.joinpath("reader.onnx").read_bytes()) < 25_000_000


def test_other_articles_that_answer_are_cited_too() -> None:
    """Another article is cited if it answers the same question, otherwise not."""
    texts = {
        "hours": "The library is open from nine to five on weekdays.",
        "visit": "On weekdays visitors find the library open between nine and five.",
        "cards": "A library card costs twenty euros a year.",
    }
    found = [
        Passage(name, name.title(), None, text, 0, tuple(sentences.spans(text)))
        for name, text in texts.items()
    ]
    reader = neural.NeuralReader(Bm25Retriever(found, Settings().retriever), Settings().reader)
    hits = [Hit(each, 1 - i / 100, 0.93 - i / 100) for i, each in enumerate(found)]
    answer = reader.read(Question("When is the library open on weekdays?"), hits)
    cited = {answer.citations[0].article, *(also.passage.article for also in answer.also)}
    assert cited == {"hours", "visit"}
    for also in answer.also:
        assert also.confidence >= neural.ALSO
        assert texts[also.quote.article][also.quote.start : also.quote.end] == also.quote.text


def test_a_figure_in_the_heading_goes_before_another_in_the_sentence() -> None:
    """If a heading has all words of the question, and a figure, that figure is marked."""
    text = "Small box: 4.90 euros\n\nIt holds three books."
    lead, sentence = text[:23], text[23:]
    box = Passage(
        "box", "Boxes", "Small box: 4.90 euros", sentence, 23, ((23, len(text)),), lead=lead
    )
    reader = neural.NeuralReader(Bm25Retriever([box], Settings().retriever), Settings().reader)
    answer = reader.read(Question("How much is a small box?"), [Hit(box, 1.0, 0.9)])
    assert answer.quote and answer.quote.highlight
    assert answer.quote.highlight.text == "4.90"


PLANS = """# Plans
## Starter plan
Three users, 5 GB of storage. Support by e-mail within two days.
## Business plan
No limit on users. Someone answers the phone day and night.
"""


@pytest.mark.slow
def test_the_service_does_not_quote_from_a_rival_section(tmp_path: Path) -> None:
    """What is told of one plan is not quoted for another plan with a similar heading."""
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "plans.md").write_text(PLANS, encoding="utf-8")
    with Service(tmp_path, corpus={"dir": str(folder)}, reader={"engine": "neural"}) as service:
        while (vectors := service.health()["vectors"])["done"] < vectors["of"]:
            time.sleep(0.2)
        told, refused = (
            service.ask(f"How many users does the {plan} plan have?")
            for plan in ("starter", "business")
        )
    assert "Three users" in told["answer"]["text"]
    assert refused["status"] == "abstained"
