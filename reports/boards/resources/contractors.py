"""Contractors in what all staff was budgeted to cost, unit by unit, against the limit on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.catalogue import METRICS
from reports import formatting
from reports.boards.limit_lines import called
from reports.boards.limits import STRETCHES
from reports.boards.naming import full_name, unit_name
from reports.boards.picture import Part
from reports.boards.resources.seen import LIMITED, SeenResources
from reports.figures import ContractorRow, Contractors, Figure, LimitDot, Section
from reports.levels import BUDGET
from reports.wording import count, percent

SHOWN = 15
BUDGETED = "contractor_share"
"""In a budget the share of contractors in what all staff costs is their share of the staff budget."""


@dataclass(frozen=True)
class Limit:
    """The mildest limit or target in force: its level, and what it is called."""

    level: float
    label: str


def contractors(seen: SeenResources) -> Contractors:
    """The units by share, the largest first; those of which it is not known are counted."""
    basis, limit = stretch(seen), limit_of(seen)
    read = [(part, seen.level(part.pk, LIMITED, basis).number) for part in seen.parts]
    known = sorted(((part, float(number)) for part, number in read if number is not None), key=lambda each: -each[1])
    shown = known[:SHOWN]
    drawn = [number for _, number in shown] + [float(_budgeted(seen, part, basis) or 0) for part, _ in shown]
    widest = max([*drawn, *([limit.level] if limit else [])], default=1.0) * 1.02
    rows = tuple(_row(seen, part, number, basis, limit, widest) for part, number in shown)
    against = f" Dashes: {limit.label}." if limit else ""
    return Contractors(
        section=Section(
            _title(known, limit),
            f"Contractor cost in the staff budget, {STRETCHES.get(basis, seen.selection.label)}. Ring: budget.{against}"
            if rows
            else "",
            terms=((LIMITED, "Contractor cost in the staff budget"),),
        ),
        rows=rows,
        notes=_notes(known, len(read) - len(known)),
    )


def stretch(seen: SeenResources) -> str:
    """The basis the limit is set for; the quarter where there is none."""
    return seen.limit.terms.basis if seen.limit else "qtd"


def limit_of(seen: SeenResources) -> Limit | None:
    """The target where there is one, else the mildest level that is a limit above."""
    if seen.limit is None:
        return None
    terms = seen.limit.terms
    target = terms.level("target")
    given = [("target", target)] if target is not None else list(terms.limits())
    if not given or terms.direction < 0:
        return None
    name, size = min(given, key=lambda each: each[1])
    return Limit(float(size), _called(seen, name, size))


def _called(seen: SeenResources, name: str, size: Fraction) -> str:
    assert seen.limit is not None
    return called(seen.limit.terms, METRICS[LIMITED], seen.currency, name, size, 1)


def over_limit(seen: SeenResources) -> int | None:
    """How many units are beyond the limit; None where none holds or no share is known."""
    limit, basis = limit_of(seen), stretch(seen)
    shares = [seen.level(part.pk, LIMITED, basis).number for part in seen.parts]
    known = [float(share) for share in shares if share is not None]
    return None if limit is None or not known else sum(share > limit.level for share in known)


def _budgeted(seen: SeenResources, part: Part, basis: str) -> float | None:
    number = seen.level(part.pk, BUDGETED, basis, version=BUDGET).number
    return None if number is None else float(number)


def _row(
    seen: SeenResources, part: Part, share: float, basis: str, limit: Limit | None, widest: float
) -> ContractorRow:
    planned = seen.level(part.pk, BUDGETED, basis, version=BUDGET)
    is_over = limit is not None and share > limit.level
    return ContractorRow(
        unit=unit_name(part, seen.selection.query()),
        share=seen.reader(part, basis).figure(LIMITED),
        budget=Figure(planned.number, "ratio", planned.reason),
        dot=LimitDot(
            share, _budgeted(seen, part, basis), limit.level if limit else None, widest, "b" if is_over else "z"
        ),
        note="over" if is_over else "",
    )


def _title(known: Sequence[tuple[Part, float]], limit: Limit | None) -> str:
    if not known:
        return "Nobody reports what contractors cost against a staff budget"
    part, largest = known[0]
    name = full_name(part)
    if limit is None:
        return f"{name} leans most on contractors, {percent(largest)} of its staff budget"
    over = sum(share > limit.level for _, share in known)
    said = percent(limit.level)
    if not over:
        return f"No unit spends more than {said} of its staff budget on contractors"
    if over == 1:
        return f"Only {name} is over the contractor limit of {said}, at {percent(largest)}"
    many = f"{count(over).capitalize()} units are over the contractor limit of {said}"
    return f"{many}, {name} furthest at {percent(largest)}"


def _notes(known: Sequence[tuple[Part, float]], missing: int) -> tuple[str, ...]:
    told = []
    if len(known) > SHOWN:
        rest = known[SHOWN:]
        told.append(f"{len(rest)} more units, at most {formatting.percent(rest[0][1])} each.")
    if missing:
        told.append(f"{count(missing).capitalize()} {'unit has' if missing == 1 else 'units have'} no such figure.")
    return tuple(told)
