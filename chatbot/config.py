"""Reads `config.toml` into `Settings`, which are validated completely and never change.

Each section of the file is a class here, each key a field with its default. A test checks that
`config.toml` has the same defaults. Names of engines are checked by `chatbot.retrievers` and
`chatbot.readers`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from chatbot.errors import SettingsError

SQLITE = "sqlite:///"
"""The start of a SQLite URL; a fourth slash is the first of an absolute path."""
PLACEHOLDERS = ("path", "slug")
"""The placeholders that the `url` of a source may have, in braces."""


class Section(BaseModel):
    """A `[section]` of the file: unknown keys are errors, and values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("must not contain a NUL character")
        return value


def _template(value: str) -> str:
    try:
        fields = [field for _, field, *_ in Formatter().parse(value) if field is not None]
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueError(f'is not an address: "{value}": {error}') from None
    for field in fields:
        if field not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValueError(f"has an unknown placeholder, {{{field}}}; known are: {known}")
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f'must be like "https://example.org/{{path}}/", not "{value}"')
    return value


class Source(Section):
    """A folder or file with articles, and settings for all of them."""

    path: Path
    """A folder or a file."""
    include: tuple[str, ...] = ()
    """Globs of the files to read; if there are none, all files that can be read."""
    exclude: tuple[str, ...] = ()
    url: Annotated[str, AfterValidator(_template)] = ""
    """The template of the pages' addresses; if empty, only pages that give one have an address."""
    weight: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    lang: Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$")] = ""
    """The language of all its articles; if empty, each file or path decides."""


class CorpusSettings(Section):
    """Where the articles are, and how large a file may be."""

    dir: Path = Path("corpus")
    max_bytes: Annotated[int, Field(ge=1)] = 10_000_000
    sources: tuple[Source, ...] = ()
    """The sources, instead of `dir`, which is enough for one folder."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.sources and "dir" in self.model_fields_set:
            raise ValueError("dir cannot be used together with sources: add the folder to sources")
        return self

    @property
    def where(self) -> Path | tuple[Source, ...]:
        """The sources to read, or the one folder."""
        return self.sources or self.dir


class PassageSettings(Section):
    """How articles are cut into passages. Sizes are in words."""

    min_words: Annotated[int, Field(ge=0)] = 20
    max_words: Annotated[int, Field(ge=20)] = 220

    @model_validator(mode="after")
    def _smaller_first(self) -> Self:
        if self.min_words > self.max_words:
            raise ValueError(f"min_words ({self.min_words}) is above max_words ({self.max_words})")
        return self


class RetrieverSettings(Section):
    """Which engine finds passages, and its weights."""

    engine: str = "auto"
    k1: Annotated[float, Field(ge=0, le=10)] = 1.2
    b: Annotated[float, Field(ge=0, le=1)] = 0.75
    title_weight: Annotated[int, Field(ge=0, le=10)] = 2
    heading_weight: Annotated[int, Field(ge=0, le=10)] = 1


class IndexSettings(Section):
    """Where to keep the index, so that it is not computed again."""

    dir: Path = Path(".chatbot")


class SynonymSettings(Section):
    """Words that match each other."""

    english: bool = True
    groups: tuple[str, ...] = ()


class ReaderSettings(Section):
    """Which reader chooses the sentence, and how much confidence it needs."""

    engine: str = "auto"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.2
    highlight_threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


def _origin(value: str) -> str:
    if value != "*" and not re.fullmatch(r"https?://[^/\s]+", value):
        raise ValueError(f'must be "*" or like "https://example.org", not "{value}"')
    return value


def _address(value: str) -> str:
    try:
        return value and str(ip_address(value))
    except ValueError:
        raise ValueError(f'must be the IP address of one proxy, not "{value}"') from None


class ServerSettings(Section):
    """Where the service listens, and its limits."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, strict=True)] = 8000
    threads: Annotated[int, Field(ge=1, le=64)] = 8
    max_body_bytes: Annotated[int, Field(ge=1024)] = 65_536
    questions_per_minute: Annotated[int, Field(ge=0)] = 60
    connections_per_visitor: Annotated[int, Field(ge=0)] = 64
    grace: Annotated[float, Field(ge=0, le=3600)] = 8.0
    log: Literal["text", "json"] = "text"
    allowed_origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = ("*",)
    trusted_proxy: Annotated[str, AfterValidator(_address)] = ""


class MessageSettings(Section):
    """The messages of the bot when it does not quote."""

    abstained: str = "The articles here do not say that."
    ambiguous: str = "I cannot tell who or what you mean. Please ask again with the name."
    empty_corpus: str = "There are no articles here yet."


class SmallTalkSettings(Section):
    """Replies to small talk. If one is empty, such messages are treated as questions."""

    greeting: str = "Hello! What would you like to know?"
    thanks: str = "You are welcome."
    goodbye: str = "Goodbye!"
    identity: str = "I am a program that finds answers in the articles here and quotes them."
    ability: str = "Ask me about the articles here: I quote the sentence that answers."
    insult: str = "I am sorry that I was no help. Other words may find more."
    assent: str = "Is there anything else you would like to know?"


class SuggestionSettings(Section):
    """Suggested questions, in an empty chat and below an answer."""

    enabled: bool = True


class StoreSettings(Section):
    """Where turns and ratings are stored, and for how long."""

    enabled: bool = True
    url: Annotated[str, Field(pattern=r"^(sqlite:///.+|postgresql://.+)$")] = "sqlite:///chatbot.db"
    retention_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    max_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    mask: bool = True


class Settings(Section):
    """All of `config.toml`."""

    corpus: CorpusSettings = CorpusSettings()
    passages: PassageSettings = PassageSettings()
    retriever: RetrieverSettings = RetrieverSettings()
    index: IndexSettings = IndexSettings()
    synonyms: SynonymSettings = SynonymSettings()
    reader: ReaderSettings = ReaderSettings()
    server: ServerSettings = ServerSettings()
    messages: MessageSettings = MessageSettings()
    smalltalk: SmallTalkSettings = SmallTalkSettings()
    suggestions: SuggestionSettings = SuggestionSettings()
    store: StoreSettings = StoreSettings()


def read_settings(path: Path | None = None) -> Settings:
    """Return the settings in the file at `path`; by default `config.toml` in the current folder.

    Without that file, all settings have their defaults. Relative paths in `corpus.dir`, `path` of a
    source, `index.dir` and `store.url` are relative to the folder of the file.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has a setting that is unknown
            or invalid; the message names the file and every wrong setting.
    """
    if path is None:
        path = Path("config.toml")
        if not path.exists():
            return Settings()
    try:
        # "-sig": some editors write a byte order mark, which TOML does not allow.
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or error
        raise SettingsError(f"{path}: cannot be read: {cause}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        faults = (f"{path}: {_fault(fault)}" for fault in error.errors())
        raise SettingsError("\n".join(faults)) from error
    sources = tuple(
        source.model_copy(update={"path": path.parent / source.path})
        for source in settings.corpus.sources
    )
    seen = {"dir": path.parent / settings.corpus.dir, "sources": sources}
    corpus = settings.corpus.model_copy(update=seen)
    index = settings.index.model_copy(update={"dir": path.parent / settings.index.dir})
    store = settings.store
    if store.url.startswith(SQLITE):
        url = f"{SQLITE}{path.parent / store.url.removeprefix(SQLITE)}"
        store = store.model_copy(update={"url": url})
    return settings.model_copy(update={"corpus": corpus, "index": index, "store": store})


def _fault(fault: Any) -> str:
    """Return one of pydantic's errors as a line; for an unknown key, it lists the known ones."""
    place = [str(part) for part in fault["loc"]]
    name = ".".join(place)
    if fault["type"] == "missing":
        return f"{name}: is missing"
    if fault["type"] == "tuple_type":
        return f"{name}: must be a list"
    if fault["type"] != "extra_forbidden":
        return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
    return f"{name}: unknown setting; known are: {', '.join(_section(place[:-1]).model_fields)}"


def _section(place: Sequence[str]) -> type[BaseModel]:
    """Return the class of the section at `place`: `Source` for `("corpus", "sources", "0")`."""
    section: Any = Settings
    for part in place:
        if not part.isdigit():
            section = section.model_fields[part].annotation
        section = get_args(section)[0] if get_args(section) else section
    return section  # type: ignore[no-any-return]
