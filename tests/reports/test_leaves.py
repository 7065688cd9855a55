"""The leaves of a figure add up to it, kind by kind, on the textbook group: translation, elimination, minority,
adjustments, constant currency, and both legs of a variance; by command as on the page."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from metrics.formula import Context
from metrics.querysets import computed_mark
from reports import drill
from reports.attribution import Question, gap
from reports.explanation import Explanation, Figures
from tests.prepared import prepared
from tests.reports.textbook import build_textbook
from tests.tables import assert_reads
from units.models import Unit
from units.scope import Scope

SYSTEM = Scope.system("test")
JUNE = "2026-06"
ADDING = (
    *("revenue", "cost_of_sales", "gross_profit", "total_cost", "operating_income", "account:REV", "account:COST"),
    *("net_income", "minority_share", "net_income_to_owners", "elimination_difference", "elimination_rounding"),
)


@prepared
def group() -> dict[str, Unit]:
    return build_textbook()


def explained(metric: str, unit: str, *, period: str = JUNE, basis: str = "month", version: str = "actual") -> Any:
    out = StringIO()
    asked = ("--metric", metric, "--unit", unit, "--period", period, "--basis", basis, "--version", version)
    call_command("explain", *asked, "--json", stdout=out)
    return json.loads(out.getvalue())


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    below = node.get("children") or []
    return [leaf for child in below for leaf in leaves(child)] if below else [node]


def worth(text: str) -> int:
    whole, _, rest = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 10_000 + sign * int(rest.ljust(4, "0"))


def total(found: dict[str, Any]) -> int:
    return sum(worth(leaf["value"]) for leaf in leaves(found) if leaf["value"] is not None)


@pytest.mark.parametrize("version", ["actual", "budget", "actual@budget-rates"])
@pytest.mark.parametrize("basis", ["month", "ytd"])
@pytest.mark.parametrize("unit", ["TOP", "MID", "SUB", "MELIM", "TELIM"])
def test_the_leaves_of_every_kind_of_figure_add_up_to_it(group, unit: str, basis: str, version: str) -> None:
    for period in (JUNE, "2026-07"):
        for metric in ADDING:
            found = explained(metric, unit, period=period, basis=basis, version=version)
            if found["value"] is not None:
                assert total(found) == worth(found["value"]), (metric, period)


def told(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Leaves as imported rows: file, row, amount, what it was multiplied with, and what it adds."""
    return [
        {
            "file": leaf["file"],
            "amount": float(leaf["amount"]),
            "rate": leaf.get("rate", ""),
            "share": leaf.get("share", ""),
            "value": float(leaf["value"]),
        }
        for leaf in leaves(found)
    ]


def test_a_translated_row_says_its_rate(group) -> None:
    assert_reads(
        told(explained("revenue", "SUB")),
        """
        file      | amount | rate  | share | value
        "erp.csv" | 200.0  | "1.1" | ""    | 220.0
        "erp.csv" | 100.0  | "1.1" | ""    | 110.0
        "erp.csv" | 40.0   | "1.1" | ""    | 44.0
        """,
    )


def test_an_elimination_shows_the_rows_it_takes_out(group) -> None:
    assert_reads(
        told(explained("revenue", "MELIM")),
        """
        file      | amount | rate  | share | value
        "erp.csv" | 100.0  | "1.1" | "-1"  | -110.0
        """,
    )


def test_the_minoritys_share_names_the_part_of_every_row_that_is_others(group) -> None:
    found = explained("minority_share", "MID")

    assert worth(found["value"]) == 83_6000 == total(found)
    assert {leaf["share"] for leaf in leaves(found)} == {"0.4"}


def test_an_adjustment_is_a_leaf_that_says_so(group) -> None:
    found = explained("cost_of_sales", "MID")
    adjusted = [leaf for leaf in leaves(found) if leaf.get("layer") == "adjustment"]

    assert [(leaf["file"], float(leaf["value"])) for leaf in adjusted] == [("group.csv", 20.0)]
    assert total(found) == worth(found["value"]) == 485_0000


@pytest.mark.parametrize("unit", ["TOP", "MID"])
@pytest.mark.parametrize("basis", ["month", "ytd"])
def test_both_legs_of_a_variance_open_to_rows_and_differ_by_the_variance(group, unit: str, basis: str) -> None:
    asked = Question("revenue", group[unit].pk, figures(group, unit).ordinal, basis, by="unit")
    found = gap(Explanation(SYSTEM, computed_mark()), asked)
    actual, budget = (total(explained("revenue", unit, basis=basis, version=each)) for each in ("actual", "budget"))

    assert (found.total.actual.number, found.total.baseline.number) == (actual, budget)
    assert found.total.difference.number == actual - budget


def figures(group: dict[str, Unit], unit: str) -> Figures:
    explanation = Explanation(SYSTEM, computed_mark())
    ordinal = explanation.figure(group[unit].pk, 0).evidence.calendar.parse(JUNE).ordinal
    return explanation.figure(group[unit].pk, ordinal)


@pytest.mark.parametrize("unit", ["TOP", "MID", "SUB", "MELIM"])
@pytest.mark.parametrize("metric", ADDING)
def test_on_the_page_units_and_files_add_up_to_the_figure(group, unit: str, metric: str) -> None:
    found, month = figures(group, unit), Context("actual", "month")
    value = found.value(metric, month).number
    units, files = drill.units(found, metric, month), drill.sources(found, metric, month)

    if units and all(each.part is not None for each in units):
        assert sum(each.part for each in units) == value
    assert sum(each.part for each in files) == (value or 0)
