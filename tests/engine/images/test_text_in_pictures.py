"""Text in pictures goes through the text engine, and only those are read that are worth it."""

import json

import numpy as np
import pytest
from engine_tables import listings_table
from PIL import Image
from tests.engine.images.drawn_banners import banner, latin
from tests.engine.images.drawn_pictures import patches

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.look import Eyes
from touchstone.engine.images.looking import Budget, Looking, queue
from touchstone.engine.images.ocr import MAX_PIECES, Ocr, TextCache, pieces


@pytest.fixture(scope="module")
def ocr():
    return Ocr()


def save(folder, name: str, pixels: np.ndarray) -> str:
    Image.fromarray(pixels).save(folder / name)
    return name


def looking(ocr, limit=None, folder=None) -> Looking:
    return Looking(ocr, TextCache(folder, ocr.name), Budget(limit))


def signals(row: dict) -> dict[str, str]:
    return {r["signal"]: r["value"] for r in row["reasons"]}


def test_a_plain_title_with_a_banner_for_copies_is_reviewed(screener, ocr, tmp_path):
    save(tmp_path, "a.png", banner("高仿 耐克\n支持一件代发"))
    table = listings_table("夏季透气运动鞋", images="a.png", price=500.0, currency="CNY")
    row = screener.screen(table, image_root=tmp_path, looking=looking(ocr)).to_pylist()[0]
    assert row["verdict"] == "review"
    assert row["brands"] == ["Nike"]
    assert signals(row)["image_words"] == "高仿"
    assert "高仿耐克" in signals(row)["image_text"]
    assert signals(row)["rule:picture-says-copy"] == "review"
    match = row["matches"][0]
    text = ocr.read(np.asarray(Image.open(tmp_path / "a.png")))
    assert (match["brand"], match["technique"]) == ("Nike", "image_text")
    assert text[match["start"] : match["end"]] == match["text"] == "耐克"


def test_latin_text_is_read_and_places_count_in_the_texts_of_all_pictures(screener, ocr, tmp_path):
    names = [save(tmp_path, "a.png", latin("summer sale")), save(tmp_path, "b.png", latin("Gucci bag"))]
    table = listings_table("shoulder bag", images=";".join(names))
    row = screener.screen(table, image_root=tmp_path, looking=looking(ocr)).to_pylist()[0]
    match = row["matches"][0]
    whole = "\n".join(ocr.read(np.asarray(Image.open(tmp_path / n))) for n in names)
    assert (match["brand"], whole[match["start"] : match["end"]]) == ("Gucci", match["text"])
    assert signals(row)["brand_in_image"] == "Gucci"
    assert row["verdict"] == "pass"


def test_a_picture_that_denies_copies_is_not_held_against_a_listing(screener, ocr, tmp_path):
    save(tmp_path, "a.png", banner("拒绝高仿\n耐克专柜正品"))
    table = listings_table("耐克跑鞋", images="a.png")
    row = screener.screen(table, image_root=tmp_path, looking=looking(ocr)).to_pylist()[0]
    assert row["verdict"] == "pass"
    assert "image_words" not in signals(row)


def test_a_blank_picture_has_no_text(ocr):
    assert ocr.read(np.full((300, 300, 3), 255, np.uint8)) == ""
    assert ocr.read(np.zeros((3, 500, 3), np.uint8)) == ""


def test_a_long_picture_is_read_in_pieces(ocr):
    tall = np.full((2400, 500, 3), 255, np.uint8)
    tall[1900:2200] = latin("Rolex", width=500, height=300)
    assert "Rolex" in ocr.read(tall)
    assert [p.shape for p in pieces(np.zeros((800, 800, 3), np.uint8))] == [(800, 800, 3)]
    cut = pieces(np.zeros((20_000, 500, 3), np.uint8))
    assert len(cut) == MAX_PIECES
    assert pieces(np.zeros((300, 3000, 3), np.uint8))[0].shape == (300, 450, 3)


def looked(tmp_path, *names: str):
    return Eyes(tmp_path).look(listings_table(*["x"] * len(names), images=list(names))["images"])


@pytest.fixture
def folder(tmp_path):
    for number in range(1, 6):
        save(tmp_path, f"{number}.png", patches(number, 60, 60))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return tmp_path


def test_the_queue_begins_where_a_look_can_change_most(folder):
    found = looked(folder, "1.png", "2.png", "3.png", "4.png", "broken.png")
    verdict, score = np.array([0, 0, 1, 2, 0]), np.array([0.1, 0.4, 0.6, 0.99, 0.4])
    assert queue(found, verdict, score, 0.5, None) == [1, 0, 2]


def test_first_pictures_and_shared_ones_come_first(folder):
    found = looked(folder, "1.png;2.png", "3.png", "3.png", "4.png")
    order = queue(found, np.zeros(4, int), np.array([0.2, 0.15, 0.15, 0.16]), 0.5, None)
    assert [found.name[at] for at in order] == ["3.png", "1.png", "4.png", "2.png"]


def test_a_picture_that_a_bank_knows_comes_last(folder):
    found = looked(folder, "1.png", "2.png")
    bank = Bank.of([_bank_table(found.view[0].words)])
    assert queue(found, np.zeros(2, int), np.array([0.3, 0.1]), 0.5, bank) == [1, 0]


def _bank_table(words):
    import pyarrow as pa

    return pa.table({"pdq": [words.astype(">u8").tobytes().hex()], "label": ["negative"]})


def test_no_more_is_read_than_the_budget_allows_and_the_best_is_read(screener, ocr, tmp_path):
    save(tmp_path, "a.png", latin("Gucci bag"))
    save(tmp_path, "b.png", latin("Rolex watch"))
    table = listings_table("jam", "Nike shoes", images=["a.png", "b.png"], price=450.0, currency="CNY")
    some = looking(ocr, limit=1)
    rows = screener.screen(table, image_root=tmp_path, looking=some).to_pylist()
    assert [bool(row["matches"] and row["matches"][-1]["technique"] == "image_text") for row in rows] == [False, True]
    assert (some.readings.spent, some.tally["unread"]) == (1, 1)


def test_a_budget_is_spent_evenly_over_the_tables_of_a_run():
    budget = Budget(10, share=0.25, spent=1)
    assert budget.left == 2
    assert Budget(None).left == float("inf")
    assert Budget(0).left == 0


def test_texts_are_kept_by_the_content_of_the_file_and_cost_nothing_again(screener, ocr, tmp_path):
    kept = tmp_path / "texts"
    save(tmp_path, "a.png", latin("Gucci bag"))
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    first, second = looking(ocr, 5, kept), looking(ocr, 0, kept)
    one = screener.screen(listings_table("x", images="a.png"), image_root=tmp_path, looking=first)
    two = screener.screen(listings_table("x", images="b.png"), image_root=tmp_path, looking=second)
    assert one.to_pylist() == two.to_pylist()
    assert one["brands"].to_pylist() == [["Gucci"]]
    assert (first.readings.spent, second.readings.spent) == (1, 0)


def test_a_broken_or_foreign_text_file_counts_as_none(tmp_path):
    cache = TextCache(tmp_path, "reader-1")
    cache.put("ab12", "one")
    assert TextCache(tmp_path, "reader-1").get("ab12") == "one"
    assert TextCache(tmp_path, "reader-2").get("ab12") is None
    path = tmp_path / "ab" / "ab12.json"
    for content in ("", "[]", "{", json.dumps({"reader": "reader-1", "text": 3}), json.dumps({"reader": "reader-1"})):
        path.write_text(content)
        assert TextCache(tmp_path, "reader-1").get("ab12") is None


def test_the_listings_beside_one_with_text_are_judged_as_before(screener, ocr, tmp_path):
    save(tmp_path, "a.png", latin("Gucci bag"))
    titles = ["Nike 高仿", "usb cable", "bag"]
    table = listings_table(*titles, images=[None, None, "a.png"])
    plain = screener.screen(table).to_pylist()
    read = screener.screen(table, image_root=tmp_path, looking=looking(ocr)).to_pylist()
    assert plain[:2] == read[:2]
    assert plain[2] != read[2]
