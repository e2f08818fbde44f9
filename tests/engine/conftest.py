"""A screener that the engine's tests share."""

from __future__ import annotations

from typing import Any

import pytest
from engine_tables import listings_table, rights_table

from touchstone.engine.screen import Screener


@pytest.fixture(scope="session")
def screener() -> Screener:
    return Screener(rights_table())


@pytest.fixture
def judge(screener: Screener):
    """Screen one listing: `judge(title, price=..., ...)` answers its row as a dict."""

    def one(title: str, **columns: Any) -> dict[str, Any]:
        return screener.screen(listings_table(title, **columns)).to_pylist()[0]

    return one
