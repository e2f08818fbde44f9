"""The folder that pictures may be read from. Paths come from strangers: none leads out of it, none tells what lies
outside."""

from __future__ import annotations

import os

from touchstone.engine.images.read import Refused, bytes_of

OUTSIDE = "the path leads out of the folder of the pictures"


class Folder:
    """Opens files below a root by the names that a listing gives."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._given = os.path.abspath(root)
        self._root = os.path.realpath(root)

    def read(self, name: str) -> bytes:
        """The bytes of the file `name`, relative to the root or absolute inside it.

        Raises Refused: `outside` (said of what exists and what does not alike, before anything is looked up),
        `missing`, `not-a-file`, `too-large`.
        """
        path = os.path.normpath(os.path.join(self._given, name))
        if "\0" in name or not (_below(path, self._given) or _below(path, self._root)):
            raise Refused("outside", OUTSIDE)
        try:
            real = os.path.realpath(path)
        except OSError:
            raise Refused("missing", "the file cannot be opened") from None
        if not _below(real, self._root):
            raise Refused("outside", OUTSIDE)
        return bytes_of(real)


def _below(path: str, root: str) -> bool:
    return path.startswith(root if root.endswith(os.sep) else root + os.sep)
