"""A number opens one level at a time: its history, its formula, its units, its months and the files behind it."""

from __future__ import annotations

from metrics.formula import Context
from reports import drill
from tests.reports.group import Group, deliver
from tests.reports.opened import LATER, computed, figures, restated, sold, trading
from tests.tables import assert_reads


def test_the_history_of_one_number_names_who_restated_it(group: Group) -> None:
    restated(group)

    revenue = drill.restatements(figures(group, "STAKE"), "revenue", Context("actual", "ytd"))
    cost = drill.restatements(figures(group, "STAKE"), "cost_of_sales", Context("actual", "ytd"))

    assert [(each.value, [cause.file for cause in each.causes]) for each in revenue] == [
        (130_000, ["march-again.csv"]),
        (100_000, ["march.csv"]),
    ]
    assert [each.value for each in cost] == [10_000]


def test_the_formula_is_shown_with_its_figures(group: Group) -> None:
    deliver(group, [sold("STAKE", 80), sold("STAKE", 60, account="COGS"), sold("STAKE", 100, version="budget-2026")])
    computed()

    view = drill.formula(figures(group, "STAKE"), "gross_margin", Context("actual", "month"))

    assert view is not None
    assert (view.formula, view.value, view.is_sum) == ("gross_profit / revenue", 0.25, False)
    assert [(each.text, [figure.value for figure in each.figures]) for each in view.pieces] == [
        ("gross_profit", [200_000]),
        (" / ", []),
        ("revenue", [800_000]),
    ]
    assert drill.formula(figures(group, "STAKE"), "account:SALES", Context("actual", "month")) is None


def test_a_group_opens_one_level_to_units_eliminations_and_its_own(group: Group) -> None:
    trading(group)

    assert_reads(
        drill.units(figures(group, "GROUP"), "revenue", Context("actual", "month")),
        """
        sort | label                  |   value |    part
        unit | EAST Eastern Region    | 1300000 | 1300000
        unit | STAKE Minority Stake   | 9000000 |       0
        unit | ELIM Group Eliminations | -1000000 | -1000000
        own  | Own figures            |   50000 |   50000
        """,
    )


def test_a_unit_taken_in_by_a_share_adds_its_share(group: Group) -> None:
    trading(group)

    assert_reads(
        drill.units(figures(group, "EAST"), "revenue", Context("actual", "month")),
        """
        sort | label               |   value |    part
        unit | PARIS Paris Works   | 1000000 | 1000000
        unit | BOSTON Boston Works |  500000 |  300000
        """,
    )


def test_a_basis_opens_one_level_to_its_months(group: Group) -> None:
    trading(group)

    assert_reads(
        drill.months(figures(group, "PARIS"), "revenue", Context("actual", "qtd")),
        """
        sort  | label   | basis | value   | part
        month | 2026-02 | month | 70000   | 70000
        month | 2026-03 | month | 1000000 | 1000000
        """,
    )


def test_files_behind_a_figure_add_up_to_it_and_show_their_largest_row(group: Group) -> None:
    trading(group)
    deliver(group, [sold("BOSTON", 20, account="RETS"), sold("BOSTON", 2)], name="late.csv")
    computed(LATER)

    found = drill.sources(figures(group, "EAST"), "revenue", Context("actual", "ytd"))

    assert_reads(
        found,
        """
        file     | rows | first_row | last_row | part    | person | largest_row
        erp.csv  |    3 |         3 |        5 | 1370000 | test   | 3
        late.csv |    2 |         2 |        3 | -108000 | test   | 2
        """,
    )
    assert found[1].largest == "BOSTON,RETS,2026-03,200000,"
    assert sum(each.part for each in found) == figures(group, "EAST").value("revenue", Context("actual", "ytd")).number
