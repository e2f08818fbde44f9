"""Evidence bundles: everything that the ledger holds about some objects, with all that a stranger needs to check it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.errors import NotFound, NotValid
from touchstone.ledger import checkpoints, keys, sequencer, verifier
from touchstone.ledger.models import Checkpoint, Event, EventRef
from touchstone.ledger.tiles import TileTree
from touchstone.ledger.writing import Ref, Who, record

MAX_EVENTS = 50_000
_CHUNK = 500

_README = """\
Touchstone evidence bundle / Touchstone 证据包

Log / 日志: {origin}
Objects / 对象: {objects}
Events / 事件: {events}
Checkpoint / 检查点: {size} events, root {root}
Made at / 制作时间: {created_at}

To check it / 验证方法:

    python3 verify.py THIS-BUNDLE.zip

The script needs Python 3.9 or later and nothing else. Take it from a source that you trust, and compare the public key
in key.txt with the one that the log publishes. `touchstone verify THIS-BUNDLE.zip` does the same check.

该脚本只需 Python 3.9 或更高版本。请从可信来源取得脚本，并将 key.txt 中的公钥与日志公布的公钥核对。

Each file in events/ holds one event: the envelope (the leaf of the Merkle tree), the payload and the salt that the
envelope commits to (null where the payload was erased by law or by an agreement), and the inclusion proof (RFC 9162).

events/ 中每个文件是一个事件：信封（Merkle 树的叶）、内容与盐值（依法或依协议删除的为 null）以及包含证明（RFC 9162）。
"""


def export(actor: Who, now: datetime, *, refs: Iterable[Ref] = (), leaves: tuple[int, int] | None = None) -> bytes:
    """`export_bundle`, and one event that says who took out which bytes. The caller has checked that they may."""
    refs = list(refs)
    archive = export_bundle(refs, now=now, leaves=leaves)
    with transaction.atomic():
        record(
            actor,
            now,
            "ledger:bundle:exported",
            subject=refs[0] if refs else ("ledger", f"{leaves[0]}-{leaves[1]}" if leaves else "all"),
            refs=refs[1:],
            payload={"sha256": hashlib.sha256(archive).hexdigest(), "bytes": len(archive)},
        )
    return archive


def export_bundle(refs: Iterable[Ref] = (), *, now: datetime, leaves: tuple[int, int] | None = None) -> bytes:
    """The zip archive of every event that names one of the (kind, id) pairs, or of the leaves first ... last.

    Sequences and signs what is committed first, so nothing is left out. Raises NotFound where there is no event,
    NotValid where there are more than a bundle holds.
    """
    named = list(dict.fromkeys((kind, str(id)) for kind, id in refs))
    if bool(named) == bool(leaves):
        raise NotValid(_("Ask for objects or for a range of leaves."), place="refs")
    sequencer.run_once()
    with transaction.atomic():
        checkpoint = checkpoints.publish(now)
    ids = _ids_of(named, checkpoint.size) if named else _ids_between(leaves or (0, 0), checkpoint.size)
    if not ids:
        raise NotFound(_("The ledger holds no event about this."))
    if len(ids) > MAX_EVENTS:
        raise NotValid(
            _("These are %(count)d events; a bundle holds %(max)d.") % {"count": len(ids), "max": MAX_EVENTS},
            remedy=_("Export ranges of leaves, one after the other."),
        )
    return _pack(named, _event_files(ids, checkpoint.size), checkpoint, now)


def script() -> bytes:
    """The stand-alone verifier as it lies in each bundle."""
    return Path(verifier.__file__).read_bytes()


def _ids_of(named: list[tuple[str, str]], size: int) -> list[int]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, object_id in named:
        by_kind[kind].append(object_id)
    found: set[int] = set()
    for kind, objects in by_kind.items():
        for start in range(0, len(objects), _CHUNK):
            refs = EventRef.objects.filter(kind=kind, object_id__in=objects[start : start + _CHUNK])
            found.update(refs.filter(event__leaf_index__lt=size).values_list("event_id", flat=True))
    return sorted(found)


def _ids_between(leaves: tuple[int, int], size: int) -> list[int]:
    events = Event.objects.filter(leaf_index__gte=leaves[0], leaf_index__lte=min(leaves[1], size - 1))
    return list(events.values_list("id", flat=True)[: MAX_EVENTS + 1])


def _event_files(ids: list[int], size: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """For each event its entry in the manifest and its file, by leaf index."""
    events: list[Event] = []
    for start in range(0, len(ids), _CHUNK):
        events += Event.objects.filter(id__in=ids[start : start + _CHUNK])
    events.sort(key=lambda event: event.leaf_index or 0)
    tree = TileTree()
    tree.preload(event.leaf_index or 0 for event in events)
    for event in events:
        index = event.leaf_index or 0
        listed = {
            "file": f"events/{index:012d}.json",
            "leaf_index": index,
            "id": str(event.uuid),
            "type": event.type,
        }
        content: dict[str, Any] = {
            "leaf_index": index,
            "envelope": event.envelope,
            "payload": event.payload,
            "salt": event.salt,
            "proof": [node.hex() for node in tree.inclusion_proof(index, size)],
        }
        yield listed, rfc8785.dumps(content)


def _pack(
    named: list[tuple[str, str]],
    events: Iterable[tuple[dict[str, Any], bytes]],
    checkpoint: Checkpoint,
    now: datetime,
) -> bytes:
    signer = keys.current(now)
    listed, files = [], {}
    for entry, data in events:
        listed.append(entry)
        files[entry["file"]] = data
    created_at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    facts: dict[str, Any] = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root,
        "created_at": created_at,
    }
    objects = ", ".join(f"{kind} {object_id}" for kind, object_id in named) or "-"
    files["README.txt"] = _README.format(**facts, objects=objects, events=len(listed)).encode()
    files["checkpoint.note"] = checkpoints.note_of(checkpoint).encode()
    files["key.txt"] = (signer.vkey + "\n").encode()
    files["verify.py"] = script()
    manifest = rfc8785.dumps(
        {
            "v": 1,
            **facts,
            "objects": [list(pair) for pair in named],
            "events": listed,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
    )
    files["manifest.json"] = manifest
    files["manifest.note"] = signer.sign(verifier.manifest_text(checkpoint.origin, manifest)).encode()
    _must_fit(files)
    return verifier.pack(files)


def _must_fit(files: dict[str, bytes]) -> None:
    total = sum(len(data) + 200 for data in files.values())
    if total > verifier.MAX_BUNDLE or any(len(data) > verifier.MAX_FILE for data in files.values()):
        raise NotValid(
            _("The bundle would have %(size)d bytes; at most %(max)d are allowed.")
            % {"size": total, "max": verifier.MAX_BUNDLE},
            remedy=_("Export ranges of leaves, one after the other."),
        )
