"""Programs with tokens: what a token opens, and when it opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tests.cast import token
from units.actions import end_role, revoke_token
from units.models import ApiToken, Grant, Unit
from units.tokens import TokenAuthentication

pytestmark = pytest.mark.usefixtures("clock")
ADDRESS = "/api/v1/units/"


def scope_for(key: str):
    request = Request(RequestFactory().get("/", headers={"Authorization": f"Bearer {key}"}))
    person, _ = TokenAuthentication().authenticate(request)
    return person, request.scope


def codes(answer) -> list[str]:
    return sorted(row["code"] for row in answer.json()["results"])


def test_a_token_reads_its_units_with_its_abilities_only(company, retail_lead, retail_token):
    person, scope = scope_for(retail_token)

    assert person == retail_lead
    assert sorted(scope.spans) == ["alerts.read", "figures.read"]
    assert list(Unit.objects.within(scope).values_list("code", flat=True)) == ["SHOPS"]
    assert scope.actor == f"person:{retail_lead.pk}"


def test_a_token_without_units_has_all_of_the_persons(company, retail_lead, at):
    _, scope = scope_for(token(retail_lead, "figures.read", at=at))

    assert set(Unit.objects.within(scope).values_list("code", flat=True)) == {"RETAIL", "SHOPS"}


def test_a_token_never_outgrows_its_person(company, executive, at):
    key = token(executive, "figures.read", units=[company.wholesale], at=at)
    grant = Grant.objects.get(person=executive)
    Grant.objects.filter(pk=grant.pk).update(unit=company.retail)

    _, scope = scope_for(key)

    assert list(Unit.objects.within(scope)) == []


def test_abilities_that_only_people_use_are_cut_off_even_if_a_row_says_so(company, access_admin, executive, at):
    key = token(executive, "figures.read", at=at)
    ApiToken.objects.update(person=access_admin, abilities=["figures.read", "grants.manage", "admin.enter"])

    _, scope = scope_for(key)

    assert not scope.spans


def test_the_api_answers_a_token_within_its_units(company, calling, retail_token):
    answer = calling(retail_token).get(ADDRESS)

    assert (answer.status_code, codes(answer)) == (200, ["SHOPS"])


def test_a_token_begins_no_session(company, calling, retail_token):
    program = calling(retail_token)

    assert [program.get(ADDRESS).status_code for _ in range(2)] == [200, 200]
    assert (Session.objects.count(), dict(program.cookies)) == (0, {})


def test_a_page_is_not_opened_by_a_token(company, calling, retail_token):
    assert calling(retail_token).get("/account/2fa/").status_code == 302


def test_the_moment_of_the_last_use_is_noted_once_a_minute(
    company, calling, retail_token, at, clock, django_assert_num_queries
):
    program = calling(retail_token)
    noted = lambda: ApiToken.objects.values_list("last_used", flat=True).get()  # noqa: E731 -- asked twice in one test

    program.get(ADDRESS)
    clock.shift(30)
    program.get(ADDRESS)
    assert noted() == at
    clock.shift(30)
    program.get(ADDRESS)

    assert noted() == at + timedelta(minutes=1)


SPOILED = {
    "unknown": lambda key, person: "plb_" + "x" * 43,
    "empty": lambda key, person: "",
    "cut short": lambda key, person: key[:-1],
    "revoked": lambda key, person: revoke_token(
        actor="process:test", token=ApiToken.objects.get(), at=ApiToken.objects.get().created
    ),
    "expired": lambda key, person: ApiToken.objects.update(expires=ApiToken.objects.get().created),
    "of a deactivated person": lambda key, person: type(person).objects.filter(pk=person.pk).update(is_active=False),
}


@pytest.mark.parametrize("way", SPOILED, ids=str)
def test_every_worthless_token_is_answered_alike(company, calling, retail_lead, retail_token, way):
    spoiled = SPOILED[way](retail_token, retail_lead)
    key = spoiled if isinstance(spoiled, str) else retail_token

    answer = calling(key).get(ADDRESS)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {"detail": "This token does not open anything."}


def test_a_token_of_a_person_whose_role_ended_opens_nothing(company, calling, retail_lead, retail_token, at):
    end_role(actor="process:test", grant=Grant.objects.get(person=retail_lead), at=at)

    assert calling(retail_token).get(ADDRESS).status_code == 403


def test_a_token_survives_the_rotation_of_the_secret_until_the_old_one_is_dropped(
    company, calling, retail_token, settings
):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new secret" * 4, [settings.SECRET_KEY]
    assert calling(retail_token).get(ADDRESS).status_code == 200

    settings.SECRET_KEY_FALLBACKS = []

    assert calling(retail_token).get(ADDRESS).status_code == 401


def test_another_scheme_is_left_to_others(company):
    request = Request(RequestFactory().get("/", headers={"Authorization": "Basic YTpi"}))

    assert TokenAuthentication().authenticate(request) is None
    with pytest.raises(AuthenticationFailed):
        scope_for("plb_nothing")
