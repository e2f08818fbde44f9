"""A learnt score follows the signals' directions, says why, and is safe to load."""

import json
import pickle

import numpy as np
import polars as pl
import pytest
from engine_tables import listings_table, rights_table
from hypothesis import given, settings
from hypothesis import strategies as st

from labelled_signals import drawn
from touchstone.engine.catalogue import DIRECTIONS, SIGNALS, VALUE_DIRECTIONS
from touchstone.engine.data import load
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.schema import OUTPUT
from touchstone.engine.scoring import drift, trees
from touchstone.engine.scoring.card import card
from touchstone.engine.scoring.evaluation import calibration_error, precision_recall, reliability
from touchstone.engine.scoring.features import features, matrix
from touchstone.engine.scoring.model import Model
from touchstone.engine.scoring.plot import reliability_svg
from touchstone.engine.scoring.training import Labelled, parts, train
from touchstone.engine.screen import Screener
from touchstone.errors import NotValid


@pytest.fixture(scope="module")
def model() -> Model:
    return train(drawn(), review=0.5, block=0.95)


def test_every_direction_is_of_a_signal_and_words_come_in_two_languages():
    told = load("scoring/data/features.yaml")
    for signal in (*DIRECTIONS, *VALUE_DIRECTIONS):
        assert signal in SIGNALS
        assert {"en", "zh"} == set(told.get(signal, {"en": "", "zh": ""}))
    assert set(DIRECTIONS.values()) <= {1, -1}


def test_the_same_labels_give_the_same_bytes(model):
    assert train(drawn(), review=0.5, block=0.95).to_bytes() == model.to_bytes()


def test_the_score_is_measured_on_later_labels_beside_the_scorecard(model):
    found = model.about["evaluation"]
    for name in ("brier", "calibration_error"):
        assert found["model"][name] < found["scorecard"][name]
    ends = [model.about["labels"][part]["days"] for part in ("learn", "calibrate", "judge")]
    assert ends[0][1] < ends[1][0] <= ends[1][1] < ends[2][0]


def test_labels_of_one_day_are_never_in_two_parts():
    found = parts(drawn())
    days = [set(part.day.tolist()) for part in found]
    assert not days[0] & days[1]
    assert not days[1] & days[2]


@given(
    st.integers(0, 1499),
    st.sampled_from([f.name for f in features() if f.name == f.signal and SIGNALS[f.signal][0] != pl.String]),
    st.floats(0.01, 50),
)
@settings(max_examples=150, deadline=None)
def test_a_signal_moves_the_score_in_its_direction_only(model, row, name, by):
    signals = drawn().signals[row]
    kind = SIGNALS[name][0]
    low = 0.0 if kind == pl.Boolean else float(signals[name][0] or 0)
    values = (low, 1.0 if kind == pl.Boolean else low + (np.ceil(by) if kind == pl.Int64 else by))
    before, after = (model.score(signals.with_columns(pl.lit(value).cast(kind).alias(name)))[0] for value in values)
    assert (after - before) * DIRECTIONS[name] >= 0


def test_reasons_have_the_form_of_the_scorecard_and_say_what_is_known(model):
    signals = drawn().signals.with_columns(
        pl.lit(0.05).alias("price_ratio"), pl.lit(5, dtype=pl.Int64).alias("price_percent")
    )
    _, frames = model.apply(signals)
    told = pl.concat(frames)
    assert told.columns == ["row", "order", "signal", "value", "weight", "text", "text_zh"]
    prices = told.filter(pl.col("signal") == "price_ratio")
    assert prices.height == signals.height
    assert (prices["weight"] > 0).all()
    assert prices["text"][0] == "The price is 5 % of what such goods of Nike cost."
    assert prices["text_zh"][0] == "价格仅为Nike同类正品的5%。"
    assert not told["text"].str.contains("{", literal=True).any()
    assert told.group_by("row").len()["len"].max() <= 8


def test_contributions_add_up_to_the_margin(model):
    values = matrix(drawn().signals[:50], model.names)
    whole = model._booster.predict(values, pred_contrib=True).sum(axis=1)
    assert np.allclose(whole, model._booster.predict(values, raw_score=True))


def test_a_screener_with_a_model_says_so_in_its_version(model):
    plain, learnt = Screener(rights_table()), Screener(rights_table(), model=model)
    assert plain.versions[0] != learnt.versions[0]
    assert plain.versions[1:] == learnt.versions[1:]
    table = learnt.screen(listings_table("Nike shoes", "复刻 Nike 男鞋", price=60.0, currency="CNY"))
    assert table.schema.equals(OUTPUT)
    assert all(r["text_zh"] for row in table.to_pylist() for r in row["reasons"])


def test_a_listing_that_says_nothing_has_one_score_whether_it_is_measured_or_not(model):
    measured = Ruleset.parse("rules: [{id: a, when: title_length > 100000, then: review, reason: long}]", name="dense")
    titles = ["home made jam", "陶瓷杯 四件套", "wooden spoon (12 colours)"]
    listings = listings_table(
        *titles, orders_30d=40, refunds_30d=2, seller_opened_on="2026-01-01", created_at="2026-02-01"
    )
    scores = [
        Screener(rights_table(), model=model, rules=r).screen(listings)["score"].to_pylist() for r in (None, measured)
    ]
    assert scores[0] == scores[1] == [model.base_score] * 3


def test_the_score_does_not_depend_on_the_batch(model):
    labelled = drawn()
    whole = model.apply(labelled.signals)[0]
    alone = np.concatenate([model.apply(labelled.signals[i])[0] for i in range(40)])
    assert (whole[:40] == alone).all()


def test_no_labels_of_one_kind_are_refused_with_the_part_that_lacks_them():
    labelled = drawn(300)
    with pytest.raises(NotValid, match="too few labels to learn: 0 copies"):
        train(Labelled(labelled.signals, np.zeros(300), labelled.day, labelled.weight), review=0.5, block=0.9)


def changed(model: Model, **values) -> bytes:
    return json.dumps({**json.loads(model.to_bytes()), **values}).encode()


@pytest.mark.parametrize(
    "break_it",
    [
        lambda m: b"",
        lambda m: b"[]",
        lambda m: pickle.dumps({"format": "touchstone-model/1"}),
        lambda m: changed(m, format="other"),
        lambda m: changed(m, features=[]),
        lambda m: changed(m, features=[{"name": "title_length", "direction": 1}]),
        lambda m: changed(m, features=[{"name": n, "direction": -DIRECTIONS.get(n, 1)} for n in m.names]),
        lambda m: changed(m, calibration=[[0, 0.9], [1, 0.1]]),
        lambda m: changed(m, calibration=[]),
        lambda m: changed(m, calibration="x"),
        lambda m: changed(m, trees="tree\nversion=v4"),
        lambda m: changed(m, trees=m.text.replace("left_child=", "left_child=99 ", 1)),
        lambda m: changed(m, trees=m.text.replace("num_leaves=6", "num_leaves=600", 1)),
        lambda m: changed(m, trees=m.text.replace("split_feature=", "split_feature=999 ", 1)),
        lambda m: changed(m, trees=m.text.replace("leaf_value=", "leaf_value=nan ", 1)),
        lambda m: changed(m, trees=m.text.replace("num_class=1", "num_class=2")),
        lambda m: changed(m, trees=None),
        lambda m: changed(m, about=3),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_before_it_is_used(model, break_it):
    with pytest.raises(NotValid):
        Model.parse(break_it(model))


def test_a_tree_that_leads_in_a_circle_is_refused(model):
    head, tree = model.text.split("\nTree=")[:2]
    left = next(line for line in tree.splitlines() if line.startswith("left_child="))
    numbers = left.partition("=")[2].split()
    place = next(i for i, x in enumerate(numbers) if int(x) > 0)
    numbers[place] = "0"
    bad = f"{head}\nTree={tree.replace(left, 'left_child=' + ' '.join(numbers))}\nend of trees\n"
    with pytest.raises(NotValid, match="children"):
        trees.check(bad, len(model.names))


def test_listings_like_those_learnt_from_have_not_drifted_and_others_have(model):
    learnt = parts(drawn())[0].signals
    assert {m.state for m in drift.drift(model, learnt)} == {"stable"}
    cheap = learnt.with_columns(pl.col("price_ratio") * 0.2)
    farthest = drift.drift(model, cheap)[0]
    assert (farthest.feature, farthest.state) == ("price_ratio", "drifted")


def test_a_perfect_score_has_no_calibration_error_and_a_bold_one_has():
    truth = np.repeat([0.0, 1.0], 50)
    ones = np.ones(100)
    assert calibration_error(reliability(truth, truth, ones)) == 0.0
    assert calibration_error(reliability(np.full(100, 0.9), truth, ones)) == pytest.approx(0.4)


def test_weights_count_in_precision():
    said, truth = np.array([True, True]), np.array([1.0, 0.0])
    assert precision_recall(said, truth, np.array([3.0, 1.0])) == {"precision": 0.75, "recall": 1.0}


def test_the_card_states_the_bias_of_its_labels_and_what_it_goes_by(model):
    text = card(model)
    assert "Labels come from listings that somebody looked at" in text
    assert "`price_ratio`" in text
    assert model.digest[:12] in text


def test_the_plot_is_drawn_without_script(model):
    svg = reliability_svg(model.about["evaluation"]["model"]["reliability"], title="<b>")
    assert svg.count("<circle") == len(model.about["evaluation"]["model"]["reliability"])
    assert "<script" not in svg
    assert "&lt;b&gt;" in svg
