"""The page of one's own: roles, light or dark, second factor, keys for programs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from audit.models import Record
from people.actions import PersonRefused, choose_theme
from tests.cast import token
from tests.company import MARKER_NAME
from units.models import ApiToken
from units.roles import ABILITIES, ABILITY_LABELS

pytestmark = pytest.mark.usefixtures("clock")


def page(client) -> str:
    answer = client.get("/account/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_names_the_person_and_her_roles_with_their_units(signed_in, retail_lead):
    said = page(signed_in(retail_lead))

    assert "Rita Retail" in said
    assert "rita.retail@example.com" in said
    assert "Unit leader" in said
    assert "RETAIL Retail" in said
    assert "1 Jan 2020" in said
    assert MARKER_NAME not in said


def test_a_role_that_ended_is_not_held(signed_in, former_lead):
    assert "No role has been granted to you." in page(signed_in(former_lead))


def test_a_theme_is_kept_and_written_on_the_next_page(signed_in, executive):
    client = signed_in(executive)

    assert client.post("/account/theme/", {"theme": "dark"}).url == "/account/"
    executive.refresh_from_db()

    assert executive.theme == "dark"
    assert 'data-theme="dark"' in page(client)
    kept = Record.objects.get(verb="people.theme.chosen")
    assert (kept.actor, kept.before, kept.after) == (
        f"person:{executive.pk}",
        {"theme": "system"},
        {"theme": "dark"},
    )


def test_a_theme_there_is_not_changes_nothing(signed_in, executive, at):
    signed_in(executive).post("/account/theme/", {"theme": "neon"})
    executive.refresh_from_db()

    assert executive.theme == "system"
    assert Record.objects.count() == 0
    with pytest.raises(PersonRefused):
        choose_theme(actor=f"person:{executive.pk}", person=executive, theme="neon", at=at)


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/overview/?period=2026-08", "/overview/?period=2026-08"),
        ("https://evil.example/", "/account/"),
        ("//evil.example", "/account/"),
    ],
)
def test_the_reader_comes_back_to_where_she_was_and_never_elsewhere(signed_in, executive, asked, back):
    assert signed_in(executive).post("/account/theme/", {"theme": "light", "next": asked}).url == back


def test_signing_out_is_a_button_that_posts(signed_in, executive):
    client = signed_in(executive)

    assert re.search(r'<form method="post" action="/account/logout/">', page(client))
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_a_second_factor_is_one_click_away(signed_in, executive):
    said = page(signed_in(executive))

    assert 'href="/account/2fa/"' in said
    assert "Set up a second factor" in said


ASKED = {"name": "Warehouse", "abilities": ["figures.read"], "unit": "SHOPS", "days": "7"}


def test_a_key_is_shown_once_and_opens_what_was_chosen(signed_in, calling, retail_lead, company, at):
    client = signed_in(retail_lead)
    answer = client.post("/account/tokens/", ASKED)
    (key,) = set(re.findall(r"plb_[\w-]{20,}", answer.content.decode()))
    made = ApiToken.objects.get()

    assert answer.status_code == 200
    assert key not in page(client)
    assert made.prefix in page(client)
    assert (made.person, made.abilities, made.expires) == (retail_lead, ["figures.read"], at + timedelta(days=7))
    assert list(made.units.through.objects.values_list("unit__code", flat=True)) == ["SHOPS"]
    units = calling(key).get("/api/v1/units/").json()["results"]
    assert [unit["code"] for unit in units] == ["SHOPS"]
    assert Record.objects.get(verb="units.token.made").actor == f"person:{retail_lead.pk}"


def test_what_a_key_may_stands_in_words(signed_in, retail_lead, company):
    client = signed_in(retail_lead)
    said = client.post("/account/tokens/", ASKED).content.decode()

    assert "Read figures" in page(client)
    assert "<td>Read figures</td>" in said
    assert ">figures.read<" not in said
    assert set().union(*ABILITIES.values()) == set(ABILITY_LABELS)


@pytest.mark.parametrize(
    "changed",
    [{"abilities": []}, {"abilities": ["thresholds.set"]}, {"unit": "WHOLESALE"}, {"days": "900"}, {"name": ""}],
)
def test_no_key_is_wider_than_its_person(signed_in, retail_lead, changed):
    answer = signed_in(retail_lead).post("/account/tokens/", {**ASKED, **changed})

    assert answer.status_code == 200
    assert "plb_" not in answer.content.decode()
    assert ApiToken.objects.count() == 0


def test_the_form_offers_only_what_is_the_persons_own(signed_in, retail_lead, access_admin):
    said = page(signed_in(retail_lead))

    assert 'value="SHOPS"' in said
    assert 'value="WHOLESALE"' not in said
    assert 'value="figures.read"' in said
    assert 'value="figures.import"' not in said
    assert 'value="grants.manage"' not in page(signed_in(access_admin))


def test_who_has_nothing_that_a_program_may_do_is_told_so_and_shown_no_form(signed_in, access_admin):
    client = signed_in(access_admin)
    said = page(client)

    assert "You cannot make one: nothing that your roles open is open to programs." in said
    assert "Make a key" not in said
    assert "Make a key" not in client.post("/account/tokens/", ASKED).content.decode()
    assert ApiToken.objects.count() == 0


def test_a_key_that_was_revoked_opens_nothing(signed_in, calling, retail_lead, retail_token):
    client, made = signed_in(retail_lead), ApiToken.objects.get()
    assert calling(retail_token).get("/api/v1/units/").status_code == 200

    assert client.post(f"/account/tokens/{made.prefix}/revoke/").url == "/account/"

    assert calling(retail_token).get("/api/v1/units/").status_code == 401
    assert "Revoked" in page(client)
    assert Record.objects.filter(verb="units.token.revoked").count() == 1


def test_somebody_elses_key_is_not_found(signed_in, wholesale_lead, retail_token):
    made = ApiToken.objects.get()

    assert made.prefix not in page(signed_in(wholesale_lead))
    assert signed_in(wholesale_lead).post(f"/account/tokens/{made.prefix}/revoke/").status_code == 404
    made.refresh_from_db()
    assert made.revoked is None


def test_a_key_past_its_day_is_told_as_expired(signed_in, retail_lead, at):
    token(retail_lead, "figures.read", at=at - timedelta(days=91))

    assert "Expired" in page(signed_in(retail_lead))


def test_somebody_without_a_role_makes_no_key(signed_in, stranger):
    client = signed_in(stranger)

    assert "Make a key" not in page(client)
    client.post("/account/tokens/", ASKED)
    assert ApiToken.objects.count() == 0
