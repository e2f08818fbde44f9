"""Which listings need a closer look? The others name no brand and say nothing else that a rule or a weight could use.

Most of a catalogue is of this kind. They get the base score at once; the rest is measured in full. The gate only ever
lets too many through, and a rule that could fire on a listing it holds back switches it off (`holds_for`).
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.arrays import series
from touchstone.engine.behaviour.claims import cued
from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.rules.expressions import uses
from touchstone.engine.rules.ruleset import Rule
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.match import Matcher

# What a listing that is held back certainly has. Signals that are not listed here may have any value.
NEUTRAL: dict[str, object] = {
    "brand": "",
    "brand_count": 0,
    "brand_in_title": False,
    "brand_claimed": False,
    "brand_in_description": False,
    "brand_in_image": False,
    "brand_nominative": False,
    "luxury_count": 0,
    "narrow": False,
    "seller_status": "unknown",
    "seller_confirmed_fakes": 0,
    "price_ratio": None,
    "price_percent": None,
    "replica_strong": 0,
    "replica_medium": 0,
    "review_fakes": 0,
    "review_denials": 0,
    "review_words": "",
    "fake_claims_30d": 0,
    "fake_claim_rate": 0.0,
    "brand_added": False,
    "images_refused": 0,
    "image_note": None,
    "images_moving": 0,
    "image_text": None,
    "image_brand": "",
    "image_replica_strong": 0,
    "image_replica_medium": 0,
    "image_words": "",
    "logo_brand": None,
    "logo_inliers": 0,
    "logo_place": None,
    "vision_copy": None,
    "bank_label": None,
    "bank_brand": None,
    "bank_distance": None,
    "genuine_label": None,
    "genuine_distance": None,
    "disguised": 0,
    "title_cut": False,
}
FREE = frozenset(SIGNALS) - frozenset(NEUTRAL)
# From this share of orders sent back a listing is looked at.
_REFUNDS = 0.3


def holds_for(conditions: list[tuple[str, pl.Expr]]) -> bool:
    """True when none of the conditions, as text and compiled, can be true for a listing that is held back."""
    neutral = pl.DataFrame({name: pl.Series([NEUTRAL.get(name)], dtype=kind) for name, (kind, _) in SIGNALS.items()})
    for text, expression in conditions:
        free_in_null_test = uses(text, null_tests=True) & FREE
        if free_in_null_test or neutral.select(expression.alias("x")).item() is not False:
            return False
    return True


def rule_conditions(rules: tuple[Rule, ...]) -> list[tuple[str, pl.Expr]]:
    """The conditions of rules, as text and compiled."""
    return [(rule.condition, rule.when) for rule in rules]


class Gate:
    """Built once from a lexicon."""

    def __init__(self, lexicon: Lexicon, title_limit: int) -> None:
        telling = lexicon.is_name | lexicon.tagged("replica:strong", "replica:medium")
        self._matcher = Matcher([lexicon.literals[i] for i in np.flatnonzero(telling)])
        self._title_limit = title_limit

    def rows(self, listings: pa.Table, claimed: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """The rows to measure, in order. `claimed`: brand of the brand column, -1 for none. `seen`: rows whose title
        has a name in disguise."""
        open_ = claimed >= 0
        open_[seen] = True
        for name in ("title", "description"):
            open_[self._matcher.find(listings[name].combine_chunks()).row] = True
        open_ |= cued(listings["reviews"].combine_chunks()).to_numpy(zero_copy_only=False)
        for name in ("images", "pdq"):
            open_ |= _true(pc.not_equal(listings[name], ""))
        for name in ("fake_claims_30d", "fake_buyers_30d", "seller_confirmed_fakes"):
            open_ |= _true(pc.greater(listings[name], 0))
        sent_back = series(listings["refunds_30d"]) >= _REFUNDS * series(listings["orders_30d"])
        open_ |= sent_back.fill_null(False).to_numpy()
        open_ |= _true(pc.greater(pc.utf8_length(listings["title"]), self._title_limit))
        return np.flatnonzero(open_)


def _true(mask: pa.ChunkedArray) -> np.ndarray:
    return pc.fill_null(mask, False).to_numpy()
