"""What pages, screening and other rooms read of terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.text.normalise import fold
from touchstone.errors import NotFound
from touchstone.rights.models import Term, TermKind, TermState

# (brand, text); the brand of a safe phrase is empty where it mutes every brand.
Texts = set[tuple[str, str]]


def terms(
    actor: Actor, *, state: str = "", kind: str = "", source: str = "", brand: str = "", search: str = ""
) -> QuerySet[Term]:
    """The terms that fit, their brand with them, the latest first. `search`: part of the text. Raises Forbidden."""
    permit(actor, "term.view")
    found = Term.objects.select_related("brand")
    for name, value in (("state", state), ("kind", kind), ("source", source), ("brand__name", brand)):
        if value:
            found = found.filter(**{name: value})
    if search:
        found = found.filter(Q(key__contains=fold(search)) | Q(brand__name__icontains=search))
    return found


def term(actor: Actor, term_id: UUID) -> Term:
    """One term with its brand. Raises Forbidden, NotFound."""
    found = terms(actor).filter(id=term_id).first()
    if found is None:
        raise NotFound(_("There is no such term."))
    return found


def chosen(actor: Actor, term_ids: Collection[UUID]) -> list[Term]:
    """Those of the terms that there are. Raises Forbidden."""
    return list(terms(actor).filter(id__in=term_ids))


def unmeasured(actor: Actor, most: int) -> list[UUID]:
    """Candidates of which nobody knows the effect, the oldest first. Raises Forbidden."""
    waiting = terms(actor, state=TermState.CANDIDATE).filter(effect_at=None).order_by("proposed_at", "key", "id")
    return list(waiting.values_list("id", flat=True)[:most])


def is_any_unmeasured() -> bool:
    """Is there a candidate of which nobody knows the effect?"""
    return Term.objects.filter(state=TermState.CANDIDATE, effect_at=None).exists()


def live_terms() -> tuple[Texts, Texts]:
    """What screening goes by: aliases, and negative terms with safe phrases; all as (brand, text)."""
    rows = Term.objects.filter(state=TermState.APPROVED).order_by().values_list("kind", "brand__name", "text")
    aliases: Texts = set()
    safe: Texts = set()
    for kind, brand, text in rows:
        (aliases if kind == TermKind.ALIAS else safe).add((brand or "", text))
    return aliases, safe


def counts() -> dict[str, int]:
    """How many terms are in each state."""
    found = Counter(Term.objects.order_by().values_list("state", flat=True))
    return {state: found.get(state, 0) for state in TermState.values}


def brand_names() -> list[str]:
    """The brands that have a term, to filter by."""
    names = Term.objects.exclude(brand=None).order_by("brand__name").values_list("brand__name", flat=True)
    return list(names.distinct())
