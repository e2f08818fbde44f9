"""Answers already given, so that a retried POST is not done twice."""

from __future__ import annotations

from django.db import models


class GivenAnswer(models.Model):
    """The answer to a POST that carried an Idempotency-Key; written in the transaction of what it did."""

    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, default="application/json")
    body = models.BinaryField(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["api_key", "idempotency_key"], name="one_answer_per_idempotency_key")
        ]
        indexes = [models.Index(fields=["at"])]
