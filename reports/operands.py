"""What a formula reads: the names in it, where each is read, and with which factor it adds where it merely adds.

Pure. Only of a formula that adds and subtracts its names do their leaves sum to its own value; every other
formula is shown with its operands, each with a value and leaves of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from metrics.formula import Call, Context, Name, Negation, Node, Number, Operation, Value, evaluate
from metrics.formula.functions import FUNCTIONS, moved, whole
from metrics.timeframes import CalendarAt


@dataclass(frozen=True)
class Operand:
    """A name in a formula, the context it is read in, and the factor it adds with."""

    code: str
    context: Context
    factor: int = 1


def addends(node: Node, context: Context, *, calendar: CalendarAt) -> tuple[Operand, ...] | None:
    """The names a formula adds up, each with its factor; None for a formula that does more than add.

    Moves in time are followed (`ltm`, `prior`, `last` …), `opening` and `change` too: what a stock grew by is
    the closing less the opening one.
    """
    found = _added(node, context, 1, calendar)
    return None if found is None else tuple(found)


def _added(node: Node, context: Context, factor: int, calendar: CalendarAt) -> list[Operand] | None:
    match node:
        case Name():
            return [Operand(node.code, replace(context, version=node.version or context.version), factor)]
        case Negation():
            return _added(node.operand, context, -factor, calendar)
        case Operation(operator="+" | "-" as sign):
            right = factor if sign == "+" else -factor
            return _both(_added(node.left, context, factor, calendar), _added(node.right, context, right, calendar))
        case Operation(operator="*"):
            times, other = (node.right, node.left) if whole(node.right) is not None else (node.left, node.right)
            number = whole(times)
            return None if number is None else _added(other, context, factor * number, calendar)
        case Call():
            return _called(node, context, factor, calendar)
        case Number():
            return [] if node.value == 0 else None
        case _:
            return None


def _called(node: Call, context: Context, factor: int, calendar: CalendarAt) -> list[Operand] | None:
    match node.function:
        case "total" | "optional":
            found: list[Operand] | None = []
            for argument in node.arguments:
                found = _both(found, _added(argument, context, factor, calendar))
            return found
        case "opening":
            return _added(node.arguments[0], _opening(context, calendar), factor, calendar)
        case "change":
            closing = _added(node.arguments[0], _closing(context, calendar), factor, calendar)
            return _both(closing, _added(node.arguments[0], _opening(context, calendar), -factor, calendar))
    if FUNCTIONS[node.function].kind != "move":
        return None
    there = moved(node, context, periods_per_year=calendar.periods_per_year)
    return _added(node.arguments[0], there, factor, calendar)


def _both(one: list[Operand] | None, other: list[Operand] | None) -> list[Operand] | None:
    return None if one is None or other is None else one + other


def _closing(context: Context, calendar: CalendarAt) -> Context:
    """The month a basis ends with."""
    return replace(context, basis="month", lag=calendar.ordinal - calendar.window(context)[-1])


def _opening(context: Context, calendar: CalendarAt) -> Context:
    """The month before a basis begins."""
    return replace(context, basis="month", lag=calendar.ordinal - calendar.window(context)[0] + 1)


def read(
    node: Node, context: Context, *, calendar: CalendarAt, value: Callable[[str, Context], Value]
) -> tuple[Value, tuple[Operand, ...]]:
    """What a formula amounts to, and the names it read on the way, each once and where it was read.

    A mean over months reads its name in every one of them, and so they are all there.
    """
    found: dict[Operand, None] = {}

    def resolve(name: Name, at: Context) -> Value:
        found[Operand(name.code, at)] = None
        return value(name.code, at)

    amounts_to = evaluate(node, context, resolve=resolve, calendar=calendar)
    return amounts_to, tuple(found)
