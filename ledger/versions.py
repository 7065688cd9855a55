"""The names of versions: what was, what was agreed, what is expected now.

`actual`, `budget-YYYY` (the budget of a fiscal year) and `forecast-YYYY-MM` (the forecast whose last actual
month that is) are versions with figures of their own. Plain `budget` is no version with figures: in a file
it means the budget of the fiscal year its period lies in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.periods import Calendar, FiscalPeriod, PeriodUnknown

ACTUAL, BUDGET, FORECAST = "actual", "budget", "forecast"
_BUDGET = re.compile(r"budget-(\d{4})", re.ASCII)


class VersionUnknown(ValueError):
    """A text names no version; the sentence says what does."""


@dataclass(frozen=True)
class VersionName:
    """A version by its code, with the fiscal year of a budget or the last actual period of a forecast."""

    code: str
    kind: str
    year: int | None = None
    cutoff: FiscalPeriod | None = None


def version_name(text: str, *, calendar: Calendar, period: FiscalPeriod | None = None) -> VersionName:
    """The version a text names; `budget` needs the period whose fiscal year it belongs to."""
    code = text.strip().lower()
    if code in (ACTUAL, "actuals"):
        return VersionName(ACTUAL, ACTUAL)
    if code == BUDGET and period is not None:
        return VersionName(f"budget-{period.year}", BUDGET, year=period.year)
    if match := _BUDGET.fullmatch(code):
        return VersionName(code, BUDGET, year=int(match[1]))
    if code.startswith("forecast-"):
        try:
            cutoff = calendar.parse(code.removeprefix("forecast-").upper())
        except PeriodUnknown as error:
            raise VersionUnknown(f"“{text}” names no forecast: {error}") from error
        return VersionName(f"forecast-{cutoff.code}", FORECAST, cutoff=cutoff)
    raise VersionUnknown(f"“{text}” is no version; there are actual, budget, budget-2026 and forecast-2026-06.")
