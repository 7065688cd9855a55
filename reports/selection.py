"""What a reader has picked: a unit, a period and a basis, what to compare with, and as known when.

The address carries it all, so a link shows the same numbers to whoever may see them. Nothing foreign is
told apart from nothing at all: a unit outside the scope and a unit that never was answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware

from ledger.models import Period
from metrics.models import Sheet
from metrics.querysets import computed_mark
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope

BASES = {"month": "Month", "qtd": "QTD", "ytd": "YTD", "ltm": "LTM"}
QUARTERS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Selection:
    """A validated pick. `mark` pins every read of the page; `as_of` is set where it is not the newest."""

    unit: Unit
    period: Period
    basis: str
    mark: int
    periods: tuple[Period, ...]
    as_of: datetime | None = None

    @property
    def label(self) -> str:
        """The stretch of time as it stands in the period picker: `Sep 2026`, `Q3 2026`, `YTD Sep 2026`."""
        month = f"{self.period.ends:%b %Y}"
        if self.basis == "month":
            return month if "-P" not in self.period.code else self.period.code
        if self.basis == "qtd":
            return f"Q{self.period.quarter} {self.period.year}" if self.closes_quarter else f"QTD {month}"
        return f"{BASES[self.basis]} {month}"

    @property
    def in_words(self) -> str:
        """The stretch of time as a sentence names it."""
        month = f"{self.period.ends:%B %Y}"
        if self.basis == "month":
            return month
        if self.basis == "qtd":
            quarter = f"{QUARTERS[self.period.quarter - 1]} quarter {self.period.year}"
            return quarter.capitalize() if self.closes_quarter else f"{quarter.capitalize()} to {month}"
        if self.basis == "ytd":
            return f"Fiscal year {self.period.year} to {month}"
        return f"Twelve months to {month}"

    @property
    def closes_quarter(self) -> bool:
        return self.period.number % 3 == 0

    def query(self, **changes: Any) -> str:
        """The query string of this pick with some of it changed; None drops a part."""
        parts: dict[str, Any] = {"period": self.period.code, "basis": self.basis}
        if self.as_of is not None:
            parts["as_of"] = self.as_of.isoformat()
        parts.update(changes)
        return "?" + urlencode({key: value for key, value in parts.items() if value is not None})

    def over(self, basis: str) -> Selection:
        """The same pick over another basis."""
        return replace(self, basis=basis)


class NothingYet(LookupError):
    """There are no figures to select from: the page shows the empty state."""


def select(asked: Any, *, scope: Scope, unit: Unit, basis: str) -> Selection:
    """Read a selection from a query dictionary, for a unit the caller has read within the scope.

    `basis` is the page's own where none is asked for. A period or an as-of that does not exist is a
    404, like any other address that names nothing. Raises NothingYet while the unit has no actuals.
    """
    basis = asked.get("basis") or basis
    if basis not in BASES:
        raise Http404
    as_of = moment(asked["as_of"]) if asked.get("as_of") else None
    if asked.get("as_of") and as_of is None:
        raise Http404
    mark = computed_mark(as_of)
    sheets = Sheet.objects.within(scope).filter(standing_at(mark), unit=unit, version="actual", basis="month")
    periods = tuple(Period.objects.filter(pk__in=sheets.values("period")).order_by("ordinal"))
    if not periods:
        raise NothingYet
    code = asked.get("period") or periods[-1].code
    period = next((period for period in periods if period.code == code), None)
    if period is None:
        raise Http404
    return Selection(unit=unit, period=period, basis=basis, mark=mark, periods=periods, as_of=as_of)


def moment(text: str) -> datetime | None:
    """An as-of as a date (the end of that day) or a time; None where the text is neither."""
    try:
        day = parse_date(text)
        if day is not None:
            return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=get_current_timezone())
        known = parse_datetime(text.replace(" ", "+"))  # an unescaped plus of an address arrives as a space
    except ValueError:
        return None
    return known if known is None or known.tzinfo else make_aware(known)


def home_unit(scope: Scope) -> Unit | None:
    """The unit a reader's pages start from: the topmost he may read figures of, the first where several."""
    return Unit.objects.within(scope).order_by("depth", "left").first()
