"""Duplicates in bounded memory."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.files.seen import Seen


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 60).map(str), max_size=12), max_size=12))
def test_it_answers_as_a_set_does_however_little_it_keeps_in_memory(batches):
    known: set[str] = set()
    with Seen(recent=4) as seen:
        for batch in batches:
            expected = []
            for item in batch:
                expected.append(item in known)
                known.add(item)
            assert seen.add(pl.Series(batch, dtype=pl.String)).tolist() == expected


def test_old_ids_leave_memory_and_are_still_known(tmp_path):
    with Seen(recent=1000) as seen:
        for low in range(0, 100_000, 500):
            assert not seen.add(pl.Series([f"id-{i}" for i in range(low, low + 500)])).any()
        assert len(seen._recent) < 1000
        assert len(seen._runs) < 20
        folder = seen._folder
        assert seen.add(pl.Series([f"id-{i}" for i in range(0, 100_000, 997)])).all()
    assert folder is not None
    assert not folder.exists()
