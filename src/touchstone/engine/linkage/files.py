"""Linking a file of sellers: who is one person, who is one ring, and why."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from touchstone.engine.files.batches import Reader, Rejected
from touchstone.engine.files.csv_reader import CsvReader
from touchstone.engine.files.formats import format_of
from touchstone.engine.files.jsonl_reader import JsonlReader
from touchstone.engine.files.parquet_reader import ParquetReader
from touchstone.engine.files.read import expand
from touchstone.engine.linkage import rings, sources
from touchstone.engine.linkage.entities import entities
from touchstone.engine.linkage.spelling import COLUMNS
from touchstone.engine.linkage.weights import load
from touchstone.errors import BadInputFile

SELLER, EDGE, PAIR = ("seller_id",), ("seller_id", "kind", "value"), ("seller_a", "seller_b")
# Columns that are read beside those of spelling.COLUMNS.
FURTHER = ("legal_name", "opened_on", "closed_on")
LISTING = ("images", "pdq", "description")
ORDER = ("quantity", "waybill_origin")
MAX_ID = 100
RINGS = pa.schema(
    [
        ("seller_id", pa.string()),
        ("entity_id", pa.string()),
        ("ring_id", pa.string()),
        ("role", pa.string()),
        ("score", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Linked:
    """What a run found. rejected: rows left out; they are in `rejected_path`."""

    sellers: int
    entities: int
    rings: int
    members: int
    links: int
    rejected: int
    rejected_path: str


def link_files(
    sellers: list[str],
    shared: list[str],
    out: str,
    *,
    listings: list[str] | None = None,
    orders: list[str] | None = None,
    not_linked: list[str] | None = None,
    linked: list[str] | None = None,
    notice: Callable[[str], None] = lambda _text: None,
) -> Linked:
    """Write `out`/rings.parquet (schema RINGS, every seller) and `out`/links.parquet (schema rings.LINKS).

    sellers: files or globs with `seller_id` and any of spelling.COLUMNS and FURTHER. shared: files of further
    attributes, with `seller_id, kind, value`. listings: files with `seller_id` and any of LISTING, for pictures and texts
    that several sellers use. orders: files with `seller_id` and any of ORDER, for roles and for where parcels leave.
    not_linked, linked: files with `seller_a, seller_b`, what people have judged. Bad rows go to `out`.rejected.jsonl.
    Raises BadInputFile; then nothing is written.
    """
    bad: list[dict[str, object]] = []

    def tables(
        paths: list[str] | None, required: tuple[str, ...], known: tuple[str, ...] = ()
    ) -> Iterator[pl.DataFrame]:
        for path in expand(paths or []):
            yield from _read(path, required, known, bad, notice)

    shops = list(tables(sellers, SELLER, (*COLUMNS, *FURTHER)))
    rows = [row for frame in shops for row in sources.of_sellers(frame)]
    ids = [frame.select("seller_id") for frame in shops]
    for frame in tables(shared, EDGE):
        ids.append(frame.select("seller_id"))
        rows += _edges(frame, notice)
    everyone = pl.concat([pl.DataFrame(schema={"seller_id": pl.String}), *ids]).unique().sort("seller_id")
    wares = _whole(tables(listings, SELLER, LISTING))
    sold = _whole(tables(orders, SELLER, ORDER))
    if wares is not None:
        wares = wares.join(everyone, on="seller_id", how="semi")
        rows += sources.of_listings(wares)
    identifiers = sources.keyed(pl.concat([_no_rows(), *rows]).unique()).to_arrow()
    members, links = rings.find(
        identifiers,
        negatives=_judged(tables(not_linked, PAIR)),
        positives=_judged(tables(linked, PAIR)),
        facts=sources.facts(_whole(iter(shops)), wares, sold).to_arrow() if shops else None,
    )
    table = _table(everyone, entities(identifiers), members)
    _write(Path(out), table, links, bad)
    if not len(everyone):
        notice("no sellers in these files; the tables are empty.")
    return Linked(
        sellers=table.num_rows,
        entities=len(set(table["entity_id"].to_pylist())),
        rings=len(set(members["ring_id"].to_pylist())),
        members=members.num_rows,
        links=links.num_rows,
        rejected=len(bad),
        rejected_path=rejected_path(out) if bad else "",
    )


def _whole(frames: Iterator[pl.DataFrame]) -> pl.DataFrame | None:
    """All batches as one table; None where there is none."""
    found = [frame.select(pl.all().exclude("_line")) for frame in frames]
    return pl.concat(found, how="diagonal_relaxed") if found else None


def _judged(frames: Iterator[pl.DataFrame]) -> pa.Table | None:
    whole = _whole(frames)
    return None if whole is None else whole.select(pl.col(PAIR).cast(pl.String).str.strip_chars()).to_arrow()


def rejected_path(out: str) -> str:
    return f"{out.rstrip('/')}.rejected.jsonl"


def _read(
    path: str,
    required: tuple[str, ...],
    known: tuple[str, ...],
    bad: list[dict[str, object]],
    notice: Callable[[str], None],
) -> Iterator[pl.DataFrame]:
    """The file's good rows in batches, its required columns as text; what is wrong goes to `bad`."""
    reader = _open(path, required, known)
    for text in reader.notices:
        notice(f"{path}: {text}")
    ids = required[:1] if required != PAIR else PAIR
    for batch in reader.batches():
        bad += [row.as_dict(path) for row in batch.rejected]
        frame = pl.DataFrame(batch.table).with_columns(
            pl.Series("_line", batch.lines), pl.col(ids).cast(pl.String).str.strip_chars()
        )
        fits = pl.all_horizontal(pl.col(ids).str.len_chars().is_between(1, MAX_ID).fill_null(False))
        for line in frame.filter(~fits)["_line"]:
            why = f"the {ids[0]} must have 1 to {MAX_ID} characters"
            bad.append(Rejected(line, ids[0], why).as_dict(path))
        yield frame.filter(fits).select("_line", *(c for c in (*required, *known) if c in frame.columns))


def _open(path: str, required: tuple[str, ...], known: tuple[str, ...]) -> Reader:
    kind = format_of(path)
    if kind == "parquet":
        return ParquetReader(path, required=required)
    if kind == "csv":
        return CsvReader(path, required=required)
    return JsonlReader(path, required=required, known=(*required, *known))


def _edges(frame: pl.DataFrame, notice: Callable[[str], None]) -> list[pl.DataFrame]:
    known = [k.name for k in load().kinds if k.says is None]
    frame = frame.with_columns(pl.col("kind", "value").cast(pl.String))
    unknown = sorted(set(frame["kind"].drop_nulls().unique()) - set(known))
    if unknown:
        notice(f"attributes of the kinds {', '.join(unknown[:5])} are ignored; known are {', '.join(known)}")
    return sources.of_edges(frame, known)


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema=sources.ROWS)


def _table(everyone: pl.DataFrame, persons: pa.Table, members: pa.Table) -> pa.Table:
    """Every seller: its entity, and its ring, role and score where it is in one."""
    # A seller without any identifier is an entity of its own.
    alone = entities(everyone.with_columns(kind=pl.lit("licence"), digest=pl.col("seller_id")).to_arrow())
    found = (
        everyone.join(pl.DataFrame(persons), on="seller_id", how="left")
        .join(pl.DataFrame(alone).rename({"entity_id": "own"}), on="seller_id", how="left")
        .with_columns(pl.coalesce("entity_id", "own").alias("entity_id"))
        .join(pl.DataFrame(members.drop_columns(["reasons"])), on="seller_id", how="left")
        .sort("seller_id")
    )
    return found.select(RINGS.names).to_arrow().cast(RINGS)


def _write(out: Path, table: pa.Table, links: pa.Table, bad: list[dict[str, object]]) -> None:
    """Both files appear whole, or neither."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise BadInputFile(f"the folder cannot be made ({error.strerror})", place=str(out)) from None
    try:
        pq.write_table(table, draft / "rings.parquet", compression="zstd")
        pq.write_table(links, draft / "links.parquet", compression="zstd")
        out.mkdir(exist_ok=True)
        for name in ("rings.parquet", "links.parquet"):
            (draft / name).replace(out / name)
    except OSError as error:
        raise BadInputFile(f"the files cannot be written ({error.strerror})", place=str(out)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    rejected = Path(rejected_path(str(out)))
    if bad:
        rejected.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in bad))
    else:
        with contextlib.suppress(OSError):
            rejected.unlink(missing_ok=True)
