"""What accounts for the gap of a figure against budget, prior year or forecast: by unit, by line or by driver.

gap       the readings of one gap, ready for pages, commands and the API
units     parts by unit: of a sum its units' parts, of a ratio their mix and rate
lines     parts by line: the statement lines a sum is made of, or the accounts of one line
drivers   parts by driver: price, volume, mix, exchange rates, what is new and what was lost
wire      a gap as other programs read it

Reads like an explanation: within the scope, at one mark, from stored sheets. The arithmetic is in
`metrics.attribution` and `metrics.drivers`.
"""

from reports.attribution.gap import BY, Gap, Question, cuts, gap, want
from reports.attribution.parts import CannotAttribute
from reports.attribution.wire import document
from reports.baselines import BASELINES, BUDGET, PRIOR_YEAR

__all__ = [
    "BASELINES",
    "BUDGET",
    "BY",
    "PRIOR_YEAR",
    "CannotAttribute",
    "Gap",
    "Question",
    "cuts",
    "document",
    "gap",
    "want",
]
