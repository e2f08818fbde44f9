"""One spelling for what identifies a seller, over whole columns."""

from __future__ import annotations

import polars as pl

# Column of a file of sellers → kind of identifier.
COLUMNS = {
    "licence_no": "licence",
    "resident_id": "resident_id",
    "phone": "phone",
    "payout_account": "payout_account",
    "device_id": "device",
    "return_address": "return_address",
    "ship_from_address": "ship_from_address",
    "waybill_account": "waybill_account",
    "contact_name": "contact_name",
}
# Shorter values identify nobody.
_LEAST = {
    "licence": 8,
    "resident_id": 15,
    "phone": 7,
    "payout_account": 5,
    "device": 6,
    "return_address": 6,
    "ship_from_address": 6,
    "waybill_account": 4,
    "contact_name": 2,
}
_ONE_CHARACTER = "|".join(f"{c}+" for c in "0123456789abcdefx")
_NOTHING = rf"^(?:{_ONE_CHARACTER}|none|null|nan|unknown|n/?a|test|无|暂无|未知|不详)$"


def spelt(kind: str, column: str) -> pl.Expr:
    """The column's values in one spelling; null where a value is empty, masked, a placeholder or too short.

    Width, case, blanks and punctuation do not count; a Chinese phone loses its country code.
    """
    text = pl.col(column).cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    plain = text.str.replace_all(r"[\s\p{P}\p{S}]", "")
    if kind == "phone":
        plain = plain.str.replace_all(r"\D", "").str.replace(r"^(?:00)?86(1\d{10})$", "${1}")
    if kind.endswith("_address"):
        plain = plain.str.replace_all(r"中国|省|市", "")
    masked = text.str.contains("*", literal=True)
    short = plain.str.len_chars() < _LEAST.get(kind, 1)
    return pl.when(~(masked | short | plain.str.contains(_NOTHING))).then(plain)
