"""The settings of sources decide on the files, their addresses and their languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import Corpus, read_corpus
from chatbot.bot import build_bot
from chatbot.config import read_settings
from chatbot.errors import SettingsError
from chatbot.parallel import WORTH
from chatbot.server import create_app
from chatbot.sources.addresses import page_address
from chatbot.sources.globs import Globs
from chatbot.types import Article

SPANISH = "La biblioteca abre a las nueve de la mañana y cierra a las seis de la tarde."
ENGLISH = "The library opens at nine in the morning and closes at six in the evening."


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def read(folder: Path, settings: str) -> Corpus:
    """Return the corpus that the `settings` in `folder` name."""
    write(folder, {"config.toml": settings})
    corpus = read_settings(folder / "config.toml").corpus
    return read_corpus(corpus.where, corpus.max_bytes)


def by_id(corpus: Corpus) -> dict[str, Article]:
    return {article.id: article for article in corpus.articles}


def serve(folder: Path, settings: str) -> FlaskClient:
    """Return a client of the service with these settings."""
    write(folder, {"config.toml": f"{settings}\n[reader]\nengine = 'sentence'\n"})
    found = read_settings(folder / "config.toml")
    corpus = read_corpus(found.corpus.where, found.corpus.max_bytes)
    return create_app(build_bot(found, corpus.articles), found).test_client()


# Which files


def test_globs_choose_the_files(tmp_path: Path) -> None:
    """Included files are read unless they are excluded; other files are counted, not faults."""
    write(
        tmp_path,
        {
            "docs/start.md": ENGLISH,
            "docs/guide/pay.mdx.md": ENGLISH,
            "docs/guide/_part.md": ENGLISH,
            "docs/api/v1/calls.md": ENGLISH,
            "docs/changes.txt": ENGLISH,
            "docs/logo.png": "",
        },
    )
    corpus = read(
        tmp_path,
        "[[corpus.sources]]\npath = 'docs'\ninclude = ['**/*.md']\nexclude = ['api/**', '_*']",
    )
    assert [article.source for article in corpus.articles] == ["guide/pay.mdx.md", "start.md"]
    assert corpus.faults == ()
    assert set(corpus.excluded) == {
        *("guide/_part.md", "api/v1/calls.md", "changes.txt", "logo.png")
    }


@pytest.mark.parametrize(
    ("glob", "named"),
    [
        ("api/**", {"api/a.md", "api/old/b.md"}),
        ("api", {"api/a.md", "api/old/b.md", "x/api/c.md"}),
        ("api/", {"api/a.md", "api/old/b.md", "x/api/c.md"}),
        ("./api/*", {"api/a.md", "api/old/b.md"}),
        ("api/*.md", {"api/a.md"}),
        ("**/api/*.md", {"api/a.md", "x/api/c.md"}),
        ("*.txt", {"x/d.txt"}),
        ("/*.md", {"e.md"}),
        ("/api", {"api/a.md", "api/old/b.md"}),
        ("{x,y}/**", {"x/api/c.md", "x/d.txt"}),
        ("API/**", set()),
    ],
)
def test_globs(glob: str, named: set[str]) -> None:
    """A glob matches files and folders; without a slash it matches in any folder."""
    files = ["api/a.md", "api/old/b.md", "x/api/c.md", "x/d.txt", "e.md"]
    globs = Globs([glob])
    assert {file for file in files if globs.match(file)} == named
    assert bool(globs.unused) == (not named)


def test_hidden_files_may_be_excluded(tmp_path: Path) -> None:
    """A glob for hidden files, which are never read, is not an error."""
    write(tmp_path, {"docs/a.md": ENGLISH, "docs/.vitepress/theme.md": ENGLISH})
    exclude = "exclude = ['.vitepress/**', '**/.git']"
    assert len(read(tmp_path, f"[[corpus.sources]]\npath = 'docs'\n{exclude}").articles) == 1


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_glob_matches_or_is_an_error(glob: str, path: str) -> None:
    """Any text is a glob or a ValueError."""
    try:
        globs = Globs([glob])
    except ValueError:
        return
    assert globs.match(path) in (True, False)


def test_a_file_is_a_source(tmp_path: Path) -> None:
    """A single file is read, and has the address that is given for it."""
    write(tmp_path, {"FAQ.md": ENGLISH, "other.md": ENGLISH})
    corpus = read(
        tmp_path, "[[corpus.sources]]\npath = 'FAQ.md'\nurl = 'https://example.org/questions'"
    )
    [article] = corpus.articles
    assert (article.id, article.url) == ("faq", "https://example.org/questions")


def test_ids_of_several_sources(tmp_path: Path) -> None:
    """With several sources, ids begin with the folder's name, whatever their order."""
    write(tmp_path, {"help/index.md": ENGLISH, "blog/index.md": ENGLISH, "de/help/a.md": ENGLISH})
    one, two, three = (
        f"[[corpus.sources]]\npath = '{name}'\n" for name in ("help", "blog", "de/help")
    )
    assert set(by_id(read(tmp_path, one))) == {"index"}
    assert set(by_id(read(tmp_path, one + two))) == {"help-index", "blog-index"}
    assert set(by_id(read(tmp_path, two + one))) == {"help-index", "blog-index"}
    found = read(tmp_path, one + three)
    assert len(found.articles) == 2 and found.faults == ()
    assert {article.title for article in found.articles} == {"Help", "A"}


def test_the_first_source_has_a_file(tmp_path: Path) -> None:
    """A file in two sources is read once, with the settings of the first."""
    write(tmp_path, {"docs/faq/pay.md": ENGLISH, "docs/old.md": ENGLISH})
    faq = "[[corpus.sources]]\npath = 'docs'\ninclude = ['faq/**']\nweight = 2.0\n"
    rest = "[[corpus.sources]]\npath = 'docs'\n"
    found = read(tmp_path, faq + rest)
    assert {a.id: a.weight for a in found.articles} == {"faq-pay": 2.0, "old": 1.0}
    assert found.excluded == ()
    with pytest.raises(SettingsError, match=r"corpus\.sources\.1\.path: every file in .*docs"):
        read(tmp_path, rest + faq)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("path = 'dosc'", "corpus.sources.0.path: there is no file or folder"),
        ("exclude = ['api/**', '*.md']", "corpus.sources.0.exclude: nothing in "),
        ("include = ['*.rst', '*.md']", 'matches "*.rst"'),
        ("url = 'https://example.org/{page}'", "url: has an unknown placeholder, {page}; known"),
        ("url = 'https://example.org/{path'", "corpus.sources.0.url: is not an address"),
        ("url = '/docs/{path}'", 'url: must be like "https://example.org/{path}/"'),
        ("url = 'https://example.org/'", "url: without {path} or {slug} all pages have the same"),
        ("weight = 0", "corpus.sources.0.weight: "),
        ("lang = 'English'", "corpus.sources.0.lang: "),
        ("exlude = []", "corpus.sources.0.exlude: unknown setting; known are: path, include"),
        ("exclude = '*.md'", "corpus.sources.0.exclude: must be a list"),
    ],
)
def test_wrong_settings(setting: str, message: str, tmp_path: Path) -> None:
    """A setting that makes no sense is an error that names it."""
    write(tmp_path, {"docs/a.md": ENGLISH})
    path = "" if setting.startswith("path") else "path = 'docs'\n"
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, f"[[corpus.sources]]\n{path}{setting}\n")
    assert message in str(caught.value)


def test_dir_is_short_for_one(tmp_path: Path) -> None:
    """Either one folder or sources are set; a source without a path is an error."""
    with pytest.raises(SettingsError, match="corpus: dir cannot be used together with sources"):
        read(tmp_path, "[corpus]\ndir = 'docs'\n[[corpus.sources]]\npath = 'docs'\n")
    with pytest.raises(SettingsError, match=r"corpus\.sources\.0\.path: is missing"):
        read(tmp_path, "[[corpus.sources]]\nweight = 2.0\n")


# At which address

HELP = "https://example.org/help/{path}/"


@pytest.mark.parametrize(
    ("template", "relative", "found"),
    [
        (HELP, "pay.md", "https://example.org/help/pay/"),
        (HELP, "cards/lost.html", "https://example.org/help/cards/lost/"),
        (HELP, "cards/index.md", "https://example.org/help/cards/"),
        (HELP, "cards/README.md", "https://example.org/help/cards/"),
        (HELP, "cards/_index.md", "https://example.org/help/cards/"),
        (HELP, "index.md", "https://example.org/help/"),
        (HELP, "Our prices.md", "https://example.org/help/Our%20prices/"),
        ("https://example.org/{path}.html", "a/index.rst", "https://example.org/a/index.html"),
        ("https://example.org/{path}.html", "index.rst", "https://example.org/index.html"),
        ("https://example.org/#/{path}", "a/b.md", "https://example.org/#/a/b"),
        ("https://example.org/{slug}", "a/2024-05-17-sea.md", "https://example.org/sea"),
        ("https://example.org/{slug}/", "v1.2.md", "https://example.org/v1.2/"),
        ("https://example.org/q", "FAQ.md", "https://example.org/q"),
        ("", "pay.md", None),
    ],
)
def test_address_by_path(template: str, relative: str, found: str | None) -> None:
    """A page's address comes from its file's path, an index page's from its folder's."""
    assert page_address(template, relative, None, None) == found


@pytest.mark.parametrize(
    ("own", "slug", "found"),
    [
        ("https://other.example/x", None, "https://other.example/x"),
        ("/refunds/", None, "https://example.org/help/refunds/"),
        ("/help/refunds/", None, "https://example.org/help/refunds/"),
        ("/helpers/", None, "https://example.org/help/helpers/"),
        ("/:categories/:title/", None, "https://example.org/help/cards/lost/"),
        ("{{ page.url }}", None, "https://example.org/help/cards/lost/"),
        (None, "gone", "https://example.org/help/cards/gone/"),
        (None, "/gone", "https://example.org/help/gone"),
        (None, "a b", "https://example.org/help/cards/a%20b/"),
    ],
)
def test_address_of_its_own(own: str | None, slug: str | None, found: str) -> None:
    """An address in the page comes before its path, unless it has a generator's value."""
    assert page_address(HELP, "cards/lost.md", own, slug) == found


def test_without_the_sites_address_only_a_whole_one_counts() -> None:
    """The address of the site is never guessed."""
    assert page_address("", "a.md", "/a/", None) is None
    assert page_address("", "a.md", "https://example.org/a/", None) == "https://example.org/a/"


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_addresses_are_fit_for_links(relative: str, own: str, slug: str) -> None:
    """For any file name and fields, the address is on the site and has no spaces."""
    found = page_address(HELP, f"x{relative}", own, slug)
    assert found and found.startswith(("https://", "http://")) and found.isascii()
    assert not own.startswith("http") and " " not in found


def test_citations_lead_to_the_sites_own_pages(tmp_path: Path) -> None:
    """Clients of the service get the address of the page on the owner's site."""
    write(
        tmp_path,
        {
            "docs/cards/index.md": "---\ntitle: Cards\n---\nA lost card is replaced for $3.",
            "docs/hours.md": "---\npermalink: /when/\n---\nThe reading room closes at six.",
            "docs/rooms.md": "---\nslug: book-a-room\n---\nA room costs $8 an hour.",
            "docs/move.md": "---\nurl: https://new.example/m\n---\nWe move to Elm Road in May.",
            "site/visit.html": "<link rel=canonical href='https://example.org/visit/'>"
            "<main><p>Dogs have to wait outside the museum.</main>",
        },
    )
    client = serve(
        tmp_path,
        "[[corpus.sources]]\npath = 'docs'\nurl = 'https://library.example/help/{path}/'\n"
        "[[corpus.sources]]\npath = 'site'\n",
    )
    for question, url in {
        "What does a lost card cost?": "https://library.example/help/cards/",
        "When does the reading room close?": "https://library.example/help/when/",
        "How much is a room?": "https://library.example/help/book-a-room/",
        "When do we move to Elm Road?": "https://new.example/m",
        "Do dogs have to wait outside?": "https://example.org/visit/",
    }.items():
        body = client.post("/ask", json={"question": question}).get_json()
        assert body["status"] == "answered", question
        assert body["citations"][0]["url"] == url
        page = client.post("/ask", data={"question": question}).text
        assert f'href="{url}"' in page


# In which language


@pytest.mark.parametrize(
    ("name", "content", "lang"),
    [
        ("es/a.md", SPANISH, "es"),
        ("_es/help/a.md", SPANISH, "es"),
        ("help/pt_br/a.md", SPANISH, "pt-BR"),
        ("zh-hans/a.md", "图书馆九点开门。", "zh-Hans"),
        ("a.es.md", SPANISH, "es"),
        ("es/a.en.md", ENGLISH, "en"),
        ("it/a.md", ENGLISH, "en"),
        ("my/a.md", ENGLISH, "en"),
        ("api/v1.md", SPANISH, "en"),
        ("fr/a.md", f"---\nlang: es\n---\n{SPANISH}", "es"),
        ("fr/a.html", f"<html lang=es><p>{SPANISH}", "es"),
    ],
)
def test_language_of_a_page(name: str, content: str, lang: str, tmp_path: Path) -> None:
    """The language comes from the page, else from folder or suffix, unless it is English."""
    write(tmp_path, {name: content})
    [article] = read_corpus(tmp_path, 10_000).articles
    assert article.lang == lang


def test_language_of_a_source(tmp_path: Path) -> None:
    """The language of a source comes before what its pages say."""
    write(tmp_path, {"docs/fr/a.md": f"---\nlang: es\n---\n{SPANISH}"})
    [article] = read(tmp_path, "[[corpus.sources]]\npath = 'docs'\nlang = 'ca'\n").articles
    assert article.lang == "ca"


def test_address_of_a_language_in_the_suffix(tmp_path: Path) -> None:
    """A language suffix becomes the first folder of the address."""
    write(tmp_path, {"docs/a/b.md": ENGLISH, "docs/a/b.es.md": SPANISH, "docs/c.en.md": ENGLISH})
    found = by_id(
        read(tmp_path, "[[corpus.sources]]\npath = 'docs'\nurl = 'https://x.org/{path}/'\n")
    )
    assert found["a-b"].url == "https://x.org/a/b/"
    assert found["a-b-es"].url == "https://x.org/es/a/b/"
    assert found["a-b-es"].title == "B"
    assert found["c-en"].url == "https://x.org/c/"


def test_several_languages_beside_each_other(tmp_path: Path) -> None:
    """Translations of a page are separate articles, each with its language."""
    write(tmp_path, {"docs/en/a.md": ENGLISH, "docs/es/a.md": SPANISH})
    client = serve(tmp_path, "[corpus]\ndir = 'docs'\n")
    for question, lang in {
        "When does the library open?": "en",
        "¿Cuándo abre la biblioteca?": "es",
    }.items():
        body = client.post("/ask", json={"question": question}).get_json()
        assert (body["citations"] or body["related"])[0]["lang"] == lang, question


# Which goes first


@pytest.mark.parametrize("heavy", ["old", "new"])
def test_weight_decides_between_equals(heavy: str, tmp_path: Path) -> None:
    """Of two equally good pages, the one from the source with more weight is quoted."""
    write(
        tmp_path,
        {
            "old/fees.md": "A lost card is replaced for three dollars.",
            "new/fees.md": "A lost card is replaced for seven dollars.",
            "new/rooms.md": "A room is let for eight dollars an hour.",
        },
    )
    client = serve(
        tmp_path,
        "".join(
            f"[[corpus.sources]]\npath = '{name}'\nweight = {2 if name == heavy else 1}\n"
            for name in ("new", "old")
        ),
    )
    body = client.post("/ask", json={"question": "What does a lost card cost?"}).get_json()
    assert body["answer"]["article"] == f"{heavy}-fees"
    # The weight is gentle: if only the other source answers, it is quoted.
    body = client.post("/ask", json={"question": "What does a room cost?"}).get_json()
    assert body["answer"]["article"] == "new-rooms"


@pytest.mark.slow
def test_many_files_are_read_by_several_processes(tmp_path: Path) -> None:
    """The articles and their order are the same for any number of processes."""
    for number in range(WORTH):
        (tmp_path / f"{number}.md").write_text(f"# Page {number}\n\n{ENGLISH}", encoding="utf-8")
    (tmp_path / "empty.md").touch()
    seen: list[int] = []
    found = read_corpus(tmp_path, 10_000, lambda done, _: seen.append(done), workers=2)
    assert found == read_corpus(tmp_path, 10_000)
    assert seen == list(range(1, WORTH + 2))
