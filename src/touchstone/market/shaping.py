"""What is kept of a typed row. Personal data of sellers and buyers leaves its plain form here."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from touchstone.engine.linkage.resolve.address import parts
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

_ADDRESSES = ("ship_from_address", "return_address")


def shaped(kind: str, good: pa.Table) -> pa.Table:
    """Rows from rows.Cleaner as STORED[kind], `line` before."""
    schema = STORED[kind]
    columns = {name: good[name] for name in good.column_names}
    if kind == ImportKind.SELLERS:
        columns["identifiers"] = pa.array(_identified(good), STORED["sellers"].field("identifiers").type)
        columns["ships_from"] = pa.array(_districts(good), pa.string())
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
    doors = _doors(good)
    persons, numbers = _legal_persons(good), good["licence_no"].to_pylist()
    found: list[list[dict[str, str]]] = []
    for row in range(good.num_rows):
        pairs = [(kind, identifiers.identify(kind, values[row] or "")) for kind, values in columns]
        if licence.is_misshapen(numbers[row] or ""):
            pairs.append((IdentifierKind.LICENCE_UNCHECKED, pairs[0][1]))
        pairs.append((IdentifierKind.LEGAL_PERSON, persons[row]))
        pairs += [(IdentifierKind.DOOR, (identifiers.keyed("address", door), "")) for door in doors[row]]
        found.append([{"kind": str(k), "digest": p[0], "hint": p[1]} for k, p in pairs if p])
    return found


def _legal_persons(good: pa.Table) -> list[tuple[str, str] | None]:
    """Of the rows without a licence: name and account as one, for shops of one owner who hides nothing."""
    names, accounts, licences = (good[n].to_pylist() for n in ("legal_name", "payout_account", "licence_no"))
    return [
        None if number else identifiers.legal_person(name or "", account or "")
        for name, account, number in zip(names, accounts, licences, strict=True)
    ]


def _doors(good: pa.Table) -> list[list[str]]:
    """Each row's addresses taken apart down to the door, in two ways that bear a slip in either."""
    sides = [parts(pl.Series(good[name].to_pylist(), dtype=pl.String)) for name in _ADDRESSES]
    columns = [side[way].to_list() for side in sides for way in ("door", "door_by_place")]
    return [sorted({door for door in doors if door}) for doors in zip(*columns, strict=True)]


def _districts(good: pa.Table) -> list[str]:
    said = zip(*(good[name].to_pylist() for name in _ADDRESSES), strict=True)
    return [identifiers.district(ships or returns or "") for ships, returns in said]


def _pseudonyms(buyers: pa.ChunkedArray) -> pa.Array:
    coded = buyers.combine_chunks().dictionary_encode()
    digests = [identifiers.keyed("buyer", buyer)[:32] for buyer in coded.dictionary.to_pylist()]
    return pa.array(digests, pa.string()).take(coded.indices)


def _public_licence(number: str | None) -> str | None:
    code = licence.normalised(number or "")
    return code if licence.is_legal_entity(code) else None
