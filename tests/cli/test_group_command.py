"""`touchstone group` on files: formats, bad rows, errors."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.errors import BadInputFile

ROWS = """listing_id,title,price
a,Sony STR-DE197 receiver,120
b,SONY STRDE197 Receiver,90
c,Canon charger 0763B001,20
"""


def run(*arguments: str):
    return CliRunner().invoke(app, ["group", *arguments], catch_exceptions=True)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "listings.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_groups_are_written_for_every_listing(source, tmp_path):
    out = tmp_path / "groups.parquet"
    assert run(str(source), "--out", str(out)).exit_code == 0
    table = pq.read_table(out)
    assert table.column_names == ["listing_id", "group_id"]
    found = dict(zip(*table.to_pydict().values(), strict=True))
    assert found["a"] == found["b"] != found["c"]


def test_csv_and_json_lines_say_the_same(source, tmp_path):
    for name in ("g.csv", "g.jsonl"):
        assert run(str(source), "--out", str(tmp_path / name), "-q").exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "g.jsonl").read_text().splitlines()]
    assert (tmp_path / "g.csv").read_text().splitlines()[1:] == [f"{r['listing_id']},{r['group_id']}" for r in lines]


def test_bad_rows_are_set_aside_with_line_and_reason(source, tmp_path):
    source.write_text(ROWS + "d,,5\na,again,1\n", "utf-8")
    out = tmp_path / "g.csv"
    assert run(str(source), "--out", str(out)).exit_code == 3
    bad = [json.loads(line) for line in (tmp_path / "g.csv.rejected.jsonl").read_text().splitlines()]
    assert [(row["line"], row["code"]) for row in bad] == [(5, "no-title"), (6, "duplicate-listing-id")]
    assert len(out.read_text().splitlines()) == 4


@pytest.mark.parametrize("content", ["title\nx\n", "", "\x00\x01\x02"])
def test_a_file_that_cannot_be_read_is_an_error_and_leaves_nothing_behind(tmp_path, content):
    path, out = tmp_path / "bad.csv", tmp_path / "g.csv"
    path.write_text(content, "utf-8")
    error = run(str(path), "--out", str(out)).exception
    assert isinstance(error, BadInputFile)
    assert error.exit_status == 2
    assert list(tmp_path.iterdir()) == [path]


def test_the_output_never_replaces_an_input(source):
    before = source.read_text()
    assert run(str(source), "--out", str(source)).exit_code != 0
    assert source.read_text() == before


def test_prices_of_other_offers_reach_the_verdict(tmp_path):
    rows = [
        f"n{i},Nike Air Max 270 AH8050-002 shoes,{price},CNY" for i, price in enumerate([900, 910, 920, 905, 895, 60])
    ]
    listings, rights, groups = (tmp_path / name for name in ("l.csv", "r.csv", "g.parquet"))
    listings.write_text("\n".join(["listing_id,title,price,currency", *rows]), "utf-8")
    rights.write_text("brand,classes,reference_price,currency\nNike,25,100,CNY\n", "utf-8")
    assert run(str(listings), "--prices", "--out", str(groups), "-q").exit_code == 0
    out = tmp_path / "v.jsonl"
    arguments = ["screen", str(listings), "--rights", str(rights), "--groups", str(groups), "--out", str(out), "-q"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    told = [{r["signal"] for r in json.loads(line)["reasons"]} for line in out.read_text("utf-8").splitlines()]
    assert ["price_to_group" in signals for signals in told] == [False] * 5 + [True]
