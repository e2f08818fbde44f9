"""Banks: what they say of a hash, what a file of one must hold, entries that come and go."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hash_sets import flipped, some

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.bank_rows import checked
from touchstone.engine.images.known import known_images
from touchstone.engine.images.orientations import turned
from touchstone.engine.images.search import hexed
from touchstone.engine.screen import Screener
from touchstone.errors import NotValid

A, B, C, D = some(4, 31)


def hex_of(*hashes: np.ndarray) -> list[str]:
    return hexed(np.stack(hashes))


def bank_of(*rows: dict[str, object]) -> Bank:
    return Bank.of([pa.Table.from_pylist(list(rows))])


def row(words: np.ndarray, **cells: object) -> dict[str, object]:
    return {"pdq": hex_of(words)[0], **cells}


def known(bank: Bank, *hashes: np.ndarray) -> dict[str, object]:
    """The signals of one listing with these images."""
    return known_images(pa.chunked_array([pa.array([";".join(hex_of(*hashes))])]), bank).row(0, named=True)


def near(words: np.ndarray, bits: int) -> np.ndarray:
    return flipped(words, list(range(100, 100 + bits)))


def test_a_picture_near_a_fake_is_known_from_copies() -> None:
    bank = bank_of(row(A, label="fake", brand="Nike", id="7"))
    assert known(bank, B, near(A, 31)) == {
        "bank_label": "Nike 7", "bank_brand": "Nike", "bank_distance": 31, "genuine_label": None, "genuine_distance": None,
    }  # fmt: skip
    assert known(bank, near(A, 32))["bank_label"] is None


def test_a_negative_entry_takes_the_meaning_away_however_near_the_fake_is() -> None:
    bank = bank_of(row(A, label="fake"), row(near(A, 20), label="negative"))
    assert known(bank, A)["bank_label"] is None
    assert known(bank, near(A, 0), B)["bank_label"] is None


def test_the_other_pictures_of_a_listing_keep_their_meaning() -> None:
    bank = bank_of(row(A, label="fake", id="a"), row(A, label="negative"), row(B, label="fake", id="b"))
    assert known(bank, A, B)["bank_label"] == "b"


@pytest.mark.parametrize(("bits", "is_copy"), [(4, False), (5, False), (6, True)])
def test_a_genuine_shot_that_is_as_near_as_the_fake_wins(bits: int, is_copy: bool) -> None:
    bank = bank_of(row(flipped(A, [1, 2, 3, 4, 5]), label="fake", id="f"), row(near(A, bits), label="genuine", id="g"))
    signals = known(bank, A)
    assert signals["bank_label"] == ("f" if is_copy else None)
    assert (signals["genuine_label"], signals["genuine_distance"]) == ("g", bits)


def test_the_nearest_copy_of_all_pictures_is_named() -> None:
    bank = bank_of(row(A, label="fake", id="a"), row(B, label="fake", id="b"))
    assert known(bank, near(A, 9), near(B, 3))["bank_label"] == "b"


@pytest.mark.parametrize("state", ["proposed", "set_aside", "withdrawn"])
def test_only_confirmed_entries_are_looked_at(state: str) -> None:
    assert known(bank_of(row(A, state=state)), A)["bank_label"] is None
    assert known(bank_of(row(A, state="confirmed")), A)["bank_distance"] == 0


def test_all_eight_orientations_are_looked_at_where_asked() -> None:
    every = turned(A[None])[0]
    plain, round_ = bank_of(row(A)), bank_of(row(A, orientations="yes"))
    assert [known(plain, way)["bank_distance"] for way in every] == [0] + [None] * 7
    assert [known(round_, way)["bank_distance"] for way in every] == [0] * 8
    assert len(round_) == 8


def test_entries_come_and_go_at_once_and_the_version_says_so() -> None:
    bank = bank_of(row(A, id="a"))
    versions = [bank.version]
    more = [row(B, id="b", orientations="no"), row(C, id="c", orientations="yes")]
    bank.add(checked(pa.Table.from_pylist(more)))
    versions.append(bank.version)
    assert known(bank, B)["bank_label"] == "b"
    assert bank.remove(["b", "no such entry"]) == 1
    versions.append(bank.version)
    assert known(bank, B)["bank_label"] is None
    assert bank.remove(["c"]) == 8
    assert known(bank, A)["bank_label"] == "a"
    assert len(set(versions)) == 3


def test_hits_name_each_entry_once_with_its_nearest_orientation() -> None:
    bank = bank_of(row(A, orientations="yes"), row(near(A, 5)), row(B))
    found = bank.hits(np.stack([A, D]))
    assert list(zip(found.query.tolist(), found.id.tolist(), found.distance.tolist(), strict=True)) == [
        (0, 0, 0),
        (0, 1, 5),
    ]


def test_labels_that_are_no_kinds_name_the_entries() -> None:
    assert known(bank_of(row(A, label="handbag 12", brand="Nike")), A)["bank_label"] == "handbag 12"
    assert known(bank_of(row(A)), A)["bank_label"] == hex_of(A)[0]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"pdq": "12"}, "'12' is not 64 hexadecimal digits"),
        ({"pdq": ""}, "'' is not 64"),
        ({"pdq": None}, "'' is not 64"),
        ({"pdq": "ab" + " " * 47 + "c" * 15}, "is not 64"),
        ({"label": "genuin"}, "'genuin' is no label"),
        ({"state": "gone"}, "'gone' is no state"),
        ({"orientations": "8"}, "'8' is neither yes nor no"),
    ],
)
def test_a_wrong_cell_is_an_error_that_names_its_row(cells: dict[str, object], says: str) -> None:
    good = row(A, label="fake", state="confirmed", orientations="no")
    with pytest.raises(NotValid, match=says) as caught:
        Bank.of([pa.Table.from_pylist([good, good, {**good, **cells}])], places=["bank.csv"])
    assert caught.value.place == "bank.csv row 3"
    assert caught.value.remedy


def test_rows_are_counted_through_a_long_file() -> None:
    table = pa.table({"pdq": hexed(some(70_000, 3)), "label": ["fake"] * 69_999 + ["odd"]})
    with pytest.raises(NotValid, match="odd") as caught:
        Bank.of([table])
    assert caught.value.place == "bank row 70000"


def test_a_bank_without_hashes_is_an_error_and_one_without_rows_is_not() -> None:
    with pytest.raises(NotValid, match="no column pdq"):
        Bank.of([pa.table({"hash": ["x"]})])
    assert known(Bank.of([pa.table({"pdq": pa.array([], pa.string())})]), A)["bank_label"] is None


def test_a_screener_sees_at_once_what_its_bank_learns_and_stamps_its_verdicts() -> None:
    bank = Bank()
    screener = Screener(pa.table({"brand": ["Nike"]}), banks=bank)
    listing = pa.table({"listing_id": ["1"], "title": ["shoes"], "pdq": hex_of(near(A, 4))})
    before = screener.screen(listing).to_pylist()[0]
    bank.add(checked(pa.Table.from_pylist([row(A, brand="Nike", id="9")])))
    after = screener.screen(listing).to_pylist()[0]
    bank.remove(["9"])
    gone = screener.screen(listing).to_pylist()[0]
    assert [v["verdict"] for v in (before, after, gone)] == ["pass", "review", "pass"]
    assert "Nike 9" in after["reasons"][0]["text"]
    assert len({v["engine_version"] for v in (before, after, gone)}) == 3
