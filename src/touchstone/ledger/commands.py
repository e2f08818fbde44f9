"""`touchstone ledger ...` and `touchstone verify`. Django is set up only in the commands that need the database."""
# ruff: noqa: T201

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from touchstone.errors import BadInputFile, Conflict, NotValid
from touchstone.ledger import verifier

app = typer.Typer(
    help="The append-only record: sequence it, sign it, check it, take evidence out.", no_args_is_help=True
)


@dataclass(frozen=True)
class Operator:
    """Whoever has a shell on the server; what they do here is recorded under their system name."""

    kind: str
    id: str
    name: str
    organisation_id: UUID | None = None


def _operator() -> Operator:
    import getpass

    name = f"command line ({getpass.getuser()})"
    return Operator("system", name, name)


def _django() -> datetime:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()
    from django.db import connection

    if "ledger_event" not in connection.introspection.table_names():
        raise Conflict("The database has no ledger yet.", remedy="Run `python manage.py migrate` first.")
    return datetime.now(UTC)


@app.command()
def sequence(
    forever: Annotated[bool, typer.Option("--forever", help="Keep running, as `touchstone serve` does.")] = False,
    interval: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.05)] = 1.0,
) -> None:
    """Append all committed events to the tree and sign a checkpoint."""
    _django()
    from touchstone.ledger import sequencer

    if forever:
        sequencer.run_forever(interval)
    print(f"{sequencer.run_once(sign=True)} events appended.")


@app.command()
def checkpoint() -> None:
    """Sign the tree as it stands and print the checkpoint as a signed note."""
    now = _django()
    from touchstone.ledger import checkpoints

    print(checkpoints.note_of(checkpoints.publish(now)), end="")


@app.command()
def key() -> None:
    """Print the public keys of this ledger, the current one first."""
    now = _django()
    from touchstone.ledger import keys, queries

    keys.current(now)
    for known in queries.log_keys():
        print(known.vkey, f"retired {known.retired_at:%Y-%m-%d}" if known.retired_at else "current")


@app.command()
def rotate_key(
    because: Annotated[str, typer.Option(help="Why; it is recorded.")],
    lost: Annotated[bool, typer.Option("--lost", help="The old key is gone and cannot endorse the new one.")] = False,
) -> None:
    """Make a new signing key, endorsed by the old one."""
    now = _django()
    from touchstone.ledger import keys

    print(keys.rotate(_operator(), now, because=because, lost=lost).vkey)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The bundle to write (.zip).", metavar="OUT")],
    object: Annotated[
        list[str] | None,
        typer.Option(help="An object as kind:id, for example seller:S-1. May be repeated.", metavar="KIND:ID"),
    ] = None,
    first: Annotated[int | None, typer.Option("--from", help="The first leaf of a range.", min=0)] = None,
    last: Annotated[int | None, typer.Option("--to", help="The last leaf of a range.", min=0)] = None,
) -> None:
    """Write the evidence bundle of some objects, or of a range of leaves."""
    refs = [_ref(text) for text in object or []]
    if (first is None) != (last is None):
        raise NotValid("--from and --to belong together.", place="--from")
    leaves = None if first is None or last is None else (first, last)
    now = _django()
    from touchstone.ledger import bundle

    _write(out, bundle.export(_operator(), now, refs=refs, leaves=leaves))
    print(f"{out} written.")


@app.command()
def proof(
    leaf: Annotated[int | None, typer.Option(help="Prove that this leaf is in the tree.", min=0)] = None,
    size: Annotated[
        int | None, typer.Option(help="The tree's size; the latest checkpoint's if left out.", min=1)
    ] = None,
    first: Annotated[int | None, typer.Option("--from", help="The smaller of two tree sizes.", min=0)] = None,
    second: Annotated[int | None, typer.Option("--to", help="The larger; the latest checkpoint's if left out.")] = None,
) -> None:
    """Print an inclusion proof (--leaf) or a consistency proof (--from) as JSON."""
    if (leaf is None) == (first is None):
        raise NotValid("Give --leaf for an inclusion proof or --from for a consistency proof.", place="--leaf")
    _django()
    from touchstone.ledger import queries
    from touchstone.ledger.tiles import TileTree, tree_size

    end = (size if leaf is not None else second) or queries.covered_size()
    start = leaf if leaf is not None else first or 0
    if end > tree_size() or start > end or leaf == end:
        raise NotValid(f"The tree has {tree_size()} leaves.", place="--leaf" if leaf is not None else "--from")
    tree = TileTree()
    hashes = tree.inclusion_proof(start, end) if leaf is not None else tree.consistency_proof(start, end)
    asked = {"leaf_index": start, "size": end} if leaf is not None else {"from": start, "to": end}
    print(json.dumps({**asked, "root": tree.root(end).hex(), "proof": [h.hex() for h in hashes]}))


@app.command()
def check() -> None:
    """Check every event, the tree and all signatures. Exit status 1 if anything is wrong."""
    _django()
    from touchstone.ledger import checking
    from touchstone.ledger.tiles import tree_size

    wrong = 0
    for problem in checking.problems():
        wrong += 1
        print(problem)
    if wrong:
        sys.exit(1)
    print(f"The ledger of {tree_size()} events is whole.")


@app.command()
def cosignature(
    size: Annotated[int, typer.Argument(help="The checkpoint's size.")],
    line: Annotated[
        Path, typer.Argument(help="A file with the witness's signature line.", exists=True, dir_okay=False)
    ],
    witness: Annotated[str, typer.Option(help="The witness's public key: name+id+key.", metavar="KEY")],
) -> None:
    """Store a witness's cosignature of a checkpoint."""
    try:
        text = line.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInputFile("The file is not UTF-8 text.", place=str(line)) from None
    _django()
    from touchstone.ledger import checkpoints

    stored = checkpoints.add_cosignature(size=size, line=text, witness_key=witness)
    print(f"Cosignature of {stored.witness} stored for size {size}.")


def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle (.zip).", metavar="BUNDLE")],
    key: Annotated[str, typer.Option(help="The log's public key, as it publishes it.", metavar="KEY")] = "",
    witness: Annotated[
        list[str] | None, typer.Option(help="A key that must have cosigned. May be repeated.", metavar="KEY")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or zh.")] = verifier.language_here(),
) -> None:
    """Check an evidence bundle. Exit status: 0 verified, 1 not verified, 2 not a readable bundle. Needs no database."""
    from touchstone.ledger.signatures import verify_signature

    try:
        archive = verifier.read_bundle(str(bundle))
        report = verifier.check(archive, str(bundle), key, witness or (), verify_signature)
    except verifier.RefusedError as refused:
        raise BadInputFile(refused.finding.sentence(lang)) from None
    except verifier.FormError as error:
        raise NotValid(f"Not a public key: {error}.", place="--key / --witness") from None
    for sentence in verifier.summary(report, lang, bool(key)):
        print(sentence)
    if not report.verified:
        sys.exit(1)


def _ref(text: str) -> tuple[str, str]:
    kind, colon, object_id = text.partition(":")
    if not colon or not object_id:
        raise NotValid(f"{text!r} is not kind:id.", place="--object")
    return kind, object_id


def _write(out: Path, data: bytes) -> None:
    """Whole or not at all."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        os.replace(draft, out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadInputFile(f"The bundle cannot be written: {error.strerror}.", place=str(out)) from None
