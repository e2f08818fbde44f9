"""A ledger to test on."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor

ROBOT = Actor.system("test")
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, settings):
    """A TOUCHSTONE_HOME of this test's own, so that keys can be lost and rotated."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def write():
    """`write(3)` records three events about listing L-1 and seller S-1; keywords replace any part."""

    def some(
        count=1, *, type="test:thing:happened", subject=("listing", "L-1"), refs=(("seller", "S-1"),), payload=None
    ):
        with transaction.atomic():
            entries = [(subject, refs, payload or {"n": n, "说明": "假货"}) for n in range(count)]
            return ledger.record_many(ROBOT, NOON, type, entries=entries)

    return some
