"""What nobody acknowledges goes up: to the deputy, the leader above, an executive, by working days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.actions import (
    DeputyRefused,
    acknowledge,
    climb_unanswered,
    end_deputy,
    lift_silence,
    name_deputy,
    send_news,
    silence,
    snooze,
)
from alerts.models import Alert, AlertEvent, AlertNews, Deputy
from audit.models import Record
from people.models import Person
from reports.boards.inbox import filters_of
from reports.boards.told import told
from tests.alerts.conftest import ENGINE
from tests.cast import person
from units import roles
from units.models import Unit
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

HOLIDAY = date(2026, 10, 12)
"""The Monday after the Friday on which the alert fires."""


def day(number: int, hour: int = 8) -> datetime:
    return datetime(2026, 10, number, hour, tzinfo=UTC)


def monday_off(units: Iterable[Unit]) -> dict[int, frozenset[date]]:
    return {unit.pk: frozenset({HOLIDAY}) for unit in units}


def none_off(units: Iterable[Unit]) -> dict[int, frozenset[date]]:
    return {}


@pytest.fixture
def stand_in(retail_lead: Person, company: Any, at: datetime) -> Person:
    """The deputy of the leader of Retail."""
    deputy = person("Dana Deputy", roles.UNIT_LEADER, company.shops)
    name_deputy(actor=ENGINE, person=retail_lead, deputy=deputy, starts=at.date(), at=at)
    return deputy


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person, company: Any, stand_in: Person) -> Alert:
    """High, fired on Friday the ninth; owned by the leader of Retail, whom a leader of the group is above."""
    alert = breach(owner=retail_lead)
    assert alert.owner == retail_lead
    return alert


def climb(*moments: datetime, holidays: Any = none_off) -> list[tuple[int, str]]:
    """On which days of October the alert went to whom."""
    for moment in moments:
        climb_unanswered(actor=ENGINE, at=moment, holidays=holidays)
    events = AlertEvent.unscoped.filter(kind="climbed").order_by("pk")
    names = dict(Person.objects.values_list("pk", "name"))
    return [(event.at.day, names[int(event.after)]) for event in events]


EVERY_DAY = [day(number) for number in range(9, 24)]


def test_it_goes_up_by_working_days_and_never_on_a_weekend(alert: Alert, group_lead: Person, executive: Person):
    """High: two days to the deputy, three to the leader above, five to an executive. The tenth is a Saturday."""
    assert climb(*EVERY_DAY) == [(13, "Dana Deputy"), (14, "Gina Group"), (16, "Erin Executive")]


def test_a_holiday_of_the_unit_is_no_working_day(alert: Alert, group_lead: Person, executive: Person):
    steps = climb(*EVERY_DAY, holidays=monday_off)

    assert steps == [(14, "Dana Deputy"), (15, "Gina Group"), (19, "Erin Executive")]


def test_a_relay_that_stood_still_catches_up_on_the_next_working_day_step_by_step(
    alert: Alert, group_lead: Person, executive: Person
):
    assert climb(day(9), day(17), day(18), day(19)) == [(19, "Dana Deputy")]
    assert climb(day(19, 9)) == [(19, "Dana Deputy"), (19, "Gina Group")]


def test_each_step_leaves_an_event_a_record_and_news_for_the_morning(
    alert: Alert, group_lead: Person, stand_in: Person
):
    climb(day(13, 1))

    event = AlertEvent.unscoped.get(kind="climbed")
    assert (event.text, event.number) == (
        "Nobody acknowledged it for 2 working days: the deputy.",
        alert.transitions + 1,
    )
    assert Record.objects.get(verb="alerts.alert.climbed").reason == event.text
    news = AlertNews.unscoped.get(template="unanswered")
    assert news.recipient == stand_in
    send_news(actor=ENGINE, at=day(13, 2))
    news.refresh_from_db()
    assert (news.state, news.due) == ("waiting", day(13, 7))


def test_looking_twice_takes_no_step_twice(alert: Alert, group_lead: Person):
    climb(day(13), day(13))

    assert climb(day(13)) == [(13, "Dana Deputy")]


@pytest.mark.parametrize("answer", ["acknowledge", "snooze"])
def test_it_stops_when_somebody_answers(alert: Alert, retail_lead: Person, group_lead: Person, answer: str):
    climb(day(13))
    actor = Scope.of(retail_lead, at=day(13))
    if answer == "acknowledge":
        acknowledge(actor=actor, alert=alert, at=day(13), text="We see.")
    else:
        snooze(actor=actor, alert=alert, until=date(2026, 10, 30), reason="An invoice.", at=day(13))

    assert climb(*EVERY_DAY) == [(13, "Dana Deputy")]


def test_what_is_silenced_waits_and_its_days_begin_after_the_silence(
    alert: Alert, group_lead: Person, finance_admin: Person, company: Any
):
    silence(actor=Scope.of(finance_admin, at=day(9)), unit=company.group, until=day(20), reason="We move.", at=day(9))

    assert climb(*EVERY_DAY) == [(22, "Dana Deputy"), (23, "Gina Group")]


def test_a_silence_that_is_lifted_is_over_from_then_on(
    alert: Alert, group_lead: Person, finance_admin: Person, company: Any
):
    actor = Scope.of(finance_admin, at=day(9))
    made = silence(actor=actor, unit=company.group, until=day(30), reason="We move.", at=day(9))
    lift_silence(actor=actor, silence=made, reason="We have moved.", at=day(14))

    assert climb(*EVERY_DAY) == [(16, "Dana Deputy"), (19, "Gina Group")]


def test_no_day_is_promised_while_it_is_silenced(alert: Alert, finance_admin: Person, stand_in: Person, company: Any):
    actor = Scope.of(finance_admin, at=day(9))
    silence(actor=actor, unit=company.group, until=day(20), reason="We move.", at=day(9))

    def asked_next(at: datetime) -> Any:
        filters = filters_of({})
        return told(alert, scope=actor, at=at, filters=filters, currency="USD").asked_next

    assert asked_next(day(10)) is None
    assert asked_next(day(20)) == (date(2026, 10, 22), stand_in.pk)


@pytest.mark.parametrize(("severity", "days"), [("emergency", [12, 12, 13]), ("warning", [14, 16, 21]), ("target", [])])
def test_the_graver_the_sooner(alert: Alert, group_lead: Person, executive: Person, severity: str, days: list[int]):
    Alert.unscoped.update(severity=severity)
    hourly = [day(moment.day, hour) for moment in EVERY_DAY for hour in (8, 9)]

    assert [when for when, _ in climb(*hourly)] == days


def test_without_a_deputy_the_leader_above_is_next(
    breach: Callable[..., Alert], retail_lead: Person, group_lead: Person
):
    breach()

    assert climb(*EVERY_DAY) == [(14, "Gina Group")]


def test_a_leader_above_who_is_away_is_asked_through_the_deputy(
    alert: Alert, group_lead: Person, executive: Person, at: datetime
):
    away = {"starts": date(2026, 10, 1), "ends": date(2026, 10, 31), "instead": True}
    name_deputy(actor=ENGINE, person=group_lead, deputy=executive, at=at, **away)

    assert climb(*EVERY_DAY) == [(13, "Dana Deputy"), (14, "Erin Executive")]


# --- deputies -------------------------------------------------------------------------------------------


def test_naming_and_ending_a_deputy_is_recorded(retail_lead: Person, group_lead: Person, at: datetime):
    actor = Scope.of(retail_lead, at=at)
    deputy = name_deputy(
        actor=actor,
        person=retail_lead,
        deputy=group_lead,
        starts=at.date() - timedelta(days=3),
        at=at,
        reason="As ever.",
    )
    end_deputy(actor=actor, deputy=deputy, at=at, reason="Back.")

    assert Deputy.objects.get().ends == at.date() - timedelta(days=1)
    records = Record.objects.filter(verb__startswith="alerts.deputy").order_by("pk").values_list("verb", "reason")
    assert list(records) == [("alerts.deputy.named", "As ever."), ("alerts.deputy.ended", "Back.")]
    with pytest.raises(DeputyRefused, match="over already"):
        end_deputy(actor=actor, deputy=deputy, at=at)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"ends": date(2026, 10, 8)}, "before the first, or before today"),
        ({"instead": True}, "say the last day"),
        ({"deputy": "herself"}, "for himself"),
        ({"deputy": "gone"}, "has left"),
    ],
)
def test_nobody_stands_in_like_this(
    retail_lead: Person, group_lead: Person, deactivated: Person, at: datetime, terms: dict[str, Any], sentence: str
):
    deputies = {"herself": retail_lead, "gone": deactivated}
    given = {"starts": at.date(), "deputy": group_lead} | terms
    given["deputy"] = deputies.get(given["deputy"], group_lead)
    with pytest.raises(DeputyRefused, match=sentence):
        name_deputy(actor=Scope.of(retail_lead, at=at), person=retail_lead, at=at, **given)


def test_for_somebody_else_only_who_grants_roles_names_one(
    retail_lead: Person, group_lead: Person, access_admin: Person, at: datetime
):
    given = {"person": retail_lead, "deputy": group_lead, "starts": at.date(), "at": at}
    with pytest.raises(AbilityMissing):
        name_deputy(actor=Scope.of(group_lead, at=at), **given)

    assert name_deputy(actor=Scope.of(access_admin, at=at), **given).deputy == group_lead
