"""What the loader of packs promises."""

from datetime import date

import pytest

from touchstone.errors import NotFound, NotValid
from touchstone.law import packs

GOOD = """
version: house/{year}
effective_from: {year}-01-01
effective_until: {until}
title: {{en: House rules, zh: 规则}}
fine:
  source: article 1
  tag: {tag}
  amounts: [10, 20]
"""


def write(folder, name, year=2025, until="2025-12-31", tag="V1", text=GOOD):
    path = folder / "fines" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(year=year, until=until, tag=tag), encoding="utf-8")
    return path


@pytest.mark.parametrize(("tag", "verified"), [("V1", True), ("V2", True), ("D", True), ("M", False), ("M?", False)])
def test_a_figure_from_memory_is_marked_unverified(tmp_path, tag, verified):
    pack = packs.read_file(write(tmp_path, "a", tag=tag), "fines")
    assert pack.body["fine"]["verified"] is verified
    assert list(packs.unverified(pack.body)) == ([] if verified else ["fine"])


def test_the_version_follows_the_content(tmp_path):
    one = packs.read_file(write(tmp_path, "a", tag="V1"), "fines").version
    two = packs.read_file(write(tmp_path, "a", tag="V2"), "fines").version
    assert one.startswith("house/2025+")
    assert one != two


def test_packs_follow_one_another_by_day(tmp_path):
    write(tmp_path, "b", 2026, "null")
    write(tmp_path, "a", 2025)
    older, newer = packs.read_folder(tmp_path, "fines")
    assert older.in_force(date(2025, 12, 31))
    assert not older.in_force(date(2026, 1, 1))
    assert newer.in_force(date(2026, 1, 1))
    assert newer.in_force(date(2099, 1, 1))


def test_two_packs_may_not_be_in_force_on_one_day(tmp_path):
    write(tmp_path, "a", 2025, "null")
    write(tmp_path, "b", 2026, "null")
    with pytest.raises(NotValid, match="both in force on 2026-01-01"):
        packs.read_folder(tmp_path, "fines")


@pytest.mark.parametrize(
    ("change", "message", "place"),
    [
        (("tag: {tag}", "tag: V9"), "none of V1", "a.yaml/fine/tag"),
        (("source: article 1", "note: x"), "names its source", "a.yaml/fine/source"),
        (("  source: article 1\n  tag: {tag}\n", ""), "10 has no source", "a.yaml/fine/amounts/0"),
        (("effective_from: {year}-01-01", "effective_from: soon"), "are days", "a.yaml/effective_from"),
        (("effective_from: {year}-01-01", "effective_from: 2025-01-01 10:00:00"), "are days", "a.yaml/effective_from"),
        (("effective_until: {until}", "effective_until: 2020-01-01"), "ends before", "a.yaml/effective_until"),
        (("version: house/{year}\n", ""), "lacks: version", ""),
        (("title: {{en: House rules, zh: 规则}}", "title: x"), "in en and in zh", "a.yaml/title"),
        (("version: house/{year}", "version: [1"), "not YAML", ""),
        ((GOOD, "- a list"), "mapping", ""),
    ],
)
def test_a_wrong_pack_is_refused_with_its_place(tmp_path, change, message, place):
    path = write(tmp_path, "a", text=GOOD.replace(*change))
    with pytest.raises(NotValid, match=message) as caught:
        packs.read_file(path, "fines")
    assert caught.value.place == (place or str(path))


def test_no_pack_for_the_day_names_the_days_there_are():
    with pytest.raises(NotFound, match="in force 2013-08-22 to"):
        packs.load("penalties", date(2013, 8, 21))


def test_an_unknown_kind_is_not_found():
    with pytest.raises(NotFound, match="no tariffs packs"):
        packs.load("tariffs", date(2026, 1, 1))
