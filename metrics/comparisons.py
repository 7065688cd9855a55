"""Comparisons that are fair: of a period that is not over, and of years with unequal weeks. Pure.

Half a month against a whole one says nothing. Of an open period there are three honest readings, and each says
which it is:

    elapsed     the comparators count for as many working days as are over (pro rata: months are all we hold)
    closed      the open period is left out, here and in the comparators
    run-rate    the open period is taken at its run-rate: times all its working days / those that are over

A calendar that restates week 53 multiplies the comparator's period by the weeks of the period it is compared
with over its own; one that discloses it says the weeks of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ledger.periods import Calendar, Elapsed, elapsed, incomparable, ordinals, prior_year, unequal_weeks
from metrics.timeframes import Weights

ACTUAL, BUDGET = "actual", "budget"
ELAPSED, CLOSED, RUN_RATE = "elapsed", "closed", "run-rate"
MODES = (ELAPSED, CLOSED, RUN_RATE)


@dataclass(frozen=True)
class Comparison:
    """How one period over a basis is compared.

    Figures end with `ordinal`, those of a year before with `prior`. `weights` are parts of periods in actual and
    budget, `prior_weights` those of the year before. `reason` says why there is no such comparison at all,
    `prior_reason` why there is none with the year before; `said` is the sentence that is printed with it.
    """

    ordinal: int
    prior: int
    weights: Weights = field(default_factory=dict)
    prior_weights: Weights = field(default_factory=dict)
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
) -> Comparison:
    """How a period is compared: like for like in one of MODES where it is still open, else whole with whole.

    `through` is the last day whose figures are in. A period is over with its last day, or when it is closed. `plan`
    is the version that counts for the elapsed part only.
    """
    period = calendar.at(ordinal)
    gone = elapsed(period, through=through) if through else Elapsed(1, 1)
    if not mode or is_closed or gone.is_over:
        found = Comparison(ordinal, prior_year(calendar, ordinal))
    elif mode == CLOSED:
        found = _without_open(calendar, ordinal, basis)
    elif not gone.done:
        reason = f"not_applicable: no working day of {period.code} is over"
        found = Comparison(ordinal, prior_year(calendar, ordinal), reason=reason)
    else:
        found = _elapsed(calendar, ordinal, gone, plan) if mode == ELAPSED else _at_run_rate(calendar, ordinal, gone)
    return _with_year_before(found, calendar, basis)


def _without_open(calendar: Calendar, ordinal: int, basis: str) -> Comparison:
    code = calendar.at(ordinal).code
    found = Comparison(ordinal - 1, prior_year(calendar, ordinal - 1), said=f"without {code}, which is open")
    if basis in ("month", "qtd", "ytd") and len(ordinals(calendar, ordinal, basis=basis)) == 1:
        return Comparison(
            ordinal, prior_year(calendar, ordinal), reason=f"not_applicable: nothing but {code}, which is open"
        )
    return found


def _elapsed(calendar: Calendar, ordinal: int, gone: Elapsed, plan: str) -> Comparison:
    prior = prior_year(calendar, ordinal)
    earlier = gone.in_another(calendar.at(prior))
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
    weights = dict(found.prior_weights)
    said = [found.said] if found.said else []
    if unequal:
        now, then = unequal
        said.append(f"{now} weeks against {then} a year earlier" + (", restated" if calendar.restates_week_53 else ""))
        for each in ordinals(calendar, found.ordinal, basis=basis) if calendar.restates_week_53 else ():
            earlier = prior_year(calendar, each)
            here, there = calendar.at(each).weeks, calendar.at(earlier).weeks
            if here != there:
                weights[ACTUAL, earlier] = weights.get((ACTUAL, earlier), Fraction(1)) * Fraction(here, there)
    return Comparison(
        found.ordinal,
        found.prior,
        found.weights,
        weights,
        found.reason,
        found.reason or incomparable(calendar, found.ordinal, basis=basis),
        "; ".join(said),
    )
