"""The same seed, size and date give the same bytes, here and in another process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from touchstone.demo.market import generate
from touchstone.errors import NotValid

SCRIPT = """
import sys
from touchstone.demo.market import write_market
write_market(sys.argv[1], seed=3, listings=600, image_share=0.2)
"""


def digests(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> list[Path]:
    roots = []
    for hash_seed in ("1", "2"):
        root = tmp_path_factory.mktemp("market")
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        subprocess.run([sys.executable, "-c", SCRIPT, str(root)], check=True, env=environment)
        roots.append(root)
    return roots


def test_two_processes_write_the_same_bytes(written):
    first, second = map(digests, written)
    assert first == second
    assert len(first) > 50, "tables and pictures"


def test_this_process_writes_the_same_bytes_too(written, tmp_path):
    generate(seed=3, listings=600, image_share=0.2).write(tmp_path)
    assert digests(tmp_path) == digests(written[0])


def test_another_seed_gives_another_market():
    one, other = generate(seed=1, listings=500), generate(seed=2, listings=500)
    assert not one.listings.equals(other.listings)
    assert not set(one.sellers["phone"].to_pylist()) & set(other.sellers["phone"].to_pylist())


def test_nothing_happens_after_the_day_asked_for():
    market = generate(seed=1, listings=500, as_of=date(2025, 6, 20))
    assert max(d for d in market.sellers["opened_on"].to_pylist()) <= date(2025, 6, 20)
    for table, columns in (("orders", ("paid_at", "delivered_at")), ("after_sales", ("opened_at", "closed_at"))):
        for column in columns:
            moments = [m for m in market.tables[table][column].to_pylist() if m is not None]
            assert moments
            assert max(moments).date() <= date(2025, 6, 20)


@pytest.mark.parametrize(("listings", "share"), [(499, 0.1), (-5, 0.1), (600, 1.5), (600, -0.1)])
def test_a_size_or_share_out_of_range_is_refused(listings, share):
    with pytest.raises(NotValid):
        generate(seed=1, listings=listings, image_share=share)
