"""Verbs of the market: taking files in, taking listings and shops off the market and putting them back."""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import BadInputFile, NotValid
from touchstone.market import lake, writing
from touchstone.market.models import Import, ImportKind
from touchstone.market.pictures import Album
from touchstone.market.reading import Chunk, Reading
from touchstone.market.rows import Rejected, check_columns, ignored
from touchstone.market.shaping import shaped
from touchstone.market.staging import Staged, stage
from touchstone.market.standing import (
    lift_ended_restrictions,
    lift_restriction,
    link_organisation,
    remove_listing,
    restore_listing,
    restrict_seller,
)

__all__ = [
    "import_file",
    "import_listings",
    "lift_ended_restrictions",
    "lift_restriction",
    "link_organisation",
    "remove_listing",
    "restore_listing",
    "restrict_seller",
]

_AT_ONCE = 2_000
_CHUNK = 10_000


def import_file(
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    path: Path,
    file_name: str | None = None,
    image_root: Path | None = None,
) -> Import:
    """Take in a CSV, JSON Lines or Parquet file of sellers, listings, orders or after_sales.

    The ending of `path` says the form. file_name: the name that people know it by. image_root: the folder of the
    listings' relative picture paths; without it no picture is opened (the paths come from strangers).

    The file is read and checked first; then all of it comes in, or nothing. The same bytes give the first Import again.
    Rows that are wrong are in the import's rejected file. Raises Forbidden, NotValid, BadInputFile.
    """
    permit(actor, "market.import")
    if kind not in ImportKind.values:
        raise NotValid(
            _("%(kind)s is no kind of import.") % {"kind": kind},
            remedy=_("Choose from: %(kinds)s.") % {"kinds": ", ".join(ImportKind.values)},
            place="kind",
        )
    name = (file_name or Path(path).name)[:255]
    sha256 = _file_digest(Path(path), name)
    reading = Reading(Path(path), kind, name)
    return _take_in(actor, now, kind, name, sha256, reading, reading.notices, image_root)


def import_listings(actor: Actor, now: datetime, *, rows: pa.Table, source: str) -> Import:
    """Take in listings from a table with the columns of a listing file; line numbers are row numbers from 1.

    source: where they come from, in words. The same rows from the same source give the first Import again.
    Raises Forbidden, BadInputFile.
    """
    permit(actor, "market.import")
    notices: list[str] = []
    unknown = check_columns(ImportKind.LISTINGS, rows.column_names, source)
    if unknown:
        notices.append(ignored(unknown))
    digest = hashlib.sha256(source.encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    digest.update(sink.getvalue())
    return _take_in(actor, now, ImportKind.LISTINGS, source[:255], digest.hexdigest(), _numbered(rows), notices, None)


def _numbered(rows: pa.Table) -> Iterator[Chunk]:
    for start in range(0, rows.num_rows, _CHUNK):
        part = rows.slice(start, _CHUNK)
        yield part, pa.array(range(start + 1, start + part.num_rows + 1), pa.int64())


def _file_digest(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInputFile(
            _("The file cannot be opened (%(reason)s).") % {"reason": error.strerror}, place=name
        ) from error


def _take_in(
    actor: Actor,
    now: datetime,
    kind: str,
    name: str,
    sha256: str,
    chunks: Iterable[Chunk | Rejected],
    notices: list[str],
    image_root: Path | None,
) -> Import:
    known = Import.objects.filter(kind=kind, sha256=sha256).first()
    if known:
        return known
    with tempfile.TemporaryDirectory(prefix="touchstone-import-") as scratch:
        staged = stage(kind, chunks, Path(scratch), shaped)
        if staged.rows and not staged.good:
            notices.append(_("Not one row could be taken."))
        try:
            with transaction.atomic():
                return _write(actor, now, kind, name, sha256, staged, notices, image_root)
        except IntegrityError:
            known = Import.objects.filter(kind=kind, sha256=sha256).first()
            if known is None:
                raise
            return known  # somebody else took the same file in meanwhile


def _write(
    actor: Actor,
    now: datetime,
    kind: str,
    name: str,
    sha256: str,
    staged: Staged,
    notices: list[str],
    image_root: Path | None,
) -> Import:
    accepted, unchanged = _write_rows(kind, staged, now, notices, image_root)
    import_id = uuid.uuid4()
    done = Import.objects.create(
        id=import_id,
        kind=kind,
        file_name=name,
        sha256=sha256,
        rows=staged.rows,
        accepted=accepted,
        unchanged=unchanged,
        rejected=staged.bad,
        rejected_file=_keep_rejected(staged, import_id),
        notices=notices,
        by=actor.name,
        at=now,
    )
    counts: dict[str, Any] = {f: getattr(done, f) for f in ("rows", "accepted", "unchanged", "rejected")}
    ledger.record(
        actor,
        now,
        "market:import:finished",
        subject=("import", done.id),
        payload={"kind": kind, "file_name": name, "sha256": sha256, **counts},
    )
    return done


def _write_rows(
    kind: str, staged: Staged, now: datetime, notices: list[str], image_root: Path | None
) -> tuple[int, int]:
    """(accepted, unchanged)."""
    if kind == ImportKind.SELLERS:
        written = writing.write_sellers(staged.chunks(_AT_ONCE), now)
        writing.link_organisations()
        return written.accepted, written.unchanged
    if kind == ImportKind.LISTINGS:
        album = Album(image_root) if image_root else None
        listings = writing.write_listings(staged.chunks(_AT_ONCE), now, album)
        notices += listings.notices(album)
        return listings.accepted, listings.unchanged
    merged = lake.merge(kind, str(staged.path), now)
    return merged.accepted, merged.unchanged


def _keep_rejected(staged: Staged, import_id: uuid.UUID) -> str:
    if not staged.bad:
        return ""
    folder = Path(settings.HOME) / "rejected"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{import_id}.jsonl"
    draft = folder / f".{name}"
    draft.write_bytes(staged.rejected.read_bytes())
    os.replace(draft, folder / name)
    return name
