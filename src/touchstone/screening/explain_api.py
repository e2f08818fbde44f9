"""The same as the page `/explain/` and `touchstone explain`, for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from touchstone.accounts.gate import actor_of
from touchstone.screening.api import MatchOut, ReasonOut
from touchstone.screening.explaining import MOST_CHARACTERS, explain

router = Router()


class TitleIn(Schema):
    title: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    price: Decimal | None = Field(None, ge=0, lt=Decimal(10) ** 12, allow_inf_nan=False)
    currency: str = Field("CNY", pattern=r"^[A-Z]{3}$")
    category: str = Field("", max_length=200)
    brand: str = Field("", max_length=200)


class ChangeOut(Schema):
    start: int
    end: int
    before: str
    after: str


class StepOut(Schema):
    step: str
    text: str
    changes: list[ChangeOut]


class CandidateOut(Schema):
    brand: str
    name: str
    read: list[str]
    text: str
    start: int
    end: int
    technique: str
    strength: float
    honest: float
    disguise: float | None
    fate: str
    why: str
    why_zh: str


class WordOut(Schema):
    word: str
    start: int
    end: int
    kind: str
    name: str


class ToldOut(Schema):
    title: str
    verdict: str
    score: float
    thresholds: dict[str, float]
    brands: list[str]
    matches: list[MatchOut]
    reasons: list[ReasonOut]
    steps: list[StepOut]
    candidates: list[CandidateOut]
    context: list[WordOut]
    signals: dict[str, Any]


@router.post("/explain", response=ToldOut, summary="How a title is read, and why its verdict is what it is")
def explain_title(request: HttpRequest, given: TitleIn) -> dict[str, Any]:
    """Nothing is stored."""
    asked = given.model_dump()
    titles, price = [asked.pop("title")], asked.pop("price")
    number = None if price is None else float(price)
    return explain(actor_of(request), timezone.now(), titles=titles, price=number, **asked)[0]
