"""Rows that are written once. The model refuses first, the database's triggers (guards.py) refuse last."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext as _

from touchstone.errors import Conflict


def _refuse() -> NoReturn:
    raise Conflict(
        _("The ledger is append-only: what is written cannot be changed or deleted."),
        remedy=_("Record a new event that corrects the old one."),
    )


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()


class AppendOnly(models.Model):
    """Saved once, then only read. Raises Conflict on any later save, update or delete."""

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse()
