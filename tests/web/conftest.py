from __future__ import annotations

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    """A request leaves its language behind in the thread: each test begins and ends in English."""
    with translation.override("en"):
        yield
