"""`touchstone screen` on files that are broken in odd ways: a bad row costs itself, a bad file gives one sentence."""

from __future__ import annotations

import decimal
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from touchstone.engine.runners.local import Job, run
from touchstone.errors import BadInputFile

HEADER = "listing_id,title\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rights.csv").write_text("brand\nNike\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(f"{HEADER}1,Nike shoes\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def screened(name: str, out: str = "out.jsonl") -> tuple[list[str], list[dict]]:
    """The ids that were screened, and the bad rows."""
    run(Job([name], "rights.csv", out))
    rejected = Path(f"{out}.rejected.jsonl")
    bad = rejected.read_text(encoding="utf-8").splitlines() if rejected.exists() else []
    text = Path(out).read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line)["listing_id"] for line in text] if out.endswith(".jsonl") else text[1:]
    return ids, [json.loads(line) for line in bad]


@pytest.mark.parametrize("tail", [b"x", "2,ok\n".encode("utf-16-le") + b"\x41\xd8\x41\x00\n\0"])
def test_broken_utf_16_costs_the_row_that_it_is_in(here, tail):
    (here / "a.csv").write_bytes(f"{HEADER}1,Nike\n".encode("utf-16") + tail)
    ids, bad = screened("a.csv")
    assert ids[0] == "1"
    assert len(bad) == 1


def test_a_broken_character_in_a_chinese_file_costs_its_row(here):
    rows = "".join(f"{n},耐克运动鞋正品\n" for n in range(50)).encode("gb18030")
    (here / "a.csv").write_bytes(HEADER.encode() + rows + b"50,\x81\x20shoe\xff\n" + rows.replace(b",", b"x,"))
    ids, bad = screened("a.csv")
    assert len(ids) == 100
    assert [(row["line"], row["code"]) for row in bad] == [(52, "not-utf-8")]


def test_a_line_that_is_nested_too_deeply_costs_itself(here):
    deep = "[" * 900 + "]" * 900
    (here / "a.jsonl").write_text(
        f'{{"listing_id":"1","title":"t"}}\n{{"listing_id":"2","title":"t","x":{deep}}}\n', encoding="utf-8"
    )
    ids, bad = screened("a.jsonl")
    assert ids == ["1"]
    assert [(row["line"], row["reason"]) for row in bad] == [(2, "the line is nested too deeply")]


def not_utf_8() -> pa.Array:
    """ok, two bytes that are no text, z."""
    offsets = b"\0\0\0\0\2\0\0\0\4\0\0\0\5\0\0\0"
    return pa.StringArray.from_buffers(3, pa.py_buffer(offsets), pa.py_buffer(b"ok\xff\xfez"))


@pytest.mark.parametrize("name", ["listing_id", "title", "description", "shelf"])
def test_parquet_text_that_is_not_utf_8_costs_its_row(here, name):
    columns = {"listing_id": pa.array(["1", "2", "3"]), "title": pa.array(["a", "b", "c"])} | {name: not_utf_8()}
    pq.write_table(pa.table(columns), "a.parquet")
    ids, bad = screened("a.parquet")
    assert len(ids) == 2
    assert [(row["line"], row["code"]) for row in bad] == [(2, "not-utf-8")]


def test_parquet_bytes_are_read_as_text(here):
    titles = pa.array([b"Nike", b"\xff", "耐克".encode()])
    pq.write_table(pa.table({"listing_id": ["1", "2", "3"], "title": titles}), "a.parquet")
    ids, bad = screened("a.parquet")
    assert ids == ["1", "3"]
    assert [row["line"] for row in bad] == [2]


@pytest.mark.parametrize(
    ("cell", "kind", "told"),
    [
        ([("k", 1)], pa.map_(pa.string(), pa.int32()), '[["k",1]]'),
        (decimal.Decimal("1.20"), pa.decimal256(50, 2), "1.20"),
        ([{"b": b"\xff"}], pa.list_(pa.struct([("b", pa.binary())])), '[{"b":"ff"}]'),
    ],
)
@pytest.mark.parametrize("out", ["out.csv", "out.jsonl", "out.parquet"])
def test_parquet_columns_of_any_kind_pass_through(here, cell, kind, told, out):
    table = pa.table({"listing_id": ["1", "2"], "title": ["a", "b"], "x": pa.array([cell, None], kind)})
    pq.write_table(table, "a.parquet")
    run(Job(["a.parquet"], "rights.csv", out))
    if out.endswith("parquet"):
        assert pq.read_table(out)["x"].to_pylist() == [cell, None]
    elif out.endswith("csv"):
        quoted = told.replace('"', '""')
        assert quoted in Path(out).read_text(encoding="utf-8")
    else:
        first, second = (json.loads(line) for line in Path(out).read_text(encoding="utf-8").splitlines())
        assert first["x"] == (json.loads(told) if told.startswith("[") else told)
        assert second["x"] is None


def test_a_duration_passes_into_csv(here):
    spans = pa.array([90_000_000], pa.duration("us"))
    pq.write_table(pa.table({"listing_id": ["1"], "title": ["a"], "x": spans}), "a.parquet")
    run(Job(["a.parquet"], "rights.csv", "out.csv"))
    assert "PT1M30S" in Path("out.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["pipe.csv", "pipe.jsonl", "pipe.parquet"])
@pytest.mark.parametrize("place", ["listings", "rights"])
def test_a_pipe_is_refused_and_not_waited_on(here, name, place):
    os.mkfifo(name)
    job = Job([name], "rights.csv", "out.csv") if place == "listings" else Job(["good.csv"], name, "out.csv")
    with pytest.raises(BadInputFile, match="a pipe or a device, not a file"):
        run(job)


def test_verdicts_and_bad_rows_never_share_a_file(here):
    with pytest.raises(BadInputFile, match="two files"):
        run(Job(["good.csv"], "rights.csv", "out.csv", rejected="./out.csv"))


def test_standard_input_is_read_for_one_thing_only(here):
    with pytest.raises(BadInputFile, match="once only"):
        run(Job(["-"], "-", "out.csv"))


def test_a_missing_folder_is_named_as_the_user_wrote_it(here):
    with pytest.raises(BadInputFile) as caught:
        run(Job(["good.csv"], "rights.csv", "missing/out.csv"))
    assert str(caught.value) == "missing/out.csv: the folder does not exist"


def test_message_and_remedy_are_two_sentences(here):
    with pytest.raises(BadInputFile) as caught:
        run(Job(["good.csv"], "rights.csv", "out.xlsx"))
    assert str(caught.value) == "out.xlsx: the extension .xlsx is not known. Use .csv, .jsonl or .parquet."
