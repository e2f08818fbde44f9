"""`touchstone screen --engine spark`: the same files and the same verdicts, row by row, on many machines.

Each task reads a part of the input with the readers of the local engine, screens it and sends back what is to be
written. Ids that come twice are found first, by their hashes, so that the first of a run stays and the others are
rejected, as in one process.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.files.batches import Reader
from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.parquet_reader import ParquetReader
from touchstone.engine.files.read import expand, open_listings
from touchstone.engine.files.rejects import Rejects, checked, rejects_of
from touchstone.engine.files.seen import Seen, hashes
from touchstone.engine.files.write import as_text, open_writer, whole_file
from touchstone.engine.images.logos import Marks
from touchstone.engine.pricing.context import PriceContext
from touchstone.engine.runners.local import Columns, Ingredients, Job, Late, Notice, Summary, check_job, screener_of
from touchstone.engine.runners.pictures import Pictures, marks_of, tell
from touchstone.engine.runners.spark import Cluster, raised, session, told
from touchstone.engine.screen import Screener
from touchstone.errors import BadInputFile, NotValid, TouchstoneError

if TYPE_CHECKING:
    from pyspark.broadcast import Broadcast
    from pyspark.sql import DataFrame, SparkSession

# Rows of a Parquet file that are one task.
TASK_ROWS = 131_072
_SENT = "task int, part int, payload binary, bad binary, said binary"
_SENT_ARROW = pa.schema(
    [
        ("task", pa.int32()),
        ("part", pa.int32()),
        ("payload", pa.binary()),
        ("bad", pa.binary()),
        ("said", pa.binary()),
    ]
)
_IDS = "hash long, task int, said binary"
_IDS_ARROW = pa.schema([("hash", pa.int64()), ("task", pa.int32()), ("said", pa.binary())])


@dataclass(frozen=True)
class Task:
    """A part of the input. `path`: from the root, for workers that stand elsewhere. `rows`: of a Parquet file."""

    name: str
    path: str
    rows: tuple[int, int] | None

    def open(self) -> Reader:
        """The reader of the part, under the name that the user gave. Raises BadInputFile."""
        reader: Reader = open_listings(self.path) if self.rows is None else ParquetReader(self.path, rows=self.rows)
        reader.name = self.name
        return reader


@dataclass(frozen=True)
class Order:
    """All that a worker needs to screen any task of a run."""

    key: str
    tasks: tuple[Task, ...]
    ingredients: Ingredients
    marks: Marks | None
    pictures: Pictures
    prices: PriceContext | None
    columns: Columns
    out: str


def run(job: Job, cluster: Cluster, *, notice: Notice = lambda _: None, task_rows: int = TASK_ROWS) -> Summary:
    """As `local.run`, on Spark. Inputs must lie where every executor finds them under the same path.

    Raises as `local.run`, and NoSpark.
    """
    format_of(job.out, writing=True)
    paths = expand(job.listings)
    _check(job, paths)
    ingredients = Ingredients.read(job)
    screener = screener_of(ingredients, job.rights)
    marks = marks_of(screener.rights, job.rights, notice)
    screener.use_marks(marks)
    readers = [open_listings(path) for path in paths]
    for reader in readers:
        for text in reader.notices:
            notice(text)
    job.pictures.open(None)
    order = Order(
        key="\0".join(screener.versions),
        tasks=tuple(
            task for path, reader in zip(paths, readers, strict=True) for task in _tasks(path, reader, task_rows)
        ),
        ingredients=ingredients,
        marks=marks,
        pictures=_absolute(job.pictures),
        prices=PriceContext(job.groups) if job.groups else None,
        columns=Columns.of(readers),
        out=job.out,
    )
    with session(cluster) as spark:
        return _run(spark, job, order, notice)


def _check(job: Job, paths: list[str]) -> None:
    check_job(job, paths)
    if STREAM in paths:
        raise BadInputFile(
            "standard input cannot be read by Spark's executors",
            remedy="Give files, or use --engine local.",
            place=STREAM,
        )
    if job.pictures.readings not in (0, None):
        raise NotValid(
            "--ocr with a number needs one queue of all pictures, which Spark's executors do not have",
            remedy="Use --ocr none or --ocr all.",
        )
    if job.pictures.asker is not None:
        raise NotValid("--vision is not asked from Spark's executors", remedy="Use --engine local.")


def _absolute(pictures: Pictures) -> Pictures:
    def full(path: str | None) -> str | None:
        return None if path is None else str(Path(path).absolute())

    return replace(pictures, root=full(pictures.root), text_folder=full(pictures.text_folder))


def _tasks(path: str, reader: Reader, rows: int) -> list[Task]:
    """A text file is one task: where a record ends is known only to who has read it from the start."""
    full = str(Path(path).absolute())
    if not isinstance(reader, ParquetReader):
        return [Task(path, full, None)]
    return [Task(path, full, (low, min(low + rows, reader.rows))) for low in range(0, max(reader.rows, 1), rows)]


def _run(spark: SparkSession, job: Job, order: Order, notice: Notice) -> Summary:
    plan = spark.range(0, len(order.tasks), 1, max(len(order.tasks), 1))
    sent = spark.sparkContext.broadcast(order)
    known = spark.sparkContext.broadcast(_known(plan, sent) if len(order.tasks) > 1 else {})
    done = plan.mapInArrow(_screening(sent, known), _SENT).persist()
    try:
        done.count()
        with contextlib.ExitStack() as stack:
            rejects = stack.enter_context(rejects_of(job.rejected_path))
            partial = STREAM if job.out == STREAM else stack.enter_context(whole_file(job.out))
            return _written(done, order, partial, rejects, notice)
    finally:
        done.unpersist()
        sent.unpersist()


def _known(plan: DataFrame, sent: Broadcast[Order]) -> dict[int, np.ndarray]:
    """For each task the hashes of its ids that came in an earlier one. Raises the first error of a worker."""
    from pyspark.sql import functions as f

    ids = plan.mapInArrow(_identifying(sent), _IDS).persist()
    try:
        _raise_first([(row.task, row.said) for row in ids.where("said is not null").collect()])
        where = ids.groupBy("hash").agg(f.min("task").alias("first"), f.collect_set("task").alias("tasks"))
        later = where.where(f.size("tasks") > 1).select("hash", "first", f.explode("tasks").alias("task"))
        found = later.where("task > first").select("hash", "task").toArrow()
    finally:
        ids.unpersist()
    task, keys = found["task"].to_numpy(), found["hash"].to_numpy().astype(np.int64).view(np.uint64)
    return {int(t): keys[task == t] for t in np.unique(task)}


def _raise_first(errors: list[tuple[int, bytes]]) -> None:
    for _task, said in sorted(errors):
        raise raised(orjson.loads(said))


def _identifying(sent: Broadcast[Order]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def identify(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number in _numbers(batches):
            yield from _ids(number, sent.value.tasks[number])

    return identify


def _ids(number: int, task: Task) -> Iterator[pa.RecordBatch]:
    """The hashes of the ids of a task's good rows, or the error that it met."""
    try:
        with Seen() as seen:
            for batch in task.open().batches():
                good = checked(batch, seen, task.name)[0]
                if good.num_rows:
                    keys = pa.array(hashes(series(good["listing_id"])).view(np.int64))
                    columns = [keys, pa.array(np.full(len(keys), number, np.int32)), pa.nulls(len(keys), pa.binary())]
                    yield pa.RecordBatch.from_arrays(columns, schema=_IDS_ARROW)
    except TouchstoneError as error:
        said = orjson.dumps(told(error, {task.path: task.name}))
        yield pa.RecordBatch.from_pylist([{"hash": None, "task": number, "said": said}], schema=_IDS_ARROW)


def _numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def _screening(
    sent: Broadcast[Order], known: Broadcast[dict[int, np.ndarray]]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def screen(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number in _numbers(batches):
            for part, row in enumerate(_screened(sent.value, number, known.value.get(number))):
                whole = {"task": number, "part": part, "payload": None, "bad": None, "said": None, **row}
                yield pa.RecordBatch.from_pylist([whole], schema=_SENT_ARROW)

    return screen


_screeners: dict[str, Screener] = {}


def _screener(order: Order) -> Screener:
    """The screener of this process, made once. Raises NotValid where the executor has another version."""
    if order.key not in _screeners:
        made = order.ingredients.screener()
        made.use_marks(order.marks)
        if "\0".join(made.versions) != order.key:
            raise NotValid(
                f"an executor has another version of Touchstone ({made.versions[0]}) than the driver",
                remedy="Send the same environment to all, see docs/spark.md.",
            )
        _screeners.clear()
        _screeners[order.key] = made
    return _screeners[order.key]


def _screened(order: Order, number: int, known: np.ndarray | None) -> Iterator[dict[str, bytes]]:
    """What a task sends: for each batch what is to be written and what was rejected, at the end what is to be said."""
    task, summary = order.tasks[number], Summary()
    late: dict[str, None] = {}
    try:
        screener = _screener(order)
        gallery = order.pictures.open(order.marks)
        eyes = gallery.eyes(Path(task.path).parent)
        reader = task.open()
        with Seen(known=known) as seen:
            for batch in reader.batches():
                good, source, bad = checked(batch, seen, task.name)
                summary.rejected += len(bad)
                summary.codes.update(r.code for r in bad)
                row = {"bad": b"".join(orjson.dumps(r.as_dict(task.name)) + b"\n" for r in bad)} if bad else {}
                if good.num_rows:
                    asked = good if order.prices is None else order.prices.beside(good)
                    verdicts = screener.screen_typed(asked, image_root=eyes, looking=gallery.looking)
                    late |= dict.fromkeys(order.columns.late(source))
                    row["payload"] = _payload(order, order.columns.beside(verdicts, source, reader.fragments))
                    summary.screened += good.num_rows
                    summary.verdicts.update(verdicts["verdict"].to_pylist())
                yield row
        counts = {root: dict(tally) for root, tally in gallery.counts().items()}
        said: dict[str, Any] = {
            "screened": summary.screened, "rejected": summary.rejected, "verdicts": summary.verdicts,
            "codes": summary.codes, "late": list(late), "pictures": counts,
        }  # fmt: skip
        yield {"said": orjson.dumps(said)}
    except TouchstoneError as error:
        yield {"said": orjson.dumps({"error": told(error, {task.path: task.name})})}


def _payload(order: Order, table: pa.Table) -> bytes:
    """Text as it is to stand in the file; for Parquet a table."""
    if format_of(order.out, writing=True) != "parquet":
        return as_text(order.out, table, order.columns.schema, order.columns.written_fragments)
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return stream.getvalue()


def _written(done: DataFrame, order: Order, partial: str, rejects: Rejects, notice: Notice) -> Summary:
    """Write what the tasks sent, in the order of the input. Raises the first error of a task."""
    errors = [
        (row.task, orjson.loads(row.said)) for row in done.where("said is not null").select("task", "said").collect()
    ]
    for _task, said in sorted(errors, key=lambda e: e[0]):
        if "error" in said:
            raise raised(said["error"])
    writer = open_writer(order.out, partial, order.columns.schema, order.columns.written_fragments)
    with contextlib.closing(writer):
        for row in done.toLocalIterator(prefetchPartitions=True):
            if row.bad is not None:
                rejects.add_lines(bytes(row.bad))
            if row.payload is not None:
                writer.write_raw(bytes(row.payload))
    return _summed([said for _task, said in sorted(errors, key=lambda e: e[0])], notice)


def _summed(told_: list[dict[str, Any]], notice: Notice) -> Summary:
    summary, late, pictures = Summary(), Late(notice), dict[str, Counter[str]]()
    for said in told_:
        summary.screened += said["screened"]
        summary.rejected += said["rejected"]
        summary.verdicts.update(said["verdicts"])
        summary.codes.update(said["codes"])
        late.tell(said["late"])
        for root, tally in said["pictures"].items():
            pictures.setdefault(root, Counter()).update(tally)
    tell(pictures, notice)
    return summary
