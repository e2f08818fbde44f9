"""A model from files: listings with what they proved to be, or signals with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import frame
from touchstone.engine.catalogue import SIGNALS, empty
from touchstone.engine.files.read import expand, read_table
from touchstone.engine.files.write import check_targets, whole_file
from touchstone.engine.rights import COLUMNS as RIGHTS_COLUMNS
from touchstone.engine.schema import LISTING
from touchstone.engine.scoring.card import card
from touchstone.engine.scoring.drift import Moved, drift
from touchstone.engine.scoring.model import Model
from touchstone.engine.scoring.plot import reliability_svg
from touchstone.engine.scoring.training import Labelled, train
from touchstone.engine.screen import Screener
from touchstone.engine.validate import split
from touchstone.errors import BadInputFile, NotValid

LABELS = {"counterfeit": 1.0, "genuine": 0.0}
_LABEL_COLUMNS = ("label", "label_at", "weight")
_REMEDY = "The columns are label (counterfeit or genuine), label_at (a day) and weight (a number above zero)."
Notice = Callable[[str], None]


def train_files(
    labels: list[str],
    out: str,
    *,
    rights: str | None,
    as_of: date | None,
    thresholds: tuple[float, float],
    notice: Notice = lambda _: None,
) -> Model:
    """Train on files and write OUT, OUT.card.md and OUT.reliability.svg, or nothing.

    labels: files of listings (with `rights`) or of signals (without), each with `label` and perhaps `label_at`, `weight`.
    as_of: labels of that day and later are left out. Raises BadInputFile, NotValid.
    """
    paths = expand(labels)
    targets = [out, f"{out}.card.md", f"{out}.reliability.svg"]
    check_targets(targets, [*paths, *([rights] if rights else [])])
    screener = Screener(read_table(rights, required=("brand",), known=RIGHTS_COLUMNS)) if rights else None
    labelled = _before(_joined([_labelled(path, screener, notice) for path in paths]), as_of)
    notice(f"{len(labelled.truth):,} labels, {int(labelled.truth.sum()):,} of them copies.")
    about = {"source": "files", "as_of": str(as_of) if as_of else None}
    if screener:
        about |= {"engine": screener.versions[0], "rights": screener.versions[2]}
    model = train(labelled, review=thresholds[0], block=thresholds[1], about=about)
    write(model, out)
    return model


def write(model: Model, out: str) -> None:
    """Write the model, its card and its plot."""
    plot = reliability_svg(model.about["evaluation"]["model"]["reliability"])
    for path, content in (
        (f"{out}.card.md", card(model).encode()),
        (f"{out}.reliability.svg", plot.encode()),
        (out, model.to_bytes()),
    ):
        with whole_file(path) as partial, open(partial, "wb") as file:
            file.write(content)


def drift_of_files(model: Model, listings: list[str], rights: str) -> list[Moved]:
    """How far the listings of files are from those that the model learnt from. Raises BadInputFile, NotValid."""
    screener = Screener(read_table(rights, required=("brand",), known=RIGHTS_COLUMNS))
    tables = [split(_read(path, ("listing_id", "title"))).good for path in expand(listings)]
    if not sum(table.num_rows for table in tables):
        raise BadInputFile("there is no good listing to compare", place=", ".join(listings))
    return drift(model, screener.signals(pa.concat_tables(tables)))


def _read(path: str, required: tuple[str, ...]) -> pa.Table:
    return read_table(path, required=required, known=(*LISTING, *SIGNALS, *_LABEL_COLUMNS))


def _labelled(path: str, screener: Screener | None, notice: Notice) -> Labelled:
    table = _read(path, ("listing_id", "title", "label") if screener else ("label",))
    rows = np.arange(table.num_rows)
    if screener is None:
        signals = _given_signals(table, path)
    else:
        parted = split(table)
        rows = parted.kept
        if parted.bad.height:
            notice(f"{parted.bad.height:,} bad rows left out of {path}; the first: {parted.bad['reason'][0]}.")
        signals = screener.signals(parted.good)
    kept = frame(table.select([c for c in _LABEL_COLUMNS if c in table.column_names]))[rows]
    return Labelled(signals, _truth(kept, path), _days(kept, path), _weights(kept, path))


def _given_signals(table: pa.Table, path: str) -> pl.DataFrame:
    """Signals as columns of the file; those that it lacks are not known."""
    given = frame(table.select([c for c in table.column_names if c in SIGNALS]))
    if not given.width:
        raise BadInputFile("no column is a signal", remedy="Give --rights to measure listings.", place=path)
    try:
        columns = [
            _as(pl.col(name), given.schema[name], kind).alias(name) if name in given.columns
            else pl.lit(None, dtype=kind).alias(name)
            for name, (kind, _) in SIGNALS.items()
        ]  # fmt: skip
        return pl.concat([empty(), given.select(columns)])
    except pl.exceptions.PolarsError as error:
        raise BadInputFile(f"a signal has a wrong value: {str(error).splitlines()[0]}", place=path) from None


def _as(column: pl.Expr, given: pl.DataType, kind: type[pl.DataType]) -> pl.Expr:
    if given == pl.String and kind == pl.Boolean:
        lower = column.str.to_lowercase()
        return pl.when(lower.is_in(["true", "1"])).then(True).when(lower.is_in(["false", "0"])).then(False)
    if given == pl.String and kind != pl.String:
        column = pl.when(column != "").then(column)
    return column.cast(pl.Float64).cast(kind) if kind == pl.Int64 else column.cast(kind)


def _truth(kept: pl.DataFrame, path: str) -> np.ndarray:
    words = kept["label"].cast(pl.String).str.strip_chars().str.to_lowercase()
    truth = words.replace_strict(LABELS, default=None, return_dtype=pl.Float64)
    return _whole(truth, kept["label"], "a label is counterfeit or genuine", path)


def _days(kept: pl.DataFrame, path: str) -> np.ndarray:
    if "label_at" not in kept.columns:
        return np.full(kept.height, -1, dtype=np.int64)
    days = kept["label_at"].cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return _whole(days.cast(pl.Int32), kept["label_at"], "label_at is not a day", path).astype(np.int64)


def _weights(kept: pl.DataFrame, path: str) -> np.ndarray:
    if "weight" not in kept.columns:
        return np.ones(kept.height)
    numbers = kept["weight"].cast(pl.String).replace("", None).cast(pl.Float64, strict=False)
    fine = numbers.set((~((numbers > 0) & (numbers < 1e9))).fill_null(True), None)
    return _whole(fine, kept["weight"], "weight is not a number above zero", path)


def _whole(values: pl.Series, given: pl.Series, wrong: str, path: str) -> np.ndarray:
    bad = values.is_null()
    if bad.any():
        row = int(bad.arg_true()[0])
        raise BadInputFile(f"row {row + 1}: {wrong}, not {given[row]!r}", remedy=_REMEDY, place=path)
    return values.to_numpy()


def _joined(found: list[Labelled]) -> Labelled:
    return Labelled(
        pl.concat([f.signals for f in found]),
        *(np.concatenate([getattr(f, name) for f in found]) for name in ("truth", "day", "weight")),
    )


def _before(labelled: Labelled, as_of: date | None) -> Labelled:
    if as_of is None:
        return labelled
    if (labelled.day < 0).any():
        raise NotValid("--as-of needs a label_at of every label", remedy=_REMEDY)
    return labelled.take(np.flatnonzero(labelled.day < (as_of - date(1970, 1, 1)).days))
