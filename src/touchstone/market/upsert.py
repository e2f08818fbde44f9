"""Many rows of one model, inserted or updated. bulk_create prepares each value and takes four times as long."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models


def upsert(model: type[models.Model], rows: Sequence[dict[str, Any]], *, unique: str, update: Collection[str]) -> None:
    """Insert the rows; where one with the same `unique` is there, set its `update` columns.

    rows: mappings with the same keys, the attribute names of the model's columns (`seller_id` for a key to Seller's
    primary key); every column without a database default, and no relation, JSON or UUID beside.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = list(rows[0])
    quote = connection.ops.quote_name
    columns = {name: quote(str(fields[name].column)) for name in names}
    converters = [_converter(fields[name]) for name in names]
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns.values())})"  # noqa: S608 (names of the model)
        f" VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT ({columns[unique]}) DO UPDATE SET "
        + ", ".join(f"{columns[name]} = excluded.{columns[name]}" for name in names if name in update)
    )
    values = [
        tuple(convert(row[n]) if convert else row[n] for n, convert in zip(names, converters, strict=True))
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _converter(field: models.Field[Any, Any]) -> Any:
    """How the database wants the values of the field; None if as they are."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return None
