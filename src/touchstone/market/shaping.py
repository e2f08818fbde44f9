"""What is kept of a typed row. Personal data of sellers and buyers leaves its plain form here."""

from __future__ import annotations

import pyarrow as pa

from touchstone.market import identifiers, licence
from touchstone.market.formats import STORED
from touchstone.market.models import IdentifierKind, ImportKind
from touchstone.market.money import to_minor

_IDENTIFIERS = {
    "licence_no": IdentifierKind.LICENCE,
    "contact_name": IdentifierKind.CONTACT_NAME,
    "phone": IdentifierKind.PHONE,
    "payout_account": IdentifierKind.PAYOUT_ACCOUNT,
    "device_id": IdentifierKind.DEVICE,
    "return_address": IdentifierKind.RETURN_ADDRESS,
    "ship_from_address": IdentifierKind.SHIP_FROM_ADDRESS,
    "waybill_account": IdentifierKind.WAYBILL_ACCOUNT,
}


def shaped(kind: str, good: pa.Table) -> pa.Table:
    """Rows from rows.Cleaner as STORED[kind], `line` before."""
    schema = STORED[kind]
    columns = {name: good[name] for name in good.column_names}
    if kind == ImportKind.SELLERS:
        columns["identifiers"] = pa.array(_identified(good), STORED["sellers"].field("identifiers").type)
        numbers = good["licence_no"].to_pylist()
        columns["licence_no"] = pa.array([_public_licence(number) for number in numbers], pa.string())
        columns["deposit_minor"] = to_minor(good["deposit"], good["currency"])
    elif kind == ImportKind.LISTINGS:
        columns["price_minor"] = to_minor(good["price"], good["currency"])
    elif kind == ImportKind.ORDERS:
        columns["amount_minor"] = to_minor(good["amount"], good["currency"])
        columns["buyer_ref"] = _pseudonyms(good["buyer_ref"])
    return pa.table(
        [columns["line"], *(columns[name].cast(schema.field(name).type) for name in schema.names)],
        names=["line", *schema.names],
    )


def _identified(good: pa.Table) -> list[list[dict[str, str]]]:
    columns = [(kind, good[name].to_pylist()) for name, kind in _IDENTIFIERS.items()]
    found: list[list[dict[str, str]]] = []
    for row in range(good.num_rows):
        pairs = [(kind, identifiers.identify(kind, values[row] or "")) for kind, values in columns]
        found.append([{"kind": str(k), "digest": p[0], "hint": p[1]} for k, p in pairs if p])
    return found


def _pseudonyms(buyers: pa.ChunkedArray) -> pa.Array:
    coded = buyers.combine_chunks().dictionary_encode()
    digests = [identifiers.keyed("buyer", buyer)[:32] for buyer in coded.dictionary.to_pylist()]
    return pa.array(digests, pa.string()).take(coded.indices)


def _public_licence(number: str | None) -> str | None:
    code = licence.normalised(number or "")
    return code if licence.is_legal_entity(code) else None
