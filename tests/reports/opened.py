"""A number of the group, opened: its tree as the tests read it."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.models import Entry
from metrics.formula import Context
from metrics.querysets import computed_mark
from metrics.recompute import recompute
from reports.derivation import Branch
from reports.explanation import Explanation, Figures
from tests.reports.group import Delivered, Group, deliver
from units.scope import Scope

AT = datetime(2026, 4, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
EVERYTHING = Scope.system("test")


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
