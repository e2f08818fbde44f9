"""The whole chain over a synthetic market: what `make demo` runs before it shows the pages.

Every step asks first whether it has been done, so a demo that was stopped half-way goes on where it stopped, and a
second one takes seconds. The reviewers of the demo know the planted truth: they decide as good reviewers would.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.agencies import actions as agencies
from touchstone.agencies import queries as leads
from touchstone.agencies.models import FileField, MessageKind, OutcomeKind, Purpose, Tlp
from touchstone.cases import actions as cases
from touchstone.cases import analysis, judgements
from touchstone.cases import queries as rings
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import Ring
from touchstone.demo import imagebank, partners, people, rulebook, wordlists
from touchstone.demo.market import generate
from touchstone.demo.people import FOUNDER, People
from touchstone.disclosure import actions as disclosure
from touchstone.ledger import checkpoints, sequencer
from touchstone.ledger import queries as events
from touchstone.market import actions as market
from touchstone.market import queries as market_queries
from touchstone.market.models import ImportKind
from touchstone.review import actions as review
from touchstone.review import image_matches, prefill
from touchstone.review import queries as queue
from touchstone.review.models import Task
from touchstone.rights import actions as rights
from touchstone.rights import queries as rights_queries
from touchstone.screening import actions as screening
from touchstone.screening import queries as verdicts
from touchstone.screening.picture_queries import figures as picture_figures

SCREENER = Actor.system("screening")
DECIDED_BY_DEMO = 160
READ_BY_DEMO = 6
DONE = "demo:chain:finished"


@dataclass
class Demo:
    """The demo as it runs: where its market lies, who takes part, what each step took."""

    folder: Path
    listings: int
    seed: int
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    people: People | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = pq.read_table(self.folder / f"{name}.parquet").to_pylist()
        return rows

    @property
    def now(self) -> datetime:
        return self.clock()

    @property
    def cast(self) -> People:
        assert self.people is not None, "the people come first"
        return self.people


def run(demo: Demo) -> None:
    """Run every step, in order, telling each one's name and time."""
    for name, step in STEPS:
        began = time.monotonic()
        demo.say(name)
        step(demo)
        demo.seconds[name] = time.monotonic() - began


def is_finished(seed: int, listings: int) -> bool:
    return len(events.events_of("run", run_id(seed, listings))) > 0


def run_id(seed: int, listings: int) -> str:
    return f"demo-{seed}-{listings}"


def make_market(demo: Demo) -> None:
    if (demo.folder / "complete").exists():
        return
    generate(demo.seed, demo.listings, as_of=demo.now.date() - timedelta(days=1)).write(demo.folder)
    (demo.folder / "complete").write_text(demo.now.isoformat())


def register_people(demo: Demo) -> None:
    """The rights holder of the demo owns the most imitated brand."""
    demo.people = people.register(demo.now, holder_name=most_imitated(demo)["owner"] or "Brand owner")


def most_imitated(demo: Demo) -> dict[str, str]:
    fakes = {t["listing_id"] for t in demo.table("truth_listings") if t["is_fake"]}
    counts: dict[str, int] = {}
    for row in demo.table("truth_brands"):
        if row["listing_id"] in fakes:
            counts[str(row["brand"])] = counts.get(str(row["brand"]), 0) + 1
    top = max(counts, key=lambda brand: (counts[brand], brand))
    return {k: str(v or "") for k, v in next(r for r in demo.table("rights") if r["brand"] == top).items()}


def sign_agreements(demo: Demo) -> None:
    """The marketplace agrees with every agency, each within its own bounds."""
    supervisor = demo.cast.actor("supervisor")
    known = {a.b_id for a in leads.agreements(supervisor)}
    for officer, terms in partners.TERMS.items():
        home = demo.cast.organisations[officer]
        if home.id in known:
            continue
        agreement = agencies.propose(
            supervisor,
            demo.now,
            other_id=home.id,
            kinds=MessageKind.values,
            fields=terms.get("fields", FileField.values),
            purposes=terms["purposes"],
            tlp_max=terms["tlp_max"],
            answer_days=terms["answer_days"],
            retention_days=terms["retention_days"],
            valid_from=date(demo.now.year, 1, 1),
            valid_until=date(demo.now.year + 2, 12, 31),
        )
        agencies.sign(supervisor, demo.now, agreement_id=agreement.id)
        agencies.sign(demo.cast.actor(officer), demo.now, agreement_id=agreement.id)


def import_rights(demo: Demo) -> None:
    rights.import_brands(FOUNDER, demo.now, path=demo.folder / "rights.parquet")
    partners.register_right(demo.cast.actor("holder"), demo.now, brand=most_imitated(demo)["brand"])


def import_market(demo: Demo) -> None:
    engineer = demo.cast.actor("engineer")
    for kind in (ImportKind.SELLERS, ImportKind.LISTINGS, ImportKind.ORDERS, ImportKind.AFTER_SALES):
        market.import_file(
            engineer, demo.now, kind=kind.value, path=demo.folder / f"{kind.value}.parquet", image_root=demo.folder
        )


def know_images(demo: Demo) -> None:
    """The bank of images, and the rights holder's mark."""
    fakes = {str(t["listing_id"]) for t in demo.table("truth_listings") if t["is_fake"]}
    genuine = {str(t["listing_id"]) for t in demo.table("truth_brands") if t["used_as"] == "genuine"}
    imagebank.fill(
        demo.clock,
        reviewer=demo.cast.actor("reviewer"),
        supervisor=demo.cast.actor("supervisor"),
        fakes=fakes,
        branded=genuine - fakes,
    )
    brand = rights_queries.brand(most_imitated(demo)["brand"])
    imagebank.give_mark(demo.now, holder=demo.cast.actor("holder"), brand=brand)


def read_pictures(demo: Demo) -> None:
    """A first turn of the queue of pictures; the worker goes on with it beside the pages."""
    if not picture_figures()["read"]:
        image_matches.look_closer(demo.now, most=READ_BY_DEMO)


def screen(demo: Demo) -> None:
    """Screen what is new or changed, and put what is suspected before the reviewers."""
    screening.screen_market(SCREENER, demo.now)
    review.enqueue(SCREENER, demo.now, verdicts=verdicts.to_review().iterator())


def share_records(demo: Demo) -> None:
    """The agencies enter their seizures and inspections; those that touch a shop raise an alert at once."""
    market_side = demo.cast.organisations["marketplace"]
    for officer, kind, rows in partners.split_records(demo.folder):
        agencies.import_records(demo.cast.actor(officer), demo.now, other_id=market_side.id, kind=kind, rows=rows)


def decide(demo: Demo) -> None:
    """Two reviewers work on the top of the queue. What they leave is for whoever tries the demo."""
    truth = {str(t["listing_id"]): bool(t["is_fake"]) for t in demo.table("truth_listings")}
    done = queue.decisions(demo.cast.actor("supervisor")).count()
    for number in range(done, DECIDED_BY_DEMO):
        reviewer = demo.cast.actor("reviewer" if number % 2 else "reviewer2")
        task = review.claim_next(reviewer, demo.now)
        if task is None:
            return
        settle(demo, reviewer, task, fake=truth.get(task.listing.listing_id, False))


def learn_words(demo: Demo) -> None:
    """What the decisions taught: candidates for the word lists, each with what it would change."""
    wordlists.learn(demo.now, reviewer=demo.cast.actor("reviewer"), supervisor=demo.cast.actor("supervisor"))


def write_rules(demo: Demo) -> None:
    rulebook.write(demo.now, engineer=demo.cast.actor("engineer"), supervisor=demo.cast.actor("supervisor"))


def invite_seller(demo: Demo) -> None:
    """The seller who signs in to the demo is one with points: there is something to see and to answer."""
    supervisor = demo.cast.actor("supervisor")
    removed = queue.decisions(supervisor).filter(outcome="remove").order_by("decided_at", "id")
    points = Counter(decision.listing.seller.seller_id for decision in removed)
    seller_id = max(points, key=lambda seller_id: (points[seller_id], seller_id))
    seller = market_queries.seller(supervisor, seller_id)
    home = people.register_seller(demo.cast, demo.now, seller_id=seller_id, shop_name=seller.shop_name)
    market.link_organisation(supervisor, demo.now, seller=seller, organisation=home)


def settle(demo: Demo, reviewer: Actor, task: Task, *, fake: bool) -> None:
    sold = bool(task.listing.orders_30d)
    choice = next(
        (c for c in prefill.choices(reviewer, task, demo.now) if c.code == ("CF_SOLD" if sold else "CF_INFO")), None
    )
    if fake and choice:
        verdict = {"outcome": "remove", "finding": choice.code, "basis": choice.basis}
    else:
        verdict = {"outcome": "keep", "basis": prefill.basis_to_keep()}
    review.decide(reviewer, demo.now, task_id=task.id, facts=prefill.facts(task), **verdict)


def find_rings(demo: Demo) -> None:
    cases.find_rings(Actor.system("rings"), demo.now)


def send_leads(demo: Demo) -> None:
    """Three rings become cases: one ends with a seizure and arrests, one is returned, one waits for an answer."""
    investigator = demo.cast.actor("investigator")
    if leads.leads(investigator).exists():
        return
    police, regulator = (demo.cast.organisations[name] for name in ("officer", "regulator"))
    costliest = sorted(rings.rings(investigator), key=lambda ring: (-taken_by(ring), ring.ring_id))[:3]
    for ring, recipient, end in zip(costliest, (police, regulator, police), (succeed, send_back, wait), strict=False):
        number = send_lead(demo, investigator, ring, recipient)
        end(demo, number)


def taken_by(ring: Ring) -> int:
    """What the ring's removed or blocked listings sold for, in minor units of CNY."""
    return sum(t["amount_minor"] for t in ring.takings if t["currency"] == "CNY")


def send_lead(demo: Demo, investigator: Actor, ring: Ring, recipient: Organisation) -> str:
    case = cases.open_case_from_ring(investigator, demo.now, ring_id=ring.ring_id)
    cases.add_note(
        investigator,
        demo.now,
        case_number=case.number,
        text="Shops, money and parcels point to one place. Asked the agency to look at it.",
    )
    analyse(demo, investigator, case.number)
    confirm_a_link(demo, investigator, ring)
    purpose = Purpose.CRIMINAL if recipient.agency_type == "police" else Purpose.ADMINISTRATIVE
    lead = agencies.send_lead(
        investigator,
        demo.now,
        case_number=case.number,
        recipient_id=recipient.id,
        purpose=purpose,
        tlp=Tlp.AMBER,
        requested_action="Please look into the makers behind these shops and tell us what you find.",
    )
    return lead.number


def analyse(demo: Demo, investigator: Actor, number: str) -> None:
    """Two hypotheses that compete, and what speaks for and against each."""
    statements = ("The same people run these shops.", "An agent registers them for strangers.")
    evidence = {
        "Their money goes to one account.": (2, -2),
        "Their parcels leave from one place.": (1, 1),
        "They sell the same goods.": (1, -1),
    }
    rivals = [analysis.state_hypothesis(investigator, demo.now, case_number=number, statement=s) for s in statements]
    for text, weights in evidence.items():
        put = analysis.put_argument(investigator, demo.now, case_number=number, text=text)
        for rival, weight in zip(rivals, weights, strict=True):
            analysis.weigh(investigator, demo.now, argument_id=put.id, hypothesis_id=rival.id, weight=weight)


def confirm_a_link(demo: Demo, investigator: Actor, ring: Ring) -> None:
    """The investigator has looked at the strongest link of the ring."""
    link = ring.links.select_related("seller_a", "seller_b").order_by("-weight", "seller_a", "seller_b").first()
    if link:
        judgements.judge_link(
            investigator,
            demo.now,
            seller_a=link.seller_a.seller_id,
            seller_b=link.seller_b.seller_id,
            judgement=Judgement.CONFIRMED,
            because="One lease and one bank card: seen on the spot.",
        )


def succeed(demo: Demo, number: str) -> None:
    officer = demo.cast.actor("officer")
    agencies.answer_lead(officer, demo.now, lead_number=number, accept=True)
    for kind, facts in (
        (OutcomeKind.FILED, {"text": "Case filed."}),
        (
            OutcomeKind.SEIZURE,
            {"value_minor": 86_400_000, "currency": "CNY", "quantity": 3_120, "text": "Warehouse searched."},
        ),
        (OutcomeKind.ARREST, {"quantity": 4, "text": "Four people arrested."}),
    ):
        agencies.report_outcome(officer, demo.now, lead_number=number, kind=kind, **facts)


def send_back(demo: Demo, number: str) -> None:
    agencies.answer_lead(
        demo.cast.actor("regulator"),
        demo.now,
        lead_number=number,
        accept=False,
        reason="The sales are above the threshold for a criminal case: please report to the police.",
    )


def wait(demo: Demo, number: str) -> None:
    """The officer who tries the demo answers this one."""


def publish(demo: Demo) -> None:
    """The sellers' index, and the outcomes' way back: what proved true is an input of the next screening."""
    disclosure.compute_index(Actor.system("index"), demo.now)
    screen(demo)


def seal(demo: Demo) -> None:
    """Every event of the demo goes into the tree, and the tree's head is signed."""
    with transaction.atomic():
        ledger.record(Actor.system("demo"), demo.now, DONE, subject=("run", run_id(demo.seed, demo.listings)))
    sequencer.run_once()
    checkpoints.publish(demo.now)


STEPS: list[tuple[str, Callable[[Demo], None]]] = [
    ("Draw the synthetic market", make_market),
    ("Register organisations and people", register_people),
    ("Sign agreements with the agencies", sign_agreements),
    ("Import brands and authorisations", import_rights),
    ("Import sellers, listings, orders and after-sales", import_market),
    ("Open the pictures and fill the bank of images", know_images),
    ("Screen every listing", screen),
    ("Read the pictures that are worth it most", read_pictures),
    ("Match the agencies' seizures and inspections", share_records),
    ("Decide the top of the queue", decide),
    ("Learn words from what was blocked", learn_words),
    ("Write rules and try them", write_rules),
    ("Invite a seller with points", invite_seller),
    ("Link sellers into rings", find_rings),
    ("Open cases, send leads, report outcomes", send_leads),
    ("Publish the seller index and screen again", publish),
    ("Seal the ledger", seal),
]
