"""Which listings show a known image, which entries match too much, which listings share an image."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from hash_sets import brute, flipped, near, some
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from typer.testing import CliRunner

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.commands import app
from touchstone.engine.images.reuse import Limits, clusters, floods, matches, reused
from touchstone.engine.images.search import hexed
from touchstone.errors import TouchstoneError

A, B, C = some(3, 51)


def listings(*rows: tuple[str, str | None, list[np.ndarray]]) -> pa.Table:
    columns = {"listing_id": [r[0] for r in rows], "seller_id": [r[1] for r in rows],
               "pdq": [";".join(hexed(np.stack(r[2]))) if r[2] else None for r in rows]}  # fmt: skip
    return pa.table(columns, schema=pa.schema([(name, pa.large_string()) for name in columns]))


def bank(*entries: tuple[str, np.ndarray, str]) -> Bank:
    ids, hashes, labels = zip(*entries, strict=True)
    return Bank.of([pa.table({"id": list(ids), "pdq": hexed(np.stack(hashes)), "label": list(labels)})])


def test_each_listing_that_shows_an_entry_is_a_hit_once_at_its_nearest_image() -> None:
    known = bank(("f", A, "fake"), ("n", B, "negative"))
    table = listings(
        ("1", "s", [flipped(A, [1, 2]), A]), ("2", None, [flipped(A, [9]), B]), ("3", "t", [C]), ("4", "t", [])
    )
    told = matches(known, table).drop_columns(["name"]).to_pylist()
    assert [tuple(hit.values()) for hit in told] == [
        ("f", "fake", "1", "s", 0), ("f", "fake", "2", None, 1), ("n", "negative", "2", None, 0),
    ]  # fmt: skip


def many(count: int, sellers: int) -> pa.Table:
    return listings(*[(str(i), f"s{i % sellers}", [A]) for i in range(count)])


@pytest.mark.parametrize(
    ("count", "sellers", "total", "flooding"),
    [(51, 21, 51, True), (50, 21, 51, False), (51, 20, 51, False), (60, 30, 60_000, False), (61, 30, 60_000, True)],
)
def test_an_entry_floods_above_both_limits_and_of_many_sellers(
    count: int, sellers: int, total: int, flooding: bool
) -> None:
    hits = matches(bank(("f", A, "fake"), ("g", B, "fake")), many(count, sellers))
    found = floods(hits, total, Limits(listings=50, share=0.001, sellers=20)).to_pylist()
    assert [(f["entry"], f["listings"], f["sellers"]) for f in found] == ([("f", count, sellers)] if flooding else [])


def components(words: np.ndarray) -> list[int]:
    """The components, by comparing everything with everything; each hash has the number of its component's first."""
    pairs = np.array([(q, i) for q, i, _ in brute(words, words, np.arange(len(words)), 31)])
    graph = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(words), len(words)))
    label = connected_components(graph, directed=False)[1]
    return [label.tolist().index(x) for x in label]


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), centres=st.integers(1, 40), bits=st.integers(0, 40))
def test_clusters_are_the_components_of_near_pairs(seed: int, centres: int, bits: int) -> None:
    words = near(np.repeat(some(centres, seed), 8, axis=0), bits, seed)
    label, crowded = clusters(words)
    assert label.tolist() == components(words)
    assert not crowded.any()


def test_a_crowd_joins_nobody_and_costs_no_more_than_its_size() -> None:
    # Eight thousand different hashes, all near one another: all pairs would be sixty-four million.
    crowd = near(np.repeat(A[None], 8_000, axis=0), 8, 52)
    pair = np.stack([B, flipped(B, [1])])
    label, crowded = clusters(np.concatenate([pair, crowd]), crowd=100)
    assert label[:2].tolist() == [0, 0]
    assert crowded[2:].all()
    assert not crowded[:2].any()


def test_equal_hashes_of_a_crowd_stay_together() -> None:
    crowd = near(np.repeat(A[None], 300, axis=0), 8, 53)
    label, crowded = clusters(np.concatenate([crowd, crowd]), crowd=20)
    assert crowded.all()
    assert (label[:300] == label[300:]).all()


def test_listings_that_share_an_image_are_told_whatever_the_order_of_rows() -> None:
    rows = [("1", "s", [A, B]), ("2", "t", [flipped(A, [3])]), ("3", "t", [C]), ("4", None, [B]), ("5", "u", [])]
    table = listings(*rows)
    found = reused(table)
    told = {(r["listing_id"], r["image_id"]): (r["listings"], r["sellers"], r["crowded"]) for r in found.to_pylist()}
    image_a, image_b = min(hexed(np.stack([A, flipped(A, [3])]))), hexed(B[None])[0]
    assert told == {
        ("1", image_a): (2, 2, False), ("2", image_a): (2, 2, False),
        ("1", image_b): (2, 2, False), ("4", image_b): (2, 2, False),
    }  # fmt: skip
    assert reused(table.take([4, 2, 1, 3, 0])).equals(found)


def test_an_image_that_very_many_listings_show_is_marked_as_crowded() -> None:
    found = reused(many(60, 30), crowd=50)
    assert found.num_rows == 60
    assert set(found["crowded"].to_pylist()) == {True}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_the_command_writes_hits_and_names_what_floods(tmp_path: Path) -> None:
    table = many(80, 40).append_column("title", pa.array(["x"] * 80))
    pq.write_table(table, tmp_path / "listings.parquet")
    (tmp_path / "bank.csv").write_text(f"pdq,label,brand,id\n{hexed(A[None])[0]},fake,Nike,7\n")
    out = tmp_path / "hits.csv"
    done = run("match", str(tmp_path / "listings.parquet"), "--bank", str(tmp_path / "bank.csv"), "--out", str(out))
    assert done.exit_code == 0
    assert "Nike 7 floods: 80 listings of 40 sellers" in done.stderr
    rows = list(csv.DictReader(out.open()))
    assert len(rows) == 80
    assert {row["flood"] for row in rows} == {"true"}
    again = run("reused", str(tmp_path / "listings.parquet"), "--out", str(tmp_path / "reused.parquet"))
    assert again.exit_code == 0
    assert pq.read_table(tmp_path / "reused.parquet").num_rows == 80


@pytest.mark.parametrize(
    ("listings", "bank", "says"),
    [
        ("listing_id,title,pdq\n1,x,\n", "pdq,label\n12,fake\n", "bank.csv row 1"),
        ("listing_id,title\n1,x\n", f"pdq\n{'0' * 64}\n", "pdq is missing"),
    ],
)
def test_a_wrong_file_is_one_sentence_and_no_output(tmp_path: Path, listings: str, bank: str, says: str) -> None:
    (tmp_path / "l.csv").write_text(listings)
    (tmp_path / "bank.csv").write_text(bank)
    with pytest.raises(TouchstoneError) as caught:
        run("match", str(tmp_path / "l.csv"), "--bank", str(tmp_path / "bank.csv"), "--out", str(tmp_path / "o.csv"))
    assert says in str(caught.value)
    assert not (tmp_path / "o.csv").exists()
