"""Made-up rings of any size as the tables that a network is made of."""

from __future__ import annotations

import hashlib
import random

import pyarrow as pa

from touchstone.engine.linkage.network import ROLES


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def a_ring(n: int, seed: int = 1) -> tuple[pa.Table, pa.Table]:
    """(members, shared) of a ring of n sellers: accounts of 25, phones of 8, devices of two, addresses across."""
    rnd = random.Random(seed)
    ids = [f"S{i:06d}" for i in range(n)]
    rows: list[tuple[str, str, float, list[str]]] = []
    for start in range(0, n, 25):
        group = ids[start : start + 25]
        rows.append(("payout_account", f"account {start}", 0.9, group))
        rows.append(("phone", f"phone {start}", 0.55, rnd.sample(group, min(8, len(group)))))
        rows += [("device", f"device {start} {i}", 0.5, rnd.sample(group, min(2, len(group)))) for i in range(6)]
    rows += [("ship_from_address", f"door {i}", 0.3, rnd.sample(ids, min(3, n))) for i in range(max(1, n // 20))]
    members = {
        "seller_id": ids,
        "role": [rnd.choices(ROLES, [2, 6, 84, 5, 3])[0] for _ in ids],
        "score": [round(rnd.uniform(0.6, 1), 3) for _ in ids],
    }
    kinds, digests, weights, sellers = zip(*rows, strict=True)
    shared = {"kind": kinds, "digest": [digest(d) for d in digests], "weight": weights, "sellers": sellers}
    return pa.table(members), pa.table({name: list(column) for name, column in shared.items()})


def shared(*rows: tuple[str, str, float, list[str]]) -> pa.Table:
    """A table of shared attributes from (kind, text, weight, sellers)."""
    columns = {"kind": [], "digest": [], "weight": [], "sellers": []}
    for kind, text, weight, sellers in rows:
        for name, value in zip(columns, (kind, digest(text), weight, sellers), strict=True):
            columns[name].append(value)
    schema = [
        ("kind", pa.string()),
        ("digest", pa.string()),
        ("weight", pa.float64()),
        ("sellers", pa.list_(pa.string())),
    ]
    return pa.table(columns, schema=pa.schema(schema))


def members(**roles: str) -> pa.Table:
    return pa.table({"seller_id": list(roles), "role": list(roles.values()), "score": [0.9] * len(roles)})
