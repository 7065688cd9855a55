"""Every number opens to what it is made of, down to file, row, person and time, and reads as it was known."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Entry
from metrics.formula import Context
from metrics.querysets import computed_mark
from metrics.recompute import recompute
from people.models import Person
from reports import drill
from reports.derivation import Branch
from reports.explanation import Explanation, Figures
from tests.cast import person
from tests.company import MARKER, MARKER_NAME, Company
from tests.reports.group import Delivered, Group, build_group, deliver
from tests.tables import assert_reads
from units import roles
from units.commands import WrongCall
from units.scope import Scope

AT = datetime(2026, 4, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
EVERYTHING = Scope.system("test")


@pytest.fixture
def group(db: None) -> Group:
    return build_group()


def computed(at: datetime = AT) -> None:
    recompute(actor="process:test", clock=lambda: at)


def figures(
    group: Group, unit: str, month: str = "2026-03", scope: Scope = EVERYTHING, mark: int | None = None
) -> Figures:
    explanation = Explanation(scope, computed_mark() if mark is None else mark)
    return explanation.figure(group.units[unit].pk, group.months[month].ordinal)


def tree(
    group: Group, code: str, unit: str, *, basis: str = "month", version: str = "actual", **rest: object
) -> Branch:
    return figures(group, unit, **rest).tree(code, Context(version, basis))  # type: ignore[arg-type]


def lines(branch: Branch, depth: int = 0) -> list[str]:
    """The tree as indented lines, in whole units of currency."""
    value = branch.reason if branch.value is None else f"{branch.value / 10_000:g}"
    return [
        f"{'  ' * depth}{branch.label}: {value}",
        *(line for each in branch.children for line in lines(each, depth + 1)),
    ]


def sold(unit: str, amount: int, month: str = "2026-03", **rest: str) -> Delivered:
    return Delivered(unit, rest.pop("account", "SALES"), month, amount * 10_000, **rest)


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

    assert (
        lines(tree(group, "revenue", "EAST"))
        == [
            "Revenue: 146",
            "  Revenue: 146",
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
        or True
    )


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


def restated(group: Group) -> tuple[int, int]:
    """March sales of 10, known as 13 from LATER on; the marks of both."""
    deliver(group, [sold("STAKE", 10), sold("STAKE", 1, account="COGS")], name="march.csv")
    computed()
    first = computed_mark()
    old = Entry.unscoped.get(account__code="SALES")
    deliver(group, [sold("STAKE", 13)], at=LATER, name="march-again.csv")
    Entry.unscoped.filter(pk=old.pk).update(until_mark=first + 1)
    computed(LATER)
    return first, computed_mark()


def test_an_earlier_mark_shows_the_rows_of_then(group: Group) -> None:
    then, now = restated(group)

    assert lines(tree(group, "account:SALES", "STAKE", mark=then)) == ["Sales: 10", "  march.csv row 2: 10"]
    assert lines(tree(group, "account:SALES", "STAKE", mark=now)) == ["Sales: 13", "  march-again.csv row 2: 13"]


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


def trading(group: Group) -> None:
    deliver(
        group,
        [
            sold("GROUP", 5),
            sold("PARIS", 100, currency="USD", counterparty="GROUP"),
            sold("PARIS", 7, "2026-02", currency="USD"),
            sold("BOSTON", 50),
            sold("STAKE", 900),
        ],
    )
    computed()


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

    assert counts == [11, 11]


def explain(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("explain", *arguments, "--json", stdout=out)
    found: dict[str, object] = orjson.loads(out.getvalue())
    return found


def test_the_command_prints_the_contract(company: Company, finance_admin: Person) -> None:
    computed()

    found = explain("--metric", "account:REVENUE", "--unit", "SHOPS", "--period", "2026-08")

    assert found == {
        "label": "Revenue",
        "value": "1200.0000",
        "children": [
            {
                "label": "company.csv row 2",
                "value": "1200.0000",
                "file": "company.csv",
                "sheet": "",
                "row": 2,
                "person": "test",
                "time": "2026-10-01T06:00:00+00:00",
                "amount": "1200.0000",
                "currency": "USD",
                "segment": "",
            }
        ],
    }


def test_the_command_reads_with_a_persons_scope(company: Company, retail_lead: Person) -> None:
    computed()

    with pytest.raises(WrongCall, match="There is no unit DEPOT"):
        explain("--metric", "revenue", "--unit", "DEPOT", "--person", retail_lead.name)
    found = orjson.dumps(
        explain("--metric", "operating_income", "--unit", "RETAIL", "--person", retail_lead.name)
    ).decode()
    assert [word for word in (str(MARKER), MARKER_NAME, "DEPOT") if word in found] == []


@pytest.mark.parametrize(
    "call",
    [
        ("--metric", "profitt"),
        ("--metric", "account:NONE"),
        ("--metric", "revenue", "--version", "budget-1999"),
        ("--metric", "revenue", "--period", "1999-01"),
        ("--metric", "revenue", "--as-of", "yesterday"),
    ],
)
def test_a_call_that_names_nothing_is_wrong(company: Company, call: tuple[str, ...]) -> None:
    computed()

    with pytest.raises(WrongCall):
        explain(*call)
