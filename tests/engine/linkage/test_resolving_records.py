"""Records that are one person: found in spite of slips, and never for lack of knowledge."""

import random

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from touchstone.engine.linkage.resolve.average import clusters
from touchstone.engine.linkage.resolve.fields import Field, rare
from touchstone.engine.linkage.resolve.model import resolve
from touchstone.errors import NotValid

FIELDS = (
    Field("person", ("first", "last")),
    Field("date", ("born",)),
    Field("code", ("phone",)),
    Field("place", ("town",)),
)
FIRST = [
    "anna",
    "boris",
    "clara",
    "david",
    "elena",
    "felix",
    "greta",
    "hugo",
    "irene",
    "jonas",
    "karla",
    "linus",
    "maria",
    "nils",
]
LAST = [
    "abel",
    "brandt",
    "czerny",
    "dorn",
    "ebert",
    "falk",
    "gruber",
    "haas",
    "ilg",
    "jahn",
    "krause",
    "lenz",
    "thoma",
    "uhl",
]
TOWN = ["bergen", "castle", "drifton", "eastham", "fernley"]


def slip(text: str, pick: random.Random) -> str:
    place = pick.randrange(len(text))
    return text[:place] + pick.choice("abcdefgh0123456") + text[place + 1 :]


def people(count: int, copies: int, seed: int) -> tuple[pa.Table, np.ndarray]:
    """`count` people, each with `copies` records that have a slip or a gap, and who each record is."""
    pick = random.Random(seed)
    rows, who = [], []
    for number in range(count):
        person = {
            "first": pick.choice(FIRST),
            "last": pick.choice(LAST),
            "born": f"19{pick.randrange(30, 99)}-{pick.randrange(1, 13):02}-{pick.randrange(1, 29):02}",
            "phone": str(pick.randrange(10**9, 10**10)),
            "town": pick.choice(TOWN),
        }
        for _ in range(copies):
            row = dict(person)
            field = pick.choice(list(row))
            row[field] = pick.choice((None, slip(row[field], pick)))
            rows.append(row)
            who.append(number)
    return pa.Table.from_pylist(rows), np.array(who)


def same(entity: np.ndarray) -> set[tuple[int, int]]:
    return {(i, j) for i in range(len(entity)) for j in range(i + 1, len(entity)) if entity[i] == entity[j]}


@pytest.fixture(scope="module")
def found():
    table, who = people(120, 3, seed=11)
    return resolve(table, FIELDS), who


def test_records_of_one_person_with_slips_and_gaps_are_one(found):
    resolved, who = found
    right = same(resolved.entity) & same(who)
    assert len(right) >= 0.95 * len(same(who))


def test_strangers_stay_apart(found):
    resolved, who = found
    assert len(same(resolved.entity) - same(who)) <= 0.03 * len(same(who))


def test_the_same_records_give_the_same_entities(found):
    table, _ = people(120, 3, seed=11)
    assert np.array_equal(resolve(table, FIELDS).entity, found[0].entity)


def test_nothing_known_but_the_town_makes_nobody_one():
    table, _ = people(60, 2, seed=3)
    empty = pa.table({c: pa.array([None] * 4, pa.string()) for c in table.column_names[:-1]} | {"town": ["bergen"] * 4})
    entity = resolve(pa.concat_tables([table, empty]), FIELDS).entity
    assert len(set(entity[-4:])) == 4


def test_equal_records_are_one_without_any_other():
    row = {"first": "anna", "last": "abel", "born": "1950-01-02", "phone": "1234567890", "town": "bergen"}
    other = row | {"first": "uwe", "last": "thoma", "born": "1977-11-20", "phone": "9876543210"}
    assert resolve(pa.Table.from_pylist([row, other, row]), FIELDS).entity.tolist() in ([0, 1, 0], [1, 0, 1])


def test_no_records_and_one_record():
    table, _ = people(1, 1, seed=1)
    assert resolve(table.slice(0, 0), FIELDS).entity.tolist() == []
    assert resolve(table, FIELDS).entity.tolist() == [0]


def test_a_missing_column_and_an_unknown_kind_are_named():
    table, _ = people(2, 1, seed=1)
    with pytest.raises(NotValid, match="no column 'mail'"):
        resolve(table, (Field("code", ("mail",)),))
    with pytest.raises(NotValid, match="no kind of field 'colour'"):
        Field("colour", ("town",))


def test_column_names_may_be_anything():
    table, who = people(40, 2, seed=5)
    renamed = table.rename_columns(['first "name"', "last; drop", "出生", "电话", "town name"])
    fields = (Field("person", ('first "name"', "last; drop")), Field("date", ("出生",)), Field("code", ("电话",)))
    assert len(same(resolve(renamed, fields).entity) & same(who)) >= 0.8 * len(same(who))


def test_a_chain_of_near_pairs_joins_no_strangers():
    # 0-1 and 1-2 are near, 0-2 are far apart; one far pair outweighs two near ones.
    a, b = np.array([0, 0, 1]), np.array([1, 2, 2])
    together = clusters(a, b, np.array([6.0, 5.0, 5.0]), 3, cut=0.0)
    apart = clusters(a, b, np.array([6.0, -15.0, 5.0]), 3, cut=0.0)
    assert len(set(together)) == 1
    assert apart[0] == apart[1] != apart[2]


def test_the_order_of_pairs_does_not_matter():
    pick = np.random.default_rng(4)
    a, b = np.triu_indices(12, 1)
    weight = pick.normal(0, 5, len(a))
    one = clusters(a, b, weight, 12, cut=0.0)
    turned = pick.permutation(len(a))
    assert np.array_equal(one, clusters(a[turned], b[turned], weight[turned], 12, cut=0.0))


def test_a_word_that_all_share_is_not_rare():
    words = pl.Series([["shop", f"w{i // 2}"] for i in range(2000)])
    few = rare(words)
    assert all(row == [f"w{i // 2}"] for i, row in enumerate(few.to_list()))
