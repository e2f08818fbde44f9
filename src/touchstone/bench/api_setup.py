"""What the suite `api` measures on: a migrated database with brands, live rules, listings and a key."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from touchstone.bench.screen import WORDS

_CATEGORIES = ("shoes", "bags", "watches", "phones", "cosmetics", "home", "toys")
_PLACES = ("广东广州", "浙江杭州", "福建莆田", "Shenzhen", "Hong Kong", "")
# Conditions as people write them; {n} differs from rule to rule.
_CONDITIONS = (
    "brand IS NOT NULL AND brand <> '' AND price_ratio < 0.{n:02d} AND seller_status <> 'authorised'",
    "replica_strong > {n} OR (replica_medium > {n} AND brand_in_title)",
    "price_ratio BETWEEN 0.0 AND 0.0{n:02d} AND NOT secondhand AND NOT accessory",
    "disguised > {n} AND seller_confirmed_fakes >= 1",
    "fake_claims_30d > {n} AND fake_claim_rate > 0.1 AND orders_30d >= 10",
)


@dataclass(frozen=True)
class Counts:
    """Rows in the database. `doubled`: listings with two current verdicts, and Idempotency-Keys with two answers."""

    verdicts: int
    events: int
    answers: int
    doubled: int


@dataclass(frozen=True)
class Scene:
    """Listings as programs send them, and the secret of a key that may screen them."""

    listings: list[dict[str, Any]]
    secret: str

    def request(self, address: tuple[str, int], number: int, idempotency_key: str) -> bytes:
        """A whole HTTP request for the verdict on a listing."""
        body = json.dumps(self.listings[number % len(self.listings)], ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/screen HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nAuthorization: Bearer {self.secret}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {idempotency_key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def counts(self) -> Counts:
        """As of now."""
        return Counts(
            *_one(
                """SELECT (SELECT count(*) FROM screening_verdict),
                (SELECT count(*) FROM ledger_event WHERE type = 'screening:verdict:stored'),
                (SELECT count(*) FROM api_givenanswer),
                (SELECT count(*) FROM (SELECT 1 FROM screening_verdict WHERE current GROUP BY listing_id
                 HAVING count(*) > 1) v) + (SELECT count(*) FROM (SELECT 1 FROM api_givenanswer
                 GROUP BY api_key_id, idempotency_key HAVING count(*) > 1) a)"""
            )
        )

    def answered_as_stored(self, keys: Sequence[str], bodies: Sequence[bytes]) -> bool:
        """Whether each request was answered with what is kept under its Idempotency-Key."""
        kept = dict(
            _all("SELECT idempotency_key, body FROM api_givenanswer WHERE idempotency_key = ANY(%s)", [list(keys)])
        )
        return all(bytes(kept.get(key, b"")) == body for key, body in zip(keys, bodies, strict=True))

    def postmaster(self) -> int:
        """The process id of the database server, which must run on this machine."""
        folder = Path(str(_one("SHOW data_directory")[0]))
        return int((folder / "postmaster.pid").read_text().split()[0])

    def postgresql(self) -> str:
        """The version, and what it does with a commit."""
        told = [f"{name} {_one(f'SHOW {name}')[0]}" for name in ("server_version", "fsync", "synchronous_commit")]
        return ", ".join(told).removeprefix("server_version ")


def build(*, listings: int, rules: int) -> Scene:
    """Fill the database that TOUCHSTONE_DATABASE_URL names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    made = _listings(listings)
    secret = _key(now)
    _market(now, made)
    _rules(now, rules)
    _all("ANALYZE")
    return Scene(made, secret)


def _listings(count: int) -> list[dict[str, Any]]:
    """Made-up listings, a third of which names a brand; the same for the same number."""
    from touchstone.bench.screen import rights_table

    pick = random.Random(count)  # noqa: S311 - not for secrets
    brands = rights_table()["brand"].to_pylist()
    made = []
    for number in range(count):
        title = pick.choices(WORDS, k=pick.randint(5, 12))
        brand = pick.choice(brands) if pick.random() < 0.33 else None
        if brand:
            title.insert(pick.randrange(len(title)), brand)
        if pick.random() < 0.05:
            title.append(pick.choice(("高仿", "1:1", "A货", "原单")))
        made.append(
            {
                "listing_id": f"L-{number}",
                "title": " ".join(title),
                "seller_id": f"S-{number % 200}",
                "description": " ".join(pick.choices(WORDS, k=20)),
                "brand": brand if brand and pick.random() < 0.3 else None,
                "category": pick.choice(_CATEGORIES),
                "price": round(pick.uniform(5, 2000), 2),
                "currency": "CNY",
                "ship_from": pick.choice(_PLACES) or None,
                "created_at": f"2026-11-{pick.randint(1, 24):02d}T08:00:00Z",
            }
        )
    return made


def _key(now: datetime) -> str:
    from touchstone.accounts import actions as accounts
    from touchstone.accounts.actor import Actor
    from touchstone.accounts.models import OrganisationKind

    founder = Actor(kind="system", id="load", name="load", roles=frozenset({"engineer", "supervisor"}))
    market = accounts.register_organisation(founder, now, kind=OrganisationKind.MARKETPLACE, name="Load")
    issuer = Actor("system", "load", "load", frozenset({"engineer"}), market.id)
    return accounts.issue_key(issuer, now, organisation=market, name="load", roles=["engineer"])[1]


def _market(now: datetime, made: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    from touchstone.accounts.actor import Actor
    from touchstone.market import actions as market
    from touchstone.rights import actions as rights

    system = Actor.system("load")
    brands = Path(str(files("touchstone.rights").joinpath("data/famous_brands.csv")))
    rights.import_brands(system, now, path=brands)
    market.import_listings(system, now, rows=pa.Table.from_pylist(made), source="load")


def _rules(now: datetime, count: int) -> None:
    """Rules that are live, written as rows: approving each after its trial is not what is measured."""
    from touchstone.screening.models import Rule, RulePeriod, RuleVersion

    for number in range(count):
        condition = _CONDITIONS[number % len(_CONDITIONS)].format(n=number // len(_CONDITIONS) + 1)
        kept = Rule.objects.create(rule_id=f"load-{number}", made_at=now)
        version = RuleVersion.objects.create(
            rule=kept, number=1, condition=condition, then="review", reason=f"Rule {number} applies.",
            reason_zh=f"规则{number}适用。", written_at=now, approved_at=now,
        )  # fmt: skip
        RulePeriod.objects.create(version=version, mode="live", starts_at=now)


def _one(statement: str) -> tuple[Any, ...]:
    return _all(statement)[0]


def _all(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []
