"""Verbs about terms: aliases, negative terms and safe phrases, from the first proposal to the withdrawal.

An approved term is live in every process with the next thing that is screened; see screening/screeners.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.text.learning import is_ordinary
from touchstone.engine.text.normalise import fold
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.rights.models import Brand, Term, TermKind, TermSource, TermState
from touchstone.rights.term_texts import Names, clean

_MOST_REASON = 500
_PROVENANCE = ["source", "source_id", "evidence", "reason", "proposed_by", "proposed_by_name", "proposed_at"]
_CHANGES = ["state", "approved_by", "approved_by_name", "approved_at", "ended_by_name", "ended_at", "ended_because"]


@dataclass(frozen=True)
class Draft:
    """A term that somebody proposes. `brand`: its name, empty for a safe phrase of no brand."""

    kind: str
    text: str
    brand: str = ""
    reason: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposed:
    """What became of drafts: the terms, in order and each once, and how many of them are candidates from now on."""

    terms: list[Term]
    fresh: int


def propose(
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    text: str,
    brand: str = "",
    reason: str = "",
    source: str = TermSource.HAND,
    source_id: str = "",
) -> Term:
    """Make a candidate. What is a candidate or approved already is returned as it is. Raises Forbidden, NotValid."""
    drafts = [Draft(kind, text, brand, reason)]
    return propose_many(actor, now, drafts=drafts, source=source, source_id=source_id).terms[0]


@transaction.atomic
def propose_many(
    actor: Actor, now: datetime, *, drafts: Iterable[Draft], source: str, source_id: str = "", again: bool = True
) -> Proposed:
    """Make candidates, one event each. All of them, or none where one is wrong.

    `again`: what was refused or withdrawn once becomes a candidate again. Raises Forbidden, NotValid (`place` begins
    with the draft's number where there are several).
    """
    permit(actor, "term.propose")
    wanted = _terms(list(drafts), actor, now, source, source_id)
    known = {_identity(t): t for t in Term.objects.select_for_update().filter(key__in={key for _b, key, _k in wanted})}
    ended = [TermState.REFUSED, TermState.WITHDRAWN] if again else []
    new = [term for identity, term in wanted.items() if identity not in known]
    reopened = []
    for identity, term in wanted.items():
        old = known.get(identity)
        if old and old.state in ended:
            _reopen(old, term)
            reopened.append(old)
    Term.objects.bulk_create(new, batch_size=500)
    Term.objects.bulk_update(reopened, [*_PROVENANCE, *_CHANGES, "effect", "effect_at"], batch_size=500)
    _record(actor, now, "proposed", [(t, {"source": source, "reason": t.reason}) for t in (*new, *reopened)])
    return Proposed([known.get(identity, term) for identity, term in wanted.items()], len(new) + len(reopened))


def unknown(actor: Actor, now: datetime, *, drafts: Iterable[Draft]) -> list[Term]:
    """The terms that drafts would newly make, not stored: those that were proposed before are left out.

    Raises Forbidden, NotValid.
    """
    permit(actor, "term.propose")
    wanted = _terms(list(drafts), actor, now, TermSource.HAND, "")
    stored = Term.objects.filter(key__in={key for _brand, key, _kind in wanted})
    known = set(stored.values_list("brand_id", "key", "kind"))
    return [term for identity, term in wanted.items() if identity not in known]


@transaction.atomic
def confirm(
    actor: Actor, now: datetime, *, text: str, brand: str, listing_id: str, decision_id: UUID, title: str
) -> Term:
    """A reviewer who found a listing to be a counterfeit says with which word the seller meant the brand.

    The word becomes an alias at once, unless an honest text says it easily, or it was refused or withdrawn before: then
    it is a candidate, and somebody looks at its effect first. Raises Forbidden, NotValid (it does not stand in the
    title, it is a name already).
    """
    permit(actor, "term.confirm")
    text = clean(text)
    if fold(text) not in fold(clean_title(title)):
        raise NotValid(_("The title does not say %(text)s.") % {"text": text}, place="term")
    evidence = {"listing_ids": [listing_id]}
    reason = _("Confirmed on the listing %(listing)s.") % {"listing": listing_id}
    turned_down = _turned_down(text)
    proposed = propose_many(
        actor,
        now,
        drafts=[Draft(TermKind.ALIAS, text, brand, reason, evidence)],
        source=TermSource.DECISION,
        source_id=str(decision_id),
    )
    (term,) = proposed.terms
    if term.state != TermState.CANDIDATE or turned_down or is_ordinary(text) or _against(term):
        return term
    return _approved(actor, now, [term], [("decision", str(decision_id)), ("listing", listing_id)])[0]


@transaction.atomic
def approve(actor: Actor, now: datetime, *, term_ids: Collection[UUID]) -> list[Term]:
    """Make candidates live: all of them, or none where one cannot be. Approving twice changes nothing.

    Whoever approves has seen what a term would change, so its effect was measured. What lets listings through is
    approved by somebody else than who proposed it. Raises Forbidden, NotFound, Conflict.
    """
    _lock_same_texts(term_ids)
    found = _locked(term_ids)
    permit(actor, "term.approve")
    waiting = [term for term in found if term.state != TermState.APPROVED]
    _check_agree(waiting)
    for term in waiting:
        _check_waiting(term)
        if term.lets_through and term.proposed_by == actor.id:
            raise Forbidden(
                _("%(text)s lets listings through: a second person approves it.") % {"text": term.text},
                remedy=_("Ask a colleague."),
            )
        if term.effect_at is None:
            raise Conflict(
                _("Nobody has looked at what %(text)s would change.") % {"text": term.text},
                remedy=_("Measure its effect first."),
            )
        if other := _against(term):
            raise Conflict(
                _("%(text)s is approved as: %(kind)s.") % {"text": term.text, "kind": other.get_kind_display()},
                remedy=_("Withdraw that one first."),
            )
    _approved(actor, now, waiting)
    return found


@transaction.atomic
def refuse(actor: Actor, now: datetime, *, term_id: UUID, because: str) -> Term:
    """Turn a candidate down; it is not mined again. Twice changes nothing. Raises Forbidden, NotFound, NotValid,
    Conflict."""
    (term,) = _locked([term_id])
    permit(actor, "term.approve")
    if term.state == TermState.REFUSED:
        return term
    _check_waiting(term)
    return _ended(actor, now, term, TermState.REFUSED, because)


@transaction.atomic
def withdraw(actor: Actor, now: datetime, *, term_id: UUID, because: str) -> Term:
    """Take back an approved term: from now on screening is as if it had never been there. Twice changes nothing.

    Raises Forbidden, NotFound, NotValid, Conflict (it is not approved).
    """
    (term,) = _locked([term_id])
    permit(actor, "term.withdraw")
    if term.state == TermState.WITHDRAWN:
        return term
    if term.state != TermState.APPROVED:
        raise Conflict(_("Only an approved term can be withdrawn."))
    return _ended(actor, now, term, TermState.WITHDRAWN, because)


@transaction.atomic
def note_effects(actor: Actor, now: datetime, *, effects: dict[UUID, dict[str, Any]]) -> int:
    """Keep what terms would change, as screening counted it; the number of terms. Raises Forbidden."""
    permit(actor, "term.propose")
    found = list(Term.objects.select_for_update().filter(id__in=effects))
    for term in found:
        term.effect, term.effect_at = effects[term.id], now
    return Term.objects.bulk_update(found, ["effect", "effect_at"], batch_size=500)


def clean_title(title: str) -> str:
    """The title as `clean` would leave it, whatever its length."""
    return " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split())


def _terms(
    drafts: list[Draft], actor: Actor, now: datetime, source: str, source_id: str
) -> dict[tuple[int | None, str, str], Term]:
    if source not in TermSource.values:
        raise NotValid(_("This is no source of terms."), place="source")
    names = Names()
    found: dict[tuple[int | None, str, str], Term] = {}
    for number, draft in enumerate(drafts, start=1):
        try:
            term = _term(draft, names)
        except NotValid as error:
            if len(drafts) == 1:
                raise
            place = _("term %(number)d, %(place)s") % {"number": number, "place": error.place}
            raise NotValid(error.message, remedy=error.remedy, place=place) from error
        term.source, term.source_id = source, source_id[:100]
        term.proposed_by, term.proposed_by_name, term.proposed_at = actor.id, actor.name[:200], now
        found.setdefault(_identity(term), term)
    return found


def _term(draft: Draft, names: Names) -> Term:
    text, brand = clean(draft.text), names.brand(draft.brand)
    names.check(draft.kind, text, brand)
    return Term(
        brand=brand,
        text=text,
        key=fold(text),
        kind=draft.kind,
        reason=draft.reason.strip()[:_MOST_REASON],
        evidence=draft.evidence,
    )


def _identity(term: Term) -> tuple[int | None, str, str]:
    return term.brand_id, term.key, term.kind


def _reopen(old: Term, new: Term) -> None:
    for name in _PROVENANCE:
        setattr(old, name, getattr(new, name))
    old.state, old.effect, old.effect_at = TermState.CANDIDATE, None, None
    old.approved_by, old.approved_by_name, old.approved_at = "", "", None
    old.ended_by_name, old.ended_at, old.ended_because = "", None, ""


def _locked(term_ids: Collection[UUID]) -> list[Term]:
    found = list(Term.objects.select_for_update(of=("self",)).select_related("brand").filter(id__in=term_ids))
    if len(found) != len(set(term_ids)):
        raise NotFound(_("There is no such term."))
    return found


def _check_waiting(term: Term) -> None:
    if term.state != TermState.CANDIDATE:
        raise Conflict(_("%(text)s is no candidate any more.") % {"text": term.text})


def _turned_down(text: str) -> bool:
    """Has somebody refused or withdrawn the text as an alias?"""
    ended = (TermState.REFUSED, TermState.WITHDRAWN)
    return Term.objects.filter(key=fold(text), kind=TermKind.ALIAS, state__in=ended).exists()


def _against(term: Term) -> Term | None:
    """An approved term of the same text that says the opposite: alias beside safe, or an alias of another brand."""
    others = Term.objects.filter(key=term.key, state=TermState.APPROVED).exclude(id=term.id)
    alias = term.kind == TermKind.ALIAS
    return next((o for o in others if alias or o.kind == TermKind.ALIAS), None)


def _lock_same_texts(term_ids: Collection[UUID]) -> None:
    """Whoever approves one of several terms of a text waits for whoever approves another."""
    keys = Term.objects.filter(id__in=term_ids).values("key")
    list(Term.objects.select_for_update().filter(key__in=keys).order_by("id").values_list("id"))


def _check_agree(terms: Sequence[Term]) -> None:
    """Terms that are approved together must not say the opposite of one another."""
    said: dict[str, Term] = {}
    for term in terms:
        other = said.setdefault(term.key, term)
        if other is not term and TermKind.ALIAS in (term.kind, other.kind):
            raise Conflict(
                _("%(text)s was chosen twice, with opposite meanings.") % {"text": term.text},
                remedy=_("Approve one of the two."),
            )


def _approved(actor: Actor, now: datetime, terms: list[Term], refs: Sequence[tuple[str, str]] = ()) -> list[Term]:
    for term in terms:
        term.state, term.approved_at = TermState.APPROVED, now
        term.approved_by, term.approved_by_name = actor.id, actor.name[:200]
    Term.objects.bulk_update(terms, _CHANGES, batch_size=500)
    _record(actor, now, "approved", [(term, _seen(term)) for term in terms], refs)
    return terms


def _seen(term: Term) -> dict[str, Any]:
    """What the approver saw of the term's effect."""
    effect = term.effect or {}
    return {name: effect[name] for name in ("listings", "touched", "changed", "moves") if name in effect}


def _ended(actor: Actor, now: datetime, term: Term, state: str, because: str) -> Term:
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    term.state, term.ended_at, term.ended_by_name = state, now, actor.name[:200]
    term.ended_because = because.strip()[:_MOST_REASON]
    term.save(update_fields=_CHANGES)
    _record(actor, now, state, [(term, {"because": term.ended_because})])
    return term


def _record(
    actor: Actor,
    now: datetime,
    verb: str,
    entries: list[tuple[Term, dict[str, Any]]],
    refs: Sequence[tuple[str, str]] = (),
) -> None:
    ledger.record_many(
        actor,
        now,
        f"rights:term:{verb}",
        entries=[
            (("term", term.id), [*_refs(term), *refs], {"kind": term.kind, "text": term.text, **payload})
            for term, payload in entries
        ],
    )


def _refs(term: Term) -> list[tuple[str, str]]:
    refs = [("brand", term.brand.name)] if isinstance(term.brand, Brand) else []
    refs += [("listing", listing_id) for listing_id in term.evidence.get("listing_ids", ())]
    kinds = {TermSource.DECISION: "decision", TermSource.MINED: "run", TermSource.FILE: "import"}
    if term.source_id and term.source in kinds:
        refs.append((kinds[TermSource(term.source)], term.source_id))
    return refs
