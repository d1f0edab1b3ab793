"""Globs of a source: which of its files they name.

`*` stands for anything within a name, `**` for any folders, `{a,b}` for either. A glob without a
slash is looked for in every folder, with one in front only in the first; and one that names a
folder names all that is in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from wcmatch import glob

_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX


class Globs:
    """Some globs, which remember whether they were of use."""

    def __init__(self, globs: Sequence[str]) -> None:
        """Take the globs.

        Raises:
            ValueError: one of them is none, or stands for too many.
        """
        self._matchers = []
        for text in globs:
            is_first = text.startswith(("/", "./"))
            bare = text.partition("/")[2] if is_first else text
            flags = _FLAGS if is_first else _FLAGS | glob.MATCHBASE
            try:
                self._matchers.append((text, glob.compile(bare.rstrip("/"), flags=flags)))
            except Exception as error:  # of the library and of `re`, both
                raise ValueError(f"cannot be read as a glob: {error}") from error
        self._folders: dict[str, bool] = {"": False}
        # What is hidden is never looked at, so that it cannot be told whether it is there.
        self.unused = {text: None for text in globs if "/." not in f"/{text.removeprefix('./')}"}
        """Those that matched nothing yet."""

    def match(self, relative: str) -> bool:
        """Tell whether a file, or a folder that it lies in, is named by any of the globs."""
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
