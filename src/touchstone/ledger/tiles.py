"""The tree in the database: tiles of 256 hashes, of which appends and proofs touch O(log n)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from touchstone.errors import Conflict
from touchstone.ledger import merkle
from touchstone.ledger.models import Event, Tile

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32


def tree_size() -> int:
    """How many events have their place in the tree."""
    last = Event.objects.aggregate(last=Max("leaf_index"))["last"]
    return 0 if last is None else last + 1


def stored_width() -> int:
    """How many leaf hashes the tiles hold; equal to `tree_size` unless something is broken."""
    last = Tile.objects.filter(level=0).order_by("-index").first()
    return 0 if last is None else last.index * WIDTH + len(bytes(last.hashes)) // HASH


class TileTree:
    """The stored tree. Keeps the tiles that it has read: use one for one transaction or one answer."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.node)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion_proof(index, size, self.node)

    def consistency_proof(self, first: int, second: int) -> list[bytes]:
        return merkle.consistency_proof(first, second, self.node)

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (merkle.Node). Raises Conflict where the stored tree lacks it."""
        tile_level, within = divmod(level, HEIGHT)
        tile, offset = divmod(index << within, WIDTH)
        stored = self._read(tile_level, tile)[offset * HASH : (offset + (1 << within)) * HASH]
        if len(stored) < HASH << within:
            raise _damaged(tile_level, tile)
        return _fold([stored[i : i + HASH] for i in range(0, len(stored), HASH)])

    def preload(self, leaves: Iterable[int]) -> None:
        """Read the bottom tiles of these leaves in a few queries instead of one each."""
        wanted = sorted({leaf // WIDTH for leaf in leaves})
        for start in range(0, len(wanted), 500):
            for tile in Tile.objects.filter(level=0, index__in=wanted[start : start + 500]):
                self._tiles[0, tile.index] = bytes(tile.hashes)

    def append(self, size: int, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes behind the first `size` ones. Raises Conflict if the stored tree is not of that size."""
        changed: dict[tuple[int, int], bytes] = {}
        level, start, hashes = 0, size, list(leaves)
        while hashes:
            full = []
            for tile, part in _by_tile(start, hashes):
                grown = self._grown(level, tile, start, part)
                changed[level, tile] = grown
                if len(grown) == WIDTH * HASH:
                    full.append(_fold([grown[i : i + HASH] for i in range(0, len(grown), HASH)]))
            level, start, hashes = level + 1, start >> HEIGHT, full
        self._write(changed)

    def _grown(self, level: int, tile: int, start: int, part: list[bytes]) -> bytes:
        before = max(0, start - tile * WIDTH) * HASH
        stored = self._read(level, tile)
        if len(stored) != before:
            raise _damaged(level, tile)
        return stored + b"".join(part)

    def _read(self, level: int, tile: int) -> bytes:
        if (level, tile) not in self._tiles:
            stored = Tile.objects.filter(level=level, index=tile).values_list("hashes", flat=True).first()
            self._tiles[level, tile] = b"" if stored is None else bytes(stored)
        return self._tiles[level, tile]

    def _write(self, changed: dict[tuple[int, int], bytes]) -> None:
        Tile.objects.bulk_create(
            [Tile(level=level, index=index, hashes=hashes) for (level, index), hashes in changed.items()],
            update_conflicts=True,
            unique_fields=["level", "index"],
            update_fields=["hashes"],
        )
        self._tiles.update(changed)


def _by_tile(start: int, hashes: list[bytes]) -> Iterable[tuple[int, list[bytes]]]:
    position = 0
    while position < len(hashes):
        tile, offset = divmod(start + position, WIDTH)
        part = hashes[position : position + WIDTH - offset]
        yield tile, part
        position += len(part)


def _fold(hashes: list[bytes]) -> bytes:
    """The root over 2^n neighbouring hashes."""
    while len(hashes) > 1:
        hashes = [merkle.node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def _damaged(level: int, tile: int) -> Conflict:
    return Conflict(
        _("The stored tree is damaged: tile %(level)d/%(tile)d does not have the hashes that it should.")
        % {"level": level, "tile": tile},
        remedy=_("Run `touchstone ledger check` and restore the database from a backup."),
    )
