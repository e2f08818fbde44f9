"""The evidence that a file about counterfeits usually needs, as a wish-list for the investigator."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.TextChoices):
    CAPTURE = "capture", _("Captures of the listings and shops, with time and hash")
    TEST_PURCHASE = "test_purchase", _("A test purchase: bought, filmed, sealed")
    EXAMINATION = "examination", _("The rights holder's examination of the goods")
    IDENTITY = "identity", _("Registration documents of the sellers")
    PAYOUTS = "payouts", _("Statements of the payout accounts")
    WAYBILLS = "waybills", _("Waybills and the courier's pick-up points")
    PREMISES = "premises", _("A visit to the address that goods leave from")
    OPERATORS = "operators", _("Sign-in records of the devices and phones")


ALWAYS = (Evidence.CAPTURE, Evidence.TEST_PURCHASE, Evidence.EXAMINATION, Evidence.IDENTITY)
_IF_SHARED = {
    "payout_account": Evidence.PAYOUTS,
    "waybill_account": Evidence.WAYBILLS,
    "ship_from_address": Evidence.PREMISES,
    "return_address": Evidence.PREMISES,
    "device": Evidence.OPERATORS,
    "phone": Evidence.OPERATORS,
}


def for_ring(shared_kinds: set[str]) -> list[str]:
    """What is wanted for a ring whose members share attributes of these kinds."""
    return list(dict.fromkeys([*ALWAYS, *(_IF_SHARED[k] for k in sorted(shared_kinds) if k in _IF_SHARED)]))
