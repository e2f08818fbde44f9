"""Bundles: what is in them, that a stranger can check them, that no byte can be changed unseen."""

import base64
import hashlib
import io
import json
import string
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest

from touchstone.accounts.actor import Actor
from touchstone.errors import NotFound, NotValid
from touchstone.ledger import bundle, checkpoints, erasure, keys, verifier
from touchstone.ledger.models import Checkpoint, Event
from touchstone.ledger.signatures import verify_signature

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ROBOT = Actor.system("test")


@pytest.fixture
def archive(write, home):
    """A bundle about listing L-1 (three events, one of them erased) in a ledger that also holds other things."""
    write(2, subject=("listing", "L-2"))
    events = write(3)
    write(2, subject=("listing", "L-3"))
    erasure.erase_payload(ROBOT, NOON, event_id=events[1].uuid, because="retention")
    return bundle.export_bundle([("listing", "L-1")], now=NOON)


def check(archive, **kwargs):
    return verifier.check(archive, verify=verify_signature, **kwargs)


def sentences(archive, **kwargs):
    return [finding.sentence() for finding in check(archive, **kwargs).findings]


def repacked(archive, change):
    files = verifier.unpack(archive)
    change(files)
    return verifier.pack(files)


def test_a_bundle_holds_the_objects_events_and_nothing_of_others(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        manifest = json.loads(opened.read("manifest.json"))
        assert opened.read("verify.py") == bundle.script()
    assert [e["leaf_index"] for e in manifest["events"]] == [2, 3, 4, 7]
    assert manifest["events"][3]["type"] == "ledger:payload:erased"
    assert sorted(names) == sorted([*verifier.FIXED_FILES, *(e["file"] for e in manifest["events"])])
    assert b"L-2" not in archive
    for name, digest in manifest["files"].items():
        assert hashlib.sha256(verifier.unpack(archive)[name]).hexdigest() == digest


def test_a_whole_bundle_is_verified_and_says_what_was_erased(archive):
    report = check(archive, key=keys.current(NOON).vkey)
    assert report.verified
    assert (report.events, report.erased, report.size) == (4, 1, 8)


def test_the_script_alone_verifies_a_bundle(archive, tmp_path):
    """In a process without the product's packages (-I -S), in both languages."""
    (tmp_path / "verify.py").write_bytes(verifier.unpack(archive)["verify.py"])
    (tmp_path / "b.zip").write_bytes(archive)

    def run(*arguments):
        command = [sys.executable, "-I", "-S", "verify.py", "b.zip", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")

    done = run("--key", keys.current(NOON).vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VERIFIED: 4 events (1 with an erased payload)")
    assert "验证通过" in run("--lang", "zh").stdout
    (tmp_path / "b.zip").write_bytes(repacked(archive, lambda f: f.update({"README.txt": b"x"})))
    done = run()
    assert done.returncode == 1
    assert "README.txt" in done.stdout
    (tmp_path / "b.zip").write_bytes(b"PK")
    assert run().returncode == 2


def test_the_same_ledger_gives_the_same_bytes(archive):
    assert bundle.export_bundle([("listing", "L-1")], now=NOON) == archive


def test_no_byte_can_be_changed_unseen(archive):
    """Every byte of what the log wrote, every 97th of the two long texts. In an event's file, the sentence names it."""
    files = verifier.unpack(archive)
    spans = {name: archive.index(data, archive.index(name.encode())) for name, data in files.items()}
    events = {e["file"]: e for e in json.loads(files["manifest.json"])["events"]}
    texts = {at for name in ("verify.py", "README.txt") for at in range(spans[name], spans[name] + len(files[name]))}
    for at in range(len(archive)):
        if at in texts and at % 97:
            continue
        changed = bytearray(archive)
        changed[at] ^= 1
        try:
            found = sentences(bytes(changed))
        except verifier.RefusedError:
            continue
        assert found, f"byte {at} was changed unseen"
        for name, event in events.items():
            if spans[name] <= at < spans[name] + len(files[name]):
                assert any(s.startswith(name) and event["id"] in s for s in found), found


def test_bytes_before_or_behind_the_archive_are_seen(archive):
    for longer in (b"x" + archive, archive + b"x"):
        try:
            assert sentences(longer)
        except verifier.RefusedError:
            pass


def test_a_changed_event_is_named_even_if_manifest_and_digests_are_changed_with_it(archive):
    """Who rewrites the manifest cannot sign it; and without the log's key the envelope leads to another root."""

    def forge(files):
        name = "events/000000000002.json"
        event = json.loads(files[name])
        event["envelope"] = event["envelope"].replace("L-1", "L-9").replace("S-1", "L-1")
        files[name] = json.dumps(event).encode()
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()

    found = sentences(repacked(archive, forge))
    assert any("manifest.json: is not the manifest that the log signed" in s for s in found)
    event = Event.objects.get(leaf_index=2)
    assert any(
        s.startswith(
            f"events/000000000002.json (event 2, test:thing:happened, {event.uuid}): its envelope is not a leaf"
        )
        for s in found
    )


def test_a_changed_payload_is_named(archive):
    def forge(files):
        event = json.loads(files["events/000000000004.json"])
        event["payload"] = event["payload"].replace("假货", "真货")
        files["events/000000000004.json"] = json.dumps(event, ensure_ascii=False).encode()

    assert any(
        "000000000004.json (event 4" in s and "payload or salt" in s for s in sentences(repacked(archive, forge))
    )


def test_a_payload_cannot_pass_as_erased_while_its_salt_remains(archive):
    def forge(files):
        event = json.loads(files["events/000000000004.json"])
        event["payload"] = None
        files["events/000000000004.json"] = json.dumps(event).encode()

    assert any("payload or salt" in s for s in sentences(repacked(archive, forge)))


def test_a_left_out_event_is_named(archive):
    found = sentences(repacked(archive, lambda files: files.pop("events/000000000002.json")))
    event = Event.objects.get(leaf_index=2)
    assert any("000000000002" in s and str(event.uuid) in s and "missing from the archive" in s for s in found)


def test_an_added_file_is_named(archive):
    forge = {"events/000000000009.json": b"{}"}
    assert any(
        "000000000009" in s and "not listed" in s for s in sentences(repacked(archive, lambda f: f.update(forge)))
    )


def test_a_bundle_signed_by_another_log_is_refused_when_the_key_is_known(archive, tmp_path, settings):
    trusted = keys.current(NOON).vkey
    settings.HOME = tmp_path / "other"
    stranger = keys._load()

    def forge(files):
        files["key.txt"] = (stranger.vkey + "\n").encode()

    found = sentences(repacked(archive, forge), key=trusted)
    assert any(s.startswith("key.txt: holds key") for s in found)


def test_a_wanted_witness_must_have_signed(archive):
    witness = keys.Signer("witness.example/w", keys.Ed25519PrivateKey.generate())
    vkey = witness_key(witness)
    assert any("carries no signature by key witness.example/w" in s for s in sentences(archive, witnesses=[vkey]))
    size = check(archive).size
    checkpoints.add_cosignature(size=size, line=cosign(witness, size), witness_key=vkey)
    assert check(bundle.export_bundle([("listing", "L-1")], now=NOON), witnesses=[vkey]).verified


def witness_key(witness):
    material = b"\x04" + witness.material[1:]
    key_id = verifier.key_id(witness.name, material)
    return f"{witness.name}+{key_id}+{base64.b64encode(material).decode()}"


def cosign(witness, size, seconds=1_800_000_000):
    text = verifier.parse_note(Checkpoint.objects.get(size=size).note.encode()).text
    signed = witness.private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    raw = bytes.fromhex(witness_key(witness).split("+")[1]) + struct.pack(">Q", seconds) + signed
    return f"— {witness.name} {base64.b64encode(raw).decode()}\n"


def test_a_range_of_leaves_can_be_exported(archive):
    ranged = bundle.export_bundle(now=NOON, leaves=(1, 3))
    report = check(ranged)
    assert (report.verified, report.events) == (True, 3)


def test_asking_for_nothing_is_an_error(home):
    with pytest.raises(NotFound):
        bundle.export_bundle([("listing", "nobody")], now=NOON)
    with pytest.raises(NotValid):
        bundle.export_bundle([], now=NOON)


def test_an_export_leaves_its_own_event(write, home):
    write()
    archive = bundle.export(ROBOT, NOON, refs=[("listing", "L-1")])
    event = Event.objects.get(type="ledger:bundle:exported")
    assert json.loads(event.payload)["sha256"] == hashlib.sha256(archive).hexdigest()


# --- Bundles built to do harm -----------------------------------------------------------------------------------------


def zipped(entries, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as out:
        for name, data in entries:
            out.writestr(name, data)
    return buffer.getvalue()


def refusal(archive):
    with pytest.raises(verifier.RefusedError) as refused:
        verifier.check(archive, "b.zip")
    return refused.value.finding


def test_a_zip_bomb_is_refused_without_being_unpacked():
    bomb = zipped([("manifest.json", b"0" * 300_000_000)], zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    assert refusal(bomb).code == "compressed"
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "events/../key.txt", "events\\1", "a\x1b[2Jb"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    finding = refusal(zipped([(name, b"x")]))
    assert finding.code == "bad-name"
    assert "\x1b" not in finding.sentence()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused():
    assert refusal(zipped([("key.txt", b"a"), ("key.txt", b"b")])).code == "twice"


def test_an_archive_with_too_many_entries_is_refused_before_they_are_read():
    entries = zipped([("key.txt", b"a")])
    many = entries[:-12] + struct.pack("<HI", 60_001, 1000) + entries[-6:]
    assert refusal(many).code == "too-many"


def test_a_directory_that_points_outside_is_refused(archive):
    at = archive.rindex(b"PK\x01\x02")
    changed = bytearray(archive)
    changed[at + 42 : at + 46] = struct.pack("<I", len(archive) - 5)
    assert refusal(bytes(changed)).code in ("bounds", "not-zip")


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"\x00" * 100, b"hello" * 100])
def test_what_is_no_archive_is_refused(data):
    assert refusal(data).code == "not-zip"


def test_a_bundle_that_is_missing_a_part_is_refused(archive):
    finding = refusal(repacked(archive, lambda files: files.pop("checkpoint.note")))
    assert (finding.code, finding.file) == ("missing", "checkpoint.note")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[" * 100_000,
        b"{}",
        b'{"v":1,"v":1}',
        b'{"v":NaN}',
        b'{"v":' + b"9" * 10_000 + b"}",
        b"\xff\xfe",
        b'{"v":1,"origin":[],"size":1,"root":"","created_at":"","objects":[],"events":[],"files":{}}',
        b'{"v":true,"origin":"","size":1,"root":"","created_at":"","objects":[],"events":[],"files":{}}',
        b'{"v":1,"origin":"","size":1,"root":"","created_at":"","objects":[1],"events":[],"files":{}}',
        b'{"v":1,"origin":"","size":1,"root":"","created_at":"","objects":[],"events":[[]],"files":{}}',
        b'{"v":1,"origin":"","size":1,"root":"","created_at":"","objects":[],"events":[],"files":{"x":1}}',
    ],
)
def test_a_manifest_of_another_form_is_named(archive, manifest):
    found = sentences(repacked(archive, lambda files: files.update({"manifest.json": manifest})))
    assert any(s.startswith("manifest.json") for s in found)


@pytest.mark.parametrize(
    "event",
    [
        b"null",
        b"[" * 100_000,
        b'{"leaf_index":"2"}',
        b'{"leaf_index":2,"envelope":"{}","payload":1,"salt":null,"proof":[]}',
        b'{"leaf_index":2,"envelope":"\\ud800","payload":null,"salt":null,"proof":[]}',
        b'{"leaf_index":2,"envelope":"[]","payload":null,"salt":null,"proof":[1]}',
        b'{"leaf_index":-2,"envelope":"{}","payload":null,"salt":null,"proof":["zz"]}',
    ],
)
def test_an_event_of_another_form_is_named(archive, event):
    found = sentences(repacked(archive, lambda files: files.update({"events/000000000002.json": event})))
    assert any(s.startswith("events/000000000002.json (event 2, test:thing:happened") and "JSON" in s for s in found)


@pytest.mark.parametrize("note", [b"", b"\xff", b"a\n\n", b"a\n\n\xe2\x80\x94 x y\n", b"x" * 200_000, b"a\x1b\n\nb\n"])
def test_a_note_of_another_form_is_named(archive, note):
    found = sentences(repacked(archive, lambda files: files.update({"checkpoint.note": note})))
    assert any(s.startswith("checkpoint.note") for s in found)


def test_every_sentence_exists_in_both_languages():
    for english, chinese in verifier.SENTENCES.values():
        fields = {name for _, name, _, _ in string.Formatter().parse(english) if name}
        assert fields == {name for _, name, _, _ in string.Formatter().parse(chinese) if name}
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese)
