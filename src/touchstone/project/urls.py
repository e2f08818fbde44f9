"""Where each room's pages hang."""

from django.urls import include, path

urlpatterns = [
    path("", include("touchstone.web.urls")),
    path("", include("touchstone.accounts.urls")),
    path("account/", include("touchstone.accounts.signin_urls")),
    path("audit/", include("touchstone.web.audit.urls")),
    path("", include("touchstone.screening.urls")),
    path("review/", include("touchstone.review.urls")),
    path("screening/images/", include("touchstone.review.image_urls")),
    path("market/", include("touchstone.market.urls")),
    path("rights/", include("touchstone.rights.urls")),
    path("penalties/", include("touchstone.penalties.urls")),
    path("cases/", include("touchstone.cases.urls")),
    path("agencies/", include("touchstone.agencies.urls")),
    path("shops/", include("touchstone.disclosure.urls")),
    path("board/", include("touchstone.board.urls")),
    path("api/", include("touchstone.api.urls")),
]

handler400 = "touchstone.web.problems.bad_request"
handler403 = "touchstone.web.problems.forbidden"
handler404 = "touchstone.web.problems.not_found"
