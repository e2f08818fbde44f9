"""What a person says of the link between two sellers, and how such words combine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from django.db import models
from django.utils.translation import gettext_lazy as _


class Judgement(models.TextChoices):
    """What stands between two sellers.

    `OPEN` is where every pair begins, and what an undoing goes back to: the engine decides alone. `NOTED` is a remark
    that leaves what stands as it is.
    """

    OPEN = "open", _("Not judged")
    NOTED = "noted", _("Noted")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")

    def then(self, later: Judgement) -> Judgement:
        """What stands after a later word on the same pair: the later one, unless it is but a remark.

        Associative, and NOTED changes nothing on either side, so that a history can be folded in parts.
        """
        return self if later is Judgement.NOTED else later

    def along(self, other: Judgement) -> Judgement:
        """What follows for A and C from what stands between A and B and between B and C.

        The same people run A, B and C, or others run C; two rejections, or one pair that nobody has judged, say nothing.
        """
        said = {self, other}
        if said == {Judgement.CONFIRMED}:
            return Judgement.CONFIRMED
        return Judgement.REJECTED if said == {Judgement.CONFIRMED, Judgement.REJECTED} else Judgement.OPEN


def standing(history: Iterable[Judgement]) -> Judgement:
    """What stands after all of these, oldest first."""
    return reduce(Judgement.then, history, Judgement.OPEN)
