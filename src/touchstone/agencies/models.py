"""Agreements between organisations, and what passes between them: alerts, leads, outcomes, shared records."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("Ended")


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0, in ascending order."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


class MessageKind(models.TextChoices):
    ALERT = "alert", _("Alerts")
    LEAD = "lead", _("Leads")
    RECORD = "record", _("Shared records")


class Purpose(models.TextChoices):
    CRIMINAL = "criminal", _("Criminal investigation")
    ADMINISTRATIVE = "administrative", _("Administrative enforcement")
    BORDER = "border", _("Border measures")
    SAFETY = "safety", _("Product safety")


class FileField(models.TextChoices):
    """The parts of a case file that an agreement can admit, one by one."""

    PEOPLE = "people", _("Legal names of sellers")
    LICENCES = "licences", _("Business licence numbers")
    SHOPS = "shops", _("Shops, their status and role in the ring")
    LINKS = "links", _("Which attributes the shops share")
    IDENTIFIERS = "identifiers", _("Keyed digests of phones, accounts, devices and addresses")
    LISTINGS = "listings", _("Listings")
    DECISIONS = "decisions", _("Decisions with facts and basis")
    PENALTIES = "penalties", _("Penalties and points")
    VALUATION = "valuation", _("Value of goods sold")
    EVIDENCE = "evidence", _("Evidence held and evidence wanted")
    ANALYSIS = "analysis", _("Hypotheses and the evidence for and against them")
    NOTES = "notes", _("Notes of the investigation")


class LeadType(models.TextChoices):
    REPORT_TO_POLICE = "report_to_police", _("Report to the police")
    REFERRAL_TO_ADMIN = "referral_to_admin", _("Referral to an administrative agency")


class LeadState(models.TextChoices):
    WAITING = "waiting", _("Waiting for approval")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    CLOSED = "closed", _("Closed")


class AlertKind(models.TextChoices):
    RECORD_MATCH = "record_match", _("A shared record matches a seller")
    RING_FOUND = "ring_found", _("A ring was found")
    SAFETY = "safety", _("Danger to health or safety")
    OTHER = "other", _("Other")


class OutcomeKind(models.TextChoices):
    FILED = "filed", _("Case filed")
    SEIZURE = "seizure", _("Seizure")
    ADMINISTRATIVE_PENALTY = "administrative_penalty", _("Administrative penalty")
    ARREST = "arrest", _("Arrest")
    CONVICTION = "conviction", _("Conviction")
    NOT_COUNTERFEIT = "not_counterfeit", _("Not counterfeit")
    NO_ACTION = "no_action", _("No action")


class RecordKind(models.TextChoices):
    SEIZURE = "seizure", _("Seizure")
    INSPECTION = "inspection", _("Inspection")
    BLACKLIST = "blacklist", _("Entry of a blacklist")


def _person(**options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, **options)


def _organisation() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")


class Agreement(models.Model):
    """What two organisations may share with each other, for what purpose, how secret, and by when an answer is due.

    fields: values of FileField; purposes: of Purpose; kinds: of MessageKind. It is in force from the second signature.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    a = _organisation()
    b = _organisation()
    state = models.CharField(max_length=10, choices=AgreementState, default=AgreementState.PROPOSED)
    fields = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    tlp_max = models.CharField(max_length=12, choices=Tlp, default=Tlp.AMBER)
    kinds = models.JSONField(default=list)
    answer_days = models.PositiveSmallIntegerField()
    working_days = models.BooleanField(default=True)
    retention_days = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    proposed_by = _person()
    proposed_at = models.DateTimeField()
    signed_by_a = _person(blank=True)
    signed_at_a = models.DateTimeField(null=True, blank=True)
    signed_by_b = _person(blank=True)
    signed_at_b = models.DateTimeField(null=True, blank=True)
    ended_by = _person(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(a=models.F("b")), name="an_agreement_has_two_sides"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")), name="an_agreement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~models.Q(signed_by_a=models.F("signed_by_b"))
                | models.Q(signed_by_a=None)
                | models.Q(signed_by_b=None),
                name="two_people_sign_an_agreement",
            ),
        ]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.a_id, self.b_id}

    def in_force_on(self, day: date) -> bool:
        return self.state == AgreementState.IN_FORCE and self.valid_from <= day <= self.valid_until


class Alert(models.Model):
    """A fact told at once. `fact_at` is when it was learnt, `sent_at` when the recipient could see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="alerts")
    sender = _organisation()
    recipient = _organisation()
    kind = models.CharField(max_length=16, choices=AlertKind)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=100)
    # What else the fact is about: [[kind, id], ...] as in the ledger.
    about = models.JSONField(default=list)
    # Digest of what is told, so that nobody is told the same twice.
    fact = models.CharField(max_length=64)
    text = models.TextField()
    text_zh = models.TextField(blank=True)
    fact_at = models.DateTimeField()
    sent_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = _person(blank=True)

    class Meta:
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["recipient", "seen_at"])]
        constraints = [models.UniqueConstraint(fields=["recipient", "fact"], name="a_fact_is_told_once")]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.sender_id, self.recipient_id}


class Lead(models.Model):
    """A case handed to another organisation. `package_json` is frozen: RFC 8785 text, hashed in package_sha256."""

    number = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="leads")
    sender = _organisation()
    recipient = _organisation()
    lead_type = models.CharField(max_length=20, choices=LeadType)
    tlp = models.CharField(max_length=12, choices=Tlp)
    purpose = models.CharField(max_length=16, choices=Purpose)
    requested_action = models.TextField()
    package_json = models.TextField()
    package_sha256 = models.CharField(max_length=64)
    withheld = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=LeadState, default=LeadState.SENT, db_index=True)
    sent_by = _person()
    asked_at = models.DateTimeField()
    approved_by = _person(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = _person(blank=True)
    reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "recipient"],
                condition=models.Q(state__in=["waiting", "sent", "accepted"]),
                name="one_open_lead_a_case_and_recipient",
            ),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("sent_by")) | models.Q(approved_by=None),
                name="nobody_approves_their_own_lead",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def package(self) -> dict[str, Any]:
        """The file as the recipient gets it."""
        found: dict[str, Any] = json.loads(self.package_json)
        return found

    def party_ids(self) -> set[uuid.UUID]:
        return {self.sender_id, self.recipient_id}


class Outcome(models.Model):
    """What the recipient reports back about a lead."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=24, choices=OutcomeKind)
    value_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    reported_by = _person()
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["at", "id"]

    def party_ids(self) -> set[uuid.UUID]:
        return self.lead.party_ids()


class SharedRecord(models.Model):
    """What one side seized, inspected or listed, entered for the other to match. facts: {place, brands, goods, ...}."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="records")
    owner = _organisation()
    kind = models.CharField(max_length=12, choices=RecordKind)
    reference = models.CharField(max_length=100)
    happened_on = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    by = _person()
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["owner", "reference"], name="a_record_is_entered_once")]

    def __str__(self) -> str:
        return self.reference

    def party_ids(self) -> set[uuid.UUID]:
        return self.agreement.party_ids()


class RecordKey(models.Model):
    """What a record is matched by: the keyed digest of an address, a phone, a waybill account, an account or a licence.

    A shop that the record names outright has the kind `seller` and its seller id for a digest.
    """

    record = models.ForeignKey(SharedRecord, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=24)
    digest = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["kind", "digest"])]
        constraints = [models.UniqueConstraint(fields=["record", "kind", "digest"], name="a_key_is_in_a_record_once")]


class RecordMatch(models.Model):
    """A seller that shares a key with a record."""

    record = models.ForeignKey(SharedRecord, on_delete=models.CASCADE, related_name="matches")
    seller = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["record_id", "seller_id"]
        constraints = [models.UniqueConstraint(fields=["record", "seller"], name="a_record_matches_a_seller_once")]
