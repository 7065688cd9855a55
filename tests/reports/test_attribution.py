"""What accounts for a gap: by unit, by line, by driver, as commands print it and within a scope."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from ledger.models import ONE
from people.models import Person
from tests.company import MARKER, Company
from tests.ledger.imports import bring
from tests.metrics.engine import SYSTEM, compute
from tests.reports.group import Delivered, build_group, deliver
from tests.tables import assert_reads
from units.commands import DataRefused, WrongCall

pytestmark = pytest.mark.django_db


def printed(*options: str) -> str:
    out = StringIO()
    call_command("attribution", *options, stdout=out)
    return out.getvalue()


def asked(*options: str) -> dict[str, Any]:
    return json.loads(printed("--json", *options))


def parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Its parts with the numbers only."""
    return [
        {name: cell["value"] if isinstance(cell, dict) else cell for name, cell in part.items()}
        for part in found["parts"]
    ]


def test_by_unit_the_parts_and_what_they_leave_make_up_the_gap(company: Company) -> None:
    compute()
    found = asked("--metric", "revenue", "--unit", "GROUP", "--period", "2026-09")

    assert (found["actual"]["value"], found["compared"]["value"]) == ("3600.0000", "3000.0000")
    assert_reads(
        parts(found),
        """
        code      | actual        | compared      | favourable   | of_gross | cumulative
        ELIM      | "-200.0000"   | "0.0000"      | "-200.0000"  | 100.0%   | 100.0%
        WHOLESALE | "2500.0000"   | "2000.0000"   | "500.0000"   | 62.5%    | 62.5%
        RETAIL    | "1300.0000"   | "1000.0000"   | "300.0000"   | 37.5%    | 100.0%
        """,
    )
    assert found["rest"]["value"] == "0.0000"
    assert found["sentence"].startswith("WHOLESALE Wholesale Zephyrgoods accounts for 62% of the gross favourable")


def test_by_line_the_lines_of_the_formula_make_up_the_gap(company: Company) -> None:
    compute()
    found = asked("--metric", "operating_income", "--unit", "SHOPS", "--period", "2026-09", "--by", "line")

    assert_reads(
        parts(found),
        """
        code           | label         | favourable  | of_gross | of_net
        cost_of_sales  | Cost of sales | "-60.0000"  | 85.7%    | –
        personnel_cost | Personnel     | "-10.0000"  | 14.3%    | –
        revenue        | Revenue       | "300.0000"  | 100.0%   | –
        """,
    )


def test_without_a_cut_it_is_by_unit_where_there_are_any_and_else_by_line(company: Company) -> None:
    compute()

    assert asked("--metric", "operating_income", "--unit", "RETAIL")["by"] == "unit"
    assert asked("--metric", "operating_income", "--unit", "SHOPS")["by"] == "line"


def test_a_line_opens_to_its_accounts(db: None) -> None:
    group = build_group()
    deliver(
        group,
        [
            Delivered("BOSTON", account, "2026-03", amount * ONE, version)
            for version, sold, returned in (("actual", 900, 50), ("budget-2026", 1000, 20))
            for account, amount in (("SALES", sold), ("RETS", returned))
        ],
    )
    compute()
    found = asked("--metric", "revenue", "--unit", "BOSTON", "--period", "2026-03", "--by", "line")

    assert found["favourable"]["value"] == "-130.0000"
    assert_reads(
        parts(found),
        """
        code          | actual     | compared    | favourable  | of_gross
        account:SALES | "900.0000" | "1000.0000" | "-100.0000" | 76.9%
        account:RETS  | "50.0000"  | "20.0000"   | "-30.0000"  | 23.1%
        """,
    )


def test_units_taken_in_with_a_share_add_their_share(db: None) -> None:
    group = build_group()
    deliver(
        group,
        [
            Delivered(unit, "SALES", "2026-03", amount * ONE, version, currency="USD")
            for version, amount in (("actual", 900), ("budget-2026", 1000))
            for unit in ("PARIS", "BOSTON")
        ],
    )
    compute()
    found = asked("--metric", "revenue", "--unit", "EAST", "--period", "2026-03")

    assert {part["code"]: part["favourable"] for part in parts(found)} == {"PARIS": "-100.0000", "BOSTON": "-60.0000"}
    assert found["rest"]["value"] == "0.0000"


def test_a_ratio_is_split_into_the_mix_and_the_rates_of_units(company: Company) -> None:
    compute()
    found = asked("--metric", "gross_margin", "--unit", "GROUP", "--period", "2026-09")

    total = sum(part["favourable"] for part in parts(found))
    assert total == pytest.approx(found["favourable"]["value"])
    assert found["rest"]["value"] == 0
    for part in parts(found):
        assert part["mix"] + part["rate"] + part["other"] == pytest.approx(part["favourable"])


def test_by_driver_headcount_and_rate_make_up_the_gap(company: Company) -> None:
    budget = "unit | account | period | amount | version\n" + "\n".join(
        f"{unit} | HEADS | {month} | {heads} | budget-2026"
        for unit, heads in (("SHOPS", 10), ("DEPOT", 20))
        for month in ("2026-09",)
    )
    bring(SYSTEM, budget, source="plan")
    compute()

    found = asked("--metric", "personnel_cost", "--unit", "SHOPS", "--period", "2026-09", "--by", "driver")
    assert_reads(
        parts(found),
        """
        code   | label         | favourable
        volume | Headcount     | "-25.0000"
        price  | Cost per head | "15.0000"
        """,
    )
    assert found["favourable"]["value"] == "-10.0000"


def test_against_prior_year_the_same_month_a_year_earlier_is_read(company: Company) -> None:
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2025-09 | 1000\nDEPOT | REVENUE | 2025-09 | 900")
    compute()
    found = asked("--metric", "revenue", "--period", "2026-09", "--baseline", "prior-year")

    assert found["compared"]["value"] == "1900.0000"
    assert {part["code"]: part["compared"] for part in parts(found)}["RETAIL"] == "1000.0000"


def test_the_parts_the_others_and_the_rest_make_up_the_gap_whatever_is_asked(company: Company) -> None:
    compute()
    for metric in ("revenue", "cost_of_sales", "gross_profit", "operating_income", "total_cost"):
        for unit in ("GROUP", "RETAIL", "WHOLESALE"):
            for basis in ("month", "ytd"):
                found = asked("--metric", metric, "--unit", unit, "--basis", basis)
                told = [*(part["favourable"] for part in parts(found)), found["rest"]["value"]]
                told.append(found["left_out"]["favourable"])
                assert sum(float(each) for each in told if each is not None and each != 0) == pytest.approx(
                    float(found["favourable"]["value"])
                )


def test_the_way_down_goes_through_units_to_a_line(company: Company) -> None:
    compute()
    found = asked("--metric", "operating_income", "--unit", "GROUP", "--period", "2026-09")

    assert [(step["by"], step["code"]) for step in found["path"]] == [
        ("unit", "WHOLESALE"),
        ("unit", "own"),
        ("line", "marketing_cost"),
    ]


def test_people_read_names_shares_and_guards(company: Company) -> None:
    compute()
    told = printed("--metric", "revenue", "--unit", "GROUP", "--period", "2026-09")

    assert told.splitlines()[0] == ("Revenue, GROUP, 2026-09 month: 3600.0000 against 3000.0000 (budget), favourable")
    assert "RETAIL Retail" in told and "accounts for" in told and "caused" not in told


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--metric", "dso"], "does not add up over units"),
        (["--metric", "gross_margin", "--by", "line"], "is no sum of lines"),
        (["--metric", "unit_class"], "is a class"),
        (["--metric", "operating_income", "--by", "driver"], "No quantity stands behind Operating income"),
        (["--metric", "revenue", "--unit", "SHOPS", "--by", "unit"], "Shops has no units below it"),
        (["--metric", "revenue", "--by", "driver"], "Customers are not known on both sides"),
    ],
)
def test_what_has_no_parts_is_refused_with_the_reason(company: Company, options: list[str], sentence: str) -> None:
    compute()

    with pytest.raises(DataRefused, match=sentence) as refused:
        asked(*options)
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--metric", "turnover"], "There is no metric or account turnover"),
        (["--metric", "role:revenue"], "role:revenue is no metric and no account"),
        (["--metric", "revenue", "--unit", "NOWHERE"], "There is no unit NOWHERE"),
        (["--metric", "revenue", "--period", "2031-01"], "There is no period 2031-01"),
        (["--metric", "revenue", "--as-of", "soon"], "“soon” is no date"),
        (["--metric", "revenue", "--person", "Nobody"], "There is no person “Nobody”"),
    ],
)
def test_a_code_that_nothing_is_called_is_a_wrong_call(company: Company, options: list[str], sentence: str) -> None:
    compute()

    with pytest.raises(WrongCall, match=sentence) as refused:
        asked(*options)
    assert refused.value.returncode == 2


def test_a_person_sees_only_what_is_in_scope(company: Company, retail_lead: Person, stranger: Person) -> None:
    compute()

    assert asked("--metric", "revenue", "--person", retail_lead.name)["unit"] == "RETAIL"
    assert str(MARKER) not in printed("--json", "--metric", "operating_income", "--person", retail_lead.name)
    with pytest.raises(WrongCall, match="There is no unit GROUP"):
        asked("--metric", "revenue", "--unit", "GROUP", "--person", retail_lead.name)
    with pytest.raises(WrongCall):
        asked("--metric", "revenue", "--person", stranger.name)


# --- the API --------------------------------------------------------------------------------------------
API = "/api/v1/attribution/"


def test_the_api_says_what_the_command_says(company: Company, signed_in, executive: Person) -> None:
    compute()
    [told] = signed_in(executive).get(f"{API}?metric=revenue&unit=GROUP&period=2026-09").json()["results"]

    assert told == asked("--metric", "revenue", "--unit", "GROUP", "--period", "2026-09")


def test_over_the_api_a_foreign_unit_finds_what_an_unknown_one_finds(company: Company, signed_in, retail_lead) -> None:
    compute()
    browser = signed_in(retail_lead)

    found = [browser.get(f"{API}?unit={code}").json() for code in ("DEPOT", "NOWHERE")]
    assert found == [{"next": None, "results": []}] * 2
    assert browser.get(f"{API}?period=2031-01").json() == found[0]
    assert browser.get(API).json()["results"][0]["unit"] == "RETAIL"


@pytest.mark.parametrize(
    ("query", "field"),
    [("metric=turnover", "metric"), ("metric=dso", "by"), ("by=colour", "by"), ("basis=week", "basis"), ("x=1", "x")],
)
def test_over_the_api_what_cannot_be_is_refused(company: Company, signed_in, executive, query: str, field: str) -> None:
    compute()
    answer = signed_in(executive).get(f"{API}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


# --- pages ----------------------------------------------------------------------------------------------
def test_the_explanation_of_a_figure_ranks_what_accounts_for_its_gap(company: Company, signed_in, executive) -> None:
    compute()
    board = signed_in(executive).get("/units/GROUP/explain/revenue/?period=2026-09").context["board"]

    assert [(row.label, row.of_gross) for row in board.contributors.rows][:2] == [
        ("ELIM Eliminations", "100%"),
        ("WHOLESALE Wholesale Zephyrgoods", "62%"),
    ]
    assert "accounts for" in board.contributors.section.title


def test_the_explanation_can_be_cut_another_way(company: Company, signed_in, executive) -> None:
    compute()
    browser, address = signed_in(executive), "/units/GROUP/explain/operating_income/?period=2026-09"

    assert [choice.label for choice in browser.get(address).context["board"].contributors.views] == [
        "By unit",
        "By line",
    ]
    by_line = browser.get(f"{address}&by=line").context["board"].contributors
    assert by_line.rows[0].label == "Marketing"
    assert browser.get(f"{address}&by=nonsense").context["board"].contributors.rows[0].label.startswith("WHOLESALE")


@pytest.mark.parametrize("code", ["unit_class", "role:revenue", "dso", "account:HEADS"])
def test_a_figure_without_parts_is_explained_without_them(company: Company, signed_in, executive, code: str) -> None:
    compute()
    answer = signed_in(executive).get(f"/units/SHOPS/explain/{code}/?period=2026-09")

    assert answer.status_code == 200
    assert answer.context["board"].contributors is None


def test_the_page_of_a_unit_ranks_the_lines_of_its_profit_and_that_of_a_group_its_units(
    company: Company, signed_in, executive
) -> None:
    compute()
    browser = signed_in(executive)

    unit = browser.get("/units/SHOPS/?period=2026-09").context["board"].contributors
    group = browser.get("/units/GROUP/?period=2026-09").context["board"].contributors
    assert [row.label for row in unit.rows][:3] == ["Cost of sales", "Personnel", "Revenue"]
    assert [row.label for row in group.rows] == ["WHOLESALE Wholesale Zephyrgoods", "RETAIL Retail"]


def test_pages_compare_with_what_was_picked(company: Company, signed_in, executive) -> None:
    compute()
    browser = signed_in(executive)
    for address in ("/units/GROUP/?period=2026-09", "/units/GROUP/explain/operating_income/?period=2026-09"):
        found = browser.get(address).context["board"].contributors
        assert [(choice.label, choice.is_on) for choice in found.baselines] == [
            ("Budget", True),
            ("Prior year", False),
            ("Forecast", False),
        ]
        assert "against budget" in found.section.subtitle
        earlier = browser.get(found.baselines[1].href).context["board"].contributors
        assert earlier.baselines[1].is_on
        assert earlier.section.title.startswith("Operating income has no number to compare: ")
        foreseen = browser.get(found.baselines[2].href).context["board"].contributors
        assert foreseen.section.title == "Operating income has no number to compare: no forecast."
        assert browser.get(f"{address}&against=nonsense").status_code == 404
