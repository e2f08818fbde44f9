"""`touchstone train` and `touchstone drift`: learn a score, and see whether it still fits."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.errors import NotValid

if TYPE_CHECKING:
    from touchstone.engine.scoring.model import Model

_DAY = ["%Y-%m-%d"]


def train(
    out: Annotated[str, typer.Option(help="Where the model goes; its card and plot go beside it.", metavar="MODEL")],
    labels: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LABELS]...",
            help="Listings with the columns label (counterfeit, genuine), label_at and weight; or signals with them.",
        ),
    ] = None,
    rights: Annotated[
        str | None, typer.Option(help="The brands, to measure the listings by. Without it LABELS holds signals.")
    ] = None,
    market: Annotated[
        bool, typer.Option("--market", help="Learn from the decisions and outcomes in the database instead of files.")
    ] = False,
    as_of: Annotated[
        datetime | None, typer.Option(help="Know nothing of this day (UTC) and later.", formats=_DAY, metavar="DAY")
    ] = None,
    costs: Annotated[
        str | None,
        typer.Option(help="What mistakes cost, to measure at their thresholds: missed=500,wrong=200,minute=1."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
) -> None:
    """Learn a score from signals and what the listings proved to be, and measure it on the latest labels.

    Writes MODEL (JSON), MODEL.card.md and MODEL.reliability.svg. Use it with touchstone screen --model MODEL, or offer
    it for approval on the page of models.
    """
    from touchstone.engine.rules.ruleset import Ruleset
    from touchstone.engine.scoring.costs import Costs, thresholds

    if market == bool(labels):
        raise NotValid("give either files of labels or --market")
    rules = Ruleset.default()
    at = (rules.review_from, rules.block_from)
    if costs:
        found = thresholds(Costs.parse(costs))
        at = (found.review, found.block)
    notice = (lambda _text: None) if quiet else _say
    if market:
        model = _from_market(out, as_of, at)
    else:
        from touchstone.engine.scoring.from_files import train_files

        day = as_of.date() if as_of else None
        model = train_files(labels or [], out, rights=rights, as_of=day, thresholds=at, notice=notice)
    for name in ("model", "scorecard"):
        one = model.about["evaluation"][name]
        notice(
            f"{name}: average precision {one['average_precision']}, calibration error {one['calibration_error']}, "
            f"on {one['rows']:,} later labels."
        )
    notice(f"Model {model.digest[:12]} written. Read {out}.card.md before using it.")


def drift(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file that touchstone train made.")],
    listings: Annotated[list[str], typer.Argument(metavar="LISTINGS...", help="Listings of today.")],
    rights: Annotated[str, typer.Option(help="The brands to measure by.", metavar="RIGHTS")],
) -> None:
    """Compare today's listings with those that a model learnt from: the population stability of each feature.

    One JSON object a line, the farthest first. From 0.1 a feature has shifted, from 0.25 it has drifted.
    """
    from dataclasses import asdict

    import orjson

    from touchstone.engine.scoring.from_files import drift_of_files
    from touchstone.engine.scoring.model import Model

    for moved in drift_of_files(Model.read(model), listings, rights):
        sys.stdout.write(orjson.dumps(asdict(moved)).decode() + "\n")


def _from_market(out: str, as_of: datetime | None, at: tuple[float, float]) -> Model:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()
    from touchstone.engine.files.write import check_targets
    from touchstone.engine.scoring.from_files import write
    from touchstone.screening.learning import train_on_market

    check_targets([out, f"{out}.card.md", f"{out}.reliability.svg"], [])
    moment = as_of.replace(tzinfo=UTC) if as_of else datetime.now(UTC)
    model = train_on_market(moment, thresholds=at)
    write(model, out)
    return model


def _say(text: str) -> None:
    typer.echo(f"touchstone: {text}", err=True)
