"""`touchstone index`: files in, files out, no database."""

import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

HEADER = "order_id,listing_id,seller_id,amount,currency,paid_at,shipped_at\n"


def run(*arguments, cwd):
    # A settings module that does not exist: the command must not need Django's.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nowhere"}
    return subprocess.run(
        [sys.executable, "-m", "touchstone", "index", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=environment,
    )


def orders(count, day="2026-03-01"):
    return HEADER + "".join(f"O{i},L,S-{i % 2},19.90,CNY,{day}T08:00:00Z,{day}T20:00:00Z\n" for i in range(count))


def test_orders_become_an_index(tmp_path):
    (tmp_path / "orders.csv").write_text(orders(60) + "LATE,L,S-0,19.90,CNY,2026-06-01T08:00:00Z,\n")
    done = run("orders.csv", "--out", "index.parquet", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "touchstone: 2 shops counted as of 2026-06-02.\n")
    rows = pq.read_table(tmp_path / "index.parquet").to_pylist()
    shipped = next(r for r in rows if (r["seller_id"], r["metric"]) == ("S-1", "on_time_shipping"))
    assert (shipped["state"], shipped["n"], shipped["value"]) == ("enough", 30, 1.0)


def test_after_sales_and_sellers_are_counted_too(tmp_path):
    (tmp_path / "orders.csv").write_text(orders(60))
    (tmp_path / "after.jsonl").write_text(
        json.dumps(
            {
                "after_sale_id": "A",
                "order_id": "O1",
                "seller_id": "S-1",
                "kind": "refund",
                "opened_at": "2026-03-02",
                "closed_at": "2026-03-03",
                "outcome": "refunded",
            }
        )
    )
    (tmp_path / "sellers.csv").write_text("seller_id,shop_name,category\nS-1,One,bags\nS-9,Nine,bags\n")
    done = run(
        "orders.csv", "--after-sales", "after.jsonl", "--sellers", "sellers.csv",
        "--as-of", "2026-05-01", "--out", "index.jsonl", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "index.jsonl").read_text().splitlines()]
    found = {r["seller_id"]: r for r in rows if r["metric"] == "refund_rate"}
    assert found["S-1"]["numerator"] == 1
    assert found["S-9"]["state"] == "not_enough"


def test_bad_rows_are_left_out_and_the_status_is_3(tmp_path):
    (tmp_path / "orders.csv").write_text(orders(4) + "O9,L,S,NaN,CNY,2026-03-01,\nO1,L,S,1,CNY,2026-03-01,\n")
    done = run("orders.csv", "--out", "index.csv", cwd=tmp_path)
    assert done.returncode == 3
    rejected = [json.loads(line) for line in (tmp_path / "index.csv.rejected.jsonl").read_text().splitlines()]
    assert [(r["file"], r["line"]) for r in rejected] == [("orders", 6), ("orders", 7)]
    assert (tmp_path / "index.csv").read_text().startswith('"seller_id","metric"')


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("orders.csv", "order_id,amount\n1,2\n", "listing_id, seller_id, currency, paid_at"),
        ("orders.parquet", "PAR1 cut short", "not a whole Parquet file"),
        ("orders.csv", "", "empty"),
        ("orders.csv", HEADER, "no order"),
        ("orders.xlsx", "x", ".csv, .jsonl or .parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_no_output(tmp_path, name, content, says):
    (tmp_path / name).write_text(content)
    done = run(name, "--out", "index.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "index.csv").exists()


@pytest.mark.parametrize("out", ["orders.csv", "./orders.csv", "after.csv", "missing/index.csv", "."])
def test_the_index_never_replaces_an_input_and_is_refused_before_any_work(tmp_path, out):
    (tmp_path / "orders.csv").write_text(orders(60))
    (tmp_path / "after.csv").write_text("after_sale_id,order_id,seller_id,kind,opened_at\n")
    done = run("orders.csv", "--after-sales", "after.csv", "--out", out, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "orders.csv").read_text() == orders(60)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after.csv", "orders.csv"]


def test_a_run_without_bad_rows_takes_the_rejected_file_of_the_last_one_away(tmp_path):
    (tmp_path / "orders.csv").write_text(orders(60) + "BAD,L,S-0,NaN,CNY,2026-06-01T08:00:00Z,\n")
    assert run("orders.csv", "--out", "index.csv", cwd=tmp_path).returncode == 3
    assert (tmp_path / "index.csv.rejected.jsonl").exists()
    (tmp_path / "orders.csv").write_text(orders(60))
    assert run("orders.csv", "--out", "index.csv", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "index.csv.rejected.jsonl").exists()
