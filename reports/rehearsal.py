"""A rehearsal of an import: it is done, computed and judged as it would be, and then taken back.

What it finds is what the import will find, because it is the same work. Nothing of it is kept, recorded or told to
anybody: it happens in a transaction that always ends in a rollback, and nobody else sees it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from alerts.actions import evaluate
from alerts.actions.settling import AlertMoved
from alerts.models import Alert
from ledger.models import Period
from ledger.report import Difference, ImportReport
from metrics.models import Sheet
from metrics.querysets import computed_mark, reading, sheets
from metrics.recompute import alone, bring_up_to_date
from reports.levels import ACTUAL
from reports.main_figures import INCOME, REVENUE
from units.marks import hold_marks
from units.models import Unit
from units.scope import Scope

logger = logging.getLogger(__name__)

MOST = 500
"""Months of units that may move in a rehearsal, which keeps others from importing for as long as it takes."""

TOO_LARGE = "More than {most:,} months of units move: what becomes of alerts is told once the file is imported."
OVERTAKEN = "Others were at work on the same figures or alerts: what becomes of them is told once the file is imported."
FIRST = "Nothing was computed yet: what becomes of alerts is told once the file is imported."
STATE = ("unit__code", "unit__name", "title", "condition", "severity", "impact", "impact_is_cash")

Effects = dict[str, Any]
"""What a file does, JSON-ready: `period` and `units` with their figures before and after, `alerts` likewise; or
`because`, why that was not found out."""


def rehearse(actor: Scope, report: ImportReport, bring: Callable[[], ImportReport], *, at: datetime) -> Effects:
    """What an import does to the figures and alerts that this person may read.

    `report` is that of its dry run, `bring` does the import itself. Figures are those of the newest month of actual
    figures that moves, in the group's currency: revenue and operating income of every unit where either moves, groups
    with their eliminations among them. Alerts are those that stand before or after and are not the same.
    """
    moved = {(each.unit, each.period, each.version) for each in report.differences}
    if not moved:
        return {}
    if len(moved) > MOST or not computed_mark():
        return {"because": TOO_LARGE.format(most=MOST) if len(moved) > MOST else FIRST}
    try:
        return _rehearsed(actor, report, bring, at=at)
    except (OperationalError, AlertMoved):  # the file may be imported all the same
        logger.exception("A rehearsal was given up.")
        return {"because": OVERTAKEN}


def _rehearsed(actor: Scope, report: ImportReport, bring: Callable[[], ImportReport], *, at: datetime) -> Effects:
    with alone(), transaction.atomic():
        hold_marks()
        _judged(actor, at=at)  # what is still to be computed or judged is not of this file's making
        before, mark = _alerts(actor), computed_mark()
        bring()
        _judged(actor, at=at)
        after = _alerts(actor)
        found = {"alerts": _changed(before, after), **_figures(actor, report.differences, since=mark)}
        transaction.set_rollback(True)
    return found


def _judged(actor: Scope, *, at: datetime) -> None:
    bring_up_to_date(actor=actor.actor, clock=lambda: at)
    evaluate(actor=Scope.system("alerts"), at=at)


def _alerts(actor: Scope) -> dict[int, tuple[Any, ...]]:
    """The alerts that stand, by their id: unit, words and state."""
    standing = Alert.objects.within(actor).standing().order_by("unit__left", "pk")
    return {pk: state for pk, *state in standing.values_list("pk", *STATE)}


def _changed(before: Mapping[int, Any], after: Mapping[int, Any]) -> list[list[Any]]:
    """Unit, title, condition, severity and impact before and after: None where it does not stand."""
    places = [*after, *(pk for pk in before if pk not in after)]
    found = []
    for pk in places:
        was, now = before.get(pk), after.get(pk)
        if was is None or now is None or was[3:6] != now[3:6]:
            last: Any = was if now is None else now
            code, name, title, *_, is_cash = last
            found.append([code, name, title, _state(was), _state(now), is_cash])
    return found


def _state(alert: Any) -> list[Any] | None:
    return None if alert is None else list(alert[3:6])


def _figures(actor: Scope, differences: Collection[Difference], *, since: int) -> Effects:
    """The newest month of actual figures that moves, and every unit whose statement moves in it since a mark."""
    months = {each.period for each in differences if each.version == ACTUAL}
    newest = Period.objects.filter(code__in=months).order_by("-ordinal").first()
    if newest is None:
        return {}
    here = sheets(actor).of_version(ACTUAL).of_basis("month").in_periods([newest.ordinal])
    own = here.filter(unit__tree="").exclude(unit__kind=Unit.Kind.ELIMINATION).select_related("unit")
    fresh = list(own.standing_at(computed_mark()).filter(from_mark__gt=since).order_by("unit__left"))
    earlier = {sheet.unit_id: sheet for sheet in own.standing_at(since).of_units([sheet.unit_id for sheet in fresh])}
    units = []
    for sheet in fresh:
        was = earlier.get(sheet.unit_id)
        pairs = [[_read(was, code), _read(sheet, code)] for code in (REVENUE, INCOME)]
        if any(first[0] != second[0] for first, second in pairs):
            units.append([sheet.unit.code, sheet.unit.name, *pairs])
    return {"period": newest.code, "units": units}


def _read(sheet: Sheet | None, code: str) -> list[Any]:
    """Number, reason and coverage; without a sheet nothing was there."""
    if sheet is None:
        return [None, "", ""]
    found = reading(sheet, code)
    return [found.number, found.reason, found.coverage]
