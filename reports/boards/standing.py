"""What a unit's page tells of the unit itself: since when it is off plan, who leads it, when a period was closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from alerts.models import Alert
from ledger.querysets import closings_between
from reports.boards.frame import OFF_PLAN
from reports.figures import Status
from reports.formatting import apart, day
from reports.rows import Rows
from reports.selection import Selection
from units.models import Grant
from units.roles import UNIT_LEADER


@dataclass(frozen=True)
class Standing:
    """Who leads the unit, by name; when each of its periods was closed, by ordinal; the unresolved alerts on it."""

    leaders: tuple[str, ...] = ()
    closed: Mapping[int, date] | None = None
    alerts: tuple[Alert, ...] = ()

    @classmethod
    def of(cls, beside: Mapping[str, Any], alerts: Iterable[Alert]) -> Standing:
        """From the rows that came with the unit; the first of several closings of a period counts."""
        closed: dict[int, date] = {}
        for ordinal, text in beside["closings"]:
            closed.setdefault(ordinal, _day(text))
        return cls(tuple(name for (name,) in beside["leaders"]), closed, tuple(alerts))

    def said(self, word: str, status: Status, selection: Selection) -> str:
        """The word for a status, and since which month: that in which the first of its alerts that lasts began."""
        known = [alert.began for alert in self.alerts if (alert.severity in OFF_PLAN) == (status == "h")]
        first = min(known, key=lambda period: period.ordinal, default=None)
        if status not in ("h", "m") or first is None or first.ordinal > selection.period.ordinal:
            return word
        if "-P" in first.code:
            return f"{word} since {first.code}"
        is_this_year = first.ends.year == selection.period.ends.year
        return f"{word} since {first.ends:{'%B' if is_this_year else '%B %Y'}}"

    def led_by(self) -> str:
        """`Led by Mara Voss`; empty where nobody is named."""
        return f"Led by {' and '.join(map(apart, self.leaders))}" if self.leaders else ""

    def shut(self, selection: Selection) -> str:
        """`Closed 9 Oct 2026`; empty while the period is open. A reader of former days is told of no later closing."""
        closed = (self.closed or {}).get(selection.period.ordinal)
        if closed is None or (selection.as_of is not None and localdate(selection.as_of) < closed):
            return ""
        return f"Closed {day(closed)}"


def standing_rows(at: datetime) -> dict[str, Rows]:
    """What is handed over with the unit: its leaders at a moment, and the closings that hold for it."""
    leading = Grant.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=at),
        role=UNIT_LEADER,
        unit=OuterRef("pk"),
        starts__lte=at,
        person__is_active=True,
    )
    closings = closings_between(OuterRef("left"), OuterRef("right")).annotate(text=Cast("at", TextField()))
    return {
        "leaders": Rows(leading.order_by("starts", "pk"), "person__name"),
        "closings": Rows(closings.order_by("period__ordinal", "at"), "period__ordinal", "text"),
    }


def _day(text: str) -> date:
    """The day of a moment that a database wrote; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return localdate(found if found.tzinfo else found.replace(tzinfo=UTC))
