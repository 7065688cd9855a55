"""`manage.py values`: the stored figures for scripts and people, within a scope, as known at a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from metrics.recompute import recompute
from people.models import Person
from tests.company import KNOWN_SINCE, MARKER, Company
from tests.ledger.imports import bring
from tests.metrics.engine import AT, SYSTEM, compute
from tests.tables import assert_reads
from units.commands import WrongCall

LATER = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def values(*options: str) -> list[dict[str, Any]]:
    return json.loads(printed("--json", *options))


def printed(*options: str) -> str:
    out = StringIO()
    call_command("values", *options, stdout=out)
    return out.getvalue()


def restate(company: Company, amount: int) -> None:
    """A second source adds to September's revenue of Shops, and the figures are computed again."""
    table = f"unit | account | period | amount\nSHOPS | REVENUE | 2026-09 | {amount}"
    bring(SYSTEM, table, source="second", at=LATER)
    recompute(actor="process:test", clock=lambda: LATER)


def test_no_figures_are_an_empty_list(company: Company) -> None:
    assert values("--metric", "revenue") == []


def test_a_value_says_what_it_is_how_complete_and_since_when(company: Company) -> None:
    compute()

    assert values("--metric", "revenue", "--unit", "SHOPS", "--period", "2026-09") == [
        {
            "unit": "SHOPS",
            "metric": "revenue",
            "period": "2026-09",
            "basis": "month",
            "version": "actual",
            "value": "1300.0000",
            "reason": None,
            "coverage": "1 of 1",
            "known_from": KNOWN_SINCE.isoformat(),
        }
    ]


def test_money_and_counts_are_text_ratios_numbers_classes_words(company: Company) -> None:
    compute()
    metrics = ["revenue", "headcount", "gross_margin", "unit_class", "account:COSTS", "cash", "revenue_growth"]
    asked = [option for metric in metrics for option in ("--metric", metric)]

    assert_reads(
        values(*asked, "--unit", "GROUP", "--period", "2026-09"),
        """
        metric         | value        | reason
        revenue        | "3600.0000"  | –
        headcount      | "34.0000"    | –
        gross_margin   | 0.6111       | –
        unit_class     | struggling   | –
        account:COSTS  | "1400.0000"  | –
        cash           | –            | not_applicable: no account
        revenue_growth | –            | not_applicable: no figures
        """,
    )


def test_what_is_left_out_means_all(company: Company) -> None:
    compute()
    found = values("--metric", "revenue")

    assert [(row["unit"], row["period"]) for row in found[:5]] == [
        ("GROUP", "2026-06"),
        ("GROUP", "2026-07"),
        ("GROUP", "2026-08"),
        ("GROUP", "2026-09"),
        ("RETAIL", "2026-06"),
    ]
    assert {row["metric"] for row in values("--unit", "SHOPS", "--period", "2026-09")} >= {
        "revenue",
        "operating_margin",
        "account:REVENUE",
    }


def test_units_and_periods_may_be_repeated(company: Company) -> None:
    compute()

    assert_reads(
        values(
            *("--metric", "revenue", "--basis", "ytd", "--version", "budget-2026"),
            *("--unit", "SHOPS", "--unit", "DEPOT", "--period", "2026-07", "--period", "2026-09"),
        ),
        """
        unit  | period  | value       | coverage
        SHOPS | 2026-07 | "2000.0000" | 2 of 7
        SHOPS | 2026-09 | "4000.0000" | 4 of 9
        DEPOT | 2026-07 | "4000.0000" | 2 of 7
        DEPOT | 2026-09 | "8000.0000" | 4 of 9
        """,
    )


def test_prior_year_is_the_actual_of_one_year_earlier(company: Company) -> None:
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2025-09 | 1000")
    compute()

    assert_reads(
        values("--metric", "revenue", "--unit", "SHOPS", "--period", "2026-09", "--version", "prior-year"),
        """
        period  | version    | value
        2026-09 | prior-year | "1000.0000"
        """,
    )


def test_a_restated_figure_is_known_from_its_restatement_and_an_untouched_one_from_before(company: Company) -> None:
    compute()
    restate(company, 50)

    asked = ["--unit", "SHOPS", "--period", "2026-09", "--metric", "revenue", "--metric", "personnel_cost"]
    assert_reads(
        values(*asked),
        f"""
        metric         | value       | known_from
        revenue        | "1350.0000" | {LATER.isoformat()}
        personnel_cost | "260.0000"  | {KNOWN_SINCE.isoformat()}
        """,
    )


def test_a_number_that_went_and_came_back_is_known_since_it_came_back(company: Company) -> None:
    compute()
    restate(company, 50)
    restate(company, 0)
    [row] = values("--unit", "SHOPS", "--period", "2026-09", "--metric", "revenue")

    assert row["value"] == "1300.0000"
    assert row["known_from"] > LATER.isoformat()


def test_as_of_reads_what_was_known_then(company: Company) -> None:
    compute()
    restate(company, 50)
    asked = ["--unit", "SHOPS", "--period", "2026-09", "--metric", "revenue"]

    assert [row["value"] for row in values(*asked, "--as-of", AT.isoformat())] == ["1300.0000"]
    assert [row["value"] for row in values(*asked, "--as-of", "2026-11-02")] == ["1350.0000"]
    assert values(*asked, "--as-of", "2026-09-30") == []


def test_a_person_sees_only_what_is_in_scope(company: Company, retail_lead: Person, wholesale_lead: Person) -> None:
    compute()

    assert {row["unit"] for row in values("--metric", "revenue", "--person", retail_lead.name)} == {"RETAIL", "SHOPS"}
    assert str(MARKER) in printed("--json", "--person", wholesale_lead.name)
    assert str(MARKER) not in printed("--json", "--person", retail_lead.name)
    with pytest.raises(WrongCall, match="There is no unit “DEPOT”"):
        values("--unit", "DEPOT", "--person", retail_lead.name)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--metric", "turnover"], "There is no metric “turnover”."),
        (["--metric", "account:9999"], "There is no account “9999”."),
        (["--unit", "NOWHERE"], "There is no unit “NOWHERE”."),
        (["--period", "2026-13"], "2026-13 is not a month"),
        (["--version", "plan"], "“plan” is no version"),
        (["--person", "Nobody"], "There is no person “Nobody”"),
        (["--as-of", "yesterday"], "“yesterday” is no date"),
    ],
)
def test_a_code_that_nothing_is_called_is_a_wrong_call(company: Company, options: list[str], sentence: str) -> None:
    with pytest.raises(WrongCall, match=sentence) as refused:
        values(*options)

    assert refused.value.returncode == 2


def test_somebody_without_figures_is_refused(company: Company, stranger: Person) -> None:
    with pytest.raises(WrongCall):
        values("--metric", "revenue", "--person", stranger.name)


def test_a_version_or_period_without_figures_is_an_empty_list(company: Company) -> None:
    compute()

    assert values("--version", "budget-2031") == []
    assert values("--period", "2031-01") == []


def test_people_read_a_table(company: Company) -> None:
    compute()
    lines = printed("--metric", "revenue", "--unit", "SHOPS", "--period", "2026-09").splitlines()

    assert lines[0].split() == [
        "unit",
        "metric",
        "period",
        "basis",
        "version",
        "value",
        "reason",
        "coverage",
        "known_from",
    ]
    assert lines[1].split()[:6] == ["SHOPS", "revenue", "2026-09", "month", "actual", "1300.0000"]


def test_recompute_prints_what_it_did_and_then_has_nothing_to_do(company: Company) -> None:
    def run(*options: str) -> dict[str, Any]:
        out = StringIO()
        call_command("recompute", "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    first, second, third = run(), run(), run("--all")

    assert (first["status"], first["full"], first["closed"]) == ("done", True, 0)
    assert first["versions"]["actual"] == {"units": 6, "from": "2026-06", "to": "2026-09"}
    assert second == {"status": "unchanged", "run": None, "sheets": 0, "written": 0, "closed": 0}
    assert (third["status"], third["written"]) == ("done", 0)
