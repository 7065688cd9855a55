"""What a person may see and do at a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import Http404

from tests.cast import person
from units import roles
from units.models import Grant, Unit
from units.scope import EVERYTHING, AbilityMissing, Scope


def codes(scope: Scope, ability: str = "figures.read") -> set[str]:
    return set(Unit.unscoped.filter(scope.condition("", ability)).values_list("code", flat=True))


def test_nobody_signed_in_may_nothing(at):
    scope = Scope.of(AnonymousUser(), at=at)

    assert (scope.actor, dict(scope.spans), scope.may("figures.read")) == ("", {}, False)


def test_a_deactivated_person_may_nothing_though_the_grant_stands(company, deactivated, at):
    assert Grant.objects.filter(person=deactivated, ends=None).exists()
    assert not Scope.of(deactivated, at=at).spans


def test_a_grant_holds_from_its_first_moment_and_not_at_its_last(company, at):
    someone = person("Deputy")
    Grant.objects.create(
        person=someone,
        role=roles.UNIT_LEADER,
        unit=company.retail,
        starts=at,
        ends=at + timedelta(hours=1),
        granted_by="process:test",
    )
    moments = [at - timedelta(seconds=1), at, at + timedelta(minutes=59), at + timedelta(hours=1)]

    assert [Scope.of(someone, at=moment).may("figures.read") for moment in moments] == [False, True, True, False]


def test_a_scope_is_read_in_one_query(company, retail_lead, at, django_assert_num_queries):
    with django_assert_num_queries(1):
        Scope.of(retail_lead, at=at)


def test_grants_on_several_units_add_up_and_nested_ones_are_swallowed(company, retail_lead, at):
    for unit in (company.shops, company.depot):
        Grant.objects.create(
            person=retail_lead, role=roles.UNIT_LEADER, unit=unit, starts=at, granted_by="process:test"
        )

    scope = Scope.of(retail_lead, at=at)

    assert codes(scope) == {"RETAIL", "SHOPS", "DEPOT"}
    assert len(scope.spans["figures.read"]) == 2


def test_each_ability_has_its_own_units(company, at):
    someone = person("Two Hats", roles.UNIT_LEADER, company.retail)
    Grant.objects.create(
        person=someone, role=roles.FINANCE_ADMIN, unit=company.depot, starts=at, granted_by="process:test"
    )
    scope = Scope.of(someone, at=at)

    assert scope.may("figures.read", company.shops)
    assert not scope.may("figures.import", company.shops)
    assert scope.may("figures.import", company.depot)
    assert codes(scope, "figures.import") == {"DEPOT"}


def test_may_is_about_the_unit_itself_not_about_a_part_of_it(company, retail_lead, at):
    scope = Scope.of(retail_lead, at=at)

    answers = {unit.code: scope.may("figures.read", unit) for unit in Unit.unscoped.order_by("left")}
    assert answers == {
        "GROUP": False,
        "RETAIL": True,
        "SHOPS": True,
        "WHOLESALE": False,
        "DEPOT": False,
        "ELIM": False,
    }


def test_a_foreign_unit_is_not_found_and_a_known_one_without_the_ability_is_forbidden(company, retail_lead, at):
    scope = Scope.of(retail_lead, at=at)

    scope.require("figures.read", company.retail)
    with pytest.raises(Http404):
        scope.require("figures.read", company.wholesale)
    with pytest.raises(Http404):
        scope.require("thresholds.set", company.wholesale)
    with pytest.raises(Http404):
        scope.require("figures.read", company.group)
    with pytest.raises(AbilityMissing, match="This needs the ability thresholds.set."):
        scope.require("thresholds.set", company.retail)
    with pytest.raises(AbilityMissing):
        scope.require("thresholds.set")


def test_everywhere_is_the_whole_company_however_it_was_granted(company, executive, group_lead, retail_lead, at):
    answers = [Scope.of(who, at=at).may_everywhere("figures.read") for who in (executive, group_lead, retail_lead)]

    assert answers == [True, True, False]
    assert Scope.system("engine").may_everywhere("figures.read")


def test_nothing_is_everywhere_in_a_company_without_units(db, at):
    leader = person("Early", roles.EXECUTIVE)

    assert Scope.of(leader, at=at).may_everywhere("figures.read")
    assert not Scope(actor="person:0").may_everywhere("figures.read")


def test_a_narrowed_scope_is_a_part_of_it(company, group_lead, at):
    scope = Scope.of(group_lead, at=at)
    retail = (company.retail.left, company.retail.right)

    narrow = scope.narrowed(abilities=["figures.read", "figures.import"], units={company.retail.pk: retail})

    assert dict(narrow.spans) == {"figures.read": (retail,)}
    assert dict(scope.narrowed(abilities=["figures.read"], units=None).spans) == {
        "figures.read": scope.spans["figures.read"]
    }
    assert scope.spans["alerts.read"]


def test_the_key_of_a_scope_follows_what_it_opens_and_not_whom(company, retail_lead, wholesale_lead, at):
    second = person("Second Retail", roles.UNIT_LEADER, company.retail)
    keys = [Scope.of(who, at=at).key for who in (retail_lead, second, wholesale_lead)]

    assert keys[0] == keys[1] != keys[2]
    assert Scope.of(retail_lead, at=at).narrowed(abilities=["figures.read"], units=None).key != keys[0]


def test_the_key_of_a_scope_does_not_move_with_what_happens_elsewhere(company, wholesale_lead, at):
    before = Scope.of(wholesale_lead, at=at)
    Unit.unscoped.filter(left__gte=company.wholesale.left).update(left=F("left") + 2, right=F("right") + 2)
    after = Scope.of(wholesale_lead, at=at)

    assert before.spans != after.spans
    assert before.key == after.key


def test_the_key_of_a_scope_moves_when_a_unit_comes_in(company, wholesale_lead, at):
    before = Scope.of(wholesale_lead, at=at).key
    Unit.unscoped.filter(pk=company.wholesale.pk).update(right=F("right") + 2)

    assert Scope.of(wholesale_lead, at=at).key != before


def test_the_whole_company_needs_no_list_of_units(company, executive, at):
    scope = Scope.of(executive, at=at)

    assert scope.spans["figures.read"] == (EVERYTHING,)
    assert not scope.condition("unit")


def test_board_reader_and_access_administrator_read_no_figure(company, board_reader, access_admin, at):
    for who in (board_reader, access_admin):
        scope = Scope.of(who, at=at)
        assert not [ability for ability in scope.spans if ability.split(".")[0] in ("figures", "alerts", "imports")]


def test_auditors_change_nothing():
    words = {ability.split(".")[1] for ability in roles.ABILITIES[roles.AUDITOR]}

    assert words == {"read", "verify"}


def test_who_imports_does_not_approve_and_who_grants_sees_nothing():
    def pairs(one: str, other: str) -> bool:
        return (one, other) in roles.SEPARATED or (other, one) in roles.SEPARATED

    assert pairs(roles.FINANCE_ADMIN, roles.APPROVER)
    assert all(pairs(roles.ACCESS_ADMIN, role) for role in roles.ABILITIES if role != roles.ACCESS_ADMIN)
    assert all(
        pairs(roles.AUDITOR, role) for role in roles.ABILITIES if role not in (roles.AUDITOR, roles.BOARD_READER)
    )
