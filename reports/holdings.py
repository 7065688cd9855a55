"""Who hangs where and is held on which terms, as one reader may see it, at one mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from ledger.models import Period
from reports.facts import ELIMINATION, WHOLE, Terms, UnitFact
from reports.footing import Footing, at_mark
from reports.rows import Rows
from units.marks import standing_at
from units.models import FormerParent, Holding, Placement, PlannedParent, Unit
from units.places import OtherDays, days_of
from units.scope import Scope

NEVER = 10**9
ONE_DAY = timedelta(days=1)
PLACED = (
    "unit_id", "unit__code", "unit__name", "unit__kind", "parent_id", "method", "ownership", "unit__starts",
    "unit__ends", "moves",
)  # fmt: skip


class TreeRows(NamedTuple):
    """What a tree is made of, as rows: placements, holdings, parents of before and to come, who lost whom, periods.

    A day may come as text, from rows that were handed over with others.
    """

    placements: Iterable[Sequence[Any]]
    holdings: Iterable[Sequence[Any]]
    formers: Iterable[Sequence[Any]]
    planned: Iterable[Sequence[Any]]
    lost: Iterable[Sequence[Any]]
    to_lose: Iterable[Sequence[Any]]
    periods: Iterable[Sequence[Any]]

    @classmethod
    def at(cls, scope: Scope, mark: int) -> TreeRows:
        """As they stood at a mark; each is read where it is asked for."""
        found = _questions(scope, standing_at(mark), mark, moves=_has_moves(mark))
        return cls(*(rows.values_list(*columns) for rows, columns in found.values()))

    @classmethod
    def beside(cls, scope: Scope) -> dict[str, Rows]:
        """The same to be handed over with a footing, at its mark."""
        found = _questions(scope, at_mark(), OuterRef("computed"), moves=Value(1))
        return {f"tree_{name}": Rows(rows, *columns) for name, (rows, columns) in found.items()}

    @classmethod
    def of(cls, on: Footing) -> TreeRows | None:
        """What was handed over; None where it was not asked for."""
        return cls(*(on.beside[f"tree_{name}"] for name in cls._fields)) if "tree_periods" in on.beside else None


def _questions(scope: Scope, standing: Q, mark: Any, *, moves: Any) -> dict[str, tuple[QuerySet[Any], tuple[str, ...]]]:
    """By name the rows and their columns, in the order of `TreeRows`; `moves` says whether to look for moves at all."""
    placements = Placement.objects.within(scope).filter(standing).annotate(moves=moves).order_by("unit__left", "pk")
    holdings = Holding.objects.within(scope).filter(standing).order_by("starts")
    before = FormerParent.objects.within(scope).filter(standing).order_by("ends")
    later = PlannedParent.objects.within(scope).filter(standing).order_by("starts")
    return {
        "placements": (placements, PLACED),
        "holdings": (holdings, ("unit_id", "starts", "method", "ownership")),
        "formers": (before, ("ends", "unit_id", "parent_id")),
        "planned": (later, ("starts", "unit_id", "parent_id")),
        "lost": (_members(scope, mark, "former_children"), ("pk", "former_children__unit_id")),
        "to_lose": (_members(scope, mark, "planned_children"), ("pk", "planned_children__unit_id")),
        "periods": (Period.objects.order_by("ordinal"), ("ordinal", "starts", "ends")),
    }


def _members(scope: Scope, mark: Any, children: str) -> QuerySet[Unit]:
    """Units with those that hung on them before, or will."""
    stood = Q(**{f"{children}__until_mark__isnull": True}) | Q(**{f"{children}__until_mark__gt": mark})
    return Unit.objects.within(scope).filter(stood, **{f"{children}__from_mark__lte": mark})


def _has_moves(mark: int) -> Q:
    """Whether some unit hangs elsewhere at some time than today; it tells of no unit."""
    system = Scope.system("tree")
    before = FormerParent.objects.within(system).filter(standing_at(mark))
    return Q(Exists(before)) | Q(Exists(PlannedParent.objects.within(system).filter(standing_at(mark))))


def tree_at(
    scope: Scope, mark: int, *, is_now: bool, rows: TreeRows | None = None
) -> tuple[dict[int, UnitFact], frozenset[int]]:
    """The units a reader may see, in the order of the tree, as they hang and are held as known at a mark; and those
    of them that a unit left, or will come to, which he may not see.

    `is_now` is the tree of today at all times. `rows` are what it is made of, where they were read already.
    """
    rows = rows or TreeRows.at(scope, mark)
    found = {row[0]: row for row in rows.placements}
    later, days = _later_terms(rows.holdings), Days(rows.periods)
    has_moves = not is_now and any(row[-1] for row in found.values())
    places = days_of(_dated(rows.formers), _dated(rows.planned)) if has_moves else {}
    facts = {}
    for pk, code, name, kind, parent, method, ownership, starts, ends, _ in found.values():
        dated = kind != ELIMINATION
        terms = _terms(0, method if dated else Placement.Method.FULL, ownership if dated else "1")
        formers, final = _in_periods(places.get(pk, OtherDays()), today=parent, days=days)
        facts[pk] = UnitFact(
            pk, code, name, kind, final if final in found else None, terms.share,
            held=terms.held,
            is_equity=terms.is_equity,
            later=tuple(_terms(days.reached(day), *held) for day, *held in later.get(pk, ())) if dated else (),
            first=days.reached(_day(starts)) if starts and dated else None,
            last=days.reached(_day(ends), begun=True) if ends and dated else None,
            formers=tuple((last, above if above in found else None) for last, above in formers),
            is_top=parent is None,
        )  # fmt: skip
    if not has_moves:
        return facts, frozenset()
    return facts, frozenset(unit for unit, member in (*rows.lost, *rows.to_lose) if member not in found)


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _dated(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[date, int, int]]:
    return ((_day(day), unit, parent) for day, unit, parent in rows)


def _in_periods(
    elsewhere: OtherDays, *, today: int | None, days: Days
) -> tuple[list[tuple[int, int | None]], int | None]:
    """The last period on each parent but the final one, with that parent, and the final one."""
    found: list[tuple[int, int | None]] = [
        (days.reached(ends + ONE_DAY) - 1, parent) for ends, parent in elsewhere.formers
    ]
    at = today
    for starts, parent in elsewhere.planned:
        found.append((days.reached(starts) - 1, at))
        at = parent
    return found, at


def _later_terms(rows: Iterable[Sequence[Any]]) -> dict[int, list[tuple[date, str, str]]]:
    """By unit the days terms begin on, with method and ownership."""
    found: dict[int, list[tuple[date, str, str]]] = {}
    for unit, starts, method, ownership in rows:
        found.setdefault(unit, []).append((_day(starts), method, ownership))
    return found


class Days:
    """Days as ordinals of the periods that have figures; they are read with the first question."""

    def __init__(self, rows: Iterable[Sequence[Any]] | None = None) -> None:
        self._rows = rows

    @cached_property
    def _periods(self) -> list[tuple[int, date, date]]:
        rows = Period.objects.order_by("ordinal").values_list("ordinal", "starts", "ends")
        found = rows if self._rows is None else self._rows
        return [(ordinal, _day(starts), _day(ends)) for ordinal, starts, ends in found]

    def reached(self, day: date, *, begun: bool = False) -> int:
        """The first period that ends on a day or later; `begun`: the last one that began by then."""
        if begun:
            return max((ordinal for ordinal, starts, _ in self._periods if starts <= day), default=-1)
        return min((ordinal for ordinal, _, ends in self._periods if ends >= day), default=NEVER)


def _terms(first: int, method: str, ownership: str) -> Terms:
    """What a method and an ownership mean: full takes everything in, proportional its share, the others nothing."""
    held = Fraction(0) if method == Placement.Method.NONE else Fraction(ownership)
    shares: dict[str, Fraction] = {Placement.Method.FULL: WHOLE, Placement.Method.PROPORTIONAL: held}
    share = shares.get(method, Fraction(0))
    return Terms(first, share, held, method == Placement.Method.EQUITY)
