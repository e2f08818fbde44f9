"""What kind of file is it, and how is its text encoded?"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Callable
from typing import BinaryIO, Literal

from touchstone.errors import BadInputFile

Format = Literal["csv", "jsonl", "parquet"]
EXTENSIONS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
# So much of a file is looked at to tell its encoding.
SAMPLE = 4 << 20
# A line or a record beyond this is not kept in memory.
LINE_LIMIT = 4 << 20
STREAM = "-"


def format_of(path: str, *, writing: bool = False) -> Format:
    """The format by extension; `-` is JSON Lines. Raises BadInputFile for one that is not known."""
    if path == STREAM:
        return "jsonl"
    stem, extension = os.path.splitext(path.lower())
    if extension == ".gz" and not writing:
        extension = os.path.splitext(stem)[1]
        if EXTENSIONS.get(extension) == "parquet":
            extension = ".gz"
    if extension not in EXTENSIONS:
        raise BadInputFile(
            f"the extension {extension or '(none)'} is not known", remedy="Use .csv, .jsonl or .parquet.", place=path
        )
    return EXTENSIONS[extension]


def must_be_a_file(path: str) -> None:
    """Refuse a folder, and a pipe or a device: a reader would wait on it. Raises BadInputFile."""
    if os.path.isdir(path):
        raise BadInputFile("this is a folder, not a file", place=path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise BadInputFile("this is a pipe or a device, not a file", remedy="Use - to read a stream.", place=path)


def open_bytes(path: str) -> BinaryIO:
    """Open a file for reading, unpacking .gz. Raises BadInputFile."""
    must_be_a_file(path)
    try:
        raw = open(path, "rb")  # noqa: SIM115 - the reader that asked for it closes it
    except OSError as error:
        raise BadInputFile(f"the file cannot be opened ({error.strerror})", place=path) from None
    return gzip.GzipFile(fileobj=raw) if path.lower().endswith(".gz") else raw  # type: ignore[return-value]


def encoding_of(path: str) -> tuple[str, str]:
    """(encoding, notice) of a text file; the notice is empty for UTF-8. Raises BadInputFile when it is no text."""
    with open_bytes(path) as file:
        try:
            sample = file.read(SAMPLE)
        except (OSError, EOFError, zlib.error) as error:
            raise BadInputFile(f"the file cannot be unpacked ({error})", place=path) from None
    return _encoding(sample, path)


def _encoding(sample: bytes, path: str) -> tuple[str, str]:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", f"{path}: read as UTF-32."
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", f"{path}: read as UTF-16."
    if _decodes(sample, "utf-8"):
        if sample[:200].count(b"\0") * 3 > len(sample[:200]):
            raise BadInputFile(
                "the file looks like UTF-16 without a mark at its start", remedy="Save it as UTF-8.", place=path
            )
        return "utf-8", ""
    lines = sample.splitlines()[:-1] if len(sample) == SAMPLE else sample.splitlines()
    beyond = [line for line in lines if not line.isascii()]
    broken = sum(not _decodes(line, "utf-8", final=True) for line in beyond)
    if broken * 2 > len(beyond) and _is_chinese(sample):
        return "gb18030", f"{path}: not UTF-8; read as GB18030."
    if not _decodes(lines[0], "utf-8", final=True) or broken * 2 > len(lines):
        raise BadInputFile("the file is neither UTF-8 nor GB18030", remedy="Save it as UTF-8.", place=path)
    return "utf-8", ""


def _decodes(raw: bytes, encoding: str, *, final: bool = False) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(raw, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(sample: bytes) -> bool:
    """Read as GB18030, nearly all beyond ASCII is everyday Chinese, as chance bytes are not; a few may be broken."""
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(sample, len(sample) < SAMPLE)
    beyond = [character for character in text[:200_000] if ord(character) > 127]
    everyday = sum(len(_gb2312(character)) == 2 for character in beyond)
    return bool(beyond) and everyday >= 0.8 * len(beyond)


def _gb2312(character: str) -> bytes:
    return character.encode("gb2312", "ignore")


def _escape(error: UnicodeError) -> tuple[str, int]:
    """A lone surrogate for each byte that does not decode. Python's own "surrogateescape" knows no bytes below 128,
    of which broken UTF-16 and GB18030 are full."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udc80" * (error.end - error.start), error.end


_ESCAPE = "touchstone-escape"
codecs.register_error(_ESCAPE, _escape)


def line_reader(file: BinaryIO, encoding: str) -> Callable[[int], str]:
    """A `readline(limit)` over decoded text. Bytes that do not decode become lone surrogates, to be found later."""
    text = io.TextIOWrapper(file, encoding=encoding, errors=_ESCAPE, newline="")
    return text.readline
