"""A small market whose listings show pictures. A test file takes the fixtures: `home, bring = ...`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from touchstone.engine.images import pdq
from touchstone.engine.images.read import read
from touchstone.engine.images.search import hexed
from touchstone.market import actions as market
from touchstone.rights.models import Brand
from touchstone.screening.models import Verdict


@pytest.fixture(autouse=True)
def home(db, now, tmp_path, settings):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    Brand.objects.create(name="Nike", changed_at=now)


@pytest.fixture
def bring(actors, now, tmp_path):
    """`bring(**{"L-1": "a.png;b.png"})` imports listings that show the pictures of these files, drawing new ones."""

    def bring(title="running shoes", **images: str):
        for name in {name for cell in images.values() for name in cell.split(";")}:
            if name.endswith(".png") and not (tmp_path / name).exists():
                draw(tmp_path / name)
        rows = [f"{listing_id},{title},S-{n},{cell}" for n, (listing_id, cell) in enumerate(images.items())]
        path = tmp_path / f"listings-{len(rows)}-{hash(tuple(images))}.csv"
        path.write_text("\n".join(["listing_id,title,seller_id,images", *rows]), encoding="utf-8")
        market.import_file(actors["engineer"], now, kind="listings", path=path, image_root=tmp_path)

    return bring


def draw(path: Path) -> None:
    """A picture that its name determines."""
    coarse = np.random.default_rng(sum(map(ord, path.name))).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((256, 256), Image.Resampling.BICUBIC).save(path)


def hash_of(path: Path) -> str:
    return hexed(pdq.hashes(read(path).pixels).words[:1])[0]


def current(listing_id: str) -> Verdict:
    return Verdict.objects.get(listing__listing_id=listing_id, current=True)
