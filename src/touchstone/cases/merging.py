"""Cases that overlap: what they have in common, and making one of two or saying that two belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may
from touchstone.cases import analysis, facts
from touchstone.cases.locking import locked, person_of, required
from touchstone.cases.models import Case, CaseItem, CaseNote, CaseRelation, CaseState, ItemKind, Ring
from touchstone.errors import Conflict, NotValid

MAX_TEXT = 5_000
BATCH = 500
# A place or account that more sellers have is a warehouse or an agent: it relates no two cases.
TOO_COMMON = 50
# Goods are compared with those of this many cases, the newest; sellers and attributes with all.
GOODS_OF = 200


@dataclass
class Overlap:
    """What another case has in common with one: seller ids, listing ids, kinds of shared attributes, equal goods."""

    case: Case
    sellers: set[str] = field(default_factory=set)
    listings: set[str] = field(default_factory=set)
    attributes: dict[str, int] = field(default_factory=dict)
    goods: int = 0

    @property
    def strength(self) -> int:
        return 100 * len(self.sellers) + 10 * sum(self.attributes.values()) + 10 * len(self.listings) + self.goods


def overlaps(actor: Actor, case: Case) -> list[Overlap]:
    """The other cases, past ones too, that share sellers, listings, attributes or goods with this; strongest first.

    Cases merged into this one, or this one into, are left out, and what the actor may not see.
    """
    found: dict[int, Overlap] = {}
    family = {case.pk, *case.merged.values_list("pk", flat=True)} | (
        {case.merged_into_id} if case.merged_into_id else set()
    )
    others = {c.pk: c for c in Case.objects.exclude(pk__in=family) if may(actor, "case.view", c)}

    def of(pk: int) -> Overlap:
        return found.setdefault(pk, Overlap(others[pk]))

    own = _items(case)
    for held, name in ((ItemKind.SELLER, "sellers"), (ItemKind.LISTING, "listings")):
        for pk, object_id in _holding(held, own[held]):
            if pk in others:
                getattr(of(pk), name).add(object_id)
    for pk, kind, n in _shared_attributes(own[ItemKind.SELLER]):
        if pk in others:
            of(pk).attributes[kind] = n
    for pk, n in _equal_goods(own[ItemKind.LISTING], list(others)[:GOODS_OF]):
        of(pk).goods = n
    return sorted(found.values(), key=lambda o: (-o.strength, o.case.number))


def cases_with(kind: str, object_ids: list[str]) -> list[tuple[Case, int]]:
    """Every case, open or past, that holds one of the objects, with how many; those with most first."""
    counts: dict[int, int] = defaultdict(int)
    for pk, _object_id in _holding(kind, object_ids):
        counts[pk] += 1
    found = Case.objects.filter(pk__in=counts).select_related("merged_into")
    return sorted(((c, counts[c.pk]) for c in found), key=lambda row: (-row[1], row[0].number))


def relations(case: Case) -> list[tuple[Case, CaseRelation]]:
    """The cases that somebody has related to this one, each with the relation."""
    rows = CaseRelation.objects.filter(Q(case_a=case) | Q(case_b=case), ended_at=None)
    return [
        (r.case_b if r.case_a_id == case.pk else r.case_a, r) for r in rows.select_related("case_a", "case_b", "by")
    ]


def notes(case: Case) -> QuerySet[CaseNote]:
    """The notes of the case and of all that were merged into it, newest first."""
    family, fresh = {case.pk}, {case.pk}
    while fresh := set(Case.objects.filter(merged_into__in=fresh).values_list("pk", flat=True)) - family:
        family |= fresh
    return CaseNote.objects.filter(case__in=family).select_related("author", "case")


def open_case_of(ring: Ring) -> Case | None:
    """The open case about the ring: its own, or the one that its own was merged into."""
    for case in Case.objects.filter(ring=ring).order_by("-opened_at", "-pk"):
        while case.merged_into:
            case = case.merged_into
        if case.state != CaseState.CLOSED:
            return case
    return None


@transaction.atomic
def merge_case(actor: Actor, now: datetime, *, case_number: str, into: str, because: str) -> Case:
    """Make one of two cases: `into` gets the items and the analysis; the merged one is closed, stays readable with its
    notes, and points to it. There is no splitting again. Returns the case that goes on.

    Merging the same again changes nothing. Raises Forbidden, NotFound, NotValid, Conflict (one is closed, or has gone
    out as a lead: such a case stays what the recipient was told).
    """
    if case_number == into:
        raise NotValid(_("A case cannot be merged into itself."), place="into")
    first, second = sorted((case_number, into))
    both = {n: locked(actor, n, closed_too=True) for n in (first, second)}
    case, target = both[case_number], both[into]
    if case.merged_into_id == target.pk:
        return target
    _check_merge(case, target)
    because = required(because, "because", MAX_TEXT)
    moved = _copy_items(case, target)
    analysis.copy(case, target)
    case.state, case.closed_at, case.closed_because, case.merged_into = CaseState.CLOSED, now, because, target
    case.save(update_fields=["state", "closed_at", "closed_because", "merged_into"])
    if target.ring_id is None and case.ring_id is not None:
        target.ring_id = case.ring_id
        target.save(update_fields=["ring"])
    _end_relation(case, target, now, because)
    ledger.record(
        actor,
        now,
        "cases:case:merged",
        subject=("case", case.number),
        refs=[("case", target.number), *([("ring", case.ring.ring_id)] if case.ring else [])],
        payload={"into": target.number, "because": because, "items": moved},
    )
    return target


@transaction.atomic
def relate_cases(actor: Actor, now: datetime, *, case_number: str, other: str, because: str) -> CaseRelation:
    """Say that two cases belong together and stay two. Once is enough. Raises Forbidden, NotFound, NotValid."""
    if case_number == other:
        raise NotValid(_("A case is not related to itself."), place="other")
    a, b = (locked(actor, n, closed_too=True) for n in sorted((case_number, other)))
    known = CaseRelation.objects.filter(case_a=a, case_b=b, ended_at=None).first()
    if known:
        return known
    because = required(because, "because", MAX_TEXT)
    made = CaseRelation.objects.create(case_a=a, case_b=b, because=because, by_id=person_of(actor), at=now)
    _record_relation(actor, now, "cases:case:related", a, b, because)
    return made


@transaction.atomic
def part_cases(actor: Actor, now: datetime, *, case_number: str, other: str, because: str) -> None:
    """Take back that two cases belong together; the relation is kept with its end. Raises Forbidden, NotFound, NotValid.

    Where they are not related, nothing changes.
    """
    a, b = (locked(actor, n, closed_too=True) for n in sorted((case_number, other)))
    because = required(because, "because", MAX_TEXT)
    if _end_relation(a, b, now, because):
        _record_relation(actor, now, "cases:case:parted", a, b, because)


def _check_merge(case: Case, target: Case) -> None:
    for one in (case, target):
        if one.state == CaseState.CLOSED:
            raise Conflict(_("The case %(number)s is closed.") % {"number": one.number})
    if case.state == CaseState.LEAD_SENT:
        raise Conflict(
            _("The case %(number)s has gone out as a lead.") % {"number": case.number},
            remedy=_("Merge the other one into it, or relate the two."),
        )


def _copy_items(case: Case, target: Case) -> int:
    held = set(target.items.values_list("kind", "object_id"))
    rows = [i for i in case.items.all() if (i.kind, i.object_id) not in held]
    for item in rows:
        item.pk, item.case = None, target
    CaseItem.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _end_relation(a: Case, b: Case, now: datetime, because: str) -> int:
    rows = CaseRelation.objects.filter(case_a__in=(a, b), case_b__in=(a, b), ended_at=None)
    return rows.update(ended_at=now, ended_because=because)


def _record_relation(actor: Actor, now: datetime, type: str, a: Case, b: Case, because: str) -> None:
    ledger.record(actor, now, type, subject=("case", a.number), refs=[("case", b.number)], payload={"because": because})


def _items(case: Case) -> dict[str, list[str]]:
    items: dict[str, list[str]] = defaultdict(list)
    for kind, object_id in case.items.values_list("kind", "object_id"):
        items[kind].append(object_id)
    return items


def _holding(kind: str, object_ids: list[str]) -> Iterable[tuple[int, str]]:
    """(case's primary key, object id) of every case that holds one of the objects."""
    for start in range(0, len(object_ids), BATCH):
        rows = CaseItem.objects.filter(kind=kind, object_id__in=object_ids[start : start + BATCH])
        yield from rows.values_list("case_id", "object_id")


def _shared_attributes(seller_ids: list[str]) -> list[tuple[int, str, int]]:
    """(case's primary key, kind, how many) of the attributes that sellers of another case share with these.

    A seller that both cases hold is no news here: only what other sellers of that case have counts.
    """
    with_it = facts.sellers_sharing(seller_ids, TOO_COMMON)
    cases_of: dict[str, set[int]] = defaultdict(set)
    for pk, seller_id in _holding(ItemKind.SELLER, sorted({s for sellers in with_it.values() for s in sellers})):
        cases_of[seller_id].add(pk)
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for (kind, digest), sellers in with_it.items():
        for seller_id in sellers:
            for pk in cases_of[seller_id]:
                found[pk, kind].add(digest)
    return [(pk, kind, len(digests)) for (pk, kind), digests in sorted(found.items())]


def _equal_goods(listing_ids: list[str], case_keys: list[int]) -> list[tuple[int, int]]:
    """(case's primary key, how many) of the listings of other cases that offer the same goods as one of these."""
    theirs: dict[str, int] = {}
    for pk, listing_id in CaseItem.objects.filter(kind=ItemKind.LISTING, case__in=case_keys).values_list(
        "case_id", "object_id"
    ):
        theirs.setdefault(listing_id, pk)
    own = set(listing_ids)
    goods = {mark for marks in facts.marks_of_goods(listing_ids).values() for mark in marks}
    counts: dict[int, int] = defaultdict(int)
    for listing_id, marks in facts.marks_of_goods([i for i in theirs if i not in own]).items():
        if goods & marks:
            counts[theirs[listing_id]] += 1
    return sorted(counts.items())


def told(overlap: Overlap) -> dict[str, Any]:
    """The overlap as plain JSON."""
    return {
        "number": overlap.case.number,
        "title": overlap.case.title,
        "state": overlap.case.state,
        "sellers": sorted(overlap.sellers),
        "listings": sorted(overlap.listings),
        "attributes": overlap.attributes,
        "goods": overlap.goods,
    }
