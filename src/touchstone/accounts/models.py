"""Organisations, the people in them, what they may decide, and the keys of their programs."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    MARKETPLACE = "marketplace", _("Marketplace")
    RIGHTS_HOLDER = "rights_holder", _("Rights holder")
    SELLER = "seller", _("Seller")
    AGENCY = "agency", _("Agency")


class AgencyType(models.TextChoices):
    POLICE = "police", _("Police")
    MARKET_REGULATION = "market_regulation", _("Market and quality regulation")
    COPYRIGHT = "copyright", _("Copyright")
    PATENT_TRADEMARK = "patent_trademark", _("Patents and trade marks")
    CUSTOMS = "customs", _("Customs")


class Role(models.TextChoices):
    REVIEWER = "reviewer", _("Reviewer")
    INVESTIGATOR = "investigator", _("Investigator")
    SUPERVISOR = "supervisor", _("Supervisor")
    ENGINEER = "engineer", _("Engineer")
    WORKING_GROUP = "working_group", _("Working group")
    RIGHTS_HOLDER = "rights_holder", _("Rights holder")
    SELLER = "seller", _("Seller")
    OFFICER = "officer", _("Agency officer")
    SYSTEM = "system", _("System")
    PUBLIC = "public", _("Buyer and public")


class CertificateLevel(models.TextChoices):
    L1 = "L1", _("L1: triage")
    L2 = "L2", _("L2: decisions")
    L3 = "L3", _("L3: severe decisions and leads")


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    agency_type = models.CharField(max_length=24, choices=AgencyType, blank=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=100, blank=True)
    # For a seller's own organisation: the marketplace's seller id.
    seller_id = models.CharField(max_length=100, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="one_organisation_per_kind_and_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def party_ids(self) -> set[uuid.UUID]:
        return {self.id}

    def localised_name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") and self.name_zh else self.name


class User(AbstractUser):
    """A person of one organisation. Roles are what they do there; several are allowed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people", null=True)
    roles = models.JSONField(default=list)
    display_name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.username


class Certificate(models.Model):
    """What a reviewer must hold to decide a thing (上岗资格)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    level = models.CharField(max_length=2, choices=CertificateLevel)
    valid_from = models.DateField()
    valid_until = models.DateField()
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_until"]


class ApiKey(models.Model):
    """A key of an organisation's program. Only its digest is kept; the key is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    roles = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.organisation_id}
