"""Pages at other exchange rates than those reported at: what is offered, what it says, and what it is compared with.

Paris made 1,000 euro in July 2026 at 1.20, 1.00 in the budget and 1.05 a year before; its budget was 900 euro and
last year's revenue 800 euro. Boston made 1,500 dollars.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from people.models import Person
from reports.figures import Reading
from tests.reports.test_exchange import company

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]
assert company

JULY = "basis=month&period=2026-07"
BUDGET, LAST_YEAR = "&rates=budget-rates", "&rates=prior-year-rates"
NOT_BUDGET = "not_applicable: the budget stands at other rates than last year's"
NOT_PRIOR = "not_applicable: last year is not kept at this year's budget rates"
BACK = "Actuals at the rates the budget was made with; see them as reported"
ALL = ["Reported", "At budget rates", "At last year's rates"]


@pytest.fixture
def client(signed_in: SignedIn, executive: Person) -> Client:
    return signed_in(executive)


def figures(reading: Reading) -> list[object]:
    """Actual, budget, and prior year, in whole units of the group's currency; else why there is none."""
    shown = (reading.actual, reading.baseline, reading.prior)
    return [each.reason if each.number is None else each.number / 10_000 for each in shown]


@pytest.mark.parametrize(
    ("rates", "paris", "group"),
    [
        ("", [1200, 900, 840], [1200 + 1500 - 120, 2500, 2240]),
        (BUDGET, [1000, 900, NOT_PRIOR], [1000 + 1500 - 100, 2500, NOT_PRIOR]),
        (LAST_YEAR, [1050, NOT_BUDGET, 840], [1050 + 1500 - 105, NOT_BUDGET, 2240]),
    ],
)
def test_a_figure_is_compared_with_what_stands_at_the_same_rates(
    client: Client, rates: str, paris: list[object], group: list[object]
) -> None:
    rows = {row.unit.short: figures(row.revenue) for row in rows_of(client, f"?unit=GROUP&{JULY}{rates}")}

    assert rows["PARIS"] == paris
    assert list(rows.values())[-1] == group


def test_a_unit_in_the_groups_currency_reads_the_same_at_all_rates(client: Client) -> None:
    for rates in ("", BUDGET, LAST_YEAR):
        rows = {row.unit.short: figures(row.revenue) for row in rows_of(client, f"?unit=GROUP&{JULY}{rates}")}

        assert rows["BOSTON"] == [1500, 1600, 1400]


@pytest.mark.parametrize(("unit", "offered"), [("GROUP", ALL), ("PARIS", ALL), ("BOSTON", [])])
def test_the_switch_is_there_where_figures_are_others_and_nowhere_else(
    client: Client, unit: str, offered: list[str]
) -> None:
    picker = client.get(f"/units/{unit}/?{JULY}").context["board"].picker

    assert [choice.label for choice in picker.rates] == offered
    assert [choice.is_on for choice in picker.rates] == [True, False, False][: len(offered)]
    assert [parse_qs(choice.href.strip("?")).get("rates") for choice in picker.rates] == [
        None, ["budget-rates"], ["prior-year-rates"],
    ][: len(offered)]  # fmt: skip


def test_every_part_of_a_page_says_at_whose_rates_it_is(client: Client) -> None:
    board = client.get(f"/units/PARIS/?{JULY}{BUDGET}").context["board"]

    assert board.picker.label == "Jul 2026, at budget rates"
    assert "July 2026, at budget rates" in [remark.text for remark in board.headline.meta]
    assert BACK in [remark.text for remark in board.headline.meta]
    assert "Jul 2026, at budget rates" in board.statement.section.subtitle
    assert board.notes == ("Amounts in USD at budget rates",)


def test_what_is_made_of_reported_figures_is_left_out(client: Client) -> None:
    board = client.get(f"/units/GROUP/?{JULY}{BUDGET}").context["board"]

    assert board.landing is None
    assert board.cash is None
    assert board.findings is None
    assert board.consolidation is None


def test_a_figure_explains_itself_at_the_rates_it_was_read_at(client: Client) -> None:
    board = client.get(f"/units/PARIS/explain/revenue/?{JULY}{BUDGET}").context["board"]

    assert board.title == "Revenue, Paris, Jul 2026, at budget rates"
    assert board.figure.number == 1000_0000


@pytest.mark.parametrize(
    "address",
    [
        f"/units/PARIS/?{JULY}&rates=yesterday",
        f"/units/PARIS/?{JULY}{BUDGET}&tree=as-is-now",
        f"/units/PARIS/explain/revenue/?{JULY}{BUDGET}&version=budget",
    ],
)
def test_what_nobody_keeps_is_an_address_that_names_nothing(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def rows_of(client: Client, query: str) -> list[Any]:
    return list(client.get(f"/overview/{query}").context["board"].matrix.rows)
