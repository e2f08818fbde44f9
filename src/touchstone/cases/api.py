"""Rings and cases for programs: links and what is said of them, cases, hypotheses and the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from touchstone.accounts.gate import actor_of
from touchstone.cases import actions, analysis, judgements, merging, queries, ring_queries, shown
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import Hypothesis, HypothesisState, Ring

rings = Router()
links_router = Router()
cases = Router()
AT_ONCE, FARTHEST = 500, 10**9


class RingOut(Schema):
    ring_id: str
    score: float
    size: int
    bad_listings: int
    found_at: datetime
    changed_at: datetime


class MemberOut(Schema):
    seller_id: str
    role: str
    score: float
    reasons: list[Any]


class RingFile(RingOut):
    sentence: str
    members: list[MemberOut]


class LinkOut(Schema):
    seller_a: str
    seller_b: str
    weight: float
    judgement: str
    steps: list[Any]


class JudgementIn(Schema):
    sellers: list[str] = Field(min_length=2, max_length=judgements.MOST_SELLERS)
    judgement: Judgement
    because: str = Field(min_length=1, max_length=judgements.MAX_TEXT)


class JudgementOut(Schema):
    act: UUID
    seller_a: str
    seller_b: str
    judgement: str
    because: str
    at: datetime


class CaseIn(Schema):
    ring_id: str
    title: str = Field("", max_length=actions.MAX_TITLE)


class CaseOut(Schema):
    number: str
    title: str
    state: str


class OtherIn(Schema):
    other: str
    because: str = Field(min_length=1, max_length=merging.MAX_TEXT)


class StatementIn(Schema):
    statement: str = Field(min_length=1, max_length=analysis.MAX_LINE)


class HypothesisOut(Schema):
    id: UUID
    statement: str
    state: HypothesisState
    because: str


class StateIn(Schema):
    state: HypothesisState
    because: str = Field(min_length=1, max_length=analysis.MAX_TEXT)


class ArgumentIn(Schema):
    text: str = Field(min_length=1, max_length=analysis.MAX_LINE)
    kind: str = ""
    object_id: str = ""


class ArgumentOut(Schema):
    id: UUID
    text: str
    kind: str
    object_id: str


class WeightIn(Schema):
    argument: UUID
    weight: int = Field(ge=-2, le=2)
    note: str = Field("", max_length=analysis.MAX_TEXT)


class WeightOut(Schema):
    weight: int
    note: str
    at: datetime


@rings.get("", response=list[RingOut], summary="Current rings, worst first")
def ring_list(
    request: HttpRequest, offset: int = Query(0, ge=0, le=FARTHEST), limit: int = Query(100, ge=1, le=AT_ONCE)
) -> Any:
    return queries.rings(actor_of(request))[offset : offset + limit]


@rings.get("/{ring_id}", response=RingFile, summary="One ring with its members")
def ring(request: HttpRequest, ring_id: str) -> dict[str, Any]:
    found = queries.ring(actor_of(request), ring_id)
    members = [
        {"seller_id": m.seller.seller_id, "role": m.role, "score": m.score, "reasons": m.reasons}
        for m in found.members.select_related("seller")
    ]
    facts = {name: getattr(found, name) for name in RingOut.model_fields}
    return {**facts, "sentence": shown.text_of(ring_queries.sentence(found)), "members": members}


@rings.get("/{ring_id}/links", response=list[LinkOut], summary="Its links with what adds up to each, strongest first")
def links(
    request: HttpRequest,
    ring_id: str,
    offset: int = Query(0, ge=0, le=FARTHEST),
    limit: int = Query(100, ge=1, le=AT_ONCE),
) -> Any:
    found: Ring = queries.ring(actor_of(request), ring_id)
    said = ring_queries.standing(found)
    return [
        {
            "seller_a": link.seller_a.seller_id,
            "seller_b": link.seller_b.seller_id,
            "weight": link.weight,
            "judgement": said.get((link.seller_a_id, link.seller_b_id), Judgement.OPEN).value,
            "steps": ring_queries.steps(link),
        }
        for link in ring_queries.links(found)[offset : offset + limit]
    ]


@links_router.post("/judgements", response={201: list[JudgementOut]}, summary="Confirm, reject or annotate links")
def judge(request: HttpRequest, given: JudgementIn) -> Any:
    """Two sellers: any judgement, `open` undoes what stands. More: `rejected` alone, each of them from each."""
    actor, now = actor_of(request), timezone.now()
    made = judgements.judge(actor, now, sellers=given.sellers, judgement=given.judgement.value, because=given.because)
    names = judgements.names(made)
    rows = [
        {
            "act": j.act,
            "seller_a": names[j.seller_a_id],
            "seller_b": names[j.seller_b_id],
            "judgement": j.judgement,
            "because": j.because,
            "at": j.at,
        }
        for j in made
    ]
    return Status(201, rows)


@cases.post("", response={201: CaseOut}, summary="Open a case about a ring")
def open_case(request: HttpRequest, given: CaseIn) -> Any:
    made = actions.open_case_from_ring(actor_of(request), timezone.now(), ring_id=given.ring_id, title=given.title)
    return Status(201, made)


@cases.get("/{number}", response=dict[str, Any], summary="The file of a case with its analysis")
def case(request: HttpRequest, number: str) -> dict[str, Any]:
    return queries.whole_file(actor_of(request), queries.case(actor_of(request), number))


@cases.post("/{number}/merge", response=CaseOut, summary="Merge the case into another, which goes on")
def merge(request: HttpRequest, number: str, given: OtherIn) -> Any:
    return merging.merge_case(
        actor_of(request), timezone.now(), case_number=number, into=given.other, because=given.because
    )


@cases.post("/{number}/relations", response={201: CaseOut}, summary="Say that two cases belong together")
def relate(request: HttpRequest, number: str, given: OtherIn) -> Any:
    made = merging.relate_cases(
        actor_of(request), timezone.now(), case_number=number, other=given.other, because=given.because
    )
    return Status(201, made.case_b if made.case_a.number == number else made.case_a)


@cases.post("/{number}/hypotheses", response={201: HypothesisOut}, summary="State a hypothesis")
def state(request: HttpRequest, number: str, given: StatementIn) -> Any:
    made: Hypothesis = analysis.state_hypothesis(
        actor_of(request), timezone.now(), case_number=number, statement=given.statement
    )
    return Status(201, made)


@cases.post("/{number}/evidence", response={201: ArgumentOut}, summary="Put evidence into the analysis")
def put(request: HttpRequest, number: str, given: ArgumentIn) -> Any:
    made = analysis.put_argument(actor_of(request), timezone.now(), case_number=number, **given.model_dump())
    return Status(201, made)


@cases.post("/hypotheses/{hypothesis_id}", response=HypothesisOut, summary="Judge a hypothesis")
def judge_hypothesis(request: HttpRequest, hypothesis_id: UUID, given: StateIn) -> Any:
    return analysis.judge_hypothesis(
        actor_of(request),
        timezone.now(),
        hypothesis_id=hypothesis_id,
        state=given.state.value,
        because=given.because,
    )


@cases.post("/hypotheses/{hypothesis_id}/weights", response={201: WeightOut}, summary="Weigh evidence")
def weigh(request: HttpRequest, hypothesis_id: UUID, given: WeightIn) -> Any:
    made = analysis.weigh(
        actor_of(request),
        timezone.now(),
        argument_id=given.argument,
        hypothesis_id=hypothesis_id,
        weight=given.weight,
        note=given.note,
    )
    return Status(201, made)
