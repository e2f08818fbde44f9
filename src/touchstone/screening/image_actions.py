"""Adding, confirming and withdrawing the images of the bank.

An image is proposed by one person and confirmed by another. A copy from a listing that was found to be counterfeit is
confirmed at once: that decision was the confirmation.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.files.read import read_table
from touchstone.engine.images import orientations, pdq
from touchstone.engine.images.bank_rows import COLUMNS, checked
from touchstone.engine.images.read import Refused, read
from touchstone.engine.images.search import hexed, unpack
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.market import media
from touchstone.market import queries as market
from touchstone.screening import image_bank
from touchstone.screening.image_hits import match_market
from touchstone.screening.image_models import ImageEntry, ImageKind, ImageState
from touchstone.screening.models import LabelKind
from touchstone.screening.queries import labels_of

_LONGEST = 500
MOST_ROWS = 100_000


@transaction.atomic
def add_from_listing(
    actor: Actor, now: datetime, *, listing_id: str, position: int = 0, kind: str, because: str, brand: str = "",
    turned: bool = True,
) -> ImageEntry:  # fmt: skip
    """Put image number `position` (from 0) of a listing into the bank; the same image and kind again is the same entry.

    turned: it is looked for in all eight orientations. A copy from a listing that is labelled counterfeit is confirmed
    at once, everything else waits for another person. Raises Forbidden, NotFound, NotValid, Conflict (see `_refuse`).
    """
    permit(actor, "image.add")
    listing = market.listing(actor, listing_id)
    sha256 = market.picture_hash(listing, position)
    words = _of_listing(listing.pdq, position, sha256, turned)
    label = labels_of(listing).first()
    proven = kind == ImageKind.FAKE and label is not None and label.label == LabelKind.COUNTERFEIT
    facts = {"kind": kind, "because": because, "brand": brand or listing.brand, "name": listing.listing_id}
    state = ImageState.CONFIRMED if proven else ImageState.PROPOSED
    return _add(actor, now, words, state, sha256=sha256, listing=listing, position=position, **facts)


@transaction.atomic
def add_from_picture(
    actor: Actor, now: datetime, *, path: Path, kind: str, because: str, brand: str = "", name: str = "",
    turned: bool = True,
) -> ImageEntry:  # fmt: skip
    """Put a picture file into the bank, waiting for another person. Raises Forbidden, NotValid, Conflict."""
    permit(actor, "image.add")
    words = _of_picture(path, turned)
    sha256 = media.keep(path) or ""
    facts = {"kind": kind, "because": because, "brand": brand, "name": name}
    return _add(actor, now, words, ImageState.PROPOSED, sha256=sha256, **facts)


@transaction.atomic
def add_from_table(actor: Actor, now: datetime, *, path: Path, because: str) -> list[ImageEntry]:
    """Put the rows of a bank file (docs/formats.md) into the bank, waiting for another person; those that are new.

    Raises Forbidden, BadInputFile, NotValid (a wrong row; more than MOST_ROWS).
    """
    permit(actor, "image.add")
    words, rows = checked(read_table(str(path), required=("pdq",), known=COLUMNS), place=path.name)
    if len(words) > MOST_ROWS:
        raise NotValid(_("A file may hold %(most)d images at most.") % {"most": MOST_ROWS})
    known = set(ImageEntry.objects.exclude(state=ImageState.WITHDRAWN).values_list("pdq", "kind"))
    new: dict[tuple[str, str], ImageEntry] = {}
    for pdq_hex, one, row in zip(hexed(words), words, rows.to_pylist(), strict=True):
        if (key := (pdq_hex, row["kind"])) not in known and key not in new:
            every = orientations.turned(one[None])[0] if row["orientations"] else one[None]
            facts = {"kind": row["kind"], "brand": row["brand"][:200], "name": row["id"][:200], "because": because}
            new[key] = _entry(actor, now, every, ImageState.PROPOSED, **facts)
    entries = ImageEntry.objects.bulk_create(list(new.values()), batch_size=1_000)
    _record(actor, now, "added", entries)
    return entries


@transaction.atomic
def confirm(actor: Actor, now: datetime, *, entry_ids: Collection[UUID]) -> list[ImageEntry]:
    """Confirm entries that another person proposed, or that were set aside; the market is searched for them.

    One that was set aside may then match twice as many listings as it did. Raises Forbidden (one's own proposal),
    NotFound, Conflict (withdrawn).
    """
    permit(actor, "image.confirm")
    entries = [e for e in _locked(entry_ids) if e.state != ImageState.CONFIRMED]
    for entry in entries:
        if entry.state == ImageState.WITHDRAWN:
            raise Conflict(_("%(entry)s is withdrawn.") % {"entry": entry}, remedy=_("Add the image again."))
        if entry.state == ImageState.PROPOSED and entry.added_by == actor.id:
            raise Forbidden(
                _("An image is confirmed by another person than the one who proposed it."),
                remedy=_("Ask a colleague."),
            )
        if entry.state == ImageState.SET_ASIDE:
            entry.ceiling = 2 * entry.listings
        _settle(actor, now, entry, ImageState.CONFIRMED, "")
    _save(entries)
    _record(actor, now, "confirmed", entries)
    match_market(now, entries)
    return entries


@transaction.atomic
def withdraw(actor: Actor, now: datetime, *, entry_id: UUID, because: str) -> ImageEntry:
    """Take an entry out of the bank for good. Raises Forbidden, NotFound, NotValid (no reason)."""
    permit(actor, "image.withdraw")
    (entry,) = _locked([entry_id])
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    if entry.state != ImageState.WITHDRAWN:
        _settle(actor, now, entry, ImageState.WITHDRAWN, because)
        _save([entry])
        _record(actor, now, "withdrawn", [entry], because=entry.settled_because)
    return entry


@transaction.atomic
def set_aside(actor: Actor, now: datetime, *, entry_id: UUID, because: str) -> ImageEntry:
    """Stop looking for an entry until somebody confirms it again. Raises Forbidden, NotFound, NotValid, Conflict."""
    permit(actor, "image.withdraw")
    (entry,) = _locked([entry_id])
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    if entry.state == ImageState.WITHDRAWN:
        raise Conflict(_("%(entry)s is withdrawn.") % {"entry": entry})
    if entry.state != ImageState.SET_ASIDE:
        _settle(actor, now, entry, ImageState.SET_ASIDE, because)
        _save([entry])
        _record(actor, now, "set_aside", [entry], because=entry.settled_because)
    return entry


def _add(
    actor: Actor, now: datetime, words: np.ndarray, state: str, *, kind: str, because: str, **facts: object
) -> ImageEntry:
    if kind not in ImageKind.values:
        raise NotValid(_("There is no such kind of image."), place="kind")
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    same = ImageEntry.objects.filter(pdq=hexed(words[:1])[0], kind=kind).exclude(state=ImageState.WITHDRAWN).first()
    if same is not None:
        return same
    _refuse(words, kind)
    entry = _entry(actor, now, words, state, kind=kind, because=because, **facts)
    entry.save(force_insert=True)
    _record(actor, now, "added", [entry])
    if state == ImageState.CONFIRMED:
        match_market(now, [entry])
    return entry


def _refuse(words: np.ndarray, kind: str) -> None:
    """A copy that would never speak: Conflict where a confirmed entry takes its meaning away."""
    if kind != ImageKind.FAKE:
        return
    looks = image_bank.bank().look(words[:1])
    if looks.negative[0] >= 0:
        raise Conflict(
            _("The bank knows this image as one that says nothing."),
            remedy=_("Choose another image of the listing, or withdraw that entry first."),
        )
    if looks.genuine[0] >= 0:
        raise Conflict(
            _("The bank knows this image as a shot of the rights holder, which honest sellers use too."),
            remedy=_("Choose another image of the listing."),
        )


def _of_listing(pdq_column: str, position: int, sha256: str, turned: bool) -> np.ndarray:
    """The hashes of one image of a listing: from the picture, or from the hash that the marketplace gave."""
    original = media.original(sha256) if sha256 else None
    if original is not None:
        return _of_picture(original, turned)
    texts = [text for text in pdq_column.split(";") if text.strip()]
    words, good = unpack(texts[position : position + 1])
    if not good.any():
        raise NotValid(
            _("The listing has neither the picture nor a hash of it."), remedy=_("Add the picture from a file.")
        )
    return orientations.turned(words)[0] if turned else words


def _of_picture(path: Path, turned: bool) -> np.ndarray:
    try:
        pixels = read(path).pixels
    except Refused as refused:
        raise NotValid(_("This picture is not read: %(why)s.") % {"why": refused}, place="file") from refused
    found = pdq.hashes(pixels)
    if found.quality < pdq.GOOD_QUALITY:
        raise NotValid(
            _("This picture is all but blank: its hash would match by chance."),
            place="file",
            remedy=_("Choose a picture that shows something."),
        )
    return orientations.of_picture(pixels) if turned else found.words


def _entry(actor: Actor, now: datetime, words: np.ndarray, state: str, **facts: object) -> ImageEntry:
    every = list(dict.fromkeys(hexed(words)))
    confirmed = state == ImageState.CONFIRMED
    entry = ImageEntry(
        id=uuid.uuid4(), pdq=every[0], hashes=";".join(every), state=state, added_by=actor.id,
        added_by_name=actor.name, added_at=now, **facts,
    )  # fmt: skip
    entry.because = entry.because.strip()[:_LONGEST]
    if confirmed:
        entry.settled_at, entry.settled_by_name = now, actor.name
    return entry


def _settle(actor: Actor, now: datetime, entry: ImageEntry, state: str, because: str) -> None:
    entry.state, entry.settled_at, entry.settled_by_name = state, now, actor.name
    entry.settled_because = because.strip()[:_LONGEST]


def _save(entries: list[ImageEntry]) -> None:
    fields = ["state", "settled_at", "settled_by_name", "settled_because", "ceiling"]
    ImageEntry.objects.bulk_update(entries, fields, batch_size=500)


def _locked(entry_ids: Collection[UUID]) -> list[ImageEntry]:
    entries = list(ImageEntry.objects.select_for_update(of=("self",)).filter(id__in=set(entry_ids)))
    if len(entries) < len(set(entry_ids)):
        raise NotFound(_("There is no such image in the bank."))
    return entries


def _record(actor: Actor, now: datetime, verb: str, entries: Iterable[ImageEntry], **more: str) -> None:
    ledger.record_many(
        actor,
        now,
        f"screening:image:{verb}",
        entries=[
            (
                ("image", entry.id),
                [("listing", entry.listing.listing_id)] if entry.listing else [],
                {"kind": str(entry.kind), "state": str(entry.state), "pdq": entry.pdq, "brand": entry.brand, **more},
            )
            for entry in entries
        ],
    )
