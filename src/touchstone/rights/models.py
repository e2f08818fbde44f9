"""Brands, the rights in them, and who may sell under them. List fields hold lists of strings."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from touchstone.rights.mark_models import Mark

__all__ = [
    "Authorisation",
    "Brand",
    "Mark",
    "Right",
    "RightType",
    "Term",
    "TermKind",
    "TermSource",
    "TermState",
]


class RightType(models.TextChoices):
    TRADE_MARK = "trade_mark", _("Trade mark")
    COPYRIGHT = "copyright", _("Copyright")
    PATENT = "patent", _("Patent")
    DESIGN = "design", _("Design")
    GEOGRAPHICAL_INDICATION = "geographical_indication", _("Geographical indication")


class Brand(models.Model):
    """A name that screening looks for. `owner` is the rights holder's organisation once it has one here."""

    name = models.CharField(max_length=100, unique=True)
    owner_name = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="brands", null=True, blank=True
    )
    aliases = models.JSONField(default=list, blank=True)
    short_aliases = models.JSONField(default=list, blank=True)
    classes = models.JSONField(default=list, blank=True)
    reference_price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # Seller ids named by the brands file; authorisations granted here stand in Authorisation.
    authorised_sellers = models.JSONField(default=list, blank=True)
    generic = models.BooleanField(default=False)
    context_for = models.JSONField(default=list, blank=True)
    context_against = models.JSONField(default=list, blank=True)
    categories = models.JSONField(default=list, blank=True)
    # Name, aliases and owner, for the search: the databases do not write the characters of JSON alike.
    search_text = models.TextField(blank=True, editable=False)
    changed_at = models.DateTimeField()
    models = models.JSONField(default=list, blank=True)  # last: from here on the name hides the module

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        self.search_text = self.words()
        super().save(**options)

    def words(self) -> str:
        """What `search_text` holds; bulk writes set it themselves."""
        return " ".join([self.name, *self.aliases, *self.short_aliases, self.owner_name])

    def party_ids(self) -> set[uuid.UUID]:
        return {self.owner_id} if self.owner_id else set()


class Right(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="rights")
    type = models.CharField(max_length=24, choices=RightType)
    number = models.CharField(max_length=100)
    office = models.CharField(max_length=20)
    classes = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    holder = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="rights")
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["office", "number"]
        constraints = [
            models.UniqueConstraint(fields=["type", "office", "number"], name="one_right_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.number}"

    def party_ids(self) -> set[uuid.UUID]:
        return {self.holder_id}


class Authorisation(models.Model):
    """A seller's permission from a rights holder. It holds from `valid_from` to `valid_until`, both included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="authorisations")
    seller = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="authorisations")
    proof = models.CharField(max_length=500)
    scope = models.CharField(max_length=500, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField()
    granted_by = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-valid_until"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "seller", "valid_from", "valid_until"],
                condition=models.Q(withdrawn_on=None),
                name="one_authorisation_per_period",
            ),
        ]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.granted_by_id} | self.brand.party_ids() | self.seller.party_ids()

    def in_force(self, on: date) -> bool:
        ended = self.withdrawn_on is not None and self.withdrawn_on <= on
        return self.valid_from <= on <= self.valid_until and not ended

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_on is not None


class TermKind(models.TextChoices):
    ALIAS = "alias", _("Alias")
    NEGATIVE = "negative", _("Negative term")
    SAFE = "safe", _("Safe phrase")


class TermState(models.TextChoices):
    CANDIDATE = "candidate", _("Candidate")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused")


class TermSource(models.TextChoices):
    DECISION = "decision", _("Confirmed in a decision")
    MINED = "mined", _("Mined from removed listings")
    FILE = "file", _("Imported file")
    HAND = "hand", _("Entered by hand")


class Term(models.Model):
    """A text that screening treats in its own way once it is approved, with where it came from and what it changes.

    alias: one more way to write the brand. negative: a text that is mistaken for a name of the brand and is none. safe: a
    phrase that holds a name and never means a brand. `key` is the folded text. Negative terms and safe phrases let
    listings through: those of a brand mute this brand, those of none every brand. `source_id`: the decision, the mining run
    or the file's SHA-256. evidence: listing_ids and clean_ids that hold the text, support, clean_support, near, score.
    effect: see screening/effects.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="terms", null=True, blank=True)
    text = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=TermKind)
    state = models.CharField(max_length=9, choices=TermState, default=TermState.CANDIDATE)
    source = models.CharField(max_length=8, choices=TermSource)
    source_id = models.CharField(max_length=100, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # Who acted, by id and by name: a person, a key or a task of the system.
    proposed_by = models.CharField(max_length=100)
    proposed_by_name = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=100, blank=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)
    effect = models.JSONField(null=True, blank=True)
    effect_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "key", "id"]
        indexes = [models.Index(fields=["state", "-proposed_at"])]
        constraints = [
            models.UniqueConstraint(fields=["brand", "key", "kind"], name="one_term_a_brand_text_and_kind"),
            models.UniqueConstraint(
                fields=["key", "kind"], condition=models.Q(brand=None), name="one_term_of_no_brand_a_text_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def lets_through(self) -> bool:
        """It takes listings out of what is suspected, so a second person approves it."""
        return self.kind != TermKind.ALIAS
