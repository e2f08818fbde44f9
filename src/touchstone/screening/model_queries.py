"""Reading learnt scores for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.scoring.drift import Moved, drift
from touchstone.engine.scoring.model import Model
from touchstone.errors import NotFound, NotValid
from touchstone.market import queries as market
from touchstone.screening.pictures import signals
from touchstone.screening.rows import rows_to_screen
from touchstone.screening.score_models import ScoreModel
from touchstone.screening.screeners import screener

# So many listings are enough to see a drift.
DRIFT_ROWS = 5_000


@dataclass(frozen=True)
class Row:
    model: ScoreModel
    state: str


def models(actor: Actor, now: datetime) -> list[Row]:
    """Every model with its state, the newest first. Raises Forbidden."""
    permit(actor, "model.view")
    found = ScoreModel.objects.defer("file").select_related("author", "approver").prefetch_related("periods")
    return [Row(model, model.state(now)) for model in found]


def model(actor: Actor, model_id: UUID) -> ScoreModel:
    """One model with its periods. Raises Forbidden, NotFound."""
    permit(actor, "model.view")
    found = ScoreModel.objects.select_related("author", "approver").prefetch_related("periods").filter(id=model_id)
    one = found.first()
    if one is None:
        raise NotFound(_("There is no such model."))
    return one


def loaded(kept: ScoreModel) -> Model | None:
    """The model itself; None where this engine can no longer use it."""
    try:
        return Model.parse(bytes(kept.file))
    except NotValid:
        return None


def drift_now(actor: Actor, now: datetime, learnt: Model) -> list[Moved]:
    """How far some of today's listings are from those that the model learnt from. Raises Forbidden."""
    permit(actor, "model.view")
    table = market.listings_table()
    step = max(table.num_rows // DRIFT_ROWS, 1)
    rows = rows_to_screen(table.take(list(range(0, table.num_rows, step))), now)
    return drift(learnt, signals(screener(now), rows)) if rows.num_rows else []
