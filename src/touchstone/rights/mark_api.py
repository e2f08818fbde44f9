"""Marks for programs: a rights holder's own tools give and withdraw them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from touchstone.accounts.gate import actor_of
from touchstone.rights import marks, queries
from touchstone.rights.mark_models import Mark
from touchstone.rights.mark_views import add_uploaded

router = Router()


class MarkIn(Schema):
    brand: str = Field(min_length=1, max_length=100)
    name: str = Field("", max_length=200)


class WithdrawIn(Schema):
    because: str = Field(min_length=1, max_length=500)


class MarkOut(Schema):
    id: int
    brand: str
    name: str
    sha256: str
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str

    @staticmethod
    def resolve_brand(mark: Mark) -> str:
        return mark.brand.name


@router.get("", response=list[MarkOut], summary="Marks that pictures are searched for, the latest first")
def list_marks(request: HttpRequest, brand: str = "", limit: int = Query(100, ge=1, le=1000)) -> Any:
    return marks.marks(actor_of(request), brand=brand)[:limit]


@router.post("", response={201: MarkOut}, summary="Give a mark of one's brand, as a form with a picture file")
def add(request: HttpRequest, mark: Form[MarkIn], file: File[UploadedFile]) -> Any:
    return Status(201, add_uploaded(request, queries.brand(mark.brand), file, mark.name))


@router.post("/{int:mark_id}/withdraw", response=MarkOut, summary="Stop looking for a mark")
def withdraw(request: HttpRequest, mark_id: int, why: WithdrawIn) -> Any:
    return marks.withdraw_mark(actor_of(request), timezone.now(), mark_id=mark_id, because=why.because)
