"""Brands files, rights, authorisations, and the table that screening gets."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shops import a_seller
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.rights import Rights
from touchstone.errors import BadInputFile, Conflict, Forbidden, NotValid
from touchstone.ledger.models import Event
from touchstone.rights import actions, queries
from touchstone.rights.models import Authorisation, Brand, Right

pytestmark = pytest.mark.django_db

HEADER = "brand,aliases,owner,classes,reference_price,currency,authorised_sellers,generic,context_for\n"
TODAY = date(2026, 11, 24)


@pytest.fixture
def take(actors, now, tmp_path):
    def imported(content, name="brands.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return actions.import_brands(actors["engineer"], now, path=tmp_path / name)

    return imported


def register(actor, now, **other):
    facts = {
        "brand": "Nike",
        "type": "trade_mark",
        "number": "G123",
        "office": "CNIPA",
        "classes": [25, "18"],
        "valid_from": date(2020, 1, 1),
        "valid_until": date(2030, 1, 1),
    }
    return actions.register_right(actor, now, **{**facts, **other})


def authorise(actor, now, brand, seller, **other):
    facts = {"proof": "contract 7", "valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    return actions.grant_authorisation(actor, now, brand=brand, seller=seller, **{**facts, **other})


def authorised(on):
    return dict(zip(*(queries.rights_table(on)[c].to_pylist() for c in ("brand", "authorised_sellers")), strict=True))


def test_a_brands_file_comes_in_once(take):
    done = take(HEADER + "Nike,耐克;耐吉,Nike Inc,25;18,799.50,CNY,S-9,,\nApple,苹果,,9,,,,yes,phone\n")
    assert (done.rows, done.accepted, done.unchanged) == (2, 2, 0)
    nike = queries.brand("nike")
    assert (nike.aliases, nike.classes, nike.reference_price_minor) == (["耐克", "耐吉"], ["25", "18"], 79950)
    assert queries.brand("Apple").generic
    again = take(HEADER + "Nike,耐克;耐吉,Nike Inc,25;18,799.50,CNY,S-9,,\nApple,苹果,,9,,,,yes,phone\n")
    assert (again.accepted, again.unchanged) == (0, 2)
    assert Event.objects.filter(type="rights:brands:imported").count() == 1


def test_a_changed_brand_is_changed_and_others_stay(take):
    take("brand,aliases\nNike,耐克\nAdidas,\n")
    done = take("brand,aliases\nNIKE,耐克;N\n", "more.csv")
    assert (done.accepted, Brand.objects.count()) == (1, 2)
    assert queries.brand("Nike").aliases == ["耐克", "N"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("brand,reference_price\nNike,NaN\n", "brands.csv, brand 1: .*not an amount"),
        ("brand,reference_price\nNike,-1\n", "not an amount"),
        ("brand,currency\nNike,YUAN\n", "not a currency"),
        ("brand\nNike\n" + "x" * 101 + "\n", "brand 2: .*1 to 100 characters"),
        ("name\nNike\n", "brand"),
        ("brand\n", "names no brand"),
        ("", "empty"),
        (b"brand\nNik\xff\n", "UTF-8"),
    ],
)
def test_a_wrong_file_is_explained_and_nothing_comes_in(take, content, says):
    with pytest.raises(BadInputFile, match=says):
        take(content)
    assert not Brand.objects.exists()


def test_a_truncated_parquet_file_is_explained(take, tmp_path):
    pq.write_table(pa.table({"brand": ["Nike"] * 1000}), tmp_path / "whole.parquet")
    with pytest.raises(BadInputFile, match="Parquet"):
        take((tmp_path / "whole.parquet").read_bytes()[:-9], "cut.parquet")


def test_a_rights_holder_registers_a_right_in_a_new_brand(actors, now):
    right = register(actors["rights_holder"], now)
    assert right.classes == ["18", "25"]
    assert right.brand.owner_id == right.holder_id == actors["rights_holder"].organisation_id
    assert register(actors["rights_holder"], now) == right
    assert Event.objects.filter(type="rights:right:registered").count() == 1


def test_a_brand_of_another_owner_cannot_be_taken(actors, now, take):
    take("brand,owner\nNike,Nike Inc\nOwn,HOLDER LTD\n")
    with pytest.raises(Conflict, match="belongs to Nike Inc"):
        register(actors["rights_holder"], now)
    assert register(actors["rights_holder"], now, brand="own").brand.name == "Own"
    assert Right.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"type": "idea"}, "type"),
        ({"number": " "}, "number"),
        ({"office": "x" * 21}, "office"),
        ({"valid_until": date(2019, 1, 1)}, "valid_until"),
        ({"brand": " "}, "brand"),
    ],
)
def test_a_wrong_right_is_refused_with_its_place(actors, now, wrong, place):
    with pytest.raises(NotValid) as error:
        register(actors["rights_holder"], now, **wrong)
    assert error.value.place == place


@pytest.mark.parametrize("role", ["reviewer", "seller", "officer", "engineer"])
def test_others_register_nothing(actors, now, role):
    with pytest.raises(Forbidden):
        register(actors[role], now)
    assert not Brand.objects.exists()


def test_an_authorisation_holds_from_its_first_to_its_last_day(actors, now, take):
    holder = actors["rights_holder"]
    brand = register(holder, now).brand
    take("brand,authorised_sellers\nNike,S-9\n")
    first = authorise(holder, now, brand, a_seller(now))
    assert authorise(holder, now, brand, a_seller(now)) == first
    assert authorised(date(2025, 12, 31)) == {"Nike": "S-9"}
    assert authorised(date(2026, 1, 1)) == {"Nike": "S-9;S-1"}
    assert authorised(date(2026, 12, 31)) == {"Nike": "S-9;S-1"}
    assert authorised(date(2027, 1, 1)) == {"Nike": "S-9"}


def test_a_withdrawn_authorisation_ends_that_day_and_may_be_granted_anew(actors, now):
    holder = actors["rights_holder"]
    brand = register(holder, now).brand
    first = authorise(holder, now, brand, a_seller(now))
    for _ in range(2):
        actions.withdraw_authorisation(holder, now, authorisation_id=first.id, because="breach")
    assert authorised(TODAY - timedelta(days=1)) == {"Nike": "S-1"}
    assert authorised(TODAY) == {"Nike": ""}
    again = authorise(holder, now, brand, a_seller(now))
    assert again != first
    assert authorised(TODAY) == {"Nike": "S-1"}
    kinds = Event.objects.filter(type__startswith="rights:authorisation:").order_by("id").values_list("type", flat=True)
    assert [k.split(":")[-1] for k in kinds] == ["granted", "withdrawn", "granted"]


def test_only_the_brands_owner_authorises(actors, now, take):
    take("brand,owner\nPuma,Puma SE\n")
    with pytest.raises(Forbidden):
        authorise(actors["rights_holder"], now, queries.brand("Puma"), a_seller(now))
    assert not Authorisation.objects.exists()


def test_the_engine_reads_the_table(take):
    take(HEADER + "Nike,耐克,Nike Inc,25,799,CNY,S-1;S-2,,\nApple,,,9,,,,yes,phone\n")
    rights = Rights.from_table(queries.rights_table(TODAY), Rates())
    assert rights.brands == ("Apple", "Nike")
    assert rights.sellers[1] == frozenset({"S-1", "S-2"})


# The page


def test_a_rights_holder_sees_its_own_brands_and_staff_see_all(actors, now, take, sign_in):
    take("brand,owner\nPuma,Puma SE\n")
    register(actors["rights_holder"], now)
    page = sign_in("rights_holder").get("/rights/").content.decode()
    assert ">Nike<" in page
    assert "Puma" not in page
    assert "Puma" in sign_in("reviewer").get("/rights/").content.decode()


def test_a_rights_holder_without_an_organisation_sees_no_brands(actors, take):
    take("brand\nNike\n")
    assert not queries.brands(replace(actors["rights_holder"], organisation_id=None)).exists()


def test_a_right_is_registered_and_a_seller_authorised_on_the_page(people, now, sign_in):
    a_seller(now)
    client = sign_in("rights_holder")
    form = {
        "brand": "Nike",
        "type": "trade_mark",
        "office": "cnipa",
        "number": "G1",
        "classes": "18, 25",
        "valid_from": "2020-01-01",
    }
    assert client.post("/rights/register/", form).status_code == 302
    form = {
        "brand": Brand.objects.get().pk,
        "seller_id": "S-1",
        "proof": "contract",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    assert client.post("/rights/authorise/", {**form, "seller_id": "nobody"}).status_code == 422
    assert client.post("/rights/authorise/", {**form, "valid_until": "2025-12-31"}).status_code == 422
    assert client.post("/rights/authorise/", form).status_code == 302
    given = Authorisation.objects.get()
    assert "contract" in client.get("/rights/").content.decode()
    assert client.post(f"/rights/authorisations/{given.id}/withdraw/", {"because": "breach"}).status_code == 302
    given.refresh_from_db()
    assert given.is_withdrawn


@pytest.mark.parametrize("wrong", [{"classes": "46"}, {"classes": "a"}, {"valid_from": "soon"}, {"number": ""}])
def test_a_wrong_form_is_shown_again(people, sign_in, wrong):
    form = {
        "brand": "Nike",
        "type": "trade_mark",
        "office": "CNIPA",
        "number": "G1",
        "classes": "25",
        "valid_from": "2020-01-01",
    }
    answer = sign_in("rights_holder").post("/rights/register/", {**form, **wrong})
    assert answer.status_code == 422
    assert not Right.objects.exists()


def test_a_brand_is_found_by_its_chinese_alias(take, sign_in):
    take("brand,aliases\nNike,耐克\nAdidas,阿迪达斯\n")
    page = sign_in("reviewer").get("/rights/", {"q": "耐克"}).content.decode()
    assert ">Nike<" in page
    assert "Adidas" not in page
