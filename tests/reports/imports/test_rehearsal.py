"""Before figures are imported, the page says what becomes of alerts: the import is done, judged and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from alerts.actions import evaluate
from alerts.actions.settling import AlertMoved
from alerts.models import Alert
from ledger.models import ONE
from metrics.recompute import recompute
from reports import rehearsal
from reports.main_figures import INCOME, REVENUE
from reports.models import Upload
from tests.cast import person
from tests.company import MARKER_NAME, Company
from tests.metrics.engine import number
from tests.reports.imports.uploads import here, page, uploaded, work
from tests.reports.limits import limit
from units.scope import Scope

pytestmark = pytest.mark.usefixtures("clock")

LATE = """
    unit   | account | period  | amount
    {unit} | COSTS   | 2026-09 | {amount}
"""
SYSTEM = Scope.system("test")


def judged() -> None:
    recompute(actor="process:test", clock=timezone.now)
    evaluate(actor=SYSTEM, at=timezone.now())


@pytest.fixture
def watched(company: Company, at: datetime) -> Company:
    """Costs of Shops are 560 in September, those of Depot 1,040: beyond 550 and 1,400 it is a warning."""
    limit(company.shops, "cost_of_sales", at, warning="550", critical="700", label="Costs of Shops")
    limit(company.depot, "cost_of_sales", at, warning="1400", label="Costs of Depot")
    judged()
    return company


def standing() -> dict[str, list[Any]]:
    """By unit the state of its alert: condition, severity, impact."""
    found = Alert.unscoped.exclude(condition="ended").values_list("unit__code", "condition", "severity", "impact")
    return {unit: state for unit, *state in found}


def counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def foreseen(client: Client, amount: int, unit: str = "SHOPS") -> Upload:
    return uploaded(client, LATE.format(unit=unit, amount=amount), source="late")


def became(upload: Upload) -> dict[str, tuple[Any, Any]]:
    """By unit the state of its alert before and after."""
    return {code: (before, after) for code, _, _, before, after, _ in upload.report["effects"]["alerts"]}


@pytest.mark.parametrize(
    ("late", "before", "after"),
    [
        pytest.param(200, ["firing", "warning"], ["firing", "critical"], id="grows"),
        pytest.param(-20, ["firing", "warning"], None, id="ends"),
        pytest.param(10, ["firing", "warning"], ["firing", "warning"], id="costs more"),
    ],
)
def test_what_becomes_of_an_alert_is_told_with_what_it_was(client, watched, late, before, after):
    told = became(foreseen(client, late))

    assert {unit: (was[:2], now and now[:2]) for unit, (was, now) in told.items()} == {"SHOPS": (before, after)}


def test_an_alert_that_opens_was_not_there_before(client, watched):
    told = became(foreseen(client, 500, "DEPOT"))

    assert [(was, now[:2]) for was, now in told.values()] == [(None, ["firing", "warning"])]


@pytest.mark.parametrize("late", [200, -20, 10, 1000, 0])
def test_what_is_foreseen_is_what_happens(client, watched, late):
    """The law of a rehearsal: alerts and figures of the preview are those after the import."""
    was = standing()
    upload = foreseen(client, late)
    client.post(here(upload), {"reason": "A late invoice."})
    work()
    judged()
    now = standing()

    moved = {unit for unit in {*was, *now} if was.get(unit) != now.get(unit)}
    assert {unit: after for unit, (_, after) in became(upload).items()} == {unit: now.get(unit) for unit in moved}
    for code, _, *pairs in upload.report["effects"].get("units", ()):
        found = [number(metric, code, "2026-09") for metric in (REVENUE, INCOME)]
        assert found == [after[0] for _, after in pairs]


def test_of_every_unit_the_figures_of_the_newest_month_are_told_before_and_after(client, watched):
    """20 more to pay in Shops: its unit, the one above and the group earn 20 less; Depot is as it was."""
    found = foreseen(client, 20).report["effects"]
    told = {code: [pair[0] for pair in income] for code, _, _, income in found["units"]}

    assert found["period"] == "2026-09"
    assert list(told) == ["GROUP", "RETAIL", "SHOPS"]
    assert {code: (after - before) / ONE for code, (before, after) in told.items()} == dict.fromkeys(told, -20)


def test_nothing_of_a_rehearsal_is_kept_recorded_or_told(client, watched, mailoutbox):
    """The check leaves the upload, its jobs and its records, and not a row besides."""
    before, alerts = counts(), standing()
    foreseen(client, 1000)
    more = {label: rows - before[label] for label, rows in counts().items() if rows != before[label]}

    assert more == {"jobs.Job": 2, "audit.Record": 2, "reports.Upload": 1}
    assert standing() == alerts
    assert mailoutbox == []


def test_a_file_that_waits_again_is_rehearsed_again(client, watched):
    landed, first = foreseen(client, 20), foreseen(client, 200)
    client.post(here(landed), {"reason": "A late invoice."})
    work()
    client.post(here(first), {"reason": "Another one."})
    work()
    first.refresh_from_db()

    assert first.state == "previewed"
    assert became(first)["SHOPS"][1][1] == "critical"


def test_who_brings_figures_in_for_a_part_is_told_of_that_part_alone(signed_in, watched):
    """Shops' costs move the group's income and would open an alert there: that is not Retail's to read."""
    limit(watched.group, "cost_of_sales", timezone.now(), warning="1900", label="Costs of the group")
    judged()
    part = person("Petra Part", "finance_admin", unit=watched.retail)
    found = foreseen(signed_in(part), 200).report["effects"]

    assert {each[0] for each in found["alerts"]} <= {"RETAIL", "SHOPS"}
    assert {each[0] for each in found["units"]} == {"RETAIL", "SHOPS"}
    assert MARKER_NAME not in str(found)


def test_a_very_large_file_is_not_rehearsed_and_says_so(client, watched, monkeypatch):
    monkeypatch.setattr(rehearsal, "MOST", 0)
    upload = foreseen(client, 20)

    assert "is told once the file is imported" in page(client, here(upload))


@pytest.mark.parametrize("wrong", [OperationalError("deadlock detected"), AlertMoved("Alert 7 was changed.")])
def test_a_rehearsal_that_others_get_in_the_way_of_leaves_the_preview_as_it_is(client, watched, monkeypatch, wrong):
    def fail(**_: object) -> None:
        raise wrong

    monkeypatch.setattr(rehearsal, "evaluate", fail)
    upload = foreseen(client, 20)

    assert upload.state == "previewed"
    assert "Others were at work on the same figures or alerts" in page(client, here(upload))


def test_before_anything_was_computed_there_is_nothing_to_compare(client, company):
    assert "Nothing was computed yet" in page(client, here(foreseen(client, 20)))


def test_the_page_says_it_in_words_unit_by_unit(client, watched):
    upload = foreseen(client, 200)
    board = client.get(here(upload)).context["board"]
    shops = next(row for row in board.effects.rows if row.unit.short == "SHOPS")

    assert "3 units change. 1 alert becomes graver." in board.text
    assert [(each.severity, each.text) for each in shops.alerts] == [
        ("high", "Warning becomes critical: Cost of sales $760, limit $700")
    ]
    assert (shops.before.number / ONE, shops.after.number / ONE, shops.change.number / ONE) == (480, 280, -200)


def test_what_changes_no_alert_says_so(client, watched):
    board = client.get(here(foreseen(client, 0, "RETAIL"))).context["board"]

    assert "No alert changes." in board.text
