"""Reading agreements, alerts, leads and shared records: always as far as the actor's organisation is a party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, IntegerField, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation, OrganisationKind
from touchstone.accounts.policy import permit
from touchstone.agencies.agreements import in_force
from touchstone.agencies.models import (
    Agreement,
    AgreementState,
    Alert,
    Lead,
    LeadState,
    Outcome,
    RecordMatch,
    SharedRecord,
)
from touchstone.cases.models import Case
from touchstone.errors import NotFound
from touchstone.market.models import Seller

# Agreements


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """The agreements of the actor's organisation, newest first. Raises Forbidden."""
    permit(actor, "agreement.view")
    own = actor.organisation_id
    return Agreement.objects.filter(Q(a_id=own) | Q(b_id=own)).select_related("a", "b", "signed_by_a", "signed_by_b")


def agreement(actor: Actor, agreement_id: UUID) -> Agreement:
    """Raises Forbidden, NotFound."""
    found = Agreement.objects.select_related("a", "b", "signed_by_a", "signed_by_b").filter(pk=agreement_id).first()
    if found is None:
        raise NotFound(_("There is no such agreement."))
    permit(actor, "agreement.view", found)
    return found


def possible_partners(actor: Actor) -> QuerySet[Organisation]:
    """The marketplaces and agencies that an agreement could be proposed to."""
    kinds = (OrganisationKind.MARKETPLACE, OrganisationKind.AGENCY)
    found = Organisation.objects.filter(kind__in=kinds)
    return found.exclude(pk=actor.organisation_id) if actor.organisation_id else found


def partners(actor: Actor, now: datetime, kind: str) -> list[tuple[Organisation, Agreement]]:
    """The organisations that messages of the kind may go to now, each with the agreement that admits it."""
    own = actor.organisation_id
    if own is None:
        return []
    found = in_force(now, kind=kind, one=own)
    return [((a.b if a.a_id == own else a.a), a) for a in found]


# Alerts


def alerts(actor: Actor) -> QuerySet[Alert]:
    """Alerts to or from the actor's organisation: unseen first, then the newest. Raises Forbidden."""
    permit(actor, "alert.view")
    own = actor.organisation_id
    found = Alert.objects.filter(Q(recipient_id=own) | Q(sender_id=own))
    found = found.select_related("sender", "recipient", "seen_by")
    unseen = When(recipient_id=own, seen_at=None, then=0)
    return found.order_by(Choice(unseen, default=1, output_field=IntegerField()), "-sent_at")


def unseen_alerts(actor: Actor) -> int:
    """How many alerts to the actor's organisation nobody there has seen."""
    own = actor.organisation_id
    return Alert.objects.filter(recipient_id=own, seen_at=None).count() if own else 0


# Leads


def leads(actor: Actor, *, state: str = "", side: str = "") -> QuerySet[Lead]:
    """Leads that the actor's organisation sent (`side` sent) or received (`side` received), newest first.

    A lead that waits for approval is the sender's alone. Raises Forbidden.
    """
    permit(actor, "lead.view")
    own = actor.organisation_id
    received = Q(recipient_id=own) & ~Q(state=LeadState.WAITING)
    which = {"sent": Q(sender_id=own), "received": received}.get(side, Q(sender_id=own) | received)
    found = Lead.objects.filter(which).select_related("case", "sender", "recipient", "sent_by", "agreement")
    return found.filter(state=state) if state in LeadState.values else found


def lead(actor: Actor, number: str) -> Lead:
    """One lead with its parties. Raises Forbidden, NotFound."""
    found = (
        Lead.objects.select_related("case", "sender", "recipient", "agreement", "sent_by", "approved_by", "answered_by")
        .filter(number=number)
        .first()
    )
    if found is None or (found.state == LeadState.WAITING and actor.organisation_id == found.recipient_id):
        raise NotFound(_("There is no lead %(number)s.") % {"number": number})
    permit(actor, "lead.view", found)
    return found


def leads_of_case(actor: Actor, case: Case) -> QuerySet[Lead]:
    """The case's leads that the actor may see, newest first."""
    return leads(actor).filter(case=case)


# Shared records


def records(actor: Actor, *, kind: str = "", matched: bool = False) -> QuerySet[SharedRecord]:
    """Records under the agreements of the actor's organisation, newest first, with `hits`: shops touched.

    Raises Forbidden.
    """
    permit(actor, "record.view")
    found = SharedRecord.objects.filter(_of_own_agreements(actor)).select_related("owner", "agreement", "by")
    found = found.annotate(hits=Count("matches", distinct=True)).order_by("-at", "reference")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(hits__gt=0) if matched else found


def record(actor: Actor, record_id: UUID) -> SharedRecord:
    """Raises Forbidden, NotFound."""
    found = SharedRecord.objects.select_related("owner", "agreement", "by").filter(pk=record_id).first()
    if found is None:
        raise NotFound(_("There is no such record."))
    permit(actor, "record.view", found)
    return found


def records_touching(actor: Actor, seller: Seller) -> list[RecordMatch]:
    """The shared records that the seller matches, as far as the actor's organisation shares them."""
    return matches_of(actor, [seller.seller_id])


def matches_of(actor: Actor, seller_ids: Iterable[str]) -> list[RecordMatch]:
    """The same for several sellers (external ids), newest record first."""
    permit(actor, "record.view")
    ids = list(seller_ids)
    found: list[RecordMatch] = []
    for start in range(0, len(ids), 500):
        found += (
            RecordMatch.objects.filter(seller__seller_id__in=ids[start : start + 500])
            .filter(_of_own_agreements(actor, "record__"))
            .select_related("record__owner", "seller")
        )
    return sorted(found, key=lambda m: (m.record.at, str(m.record_id), m.seller.seller_id), reverse=True)


def _of_own_agreements(actor: Actor, prefix: str = "") -> Q:
    own = actor.organisation_id
    return Q(**{f"{prefix}agreement__a_id": own}) | Q(**{f"{prefix}agreement__b_id": own})


# Figures


def moments(since: datetime) -> dict[str, list[datetime]]:
    """When leads were sent, outcomes reported and alerts sent, from a moment on."""
    sent = Lead.objects.filter(sent_at__gt=since).order_by("sent_at").values_list("sent_at", flat=True)
    return {
        "leads": [at for at in sent if at],
        "outcomes": list(Outcome.objects.filter(at__gt=since).values_list("at", flat=True)),
        "alerts": list(Alert.objects.filter(sent_at__gt=since).values_list("sent_at", flat=True)),
    }


def figures(now: datetime | None = None) -> dict[str, Any]:
    """For the board: agreements in force, leads by state and overdue, answer times, outcomes, alerts, records."""
    states = Counter(Lead.objects.order_by().values_list("state", flat=True))
    waited = [
        (answered - sent).total_seconds()
        for sent, answered in Lead.objects.exclude(answered_at=None).values_list("sent_at", "answered_at")
        if sent and answered
    ]
    delays = [
        (sent - learnt).total_seconds() for learnt, sent in Alert.objects.order_by().values_list("fact_at", "sent_at")
    ]
    overdue = Lead.objects.filter(state=LeadState.SENT, due_at__lt=now).count() if now else 0
    return {
        "agreements": Agreement.objects.filter(state=AgreementState.IN_FORCE).count(),
        "leads": {state: states.get(state, 0) for state in LeadState.values},
        "overdue": overdue,
        "answer_seconds": median(waited) if waited else None,
        "outcomes": list(
            Outcome.objects.order_by("kind", "currency")
            .values("kind", "currency")
            .annotate(n=Count("id"), value_minor=Sum("value_minor"), quantity=Sum("quantity"))
        ),
        "outcomes_new": Outcome.objects.filter(at__gt=now - timedelta(days=7)).count() if now else 0,
        "alerts": len(delays),
        "alerts_in_a_second": sum(delay <= 1 for delay in delays),
        "records": SharedRecord.objects.count(),
        "records_matched": RecordMatch.objects.values("record").distinct().count(),
    }
