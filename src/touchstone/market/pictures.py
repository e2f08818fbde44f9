"""Ties listings to the pictures that their file names."""

from __future__ import annotations

from pathlib import Path

from touchstone.market import media
from touchstone.market.models import ListingImage

_MOST = 20  # pictures of one listing
_AT_ONCE = 2_000


class Album:
    """Pictures below one folder. A path that leads out of it is not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._known: dict[str, str | None] = {}
        self.missing = 0

    def attach(self, images: dict[int, str]) -> None:
        """Set the pictures of listings: primary key to the `;`-separated paths of the file."""
        ListingImage.objects.filter(listing_id__in=images).delete()
        found = []
        for listing, paths in images.items():
            kept = [
                sha256 for text in paths.split(";")[:_MOST] if text.strip() and (sha256 := self._keep(text.strip()))
            ]
            found += [
                ListingImage(listing_id=listing, position=position, sha256=sha256)
                for position, sha256 in enumerate(dict.fromkeys(kept))
            ]
        ListingImage.objects.bulk_create(found, batch_size=_AT_ONCE)

    def _keep(self, text: str) -> str | None:
        if text not in self._known:
            self._known[text] = self._read(text)
            self.missing += self._known[text] is None
        return self._known[text]

    def _read(self, text: str) -> str | None:
        try:
            path = (self._root / text).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return media.keep(path) if path.is_relative_to(self._root) else None
