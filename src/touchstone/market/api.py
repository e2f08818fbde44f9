"""Imports for programs: a file of sellers, listings, orders or after-sales."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from touchstone.accounts.gate import actor_of
from touchstone.accounts.policy import permit
from touchstone.market import actions
from touchstone.market.models import Import, ImportKind

router = Router()


class ImportOut(Schema):
    id: UUID
    kind: str
    file_name: str
    sha256: str
    rows: int
    accepted: int
    unchanged: int
    rejected: int
    notices: list[str]
    at: datetime


@router.post("/{kind}", response=ImportOut, summary="Import a CSV, JSON Lines or Parquet file")
def import_file(request: HttpRequest, kind: ImportKind, file: File[UploadedFile]) -> Import:
    """The file's ending says its form. The same file sent again answers the first import and changes nothing."""
    actor = actor_of(request)
    permit(actor, "market.import")
    name = Path(file.name or "").name
    with tempfile.NamedTemporaryFile(suffix="".join(Path(name).suffixes[-2:])) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return actions.import_file(actor, timezone.now(), kind=kind.value, path=Path(copy.name), file_name=name)
