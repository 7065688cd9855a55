"""A scenario as a page sees it: its base at a mark, the settings as they stand in the form, and the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case as Either
from django.db.models import JSONField, Q, When

from ledger.company import with_group_currency
from ledger.periods import Calendar
from ledger.periods.spans import ordinals
from ledger.querysets import company_calendars
from metrics.querysets import computed_mark
from metrics.scenarios.base import Base, fingerprint
from metrics.scenarios.case import Case, lay_on
from metrics.scenarios.drivers import Setting
from reports.actions.scenarios import Ground
from reports.models import Scenario
from reports.scenarios.asking import Typed, kept, packed, read
from reports.scenarios.bases import bases
from reports.scenarios.parts import Named, accounts, inside
from units.models import Unit
from units.scope import Scope

AHEAD, YEAR = "ahead", "year"
MONTH, QUARTER, UNIT = BREAKDOWNS = ("month", "quarter", "unit")
SAVED = "saved"


@dataclass(frozen=True)
class Asked:
    """How a scenario is looked at: on the base it was saved on or on that of now, ahead or over the fiscal year, and
    its table by month, quarter or unit."""

    base: str = ""
    span: str = AHEAD
    by: str = MONTH

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Asked:
        base, span, by = (str(said.get(name) or "") for name in ("base", "span", "by"))
        return cls(SAVED if base == SAVED else "", YEAR if span == YEAR else AHEAD, by if by in BREAKDOWNS else MONTH)

    @property
    def query(self) -> str:
        """What an address says of it beside the drivers."""
        said = {"base": self.base, "span": self.span, "by": self.by}
        return urlencode({name: word for name, word in said.items() if word not in ("", AHEAD, MONTH)})


@dataclass(frozen=True)
class SeenScenario:
    """Everything a page of a scenario is made of. `members` are the unit and those right below it, by code."""

    scenario: Scenario
    asked: Asked
    members: Mapping[str, Any]
    calendar: Calendar
    mark: int
    bases: Mapping[str, Base]
    rows: Sequence[Typed]
    settings: Sequence[Setting]
    saved: Sequence[Typed]

    @property
    def unit(self) -> Unit:
        return self.scenario.unit

    @property
    def currency(self) -> str:
        currency: str = self.members[self.unit.code].group_currency
        return currency

    @property
    def base(self) -> Base:
        return self.bases[self.unit.code]

    @cached_property
    def case(self) -> Case:
        return lay_on(self.base, self.bases, self.settings)

    @property
    def months(self) -> tuple[int, ...]:
        """The months shown: those ahead, or the fiscal year of the first of them."""
        if self.asked.span == AHEAD or not self.base.months:
            return self.base.months
        return tuple(ordinals(self.calendar, self.base.months[0], basis="year"))

    @property
    def ground(self) -> Ground:
        """What it stands on as it is shown."""
        return ground_of(self.scenario.unit.code, self.mark, self.bases, [row.unit for row in self.rows])

    @property
    def has_moved(self) -> bool:
        """Whether the figures are others than when it was saved."""
        units = [row.unit for row in self.saved]
        return ground_of(self.unit.code, self.mark, self.bases, units).base != self.scenario.base

    @property
    def is_edited(self) -> bool:
        """Whether other drivers stand here than were saved."""
        return _plain(self.rows) != _plain(self.saved)

    @property
    def is_wrong(self) -> bool:
        """Whether something typed could not be read."""
        return any(row.error for row in self.rows)

    @property
    def packed(self) -> list[dict[str, str]]:
        return packed(self.settings, self.calendar)


def seen_scenario(scope: Scope, scenario: Scenario, typed: Sequence[Typed] | None, asked: Asked) -> SeenScenario:
    """Read a scenario with the drivers as typed, or as saved. Six queries, however many units it reaches."""
    mark = scenario.mark if asked.base == SAVED else computed_mark()
    return _seen(scope, [scenario], {scenario.pk: typed}, asked, mark)[0]


def seen_scenarios(scope: Scope, scenarios: Sequence[Scenario]) -> list[SeenScenario]:
    """Several as they were saved, on the figures of now. Six queries, however many there are."""
    return _seen(scope, scenarios, {}, Asked(), computed_mark())


def _seen(
    scope: Scope,
    scenarios: Sequence[Scenario],
    typed: Mapping[int, Sequence[Typed] | None],
    asked: Asked,
    mark: int,
) -> list[SeenScenario]:
    saved = {each.pk: kept(each.drivers) for each in scenarios}
    rows = {pk: found if (said := typed.get(pk)) is None else list(said) for pk, found in saved.items()}
    named = {row.unit for found in (*saved.values(), *rows.values()) for row in found}
    members = members_of(scope, [each.unit for each in scenarios], named)
    calendar = company_calendars().calendar
    wanted = {each.unit.code for each in scenarios} | named
    units = [unit for code, unit in members.items() if code in wanted]
    found = bases(scope, units, mark=mark, calendar=calendar, named=_named(members))
    seen = []
    for each in scenarios:
        mine = {code: unit for code, unit in members.items() if _is_below(unit, each.unit)}
        told, settings = read(rows[each.pk], reach=mine, bases=found, calendar=calendar)
        seen.append(SeenScenario(each, asked, mine, calendar, mark, found, told, settings, saved[each.pk]))
    return seen


def members_of(scope: Scope, units: Sequence[Unit], codes: Collection[str] = ()) -> dict[str, Any]:
    """Units and those right below them, and of those further below the ones named; by code, the tree from the top.

    The chart of accounts is handed over with the units themselves.
    """
    near = Q(pk__in=[])
    for unit in units:
        inside = Q(left__gte=unit.left, right__lte=unit.right, tree=unit.tree)
        near |= inside & (Q(depth__lte=unit.depth + 1) | Q(code__in=list(codes)))
    below = Unit.objects.within(scope).filter(near).exclude(kind=Unit.Kind.ELIMINATION)
    chart = Either(When(pk__in=[unit.pk for unit in units], then=accounts()), output_field=JSONField())
    found: list[Any] = list(with_group_currency(below).annotate(accounts=chart).order_by("left"))
    return {each.code: each for each in found}


def _named(members: Mapping[str, Any]) -> Named:
    """The accounts that drivers may act on alone, of the chart that came with the units."""
    return inside(next((each.accounts for each in members.values() if each.accounts is not None), ()))


def _is_below(unit: Unit, top: Unit) -> bool:
    return unit.tree == top.tree and top.left <= unit.left and unit.right <= top.right


def ground_for(scope: Scope, unit: Unit, codes: Collection[str] = ()) -> Ground:
    """What a new scenario of a unit stands on that acts in these units."""
    mark = computed_mark()
    wanted = {unit.code, *codes}
    members = members_of(scope, [unit], codes)
    units = [each for code, each in members.items() if code in wanted]
    found = bases(scope, units, mark=mark, calendar=company_calendars().calendar, named=_named(members))
    return ground_of(unit.code, mark, found, wanted)


def ground_of(unit: str, mark: int, found: Mapping[str, Base], units: Collection[str]) -> Ground:
    """The mark, and the hash over the bases of the unit and of those its drivers act in."""
    wanted = {unit, *units}
    return Ground(mark, fingerprint(base for code, base in found.items() if code in wanted))


def _plain(rows: Sequence[Typed]) -> list[tuple[str, ...]]:
    return [(row.unit, row.kind, row.value.strip(), row.first, row.part) for row in rows]
