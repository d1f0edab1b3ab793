"""Tests which files of the corpus become articles, and what is reported about the others."""

from __future__ import annotations

import datetime
import os
import random
import socket
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.articles import Corpus, read_article, read_corpus
from chatbot.articles.naming import article_id, name_title
from chatbot.errors import ArticleError

CORPUS = Path(__file__).parent.parent / "corpus"
LIMIT = 10_000_000


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def ids(corpus: Corpus) -> list[str]:
    return [article.id for article in corpus.articles]


def faults(corpus: Corpus) -> dict[str, str]:
    return {fault.source: fault.message for fault in corpus.faults if fault.left_out}


# The first article


def test_the_first_article() -> None:
    """The dateline becomes data, short lines headings, notes without a full stop do not."""
    corpus = read_corpus(CORPUS, LIMIT)
    assert corpus.faults == ()
    article = next(article for article in corpus.articles if article.id == "anora")
    assert article.title == "Anora"
    assert article.text == (CORPUS / "anora.txt").read_text(encoding="utf-8")
    assert (article.published, article.place) == (datetime.date(2025, 3, 3), "Los Angeles")
    first, second, *_ = article.blocks
    assert article.text[first.start : second.start] == "date 2025-03-03 Los Angeles: "
    assert (first.kind, second.kind) == ("dateline", "paragraph")
    blocks = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert [text for kind, text in blocks if kind == "heading"] == [
        "A Multi-Talented Filmmaker",
        "About Anora",
        "An Awards Season to Remember",
        "Multiple Oscar Nominations for Anora",
        "The Challenges of Independent Filmmaking",
        "A Passion for Destigmatising Sex Work",
    ]
    notes = [text for kind, text in blocks if kind == "paragraph" and text[-1] not in '."']
    assert [note.split(" (")[0] for note in notes] == [
        *("Tangerine", "In The Florida Project", "Red Rocket")
    ]


# Order, ids, titles


def test_folders_and_formats(tmp_path: Path) -> None:
    """Articles of all formats and folders are in the order of their paths."""
    write(
        tmp_path,
        {
            "b.txt": "Text.",
            "help/Getting Started.md": "Text.",
            "help/index.HTML": "<p>Text.",
            "a/x_y.markdown": "# Own title\n\nText.",
            ".git/config.txt": "no",
            ".DS_Store": b"\x00",
            "name 😀.md": "Text.",
        },
    )
    seen: list[tuple[int, int]] = []
    corpus = read_corpus(tmp_path, LIMIT, lambda done, total: seen.append((done, total)))
    assert corpus.faults == ()
    assert [(article.id, article.title, article.source) for article in corpus.articles] == [
        ("a-x-y", "Own title", "a/x_y.markdown"),
        ("b", "B", "b.txt"),
        ("help-getting-started", "Getting Started", "help/Getting Started.md"),
        ("help-index", "Help", "help/index.HTML"),
        ("name", "Name 😀", "name 😀.md"),
    ]
    assert seen == [(done, 5) for done in range(1, 6)]


@given(st.text(min_size=1))
@example("日本.md")
@example("\udcff.md")
@example("é/È.txt")
def test_ids_fit_into_an_address(source: str) -> None:
    """The id of any name has only ASCII letters, digits and single hyphens, and is not empty."""
    name = article_id(source)
    assert name.isascii() and name == name.lower()
    assert all(part.isalnum() for part in name.split("-"))


def test_ids_tell_other_scripts_apart() -> None:
    """Accents are removed, composed or not; names that are not in ASCII still get different ids."""
    assert article_id("Über uns/Œuvre ß.md") == "uber-uns-oeuvre-ss"
    assert article_id("日本 1.md") != article_id("中国 1.md")
    assert article_id("cafe\u0301.md") == article_id("caf\u00e9.md") == "cafe"
    assert article_id("v1.2 notes.md") == "v1-2-notes"


def test_titles_from_names() -> None:
    """Without a title, the file's name is the title; for an index, its folder's name."""
    assert name_title("help/getting-started.md") == "Getting started"
    assert name_title("help/FAQ_and-more.txt") == "FAQ and more"
    assert name_title("our help/README.md") == "Our help"
    assert name_title("---.md") == "---.md"


# What cannot be an article


def test_each_ugly_file_gets_its_line(tmp_path: Path) -> None:
    """Each unreadable file is named with the reason, and the other files are served."""
    folder = tmp_path / "corpus"
    write(tmp_path, {"outside.md": "Secret.", "elsewhere/x.md": "Secret."})
    write(
        folder,
        {
            "bom.md": b"\xef\xbb\xbf# Title\r\n\r\nText.\r\n",
            "wide.txt": "Text.".encode("utf-16"),
            "cp1252.txt": "Café für alle.".encode("cp1252"),
            "empty.md": "",
            "blank.txt": " \n\n",
            "wordless.md": "---\n\n***\n",
            "binary.txt": random.Random(1).randbytes(5000),
            "misnamed.txt": b"%PDF-1.4\n%\n1 0 obj\n",
            "large.txt": "x" * 2000,
            "broken.md": "---\ntitle: [a\n---\nText.",
            "odd.md": "---\nlang: red and blue\n---\nText.",
            "report.pdf": b"%PDF-1.4",
            "letter.docx": b"PK\x03\x04",
            "LICENSE": "Text.",
            "picture.png": b"\x89PNG",
            "one/two.md": "First.",
            "one-two.md": "Second.",
            "deep.html": "<div>" * 200,
        },
    )
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    (folder / "leaves.md").symlink_to(tmp_path / "outside.md")
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "circle.md").symlink_to("circle.md")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "again.md").symlink_to("bom.md")
    corpus = read_corpus(folder, max_bytes=6000)
    assert ids(corpus) == ["again", "bom", "cp1252", "large", "odd", "one-two", "wide"]
    left_out = faults(corpus)
    link = "is a link that leaves the corpus folder or leads nowhere"
    assert left_out["one/two.md"].startswith("has the same id as one-two.md, “one-two”")
    assert "line 3" in left_out["broken.md"]
    assert {
        name: left_out[name] for name in ("leaves.md", "dangling.md", "circle.md")
    } == dict.fromkeys(("leaves.md", "dangling.md", "circle.md"), link)
    for name, reason in {
        "empty.md": "is empty",
        "blank.txt": "is empty",
        "wordless.md": "has no words",
        "deep.html": "has no words",
        "binary.txt": "is a binary file",
        "misnamed.txt": "is a PDF",
        "pipe.md": "is not a regular file",
        "out": "is a link to a folder",
        "report.pdf": "is a broken PDF",
        "letter.docx": "is a broken Word file",
        "LICENSE": "convert it to one of .md",
    }.items():
        assert reason in left_out[name], name
    assert len(left_out) == 16
    warned = {fault.source: fault.message for fault in corpus.faults if not fault.left_out}
    assert sorted(warned) == ["cp1252.txt", "loop", "odd.md", "picture.png"]
    assert [fault.source for fault in corpus.faults] == sorted(
        fault.source for fault in corpus.faults
    )
    assert all("\n" not in fault.message for fault in corpus.faults)


@pytest.mark.parametrize(
    ("matter", "kind", "message"),
    [
        ("---\ndraft: true\n---\n", "draft", "is not served: its front matter says draft"),
        ("---\npublished: false\n---\n", "draft", "says draft"),
        ("+++\nDraft = true\n+++\n", "draft", "says draft"),
        ("---\nStatus: hidden\n---\n", "unlisted", "says unlisted"),
        ('{"unlisted": true}\n', "unlisted", "says unlisted"),
        ("---\npublishDate: 9000-05-01\n---\n", "future", "before 9000-05-01, its publishDate"),
        ("+++\nexpiryDate = 2001-05-01\n+++\n", "expired", "since 2001-05-01, its expiryDate"),
        ("---\ndraft: false\npublished: true\npublishDate: 2001-05-01\n---\n", None, ""),
    ],
)
def test_what_is_not_published(tmp_path: Path, matter: str, kind: str | None, message: str) -> None:
    """A draft is not served; its fault has the kind "draft" and is not a failure."""
    write(tmp_path, {"summer.md": f"{matter}The ferry leaves at noon."})
    corpus = read_corpus(tmp_path, LIMIT)
    assert ids(corpus) == ([] if kind else ["summer"])
    assert [(fault.kind, fault.left_out) for fault in corpus.faults] == [(kind, False)] * bool(kind)
    assert all(message in fault.message for fault in corpus.faults)


def test_the_page_for_missing_pages(tmp_path: Path) -> None:
    """The page that a web server shows for missing pages is not an article."""
    write(tmp_path, {"404.html": "<p>Not found.", "de/404.html": "<p>Weg.", "404.md": "Text."})
    corpus = read_corpus(tmp_path, LIMIT)
    assert ids(corpus) == ["404"]
    kinds = {fault.source: fault.kind for fault in corpus.faults}
    assert kinds == {"404.html": "404 page", "de/404.html": "404 page"}


def test_what_generators_keep_beside_pages(tmp_path: Path) -> None:
    """Files in Sphinx's own folders and licences of scripts are not articles."""
    write(
        tmp_path,
        {
            "a.html": "<p>A.",
            "main.1f.js.LICENSE.txt": "MIT",
            "_sources/a.rst.txt": "A.",
            "x/_static/b.txt": "Licence.",
        },
    )
    corpus = read_corpus(tmp_path, LIMIT)
    assert ids(corpus) == ["a"]
    assert {fault.kind for fault in corpus.faults} == {"built file"} and not faults(corpus)


def test_what_to_run(tmp_path: Path) -> None:
    """For a format that can be converted, the message names the format and the conversion."""
    write(tmp_path, {"b.odt": "PK", "c.xyz": "?"})
    lines = faults(read_corpus(tmp_path, LIMIT))
    assert lines["b.odt"] == "is an OpenOffice file; save it as .docx"
    assert lines["c.xyz"].startswith("is of a kind that cannot be read; convert it to one of .md,")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """A file above a limit is left out, and the message names the limit."""
    write(tmp_path, {"large.txt": "x" * 2001})
    assert faults(read_corpus(tmp_path, 2000)) == {
        "large.txt": "is too large: 2,001 bytes; [corpus] max_bytes allows 2,000"
    }


def test_random_bytes_never_stop_it(tmp_path: Path) -> None:
    """Two hundred files of random bytes do not keep the one article from being served."""
    source = random.Random(7)
    for number in range(200):
        suffix = (".md", ".html", ".txt")[number % 3]
        (tmp_path / f"{number}{suffix}").write_bytes(source.randbytes(source.randrange(3000)))
    write(tmp_path, {"good.md": "Text."})
    corpus = read_corpus(tmp_path, LIMIT)
    assert "good" in ids(corpus)
    assert len(corpus.articles) + len(faults(corpus)) == 201


@given(st.binary(max_size=400), st.sampled_from([".md", ".html", ".txt"]))
def test_any_bytes_are_an_article_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    """Any content becomes an article or raises an `ArticleError` that names the file."""
    folder = tmp_path_factory.mktemp("any")
    path = folder / f"file{suffix}"
    path.write_bytes(data)
    try:
        article, _ = read_article(path, folder, LIMIT)
    except ArticleError as error:
        assert str(error).startswith(f"file{suffix}: ")
    else:
        assert article.id == "file"


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a socket or a missing file is reported as such, without waiting."""
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(ArticleError, match=r"folder\.md: is not a regular file"):
        read_article(tmp_path / "folder.md", tmp_path, LIMIT)
    with pytest.raises(ArticleError, match=r"gone\.md: was deleted after the folder was listed"):
        read_article(tmp_path / "gone.md", tmp_path, LIMIT)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.md"))
        with pytest.raises(ArticleError, match=r"s\.md: is not a regular file"):
            read_article(tmp_path / "s.md", tmp_path, LIMIT)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_one_may_not_read(tmp_path: Path) -> None:
    """A file or folder without permission is reported, and the others are served."""
    write(tmp_path, {"closed.md": "Text.", "folder/x.md": "Text.", "open.md": "Text."})
    (tmp_path / "closed.md").chmod(0)
    (tmp_path / "folder").chmod(0)
    try:
        corpus = read_corpus(tmp_path, LIMIT)
    finally:
        (tmp_path / "folder").chmod(0o700)
    assert ids(corpus) == ["open"]
    assert faults(corpus) == {
        "closed.md": "cannot be read: Permission denied",
        "folder": "cannot be listed: Permission denied",
    }


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file name that is not UTF-8 is shown with U+FFFD, so that it can be printed."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("Text.")
    (article,) = read_corpus(tmp_path, LIMIT).articles
    assert article.source == "\ufffd.md"
    article.title.encode("utf-8")


@pytest.mark.parametrize("name", ["missing", "file.md"])
def test_the_folder_itself(tmp_path: Path, name: str) -> None:
    """A missing corpus folder, or a file in its place, is an error that names it."""
    write(tmp_path, {"file.md": "Text."})
    with pytest.raises(ArticleError, match=f"{name}: the corpus cannot be listed"):
        read_corpus(tmp_path / name, LIMIT)
    (tmp_path / "empty").mkdir()
    assert read_corpus(tmp_path / "empty", LIMIT) == Corpus((), ())
