"""Decisions for programs: a marketplace's own review tool reads the queue and posts what its reviewers settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from touchstone.accounts.gate import actor_of
from touchstone.review import actions, queries
from touchstone.review.models import Decision, OutcomeKind

router = Router()


class DecisionIn(Schema):
    task_id: UUID
    outcome: OutcomeKind
    finding: str = Field("", max_length=40)
    facts: str = Field(min_length=1, max_length=10_000)
    basis: str = Field(min_length=1, max_length=2_000)
    note: str = Field("", max_length=10_000)
    term: str = Field("", max_length=100, description="The word in the title by which the seller means the brand.")
    term_brand: str = Field("", max_length=100)


class DecisionOut(Schema):
    id: UUID
    task_id: UUID
    listing_id: str
    outcome: str
    finding: str
    facts: str
    basis: str
    note: str
    automated: bool
    pack_version: str
    decided_at: datetime

    @staticmethod
    def resolve_listing_id(decision: Decision) -> str:
        return decision.listing.listing_id


@router.get("", response=list[DecisionOut], summary="Decisions, newest first")
def decisions(request: HttpRequest, listing_id: str = "", limit: int = Query(50, ge=1, le=500)) -> Any:
    return queries.decisions(actor_of(request), listing_id=listing_id)[:limit]


@router.post("", response={201: DecisionOut}, summary="Settle a task that is claimed by you or open")
def decide(request: HttpRequest, decision: DecisionIn) -> Any:
    actor, now = actor_of(request), timezone.now()
    made = actions.decide(actor, now, **decision.model_dump())
    return Status(201, made)
