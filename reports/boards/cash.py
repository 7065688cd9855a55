"""Cash ahead on a unit's page: month ends behind and ahead, and the lowest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from metrics.models import Study
from reports import charts
from reports.boards.months import month_of
from reports.boards.past_error import span
from reports.figures import Action, CashAhead, Chart, ChartTable, Section
from reports.formatting import Scale, amount, digits, scale_for, single

HEAD = ("Month", "Collected", "To suppliers", "Staff", "Other", "Cash", "80% interval")
MADE = (
    "Cash of the month before, plus what is collected, less what is paid to suppliers and staff, plus other movements."
    " Sales, purchases and staff are the forecasts of revenue and cost; customers and suppliers go on waiting as long"
    " as they have over the last three months."
)
OTHER = (
    "Other is tax, investment, financing and transfers: only what both of the last two years had in that month counts,"
    " at the smaller of the two."
)
INTERVAL = (
    "Four month ends in five are meant to fall inside the interval. It is as wide as the errors of such forecasts were"
    " when made three, six, nine and twelve months before, by how many months ahead they looked, and never narrower"
    " further on."
)


def cash_ahead(row: Study | None, *, currency: str, href: str) -> CashAhead | None:
    """The months ahead of a unit that has cash; None where nothing can be said. `href` explains today's cash."""
    if row is None or not row.cash.get("months"):
        return None
    said: Mapping[str, Any] = row.cash
    ahead, behind = said["months"], said["behind"]
    scale = scale_for([each["cash"] for each in (*behind, *ahead)], currency=currency)
    title = _title(said, currency)
    first = month_of(ahead[0]["period"])
    months = [month_of(each["period"], "%b %y") for each in (*behind, *ahead)]
    told = f"Month ends, {scale.unit}, forecast from {first}{_lags(said)}."
    section = Section(
        title,
        f"{told} {_lowest(said, currency)}{_error(said, currency)}",
        legend=("actual", "forecast", "interval") if "low" in ahead[0] else ("actual", "forecast"),
        link=Action("Explain today’s cash", href),
        charts=(
            Chart(
                id="cash-ahead",
                message=title,
                spec=charts.columns(
                    months=months,
                    actual=[each["cash"] for each in behind],
                    forecast=[each["cash"] for each in ahead],
                    interval=[_interval(each) for each in ahead],
                    scale=scale,
                ),
                table=ChartTable(HEAD, tuple(_row(each, scale) for each in (*behind, *ahead))),
            ),
        ),
    )
    how = (INTERVAL,) if "low" in ahead[0] else ()
    return CashAhead(section, (MADE, OTHER, *how, *said["unknown"]))


def _interval(month: Mapping[str, Any]) -> tuple[int, int] | None:
    """What cash is meant to end the month between; None where no such forecast could be tried."""
    return (month["low"], month["high"]) if "low" in month else None


def _title(said: Mapping[str, Any], currency: str) -> str:
    low, opening = said["low"], said["opening"]
    lowest = f"{single(low['cash'], currency)} in {month_of(low['period'], '%B %Y')}"
    short = next((each for each in said["months"] if each["cash"] < 0), low)
    if short["period"] != low["period"]:
        return f"Cash runs out in {month_of(short['period'], '%B %Y')} and is lowest at {lowest}"
    if low["cash"] >= opening:
        return f"Cash does not fall below today's {single(opening, currency)}; its lowest month end is {lowest}"
    return f"Cash is lowest at {lowest}, {single(opening - low['cash'], currency)} below today's"


def _lowest(said: Mapping[str, Any], currency: str) -> str:
    """What the lowest month end is meant to lie between."""
    ends = _interval(said["low"])
    if ends is None:
        return ""
    low, high = (single(each, currency) for each in ends)
    return f"The lowest month end is meant to lie between {low} and {high}, four times in five. "


def _lags(said: Mapping[str, Any]) -> str:
    """What customers and suppliers have been waiting for."""
    lags = said["lags"]
    told = [
        f"{words} {digits(lags[name], 1)} months of {what}"
        for name, words, what in (
            ("collection", "customers owe", "sales"),
            ("payment", "suppliers are owed", "purchases"),
        )
        if name in lags
    ]
    return f", while {' and '.join(told)}" if told else ""


def _error(said: Mapping[str, Any], currency: str) -> str:
    """How wrong such a forecast was before."""
    error = said.get("error")
    if error is None:
        return "The history is too short to say how good such a forecast is."
    worse = "" if error["mean"] <= error["unchanged"] else "; cash taken as unchanged would have been better"
    return f"Off by {single(error['mean'], currency)} on average over {error['tries']} month ends before{worse}."


def _row(month: Mapping[str, Any], scale: Scale) -> tuple[str, ...]:
    cells: Sequence[int | None] = [month.get(name) for name in ("collected", "paid", "staff", "other", "cash")]
    printed = ("" if each is None else amount(each, scale) for each in cells)
    return (month_of(month["period"], "%b %y"), *printed, span(month.get("low"), month.get("high"), scale))
