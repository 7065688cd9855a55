"""The figures of an overview as they are printed: for whoever asks, and ahead of the question by `reports.ahead`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from alerts.models import Alert
from reports.baselines import FORECAST
from reports.boards.against import by_month, compared, months_of
from reports.boards.causes import moving
from reports.boards.frame import Statuses
from reports.boards.matrix import KEYS, rows_of
from reports.boards.multiples import drawn
from reports.boards.narrowing import Narrowing
from reports.boards.overview import overview as board
from reports.boards.picture import ALL, ON_PAGE, Part, Picture, weighed
from reports.boards.picture import printed as read
from reports.footing import Footing
from reports.kept import Parts, kept
from reports.selection import Selection
from units.scope import Scope

PARTS = ("top", "first", "bridge", "units")
"""What is printed of the figures, by its template; the alerts between them are nobody's to keep: they age."""


@dataclass(frozen=True)
class Options:
    """How the board is laid out: its units sorted by a column, narrowed, a page of them; what the small charts show."""

    sort: str = ""
    measure: str = ""
    page: int = 1
    narrowing: Narrowing = ALL


def unresolved_of(scope: Scope) -> list[Alert]:
    """The alerts in scope that nobody resolved yet. One query."""
    return list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))


def standing_of(unresolved: list[Alert], *, today: date) -> Statuses:
    """How the units stand by their unresolved alerts."""
    return Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)


def printed(
    scope: Scope, selection: Selection, below: list[Part], *, on: Footing, standing: Statuses, options: Options
) -> Parts:
    """The PARTS of the board of one unit with those right `below` it, as they are kept; printed where none is."""

    def make() -> Parts:
        seen = _picture(scope, selection, below, currency=on.currency, standing=standing, options=options)
        shown = {"board": board(seen, sort=options.sort, measure=options.measure, page=options.page)}
        return {part: render_to_string(f"reports/overview_{part}.html", shown) for part in PARTS}

    if selection.baseline == FORECAST:
        return (
            make()
        )  # forecasts come after the run at whose mark they stand: what is made of them a mark does not name
    return kept((scope.key, selection.facts, on.computed_at, on.currency, standing, options, below), make)


def _picture(
    scope: Scope, selection: Selection, below: list[Part], *, currency: str, standing: Statuses, options: Options
) -> Picture:
    """All that the board prints: two figures of every unit, everything of those that are on the page."""
    by = [column.code for key, column in KEYS.items() if key == options.sort]
    seen = compared(
        weighed(
            scope,
            selection,
            children=below,
            currency=currency,
            standing=standing,
            codes=by,
            narrowing=options.narrowing,
        )
    )
    units = [*rows_of(seen, sort=options.sort, page=options.page, size=ON_PAGE), *drawn(seen), *moving(seen)]
    picture = read(seen, units, months=months_of(selection))
    return by_month(picture, [selection.unit.pk, *(unit.pk for unit in units)])
