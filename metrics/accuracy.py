"""How right forecasts were: WAPE, bias and value added, over pairs of what came and what was forecast.

Weighted over all pairs, never a mean of percentages: a month near zero cannot blow it up, and forecasting low is
not rewarded. Plain Python, for pages, commands and programs; units of measure cancel out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Amount = int | float
Pair = tuple[Amount | None, Amount | None, Amount | None]


@dataclass(frozen=True)
class Accuracy:
    """`wape` is Σ|A−F| / Σ|A|, `bias` Σ(F−A) / Σ|A|: positive where forecasts were too high.

    `value_added` is the WAPE of the seasonal naive forecast over the same pairs less this one: positive where the
    forecast was worth making; None where no pair has a naive one. `pairs` is how many were compared.
    """

    wape: float
    bias: float
    value_added: float | None
    pairs: int


def accuracy(pairs: Iterable[Pair]) -> Accuracy | None:
    """The accuracy of (actual, forecast, seasonal naive forecast); None where nothing can be said.

    A pair without an actual or a forecast is left out: a missing forecast is not a forecast of zero. Nothing can be
    said of no pairs, or of actuals that are all zero.
    """
    known = [(actual, made, naive) for actual, made, naive in pairs if actual is not None and made is not None]
    size = sum(abs(actual) for actual, _, _ in known)
    if not size:
        return None
    wape = sum(abs(actual - made) for actual, made, _ in known) / size
    return Accuracy(
        wape=wape,
        bias=sum(made - actual for actual, made, _ in known) / size,
        value_added=_value_added(known),
        pairs=len(known),
    )


def _value_added(known: list[tuple[Amount, Amount, Amount | None]]) -> float | None:
    """Over the pairs that have a naive forecast: both errors on the same months."""
    both = [(actual, made, naive) for actual, made, naive in known if naive is not None]
    size = sum(abs(actual) for actual, _, _ in both)
    if not size:
        return None
    return sum(abs(actual - naive) - abs(actual - made) for actual, made, naive in both) / size
