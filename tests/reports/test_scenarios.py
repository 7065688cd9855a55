"""Verbs on scenarios: each is recorded, two who change one lose nothing, and a share opens nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import Http404

from audit.models import Record
from metrics.querysets import computed_mark
from metrics.scenarios.base import fingerprint
from people.models import Person
from reports.actions.scenarios import (
    Ground,
    ScenarioOvertaken,
    ScenarioRefused,
    begin,
    delete,
    hand_out,
    rebase,
    rename,
    save,
    share,
    unshare,
)
from reports.models import Scenario, ScenarioShare
from tests.cast import person
from tests.company import Company
from tests.reports.scenarios import driver, planner, scenario
from units import roles
from units.models import Grant
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db
THEN = Ground(1, "as it was")


@pytest.fixture
def pia(company: Company) -> Person:
    return planner()


@pytest.fixture
def begun(company: Company, pia: Person, at: datetime) -> Scenario:
    return scenario(pia, company.shops, driver("price", "2.0000"), at=at)


def seen_by(someone: Person, at: datetime) -> list[str]:
    return [each.name for each in Scenario.objects.within(Scope.of(someone, at=at))]


def newest() -> Record:
    return Record.objects.latest("pk")


def test_a_scenario_is_its_makers_own_and_recorded(begun, pia, executive, at):
    record = newest()

    assert (record.verb, record.actor, record.unit_id) == ("reports.scenario.begun", f"person:{pia.pk}", begun.unit_id)
    assert record.after == {"drivers": begun.drivers, "mark": begun.mark}
    assert (begun.owner, begun.number) == (pia, 1)
    assert (seen_by(pia, at), seen_by(executive, at)) == (["Raise prices"], [])


def test_only_who_plans_on_the_unit_begins_one(company, auditor, retail_lead, at):
    with pytest.raises(AbilityMissing):
        begin(actor=Scope.of(auditor, at=at), unit=company.shops, name="A", drivers=[], ground=THEN, at=at)
    with pytest.raises(Http404):
        begin(actor=Scope.of(retail_lead, at=at), unit=company.depot, name="A", drivers=[], ground=THEN, at=at)
    with pytest.raises(ScenarioRefused, match="somebody's own"):
        begin(actor=Scope.system("nightly"), unit=company.shops, name="A", drivers=[], ground=THEN, at=at)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("  ", "A scenario needs a name."),
        ("x" * 121, "A name has at most 120 characters; this one has 121."),
    ],
)
def test_a_name_that_is_none_is_refused(begun, pia, at, name, sentence):
    with pytest.raises(ScenarioRefused, match=sentence):
        rename(actor=Scope.of(pia, at=at), scenario=begun, name=name, at=at)


def test_saving_keeps_the_drivers_and_the_record_those_before(begun, pia, at):
    before = list(begun.drivers)
    save(actor=Scope.of(pia, at=at), scenario=begun, drivers=[driver("pay", "1.0000")], ground=THEN, at=at, seen=1)
    record = newest()

    assert (begun.drivers, begun.mark, begun.base, begun.number) == ([driver("pay", "1.0000")], 1, "as it was", 2)
    assert (record.verb, record.before["drivers"], record.after["drivers"]) == (
        "reports.scenario.saved", before, begun.drivers,
    )  # fmt: skip


def test_saving_what_stands_changes_nothing(begun, pia, at):
    ground = Ground(begun.mark, begun.base)
    save(actor=Scope.of(pia, at=at), scenario=begun, drivers=begun.drivers, ground=ground, at=at, seen=1)

    assert (begun.number, newest().verb) == (1, "reports.scenario.begun")


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(begun, pia, company, at):
    other = planner("Ola Other")
    share(actor=Scope.of(pia, at=at), scenario=begun, person=other.pk, may_edit=True, at=at)
    mine, theirs = Scenario.unscoped.get(pk=begun.pk), Scenario.unscoped.get(pk=begun.pk)
    save(actor=Scope.of(pia, at=at), scenario=mine, drivers=[driver("pay", "1.0000")], ground=THEN, at=at, seen=1)

    with pytest.raises(ScenarioOvertaken):
        save(actor=Scope.of(other, at=at), scenario=theirs, drivers=[], ground=THEN, at=at, seen=1)
    assert Scenario.unscoped.get(pk=begun.pk).drivers == [driver("pay", "1.0000")]


def test_renaming_is_recorded_and_its_owners(begun, pia, executive, at):
    share(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, may_edit=True, at=at)
    rename(actor=Scope.of(pia, at=at), scenario=begun, name="  Prices   up ", at=at, seen=1)

    assert (begun.name, newest().verb) == ("Prices up", "reports.scenario.renamed")
    with pytest.raises(AbilityMissing):
        rename(actor=Scope.of(executive, at=at), scenario=begun, name="Mine", at=at)


def test_a_new_base_is_taken_and_recorded(begun, pia, at):
    rebase(actor=Scope.of(pia, at=at), scenario=begun, ground=Ground(7, "new"), at=at, seen=1)

    assert (begun.mark, begun.base, newest().verb) == (7, "new", "reports.scenario.rebased")


def test_a_share_shows_it_and_is_recorded(begun, pia, executive, at):
    share(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, may_edit=False, at=at)

    assert seen_by(executive, at) == ["Raise prices"]
    assert (newest().verb, newest().after) == ("reports.scenario.shared", {"person": executive.pk, "may_edit": False})
    with pytest.raises(AbilityMissing):
        save(actor=Scope.of(executive, at=at), scenario=begun, drivers=[], ground=THEN, at=at)


def test_sharing_again_says_anew_whether_it_may_be_changed(begun, pia, executive, at):
    for may_edit in (False, True):
        share(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, may_edit=may_edit, at=at)
    save(actor=Scope.of(executive, at=at), scenario=begun, drivers=[], ground=THEN, at=at)

    assert ScenarioShare.unscoped.get().may_edit is True
    assert begun.saved_by == f"person:{executive.pk}"


def test_it_is_shared_with_nobody_who_may_not_see_the_unit(begun, pia, wholesale_lead, stranger, former_lead, at):
    for someone in (wholesale_lead.pk, stranger.pk, former_lead.pk, 999_999, 0):
        with pytest.raises(ScenarioRefused, match="Choose somebody who may see the unit."):
            share(actor=Scope.of(pia, at=at), scenario=begun, person=someone, may_edit=False, at=at)
    assert not ScenarioShare.unscoped.exists()


def test_whoever_may_not_see_the_unit_any_more_sees_no_scenario_of_it(begun, pia, company, at):
    reader = person("Rolf Reader", roles.AUDITOR)
    share(actor=Scope.of(pia, at=at), scenario=begun, person=reader.pk, may_edit=False, at=at)
    Grant.objects.filter(person__in=[reader, pia]).update(ends=at + timedelta(days=1))
    later = at + timedelta(days=2)

    assert (seen_by(reader, at), seen_by(reader, later)) == (["Raise prices"], [])
    assert seen_by(pia, later) == []  # not even one's own


def test_a_share_that_may_edit_is_worth_nothing_to_who_plans_nowhere(begun, pia, auditor, at):
    share(actor=Scope.of(pia, at=at), scenario=begun, person=auditor.pk, may_edit=True, at=at)

    with pytest.raises(AbilityMissing):
        save(actor=Scope.of(auditor, at=at), scenario=begun, drivers=[], ground=THEN, at=at)


def test_taking_back_is_recorded_once(begun, pia, executive, at):
    share(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, may_edit=False, at=at)
    for _ in range(2):
        unshare(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, at=at)

    assert seen_by(executive, at) == []
    assert Record.objects.filter(verb="reports.scenario.unshared").count() == 1


def test_deleting_keeps_its_drivers_in_the_record(begun, pia, executive, at):
    share(actor=Scope.of(pia, at=at), scenario=begun, person=executive.pk, may_edit=True, at=at)
    with pytest.raises(AbilityMissing):
        delete(actor=Scope.of(executive, at=at), scenario=begun, at=at)
    with pytest.raises(ScenarioOvertaken):
        delete(actor=Scope.of(pia, at=at), scenario=begun, at=at, seen=7)
    drivers = list(begun.drivers)
    delete(actor=Scope.of(pia, at=at), scenario=begun, at=at, seen=1)

    assert not Scenario.unscoped.exists()
    assert not ScenarioShare.unscoped.exists()
    assert (newest().verb, newest().before["drivers"]) == ("reports.scenario.deleted", drivers)


def test_handing_one_out_is_recorded(begun, pia, wholesale_lead, at):
    assert hand_out(actor=Scope.of(pia, at=at), scenario=begun, content=b"all", at=at) == b"all"

    assert (newest().verb, newest().after) == ("reports.file.downloaded", {"what": "scenario"})
    with pytest.raises(Http404):
        hand_out(actor=Scope.of(wholesale_lead, at=at), scenario=begun, content=b"all", at=at)


def test_the_ground_of_a_scenario_is_what_was_read(begun):
    assert begun.mark == computed_mark()
    assert begun.base != fingerprint([])
