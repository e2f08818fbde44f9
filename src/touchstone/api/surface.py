"""One OpenAPI surface over the rooms' actions: /api/v1."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from touchstone import __version__
from touchstone.agencies.api import router as leads
from touchstone.api.keys import key_auth
from touchstone.api.parsing import JsonParser
from touchstone.api.problems import from_error, problem, too_large
from touchstone.cases.api import cases, links_router, rings
from touchstone.errors import TouchstoneError
from touchstone.market.api import router as imports
from touchstone.review.api import router as decisions
from touchstone.rights.api import router as terms
from touchstone.rights.mark_api import router as marks
from touchstone.screening.api import router as screening
from touchstone.screening.explain_api import router as explain

api = NinjaAPI(
    title="Touchstone",
    version=__version__,
    description=(
        "Errors are problem details (RFC 9457). "
        "Send an Idempotency-Key with a POST and a retry is answered, not done again."
    ),
    auth=key_auth,
    parser=JsonParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", screening, tags=["screening"])
api.add_router("", explain, tags=["screening"])
api.add_router("/imports", imports, tags=["market"])
api.add_router("/decisions", decisions, tags=["review"])
api.add_router("/terms", terms, tags=["rights"])
api.add_router("/marks", marks, tags=["rights"])
api.add_router("/rings", rings, tags=["cases"])
api.add_router("/links", links_router, tags=["cases"])
api.add_router("/cases", cases, tags=["cases"])
api.add_router("/leads", leads, tags=["agencies"])


@api.exception_handler(TouchstoneError)
def expected(request: HttpRequest, error: TouchstoneError) -> HttpResponse:
    return from_error(request, error)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"place": ".".join(str(p) for p in e["loc"][1:]), "detail": e["msg"]} for e in error.errors]
    return problem(request, 422, "not-valid", _("The request does not fit the schema."), errors=errors)


@api.exception_handler(AuthenticationError)
def no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(
        request,
        401,
        "no-key",
        _("There is no valid API key with this request."),
        remedy=_("Send it as: Authorization: Bearer ts_..."),
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "not-found", _("There is no such thing."))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, "bad-request", str(error))


@api.exception_handler(RequestDataTooBig)
def body_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return too_large(request)
