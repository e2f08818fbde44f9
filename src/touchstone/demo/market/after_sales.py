"""Refunds, complaints and reviews: how often, why, when they close and how they end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchstone.demo.market import voices
from touchstone.demo.market.listings import Listing
from touchstone.demo.market.orders import DAY, Orders

KINDS = ("refund", "complaint", "review")
REFUND, COMPLAINT, REVIEW = range(3)
# what stands behind an order: honest goods, goods often doubted, fakes sold as real, fakes sold as copies
_HONEST, _DOUBTED, _DECEIVED, _OPEN = range(4)
_EXTRA_REFUND = np.array([0.0, 0.012, 0.06, 0.02])
_EXTRA_COMPLAINT = np.array([0.0, 0.002, 0.014, 0.003])
# share of each of voices.REASONS
_REASON_SHARES = np.array(
    [
        [0.235, 0.09, 0.46, 0.012, 0.155, 0.048],
        [0.22, 0.08, 0.44, 0.04, 0.17, 0.05],
        [0.27, 0.05, 0.28, 0.19, 0.16, 0.05],
        [0.34, 0.08, 0.34, 0.05, 0.14, 0.05],
    ]
)
_COMPLAINT_SHARES = np.array(
    [
        [0.3, 0.2, 0.02, 0.03, 0.3, 0.15],
        [0.25, 0.16, 0.02, 0.14, 0.28, 0.15],
        [0.17, 0.08, 0.01, 0.47, 0.2, 0.07],
        [0.3, 0.15, 0.02, 0.18, 0.25, 0.1],
    ]
)
# share of reviews that claim a fake, deny one, praise a copy
_CLAIMS = np.array([[0.004, 0.006, 0.0], [0.014, 0.03, 0.0], [0.085, 0.018, 0.02], [0.025, 0.008, 0.2]])
_CLAIM_NAMES = ("fake", "not_fake", "happy", "")
_REFUND_ENDS = ("refunded", "rejected", "withdrawn")
_COMPLAINT_ENDS = ("seller_at_fault", "seller_not_at_fault", "withdrawn")


@dataclass(frozen=True)
class AfterSales:
    """One entry an after-sale, in the order of opening. `order` is an index into the orders; times as there."""

    order: np.ndarray
    kind: np.ndarray
    reason: list[str | None]
    text: list[str]
    rating: list[int | None]
    opened: np.ndarray
    closed: np.ndarray
    outcome: list[str | None]


@dataclass(frozen=True)
class _Raised:
    """After-sales of one kind before their words; `code` is that of a reason or, for reviews, of a claim."""

    kind: int
    order: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    code: np.ndarray
    rating: np.ndarray
    outcome: np.ndarray


def draw(
    rng: np.random.Generator, rnd: random.Random, listings: Sequence[Listing], orders: Orders, end: int
) -> AfterSales:
    """All after-sales opened before `end` (seconds since 1970)."""
    background = np.array([_background(item) for item in listings])[orders.listing]
    quality = np.array([item.shop.quality for item in listings])[orders.listing]
    fitted = np.array([item.goods.shape in {"shoe", "shirt"} for item in listings])[orders.listing]
    raised = [
        _refunds(rng, orders, background, quality, fitted, end),
        _complaints(rng, orders, background, quality, end),
        _reviews(rng, orders, background, quality, end),
    ]
    return _in_order(rnd, listings, orders, raised)


def _background(item: Listing) -> int:
    if item.is_fake:
        return _OPEN if item.manner == "open" and item.price < 500 else _DECEIVED
    return _DOUBTED if item.use in {"parallel_import", "second_hand", "genuine"} else _HONEST


def _pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """For each row of `shares` (n x k, each row of sum 1 or less) an index; k where none was drawn."""
    return (rng.random(len(shares))[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)


def _refunds(
    rng: np.random.Generator, orders: Orders, background: np.ndarray, quality: np.ndarray, fitted: np.ndarray, end: int
) -> _Raised:
    share = 0.018 + 0.06 * (1 - quality) + 0.03 * fitted + _EXTRA_REFUND[background] + 0.5 * orders.missing
    at = np.flatnonzero(rng.random(len(share)) < share)
    received = orders.delivered[at] >= 0
    wait = (DAY * rng.gamma(1.3, 2.0, len(at))).astype(np.int64) + 900
    opened = np.where(received, orders.delivered[at], orders.paid[at] + DAY // 4) + wait
    reason = np.minimum(_pick(rng, _REASON_SHARES[background[at]]), len(voices.REASONS) - 1)
    reason = np.where(received, reason, np.where(rng.random(len(at)) < 0.6, 1, 2))
    closed = opened + (DAY * rng.gamma(1.5, 1.6, len(at))).astype(np.int64) + 3600
    refused = 0.06 + 0.14 * (1 - quality[at])
    draw_ = rng.random(len(at))
    outcome = np.where(draw_ < refused, 1, np.where(draw_ < refused + 0.06, 2, 0))
    return _before(_Raised(REFUND, at, opened, closed, reason, np.zeros(len(at), int), outcome), end)


def _complaints(
    rng: np.random.Generator, orders: Orders, background: np.ndarray, quality: np.ndarray, end: int
) -> _Raised:
    share = 0.001 + 0.007 * (1 - quality) + _EXTRA_COMPLAINT[background]
    at = np.flatnonzero(rng.random(len(share)) < share)
    start = np.where(orders.delivered[at] >= 0, orders.delivered[at], orders.paid[at] + 2 * DAY)
    opened = start + (DAY * rng.gamma(1.5, 3.0, len(at))).astype(np.int64) + 1800
    closed = opened + (DAY * rng.gamma(2.0, 2.5, len(at))).astype(np.int64) + 7200
    reason = np.minimum(_pick(rng, _COMPLAINT_SHARES[background[at]]), len(voices.REASONS) - 1)
    guilty = np.where(background[at] >= _DECEIVED, 0.62, 0.3)
    draw_ = rng.random(len(at))
    outcome = np.where(draw_ < guilty, 0, np.where(draw_ < guilty + 0.15, 2, 1))
    return _before(_Raised(COMPLAINT, at, opened, closed, reason, np.zeros(len(at), int), outcome), end)


def _reviews(
    rng: np.random.Generator, orders: Orders, background: np.ndarray, quality: np.ndarray, end: int
) -> _Raised:
    at = np.flatnonzero((orders.delivered >= 0) & (rng.random(len(quality)) < 0.13))
    opened = orders.delivered[at] + (DAY * rng.gamma(1.2, 3.5, len(at))).astype(np.int64) + 300
    claim = _pick(rng, _CLAIMS[background[at]])
    glad = 3.3 + 1.9 * quality[at] - 0.5 * (background[at] == _DECEIVED) + rng.normal(0, 0.9, len(at))
    rating = np.clip(np.round(glad), 1, 5).astype(int)
    rating = np.where(claim == 0, np.minimum(rating, rng.choice((1, 1, 1, 2, 3), len(at))), rating)
    rating = np.where((claim == 1) | (claim == 2), np.maximum(rating, rng.choice((4, 5, 5), len(at))), rating)
    never = np.full(len(at), -1)
    return _before(_Raised(REVIEW, at, opened, never, claim, rating, never), end)


def _before(raised: _Raised, end: int) -> _Raised:
    """Drop what would be opened after `end`; what would close after it is still open."""
    keep = raised.opened < end
    still_open = (raised.closed >= end) | (raised.closed < 0)
    closed, outcome = np.where(still_open, -1, raised.closed), np.where(still_open, -1, raised.outcome)
    return _Raised(
        raised.kind,
        raised.order[keep],
        raised.opened[keep],
        closed[keep],
        raised.code[keep],
        raised.rating[keep],
        outcome[keep],
    )


def _in_order(rnd: random.Random, listings: Sequence[Listing], orders: Orders, raised: Sequence[_Raised]) -> AfterSales:
    order = np.concatenate([r.order for r in raised])
    kind = np.concatenate([np.full(len(r.order), r.kind) for r in raised])
    opened, closed, code, rating, outcome = (
        np.concatenate([getattr(r, name) for r in raised]) for name in ("opened", "closed", "code", "rating", "outcome")
    )
    sequence = np.lexsort((kind, order, opened))
    order, kind, opened, closed = order[sequence], kind[sequence], opened[sequence], closed[sequence]
    speaks = [listings[i].shop.english for i in orders.listing[order].tolist()]
    rows = zip(
        kind.tolist(),
        code[sequence].tolist(),
        rating[sequence].tolist(),
        outcome[sequence].tolist(),
        speaks,
        strict=True,
    )
    written = [_words(rnd, *row) for row in rows]
    return AfterSales(
        order,
        kind,
        [w[0] for w in written],
        [w[1] for w in written],
        [w[2] for w in written],
        opened,
        closed,
        [w[3] for w in written],
    )


def _words(
    rnd: random.Random, kind: int, code: int, rating: int, outcome: int, english: bool
) -> tuple[str | None, str, int | None, str | None]:
    """Reason, text, rating and outcome of one after-sale."""
    english = english and rnd.random() < 0.85
    if kind == REVIEW:
        text = voices.review_text(rnd, rating, _CLAIM_NAMES[code], english)
        return None, "" if rnd.random() < 0.15 and code == len(_CLAIM_NAMES) - 1 else text, rating, None
    reason = voices.REASONS[code]
    ends = _COMPLAINT_ENDS if kind == COMPLAINT else _REFUND_ENDS
    return (
        reason,
        voices.reason_text(rnd, reason, english, kind == COMPLAINT),
        None,
        ends[outcome] if outcome >= 0 else None,
    )
