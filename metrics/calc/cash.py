"""Cash ahead: what comes in and goes out month by month, from how long customers and suppliers have waited so far.

A month opens with the cash of the one before and adds what is collected, less what is paid to suppliers and to staff,
plus other movements. Sales, purchases and staff are the stored forecasts; nothing here forecasts them again.

    collected   sales + receivables before − receivables after, which are the sales of the last `collection` months
    paid        purchases + payables before − payables after, which are the purchases of the last `payment` months
    staff       in the month it is cost
    other       tax, investment, financing, transfers: what moved cash beside these three. It is only assumed where
                both of the last two years had it in that month and in one direction, and then at the smaller of the two

What is not known is said and never filled up: without a lag the balance stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.calc.forecast import forecasts
from metrics.calc.forecast.choice import ORIGINS
from metrics.calc.forecast.intervals import half_widths
from metrics.calc.statistics.medians import Floats, medians, moved

MOST_MONTHS = 12
"""A balance of more than a year of sales tells no lag."""
NEWEST = 3
"""The lag ahead is the median of so many newest months."""
DRIVERS = ("sales", "purchases", "staff")
BALANCES = ("receivables", "payables", "cash")


@dataclass(frozen=True)
class Lags:
    """How many months of sales customers owe, how many months of purchases suppliers are owed; nan: not known."""

    collection: Floats
    payment: Floats


@dataclass(frozen=True)
class Cash:
    """The months ahead of each unit, month × unit, whole ten-thousandths; nan where nothing can be said.

    `closing` is cash at the end: that of the month before + collected − paid − staff + other, to the ten-thousandth.
    """

    collected: Floats
    paid: Floats
    staff: Floats
    other: Floats
    closing: Floats
    lags: Lags

    @property
    def low(self) -> NDArray[np.intp]:
        """The month (row) with the least cash, the earliest of several; −1 where nothing can be said."""
        known = np.where(np.isnan(self.closing), np.inf, self.closing)
        there = ~np.isnan(self.closing).all(axis=0)
        return np.where(there, known.argmin(axis=0), -1)


@dataclass(frozen=True)
class Past:
    """Such forecasts as made before: the errors F − A of cash at month ends, tries × units; missing as nan.

    `naive` are those of taking cash to stay as it is, over the same month ends; `lead` says how many months ahead
    each try was. Ten-thousandths.
    """

    errors: Floats
    naive: Floats

    lead = np.concatenate([np.arange(1.0, back + 1) for back in ORIGINS])

    @property
    def tries(self) -> NDArray[np.intp]:
        return np.asarray((~np.isnan(self.errors)).sum(axis=0))

    @property
    def mean(self) -> Floats:
        """The mean |F − A| of each unit, whole ten-thousandths; nan where nothing could be tried."""
        return self._mean(self.errors)

    @property
    def unchanged(self) -> Floats:
        """That of taking cash to stay as it is."""
        return self._mean(self.naive)

    def half_widths(self, horizon: int) -> Floats:
        """How far the interval of a month end reaches on either side, horizon × units, whole ten-thousandths.

        Like that of any forecast: from errors as many months ahead, never narrower further on; nan where too few.
        """
        return np.rint(half_widths(self.errors, self.lead, horizon=horizon))

    def _mean(self, errors: Floats) -> Floats:
        tries = self.tries
        return np.where(tries > 0, np.rint(np.nansum(np.abs(errors), axis=0) / np.maximum(tries, 1)), np.nan)


def months_of(balance: Floats, flow: Floats) -> Floats:
    """How many months of a flow a balance at each month's end is made of, counted back from the newest.

    Both are months × units in one currency; the result is in months, 1.5 being all of this month and half of the one
    before. Missing (nan) where a figure it needs is, where the balance is negative, a month that is counted has no
    flow, or twelve months do not make it up. A balance of 0 is 0 months. Source: the count-back (exhaustion) method.
    """
    left, found = np.where(balance >= 0, balance, np.nan), np.zeros_like(balance)
    for back in range(MOST_MONTHS):
        past = moved(flow, back)
        taken = np.where(left > 0, np.minimum(left, np.where(past > 0, past, np.nan)), 0.0)
        found += taken / np.where(past > 0, past, 1.0)
        left = left - taken
    return np.where(left == 0, found, np.nan)


def observed_lags(history: Mapping[str, Floats]) -> Lags:
    """The lags of each unit: the median of the newest three months that tell one (`months_of`); nan where none does."""
    collection = months_of(history["receivables"], history["sales"])
    payment = months_of(history["payables"], history["purchases"])
    return Lags(medians(collection[-NEWEST:]), medians(payment[-NEWEST:]))


def other_movements(history: Mapping[str, Floats]) -> Floats:
    """What moved cash in a month beside customers, suppliers and staff; months × units, plus is in, money.

    Missing in the first month and wherever cash or a driver is; a balance that is never delivered did not change.
    """
    change = {name: history[name] - moved(history[name], 1) for name in BALANCES}
    owed, owing = (_unless_never(change[name], history[name]) for name in ("receivables", "payables"))
    operations = history["sales"] - owed - (history["purchases"] - owing) - history["staff"]
    return np.asarray(change["cash"] - operations)


def cash_ahead(history: Mapping[str, Floats], ahead: Mapping[str, Floats], *, season: int) -> Cash:
    """The cash of each unit over the months of `ahead`, from the last row of `history` on.

    `history` holds DRIVERS and BALANCES, `ahead` the DRIVERS, each months × units in ten-thousandths of one currency,
    missing as nan. Signs are natural: sales, purchases and staff are all positive. A unit whose cash is not known at
    the cut-off, and a month from which on a driver is missing, have nothing. Lags that are not known leave the
    balance as it is; a balance that is never delivered is taken to stay at whatever it is.
    """
    lags = observed_lags(history)
    owed = _balances(history, ahead, "receivables", "sales", lags.collection)
    owing = _balances(history, ahead, "payables", "purchases", lags.payment)
    collected = np.rint(ahead["sales"] - np.diff(owed, axis=0))
    paid = np.rint(ahead["purchases"] - np.diff(owing, axis=0))
    staff = np.rint(ahead["staff"])
    other = np.rint(_recurring(other_movements(history), len(staff), season))
    closing = history["cash"][-1] + np.cumsum(collected - paid - staff + np.nan_to_num(other), axis=0)
    known = ~np.isnan(closing)
    collected, paid, staff = (np.where(known, each, np.nan) for each in (collected, paid, staff))
    return Cash(collected, paid, staff, np.where(known, other, np.nan), closing, lags)


def past_errors(history: Mapping[str, Floats], *, season: int) -> Past:
    """Cash ahead as made three, six, nine and twelve months before the cut-off, with nothing but what was known then.

    Sales, purchases and staff are forecast for it by the methods of `metrics.calc.forecast`. A month end without an
    actual or a forecast, and a unit without a year of cash before, is not tried.
    """
    errors, naive = [], []
    for back in ORIGINS:
        known, actual = {name: figures[:-back] for name, figures in history.items()}, history["cash"][-back:]
        enough = (~np.isnan(known["cash"])).sum(axis=0) >= season
        if not enough.any():
            errors.append(np.full((back, len(enough)), np.nan))
            naive.append(errors[-1])
            continue
        ahead = {name: forecasts(known[name], horizon=back, season=season).point for name in DRIVERS}
        fair = np.where(enough, actual, np.nan)
        errors.append(cash_ahead(known, ahead, season=season).closing - fair)
        naive.append(np.where(np.isnan(errors[-1]), np.nan, known["cash"][-1] - fair))
    return Past(np.concatenate(errors), np.concatenate(naive))


def _balances(
    history: Mapping[str, Floats], ahead: Mapping[str, Floats], name: str, flow: str, months: Floats
) -> Floats:
    """The balance at the cut-off and after each month ahead: the flow of the last `months`; unchanged where nan."""
    opening = np.nan_to_num(history[name][-1])
    whole = np.concatenate([history[flow], ahead[flow]])
    coming = np.zeros_like(whole)
    for back in range(MOST_MONTHS):
        share = np.clip(np.nan_to_num(months) - back, 0.0, 1.0)
        coming += np.where(share > 0, share * moved(whole, back), 0.0)
    is_known = ~np.isnan(months) & ~np.isnan(history[name][-1])
    after = np.where(is_known, coming[len(history[flow]) :], opening)
    return np.concatenate([opening[None], after])


def _recurring(other: Floats, horizon: int, season: int) -> Floats:
    """Other movements of the months ahead: what both of the last two years had then; nan where they do not tell."""
    rows = len(other)
    found = np.full((horizon, other.shape[1]), np.nan)
    for month in range(min(horizon, season)):
        last, before = rows + month - season, rows + month - 2 * season
        if before >= 0:
            one, two = other[last], other[before]
            same = np.sign(one) == np.sign(two)
            smaller = np.where(np.abs(one) < np.abs(two), one, two)
            found[month] = np.where(np.isnan(one) | np.isnan(two), np.nan, np.where(same, smaller, 0.0))
    return found


def _unless_never(change: Floats, figures: Floats) -> Floats:
    return np.where(np.isnan(figures).all(axis=0), 0.0, change)
