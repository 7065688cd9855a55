"""Every number opens to what it is made of, down to file, row, person and time, and reads as it was known."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.formula import Context
from metrics.querysets import computed_mark
from reports import drill
from tests.cast import person
from tests.reports.group import Group, deliver
from tests.reports.opened import AT, computed, figures, lines, restated, sold, trading, tree
from units import roles
from units.scope import Scope


def test_a_metric_opens_to_accounts_units_eliminations_and_rows(group: Group) -> None:
    deliver(
        group,
        [
            sold("PARIS", 100, currency="USD"),
            sold("PARIS", 40, counterparty="BOSTON", currency="USD"),
            sold("BOSTON", 50),
            sold("BOSTON", 10, account="RETS"),
        ],
    )
    computed()

    assert lines(tree(group, "revenue", "EAST")) == [
        "Revenue: 140",
        "  Revenue: 140",
        "    SALES Sales: 146",
        "      PARIS Paris Works: 140",
        "        erp.csv row 2: 100",
        "        erp.csv row 3: 40",
        "      BOSTON Boston Works: 30",
        "        erp.csv row 4: 30",
        "      EELIM Eastern Eliminations: -24",
        "        Eliminations: -24",
        "          erp.csv row 3: -24",
        "    RETS Rets: -6",
        "      BOSTON Boston Works: -6",
        "        erp.csv row 5: -6",
    ]


def test_a_year_to_date_opens_to_its_months_and_a_stock_to_its_last_one(group: Group) -> None:
    deliver(
        group, [sold("STAKE", amount, month) for month, amount in (("2026-01", 10), ("2026-02", 20), ("2026-03", 30))]
    )
    deliver(group, [sold("STAKE", heads, month, account="HEADS") for month, heads in (("2026-02", 4), ("2026-03", 5))])
    computed()

    assert lines(tree(group, "account:SALES", "STAKE", basis="ytd")) == [
        "Sales: 60",
        "  2026-01: 10",
        "    erp.csv row 2: 10",
        "  2026-02: 20",
        "    erp.csv row 3: 20",
        "  2026-03: 30",
        "    erp.csv row 4: 30",
    ]
    assert lines(tree(group, "headcount", "STAKE", basis="ytd")) == [
        "Headcount: 5",
        "  Headcount: 5",
        "    erp.csv row 3: 5",
    ]


def test_a_ratio_has_its_operands_each_with_its_own_rows(group: Group) -> None:
    deliver(group, [sold("STAKE", 80), sold("STAKE", 60, account="COGS")])
    computed()

    found = tree(group, "gross_margin", "STAKE")

    assert (found.value, found.kind) == (0.25, "ratio")
    assert [(each.label, each.value) for each in found.children] == [("Gross profit", 200_000), ("Revenue", 800_000)]
    assert [sum(leaf.value for leaf in each.leaves()) for each in found.children] == [200_000, 800_000]


def test_what_receivables_grew_by_counts_in_cash_flow_with_its_opening(group: Group) -> None:
    deliver(
        group,
        [
            sold("STAKE", 80),
            sold("STAKE", 30, account="COGS"),
            sold("STAKE", 5, account="STAFF"),
            sold("STAKE", 40, "2026-02", account="RECV"),
            sold("STAKE", 55, account="RECV"),
        ],
    )
    computed()

    found = tree(group, "operating_cash_flow", "STAKE")

    assert (found.value, sum(leaf.value for leaf in found.leaves())) == (300_000, 300_000)
    assert [(each.label, each.value) for each in found.children] == [
        ("Operating income", 450_000),
        ("Receivables", -550_000),
        ("Receivables, 2026-02", 400_000),
    ]


def test_a_figure_its_source_reports_opens_to_the_reported_row(group: Group) -> None:
    deliver(group, [sold("PARIS", 321, account="CAC", currency="USD")])
    computed()

    assert lines(tree(group, "cac", "PARIS")) == [
        "Cost to acquire a customer: 321",
        "  Cac: 321",
        "    erp.csv row 2: 321",
    ]


def test_what_trade_leaves_over_opens_to_the_eliminated_rows_with_their_sign(group: Group) -> None:
    deliver(
        group,
        [
            sold("STAKE", 1),
            sold("GROUP", 100, counterparty="EAST"),
            sold("EAST", 90, account="COGS", counterparty="GROUP"),
        ],
    )
    computed()

    assert lines(tree(group, "elimination_difference", "ELIM")) == [
        "Elimination difference: 10",
        "  Elimination difference: 10",
        "    SALES Sales: 100",
        "      Eliminations: 100",
        "        erp.csv row 3: 100",
        "    COGS Cogs: -90",
        "      Eliminations: -90",
        "        erp.csv row 4: -90",
    ]


def test_a_lacking_rate_leads_to_the_rows_that_need_it(group: Group) -> None:
    deliver(group, [sold("STAKE", 5), sold("STAKE", 7, currency="CHF")])
    computed()

    found = tree(group, "account:SALES", "STAKE")

    assert (found.value, found.reason) == (None, "error: no CHF average rate for 2026-03")
    assert [(leaf.row.row, leaf.reason) for leaf in found.children if leaf.row] == [
        (3, "error: no CHF average rate for 2026-03")
    ]


def test_a_mean_is_taken_over_the_months_that_were_delivered(group: Group) -> None:
    deliver(group, [sold("STAKE", 6, "2026-01", account="SEATS"), sold("STAKE", 1, "2026-03", account="SALES")])
    computed()

    assert lines(tree(group, "account:SEATS", "STAKE", basis="ytd")) == ["Seats: 3", "  erp.csv row 2: 3"]


def test_prior_year_and_budget_have_their_own_rows(group: Group) -> None:
    deliver(
        group,
        [
            sold("STAKE", 8, "2025-03"),
            sold("STAKE", 10),
            sold("STAKE", 12, version="budget-2026"),
            sold("STAKE", 9, "2025-03", version="budget-2025"),
        ],
    )
    computed()

    assert [(each.label, each.value) for each in tree(group, "revenue_growth", "STAKE").children] == [
        ("Revenue", 100_000),
        ("Revenue, 2025-03", 80_000),
    ]
    budget = tree(group, "revenue", "STAKE", version="budget")
    assert [(leaf.row.row, leaf.value) for leaf in budget.leaves() if leaf.row] == [(4, 120_000)]
    before = tree(group, "revenue", "STAKE", version="budget", month="2025-03")
    assert [(leaf.row.row, leaf.value) for leaf in before.leaves() if leaf.row] == [(5, 90_000)]


def test_an_earlier_mark_shows_the_rows_of_then(group: Group) -> None:
    then, now = restated(group)

    assert lines(tree(group, "account:SALES", "STAKE", mark=then)) == ["Sales: 10", "  march.csv row 2: 10"]
    assert lines(tree(group, "account:SALES", "STAKE", mark=now)) == ["Sales: 13", "  march-again.csv row 2: 13"]


def test_a_row_is_told_only_to_who_may_see_the_unit_on_its_other_side(group: Group) -> None:
    trading(group)
    leader = Scope.of(person("Lea East", roles.UNIT_LEADER, group.units["EAST"]), at=AT)

    hers = tree(group, "revenue", "PARIS", scope=leader)
    ours = tree(group, "revenue", "PARIS")

    assert [leaf.row.text for leaf in hers.leaves() if leaf.row] == [""]
    assert [leaf.row.text for leaf in ours.leaves() if leaf.row] == ["PARIS,SALES,2026-03,1000000,GROUP"]
    assert [
        each.largest
        for each in drill.sources(figures(group, "PARIS", scope=leader), "revenue", Context("actual", "month"))
    ] == [""]


def test_an_elimination_unit_alone_says_what_may_not_be_seen(group: Group) -> None:
    trading(group)
    alone = Scope.of(person("Ellie", roles.UNIT_LEADER, group.units["ELIM"]), at=AT)

    found = tree(group, "revenue", "ELIM", scope=alone)

    assert found.value == -1_000_000
    assert [(leaf.label, leaf.value) for leaf in found.leaves()][-1] == ("Rows you may not see", -1_000_000)


def test_explaining_asks_the_same_few_questions_whatever_the_size(group: Group) -> None:
    counts = []
    for units in (["PARIS"], ["PARIS", "BOSTON", "LAB", "STAKE"]):
        deliver(
            group,
            [
                sold(unit, 10, month, account=account)
                for unit in units
                for month in ("2026-02", "2026-03")
                for account in ("SALES", "COGS", "STAFF")
            ],
        )
        computed()
        mark = computed_mark()
        with CaptureQueriesContext(connection) as asked:
            tree(group, "operating_margin", "GROUP", basis="ltm", mark=mark)
        counts.append(len(asked))

    assert counts == [10, 10]
