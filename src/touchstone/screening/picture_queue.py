"""The closer look at stored pictures: their text is read and marks are searched where that may change a verdict.

Neither import nor screening waits for it. Each picture has a worth, set when a listing that shows it is judged: the sum
over those listings of

    nearness x (1 + log10(1 + price in US dollars x orders of 30 days)) / place

nearness: the score as a share of the score of a review, for a listing that passes; 0.01 for one in review; 0 for one that is
blocked. place: 1 for a listing's first picture. A picture that the bank knows counts a tenth. `turn` takes the worthiest.
What was read once is never read again, by the SHA-256 of the file, until another reader comes.
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

import numpy as np
from django.conf import settings
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.engine.images.logos import Marks, Sighting
from touchstone.engine.images.ocr import Ocr
from touchstone.engine.images.read import Refused, bytes_of, read
from touchstone.engine.images.search import unpack
from touchstone.engine.pricing.reference import Rates
from touchstone.market import media, shown
from touchstone.market.money import minor_units
from touchstone.rights.marks import live_marks
from touchstone.screening.image_bank import bank
from touchstone.screening.live_rules import ruleset
from touchstone.screening.models import Verdict, VerdictKind
from touchstone.screening.picture_models import Picture, PictureMark

READER = Actor.system("pictures")
IN_REVIEW, KNOWN = 0.01, 0.1
# Of a turn: pictures that are read, and that are searched for marks.
READ_A_TURN, SEARCHED_A_TURN = 10, 20
_REFS = 50
_AT_ONCE = 1_000
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """How many pictures were read and searched, and those (SHA-256) that said something new."""

    read: int = 0
    searched: int = 0
    telling: list[str] = field(default_factory=list)


def turn(now: datetime, *, most: int = READ_A_TURN) -> Turn:
    """Look closer at the worthiest pictures, `most` readings and twice as many searches at most. Each is kept at once."""
    done = Turn()
    _forget_withdrawn(done)
    _search(now, done, 2 * most)
    _read(now, done, min(most, _readings_left(now)))
    done.telling = list(dict.fromkeys(done.telling))
    return done


def listings_showing(sha256s: Iterable[str]) -> list[str]:
    """External ids of the listings on the market that show one of these pictures."""
    return sorted(set(shown.listings_with(sha256s)["listing_id"].to_pylist()))


def waiting() -> dict[str, int]:
    """How many pictures wait to be read and to be searched for marks."""
    newest = max((number for number, *_ in live_marks()), default=0)
    worthy = Picture.objects.filter(refused="", worth__gt=0)
    reading = worthy.exclude(reader=Ocr().name).count() if settings.READINGS_AN_HOUR else 0
    return {"to_read": reading, "to_search": worthy.filter(marks_upto__lt=newest).count()}


def weigh(now: datetime, listing_ids: Iterable[str]) -> None:
    """Set the worth of the pictures that these listings show, by all listings that show them. One verdict each counts."""
    for some in _chunks(listing_ids):
        pictures = sorted(set(shown.pictures_table(some)["sha256"].to_pylist()))
        for few in _chunks(pictures):
            _weigh(now, few)


def _weigh(now: datetime, sha256s: list[str]) -> None:
    pictures = list(Picture.objects.filter(sha256__in=sha256s))
    places = shown.listings_with(sha256s).to_pylist()
    of_listing = _values(now, {row["listing_id"] for row in places})
    worth: dict[str, float] = defaultdict(float)
    for row in places:
        worth[row["sha256"]] += of_listing.get(row["listing_id"], 0.0) / (1 + row["position"])
    for picture, known in zip(pictures, _known(pictures), strict=True):
        picture.worth = 0.0 if picture.refused else worth[picture.sha256] * (KNOWN if known else 1)
    Picture.objects.bulk_update(pictures, ["worth"], batch_size=500)


def _values(now: datetime, listing_ids: Iterable[str]) -> dict[str, float]:
    """What a closer look is worth for each listing, by the verdict that stands."""
    review_from, rates, values = ruleset(now).review_from, Rates(), {}
    for some in _chunks(sorted(listing_ids)):
        standing = Verdict.objects.filter(current=True, listing__listing_id__in=some).select_related("listing")
        for verdict in standing:
            listing = verdict.listing
            usd = (listing.price_minor or 0) / minor_units(listing.currency) / rates.usd(listing.currency or "USD")
            sales = (usd if math.isfinite(usd) else 0.0) * max(listing.orders_30d or 0, 0)
            values[listing.listing_id] = _nearness(verdict, review_from) * (1 + math.log10(1 + sales))
    return values


def _nearness(verdict: Verdict, review_from: float) -> float:
    if verdict.verdict == VerdictKind.PASS:
        return min(max(verdict.score / review_from, 0.0), 1.0) if review_from > 0 else 1.0
    return IN_REVIEW if verdict.verdict == VerdictKind.REVIEW else 0.0


def _known(pictures: list[Picture]) -> np.ndarray:
    """Which pictures the bank knows."""
    words, good = unpack([picture.pdq for picture in pictures])
    if not len(words):
        return np.zeros(0, bool)
    looks = bank().look(words)
    known: np.ndarray = good & ((looks.near >= 0) | (looks.genuine >= 0) | (looks.negative >= 0))
    return known


def _forget_withdrawn(done: Turn) -> None:
    """Sightings of marks that were withdrawn go, and their pictures are searched again for the others."""
    gone = PictureMark.objects.exclude(mark__withdrawn_at=None)
    found = list(gone.values_list("picture_id", flat=True)[:_AT_ONCE])
    if found:
        with transaction.atomic():
            Picture.objects.filter(sha256__in=found).update(marks_upto=0)
            gone.filter(picture__in=found).delete()
        done.telling += found


def _search(now: datetime, done: Turn, most: int) -> None:
    wanted = tuple(live_marks())
    if not wanted:
        return
    newest, marks = wanted[-1][0], _opened_marks(wanted)
    worthy = Picture.objects.filter(refused="", worth__gt=0, marks_upto__lt=newest).order_by("-worth", "sha256")
    for picture in worthy[:most]:
        pixels = _pixels(picture.sha256)
        found = marks.find(pixels) if pixels is not None else ()
        if _keep_marks(now, picture, found, newest):
            done.telling.append(picture.sha256)
        done.searched += 1


@transaction.atomic
def _keep_marks(now: datetime, picture: Picture, found: tuple[Sighting, ...], upto: int) -> bool:
    """True where other marks were found than before."""
    if not Picture.objects.filter(sha256=picture.sha256, marks_upto=picture.marks_upto).update(marks_upto=upto):
        return False  # somebody else has looked meanwhile
    before = set(PictureMark.objects.filter(picture=picture).values_list("mark_id", flat=True))
    after = {int(seen.mark) for seen in found}
    PictureMark.objects.filter(picture=picture).delete()
    PictureMark.objects.bulk_create(
        PictureMark(picture=picture, mark_id=int(seen.mark), inliers=seen.inliers, found_at=now, left=seen.place[0],
                    top=seen.place[1], right=seen.place[2], bottom=seen.place[3])
        for seen in found
    )  # fmt: skip
    if after - before:
        _record(now, picture, "marked", {"brands": sorted({seen.brand for seen in found})})
    return before != after


@lru_cache(maxsize=1)
def _opened_marks(wanted: tuple[tuple[int, str, str], ...]) -> Marks:
    """The marks, each called by its number."""
    files = {str(number): sha256 for number, _brand, sha256 in wanted}

    def load(number: str) -> bytes:
        path = media.original(files[number])
        if path is None:
            raise Refused("missing", "the file is gone")
        return bytes_of(path)

    return Marks.read([(brand, str(number)) for number, brand, _sha256 in wanted], load, log.warning)


def _readings_left(now: datetime) -> int:
    """Of this hour. READINGS_AN_HOUR of 0 switches reading off."""
    spent = Picture.objects.filter(read_at__gt=now - timedelta(hours=1)).count()
    return max(0, settings.READINGS_AN_HOUR - spent)


def _read(now: datetime, done: Turn, most: int) -> None:
    if most <= 0:
        return
    ocr = Ocr(threads=1)
    worthy = Picture.objects.filter(refused="", worth__gt=0).exclude(reader=ocr.name).order_by("-worth", "sha256")
    for picture in worthy[:most]:
        if _keep_text(now, picture, _text(ocr, picture.sha256), ocr.name):
            done.telling.append(picture.sha256)
        done.read += 1


def _text(ocr: Ocr, sha256: str) -> str:
    pixels = _pixels(sha256)
    try:
        return "" if pixels is None else ocr.read(pixels).replace("\0", "")
    except Exception:  # a picture that the reader stumbles over is a picture without text, not the end of the queue
        log.warning("The text of the picture %s could not be read.", sha256, exc_info=True)
        return ""


@transaction.atomic
def _keep_text(now: datetime, picture: Picture, text: str, reader: str) -> bool:
    """True where another text was read than before."""
    mine = Picture.objects.filter(sha256=picture.sha256, reader=picture.reader)
    if not mine.update(text=text, reader=reader, read_at=now):
        return False  # somebody else has read it meanwhile
    if text == picture.text:
        return False
    _record(now, picture, "read", {"reader": reader, "characters": len(text)})
    return True


def _pixels(sha256: str) -> np.ndarray | None:
    path = media.original(sha256)
    try:
        return None if path is None else read(path).pixels
    except Refused:
        return None


def _record(now: datetime, picture: Picture, verb: str, payload: dict[str, object]) -> None:
    """With the listings that show it. What was read stays out: pictures show phone numbers."""
    listings = listings_showing([picture.sha256])
    ledger.record(
        READER,
        now,
        f"screening:picture:{verb}",
        subject=("picture", picture.sha256),
        refs=[("listing", listing_id) for listing_id in listings[:_REFS]],
        payload={**payload, "listings": len(listings)},
    )


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
