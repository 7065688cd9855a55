"""The evaluator of formulas over matrices: the same trees as `metrics.formula.plain`, all rows and units at once.

The plain evaluator moves a context (version, basis, periods back); here the periods asked for are a vector
of rows of the axis, so `lag`, `prior` and `opening` are other rows and nothing else. The two are held equal
by shared truth tables and a property test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from ledger.periods import no_counterpart
from metrics.formula.functions import COMPARISONS, COUNT_BACK_MONTHS, FUNCTIONS, WHOLE_ONLY, WHOLES, count, moved, whole
from metrics.formula.plain import not_restated, unmet
from metrics.formula.syntax import Call, Context, Name, Negation, Node, Number, Operation
from metrics.formula.values import OUTSIDE_CALENDAR, SCALE, literal
from metrics.formula.writing import written

from .axis import Axis
from .levels import Arithmetic, Level
from .matrix import Flags, Ints

Resolve = Callable[["Place", str], Level]


@dataclass(frozen=True, eq=False)
class Place:
    """Where a tree is evaluated: version, basis, `above`, `years` as in `syntax.Context`, and the rows of the axis.

    Several bases are evaluated at once (`in_bases`): `basis` then names them all, and the rows stand once for each.
    """

    version: str
    basis: str
    rows: Ints = field(repr=False)
    above: str = ""
    years: int = 0

    @classmethod
    def in_bases(cls, version: str, bases: Sequence[str], rows: Ints) -> Place:
        """The same rows in one basis after the other."""
        return cls(version, " ".join(bases), np.tile(rows, len(bases)))

    @cached_property
    def key(self) -> tuple[str, str, int, bytes]:
        return self.version, self.basis, self.years, self.rows.tobytes()

    def moved_to(self, context: Context) -> Place:
        """The place a move of the formula language leads to, as seen from this one: in one basis, once."""
        rows = self.rows - context.lag if context.lag else self.rows
        if context.basis != self.basis:
            rows = rows[: len(rows) // len(self.basis.split())]
        return replace(self, version=context.version, basis=context.basis, rows=rows, years=context.years)


class Evaluation:
    """Evaluates trees; `resolve` supplies a name's level at a place, in the version the formula names.

    Where a place looks `above`, that is the level of the units above, each in the column of the unit below it.
    """

    def __init__(self, *, axis: Axis, arithmetic: Arithmetic, resolve: Resolve, units: int) -> None:
        self.axis = axis
        self.do = arithmetic
        self.resolve = resolve
        self.units = units

    def value(self, node: Node, place: Place) -> Level:
        """What a formula amounts to at a place."""
        match node:
            case Number():
                return self._literal(node.value, place)
            case Name():
                there = replace(place, version=node.version) if node.version else place
                return self.resolve(there, node.code)
            case Negation():
                return self.do.negate(self.value(node.operand, place))
            case Operation():
                return self._operation(node, place)
            case Call():
                return self._call(node, place)

    def _shape(self, place: Place) -> tuple[int, int]:
        return len(place.rows), self.units

    def _literal(self, number: Decimal, place: Place) -> Level:
        value = literal(number)
        if value.number is None:
            return self.do.missing(value.reason, self._shape(place), exact=value.exact)
        return self.do.constant(value.number, self._shape(place), exact=value.exact)

    def _operation(self, node: Operation, place: Place) -> Level:
        left, right = self.value(node.left, place), self.value(node.right, place)
        if node.operator in COMPARISONS:
            return self.do.compare(node.operator, left, right)
        if node.operator == "*":
            return self._product(node, left, right)
        compute = {
            "+": self.do.add,
            "-": self.do.subtract,
            "/": self.do.divide,
            "and": self.do.both,
            "or": self.do.either,
        }[node.operator]
        return compute(left, right)

    def _product(self, node: Operation, left: Level, right: Level) -> Level:
        factor = whole(node.right)
        if factor is not None:
            return self.do.times(left, factor)
        factor = whole(node.left)
        return self.do.multiply(left, right) if factor is None else self.do.times(right, factor)

    def _call(self, node: Call, place: Place) -> Level:
        value = self._called(node, place)
        return self._whole(node.function, value, place) if node.function in WHOLE_ONLY and place.years else value

    def _called(self, node: Call, place: Place) -> Level:
        match FUNCTIONS[node.function].kind:
            case "choice":
                return self._choice(node, [self.value(argument, place) for argument in node.arguments])
            case "move":
                here = Context(version=place.version, basis=place.basis, years=place.years)
                there = place.moved_to(moved(node, here, periods_per_year=self.axis.periods_per_year))
                there = there if self.axis.restates else replace(there, years=0)
                value = self.do.repeated(self.value(node.arguments[0], there), len(place.rows) // len(there.rows))
                return self._compared(value, place, there) if node.function == "prior" else value
            case "scale":
                return self._annual(node.arguments[0], place)
            case "months":
                return self._over_months(node, place)
            case "share":
                of_all = replace(place, above=WHOLES[node.function])
                return self.do.divide(self.value(node.arguments[0], place), self.value(node.arguments[0], of_all))
            case _:
                return self._of_calendar(node, place)

    def _choice(self, node: Call, found: list[Level]) -> Level:
        match node.function:
            case "if":
                return self.do.choose(*found)
            case "when":
                return self.do.when(*found, unmet=unmet(node))
            case "not":
                return self.do.opposite(*found)
            case "abs":
                return self.do.absolute(*found)
            case "optional":
                return self.do.optional(*found)
        return {"min": self.do.least, "max": self.do.greatest, "total": self.do.total}[node.function](found)

    def _annual(self, argument: Node, place: Place) -> Level:
        value = self.value(argument, place)
        periods, inside = self._periods(place)
        scaled = self.do.scale(value, self.axis.periods_per_year, over=periods)
        return self._outside(scaled, inside)

    def _over_months(self, node: Call, place: Place) -> Level:
        argument = node.arguments[0]
        match node.function:
            case "opening":
                return self._opening(argument, place)
            case "change":
                closing = self.value(argument, self._closing(place))
                return self.do.subtract(closing, self._opening(argument, place))
            case "count_back":
                return self._count_back(node, place)
            case "per":
                return self.do.divide(self.value(argument, place), self._average_stock(node.arguments[1], place))
            case "avg":
                return self._average_stock(argument, place)
        number = count(node)
        span = replace(place, basis=f"last:{number}") if number else place
        months, first, last, inside = self._months(argument, span)
        mean = self.do.compound if node.function == "compound" else self.do.mean
        return self._outside(mean(months, first, last), inside)

    def _average_stock(self, stock: Node, place: Place) -> Level:
        """The mean of a stock at the month ends of the basis; of one month, of its opening and closing."""
        months, first, last, inside = self._months(stock, place, opening=True)
        return self._outside(self.do.mean(months, first, last), inside)

    def _months(self, argument: Node, place: Place, *, opening: bool = False) -> tuple[Level, Ints, Ints, Flags]:
        """The argument in every month a basis touches, evaluated once; as of each row the first and the last of its
        months among those, and where the calendar reaches there. A single month may begin with its `opening`."""
        first, last = self.axis.window(place.basis, place.rows)
        inside = self.axis.holds(first, last)
        if opening:
            first = np.where(first == last, first - 1, first)
        touched = np.arange(int(first.min()), int(last.max()) + 1, dtype=np.int64)
        months = self.value(argument, replace(place, basis="month", rows=touched))
        return months, first - touched[0], last - touched[0], inside

    def _closing(self, place: Place) -> Place:
        """The month a basis ends with: the one it is evaluated in, except that a whole year ends ahead of it."""
        return replace(place, basis="month", rows=self.axis.window(place.basis, place.rows)[1])

    def _opening(self, argument: Node, place: Place) -> Level:
        """The argument at the end of the period before the basis begins."""
        first, last = self.axis.window(place.basis, place.rows)
        found = self.value(argument, replace(place, basis="month", rows=first - 1))
        return self._outside(found, self.axis.holds(first, last))

    def _count_back(self, node: Call, place: Place) -> Level:
        """Days of flow that a stock covers: whole months, newest first, then a part of the next one."""
        stock, flow = node.arguments
        month = self._closing(place)
        open_ = self.value(stock, month)
        left, covered = open_.plain.copy(), np.zeros(self._shape(place))
        reason, done = open_.reason.copy(), ~open_.present
        first = int(month.rows.min()) - COUNT_BACK_MONTHS + 1
        touched = np.arange(first, int(month.rows.max()) + 1, dtype=np.int64)
        flows = self.value(flow, replace(month, rows=touched))
        coverages = [open_.coverage]
        for back in range(COUNT_BACK_MONTHS):
            done = done | (left <= 0)
            if done.all():
                break
            at = month.rows - back
            sold = flows.take(at - touched[0])
            days, on_axis = self._days(replace(month, rows=at))
            missing = ~done & ~(sold.present & on_axis[:, None])
            outside = self.do.reasons.number(OUTSIDE_CALENDAR)
            reason = np.where(missing, np.where(sold.present, outside, sold.reason), reason)
            coverages.append(sold.coverage.where(~done))
            done = done | missing
            ends = ~done & (left < sold.plain)
            with np.errstate(all="ignore"):
                part = covered + days[:, None] * left / sold.plain
            covered = np.where(ends, part, np.where(done, covered, covered + days[:, None]))
            left = np.where(done | ends, left, left - sold.plain)
            done = done | ends
        unending = self.do.reasons.number(f"not_applicable: more than {COUNT_BACK_MONTHS} months of {written(flow)}")
        reason = np.where(~done & (left > 0), unending, reason)
        return self.do.counted_back(covered, reason, coverages)

    def _of_calendar(self, node: Call, place: Place) -> Level:
        number = count(node)
        there = replace(place, basis=f"last:{number}") if number else place
        found, inside = self._periods(there) if node.function == "months" else self._days(there)
        values = np.broadcast_to((found * SCALE)[:, None], self._shape(place))
        return self._outside(Level(values, self.do.standings.uncounted(values.shape)), inside)

    def _periods(self, place: Place) -> tuple[Ints, Flags]:
        """How many periods lie in the basis as of each row, and where the calendar reaches there."""
        first, last = self.axis.window(place.basis, place.rows)
        return last - first + 1, self.axis.holds(first, last)

    def _days(self, place: Place) -> tuple[Ints, Flags]:
        """How many days lie in the basis as of each row, and where the calendar reaches there."""
        first, last = self.axis.window(place.basis, place.rows)
        inside = self.axis.holds(first, last)
        running = np.concatenate([[0], np.cumsum(self.axis.days)])
        start, stop = np.where(inside, first, 0), np.where(inside, last + 1, 0)
        return running[stop] - running[start], inside

    def _compared(self, level: Level, here: Place, there: Place) -> Level:
        """A level of a year before; missing where it covers other periods than it is compared with."""
        (now, inside), (then, reached) = self._periods(here), self._periods(there)
        differ = inside & reached & (now != then)
        for pair in sorted({*zip(now[differ].tolist(), then[differ].tolist(), strict=True)}):
            chosen = differ & (now == pair[0]) & (then == pair[1])
            level = self.do.where(level, chosen[:, None] & level.present, no_counterpart(*pair))
        return level

    def _whole(self, function: str, level: Level, place: Place) -> Level:
        """The level of what counts days or periods; missing where weeks are restated in what it looks back at."""
        restated = self.axis.is_restated(*self.axis.window(place.basis, place.rows), place.years)
        return self.do.where(level, restated[:, None] & level.present, not_restated(function))

    def _outside(self, level: Level, inside: Flags) -> Level:
        """The level; where the calendar does not reach it is missing, unless it is so for another reason."""
        return level if inside.all() else self.do.where(level, ~inside[:, None] & level.present, OUTSIDE_CALENDAR)
