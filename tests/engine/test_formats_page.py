"""The page of formats names everything that a rule may use and a run may say."""

from pathlib import Path

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.schema import LISTING, OUTPUT

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")


def test_every_signal_and_column_is_documented():
    names = [*SIGNALS, *LISTING, *OUTPUT.names]
    assert [n for n in names if f"`{n}`" not in PAGE] == []
