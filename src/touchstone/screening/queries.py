"""Reading verdicts, runs and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import NotFound
from touchstone.market.models import Listing, ListingStatus
from touchstone.screening.models import Label, LabelKind, Run, Verdict, VerdictKind


def current_verdict(actor: Actor, listing_id: str) -> Verdict:
    """The verdict that stands on the listing (external id). Raises Forbidden, NotFound."""
    permit(actor, "verdict.view")
    found = Verdict.objects.filter(listing__listing_id=listing_id, current=True).select_related("run").first()
    if found is None:
        raise NotFound(_("There is no verdict on this listing."))
    return found


def verdicts(actor: Actor, listing: Listing) -> QuerySet[Verdict]:
    """All verdicts on the listing, newest first. Raises Forbidden."""
    permit(actor, "verdict.view")
    return Verdict.objects.filter(listing=listing)


def to_review() -> QuerySet[Verdict]:
    """Current review and block verdicts on listings that are not removed, the most severe first: for review.enqueue."""
    suspected = Verdict.objects.filter(current=True).exclude(verdict=VerdictKind.PASS)
    return suspected.exclude(listing__status=ListingStatus.REMOVED).select_related("listing").order_by("-score", "id")


def labels_of(listing: Listing) -> QuerySet[Label]:
    """What the listing proved to be, newest first."""
    return Label.objects.filter(listing=listing)


def confirmed_fakes(seller_ids: Collection[str] | None = None) -> Counter[str]:
    """How many listings of each seller (external id; all, or those) proved counterfeit by their latest label."""
    labels = Label.objects.order_by("at", "id")
    if seller_ids is not None:
        labels = labels.filter(listing__seller__seller_id__in=seller_ids)
    rows = labels.values_list("listing_id", "listing__seller__seller_id", "label")
    latest = {listing: (seller, label) for listing, seller, label in rows}
    return Counter(seller for seller, label in latest.values() if label == LabelKind.COUNTERFEIT)


def fakes_of(seller_id: str) -> int:
    """How many listings of one seller proved counterfeit by their latest label."""
    return confirmed_fakes([seller_id])[seller_id]


def figures() -> dict[str, Any]:
    """For the board: current verdicts by kind, and the last run."""
    kinds = Counter(Verdict.objects.filter(current=True).order_by().values_list("verdict", flat=True))
    return {"verdicts": {kind: kinds.get(kind, 0) for kind in VerdictKind.values}, "last_run": Run.objects.first()}
