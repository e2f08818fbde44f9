"""Who takes part in the demo: organisations, one person per role, certificates, and a password for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from touchstone.accounts import actions
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import AgencyType, CertificateLevel, Organisation, OrganisationKind, Role, User

PASSWORD = "touchstone-demo"  # noqa: S105  # printed by `make demo`; the demo listens on 127.0.0.1 only
FOUNDER = Actor(kind="system", id="demo", name="demo", roles=frozenset({Role.ENGINEER, Role.SUPERVISOR, Role.SYSTEM}))

AGENCIES = [
    (
        "officer",
        AgencyType.POLICE,
        "Yunhai City Police, IP Crime Unit",
        "云海市公安局知识产权犯罪侦查支队",
        "Officer Zhao",
    ),
    (
        "regulator",
        AgencyType.MARKET_REGULATION,
        "Yunhai Market Regulation Bureau",
        "云海市市场监督管理局",
        "Inspector Qian",
    ),
    ("copyright", AgencyType.COPYRIGHT, "Yunhai Copyright Office", "云海市版权局", "Officer Sun"),
    ("patents", AgencyType.PATENT_TRADEMARK, "Yunhai Intellectual Property Office", "云海市知识产权局", "Examiner Li"),
    ("customs", AgencyType.CUSTOMS, "Yunhai Customs", "云海海关", "Officer Zhou"),
]
STAFF = [
    ("reviewer", "Reviewer Lin", [Role.REVIEWER]),
    ("reviewer2", "Reviewer Xu", [Role.REVIEWER]),
    ("investigator", "Investigator Han", [Role.INVESTIGATOR]),
    ("supervisor", "Supervisor Wen", [Role.SUPERVISOR]),
    ("engineer", "Engineer Gu", [Role.ENGINEER]),
    ("board", "Working group: Shen", [Role.WORKING_GROUP]),
]


@dataclass(frozen=True)
class People:
    """By user name; organisations by the user name of their first person, the marketplace as `marketplace`."""

    users: dict[str, User]
    organisations: dict[str, Organisation]

    def actor(self, username: str) -> Actor:
        return Actor.of_user(self.users[username])


def register(now: datetime, *, holder_name: str) -> People:
    """Register everybody but the seller; safe to repeat. The rights holder comes from the synthetic market."""
    organisations: dict[str, Organisation] = {}
    users: dict[str, User] = {}

    def organisation(key: str, **facts: str) -> Organisation:
        organisations[key] = actions.register_organisation(FOUNDER, now, **facts)
        return organisations[key]

    def person(username: str, name: str, roles: list[str], home: Organisation) -> None:
        users[username] = actions.register_person(
            FOUNDER,
            now,
            organisation=home,
            username=username,
            display_name=name,
            roles=roles,
            password=PASSWORD,
        )

    market = organisation(
        "marketplace", kind=OrganisationKind.MARKETPLACE, name="Yunhai Market", name_zh="云海集市", region="Yunhai"
    )
    for username, name, roles in STAFF:
        person(username, name, list(roles), market)
    for username, agency_type, name, name_zh, officer in AGENCIES:
        home = organisation(
            username, kind=OrganisationKind.AGENCY, name=name, name_zh=name_zh, agency_type=agency_type, region="Yunhai"
        )
        person(username, officer, [Role.OFFICER], home)
    person(
        "holder",
        "Brand counsel",
        [Role.RIGHTS_HOLDER],
        organisation("holder", kind=OrganisationKind.RIGHTS_HOLDER, name=holder_name),
    )
    for username in ("reviewer", "reviewer2"):
        for level in CertificateLevel.values:
            actions.grant_certificate(
                FOUNDER,
                now,
                person=users[username],
                level=level,
                valid_from=now.date().replace(month=1, day=1),
                valid_until=now.date().replace(month=1, day=1) + timedelta(days=730),
            )
    return People(users, organisations)


def register_seller(people: People, now: datetime, *, seller_id: str, shop_name: str) -> Organisation:
    """The shop's organisation and its owner; safe to repeat."""
    home = actions.register_organisation(
        FOUNDER, now, kind=OrganisationKind.SELLER, name=shop_name, seller_id=seller_id
    )
    people.organisations["seller"] = home
    people.users["seller"] = actions.register_person(
        FOUNDER,
        now,
        organisation=home,
        username="seller",
        display_name="Shop owner",
        roles=[Role.SELLER],
        password=PASSWORD,
    )
    return home
