"""What became of the impacts that actions were to lessen: the same figures, read in the newest finished period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.judging.book import Book, Wanted
from alerts.judging.facts import impact_now
from alerts.judging.manual import Manual, Times
from alerts.judging.units import BREACH, Case, Court
from alerts.models import Alert
from alerts.observations import read_book
from alerts.rulebook import court, edition_of, newest_mark, spot_of, times
from units.scope import Scope

LATELY = 3
"""How many periods back a unit's newest finished figures are looked for."""


@dataclass(frozen=True)
class Sitting:
    """The court over the newest finished periods of some alerts, before it has read a figure."""

    court: Court
    cases: Mapping[int, Case]
    wanted: Wanted

    def impacts(self, book: Book) -> dict[int, tuple[int, str]]:
        """By alert what its figure costs today, from a book that holds what is wanted; see `impacts_today`."""
        found = {key: _newest(self.court, case, book) for key, case in self.cases.items()}
        return {key: today for key, today in found.items() if today is not None}


def impacts_today(alerts: Sequence[Alert], *, scope: Scope, at: datetime) -> dict[int, tuple[int, str]]:
    """By alert what its figure costs today, in ten-thousandths as an impact, and the code of the period.

    A figure back inside its limit costs nothing. Left out is what cannot be known: figures that are missing, or a
    comparison with peers that this person may not all see. The alerts come with their version, its threshold and units.
    """
    known = times(scope, at=at) if any(map(_is_compared, alerts)) else None
    sitting = sitting_today(alerts, known=known) if known else None
    return sitting.impacts(read_book(scope, sitting.wanted, mark=newest_mark())) if sitting else {}


def sitting_today(
    alerts: Sequence[Alert], *, known: Times, manual: Manual | None = None, currency: str = ""
) -> Sitting | None:
    """The court over what the figures of alerts cost today; None where that of none can be known.

    The manual and the group's currency are read where they are not given.
    """
    compared = [alert for alert in alerts if _is_compared(alert)]
    if not compared or known.newest is None:
        return None
    editions = {alert.version_id: edition_of(alert.version) for alert in compared}
    units = {alert.unit_id: alert.unit for alert in compared}
    here = court(known, list(units.values()), editions.values(), book=manual, currency=currency)
    here = replace(here, window=LATELY)
    cases = {alert.pk: Case(editions[alert.version_id], spot_of(alert.unit), ()) for alert in compared}
    return Sitting(here, cases, here.wanted(list(units), editions.values()))


def _is_compared(alert: Alert) -> bool:
    return alert.kind == BREACH and alert.version.comparator != "peers"


def _newest(sitting: Court, case: Case, book: Book) -> tuple[int, str] | None:
    """The impact by the newest figures of a period that is over."""
    for ordinal in range(sitting.through, sitting.through - LATELY, -1):
        judged = sitting.judge(case.edition, case.spot, book, ordinal)
        if judged.severity is None:
            continue
        if not judged.is_breach:
            return 0, sitting.book.calendar.at(ordinal).code
        impact = impact_now(sitting, case, ordinal, book).number
        return None if impact is None else (int(impact), sitting.book.calendar.at(ordinal).code)
    return None
