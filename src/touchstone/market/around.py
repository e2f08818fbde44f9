"""What is known of many sellers at once, in bulk: identifiers, who shares them, facts, and their listings counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import Count
from django.db.models.functions import TruncMonth

from touchstone.market.models import Listing, Seller, SellerIdentifier

_AT_ONCE = 500
FACTS = ("seller_id", "shop_name", "legal_name", "licence_no", "region", "status", "opened_on", "closed_on")


def identifiers_of(seller_ids: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(seller_id, kind, digest) of every identifier of these sellers."""
    for ids in _chunks(seller_ids):
        rows = SellerIdentifier.objects.filter(seller__seller_id__in=ids)
        yield from rows.values_list("seller__seller_id", "kind", "digest")


def sharing(pairs: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, str, int, list[str]]]:
    """(kind, digest, how many sellers have it, who) of each (kind, digest). Who is empty where more than `most` have it."""
    by_kind: dict[str, set[str]] = {}
    for kind, digest in pairs:
        by_kind.setdefault(kind, set()).add(digest)
    for kind, digests in sorted(by_kind.items()):
        for some in _chunks(sorted(digests)):
            rows = SellerIdentifier.objects.filter(kind=kind, digest__in=some)
            counts = dict(rows.values_list("digest").annotate(Count("seller_id", distinct=True)).order_by())
            who: dict[str, list[str]] = {digest: [] for digest in counts}
            few = [digest for digest, n in counts.items() if n <= most]
            for digest, seller_id in rows.filter(digest__in=few).values_list("digest", "seller__seller_id"):
                who[digest].append(seller_id)
            yield from ((kind, digest, counts[digest], sorted(who[digest])) for digest in sorted(counts))


def facts_table(seller_ids: Iterable[str]) -> pa.Table:
    """FACTS of these sellers by id, as strings; dates are ISO 8601, empty where unknown."""
    rows = [row for ids in _chunks(seller_ids) for row in _sellers(ids).values_list(*FACTS)]
    columns: list[Any] = list(zip(*sorted(rows), strict=True)) if rows else [()] * len(FACTS)
    return pa.table(
        {
            n: pa.array(["" if v is None else str(v) for v in c], pa.string())
            for n, c in zip(FACTS, columns, strict=True)
        }
    )


def listings_by_month(seller_ids: Iterable[str]) -> dict[str, int]:
    """`2026-03` → how many listings of these sellers were created in that month."""
    found: Counter[str] = Counter()
    for ids in _chunks(seller_ids):
        rows = Listing.objects.filter(seller__seller_id__in=ids, created_at__isnull=False).order_by()
        counted = rows.annotate(month=TruncMonth("created_at")).values_list("month").annotate(Count("pk"))
        found.update({month.strftime("%Y-%m"): n for month, n in counted})
    return dict(sorted(found.items()))


def origins_of_listings(seller_ids: Iterable[str]) -> dict[str, int]:
    """Where these sellers' listings say that they ship from → how many listings."""
    found: Counter[str] = Counter()
    for ids in _chunks(seller_ids):
        rows = Listing.objects.filter(seller__seller_id__in=ids).exclude(ship_from="").order_by()
        found.update(dict(rows.values_list("ship_from").annotate(Count("pk"))))
    return dict(found)


def _sellers(ids: list[str]) -> Any:
    return Seller.objects.filter(seller_id__in=ids)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
