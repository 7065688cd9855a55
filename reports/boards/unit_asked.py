"""Everything that the page of a unit prints, read: first what says what is needed, then all of the sheets at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

from alerts.judging.inheritance import Edition, holding, in_force, silent
from alerts.models import Alert
from alerts.rulebook import editions, spot_of
from metrics.catalogue import METRICS as SHIPPED
from metrics.consolidation import Columns
from metrics.formula import BASES, Context
from metrics.models import Forecast
from metrics.timeframes import CalendarAt
from reports.asked import Asked, at_once
from reports.attribution import Question, want
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.commentary import Told, UnitWords
from reports.boards.consolidated import CODES as COLUMNED
from reports.boards.driven import ITEMS, Behind, Sides, amounts_of, quantities_of
from reports.boards.family import Peers, children, nearest
from reports.boards.frame import Statuses
from reports.boards.limits import SHOWN, limits_of
from reports.boards.matrix import in_order
from reports.boards.months import studied
from reports.boards.naming import explain_href
from reports.boards.outlook import expected_of, remembered
from reports.boards.peers import COLUMNS, SeenPeers
from reports.boards.picture import CODES, MONTHLY, MONTHS, ON_PAGE, WEIGHED, Part, Picture
from reports.boards.reading import Reader
from reports.boards.standing import Standing
from reports.boards.statement import Chart, lines
from reports.boards.unit import SHARES, Beside, Lines, Stretches
from reports.commentary.lines import values
from reports.consolidation import several_of, wholly_at_closing
from reports.evidence import Evidence
from reports.expectations import foreseen_of
from reports.explanation import Explanation
from reports.footing import Footing
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, Series, as_foreseen, is_reading, levels_of, series_of
from reports.selection import Selection
from units.scope import Scope

METRICS = (
    *("cost_of_sales", "gross_profit", "gross_margin", "operating_cost", "total_cost"),
    *("dso", "cac", "ltv_cac", "churn", "contractor_share_of_budget", "revenue_per_head", "runway"),
    *SHARES,
)
VERSIONS = (ACTUAL, BUDGET, PRIOR)


@dataclass(frozen=True)
class UnitAsked:
    """A unit's page as it was asked for: who reads, on what it stands, the pick, the alerts that are read already,
    and what there is to tell of the unit itself."""

    scope: Scope
    on: Footing
    selection: Selection
    standing: Statuses
    waiting: Sequence[Alert]
    told: Standing

    @cached_property
    def chart(self) -> Chart:
        return Chart.of(self.on.accounts)

    @cached_property
    def lines(self) -> Lines:
        """The rows of the statement, and the metrics that administrators added."""
        added = [metric for code, metric in self.on.metrics.items() if code not in SHIPPED]
        return Lines(self.chart, lines(self.chart), added)

    @cached_property
    def codes(self) -> list[str]:
        """All that is printed of the unit itself."""
        plan = (line.code for line in self.lines.plan)
        return list(dict.fromkeys([*CODES, *METRICS, *plan, *(each.code for each in self.lines.added)]))

    @cached_property
    def second(self) -> Selection | None:
        """The year to date, which stands beside a month or a quarter."""
        if self.selection.container not in ("month", "qtd"):
            return None
        return self.selection.over("own_ytd" if self.selection.is_own else "ytd")

    @cached_property
    def editions(self) -> list[Edition]:
        """What judges the unit in the period. One query."""
        ordinal = self.selection.period.ordinal
        found = in_force(editions(self.scope), at=ordinal).values()
        return holding(spot_of(self.selection.unit), [each for each in found if not silent(each, at=ordinal)])

    @cached_property
    def peers(self) -> Peers | None:
        """The units of its type beside it, where sheets hold the stretch of time; None where there is nobody."""
        found = nearest(self.on)
        return found if found.nearest and not is_reading(self.selection) else None

    @cached_property
    def judged(self) -> dict[str, list[str]]:
        """By basis the metrics whose fixed limits were set for another stretch than the one picked."""
        found: dict[str, list[str]] = {}
        shown = {*SHOWN, *(each.code for each in self.lines.added)}
        for code, each in limits_of(self.editions, self.selection.basis).items():
            if code in shown and each.terms.basis != self.selection.basis:
                found.setdefault(each.terms.basis, []).append(code)
        return found

    @cached_property
    def gap(self) -> Question:
        """The gap of operating income to what was picked to compare with."""
        selection = self.selection
        ordinal, baseline = selection.period.ordinal, selection.baseline
        return Question("operating_income", selection.unit.pk, ordinal, selection.basis, baseline=baseline)

    @cached_property
    def explanation(self) -> Explanation:
        """Who explains it; all that takes is said to be wanted."""
        selection, on = self.selection, self.on
        found = Explanation(self.scope, selection.mark, selection.calendars, is_now=selection.is_now, on=on)
        want(found, self.gap)
        return found

    @cached_property
    def evidence(self) -> Evidence | None:
        """What that stands on; None against the budget, where the page reads all of it anyway."""
        if self.selection.baseline == BUDGETED:
            return None
        return self.explanation.figure(self.selection.unit.pk, self.selection.period.ordinal).evidence

    @cached_property
    def kept(self) -> list[Forecast]:
        """The stored forecasts that are told of, and those of units below that a gap is attributed to. One query."""
        if self.selection.baseline != FORECAST or self.evidence is None:
            return remembered(self.scope, self.selection)
        windows = [_window(each) for each in (self.selection, self.second) if each is not None]
        company, unit = self.evidence.company, self.selection.unit.pk
        found = remembered(self.scope, self.selection, windows, below=company.members(unit, windows[0]))
        self.evidence.forecasts[windows[0]] = foreseen_of(map(_told_by, found), windows[0])
        return found

    @property
    def own_forecasts(self) -> list[Forecast]:
        """Those of the unit itself."""
        return [row for row in self.kept if row.unit_id == self.selection.unit.pk]

    def levels(self, over: Selection, codes: Sequence[str]) -> Asked[Levels]:
        """The question for figures of the unit over a stretch."""
        return levels_of(self.scope, over, units=[over.unit.pk], codes=codes, versions=VERSIONS)

    def plain(self, found: Levels, over: Selection) -> Reader:
        """The figures of a stretch, and their explanations there."""
        query = over.query()
        return Reader(found, over.unit.pk, self.on.currency, lambda metric: explain_href(over.unit.code, metric, query))

    def compared(self, found: Levels, over: Selection) -> Reader:
        """The same against what was picked."""
        own = self.plain(found, over)
        if over.baseline == FORECAST:
            foreseen = as_foreseen(foreseen_of(map(_told_by, self.own_forecasts), _window(over)))
            return replace(own, levels=replace(found, found={**found.found, **foreseen}), baseline=FORESEEN)
        return replace(own, baseline=PRIOR) if over.baseline == PRIOR_YEAR else own


@dataclass(frozen=True)
class UnitRead:
    """What was read for the page of a unit."""

    seen: Picture
    stretches: Stretches
    beside: Beside
    told: Told | None


def read_unit(asked: UnitAsked) -> UnitRead:
    """All of it; the sheets come in one query, whatever there is to print."""
    scope, selection, on = asked.scope, asked.selection, asked.on
    unit, below = selection.unit, children(scope, selection, on)
    words = UnitWords.read(scope, selection)
    questions = _questions(asked, below, words)
    study = None if selection.rates else studied(scope, selection)
    found = dict(zip(questions, at_once(*questions.values()), strict=True))
    levels = reduce(Levels.with_, (found[name] for name in ("below", "rows", "levels") if name in found))
    months = found["months"].with_(found["shares"])
    seen = Picture(scope, selection, on.currency, below, levels, months, asked.standing)
    first = asked.compared(found["levels"], selection)
    second = asked.compared(found["second"], asked.second) if asked.second is not None else None
    columns: Mapping[str, Columns] = found.get("columns", {})
    return UnitRead(
        seen=seen,
        stretches=Stretches(first, second, (selection.label, "Year to date" if second is not None else "")),
        beside=Beside(
            coming=found["coming"],
            study=study,
            columns=columns,
            told_of_columns=_told_of(asked) if columns else (),
            alerts=[alert for alert in asked.waiting if unit.left <= alert.unit.left <= unit.right],
            editions=asked.editions,
            judged={basis: asked.plain(found[basis], selection.over(basis)) for basis in asked.judged},
            gap=None,
            behind=_behind(found),
            standing=asked.told,
            peers=SeenPeers(asked.peers, found["peers"]) if asked.peers is not None else None,
        ),
        told=None if words is None else _told(asked, words, first, found["reversing"]),
    )


def _questions(asked: UnitAsked, below: Sequence[Part], words: UnitWords | None) -> dict[str, Asked[Any]]:
    """All that is asked of the sheets, by name; other stretches by their basis."""
    scope, selection = asked.scope, asked.selection
    rows = [child.pk for child in in_order(below, page=1, size=ON_PAGE)]
    drawn = [selection.unit.pk, *rows]
    found: dict[str, Asked[Any]] = {
        "levels": asked.levels(selection, asked.codes),
        "months": series_of(scope, selection, units=drawn, codes=MONTHLY, versions=(ACTUAL, BUDGET), months=MONTHS),
        "shares": series_of(
            scope, selection, units=[selection.unit.pk], codes=list(SHARES), versions=(ACTUAL, BUDGET), months=MONTHS
        ),
        "coming": expected_of(scope, selection, asked.own_forecasts),
        **{basis: asked.levels(selection.over(basis), codes) for basis, codes in asked.judged.items()},
    }
    if asked.second is not None:
        found["second"] = asked.levels(asked.second, asked.codes)
    if below:
        units = [child.pk for child in below]
        found["below"] = levels_of(scope, selection, units=units, codes=WEIGHED, versions=(ACTUAL, BUDGET))
        found["rows"] = levels_of(scope, selection, units=rows, codes=CODES, versions=VERSIONS)
    if asked.peers is not None:
        units = [selection.unit.pk, *(peer.pk for peer in asked.peers.nearest)]
        found["peers"] = levels_of(scope, selection, units=units, codes=list(COLUMNS), versions=(ACTUAL,))
    if sides := Sides.of(selection):
        items = [selection.unit.pk, *(child.pk for child in below if len(below) <= ITEMS)]
        found["amounts"] = amounts_of(scope, selection, sides, items)
        found["quantities"] = quantities_of(scope, selection, sides, items)
    if below and _may_be_columned(selection):
        found["columns"] = _columns(asked)
    if words is not None:
        found["reversing"] = words.months(scope, selection)
    if asked.evidence is not None:
        found.update((f"evidence {place}", each) for place, each in enumerate(asked.evidence.asked()))
    return found


def _behind(found: Mapping[str, Any]) -> Behind:
    """What stands behind the lines of the statement; nothing where that cannot be told."""
    if "amounts" not in found:
        return Behind()
    actual, baseline, constant = found["amounts"]
    return Behind(actual, baseline, constant, found["quantities"])


def _told(asked: UnitAsked, words: UnitWords, first: Reader, months: Series) -> Told:
    """The words beside the figures of the statement."""
    said = values(asked.chart, asked.lines.plan, first)
    return words.told(asked.scope, asked.selection, said, months, chart=asked.chart, currency=asked.on.currency)


def _told_by(row: Forecast) -> tuple[int, str, int, int, int]:
    """A forecast as `foreseen_of` reads it."""
    return row.unit_id, row.metric, row.period.ordinal, row.cutoff.ordinal, row.number


def _window(over: Selection) -> range:
    """The periods of a stretch."""
    return CalendarAt(over.calendar, over.period.ordinal).window(Context(FORESEEN, over.basis))


def _may_be_columned(selection: Selection) -> bool:
    """Whether there may be columns: they tell what was reported, where sheets hold the basis."""
    return selection.basis in BASES and not selection.is_now and not selection.rates


def _columns(asked: UnitAsked) -> Asked[dict[str, Columns]]:
    selection, on = asked.selection, asked.on
    return several_of(
        asked.scope,
        COLUMNED,
        unit=selection.unit.pk,
        mark=selection.mark,
        ordinal=selection.period.ordinal,
        basis=selection.basis,
        is_kept=on.has_budget_rates or not on.has_rates,
    )


def _told_of(asked: UnitAsked) -> tuple[str, ...]:
    """What there is to say of the columns."""
    return wholly_at_closing(asked.on.beside["books"], ordinal=asked.selection.period.ordinal, flags=asked.on.inflated)
