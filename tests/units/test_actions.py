"""Granting and ending roles, making and revoking tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.models import Record
from tests.cast import person
from units import roles
from units.actions import GrantRefused, TokenRefused, end_role, grant_role, make_token, revoke_token
from units.models import ApiToken, Grant
from units.scope import Scope

ACTOR = "process:test"


def test_a_role_holds_from_its_grant_until_its_end(company, stranger, at):
    later = at + timedelta(days=1)

    assert not Scope.of(stranger, at=at).may("figures.read")
    grant = grant_role(actor=ACTOR, person=stranger, role=roles.UNIT_LEADER, unit=company.retail, at=at)
    assert Scope.of(stranger, at=at).may("figures.read", company.shops)
    end_role(actor=ACTOR, grant=grant, at=later, reason="moved on")

    assert Scope.of(stranger, at=at).may("figures.read", company.shops)
    assert not Scope.of(stranger, at=later).may("figures.read")


def test_a_grant_and_its_end_are_recorded_with_role_unit_and_reason(company, stranger, at):
    grant = grant_role(
        actor=ACTOR, person=stranger, role=roles.UNIT_LEADER, unit=company.retail, at=at, reason="new leader"
    )
    end_role(actor=ACTOR, grant=grant, at=at, reason="moved on")

    rows = Record.objects.order_by("pk").values_list("actor", "verb", "target_type", "target_id", "unit_id", "reason")
    assert list(rows) == [
        (ACTOR, "units.grant.given", "person", str(stranger.pk), company.retail.pk, "new leader"),
        (ACTOR, "units.grant.ended", "person", str(stranger.pk), company.retail.pk, "moved on"),
    ]


def test_a_deputy_is_a_grant_with_an_end(company, stranger, at):
    grant_role(
        actor=ACTOR,
        person=stranger,
        role=roles.UNIT_LEADER,
        unit=company.retail,
        at=at,
        until=at + timedelta(days=14),
    )

    assert Scope.of(stranger, at=at + timedelta(days=13)).may("figures.read", company.retail)
    assert not Scope.of(stranger, at=at + timedelta(days=14)).may("figures.read", company.retail)


@pytest.mark.parametrize(("first", "second"), list(roles.SEPARATED))
def test_roles_that_may_not_meet_are_refused_in_either_order(company, at, first, second):
    for held, wanted in ((first, second), (second, first)):
        someone = person(f"Has {held} wants {wanted}", held)

        with pytest.raises(GrantRefused, match="may not meet in one person"):
            grant_role(actor=ACTOR, person=someone, role=wanted, at=at)

        assert Grant.objects.filter(person=someone).count() == 1
    assert not Record.objects.exists()


def test_the_refusal_names_both_roles(company, finance_admin, at):
    with pytest.raises(GrantRefused) as refused:
        grant_role(actor=ACTOR, person=finance_admin, role=roles.APPROVER, at=at)

    assert str(refused.value) == (
        "Fiona Finance is finance administrator: that and approver may not meet in one person."
    )


def test_an_access_administrator_cannot_grant_herself_figures(company, access_admin, at):
    for role in set(roles.ABILITIES) - {roles.ACCESS_ADMIN}:
        with pytest.raises(GrantRefused):
            grant_role(actor=f"person:{access_admin.pk}", person=access_admin, role=role, at=at)

    assert not Scope.of(access_admin, at=at).may("figures.read")


def test_roles_that_ended_stand_in_nobodys_way(company, stranger, at):
    first = grant_role(actor=ACTOR, person=stranger, role=roles.FINANCE_ADMIN, at=at)
    end_role(actor=ACTOR, grant=first, at=at + timedelta(days=1))

    grant_role(actor=ACTOR, person=stranger, role=roles.APPROVER, at=at + timedelta(days=2))

    assert Scope.of(stranger, at=at + timedelta(days=2)).roles == (roles.APPROVER,)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role": "emperor"}, "There is no role emperor; there are "),
        ({"role": roles.UNIT_LEADER}, "Rita Retail is unit leader of RETAIL already."),
        ({"role": roles.BOARD_READER, "until": timedelta(0)}, "A role ends after it began."),
    ],
)
def test_grants_that_make_no_sense_are_refused(company, retail_lead, at, change, sentence):
    if "until" in change:
        change = {**change, "until": at + change["until"]}

    with pytest.raises(GrantRefused, match=sentence):
        grant_role(actor=ACTOR, person=retail_lead, unit=company.retail, at=at, **change)


def test_a_role_ends_once(company, retail_lead, at):
    grant = Grant.objects.get(person=retail_lead)
    end_role(actor=ACTOR, grant=grant, at=at)

    with pytest.raises(GrantRefused, match="This role ended before."):
        end_role(actor=ACTOR, grant=grant, at=at)


def test_a_token_is_shown_once_and_stored_as_a_keyed_digest(company, retail_lead, at):
    made = make_token(
        actor=f"person:{retail_lead.pk}", person=retail_lead, name="exporter", abilities=["figures.read"], at=at
    )

    stored = ApiToken.objects.values().get()
    assert made.key.startswith("plb_")
    assert len(made.key) == 4 + 43  # 256 random bits
    assert stored["prefix"] == made.key[:12]
    assert made.key[12:] not in str(stored)
    assert (stored["created"], stored["expires"]) == (at, at + timedelta(days=90))


def test_making_and_revoking_a_token_are_recorded_without_the_key(company, retail_lead, at):
    actor = f"person:{retail_lead.pk}"
    made = make_token(
        actor=actor,
        person=retail_lead,
        name="exporter",
        abilities=["figures.read"],
        units=[company.shops],
        at=at,
    )
    revoke_token(actor=actor, token=made.token, at=at)
    revoke_token(actor=actor, token=made.token, at=at)

    rows = list(Record.objects.order_by("pk").values_list("verb", "after"))
    assert rows == [
        (
            "units.token.made",
            {
                "person": retail_lead.pk,
                "abilities": ["figures.read"],
                "units": [company.shops.pk],
                "expires": (at + timedelta(days=90)).isoformat(),
            },
        ),
        ("units.token.revoked", None),
    ]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"abilities": []}, "A token needs at least one ability."),
        ({"abilities": ["figures.import"]}, "The person does not have the ability figures.import."),
        ({"abilities": ["grants.manage"]}, "A token never carries grants.manage: that is for people."),
        ({"abilities": ["budgets.approve"]}, "A token never carries budgets.approve: that is for people."),
        ({"days": 91}, "A token lives for at most 90 days."),
        ({"days": 0}, "A token lives for at most 90 days."),
        ({"unit": "wholesale"}, "There is no unit WHOLESALE in the person's reach."),
        ({"unit": "group"}, "There is no unit GROUP in the person's reach."),
        ({"actor": "person:0"}, "A token acts for a person, so only she can make it."),
    ],
)
def test_a_token_wider_than_its_person_is_refused(company, retail_lead, at, wish, sentence):
    with pytest.raises(TokenRefused) as refused:
        make_token(
            actor=wish.get("actor", f"person:{retail_lead.pk}"),
            person=retail_lead,
            name="exporter",
            abilities=wish.get("abilities", ["figures.read"]),
            units=[getattr(company, wish["unit"])] if "unit" in wish else [],
            at=at,
            expires=at + timedelta(days=wish.get("days", 90)),
        )

    assert str(refused.value) == sentence
    assert not ApiToken.objects.exists()
