"""Which records are one: scored by Splink, completed, and clustered by average likeness.

1. Records that share rare keys are scored (Fellegi-Sunter, its weights learnt from the records without labels).
2. Pairs that are not far apart make connected parts; inside a part every pair is scored, shared keys or not.
3. Inside a part clusters are joined by their average weight (`average.clusters`), so that one near pair joins nobody.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel, ElseLevel, ExactMatchLevel, NullLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.duckdb.database_api import DuckDBAPI
from splink.internals.splink_dataframe import SplinkDataFrame

from touchstone.engine.linkage.resolve.average import clusters
from touchstone.engine.linkage.resolve.blocking import chosen_keys, is_list, pairs_sharing, rule
from touchstone.engine.linkage.resolve.fields import Field, keys, levels, null_of, prepared, said
from touchstone.errors import NotValid

# log2 odds: above `_PART` two records stand in one part; above `CUT` two clusters are one. Set on a thousand made-up
# people and a list of sites, see docs/linkage.md.
_PART, CUT = -6.0, -3.0
_LARGEST_PART = 400
_ID, _PART_COLUMN = "record__id", "record__part"
_SAMPLE = 400_000
# From fewer records than this no weights can be learnt, and a guess would join strangers.
_LEAST_TO_LEARN = 50
# Fields that say little about which one it is.
_FAINT = ("word", "place", "number")


@dataclass(frozen=True)
class Resolved:
    """`entity`: for each record the number of its entity. `distinct`: for each record the number of what it says, equal
    for records that say the same. Pairs that were scored: `a` < `b` (numbers of `distinct`), log2 odds."""

    entity: np.ndarray
    distinct: np.ndarray
    a: np.ndarray
    b: np.ndarray
    weight: np.ndarray


def resolve(records: pa.Table, fields: Sequence[Field], *, cut: float = CUT, seed: int = 1) -> Resolved:
    """Find the records that are one entity. Deterministic for the same records, fields and seed.

    Of fewer than 50 different records only those are one that say the same: nothing can be learnt from so few.
    Raises NotValid where a column is missing, a kind is unknown or there are no fields.
    """
    if not fields:
        raise NotValid("no fields to compare")
    frame = _prepared(pl.DataFrame(records), fields)
    distinct, first = _distinct(frame, fields)
    a, b, weight = _scored(frame[first].with_columns(pl.Series(_ID, np.arange(len(first)))), fields, seed)
    return Resolved(clusters(a, b, weight, len(first), cut)[distinct], distinct, a, b, weight)


Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]


def _scored(frame: pl.DataFrame, fields: Sequence[Field], seed: int) -> Pairs:
    """Pairs of records that may be one, with all pairs between records of one part."""
    none = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    if len(frame) < _LEAST_TO_LEARN:
        return none
    with duckdb.connect() as connection, _quiet():
        connection.execute("set enable_progress_bar = false")
        api = DuckDBAPI(connection=connection)
        table = api.register(frame.to_arrow())
        found = chosen_keys(connection, table.physical_name, [keys(f) for f in fields], len(frame))
        if not found:
            return none
        likely = _likely(connection, table.physical_name, found, len(frame))
        linker = _trained(table, fields, found, likely, seed)
        a, b, weight = _pairs(connection, linker.inference.predict(threshold_match_weight=_PART))
        part = _parts(a, b, weight, len(frame))
        whole = frame.with_columns(pl.Series(_PART_COLUMN, part, dtype=pl.Int64)).filter(pl.lit(part >= 0))
        if not len(whole):
            return none
        inside = linker.inference.predict_within(
            api.register(whole.to_arrow()), blocking_rules_to_generate_predictions=[block_on(_PART_COLUMN)]
        )
        return _pairs(connection, inside)


def _distinct(frame: pl.DataFrame, fields: Sequence[Field]) -> tuple[np.ndarray, np.ndarray]:
    """(number of what each record says, first record of each number).

    Records that say the same are one without being scored, if they say enough: most fields, and one that tells people
    apart. Two records of which nothing is known but a town are not the same.
    """
    known = frame.select(
        most=pl.sum_horizontal(pl.col(null_of(f)).is_not_null() for f in fields) * 2 >= len(fields),
        telling=pl.any_horizontal(pl.col(null_of(f)).is_not_null() for f in fields if f.kind not in _FAINT)
        | pl.lit(False),
    )
    enough = (known["most"] & known["telling"]).to_numpy()
    alone = pl.when(pl.lit(pl.Series(enough))).then(-1).otherwise(pl.col(_ID)).alias("alone")
    parts = [f"{f.name}__{part}" for f in fields for part in said(f)]
    row = frame.select(alone, *parts).with_row_index("row")
    first = row.group_by("alone", *parts, maintain_order=True).agg(pl.col("row").first().alias("first"), pl.col("row"))
    numbered = first.with_row_index("number").explode("row").sort("row")
    return numbered["number"].to_numpy().astype(np.int64), first["first"].to_numpy().astype(np.int64)


def _prepared(records: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    columns = [pl.Series(_ID, np.arange(len(records), dtype=np.int64))]
    for field in fields:
        columns += prepared(field, records)
    return pl.DataFrame(columns)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Splink tells its progress on the log; that is nobody's business here."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _comparison(field: Field) -> CustomComparison:
    found: list[ComparisonLevelCreator] = [NullLevel(null_of(field))]
    for level in levels(field):
        if level.by_value:
            found.append(ExactMatchLevel(f"{field.name}__{level.by_value}", term_frequency_adjustments=True))
        else:
            found.append(CustomLevel(level.sql, level.label))
    return CustomComparison(output_column_name=field.name, comparison_levels=[*found, ElseLevel()])


def _trained(
    table: SplinkDataFrame, fields: Sequence[Field], found: Sequence[tuple[str, ...]], likely: float, seed: int
) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=_ID,
        comparisons=[_comparison(f) for f in fields],
        probability_two_random_records_match=likely,
        blocking_rules_to_generate_predictions=[rule(key) for key in found],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(table, settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE, seed=seed)
    for key in _training_keys(fields, found):
        linker.training.estimate_parameters_using_expectation_maximisation(rule(key))
    return linker


def _likely(connection: duckdb.DuckDBPyConnection, table: str, found: Sequence[tuple[str, ...]], records: int) -> float:
    """How likely two records are one: about half of those that are share one of the two rarest keys."""
    shared = sum(pairs_sharing(connection, table, key) for key in found[:2] if not is_list(key[0]))
    return float(min(max(shared * 2, 1.0) / (records * (records - 1) / 2), 0.5))


def _training_keys(fields: Sequence[Field], found: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Keys to learn from: what is blocked on cannot be learnt, so they are of different fields, three at most."""
    chosen: list[tuple[str, ...]] = []
    used: set[str] = set()
    for key in (k for k in found if not is_list(k[0])):
        of = {column.split("__")[0] for column in key}
        if not of & used:
            chosen.append(key)
            used |= of
    return chosen[:3] if len(chosen) > 1 else [key for key in found if not is_list(key[0])][:3]


def _pairs(
    connection: duckdb.DuckDBPyConnection, predicted: SplinkDataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = connection.execute(
        f'select "{_ID}_l" as a, "{_ID}_r" as b, match_weight as w from {predicted.physical_name}'  # noqa: S608
    ).fetchnumpy()
    a, b = rows["a"].astype(np.int64), rows["b"].astype(np.int64)
    return np.minimum(a, b), np.maximum(a, b), rows["w"].astype(float)


def _parts(a: np.ndarray, b: np.ndarray, weight: np.ndarray, records: int) -> np.ndarray:
    """Connected part of each record, -1 for one that stands alone. A part that is too large is cut at higher odds."""
    part = np.full(records, -1, dtype=np.int64)
    threshold, which = _PART, np.arange(len(a))
    number = 0
    while len(which):
        which = which[weight[which] > threshold]
        graph = coo_array((np.ones(len(which), dtype=np.int8), (a[which], b[which])), shape=(records, records))
        label = connected_components(graph, directed=False)[1]
        size = np.bincount(label, minlength=records)
        ends = np.zeros(records, dtype=bool)
        ends[a[which]] = ends[b[which]] = True
        done = ends & (size[label] <= _LARGEST_PART)
        part[done] = number + label[done]
        number += records
        which = which[~done[a[which]]]
        threshold += 2.0
    return part
