"""The board of what is missing: late, withdrawn, in error; whose it is to bring; and where to ask further."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.models import Gap
from reports import formatting
from reports.boards.naming import place, quiet_href
from reports.boards.quiet import CRUMBS, MISSING
from reports.figures import Action, GapCause, GapRow, GapsBoard, SilencedNote
from reports.wording import count
from units.scope import Scope

TONES = {Gap.Kind.LATE: "warn", Gap.Kind.NO_DATA: "warn", Gap.Kind.ERROR: "bad"}
OPENED = 5
"""Units of one cause that are listed at once where it is the reader's; more are a click away."""


def gaps_board(scope: Scope, *, at: datetime) -> GapsBoard:
    """All that is missing in the reader's units, what is the reader's to bring first; one query."""
    found = Gap.objects.within(scope).standing().shown_on_pages().order_by("unit__left", "source")
    rows = sorted((_row(gap, scope, at) for gap in found), key=lambda row: not row.is_mine)
    title = _title(len(rows), sum(row.is_mine for row in rows))
    return GapsBoard(title, _causes(rows), CRUMBS)


def missing_note(owners: Sequence[int | None], scope: Scope) -> SilencedNote | None:
    """How many gaps a reader sees, by their owners, and where; None without one."""
    if not owners:
        return None
    mine = owners.count(scope.person_id) if scope.person_id is not None else 0
    return SilencedNote(_words(str(len(owners)), mine), Action("What is missing", reverse("gaps")))


def _causes(rows: Sequence[GapRow]) -> tuple[GapCause, ...]:
    """Rows by what they share, in the order of the first of each: units that wait for the same file are one line."""
    shared: dict[tuple[str, str, str], list[GapRow]] = defaultdict(list)
    for row in rows:
        shared[row.kind, row.what, row.period].append(row)
    return tuple(
        GapCause(
            kind=kind,
            tone=alike[0].tone,
            what=what,
            period=period,
            note=_units(alike),
            rows=tuple(alike),
            is_open=len(alike) == 1 or (any(row.is_mine for row in alike) and len(alike) <= OPENED),
        )
        for (kind, what, period), alike in shared.items()
    )


def _units(rows: Sequence[GapRow]) -> str:
    """`13 units, 2 of them yours to bring`; a single unit by its name."""
    if len(rows) == 1:
        return rows[0].unit
    mine = sum(row.is_mine for row in rows)
    whose = "all yours to bring" if mine == len(rows) else f"{mine} of them yours to bring" if mine else ""
    return ", ".join(part for part in (f"{len(rows):,} units", whose) if part)


def _title(number: int, mine: int) -> str:
    if not number:
        return "Nothing is missing"
    return _words(count(number).capitalize(), mine)


def _words(number: str, mine: int) -> str:
    """`3 gaps in the figures, one of them yours to close`."""
    said = f"{number} {'gap' if number in ('1', 'One') else 'gaps'} in the figures"
    return f"{said}, {count(mine)} of them yours to close" if mine else said


def _row(gap: Gap, scope: Scope, at: datetime) -> GapRow:
    return GapRow(
        anchor=f"gap-{gap.public_id}",
        unit=place(gap.unit),
        href=f"{reverse('unit', args=[gap.unit.code])}?period={gap.period.code}",
        kind=MISSING[Gap.Kind(gap.kind)],
        tone=TONES[Gap.Kind(gap.kind)],
        what=gap.text,
        period=gap.period.code,
        since=formatting.moment(localtime(gap.opened), now=at),
        owner=gap.owner.name if gap.owner else "Nobody",
        quiet=Action("Why was it quiet?", quiet_href(gap.unit.code, "", gap.period.code)),
        is_mine=gap.owner_id is not None and gap.owner_id == scope.person_id,
    )
