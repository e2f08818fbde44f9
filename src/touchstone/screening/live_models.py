"""The learnt score in force. Without one, the scorecard that comes with the product judges."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from touchstone.engine.scoring.model import Model
from touchstone.errors import NotValid
from touchstone.screening.live_rules import covering
from touchstone.screening.rule_models import RuleMode
from touchstone.screening.score_models import ScoreModel, ScorePeriod

log = logging.getLogger(__name__)


def live(now: datetime) -> Model | None:
    """The model that judges at `now`: the same object as long as nothing changes."""
    found = ScorePeriod.objects.filter(covering(now), mode=RuleMode.LIVE).values_list("model_id", flat=True).first()
    return None if found is None else _loaded(found)


def in_shadow(now: datetime) -> list[tuple[UUID, Model]]:
    """(period, model) of those that watch at `now`."""
    found = ScorePeriod.objects.filter(covering(now), mode=RuleMode.SHADOW).values_list("id", "model_id")
    loaded = [(period, _loaded(model)) for period, model in found]
    return [(period, model) for period, model in loaded if model is not None]


@lru_cache(maxsize=4)
def _loaded(model_id: UUID) -> Model | None:
    """One that an update has made unusable must not stop all screening: the scorecard takes its place."""
    kept = ScoreModel.objects.get(id=model_id)
    try:
        return Model.parse(bytes(kept.file))
    except NotValid as error:
        log.error("The model %s is in force and cannot be used: %s", kept.digest[:12], error)
        return None
