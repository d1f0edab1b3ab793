"""config.toml is read and validated as a whole, and its errors are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.config import Settings, read_settings
from chatbot.errors import SettingsError


def write(folder: Path, content: str) -> Path:
    path = folder / "config.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file, every setting has its default."""
    monkeypatch.chdir(tmp_path)
    assert read_settings() == Settings()


def test_file_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config.toml in the current folder is found without an option."""
    write(tmp_path, "[server]\nport = 9000\n")
    monkeypatch.chdir(tmp_path)
    assert read_settings().server.port == 9000


def test_only_what_is_set_changes(tmp_path: Path) -> None:
    """A setting in the file changes only that setting."""
    settings = read_settings(write(tmp_path, "[retriever]\nk1 = 2.0\n"))
    assert settings.retriever.k1 == 2.0
    assert settings.retriever.b == Settings().retriever.b
    assert settings.server == Settings().server


def test_corpus_seen_from_the_file(tmp_path: Path) -> None:
    """A relative corpus folder is relative to the settings file; an absolute one stays."""
    assert read_settings(write(tmp_path, "")).corpus.dir == tmp_path / "corpus"
    elsewhere = tmp_path / "elsewhere"
    path = write(tmp_path, f"[corpus]\ndir = '{elsewhere}'\n")
    assert read_settings(path).corpus.dir == elsewhere


def test_store_seen_from_the_file(tmp_path: Path) -> None:
    """A relative database file is relative to the settings file; other addresses stay."""
    assert read_settings(write(tmp_path, "")).store.url == f"sqlite:///{tmp_path}/chatbot.db"
    for url in (f"sqlite:///{tmp_path}/elsewhere.db", "postgresql://me@db.example/visits"):
        path = write(tmp_path, f"[store]\nurl = '{url}'\n")
        assert read_settings(path).store.url == url


@pytest.mark.parametrize("url", ["", "chatbot.db", "mysql://host/name", "sqlite://"])
def test_unknown_database(tmp_path: Path, url: str) -> None:
    """An unknown kind of database is an error that names the setting."""
    with pytest.raises(SettingsError, match=r"store\.url"):
        read_settings(write(tmp_path, f"[store]\nurl = '{url}'\n"))


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark before the file, as some editors write it, is allowed."""
    assert read_settings(write(tmp_path, "\ufeff[server]\nport = 1\n")).server.port == 1


def test_unknown_setting(tmp_path: Path) -> None:
    """An unknown setting is an error that names file and setting and lists the known ones."""
    path = write(tmp_path, "[server]\nprot = 8000\n")
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    message = str(caught.value)
    assert str(path) in message
    assert "server.prot: unknown setting" in message
    assert "port" in message.split("known are:")[1]


def test_unknown_section(tmp_path: Path) -> None:
    """An unknown section is an error that lists the known ones."""
    with pytest.raises(SettingsError, match=r"sever: unknown setting; known are: corpus,.*server"):
        read_settings(write(tmp_path, "[sever]\nport = 8000\n"))


def test_every_fault_at_once(tmp_path: Path) -> None:
    """All errors of a file are reported together, each with the setting's full name."""
    path = write(tmp_path, "[server]\nport = 70000\n[retriever]\nb = nan\nk1 = 'high'\n")
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    for name in ("server.port", "retriever.b", "retriever.k1"):
        assert f"{path}: {name}: " in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("server.host = ''", "server.host: String should have at least 1 character"),
        ("server.port = true", "server.port: Input should be a valid integer"),
        ("server.trusted_proxy = 'localhost'", "server.trusted_proxy: must be the IP address"),
        ("server.allowed_origins = ['https://a.org/']", 'origins.0: must be "*" or like'),
        ("server.allowed_origins = 'https://a.org'", "allowed_origins: must be a list"),
        ('corpus.dir = "a\\u0000b"', "corpus.dir: must not contain a NUL"),
        ("a = " + "[" * 5000, "not TOML: "),
    ],
)
def test_what_would_not_work(setting: str, message: str, tmp_path: Path) -> None:
    """A setting that would fail later, or have no effect, is an error that shows a valid value."""
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_settings(write(tmp_path, setting))


def test_sizes_that_contradict(tmp_path: Path) -> None:
    """The minimum length of passages cannot be above the maximum."""
    with pytest.raises(SettingsError, match=r"passages: min_words .* is above max_words"):
        read_settings(write(tmp_path, "[passages]\nmin_words = 50\nmax_words = 40\n"))


def test_a_section_is_a_table(tmp_path: Path) -> None:
    """A section given as a single value is an error that names it."""
    with pytest.raises(SettingsError, match="server: "):
        read_settings(write(tmp_path, "server = 8000\n"))


def test_not_there(tmp_path: Path) -> None:
    """A file named on the command line must exist."""
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read: No such file"):
        read_settings(tmp_path / "none.toml")


@given(content=st.binary(max_size=200))
def test_any_bytes(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any bytes in the file give settings, or a `SettingsError` that names the file."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        read_settings(path)
    except SettingsError as error:
        assert str(error).startswith(str(path))


def test_settings_do_not_change() -> None:
    """Settings are frozen: they cannot be changed after they are read."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().server.port = 1
