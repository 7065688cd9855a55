"""Who hangs where and is held on which terms, as one reader may see it, at one mark."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from django.db.models import Exists, Q, QuerySet

from ledger.models import Period
from reports.facts import ELIMINATION, WHOLE, Terms, UnitFact
from units.marks import standing_at
from units.models import FormerParent, Holding, Placement, PlannedParent, Unit
from units.places import OtherDays, other_days
from units.scope import Scope

NEVER = 10**9
ONE_DAY = timedelta(days=1)


def tree_at(scope: Scope, mark: int, *, is_now: bool) -> tuple[dict[int, UnitFact], frozenset[int]]:
    """The units a reader may see, in the order of the tree, as they hang and are held as known at a mark; and those
    of them that a unit left, or will come to, which he may not see.

    `is_now` is the tree of today at all times.
    """
    placements = Placement.objects.within(scope).filter(standing_at(mark)).annotate(moves=_has_moves(mark))
    rows = placements.order_by("unit__left", "pk").values_list(
        "unit_id", "unit__code", "unit__name", "unit__kind", "parent_id", "method", "ownership",
        "unit__starts", "unit__ends", "moves",
    )  # fmt: skip
    found = {row[0]: row[:-1] for row in rows}
    later, days = _later_terms(scope, mark), Days()
    has_moves = not is_now and any(row[-1] for row in rows)
    places = other_days(scope, mark) if has_moves else {}
    facts = {}
    for pk, code, name, kind, parent, method, ownership, starts, ends in found.values():
        dated = kind != ELIMINATION
        terms = _terms(0, method if dated else Placement.Method.FULL, ownership if dated else "1")
        formers, final = _in_periods(places.get(pk, OtherDays()), today=parent, days=days)
        facts[pk] = UnitFact(
            pk, code, name, kind, final if final in found else None, terms.share,
            held=terms.held,
            is_equity=terms.is_equity,
            later=tuple(_terms(days.reached(day), *held) for day, *held in later.get(pk, ())) if dated else (),
            first=days.reached(starts) if starts and dated else None,
            last=days.reached(ends, begun=True) if ends and dated else None,
            formers=tuple((last, above if above in found else None) for last, above in formers),
        )  # fmt: skip
    return facts, _losers(scope, mark, found) if has_moves else frozenset()


def _has_moves(mark: int) -> Q:
    """Whether some unit hangs elsewhere at some time than today; it tells of no unit."""
    system = Scope.system("tree")
    before = FormerParent.objects.within(system).filter(standing_at(mark))
    return Q(Exists(before)) | Q(Exists(PlannedParent.objects.within(system).filter(standing_at(mark))))


def _losers(scope: Scope, mark: int, seen: Collection[int]) -> frozenset[int]:
    """The units a reader may see that one left, or will come to, which he may not see (`seen` are those he may)."""
    return frozenset(
        unit
        for children in ("former_children", "planned_children")
        for unit, member in _members(scope, mark, children)
        if member not in seen
    )


def _members(scope: Scope, mark: int, children: str) -> QuerySet[Unit, tuple[int, int]]:
    """Units with those that hung on them before, or will."""
    stood = Q(**{f"{children}__until_mark__isnull": True}) | Q(**{f"{children}__until_mark__gt": mark})
    found = Unit.objects.within(scope).filter(stood, **{f"{children}__from_mark__lte": mark})
    return found.values_list("pk", f"{children}__unit_id").distinct()


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


def _later_terms(scope: Scope, mark: int) -> dict[int, list[tuple[date, str, str]]]:
    """By unit the days terms begin on, with method and ownership."""
    found: dict[int, list[tuple[date, str, str]]] = {}
    rows = Holding.objects.within(scope).filter(standing_at(mark)).order_by("starts")
    for unit, starts, method, ownership in rows.values_list("unit_id", "starts", "method", "ownership"):
        found.setdefault(unit, []).append((starts, method, ownership))
    return found


class Days:
    """Days as ordinals of the periods that have figures; they are read with the first question."""

    @cached_property
    def _periods(self) -> list[tuple[int, date, date]]:
        return list(Period.objects.order_by("ordinal").values_list("ordinal", "starts", "ends"))

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
