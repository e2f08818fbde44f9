"""The suite `signals`: its peer is what it says, and seeds for tuning, learning and reporting never meet."""

import pyarrow as pa

from touchstone.bench import SUITES, signals


def test_no_seed_serves_two_purposes():
    seeds = [*signals.TUNED, *signals.LEARNT, *signals.REPORTED]
    assert len(set(seeds)) == len(seeds)
    assert "signals" in SUITES


def test_the_peer_finds_plain_words_and_no_others():
    rights = pa.table({"brand": ["Nike"], "aliases": ["耐克"]})
    titles = ["耐克 复刻 男鞋", "复刻 男鞋", "N1KE 男鞋", "Nike shoes"]
    verdict, _score = signals.keywords(rights, pa.table({"title": titles}))
    assert verdict.tolist() == ["block", "review", "pass", "pass"]


def test_reading_reviews_beats_a_list_of_words_on_every_part():
    for figure in signals._reviews():
        assert figure["value"] > figure["peer_value"]
