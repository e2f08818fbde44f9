"""Sentences that the system writes once and people read in their own language."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation


def in_both(say: Callable[[], str]) -> tuple[str, str]:
    """What `say` says in English and in Chinese."""
    with translation.override("en"):
        english = say()
    with translation.override("zh-hans"):
        return english, say()
