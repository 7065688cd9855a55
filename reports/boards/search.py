"""Search or jump: units, pages, saved views, metrics, stretches of time and alerts, all within the reader's scope.

Everything he may see is read and compared in the process: one query for each kind, whatever is typed. So nothing
typed reaches the database, and the answer depends on nothing that is out of his sight. Units, of which there may be
thousands, are read for the first letter typed and recalled for the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import Resolver404, resolve, reverse

from alerts.models import Alert
from ledger.models import Period
from metrics.catalogue import SEVERITY_WORDS
from metrics.definitions import definitions
from metrics.querysets import computed_mark, sheets
from reports.boards.naming import explain_href, full_name, place, short_name
from reports.boards.navigation import Ways
from reports.carried import carried, link
from reports.figures import Hit, Hits, SearchBoard
from reports.finding import LONGEST, Asked, Index, read, splits
from reports.levels import ACTUAL
from reports.models import SavedView
from reports.recalled import Recall, afresh
from reports.saved import read_address
from reports.selection import BASES
from units.models import Unit
from units.moments import moment
from units.scope import Scope

MOST = {"times": 6, "units": 6, "pages": 4, "views": 4, "metrics": 5, "alerts": 5}
ON_A_PERIOD = ("overview", "unit", "explain", "forecast", "unit-metrics", "unit-metric")
"""The pages that a jump to another stretch of time stays on."""


def search_board(scope: Scope, asked: Mapping[str, str], recalled: Recall = afresh) -> SearchBoard:
    """What a query (`q`) finds, from the page it was asked on (`from`), with what its address carried.

    Without words it is the pages. One query for each kind, however much there is, and none made of what was typed.
    """
    query = (asked.get("q") or "").strip()[:LONGEST]
    found = Search(scope, read(query), carried(asked), asked.get("from") or "", recalled)
    groups = tuple(group for group in found.groups() if group.items)
    count = sum(len(group.items) for group in groups)
    said = f"{count} {'result' if count == 1 else 'results'}" if groups else "No matches"
    return SearchBoard(query, said, groups)


class Found(NamedTuple):
    """A unit in scope."""

    pk: int
    code: str
    name: str
    depth: int

    @property
    def called(self) -> str:
        """All that people call it by: `U06 Unit 6 Cloud Hosting`."""
        short = short_name(self.code) if self.code.startswith("U") else self.code
        return f"{self.code} {self.name}" if short == self.code else f"{self.code} {short} {self.name}"


@dataclass(frozen=True)
class Known:
    """All units in scope, column by column, which is recalled several times as fast as a row for each; and the index
    of what they are called."""

    pks: list[int]
    codes: list[str]
    names: list[str]
    depths: list[int]
    index: Index

    @classmethod
    def of(cls, scope: Scope) -> Known:
        """One query."""
        units = Unit.objects.within(scope).filter(left__gt=0).order_by("left")
        rows = list(units.values_list("pk", "code", "name", "depth"))
        pks, codes, names, depths = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [])
        return cls(pks, codes, names, depths, Index(Found(*row).called for row in rows))

    def at(self, place: int) -> Found:
        return Found(self.pks[place], self.codes[place], self.names[place], self.depths[place])


@dataclass(frozen=True)
class Search:
    """One query, asked by one reader on one page."""

    scope: Scope
    asked: Asked
    kept: Mapping[str, str]
    here: str
    recalled: Recall = afresh

    def groups(self) -> Iterator[Hits]:
        """The kinds in their order: whoever names a time and nothing else wants that first."""
        if not self.asked.words:
            yield Hits("Pages", tuple(self._page(at) for at in range(len(self._pages))))
            yield Hits("Saved views", tuple(self._views()))
            return
        yield Hits("Periods", tuple(self._times()))
        yield Hits("Units", tuple(self._unit(unit) for unit in self._found_units))
        places = self._page_index.find(self.asked.words, MOST["pages"])
        yield Hits("Pages", tuple(self._page(at) for at in places))
        yield Hits("Saved views", tuple(self._views()))
        yield Hits("Metrics", tuple(self._metrics()))
        yield Hits("Alerts", tuple(self._alerts()))

    # --- units -----------------------------------------------------------------------------------------

    @cached_property
    def _units(self) -> Known:
        return self.recalled(("units to search",), lambda: Known.of(self.scope))

    @cached_property
    def _found_units(self) -> list[Found]:
        return [self._units.at(place) for place in self._either(self._units.index, MOST["units"])]

    def _unit(self, unit: Found) -> Hit:
        hint = unit.code if short_name(unit.code) == unit.code else ""
        return Hit(place(unit), link(reverse("unit", args=[unit.code]), self._then), "building-2", hint)

    @cached_property
    def _current(self) -> Found | None:
        """The unit of the page the query was asked on, if he sees it; else the one his pages start from."""
        code = self._match.kwargs.get("code") if self._match else None
        units = self._units
        if not units.pks:
            return None
        return units.at(units.codes.index(code) if code in units.codes else units.depths.index(min(units.depths)))

    # --- pages -----------------------------------------------------------------------------------------

    @cached_property
    def _pages(self) -> Sequence[Any]:
        return Ways(self.scope, self.kept).pages(has_units=bool(self._units.pks))

    @cached_property
    def _page_index(self) -> Index:
        return Index(each.label for each in self._pages)

    def _page(self, at: int) -> Hit:
        page = self._pages[at]
        return Hit(page.label, page.href, page.icon)

    # --- saved views -----------------------------------------------------------------------------------

    def _views(self) -> Iterator[Hit]:
        """What the reader saved, by the name she gave it; without words all of it. It leads where it was saved."""
        rows = list(SavedView.objects.of(self.scope))
        found = Index(each.name for each in rows).find(self.asked.words, MOST["views"]) if self.asked.words else None
        for view in rows if found is None else (rows[at] for at in found):
            page = read_address(view.address)
            yield Hit(view.name, view.address, "bookmark", page.page if page else "")

    # --- metrics ---------------------------------------------------------------------------------------

    def _metrics(self) -> Iterator[Hit]:
        """Metrics of the unit looked at; `unit 6 margin` and `margin unit 6` are those of unit 6."""
        if self._current is None:
            return
        known = list(definitions(self._mark).values())
        index = Index(f"{each.code.replace('_', ' ')} {each.label}" for each in known)
        unit = self._current
        places = self._either(index, MOST["metrics"])
        if not places and not self._found_units:
            unit, places = self._of_a_unit(index, unit)
        for at in places:
            metric = known[at]
            href = explain_href(unit.code, metric.code, link("", self._then))
            yield Hit(metric.label, href, "gauge", ", ".join(filter(None, (full_name(unit), self._then_label))))

    def _of_a_unit(self, index: Index, current: Found) -> tuple[Found, list[int]]:
        for first, second in splits(self.asked.rest):
            for unit, metric in ((first, second), (second, first)):
                units, places = self._units.index.find(unit, 1), index.find(metric, MOST["metrics"])
                if units and places:
                    return self._units.at(units[0]), places
        return current, []

    def _either(self, index: Index, most: int) -> list[int]:
        """What answers the query as it stands, then what answers it without the time it names."""
        places = index.find(self.asked.words, most)
        return list(dict.fromkeys((*places, *index.find(self.asked.rest, most))))[:most]

    # --- alerts ----------------------------------------------------------------------------------------

    def _alerts(self) -> Iterator[Hit]:
        if not self.scope.may("alerts.read"):
            return
        waiting = Alert.objects.within(self.scope).unresolved().by_impact()
        rows = list(waiting.values_list("public_id", "title", "severity", "unit_id"))
        known = {row[3] for row in rows}
        units = {pk: self._units.at(place) for place, pk in enumerate(self._units.pks) if pk in known}
        index = Index(f"{row[1]} {units[row[3]].called}" if row[3] in units else row[1] for row in rows)
        for at in index.find(self.asked.words, MOST["alerts"]):
            public_id, title, severity, unit = rows[at]
            hint = place(units[unit]) if unit in units else ""
            href = link(reverse("alerts:detail", args=[public_id]), self.kept)
            yield Hit(title, href, "bell", hint, SEVERITY_WORDS[severity])

    # --- stretches of time -----------------------------------------------------------------------------

    @cached_property
    def _mark(self) -> int:
        return computed_mark(moment(self.kept["as_of"]) if "as_of" in self.kept else None)

    @cached_property
    def _named(self) -> list[Period]:
        """The periods that the query names and the unit looked at has figures of, the newest first."""
        if self._current is None or not self.asked.names_a_time:
            return []
        own = sheets(self.scope).standing_at(self._mark).of_version(ACTUAL).of_basis("month")
        known = Period.objects.filter(pk__in=own.of_units([self._current.pk]).values("period"))
        found = [period for period in known.order_by("-ordinal") if self._is_named(period)]
        if not self.asked.quarter:
            return found
        newest: dict[tuple[int, int], Period] = {}
        for period in found:
            newest.setdefault((period.year, period.quarter), period)
        return list(newest.values())

    def _is_named(self, period: Period) -> bool:
        asked = self.asked
        year = period.year if asked.quarter or not asked.month else period.ends.year
        if not asked.names_a_period:  # `ytd` is about the period looked at
            return period.code == self.kept.get("period", period.code)
        return (
            asked.code in ("", period.code)
            and asked.year in (0, year)
            and asked.quarter in (0, period.quarter)
            and asked.month in (0, period.ends.month)
        )

    def _times(self) -> Iterator[Hit]:
        """The page looked at, over the stretches of time that are all the query names."""
        if self.asked.rest or self._current is None:
            return
        path, whose = self._path(self._current), full_name(self._current)
        for period in self._named[: MOST["times"] if self.asked.names_a_period else 1]:
            hint = f"{whose}, to {_month(period)}" if self.asked.quarter else whose  # a quarter may not be over
            yield Hit(self._label(period), link(path, self._at(period)), "clock", hint)

    def _at(self, period: Period) -> dict[str, str]:
        basis = self.asked.basis or ("qtd" if self.asked.quarter else "")
        return {**self.kept, "period": period.code, **({"basis": basis} if basis else {})}

    @cached_property
    def _then(self) -> Mapping[str, str]:
        """What a link to another unit or metric carries: the time that was named beside it, else that of the page."""
        return self._at(self._named[0]) if self._named else self.kept

    @property
    def _then_label(self) -> str:
        return self._label(self._named[0]) if self._named else ""

    def _label(self, period: Period) -> str:
        """`Aug 2026`, `YTD Aug 2026`, `Q3 2026`."""
        basis = self._at(period).get("basis", "")
        if self.asked.quarter and basis == "qtd":
            return f"Q{period.quarter} {period.year}"
        return f"{BASES[basis]} {_month(period)}" if basis in BASES and basis != "month" else _month(period)

    @cached_property
    def _match(self) -> Any:
        try:
            return resolve(self.here) if self.here.startswith("/") else None
        except Resolver404:
            return None

    def _path(self, unit: Found) -> str:
        """The page looked at where it stands on a period and is of a unit one sees; else that unit's own."""
        match = self._match
        if match and match.view_name in ON_A_PERIOD and match.kwargs.get("code", unit.code) == unit.code:
            return reverse(match.view_name, kwargs=match.kwargs)
        return reverse("unit", args=[unit.code])


def _month(period: Period) -> str:
    return period.code if "-P" in period.code else f"{period.ends:%b %Y}"
