"""The evidence that a file about counterfeits usually needs, as a wish-list for the investigator."""

from __future__ import annotations

from collections import defaultdict

from django.db import models
from django.utils.translation import gettext_lazy as _

from touchstone.cases.models import Ring, RingRole


class Evidence(models.TextChoices):
    CAPTURE = "capture", _("Captures of the listings and shops, with time and hash")
    IMAGES = "images", _("Pictures of the goods on offer, kept with their hash")
    ORDERS = "orders", _("Orders, payments and parcels of what was sold")
    TEST_PURCHASE = "test_purchase", _("A test purchase: bought, filmed, sealed")
    EXAMINATION = "examination", _("The rights holder's examination of the goods")
    CUSTODY = "custody", _("Who held each piece, from purchase or seizure to court")
    IDENTITY = "identity", _("Registration documents of the sellers")
    PAYOUTS = "payouts", _("Statements of the payout accounts")
    WAYBILLS = "waybills", _("Waybills and the courier's pick-up points")
    PREMISES = "premises", _("A visit to the address that goods leave from")
    OPERATORS = "operators", _("Sign-in records of the devices and phones")
    PRODUCTION = "production", _("Moulds, labels, raw material and production records at the maker")
    STOCK = "stock", _("Stock and purchase books of the wholesaler")


ALWAYS = (
    Evidence.CAPTURE,
    Evidence.IMAGES,
    Evidence.ORDERS,
    Evidence.TEST_PURCHASE,
    Evidence.EXAMINATION,
    Evidence.CUSTODY,
    Evidence.IDENTITY,
)
_IF_SHARED = {
    "payout_account": Evidence.PAYOUTS,
    "waybill_account": Evidence.WAYBILLS,
    "ship_from_address": Evidence.PREMISES,
    "return_address": Evidence.PREMISES,
    "device": Evidence.OPERATORS,
    "phone": Evidence.OPERATORS,
}
_OF_ROLE = {
    RingRole.MAKER: (Evidence.PREMISES, Evidence.PRODUCTION),
    RingRole.WHOLESALER: (Evidence.STOCK,),
    RingRole.COURIER: (Evidence.WAYBILLS,),
    RingRole.CASH_OUT: (Evidence.PAYOUTS,),
    RingRole.FRONT_SHOP: (Evidence.TEST_PURCHASE,),
}
_MOST_NAMED = 20


def for_ring(ring: Ring) -> dict[str, str]:
    """What is wanted for a ring: kind of evidence → whom it concerns, by what the members share and their roles."""
    found = dict.fromkeys((str(e) for e in ALWAYS), "")
    shared = set(ring.attributes.values_list("kind", flat=True))
    found |= {str(_IF_SHARED[kind]): "" for kind in sorted(shared) if kind in _IF_SHARED}
    concerned: dict[str, list[str]] = defaultdict(list)
    for role, seller_id in ring.members.order_by("seller__seller_id").values_list("role", "seller__seller_id"):
        for kind in _OF_ROLE.get(RingRole(role), ()):
            concerned[kind].append(seller_id)
    for concerning, sellers in concerned.items():
        found[concerning] = ", ".join(sellers[:_MOST_NAMED]) + (" …" if len(sellers) > _MOST_NAMED else "")
    return found
