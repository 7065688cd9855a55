"""The rules by what their alerts were worth: precision, time to act, money caught, limits that would spare noise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from django.urls import reverse

from alerts.wording import money, percent, plain, points
from alerts.working.reckoning import Rule, rules_by_worth
from alerts.working.worth import Promised
from metrics.declaration import Metric
from metrics.definitions import definitions
from reports import formatting
from reports.figures import Crumb, Figure, RuleRow, RulesBoard
from units.scope import Scope

NO_VERDICT = "not_applicable: nobody has said yet what its alerts were worth"
NONE_USEFUL = "not_applicable: none of its alerts was called useful"


def rules_board(scope: Scope, *, at: datetime, currency: str) -> RulesBoard:
    """Every rule that has told of something in the reader's units."""
    found = rules_by_worth(scope, at=at)
    metrics = definitions() if found else {}
    rows = tuple(_row(rule, metrics, currency) for rule in found)
    return RulesBoard(_title(found), rows, (Crumb("Alerts", reverse("alerts:list")),))


def _title(rules: list[Rule]) -> str:
    useful, labelled = sum(rule.worth.useful for rule in rules), sum(rule.worth.labelled for rule in rules)
    if not labelled:
        return "No alert has a verdict yet"
    return f"{useful} of {labelled} alerts with a verdict were useful"


def _row(rule: Rule, metrics: dict[str, Metric], currency: str) -> RuleRow:
    worth = rule.worth
    precision = float(worth.precision) if worth.precision is not None else None
    days = worth.days_to_act
    return RuleRow(
        label=rule.label,
        code=rule.threshold.code,
        href=reverse("threshold", args=[rule.threshold.code]) if rule.version is not None else "",
        alerts=worth.alerts,
        useful=worth.useful,
        known=worth.known,
        noise=worth.noise,
        precision=Figure(precision, "ratio", NO_VERDICT if precision is None else ""),
        to_act="" if days is None else _days(days),
        waiting=worth.waiting,
        profit=_money(worth.caught.profit, worth.useful, currency),
        cash=_money(worth.caught.cash, worth.useful, currency),
        promised=tuple(
            _promised(found, unit, currency)
            for found, unit in ((worth.profit, "a year"), (worth.cash, "of cash"))
            if found is not None
        ),
        drafts=tuple(draft.sentence(_written(rule, metrics, currency)) for draft in rule.drafts),
    )


def _promised(found: Promised, unit: str, currency: str) -> str:
    """`2 actions were to bring $360K a year; $90K came of it.`"""
    was = "action was" if found.actions == 1 else "actions were"
    unknown = f" of {found.actions - found.unknown} whose figures are known" if found.unknown else ""
    came = formatting.single(found.realised, currency) if found.unknown < found.actions else "not known yet what"
    expected = formatting.single(found.expected, currency)
    return f"{found.actions} {was} to bring {expected} {unit}; {came} came of it{unknown}."


def _days(days: float) -> str:
    """`the same day`, `1 day`, `2.5 days`."""
    if not days:
        return "the same day"
    return f"{days:g} day{'' if days == 1 else 's'}"


def _money(amount: int, useful: int, currency: str) -> Figure:
    return Figure(amount if useful else None, reason="" if useful else NONE_USEFUL, currency=currency)


def _written(rule: Rule, metrics: dict[str, Metric], currency: str) -> Callable[[Fraction], str]:
    """How a level of the rule is written."""
    version = rule.version
    assert version is not None  # there are drafts only of terms that may be read
    metric = metrics.get(version.metric)
    match version.measure:
        case "percent":
            return _percent
        case "money":
            return lambda level: money(level, currency)
        case "points" if metric is not None and metric.is_share:
            return points
    return lambda level: plain(level, metric, currency)


def _percent(level: Fraction) -> str:
    """A level as it is typed: none of its digits is rounded away."""
    return f"{float(level * 100):g}%" if abs(level) < 10 else percent(level)
