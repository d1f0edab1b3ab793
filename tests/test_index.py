"""Answers are the same with a new index, with a stored one, and after a crash."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatbot import index
from chatbot.bot import Bot, build_bot
from chatbot.cli import main
from chatbot.config import (
    CorpusSettings,
    IndexSettings,
    ReaderSettings,
    RetrieverSettings,
    Settings,
)
from chatbot.index import building, kept
from chatbot.index.analysis import Analysis, analyse
from chatbot.index.container import Container, DamagedError, write
from chatbot.index.strings import Keys, encoded
from chatbot.parallel import WORTH
from chatbot.types import Article, Block, Passage, Turn

QUESTIONS = (
    "When is the library open?", "Who founded the library?", "what does a lost card cost",
    "How much is a libary card?", "When did the flood come?", "hello", "Is v2 new?", "Why?",
)  # fmt: skip


def of(folder: Path, cache: Path) -> Settings:
    """Return the settings for a corpus that is searched by words, with its index in `cache`."""
    return Settings(
        corpus=CorpusSettings(dir=folder),
        index=IndexSettings(dir=cache),
        reader=ReaderSettings(engine="sentence"),
        retriever=RetrieverSettings(engine="bm25"),
    )


def said(bot: Bot, questions: Sequence[str] = QUESTIONS) -> list[str]:
    """Return everything that the bot answers to some questions, each also as a follow-up."""
    history = [Turn(questions[0])]
    alone = [repr(bot.ask(question)) for question in questions]
    after = [repr(bot.ask(question, history)) for question in questions]
    return [*alone, *after, repr(bot.starters), bot.index, repr(list(bot.articles.values()))]


@pytest.fixture
def site(corpus: Path, tmp_path: Path) -> Path:
    """Return a folder with the shared articles, written a while ago, and another file."""
    folder = tmp_path / "site"
    folder.mkdir()
    for file in corpus.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "empty.md").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files that were just written."""
    monkeypatch.setattr(kept, "SURE", 0.0)


def test_a_warm_start_answers_as_a_cold_one(site: Path, tmp_path: Path) -> None:
    """Opened from its file, an index gives the same articles, answers, suggestions and faults."""
    settings = of(site, tmp_path / "cache")
    cold, faults = kept.ready(settings)
    warm, again = kept.ready(settings)
    assert isinstance(warm.arrays, Container)
    assert said(Bot(settings, warm)) == said(Bot(settings, cold))
    assert said(Bot(settings, warm)) == said(build_bot(settings, faults.articles))
    assert (again.faults, again.excluded) == (faults.faults, faults.excluded)
    assert [fault.source for fault in again.faults] == ["empty.md"]


def test_nothing_is_read_where_nothing_has_changed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unchanged corpus is recognised by the sizes and times of its files; none is opened."""
    settings = of(site, tmp_path / "cache")
    kept.ready(settings)
    monkeypatch.setattr(kept, "read_files", None)
    kept.ready(settings)


def test_only_what_has_changed_is_read_and_analysed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If one article changes, the others are not read, and the result is that of a new build."""
    settings = of(site, tmp_path / "cache")
    kept.ready(settings)
    (site / "hours.md").write_text("# Hours\n\nIt is open from ten to four.", encoding="utf-8")
    (site / "new.md").write_text("# Parking\n\nParking is free for members.", encoding="utf-8")
    analysed: list[str] = []

    def noted(passages: Sequence[Passage], settings: RetrieverSettings) -> Analysis:
        analysed.append(passages[0].article)
        return analyse(passages, settings)

    monkeypatch.setattr(building, "analyse", noted)
    changed, _ = kept.ready(settings)
    assert analysed == ["hours", "new"]
    fresh, _ = kept.ready(of(site, tmp_path / "other"))
    assert {name: array.tobytes() for name, array in changed.arrays.items()} == {
        name: array.tobytes() for name, array in fresh.arrays.items()
    }


@pytest.mark.parametrize("change", ["gone", "renamed"])
def test_a_file_that_is_gone_is_in_no_index(change: str, site: Path, tmp_path: Path) -> None:
    """A deleted article no longer answers; a renamed one answers under its new name."""
    settings = of(site, tmp_path / "cache")
    kept.ready(settings)
    if change == "gone":
        (site / "hours.md").unlink()
    else:
        (site / "hours.md").rename(site / "times.md")
    found, _ = kept.ready(settings)
    assert list(found.articles) == (["founder"] if change == "gone" else ["founder", "times"])


def test_of_two_files_with_one_id_the_first_is_the_article(site: Path, tmp_path: Path) -> None:
    """However often the corpus is read, the fault of two files with one id stays the same."""
    (site / "Hours.txt").write_text("Other hours.", encoding="utf-8")
    settings = of(site, tmp_path / "cache")
    first = kept.ready(settings)[1].faults
    (site / "new.md").write_text("# Parking\n\nParking is free.", encoding="utf-8")
    assert kept.ready(settings)[1].faults == first


def test_what_depends_on_more_than_a_file_is_read_again(site: Path, tmp_path: Path) -> None:
    """An article that includes another file changes with that file."""
    taken = site / "_includes" / "price.txt"
    taken.parent.mkdir()
    taken.write_text("A locker costs $5.", encoding="utf-8")
    page = "# Lockers\n\n{% include price.txt %}\n"
    (site / "lockers.md").write_text(page, encoding="utf-8")
    settings = of(site, tmp_path / "cache")
    kept.ready(settings)
    taken.write_text("A locker costs $7.", encoding="utf-8")
    found, _ = kept.ready(settings)
    assert "$7" in found.articles["lockers"].text


def test_other_settings_make_another_index(site: Path, tmp_path: Path) -> None:
    """An index made with other settings is not used."""
    settings = of(site, tmp_path / "cache")
    kept.ready(settings)
    other = settings.model_copy(
        update={"retriever": RetrieverSettings(engine="bm25", title_weight=9, k1=0)}
    )
    found, corpus = kept.ready(other)
    assert said(Bot(other, found)) == said(build_bot(other, corpus.articles))


def test_an_index_of_another_version_is_not_used(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index from an older program is built again."""
    settings = of(site, tmp_path / "cache")
    monkeypatch.setattr(kept, "_program", lambda: "older")
    kept.ready(settings)
    monkeypatch.undo()
    found, corpus = kept.ready(settings)
    assert corpus.articles
    assert isinstance(found.arrays, Container)
    assert found.arrays.about["program"] != "older"


@examples(max_examples=60)
@given(place=st.integers(0, 10**9), value=st.integers(1, 255), short=st.integers(0, 5_000))
def test_a_damaged_file_is_built_again(
    corpus: Path,
    tmp_path_factory: pytest.TempPathFactory,
    place: int,
    value: int,
    short: int,
) -> None:
    """If the file has one wrong byte or lacks its end, answers are right, and it is replaced."""
    settings = of(corpus, tmp_path_factory.mktemp("cache"))
    expected, _ = kept.ready(settings)
    path = settings.index.dir / kept.NAME
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= value
    path.unlink()  # the old file is mapped, and stays as long as somebody reads it
    path.write_bytes(bytes(content[: max(0, len(content) - short)]))
    found, _ = kept.ready(settings)
    assert said(Bot(settings, found), QUESTIONS[:2]) == said(Bot(settings, expected), QUESTIONS[:2])


def test_a_file_of_another_kind_is_none(tmp_path: Path) -> None:
    """A file that is not an index is never opened as one, and an index has no Python objects."""
    for content in (b"", b"PK\3\4", os.urandom(5_000)):
        (tmp_path / "foreign").write_bytes(content)
        with pytest.raises(DamagedError):
            Container(tmp_path / "foreign")
    with pytest.raises(TypeError):
        write(tmp_path / "objects", {}, {"a": np.array([object()])})


def test_a_folder_that_cannot_be_written_is_told_in_a_line(
    site: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """If the folder cannot be written, the index is kept in memory, with the same answers."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    settings = of(site, blocked)
    with caplog.at_level(logging.WARNING):
        found, _ = kept.ready(settings)
    assert len(caplog.records) == 1
    assert "index.bin cannot be written" in caplog.text
    assert Bot(settings, found).ask("When is the library open?").status == "answered"


def test_the_command(site: Path, tmp_path: Path) -> None:
    """`chatbot index` builds the file and prints how much it has."""
    config = tmp_path / "config.toml"
    config.write_text('[corpus]\ndir = "site"\n[retriever]\nengine = "bm25"\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["index", "--config", str(config)])
    assert done.output == "2 articles, 4 passages; 1 left out\n"
    assert (tmp_path / ".chatbot" / kept.NAME).exists()


words = st.sampled_from(
    "Ada Ulm met the it she film in 2011 v2 E-104 Node.js is was Café 日本".split()
)
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
corpora = st.lists(texts, min_size=1, max_size=6)


def articles(contents: Sequence[str]) -> list[Article]:
    """Return an article for each text."""
    return [
        Article(f"a{n}", text[:9], text, (Block("paragraph", 0, len(text)),), f"a{n}.md")
        for n, text in enumerate(contents)
    ]


@given(corpora, corpora, st.randoms(use_true_random=False))
def test_building_again_makes_what_building_makes(
    before: list[str], after: list[str], chance: random.Random
) -> None:
    """For any earlier and present articles, in any order, the index is the same byte for byte."""
    now = articles([*before[1:], *after])
    chance.shuffle(now)
    settings = Settings()
    again = index.build(settings, now, index.build(settings, articles(before)))
    new = index.build(settings, now)
    assert {name: array.tobytes() for name, array in again.arrays.items()} == {
        name: array.tobytes() for name, array in new.arrays.items()
    }


@pytest.mark.slow
def test_several_processes_build_the_same_index() -> None:
    """If two processes analyse many articles, each array is the same as with one process."""
    many = articles([f"The ferry to Pier {n} leaves at {n % 24}:30." for n in range(WORTH + 1)])
    one, two = index.build(Settings(), many), index.build(Settings(), many, workers=2)
    assert {name: array.tobytes() for name, array in two.arrays.items()} == {
        name: array.tobytes() for name, array in one.arrays.items()
    }


@given(corpora)
def test_an_index_has_what_went_in(contents: list[str]) -> None:
    """Articles and passages that are read from an index are unchanged."""
    given_ = [replace(article, weight=2.0, aliases=("x",)) for article in articles(contents)]
    found = index.build(Settings(), given_)
    assert list(found.articles.values()) == given_
    assert [p.text for p in found.passages] == [a.text for a in given_]
    assert found.passages[-1] == found.passages_of(given_[-1].id)[-1]


@given(st.lists(st.text(max_size=5), max_size=20), st.text(max_size=5))
def test_keys_are_looked_up(keys: list[str], asked: str) -> None:
    """A key is found if it is there, and so are keys with a prefix, in order."""
    found = Keys.of(map(encoded, keys))
    assert (found.find(asked) >= 0) == (asked in keys)
    begin = [found[number] for number in found.beginning(asked)]
    assert begin == sorted({key for key in keys if key.startswith(asked)})


BUILD = """
import sys
from pathlib import Path
from chatbot.config import *
from chatbot.index import building, kept
from chatbot.index.analysis import Analysis, analyse
kept.SURE = 0.0
print("go", flush=True)
kept.ready(Settings(corpus=CorpusSettings(dir=Path(sys.argv[1])),
                    index=IndexSettings(dir=Path(sys.argv[2])),
                    retriever=RetrieverSettings(engine="bm25")))
"""


@pytest.mark.slow
def test_a_build_that_is_killed_does_no_harm(site: Path, tmp_path: Path) -> None:
    """If building is killed at 100 random moments, the next start is always right."""
    settings = of(site, tmp_path / "cache")
    draw = random.Random(1)
    command = [sys.executable, "-c", BUILD, str(site), str(settings.index.dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        began = time.monotonic()
        process.wait()
        long = time.monotonic() - began
    for number in range(100):
        text = f"# Parking\n\nParking costs ${number} a day for all visitors of the library."
        (site / "parking.md").write_text(text, encoding="utf-8")
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(draw.uniform(0, 1.2 * long))
            process.send_signal(signal.SIGKILL)
        answer = Bot(settings, kept.ready(settings)[0]).ask("What does parking cost?")
        assert answer.quote
        assert f"${number} " in answer.quote.text
