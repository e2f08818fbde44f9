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
from touchstone.engine.linkage import rings
from touchstone.engine.linkage.entities import entities
from touchstone.engine.linkage.spelling import COLUMNS, spelt
from touchstone.engine.linkage.weights import load
from touchstone.errors import BadInputFile

SELLER, EDGE = ("seller_id",), ("seller_id", "kind", "value")
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
    sellers: list[str], shared: list[str], out: str, *, notice: Callable[[str], None] = lambda _text: None
) -> Linked:
    """Write `out`/rings.parquet (schema RINGS, every seller) and `out`/links.parquet (schema rings.LINKS).

    sellers: files or globs with `seller_id` and any of spelling.COLUMNS. shared: files of further attributes, with
    `seller_id, kind, value`. Bad rows go to `out`.rejected.jsonl. Raises BadInputFile; then nothing is written.
    """
    bad: list[dict[str, object]] = []
    ids, rows = [pl.DataFrame(schema={"seller_id": pl.String})], [_no_rows()]
    for path in expand(sellers):
        for frame in _read(path, SELLER, bad, notice):
            ids.append(frame.select("seller_id"))
            rows += _identifiers(frame)
    for path in expand(shared):
        for frame in _read(path, EDGE, bad, notice):
            ids.append(frame.select("seller_id"))
            rows += _edges(frame, path, notice)
    everyone = pl.concat(ids).unique().sort("seller_id")
    identifiers = pl.concat(rows).unique().to_arrow()
    members, links = rings.find(identifiers)
    table = _table(everyone, entities(identifiers), members)
    _write(Path(out), table, links, bad)
    return Linked(
        sellers=table.num_rows,
        entities=len(set(table["entity_id"].to_pylist())),
        rings=len(set(members["ring_id"].to_pylist())),
        members=members.num_rows,
        links=links.num_rows,
        rejected=len(bad),
        rejected_path=rejected_path(out) if bad else "",
    )


def rejected_path(out: str) -> str:
    return f"{out.rstrip('/')}.rejected.jsonl"


def _read(
    path: str, required: tuple[str, ...], bad: list[dict[str, object]], notice: Callable[[str], None]
) -> Iterator[pl.DataFrame]:
    """The file's good rows in batches; what is wrong goes to `bad`."""
    reader = _open(path, required)
    for text in reader.notices:
        notice(f"{path}: {text}")
    for batch in reader.batches():
        bad += [row.as_dict(path) for row in batch.rejected]
        frame = pl.DataFrame(batch.table).with_columns(
            pl.Series("_line", batch.lines), pl.col("seller_id").cast(pl.String).str.strip_chars()
        )
        named = pl.col("seller_id").str.len_chars().is_between(1, MAX_ID).fill_null(False)
        for line in frame.filter(~named)["_line"]:
            bad.append(Rejected(line, "seller_id", f"the seller_id must have 1 to {MAX_ID} characters").as_dict(path))
        yield frame.filter(named)


def _open(path: str, required: tuple[str, ...]) -> Reader:
    kind = format_of(path)
    if kind == "parquet":
        return ParquetReader(path, required=required)
    if kind == "csv":
        return CsvReader(path, required=required)
    return JsonlReader(path, required=required, known=(*required, *COLUMNS))


def _identifiers(frame: pl.DataFrame) -> list[pl.DataFrame]:
    present = [column for column in COLUMNS if column in frame.columns]
    return [
        frame.select("seller_id", kind=pl.lit(COLUMNS[column]), digest=spelt(COLUMNS[column], column)).drop_nulls()
        for column in present
    ]


def _edges(frame: pl.DataFrame, path: str, notice: Callable[[str], None]) -> list[pl.DataFrame]:
    known = load().names
    unknown = sorted(set(frame["kind"].cast(pl.String).drop_nulls().unique()) - set(known))
    if unknown:
        notice(f"{path}: attributes of the kinds {', '.join(unknown[:5])} are ignored; known are {', '.join(known)}")
    return [
        frame.filter(pl.col("kind") == kind)
        .select("seller_id", kind=pl.lit(kind), digest=spelt(kind, "value"))
        .drop_nulls()
        for kind in known
    ]


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema={"seller_id": pl.String, "kind": pl.String, "digest": pl.String})


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
