"""Signed checkpoints, their keys and their witnesses."""

import base64
import os
import stat
import struct
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from touchstone.accounts.actor import Actor
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.ledger import checking, checkpoints, keys, merkle, queries, sequencer, verifier
from touchstone.ledger.models import Checkpoint, Cosignature, Event, LogKey
from touchstone.ledger.signatures import verify_signature
from touchstone.ledger.tiles import TileTree

pytestmark = pytest.mark.django_db
ENGINEER = Actor.system("engineer")


def test_a_checkpoint_is_a_signed_note_of_origin_size_and_root(write, home, now):
    write(5)
    sequencer.run_once(sign=True)
    checkpoint = queries.latest_checkpoint()
    note = verifier.parse_note(checkpoint.note.encode())
    origin, size, root = verifier.parse_checkpoint(note.text)
    assert (origin, size, root) == (checkpoint.origin, 5, TileTree().root(5))
    key = verifier.parse_key(LogKey.objects.get().vkey)
    assert key.name == origin
    assert verifier.signed_by(note, key, verifier.ed25519)
    assert verifier.signed_by(note, key, verify_signature)


def test_the_empty_tree_can_be_signed(home, now):
    checkpoint = checkpoints.publish(now)
    assert (checkpoint.size, checkpoint.root) == (0, merkle.EMPTY_ROOT.hex())


def test_consecutive_checkpoints_are_consistent(write, home, now):
    for count in (3, 4, 300):
        write(count)
        sequencer.run_once(sign=True)
    tree, last, first = TileTree(), *queries.checkpoints()[:2]
    proof = tree.consistency_proof(first.size, last.size)
    roots = bytes.fromhex(first.root), bytes.fromhex(last.root)
    assert merkle.verify_consistency(first.size, last.size, *roots, proof)


def test_the_example_of_the_witness_specification_parses():
    """The example note of C2SP tlog-cosignature."""
    text = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    note = verifier.parse_note(text.encode())
    assert verifier.parse_checkpoint(note.text)[:2] == ("example.com/behind-the-sofa", 20852163)
    assert note.signatures[0][0] == "example.com/behind-the-sofa"


# --- The key


def test_the_private_key_is_for_its_owner_only(home, now):
    keys.current(now)
    assert stat.S_IMODE(os.stat(home / "secrets" / "ledger_key").st_mode) == 0o600
    assert keys.current(now).vkey == LogKey.objects.get().vkey
    assert "PRIVATE" not in LogKey.objects.get().vkey


def test_the_origin_comes_from_the_environment(home, now, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_LEDGER_ORIGIN", "market.example/ledger")
    assert keys.current(now).name == "market.example/ledger"


def test_an_origin_that_no_note_can_carry_is_refused(home, now, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_LEDGER_ORIGIN", "market example")
    with pytest.raises(NotValid, match="spaces"):
        keys.current(now)


@pytest.mark.parametrize("text", ["", "nonsense", "PRIVATE+KEY+a+00000000+AAAA", "PRIVATE+KEY+a+b"])
def test_an_unreadable_key_is_named_and_not_shown(home, now, text):
    (home / "secrets").mkdir()
    (home / "secrets" / "ledger_key").write_text(text)
    with pytest.raises(NotValid) as refused:
        keys.current(now)
    assert refused.value.place == "secrets/ledger_key"


def test_a_foreign_key_file_signs_nothing(write, home, now):
    write()
    sequencer.run_once(sign=True)
    (home / "secrets" / "ledger_key").unlink()
    write()
    with pytest.raises(Conflict, match="does not hold the key"):
        sequencer.run_once(sign=True)
    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rotated_key_is_endorsed_by_the_old_one_and_old_checkpoints_stay_valid(write, home, now):
    write(2)
    sequencer.run_once(sign=True)
    old = keys.current(now)
    key = keys.rotate(ENGINEER, now, because="yearly")
    note = verifier.parse_note(key.endorsement.encode())
    assert verifier.signed_by(note, verifier.parse_key(old.vkey), verify_signature)
    assert key.vkey in note.text
    assert keys.current(now).key_id == key.key_id != old.key_id
    assert keys.current(now).name == old.name
    sequencer.run_once(sign=True)
    assert [c.key_id for c in queries.checkpoints()] == [key.key_id, old.key_id]
    assert list(checking.problems()) == []
    assert Event.objects.filter(type="ledger:key:rotated").count() == 1
    assert old.secret() not in (home / "secrets" / "ledger_key").read_text()


@pytest.mark.django_db(transaction=True)
def test_a_lost_key_is_replaced_without_endorsement(write, home, now):
    write()
    sequencer.run_once(sign=True)
    (home / "secrets" / "ledger_key").unlink()
    key = keys.rotate(ENGINEER, now, because="disk failure", lost=True)
    assert key.endorsement == ""
    sequencer.run_once(sign=True)
    assert queries.latest_checkpoint().key_id == key.key_id
    assert list(checking.problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_rotation_cut_off_before_the_key_file_changed_is_finished_later(write, home, now):
    key_file = home / "secrets" / "ledger_key"
    before = keys.current(now).secret()
    key = keys.rotate(ENGINEER, now, because="yearly")
    key_file.rename(home / "secrets" / "ledger_key.next")
    key_file.write_text(before)
    assert keys.current(now).key_id == key.key_id
    assert not (home / "secrets" / "ledger_key.next").exists()


def test_a_key_from_the_environment_is_not_rotated_here(home, now, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_LEDGER_KEY", keys.Signer("a.example", Ed25519PrivateKey.generate()).secret())
    assert keys.current(now).name == "a.example"
    assert not (home / "secrets").exists()
    with pytest.raises(Conflict, match="TOUCHSTONE_LEDGER_KEY"):
        keys.rotate(ENGINEER, now, because="yearly")


# --- Witnesses


WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
MATERIAL = b"\x04" + WITNESS.public_key().public_bytes_raw()
NAME = "witness.example/w1"
KEY_ID = verifier.key_id(NAME, MATERIAL)
VKEY = f"{NAME}+{KEY_ID}+{base64.b64encode(MATERIAL).decode()}"


def line_for(checkpoint, seconds=1_790_000_000):
    text = verifier.parse_note(checkpoint.note.encode()).text
    signed = WITNESS.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    raw = bytes.fromhex(KEY_ID) + struct.pack(">Q", seconds) + signed
    return f"— {NAME} {base64.b64encode(raw).decode()}"


@pytest.fixture
def checkpoint(write, home):
    write(2)
    sequencer.run_once(sign=True)
    return queries.latest_checkpoint()


def test_a_witness_line_is_stored_once_and_published(checkpoint):
    for _ in range(2):
        checkpoints.add_cosignature(size=2, line=line_for(checkpoint), witness_key=VKEY)
    stored = Cosignature.objects.get()
    assert stored.cosigned_at == datetime.fromtimestamp(1_790_000_000, UTC)
    note = verifier.parse_note(checkpoints.note_of(queries.latest_checkpoint()).encode())
    assert [name for name, _ in note.signatures] == [checkpoint.origin, NAME]
    assert verifier.signed_by(note, verifier.parse_key(VKEY), verifier.ed25519)


def test_a_witness_line_for_another_tree_is_refused(checkpoint, write):
    line = line_for(checkpoint)
    write()
    sequencer.run_once(sign=True)
    with pytest.raises(NotValid, match="not a cosignature of this checkpoint"):
        checkpoints.add_cosignature(size=3, line=line, witness_key=VKEY)


@pytest.mark.parametrize("line", ["", "x", "— a b", f"— {NAME} AAAA", "\udcff", "— a b\n\n— c d"])
def test_a_line_that_is_no_cosignature_is_refused(checkpoint, line):
    with pytest.raises(NotValid):
        checkpoints.add_cosignature(size=2, line=line, witness_key=VKEY)


def test_a_witness_time_that_is_no_time_is_refused(checkpoint):
    with pytest.raises(NotValid, match="time"):
        checkpoints.add_cosignature(size=2, line=line_for(checkpoint, 2**63 - 1), witness_key=VKEY)


def test_a_line_for_no_checkpoint_is_refused(checkpoint):
    with pytest.raises(NotFound):
        checkpoints.add_cosignature(size=7, line=line_for(checkpoint), witness_key=VKEY)


@pytest.mark.parametrize("vkey", ["", "a+b", "a+00000000+AAAA", LogKey.__name__, VKEY.replace(KEY_ID, "00000000")])
def test_a_witness_key_that_is_no_key_is_refused(checkpoint, vkey):
    with pytest.raises(NotValid):
        checkpoints.add_cosignature(size=2, line=line_for(checkpoint), witness_key=vkey)
