"""`touchstone screen` with picture files: folders, limits, texts that are kept."""

import json
import sys

import numpy as np
import pytest
from PIL import Image
from tests.engine.images.drawn_banners import latin
from tests.engine.images.drawn_pictures import patches

from touchstone import cli
from touchstone.engine.runners.pictures import parse_limit
from touchstone.errors import NotValid


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "rights.csv").write_text("brand,classes,reference_price,currency\nGucci,18,8000,CNY\n")
    pictures = tmp_path / "files" / "pictures"
    pictures.mkdir(parents=True)
    Image.fromarray(latin("GUCCI mirror quality")).save(pictures / "a.png")
    Image.fromarray(patches(2, 60, 60)).save(tmp_path / "outside.png")
    return tmp_path


@pytest.fixture
def screen(shop, monkeypatch, capsys):
    """Run the command in this process: `screen(rows, *options)` answers exit status, standard error and output rows."""

    def run(rows: str, *options: str) -> tuple[int, str, list[dict]]:
        (shop / "files" / "listings.csv").write_text(f"listing_id,title,images\n{rows}\n")
        out = shop / "out.jsonl"
        out.unlink(missing_ok=True)
        command = ["touchstone", "screen", str(shop / "files" / "listings.csv"), "--rights", str(shop / "rights.csv")]
        monkeypatch.setattr(sys, "argv", [*command, "--out", str(out), *options])
        with pytest.raises(SystemExit) as left:
            cli.main()
        lines = out.read_text().splitlines() if out.exists() else []
        return left.value.code or 0, capsys.readouterr().err, [json.loads(line) for line in lines]

    return run


def test_text_in_a_picture_puts_a_plain_listing_to_review_and_is_kept(shop, screen):
    status, _, rows = screen("1,shoulder bag,pictures/a.png", "--ocr-cache", str(shop / "texts"))
    assert (status, rows[0]["verdict"], rows[0]["brands"]) == (0, "review", ["Gucci"])
    assert {m["technique"] for m in rows[0]["matches"]} == {"image_text"}
    kept = list((shop / "texts").rglob("*.json"))
    assert len(kept) == 1
    _, _, same = screen("1,shoulder bag,pictures/a.png", "--ocr-cache", str(shop / "texts"), "--ocr", "none")
    assert same == rows
    _, _, plain = screen("1,shoulder bag,pictures/a.png", "--ocr", "none")
    assert (plain[0]["verdict"], plain[0]["matches"]) == ("pass", [])


def test_paths_out_of_the_folder_are_told_and_alike_whether_they_exist(shop, screen):
    status, told, rows = screen(
        "1,jam,../outside.png\n2,jam,../not-there.png\n3,jam,pictures/none.png", "--ocr", "none"
    )
    reasons = [[(r["value"], r["text"].split(":")[-1]) for r in row["reasons"]] for row in rows]
    assert reasons[0] == reasons[1] != []
    assert reasons[2] == []
    assert "2 picture paths lead out of" in told
    assert "1 picture not found" in told
    status, told, inside = screen("1,jam,outside.png", "--ocr", "none", "--image-root", str(shop))
    assert (status, inside[0]["reasons"]) == (0, [])
    assert "not found" not in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--image-root", "/nowhere-at-all"], "the folder of pictures does not exist"),
        (["--ocr", "many"], "--ocr is a number, all or none"),
        (["--vision", "ftp://x", "--vision-model", "m"], "no http or https address"),
        (["--vision", "http://x"], "needs the name of a model"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_no_output(screen, options, message):
    status, told, rows = screen("1,jam,pictures/a.png", *options)
    assert (status, rows) == (2, [])
    assert message in told
    assert len(told.strip().splitlines()) == 1


def test_a_folder_that_cannot_keep_texts_is_an_error(shop, screen):
    (shop / "texts").write_text("a file")
    status, told, rows = screen("1,jam,pictures/a.png", "--ocr-cache", str(shop / "texts"))
    assert (status, rows) == (2, [])
    assert "texts cannot be kept here" in told


def test_logos_of_the_rights_file_are_looked_for(shop, screen):
    rng = np.random.default_rng(3)
    mark = rng.integers(0, 2, (12, 16)).astype(np.uint8).repeat(20, 0).repeat(20, 1) * 255
    Image.fromarray(mark).save(shop / "mark.png")
    ground = patches(6, 700, 700)
    ground[200 : 200 + mark.shape[0], 150 : 150 + mark.shape[1]] = mark[..., None]
    Image.fromarray(ground).save(shop / "files" / "pictures" / "b.png")
    (shop / "rights.csv").write_text("brand,classes,logos\nKovar,25,mark.png;missing.png;../far.png\n")
    _, told, rows = screen("1,jacket,pictures/b.png", "--ocr", "none")
    assert [r["value"] for r in rows[0]["reasons"] if r["signal"] == "logo_brand"] == ["Kovar"]
    assert "The logo missing.png of Kovar is not used" in told
    assert "The logo ../far.png of Kovar is not used" in told


def test_limits_are_numbers_all_or_none():
    assert [parse_limit(t) for t in ("5", " all ", "NONE", "0")] == [5, None, 0, 0]
    for text in ("-1", "1.5", "", "²"):
        with pytest.raises(NotValid):
            parse_limit(text)
