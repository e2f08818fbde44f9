"""An approved term is live at once in every thread and process, and gone at once when it is withdrawn."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from django.db import connection

from touchstone.rights import actions as rights
from touchstone.rights import terms
from touchstone.rights.models import Term
from touchstone.screening.screeners import screener

BRANDS = """brand,aliases,classes,reference_price,currency
Nike,耐克,25;18,800,CNY
"""
ROWS = pa.table(
    {"listing_id": ["1", "2", "3"], "title": ["大钩子跑鞋 高仿 1:1 复刻", "耐克跑步节 纪念杯", "木勺 手工"]}
)


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


@pytest.fixture
def approve(actors, now):
    def approve(kind: str, text: str, brand: str = "") -> Term:
        term = terms.propose(actors["reviewer"], now, kind=kind, text=text, brand=brand, reason="seen often")
        terms.note_effects(actors["system"], now, effects={term.id: {"changed": 0}})
        return terms.approve(actors["supervisor"], now, term_ids=[term.id])[0]

    return approve


def found(now):
    return [row["brands"] for row in screener(now).screen(ROWS).to_pylist()]


@pytest.mark.django_db
def test_terms_reach_the_screener_there_is_and_do_not_build_a_new_one(actors, now, brands, approve):
    before, used = found(now), screener(now)
    assert before == [[], ["Nike"], []]
    version = used.versions[2]
    alias = approve("alias", "大钩子", "Nike")
    assert found(now) == [["Nike"], ["Nike"], []]
    safe = approve("safe", "耐克跑步节")
    assert found(now) == [["Nike"], [], []]
    assert screener(now) is used
    assert used.versions[2] != version
    terms.withdraw(actors["supervisor"], now, term_id=alias.id, because="a mistake")
    terms.withdraw(actors["supervisor"], now, term_id=safe.id, because="a mistake")
    assert found(now) == before
    assert (screener(now) is used, used.versions[2]) == (True, version)


@pytest.mark.django_db
def test_changed_rights_build_a_new_one_with_the_terms_in_it(actors, now, brands, approve, tmp_path):
    used = screener(now)
    approve("alias", "大钩子", "Nike")
    approve("negative", "耐克跑步节", "Nike")
    old = found(now)
    path = tmp_path / "more.csv"
    path.write_text("brand\nSpoonia\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    assert screener(now) is not used
    assert found(now) == old == [["Nike"], [], []]


@pytest.mark.django_db(transaction=True)
def test_another_thread_has_a_term_within_a_second_of_its_approval(actors, now, brands, approve):
    """Each thread has its own connection and its own screener, as the processes of a server have."""
    warm, stop, seen = threading.Barrier(3, timeout=60), threading.Event(), []

    def watch() -> None:
        try:
            found(now)
            used = screener(now)
            warm.wait()
            while not stop.is_set():
                answer = found(now)
                seen.append((time.monotonic(), threading.get_ident(), answer, screener(now) is used))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        watching = [pool.submit(watch) for _ in range(2)]
        warm.wait()
        try:
            approved = approve("alias", "大钩子", "Nike")
            _until(seen, lambda answer: answer[0] == ["Nike"])
            terms.withdraw(actors["supervisor"], now, term_id=approved.id, because="a mistake")
            _until(seen, lambda answer: answer[0] == [])
        finally:
            stop.set()
        for one in watching:
            one.result()
    assert all(same for *_rest, same in seen)


def _until(seen: list, fits) -> None:
    """Wait until the next answers of both threads fit; what was asked before the change may still be under way."""
    began, deadline = time.monotonic(), time.monotonic() + 30
    while time.monotonic() < deadline:
        if len({thread for at, thread, answer, _same in list(seen) if at > began and fits(answer)}) == 2:
            return
        time.sleep(0.01)
    raise AssertionError("a thread never had the change")
