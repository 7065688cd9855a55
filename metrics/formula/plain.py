"""The evaluator for plain numbers: one formula, one unit, one period; for previews, scenarios and impacts.

The worker evaluates the same trees over matrices (`metrics.calc`); the truth tables of `values` and a
property test hold the two equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ledger.periods import no_counterpart

from . import values
from .functions import COMPARISONS, COUNT_BACK_MONTHS, FUNCTIONS, WHOLE_ONLY, WHOLES, count, moved, whole
from .syntax import Call, Context, Name, Negation, Node, Number, Operation
from .values import Value
from .writing import written


class Calendar(Protocol):
    """What a formula asks of the fiscal calendar, seen from the period it is evaluated in.

    `periods` and `days` count what lies in `context.basis` as of the period `context.lag` periods back;
    None where the calendar does not reach there. `periods_per_year` is 12, or 13.
    """

    @property
    def periods_per_year(self) -> int: ...

    def periods(self, context: Context) -> int | None: ...

    def days(self, context: Context) -> int | None: ...

    def is_restated(self, context: Context) -> bool:
        """Whether weeks are restated in what a context looks back at; never in a calendar that discloses week 53."""
        return False


Resolve = Callable[[Name, Context], Value]


def evaluate(node: Node, context: Context, *, resolve: Resolve, calendar: Calendar) -> Value:
    """What a formula amounts to in a context.

    `resolve` supplies the figures: it is asked for a name in the context reached, whose version is
    already the one the formula names (`budget.revenue` arrives with version `budget`), and whose `above` says
    whose figure it is to be: where the reader may not see that unit, it answers `masked`. Missing values
    follow the truth table of `values`. Nothing is looked up or computed anywhere else.
    """
    return _Evaluation(resolve, calendar).value(node, context)


def not_restated(function: str) -> str:
    """Why a function is not read of restated weeks."""
    return f"not_applicable: {function}(…) is not read over restated weeks"


def unmet(call: Call) -> str:
    """Why `when` has no value where its condition does not hold; the worker uses the same words."""
    return f"not_applicable: only where {written(call.arguments[0])}"


@dataclass(frozen=True)
class _Evaluation:
    resolve: Resolve
    calendar: Calendar

    def value(self, node: Node, context: Context) -> Value:
        match node:
            case Number():
                return values.literal(node.value)
            case Name():
                return self.resolve(node, replace(context, version=node.version or context.version))
            case Negation():
                return values.negate(self.value(node.operand, context))
            case Operation():
                return self.operation(node, context)
            case Call():
                return self.call(node, context)

    def operation(self, node: Operation, context: Context) -> Value:
        left, right = self.value(node.left, context), self.value(node.right, context)
        if node.operator in COMPARISONS:
            return values.compare(node.operator, left, right)
        if node.operator == "*":
            return self.product(node, left, right)
        compute = {
            "+": values.add,
            "-": values.subtract,
            "/": values.divide,
            "and": values.both,
            "or": values.either,
        }[node.operator]
        return compute(left, right)

    def product(self, node: Operation, left: Value, right: Value) -> Value:
        factor = whole(node.right)
        if factor is not None:
            return values.times(left, factor)
        factor = whole(node.left)
        return values.multiply(left, right) if factor is None else values.times(right, factor)

    def call(self, node: Call, context: Context) -> Value:
        if node.function in WHOLE_ONLY and context.years:
            value = self._call(node, context)
            refused = value.plain is not None and self.calendar.is_restated(context)
            return values.missing(not_restated(node.function), exact=value.exact) if refused else value
        return self._call(node, context)

    def _call(self, node: Call, context: Context) -> Value:
        match FUNCTIONS[node.function].kind:
            case "choice":
                return self.choice(node, [self.value(argument, context) for argument in node.arguments])
            case "move":
                there = moved(node, context, periods_per_year=self.calendar.periods_per_year)
                value = self.value(node.arguments[0], there)
                return self.compared(value, context, there) if node.function == "prior" else value
            case "scale":
                return self.annual(node.arguments[0], context)
            case "months":
                return self.over_months(node, context)
            case "share":
                return self.share(node, context)
            case _:
                return self.of_calendar(node, context)

    def choice(self, node: Call, found: list[Value]) -> Value:
        match node.function:
            case "if":
                return values.choose(*found)
            case "when":
                return values.when(*found, unmet=unmet(node))
            case "not":
                return values.opposite(*found)
            case "abs":
                return values.absolute(*found)
            case "optional":
                return values.optional(*found)
        return {"min": values.least, "max": values.greatest, "total": values.total}[node.function](found)

    def compared(self, value: Value, here: Context, there: Context) -> Value:
        """A value of a year before; missing where it covers other periods than it is compared with."""
        if value.plain is None or here.basis not in ("qtd", "ytd", "year"):
            return value
        now, then = self.calendar.periods(here), self.calendar.periods(there)
        if now is None or then is None or now == then:
            return value
        return values.missing(no_counterpart(now, then), exact=value.exact)

    def annual(self, argument: Node, context: Context) -> Value:
        value = self.value(argument, context)
        periods = self.calendar.periods(context)
        if value.plain is None:
            return values.missing(value.reason, exact=False)
        if not periods:
            return values.missing(values.OUTSIDE_CALENDAR, exact=False)
        return values.ratio(value.plain * self.calendar.periods_per_year / periods)

    def over_months(self, node: Call, context: Context) -> Value:
        argument = node.arguments[0]
        match node.function:
            case "opening":
                return self.opening(argument, context)
            case "change":
                closing = self.value(argument, self.closing(context))
                return values.subtract(closing, self.opening(argument, context))
            case "count_back":
                return self.count_back(node, context)
            case "per":
                return values.divide(self.value(argument, context), self.average_stock(node.arguments[1], context))
            case "avg":
                return self.average_stock(argument, context)
        span = replace(context, basis=f"last:{count(node)}") if count(node) else context
        months = [self.value(argument, month) for month in self.months(span)]
        if not months:
            return values.missing(values.OUTSIDE_CALENDAR, exact=False)
        return values.compound(months) if node.function == "compound" else values.mean(months)

    def average_stock(self, stock: Node, context: Context) -> Value:
        """The mean of a stock at the month ends of the basis; of one month, of its opening and closing."""
        ends = [self.value(stock, month) for month in self.months(context)]
        if not ends:
            return values.missing(values.OUTSIDE_CALENDAR, exact=False)
        return values.mean([*ends, self.opening(stock, context)] if len(ends) == 1 else ends)

    def share(self, node: Call, context: Context) -> Value:
        """The unit's figure over that of a unit above, read in the same version, basis and period."""
        argument = node.arguments[0]
        own, of_all = self.value(argument, context), replace(context, above=WHOLES[node.function])
        return values.divide(own, self.value(argument, of_all))

    def months(self, context: Context) -> list[Context]:
        """The single months of a basis, the newest first; empty where the calendar does not reach."""
        newest = self.closing(context)
        periods = self.calendar.periods(context) or 0
        return [replace(newest, lag=newest.lag + back) for back in range(periods)]

    def closing(self, context: Context) -> Context:
        """The month a basis ends with: the one it is evaluated in, except that a whole year ends ahead of it."""
        month = replace(context, basis="month")
        if context.basis != "year":
            return month
        whole_year = self.calendar.periods(context) or 0
        so_far = self.calendar.periods(replace(context, basis="ytd")) or 0
        return replace(month, lag=month.lag - (whole_year - so_far))

    def opening(self, argument: Node, context: Context) -> Value:
        periods = self.calendar.periods(context)
        closing = self.closing(context)
        before = replace(closing, lag=closing.lag + (periods or 0))
        value = self.value(argument, before)
        return value if periods else values.missing(values.OUTSIDE_CALENDAR, exact=value.exact)

    def count_back(self, node: Call, context: Context) -> Value:
        """Days of flow that a stock covers: whole months, newest first, then a part of the next one.

        A stock of nothing or less covers 0 days. A month without flow is passed with its days. A missing
        month that is reached makes the answer missing, and so does a stock of more than
        COUNT_BACK_MONTHS months.
        """
        stock, flow = node.arguments
        month = self.closing(context)
        open_ = self.value(stock, month)
        if open_.plain is None:
            return values.missing(open_.reason, exact=False)
        left, covered = open_.plain, 0.0
        for back in range(COUNT_BACK_MONTHS):
            if left <= 0:
                return values.ratio(covered)
            at = replace(month, lag=month.lag + back)
            sold, days = self.value(flow, at), self.calendar.days(at)
            if sold.plain is None or days is None:
                return values.missing(sold.reason or values.OUTSIDE_CALENDAR, exact=False)
            if left < sold.plain:
                return values.ratio(covered + days * left / sold.plain)
            left, covered = left - sold.plain, covered + days
        if left <= 0:
            return values.ratio(covered)
        return values.missing(f"not_applicable: more than {COUNT_BACK_MONTHS} months of {written(flow)}", exact=False)

    def of_calendar(self, node: Call, context: Context) -> Value:
        number = count(node)
        there = replace(context, basis=f"last:{number}") if number else context
        found = self.calendar.periods(there) if node.function == "months" else self.calendar.days(there)
        return (
            values.missing(values.OUTSIDE_CALENDAR, exact=True)
            if found is None
            else values.amount(found * values.SCALE)
        )
