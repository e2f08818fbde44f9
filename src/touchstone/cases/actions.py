"""Verbs about rings and cases."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases import facts, judgements, merging, numbers, ring_store, valuation, wanted
from touchstone.cases.locking import locked, person_of, required
from touchstone.cases.models import Case, CaseItem, CaseNote, CaseState, ItemKind, NewSeller, Ring, RingMember
from touchstone.cases.signals import rings_searched
from touchstone.engine.linkage import rings
from touchstone.errors import Conflict, NotFound, NotValid

MAX_TEXT = 20_000
MAX_TITLE = 200
_BY_HAND = frozenset({ItemKind.SELLER, ItemKind.LISTING, ItemKind.RECORD, ItemKind.WANTED})


@transaction.atomic
def find_rings(actor: Actor, now: datetime) -> list[Ring]:
    """Look for rings among all sellers and store what is new, changed or lost.

    What people said of links holds: a confirmed pair is a link, a rejected one is none. Returns the current rings,
    strongest first. Records one event for the run and one for each ring that changed, and tells
    `signals.rings_searched` within the transaction, so that alerts leave with the fact. Raises Forbidden.
    """
    permit(actor, "ring.find")
    numbers.lock("rings")
    newest = NewSeller.objects.aggregate(newest=Max("since"))["newest"]  # what comes in meanwhile waits for the next
    identifiers = facts.identifiers()
    positives, negatives = judgements.tables()
    members, links = rings.find(
        identifiers,
        positives=positives,
        negatives=negatives,
        previous=ring_store.current_members(),
        facts=facts.conduct(),
    )
    found = ring_store.read(members, rings.shared(identifiers, members), links)
    changes = ring_store.store(found, facts.seller_keys(members["seller_id"].to_pylist()), _bad(members), now)
    NewSeller.objects.filter(since__lte=newest or now).delete()
    _record_run(actor, now, len(found), members.num_rows, changes)
    rings_searched.send(sender=Ring, actor=actor, now=now, changes=changes)
    return list(Ring.objects.filter(lost_at=None))


def _bad(members: pa.Table) -> dict[str, ring_store.Bad]:
    """By ring: its members' listings that were removed or that the engine blocks, and what buyers paid for them."""
    ring_of = dict(zip(members["seller_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    bad = [(ring_of[s], listing_id) for listing_id, s in facts.bad_listings(ring_of)]
    groups = pa.table(
        {
            "group_id": pa.array([ring_id for ring_id, _listing in bad], pa.string()),
            "listing_id": pa.array([listing_id for _ring, listing_id in bad], pa.string()),
        }
    )
    values = valuation.of_listings(groups)
    return {
        ring_id: (n, [_taken(row) for row in values.get(ring_id, ()) if row["method"] == "orders_paid"])
        for ring_id, n in Counter(ring_id for ring_id, _listing in bad).items()
    }


def _taken(row: dict[str, Any]) -> dict[str, Any]:
    return {"currency": row["currency"], "amount_minor": row["amount_minor"]}


def _record_run(actor: Actor, now: datetime, n: int, sellers: int, changes: Sequence[ring_store.Change]) -> None:
    run = uuid.uuid4()
    counts = {verb: sum(c.verb == verb for c in changes) for verb in ("found", "changed", "lost")}
    ledger.record(
        actor, now, "cases:rings:searched", subject=("run", run), payload={"rings": n, "sellers": sellers, **counts}
    )
    record_changes(actor, now, run, changes)


def record_changes(actor: Actor, now: datetime, run: uuid.UUID, changes: Sequence[ring_store.Change]) -> None:
    """One event for each ring that was found, changed or lost."""
    for verb in ("found", "changed", "lost"):
        ledger.record_many(
            actor,
            now,
            f"cases:ring:{verb}",
            entries=[
                (
                    ("ring", c.ring_id),
                    [("run", run), *(("seller", s) for s in (*c.joined, *c.left))],
                    {"size": c.size, "score": str(c.score), "joined": c.joined, "left": c.left},
                )
                for c in changes
                if c.verb == verb
            ],
        )


@transaction.atomic
def open_case_from_ring(actor: Actor, now: datetime, *, ring_id: str, title: str = "") -> Case:
    """A case about the ring: its members, their suspected listings and decisions, and the evidence that is wanted.

    Where a case about the ring is open already, or was merged into one that is, that one is returned. Listings in
    another open case are left there. Raises Forbidden, NotFound.
    """
    permit(actor, "case.open")
    numbers.lock("cases")
    ring = _lock_ring(ring_id)
    standing = merging.open_case_of(ring)
    if standing:
        return standing
    members = list(RingMember.objects.filter(ring=ring).select_related("seller"))
    case = _create(actor, now, title or _("Ring %(ring)s") % {"ring": ring.ring_id}, ring)
    rows = [
        *((ItemKind.SELLER, m.seller.seller_id, "") for m in members),
        *_listing_items(facts.suspected_listings([m.seller.seller_id for m in members])),
        *((ItemKind.WANTED, kind, note) for kind, note in wanted.for_ring(ring).items()),
    ]
    _opened(actor, now, case, rows)
    return case


@transaction.atomic
def open_case_from_listings(actor: Actor, now: datetime, *, listing_ids: Iterable[str], title: str) -> Case:
    """A case about listings and their sellers.

    Listings in another open case are left there. Raises Forbidden, NotFound (names the unknown listings), NotValid,
    Conflict (every listing is in an open case; names it).
    """
    permit(actor, "case.open")
    asked = list(dict.fromkeys(i.strip() for i in listing_ids if i.strip()))
    if not asked:
        raise NotValid(_("Name at least one listing."), place="listing_ids")
    numbers.lock("cases")
    sellers = facts.sellers_of_listings(asked)
    if unknown := [i for i in asked if i not in sellers]:
        raise NotFound(_("There is no listing %(ids)s.") % {"ids": ", ".join(unknown[:10])})
    elsewhere = open_cases_of(ItemKind.LISTING, asked)
    free = [i for i in asked if i not in elsewhere]
    if not free:
        raise Conflict(
            _("These listings are in an open case: %(cases)s.") % {"cases": ", ".join(sorted(set(elsewhere.values())))},
            remedy=_("Open that case and add to it."),
        )
    case = _create(actor, now, required(title, "title", MAX_TITLE), None)
    rows = [
        *((ItemKind.SELLER, s, "") for s in dict.fromkeys(sellers[i] for i in free)),
        *_listing_items(free),
        *((ItemKind.WANTED, kind, "") for kind in wanted.ALWAYS),
    ]
    _opened(actor, now, case, rows)
    return case


@transaction.atomic
def add_item(actor: Actor, now: datetime, *, case_number: str, kind: str, object_id: str, note: str = "") -> CaseItem:
    """Put a seller, a listing, a shared record or wanted evidence into the case; once is enough.

    Raises Forbidden, NotFound, Conflict (closed, or the listing is in another open case), NotValid.
    """
    case = locked(actor, case_number)
    object_id = required(object_id, "object_id", 100)
    if kind not in _BY_HAND:
        raise NotValid(_("A case holds no items of the kind %(kind)s.") % {"kind": kind}, place="kind")
    known = case.items.filter(kind=kind, object_id=object_id).first()
    if known:
        return known
    _check_item(kind, object_id)
    item = CaseItem.objects.create(
        case=case, kind=kind, object_id=object_id, note=note[:MAX_TEXT], added_by_id=person_of(actor), added_at=now
    )
    ledger.record(
        actor,
        now,
        "cases:item:added",
        subject=("case", case.number),
        refs=[(kind, object_id)] if kind != ItemKind.WANTED else [],
        payload={"kind": kind, "id": object_id},
    )
    return item


def _check_item(kind: str, object_id: str) -> None:
    if kind == ItemKind.WANTED and object_id not in wanted.Evidence.values:
        raise NotValid(_("%(kind)s is no kind of evidence.") % {"kind": object_id}, place="object_id")
    if kind == ItemKind.SELLER and object_id not in facts.seller_keys([object_id]):
        raise NotFound(_("There is no seller %(id)s.") % {"id": object_id})
    if kind == ItemKind.LISTING:
        if object_id not in facts.sellers_of_listings([object_id]):
            raise NotFound(_("There is no listing %(ids)s.") % {"ids": object_id})
        if elsewhere := open_cases_of(ItemKind.LISTING, [object_id]):
            raise Conflict(_("This listing is in the open case %(case)s.") % {"case": elsewhere[object_id]})


@transaction.atomic
def add_note(actor: Actor, now: datetime, *, case_number: str, text: str) -> CaseNote:
    """Write a note into the case. Raises Forbidden, NotFound, Conflict (closed), NotValid (empty, too long)."""
    case = locked(actor, case_number)
    note = CaseNote.objects.create(case=case, text=required(text, "text", MAX_TEXT), author_id=person_of(actor), at=now)
    ledger.record(actor, now, "cases:note:added", subject=("case", case.number), payload={"characters": len(note.text)})
    return note


@transaction.atomic
def close_case(actor: Actor, now: datetime, *, case_number: str, because: str) -> Case:
    """Close the case, with a reason. Closing twice changes nothing. Raises Forbidden, NotFound, NotValid."""
    case = locked(actor, case_number, closed_too=True)
    if case.state == CaseState.CLOSED:
        return case
    case.state, case.closed_at, case.closed_because = CaseState.CLOSED, now, required(because, "because", MAX_TEXT)
    case.save(update_fields=["state", "closed_at", "closed_because"])
    ledger.record(
        actor,
        now,
        "cases:case:closed",
        subject=("case", case.number),
        refs=_ring_ref(case),
        payload={"because": case.closed_because},
    )
    return case


@transaction.atomic
def mark_lead_sent(actor: Actor, now: datetime, *, case_number: str, lead_number: str) -> Case:
    """The case has become a lead; a second lead changes nothing. Raises Forbidden, NotFound, Conflict (closed)."""
    case = locked(actor, case_number)
    if case.state == CaseState.OPEN:
        case.state = CaseState.LEAD_SENT
        case.save(update_fields=["state"])
        ledger.record(
            actor,
            now,
            "cases:case:lead_sent",
            subject=("case", case.number),
            refs=[("lead", lead_number), *_ring_ref(case)],
            payload={"lead": lead_number},
        )
    return case


def open_cases_of(kind: str, object_ids: Sequence[str]) -> dict[str, str]:
    """object_id → number of the open case that holds it, for those that are in one."""
    found: dict[str, str] = {}
    for start in range(0, len(object_ids), ring_store.BATCH):
        rows = CaseItem.objects.filter(kind=kind, object_id__in=object_ids[start : start + ring_store.BATCH])
        found.update(rows.exclude(case__state=CaseState.CLOSED).values_list("object_id", "case__number"))
    return found


def _listing_items(listing_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """Items for the listings that no open case holds, and for the decisions about them."""
    elsewhere = open_cases_of(ItemKind.LISTING, listing_ids)
    free = [i for i in listing_ids if i not in elsewhere]
    decisions = [str(d.id) for d in facts.decisions(free)]
    return [*((ItemKind.LISTING, i, "") for i in free), *((ItemKind.DECISION, d, "") for d in decisions)]


def _create(actor: Actor, now: datetime, title: str, ring: Ring | None) -> Case:
    if actor.organisation_id is None:
        raise NotValid(_("A case belongs to an organisation, and you have none."))
    return Case.objects.create(
        number=numbers.take("C", now),
        title=title[:MAX_TITLE],
        ring=ring,
        organisation_id=actor.organisation_id,
        opened_by_id=person_of(actor),
        opened_at=now,
    )


def _opened(actor: Actor, now: datetime, case: Case, rows: Iterable[tuple[str, str, str]]) -> None:
    """Store the items and record the opening."""
    items = [
        CaseItem(case=case, kind=kind, object_id=object_id, note=note, added_by_id=person_of(actor), added_at=now)
        for kind, object_id, note in rows
    ]
    CaseItem.objects.bulk_create(items, batch_size=ring_store.BATCH)
    ledger.record(
        actor,
        now,
        "cases:case:opened",
        subject=("case", case.number),
        refs=[*_ring_ref(case), *(("seller", i.object_id) for i in items if i.kind == ItemKind.SELLER)],
        payload={
            "title": case.title,
            "items": {kind: sum(i.kind == kind for i in items) for kind in ItemKind.values},
        },
    )


def _lock_ring(ring_id: str) -> Ring:
    ring = Ring.objects.select_for_update().filter(ring_id=ring_id).first()
    if ring is None:
        raise NotFound(_("There is no ring %(ring)s.") % {"ring": ring_id})
    return ring


def _ring_ref(case: Case) -> list[tuple[str, str]]:
    return [("ring", case.ring.ring_id)] if case.ring else []
