"""How much of the goods a title offers: how many pieces, how large each is. Titles are folded (see `normalise.fold`)."""

from __future__ import annotations

import polars as pl

_ZH = {"一": 1, "两": 2, "二": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_PIECES = "件|只|个|支|瓶|盒|包|袋|双|条|罐|片|粒|枚|块|套|卷|桶|听|杯|份|张|根|贴|组|对"
# A number of pieces as titles write it; the first that fits counts.
_PACKS = (
    rf"(\d{{1,3}})\s*(?:{_PIECES})\s*(?:装|一组|/组|包邮)",
    rf"([两二三四五六七八九十])(?:{_PIECES})(?:装|一组)",
    r"\b(?:pack|set|lot|bundle)\s+of\s+(\d{1,3})\b",
    r"\b(\d{1,3})[- ]?(?:packs?|pk|pcs|pieces?|count|ct)\b",
    r"\b(\d{1,3})\s*(?:/|per)\s*(?:pack|pk|carton)\b",
    r"(?:^|[\s(])(\d{1,2})\s*[x×*]\s*\d+(?:\.\d+)?\s*(?:ml|g|kg|l|oz)\b",
    r"\d(?:ml|g|kg|oz|毫升|克|片|抽)\s*[x×*]\s*(\d{1,3})(?:\D|$)",
    r"(?:^|[\s(])[x×](\d{1,2})(?:$|[\s)])",
)
_UNITS = {
    "volume": {"ml": 1.0, "毫升": 1.0, "cl": 10.0, "升": 1000.0, "l": 1000.0, "fl oz": 29.57, "floz": 29.57},
    "weight": {"mg": 0.001, "g": 1.0, "克": 1.0, "kg": 1000.0, "公斤": 1000.0, "千克": 1000.0, "oz": 28.35, "lb": 453.6,
               "lbs": 453.6},
}  # fmt: skip
# Beyond this a title offers no pack but counts something else.
_MOST = 500


def pack_count(titles: pl.Series) -> pl.Series:
    """How many pieces are sold together, Int64; null where the title does not say."""
    text = pl.col("t")
    found = []
    for pattern in _PACKS:
        cell = text.str.extract(pattern)
        number = cell.replace_strict(_ZH, default=None, return_dtype=pl.Int64)
        number = number.fill_null(cell.cast(pl.Int64, strict=False))
        found.append(pl.when(number.is_between(1, _MOST)).then(number))
    return titles.rename("t").to_frame().select(pl.coalesce(found).alias("pack_count")).to_series()


def size(titles: pl.Series, dimension: str) -> pl.Series:
    """The size that a title gives in `dimension` ("volume" in millilitres, "weight" in grams), Float64.

    Null where it gives none, or several to choose from.
    """
    units = _UNITS[dimension]
    words = "|".join(sorted(units, key=len, reverse=True))
    latin = "|".join(u for u in words.split("|") if u.isascii())
    han = "|".join(u for u in words.split("|") if not u.isascii())
    pattern = rf"\d+(?:\.\d+)?\s?(?:(?:{latin})(?:[^a-z]|$)|{han})"
    cells = titles.rename("t").to_frame().select(pl.col("t").str.extract_all(pattern).alias("m")).with_row_index()
    parts = (
        cells.explode("m")
        .drop_nulls("m")
        .with_columns(
            pl.col("m").str.extract(r"(\d+(?:\.\d+)?)").cast(pl.Float64).alias("n"),
            pl.col("m")
            .str.extract(rf"\d\s?({words})(?:[^a-z]|$)")
            .replace_strict(units, return_dtype=pl.Float64)
            .alias("u"),
        )
        .with_columns((pl.col("n") * pl.col("u")).alias("size"))
        .filter(pl.col("size") > 0)
    )
    one = parts.group_by("index").agg(pl.col("size").first(), pl.col("size").n_unique().alias("kinds"))
    rows = cells.select("index").join(one.filter(pl.col("kinds") == 1), on="index", how="left", maintain_order="left")
    return rows["size"].alias(dimension)
