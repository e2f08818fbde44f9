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


@dataclass(frozen=True)
class Ingredients:
    """What a screener is made of, as plain tables and values that can be sent to other processes."""

    rights: pa.Table
    rules: Ruleset
    model: Model | None
    banks: tuple[pa.Table, ...]
    places: tuple[str, ...]
    rates: pa.Table | None

    @classmethod
    def read(cls, job: Job) -> Ingredients:
        """The files of a job. Raises BadInputFile, NotValid, BadRule."""
        rules = Ruleset.read(job.rules) if job.rules else Ruleset.default()
        columns = ("currency", "per_usd")
        return cls(
            rules=with_costs(rules, job.costs) if job.costs else rules,
            model=Model.read(job.model) if job.model else None,
            rights=read_table(job.rights, required=("brand",), known=RIGHTS_COLUMNS),
            banks=tuple(read_table(path, required=("pdq",), known=BANK_COLUMNS) for path in job.banks),
            places=job.banks,
            rates=read_table(job.rates, required=columns, known=columns) if job.rates else None,
        )

    def screener(self) -> Screener:
        """Raises NotValid where the rights, banks or rates are wrong."""
        banks = Bank.of(list(self.banks), places=self.places) if self.banks else ()
        return Screener(self.rights, rules=self.rules, banks=banks, rates=self.rates, model=self.model)


def build_screener(job: Job) -> Screener:
    """The screener of a job. Raises BadInputFile, NotValid, BadRule."""
    return screener_of(Ingredients.read(job), job.rights)


def screener_of(ingredients: Ingredients, rights: str) -> Screener:
    """As `Ingredients.screener`; what is wrong with the rights names their file."""
    try:
        return ingredients.screener()
    except NotValid as error:
        if isinstance(error, BadInputFile):
            raise
        place = rights if "right" in f"{error.place} {error.message}" or "brand" in error.message else ""
        raise NotValid(error.message, remedy=error.remedy, place=f"{place} {error.place}".strip()) from None


def run(job: Job, *, notice: Notice = lambda _: None, progress: Progress = lambda *_: None) -> Summary:
    """Screen all listings of a job. Every input is opened and its header checked before anything is written.

    Raises BadInputFile, BadRule or NotValid, in which case no file is left behind.
    """
    format_of(job.out, writing=True)
    paths = expand(job.listings)
    check_job(job, paths)
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
        output = Output(job.out, partial, Columns.of(readers), notice)
        with contextlib.closing(output), Seen() as seen:
            summary = _screen_all(readers, screener, gallery, prices, seen, output, rejects, progress)
    gallery.tell(notice)
    return summary


def check_job(job: Job, paths: list[str]) -> None:
    """Refuse to write over an input, or into a folder."""
    inputs = [*paths, job.rights, *job.banks, *filter(None, (job.rules, job.rates, job.model, job.groups))]
    if inputs.count(STREAM) > 1:
        raise BadInputFile("standard input can be read once only", place=STREAM)
    if job.out != STREAM and os.path.realpath(job.out) == os.path.realpath(job.rejected_path):
        raise BadInputFile("verdicts and bad rows need two files", place=job.out)
    check_targets([job.out, job.rejected_path], inputs)


@dataclass(frozen=True)
class Columns:
    """The columns of the output: those of OUTPUT, and the ones that pass through. `fragments`: which hold JSON text."""

    passing: dict[str, pa.DataType]
    fragments: frozenset[str]
    names: dict[str, str]

    @classmethod
    def of(cls, readers: list[Reader]) -> Columns:
        """Of all inputs together."""
        passing = _passing(readers)
        fragments = frozenset(n for n in passing if any(r.fragments for r in readers if n in r.passing))
        return cls(passing, fragments, output_names(list(passing)))

    @property
    def schema(self) -> pa.Schema:
        """All columns in their order."""
        types = {n: pa.large_string() if n in self.fragments else kind for n, kind in self.passing.items()}
        return pa.schema([*OUTPUT, *(pa.field(self.names[n], kind) for n, kind in types.items())])

    @property
    def written_fragments(self) -> frozenset[str]:
        """The output names of the columns that hold JSON text."""
        return frozenset(self.names[n] for n in self.fragments)

    def beside(self, verdicts: pa.Table, source: pa.Table, fragments: bool) -> pa.Table:
        """Verdicts with the columns of `source` (the same rows) that pass through."""
        for name, kind in self.passing.items():
            verdicts = verdicts.append_column(self.names[name], self._column(source, name, kind, fragments))
        return verdicts

    def late(self, source: pa.Table) -> list[str]:
        """Columns of `source` that no header promised: they do not pass through."""
        return [name for name in source.column_names if name not in LISTING and name not in self.passing]

    def _column(self, source: pa.Table, name: str, kind: pa.DataType, fragments: bool) -> pa.ChunkedArray | pa.Array:
        if name not in source.column_names:
            return pa.nulls(source.num_rows, pa.large_string() if name in self.fragments else kind)
        cells = source[name]
        if name not in self.fragments:
            return cells.cast(kind)
        return cells if fragments else as_json(cells)


class Output:
    """The output file, open for writing."""

    def __init__(self, path: str, partial: str, columns: Columns, notice: Notice) -> None:
        self._columns = columns
        self._late = Late(notice)
        self._writer: Writer = open_writer(path, partial, columns.schema, columns.written_fragments)

    def write(self, verdicts: pa.Table, source: pa.Table, fragments: bool) -> None:
        """Append verdicts with the columns of `source` (the same rows) that pass through."""
        self._late.tell(self._columns.late(source))
        self._writer.write(self._columns.beside(verdicts, source, fragments))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


class Late:
    """Tells once of each column that came too late to pass through."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._told: set[str] = set()

    def tell(self, names: list[str]) -> None:
        """Columns that came late."""
        for name in dict.fromkeys(names):
            if name not in self._told:
                self._told.add(name)
                self._notice(
                    f"The column {name} first appears after the beginning of the file and is not passed through."
                )


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
