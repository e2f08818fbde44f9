"""Labelled pairs of offers (matching/er) and tables with a true mapping (matching/dedupe), as the engine's listings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.schema import typed

PARTS = ("train", "valid", "test")
_COLUMNS = {"name": "title", "title": "title", "manufacturer": "brand", "brand": "brand", "description": "description",
            "price": "price", "modelno": "model", "category": "category"}  # fmt: skip


@dataclass(frozen=True)
class PairSet:
    """One set: all its listings, each once, and for each part (left, right, label) as arrays of row numbers."""

    name: str
    listings: pa.Table
    parts: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]


def sets(folder: Path, *, model_numbers: bool = False) -> list[PairSet]:
    """The sets of matching/er. `model_numbers`: the column `modelno`, which listings do not have, joins the title."""
    return [_set(path, model_numbers) for path in sorted(folder.iterdir()) if path.is_dir()]


def _set(path: Path, model_numbers: bool) -> PairSet:
    rows: list[dict[str, str]] = []
    known: dict[str, int] = {}
    parts = {}
    for part in PARTS:
        file = sorted(path.glob(f"{part}.txt*"))[0]
        pairs = [line.rstrip("\n").split("\t") for line in file.read_text("utf-8").split("\n") if line.strip()]
        sides = [[_number(_side(pair[i]), rows, known) for pair in pairs] for i in (0, 1)]
        parts[part] = (np.array(sides[0]), np.array(sides[1]), np.array([int(pair[2]) for pair in pairs]))
    return PairSet(path.name, table(rows, model_numbers), parts)


def _side(text: str) -> dict[str, str]:
    cells = (cell.partition(" VAL") for cell in re.split(r"(?:^|\s)COL\s+", text) if " VAL" in cell)
    return {_COLUMNS.get(name.strip(), name.strip()): value.strip() for name, _, value in cells}


def _number(row: dict[str, str], rows: list[dict[str, str]], known: dict[str, int]) -> int:
    key = json.dumps(row, sort_keys=True)
    if key not in known:
        known[key] = len(rows)
        rows.append(row)
    return known[key]


def table(rows: list[dict[str, str]], model_numbers: bool = False) -> pa.Table:
    """Rows as typed listings. A title that is empty becomes a hyphen."""
    titles = [f"{row.get('title', '')} {row.get('model', '') if model_numbers else ''}".strip() for row in rows]
    columns = {name: [row.get(name) or None for row in rows] for name in ("brand", "description", "category")}
    return typed(
        pa.table(
            {
                "listing_id": [f"{i:07d}" for i in range(len(rows))],
                "title": [title or "-" for title in titles],
                "price": pa.array([_price(row.get("price", "")) for row in rows], pa.float64()),
                **{name: pa.array(values, pa.large_string()) for name, values in columns.items()},
            }
        )
    )


def _price(text: str) -> float | None:
    digits = re.sub(r"[^0-9.]", "", text)
    try:
        return float(digits) if digits else None
    except ValueError:
        return None


def abt_buy(folder: Path) -> tuple[pa.Table, list[str]]:
    """The two tables of matching/dedupe as one, and the true product of each row."""
    frames = [
        pl.read_csv(folder / f"AbtBuy_{name}.csv", infer_schema_length=0, encoding="utf8-lossy")
        for name in ("Abt", "Buy")
    ]
    frame = pl.concat(frames)
    rows = [{k: v or "" for k, v in row.items() if k != "unique_id"} for row in frame.to_dicts()]
    return table(rows), frame["unique_id"].to_list()
