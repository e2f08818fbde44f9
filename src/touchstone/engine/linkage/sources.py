"""What a marketplace's tables tell of sellers: identifiers in one spelling, and how each seller acts.

Values leave this module as keyed digests (HMAC-SHA-256, a key a purpose, drawn for the run); what only one seller has
links nobody and leaves it not at all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

import polars as pl

from touchstone.engine.linkage.resolve.address import parts
from touchstone.engine.linkage.resolve.licence import fails_check
from touchstone.engine.linkage.spelling import COLUMNS, spelt

ROWS = {"seller_id": pl.String, "kind": pl.String, "digest": pl.String}
# One shop's warehouse is another's return address.
_PURPOSE = {"return_address": "address", "ship_from_address": "address", "building": "address"}
# A text that is shorter is what anybody writes.
_LEAST_TEXT = 12
# A courier's places beyond these say nothing.
_PLACES = 6


def of_sellers(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows (seller_id, kind, digest: still plain) of a table of sellers."""
    rows: list[pl.DataFrame] = []
    for column, kind in COLUMNS.items():
        if column not in frame.columns:
            continue
        if kind.endswith("_address"):
            rows += _addresses(frame, column, kind)
        elif kind != "licence":
            rows.append(frame.select("seller_id", kind=pl.lit(kind), digest=spelt(kind, column)).drop_nulls())
    return [*rows, *_licences(frame), *_legal_persons(frame)]


def of_edges(frame: pl.DataFrame, kinds: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of a table (seller_id, kind, value)."""
    rows: list[pl.DataFrame] = []
    for kind in kinds:
        found = frame.filter(pl.col("kind") == kind)
        if kind.endswith("_address"):
            rows += _addresses(found, "value", kind)
        else:
            rows.append(found.select("seller_id", kind=pl.lit(kind), digest=spelt(kind, "value")).drop_nulls())
    return rows


def _addresses(frame: pl.DataFrame, column: str, kind: str) -> list[pl.DataFrame]:
    """Each address by its door, in two ways that bear a slip in either, and by its building."""
    said = frame.select("seller_id", value=pl.when(spelt(kind, column).is_not_null()).then(pl.col(column)))
    both = said.select("seller_id").hstack(parts(said["value"]))
    return [
        both.select("seller_id", kind=pl.lit(of), digest=part).drop_nulls()
        for of, part in (
            (kind, "door"),
            (kind, "door_by_place"),
            ("building", "building"),
            ("building", "building_by_place"),
        )
    ]


def _licences(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Licence numbers, those apart whose check characters are wrong: such a number names no legal person."""
    if "licence_no" not in frame.columns:
        return []
    rows = frame.select("seller_id", digest=spelt("licence", "licence_no")).drop_nulls()
    wrong = fails_check(rows["digest"])
    kind = pl.when(wrong).then(pl.lit("licence_unchecked")).otherwise(pl.lit("licence"))
    return [rows.select("seller_id", kind=kind, digest="digest")]


def _legal_persons(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Sellers without a licence that open several shops under one name, paid into one account, hide nothing."""
    if not {"legal_name", "payout_account"} <= set(frame.columns):
        return []
    if "licence_no" in frame.columns:
        frame = frame.filter(spelt("licence", "licence_no").is_null())
    name = spelt("contact_name", "legal_name")
    both = pl.concat_str([name, spelt("payout_account", "payout_account")], separator="/")
    return [frame.select("seller_id", kind=pl.lit("legal_person"), digest=both).drop_nulls()]


def of_listings(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows of a table of listings: pictures (by perceptual hash, or by file) and texts that several sellers use."""
    known = frame.filter(pl.col("seller_id").is_not_null())
    rows = []
    for column, kind in (("pdq", "image"), ("images", "image"), ("description", "text")):
        if column not in known.columns:
            continue
        value = pl.col(column).cast(pl.String)
        listed = value.str.split(";") if kind == "image" else pl.concat_list(value)
        several = known.select("seller_id", digest=listed).explode("digest").drop_nulls()
        plain = pl.col("digest").str.strip_chars()
        if kind == "text":
            plain = plain.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[\s\p{P}\p{S}\d]", "")
        least = 1 if kind == "image" else _LEAST_TEXT
        rows.append(
            several.select("seller_id", kind=pl.lit(kind), digest=plain).filter(
                pl.col("digest").str.len_chars() >= least
            )
        )
    return [row.unique() for row in rows]


def keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with digests in place of values, without what one seller alone has."""
    shared = rows.filter(pl.col("seller_id").n_unique().over("kind", "digest") > 1)
    values = shared.select("kind", "digest").unique()
    secret = secrets.token_bytes(32)
    keys = {
        kind: hmac.digest(secret, f"touchstone link: {_PURPOSE.get(kind, kind)}".encode(), hashlib.sha256)
        for kind in values["kind"].unique()
    }
    digests = [
        hmac.digest(keys[kind], value.encode(), hashlib.sha256).hex()
        for kind, value in zip(values["kind"], values["digest"], strict=True)
    ]
    named = values.with_columns(pl.Series("keyed", digests, dtype=pl.String))
    return shared.join(named, on=["kind", "digest"]).select("seller_id", "kind", digest="keyed")


def facts(sellers: pl.DataFrame | None, listings: pl.DataFrame | None, orders: pl.DataFrame | None) -> pl.DataFrame:
    """How each seller acts (see conduct): seller_id and what these tables tell of it.

    sellers(seller_id, opened_on, closed_on, ship_from_address), listings(listing_id, seller_id), orders(seller_id,
    quantity, waybill_origin); every column but seller_id may be missing.
    """
    if sellers is None:
        return pl.DataFrame(schema={"seller_id": pl.String})
    table = sellers.select("seller_id").unique(maintain_order=True)
    dates = [c for c in ("opened_on", "closed_on") if c in sellers.columns]
    if dates:
        read = [_date(c) for c in dates]
        table = table.join(sellers.select("seller_id", *read).unique("seller_id"), on="seller_id", how="left")
    if listings is not None:
        table = table.join(listings.group_by("seller_id").agg(listings=pl.len()), on="seller_id", how="left")
        table = table.with_columns(pl.col("listings").fill_null(0))
    if orders is not None:
        sold = orders.group_by("seller_id").agg(orders=pl.len(), units=_quantity(orders).sum())
        table = table.join(sold, on="seller_id", how="left").with_columns(
            pl.col("orders").fill_null(0), pl.col("units").fill_null(0)
        )
        if "waybill_origin" in orders.columns:
            table = table.join(_origins(sellers, orders), on="seller_id", how="left")
    return table


def _date(column: str) -> pl.Expr:
    value = pl.col(column)
    return pl.coalesce(
        value.cast(pl.Date, strict=False), value.cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    ).alias(column)


def _quantity(orders: pl.DataFrame) -> pl.Expr:
    if "quantity" not in orders.columns:
        return pl.lit(1.0)
    return pl.col("quantity").cast(pl.Float64, strict=False).fill_null(1.0)


def _origins(sellers: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """seller_id, home, origins: where a seller's parcels leave from, and whether that is where it says it is.

    A place is its last three characters: 福建省莆田市荔城区 and 莆田荔城区 are one.
    """
    place = pl.col("waybill_origin").cast(pl.String).str.replace_all(r"[\s,，]", "").str.slice(-3)
    counted = (
        orders.select("seller_id", place=place)
        .filter(pl.col("place").str.len_chars() > 1)
        .group_by("seller_id", "place")
        .agg(n=pl.len())
        .with_columns(share=pl.col("n") / pl.col("n").sum().over("seller_id"))
        .sort(["seller_id", "share", "place"], descending=[False, True, False])
        .group_by("seller_id", maintain_order=True)
        .head(_PLACES)
    )
    said = [c for c in ("ship_from_address", "return_address") if c in sellers.columns]
    if said:
        text = pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in said], separator="|")
        homes = sellers.select("seller_id", said=text.str.replace_all(r"[\s,，]", "")).unique("seller_id")
        counted = counted.join(homes, on="seller_id", how="left")
        own = pl.col("said").fill_null("").str.contains(pl.col("place"), literal=True)
        homes = counted.filter(own).group_by("seller_id", maintain_order=True).agg(home=pl.col("place").first())
    else:
        homes = pl.DataFrame(schema={"seller_id": pl.String, "home": pl.String})
    listed = counted.group_by("seller_id", maintain_order=True).agg(origins=pl.struct("place", "share"))
    return listed.join(homes, on="seller_id", how="left")
