"""How good a score is, and whether it still meets the listings that it was made for."""

from __future__ import annotations

from typing import Any

import numpy as np

BINS = 10
# Population stability: the usual reading of the index.
SHIFTED, DRIFTED = 0.1, 0.25
_FLOOR = 1e-4


def reliability(score: np.ndarray, truth: np.ndarray, weight: np.ndarray, bins: int = BINS) -> list[dict[str, float]]:
    """Bins of about equal weight by score: {low, high, mean (of the scores), share (of copies), weight}."""
    if not len(score):
        return []
    order = np.argsort(score, kind="stable")
    place = (np.cumsum(weight[order]) - weight[order] / 2) / weight.sum()
    number = np.minimum((place * bins).astype(int), bins - 1)
    # Equal scores share a bin, so that a bin is a range of scores.
    _, first = np.unique(score[order], return_index=True)
    number = number[first][np.searchsorted(score[order][first], score[order])]
    found = []
    for one in np.unique(number):
        rows = order[number == one]
        w = weight[rows]
        mean, share = np.average(score[rows], weights=w), np.average(truth[rows], weights=w)
        low, high = score[rows].min(), score[rows].max()
        found.append({k: round(float(v), 6) for k, v in
                      (("low", low), ("high", high), ("mean", mean), ("share", share), ("weight", w.sum()))})  # fmt: skip
    return found


def calibration_error(bins: list[dict[str, float]]) -> float:
    """Expected calibration error: the mean distance of score and share over the bins, by weight."""
    total = sum(b["weight"] for b in bins)
    return sum(b["weight"] * abs(b["mean"] - b["share"]) for b in bins) / total if total else 0.0


def measured(score: np.ndarray, truth: np.ndarray, weight: np.ndarray, review: float, block: float) -> dict[str, Any]:
    """auc, average_precision, brier, calibration_error, and precision and recall at both thresholds."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    both = 0 < truth.sum() < len(truth)
    bins = reliability(score, truth, weight)
    return {
        "rows": len(score),
        "copies": int(truth.sum()),
        "auc": _rounded(roc_auc_score(truth, score, sample_weight=weight)) if both else None,
        "average_precision": _rounded(average_precision_score(truth, score, sample_weight=weight)) if both else None,
        "brier": _rounded(np.average((score - truth) ** 2, weights=weight)) if len(score) else None,
        "calibration_error": _rounded(calibration_error(bins)),
        "block": precision_recall(score >= block, truth, weight),
        "block_or_review": precision_recall(score >= min(review, block), truth, weight),
        "reliability": bins,
    }


def precision_recall(said: np.ndarray, truth: np.ndarray, weight: np.ndarray | None = None) -> dict[str, float | None]:
    """{precision, recall} of a mask; None where there is nothing to divide by."""
    w = np.ones(len(truth)) if weight is None else weight
    hit = float(w[said & (truth > 0)].sum())
    all_said, all_true = float(w[said].sum()), float(w[truth > 0].sum())
    return {
        "precision": _rounded(hit / all_said) if all_said else None,
        "recall": _rounded(hit / all_true) if all_true else None,
    }


def edges_of(values: np.ndarray) -> list[float]:
    """Up to nine cuts that part the known values into tenths; what a model keeps of the listings it learnt from."""
    known = values[np.isfinite(values)]
    if not len(known):
        return []
    return sorted({float(v) for v in np.quantile(known, np.linspace(0.1, 0.9, 9), method="nearest")})


def shares_of(values: np.ndarray, edges: list[float], weight: np.ndarray | None = None) -> list[float]:
    """The share of the values, by weight where one is given, in each part, the unknown ones last. Sums to 1."""
    known = np.isfinite(values)
    part = np.where(known, np.searchsorted(np.array(edges), np.where(known, values, 0.0), side="left"), len(edges) + 1)
    counts = np.bincount(part, weight, minlength=len(edges) + 2)
    return [round(float(x), 6) for x in counts / max(counts.sum(), 1e-9)]


def stability(before: list[float], now: list[float]) -> float:
    """Population stability index of two lists of shares of the same parts; 0 where nothing moved."""
    a, b = (np.maximum(np.array(x), _FLOOR) for x in (before, now))
    return float(((b - a) * np.log(b / a)).sum())


def _rounded(value: float) -> float:
    return round(float(value), 4)
