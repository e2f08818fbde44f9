"""Terms for programs: a marketplace's own tools read the lists and propose entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from touchstone.accounts.gate import actor_of
from touchstone.rights import term_queries, terms
from touchstone.rights.models import Term, TermKind, TermState

router = Router()


class TermIn(Schema):
    kind: TermKind
    text: str = Field(min_length=1, max_length=200)
    brand: str = Field("", max_length=100)
    reason: str = Field("", max_length=500)


class TermOut(Schema):
    id: UUID
    kind: str
    text: str
    brand: str
    state: str
    source: str
    source_id: str
    reason: str
    proposed_at: datetime
    approved_at: datetime | None
    ended_at: datetime | None
    changed: int | None
    measured_at: datetime | None = Field(None, alias="effect_at")

    @staticmethod
    def resolve_brand(term: Term) -> str:
        return term.brand.name if term.brand else ""

    @staticmethod
    def resolve_changed(term: Term) -> int | None:
        return None if term.effect is None else term.effect.get("changed")


@router.get("", response=list[TermOut], summary="Terms, the latest first")
def list_terms(
    request: HttpRequest,
    state: TermState | None = None,
    kind: TermKind | None = None,
    brand: str = "",
    limit: int = Query(100, ge=1, le=1000),
) -> Any:
    found = term_queries.terms(actor_of(request), state=state or "", kind=kind or "", brand=brand)
    return found[:limit]


@router.post("", response={201: TermOut}, summary="Propose a term; people approve it")
def propose(request: HttpRequest, term: TermIn) -> Any:
    return Status(201, terms.propose(actor_of(request), timezone.now(), **term.model_dump()))
