"""Screening the market or the rows of a caller, and learning what proved true."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

import pyarrow as pa
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.screen import Screener
from touchstone.errors import Conflict, NotValid
from touchstone.market import queries as market
from touchstone.market import shown
from touchstone.market.models import Listing
from touchstone.screening import figures, model_shadows, picture_queue, pictures, shadows
from touchstone.screening.image_hits import note_hits
from touchstone.screening.models import Label, LabelKind, LabelSource, Run
from touchstone.screening.prices import keep_prices
from touchstone.screening.row_actions import judge_rows, store_judged
from touchstone.screening.rows import rows_to_screen
from touchstone.screening.screeners import screener as screener_for
from touchstone.screening.storing import Screened, screen_changed, store


def screen_market(actor: Actor, now: datetime, *, listing_ids: Collection[str] | None = None) -> Run:
    """Screen all live listings, or those given by external id, and store what is new; the finished run.

    A verdict whose inputs and versions did not change stands and is not stored again. The engine works before the
    transaction begins, so others can write meanwhile. The caller enqueues `queries.to_review()`.
    Raises Forbidden, Conflict (another run stored verdicts on the same listings meanwhile).
    """
    permit(actor, "screening.run")
    began = time.monotonic()
    listings = market.listings_table(listing_ids)
    if listing_ids is None:
        keep_prices(listings)
    pictures.look_at(shown.pictures_table(listing_ids)["sha256"].to_pylist())
    table = rows_to_screen(listings, now)
    note_hits(now, table)  # before the screener looks, so that an image that floods is set aside for this run already
    screener = screener_for(now)
    found = screen_changed(screener, table)
    seen = model_shadows.compare(screener, table, found.new, now)
    try:
        with transaction.atomic():
            model_shadows.keep(seen)
            run = _finish(actor, now, began, screener, found)
            if listing_ids is None:
                figures.keep_figures(table, now)
            return run
    except IntegrityError as error:
        raise Conflict(
            _("Another run has stored verdicts on the same listings."), remedy=_("Start the run again.")
        ) from error


def screen_rows(actor: Actor, now: datetime, *, rows: pa.Table, store: bool) -> pa.Table:
    """Screen the rows of a caller; columns as `touchstone screen` takes and gives them.

    With `store`, the verdict on a listing that the market knows under the same title becomes its current one; one
    event. Raises Forbidden, NotValid (a column is missing or of a wrong type).
    """
    judged = judge_rows(actor, now, rows=rows)
    if store:
        everyone = range(rows.num_rows)
        store_judged([actor] * rows.num_rows, now, judged=judged, keep=everyone)
    return judged.verdicts


@transaction.atomic
def record_label(actor: Actor, now: datetime, *, listing: Listing, label: str, source: str, source_id: str) -> Label:
    """Note what a listing proved to be; the same label from the same source is noted once.

    The latest label of a listing counts. Counterfeits feed `seller_confirmed_fakes` of the next screening.
    """
    if label not in LabelKind.values or source not in LabelSource.values:
        raise NotValid(_("A label is counterfeit or genuine, from a decision or an outcome."), place="label")
    known, made = Label.objects.get_or_create(
        listing=listing, label=label, source=source, source_id=source_id, defaults={"at": now}
    )
    if made:
        ledger.record(
            actor,
            now,
            "screening:label:recorded",
            subject=("listing", listing.listing_id),
            refs=[("seller", listing.seller.seller_id), (source, source_id)],
            payload={"label": label},
        )
    return known


def _finish(actor: Actor, now: datetime, began: float, screener: Screener, found: Screened) -> Run:
    engine, rules, rights_version = screener.versions
    run = Run(
        id=uuid4(),
        started_at=now,
        finished_at=now,
        engine_version=engine,
        rules_version=rules,
        rights_version=rights_version,
        listings=len(found.lines),
        passed=found.counts["pass"],
        review=found.counts["review"],
        blocked=found.counts["block"],
        stored=len(found.new),
        digest=found.digest(screener.versions),
    )
    run.save(force_insert=True)
    store(found.new, market.listing_keys(found.new), rights_version, now, run.id)
    picture_queue.weigh(now, found.new)
    shadows.keep(found.shadow, now)
    run.finished_at = now + timedelta(seconds=time.monotonic() - began)
    run.save(update_fields=["finished_at"])
    counted = {name: getattr(run, name) for name in ("listings", "passed", "review", "blocked", "stored")}
    ledger.record(
        actor,
        now,
        "screening:run:finished",
        subject=("run", run.id),
        payload={
            **counted,
            "engine_version": engine,
            "rules_version": rules,
            "rights_version": rights_version,
            "digest": run.digest,
        },
    )
    return run
