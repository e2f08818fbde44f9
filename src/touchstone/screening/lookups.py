"""Look-ups in bulk for the rooms above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from touchstone.screening.models import Label, LabelKind, LabelSource, Verdict, VerdictKind

_AT_ONCE = 500


def suspected_of(
    seller_ids: Iterable[str], *, kinds: Sequence[str] = (VerdictKind.REVIEW, VerdictKind.BLOCK)
) -> list[Verdict]:
    """The current verdicts of these kinds on the sellers' listings (external ids), listing and seller with them."""
    return [
        verdict
        for ids in _chunks(seller_ids)
        for verdict in Verdict.objects.filter(current=True, verdict__in=kinds, listing__seller__seller_id__in=ids)
        .select_related("listing__seller")
        .order_by("-score", "id")
    ]


def verdicts_on(listing_ids: Iterable[str]) -> dict[str, Verdict]:
    """The current verdict of each listing (external id) that has one."""
    return {
        verdict.listing.listing_id: verdict
        for ids in _chunks(listing_ids)
        for verdict in Verdict.objects.filter(current=True, listing__listing_id__in=ids).select_related("listing")
    }


def label_counts() -> dict[str, dict[str, int]]:
    """How many labels came from each source, by label: {"outcome": {"counterfeit": 3, "genuine": 0}, ...}."""
    counted = dict(Counter(Label.objects.order_by().values_list("source", "label")))
    return {
        source: {label: counted.get((source, label), 0) for label in LabelKind.values} for source in LabelSource.values
    }


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
