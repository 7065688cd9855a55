"""What an action is expected to bring, kept when work on it begins, and what came of it. Pure.

Both are in the terms of the impact: money a year, or cash; the two are never added. What came of it is by how much the
impact has become smaller since: a change of the same figure, not a claim that the action alone has brought it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from ledger.amounts import SCALE, as_text


class Promising(Protocol):
    """An alert as far as its saving goes: ten-thousandths of group currency."""

    impact: int | None
    impact_is_cash: bool
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Saving:
    """What was expected of an action, and the impact and period then. Ten-thousandths; positive is better."""

    expected: int
    is_cash: bool
    impact: int
    period: str

    def realised(self, impact: int | None) -> int | None:
        """By how much the impact is smaller than it was; None where it is not known today.

        Negative where it has become worse: an action that brought nothing is not hidden behind a zero.
        """
        return None if impact is None else impact - self.impact


def promise(alert: Promising) -> dict[str, Any]:
    """What an alert's action is expected to bring, as it is kept; empty where nothing can be compared."""
    saving = alert.evidence.get("saving")
    if not saving or alert.impact is None:
        return {}
    if saving["is_cash"] != alert.impact_is_cash:
        return {}
    return {
        "expected": saving["amount"],
        "is_cash": saving["is_cash"],
        "impact": as_text(alert.impact),
        "period": alert.evidence.get("period", ""),
    }


def saving_of(kept: dict[str, Any]) -> Saving | None:
    """A promise as it was kept; None where there is none."""
    if not kept:
        return None
    return Saving(_exact(kept["expected"]), kept["is_cash"], _exact(kept["impact"]), kept["period"])


def _exact(text: str) -> int:
    """Decimal text as ten-thousandths."""
    return int(Decimal(text).scaleb(SCALE))
