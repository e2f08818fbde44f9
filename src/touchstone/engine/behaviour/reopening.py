"""Shops that continue a closed one: opened soon after it, with identifiers that strangers rarely share."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from touchstone.engine.data import load

_FOUND = """
    WITH telling AS (
        SELECT DISTINCT seller_id, kind, digest FROM identifiers WHERE kind IN (SELECT unnest($kinds))
    ), rare AS (SELECT kind, digest FROM telling GROUP BY ALL HAVING count(*) BETWEEN 2 AND $most),
    pairs AS (
        SELECT new.seller_id, old.seller_id AS reopened_from, count(DISTINCT kind) AS reopened_shares,
               max(past.closed_on) AS closed_on
        FROM telling new JOIN rare USING (kind, digest) JOIN telling old USING (kind, digest)
        JOIN sellers present ON present.seller_id = new.seller_id
        JOIN sellers past ON past.seller_id = old.seller_id
        WHERE past.closed_on <= present.opened_on AND present.opened_on <= past.closed_on + CAST($days AS INTEGER)
          AND new.seller_id <> old.seller_id
        GROUP BY ALL
    )
    SELECT seller_id, reopened_from, reopened_shares FROM pairs
    QUALIFY row_number() OVER (
        PARTITION BY seller_id ORDER BY reopened_shares DESC, closed_on DESC, reopened_from) = 1
    ORDER BY seller_id"""


def reopenings(sellers: pa.Table, identifiers: pa.Table) -> pa.Table:
    """seller_id, reopened_from, reopened_shares of each shop that continues a closed one, the likeliest one each.

    sellers: seller_id, opened_on, closed_on (dates). identifiers: seller_id, kind, digest. Only a shop that was closed
    when the other opened counts, so nothing here was learnt later than the opening.
    """
    settings = load("behaviour/data/behaviour.yaml")
    with duckdb.connect() as connection:
        connection.register("sellers", sellers)
        connection.register("identifiers", identifiers)
        return connection.sql(
            _FOUND,
            params={
                "kinds": settings["telling_identifiers"],
                "most": settings["reopening"]["most_sharing"],
                "days": settings["reopening"]["days"],
            },
        ).to_arrow_table()
