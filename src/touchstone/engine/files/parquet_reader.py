"""Parquet, by batches of rows. The line number of a row is its place in the file, from 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from touchstone.engine.files.batches import ROWS, Batch, Rejected, canonical
from touchstone.engine.files.formats import must_be_a_file
from touchstone.engine.schema import LISTING, REQUIRED
from touchstone.errors import BadInputFile


class ParquetReader:
    """A Parquet file."""

    fragments = False

    def __init__(self, path: str, *, required: tuple[str, ...] = REQUIRED, rows: tuple[int, int] | None = None) -> None:
        """Reads the footer only. `rows`: the places, from 0, of the first row wanted and of the one after the last.

        Raises BadInputFile.
        """
        self.name = path
        self._rows = rows
        self.notices: list[str] = []
        must_be_a_file(path)
        try:
            self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
            schema = self._file.schema_arrow
        except OSError as error:
            raise BadInputFile(f"the file cannot be opened ({_said(error)})", place=path) from None
        except pa.ArrowException as error:
            raise BadInputFile(f"this is not a whole Parquet file ({_said(error)})", place=path) from None
        self.columns = canonical(schema.names, path, required)
        self.passing = {n: schema.field(i).type for i, n in enumerate(self.columns) if n not in LISTING}
        self._done = 0

    @property
    def rows(self) -> int:
        """Rows of the whole file."""
        return int(self._file.metadata.num_rows)

    def progress(self) -> tuple[int, int]:
        """Rows read of the rows of the file."""
        return self._done, self._file.metadata.num_rows

    def batches(self) -> Iterator[Batch]:
        """The rows in batches of at most ROWS rows."""
        try:
            for start, part in self._parts():
                lines = np.arange(start + 1, start + part.num_rows + 1, dtype=np.int64)
                self._done += part.num_rows
                yield _with_text(pa.Table.from_batches([part]).rename_columns(self.columns), lines)
        except (OSError, pa.ArrowException) as error:
            raise BadInputFile(f"the file is damaged ({_said(error)})", place=self.name) from None
        self._file.close()

    def _parts(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Batches with the place of their first row; of the row groups that the wanted rows touch."""
        low, high = self._rows or (0, self.rows)
        start, groups = 0, []
        for group in range(self._file.num_row_groups):
            end = start + self._file.metadata.row_group(group).num_rows
            if start < high and end > low:
                groups.append((group, start))
            start = end
        for group, place in groups:
            for part in self._file.iter_batches(batch_size=ROWS, row_groups=[group], use_threads=False):
                first, last = max(low - place, 0), min(high - place, part.num_rows)
                if first < last:
                    yield place + first, part.slice(first, last - first)
                place += part.num_rows


def _with_text(table: pa.Table, lines: np.ndarray) -> Batch:
    """The rows whose text is UTF-8. Parquet promises it and does not check it; bytes in a known column are text too."""
    broken: dict[int, str] = {}
    for at, name in enumerate(table.column_names):
        column = table.column(at)
        if not _is_text(column.type, known=name in LISTING):
            column.validate(full=True)
            continue
        try:
            table = table.set_column(at, name, _decoded(column))
        except pa.ArrowInvalid:
            cells = column.cast(pa.large_binary()).to_pylist()
            bad = [i for i, cell in enumerate(cells) if not _is_utf8(cell)]
            broken.update({i: name for i in bad if i not in broken})
            whole = [None if i in broken else cell for i, cell in enumerate(cells)]
            table = table.set_column(
                at,
                name,
                pa.array(whole, pa.large_binary()).cast(column.type if _is_string(column.type) else pa.large_string()),
            )
    if not broken:
        return Batch(table, lines)
    rejected = [
        Rejected(int(lines[i]), "not-utf-8", f"the column {name} is not valid UTF-8")
        for i, name in sorted(broken.items())
    ]
    keep = np.delete(np.arange(len(lines)), list(broken))
    return Batch(table.take(pa.array(keep)), lines[keep], rejected)


def _is_text(kind: pa.DataType, *, known: bool) -> bool:
    return _is_string(kind) or (known and (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)))


def _is_string(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as checked text. Raises ArrowInvalid."""
    column.validate(full=True)
    return column if _is_string(column.type) else column.cast(pa.large_string())


def _is_utf8(cell: bytes | None) -> bool:
    try:
        (cell or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _said(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError | PermissionError) and error.strerror:
        return error.strerror.split("[")[0].split("'")[0].strip().rstrip(".")
    return str(error).splitlines()[0].rstrip(".")[:200]
