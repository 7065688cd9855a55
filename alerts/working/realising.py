"""What became of the impacts that actions were to lessen: the same figures, read in the newest finished period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.judging.book import Book
from alerts.judging.facts import impact_now
from alerts.judging.manual import Manual
from alerts.judging.units import BREACH, Case, Court
from alerts.models import Alert
from alerts.observations import read_book
from alerts.rulebook import court, edition_of, newest_mark, spot_of, times
from units.scope import Scope

LATELY = 3
"""How many periods back a unit's newest finished figures are looked for."""


def impacts_today(
    alerts: Sequence[Alert], *, scope: Scope, at: datetime, manual: Manual | None = None, currency: str = ""
) -> dict[int, tuple[int, str]]:
    """By alert what its figure costs today, in ten-thousandths as an impact, and the code of the period.

    A figure back inside its limit costs nothing. Left out is what cannot be known: figures that are missing, or a
    comparison with peers that this person may not all see. The alerts come with their version, its threshold and units;
    the manual and the group's currency are read where they are not given.
    """
    compared = [alert for alert in alerts if alert.kind == BREACH and alert.version.comparator != "peers"]
    known = times(scope, at=at) if compared else None
    if known is None or known.newest is None:
        return {}
    editions = {alert.version_id: edition_of(alert.version) for alert in compared}
    units = {alert.unit_id: alert.unit for alert in compared}
    here = court(known, list(units.values()), editions.values(), book=manual, currency=currency)
    sitting = replace(here, window=LATELY)
    book = read_book(scope, sitting.wanted(list(units), editions.values()), mark=newest_mark())
    found = {}
    for alert in compared:
        case = Case(editions[alert.version_id], spot_of(alert.unit), ())
        today = _newest(sitting, case, book)
        if today is not None:
            found[alert.pk] = today
    return found


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
