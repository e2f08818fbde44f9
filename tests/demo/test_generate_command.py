"""`touchstone demo generate` writes a market without a database."""

from __future__ import annotations

import pyarrow.parquet as pq
from typer.testing import CliRunner

from touchstone.demo.commands import app


def test_the_command_writes_the_tables_and_says_how_many_rows(tmp_path):
    result = CliRunner().invoke(app, ["generate", str(tmp_path), "--listings", "700", "--image-share", "0"])
    assert result.exit_code == 0, result.output
    assert "listings.parquet: 700 rows" in result.output
    assert pq.read_metadata(tmp_path / "listings.parquet").num_rows == 700


def test_a_market_that_is_too_small_is_refused(tmp_path):
    result = CliRunner().invoke(app, ["generate", str(tmp_path / "out"), "--listings", "10"])
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()
