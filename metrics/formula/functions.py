"""The functions of the formula language: what they are called, what they take, what they mean.

This table is the only list. The parser checks calls against it, the documentation prints it, and both
evaluators implement it: a function that is not here cannot be called, one that is here must be computed
by both (a test compares them).

Kinds
    choice    point by point on the values of its arguments
    scale     its argument times a factor of the basis
    move      its argument, evaluated in another context; computes nothing itself (`moved` says where)
    months    looks at several months of its argument
    share     its argument over the same of a unit above (`WHOLES` says of which)
    calendar  a number of the calendar, no figures involved

What an argument may be
    number     any formula that amounts to a number
    condition  a comparison, or conditions joined by and, or, not
    count      a whole number from 1 to MAX_COUNT, written as a literal
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from metrics.rates import a_year_before

from .syntax import GROUP, PARENT, Call, Context, Name, Negation, Node, Number, Operation

MAX_COUNT = 60
COUNT_BACK_MONTHS = 24

WHOLES = MappingProxyType({"share_of": PARENT, "share_of_group": GROUP})
NO_UNIT_ABOVE = "not_applicable: no unit above"

FLOATS = frozenset({"ann", "avg", "average", "compound", "count_back", "per", *WHOLES})
"""What they amount to is a float whatever they are given."""

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
CONNECTIVES = ("and", "or")


@dataclass(frozen=True)
class Function:
    """One function: `takes` names its arguments in order, the last `optional` of them may be left out.

    `repeats` allows more arguments of the last sort. `spreads` marks functions that evaluate their
    argument once per month: one may not stand inside another, so that the work a formula can ask for
    stays bounded.
    """

    name: str
    kind: str
    takes: tuple[str, ...]
    doc: str
    optional: int = 0
    repeats: bool = False
    spreads: bool = False

    @property
    def fewest(self) -> int:
        return len(self.takes) - self.optional

    @property
    def most(self) -> int | None:
        return None if self.repeats else len(self.takes)

    def argument(self, place: int) -> str:
        return self.takes[min(place, len(self.takes) - 1)]


def _table(*functions: Function) -> Mapping[str, Function]:
    return MappingProxyType({function.name: function for function in functions})


FUNCTIONS = _table(
    Function(
        "if",
        "choice",
        ("condition", "number", "number"),
        "x where the condition holds, else y; missing where the condition is",
    ),
    Function(
        "when",
        "choice",
        ("condition", "number"),
        "x where the condition holds; where it does not, not applicable (the reason quotes the condition)",
    ),
    Function("not", "choice", ("condition",), "the opposite; missing where the condition is (written: not a > b)"),
    Function("min", "choice", ("number", "number"), "the least; missing where one of them is", repeats=True),
    Function("max", "choice", ("number", "number"), "the greatest; missing where one of them is", repeats=True),
    Function("abs", "choice", ("number",), "x without its sign"),
    Function(
        "total",
        "choice",
        ("number", "number"),
        "the sum of the parts the company has: what no account carries adds nothing; without any, not applicable",
        repeats=True,
    ),
    Function(
        "optional",
        "choice",
        ("number",),
        "x, and 0 where x is missing because no account carries it; any other missing value stays missing",
    ),
    Function("ann", "scale", ("number",), "x a year: times periods per year / periods in the basis"),
    Function("month", "move", ("number",), "x in the period alone"),
    Function("qtd", "move", ("number",), "x from the start of the fiscal quarter"),
    Function("ytd", "move", ("number",), "x from the start of the fiscal year"),
    Function("ltm", "move", ("number",), "x over the last twelve months (thirteen periods in calendars of thirteen)"),
    Function("year", "move", ("number",), "x over the whole fiscal year the period lies in, months to come included"),
    Function("last", "move", ("number", "count"), "x over the last n periods"),
    Function("prior", "move", ("number",), "x one year earlier: the same fiscal ordinal, the same basis"),
    Function("lag", "move", ("number", "count"), "x n periods earlier, the same basis"),
    Function("opening", "months", ("number",), "x at the end of the period before the basis begins"),
    Function("change", "months", ("number",), "x at the end of the basis less its opening"),
    Function(
        "avg",
        "months",
        ("number",),
        "the mean of a stock at the month ends of the basis (one month: of opening and closing), missing ones left out",
        spreads=True,
    ),
    Function(
        "average",
        "months",
        ("number", "count"),
        "the mean of the month values over the basis or the last n periods; a missing month is left out, a 0 is not",
        optional=1,
        spreads=True,
    ),
    Function(
        "compound",
        "months",
        ("number",),
        "1 − Π(1 − x of each month) over the months of the basis; missing where one month is",
        spreads=True,
    ),
    Function(
        "count_back",
        "months",
        ("number", "number"),
        "the days of flow y that stock x covers, counted back from the newest month",
        spreads=True,
    ),
    Function(
        "per",
        "months",
        ("number", "number"),
        "x of the basis for each y there was on average: x / avg(y), y being a stock such as heads or customers",
        spreads=True,
    ),
    Function(
        "share_of",
        "share",
        ("number",),
        "the unit's part of its parent's figure: x / x of the unit right above, both as on their own sheets",
    ),
    Function("share_of_group", "share", ("number",), "the unit's part of the whole company's figure"),
    Function("days", "calendar", ("count",), "days in the basis, or in the last n periods", optional=1),
    Function("months", "calendar", (), "fiscal periods in the basis"),
)


WHOLE_ONLY = frozenset({"ann", "days", "months", "count_back", "compound"})
"""What counts days or periods, and so is not read of a part of a period or of restated weeks."""


def is_condition(node: Node) -> bool:
    """Whether a node holds or does not hold, rather than amounting to a number."""
    if isinstance(node, Operation):
        return node.operator in COMPARISONS or node.operator in CONNECTIVES
    return isinstance(node, Call) and node.function == "not"


def whole(node: Node) -> int | None:
    """The whole number a literal stands for (`3`, `-3`, `200%`), None for every other node.

    Times a whole literal is the one product that keeps an exact value exact.
    """
    if isinstance(node, Number) and node.value == node.value.to_integral_value():
        return int(node.value)
    if isinstance(node, Negation):
        inner = whole(node.operand)
        return None if inner is None else -inner
    return None


def count(call: Call) -> int | None:
    """The count among a call's arguments (`last(x, 3)` → 3), None where it has none."""
    function = FUNCTIONS[call.function]
    counts = [node for place, node in enumerate(call.arguments) if function.argument(place) == "count"]
    return whole(counts[0]) if counts else None


def moved(call: Call, context: Context, *, periods_per_year: int) -> Context:
    """Where a function of kind `move` evaluates its argument. `prior` is a year of periods back.

    What is read at last year's rates is compared with last year as it was (`metrics.rates`).
    """
    number = count(call)
    match call.function:
        case "month" | "qtd" | "ytd" | "ltm" | "year":
            return replace(context, basis=call.function)
        case "last":
            return replace(context, basis=f"last:{number}")
        case "prior":
            lag, years = context.lag + periods_per_year, context.years + 1
            return replace(context, version=a_year_before(context.version), lag=lag, years=years)
        case "lag":
            return replace(context, lag=context.lag + (number or 0))
    raise ValueError(f"{call.function} does not move the context")


def is_exact(node: Node, *, of: Callable[[Name], bool]) -> bool:
    """Whether a formula amounts to an exact value (an amount) or to a float; `of` answers for names.

    Known from the text alone, so a column of the worker has one type in all periods: sums, differences,
    signs, choices among and moves of exact values are exact, and so is an exact value times a whole
    literal. Any other product, every quotient and every mean is a float.
    """
    match node:
        case Number():
            return has_four_decimals(node)
        case Name():
            return of(node)
        case Negation():
            return is_exact(node.operand, of=of)
        case Operation(operator="/"):
            return False
        case Operation(operator="*", left=left, right=right):
            both = is_exact(left, of=of) and is_exact(right, of=of)
            return both and (whole(left) is not None or whole(right) is not None)
        case Operation(operator="+" | "-"):
            return is_exact(node.left, of=of) and is_exact(node.right, of=of)
        case Operation():
            return True
        case Call() if node.function in FLOATS:
            return False
        case Call():
            return all(is_exact(argument, of=of) for argument in node.arguments if not is_condition(argument))


def has_four_decimals(number: Number) -> bool:
    """Whether a literal is a whole number of ten-thousandths, and so exact."""
    scaled = number.value * 10_000
    return scaled == scaled.to_integral_value()
