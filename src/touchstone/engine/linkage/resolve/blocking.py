"""Which records are compared at all: those that share keys which few others share.

Single keys and pairs of keys are counted on the records themselves; every one under a budget of pairs is taken. So a
file of patients and a file of shops each get the keys that suit them, without anybody choosing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import duckdb
from splink import block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator

from touchstone.engine.linkage.resolve.fields import budget

# Pairs that one key may give, for each record; what all keys together may give.
PER_KEY, IN_ALL = 8.0, 60.0


def chosen_keys(
    connection: duckdb.DuckDBPyConnection, table: str, groups: Sequence[Sequence[str]], records: int
) -> list[tuple[str, ...]]:
    """Sets of columns of `table` to block on. `groups`: the keys of each field; a set takes from different fields.

    The cheapest come first; a set that holds a cheaper one is left out, as it finds nothing new.
    """
    singles = [(key,) for group in groups for key in group if not is_list(key)]
    pairs = [(a, b) for one, other in combinations(groups, 2) for a in one for b in other]
    pairs = [pair for pair in pairs if not any(map(is_list, pair))]
    taken: list[tuple[str, ...]] = []
    spent = 0.0
    for size in (singles, pairs):
        counted = sorted((pairs_sharing(connection, table, key), key) for key in size if not _holds(key, taken))
        for cost, key in counted:
            if 0 < cost <= budget(records, PER_KEY) and spent + cost <= budget(records, IN_ALL):
                taken.append(key)
                spent += cost
    # Rare words are few enough by themselves, see `fields.rare`.
    return taken + [(key,) for group in groups for key in group if is_list(key)]


def is_list(key: str) -> bool:
    """Is the key a list, of which two records must share an entry?"""
    return key.endswith("__rare")


def rule(key: Sequence[str]) -> BlockingRuleCreator:
    """The key as Splink takes it."""
    lists = [column for column in key if is_list(column)]
    return block_on(*key, arrays_to_explode=lists) if lists else block_on(*key)


def _holds(key: tuple[str, ...], taken: Sequence[tuple[str, ...]]) -> bool:
    return any(set(other) <= set(key) for other in taken)


def pairs_sharing(connection: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> float:
    """How many pairs of records share the key."""
    columns = ", ".join(f'"{column}"' for column in key)
    known = " and ".join(f'"{column}" is not null' for column in key)
    rows = connection.execute(
        f"select coalesce(sum(n * (n - 1) / 2), 0) from "  # noqa: S608 - names are made by `fields`
        f"(select count(*)::double as n from {table} where {known} group by {columns})"
    ).fetchall()
    return float(rows[0][0])
