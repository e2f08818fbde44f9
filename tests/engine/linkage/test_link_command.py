"""`touchstone link` on files."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from touchstone.engine.linkage import rings
from touchstone.engine.linkage.files import RINGS, link_files
from touchstone.errors import BadInputFile

SELLERS = (
    "seller_id,shop_name,licence_no,phone,payout_account,device_id\n"
    "A,One,91330100799655058B,+86 138 0000 0001,6222-0202,dev-000001\n"
    "B,Two,,138-0000-0001,62220202,dev-000002\n"
    "C,Three,９１３３０１００７９９６５５０５８ｂ,13900000000,777777,\n"
    "D,Four,,00000000000,,\n"
    "E,Five,,00000000000,****1234,\n"
    "F,Six,,,****1234,\n"
)


def touchstone(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "touchstone.cli", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def sellers(tmp_path):
    path = tmp_path / "sellers.csv"
    path.write_text(SELLERS, encoding="utf-8")
    return path


def rows(folder) -> dict[str, dict]:
    return {row["seller_id"]: row for row in pq.read_table(folder / "rings.parquet").to_pylist()}


def test_every_seller_has_an_entity_and_members_have_a_ring(sellers, tmp_path):
    found = link_files([str(sellers)], [], str(tmp_path / "out"))
    table = rows(tmp_path / "out")
    assert list(table) == ["A", "B", "C", "D", "E", "F"]
    assert table["A"]["ring_id"] == table["B"]["ring_id"] == table["C"]["ring_id"]
    assert table["A"]["entity_id"] == table["C"]["entity_id"] != table["B"]["entity_id"]
    assert table["D"]["ring_id"] is table["E"]["ring_id"] is table["F"]["ring_id"] is None
    assert len({row["entity_id"] for row in table.values()}) == found.entities == 5
    assert (found.rings, found.members) == (1, 3)


def test_the_files_have_the_columns_of_the_contract(sellers, tmp_path):
    link_files([str(sellers)], [], str(tmp_path / "out"))
    assert pq.read_schema(tmp_path / "out" / "rings.parquet").equals(RINGS)
    assert pq.read_schema(tmp_path / "out" / "links.parquet").equals(rings.LINKS)


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_other_formats_give_the_same(sellers, tmp_path, ending):
    import polars as pl

    frame = pl.read_csv(sellers, infer_schema=False)
    other = tmp_path / f"sellers.{ending}"
    frame.write_ndjson(other) if ending == "jsonl" else frame.write_parquet(other)
    link_files([str(sellers)], [], str(tmp_path / "a"))
    link_files([str(other)], [], str(tmp_path / "b"))
    assert rows(tmp_path / "a") == rows(tmp_path / "b")


def test_further_attributes_join_what_the_sellers_file_does_not(sellers, tmp_path):
    edges = tmp_path / "edges.csv"
    edges.write_text("seller_id,kind,value\nD,payout_account,99887766\nE,payout_account,9988 7766\nF,mood,good\n")
    notices: list[str] = []
    link_files([str(sellers)], [str(edges)], str(tmp_path / "out"), notice=notices.append)
    table = rows(tmp_path / "out")
    assert table["D"]["ring_id"] == table["E"]["ring_id"] is not None
    assert any("mood" in text for text in notices)


def test_a_row_without_an_id_is_left_out_and_the_status_is_three(tmp_path):
    path = tmp_path / "sellers.csv"
    path.write_text('seller_id,phone\nA,13800000001\n,13800000001\n"B,broken\n')
    done = touchstone("link", str(path), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    bad = [json.loads(line) for line in (tmp_path / "out.rejected.jsonl").read_text().splitlines()]
    assert {row["line"] for row in bad} == {3, 4}
    assert (tmp_path / "out" / "rings.parquet").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b"shop,phone\nx,1\n"), ("a.parquet", b"PAR1 not whole"), ("a.txt", b"x"), ("none.csv", None)],
)
def test_a_file_that_cannot_be_read_gives_one_sentence_and_no_output(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = touchstone("link", str(tmp_path / name), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_an_error_and_not_a_crash(sellers, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInputFile):
        link_files([str(sellers)], [], str(tmp_path / "file" / "out"))


def test_no_rows_give_empty_tables(tmp_path):
    path = tmp_path / "sellers.csv"
    path.write_text("seller_id,phone\n")
    found = link_files([str(path)], [], str(tmp_path / "out"))
    assert (found.sellers, found.rings) == (0, 0)
    assert pq.read_table(tmp_path / "out" / "links.parquet").num_rows == 0


def test_numbers_in_a_parquet_file_are_read_as_text(tmp_path):
    path = tmp_path / "sellers.parquet"
    table = {"seller_id": pa.array([1, 2]), "payout_account": pa.array([6222020200, 6222020200])}
    pq.write_table(pa.table(table), path)
    link_files([str(path)], [], str(tmp_path / "out"))
    assert rows(tmp_path / "out")["1"]["ring_id"] == rows(tmp_path / "out")["2"]["ring_id"] is not None
