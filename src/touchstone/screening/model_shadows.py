"""What models in shadow would have said of the listings that a run judged anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.screen import Screener
from touchstone.screening import pictures
from touchstone.screening.live_models import in_shadow
from touchstone.screening.score_models import ScorePeriod

Seen = dict[UUID, tuple[int, Counter[str]]]


def compare(screener: Screener, listings: pa.Table, judged: Mapping[str, Mapping[str, Any]], now: datetime) -> Seen:
    """For each model in shadow: of how many listings it would have changed which verdicts. judged: by listing id."""
    watching = in_shadow(now)
    if not watching or not judged:
        return {}
    rows = listings.filter(pc.is_in(listings["listing_id"], pa.array(list(judged), pa.string())))
    live, found = screener.model, {}
    try:
        for period, model in watching:
            screener.use_model(model)
            told = pictures.screen(screener, rows)
            pairs = zip(told["listing_id"].to_pylist(), told["verdict"].to_pylist(), strict=True)
            moves = Counter(f"{judged[i]['verdict']} to {v}" for i, v in pairs if judged[i]["verdict"] != v)
            found[period] = (rows.num_rows, moves)
    finally:
        screener.use_model(live)
    return found


def keep(seen: Seen) -> None:
    """Add to what the periods have counted. In the caller's transaction."""
    for period in ScorePeriod.objects.select_for_update().filter(id__in=seen):
        number, moves = seen[period.id]
        period.seen += number
        period.moves = dict(Counter(period.moves) + moves)
        period.save(update_fields=["seen", "moves"])
