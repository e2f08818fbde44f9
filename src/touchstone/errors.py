"""What can go wrong, in one place.

Every error that a person or a program may meet has a `code` for programs, a sentence for people and, where there is
one, a `remedy`. Pages, the API (RFC 9457 problem details) and the command line all render the same object.
"""

from __future__ import annotations


class TouchstoneError(Exception):
    """Base of all expected errors. `status` is the HTTP status that fits, `exit_status` the command line's."""

    code = "error"
    status = 500
    exit_status = 2

    def __init__(self, message: str, *, remedy: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        parts = [f"{self.place}: {self.message}" if self.place else str(self.message)]
        if self.remedy:
            ended = parts[0].endswith((".", "!", "?", "。"))
            parts = [parts[0] if ended else f"{parts[0]}.", str(self.remedy)]
        return " ".join(parts)


class NotValid(TouchstoneError):
    """The input is wrong; `place` names the field, file or line."""

    code = "not-valid"
    status = 422


class BadInputFile(NotValid):
    """A file that cannot be read as what it claims to be, or lacks a required column."""

    code = "bad-input-file"


class BadRule(NotValid):
    """A rule that does not parse, names an unknown signal or uses something that rules may not use."""

    code = "bad-rule"


class Forbidden(TouchstoneError):
    """The actor may not do this, or may not see this."""

    code = "forbidden"
    status = 403


class NotFound(TouchstoneError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not-found"
    status = 404


class Conflict(TouchstoneError):
    """The thing is not in a state that allows this (held by somebody else, already decided, out of date)."""

    code = "conflict"
    status = 409
