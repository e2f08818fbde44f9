#!/usr/bin/env python3
"""Check a Touchstone evidence bundle: python3 verify.py BUNDLE.zip [--key KEY] [--witness KEY]... [--lang en|zh]

Needs nothing but Python 3.9 or later. A copy of this file lies in every bundle; trust the copy that you got elsewhere,
and compare the key with the one that the log publishes. Exit status: 0 verified, 1 not verified, 2 not a readable
bundle.

What is checked: the archive is byte for byte the form that Touchstone writes; the manifest is signed by the log; every
file has the digest that the manifest gives; every event is a leaf of the tree under the signed checkpoint (RFC 9162);
every payload is the one that its event committed to. It is one file because it travels alone.
"""
# ruff: noqa: T201, E501

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

MAX_BUNDLE = 256 * 1024 * 1024
MAX_FILE = 16 * 1024 * 1024
MAX_FILES = 60_000
FIXED_FILES = ("README.txt", "checkpoint.note", "key.txt", "manifest.json", "manifest.note", "verify.py")
_EVENT_FILE = re.compile(r"events/[0-9]{12}\.json", re.ASCII)
_HEX64 = re.compile(r"[0-9a-f]{64}", re.ASCII)

# fmt: off
SENTENCES = {
    # Refusals: not a readable bundle.
    "unreadable": ("{file}: cannot be read ({why}).", "{file}：无法读取（{why}）。"),
    "too-big": ("{file}: is larger than the {max} bytes allowed.", "{file}：超过允许的 {max} 字节。"),
    "not-zip": ("{file}: is not a zip archive, or its directory is damaged ({why}).", "{file}：不是 zip 文件或目录已损坏（{why}）。"),
    "too-many": ("{file}: holds more than {max} files.", "{file}：包含的文件超过 {max} 个。"),
    "bad-name": ("{file}: this name has no place in a bundle.", "{file}：证据包中不应有此名称的文件。"),
    "twice": ("{file}: stands in the archive twice.", "{file}：在压缩包中出现两次。"),
    "compressed": ("{file}: is compressed or encrypted; a bundle's files are stored plainly.", "{file}：被压缩或加密；证据包的文件必须原样存放。"),
    "bounds": ("{file}: reaches outside the archive.", "{file}：超出压缩包范围。"),
    "missing": ("{file}: is missing from the archive.", "{file}：压缩包中缺少该文件。"),
    # Findings: read, but not verified.
    "container": ("{file}: byte {at} of the archive is not as Touchstone wrote it.", "{file}：压缩包第 {at} 字节与原始写入内容不符。"),
    "json": ("{file}{event}: is not valid JSON of the agreed form ({why}).", "{file}{event}：不是约定格式的有效 JSON（{why}）。"),
    "note": ("{file}: is not a signed note of the agreed form ({why}).", "{file}：不是约定格式的签名文本（{why}）。"),
    "key": ("{file}: is not a valid public key ({why}).", "{file}：不是有效的公钥（{why}）。"),
    "other-key": ("{file}: holds key {found}, not the key {wanted} that you trust.", "{file}：其中的密钥为 {found}，而不是您信任的密钥 {wanted}。"),
    "signature": ("{file}: the signature by key {key} does not match the text.", "{file}：密钥 {key} 的签名与内容不符。"),
    "unsigned": ("{file}: carries no signature by key {key}.", "{file}：没有密钥 {key} 的签名。"),
    "manifest-note": ("manifest.json: is not the manifest that the log signed.", "manifest.json：不是日志签署的清单。"),
    "manifest-head": ("manifest.json: names another log, size or root than checkpoint.note.", "manifest.json：所述日志、大小或根哈希与 checkpoint.note 不一致。"),
    "digest": ("{file}{event}: has SHA-256 {found}, but the signed manifest says {wanted}.", "{file}{event}：SHA-256 为 {found}，而签名清单记载为 {wanted}。"),
    "unlisted": ("{file}{event}: is not listed in the manifest.", "{file}{event}：未列入清单。"),
    "listed-missing": ("{file}{event}: is listed in the manifest but missing from the archive.", "{file}{event}：已列入清单，但压缩包中缺失。"),
    "index": ("{file}{event}: its leaf index does not agree with its name or the manifest.", "{file}{event}：叶序号与文件名或清单不一致。"),
    "identity": ("{file}{event}: its envelope is of another event than the manifest says.", "{file}{event}：信封所属事件与清单不一致。"),
    "inclusion": ("{file}{event}: its envelope is not a leaf of the signed tree; it or its proof was changed.", "{file}{event}：信封不是已签名树的叶；信封或其证明被改动。"),
    "payload": ("{file}{event}: its payload or salt is not the one that the event committed to.", "{file}{event}：内容或盐值与事件承诺不符。"),
    "object": ("{file}{event}: does not name an object that this bundle is about.", "{file}{event}：与本证据包所涉对象无关。"),
    "verified": (
        "VERIFIED: {events} events ({erased} with an erased payload) of log {origin}, size {size}, signed by key {key}.",
        "验证通过：日志 {origin}（大小 {size}，密钥 {key}）的 {events} 个事件，其中 {erased} 个的内容已依规删除。",
    ),
    "compare": (
        "Compare this key with the one that the log publishes: {vkey}",
        "请将此公钥与日志公布的公钥核对：{vkey}",
    ),
    "failed": ("NOT VERIFIED: {count} problems.", "验证未通过：{count} 个问题。"),
}
# fmt: on


class Finding(NamedTuple):
    """One thing that is wrong: `code` of SENTENCES, the file, the event as `(event 7, type, id)` or empty, other facts."""

    code: str
    file: str
    event: str = ""
    facts: dict[str, Any] = {}

    def sentence(self, language: str = "en") -> str:
        return say(self.code, language, file=self.file, event=self.event and " " + self.event, **self.facts)


class RefusedError(Exception):
    """The bundle cannot be read at all, or is built to do harm."""

    def __init__(self, code: str, file: str, **facts: Any) -> None:
        self.finding = Finding(code, file, "", facts)
        super().__init__(self.finding.sentence())


class FormError(ValueError):
    """A part does not have its agreed form."""


class Report(NamedTuple):
    findings: list[Finding]
    events: int
    erased: int
    origin: str
    size: int
    vkey: str

    @property
    def verified(self) -> bool:
        return not self.findings


def say(code: str, language: str, **facts: Any) -> str:
    """The sentence of this code. What comes out of a bundle may hold terminal commands: only printable text passes."""
    sentence = SENTENCES[code][1 if language.startswith("zh") else 0].format(**facts)
    return "".join(c if c.isprintable() else "?" for c in sentence)


# --- Ed25519 (RFC 8032, section 5.1): verification only, in extended coordinates ---------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    h, g, i, j = f - e, d + c, d - c, f + e
    return h * i % _P, g * j % _P, i * g % _P, h * j % _P


def _times(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _point(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """True if the 64-byte signature of the message is by the 32-byte public key."""
    if len(public_key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    owner, s = _point(public_key), int.from_bytes(signature[32:], "little")
    if owner is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    minus = (_P - owner[0], owner[1], owner[2], _P - owner[3])
    return _encoded(_add(_times(s, _BASE), _times(challenge, minus))) == signature[:32]


Signature = Callable[[bytes, bytes, bytes], bool]


# --- The Merkle tree (RFC 9162, section 2.1) ---------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2. `leaf` is the leaf's hash."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


# --- Signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -------------------------------------------------


class Key(NamedTuple):
    """A verifier key `name+id+base64(type || public key)`; type 1 signs notes, type 4 cosigns checkpoints."""

    name: str
    key_id: str
    type: int
    public: bytes
    text: str


class Note(NamedTuple):
    text: str
    signatures: list[tuple[str, bytes]]  # key name, 4-byte key id || signature


def parse_key(text: str) -> Key:
    """Raises FormError."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0] or any(c.isspace() for c in parts[0]):
        raise FormError("name+id+key expected")
    material = _base64(parts[2])
    if len(material) != 33 or material[0] not in (1, 4):
        raise FormError("not an Ed25519 key")
    key = Key(parts[0], key_id(parts[0], material), material[0], material[1:], text.strip())
    if key.key_id != parts[1]:
        raise FormError("the key id does not belong to the key")
    return key


def key_id(name: str, material: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]


def parse_note(data: bytes) -> Note:
    """Raises FormError."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormError("not UTF-8") from None
    if len(data) > 100_000 or any(c < " " and c != "\n" for c in whole):
        raise FormError("too long, or control characters")
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise FormError("no signature")
    return Note(text + "\n", [_signature_line(line) for line in lines[:-1].split("\n")])


def _signature_line(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1]:
        raise FormError("a malformed signature line")
    signature = _base64(parts[2])
    if len(signature) < 5:
        raise FormError("a signature that is too short")
    return parts[1], signature


def parse_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text. Raises FormError."""
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0] or lines[3]:
        raise FormError("origin, size and root expected")
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1], re.ASCII):
        raise FormError("the size is not a number")
    root = _base64(lines[2])
    if len(root) != 32:
        raise FormError("the root is not a SHA-256")
    return lines[0], int(lines[1]), root


def signed_by(note: Note, key: Key, verify: Signature) -> bool | None:
    """Whether the key signed the note; None if the note carries no signature by it."""
    wanted = bytes.fromhex(key.key_id)
    for name, signature in note.signatures:
        if name == key.name and signature[:4] == wanted:
            return _signature_holds(note.text, key, signature[4:], verify)
    return None


def _signature_holds(text: str, key: Key, signature: bytes, verify: Signature) -> bool:
    if key.type == 1:
        return verify(key.public, text.encode(), signature)
    if len(signature) != 72:
        return False
    time = struct.unpack(">Q", signature[:8])[0]
    return verify(key.public, f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:])


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise FormError("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise FormError("not base64 in its only form")
    return data


# --- The archive ---------------------------------------------------------------------------------------------------------


def pack(files: dict[str, bytes]) -> bytes:
    """The one zip archive of these files: sorted, stored, dated 1980-01-01. The same files always give the same bytes."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name in sorted(files):
        data, at = files[name], body.tell()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name), 0)
        body.write(b"PK\x03\x04" + common + name.encode("ascii") + data)
        more = struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, at)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 0x314) + common + more + name.encode("ascii"))
    head = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory.getvalue()), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + head


def unpack(archive: bytes, name: str = "bundle") -> dict[str, bytes]:
    """The files of the archive, without trusting a byte of it. Raises RefusedError."""
    if len(archive) > MAX_BUNDLE:
        raise RefusedError("too-big", name, max=MAX_BUNDLE)
    _check_directory_size(archive, name)
    try:
        entries = zipfile.ZipFile(io.BytesIO(archive)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
        raise RefusedError("not-zip", name, why=error) from None
    files: dict[str, bytes] = {}
    for entry in entries:
        files[_checked_name(entry, files)] = _stored(archive, entry)
    for wanted in FIXED_FILES:
        if wanted not in files:
            raise RefusedError("missing", wanted)
    return files


def _check_directory_size(archive: bytes, name: str) -> None:
    """Before the directory is read: it must end the archive, without a comment, without zip64, and be of modest size."""
    if len(archive) < 22 or archive[-22:-18] != b"PK\x05\x06" or archive[-42:-38] == b"PK\x06\x07":
        raise RefusedError("not-zip", name, why="no plain end of archive")
    count, size = struct.unpack("<HI", archive[-12:-6])
    if count > MAX_FILES or size > MAX_FILES * 128:
        raise RefusedError("too-many", name, max=MAX_FILES)


def _checked_name(entry: zipfile.ZipInfo, seen: dict[str, bytes]) -> str:
    if entry.filename not in FIXED_FILES and not _EVENT_FILE.fullmatch(entry.filename):
        raise RefusedError("bad-name", ascii(entry.filename[:200]))
    if entry.filename in seen:
        raise RefusedError("twice", entry.filename)
    return entry.filename


def _stored(archive: bytes, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 or entry.compress_size != entry.file_size:
        raise RefusedError("compressed", entry.filename)
    if entry.file_size > MAX_FILE:
        raise RefusedError("too-big", entry.filename, max=MAX_FILE)
    start = entry.header_offset + 30 + len(entry.filename)
    if entry.header_offset < 0 or start + entry.file_size > len(archive):
        raise RefusedError("bounds", entry.filename)
    return archive[start : start + entry.file_size]


def _container_findings(archive: bytes, files: dict[str, bytes]) -> list[Finding]:
    wanted = pack(files)
    if wanted == archive:
        return []
    shorter = min(len(wanted), len(archive))
    at = next((i for i in range(shorter) if wanted[i] != archive[i]), shorter)
    return [Finding("container", _file_at(files, at), "", {"at": at})]


def _file_at(files: dict[str, bytes], at: int) -> str:
    end = 0
    for name in sorted(files):
        end += 30 + len(name) + len(files[name])
        if at < end:
            return name
    for name in sorted(files):
        end += 46 + len(name)
        if at < end:
            return name
    return "bundle"


# --- What the files say ---------------------------------------------------------------------------------------------------


def parse_json(data: bytes) -> Any:
    """Strict JSON: UTF-8, no key twice, no floats, no NaN. Raises FormError."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in items}) != len(items):
            raise FormError("a key stands twice")
        return dict(items)

    def refuse(text: str) -> Any:
        raise FormError(f"{text[:20]} is not an integer")

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except FormError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormError(str(error)[:200] or "nested too deep") from None


def typed(value: Any, form: dict[str, Any]) -> dict[str, Any]:
    """The object, if it has exactly these keys and types (a type or a tuple of types; bool is no int). Raises FormError."""
    if not isinstance(value, dict) or set(value) != set(form):
        raise FormError("expected the keys " + ", ".join(sorted(form)))
    for key, kind in form.items():
        if not isinstance(value[key], kind) or isinstance(value[key], bool):
            raise FormError(f"{key} has the wrong type")
    return value


_MANIFEST = {
    "v": int, "origin": str, "size": int, "root": str, "created_at": str, "objects": list, "events": list, "files": dict,
}  # fmt: skip
_LISTED = {"file": str, "leaf_index": int, "id": str, "type": str}
_EVENT = {"leaf_index": int, "envelope": str, "payload": (str, type(None)), "salt": (str, type(None)), "proof": list}
_ENVELOPE = {
    "v": int, "id": str, "type": str, "time": str, "actor": dict, "subject": list, "refs": list, "payload_commitment": str,
}  # fmt: skip


def parse_manifest(data: bytes) -> dict[str, Any]:
    """Raises FormError."""
    manifest = typed(parse_json(data), _MANIFEST)
    for listed in manifest["events"]:
        typed(listed, _LISTED)
    if len({listed["file"] for listed in manifest["events"]}) != len(manifest["events"]):
        raise FormError("an event is listed twice")
    if not all(isinstance(v, str) and _HEX64.fullmatch(v) for v in manifest["files"].values()):
        raise FormError("files must map names to SHA-256")
    if not all(isinstance(o, list) and len(o) == 2 and all(isinstance(p, str) for p in o) for o in manifest["objects"]):
        raise FormError("objects must be pairs of kind and id")
    return manifest


def label(listed: dict[str, Any]) -> str:
    return "(event {leaf_index}, {type}, {id})".format(**listed)


def _event_findings(
    file: str, data: bytes, listed: dict[str, Any], objects: set[tuple[str, str]], size: int, root: bytes
) -> tuple[list[Finding], bool]:
    """What is wrong with one event's file, and whether its payload was erased."""
    name = label(listed)
    try:
        event = typed(parse_json(data), _EVENT)
        envelope = typed(parse_json(event["envelope"].encode("utf-8", "surrogatepass")), _ENVELOPE)
        proof = [_digest(p) for p in event["proof"]]
    except FormError as error:
        return [Finding("json", file, name, {"why": error})], False
    wrong = []
    if event["leaf_index"] != listed["leaf_index"] or file != f"events/{event['leaf_index']:012d}.json":
        wrong.append("index")
    if (envelope["id"], envelope["type"]) != (listed["id"], listed["type"]):
        wrong.append("identity")
    if not verify_inclusion(leaf_hash(event["envelope"].encode()), event["leaf_index"], size, proof, root):
        wrong.append("inclusion")
    if objects and not any(_pair(ref) in objects for ref in [envelope["subject"], *envelope["refs"]]):
        wrong.append("object")
    erased = event["payload"] is None and event["salt"] is None
    if not erased and not _payload_holds(event, envelope):
        wrong.append("payload")
    return [Finding(code, file, name) for code in wrong], erased


def _payload_holds(event: dict[str, Any], envelope: dict[str, Any]) -> bool:
    if event["payload"] is None or event["salt"] is None or not _HEX64.fullmatch(event["salt"]):
        return False
    body = bytes.fromhex(event["salt"]) + event["payload"].encode("utf-8", "surrogatepass")
    return bool(hashlib.sha256(body).hexdigest() == envelope["payload_commitment"])


def _pair(ref: Any) -> tuple[str, str]:
    whole = isinstance(ref, list) and len(ref) == 2 and all(isinstance(part, str) for part in ref)
    return (ref[0], ref[1]) if whole else ("", "")


def _digest(text: Any) -> bytes:
    if not isinstance(text, str) or not _HEX64.fullmatch(text):
        raise FormError("proof must be a list of SHA-256")
    return bytes.fromhex(text)


def _digest_findings(files: dict[str, bytes], manifest: dict[str, Any]) -> list[Finding]:
    names = {listed["file"]: label(listed) for listed in manifest["events"]}
    listed_files = dict(manifest["files"])
    found = []
    for file, data in sorted(files.items()):
        if file in ("manifest.json", "manifest.note"):
            continue
        digest, wanted = hashlib.sha256(data).hexdigest(), listed_files.pop(file, None)
        if wanted is None or (file.startswith("events/") and file not in names):
            found.append(Finding("unlisted", file, names.get(file, "")))
        elif digest != wanted:
            found.append(Finding("digest", file, names.get(file, ""), {"found": digest, "wanted": wanted}))
    missing = sorted({*listed_files, *names} - set(files))
    return found + [Finding("listed-missing", ascii(f), names.get(f, "")) for f in missing]


def _note_findings(file: str, note: Note, key: Key, verify: Signature) -> list[Finding]:
    held = signed_by(note, key, verify)
    if held is None:
        return [Finding("unsigned", file, "", {"key": f"{key.name}+{key.key_id}"})]
    return [] if held else [Finding("signature", file, "", {"key": f"{key.name}+{key.key_id}"})]


def check(
    archive: bytes, name: str = "bundle", key: str = "", witnesses: Sequence[str] = (), verify: Signature = ed25519
) -> Report:
    """Check a whole bundle. `key`: the log's published key, `witnesses`: keys that must have cosigned. Raises RefusedError."""
    files = unpack(archive, name)
    found = _container_findings(archive, files)
    parts: dict[str, Any] = {}
    readers = {
        "key.txt": ("key", lambda d: parse_key(d.decode("utf-8", "replace"))),
        "checkpoint.note": ("note", parse_note),
        "manifest.note": ("note", parse_note),
        "manifest.json": ("json", parse_manifest),
    }
    for file, (code, read) in readers.items():
        try:
            parts[file] = read(files[file])
        except FormError as error:
            found.append(Finding(code, file, "", {"why": error}))
    if len(parts) < len(readers):
        return Report(found, 0, 0, "", 0, "")
    return _check_parts(files, parts, found, key, witnesses, verify)


def _check_parts(
    files: dict[str, bytes],
    parts: dict[str, Any],
    found: list[Finding],
    key: str,
    witnesses: Sequence[str],
    verify: Signature,
) -> Report:
    own, checkpoint, manifest = parts["key.txt"], parts["checkpoint.note"], parts["manifest.json"]
    trusted = own
    if key and key.strip() != own.text:
        trusted = parse_key(key)
        found.append(Finding("other-key", "key.txt", "", {"found": own.key_id, "wanted": trusted.key_id}))
    found += _note_findings("checkpoint.note", checkpoint, trusted, verify)
    found += _note_findings("manifest.note", parts["manifest.note"], trusted, verify)
    for witness in witnesses:
        found += _note_findings("checkpoint.note", checkpoint, parse_key(witness), verify)
    try:
        origin, size, root = parse_checkpoint(checkpoint.text)
    except FormError as error:
        return Report([*found, Finding("note", "checkpoint.note", "", {"why": error})], 0, 0, "", 0, own.text)
    if parts["manifest.note"].text != manifest_text(origin, files["manifest.json"]):
        found.append(Finding("manifest-note", "manifest.json"))
    if (manifest["origin"], manifest["size"], manifest["root"]) != (origin, size, root.hex()) or origin != trusted.name:
        found.append(Finding("manifest-head", "manifest.json"))
    found += _digest_findings(files, manifest)
    erased, objects = 0, {_pair(pair) for pair in manifest["objects"]}
    for listed in manifest["events"]:
        if listed["file"] in files:
            wrong, gone = _event_findings(listed["file"], files[listed["file"]], listed, objects, size, root)
            found.extend(wrong)
            erased += gone
    return Report(found, len(manifest["events"]), erased, origin, size, own.text)


def manifest_text(origin: str, manifest: bytes) -> str:
    """What the log signs about a manifest. It cannot be taken for a checkpoint: its second line is no size."""
    return f"{origin}/bundle\nsha256 {hashlib.sha256(manifest).hexdigest()}\n"


# --- The command ---------------------------------------------------------------------------------------------------------


def read_bundle(path: str) -> bytes:
    """Raises RefusedError."""
    try:
        if os.path.getsize(path) > MAX_BUNDLE:
            raise RefusedError("too-big", path, max=MAX_BUNDLE)
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise RefusedError("unreadable", path, why=error.strerror) from None


def language_here() -> str:
    """zh where the terminal is set to Chinese, else en."""
    zh = any(os.environ.get(name, "").startswith("zh") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if zh else "en"


def summary(report: Report, language: str, key_given: bool) -> list[str]:
    """The sentences to print, the last one says whether the bundle is verified."""
    if report.findings:
        lines = [finding.sentence(language) for finding in report.findings]
        return [*lines, say("failed", language, count=len(lines))]
    facts = report._asdict()
    lines = [] if key_given else [say("compare", language, vkey=report.vkey)]
    return [*lines, say("verified", language, key=report.vkey.split("+")[1], **facts)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a Touchstone evidence bundle.")
    parser.add_argument("bundle")
    parser.add_argument("--key", default="", help="the log's public key, as it publishes it")
    parser.add_argument("--witness", action="append", default=[], help="a key that must have cosigned the checkpoint")
    parser.add_argument("--lang", choices=["en", "zh"], default=language_here())
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        report = check(read_bundle(asked.bundle), asked.bundle, asked.key, asked.witness)
    except RefusedError as refused:
        print(refused.finding.sentence(asked.lang), file=sys.stderr)
        return 2
    except FormError as wrong:
        print(f"--key / --witness: {wrong}", file=sys.stderr)
        return 2
    print("\n".join(summary(report, asked.lang, bool(asked.key))))
    return 0 if report.verified else 1


if __name__ == "__main__":
    sys.exit(main())
