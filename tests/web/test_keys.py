"""The page of an organisation's keys."""

from __future__ import annotations

from touchstone.accounts.models import ApiKey


def issue(client, name="stock robot", roles=("engineer",)):
    return client.post("/keys/", {"name": name, "roles": list(roles)})


def test_the_secret_is_shown_once(sign_in):
    client = sign_in("engineer")
    answer = issue(client)
    key = ApiKey.objects.get()
    assert f"ts_{key.prefix}_" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = client.get("/keys/").content.decode()
    assert "stock robot" in again
    assert f"ts_{key.prefix}_" not in again


def test_a_key_can_do_no_more_than_its_maker(sign_in):
    answer = issue(sign_in("engineer"), roles=["engineer", "supervisor"])
    assert answer.status_code == 200
    assert "supervisor is not one of the available choices" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_stays_in_the_list(sign_in):
    client = sign_in("officer")
    issue(client, roles=["officer"])
    key = ApiKey.objects.get()
    assert client.post(f"/keys/{key.id}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at
    assert "Revoked" in client.get("/keys/").content.decode()


def test_another_organisations_key_does_not_exist(sign_in):
    issue(sign_in("engineer"))
    key = ApiKey.objects.get()
    client = sign_in("officer")
    assert "stock robot" not in client.get("/keys/").content.decode()
    assert client.post(f"/keys/{key.id}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None
