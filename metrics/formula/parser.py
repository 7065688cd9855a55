"""From tokens to the syntax tree: a recursive descent with one function per level of binding.

    condition   or < and < not < comparison (at most one; they do not chain)
    number      + − < × ÷ < sign < literal, name, call, parentheses

What a formula may say is decided here and not while it is evaluated: which functions exist and what they
take, that conditions and numbers are not mixed, where the words of an impact formula may stand, and how
deep and how wide a formula may be. A tree that `parse` returns can be evaluated in bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from .functions import COMPARISONS, FUNCTIONS, MAX_COUNT, WHOLES, Function, is_condition, whole
from .syntax import Call, Name, Negation, Node, Number, Operation
from .tokens import IMPACT_NAMES, IMPACT_VERSIONS, VERSIONS, WORDS, FormulaError, Token, tokens

Read = TypeVar("Read")

MAX_NESTING = 32
MAX_DEPTH = 100
MAX_ARGUMENTS = 100

_CODE = re.compile(r"[a-z]([a-z0-9]|_(?!_)){0,59}")


def parse(text: str, *, impact: bool = False) -> Node:
    """The tree of a formula that amounts to a number.

    `impact` also admits `value`, `limit`, `target`, `baseline` and the version `baseline.`, which exist
    only while a threshold is breached. Names are not looked up here: `metrics.catalogue.check` does that.
    """
    parser = _Parser(tokens(text), impact=impact)
    node = parser.whole_formula()
    _refuse_depth(node)
    _refuse_spreads(node)
    _refuse_moved_words(node)
    _refuse_shares(node, impact=impact)
    return node


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, as written from left to right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Negation():
            return (node.operand,)
        case Operation():
            return (node.left, node.right)
        case Call():
            return node.arguments
    return ()


def references(node: Node) -> tuple[Name, ...]:
    """The names a formula asks for, each version of a name once, in the order of the text."""
    found: dict[tuple[str, str | None], Name] = {}
    for each in walk(node):
        if isinstance(each, Name):
            found.setdefault((each.code, each.version), each)
    return tuple(found.values())


def is_code(text: str) -> bool:
    """Whether a metric may have this code: lower case, and no word that means something in formulas."""
    return bool(_CODE.fullmatch(text)) and text not in (*WORDS, *FUNCTIONS, *IMPACT_VERSIONS, *IMPACT_NAMES)


@dataclass
class _Parser:
    """Reads tokens one after the other. `nesting` counts open brackets, signs and calls."""

    ahead: list[Token]
    impact: bool
    place: int = 0
    nesting: int = 0

    @property
    def token(self) -> Token:
        return self.ahead[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.token.kind in ("symbol", "word") and self.token.text in texts else None

    def expect(self, text: str, why: str) -> None:
        if not self.accept(text):
            raise FormulaError(f"{why}, and not {_said(self.token)}.", position=self.token.at)

    def whole_formula(self) -> Node:
        if self.token.kind == "end":
            raise FormulaError("the formula is empty.", position=0)
        node = self.either()
        if self.token.kind != "end":
            raise FormulaError(f"an operator is expected here, and not {_said(self.token)}.", position=self.token.at)
        if is_condition(node):
            raise FormulaError(
                "a formula amounts to a number, and this is a condition. Write if(condition, 1, 0).", position=node.at
            )
        return node

    def either(self) -> Node:
        left = self.both()
        while operator := self.accept("or"):
            left = Operation("or", _condition(left), _condition(self.both()), operator.at)
        return left

    def both(self) -> Node:
        left = self.opposite()
        while operator := self.accept("and"):
            left = Operation("and", _condition(left), _condition(self.opposite()), operator.at)
        return left

    def opposite(self) -> Node:
        if operator := self.accept("not"):
            with_operand = self.deeper(operator, self.opposite)
            return Call("not", (_condition(with_operand),), operator.at)
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        if operator := self.accept(*COMPARISONS):
            left = Operation(operator.text, _number(left), _number(self.sum()), operator.at)
            if again := self.accept(*COMPARISONS):
                raise FormulaError("comparisons do not chain. Write a < b and b < c.", position=again.at)
        return left

    def sum(self) -> Node:
        left = self.product()
        while operator := self.accept("+", "-"):
            left = Operation(operator.text, _number(left), _number(self.product()), operator.at)
        return left

    def product(self) -> Node:
        left = self.signed()
        while operator := self.accept("*", "/"):
            left = Operation(operator.text, _number(left), _number(self.signed()), operator.at)
        return left

    def signed(self) -> Node:
        if operator := self.accept("-"):
            return Negation(_number(self.deeper(operator, self.signed)), operator.at)
        return self.primary()

    def primary(self) -> Node:
        token = self.take()
        if token.kind in ("number", "percent"):
            value = Decimal(token.text)
            return Number(value / 100 if token.kind == "percent" else value, token.at)
        if token.kind == "name":
            return Name(token.text, None, token.at)
        if token.kind == "word" and token.text not in WORDS:
            return self.named(token)
        if token.text == "(":
            node = self.deeper(token, self.either)
            self.expect(")", "a closing bracket is expected here")
            return node
        raise FormulaError(
            f"a number, a name or a function is expected here, and not {_said(token)}.", position=token.at
        )

    def named(self, word: Token) -> Node:
        if self.accept("."):
            return self.versioned(word)
        if self.token.text == "(" and self.token.kind == "symbol":
            return self.call(word)
        if word.text in FUNCTIONS:
            raise FormulaError(f"{word.text} is a function: {usage(FUNCTIONS[word.text])}.", position=word.at)
        if word.text in VERSIONS:
            raise FormulaError(f"{word.text} is a version; say of what, as in {word.text}.revenue.", position=word.at)
        if word.text in IMPACT_NAMES and not self.impact:
            raise FormulaError(f"{word.text} can only be used in an impact formula.", position=word.at)
        return Name(word.text, None, word.at)

    def versioned(self, version: Token) -> Node:
        known = IMPACT_VERSIONS if self.impact else VERSIONS
        if version.text not in known:
            if version.text in IMPACT_VERSIONS:
                raise FormulaError(f"{version.text} can only be used in an impact formula.", position=version.at)
            raise FormulaError(
                f"“{version.text}” is not a version; there are {', '.join(known)}.",
                position=version.at,
                suggestion=_near(version.text, known),
            )
        name = self.take()
        if name.kind not in ("word", "name") or name.text in (*WORDS, *FUNCTIONS, *IMPACT_VERSIONS, *IMPACT_NAMES):
            raise FormulaError(f"a name is expected after {version.text}., and not {_said(name)}.", position=name.at)
        return Name(name.text, version.text, version.at)

    def call(self, word: Token) -> Node:
        function = FUNCTIONS.get(word.text)
        if function is None:
            raise FormulaError(
                f"there is no function “{word.text}”.", position=word.at, suggestion=_near(word.text, FUNCTIONS)
            )
        arguments = tuple(self.deeper(word, self.arguments))
        _check_arguments(function, arguments, word)
        return Call(function.name, arguments, word.at)

    def arguments(self) -> list[Node]:
        self.expect("(", "an opening bracket is expected here")
        found: list[Node] = []
        if not self.accept(")"):
            found.append(self.either())
            while self.accept(","):
                found.append(self.either())
            self.expect(")", "a comma or a closing bracket is expected here")
        return found

    def deeper(self, token: Token, read: Callable[[], Read]) -> Read:
        if self.nesting == MAX_NESTING:
            raise FormulaError(
                f"the formula is nested more than {MAX_NESTING} deep. Give a part of it its own metric.",
                position=token.at,
            )
        self.nesting += 1
        found = read()
        self.nesting -= 1
        return found


def usage(function: Function) -> str:
    """How a function is written: `last(x, n)`, `min(x, y, …)`, `average(x[, n])`."""
    letters = iter("xyz")
    names = [
        next(letters) if sort == "number" else {"condition": "condition", "count": "n"}[sort] for sort in function.takes
    ]
    shown = ", ".join(names[: function.fewest])
    for name in names[function.fewest :]:
        shown += f"[{', ' if shown else ''}{name}]"
    return f"{function.name}({shown}{', …' if function.repeats else ''})"


def _check_arguments(function: Function, arguments: tuple[Node, ...], word: Token) -> None:
    most = MAX_ARGUMENTS if function.most is None else function.most
    if not function.fewest <= len(arguments) <= most:
        raise FormulaError(
            f"{word.text} is written {usage(function)}; the number of arguments here is {len(arguments)}.",
            position=word.at,
        )
    for place, argument in enumerate(arguments):
        match function.argument(place):
            case "condition":
                _condition(argument)
            case "count":
                _count(argument, function)
            case _:
                _number(argument)


def _condition(node: Node) -> Node:
    if not is_condition(node):
        raise FormulaError("a condition is expected here, such as revenue > 0.", position=node.at)
    return node


def _number(node: Node) -> Node:
    if is_condition(node):
        raise FormulaError("a number is expected here, and this is a condition.", position=node.at)
    return node


def _count(node: Node, function: Function) -> None:
    number = whole(node)
    if number is None or not 1 <= number <= MAX_COUNT:
        raise FormulaError(f"{usage(function)} takes a whole number from 1 to {MAX_COUNT} here.", position=node.at)


def _refuse_depth(node: Node) -> None:
    level = [node]
    for _ in range(MAX_DEPTH):
        level = [below for each in level for below in children(each)]
        if not level:
            return
    raise FormulaError(
        f"more than {MAX_DEPTH} operations hang on one another. Use total(…), or give a part its own metric.",
        position=level[0].at,
    )


def _refuse_spreads(node: Node) -> None:
    """Each `spreads` multiplies the work by the months of a basis: one inside another is refused."""
    for outer in walk(node):
        if isinstance(outer, Call) and FUNCTIONS[outer.function].spreads:
            for inner in (below for argument in outer.arguments for below in walk(argument)):
                if isinstance(inner, Call) and FUNCTIONS[inner.function].spreads:
                    raise FormulaError(
                        f"{inner.function} cannot stand inside {outer.function}: both go through the months.",
                        position=inner.at,
                    )


def _refuse_moved_words(node: Node) -> None:
    """`value`, `limit`, `target` and `baseline` are the numbers of one breach; they have no other period."""
    for outer in walk(node):
        if isinstance(outer, Call) and FUNCTIONS[outer.function].kind in ("move", "months"):
            for name in references(outer):
                if name.version is None and name.code in IMPACT_NAMES:
                    raise FormulaError(
                        f"{name.code} is the number of one breach and cannot be asked for by {outer.function}.",
                        position=name.at,
                    )


def _refuse_shares(node: Node, *, impact: bool) -> None:
    """A share of a share tells of two units at once; and an impact is told to people who see one unit alone."""
    for outer in _shares(node):
        if impact:
            raise FormulaError(
                f"{outer.function} cannot be used in an impact formula: not everybody who is told may see the whole.",
                position=outer.at,
            )
        for inner in (below for argument in outer.arguments for below in _shares(argument)):
            raise FormulaError(
                f"{inner.function} cannot stand inside {outer.function}. Give the inner share its own metric.",
                position=inner.at,
            )


def _shares(node: Node) -> Iterator[Call]:
    return (each for each in walk(node) if isinstance(each, Call) and each.function in WHOLES)


def _said(token: Token) -> str:
    return "the end of the formula" if token.kind == "end" else f"“{token.text}”"


def _near(word: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)), "")
