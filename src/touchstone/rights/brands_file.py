"""Reads a brands file: the rights columns of `touchstone screen`, and what else the famous-brands file says."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from touchstone.engine.files.read import read_table
from touchstone.engine.rights import COLUMNS
from touchstone.errors import BadInputFile
from touchstone.market.money import CURRENCIES, minor_units

LISTS = (
    "aliases",
    "short_aliases",
    "classes",
    "authorised_sellers",
    "context_for",
    "context_against",
    "models",
    "categories",
)
_YES = {"yes", "true", "1", "是"}
_MOST = Decimal(10) ** 12


def read_brands(path: Path) -> list[dict[str, Any]]:
    """One row a brand, as fields of rights.models.Brand; rows of the same brand add their lists.

    Raises BadInputFile with the row where a value is wrong: a rights file comes in whole or not at all.
    """
    table = read_table(str(path), required=("brand",), known=COLUMNS)
    brands: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(table.to_pylist(), start=1):
        fields = _fields(row, f"{path.name}, brand {number}")
        known = brands.setdefault(fields["name"].casefold(), fields)
        if known is not fields:
            _add(known, fields)
    if not brands:
        raise BadInputFile("The file names no brand.", place=path.name)
    return list(brands.values())


def _fields(row: dict[str, Any], place: str) -> dict[str, Any]:
    name = _text(row.get("brand"))
    if not name or len(name) > 100:
        raise BadInputFile("A brand is a name of 1 to 100 characters.", place=place)
    currency = _text(row.get("currency")).upper()
    if currency and currency not in CURRENCIES:
        raise BadInputFile(f"{currency[:20]!r} is not a currency code like CNY.", place=place)
    owner = _text(row.get("owner"))
    if len(owner) > 200:
        raise BadInputFile("The owner is longer than 200 characters.", place=place)
    return {
        "name": name,
        "owner_name": owner,
        "reference_price_minor": _price(_text(row.get("reference_price")), currency, place),
        "currency": currency,
        "generic": _text(row.get("generic")).casefold() in _YES,
        **{column: _list(row.get(column)) for column in LISTS},
    }


def _price(text: str, currency: str, place: str) -> int | None:
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", ""))
        if not 0 <= amount <= _MOST:
            raise InvalidOperation
    except InvalidOperation as error:
        raise BadInputFile(f"The reference price {text[:50]!r} is not an amount.", place=place) from error
    return int(amount * minor_units(currency) + Decimal("0.5"))


def _list(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else _text(value).split(";")
    return list(dict.fromkeys(text for part in parts if (text := _text(part))))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _add(known: dict[str, Any], more: dict[str, Any]) -> None:
    for column in LISTS:
        known[column] = list(dict.fromkeys([*known[column], *more[column]]))
    for column in ("owner_name", "reference_price_minor", "currency"):
        known[column] = known[column] or more[column]
