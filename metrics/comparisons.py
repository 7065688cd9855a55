"""Comparisons that are fair: of a period that is not over, and of years with unequal weeks. Pure.

Half a month against a whole one says nothing. Of an open period there are three honest readings, and each says
which it is:

    elapsed     the comparators count for as many working days as are over (pro rata: months are all we hold);
                holidays are none of them
    closed      the open period is left out, here and in the comparators
    run-rate    the open period is taken at its run-rate: times all its working days / those that are over

A calendar that restates week 53 multiplies the comparator's period by the weeks of the period it is compared
with over its own; one that discloses it says the weeks of both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.periods import (
    NO_HOLIDAYS,
    Calendar,
    Elapsed,
    elapsed,
    incomparable,
    ordinals,
    prior_year,
    unequal_weeks,
)
from metrics.timeframes import Weights

ACTUAL, BUDGET = "actual", "budget"
ELAPSED, CLOSED, RUN_RATE = "elapsed", "closed", "run-rate"
MODES = (ELAPSED, CLOSED, RUN_RATE)


@dataclass(frozen=True)
class Comparison:
    """How one period over a basis is compared.

    Figures end with `ordinal`, those of a year before with `prior`. `weights` are parts of periods in actual and
    budget, `prior_weights` those of the year before, whose weeks are restated where it `is_restated`. `reason` says
    why there is no such comparison at all, `prior_reason` why there is none with the year before; `said` is the
    sentence that is printed with it.
    """

    ordinal: int
    prior: int
    weights: Weights = field(default_factory=dict)
    prior_weights: Weights = field(default_factory=dict)
    is_restated: bool = False
    reason: str = ""
    prior_reason: str = ""
    said: str = ""


def comparison(
    calendar: Calendar,
    ordinal: int,
    *,
    basis: str,
    mode: str = "",
    through: date | None = None,
    is_closed: bool = False,
    plan: str = BUDGET,
    holidays: Collection[date] = NO_HOLIDAYS,
) -> Comparison:
    """How a period is compared: like for like in one of MODES where it is still open, else whole with whole.

    `through` is the last day whose figures are in. A period is over with its last day, or when it is closed. `plan`
    is the version that counts for the elapsed part only; `holidays` are those of this year and the year before.
    """
    period = calendar.at(ordinal)
    gone = elapsed(period, through=through, holidays=holidays) if through else Elapsed(1, 1)
    if not mode or is_closed or gone.is_over:
        found = Comparison(ordinal, prior_year(calendar, ordinal))
    elif mode == CLOSED:
        found = _without_open(calendar, ordinal, basis)
    elif not gone.done:
        reason = f"not_applicable: no working day of {period.code} is over"
        found = Comparison(ordinal, prior_year(calendar, ordinal), reason=reason)
    elif mode == ELAPSED:
        found = _elapsed(calendar, ordinal, gone, plan, holidays)
    else:
        found = _at_run_rate(calendar, ordinal, gone)
    return _with_year_before(found, calendar, basis)


def _without_open(calendar: Calendar, ordinal: int, basis: str) -> Comparison:
    code = calendar.at(ordinal).code
    found = Comparison(ordinal - 1, prior_year(calendar, ordinal - 1), said=f"without {code}, which is open")
    if basis in ("month", "qtd", "ytd") and len(ordinals(calendar, ordinal, basis=basis)) == 1:
        return Comparison(
            ordinal, prior_year(calendar, ordinal), reason=f"not_applicable: nothing but {code}, which is open"
        )
    return found


def _elapsed(calendar: Calendar, ordinal: int, gone: Elapsed, plan: str, holidays: Collection[date]) -> Comparison:
    prior = prior_year(calendar, ordinal)
    earlier = gone.in_another(calendar.at(prior), holidays=holidays)
    code = calendar.at(ordinal).code
    return Comparison(
        ordinal,
        prior,
        weights={(plan, ordinal): gone.share},
        prior_weights={(ACTUAL, prior): earlier.share},
        said=f"{code} so far against {gone.done} of {gone.of} working days of its budget and {earlier.done} of"
        f" {earlier.of} a year earlier, pro rata",
    )


def _at_run_rate(calendar: Calendar, ordinal: int, gone: Elapsed) -> Comparison:
    code = calendar.at(ordinal).code
    return Comparison(
        ordinal,
        prior_year(calendar, ordinal),
        weights={(ACTUAL, ordinal): 1 / gone.share},
        said=f"{code} at its run-rate, {gone.done} of {gone.of} working days",
    )


def _with_year_before(found: Comparison, calendar: Calendar, basis: str) -> Comparison:
    """The comparison with what there is to say about the year before."""
    unequal = unequal_weeks(calendar, found.ordinal, basis=basis)
    is_restated = unequal is not None and calendar.restates_week_53
    said = [found.said] if found.said else []
    if unequal:
        now, then = unequal
        said.append(f"{now} weeks against {then} a year earlier" + (", restated" if is_restated else ""))
    return replace(
        found,
        is_restated=is_restated,
        prior_reason=found.reason or incomparable(calendar, found.ordinal, basis=basis),
        said="; ".join(said),
    )
