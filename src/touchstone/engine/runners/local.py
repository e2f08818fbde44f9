"""`touchstone screen` on this machine: files in, one file out, in batches, with memory that does not grow."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from touchstone.engine.files.batches import Reader
from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.read import expand, open_listings, read_table
from touchstone.engine.files.rejects import Rejects, checked, rejects_of
from touchstone.engine.files.seen import Seen
from touchstone.engine.files.write import Writer, as_json, check_targets, open_writer, output_names, whole_file
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.bank_rows import COLUMNS as BANK_COLUMNS
from touchstone.engine.pricing.context import PriceContext
from touchstone.engine.rights import COLUMNS as RIGHTS_COLUMNS
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.runners.pictures import Gallery, Pictures, marks_of
from touchstone.engine.schema import LISTING, OUTPUT
from touchstone.engine.scoring.costs import Costs, with_costs
from touchstone.engine.scoring.model import Model
from touchstone.engine.screen import Screener
from touchstone.errors import BadInputFile, NotValid

Notice = Callable[[str], None]
Progress = Callable[[int, int, int], None]


@dataclass
class Summary:
    """What a run did."""

    screened: int = 0
    rejected: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Job:
    """What to screen. Paths and globs; `-` is a standard stream."""

    listings: list[str]
    rights: str
    out: str
    rules: str | None = None
    banks: tuple[str, ...] = ()
    rates: str | None = None
    rejected: str | None = None
    model: str | None = None
    costs: Costs | None = None
    pictures: Pictures = field(default_factory=Pictures)
    groups: str | None = None

    @property
    def rejected_path(self) -> str:
        """Where bad rows go: OUT.rejected.jsonl, or standard error when the output is a stream."""
        return self.rejected or (STREAM if self.out == STREAM else f"{self.out}.rejected.jsonl")


def build_screener(job: Job) -> Screener:
    """The screener of a job. Raises BadInputFile, NotValid, BadRule."""
    rules = Ruleset.read(job.rules) if job.rules else Ruleset.default()
    rules = with_costs(rules, job.costs) if job.costs else rules
    model = Model.read(job.model) if job.model else None
    rights = read_table(job.rights, required=("brand",), known=RIGHTS_COLUMNS)
    tables = [read_table(path, required=("pdq",), known=BANK_COLUMNS) for path in job.banks]
    banks = Bank.of(tables, places=job.banks) if tables else ()
    rates = (
        read_table(job.rates, required=("currency", "per_usd"), known=("currency", "per_usd")) if job.rates else None
    )
    try:
        return Screener(rights, rules=rules, banks=banks, rates=rates, model=model)
    except NotValid as error:
        if isinstance(error, BadInputFile):
            raise
        place = job.rights if "right" in f"{error.place} {error.message}" or "brand" in error.message else ""
        raise NotValid(error.message, remedy=error.remedy, place=f"{place} {error.place}".strip()) from None


def run(job: Job, *, notice: Notice = lambda _: None, progress: Progress = lambda *_: None) -> Summary:
    """Screen all listings of a job. Every input is opened and its header checked before anything is written.

    Raises BadInputFile, BadRule or NotValid, in which case no file is left behind.
    """
    format_of(job.out, writing=True)
    paths = expand(job.listings)
    _check_targets(job, paths)
    screener = build_screener(job)
    screener.use_marks(marks_of(screener.rights, job.rights, notice))
    gallery = job.pictures.open(screener.marks)
    prices = PriceContext(job.groups) if job.groups else None
    readers = [open_listings(path) for path in paths]
    for reader in readers:
        for text in reader.notices:
            notice(text)
    with contextlib.ExitStack() as stack:
        rejects = stack.enter_context(rejects_of(job.rejected_path))
        partial = STREAM if job.out == STREAM else stack.enter_context(whole_file(job.out))
        output = Output(job.out, partial, readers, notice)
        with contextlib.closing(output), Seen() as seen:
            summary = _screen_all(readers, screener, gallery, prices, seen, output, rejects, progress)
    gallery.tell(notice)
    return summary


def _check_targets(job: Job, paths: list[str]) -> None:
    """Refuse to write over an input, or into a folder."""
    inputs = [*paths, job.rights, *job.banks, *filter(None, (job.rules, job.rates, job.model, job.groups))]
    if inputs.count(STREAM) > 1:
        raise BadInputFile("standard input can be read once only", place=STREAM)
    if job.out != STREAM and os.path.realpath(job.out) == os.path.realpath(job.rejected_path):
        raise BadInputFile("verdicts and bad rows need two files", place=job.out)
    check_targets([job.out, job.rejected_path], inputs)


class Output:
    """The output file: opened at the first table, when all columns are known."""

    def __init__(self, path: str, partial: str, readers: list[Reader], notice: Notice) -> None:
        self._passing = _passing(readers)
        self._fragments = frozenset(n for n in self._passing if any(r.fragments for r in readers if n in r.passing))
        self._names = output_names(list(self._passing))
        self._notice = notice
        self._told: set[str] = set()
        types = {n: pa.large_string() if n in self._fragments else kind for n, kind in self._passing.items()}
        fields = [pa.field(self._names[n], kind) for n, kind in types.items()]
        self._schema = pa.schema([*OUTPUT, *fields])
        self._keeps_all = format_of(path, writing=True) == "jsonl"
        self._writer: Writer = open_writer(path, partial, self._schema, self._renamed_fragments())

    def _renamed_fragments(self) -> frozenset[str]:
        return frozenset(self._names[n] for n in self._fragments)

    def write(self, verdicts: pa.Table, source: pa.Table, fragments: bool) -> None:
        """Append verdicts with the columns of `source` (the same rows) that pass through."""
        table = verdicts
        for name, kind in self._passing.items():
            table = table.append_column(self._names[name], self._column(source, name, kind, fragments))
        for name in source.column_names:
            if name not in LISTING and name not in self._passing:
                self._late(name)
        self._writer.write(table)

    def _column(self, source: pa.Table, name: str, kind: pa.DataType, fragments: bool) -> pa.ChunkedArray | pa.Array:
        if name not in source.column_names:
            return pa.nulls(source.num_rows, pa.large_string() if name in self._fragments else kind)
        cells = source[name]
        if name not in self._fragments:
            return cells.cast(kind)
        return cells if fragments else as_json(cells)

    def _late(self, name: str) -> None:
        if name not in self._told:
            self._told.add(name)
            self._notice(f"The column {name} first appears after the beginning of the file and is not passed through.")

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _passing(readers: list[Reader]) -> dict[str, pa.DataType]:
    """The columns that pass through, of all inputs in the order in which they appear; text where types differ."""
    types: dict[str, pa.DataType] = {}
    for reader in readers:
        for name, kind in reader.passing.items():
            types[name] = kind if types.get(name, kind) == kind else pa.large_string()
    return types


def _screen_all(
    readers: list[Reader],
    screener: Screener,
    gallery: Gallery,
    prices: PriceContext | None,
    seen: Seen,
    output: Output,
    rejects: Rejects,
    progress: Progress,
) -> Summary:
    summary = Summary()
    for number, reader in enumerate(readers):
        root = Path.cwd() if reader.name == STREAM else Path(reader.name).parent
        eyes = gallery.eyes(root)
        for batch in reader.batches():
            good, source, bad = checked(batch, seen, reader.name)
            rejects.add(reader.name, bad)
            summary.rejected += len(bad)
            summary.codes.update(r.code for r in bad)
            if good.num_rows:
                gallery.through(number, len(readers), *reader.progress())
                asked = good if prices is None else prices.beside(good)
                verdicts = screener.screen_typed(asked, image_root=eyes, looking=gallery.looking)
                output.write(verdicts, source, reader.fragments)
                summary.screened += good.num_rows
                summary.verdicts.update(verdicts["verdict"].to_pylist())
            progress(number, *reader.progress())
    return summary
