"""touchstone train, drift and screen --model, from files."""

import json
import random
from datetime import date

import pytest
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.engine.scoring.from_files import train_files
from touchstone.errors import NotValid

RIGHTS = "brand,aliases,classes,reference_price,currency\nNike,耐克,25;18,800,CNY\nGucci,古驰,18;25,8000,CNY\n"


def touchstone(*arguments):
    """Run in this process, so that what takes long to load is loaded once."""
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Listings with labels of 300 days: words of the trade and low prices are mostly copies."""
    folder = tmp_path_factory.mktemp("train")
    pick = random.Random(4)
    lines = ["listing_id,title,price,currency,label,label_at"]
    for n in range(1200):
        fake = pick.random() < 0.4
        price = pick.uniform(60, 500) if fake and pick.random() < 0.8 else pick.uniform(400, 900)
        words = pick.choice(("复刻 ", "纯原 ", "")) if fake else pick.choice(("", "", "", "正品 "))
        day = f"2026-{1 + n // 120:02d}-{1 + n % 28:02d}"
        lines.append(f"l{n},{words}Nike 男鞋 {n},{price:.2f},CNY,{'counterfeit' if fake else 'genuine'},{day}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "rights.csv").write_text(RIGHTS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(folder):
    touchstone("train", folder / "labels.csv", "--rights", folder / "rights.csv", "--out", folder / "m.json")
    return folder / "m.json"


def test_one_command_makes_a_model_its_card_and_its_plot(model):
    card = model.with_name("m.json.card.md").read_text(encoding="utf-8")
    assert "## Labels" in card
    assert "no out-of-time test" not in card
    assert model.with_name("m.json.reliability.svg").read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(model.read_bytes())["about"]["evaluation"]["model"]["rows"] > 100


def screened(folder, name, *more) -> dict:
    rights, out = folder / "rights.csv", folder / f"{name}.jsonl"
    touchstone("screen", folder / "labels.csv", "--rights", rights, "--out", out, "-q", *more)
    return json.loads(out.read_text(encoding="utf-8").splitlines()[0])


def test_the_model_screens_and_its_digest_is_in_the_version(folder, model):
    plain = screened(folder, "plain")
    learnt = screened(folder, "learnt", "--model", model, "--costs", "missed=500,wrong=9000,minute=1")
    assert plain["engine_version"] != learnt["engine_version"]
    assert plain["rules_version"] != learnt["rules_version"]
    assert set(plain) == set(learnt)


def test_what_became_known_later_is_not_learnt(folder, tmp_path):
    told: list[str] = []
    labels, rights, out = (str(p) for p in (folder / "labels.csv", folder / "rights.csv", tmp_path / "n.json"))
    day = date(2026, 5, 1)
    model = train_files([labels], out, rights=rights, as_of=day, thresholds=(0.5, 0.95), notice=told.append)
    assert told[0].startswith("480 labels")
    assert model.about["labels"]["judge"]["days"][1] < "2026-05-01"


def test_drift_is_told_a_feature_a_line(folder, model):
    done = touchstone("drift", model, folder / "labels.csv", "--rights", folder / "rights.csv")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["index"] >= lines[-1]["index"]
    assert {"feature", "index", "state"} <= set(lines[0])


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("listing_id,title\nl1,Nike\n", "label"),
        ("listing_id,title,label\nl1,Nike,maybe\n", "counterfeit or genuine"),
        ("listing_id,title,label,label_at\nl1,Nike,genuine,soon\n", "label_at"),
        ("listing_id,title,label,weight\nl1,Nike,genuine,-1\n", "weight"),
        ("listing_id,title,label\nl1,Nike,genuine\n", "too few labels"),
    ],
)
def test_wrong_labels_are_one_sentence_and_leave_nothing(folder, tmp_path, content, wrong):
    bad = tmp_path / "bad.csv"
    bad.write_text(content, encoding="utf-8")
    with pytest.raises(NotValid, match=wrong):
        train_files(
            [str(bad)], str(tmp_path / "m.json"), rights=str(folder / "rights.csv"), as_of=None, thresholds=(0.5, 0.95)
        )
    assert list(tmp_path.iterdir()) == [bad]


def test_a_file_that_is_no_model_is_refused_and_nothing_is_written(folder, tmp_path):
    listings, rights = folder / "labels.csv", folder / "rights.csv"
    with pytest.raises(NotValid, match="not JSON"):
        touchstone("screen", listings, "--rights", rights, "--out", tmp_path / "o.csv", "--model", listings)
    assert list(tmp_path.iterdir()) == []
