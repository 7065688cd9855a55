"""The limits on a metric of a unit: as lines over the months, and in words since when each held."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from alerts.judging.inheritance import Edition, Subject, holding, in_force, silent
from alerts.rulebook import spot_of
from alerts.terms import AGAINST
from ledger.models import Period
from reports.boards.limit_lines import LimitLine, called, limit_at
from reports.boards.limits import said_limits
from reports.boards.metric.seen import SeenMetric
from reports.figures import LimitSpan

BASES = {"month": "", "qtd": ", quarter to date", "ytd": ", year to date", "ltm": ", over twelve months"}
ORIGINS = {"unit": "this unit's own", "type": "for units of its type", "default": "inherited"}


def held(seen: SeenMetric, ordinal: int) -> dict[Subject, Edition]:
    """What judged the metric of the unit in a period, by subject: of each the nearest that was in force then."""
    standing = [each for each in in_force(seen.editions, at=ordinal).values() if not silent(each, at=ordinal)]
    return {each.subject: each for each in holding(spot_of(seen.selection.unit), standing)}


def lines(seen: SeenMetric, first: int) -> list[LimitLine]:
    """The limits on months as lines over the periods from a place on, by the terms in force in each; mildest first."""
    periods = seen.series.periods[first:]
    by_period = [held(seen, period.ordinal) for period in periods]
    found = []
    for subject in dict.fromkeys(each for standing in by_period for each in standing if each[1] == "month"):
        newest = next(standing[subject] for standing in reversed(by_period) if subject in standing)
        for place, side in enumerate(newest.terms.sides()):
            for name, size in side.limits:
                bases = [seen.base(subject[2], first + at) for at in range(len(periods))]
                steps = tuple(
                    limit_at(standing[subject].terms, place, name, base=base) if subject in standing else None
                    for standing, base in zip(by_period, bases, strict=True)
                )
                if any(step is not None for step in steps):
                    label = called(newest.terms, seen.metric, seen.currency, name, size, side.direction)
                    found.append(LimitLine(name, label, steps))
    return found


def spans(seen: SeenMetric) -> tuple[LimitSpan, ...]:
    """Every stretch of months over which the same limits held, the newest first."""
    by_period = [(period, held(seen, period.ordinal)) for period in seen.series.periods]
    found: list[tuple[int, LimitSpan]] = []
    for subject in dict.fromkeys(each for _, standing in by_period for each in standing):
        told = [(period, _told(seen, standing.get(subject))) for period, standing in by_period]
        for (limits, origin), stretch in groupby(told, key=lambda each: each[1]):
            periods = [period for period, _ in stretch]
            if limits:
                found.append((periods[-1].ordinal, LimitSpan(_stretch(periods), _compared(subject), limits, origin)))
    return tuple(span for _, span in sorted(found, key=lambda each: -each[0]))


def _told(seen: SeenMetric, edition: Edition | None) -> tuple[str, str]:
    if edition is None:
        return "", ""
    limits = ", ".join(text for _, text in said_limits(edition, seen.metric, seen.currency))
    return limits, ORIGINS[_origin(seen, edition)]


def _origin(seen: SeenMetric, edition: Edition) -> str:
    if edition.unit.unit == seen.selection.unit.pk:
        return "unit"
    return "type" if edition.unit_type else "default"


def _compared(subject: Subject) -> str:
    _, basis, comparator, _ = subject
    against = "Fixed level" if comparator == "absolute" else f"Against {AGAINST[comparator]}"
    return f"{against}{BASES.get(basis, '')}"


def _stretch(periods: Iterable[Period]) -> str:
    first, *_, last = [*periods] * 2
    return name(first) if first == last else f"{name(first)} to {name(last)}"


def name(period: Period) -> str:
    """`Sep 2026`; a period of weeks by its code."""
    return period.code if "-P" in period.code else f"{period.ends:%b %Y}"
