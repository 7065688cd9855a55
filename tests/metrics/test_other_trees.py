"""Other trees over the same units: same entries, same engine, and every top holds everything."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from tests.company import Company
from tests.ledger.imports import bring, csv
from tests.metrics.engine import AT, SYSTEM, compute, number, standing
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


@pytest.mark.django_db
@settings(
    max_examples=6, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(places=st.lists(st.sampled_from(["", "NORTH", "SOUTH", "WORLD"]), min_size=2, max_size=2))
def test_the_tops_of_all_trees_agree_in_every_figure_of_every_period(company: Company, places: list[str]) -> None:
    units = "\n".join(f"{unit} | | {place}" for unit, place in zip(("SHOPS", "DEPOT"), places, strict=True) if place)
    tree(f"code | name | parent\nWORLD | World |\nNORTH | North | WORLD\nSOUTH | South | WORLD\n{units}")
    compute()
    found = standing()

    top = {key[1:]: sheet for key, sheet in found.items() if key[0] == "GROUP"}
    assert top and top == {key[1:]: sheet for key, sheet in found.items() if key[0] == "WORLD"}


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
