"""What the bank of images finds in listings that are there already goes before reviewers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from touchstone.accounts.actor import Actor
from touchstone.review.actions import enqueue
from touchstone.screening import actions as screening
from touchstone.screening import image_actions, image_queries, picture_queue
from touchstone.screening.image_models import ImageEntry
from touchstone.screening.queries import to_review

_SCREENING = Actor.system("screening")
_AT_ONCE = 5_000  # below the number of parameters that either database takes in a statement


def add_from_listing(
    actor: Actor, now: datetime, *, listing_id: str, position: int, kind: str, because: str, brand: str = ""
) -> ImageEntry:
    """See `image_actions.add_from_listing`; listings that show a copy that is confirmed at once are judged again."""
    entry = image_actions.add_from_listing(
        actor, now, listing_id=listing_id, position=position, kind=kind, because=because, brand=brand
    )
    judge_again(now, [entry])
    return entry


def confirm(actor: Actor, now: datetime, *, entry_ids: Collection[UUID]) -> tuple[list[ImageEntry], int]:
    """Confirm entries and judge the listings again that show a copy; the entries, and how many tasks that made.

    Errors are those of `image_actions.confirm`.
    """
    entries = image_actions.confirm(actor, now, entry_ids=entry_ids)
    return entries, judge_again(now, entries)


def judge_again(now: datetime, entries: Collection[ImageEntry]) -> int:
    """Screen the listings that show these copies, and put those that do not pass into the queue; how many are new."""
    return judge(now, image_queries.listings_showing(entries))


def judge(now: datetime, listing_ids: Sequence[str]) -> int:
    """Screen these listings again, and put those that do not pass into the queue; how many are new in it."""
    made = 0
    for low in range(0, len(listing_ids), _AT_ONCE):
        some = listing_ids[low : low + _AT_ONCE]
        screening.screen_market(_SCREENING, now, listing_ids=some)
        made += enqueue(_SCREENING, now, verdicts=to_review().filter(listing__listing_id__in=some))
    return made


def look_closer(now: datetime, *, most: int = picture_queue.READ_A_TURN) -> picture_queue.Turn:
    """A turn of the queue of pictures; the listings whose pictures said something new are judged again."""
    done = picture_queue.turn(now, most=most)
    judge(now, picture_queue.listings_showing(done.telling))
    return done
