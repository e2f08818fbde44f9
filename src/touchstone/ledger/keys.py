"""The key that signs checkpoints: where it is kept, how it is published, how it is rotated.

The private key lies in TOUCHSTONE_HOME/secrets/ledger_key (owner only), or in TOUCHSTONE_LEDGER_KEY, written as
`PRIVATE+KEY+name+id+base64(1 || seed)`. Its public half is `name+id+base64(1 || public key)` (C2SP signed-note). The
name is the log's origin: TOUCHSTONE_LEDGER_ORIGIN when the key is made, else touchstone.local/ and random digits.
"""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.errors import Conflict, NotValid
from touchstone.ledger.locking import lock_tree
from touchstone.ledger.models import LogKey
from touchstone.ledger.verifier import key_id
from touchstone.ledger.writing import Who, record

_PREFIX = "PRIVATE+KEY+"
_ED25519 = b"\x01"


@dataclass(frozen=True)
class Signer:
    """A private key and the origin it speaks for."""

    name: str
    private: Ed25519PrivateKey

    @property
    def material(self) -> bytes:
        return _ED25519 + self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id(self.name, self.material)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id}+{base64.b64encode(self.material).decode()}"

    def sign(self, text: str) -> str:
        """The signed note of a text that ends with a newline."""
        signature = bytes.fromhex(self.key_id) + self.private.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(signature).decode()}\n"

    def secret(self) -> str:
        seed = base64.b64encode(_ED25519 + self.private.private_bytes_raw()).decode()
        return f"{_PREFIX}{self.name}+{self.key_id}+{seed}"


def current(now: datetime) -> Signer:
    """The key of this log, made at first use and entered into the database.

    Raises Conflict if the database knows another key as the current one (a lost or foreign key file), NotValid if the
    key cannot be read.
    """
    signer = _load()
    active = LogKey.objects.filter(retired_at=None).first()
    if active and active.key_id != signer.key_id:
        signer = _finish_rotation(active)
    if not active:
        LogKey.objects.get_or_create(key_id=signer.key_id, defaults={"vkey": signer.vkey, "created_at": now})
    return signer


@transaction.atomic
def rotate(actor: Who, now: datetime, *, because: str, lost: bool = False) -> LogKey:
    """A new key for the same log. The old one endorses it with its last signature, unless it is `lost`.

    Records one event. The old private key is destroyed; checkpoints that it signed stay verifiable by its public half.
    """
    if os.environ.get("TOUCHSTONE_LEDGER_KEY"):
        raise Conflict(
            _("The ledger's key comes from TOUCHSTONE_LEDGER_KEY, so it cannot be rotated here."),
            remedy=_("Unset the variable, put the key into TOUCHSTONE_HOME/secrets/ledger_key and rotate there."),
        )
    lock_tree()
    old = LogKey.objects.filter(retired_at=None).first() if lost else _known(current(now))
    name = old.vkey.split("+")[0] if old else _load().name
    new = Signer(name, Ed25519PrivateKey.generate())
    statement = f"{name}/key\nnext {new.vkey}\n"
    endorsement = "" if lost else current(now).sign(statement)
    if old:
        old.retired_at = now
        old.save(update_fields=["retired_at"])
    key = LogKey.objects.create(key_id=new.key_id, vkey=new.vkey, created_at=now, endorsement=endorsement)
    record(
        actor,
        now,
        "ledger:key:rotated",
        subject=("ledger_key", new.key_id),
        refs=[("ledger_key", old.key_id)] if old else [],
        payload={"vkey": new.vkey, "because": because, "lost": lost, "endorsement": endorsement},
    )
    _write(_path(".next"), new.secret(), replace=True)
    transaction.on_commit(lambda: os.replace(_path(".next"), _path()))
    return key


def _known(signer: Signer) -> LogKey:
    return LogKey.objects.get(key_id=signer.key_id)


def _finish_rotation(active: LogKey) -> Signer:
    """After a crash between the commit of a rotation and the change of the key file, the next key lies ready."""
    if _path(".next").exists():
        signer = _parse(_path(".next").read_text())
        if signer.key_id == active.key_id:
            os.replace(_path(".next"), _path())
            return signer
    raise Conflict(
        _("The ledger's key file does not hold the key %(key)s, with which this ledger signs.")
        % {"key": active.key_id},
        remedy=_("Put back secrets/ledger_key from a backup, or run `touchstone ledger rotate-key --lost`."),
    )


def _load() -> Signer:
    if text := os.environ.get("TOUCHSTONE_LEDGER_KEY"):
        return _parse(text)
    if not _path().exists():
        name = os.environ.get("TOUCHSTONE_LEDGER_ORIGIN") or f"touchstone.local/{secrets.token_hex(4)}"
        if any(c.isspace() or c == "+" for c in name) or len(name) > 200:
            raise NotValid(_("An origin holds neither spaces nor plus signs."), place="TOUCHSTONE_LEDGER_ORIGIN")
        _write(_path(), Signer(name, Ed25519PrivateKey.generate()).secret())
    return _parse(_path().read_text())


def _parse(text: str) -> Signer:
    try:
        name, id, seed = text.strip().removeprefix(_PREFIX).split("+", 2)
        raw = base64.b64decode(seed, validate=True)
        signer = Signer(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if raw[:1] != _ED25519 or signer.key_id != id:
            raise ValueError
    except ValueError:
        raise NotValid(_("The ledger's private key cannot be read."), place="secrets/ledger_key") from None
    return signer


def _path(suffix: str = "") -> Path:
    return Path(settings.HOME) / "secrets" / f"ledger_key{suffix}"


def _write(path: Path, text: str, replace: bool = False) -> None:
    """Owner-only and whole or not at all. Of several processes that make the first key, one wins and all read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(descriptor)
    try:
        if replace:
            os.replace(draft, path)
        else:
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
