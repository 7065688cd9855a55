"""For any figures whatever: the rows below a number add up to the number, for everybody who may read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.actions import import_tree
from ledger.actions.structure import StructureFile
from metrics.arrangement import plain
from metrics.querysets import computed_mark, sheets
from metrics.recompute import recompute
from reports.derivation import Branch
from reports.explanation import Explanation
from tests.cast import person
from tests.ledger.imports import csv
from tests.reports.group import Delivered, Group, complicate, deliver, inflate, rearrange
from tests.reports.opened import AT, EVERYTHING
from units import roles
from units.models import Unit
from units.scope import Scope

ADDING = (
    "revenue", "cost_of_sales", "gross_profit", "personnel_cost", "contractor_cost", "cloud_cost", "operating_cost",
    "total_cost", "operating_income", "headcount", "receivables", "operating_cash_flow", "new_customers",
    "acquisition_spend", "elimination_difference", "satisfaction", "elimination_rounding", "balance_difference",
    "net_income", "equity_result", "minority_share", "net_income_to_owners",
    "net_assets", "minority_equity",
)  # fmt: skip
NAMES = ("GROUP", "EAST", "PARIS", "BOSTON", "VENTURE", "LAB", "STAKE")
FOREIGN = ("VENTURE", "LAB", "STAKE", "Joint Venture", "Laboratory", "Minority Stake", "Whole Group", "Group Elim")
ACCOUNTS = (
    "REV", "SALES", "RETS", "COGS", "HOST", "STAFF", "EXT", "MEMO", "RECV", "HEADS", "SEATS", "DESKS", "SCORE", "CHURN",
    "SPEND", "WON", "CAC",
)  # fmt: skip
MONTHS = ("2025-01", "2025-02", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
LAW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

rows = st.builds(
    Delivered,
    unit=st.sampled_from(NAMES),
    account=st.sampled_from(ACCOUNTS),
    month=st.sampled_from(MONTHS),
    amount=st.integers(-3_000_000, 9_000_000),
    version=st.sampled_from(["actual", "actual", "actual", "budget-2025", "budget-2026"]),
    counterparty=st.sampled_from(["", "", "", *NAMES]),
    currency=st.sampled_from(["", "", "EUR", "USD"]),
    source=st.sampled_from(["erp", "erp", "payroll"]),
).filter(lambda row: row.version == "actual" or row.version.endswith(row.month[:4]))
files = st.lists(rows, min_size=20, max_size=80)
adjustments = st.lists(rows, min_size=1, max_size=6).map(lambda found: [replace(row, source="group") for row in found])
dice = st.randoms(use_true_random=False)


def total(tree: Branch) -> int:
    """What the rows of a tree, and nothing else, add up to."""
    return sum(int(leaf.value or 0) for leaf in tree.leaves() if leaf.row)


def explained(scope: Scope, dice: Random, *, some: int = 25, among: Collection[int] = ()) -> list[tuple[Any, Branch]]:
    """The stored number and the tree of every figure that adds, on some of the sheets in sight (`among`: of these)."""
    was, now = (Explanation(scope, computed_mark(), is_now=is_now) for is_now in (False, True))
    found = sheets(scope).standing_at(computed_mark()).select_related("period").in_order()
    standing = list(found.of_units(among) if among else found)
    return [
        (
            (sheet, code),
            (was if sheet.version == plain(sheet.version) else now).of(
                code, unit=sheet.unit_id, ordinal=sheet.period.ordinal, basis=sheet.basis, version=plain(sheet.version)
            ),
        )
        for sheet in dice.sample(standing, min(some, len(standing)))
        for code in (*ADDING, *(f"account:{account}" for account in ACCOUNTS))
    ]


def disagreements(trees: list[tuple[Any, Branch]]) -> list[tuple[Any, ...]]:
    """Figures explained by another number than the stored one, or by rows that add up to something else."""
    found: list[tuple[Any, ...]] = []
    for (sheet, code), tree in trees:
        number = sheet.numbers.get(code)
        if tree.value != number or (number is not None and total(tree) != number):
            found.append((str(sheet), code, number, tree.value, total(tree)))
    return found


def said(tree: Branch) -> str:
    """Everything a tree tells, its rows included."""
    row = tree.row
    own = (
        f"{tree.label} {tree.reason} {row.text} {row.segment} {row.counterparty}"
        if row
        else f"{tree.label} {tree.reason}"
    )
    return " ".join([own, *(said(child) for child in tree.children)])


@contextmanager
def computed(
    group: Group,
    delivered: list[Delivered],
    adjusted: Collection[Delivered] = (),
    *,
    after: Collection[Callable[[Group], None]] = (),
) -> Iterator[None]:
    """The group after all that happened to it, with these files and adjustments, computed; undone at the end."""
    with transaction.atomic():
        for happen in after:
            happen(group)
        deliver(group, delivered)
        if adjusted:
            deliver(group, adjusted, layer="adjustment")
        recompute(actor="process:test", clock=lambda: AT)
        yield
        transaction.set_rollback(True)


def regions(group: Group) -> None:
    """Another tree over the same units."""
    tree = "code | name | parent\nALL | All |\nA | A | ALL\nB | B | ALL\nPARIS | | A\nBOSTON | | A\nLAB | | B"
    file = StructureFile("tree.csv", csv(tree))
    assert import_tree(actor=EVERYTHING, tree="region", file=file, at=AT).status == "imported"


@LAW
@given(delivered=files, dice=dice)
def test_rows_add_up_to_every_stored_number(group: Group, delivered: list[Delivered], dice: Random) -> None:
    with computed(group, delivered):
        assert disagreements(explained(EVERYTHING, dice)) == []


@LAW
@given(delivered=files, adjusted=adjustments, dice=dice)
def test_they_do_under_minorities_terms_that_change_adjustments_and_budget_rates(
    group: Group, delivered: list[Delivered], adjusted: list[Delivered], dice: Random
) -> None:
    with computed(group, delivered, adjusted, after=[complicate]):
        assert disagreements(explained(EVERYTHING, dice)) == []


@LAW
@given(delivered=files, adjusted=adjustments, dice=dice)
def test_they_do_where_a_currency_is_hyperinflationary(
    group: Group, delivered: list[Delivered], adjusted: list[Delivered], dice: Random
) -> None:
    with computed(group, delivered, adjusted, after=[complicate, inflate]):
        assert disagreements(explained(EVERYTHING, dice)) == []


@LAW
@given(delivered=files, adjusted=adjustments, dice=dice)
def test_they_do_on_the_tree_of_each_period_and_on_that_of_today(
    group: Group, delivered: list[Delivered], adjusted: list[Delivered], dice: Random
) -> None:
    with computed(group, delivered, adjusted, after=[complicate, rearrange]):
        assert disagreements(explained(EVERYTHING, dice)) == []


@LAW
@given(delivered=files, adjusted=adjustments, dice=dice)
def test_they_do_for_the_nodes_of_another_tree(
    group: Group, delivered: list[Delivered], adjusted: list[Delivered], dice: Random
) -> None:
    with computed(group, delivered, adjusted, after=[complicate, rearrange, regions]):
        nodes = set(Unit.unscoped.filter(tree="region").values_list("pk", flat=True))
        trees = explained(EVERYTHING, dice, among=nodes)

        assert disagreements(trees) == []
        assert {sheet.unit_id for (sheet, _), _ in trees} <= nodes


def test_a_mean_is_taken_over_the_months_that_sources_delivered_and_not_over_adjustments(group: Group) -> None:
    stated = Delivered("LAB", "DESKS", "2025-12", 3_000_000, "actual", "", "", "payroll")
    deliver(group, [stated])
    deliver(group, [replace(stated, month="2025-11", amount=600_000, source="group")], layer="adjustment")
    recompute(actor="process:test", clock=lambda: AT)

    trees = explained(EVERYTHING, Random(0), some=10_000)

    found = {sheet.numbers.get(code) for (sheet, code), _ in trees if (sheet.basis, code) == ("qtd", "account:SEATS")}
    assert 3_600_000 in found
    assert disagreements(trees) == []


@LAW
@given(delivered=files, dice=dice)
def test_a_leader_sees_her_rows_add_up_and_nobody_elses(group: Group, delivered: list[Delivered], dice: Random) -> None:
    with computed(group, delivered):
        leader = person("Lea East", roles.UNIT_LEADER, group.units["EAST"])
        hers = {group.units[code].pk for code in ("EAST", "PARIS", "BOSTON", "EELIM")}
        trees = explained(Scope.of(leader, at=AT), dice)

        assert disagreements(trees) == []
        assert {leaf.row.unit for _, tree in trees for leaf in tree.leaves() if leaf.row} <= hers
        assert [word for word in FOREIGN for _, tree in trees if word in said(tree)] == []
