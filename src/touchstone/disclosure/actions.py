"""Counting the seller index."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.disclosure.index import compute
from touchstone.disclosure.models import IndexRun, SellerIndex
from touchstone.law import packs
from touchstone.law.calendar import SHANGHAI, local_day
from touchstone.market import queries as market

_AT_ONCE = 1_000


def compute_index(actor: Actor, now: datetime) -> int:
    """Count all shops as of the beginning of today (Shanghai) and keep the figures; the number of shops.

    The counting is done before the transaction. The same figures again are not kept again. Raises Forbidden.
    """
    permit(actor, "index.compute")
    as_of = datetime.combine(local_day(now), time(), SHANGHAI)
    pack = packs.load("disclosure", local_day(now))
    table = compute(
        _dataset(market.orders_path()),
        _dataset(market.after_sales_path()),
        market.sellers_table(),
        as_of=as_of,
        pack=pack,
    )
    shops = _by_shop(table)
    digest = _digest(table)
    with transaction.atomic():
        latest = IndexRun.objects.select_for_update().first()
        if latest and latest.digest == digest:
            return latest.shops
        keys = market.seller_keys()
        known = {seller_id: metrics for seller_id, metrics in shops.items() if seller_id in keys}
        run = IndexRun.objects.create(
            id=uuid.uuid4(),
            as_of=as_of,
            shops=len(known),
            definition_version=pack.version,
            digest=digest,
            at=now,
        )
        _keep(run, {keys[seller_id]: metrics for seller_id, metrics in known.items()})
        ledger.record(
            actor,
            now,
            "disclosure:index:computed",
            subject=("run", run.id),
            payload={
                "shops": run.shops,
                "as_of": as_of.isoformat(),
                "definition": pack.version,
                "digest": digest,
            },
        )
    return run.shops


def _dataset(glob: str) -> ds.Dataset:
    pattern = Path(glob)
    return ds.dataset(sorted(str(file) for file in pattern.parent.glob(pattern.name)))


def _by_shop(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    shops: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        seller_id = row.pop("seller_id")
        row["window_start"], row["window_end"] = row["window_start"].isoformat(), row["window_end"].isoformat()
        row["reasons"] = json.loads(row["reasons"]) if row["reasons"] else {}
        shops[seller_id].append(row)
    return shops


def _digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _keep(run: IndexRun, shops: dict[int, list[dict[str, Any]]]) -> None:
    """Replace what is kept of every shop; a shop that is gone from the count keeps nothing."""
    SellerIndex.objects.all().delete()
    SellerIndex.objects.bulk_create(
        (
            SellerIndex(
                seller_id=key,
                run=run,
                computed_at=run.at,
                definition_version=run.definition_version,
                metrics=metrics,
            )
            for key, metrics in shops.items()
        ),
        batch_size=_AT_ONCE,
    )
