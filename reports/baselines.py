"""What actuals may be read against on a page: the budget, the same period a year earlier, or what was forecast."""

from __future__ import annotations

BUDGET, PRIOR_YEAR, FORECAST = "budget", "prior-year", "forecast"
BASELINES = (BUDGET, PRIOR_YEAR, FORECAST)
FORESEEN = "forecast-before"
"""The version under which a leg reads what was forecast of a stretch of time before it began (`reports.expectations`).
It is none that is imported, and none that formulas name."""

LABELS = {BUDGET: "Budget", PRIOR_YEAR: "Prior year", FORECAST: "Forecast"}
NAMES = {BUDGET: "budget", PRIOR_YEAR: "prior year", FORECAST: "forecast"}
IN_WORDS = {BUDGET: "against budget", PRIOR_YEAR: "against prior year", FORECAST: "against forecast"}
