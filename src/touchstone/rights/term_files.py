"""Terms from a file and to a file: `term`*, `kind`*, `brand`, `provenance`; what else an export says is for people."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.files.read import read_table
from touchstone.errors import BadInputFile, NotValid
from touchstone.market.exports import safe
from touchstone.rights.models import Term, TermSource
from touchstone.rights.terms import Draft, Proposed, propose_many

COLUMNS = ("term", "kind", "brand", "provenance")
MOST_ROWS = 10_000
_EXPORTED = (*COLUMNS, "state", "source", "source_id", "proposed_by", "proposed_at", "approved_by", "approved_at",
             "ended_at", "ended_because", "touched", "changed", "measured_at")  # fmt: skip


def import_terms(actor: Actor, now: datetime, *, path: Path, file_name: str = "") -> Proposed:
    """Make a candidate of every row, or of none where one is wrong. The same file again changes nothing.

    What was refused or withdrawn stays so. Raises Forbidden, BadInputFile with the row.
    """
    permit(actor, "term.propose")
    name = file_name or path.name
    try:
        table = read_table(str(path), required=COLUMNS[:2], known=COLUMNS)
    except BadInputFile as error:
        raise BadInputFile(error.message, remedy=error.remedy, place=error.place.replace(str(path), name)) from error
    if table.num_rows > MOST_ROWS:
        raise BadInputFile(_("A file has at most %(most)d terms.") % {"most": MOST_ROWS}, place=name)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    drafts = [_draft(row) for row in table.to_pylist()]
    try:
        return propose_many(actor, now, drafts=drafts, source=TermSource.FILE, source_id=sha256, again=False)
    except NotValid as error:
        raise BadInputFile(error.message, remedy=error.remedy, place=f"{name}, {error.place}") from error


def _draft(row: dict[str, object]) -> Draft:
    text, kind, brand, why = (_cell(row.get(column)) for column in COLUMNS)
    return Draft(kind.lower(), text, brand, why)


def _cell(value: object) -> str:
    """The cell's text; the apostrophe that an export put before a formula is taken off."""
    text = "" if value is None else str(value).strip()
    return text[1:] if text.startswith("'") and safe(text[1:]) == text else text


def terms_csv(found: Iterable[Term]) -> Iterator[str]:
    """Lines of CSV for a spreadsheet; `import_terms` reads them again."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_EXPORTED)
    for term in found:
        yield writer.writerow([safe(value) for value in _row(term)])


class _Echo:
    def write(self, text: str) -> str:
        return text


def _row(term: Term) -> list[object]:
    effect = term.effect or {}
    times = [at.isoformat() if at else "" for at in (term.proposed_at, term.approved_at, term.ended_at, term.effect_at)]
    proposed, approved, ended, measured = times
    return [term.text, term.kind, term.brand.name if term.brand else "", term.reason, term.state, term.source,
            term.source_id, term.proposed_by_name, proposed, term.approved_by_name, approved, ended,
            term.ended_because, effect.get("touched", ""), effect.get("changed", ""), measured]  # fmt: skip
