"""The analysis of a case (案件研判): hypotheses, the evidence for and against each, and which stand up to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.cases.locking import locked, person_of, required
from touchstone.cases.models import Argument, Case, Hypothesis, HypothesisState, Weighing, Weight
from touchstone.errors import NotFound, NotValid

MAX_LINE, MAX_TEXT = 500, 5_000


@transaction.atomic
def state_hypothesis(actor: Actor, now: datetime, *, case_number: str, statement: str) -> Hypothesis:
    """State what may be true about the case; the same statement again is the first one.

    Raises Forbidden, NotFound, Conflict (the case is closed), NotValid.
    """
    case = locked(actor, case_number)
    statement = required(statement, "statement", MAX_LINE)
    known = case.hypotheses.filter(statement=statement).first()
    if known:
        return known
    made = Hypothesis.objects.create(case=case, statement=statement, by_id=person_of(actor), at=now)
    _record(actor, now, "cases:hypothesis:stated", case, made, {"state": made.state})
    return made


@transaction.atomic
def judge_hypothesis(actor: Actor, now: datetime, *, hypothesis_id: UUID, state: str, because: str) -> Hypothesis:
    """Say that a hypothesis is supported, refuted or open again, and why; the same again changes nothing.

    Raises Forbidden, NotFound, Conflict (the case is closed), NotValid.
    """
    case, found = _locked_hypothesis(actor, hypothesis_id)
    if state not in HypothesisState.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": state}, place="state")
    because = required(because, "because", MAX_TEXT)
    if (found.state, found.because) == (state, because):
        return found
    found.state, found.because, found.judged_by_id, found.judged_at = state, because, person_of(actor), now
    found.save(update_fields=["state", "because", "judged_by", "judged_at"])
    _record(actor, now, "cases:hypothesis:judged", case, found, {"state": state, "because": because})
    return found


@transaction.atomic
def put_argument(
    actor: Actor, now: datetime, *, case_number: str, text: str, kind: str = "", object_id: str = ""
) -> Argument:
    """Put a piece of evidence into the analysis, in a line; kind and object_id name the item of the case that it is.

    Once is enough. Raises Forbidden, NotFound (no such item in the case), Conflict (closed), NotValid.
    """
    case = locked(actor, case_number)
    text, object_id = required(text, "text", MAX_LINE), object_id.strip()
    if bool(kind) != bool(object_id):
        raise NotValid(_("Name both, the kind and the id, or neither."), place="object_id")
    if object_id and not case.items.filter(kind=kind, object_id=object_id).exists():
        raise NotFound(_("The case does not hold %(id)s.") % {"id": object_id}, remedy=_("Add it to the case first."))
    known = case.arguments.filter(text=text, object_id=object_id).first()
    if known:
        return known
    made = Argument.objects.create(case=case, text=text, kind=kind, object_id=object_id, by_id=person_of(actor), at=now)
    ledger.record(
        actor,
        now,
        "cases:argument:put",
        subject=("case", case.number),
        refs=[(kind, object_id)] if kind and kind != "wanted" else [],
        payload={"argument": str(made.id), "kind": kind, "id": object_id},
    )
    return made


@transaction.atomic
def weigh(
    actor: Actor, now: datetime, *, argument_id: UUID, hypothesis_id: UUID, weight: int, note: str = ""
) -> Weighing:
    """Say how strongly a piece of evidence speaks for (1, 2) or against (-1, -2) a hypothesis, or that it does not (0).

    A later weighing takes the place of the earlier, which is kept. Raises Forbidden, NotFound, Conflict, NotValid.
    """
    case, hypothesis = _locked_hypothesis(actor, hypothesis_id)
    argument = case.arguments.filter(id=argument_id).first()
    if argument is None:
        raise NotFound(_("There is no such evidence in this case."))
    if weight not in Weight.values:
        raise NotValid(_("Give a weight from -2 to 2."), place="weight")
    note = note.strip()[:MAX_TEXT]
    known = Weighing.objects.filter(argument=argument, hypothesis=hypothesis, standing=True).first()
    if known and (known.weight, known.note) == (weight, note):
        return known
    if known:
        known.standing = False
        known.save(update_fields=["standing"])
    made = Weighing.objects.create(
        argument=argument, hypothesis=hypothesis, weight=weight, note=note, by_id=person_of(actor), at=now
    )
    payload = {"argument": str(argument.id), "weight": weight}
    _record(actor, now, "cases:argument:weighed", case, hypothesis, payload)
    return made


@dataclass(frozen=True)
class Column:
    """A hypothesis with what was said for and against it. against: the sum of what speaks against it, at most 0."""

    hypothesis: Hypothesis
    pro: int
    against: int
    best: bool = False


@dataclass(frozen=True)
class Row:
    """A piece of evidence with its weighing of each hypothesis; None where nobody has weighed it. It tells hypotheses
    apart only where its weights differ."""

    argument: Argument
    cells: list[Weighing | None]
    tells_apart: bool


@dataclass(frozen=True)
class Matrix:
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    unweighed: int = 0


def matrix(case: Case) -> Matrix:
    """Hypotheses by evidence, as in the analysis of competing hypotheses: the best is the one that least speaks against.

    Evidence that fits all hypotheses alike decides nothing, and a hypothesis is not proved by what also fits the others;
    so columns are compared by what speaks against them. None is best before every open one was weighed at least once.
    """
    hypotheses, arguments = list(case.hypotheses.select_related("by", "judged_by")), list(case.arguments.all())
    weighings = Weighing.objects.filter(hypothesis__case=case, standing=True).select_related("by")
    cells = {(w.argument_id, w.hypothesis_id): w for w in weighings}
    rows = [_row(a, [cells.get((a.id, h.id)) for h in hypotheses]) for a in arguments]
    columns = [_column(h, [cells[a.id, h.id].weight for a in arguments if (a.id, h.id) in cells]) for h in hypotheses]
    empty = sum(cell is None for row in rows for cell in row.cells)
    return Matrix(
        _with_best(columns, {h.id for h in hypotheses if any((a.id, h.id) in cells for a in arguments)}), rows, empty
    )


def _row(argument: Argument, cells: list[Weighing | None]) -> Row:
    weights = {cell.weight for cell in cells if cell}
    return Row(argument, cells, len(weights) > 1)


def _column(hypothesis: Hypothesis, weights: Iterable[int]) -> Column:
    weights = list(weights)
    return Column(hypothesis, sum(w for w in weights if w > 0), sum(w for w in weights if w < 0))


def _with_best(columns: list[Column], weighed: set[UUID]) -> list[Column]:
    rivals = [c for c in columns if c.hypothesis.state != HypothesisState.REFUTED]
    if len(rivals) < 2 or any(c.hypothesis.id not in weighed for c in rivals):
        return columns
    least = max(c.against for c in rivals)
    best = {c.hypothesis.id for c in rivals if c.against == least}
    if len(best) == len(rivals):
        return columns
    return [Column(c.hypothesis, c.pro, c.against, c.hypothesis.id in best) for c in columns]


def as_parts(case: Case) -> list[dict[str, Any]]:
    """The analysis for the case file: each hypothesis with its evidence, plain JSON."""
    told = matrix(case)
    return [
        {
            "statement": column.hypothesis.statement,
            "state": column.hypothesis.state,
            "because": column.hypothesis.because,
            "for": column.pro,
            "against": -column.against,
            "evidence": [
                {"text": row.argument.text, "id": row.argument.object_id, "weight": cell.weight, "note": cell.note}
                for row in told.rows
                if (cell := row.cells[place])
            ],
        }
        for place, column in enumerate(told.columns)
    ]


def copy(case: Case, into: Case) -> None:
    """Give the other case the hypotheses, evidence and standing weighings of this one, with who and when.

    What both have under the same words is one; the other case's own state and weighings stay.
    """
    hypotheses, arguments = {}, {}
    for h in case.hypotheses.all():
        given = {f: getattr(h, f) for f in ("state", "because", "by_id", "at", "judged_by_id", "judged_at")}
        hypotheses[h.id] = into.hypotheses.get_or_create(statement=h.statement, defaults=given)[0]
    for a in case.arguments.all():
        given = {f: getattr(a, f) for f in ("kind", "by_id", "at")}
        arguments[a.id] = into.arguments.get_or_create(text=a.text, object_id=a.object_id, defaults=given)[0]
    for w in Weighing.objects.filter(hypothesis__case=case, standing=True):
        given = {f: getattr(w, f) for f in ("weight", "note", "by_id", "at")}
        Weighing.objects.get_or_create(
            argument=arguments[w.argument_id], hypothesis=hypotheses[w.hypothesis_id], standing=True, defaults=given
        )


def _locked_hypothesis(actor: Actor, hypothesis_id: UUID) -> tuple[Case, Hypothesis]:
    found = Hypothesis.objects.select_related("case").filter(id=hypothesis_id).first()
    if found is None:
        raise NotFound(_("There is no such hypothesis."))
    case = locked(actor, found.case.number)
    found.refresh_from_db()
    return case, found


def _record(
    actor: Actor, now: datetime, type: str, case: Case, hypothesis: Hypothesis, payload: dict[str, Any]
) -> None:
    ledger.record(
        actor, now, type, subject=("hypothesis", hypothesis.id), refs=[("case", case.number)], payload=payload
    )
