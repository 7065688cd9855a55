"""The income statement of a unit: the lines of the manual, with the accounts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.models import Account
from metrics.catalogue import METRICS
from metrics.declaration import Metric
from metrics.readings import SENSE, growth
from metrics.roles import Node, terms
from reports import materiality
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, FORESEEN, LABELS, PRIOR_YEAR
from reports.boards.reading import Reader, difference, partial, relative
from reports.figures import Choice, Figure, Reading, Section, Statement, StatementRow, Variance, VarianceBar
from reports.formatting import Scale
from reports.levels import ACTUAL, BUDGET, PRIOR

DEEPEST = 3
BETTER = {"higher": 1, "lower": -1}
HEADS = {BUDGET: LABELS[BUDGETED], PRIOR: LABELS[PRIOR_YEAR], FORESEEN: LABELS[FORECAST]}
"""What the columns of a version are called."""


@dataclass(frozen=True)
class Line:
    """A row of the statement: a metric, or an account inside one. `kind` is sum, total, ratio or line."""

    code: str
    label: str
    kind: str
    level: int
    is_parent: bool = False


PLAN = (
    ("revenue", "Revenue", "sum", 0, ("revenue",)),
    ("cost_of_sales", "Cost of sales", "sum", 0, ("cost_of_sales", "cloud_above")),
    ("gross_profit", "Gross profit", "total", 0, ()),
    ("gross_margin", "Gross margin", "ratio", 0, ()),
    ("operating_cost", "Operating expenses", "sum", 0, ()),
    ("personnel_cost", "Personnel", "line", 1, ("personnel",)),
    ("contractor_cost", "Contractors", "line", 1, ("contractors",)),
    ("marketing_cost", "Marketing", "line", 1, ("marketing",)),
    ("other_operating_cost", "Other operating", "line", 1, ("other_operating_cost",)),
    ("operating_income", "Operating income", "total", 0, ()),
    ("operating_margin", "Operating margin", "ratio", 0, ()),
)


@dataclass(frozen=True)
class Chart:
    """The chart of accounts, as far as a statement needs it: children in order, and which lie behind a role."""

    accounts: Mapping[int, Account]
    children: Mapping[int | None, list[Account]]
    roles: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls) -> Chart:
        """One query."""
        return cls.of(Account.objects.order_by("position", "pk"))

    @classmethod
    def of(cls, listed: Iterable[Account]) -> Chart:
        """The chart of accounts that are read already, in their order."""
        accounts = {account.pk: account for account in listed}
        children: dict[int | None, list[Account]] = {}
        for account in accounts.values():
            children.setdefault(account.parent_id, []).append(account)
        nodes = (_node(account, accounts) for account in accounts.values())
        return cls(accounts, children, terms(nodes))

    def behind(self, roles: Iterable[str]) -> list[Account]:
        """The accounts that add to a line; what is taken out again is shown under its own line."""
        by_code = {account.code: account for account in self.accounts.values()}
        found = {by_code[code] for role in roles for code, factor in self.roles.get(role, {}).items() if factor > 0}
        topmost = [account for account in found if not any(above in found for above in self.above(account))]
        return sorted(topmost, key=lambda account: (account.position, account.pk))

    def above(self, account: Account) -> list[Account]:
        """The accounts an account lies in, upwards."""
        found, at = [], account.parent_id
        while at is not None:
            found.append(self.accounts[at])
            at = self.accounts[at].parent_id
        return found

    def below(self, account: Account) -> list[Account]:
        return self.children.get(account.pk, [])


def _node(account: Account, accounts: Mapping[int, Account]) -> Node:
    parent = accounts[account.parent_id].code if account.parent_id else ""
    return Node(account.code, parent, account.kind, account.weight, account.role)


def lines(chart: Chart) -> list[Line]:
    """The plan of the statement filled with accounts: a line's only account is opened to its children at once."""
    found: list[Line] = []
    for code, label, kind, level, roles in PLAN:
        accounts = chart.behind(roles)
        if len(accounts) == 1:
            accounts = chart.below(accounts[0])
        is_parent = bool(accounts) or code == "operating_cost"
        found.append(Line(code, label, kind, level, is_parent))
        for account in accounts:
            found += _opened(chart, account, level + 1)
    return found


def _opened(chart: Chart, account: Account, level: int) -> list[Line]:
    below = chart.below(account) if level < DEEPEST else []
    found = [Line(f"account:{account.code}", account.name, "line", level, bool(below))]
    for child in below:
        found += _opened(chart, child, level + 1)
    return found


def statement(
    chart: Chart,
    plan: list[Line],
    *,
    first: Reader,
    second: Reader | None,
    scale: Scale,
    labels: tuple[str, str],
    title: str,
    baselines: tuple[Choice, ...] = (),
) -> Statement:
    """The rows that have a figure in either stretch; a line nobody reports is left out.

    Both stretches are read against the baseline of `first`; `baselines` is what else there is to compare with.
    """
    rows = told_lines(plan, chart, first, second)
    largest = max((_size(reading) for line, reading, _ in rows if line.kind != "ratio"), default=1.0)
    both = f"{labels[0]} and {labels[1].lower()}" if labels[1] else labels[0]
    subtitle = f"Income statement, {scale.unit}, {both}. {materiality.EXPLAINED}"
    return Statement(
        section=Section(title, subtitle, legend=("raises", "lowers")),
        rows=tuple(_row(line, reading, beside, largest or 1.0) for line, reading, beside in rows),
        scale=scale,
        first_label=labels[0],
        second_label=labels[1],
        baseline_label=HEADS[first.baseline],
        beside_label=HEADS[_beside(first)],
        baselines=baselines,
    )


def _row(line: Line, reading: Reading, beside: Reading | None, largest: float) -> StatementRow:
    return StatementRow(
        code=line.code,
        label=line.label,
        first=reading,
        second=beside,
        bar=_bar(reading, largest) if line.kind != "ratio" else None,
        level=line.level,
        kind=line.kind,
        is_parent=line.is_parent,
    )


def told_lines(
    plan: list[Line], chart: Chart, first: Reader, second: Reader | None
) -> list[tuple[Line, Reading, Reading | None]]:
    """Each line with what both stretches say of it; an inner line that neither has a figure for is left out."""
    found = []
    for line in plan:
        metric = metric_of(line, chart)
        reading = _reading(first, metric)
        beside = None if second is None else _reading(second, metric)
        if line.level and _is_empty(reading) and (beside is None or _is_empty(beside)):
            continue
        found.append((line, reading, beside))
    return found


def metric_of(line: Line, chart: Chart) -> Metric:
    """How a line is read: the catalogue's metric, or its account's own direction."""
    if line.code in METRICS:
        return METRICS[line.code]
    code = line.code.removeprefix("account:")
    account = next(account for account in chart.accounts.values() if account.code == code)
    sense: Any = BETTER.get(account.better) or SENSE[account.kind]
    kind: Any = "money" if account.unit_of_measure == "money" else "count"
    return Metric(line.code, line.label, kind, sense, "percent", account.unit_of_measure, formula=line.code)


def _reading(reader: Reader, metric: Metric) -> Reading:
    versions = (ACTUAL, reader.baseline, _beside(reader))
    actual, baseline, beside = (reader.level(metric.code, version) for version in versions)
    read, is_material = reader.variance(metric, reader.baseline)
    grown = growth(actual, reader.level(metric.code, PRIOR))
    coverage = partial(reader.levels.coverage(reader.unit, ACTUAL, metric.code))
    return Reading(
        actual=Figure(
            actual.number, metric.kind, actual.reason, reader.href(metric.code), reader.currency, coverage=coverage
        ),
        baseline=Figure(baseline.number, metric.kind, baseline.reason, currency=reader.currency),
        variance=difference(metric, read, is_material),
        percent=relative(read, is_material, of=reader.baseline),
        prior=Figure(beside.number, metric.kind, beside.reason, currency=reader.currency),
        growth=Variance(grown.number, "percent", reason=grown.reason),
    )


def _beside(reader: Reader) -> str:
    """What stands beside the comparison: the prior year, or the budget where that is what is compared with."""
    return BUDGET if reader.baseline == PRIOR else PRIOR


def _bar(reading: Reading, largest: float) -> VarianceBar | None:
    number = reading.variance.number
    return None if number is None else VarianceBar(float(number), largest, reading.variance.tone)


def _is_empty(reading: Reading) -> bool:
    return reading.actual.number in (None, 0) and reading.baseline.number in (None, 0)


def _size(reading: Reading) -> float:
    number = reading.variance.number
    return abs(float(number)) if isinstance(number, int | float) else 0.0
