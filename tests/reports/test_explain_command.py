"""`manage.py explain` prints the tree of a number as the contract says, within the scope of who asks."""

from __future__ import annotations

from io import StringIO

import orjson
import pytest
from django.core.management import call_command

from people.models import Person
from tests.company import MARKER, MARKER_NAME, Company
from tests.reports.opened import computed
from units.commands import WrongCall


def explain(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("explain", *arguments, "--json", stdout=out)
    found: dict[str, object] = orjson.loads(out.getvalue())
    return found


def test_the_command_prints_the_contract(company: Company, finance_admin: Person) -> None:
    computed()

    found = explain("--metric", "account:REVENUE", "--unit", "SHOPS", "--period", "2026-08")

    assert found == {
        "label": "Revenue",
        "value": "1200.0000",
        "children": [
            {
                "label": "company.csv row 2",
                "value": "1200.0000",
                "file": "company.csv",
                "sheet": "",
                "row": 2,
                "person": "test",
                "time": "2026-10-01T06:00:00+00:00",
                "amount": "1200.0000",
                "currency": "USD",
                "segment": "",
            }
        ],
    }


def test_the_command_reads_with_a_persons_scope(company: Company, retail_lead: Person) -> None:
    computed()

    with pytest.raises(WrongCall, match="There is no unit DEPOT"):
        explain("--metric", "revenue", "--unit", "DEPOT", "--person", retail_lead.name)
    found = orjson.dumps(
        explain("--metric", "operating_income", "--unit", "RETAIL", "--person", retail_lead.name)
    ).decode()
    assert [word for word in (str(MARKER), MARKER_NAME, "DEPOT") if word in found] == []


@pytest.mark.parametrize(
    "call",
    [
        ("--metric", "profitt"),
        ("--metric", "account:NONE"),
        ("--metric", "revenue", "--version", "budget-1999"),
        ("--metric", "revenue", "--period", "1999-01"),
        ("--metric", "revenue", "--as-of", "yesterday"),
    ],
)
def test_a_call_that_names_nothing_is_wrong(company: Company, call: tuple[str, ...]) -> None:
    computed()

    with pytest.raises(WrongCall):
        explain(*call)
