"""Finding what is missing, and telling of it: late deliveries, withdrawn ones, and figures that cannot be computed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from alerts.deadlines import deadlines
from alerts.judging import gaps as found_by
from alerts.judging.gaps import EXPECTED_FOR, Slice
from alerts.judging.inheritance import Spot
from alerts.models import Gap
from alerts.rulebook import spot_of
from alerts.telling.outbox import tell_of_gaps
from alerts.telling.owners import IMPORTS, Holding, holdings
from audit.actions import record
from ledger.models import Delivery, Layer, Period, Version
from metrics.querysets import sheets
from units.marks import hold_marks
from units.models import Unit
from units.scope import Scope

LOOKED_AT = EXPECTED_FOR + 1


@dataclass(frozen=True)
class Slices:
    """Which slices of the newest periods stand, which were emptied, and who brought each last."""

    delivered: Mapping[Slice, set[int]]
    withdrawn: Mapping[Slice, set[int]]
    brought: Mapping[Slice, str]


def find_gaps(*, actor: Scope, at: datetime) -> dict[str, int]:
    """Hold what was delivered against what was due, and write what changed; how many gaps opened, changed and ended.

    Every change leaves a record and its news in its transaction. Finding twice changes nothing. Alerts are not touched:
    they hold what they last said.
    """
    with transaction.atomic():
        hold_marks()
        standing = {Slice(row.unit_id, row.source): row for row in _standing()}
        periods = _over(localdate(at))
        units = list(Unit.objects.within(actor).filter(tree="").exclude(kind=Unit.Kind.ELIMINATION))
        slices, due = _slices(periods), deadlines(units, periods)
        missing = [
            *found_by.gaps(slices.delivered, slices.withdrawn, due, today=localdate(at)),
            *found_by.errors(_reasons(actor, periods)),
        ]
        rows = {period.ordinal: period for period in periods}
        owners = _owners([gap.slice for gap in missing if gap.slice not in standing], slices.brought, at=at)
        changes = [_write(actor, gap, standing.pop(gap.slice, None), rows, owners, at=at) for gap in missing]
        for slice_, row in standing.items():
            is_active = bool(due.get(slice_.unit))
            ordinal, delivered = row.period.ordinal, slices.delivered
            because = found_by.why_over(slice_, is_active=is_active, ordinal=ordinal, delivered=delivered)
            changes.append((_end(actor, row, because, at=at), "ended"))
        changed = [(row, what) for row, what in changes if what]
        tell_of_gaps(changed, at=at)
    counts = Counter(what for _, what in changed)
    return {what: counts[what] for what in ("opened", "changed", "ended")}


def _write(
    actor: Scope,
    gap: found_by.Gap,
    stood: Gap | None,
    rows: Mapping[int, Period],
    owners: Mapping[Slice, int | None],
    *,
    at: datetime,
) -> tuple[Gap, str]:
    """Write what a gap has become: the row, and whether it opened, changed or ("") stands as it stood."""
    period = rows[gap.ordinal]
    if stood is None:
        return _open(actor, gap, period, owners[gap.slice], at=at), "opened"
    if (stood.kind, stood.period_id, stood.text) == (gap.kind, period.pk, gap.text[:200]):
        return stood, ""
    return _change(actor, stood, gap, period, at=at), "changed"


def _standing() -> Sequence[Gap]:
    return list(Gap.unscoped.filter(ended__isnull=True).select_related("period").select_for_update(of=("self",)))


def _over(today: date) -> list[Period]:
    """The newest periods that are over, the oldest first."""
    return list(Period.objects.filter(ends__lt=today).order_by("-ordinal")[:LOOKED_AT])[::-1]


def _slices(periods: Sequence[Period]) -> Slices:
    first = min((period.ordinal for period in periods), default=0) - EXPECTED_FOR
    rows = Delivery.unscoped.filter(
        version__kind=Version.Kind.ACTUAL, origin__layer=Layer.SOURCE, period__ordinal__gte=first
    ).order_by("from_mark")
    delivered: dict[Slice, set[int]] = {}
    ever: dict[Slice, set[int]] = {}
    brought: dict[Slice, str] = {}
    values = rows.values_list("unit_id", "source", "period__ordinal", "until_mark", "origin__actor")
    for unit, source, ordinal, until, bringer in values:
        slice_ = Slice(unit, source)
        ever.setdefault(slice_, set()).add(ordinal)
        brought[slice_] = bringer
        if until is None:
            delivered.setdefault(slice_, set()).add(ordinal)
    withdrawn = {slice_: ordinals - delivered.get(slice_, set()) for slice_, ordinals in ever.items()}
    return Slices(delivered, withdrawn, brought)


def _reasons(scope: Scope, periods: Sequence[Period]) -> list[tuple[int, int, dict[str, str]]]:
    if not periods:
        return []
    newest = periods[-1].ordinal
    found = sheets(scope).known_at(None).of_version("actual").of_basis("month").in_periods([newest])
    return [(unit, newest, reasons) for unit, reasons in found.order_by("unit_id").values_list("unit_id", "reasons")]


def _owners(opened: Sequence[Slice], brought: Mapping[Slice, str], *, at: datetime) -> dict[Slice, int | None]:
    """By slice the person a gap belongs to; None where nobody may bring it. Read once for all."""
    if not opened:
        return {}
    units = Unit.unscoped.in_bulk({slice_.unit for slice_ in opened})
    able = holdings(IMPORTS, at=at)
    return {slice_: _owner(spot_of(units[slice_.unit]), brought.get(slice_, ""), able) for slice_ in opened}


def _owner(spot: Spot, bringer: str, able: Sequence[Holding]) -> int | None:
    """Whoever brought the slice last and still may, else the finance administrator with the narrowest reach."""
    people = [each.person for each in able if each.reaches(spot)]
    last = next((person for person in people if bringer == f"person:{person}"), None)
    return last if last is not None else next(iter(people), None)


def _open(actor: Scope, gap: found_by.Gap, period: Period, owner: int | None, *, at: datetime) -> Gap:
    row = Gap.unscoped.create(
        public_id=secrets.token_urlsafe(12),
        unit_id=gap.slice.unit,
        source=gap.slice.source,
        period=period,
        kind=gap.kind,
        text=gap.text[:200],
        owner_id=owner,
        opened=at,
        changed=at,
    )
    _record(actor, "alerts.gap.opened", row, at=at)
    return row


def _change(actor: Scope, row: Gap, gap: found_by.Gap, period: Period, *, at: datetime) -> Gap:
    row.kind, row.text, row.period, row.changed = gap.kind, gap.text[:200], period, at
    row.save(update_fields=["kind", "text", "period", "changed"])
    _record(actor, "alerts.gap.changed", row, at=at)
    return row


def _end(actor: Scope, row: Gap, because: str, *, at: datetime) -> Gap:
    row.ended, row.ended_because, row.changed = at, because, at
    row.save(update_fields=["ended", "ended_because", "changed"])
    _record(actor, "alerts.gap.ended", row, at=at, reason=because)
    return row


def _record(actor: Scope, verb: str, row: Gap, *, at: datetime, reason: str = "") -> None:
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.gap", row.public_id),
        unit=row.unit_id,
        at=at,
        after={"kind": row.kind, "source": row.source, "period": row.period.code, "owner": row.owner_id},
        reason=reason,
    )
