"""Pages about errors: the right status, the sentence, the remedy, the same frame; a notice for htmx."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import path

from touchstone.errors import Conflict, NotValid
from touchstone.project import urls
from touchstone.web import problems

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404


def taken(request):
    raise Conflict("Lin holds this task.", remedy="Take the next one.")


def wrong(request):
    raise NotValid("The price is no number.", place="line 3")


def broken(request):
    raise RuntimeError("a secret detail")


urlpatterns = [*urls.urlpatterns, path("t/taken/", taken), path("t/wrong/", wrong), path("t/broken/", broken)]


@pytest.fixture
def here(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


def test_a_product_error_is_a_page_with_sentence_and_remedy(here, db):
    answer = here.get("/t/taken/", headers={"referer": "http://testserver/review/?page=2"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Lin holds this task." in page
    assert "Take the next one." in page
    assert 'href="/review/?page=2"' in page
    assert page.count("<h1") == 1


def test_bad_input_names_the_place(here, db):
    answer = here.get("/t/wrong/")
    assert answer.status_code == 422
    assert "line 3" in answer.content.decode()


def test_a_referer_from_elsewhere_is_no_way_back(here, db):
    for referer in ("http://evil.example/x", "http://testserver//evil.example/x"):
        page = here.get("/t/taken/", headers={"referer": referer}).content.decode()
        assert "evil" not in page, referer


def test_htmx_gets_a_notice_for_the_pages_messages(here, db):
    answer = here.get("/t/taken/", headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#flashes"
    assert answer.content.decode().startswith('<p class="notice error" role="alert">')


def test_an_unknown_address_is_404_in_both_languages(here, db):
    assert "There is no such page" in here.get("/nowhere/").content.decode()
    chinese = here.get("/nowhere/", headers={"accept-language": "zh-CN"})
    assert chinese.status_code == 404
    assert "页面不存在" in chinese.content.decode()


def test_our_own_fault_says_nothing_of_the_inside(here, db):
    answer = here.get("/t/broken/", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "a secret detail" not in page
    assert "系统出现故障" in page


def test_a_stale_form_is_explained(db, settings):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/i18n/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


def test_a_request_that_cannot_be_read_is_400(db):
    request = RequestFactory().get("/x/")
    answer = problems.bad_request(request, ValueError())
    assert answer.status_code == 400
