"""Parquet, by batches of rows. The line number of a row is its place in the file, from 1."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from touchstone.engine.files.batches import ROWS, Batch, canonical
from touchstone.engine.schema import LISTING, REQUIRED
from touchstone.errors import BadInputFile


class ParquetReader:
    """A Parquet file."""

    fragments = False

    def __init__(self, path: str, *, required: tuple[str, ...] = REQUIRED) -> None:
        """Reads the footer only. Raises BadInputFile."""
        self.name = path
        self.notices: list[str] = []
        if os.path.isdir(path):
            raise BadInputFile("this is a folder, not a file", place=path)
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

    def progress(self) -> tuple[int, int]:
        """Rows read of the rows of the file."""
        return self._done, self._file.metadata.num_rows

    def batches(self) -> Iterator[Batch]:
        """The rows in batches of at most ROWS rows."""
        try:
            for part in self._file.iter_batches(batch_size=ROWS, use_threads=False):
                lines = np.arange(self._done + 1, self._done + part.num_rows + 1, dtype=np.int64)
                self._done += part.num_rows
                yield Batch(pa.Table.from_batches([part]).rename_columns(self.columns), lines)
        except (OSError, pa.ArrowException) as error:
            raise BadInputFile(f"the file is damaged ({_said(error)})", place=self.name) from None
        self._file.close()


def _said(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError | PermissionError) and error.strerror:
        return error.strerror.split("[")[0].split("'")[0].strip().rstrip(".")
    return str(error).splitlines()[0].rstrip(".")[:200]
