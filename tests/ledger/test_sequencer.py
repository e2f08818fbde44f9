"""Committed events get their place in the tree: all, once, without gaps."""

from datetime import timedelta

import pytest
from django.db import transaction

from touchstone.errors import Conflict
from touchstone.ledger import checking, checkpoints, merkle, sequencer, waking
from touchstone.ledger.models import Checkpoint, Event, Tile
from touchstone.ledger.tiles import TileTree, tree_size

pytestmark = pytest.mark.django_db


def leaves():
    events = Event.objects.order_by("leaf_index")
    return [merkle.leaf_hash(e.envelope.encode()) for e in events]


def plain_root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return merkle.node_hash(plain_root(hashes[:k]), plain_root(hashes[k:]))


def test_events_are_numbered_in_order_without_gaps(write, home):
    events = write(5)
    assert sequencer.run_once(sign=True) == 5
    assert list(Event.objects.values_list("id", "leaf_index")) == [(e.id, n) for n, e in enumerate(events)]
    assert sequencer.run_once(sign=True) == 0


def test_batches_cut_where_they_like_give_the_same_tree(write, home):
    """Sizes around the edges of tiles: 256 and 65,536 are where a level begins."""
    for count, batch in ((1, 1), (254, 100), (1, 7), (1, 1), (300, 1000), (511, 64)):
        write(count)
        assert sequencer.run_once(batch, sign=True) == count
    hashes = leaves()
    tree = TileTree()
    for size in (1, 2, 255, 256, 257, 512, 557, 1068):
        assert tree.root(size) == plain_root(hashes[:size])
        proof = tree.inclusion_proof(size - 1, 1068)
        assert merkle.verify_inclusion(hashes[size - 1], size - 1, 1068, proof, tree.root(1068))
        consistency = tree.consistency_proof(size, 1068)
        assert merkle.verify_consistency(size, 1068, tree.root(size), tree.root(1068), consistency)
    assert list(checking.problems()) == []


def test_a_tree_of_three_levels_of_tiles(db):
    """70,000 leaves need tiles on three levels; proofs still read a handful of tiles."""
    hashes = [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]
    for start in range(0, 70_000, 9_999):
        TileTree().append(start, hashes[start : start + 9_999])
    assert set(Tile.objects.values_list("level", flat=True)) == {0, 1, 2}
    tree = TileTree()
    root = plain_root(hashes)
    assert tree.root(70_000) == root
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert merkle.verify_inclusion(hashes[index], index, 70_000, tree.inclusion_proof(index, 70_000), root)


def test_an_append_and_a_proof_read_few_tiles(write, home, django_assert_max_num_queries):
    TileTree().append(0, [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)])
    with django_assert_max_num_queries(6):
        TileTree().append(70_000, [b"\x00" * 32])
    with django_assert_max_num_queries(6):
        TileTree().inclusion_proof(40_000, 70_001)


def test_a_checkpoint_is_signed_when_the_tree_grew_and_only_then(write, home):
    sequencer.run_once(sign=True)
    assert not Checkpoint.objects.exists()
    write(3)
    sequencer.run_once(sign=True)
    sequencer.run_once(sign=True)
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [3]


def test_signing_waits_for_its_interval_and_for_growth(write, home, now):
    write()
    sequencer.run_once()
    assert not Checkpoint.objects.exists(), "appending does not sign by itself"
    checkpoints.publish_if_grown(now, every=timedelta(minutes=1))
    write()
    sequencer.run_once()
    for seconds, signed in ((59, 1), (60, 2), (600, 2)):
        checkpoints.publish_if_grown(now + timedelta(seconds=seconds), every=timedelta(minutes=1))
        assert Checkpoint.objects.count() == signed


def test_a_tree_that_lost_hashes_takes_no_more(write, home):
    write(3)
    sequencer.run_once(sign=True)
    tree = TileTree()
    with pytest.raises(Conflict, match="tile 0/0"):
        tree.append(2, [b"\x00" * 32])
    assert tree_size() == 3


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_leaves_nothing(write, home):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    write()
    assert sequencer.run_once(sign=True) == 1
    assert tree_size() == Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_a_waiting_sequencer(write):
    waking.wait(0)
    write()
    waking.wait(3600)  # returns at once, or this test never ends


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_survives_a_failure_and_tries_again(write, home):
    key = home / "secrets" / "ledger_key"
    key.parent.mkdir()
    key.write_text("nonsense")
    write()
    rounds = []

    def stopped():
        if len(rounds) == 1:
            assert not Checkpoint.objects.exists()
            key.unlink()  # the engineer repairs it
        rounds.append(1)
        return len(rounds) > 2

    sequencer.run_forever(interval=0, stopped=stopped)
    assert Checkpoint.objects.get().size == 1
