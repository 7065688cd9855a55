"""`manage.py alerts` for scripts and for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from alerts.models import Alert
from people.models import Person
from tests.alerts.conftest import Books

pytestmark = pytest.mark.django_db


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    call_command("alerts", *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_an_alert_is_one_object_with_exact_money(
    breach: Callable[..., Alert], retail_lead: Person, capsys: pytest.CaptureFixture[str]
):
    alert = breach(action="Talk to {unit}.")

    assert printed(capsys) == [
        {
            "id": alert.public_id,
            "unit": "SHOPS",
            "metric": "contractor_cost",
            "basis": "month",
            "began": "2026-08",
            "period": "2026-08",
            "condition": "firing",
            "handling": "open",
            "severity": "critical",
            "shown_as": "high",
            "title": "Contractors 30% over budget",
            "impact": "-360.0000",
            "impact_on": "operating income",
            "reason": "",
            "action": "Talk to Shops.",
            "owner": "Rita Retail",
            "threshold": "contractor_cost-shops",
            "ended_because": "",
        }
    ]


def test_no_alerts_are_an_empty_list(company: object, capsys: pytest.CaptureFixture[str]):
    assert printed(capsys) == []
    call_command("alerts")
    assert capsys.readouterr().out == "No alerts.\n"


def test_a_person_sees_her_units_and_an_unknown_unit_is_a_wrong_call(
    breach: Callable[..., Alert], retail_lead: Person, wholesale_lead: Person, capsys: pytest.CaptureFixture[str]
):
    breach()

    assert len(printed(capsys, "--person", "Rita Retail")) == len(printed(capsys, "--unit", "SHOPS")) == 1
    assert printed(capsys, "--person", "Walter Wholesale") == printed(capsys, "--metric", "revenue") == []
    for words in (["--unit", "NOWHERE"], ["--unit", "SHOPS", "--person", "Walter Wholesale"]):
        with pytest.raises(CommandError, match="There is no unit") as wrong:
            call_command("alerts", *words)
        assert wrong.value.returncode == 2


def test_people_read_one_line_an_alert(breach: Callable[..., Alert], capsys: pytest.CaptureFixture[str]):
    breach()
    call_command("alerts")

    assert capsys.readouterr().out == (
        "SHOPS      high   firing     open                  -360.0000  Contractors 30% over budget  (nobody)\n"
    )


def test_what_never_fired_is_listed_only_when_asked_for(books: Books, capsys: pytest.CaptureFixture[str]):
    from tests.alerts.conftest import OVER_BUDGET

    books.limit(unit="SHOPS", periods=2)
    books.write(OVER_BUDGET)
    books.judge()

    assert (printed(capsys), len(printed(capsys, "--condition", "pending"))) == ([], 1)
