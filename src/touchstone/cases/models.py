"""Rings of sellers that the same people run, and the investigations into them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from touchstone.cases.judgement import Judgement


class RingRole(models.TextChoices):
    MAKER = "maker", _("Maker")
    WHOLESALER = "wholesaler", _("Wholesaler")
    FRONT_SHOP = "front_shop", _("Front shop")
    COURIER = "courier", _("Courier")
    CASH_OUT = "cash_out", _("Cash-out")


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    LEAD_SENT = "lead_sent", _("Lead sent")
    CLOSED = "closed", _("Closed")


class ItemKind(models.TextChoices):
    SELLER = "seller", _("Seller")
    LISTING = "listing", _("Listing")
    DECISION = "decision", _("Decision")
    RECORD = "record", _("Shared record")
    WANTED = "wanted", _("Evidence wanted")


class Ring(models.Model):
    """Sellers run by the same people. `ring_id` stays the same from run to run while the membership overlaps.

    score: 0 to 1, how surely these sellers belong together. reasons: [{kind, sellers, weight, text, text_zh}].
    `lost_at` is set when a later run no longer finds the ring; its row stays, for cases and the ledger name it.
    """

    ring_id = models.CharField(max_length=40, unique=True)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, blank=True)
    searched_at = models.DateTimeField(null=True, blank=True)  # by the last search that found it
    score = models.FloatField()
    size = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    # Its members' listings that were removed or that the engine blocks, at the last run.
    bad_listings = models.PositiveIntegerField(default=0)
    # What its members took for listings that were removed or blocked, at the last run: [{currency, amount_minor}].
    takings = models.JSONField(default=list)

    class Meta:
        ordering = ["-bad_listings", "-score", "-size", "ring_id"]

    def __str__(self) -> str:
        return self.ring_id

    def party_ids(self) -> set[uuid.UUID]:
        """Nobody reaches a ring through an organisation of their own: only roles with the scope ALL see rings."""
        return set()


class RingMember(models.Model):
    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="members")
    seller = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=RingRole, default=RingRole.FRONT_SHOP)
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["ring_id", "-score", "seller_id"]
        constraints = [models.UniqueConstraint(fields=["seller"], name="a_seller_is_in_one_ring")]


class RingAttribute(models.Model):
    """One attribute (a phone, an account, an address) that several members of a ring share, as its keyed digest."""

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="attributes")
    kind = models.CharField(max_length=24)
    digest = models.CharField(max_length=64)
    weight = models.FloatField()
    sellers = models.JSONField(default=list)

    class Meta:
        ordering = ["ring_id", "-weight", "kind", "digest"]


class RingLink(models.Model):
    """A link between two members as the last search found it. seller_a has the smaller seller id; reasons as the
    engine gives them."""

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="links")
    seller_a = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    seller_b = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["ring_id", "-weight", "seller_a_id", "seller_b_id"]
        constraints = [models.UniqueConstraint(fields=["seller_a", "seller_b"], name="a_pair_is_linked_once")]


class LinkJudgement(models.Model):
    """What a person said of two sellers. Nothing is changed or deleted but `standing`, which a later word takes over.

    seller_a has the smaller seller id. act: the action, which may have judged many pairs at once. facts: what was known
    then, {weight, reasons} of the link, so that a later reader sees what the person saw.
    """

    act = models.UUIDField(db_index=True)
    seller_a = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    seller_b = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    judgement = models.CharField(max_length=10, choices=Judgement)
    standing = models.BooleanField(default=False)
    because = models.TextField()
    facts = models.JSONField(default=dict)
    ring = models.ForeignKey(Ring, on_delete=models.PROTECT, related_name="judgements", null=True, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["standing", "judgement"])]
        constraints = [
            models.UniqueConstraint(
                fields=["seller_a", "seller_b"],
                condition=models.Q(standing=True),
                name="one_judgement_of_a_pair_stands",
            ),
            models.CheckConstraint(
                condition=~models.Q(seller_a=models.F("seller_b")), name="a_judgement_is_about_two_sellers"
            ),
            models.CheckConstraint(
                condition=~models.Q(standing=True, judgement="noted"), name="a_remark_settles_nothing"
            ),
        ]


class NewSeller(models.Model):
    """A seller that came in or changed since the rings were last looked at; the row goes when it was."""

    seller = models.OneToOneField("market.Seller", on_delete=models.CASCADE, related_name="+", primary_key=True)
    since = models.DateTimeField()


class Case(models.Model):
    """An investigation. `organisation` is the one that runs it. A case that was merged is closed and points to the
    other."""

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN, db_index=True)
    ring = models.ForeignKey(Ring, on_delete=models.PROTECT, related_name="cases", null=True, blank=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        ordering = ["-opened_at", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["ring"],
                condition=~models.Q(state="closed"),
                name="one_open_case_a_ring",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def party_ids(self) -> set[uuid.UUID]:
        return {self.organisation_id}


class CaseItem(models.Model):
    """What a case holds. object_id: seller_id, listing_id, decision id, record id, or the kind of evidence wanted."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind)
    object_id = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["case_id", "kind", "id"]
        indexes = [models.Index(fields=["kind", "object_id"])]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "object_id"], name="an_item_is_in_a_case_once")]


class CaseNote(models.Model):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]


class CaseRelation(models.Model):
    """Two cases that belong together and stay two, and why. `ended_at`: somebody found that they do not."""

    case_a = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    case_b = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    because = models.TextField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_a", "case_b"], condition=models.Q(ended_at=None), name="two_cases_are_related_once"
            ),
            models.CheckConstraint(condition=~models.Q(case_a=models.F("case_b")), name="a_relation_is_of_two_cases"),
        ]


class HypothesisState(models.TextChoices):
    OPEN = "open", _("Open")
    SUPPORTED = "supported", _("Supported")
    REFUTED = "refuted", _("Refuted")


class Hypothesis(models.Model):
    """A statement about a case that evidence can speak for or against."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hypotheses")
    statement = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=HypothesisState, default=HypothesisState.OPEN)
    because = models.TextField(blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    judged_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "statement"], name="a_hypothesis_is_stated_once_a_case")]


class Argument(models.Model):
    """A piece of evidence as the analysis of a case uses it. kind, object_id: the item of the case, where it is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="arguments")
    text = models.CharField(max_length=500)
    kind = models.CharField(max_length=10, choices=ItemKind, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "text", "object_id"], name="an_argument_is_put_once_a_case")
        ]


class Weight(models.IntegerChoices):
    """How a piece of evidence bears on a hypothesis."""

    REFUTES = -2, _("Speaks strongly against it")
    AGAINST = -1, _("Speaks against it")
    NEUTRAL = 0, _("Says nothing either way")
    FOR = 1, _("Speaks for it")
    PROVES = 2, _("Speaks strongly for it")


class Weighing(models.Model):
    """What one piece of evidence says of one hypothesis. A later weighing takes `standing` over; none is deleted."""

    argument = models.ForeignKey(Argument, on_delete=models.CASCADE, related_name="weighings")
    hypothesis = models.ForeignKey(Hypothesis, on_delete=models.CASCADE, related_name="weighings")
    weight = models.SmallIntegerField(choices=Weight)
    note = models.TextField(blank=True)
    standing = models.BooleanField(default=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["argument", "hypothesis"], condition=models.Q(standing=True), name="one_weighing_stands"
            )
        ]


class Series(models.Model):
    """The last number given in a series such as C-2026. Its row is the lock: no gap, no double."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)
