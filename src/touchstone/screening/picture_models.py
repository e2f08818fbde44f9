"""What is known of a stored picture, by the SHA-256 of its file: found once, used by every verdict on every listing."""

from __future__ import annotations

from django.db import models


class Picture(models.Model):
    """One picture. `refused` is the code of why it is not read, `refusal` the sentence; both empty for a good one.

    pdq: its hash in hex. worth: what a closer look may change (screening/picture_queue.py). reader: who read its text,
    empty until then. marks_upto: number of the newest mark that was looked for in it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    pdq = models.CharField(max_length=64, blank=True)
    quality = models.PositiveSmallIntegerField(default=0)
    frames = models.PositiveIntegerField(default=1)
    refused = models.CharField(max_length=20, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    worth = models.FloatField(default=0)
    text = models.TextField(blank=True)
    reader = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    marks_upto = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["reader", "-worth"], name="pictures_to_read"),
            models.Index(fields=["marks_upto", "-worth"], name="pictures_to_look_at"),
            models.Index(fields=["read_at"], name="pictures_by_reading"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class PictureMark(models.Model):
    """A rights holder's mark in a picture. The place is in shares of the picture, 0 to 1."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="marks")
    mark = models.ForeignKey("rights.Mark", on_delete=models.PROTECT, related_name="sightings")
    inliers = models.PositiveIntegerField()
    left = models.FloatField()
    top = models.FloatField()
    right = models.FloatField()
    bottom = models.FloatField()
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-inliers", "id"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "mark"], name="a_mark_is_found_once_a_picture"),
        ]
