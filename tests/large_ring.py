"""A ring of any size put straight into the database, as a search would have stored it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from tests.engine.linkage.ring_tables import a_ring

from touchstone.cases.models import Ring, RingAttribute, RingMember
from touchstone.market.models import Seller

PLACES = ("福建", "广东", "浙江", "江苏", "北京", "四川")


@transaction.atomic
def store_ring(n: int, now: datetime, ring_id: str = "R-LARGE", seed: int = 1) -> Ring:
    """n sellers and the ring that they form."""
    members, shared = a_ring(n, seed)
    rows = members.to_pylist()
    Seller.objects.bulk_create(
        [
            Seller(
                seller_id=row["seller_id"],
                shop_name=f"Shop {i:05d}",
                region=PLACES[i % len(PLACES)],
                opened_on=date(2023, 1, 1) + timedelta(days=i % 1200),
                changed_at=now,
            )
            for i, row in enumerate(rows)
        ],
        batch_size=500,
    )
    keys = dict(Seller.objects.values_list("seller_id", "pk"))
    ring = Ring.objects.create(ring_id=ring_id, found_at=now, changed_at=now, score=0.9, size=n)
    RingMember.objects.bulk_create(
        [RingMember(ring=ring, seller_id=keys[r["seller_id"]], role=r["role"], score=r["score"]) for r in rows],
        batch_size=500,
    )
    RingAttribute.objects.bulk_create([RingAttribute(ring=ring, **row) for row in shared.to_pylist()], batch_size=500)
    return ring
