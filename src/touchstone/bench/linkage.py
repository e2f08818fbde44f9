"""Suite `linkage`: which records are one, on sets with known answers, beside Splink as its tutorial sets it up.

Sets (see docs/linkage.md): historical figures with errors, FEBRL 3 and 4, a thousand made-up people, early-childhood
sites and patent applicants. The threshold was set on the thousand people and the sites; the others are reported as they
come out. The peer gets the same columns: string distances at the usual thresholds, connected components at 0.95.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import splink.comparison_library as compare
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

from touchstone.bench import linkage_market
from touchstone.engine.linkage.resolve.fields import Field
from touchstone.engine.linkage.resolve.model import resolve

Figure = dict[str, Any]
PEER = "Splink, library comparisons, connected components at 0.95, same columns"
_FEBRL = (
    Field("person", ("given_name", "surname")),
    Field("date", ("date_of_birth",)),
    Field("code", ("postcode",)),
    Field("code", ("soc_sec_id",)),
    Field("address", ("street_number", "address_1")),
    Field("address", ("address_2",)),
    Field("place", ("suburb",)),
    Field("word", ("state",)),
)


@dataclass(frozen=True)
class Known:
    """Records with the entity that each is: `records` has the columns of `fields` and `truth`. `seen`: used to tune."""

    name: str
    path: str
    read: Callable[[Path], pl.DataFrame]
    fields: tuple[Field, ...]
    seen: bool = False


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """Pairwise precision, recall and F1 of the entities of each set, seconds, and rings of the market. `rows`: not used."""
    for known in SETS:
        if data is None or not (data / known.path).exists():
            yield {"figure": f"{known.name}: not measured", "value": None, "unit": None, "peer": None,
                   "peer_value": None, "reason": f"{known.path} is not in the data folder"}  # fmt: skip
            continue
        yield from _measured(known, known.read(data / known.path))
    yield from linkage_market.figures()


def _measured(known: Known, records: pl.DataFrame) -> Iterator[Figure]:
    start = time.perf_counter()
    ours = resolve(records.to_arrow(), known.fields).entity
    took = time.perf_counter() - start
    start = time.perf_counter()
    theirs = _textbook(records, known.fields)
    peer_took = time.perf_counter() - start
    truth = records["truth"].rank("dense").to_numpy().astype(np.int64)
    for what, mine, other in zip(
        ("precision", "recall", "F1"), pairwise(ours, truth), pairwise(theirs, truth), strict=True
    ):
        yield _figure(f"{known.name}, {len(records):,} records: pairwise {what}", mine, "share", other, known)
    yield _figure(f"{known.name}: time", took, "s", peer_took, known)


def _figure(what: str, value: float, unit: str, peer: float, known: Known) -> Figure:
    more = {"used_to_tune": True} if known.seen else {}
    return {"figure": what, "value": round(value, 4), "unit": unit, "peer": PEER, "peer_value": round(peer, 4), **more}


def pairwise(entity: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of records of one entity."""
    both = np.unique(np.stack((entity, truth)), axis=1, return_counts=True)[1]
    right, found, true = (_pairs(np.asarray(n)) for n in (both, np.bincount(entity), np.bincount(truth)))
    precision, recall = right / max(found, 1), right / max(true, 1)
    return precision, recall, 2 * right / max(found + true, 1)


def _pairs(sizes: np.ndarray) -> int:
    return int((sizes.astype(np.int64) * (sizes - 1) // 2).sum())


def _textbook(records: pl.DataFrame, fields: Sequence[Field]) -> np.ndarray:
    columns = [(c, field.kind) for field in fields for c in field.columns]
    plain = records.select(
        pl.Series("unique_id", np.arange(len(records))),
        *(pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c).str.to_lowercase()).alias(f"c{i}")
          for i, (c, _) in enumerate(columns)),
    )  # fmt: skip
    blocks: list[Any] = [
        block_on(f"c{i}") for i, (_, kind) in enumerate(columns) if kind not in ("word", "number", "place")
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_usual(f"c{i}", kind) for i, (_, kind) in enumerate(columns)],
        blocking_rules_to_generate_predictions=blocks,
    )
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        api = DuckDBAPI(connection=connection)
        linker = Linker(api.register(plain.to_arrow()), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match(blocks[:2], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for block in blocks[:2]:
            linker.training.estimate_parameters_using_expectation_maximisation(block)
        predicted = linker.inference.predict(threshold_match_probability=0.5)
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
        rows = connection.execute(f"select unique_id, cluster_id from {found.physical_name}").fetchnumpy()  # noqa: S608
    entity = np.empty(len(records), dtype=np.int64)
    entity[rows["unique_id"]] = rows["cluster_id"]
    return entity


def _usual(column: str, kind: str) -> Any:
    if kind == "date":
        return compare.LevenshteinAtThresholds(column, [1, 2])
    if kind == "code":
        return compare.LevenshteinAtThresholds(column, [1, 2]).configure(term_frequency_adjustments=True)
    if kind in ("word", "number"):
        return compare.ExactMatch(column).configure(term_frequency_adjustments=True)
    return compare.JaroWinklerAtThresholds(column, [0.9, 0.7]).configure(term_frequency_adjustments=True)


def _parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).with_columns(truth=pl.col("cluster").cast(pl.String))


def _csv(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, infer_schema=False)
    return table.rename({c: c.strip() for c in table.columns}).with_columns(pl.all().str.strip_chars())


def _made_up(path: Path) -> pl.DataFrame:
    return _csv(path).rename({"cluster": "truth"})


def _febrl(path: Path) -> pl.DataFrame:
    return _csv(path).with_columns(truth=pl.col("rec_id").str.extract(r"rec-(\d+)"))


def _febrl_4(path: Path) -> pl.DataFrame:
    return pl.concat([_febrl(path), _febrl(path.with_name("dataset4b.csv"))])


def _sites(path: Path) -> pl.DataFrame:
    return _csv(path).rename({"True Id": "truth"})


def _applicants(path: Path) -> pl.DataFrame:
    truth = _csv(path.with_name("patstat_reference.csv")).select("person_id", truth="leuven_id")
    return _csv(path).join(truth, on="person_id")


SETS = (
    Known(
        "historical figures",
        "linkage/splink/historical_figures_with_errors_50k.parquet",
        _parquet,
        (
            Field("person", ("full_name",)),
            Field("date", ("dob",)),
            Field("code", ("postcode_fake",)),
            Field("place", ("birth_place",)),
            Field("word", ("occupation",)),
            Field("word", ("gender",)),
        ),
    ),
    Known("FEBRL 3", "linkage/splink/febrl/dataset3.csv", _febrl, _FEBRL),
    Known("FEBRL 4", "linkage/splink/febrl/dataset4a.csv", _febrl_4, _FEBRL),
    Known(
        "a thousand made-up people",
        "linkage/splink/fake_1000.csv",
        _made_up,
        (
            Field("person", ("first_name", "surname")),
            Field("date", ("dob",)),
            Field("place", ("city",)),
            Field("code", ("email",)),
        ),
        seen=True,
    ),
    Known(
        "early-childhood sites",
        "linkage/dedupe/csv_example_input_with_true_ids.csv",
        _sites,
        (
            Field("title", ("Site name",)),
            Field("address", ("Address",)),
            Field("code", ("Zip",)),
            Field("code", ("Phone",)),
        ),
        seen=True,
    ),
    Known(
        "patent applicants",
        "linkage/dedupe/patstat_input.csv",
        _applicants,
        (Field("title", ("Name",)), Field("title", ("Coauthor",)), Field("place", ("Class",)), Field("code", ("Lat",))),
    ),
)
