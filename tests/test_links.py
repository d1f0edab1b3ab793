"""Links lead to web pages, to articles, or nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.links import Links, web_address
from chatbot.types import Article


def article(source: str, url: str | None = None) -> Article:
    return Article(source.replace("/", "-").rpartition(".")[0], "T", "x", (), source, url=url)


HERE = article("faq/cards.md")
PUBLISHED = article("faq/cards.md", "https://lib.example/faq/cards/")
OTHERS = (
    article("faq/fees.md"),
    article("faq/index.md", "https://lib.example/faq/"),
    article("start.html"),
    article("über uns.md"),
    article("v1.2/new.md"),
)


def leads(url: str, here: Article = HERE) -> str | None:
    return Links([here, *OTHERS]).address(here, url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        (" HTTP://a.example/a b\n", "HTTP://a.example/a%20b"),
        ("mailto:ada@lib.example", "mailto:ada@lib.example"),
        ("tel:+15550100", "tel:+15550100"),
        ("//a.example/b", "https://a.example/b"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("https:", None),
        ("mailto:", None),
        ("http://[", None),
        ("https://a.example/" + "x" * 2000, None),
        ("", None),
    ],
)
def test_absolute(url: str, address: str | None) -> None:
    """Only links with http, https, mailto or tel leave the service, from any page."""
    assert leads(url) == address
    assert leads(url, PUBLISHED) == address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("fees.md", "/articles/faq-fees"),
        ("./fees.md#late", "/articles/faq-fees"),
        ("../start.html?x=1", "/articles/start"),
        ("/faq/fees.md", "/articles/faq-fees"),
        ("../%C3%BCber%20uns.md", "/articles/über uns"),
        ("index.md", "https://lib.example/faq/"),
        ("index.md#top", "https://lib.example/faq/#top"),
        # As site generators write them.
        ("fees", "/articles/faq-fees"),
        ("fees/", "/articles/faq-fees"),
        ("fees.html", "/articles/faq-fees"),
        ("../fees/", "/articles/faq-fees"),
        ("/start", "/articles/start"),
        ("/faq/", "https://lib.example/faq/"),
        ("/v1.2/new", "/articles/v1.2-new"),
        # On a site whose root is a folder of the corpus.
        ("/fees.md", "/articles/faq-fees"),
        ("/fees/", "/articles/faq-fees"),
        ("start.html", "/articles/start"),
        # Links that lead nowhere.
        ("cards.md", None),
        ("#late", None),
        ("?x", None),
        ("gone.md", None),
        ("../../../../etc/passwd", None),
        ("forms/card.pdf", None),
        ("localhost:8000/x", None),
        ("{{ page.url }}", None),
    ],
)
def test_to_another_article(url: str, address: str | None) -> None:
    """If the page's address is not known, a relative link leads to an article or nowhere."""
    assert leads(url) == address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("forms/card.pdf", "https://lib.example/faq/cards/forms/card.pdf"),
        ("/forms/card.pdf", "https://lib.example/forms/card.pdf"),
        ("../fees/", "https://lib.example/faq/fees/"),
        ("#late", "https://lib.example/faq/cards/#late"),
        ("?lang=de", "https://lib.example/faq/cards/?lang=de"),
        # A file of the corpus is found by its name, wherever the page is published.
        ("fees.md", "/articles/faq-fees"),
        ("index.md", "https://lib.example/faq/"),
        ("%7B%7B%20page.url%20%7D%7D", None),
    ],
)
def test_on_the_site(url: str, address: str | None) -> None:
    """If the page is published, a relative link is resolved against its address."""
    assert leads(url, PUBLISHED) == address


@given(st.text() | st.text("./#?:%[]ab@ \\\n"), st.sampled_from([HERE, PUBLISHED]))
def test_any_address(url: str, here: Article) -> None:
    """Any link leads to one of the four schemes, to an article, or nowhere."""
    found = leads(url, here)
    assert found is None or found.lower().startswith(
        ("http://", "https://", "mailto:", "tel:", "/articles/")
    )


def test_a_hostile_address_of_a_page() -> None:
    """An address that is not for the web is no base for relative links."""
    assert leads("x", article("a.md", "javascript:alert(1)//")) is None
    assert web_address("javascript:alert(1)") is None
