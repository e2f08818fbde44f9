"""Leads for programs: an agency's own case system receives, answers and reports back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from touchstone.accounts.gate import actor_of
from touchstone.agencies import actions, queries
from touchstone.agencies.models import Lead, OutcomeKind, Purpose, Tlp

router = Router()


class LeadIn(Schema):
    case_number: str
    recipient_id: UUID
    purpose: Purpose
    tlp: Tlp
    requested_action: str = Field(min_length=1, max_length=5_000)


class AnswerIn(Schema):
    accept: bool
    reason: str = Field("", max_length=5_000)


class OutcomeIn(Schema):
    kind: OutcomeKind
    value_minor: int | None = Field(None, ge=0, lt=2**62)
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    quantity: int | None = Field(None, ge=0, lt=2**31)
    text: str = Field("", max_length=10_000)


class OutcomeOut(Schema):
    kind: str
    value_minor: int | None
    currency: str
    quantity: int | None
    text: str
    at: datetime


class LeadOut(Schema):
    number: str
    state: str
    lead_type: str
    tlp: str
    purpose: str
    requested_action: str
    sender_id: UUID
    recipient_id: UUID
    sent_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    reason: str
    package_sha256: str
    withheld: list[Any]


class LeadFile(LeadOut):
    package: dict[str, Any]
    outcomes: list[OutcomeOut]

    @staticmethod
    def resolve_outcomes(lead: Lead) -> Any:
        return lead.outcomes.all()


@router.get("", response=list[LeadOut], summary="Leads that your organisation sent or received")
def leads(request: HttpRequest) -> Any:
    return queries.leads(actor_of(request))


@router.get("/{number}", response=LeadFile, summary="One lead with its file and outcomes")
def lead(request: HttpRequest, number: str) -> Lead:
    return queries.lead(actor_of(request), number)


@router.post("", response={201: LeadOut}, summary="Send a case as a lead")
def send(request: HttpRequest, lead: LeadIn) -> Any:
    return Status(201, actions.send_lead(actor_of(request), timezone.now(), **lead.model_dump()))


@router.post("/{number}/answer", response=LeadOut, summary="Accept a lead, or return it with a reason")
def answer(request: HttpRequest, number: str, answer: AnswerIn) -> Lead:
    return actions.answer_lead(actor_of(request), timezone.now(), lead_number=number, **answer.model_dump())


@router.post("/{number}/outcomes", response={201: OutcomeOut}, summary="Report what became of a lead")
def report(request: HttpRequest, number: str, outcome: OutcomeIn) -> Any:
    made = actions.report_outcome(actor_of(request), timezone.now(), lead_number=number, **outcome.model_dump())
    return Status(201, made)
