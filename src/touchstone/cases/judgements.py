"""What people say of links between sellers: kept for good, signed into the ledger, obeyed by every later search."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases import facts, numbers
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import LinkJudgement, Ring, RingLink
from touchstone.errors import Conflict, NotFound, NotValid

MAX_TEXT = 5_000
MOST_SELLERS = 300  # of one judgement on many: each with each are 44,850 pairs
BATCH = 500
_SHOWN_PAIRS = 50
_EVENTS = {
    Judgement.CONFIRMED: "cases:link:confirmed",
    Judgement.REJECTED: "cases:link:rejected",
    Judgement.NOTED: "cases:link:noted",
    Judgement.OPEN: "cases:link:reopened",
}

# Primary keys of two sellers, that of the smaller seller id first.
Pair = tuple[int, int]
# By seller: whom a standing judgement names with it, and what it says.
Said = dict[int, list[tuple[int, Judgement]]]


@transaction.atomic
def judge_link(
    actor: Actor, now: datetime, *, seller_a: str, seller_b: str, judgement: str, because: str
) -> LinkJudgement:
    """Confirm, reject or annotate the link between two sellers (external ids), or undo what was said of it (`open`).

    The two need not be linked yet: a confirmed pair becomes a link at the next search, a rejected one never is. Earlier
    words are kept. The same word with the same reason again changes nothing. Raises Forbidden, NotFound, NotValid,
    Conflict (it contradicts what was said of others; or there is nothing to undo).
    """
    permit(actor, "link.judge")
    if seller_a == seller_b:
        raise NotValid(_("A link is between two sellers."), place="seller_b")
    said = _known_judgement(judgement)
    (made,) = _judge(actor, now, [seller_a, seller_b], said, because)
    return made


@transaction.atomic
def judge_apart(actor: Actor, now: datetime, *, sellers: Iterable[str], because: str) -> list[LinkJudgement]:
    """Say of several sellers that no two of them are one, such as of strangers in one warehouse: one action, one event.

    Raises Forbidden, NotFound, NotValid (fewer than two, or more than MOST_SELLERS), Conflict (as for one link).
    """
    permit(actor, "link.judge")
    return _judge(actor, now, list(dict.fromkeys(sellers)), Judgement.REJECTED, because)


def judge(actor: Actor, now: datetime, *, sellers: Sequence[str], judgement: str, because: str) -> list[LinkJudgement]:
    """`judge_link` of two sellers, `judge_apart` of more. Raises as they do, and NotValid for more with another word."""
    if len(sellers) == 2:
        first, second = sellers
        return [judge_link(actor, now, seller_a=first, seller_b=second, judgement=judgement, because=because)]
    if judgement != Judgement.REJECTED:
        raise NotValid(_("More than two sellers can only be said to be strangers."), place="judgement")
    return judge_apart(actor, now, sellers=sellers, because=because)


def names(made: Iterable[LinkJudgement]) -> dict[int, str]:
    """Primary key → external id of the sellers that these judgements name."""
    return facts.seller_ids({pk for j in made for pk in (j.seller_a_id, j.seller_b_id)})


def tables() -> tuple[pa.Table, pa.Table]:
    """(positives, negatives) as (seller_a, seller_b): what the next search must respect."""
    return _pairs_table(Judgement.CONFIRMED), _pairs_table(Judgement.REJECTED)


def of_pairs(ring: Ring) -> dict[Pair, Judgement]:
    """What stands between members of the ring, and what stood between sellers when somebody judged them on its page."""
    members = ring.members.values("seller_id")
    rows = LinkJudgement.objects.filter(standing=True, seller_a__in=members, seller_b__in=members)
    return {(a, b): Judgement(j) for a, b, j in rows.values_list("seller_a_id", "seller_b_id", "judgement")}


def history(seller_a: str, seller_b: str) -> list[LinkJudgement]:
    """Everything that was said of two sellers, newest first."""
    first, second = sorted((seller_a, seller_b))
    found = LinkJudgement.objects.filter(seller_a__seller_id=first, seller_b__seller_id=second)
    return list(found.select_related("by", "seller_a", "seller_b"))


def _judge(
    actor: Actor, now: datetime, seller_ids: Sequence[str], judgement: Judgement, because: str
) -> list[LinkJudgement]:
    because = _reason(because)
    if not 2 <= len(seller_ids) <= MOST_SELLERS:
        raise NotValid(_("Name between 2 and %(most)s sellers.") % {"most": MOST_SELLERS}, place="sellers")
    keys = facts.seller_keys(seller_ids)
    if unknown := [s for s in seller_ids if s not in keys]:
        raise NotFound(_("There is no seller %(id)s.") % {"id": ", ".join(unknown[:10])})
    numbers.lock("judgements")
    pairs = [(keys[a], keys[b]) for a, b in combinations(sorted(seller_ids), 2)]
    before = _latest(pairs, judgement)
    fresh = [p for p in pairs if p not in before or (before[p].judgement, before[p].because) != (judgement, because)]
    if not fresh:
        return [before[p] for p in pairs]
    _check(judgement, fresh, before, {pk: s for s, pk in keys.items()})
    made = _write(actor, now, fresh, judgement, because)
    _record(actor, now, made, {pk: s for s, pk in keys.items()})
    stand = {(j.seller_a_id, j.seller_b_id): j for j in made}
    return [stand.get(p) or before[p] for p in pairs]


def _latest(pairs: Collection[Pair], judgement: Judgement) -> dict[Pair, LinkJudgement]:
    """What stands between the pairs; for a remark: the last remark on each."""
    wanted = set(pairs)
    of_kind = {"judgement": judgement} if judgement is Judgement.NOTED else {"standing": True}
    found: dict[Pair, LinkJudgement] = {}
    firsts = sorted({a for a, _b in wanted})
    for start in range(0, len(firsts), BATCH):
        rows = LinkJudgement.objects.filter(seller_a_id__in=firsts[start : start + BATCH], **of_kind)
        for row in rows.order_by("at", "id"):
            if (row.seller_a_id, row.seller_b_id) in wanted:
                found[row.seller_a_id, row.seller_b_id] = row
    return found


def _check(
    judgement: Judgement, pairs: Collection[Pair], before: dict[Pair, LinkJudgement], names: dict[int, str]
) -> None:
    """Refuse a word that contradicts what follows from what was said of others."""
    if judgement is Judgement.OPEN and not before:
        raise Conflict(_("Nobody has judged these two, so there is nothing to undo."))
    opposite = {Judgement.CONFIRMED: Judgement.REJECTED, Judgement.REJECTED: Judgement.CONFIRMED}.get(judgement)
    if opposite is None:
        return
    said = _said(set(pairs))
    for first in {a for a, _b in pairs}:
        reached = _follows(said, first)
        for a, b in pairs:
            if a == first and (b, opposite) in reached:
                _contradicted(names, a, b, opposite, _chain(reached, (b, opposite)))


def _said(apart_from: set[Pair]) -> Said:
    """All confirmed and rejected pairs that stand, but for those that are judged anew."""
    found: Said = defaultdict(list)
    rows = LinkJudgement.objects.filter(standing=True, judgement__in=(Judgement.CONFIRMED, Judgement.REJECTED))
    for a, b, judgement in rows.values_list("seller_a_id", "seller_b_id", "judgement"):
        if (a, b) not in apart_from:
            found[a].append((b, Judgement(judgement)))
            found[b].append((a, Judgement(judgement)))
    return found


State = tuple[int, Judgement]


def _follows(said: Said, first: int) -> dict[State, State | None]:
    """What follows for `first` and every seller that chains of judgements reach, each with the step before it."""
    begin = (first, Judgement.CONFIRMED)
    reached: dict[State, State | None] = {begin: None}
    waiting = [begin]
    for at in waiting:
        for other, judgement in said.get(at[0], ()):
            state = (other, at[1].along(judgement))
            if state[1] is not Judgement.OPEN and state not in reached:
                reached[state] = at
                waiting.append(state)
    return reached


def _chain(reached: dict[State, State | None], end: State) -> list[int]:
    chain: list[int] = []
    at: State | None = end
    while at is not None:
        chain.insert(0, at[0])
        at = reached[at]
    return chain


def _contradicted(names: dict[int, str], a: int, b: int, follows: Judgement, chain: list[int]) -> None:
    names = {**facts.seller_ids(chain), **names}
    told = {"a": names[a], "b": names[b], "chain": " – ".join(names[pk] for pk in chain)}
    said = (
        _("%(a)s and %(b)s are one by what was confirmed before: %(chain)s.")
        if follows is Judgement.CONFIRMED
        else _("%(a)s and %(b)s are not one by what was rejected before: %(chain)s.")
    )
    raise Conflict(said % told, remedy=_("Undo one of those judgements first, if it was wrong."))


def _write(
    actor: Actor, now: datetime, pairs: Collection[Pair], judgement: Judgement, because: str
) -> list[LinkJudgement]:
    links = _links(pairs)
    act, person = uuid.uuid4(), actor.id if actor.kind == "person" else None
    if judgement is not Judgement.NOTED:
        _stand_down(pairs)
    return LinkJudgement.objects.bulk_create(
        [
            LinkJudgement(
                act=act,
                seller_a_id=pair[0],
                seller_b_id=pair[1],
                judgement=judgement,
                standing=judgement is not Judgement.NOTED,
                because=because,
                facts={"weight": link.weight, "reasons": link.reasons} if (link := links.get(pair)) else {},
                ring_id=link.ring_id if link else None,
                by_id=person,
                at=now,
            )
            for pair in pairs
        ],
        batch_size=BATCH,
    )


def _stand_down(pairs: Collection[Pair]) -> None:
    wanted = set(pairs)
    firsts = sorted({a for a, _b in wanted})
    for start in range(0, len(firsts), BATCH):
        rows = LinkJudgement.objects.filter(standing=True, seller_a_id__in=firsts[start : start + BATCH])
        old = [pk for pk, a, b in rows.values_list("pk", "seller_a_id", "seller_b_id") if (a, b) in wanted]
        for part in range(0, len(old), BATCH):
            LinkJudgement.objects.filter(pk__in=old[part : part + BATCH]).update(standing=False)


def _links(pairs: Collection[Pair]) -> dict[Pair, RingLink]:
    wanted = set(pairs)
    firsts = sorted({a for a, _b in wanted})
    return {
        (link.seller_a_id, link.seller_b_id): link
        for start in range(0, len(firsts), BATCH)
        for link in RingLink.objects.filter(seller_a_id__in=firsts[start : start + BATCH]).select_related("ring")
        if (link.seller_a_id, link.seller_b_id) in wanted
    }


def _record(actor: Actor, now: datetime, made: Sequence[LinkJudgement], names: dict[int, str]) -> None:
    rings = {j.ring.ring_id for j in made if j.ring}
    sellers = dict.fromkeys(names[pk] for j in made for pk in (j.seller_a_id, j.seller_b_id))
    ledger.record(
        actor,
        now,
        _EVENTS[Judgement(made[0].judgement)],
        subject=("judgement", made[0].act),
        refs=[*(("seller", s) for s in sellers), *(("ring", r) for r in sorted(rings))],
        payload={
            "because": made[0].because,
            "pairs": len(made),
            "judged": [_shown(j, names) for j in made[:_SHOWN_PAIRS]],
        },
    )


def _shown(judged: LinkJudgement, names: dict[int, str]) -> dict[str, Any]:
    weight = judged.facts.get("weight")
    return {
        "seller_a": names[judged.seller_a_id],
        "seller_b": names[judged.seller_b_id],
        "weight": "" if weight is None else f"{weight:.6f}",
        "shared": sorted({r["kind"] for r in judged.facts.get("reasons", ())}),
    }


def _pairs_table(judgement: Judgement) -> pa.Table:
    rows = LinkJudgement.objects.filter(standing=True, judgement=judgement).order_by()
    pairs = list(rows.values_list("seller_a__seller_id", "seller_b__seller_id"))
    return pa.table(
        {
            "seller_a": pa.array([a for a, _b in pairs], pa.string()),
            "seller_b": pa.array([b for _a, b in pairs], pa.string()),
        }
    )


def _known_judgement(value: str) -> Judgement:
    if value not in Judgement.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": value}, place="judgement")
    return Judgement(value)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise NotValid(_("Say why: whoever reads this later must understand it."), place="because")
    if len(text) > MAX_TEXT:
        raise NotValid(_("This must not be longer than %(n)s characters.") % {"n": MAX_TEXT}, place="because")
    return text
