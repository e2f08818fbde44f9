"""Walks the product over the demo's market: each role from its home along every kind of link, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.urls import resolve
from tests.web.reading import Page

from touchstone.web import translations

PAGES_OF_A_KIND = 2
NOT_WALKED = ("/static/", "/media/", "/api/", "/account/logout/", "/account/2fa/totp/", "/style/")
ROLES = {
    "reviewer": "reviewer",
    "investigator": "investigator",
    "supervisor": "supervisor",
    "engineer": "engineer",
    "board": "working_group",
    "holder": "rights_holder",
    "seller": "seller",
    "officer": "officer",
}


@pytest.fixture
def demo(db, tmp_path, monkeypatch):
    """The demo's chain over a small market."""
    from touchstone.demo import chain

    monkeypatch.setattr(chain, "DECIDED_BY_DEMO", 8)
    found = chain.Demo(folder=tmp_path, listings=1500, seed=5, clock=lambda: datetime.now(UTC), say=lambda text: None)
    chain.run(found)
    return found


def walk(client, start: str):
    """Every page that links lead to from `start`, a few of each kind, as (address, Page)."""
    waiting, seen, kinds = [start], {start}, Counter()
    while waiting:
        url = waiting.pop(0)
        kind = resolve(url.split("?")[0]).view_name
        if kinds[kind] >= PAGES_OF_A_KIND:
            continue
        kinds[kind] += 1
        response = client.get(url)
        assert response.status_code == 200, f"{url} answers {response.status_code}"
        if not response["Content-Type"].startswith("text/html"):
            continue
        page = Page(response.content.decode())
        yield url, page
        for link in (link.split("#")[0] for link in page.links):
            if link and link not in seen and not link.startswith(NOT_WALKED):
                seen.add(link)
                waiting.append(link)


def english_words() -> set[str]:
    """What the pages say in English and say otherwise in Chinese."""
    import gettext

    with translations.CATALOGUE.open("rb") as compiled:
        chinese = gettext.GNUTranslations(compiled)
    words = {msgid for _context, msgid in translations.used() if not re.search(r"[%{]", msgid)}
    words.discard("English")  # the switch names each language in itself
    return {w for w in words if re.search("[a-z]{3}", w) and chinese.gettext(w) != w}


def test_every_link_opens_and_every_page_can_be_heard(demo, client):
    users, complaints, walked = demo.cast.users, [], 0
    for username in ROLES:
        client.force_login(users[username], backend="allauth.account.auth_backends.AuthenticationBackend")
        for url, page in walk(client, "/"):
            walked += 1
            complaints += [f"{username} {url}: {what}" for what in page.hindrances()]
    client.logout()
    for start in ("/shops/", "/account/login/"):
        for url, page in walk(client, start):
            complaints += [f"public {url}: {what}" for what in page.hindrances()]
    assert complaints == []
    assert walked > 60


def test_no_page_says_in_chinese_what_the_catalogue_knows(demo, client):
    words, complaints = english_words(), set()
    client.cookies["django_language"] = "zh-hans"
    for username in ROLES:
        client.force_login(demo.cast.users[username], backend="allauth.account.auth_backends.AuthenticationBackend")
        for url, page in walk(client, "/"):
            assert page.all("html")[0].attrs["lang"] == "zh-hans"
            complaints |= {f"{url}: {text}" for text in page.texts if text in words}
            complaints |= {f"{url}: {what}" for what in page.hindrances()}
    assert complaints == set()
