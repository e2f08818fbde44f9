"""The rights file as the engine needs it: brands, their names, what supports them, what the genuine thing costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from touchstone.engine.data import digest, load
from touchstone.engine.pricing.models import model_prices
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.text.normalise import fold
from touchstone.errors import NotValid

COLUMNS = (
    "brand", "aliases", "owner", "classes", "reference_price", "currency", "authorised_sellers",
    "generic", "context_for", "context_against", "categories", "short_aliases", "models", "logos",
    "model_prices",
)  # fmt: skip
# safe: a phrase that holds a name and never means it (millet porridge). negative: a text mistaken for a name.
SAFE_KINDS = ("safe", "negative")
# In place of a brand's number: all of them.
ANY_BRAND = -1
_LISTS = tuple(c for c in COLUMNS if c not in ("brand", "owner", "reference_price", "currency", "generic"))


@dataclass(frozen=True)
class Name:
    """One way to write a brand. An ambiguous name is also an everyday word and needs evidence.

    `reference_usd`: what this model costs, NaN where only the brand's reference is known.
    `usual`: words of the brand's usual goods are such evidence. `innocent`: phrases with the name that never mean it.
    """

    text: str
    brand: int
    alias: bool
    ambiguous: bool = False
    support: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    usual: bool = False
    innocent: tuple[str, ...] = ()
    reference_usd: float = float("nan")


@dataclass(frozen=True)
class Rights:
    """All brands of a rights file. Arrays have one entry a brand; money is US dollars, NaN where it is not known. `logos`:
    pairs of a brand and the path of a picture of its mark. `innocent_of`: pairs of a brand's number and a phrase that never
    means this brand, and may mean another."""

    brands: tuple[str, ...]
    names: tuple[Name, ...]
    innocent: tuple[str, ...]
    reference: np.ndarray
    reference_currency: tuple[str, ...]
    reference_usd: np.ndarray
    narrow: np.ndarray
    luxury: np.ndarray
    goods: tuple[frozenset[str], ...]
    sellers: dict[int, frozenset[str]] = field(default_factory=dict)
    logos: tuple[tuple[str, str], ...] = ()
    innocent_of: tuple[tuple[int, str], ...] = ()
    version: str = ""

    @classmethod
    def from_table(cls, table: pa.Table, rates: Rates) -> Rights:
        """Read a rights table. Raises NotValid with the row where a value is wrong."""
        if "brand" not in table.column_names:
            raise NotValid("the rights file has no column brand")
        rows = _merged(_rows(table))
        if not rows:
            raise NotValid("the rights file names no brand")
        return _build(rows, rates)


def late_name(text: str, brand: int) -> Name:
    """An alias that comes while the rights are in use. An everyday word, or one very short, needs evidence."""
    entry = _everyday().get(fold(text))
    ambiguous = entry is not None or _is_short(text)
    return Name(text, brand, alias=True, ambiguous=ambiguous, usual=ambiguous and (entry or {}).get("classes", True))


def with_safe(rights: Rights, safe: pa.Table) -> Rights:
    """The rights with a safe list: `term` (a phrase that never means a brand), `kind` (safe, negative), `provenance`, and
    where the table has it `brand`: the term then mutes that brand alone. Rows of brands that the rights lack say nothing.

    Raises NotValid where a column is missing, a term is empty or a kind is unknown.
    """
    for column in ("term", "kind", "provenance"):
        if column not in safe.column_names:
            raise NotValid(f"the safe list has no column {column}")
    rows = safe.select(["term", "kind"]).to_pylist()
    for number, row in enumerate(rows, start=1):
        if not _text(row["term"]):
            raise NotValid("the term is empty", place=f"safe list row {number}")
        if row["kind"] not in SAFE_KINDS:
            raise NotValid(f"the kind {row['kind']!r} is unknown", place=f"safe list row {number}",
                           remedy=f"Use one of: {', '.join(SAFE_KINDS)}.")  # fmt: skip
    phrases = safe_phrases(rights.brands, safe_pairs(safe))
    everywhere = (text for brand, text in phrases if brand == ANY_BRAND)
    return replace(
        rights,
        innocent=tuple(dict.fromkeys((*rights.innocent, *everywhere))),
        innocent_of=tuple(pair for pair in phrases if pair[0] != ANY_BRAND),
        version="rights-" + digest(rights.version, repr(sorted(phrases))),
    )


def safe_pairs(safe: pa.Table) -> list[tuple[str, str]]:
    """(brand, term) of each row of a safe list; the brand is empty where the term mutes every brand."""
    rows = safe.select([name for name in ("brand", "term") if name in safe.column_names]).to_pylist()
    return [(_text(row.get("brand")), _text(row["term"])) for row in rows]


def safe_phrases(brands: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[tuple[int, str]]:
    """(number of the brand or `ANY_BRAND`, text) of (brand, text), without those of brands that are not among `brands`."""
    number = {fold(brand): i for i, brand in enumerate(brands)} | {"": ANY_BRAND}
    return [(number[fold(brand)], text) for brand, text in pairs if fold(brand) in number]


def _rows(table: pa.Table) -> list[dict[str, str]]:
    columns = [name for name in COLUMNS if name in table.column_names]
    rows = table.select(columns).to_pylist()
    plain = [{key: _text(value) for key, value in row.items()} for row in rows]
    for number, row in enumerate(plain, start=1):
        if not row["brand"]:
            raise NotValid("the brand is empty", place=f"rights row {number}")
        _price(row.get("reference_price", ""), number)
    return plain


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value).strip()


def _merged(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """One row a brand: rows of the same brand add their lists; the first reference price stands."""
    merged: dict[str, dict[str, str]] = {}
    for row in rows:
        known = merged.setdefault(fold(row["brand"]), dict(row))
        if known == row:
            continue
        for key in _LISTS:
            known[key] = ";".join(filter(None, (known.get(key, ""), row.get(key, ""))))
        if not known.get("reference_price"):
            known.update({k: row.get(k, "") for k in ("reference_price", "currency")})
    return list(merged.values())


def _price(text: str, row: int) -> float:
    if not text:
        return float("nan")
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = float("nan")
    if not (np.isfinite(value) and value >= 0):
        raise NotValid(f"the reference_price {text!r} is not a number", place=f"rights row {row}")
    return value or float("nan")


def parts(text: str) -> list[str]:
    """The parts of a `;`-separated list, in order, without empty ones and repeats."""
    if not text:
        return []
    return list(dict.fromkeys(p.strip() for p in text.replace("；", ";").split(";") if p.strip()))


def _build(rows: list[dict[str, str]], rates: Rates) -> Rights:
    breadth = load("pricing/data/breadth.yaml")
    price = np.array([_price(r.get("reference_price", ""), 0) for r in rows])
    currency = tuple(rates.code(r.get("currency", "")) for r in rows)
    usd = price / np.array([rates.usd(code) for code in currency])
    narrow = np.array([_is_narrow(_classes(r), breadth) for r in rows], dtype=bool)
    entries = _everyday()
    names = tuple(name for index, row in enumerate(rows) for name in _priced(_names(index, row, entries), row, rates))
    return Rights(
        brands=tuple(r["brand"] for r in rows),
        names=names,
        innocent=tuple(dict.fromkeys(phrase for name in names for phrase in name.innocent)),
        reference=price,
        reference_currency=currency,
        reference_usd=usd,
        narrow=narrow,
        goods=tuple(_goods(_classes(r), n, breadth) for r, n in zip(rows, narrow, strict=True)),
        luxury=narrow & (np.nan_to_num(usd) >= breadth["luxury_reference_usd"]),
        sellers={i: frozenset(s) for i, r in enumerate(rows) if (s := parts(r.get("authorised_sellers", "")))},
        logos=tuple((r["brand"], path) for r in rows for path in parts(r.get("logos", ""))),
        version="rights-" + digest(repr([sorted(r.items()) for r in rows])),
    )


def _everyday() -> dict[str, dict]:
    """The names that are also everyday words, by folded text."""
    return {fold(entry["name"]): entry for entry in load("text/data/ambiguous.yaml")["names"]}


def _classes(row: dict[str, str]) -> tuple[str, ...]:
    text = row.get("classes", "").replace(",", ";").replace(" ", ";").replace("|", ";")
    return tuple(p.removesuffix(".0").lstrip("0") for p in parts(text))


def _is_narrow(classes: tuple[str, ...], breadth: dict[str, list[str]]) -> bool:
    """Most of the brand's classes are narrow. A brand without classes is not."""
    narrow = sum(c in breadth["narrow_classes"] for c in classes)
    wide = sum(c in breadth["wide_classes"] for c in classes)
    return narrow > wide


def _goods(classes: tuple[str, ...], narrow: bool, breadth: dict[str, list[str]]) -> frozenset[str]:
    """The classes of the brand's usual goods. A fashion house also registers class 9, and sells no software."""
    return frozenset(c for c in classes if not narrow or c in breadth["narrow_classes"])


def _names(index: int, row: dict[str, str], entries: dict[str, dict]) -> list[Name]:
    """The brand's names, each skeleton once; the brand itself comes first."""
    generic = row.get("generic", "").casefold() in ("yes", "true", "1", "是")
    plain = [row["brand"], *parts(row.get("aliases", ""))]
    plain += [text[4:] for text in plain if text.casefold().startswith("the ") and " " in text[4:]]
    listed = [
        *((text, generic and _is_word(text)) for text in plain),
        *((text, True) for text in parts(row.get("short_aliases", ""))),
        *((text, not _is_model_number(text)) for text in parts(row.get("models", ""))),
    ]
    seen: dict[str, Name] = {}
    for position, (text, ambiguous) in enumerate(listed):
        key = fold(text)
        if key.strip() and key not in seen:
            entry = entries.get(key)
            if ambiguous or entry or _is_short(text):
                seen[key] = _ambiguous(Name(text, index, position > 0), row, entry or {})
            else:
                seen[key] = Name(text, index, position > 0)
    return list(seen.values())


def _priced(names: list[Name], row: dict[str, str], rates: Rates) -> list[Name]:
    """The names, with what the models among them cost."""
    prices = model_prices(row["brand"], row.get("model_prices", ""), rates.code(row.get("currency", "")), rates)
    return (
        [replace(name, reference_usd=prices.get(fold(name.text), float("nan"))) for name in names] if prices else names
    )


def _ambiguous(name: Name, row: dict[str, str], entry: dict) -> Name:
    """The name with what the word list and the rights file say for and against it."""
    own = fold(name.text)
    support = [*entry.get("support", ()), *parts(row.get("context_for", "")), *parts(row.get("categories", ""))]
    against = [*map(str, entry.get("against", ())), *parts(row.get("context_against", ""))]
    return replace(
        name,
        ambiguous=True,
        support=tuple(str(w) for w in support if fold(str(w)) != own),
        against=tuple(w for w in against if own not in fold(w)),
        innocent=tuple(w for w in [*entry.get("innocent", ()), *against] if own in fold(w) != own),
        usual=entry.get("classes", True),
    )


def _is_short(text: str) -> bool:
    """One or two letters or digits, or one character of another script."""
    return len(text) <= (2 if text.isascii() else 1)


def _is_model_number(text: str) -> bool:
    """Several words with a digit ("Air Force 1"): nothing else is called that. "5711" or "Royal Oak" may be."""
    return " " in text.strip() and any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _is_word(text: str) -> bool:
    """One plain word, as everyday words are. Names of several words, or with digits, are plain enough."""
    if any(character.isdigit() for character in text):
        return False
    return " " not in text.strip() and len(text) <= (10 if text.isascii() else 3)
