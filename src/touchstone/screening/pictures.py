"""The stored pictures of listings, as screening uses them.

A picture is opened once, when a listing that shows it is first screened: its hash and why it is refused are kept by the
SHA-256 of its file. Text and marks are added by the queue (screening/picture_queue.py). From then on a verdict needs no
picture, only what is known of it, so a program that asks for a verdict never waits for a file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import polars as pl
import pyarrow as pa
from django.conf import settings

from touchstone.engine.images.logos import Sighting
from touchstone.engine.images.look import WORKERS, Eyes, Looked, View, names_in
from touchstone.engine.images.looking import Looking
from touchstone.engine.images.ocr import TextCache
from touchstone.engine.images.pdq import GOOD_QUALITY, hashes
from touchstone.engine.images.read import Refused, read
from touchstone.engine.images.search import hexed, unpack
from touchstone.engine.rules.judging import ShadowHit
from touchstone.engine.screen import Screener
from touchstone.market import media, shown
from touchstone.screening.picture_models import Picture, PictureMark

# Columns that `with_pictures` adds: `sha256/#place` of each picture, their hashes, and a digest of what a closer look at
# them has found.
NAMES, HASHES, SAID = COLUMNS = ("pictures", "picture_hashes", "pictures_said")
_AT_ONCE = 1_000
_TEXT = pa.string()


def look_at(sha256s: Iterable[str]) -> int:
    """Open the stored pictures that nobody has opened yet, and keep what they are; how many that were."""
    done = 0
    for some in _chunks(dict.fromkeys(sha256s)):
        known = set(Picture.objects.filter(sha256__in=some).values_list("sha256", flat=True))
        fresh = [sha256 for sha256 in some if sha256 not in known]
        with ThreadPoolExecutor(WORKERS) as pool:
            Picture.objects.bulk_create(pool.map(_opened, fresh), ignore_conflicts=True, batch_size=500)
        done += len(fresh)
    return done


def _opened(sha256: str) -> Picture:
    path = media.original(sha256)
    try:
        if path is None:
            raise Refused("missing", "the file is gone")
        picture = read(path)
    except Refused as refusal:
        return Picture(sha256=sha256, refused=refusal.code[:20], refusal=str(refusal)[:300])
    found = hashes(picture.pixels)
    return Picture(sha256=sha256, pdq=hexed(found.words[:1])[0], quality=found.quality, frames=picture.frames)


def with_pictures(listings: pa.Table) -> pa.Table:
    """`listings` with COLUMNS, null for a listing that shows no picture that was opened."""
    ids = listings["listing_id"].to_pylist()
    rows = pl.DataFrame(shown.pictures_table(ids))
    facts = _facts(rows["sha256"].unique().to_list())
    rows = rows.join(facts, on="sha256", how="inner").sort("listing_id", "position")
    name = pl.col("sha256") + "/#" + (pl.col("position") + 1).cast(pl.String)
    told = rows.group_by("listing_id", maintain_order=True).agg(
        name.str.join(";").alias(NAMES),
        pl.col("pdq").filter(pl.col("pdq") != "").str.join(";").replace("", None).alias(HASHES),
        (pl.col("sha256") + ":" + pl.col("said")).filter(pl.col("said") != "").str.join("\n").alias(SAID),
    )
    known = {row["listing_id"]: row for row in told.to_dicts()}
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
    for listing_id in ids:
        row = known.get(listing_id, {})
        columns[NAMES].append(row.get(NAMES))
        columns[HASHES].append(row.get(HASHES))
        columns[SAID].append(_digest(row[SAID]) if row.get(SAID) else None)
    for column, values in columns.items():
        listings = listings.append_column(column, pa.array(values, _TEXT))
    return listings


def _facts(sha256s: list[str]) -> pl.DataFrame:
    """(sha256, pdq, said) of the pictures that were opened; pdq is empty for blank ones, as their hash is chance."""
    rows = []
    for some in _chunks(sha256s):
        marks = _marks_in(some)
        for picture in Picture.objects.filter(sha256__in=some):
            seen = [f"{m.mark} {m.inliers} {m.place}" for m in marks.get(picture.sha256, ())]
            said = "\n".join([picture.text, *seen]) if picture.text or seen else ""
            rows.append((picture.sha256, picture.pdq if picture.quality >= GOOD_QUALITY else "", said))
    return pl.DataFrame(rows, schema={"sha256": pl.String, "pdq": pl.String, "said": pl.String}, orient="row")


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _marks_in(sha256s: list[str]) -> dict[str, list[Sighting]]:
    """The marks that were found in each picture, but for those that were withdrawn since."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    live = PictureMark.objects.filter(picture__in=sha256s, mark__withdrawn_at=None).select_related("mark__brand")
    for seen in live.order_by("picture_id", "mark_id"):
        place = (seen.left, seen.top, seen.right, seen.bottom)
        found[seen.picture_id].append(Sighting(seen.mark.brand.name, seen.inliers, place, str(seen.mark_id)))
    return found


def all_hashes(listings: pa.Table) -> pa.Array:
    """The hashes of each row, those that the marketplace gave and those of its pictures, `;`-separated."""
    columns = [listings[name].to_pylist() for name in ("pdq", HASHES) if name in listings.column_names]
    joined = [";".join(filter(None, texts)) or None for texts in zip(*columns, strict=True)]
    return pa.array(joined if columns else [None] * listings.num_rows, pa.large_string())


def hashes_shown() -> pa.Table:
    """(listing_id, seller_id, pdq) of every listing on the market that shows a picture with a hash, by listing."""
    rows = pl.DataFrame(shown.pictures_table())
    told = Picture.objects.filter(quality__gte=GOOD_QUALITY).exclude(pdq="").values_list("sha256", "pdq")
    known = pl.DataFrame(list(told), schema={"sha256": pl.String, "pdq": pl.String}, orient="row")
    found = rows.join(known, on="sha256").sort("listing_id", "position")
    joined = found.group_by("listing_id", "seller_id", maintain_order=True).agg(pl.col("pdq").str.join(";"))
    return joined.to_arrow().cast(pa.schema([(n, pa.large_string()) for n in ("listing_id", "seller_id", "pdq")]))


class StoredEyes(Eyes):
    """Sees the pictures of `with_pictures` as they are known, and opens none. For one table of listings."""

    def __init__(self, listings: pa.Table) -> None:
        super().__init__(settings.MEDIA_ROOT)
        column = listings[NAMES] if NAMES in listings.column_names else pa.array([], _TEXT)
        self.texts = TextCache(None, "")
        self._views = self._known_of({name.partition("/")[0] for name in names_in(column)[2]})

    def look(self, images: pa.ChunkedArray | pa.Array) -> Looked:
        """The pictures of a column of names; those that nobody has opened are passed over."""
        row, position, names = names_in(images)
        views = [self._views.get(name.partition("/")[0]) for name in names]
        kept = np.array([at for at, view in enumerate(views) if view is not None], np.int64)
        seen = [view for view in views if view is not None]
        return Looked(row[kept], position[kept], [names[at] for at in kept.tolist()], seen)

    def _known_of(self, sha256s: Collection[str]) -> dict[str, View]:
        views: dict[str, View] = {}
        for some in _chunks(sorted(sha256s)):
            marks = _marks_in(some)
            for known in Picture.objects.filter(sha256__in=some):
                views[known.sha256] = _view(known, marks.get(known.sha256, []))
                if known.text:
                    self.texts.put(known.sha256, known.text)
        return views


def _view(known: Picture, marks: list[Sighting]) -> View:
    if known.refused:
        return View(known.sha256, refused=(known.refused, known.refusal))
    words = unpack([known.pdq])[0][0]
    return View(known.sha256, words, known.quality, known.frames, logos=tuple(marks))


def screen(screener: Screener, listings: pa.Table, shadow: list[ShadowHit] | None = None) -> pa.Table:
    """`Screener.screen` of listings of `with_pictures`, with what is known of their stored pictures."""
    rows, eyes, looking = _as_seen(listings)
    return screener.screen(rows, image_root=eyes, looking=looking, shadow=shadow)


def signals(screener: Screener, listings: pa.Table) -> pl.DataFrame:
    """`Screener.signals` of listings of `with_pictures`, with what is known of their stored pictures."""
    rows, eyes, looking = _as_seen(listings)
    return screener.signals(rows, image_root=eyes, looking=looking)


def _as_seen(listings: pa.Table) -> tuple[pa.Table, StoredEyes | None, Looking | None]:
    """The listings with the names of their stored pictures as `images`, and who sees them.

    Paths of the marketplace's files name nothing here, so a listing without stored pictures has none.
    """
    if "images" in listings.column_names:
        listings = listings.drop_columns(["images"])
    if NAMES not in listings.column_names or listings[NAMES].null_count == listings.num_rows:
        return listings, None, None
    eyes = StoredEyes(listings)
    return listings.append_column("images", listings[NAMES]), eyes, Looking(texts=eyes.texts)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
