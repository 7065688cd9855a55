"""Planning on a page: what a hiring budget brings elsewhere, and how a budget may be divided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from jobs.models import Job
from metrics.allocation import EQUAL, OPTIMAL, PROPORTIONAL, Allocation
from metrics.heads import Case
from metrics.hiring import PerHead
from metrics.readings import Level
from reports.boards.work import progress_of
from reports.figures import (
    Crumb,
    DivisionBoard,
    DivisionLink,
    DivisionRow,
    Figure,
    HeadRow,
    HiringMove,
    PlanningBoard,
    Section,
)
from reports.formatting import moment, scale_for, single
from reports.planning import Division

NAMES = {EQUAL: "Equal", PROPORTIONAL: "Proportional", OPTIMAL: "Best"}
STATES = {"waiting": "Waiting", "running": "Being worked out", "done": "Done", "failed": "Failed"}


def planning_board(
    *, hiring: Any, division: Any, move: HiringMove | None, past: Iterable[Job], currency: str, at: datetime
) -> PlanningBoard:
    links = tuple(
        DivisionLink(
            label=f"{single(int(job.payload['budget']), currency)} over {len(job.payload['requests'])} requests",
            when=moment(job.created, now=at),
            state=STATES[job.state],
            href=reverse("division", args=[job.key]),
        )
        for job in past
    )
    return PlanningBoard(hiring, division, move, links)


def hiring_move(found: Case, *, currency: str) -> HiringMove:
    """The two sides and what follows, by the average head and by the marginal one."""
    giver, taker = found.units
    moved, budget = found.move, single(found.budget, currency)
    numbers = [level.number for each in found.heads for level in (each.cost, each.average, each.marginal)]
    scale = scale_for([each for each in numbers if each is not None], currency=currency)
    heads = (moved.heads_given, moved.heads_taken)
    sides = zip(found.units, found.heads, heads, strict=True)
    return HiringMove(
        section=Section(
            f"{budget} a year from {giver.name} to {taker.name}",
            f"Read from the months up to {found.period}; a head a year, {scale.unit}. Neither number is a cause.",
        ),
        rows=tuple(_side(f"{unit.code} {unit.name}", each, level, currency) for unit, each, level in sides),
        gains=(
            ("Revenue a year by the average head", _money(moved.by_average, currency)),
            ("Revenue a year by the marginal head", _money(moved.by_marginal, currency)),
        ),
        warnings=_warnings(found),
        scale=scale,
    )


def _warnings(found: Case) -> tuple[str, ...]:
    sides = zip(found.units, found.heads, strict=True)
    return tuple(f"{unit.name}: {said}" for unit, each in sides for said in each.warnings)


def _side(label: str, each: PerHead, heads: Level, currency: str) -> HeadRow:
    return HeadRow(
        label=label,
        heads=Figure(heads.number, "count", heads.reason),
        cost=_money(each.cost, currency),
        average=_money(each.average, currency),
        marginal=_money(each.marginal, currency),
    )


def _money(level: Level, currency: str) -> Figure:
    return Figure(level.number, "money", level.reason, currency=currency)


def division_board(found: Division, *, currency: str, at: datetime) -> DivisionBoard:
    """The divisions side by side; the best one's column stands once the worker has it."""
    scale = scale_for([found.budget, *(each.asked for each in found.requests)], currency=currency)
    granted = [dict(each.granted) for each in found.allocations]
    here, job = reverse("division", args=[found.job.key]), found.job
    has_failed = job.state == Job.State.FAILED
    rows = tuple(
        DivisionRow(
            label=each.code,
            minimum=Figure(each.minimum, currency=currency),
            asked=Figure(each.asked, currency=currency),
            returns=f"{float(each.worth):g}" + (f" × {float(each.priority):g}" if each.priority != 1 else ""),
            granted=tuple(Figure(grants[each.code], currency=currency) for grants in granted),
        )
        for each in found.requests
    )
    return DivisionBoard(
        title=f"{single(found.budget, currency)} over {len(found.requests)} requests",
        section=Section(
            _best(found.allocations, currency),
            f"Granted, {scale.unit}: never less than the minimum, never more than asked. Returns count by priority.",
        ),
        heads=tuple(NAMES[each.method] for each in found.allocations),
        rows=rows,
        last=(
            ("Left", tuple(Figure(each.left, currency=currency) for each in found.allocations)),
            ("Returns", tuple(Figure(each.returned, currency=currency) for each in found.allocations)),
        ),
        scale=scale,
        crumbs=(Crumb("Planning", reverse("planning")),),
        progress=None
        if found.is_done or has_failed
        else progress_of(job, label="The best division is being worked out", href=here, at=at),
        problem=f"The best division could not be worked out: {job.error}" if has_failed else "",
    )


def _best(found: Iterable[Allocation], currency: str) -> str:
    """What the best division returns beyond the proportional one."""
    returned = {each.method: each.returned for each in found}
    if OPTIMAL not in returned:
        return "Equal and proportional division"
    more = returned[OPTIMAL] - returned[PROPORTIONAL]
    if more <= 0:
        return "By priority the best division returns no more than the proportional one"
    return f"The best division returns {single(more, currency)} more than the proportional one"
