"""Judging units: the figures of a book against the thresholds that hold, period by period. No writes.

Here stored levels meet the pure rules: which figure is read against which baseline, whether its period is
over, and what an alert then says (title, impact, action, evidence).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alerts.impact import LevelAt, Scene, is_amount, reach
from alerts.inheritance import Edition, Spot
from alerts.observations import ACTUAL, BUDGET, Book, Place, Wanted
from alerts.rulebook import Manual, Times
from alerts.rules import NOTHING, UNFINISHED, Breach, Judgement, Reading, exact, judge
from alerts.wording import ActionRefused, Placeholder, blank, fill, placeholders, title
from ledger.amounts import as_text
from ledger.periods import incomparable, prior_year
from metrics.formula import Node, parse
from metrics.readings import Level

WINDOW = 24
"""How many periods back breaches are looked for. An alert that is older lives on: it is the same where it overlaps."""


@dataclass(frozen=True)
class Facts:
    """What an alert says about the newest period beyond its limit."""

    title: str
    action: str
    impact: int | None
    impact_reason: str
    is_cash: bool
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One threshold on one unit, and what each period says."""

    edition: Edition
    spot: Spot
    readings: tuple[Reading, ...]

    def told_by(self, breach: Breach) -> Reading | None:
        """The newest period beyond the limit that a breach is told by; None where its figures are gone."""
        beyond = [each for each in self.readings if each.is_breach and each.ordinal <= breach.last]
        return max(beyond, key=lambda each: each.ordinal, default=None)


@dataclass(frozen=True)
class Court:
    """Everything judging needs besides the figures."""

    book: Manual
    times: Times
    through: int
    currency: str
    names: Mapping[int, str]

    def wanted(self, units: Sequence[int], judged: Iterable[Edition]) -> Wanted:
        """The levels that these thresholds, their impacts and their actions read, for some units."""
        chosen = list(judged)
        needs = reach([formula for edition in chosen for formula in self._formulas(edition)], self.book.roles)
        codes = {edition.terms.metric for edition in chosen} | needs.codes
        bases = {edition.terms.basis for edition in chosen} | needs.bases
        first = self.through - WINDOW + 1 - self.book.calendar.periods_in_year
        return Wanted(units, sorted(codes), sorted(bases), first, self.through)

    def hear(self, edition: Edition, spot: Spot, book: Book) -> Case:
        """What a threshold finds on a unit in the periods of the window."""
        last = self.through if edition.until is None else min(self.through, edition.until)
        readings = []
        for ordinal in range(self.through - WINDOW + 1, last + 1):
            place = self._place(edition, spot, ordinal)
            if place in book.pages:
                judged = self.judge(edition, spot, book, ordinal)
                known = book.was_known(place, edition.terms.metric)
                readings.append(Reading(ordinal, judged.severity, book.mark(place), known))
        return Case(edition, spot, tuple(readings))

    def judge(self, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Judgement:
        """One period of one unit; a period that is not over says nothing."""
        terms = edition.terms
        value = book.level(self._place(edition, spot, ordinal), terms.metric)
        if not self.times.is_finished(ordinal, spot.left):
            return Judgement(None, UNFINISHED, value)
        return judge(terms, value, self._baseline(edition, spot, book, ordinal), is_amount=self.is_amount(terms.metric))

    def facts(self, case: Case, told: Reading, book: Book) -> Facts:
        """What an alert says, by its newest period beyond the limit."""
        ordinal = told.ordinal
        edition, spot = case.edition, case.spot
        judged = self.judge(edition, spot, book, ordinal)
        scene = self._scene(edition, spot, book, ordinal, judged)
        metric = self.book.metrics.get(edition.terms.metric)
        impact = scene.impact()
        assert judged.value.number is not None
        value = exact(judged.value.number, is_amount=self.is_amount(edition.terms.metric))
        label = self.book.label(edition.terms.metric)
        return Facts(
            title=title(edition.terms, judged, label=label, metric=metric, value=value, currency=self.currency)[:200],
            action=self._action(edition, scene, ordinal, label, self.names.get(spot.unit, "")),
            impact=None if impact.number is None else int(impact.number),
            impact_reason=impact.reason[:120],
            is_cash=bool(metric and metric.impact_on == "cash"),
            evidence=self._evidence(edition, spot, book, ordinal, judged),
        )

    @cached_property
    def names_of_figures(self) -> set[str]:
        return self.book.codes()

    def is_amount(self, code: str) -> bool:
        return is_amount(code, self.book.metrics)

    def _formulas(self, edition: Edition) -> Iterable[Node]:
        metric = self.book.metrics.get(edition.terms.metric)
        if metric and metric.impact:
            yield parse(metric.impact, impact=True)
        for each in self._figures_in(edition.action) or ():
            if each.formula is not None:
                yield each.formula

    def _figures_in(self, action: str) -> list[Placeholder] | None:
        """None where a figure can no longer be computed, since its metric was retired after the threshold was set."""
        try:
            return placeholders(action, self.names_of_figures)
        except ActionRefused:
            return None

    def _place(self, edition: Edition, spot: Spot, ordinal: int) -> Place:
        return spot.unit, ACTUAL, edition.terms.basis, ordinal

    def _baseline(self, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Level:
        match edition.terms.comparator:
            case "budget":
                return book.level((spot.unit, BUDGET, edition.terms.basis, ordinal), edition.terms.metric)
            case "prior_year":
                if reason := incomparable(self.book.calendar, ordinal, basis=edition.terms.basis):
                    return Level(None, reason)
                earlier = prior_year(self.book.calendar, ordinal)
                return book.level(self._place(edition, spot, earlier), edition.terms.metric)
        return NOTHING

    def _scene(self, edition: Edition, spot: Spot, book: Book, ordinal: int, judged: Judgement) -> Scene:
        return Scene(
            terms=edition.terms,
            judged=judged,
            ordinal=ordinal,
            calendar=self.book.calendar,
            known=self.book.metrics,
            roles=self.book.roles,
            level=_levels_of(book, spot.unit),
        )

    def _action(self, edition: Edition, scene: Scene, ordinal: int, label: str, unit: str) -> str:
        period = self.times.periods[ordinal].code
        words = {"unit": unit, "period": period, "metric": label}
        found = self._figures_in(edition.action)
        if found is None:
            return blank(edition.action)
        return fill(edition.action, found, words=words, figure=scene.figure, currency=self.currency)

    def _evidence(self, edition: Edition, spot: Spot, book: Book, ordinal: int, judged: Judgement) -> dict[str, Any]:
        """The figures that were judged, as they stood: numbers as other programs read them."""
        terms = edition.terms
        amount = self.is_amount(terms.metric)
        place = self._place(edition, spot, ordinal)

        def shown(number: int | float | None) -> str | float | None:
            return as_text(int(number)) if amount and number is not None else number

        limit = judged.limit
        return {
            "metric": terms.metric,
            "period": self.times.periods[ordinal].code,
            "basis": terms.basis,
            "comparator": terms.comparator,
            "value": shown(judged.value.number),
            "baseline": shown(judged.baseline.number) if terms.comparator != "absolute" else None,
            "limit": None if limit is None else shown(round(limit * 10_000)) if amount else float(limit),
            "target": terms.target or None,
            "unbudgeted": judged.unbudgeted,
            "coverage": book.coverage(place, terms.metric),
            "mark": book.mark(place),
            "baseline_mark": book.mark((spot.unit, BUDGET, terms.basis, ordinal))
            if terms.comparator == "budget"
            else None,
            "version": edition.version,
        }


def _levels_of(book: Book, unit: int) -> LevelAt:
    def level(version: str, basis: str, ordinal: int, code: str) -> Level:
        return book.level((unit, version, basis, ordinal), code)

    return level
