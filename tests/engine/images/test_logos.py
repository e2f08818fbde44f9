"""A rights holder's mark is found where it is, however it is turned, and nowhere else."""

import numpy as np
import pyarrow as pa
import pytest
from engine_tables import listings_table
from PIL import Image
from tests.engine.images.drawn_banners import crest, latin, stamped
from tests.engine.images.drawn_pictures import encoded, patches

from touchstone.engine.images.logos import Marks
from touchstone.engine.images.read import Refused
from touchstone.engine.screen import Screener


@pytest.fixture(scope="module")
def marks():
    files = {"crest.png": encoded("PNG", crest()), "word.png": encoded("PNG", latin("Zenitha"))}
    return Marks.read([("Kovar", "crest.png"), ("Zenitha", "word.png")], files.__getitem__, pytest.fail)


@pytest.mark.parametrize(
    ("share", "turn", "dark"), [(0.4, 0, False), (0.2, 25, False), (0.3, 140, True), (0.16, -10, False)]
)
def test_a_mark_is_found_at_its_place(marks, share, turn, dark):
    found = marks.find(stamped(patches(4, 800, 800), crest(), share=share, turn=turn, dark=dark))
    assert [mark.brand for mark in found] == ["Kovar"]
    left, top, right, bottom = found[0].place
    assert left < 0.55 < right
    assert top < 0.45 < bottom
    assert share * 0.6 < right - left < share * 1.8


def test_noise_and_compression_are_borne(marks):
    picture = stamped(patches(5, 800, 800), crest(), share=0.3, turn=5)
    noisy = picture + np.random.default_rng(1).normal(0, 15, picture.shape)
    raw = encoded("JPEG", noisy.clip(0, 255).astype(np.uint8), quality=60)
    import io

    assert [m.brand for m in marks.find(np.asarray(Image.open(io.BytesIO(raw))))] == ["Kovar"]


@pytest.mark.parametrize("seed", range(1, 7))
def test_nothing_is_found_where_nothing_is(marks, seed):
    assert marks.find(patches(seed, 600, 700, grid=20)) == ()


def test_other_words_are_not_taken_for_the_mark(marks):
    assert marks.find(latin("Kitchen lamp")) == ()
    assert marks.find(np.full((200, 200, 3), 255, np.uint8)) == ()


def test_a_plain_shape_is_not_looked_for_and_the_user_is_told():
    plain = np.full((200, 300, 3), 255, np.uint8)
    plain[80:120, 40:260] = 0
    told: list[str] = []
    files = {"plain.png": encoded("PNG", plain), "page.png": b"<html>"}

    def load(name: str) -> bytes:
        if name not in files:
            raise Refused("missing", "the file cannot be opened")
        return files[name]

    marks = Marks.read([("Bar", "plain.png"), ("Baz", "page.png"), ("Qux", "none.png")], load, told.append)
    assert len(marks) == 0
    assert marks.find(plain) == ()
    assert ["plain" in told[0], "web page" in told[1], "opened" in told[2]] == [True] * 3


def test_a_mark_that_the_title_does_not_name_is_a_reason_with_its_place(marks, tmp_path):
    Image.fromarray(stamped(patches(4, 600, 600), crest(), share=0.4, turn=0)).save(tmp_path / "a.png")
    screener = Screener(
        pa.table({"brand": ["Kovar"], "classes": ["25"], "reference_price": ["900"], "currency": ["CNY"]})
    )
    before = screener.versions[0]
    screener.use_marks(marks)
    assert screener.versions[0] != before
    row = screener.screen(listings_table("plain jacket", images="a.png"), image_root=tmp_path).to_pylist()[0]
    reason = next(r for r in row["reasons"] if r["signal"] == "logo_brand")
    assert (reason["value"], row["verdict"]) == ("Kovar", "pass")
    assert "a.png, x " in reason["text"]
    screener.use_marks(None)
    assert screener.screen(listings_table("plain jacket", images="a.png"), image_root=tmp_path)[
        "reasons"
    ].to_pylist() == [[]]
