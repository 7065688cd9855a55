"""Judging units: the figures of a book against the thresholds that hold, period by period. Pure.

Here stored levels meet the rules: which figure is read against which baseline, whether its period is over, and how
large a difference must be on this unit to be worth attention. What an alert then says: `alerts.judging.facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from typing import Protocol

from alerts.judging.book import ACTUAL, BUDGET, Book, Place, Wanted
from alerts.judging.impact import reach
from alerts.judging.inheritance import AHEAD, WHOLE, Edition, Spot, Tree, holding
from alerts.judging.manual import Manual, Times
from alerts.rules import (
    NO_BASELINE,
    RECOVERED,
    UNFINISHED,
    Baseline,
    Breach,
    Counts,
    Course,
    Judgement,
    Knowledge,
    Reading,
    State,
    Transition,
    Yardstick,
    baselines,
    floor_of,
    is_worth_attention,
    judge,
    settle,
)
from alerts.wording import formulas_in
from ledger.periods import incomparable, prior_year
from metrics.declaration import Metric
from metrics.formula import Node, parse
from metrics.readings import Level

WINDOW = 24
"""How many periods back breaches are looked for. An alert that is older lives on: it is the same where it overlaps."""

BREACH, POOL = WHOLE, "pool"
OUTLOOK, PACE = AHEAD

PERIOD_OVER = "the period is over"
CAME_TRUE = "it came true"
REVENUE = "revenue"
ONE = Fraction(1)


class Told(Protocol):
    """An alert as far as what it tells of."""

    @property
    def unit_id(self) -> int: ...

    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Case:
    """One threshold on one unit, and what each period says: of the unit itself, of its small parts, or ahead of time.

    The readings are in order, the oldest first. `came_true` are the periods in which what was foreseen is no longer
    ahead, because the figures are there.
    """

    edition: Edition
    spot: Spot
    readings: tuple[Reading, ...]
    kind: str = BREACH
    came_true: frozenset[int] = frozenset()

    @property
    def counts(self) -> Counts:
        """How many periods it takes; a warning ahead of time neither waits nor lingers."""
        return Counts() if self.kind in AHEAD else Counts.of(self.edition.terms)

    def told_by(self, breach: Breach) -> Reading | None:
        """The newest period beyond the limit that a breach is told by; None where its figures are gone."""
        last = breach.last
        return next((each for each in reversed(self.readings) if each.ordinal <= last and each.is_breach), None)

    def tells_like(self, alert: Told) -> bool:
        """Whether it tells of the same unit in the same way."""
        return (self.spot.unit, self.kind) == (alert.unit_id, alert.kind)

    def settle(self, states: Sequence[State], known: Knowledge, course: Course | None = None) -> list[Transition]:
        """What must become of the alerts of this case; `course` is what is known of its readings from before.

        A warning ahead of time ends when the time has come: a month under way with the month, what was foreseen when
        the figures are there. No restatement ends it, since it is made of what is not yet final.
        """
        if self.kind not in AHEAD:
            return settle(self.readings, states, known, self.counts, course)
        here = {each.ordinal for each in self.readings}
        past = [state for state in states if self.kind == PACE and state.is_alive and state.last not in here]
        ended = [Transition(("ended",), state.as_ended, state.key, PERIOD_OVER, said=state.said) for state in past]
        found = settle(self.readings, [state for state in states if state not in past], known, self.counts)
        return ended + [self._worded(change) for change in found]

    def _worded(self, change: Transition) -> Transition:
        if "ended" not in change.kinds:
            return change
        return change._replace(because=CAME_TRUE if change.breach.last in self.came_true else RECOVERED)


@dataclass(frozen=True)
class Court:
    """Everything judging needs besides the figures."""

    book: Manual
    times: Times
    through: int
    currency: str
    tree: Tree
    names: Mapping[int, str]
    active: Sequence[Edition] = ()
    window: int = WINDOW
    yardsticks: dict[tuple[int, int], Yardstick | None] = field(default_factory=dict, compare=False, repr=False)
    held: dict[int, list[Edition]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def figures(self) -> set[str]:
        """Every name an action may use."""
        return self.book.codes()

    @property
    def first(self) -> int:
        """The first period that is judged."""
        return self.through - self.window + 1

    def wanted(self, units: Sequence[int], judged: Iterable[Edition]) -> Wanted:
        """The levels that these thresholds, their impacts and their actions read, for some units."""
        chosen = list(judged)
        needs = reach([formula for edition in chosen for formula in self._formulas(edition)], self.book.roles)
        codes = {edition.terms.metric for edition in chosen} | needs.codes
        bases = {edition.terms.basis for edition in chosen} | needs.bases
        if any(edition.terms.floor_share for edition in chosen):
            codes.add(REVENUE)
        if any(edition.terms.also_ytd for edition in chosen):
            bases.add("ytd")
        ahead = max((max(edition.terms.ahead, edition.terms.pace) for edition in chosen), default=0)
        looked_ahead = {edition.terms.metric for edition in chosen if edition.terms.ahead}
        expected = {edition.terms.metric for edition in chosen if edition.terms.comparator == "forecast"}
        return Wanted(
            sorted({*units, *self._neighbours(units, chosen)}),
            sorted(codes),
            sorted(bases),
            self.first - self._reach_back(chosen),
            self.through + ahead,
            frozenset(looked_ahead | expected),
        )

    def _reach_back(self, editions: Iterable[Edition]) -> int:
        """How many periods before those that are judged are looked at: a year, and what is looked back on."""
        windows = [each.terms.window for each in editions if each.terms.comparator in ("trailing", "season", "trend")]
        return self.book.calendar.periods_in_year + max(windows, default=0)

    def _neighbours(self, units: Sequence[int], editions: Iterable[Edition]) -> set[int]:
        """Other units whose figures are needed: peers, and the parts that a parent pools."""
        found: set[int] = set()
        for edition in editions:
            if edition.terms.comparator == "peers":
                spots = (self.tree.spots[unit] for unit in units)
                found.update(each for spot in spots for each in self.tree.peers(spot, edition.unit_type))
            if edition.terms.pooled:
                found.update(part.unit for unit in units for part in self.tree.children.get(unit, ()))
        return found

    def rules_of(self, unit: int) -> list[Edition]:
        """The thresholds that judge a unit."""
        if unit not in self.held:
            self.held[unit] = holding(self.tree.spots[unit], self.active)
        return self.held[unit]

    def hear(self, edition: Edition, spot: Spot, book: Book) -> Case:
        """What a threshold finds on a unit in the periods of the window."""
        last = self.through if edition.until is None else min(self.through, edition.until)
        return Case(edition, spot, tuple(self.readings(edition, spot, book, range(self.first, last + 1))))

    def readings(self, edition: Edition, spot: Spot, book: Book, ordinals: Iterable[int]) -> Iterator[Reading]:
        """What a threshold reads on a unit in some periods; those without any page are passed over."""
        unit, basis, metric, pages = spot.unit, edition.terms.basis, edition.terms.metric, book.pages
        for ordinal in ordinals:
            place = unit, ACTUAL, basis, ordinal
            page = pages.get(place)
            if page is not None:
                severity = self.judge(edition, spot, book, ordinal).severity
                yield Reading(ordinal, severity, page.mark, book.was_known(place, metric))

    def judge(self, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Judgement:
        """One period of one unit; a period that is not over says nothing."""
        terms = edition.terms
        value = book.level(self.place(edition, spot, ordinal), terms.metric)
        if not self.times.is_finished(ordinal, spot.left):
            return Judgement(None, UNFINISHED, value)
        return self.read(edition, spot, book, ordinal, value, self.baseline(edition, spot, book, ordinal))

    def read(
        self, edition: Edition, spot: Spot, book: Book, ordinal: int, value: Level, against: Baseline | Level
    ) -> Judgement:
        """A figure against what it is compared with, by the floors of this unit in this period."""
        yardstick = self._yardstick(edition, ordinal)
        if yardstick is None:
            return Judgement(None, f"error: no {edition.terms.currency} budget rate", value)
        return judge(
            edition.terms,
            value,
            against,
            is_amount=yardstick.is_amount,
            yardstick=yardstick,
            is_worth=partial(self._is_worth, edition, spot, book, ordinal),
        )

    def floor(self, edition: Edition, unit: int, book: Book, ordinal: int, basis: str = "") -> Fraction | None:
        """The floor of a unit in the group's currency: of a larger unit, by its revenue, a larger one."""
        terms = edition.terms
        if not terms.floor_amount and not terms.floor_share:
            return None
        revenue = None
        if terms.floor_share:
            revenue = book.ticks((unit, ACTUAL, basis or terms.basis, ordinal), REVENUE, is_amount=True)
        return floor_of(terms, revenue, worth=self.worth(edition, ordinal) or ONE)

    def worth(self, edition: Edition, ordinal: int) -> Fraction | None:
        """What one unit of the limits' currency is in the group's, at the budget rate; None where no rate is known."""
        currency = edition.terms.currency
        if not currency or currency == self.currency:
            return ONE
        return self.book.rates.get((currency, ordinal))

    def metric(self, code: str) -> Metric | None:
        return self.book.metrics.get(code)

    def is_amount(self, code: str) -> bool:
        return self.book.is_amount(code)

    def place(self, edition: Edition, spot: Spot, ordinal: int) -> Place:
        return spot.unit, ACTUAL, edition.terms.basis, ordinal

    def baseline(self, edition: Edition, spot: Spot, book: Book, ordinal: int, basis: str = "") -> Baseline:
        """What a figure is compared with; `basis` where that is not the terms' own."""
        terms = edition.terms
        over = basis or terms.basis
        match terms.comparator:
            case "absolute":
                return NO_BASELINE
            case "budget":
                return Baseline(book.level((spot.unit, BUDGET, over, ordinal), terms.metric))
            case "prior_year":
                if reason := incomparable(self.book.calendar, ordinal, basis=over):
                    return Baseline(Level(None, reason))
                earlier = prior_year(self.book.calendar, ordinal)
                return Baseline(book.level((spot.unit, ACTUAL, over, earlier), terms.metric))
            case "forecast":
                expected = book.expected(spot.unit, terms.metric, ordinal)
                reason = "not_applicable: nothing was forecast of this period"
                return Baseline(Level(expected.number) if expected else Level(None, reason))
            case "peers":
                return self._peers(edition, spot, book, ordinal)
        return self._looking_back(edition, spot, book, ordinal)

    def _looking_back(self, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Baseline:
        terms, year = edition.terms, self.book.calendar.periods_in_year
        code, window, exact = terms.metric, terms.window, self.is_amount(terms.metric)
        here, last = self.place(edition, spot, ordinal), self.place(edition, spot, ordinal - 1)
        match terms.comparator:
            case "trailing":
                return baselines.trailing(book.before(last, code, window, is_amount=exact), is_amount=exact)
            case "trend":
                return baselines.trend(book.before(here, code, window, is_amount=exact), is_amount=exact)
        then = self.place(edition, spot, ordinal - year)
        found = book.before(last, code, window + year, is_amount=exact)
        changes = [
            None if now is None or earlier is None else now - earlier
            for earlier, now in zip(found[:window], found[year:], strict=True)
        ]
        return baselines.season(book.ticks(then, code, is_amount=exact), changes, is_amount=exact)

    def _peers(self, edition: Edition, spot: Spot, book: Book, ordinal: int) -> Baseline:
        metric, exact = edition.terms.metric, self.is_amount(edition.terms.metric)
        place = self.place(edition, spot, ordinal)
        units = self.tree.peers(spot, edition.unit_type)
        own = book.ticks(place, metric, is_amount=exact) if spot.unit in units else None
        others = book.in_order(units, place, metric, is_amount=exact)
        return baselines.peers(others, own=own, wanted=edition.terms.window, is_amount=exact)

    def _is_worth(
        self, edition: Edition, spot: Spot, book: Book, ordinal: int, way: int, value: Level, base: Level
    ) -> bool:
        """Whether a difference is worth attention: in the period, or where the terms say so in the year to date."""
        terms, exact = edition.terms, self.is_amount(edition.terms.metric)
        floor = self.floor(edition, spot.unit, book, ordinal)
        if is_worth_attention(terms, way, value, base, is_amount=exact, floor=floor):
            return True
        if not terms.also_ytd:
            return False
        so_far = book.level((spot.unit, ACTUAL, "ytd", ordinal), terms.metric)
        against = self.baseline(edition, spot, book, ordinal, "ytd").level
        if so_far.number is None or against.number is None or way * (so_far.number - against.number) <= 0:
            return False
        floor = self.floor(edition, spot.unit, book, ordinal, "ytd")
        return is_worth_attention(terms, way, so_far, against, is_amount=exact, floor=floor)

    def _yardstick(self, edition: Edition, ordinal: int) -> Yardstick | None:
        """The terms made ready, once for all figures; where limits are in another currency, once for each period."""
        key = edition.version, ordinal if edition.terms.currency else 0
        if key not in self.yardsticks:
            worth = self.worth(edition, ordinal)
            exact = self.is_amount(edition.terms.metric)
            ready = None if worth is None else Yardstick.of(edition.terms, is_amount=exact, worth=worth)
            self.yardsticks[key] = ready
        return self.yardsticks[key]

    def _formulas(self, edition: Edition) -> Iterable[Node]:
        metric = self.metric(edition.terms.metric)
        if metric and metric.impact:
            yield parse(metric.impact, impact=True)
        yield from formulas_in(edition.action, self.figures)
