"""The overview of a group with more units than a page holds: whatever page it is, its rows are whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reports.boards.picture import ON_PAGE
from tests.cast import person
from tests.company import ACCOUNTS, UNITS, build_company
from tests.metrics.engine import compute
from tests.prepared import prepared
from units import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MORE = 30
MANY = UNITS + "".join(f"    N{n:02} | GROUP | unit | Number {n}\n" for n in range(MORE))
FIGURES = "unit | account | counterparty | version | 2026-08 | 2026-09\n" + "".join(
    f"N{n:02} | {account} | | {version} | {amount} | {amount}\n"
    for n in range(MORE)
    for account, version, amount in (
        ("REVENUE", "actual", 1000 + 20 * n),
        ("REVENUE", "budget-2026", 1200),
        ("COSTS", "actual", 700),
        ("COSTS", "budget-2026", 700),
        ("HEADS", "actual", 10 + n),
    )
)
"""Each unit sells 20 more than the one before; all were to sell 1,200, which N10 does. The others are empty."""


@prepared
def company() -> Any:
    found = build_company(MANY, FIGURES, ACCOUNTS)
    compute()
    return found


@pytest.fixture
def browser(company: Any, signed_in: Any) -> Client:
    found: Client = signed_in(person("Erin Executive", roles.EXECUTIVE))
    return found


def board(browser: Client, query: str = "") -> Any:
    return browser.get(f"/overview/?period=2026-09&basis=month{query}").context["board"]


def rows(browser: Client, query: str = "") -> dict[str, Any]:
    return {row.unit.short: row for row in board(browser, query).matrix.rows if row.unit.short.startswith("N")}


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "N00", "N22"),
        ("&page=2", "N23", "N29"),
        ("&sort=variance", "N00", "N24"),
        ("&sort=variance&page=2", "N25", "N29"),
        ("&sort=revenue", "N29", "N05"),
        ("&sort=heads&page=2", "N04", "N00"),
        ("&sort=margin", "N29", "N05"),
    ],
)
def test_every_page_in_every_order_prints_whole_rows(browser: Client, query: str, first: str, last: str) -> None:
    found = rows(browser, query)

    assert (list(found)[0], list(found)[-1]) == (first, last)
    for code, row in found.items():
        number = int(code[1:])
        sold = (1000 + 20 * number) * 10_000
        assert row.revenue.actual.number == sold
        assert row.profit.variance.number == (20 * number - 200) * 10_000
        assert row.margin.number == pytest.approx(1 - 7_000_000 / sold)
        assert row.heads.number == (10 + number) * 10_000
        assert row.trend is not None and len([value for value in row.trend.actual if value is not None]) == 2


def test_scales_statuses_and_the_total_are_of_all_units_on_every_page(browser: Client) -> None:
    pages = [board(browser), board(browser, "&page=2")]

    assert len({each.matrix.section.title for each in pages}) == 1
    assert len({each.matrix.rows[-1].revenue.actual.number for each in pages}) == 1
    assert {row.revenue_bar.largest for each in pages for row in each.matrix.rows if row.revenue_bar} == {
        1580.0 * 10_000
    }


def test_the_headline_names_units_wherever_they_stand(browser: Client) -> None:
    """The group is above its budget: the three largest gains stand on the second page, the losses on the first."""
    for query in ("", "&page=2", "&sort=revenue"):
        sentence = "".join(phrase.text for phrase in board(browser, query).headline.sentence)

        assert "N29 revenue, N28 revenue and N27 revenue outweigh losses in N00, N01 and N02" in sentence


def test_the_bridge_names_the_largest_and_pools_the_rest(browser: Client) -> None:
    (chart,) = board(browser, "&page=2").bridge.charts
    steps = [step for step, _ in chart.table.rows]

    assert "N29 Number 29" in steps and f"Others {MORE - 13} units" in steps


def test_a_page_beyond_the_last_has_no_rows_and_keeps_the_total(browser: Client) -> None:
    found = board(browser, "&page=99").matrix

    assert [row.kind for row in found.rows] == ["minor", "total"]
    assert MORE > ON_PAGE
