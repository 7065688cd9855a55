"""The law of every back-test: replaying the rules that stood over what was known each time gives the live history."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.actions import acknowledge
from alerts.backtest.replaying import Alarm, replayed
from alerts.backtest.trying import try_out
from alerts.backtest.vintages import NothingJudged, history
from alerts.models import Alert, AlertEvent
from alerts.rulebook import edition_of
from people.models import Person
from tests.alerts.conftest import ENGINE, Books
from tests.alerts.test_evaluation_laws import DEEDS, do, undone
from tests.company import Company
from units.scope import Scope

pytestmark = pytest.mark.django_db

FIGURES = """
    unit  | metric          | version | 2026-05 | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 | {series}
    SHOPS | contractor_cost | budget  |     100 |     100 |     100 |     100
    DEPOT | contractor_cost | actual  |     100 |     115 |     130 |   {depot}
    DEPOT | contractor_cost | budget  |     100 |     100 |     100 |     100
"""


def live() -> list[tuple[Any, ...]]:
    """Every alert with its steps as judging left them; what people did with it is not of judging."""
    of_people = ("acknowledged", "resolved", "reopened")
    of_judging = AlertEvent.unscoped.exclude(kind__in=of_people)
    found = []
    for alert in Alert.unscoped.order_by("pk").select_related("began", "period"):
        steps = [(event.kind, event.period.ordinal) for event in of_judging.filter(alert=alert).order_by("pk")]
        said = alert.title, alert.impact, alert.evidence
        where = alert.unit_id, alert.kind, alert.version_id
        state = alert.began.ordinal, alert.period.ordinal, alert.condition, alert.severity, alert.ended_because
        found.append((*where, *state, alert.is_late, *said, steps))
    return sorted(found, key=repr)


def told(alarm: Alarm) -> tuple[Any, ...]:
    state, said, cleared = alarm.state, alarm.said, alarm.cleared
    return (
        *(alarm.unit_id, alarm.kind, alarm.edition.version),
        *(state.began, state.last, state.condition, state.severity, cleared.because if cleared else ""),
        *(alarm.is_late, said.title, said.impact, said.evidence),
        [(step.kind, step.period) for step in alarm.steps],
    )


def test_months_a_restatement_and_an_edit_between_replay_to_the_live_history(books: Books):
    books.limit(periods=2, exit_periods=1, code="contractors")
    for series in ("115 | – | –", "115 | 120 | –", "115 | 120 | 130", "100 | 120 | 130"):
        books.write(FIGURES.format(series=series, depot="–"))
        books.judge()
        books.at += timedelta(days=1)
    books.limit(code="contractors", warning="12 %", critical="40 %")
    books.judge()
    acknowledge(actor=ENGINE, alert=Alert.unscoped.filter(condition="firing")[0], at=books.at)
    for series, depot in (("100 | 120 | 150", "100"), ("100 | 101 | 102", "150")):
        books.write(FIGURES.format(series=series, depot=depot))
        books.judge()

    assert sorted(map(told, replayed(history(ENGINE, every=True))), key=repr) == live()
    assert {each[5:8] for each in live()} >= {
        ("ended", "critical", "rule changed"),
        ("ended", "critical", "resolved by restatement"),
        ("firing", "critical", ""),
    }


@settings(
    max_examples=int(os.environ.get("SEQUENCES", "3")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(DEEDS.filter(lambda deed: deed[0] != "forget"), min_size=3, max_size=12))
def test_any_deeds_replay_to_the_live_history(company: Company, at: datetime, deeds: list[tuple[Any, ...]]):
    with undone():
        books = Books(company, at)
        books.limit(unit="SHOPS")
        for deed in [("write", "2026-06", 130), ("judge",), *deeds, ("judge",)]:
            do(books, deed)

        assert sorted(map(told, replayed(history(ENGINE, every=True))), key=repr) == live()


def test_nothing_judged_is_no_past(books: Books):
    with pytest.raises(NothingJudged):
        history(ENGINE)


def test_months_before_the_first_judging_are_assumed_as_they_were_first_known(books: Books):
    version = books.limit(unit="SHOPS")
    books.write(FIGURES.format(series="130 | 100 | 130", depot="100"))
    books.judge()

    found = history(ENGINE, tried=[edition_of(version)], periods=3)
    alarms = replayed(found, edition=edition_of(version))

    assert [vintage.is_assumed for vintage in found.vintages] == [True, True, False]
    june, august = (books.company.months[month].ordinal for month in ("2026-06", "2026-08"))
    assert [(alarm.fired_in, alarm.state.condition) for alarm in alarms] == [(june, "ended"), (august, "firing")]
    assert [alarm.cleared is not None for alarm in alarms] == [True, False]


def test_however_many_units_and_judgings_the_past_is_read_with_the_same_queries(books: Books):
    books.limit(code="contractors")
    books.write(FIGURES.format(series="115 | – | –", depot="–"))
    books.judge()
    with CaptureQueriesContext(
        connection,
    ) as once:
        history(ENGINE, every=True)
    books.write(FIGURES.format(series="115 | 120 | –", depot="100").replace("DEPOT", "WHOLESALE"))
    books.judge()
    books.write(FIGURES.format(series="100 | 120 | 110", depot="110"))
    books.judge()
    with CaptureQueriesContext(connection) as often:
        assert len(history(ENGINE, every=True).vintages) == 3

    assert len(often) == len(once) <= 16


def test_units_whose_thresholds_somebody_may_not_read_are_not_there(books: Books, retail_lead: Person):
    books.limit(code="contractors")
    books.write(FIGURES.format(series="130 | 130 | 130", depot="130"))
    books.judge()
    retail = books.units["RETAIL"]
    own = {unit.pk for unit in books.units.values() if retail.left <= unit.left <= retail.right}

    found = history(Scope.of(retail_lead, at=books.at))

    assert set(found.tree.spots) <= own
    assert {place[0] for vintage in found.vintages for place in vintage.changed} <= own


def test_a_draft_is_tried_beside_the_active_terms_with_the_verdicts_people_gave(books: Books):
    version = books.limit(unit="SHOPS", code="contractors")
    books.write(FIGURES.format(series="100 | 115 | 130", depot="100"))
    books.judge()
    Alert.unscoped.update(verdict="useful")
    active = edition_of(version)

    milder = replace(active, terms=replace(active.terms, warning="0.20", critical="0.50"))
    mildest = replace(active, terms=replace(active.terms, warning="0.40", critical="0.50"))
    found = try_out(ENGINE, active, milder, at=books.at, periods=3).found
    none = try_out(ENGINE, active, mildest, at=books.at, periods=3).found

    july, august = (books.company.months[month].ordinal for month in ("2026-07", "2026-08"))
    assert [alarm.fired_in for alarm in found.active.alarms] == [july]
    assert [alarm.fired_in for alarm in found.draft.alarms] == [august]
    assert (len(found.keeps), len(found.loses), len(none.keeps), len(none.loses)) == (1, 0, 0, 1)
    assert (found.last - found.first, found.assumed) == (2, 2)
