"""Where parcels leave from, against where the goods are said to come from."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from touchstone.engine.data import load

# Of a description the beginning is read: claims of origin stand there.
_READ = 2000


def origins(listings: pl.DataFrame) -> pl.DataFrame:
    """Columns origin_conflict (direct_mail, made_in or empty), origin_claim (the words), origin_hotspot (the place).

    listings: title, description, ship_from. A conflict needs a ship_from in mainland China and no bonded warehouse in
    the text; without ship_from all three are empty.
    """
    places = {place: _place(place) for place in listings["ship_from"].unique().drop_nulls()}
    mainland = [place for place, (inside, _) in places.items() if inside]
    inside = pl.col("ship_from").is_in(mainland).fill_null(False)
    hotspot = pl.col("ship_from").replace_strict({k: v for k, (_, v) in places.items()} or {"": ""}, default="")
    empty = pl.lit("")
    if not mainland:
        return listings.select(origin_conflict=empty, origin_claim=empty, origin_hotspot=hotspot.fill_null(""))
    text = pl.concat_str(
        pl.col("title").fill_null(""), pl.lit(" \n "), pl.col("description").fill_null("").str.head(_READ)
    ).str.to_lowercase()
    held = pl.when(inside & ~text.str.contains(_pattern("bonded"))).then(text)
    direct, made = held.str.extract(f"({_pattern('direct_mail')})"), held.str.extract(f"({_pattern('made_in')})")
    return listings.select(
        origin_conflict=pl.when(direct.is_not_null())
        .then(pl.lit("direct_mail"))
        .when(made.is_not_null())
        .then(pl.lit("made_in"))
        .otherwise(empty),
        origin_claim=pl.coalesce(direct, made, empty),
        origin_hotspot=hotspot.fill_null(""),
    )


def _place(text: str) -> tuple[bool, str]:
    """(whether a ship_from lies in mainland China, the hotspot it names or empty)"""
    lower = text.lower()
    inside = re.search("|".join(_words("mainland")), lower) is not None
    found = re.search("|".join(_words("hotspots")), lower)
    return inside, found.group() if found and inside else ""


@cache
def _pattern(name: str) -> str:
    countries = "|".join(_words("countries"))
    return "|".join(word.replace("{country}", countries) for word in _words(name))


def _words(name: str) -> list[str]:
    listed: list[str] = load("behaviour/data/origin.yaml")[name]
    return listed
