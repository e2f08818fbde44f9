"""Taking a network out of the house: pictures, CSV, GraphML, FollowTheMoney. Each leaves an event."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases.network import Shown
from touchstone.engine.linkage import exports
from touchstone.errors import NotValid
from touchstone.market.exports import safe


class Form(models.TextChoices):
    NODES = "nodes", gettext_lazy("Nodes (CSV)")
    EDGES = "edges", gettext_lazy("Links (CSV)")
    GRAPHML = "graphml", "GraphML"
    FTM = "ftm", "FollowTheMoney"
    PNG = "png", gettext_lazy("Picture (PNG)")
    SVG = "svg", gettext_lazy("Picture (SVG)")


# A picture is drawn where it is looked at; of the others the file is made here.
PICTURES = frozenset({Form.PNG, Form.SVG})
_TYPES = {
    Form.NODES: ("nodes.csv", "text/csv; charset=utf-8"),
    Form.EDGES: ("links.csv", "text/csv; charset=utf-8"),
    Form.GRAPHML: ("network.graphml", "application/graphml+xml"),
    Form.FTM: ("entities.ftm.json", "application/json+ftm"),
}


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


@transaction.atomic
def export(actor: Actor, now: datetime, *, shown: Shown, form: str) -> File | None:
    """The network as a file, one of Form; None for a picture, which the page draws. One event names the ring or seller.

    Raises Forbidden, NotValid (unknown form).
    """
    permit(actor, "ring.export")
    if form not in Form.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": form}, place="form")
    wanted = Form(form)
    content = b"" if wanted in PICTURES else _content(shown, wanted)
    payload: dict[str, Any] = {
        "form": wanted.value,
        "nodes": shown.network.nodes.num_rows,
        "edges": shown.network.edges.num_rows,
    }
    if content:
        payload["sha256"] = hashlib.sha256(content).hexdigest()
    ledger.record(actor, now, "cases:network:exported", subject=shown.subject, payload=payload)
    if wanted in PICTURES:
        return None
    name, content_type = _TYPES[wanted]
    return File(f"{file_stem(shown)}-{name}", content_type, content)


def file_stem(shown: Shown) -> str:
    """The beginning of a file's name, of letters that any system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(shown.subject))[:80]


def _content(shown: Shown, form: Form) -> bytes:
    if form is Form.GRAPHML:
        return exports.graphml(shown.network, shown.facts)
    if form is Form.FTM:
        ring_id = shown.subject[1] if shown.subject[0] == "ring" else ""
        entities = exports.followthemoney(shown.network, shown.facts, ring_id=ring_id)
        return "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in entities).encode()
    rows = exports.node_rows(shown.network, shown.facts) if form is Form.NODES else exports.edge_rows(shown.network)
    columns = (*exports.NODE_COLUMNS, *exports.FACTS) if form is Form.NODES else exports.EDGE_COLUMNS
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[safe(row[name]) for name in columns] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
