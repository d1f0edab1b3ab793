"""Matches the files of a source with its globs.

`*` stands for any characters in a name, `**` for any folders, `{a,b}` for a or b. A glob without a
slash matches in every folder, a glob that begins with a slash only in the top folder. A glob that
matches a folder matches everything in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from wcmatch import glob

_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX


class Globs:
    """Several globs, which remember whether they matched anything."""

    def __init__(self, globs: Sequence[str]) -> None:
        """Take the globs.

        Raises:
            ValueError: one of them is invalid, or expands to too many.
        """
        self._matchers = []
        for text in globs:
            is_first = text.startswith(("/", "./"))
            bare = text.partition("/")[2] if is_first else text
            flags = _FLAGS if is_first else _FLAGS | glob.MATCHBASE
            try:
                self._matchers.append((text, glob.compile(bare.rstrip("/"), flags=flags)))
            except Exception as error:  # from the library or from `re`
                raise ValueError(f"cannot be read as a glob: {error}") from error
        self._folders: dict[str, bool] = {"": False}
        # Hidden files are never listed, so it is unknown whether a glob for them matches.
        self.unused = {text: None for text in globs if "/." not in f"/{text.removeprefix('./')}"}
        """The globs that have not matched anything yet."""

    def match(self, relative: str) -> bool:
        """Return whether any of the globs matches a file or a folder that it is in."""
        return self._of_folder(relative.rpartition("/")[0]) | self._is_named(relative)

    def _of_folder(self, folder: str) -> bool:
        if folder not in self._folders:
            within = self._of_folder(folder.rpartition("/")[0])
            self._folders[folder] = within | self._is_named(folder)
        return self._folders[folder]

    def _is_named(self, path: str) -> bool:
        named = False
        for text, matcher in self._matchers:
            if (not named or text in self.unused) and matcher.match(path):
                named = True
                self.unused.pop(text, None)
        return named
