"""Other trees over the same units: same entries, same engine, and every top holds everything."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from ledger.models import Period
from metrics.arrangement import as_is_now
from metrics.rates import AT_BUDGET, at_rates
from tests.company import Company
from tests.ledger.imports import bring, csv
from tests.metrics.engine import AT, SYSTEM, compute, move, number, set_rate, standing
from units.models import Unit

REGIONS = """
    code  | name    | parent
    WORLD | World   |
    NORTH | North   | WORLD
    SOUTH | South   | WORLD
    SHOPS |         | NORTH
"""


def tree(text: str, name: str = "region") -> str:
    report = import_tree(actor=SYSTEM, tree=name, file=StructureFile("tree.csv", csv(text)), at=AT)
    assert not report.is_refused, report.errors
    return report.status


def test_a_node_amounts_to_what_is_assigned_to_it(company: Company) -> None:
    tree(REGIONS)
    compute()

    assert number("revenue", "NORTH", "2026-09") == number("revenue", "SHOPS", "2026-09")
    assert number("headcount", "NORTH", "2026-09", basis="ytd") == number("headcount", "SHOPS", "2026-09", basis="ytd")
    assert number("revenue", "SOUTH", "2026-09") is None


def test_what_is_assigned_nowhere_stands_at_the_top_in_a_node_of_its_own(company: Company) -> None:
    tree(REGIONS)
    compute()

    assert number("personnel_cost", "WORLD-REST", "2026-09") == number("personnel_cost", "GROUP", "2026-09") - number(
        "personnel_cost", "SHOPS", "2026-09"
    )


PLACES = st.lists(
    st.tuples(
        st.sampled_from(["SHOPS", "DEPOT"]),
        st.sampled_from(["NORTH", "SOUTH", "WORLD"]),
        st.sampled_from(["", "2026-05-01", "2026-09-30", "2026-12-01"]),
    ),
    max_size=4,
    unique_by=lambda place: (place[0], place[2]),
)


@pytest.mark.django_db
@settings(
    max_examples=6, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(places=PLACES)
def test_the_tops_of_all_trees_agree_in_every_figure_of_every_period(company: Company, places: list) -> None:
    units = "\n".join(f"{unit} | | {node} | {day}" for unit, node, day in places)
    nodes = "WORLD | World | |\nNORTH | North | WORLD |\nSOUTH | South | WORLD |"
    tree(f"code | name | parent | from\n{nodes}\n{units}")
    compute()
    found = standing()

    top = {key[1:]: sheet for key, sheet in found.items() if key[0] == "GROUP"}
    assert top and top == {key[1:]: sheet for key, sheet in found.items() if key[0] == "WORLD"}


DATED = """
    code  | name    | parent | from
    WORLD | World   |        |
    NORTH | North   | WORLD  |
    SOUTH | South   | WORLD  |
    SHOPS |         | NORTH  |
    SHOPS |         | SOUTH  | 2026-09-01
"""
NOW = as_is_now("actual")


def test_a_period_has_the_tree_of_its_last_day_and_a_year_to_date_adds_them_up(company: Company) -> None:
    tree(DATED)
    compute()
    august, september = (number("revenue", "SHOPS", f"2026-0{month}") for month in (8, 9))

    assert [number("revenue", "NORTH", f"2026-0{month}") for month in (8, 9)] == [august, None]
    assert [number("revenue", "SOUTH", f"2026-0{month}") for month in (8, 9)] == [None, september]
    so_far = {unit: number("revenue", unit, "2026-09", basis="ytd") for unit in ("SHOPS", "NORTH", "SOUTH")}
    assert so_far["SOUTH"] == september and so_far["NORTH"] == so_far["SHOPS"] - september


def test_as_is_now_a_tree_is_that_of_today_at_all_times(company: Company) -> None:
    tree(DATED)
    compute()

    assert number("revenue", "SOUTH", "2026-08", version=NOW) == number("revenue", "SHOPS", "2026-08")
    assert number("revenue", "SOUTH", "2026-09", basis="ytd", version=NOW) == number(
        "revenue", "SHOPS", "2026-09", basis="ytd"
    )
    assert number("revenue", "WORLD", "2026-08", version=NOW) is None  # the same figure: not kept twice


def test_a_tree_whose_days_are_taken_back_leaves_nothing_behind_and_neither_does_a_move(company: Company) -> None:
    tree(REGIONS)
    compute()
    before = standing()
    tree(DATED)
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()
    move("SHOPS", "", "RETAIL")
    compute()
    kept = {key[0] for key in standing() if key[3] == NOW}
    tree(REGIONS)
    compute()

    assert kept <= {"NORTH", "SOUTH", "WORLD-REST"}
    assert standing() == before


def test_a_day_to_come_moves_the_budget_of_its_periods_and_not_the_tree_of_today(company: Company) -> None:
    tree(DATED.replace("2026-09-01", "2026-12-01"))
    compute()

    assert number("revenue", "NORTH", "2026-09") == number("revenue", "SHOPS", "2026-09")
    assert number("revenue", "SOUTH", "2026-12", version="budget-2026") == number(
        "revenue", "SHOPS", "2026-12", version="budget-2026"
    )
    assert number("revenue", "SOUTH", "2026-09", version=NOW) is None


def test_nodes_are_read_at_constant_rates_like_the_company(company: Company) -> None:
    Unit.unscoped.filter(pk=company.shops.pk).update(currency="EUR")
    for period in Period.objects.all():
        set_rate("EUR", period.pk, "1.5")
        set_rate("EUR", period.pk, "2", kind="budget")
    tree(REGIONS)
    compute()
    constant = at_rates("actual", AT_BUDGET)

    assert number("revenue", "NORTH", "2026-09", version=constant) == number(
        "revenue", "SHOPS", "2026-09", version=constant
    )
    assert number("revenue", "WORLD", "2026-09", version=constant) == number(
        "revenue", "GROUP", "2026-09", version=constant
    )
    assert number("revenue", "NORTH", "2026-09", version=constant) != number("revenue", "NORTH", "2026-09")


def test_a_move_in_the_company_is_as_is_now_in_every_tree(company: Company) -> None:
    tree(REGIONS)
    move("SHOPS", "2026-09-01", "WHOLESALE")
    compute()

    assert number("revenue", "WORLD", "2026-08") == number("revenue", "GROUP", "2026-08")
    assert number("revenue", "NORTH", "2026-08") == number("revenue", "SHOPS", "2026-08")


def test_trade_is_taken_out_at_the_first_common_node(company: Company) -> None:
    tree(f"{REGIONS}\n    DEPOT | | NORTH")
    compute()

    assert number("revenue", "NORTH", "2026-09") == number("revenue", "GROUP", "2026-09")


def test_the_figures_of_the_company_do_not_move(company: Company) -> None:
    compute()
    before = standing()
    tree(REGIONS)
    compute()
    after = standing()

    nodes = {"WORLD", "NORTH", "SOUTH", "WORLD-REST"}
    assert {key: sheet for key, sheet in after.items() if key[0] not in nodes} == before
    assert {key[0] for key in after} - {key[0] for key in before} == nodes - {"SOUTH"}


def test_an_import_moves_the_nodes_above_it_and_a_second_run_nothing(company: Company) -> None:
    tree(REGIONS)
    compute()
    row = "unit | account | period | version | amount\nSHOPS | REVENUE | 2026-09 | actual | 500"
    bring(SYSTEM, row, source="more")
    run = compute()
    again = compute(full=True)

    assert run is not None and not run.full
    assert number("revenue", "NORTH", "2026-09") == number("revenue", "SHOPS", "2026-09") == 1800_0000
    assert again is not None and (again.written, again.closed) == (0, 0)


def test_a_node_that_is_left_out_of_the_tree_loses_its_figures(company: Company) -> None:
    tree(REGIONS)
    compute()
    tree("code | name | parent\nWORLD | World |\nSOUTH | | WORLD\nSHOPS | | SOUTH")
    compute()

    assert number("revenue", "NORTH", "2026-09") is None
    assert number("revenue", "SOUTH", "2026-09") == number("revenue", "SHOPS", "2026-09")
    assert Unit.unscoped.get(code="NORTH").right == 0


def test_several_trees_stand_beside_one_another(company: Company) -> None:
    tree(REGIONS)
    tree("code | name | parent\nHOLDING | Holding Ltd |\nDEPOT | | HOLDING", "legal")
    compute()

    assert (
        number("revenue", "WORLD", "2026-09")
        == number("revenue", "HOLDING", "2026-09")
        == number("revenue", "GROUP", "2026-09")
    )
