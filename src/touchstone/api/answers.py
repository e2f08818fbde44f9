"""Answers given, many in one statement: see docs/adr/0004."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from touchstone.api.models import GivenAnswer

_FIELDS = ("api_key", "idempotency_key", "request_sha256", "status", "content_type", "body", "at")
Name = tuple[UUID, str]


@dataclass(frozen=True)
class Answer:
    """What a POST with an Idempotency-Key is answered. `name`: the API key and the idempotency key."""

    name: Name
    request_sha256: str
    status: int
    content_type: str
    body: bytes


def give(answers: Sequence[Answer], now: datetime) -> set[Name]:
    """Keep the answers whose names are new, in the caller's transaction; those names.

    A name that another transaction is about to use is waited for. All wait in the order of the names: nobody in a ring.
    """
    if not answers:
        return set()
    ordered = sorted(answers, key=lambda answer: (str(answer.name[0]), answer.name[1]))
    fields: list[Any] = [GivenAnswer._meta.get_field(name) for name in _FIELDS]
    values = [
        field.get_db_prep_save(value, connection)
        for answer in ordered
        for field, value in zip(fields, (*answer.name, *_rest(answer), now), strict=True)
    ]
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(GivenAnswer._meta.db_table)
    statement = (
        f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * len(ordered))} "  # noqa: S608 - our own names
        "ON CONFLICT DO NOTHING RETURNING api_key_id, idempotency_key"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {(UUID(str(api_key)), key) for api_key, key in cursor.fetchall()}


def _rest(answer: Answer) -> tuple[str, int, str, bytes]:
    return answer.request_sha256, answer.status, answer.content_type, answer.body
