"""How a stored number is written for other programs: in commands, in the API, in files.

Money and counts are exact and become decimal text with all four decimals; ratios, days and months are
floats and stay numbers; a class is its word; a missing number is null, and its reason stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.amounts import as_text
from metrics.catalogue import Metric

EXACT = frozenset({"money", "count"})
Number = int | float | str | None


def measure_of(code: str, known: Mapping[str, Metric]) -> str:
    """What a code is measured in: a metric's kind; accounts are exact amounts."""
    metric = known.get(code)
    return metric.kind if metric is not None else "money"


def as_wire(number: Number, kind: str) -> Number:
    """A number of a sheet as other programs read it: 12345000 of kind money is "1234.5000"."""
    return as_text(number) if kind in EXACT and isinstance(number, int) else number
