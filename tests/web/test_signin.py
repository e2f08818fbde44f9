"""Sign-in, its pause after failures, and the person's own pages."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

PASSWORD = "a-long-test-password"


def sign_in(client, username="reviewer", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def test_a_stranger_comes_to_sign_in_and_then_where_he_wanted_to_go(client, people):
    wanted = client.get("/settings/")
    assert wanted.url == "/account/login/?next=/settings/"
    page = client.get(wanted.url).content.decode()
    assert "<h1>Sign in</h1>" in page
    assert 'value="/settings/"' in page
    answer = client.post(reverse("account_login"), {"login": "reviewer", "password": PASSWORD, "next": "/settings/"})
    assert answer.url == "/settings/"


def test_a_wrong_password_is_said_beside_the_form(client, people):
    answer = sign_in(client, password="wrong")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_sign_in_pauses_after_eight_failures_also_for_the_right_password(client, people, settings):
    settings.AXES_ENABLED = True
    for _attempt in range(8):
        answer = sign_in(client, password="wrong")
    assert answer.status_code == 429
    assert "Sign-in is paused" in answer.content.decode()
    assert "8 failed attempts" in answer.content.decode()
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_writing_the_name_in_other_letters_does_not_end_the_pause(client, people, settings):
    settings.AXES_ENABLED = True
    for name in ["reviewer", "Reviewer", "REVIEWER", "reviewer", "rEviewer", "Reviewer", "reviewer ", "revieweR"]:
        sign_in(client, username=name, password="wrong")
    assert sign_in(client, username="ReViewer").status_code == 429


def test_nobody_can_sign_up_or_reset_a_password_alone(client):
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("path", ["/account/2fa/", "/account/password/change/", "/account/logout/"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_account_pages_stand_in_our_frame(client, people, path, language):
    sign_in(client)
    client.cookies["django_language"] = language
    page = client.get(path).content.decode()
    assert f'<html lang="{language}"' in page
    assert 'id="rail"' in page
    assert page.count("<h1") == 1


def test_a_second_factor_can_be_set_up_and_is_then_asked_for(client, people):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    sign_in(client)
    asked = client.get("/account/2fa/totp/activate/")
    assert asked.url.startswith("/account/reauthenticate/")
    assert client.get(asked.url).content.decode().count("<h1") == 1
    form = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert "data:image/svg+xml" in form.content.decode()
    secret = form.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert "Recovery" in client.get("/account/2fa/recovery-codes/").content.decode()
    client.post("/account/logout/")
    assert sign_in(client).url.startswith("/account/2fa/authenticate/")
    asked = client.get("/account/2fa/authenticate/").content.decode()
    assert asked.count("<h1") == 1
    assert client.get("/settings/").status_code == 302


def test_a_second_factor_cannot_be_guessed_for_ever(client, people):
    from allauth.mfa.totp.internal.auth import TOTP
    from django.core.cache import cache

    cache.clear()
    TOTP.activate(people["reviewer"], "JBSWY3DPEHPK3PXP")
    assert sign_in(client).url.startswith("/account/2fa/authenticate/")
    told = [client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode() for _guess in range(21)]
    assert "Too many failed login attempts" in told[20]
    assert "Too many failed login attempts" not in told[19]
    cache.clear()


def test_settings_change_language_and_time_zone_once(sign_in, people):
    from touchstone.ledger.models import Event

    client = sign_in("officer")
    for _twice in range(2):
        answer = client.post("/settings/", {"language": "zh-hans", "time_zone": "Europe/Berlin"})
        assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "zh-hans"
    people["officer"].refresh_from_db()
    assert (people["officer"].language, people["officer"].time_zone) == ("zh-hans", "Europe/Berlin")
    assert Event.objects.filter(type="accounts:person:settings-changed").count() == 1
    assert "<h1>设置</h1>" in client.get("/settings/").content.decode()


def test_a_time_zone_that_does_not_exist_is_refused(sign_in, people):
    answer = sign_in("officer").post("/settings/", {"language": "en", "time_zone": "Mars/Olympus"})
    assert answer.status_code == 200
    people["officer"].refresh_from_db()
    assert people["officer"].time_zone == ""


def test_the_language_switch_keeps_the_page_and_asks_no_sign_in(client, db):
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/account/login/?next=/settings/"})
    assert answer.url == "/account/login/?next=/settings/"
    assert "登录" in client.get(answer.url).content.decode()
    away = client.post("/i18n/setlang/", {"language": "en", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in away.url
