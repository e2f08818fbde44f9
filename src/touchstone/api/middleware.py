"""What is the same for every API request.

The key becomes the actor, a retried POST is answered and not repeated, and every error is a problem document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey
from touchstone.api.keys import key_of
from touchstone.api.models import GivenAnswer
from touchstone.api.problems import as_problem, problem, too_large

PREFIX = "/api/"
LONGEST_KEY = 200


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        try:
            return as_problem(request, self.answer(request))
        except RequestDataTooBig:
            return too_large(request)
        except (SuspiciousOperation, MultiPartParserError):
            return problem(request, 400, "bad-request", _("The request could not be read."))

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        request.actor = Actor.of_key(key) if key else Actor.public()  # type: ignore[attr-defined]
        idempotency_key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or idempotency_key is None:
            return self.get_response(request)
        if not 0 < len(idempotency_key) <= LONGEST_KEY:
            return problem(
                request,
                400,
                "bad-idempotency-key",
                _("An Idempotency-Key has 1 to %(longest)s characters.") % {"longest": LONGEST_KEY},
            )
        return self.answer_once(request, key, idempotency_key)

    def answer_once(self, request: HttpRequest, key: ApiKey, idempotency_key: str) -> HttpResponseBase:
        """The answer given before to the same request, else a new one, kept in the transaction of what it does.

        A second request that comes while the first still runs waits for the first one's row and then finds its answer.
        An error is not kept: its work is rolled back and a retry may go better.
        """
        digest = request_digest(request)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    given = GivenAnswer.objects.create(
                        api_key=key,
                        idempotency_key=idempotency_key,
                        request_sha256=digest,
                        at=timezone.now(),
                    )
            except IntegrityError:
                known = GivenAnswer.objects.get(api_key=key, idempotency_key=idempotency_key)
                return replay(request, known, digest)
            response = self.get_response(request)
            if response.status_code >= 400 or response.streaming:
                transaction.set_rollback(True)
                return response
            given.status = response.status_code
            given.content_type = response.headers.get("Content-Type", "application/json")
            given.body = response.content
            given.save()
            return response


def request_digest(request: HttpRequest) -> str:
    """SHA-256 over method, path with query, content type and content: what makes two requests the same."""
    return digest_of(request.method or "", request.get_full_path(), request.content_type or "", _content(request))


def digest_of(method: str, path: str, content_type: str, content: Iterable[bytes]) -> str:
    """See `request_digest`."""
    digest = hashlib.sha256()
    for part in [*(text.encode() for text in (method, path, content_type)), *content]:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _content(request: HttpRequest) -> Iterator[bytes]:
    """The body; of a form with files its fields and files, because the text between them is new at each try."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield from (name.encode(), *(str(value).encode() for value in values))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            yield from (name.encode(), (file.name or "").encode(), content.digest())


def replay(request: HttpRequest, known: GivenAnswer, digest: str) -> HttpResponseBase:
    if known.request_sha256 != digest:
        return problem(
            request,
            422,
            "idempotency-key-reused",
            _("This Idempotency-Key was used for another request."),
            remedy=_("Use a new key for a new request."),
        )
    response = HttpResponse(bytes(known.body), status=known.status, content_type=known.content_type)
    response.headers["Idempotency-Replayed"] = "true"
    return response
