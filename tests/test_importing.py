"""A live site is imported into a folder of pages, from a real server on this machine."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from chatbot.articles import read_corpus
from chatbot.bot import build_bot
from chatbot.cli import main
from chatbot.config import ReaderSettings, Settings
from chatbot.errors import ChatbotError
from chatbot.importing import Imported, Limits, import_site
from chatbot.importing.addresses import Scope, normal
from chatbot.importing.state import NAME

Headers = dict[str, str]


@dataclass
class Site:
    """The responses of a server, by path, and the requests that it received."""

    base: str = ""
    pages: dict[str, tuple[int, Headers, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def put(self, path: str, body: str | bytes = "", status: int = 200, **headers: str) -> None:
        """Serve `body` at `path`; header names have "_" for "-"."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": "text/html", **named}, data)

    def take(self, folder: Path, start: str = "/", **limits: float) -> Imported:
        """Import the site; pauses are recorded, without waiting."""
        self.asked.clear()
        bounds = Limits(**limits)  # type: ignore[arg-type]
        return import_site(self.base + start, folder, bounds, sleep=self.pauses.append)


def page(title: str, *links: str, text: str = "Text.", head: str = "") -> str:
    listed = "".join(f"<a href='{link}'>x</a>" for link in links)
    return f"<title>{title}</title>{head}<main><h1>{title}</h1><p>{text}</p>{listed}</main>"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server of given responses; all other paths are missing, including robots.txt."""
    monkeypatch.setenv("no_proxy", "*")
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, headers, body = site.pages.get(self.path, (404, {}, b"missing"))
            etag = headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


# What is fetched


def test_a_page_and_what_it_links_to(site: Site, tmp_path: Path) -> None:
    """Links below the folder of the first page are followed, each once, and no others."""
    site.put(
        "/help/", page("Help", "a", "a#part", "/help/b/", "/blog/", "https://elsewhere.example/")
    )
    site.put("/help/a", page("A", "/help/", "c.html", "x.pdf", "search?q=1", "mailto:a@b.example"))
    site.put("/help/b/", page("B", "../a", "/help/missing"))
    site.put("/help/c.html", page("C"))
    done = site.take(tmp_path / "site", "/help/")
    assert site.asked == [
        *("/robots.txt", "/help/", "/help/a", "/help/b/", "/help/c.html", "/help/missing")
    ]
    assert files(tmp_path / "site") == ["a.html", "b/index.html", "c.html", "index.html"]
    assert (done.new, done.failed, done.stopped) == (4, [], "")
    assert done.left_out == [f"{site.base}/help/missing: the server says 404"]
    assert site.pauses == [1.0] * 5


def test_a_sitemap(site: Site, tmp_path: Path) -> None:
    """The pages in a sitemap are fetched, but no links; it may list other, compressed sitemaps."""
    listed = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
    inner = listed.format(
        f"<url><loc> {site.base}/b </loc></url><url><loc>http://x.example/c</loc>"
    )
    site.put(
        "/sitemap.xml",
        f"<sitemapindex><sitemap><loc>{site.base}/1.xml.gz</loc></sitemap><sitemap><loc>"
        f"{site.base}/2.xml</loc></sitemap></sitemapindex>",
        Content_Type="application/xml",
    )
    site.put("/1.xml.gz", gzip.compress(inner.encode()), Content_Type="application/gzip")
    site.put(
        "/2.xml", listed.format(f"<url><loc>{site.base}/a?p=1</loc></url>"), Content_Type="text/xml"
    )
    site.put("/a?p=1", page("A", "/d"))
    site.put("/b", page("B"))
    done = site.take(tmp_path / "site", "/sitemap.xml")
    assert (done.new, done.failed) == (2, [])
    found = files(tmp_path / "site")
    assert found[1] == "b.html" and found[0].startswith("a-") and len(found) == 2
    assert "/d" not in site.asked


def test_robots_txt_is_heeded(site: Site, tmp_path: Path) -> None:
    """Addresses that robots.txt forbids, also by wildcards, are not fetched; its pause is kept."""
    site.put("/robots.txt", "User-agent: *\nDisallow: /*/secret\nCrawl-delay: 3\n")
    site.put("/", page("Home", "/a/secret/x", "/b"))
    site.put("/b", page("B"))
    done = site.take(tmp_path / "site")
    assert site.asked == ["/robots.txt", "/", "/b"] and set(site.pauses) == {3.0}
    assert done.left_out == [f"{site.base}/a/secret/x: robots.txt does not let us fetch it"]
    site.put("/robots.txt", "User-agent: article-chat\nDisallow: /\n")
    with pytest.raises(ChatbotError, match=r"robots\.txt does not let us"):
        site.take(tmp_path / "other")
    site.put("/robots.txt", status=500)
    with pytest.raises(ChatbotError, match=r"robots\.txt cannot be read: the server says 500"):
        site.take(tmp_path / "other")


def test_what_a_page_asks_of_robots(site: Site, tmp_path: Path) -> None:
    """A `noindex` page is not stored, and links of a `nofollow` page are not followed."""
    site.put("/", page("Home", "/a", "/b", "/c"))
    site.put("/a", page("A", "/d", head="<meta name=robots content='noindex'>"))
    site.put("/b", page("B"), X_Robots_Tag="noindex")
    site.put("/c", page("C", "/e", head="<meta name=robots content='nofollow'>"))
    site.put("/d", page("D"))
    done = site.take(tmp_path / "site")
    assert files(tmp_path / "site") == ["c.html", "d.html", "index.html"]
    assert len(done.left_out) == 2 and "/e" not in site.asked


def test_redirections(site: Site, tmp_path: Path) -> None:
    """Redirects are followed inside the import, not out of it, and not endlessly."""
    site.put("/", page("Home", "/old", "/out", "/loop", "/stub"))
    site.put("/old", status=301, Location="/new")
    site.put("/out", status=302, Location="http://127.0.0.1:1/")
    site.put("/loop", status=302, Location="/loop")
    site.put("/stub", "<meta http-equiv=refresh content='0; url=/new'>")
    site.put("/new", page("New"))
    done = site.take(tmp_path / "site")
    assert files(tmp_path / "site") == ["index.html", "new.html"]
    assert done.left_out == [
        f"{site.base}/out: redirects to http://127.0.0.1:1/, outside of the import",
        f"{site.base}/stub: only redirects to another page",
    ]
    assert done.failed == [f"{site.base}/loop: redirects more than 5 times"]
    assert site.asked.count("/new") == 1


def test_pages_with_the_same_address(site: Site, tmp_path: Path) -> None:
    """Of pages with the same canonical address, the first is stored under that address."""
    same = "<link rel=canonical href='https://help.example/start'>"
    site.put("/", page("Home", "/index.html", head=same))
    site.put("/index.html", page("Home", head=same))
    done = site.take(tmp_path / "site")
    (article,) = read_corpus(tmp_path / "site", 10_000).articles
    assert article.url == "https://help.example/start"
    assert done.left_out == [
        f"{site.base}/index.html: says that it is the page https://help.example/start"
    ]


# Bounds


def test_bounds(site: Site, tmp_path: Path) -> None:
    """Pages, bytes per page and time are limited, and the result says if there was more."""
    site.put("/", page("Home", "/a", "/b"))
    site.put("/a", page("A", text="long " * 400))
    site.put("/b", page("B"))
    done = site.take(tmp_path / "site", page_bytes=1_500)
    assert done.left_out == [f"{site.base}/a: is larger than 1,500 bytes"]
    assert site.take(tmp_path / "few", pages=2).stopped == "there are more than 2 pages"
    assert files(tmp_path / "few") == ["a.html", "index.html"]
    assert site.take(tmp_path / "none", seconds=-1).stopped.startswith("it took longer")
    with pytest.raises(ChatbotError, match="/a: is larger than 1,500 bytes"):
        site.take(tmp_path / "start", "/a", page_bytes=1_500)
    site.put("/bomb", gzip.compress(b" " * 9_000), Content_Encoding="gzip")
    site.put("/", page("Home", "/bomb"))
    done = site.take(tmp_path / "bomb", page_bytes=1_500)
    assert done.left_out == [f"{site.base}/bomb: is larger than 1,500 bytes"]


def test_a_site_that_is_down(site: Site, tmp_path: Path) -> None:
    """After ten failed requests in a row it stops, and no stored page is lost."""
    paths = [f"/{number}" for number in range(15)]
    site.put("/", page("Home", *paths))
    for path in paths:
        site.put(path, page(path))
    site.take(tmp_path / "site")
    for path in paths:
        site.put(path, status=503, Retry_After="7")
    site.pauses.clear()
    done = site.take(tmp_path / "site")
    assert len(done.failed) == 10 and done.stopped == "10 requests in a row failed"
    assert 7.0 in site.pauses
    assert len(files(tmp_path / "site")) == 16 and done.deleted == 0


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("file:///etc/passwd", "must be an http or https address, not 'file:///etc/passwd'"),
        ("ftp://example.org/", "must be an http or https address"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/: cannot be reached"),
        ("/missing", "the server says 404"),
        ("/a.png", "is image/png, neither a page nor a sitemap"),
        ("/empty.xml", "lists no page of"),
    ],
)
def test_where_nothing_can_begin(site: Site, tmp_path: Path, start: str, message: str) -> None:
    """An address that is neither a page nor a sitemap is an error, and makes no folder."""
    site.put("/a.png", b"\x89PNG", Content_Type="image/png")
    site.put("/empty.xml", "<urlset/>", Content_Type="text/xml")
    with pytest.raises(ChatbotError, match=message):
        import_site(site.base + start if start[0] == "/" else start, tmp_path / "x", Limits())
    assert not (tmp_path / "x").exists()


# The next time


def test_what_changed_since(site: Site, tmp_path: Path) -> None:
    """Only changed pages are sent again; pages that are gone or not linked are deleted."""
    folder = tmp_path / "site"
    site.put("/", page("Home", "/a", "/deep/b", "/c", "/d"), ETag='"1"')
    site.put("/a", page("A"), ETag='"1"')
    site.put("/deep/b", page("B"))
    site.put("/c", page("C"))
    site.put("/d", page("D"))
    assert site.take(folder).new == 5
    before = (folder / "a.html").stat().st_mtime_ns
    site.put("/a", page("A", text="Other."), ETag='"2"')
    site.put("/c", status=410)
    site.put("/", page("Home", "/a", "/c", "/d"), ETag='"2"')
    site.put("/d", page("D", head="<meta name=robots content=noindex>"))
    done = site.take(folder)
    assert (done.new, done.changed, done.same, done.deleted) == (0, 2, 0, 3)
    assert files(folder) == ["a.html", "index.html"] and not (folder / "deep").exists()
    assert (folder / "a.html").stat().st_mtime_ns > before
    done = site.take(folder)
    assert (done.new, done.changed, done.same, done.deleted) == (0, 0, 2, 0)


def test_a_page_that_fails_is_kept(site: Site, tmp_path: Path) -> None:
    """A page that cannot be fetched keeps its old copy and links, and is reported."""
    site.put("/", page("Home", "/a"))
    site.put("/a", page("A", "/b"))
    site.put("/b", page("B"))
    site.take(tmp_path / "site")
    site.put("/a", status=500)
    done = site.take(tmp_path / "site")
    assert files(tmp_path / "site") == ["a.html", "b.html", "index.html"]
    assert done.failed == [f"{site.base}/a: the server says 500"] and done.deleted == 0


def test_files_of_the_owner_are_safe(site: Site, tmp_path: Path) -> None:
    """A folder with other files is refused; a page changed by hand is not deleted."""
    site.put("/", page("Home", "/a"))
    site.put("/a", page("A"))
    (tmp_path / "own.md").write_text("Mine.")
    with pytest.raises(ChatbotError, match="has files that were not imported"):
        site.take(tmp_path)
    folder = tmp_path / "site"
    site.take(folder)
    (folder / "a.html").write_text("<p>Mine.")
    site.put("/", page("Home"))
    done = site.take(folder)
    assert "changed by hand and is kept" in done.left_out[0] and files(folder)[0] == "a.html"
    with pytest.raises(ChatbotError, match="has pages from"):
        site.take(folder, "/a")


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"start": "x", "pages": {"y": {"file": "../../evil"}}}']
)
def test_a_broken_state(site: Site, tmp_path: Path, content: str) -> None:
    """A state file that is broken, or names files elsewhere, is an error."""
    (tmp_path / "evil").write_text("Mine.")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / NAME).write_text(content.replace('"x"', f'"{site.base}/"'))
    site.put("/", page("Home"))
    with pytest.raises(ChatbotError, match="is broken"):
        site.take(folder)
    assert (tmp_path / "evil").exists()


# Addresses


@given(st.text(), st.text())
def test_any_link_has_a_safe_file(link: str, base: str) -> None:
    """For any link, the file is in the folder, not hidden, and has only one name."""
    address = normal(link, f"https://example.org/help/{base}")
    if address is None:
        return
    assert normal(address) == address and address.isascii()
    file = Scope.of("https://example.org/help/").file(address, ())
    parts = file.split("/")
    assert parts[-1].endswith(".html") and len(file) < 1000
    assert all(part and not part.startswith(".") and "\\" not in part for part in parts)


def test_files_do_not_collide(site: Site, tmp_path: Path) -> None:
    """Two addresses never share a file, even if their names differ only in capitals."""
    site.put("/", page("Home", "/a", "/a.html", "/A"))
    for path in ("/a", "/a.html", "/A"):
        site.put(path, page(path))
    assert site.take(tmp_path / "site").new == 4
    assert len({name.lower() for name in files(tmp_path / "site")}) == 4


# As generators build them

MATERIAL = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title} - Boats</title>
<link rel="canonical" href="https://boats.example{path}"><link rel="stylesheet" href="a.css"><style>
b{{}}</style></head><body><a href="#start" class="md-skip">Skip to content</a><header
class="md-header"><nav><a href="{root}">Boats</a></nav></header><main class="md-main"><div
class="md-sidebar"><nav class="md-nav"><ul><li><a href="{root}">Home</a></li><li><a
href="{root}{other}">Next</a></li></ul></nav></div><div class="md-content"><article
class="md-content__inner"><a href="https://code.example/edit/main/x.md" title="Edit">e</a>
<h1 id="start">{title}<a class="headerlink" href="#start">&para;</a></h1>{body}</article>
</div></main><footer class="md-footer">Made with Material</footer><div class="md-consent"><form>
<h4>Cookie consent</h4><p>We use cookies.</p><button>Accept</button></form></div>
<script>go()</script></body></html>"""
VITEPRESS = """<!DOCTYPE html><html lang="en-US"><head><title>{title} | Boats</title></head><body>
<div id="app"><div class="Layout"><header class="VPNav"><a href="{root}">Boats</a></header>
<aside class="VPSidebar"><nav><a href="{root}{other}">Next</a></nav></aside><div class="VPContent">
<div class="aside"><nav aria-labelledby="o"><div id="o">On this page</div></nav></div><main
class="main"><div class="vp-doc"><h1 id="x" tabindex="-1">{title} <a class="header-anchor" href="#x"
aria-label="Permalink">&#8203;</a></h1>{body}</div></main><footer class="VPDocFooter"><a
href="https://code.example/edit/main/x.md">Edit this page</a></footer></div></div></div>
</body></html>"""
DOCUSAURUS = """<!doctype html><html lang="en" dir="ltr"><head><title data-rh="true">{title} | Boats
</title></head><body><div role="region" aria-label="Skip to main content"><a href="#m">Skip</a>
</div><nav class="navbar"><a href="{root}">Boats</a></nav><div class="sidebar-container"><ul><li><a
href="{root}{other}">Next</a></li><li><a href="{root}">Home</a></li></ul></div><main><div
class="container"><div class="row"><div class="col"><article><nav aria-label="Breadcrumbs"><ul>
<li>Home</li></ul></nav><div class="tocMobile"><button type="button">On this page</button></div><div
class="markdown"><header><h1>{title}</h1></header>{body}</div><footer><a
href="https://code.example/edit/main/x.md">Edit this page</a></footer></article></div><div
class="col col--3"><div class="tableOfContents"><ul><li><a href="#m">One</a></li><li><a href="#n">
Two</a></li></ul></div></div></div></div></main></body></html>"""
BODY = (
    "<h2 id=m>Fares</h2><p>A crossing costs seven crowns.</p><details><summary>May I bring a kayak?"
    "</summary><p>On the upper deck, for three crowns.</p></details><div><ul role=tablist><li "
    "role=tab>Winter</li><li role=tab>Summer</li></ul><div><div role=tabpanel><p>From eight.</p>"
    "</div><div role=tabpanel hidden><p>From six.</p></div></div></div>"
)


@pytest.mark.parametrize("shape", [MATERIAL, VITEPRESS, DOCUSAURUS], ids=["mkdocs", "vite", "docu"])
def test_sites_as_generators_build_them(site: Site, tmp_path: Path, shape: str) -> None:
    """The text of a generated page is stored, and answers a visitor's question."""
    root = "/docs/"
    for path, title, other in ((root, "Crossing", "crew/"), (f"{root}crew/", "Crew", "")):
        body = BODY if other else "<p>Six people work on board.</p>"
        site.put(path, shape.format(title=title, path=path, other=other, root=root, body=body))
    site.take(tmp_path / "site", root)
    corpus = read_corpus(tmp_path / "site", 100_000)
    assert corpus.faults == ()
    texts = {article.title.strip(): article.text for article in corpus.articles}
    assert texts == {
        "Crew": "Crew\n\nSix people work on board.",
        "Crossing": "Crossing\n\nFares\n\nA crossing costs seven crowns.\n\n"
        "May I bring a kayak?\n\nOn the upper deck, for three crowns.\n\n"
        "Winter\n\nFrom eight.\n\nSummer\n\nFrom six.",
    }
    origin = "https://boats.example" if shape == MATERIAL else site.base
    assert {article.url for article in corpus.articles} == {
        f"{origin}{root}",
        f"{origin}{root}crew/",
    }
    bot = build_bot(Settings(reader=ReaderSettings(engine="sentence")), corpus.articles)
    answer = bot.ask("May I bring a kayak?")
    assert answer.quote and answer.quote.text == "On the upper deck, for three crowns."


# The command


def test_the_command(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints one line, and exits with 1 if a page could not be fetched."""
    monkeypatch.chdir(tmp_path)
    site.put("/", page("Home", "/a", "/b"))
    site.put("/a", page("A"), X_Robots_Tag="noindex")
    done = CliRunner().invoke(main, ["import", f"{site.base}/", "--pause", "0"])
    assert done.exit_code == 0, done.output
    folder = Path("corpus") / "127.0.0.1"
    assert f"1 page in {folder}: 1 new, 0 changed, 0 unchanged, 0 deleted" in done.output
    assert "2 left out, 0 failed" in done.output
    assert json.loads((folder / NAME).read_text())["start"] == f"{site.base}/"
    site.put("/b", status=500)
    done = CliRunner().invoke(main, ["import", f"{site.base}/", "--pause", "0"])
    assert done.exit_code == 1 and f"{site.base}/b: the server says 500" in done.output
    done = CliRunner().invoke(main, ["import", "nowhere", "--into", "x"])
    assert done.exit_code == 2 and "Error: must be an http or https address" in done.output
