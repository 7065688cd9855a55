"""Taking up what was planned: on the day units hang where a file placed them from that day on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record
from ledger.actions.hanging import Hanging
from ledger.signals import figures_changed
from ledger.trees import ONE_DAY
from units.marks import hold_marks, take_mark
from units.models import FormerParent, Placement, PlannedParent, Unit
from units.scope import Scope


def take_up_places(*, actor: Scope, at: datetime) -> list[str]:
    """Make planned parents whose day has come the parents of today; the codes of the units that moved.

    Closes planned parents, writes former parents and placements, and numbers the tree and the nodes of other trees
    anew, under one mark; leaves a record and tells `figures_changed`. Periods stay where they were rolled up: what
    changes is the tree of today, by which people see units and figures are read as is now. Doing it again moves
    nothing.
    """
    today = localdate(at)
    with transaction.atomic():
        hold_marks()
        standing = Placement.unscoped.filter(until_mark__isnull=True).order_by("unit__left")
        rows = {row.unit.code: row for row in standing.select_related("unit", "parent")}
        due = PlannedParent.unscoped.filter(until_mark__isnull=True, starts__lte=today).order_by("starts")
        plans = list(due.select_related("unit", "parent"))
        mark = take_mark(at).pk
        for plan in plans:
            _take_up(plan, mark)
        parents = {code: row.parent.code if row.parent else None for code, row in rows.items()}
        parents |= {plan.unit.code: plan.parent.code for plan in plans}
        Hanging({code: row.unit for code, row in rows.items()}, parents).number(today)
        record(
            actor=actor.actor,
            verb="ledger.places.taken_up",
            target=("ledger.structure", mark),
            at=at,
            after={"units": {str(plan.unit_id): plan.parent_id for plan in plans}, "mark": mark},
        )
        figures_changed.send(sender=Unit, mark=mark, actor=actor.actor, at=at)
    return sorted({plan.unit.code for plan in plans})


def _take_up(plan: PlannedParent, mark: int) -> None:
    """The parent until now was there until the day before; the planned one takes its place."""
    PlannedParent.unscoped.filter(pk=plan.pk).update(until_mark=mark)
    standing = Placement.unscoped.get(unit_id=plan.unit_id, until_mark__isnull=True)
    if standing.parent_id is not None and standing.parent_id != plan.parent_id:
        FormerParent.unscoped.create(
            unit_id=plan.unit_id, parent_id=standing.parent_id, ends=plan.starts - ONE_DAY, from_mark=mark
        )
        Hanging.hang(standing, plan.parent_id, mark)
