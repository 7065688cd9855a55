"""What a breach costs a year: the impact formula of a metric, evaluated at the breach. Pure.

The formula comes from the catalogue and is evaluated by the plain evaluator of the formula language; here
is only where its names lead: `value`, `limit`, `target` and `baseline` to the breach, everything else to
stored levels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from alerts.rules import SCALE, Judgement
from alerts.terms import Terms
from alerts.wording import FIGURES
from ledger.periods import Calendar, last
from metrics.declaration import Metric
from metrics.formula import BASES, Call, Context, Name, Node, Value, evaluate, parse, references, walk
from metrics.formula.tokens import IMPACT_NAMES
from metrics.formula.values import add, amount, missing, ratio, times
from metrics.readings import Level
from metrics.timeframes import CalendarAt

LevelAt = Callable[[str, str, int, str], Level]
"""Version, basis, ordinal and code to the stored level of the unit in question."""

OF_THE_BREACH = (*IMPACT_NAMES, *FIGURES)
NOT_STORED = "not_applicable: the levels of this stretch are not stored"
NO_OTHER_BASELINE = "not_applicable: of what it is compared with only the figure itself is known"
NOT_STORED_BASELINES = ("forecast", "trailing", "peers", "trend")
NO_IMPACT = "not_applicable: the metric has no impact formula"


def is_amount(code: str, known: Mapping[str, Metric]) -> bool:
    """Whether a code's stored numbers are exact ten-thousandths."""
    metric = known.get(code)
    return metric.kind in ("money", "count") if metric is not None else code.startswith("account:")


@dataclass(frozen=True)
class Reach:
    """What a set of formulas reads from sheets: codes, and bases beside the threshold's own."""

    codes: frozenset[str]
    bases: frozenset[str]


def reach(formulas: Iterable[Node], roles: Mapping[str, Mapping[str, int]]) -> Reach:
    """The codes and bases some formulas need; roles are read as their accounts."""
    codes: set[str] = set()
    bases: set[str] = set()
    for formula in formulas:
        for name in references(formula):
            if name.version is not None or name.code not in OF_THE_BREACH:
                codes.update(_parts(name.code, roles))
        for node in walk(formula):
            if isinstance(node, Call):
                bases.add(node.function if node.function in BASES else "month")
    return Reach(frozenset(codes), frozenset(bases))


@dataclass(frozen=True)
class Scene:
    """A breach with all that its formulas may ask for: one unit, one period, one threshold."""

    terms: Terms
    judged: Judgement
    ordinal: int
    calendar: Calendar
    known: Mapping[str, Metric]
    roles: Mapping[str, Mapping[str, int]]
    level: LevelAt

    def impact(self) -> Value:
        """Money a year, negative where it hurts; missing with a reason where it cannot be known."""
        metric = self.known.get(self.terms.metric)
        if metric is None or not metric.impact:
            return missing(NO_IMPACT, exact=True)
        found = self.figure(_parsed(metric.impact))
        if found.plain is None:
            return missing(found.reason, exact=True)
        return found if found.exact else amount(round(Fraction(found.plain) * SCALE))

    def figure(self, formula: Node) -> Value:
        """What a formula amounts to at the breach."""
        context = Context("actual", self.terms.basis)
        return evaluate(formula, context, resolve=self._resolve, calendar=_Counted(self.calendar, self.ordinal))

    def _resolve(self, name: Name, context: Context) -> Value:
        if context.version == "baseline" and self.terms.comparator in NOT_STORED_BASELINES:
            return missing(NO_OTHER_BASELINE, exact=True)
        if name.version is None:
            match name.code:
                case "value":
                    return self._value(self.judged.value)
                case "baseline":
                    return self._baseline()
                case "limit":
                    return self._plain(self.judged.limit)
                case "target":
                    return self._target()
                case "excess":
                    return self._plain(self.judged.beyond)
                case "impact":
                    return self.impact()
        return self._stored(name.code, self._moved(context))

    def _moved(self, context: Context) -> Context:
        """`baseline.x` is x where the threshold looks for its baseline: the budget, or a year back."""
        if context.version != "baseline":
            return context
        if self.terms.comparator in ("prior_year", "season"):
            return Context("actual", context.basis, context.lag + self.calendar.periods_in_year)
        return Context("budget", context.basis, context.lag)

    def _baseline(self) -> Value:
        if self.judged.baseline.number is not None or self.terms.comparator != "absolute":
            return self._value(self.judged.baseline)
        return self._stored(self.terms.metric, Context("budget", self.terms.basis))

    def _target(self) -> Value:
        target = self.terms.level("target")
        if target is not None:
            return self._plain(target)
        return self._plain(self.judged.limit) if self.terms.comparator == "absolute" else self._baseline()

    def _value(self, level: Level) -> Value:
        exact = is_amount(self.terms.metric, self.known)
        return Value(level.number, exact, level.reason)

    def _plain(self, number: Fraction | None) -> Value:
        if number is None:
            return missing("not_applicable: no limit was crossed", exact=False)
        return amount(round(number * SCALE)) if is_amount(self.terms.metric, self.known) else ratio(float(number))

    def _stored(self, code: str, context: Context) -> Value:
        parts = _parts(code, self.roles)
        if not parts:
            return missing(f"not_applicable: no account of {code}", exact=True)
        total: Value | None = None
        for part, factor in parts.items():
            value = times(self._level(part, context), factor) if factor != 1 else self._level(part, context)
            total = value if total is None else add(total, value)
        assert total is not None
        return total

    def _level(self, code: str, context: Context) -> Value:
        exact = is_amount(code, self.known)
        ordinal = self.ordinal - context.lag
        if context.basis in BASES:
            level = self.level(context.version, context.basis, ordinal, code)
            return Value(level.number, exact, level.reason)
        if not context.basis.startswith("last:"):
            return missing(NOT_STORED, exact=exact)
        months = last(int(context.basis.removeprefix("last:")), ordinal)
        found = [self.level(context.version, "month", month, code) for month in months]
        values = [Value(level.number, exact, level.reason) for level in found]
        metric = self.known.get(code)
        if metric is not None and metric.time_rollup == "last":
            return values[-1]
        if metric is not None and metric.time_rollup != "sum":
            return missing(NOT_STORED, exact=exact)
        total = values[0]
        for value in values[1:]:
            total = add(total, value)
        return total


class _Counted(CalendarAt):
    """The calendar of a breach, which counts the periods of a stretch once for all units."""

    def periods(self, context: Context) -> int | None:
        return _periods(self.calendar, self.ordinal, context)  # type: ignore[arg-type]  # calendars are frozen


@lru_cache(maxsize=1_024)
def _periods(calendar: Calendar, ordinal: int, context: Context) -> int | None:
    return CalendarAt(calendar, ordinal).periods(context)


@lru_cache(maxsize=256)
def _parsed(formula: str) -> Node:
    """A metric's impact, read once: a replay asks for it a thousand times."""
    return parse(formula, impact=True)


def _parts(code: str, roles: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The stored codes behind a name, with their factors: a role is a sum of accounts."""
    if code.startswith("role:"):
        accounts = roles.get(code.removeprefix("role:"), {})
        return {f"account:{account}": factor for account, factor in accounts.items()}
    return {code: 1}
