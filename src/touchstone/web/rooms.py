"""Finds another room's query by name. A room or a query that this installation lacks is simply not shown."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def query(room: str, name: str) -> Callable[..., Any] | None:
    """`touchstone.<room>.queries.<name>`, or None."""
    if find_spec(f"touchstone.{room}.queries") is None:
        return None
    return getattr(import_module(f"touchstone.{room}.queries"), name, None)
