"""What terms would have done over the past, beside those in force: the picture that follows the hand."""

from __future__ import annotations

from alerts.backtest.tracing import trace
from reports.boards.thresholds.compared import compared, lost_title, owners
from reports.boards.thresholds.firings import MOST_FIRINGS, firings
from reports.boards.thresholds.grid import grid, judged, picked
from reports.boards.thresholds.sentences import about, assumed, title
from reports.boards.thresholds.traced import Scene, traced
from reports.boards.thresholds.trying import Tried, and_more
from reports.figures import Traced, TriedBoard


def tried_board(tried: Tried) -> TriedBoard:
    """The whole picture."""
    units = judged(tried)
    at = picked(tried, units)
    return TriedBoard(
        title=title(tried),
        about=about(tried),
        compared=compared(tried),
        grid=grid(tried, units, at),
        traced=None if at is None else _traced(tried, at),
        firings=tuple(firings(tried)),
        more_firings=and_more(len(tried.found.draft.alarms) - MOST_FIRINGS, "alert"),
        owners=owners(tried),
        lost=tuple(tried.lost),
        lost_title=lost_title(tried),
        assumed=assumed(tried),
        compares=tried.compares,
        has_new=tried.active is None,
        saving=tried.saving,
        months=tried.window,
        at="" if at is None else tried.units[at].code,
    )


def _traced(tried: Tried, unit: int) -> Traced | None:
    scene = Scene(
        points=trace(tried.trial.past, tried.draft, unit, first=tried.found.first),
        draft=tried.draft.terms,
        active=None if tried.active is None or not tried.compares else tried.active.terms,
        fired=frozenset(
            alarm.fired_in for alarm in tried.found.draft.alarms if alarm.unit_id == unit and alarm.fired_in
        ),
        periods=tried.periods,
        metric=tried.metric,
        currency=tried.currency,
    )
    label = tried.metric.label if tried.metric else tried.draft.terms.metric
    if tried.draft.terms.has_baseline:
        label = f"{label}, difference"
    title = f"{tried.short(unit)}: {label[:1].lower()}{label[1:]} by month"
    return traced(scene, title=title, can_be_dragged=tried.may_edit)
