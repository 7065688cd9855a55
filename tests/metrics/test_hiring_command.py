"""`manage.py hiring`: what a hiring budget brings in another unit, from the months on sheets."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from people.models import Person
from tests.company import Company
from tests.metrics.engine import compute
from units.commands import WrongCall

MOVE = ("--from", "SHOPS", "--to", "DEPOT", "--budget", "3120")


def printed(*options: str) -> str:
    out = StringIO()
    call_command("hiring", *options, stdout=out)
    return out.getvalue()


def asked(*options: str) -> dict[str, Any]:
    return json.loads(printed("--json", *options))


def test_the_average_and_the_marginal_case_stand_side_by_side(company: Company) -> None:
    """Four months: Shops 1,000 to 1,300 with 10, 10, 11, 11 heads; Depot 2,200 to 2,500 with 20, 20, 21, 21."""
    compute()
    found = asked(*MOVE)

    shops, depot = found["units"]
    assert found["period"] == "2026-09"
    assert (shops["average"]["value"], shops["marginal"]["value"]) == ("1314.2857", "2400.0000")
    assert (depot["average"]["value"], depot["marginal"]["value"]) == ("1375.6098", "2400.0000")
    assert (shops["months"], shops["headcounts"]) == (4, 2)
    assert shops["cost"]["value"] == "291.4286"
    assert shops["heads"]["value"] == "10.7059"
    assert shops["warnings"] == ["Only 4 months to read from; 6 are the fewest.", "Headcount stood at 2 levels only."]


def test_people_read_sentences_and_what_to_doubt(company: Company) -> None:
    compute()
    told = printed(*MOVE)

    assert "SHOPS gives 10.7059 heads at 291.4286 a year." in told
    assert "! Only 4 months to read from; 6 are the fewest." in told
    assert "Revenue a year by the marginal head:" in told


def test_fewer_months_may_be_read(company: Company) -> None:
    compute()

    assert [unit["months"] for unit in asked(*MOVE, "--months", "2")["units"]] == [2, 2]
    assert [unit["months"] for unit in asked(*MOVE, "--period", "2026-07")["units"]] == [2, 2]


def test_a_headcount_that_stood_still_says_why_there_is_no_marginal_case(company: Company) -> None:
    compute()
    found = asked(*MOVE, "--months", "2")

    assert found["by_average"]["value"] is not None
    assert found["by_marginal"] == {
        "value": None,
        "reason": "not_applicable: headcount did not change, so there is no marginal head",
    }


def test_a_person_reads_within_scope(company: Company, retail_lead: Person) -> None:
    compute()

    with pytest.raises(WrongCall, match="There is no unit “DEPOT”"):
        asked(*MOVE, "--person", retail_lead.name)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "NOWHERE", "--to", "DEPOT", "--budget", "1"], "There is no unit “NOWHERE”"),
        (["--from", "SHOPS", "--to", "DEPOT", "--budget", "much"], "“much” is no budget"),
        (["--from", "SHOPS", "--to", "DEPOT", "--budget", "0"], "“0” is no budget"),
        ([*MOVE, "--months", "0"], "From 1 to 60 months are read"),
        ([*MOVE, "--period", "2026-13"], "2026-13 is not a month"),
        (["--from", "ELIM", "--to", "DEPOT", "--budget", "1", "--person", "Nobody"], "There is no person"),
    ],
)
def test_what_means_nothing_is_a_wrong_call(company: Company, options: list[str], sentence: str) -> None:
    compute()

    with pytest.raises(WrongCall, match=sentence) as refused:
        printed(*options)
    assert refused.value.returncode == 2
