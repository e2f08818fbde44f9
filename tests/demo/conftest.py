"""One market of moderate size for all tests that only read it."""

from __future__ import annotations

import duckdb
import pytest

from touchstone.demo.market import Market, generate


@pytest.fixture(scope="session")
def market() -> Market:
    return generate(seed=11, listings=5_000)


@pytest.fixture(scope="session")
def sql(market: Market):
    """Runs a query over the market's tables by name; returns the rows."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, table in market.tables.items():
        connection.register(name, table)

    def run(query: str) -> list[tuple]:
        return connection.execute(query).fetchall()

    return run
