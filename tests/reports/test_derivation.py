"""An explanation is a tree whose leaves are imported rows and add up to the number, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ledger.periods import Months
from metrics.formula import Context, Value, parse
from metrics.formula.values import amount
from metrics.timeframes import CalendarAt
from reports.derivation import AccountFact, Branch, Claim, Company, RowFact, UnitFact, line_tree, spread
from reports.operands import addends, read

HALDEN, SOUTH, PAYMENTS, LOGISTICS, JOINT, ELIM = range(1, 7)
REVENUE, SALES, RETURNS = range(1, 4)


def unit(pk: int, code: str, parent: int | None, *, kind: str = "unit", share: str = "1") -> UnitFact:
    return UnitFact(pk, code, code.title(), kind, parent, Fraction(share))


def account(pk: int, code: str, parent: int | None = None, weight: int = 1) -> AccountFact:
    return AccountFact(
        pk, code, code.title(), parent, weight, "sum", "average", True, role="revenue" if pk == 1 else ""
    )


COMPANY = Company(
    units={
        fact.id: fact
        for fact in [
            unit(HALDEN, "HALDEN", None, kind="group"),
            unit(SOUTH, "SOUTH", HALDEN, kind="group"),
            unit(PAYMENTS, "PAYMENTS", SOUTH),
            unit(LOGISTICS, "LOGISTICS", SOUTH),
            unit(JOINT, "JOINT", HALDEN, share="0.5"),
            unit(ELIM, "ELIM", HALDEN, kind="elimination"),
        ]
    },
    accounts={
        fact.id: fact
        for fact in [account(REVENUE, "4"), account(SALES, "40", REVENUE), account(RETURNS, "49", REVENUE, weight=-1)]
    },
)


def row(pk: int, unit: int, amount: int, *, account: int = SALES, to: int | None = None, **changes: object) -> RowFact:
    fact = RowFact(
        id=pk, unit=unit, account=account, ordinal=24_320, period="2026-09", amount=amount, currency="USD",
        rate=Fraction(1), counterparty=to, file="ledger.csv", sheet="", row=pk, person="Fin", text="",
        time=datetime(2026, 10, 9, tzinfo=UTC),
    )  # fmt: skip
    return replace(fact, **changes)


def shown(branch: Branch, depth: int = 0) -> list[str]:
    """The tree as indented lines without its rows."""
    if branch.row is not None:
        return []
    lines = [f"{'  ' * depth}{branch.label}: {branch.value}"]
    return lines + [line for child in branch.children for line in shown(child, depth + 1)]


def total(branch: Branch) -> int:
    return sum(int(leaf.value or 0) for leaf in branch.leaves())


def revenue_of(unit: int, rows: list[RowFact], *, company: Company = COMPANY) -> Branch:
    claims = [Claim(company.weights(REVENUE), range(24_320, 24_321))]
    return line_tree(company, unit=unit, claims=claims, rows=rows, label="Revenue")


def test_contra_accounts_count_against_their_parent() -> None:
    tree = revenue_of(PAYMENTS, [row(1, PAYMENTS, 900), row(2, PAYMENTS, 40, account=RETURNS)])

    assert shown(tree) == ["Revenue: 860", "  40 40: 900", "  49 49: -40"]
    assert total(tree) == 860


def test_a_group_opens_to_its_units_and_takes_out_what_they_sold_each_other() -> None:
    sold_inside = row(1, PAYMENTS, 300, to=LOGISTICS)
    tree = revenue_of(HALDEN, [sold_inside, row(2, LOGISTICS, 500)])

    assert shown(tree) == [
        "Revenue: 500",
        "  SOUTH South: 500",
        "    PAYMENTS Payments: 300",
        "    LOGISTICS Logistics: 500",
        "    Eliminations: -300",
    ]


def test_a_unit_alone_keeps_what_it_sold_to_its_sister() -> None:
    assert revenue_of(PAYMENTS, [row(1, PAYMENTS, 300, to=LOGISTICS)]).value == 300


def test_the_elimination_unit_shows_only_what_is_taken_out_right_there() -> None:
    inside_south, across = row(1, PAYMENTS, 300, to=LOGISTICS), row(2, PAYMENTS, 70, to=JOINT)

    assert revenue_of(ELIM, [inside_south, across]).value == -35  # half of the joint venture is ours
    assert revenue_of(HALDEN, [inside_south, across]).value == 35


def test_a_sale_to_a_stranger_is_never_taken_out() -> None:
    assert revenue_of(HALDEN, [row(1, PAYMENTS, 300, to=None)]).value == 300


def test_half_a_unit_adds_half_and_the_rows_still_add_up() -> None:
    tree = revenue_of(HALDEN, [row(1, JOINT, 3), row(2, JOINT, 3), row(3, JOINT, 1)])

    assert tree.value == 4  # half of 7 is 3.5, rounded half to even
    assert sorted(leaf.value for leaf in tree.leaves()) == [0, 2, 2]
    assert total(tree) == 4
    assert revenue_of(JOINT, [row(1, JOINT, 7)]).value == 7


def test_a_missing_rate_names_itself_and_is_never_one() -> None:
    tree = revenue_of(HALDEN, [row(1, PAYMENTS, 300, currency="EUR", rate=None)])

    assert (tree.value, tree.reason) == (None, "error: no EUR average rate for 2026-09")


def test_an_account_counts_with_the_weights_on_the_way_up() -> None:
    assert COMPANY.weights(REVENUE) == {REVENUE: 1, SALES: 1, RETURNS: -1}


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=9), st.fractions(0, 3, max_denominator=10**6))
def test_rows_of_a_cell_always_add_to_the_rounded_cell(amounts: list[int], factor: Fraction) -> None:
    assert sum(spread(amounts, factor, order=range(len(amounts)))) == round(sum(amounts) * factor)


def test_a_mean_is_rounded_once_and_its_rows_still_add_up() -> None:
    claims = [Claim({SALES: 1}, range(24_318, 24_321), months=3)]
    rows = [row(1, PAYMENTS, 100, ordinal=24_318), row(2, PAYMENTS, 101, ordinal=24_320)]

    tree = line_tree(COMPANY, unit=HALDEN, claims=claims, rows=rows, label="Positions")

    assert tree.value == 67
    assert sorted(leaf.value for leaf in tree.leaves()) == [33, 34]


def test_a_score_belongs_to_the_unit_it_was_typed_for() -> None:
    company = replace(
        COMPANY, accounts={9: replace(account(9, "NPS"), adds_up=False)}, _children={}, _account_children={}
    )
    claims = [Claim({9: 1}, range(24_320, 24_321))]
    rows = [row(1, PAYMENTS, 40, account=9), row(2, SOUTH, 45, account=9)]

    assert [
        line_tree(company, unit=unit, claims=claims, rows=rows, label="").value for unit in (PAYMENTS, SOUTH, HALDEN)
    ] == [40, 45, 0]


def test_what_is_eliminated_is_the_part_the_group_trades_with_itself() -> None:
    half_owned = row(1, PAYMENTS, 300, to=JOINT)

    assert shown(revenue_of(HALDEN, [half_owned])) == [
        "Revenue: 150",
        "  SOUTH South: 300",
        "    PAYMENTS Payments: 300",
        "  ELIM Elim: -150",
        "    Eliminations: -150",
    ]


AT = CalendarAt(Months(1), Months(1).parse("2026-09").ordinal)


def adds(formula: str, basis: str = "month") -> list[tuple[str, int, str, int]] | None:
    found = addends(parse(formula), Context("actual", basis), calendar=AT)
    return None if found is None else [(each.code, each.factor, each.context.basis, each.context.lag) for each in found]


def test_a_formula_that_adds_hands_its_signs_to_its_names() -> None:
    assert adds("gross_profit - (personnel_cost - 2 * optional(role:cloud))") == [
        ("gross_profit", 1, "month", 0),
        ("personnel_cost", -1, "month", 0),
        ("role:cloud", 2, "month", 0),
    ]


def test_what_a_stock_grew_by_is_its_closing_less_its_opening() -> None:
    assert adds("change(receivables)", "ytd") == [("receivables", 1, "month", 0), ("receivables", -1, "month", 9)]
    assert adds("last(change(cash), 3)") == [("cash", 1, "month", 0), ("cash", -1, "month", 3)]


def test_a_formula_that_does_more_than_add_has_no_addends() -> None:
    assert [adds(formula) for formula in ("1 - churn", "a / b", "ann(a)", "abs(a)", "a * 0.5", "if(a > 0, a, b)")] == [
        None
    ] * 6


def read_by(formula: str, basis: str = "month") -> list[tuple[str, str, int]]:
    def value(code: str, context: Context) -> Value:
        return amount(10_000)

    _, found = read(parse(formula), Context("actual", basis), calendar=AT, value=value)
    return [(each.code, each.context.basis, each.context.lag) for each in found]


def test_a_ratio_has_its_operands_in_the_context_they_are_read_in() -> None:
    assert read_by("ltm(revenue) / headcount - prior(headcount)") == [
        ("revenue", "ltm", 0),
        ("headcount", "month", 0),
        ("headcount", "month", 12),
    ]


def test_a_mean_reads_every_month_it_is_taken_over() -> None:
    assert read_by("avg(headcount)", "qtd") == [
        ("headcount", "month", 0),
        ("headcount", "month", 1),
        ("headcount", "month", 2),
    ]
    assert read_by("avg(headcount)") == [("headcount", "month", 0), ("headcount", "month", 1)]
