"""How wrong a forecast was before, in words and in a table: the same on every page that prints a forecast."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.models import Period
from metrics.accuracy import Accuracy
from metrics.models import Forecast
from reports.figures import LagRow
from reports.formatting import Scale, amount, percent

LAGS = (1, 2, 3, 6, 9, 12)
"""How far ahead is told; what lies between reads like its neighbours."""


def why(row: Forecast) -> str:
    """How a forecast was made, from what, and how wrong that was: the words behind the number."""
    made = f"{row.method}, from {row.months} months up to {month(row.cutoff)}"
    if row.wape is None:
        return f"{made}; too short a history to try it on"
    worth = "" if row.value_added is None else f", {_against_naive(row.value_added)}"
    high = "" if not row.bias else f", {percent(abs(row.bias))} too {'high' if row.bias > 0 else 'low'} on balance"
    return f"{made}; wrong by {percent(row.wape)} over {row.tries} tries{high}{worth}"


def lag_rows(found: Mapping[int, Accuracy]) -> tuple[LagRow, ...]:
    """How right stored forecasts were against what came, by how far ahead they looked."""
    return tuple(
        LagRow(
            ahead=f"{lag} month{'' if lag == 1 else 's'}",
            error=percent(found[lag].wape),
            bias=_signed(found[lag].bias),
            added="–" if (added := found[lag].value_added) is None else _points(added),
            forecasts=found[lag].pairs,
        )
        for lag in LAGS
        if lag in found
    )


def share(number: float | None) -> str:
    return "–" if number is None else percent(number)


def span(low: int | None, high: int | None, scale: Scale) -> str:
    """The interval of a figure as printed."""
    return "–" if low is None or high is None else f"{amount(low, scale)} to {amount(high, scale)}"


def month(period: Period) -> str:
    return f"{period.ends:%b %Y}"


def _against_naive(added: float) -> str:
    points = f"{abs(added) * 100:.1f} points"
    return f"{points} {'better' if added >= 0 else 'worse'} than repeating last year"


def _signed(number: float) -> str:
    return f"{percent(abs(number))} {'high' if number > 0 else 'low'}" if number else percent(number)


def _points(number: float) -> str:
    return f"{number * 100:+.1f} pts".replace("-", "−")
