"""What an alert says: its title, and the recommended action with computed figures in it. Pure.

An action is text with figures in braces: `Convert {contractors_fte - budget.contractors_fte:count}
contractors; saves {-impact:money} a year.` What stands in braces is a formula of the formula language, and
after the last colon how to print it. Nothing else is computed and nothing is executed; a name that is not
known is refused when the threshold is set, and a figure that is missing prints as a dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from alerts.rules import SCALE, TICKS, Judgement
from alerts.terms import AGAINST, ALL_LEVELS, Terms, is_share, whole
from metrics.declaration import Metric, check
from metrics.formula import FormulaError, Node, Value

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CHF": "CHF ", "JPY": "¥"}
MINUS = "\u2212"
MISSING = "–"
FORMATS = ("money", "percent", "points", "count", "number", "saving", "cash")
LEVEL_WORDS = {
    "floor_amount": "Ignores under",
    "floor_percent": "Ignores under, percent",
    "floor_share": "Ignores under, of revenue",
    **{name: name.replace("_", " ").capitalize() for name in ALL_LEVELS},
}
"""What levels and floors are called."""
MAGNITUDES = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
SAVINGS = ("saving", "cash")
"""Ways to print money that also say what the action is expected to bring: money a year, or cash."""
WORDS = ("unit", "period", "metric")
FIGURES = ("impact", "excess")
"""Names an action may use beyond those of impact formulas: the impact a year, and by how much the limit is exceeded."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class ActionRefused(ValueError):
    """A recommended action holds a figure that cannot be computed; the sentence says which and why."""


@dataclass(frozen=True)
class Placeholder:
    """One figure in a text: a word, or a formula and how to print it."""

    start: int
    end: int
    word: str = ""
    formula: Node | None = None
    style: str = ""


def money(amount: Fraction | float, currency: str) -> str:
    """An amount in plain units with its symbol and up to three digits: $49.5M, $1.68K, $240K, −$331."""
    size = abs(float(amount))
    text = f"{size:,.0f}"
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= unit * 0.9995:
            scaled = size / unit
            digits = f"{scaled:.{2 if scaled < 9.995 else 1 if scaled < 99.95 else 0}f}"
            text = (digits.rstrip("0").rstrip(".") if "." in digits else digits) + letter
            break
    sign = MINUS if amount < 0 and text != "0" else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ' if currency else '')}{text}"


def percent(share: Fraction | float) -> str:
    """A share in a sentence: no decimals from 10 % on."""
    size = abs(float(share)) * 100
    text = f"{size:,.0f}%" if size >= 9.95 else f"{size:.1f}%"
    return f"{MINUS if share < 0 and float(text.rstrip('%').replace(',', '')) else ''}{text}"


def points(share: Fraction | float) -> str:
    size = abs(float(share)) * 100
    return f"{size:.1f} pp"


def plain(number: Fraction | float, metric: Metric | None, currency: str) -> str:
    """A figure as a sentence names it, by what it is measured in."""
    if metric is None or metric.kind == "money":
        return money(number, currency)
    if metric.unit_of_measure == "ratio":
        return percent(number)
    if metric.unit_of_measure == "points":
        return f"{MINUS if number < 0 else ''}{points(number)}"
    size = float(number)
    decimals = 0 if abs(size) >= 10 or size == int(size) else 1
    text = f"{abs(size):,.{decimals}f}"
    unit = metric.unit_of_measure if metric.unit_of_measure in ("days", "months") else ""
    return f"{MINUS if size < 0 else ''}{text} {unit}".rstrip()


def level(number: Fraction, terms: Terms, metric: Metric | None, currency: str) -> str:
    """A limit with all its digits: `15%`, `1.5 pp`, `55 days`, `$250K`, `3 deviations`."""
    if is_share(metric, terms.measure):
        in_points = terms.measure == "points" or (metric is not None and metric.unit_of_measure == "points")
        return f"{_digits(number * 100)}{' pp' if in_points and terms.measure != 'percent' else '%'}"
    if terms.measure == "deviations":
        return f"{_digits(number)} deviations"
    if metric is None or metric.kind == "money" or terms.measure == "money":
        return _all_of(number, terms.currency or currency)
    unit = metric.unit_of_measure if metric.unit_of_measure in ("days", "months") else ""
    return f"{_digits(number)} {unit}".rstrip()


def stated(name: str, terms: Terms, metric: Metric | None, currency: str) -> str:
    """A level or a floor of some terms as `level` prints it, a floor in the metric's own measure or as a share; empty
    where they state none.
    """
    text: str = getattr(terms, name)
    if not text:
        return ""
    if name in ("floor_percent", "floor_share"):
        terms = replace(terms, measure="percent")
    elif name == "floor_amount":
        terms = replace(terms, measure="level")
    return level(Fraction(text), terms, metric, currency)


def _digits(number: Fraction) -> str:
    return whole(number).replace("-", MINUS)


def _all_of(number: Fraction, currency: str) -> str:
    """Money, short where that says all of it: `$250K`; else with every digit."""
    size, sign = abs(number), MINUS if number < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
    for unit, letter in MAGNITUDES:
        if size >= unit and (size * 100 / unit).denominator == 1:
            return f"{sign}{symbol}{whole(size / unit)}{letter}"
    return f"{sign}{symbol}{whole(size)}"


def title(terms: Terms, judged: Judgement, *, label: str, metric: Metric | None, value: Fraction, currency: str) -> str:
    """How far from what: `Contractors 67% over budget`, `Operating margin 1.4 pp below last year`."""
    direction = judged.direction or terms.direction
    if terms.comparator == "absolute":
        limit = MISSING if judged.limit is None else plain(judged.limit, metric, currency)
        word = "limit" if direction > 0 else "floor"
        return f"{label} {plain(value, metric, currency)}, {word} {limit}"
    against = _against(terms, judged)
    beyond = judged.beyond or Fraction(0)
    if judged.unbudgeted:
        nothing = "unbudgeted" if terms.comparator == "budget" else f"none {against}"
        return f"{label} {plain(value, metric, currency)}, {nothing}"
    base = abs(value - direction * beyond)
    if terms.comparator == "trend":
        moves = "rises" if direction > 0 else "falls"
        size = _distance(terms, beyond, _size(judged, base, metric), metric, currency)
        return f"{label} {moves} {size} a period over {terms.window} periods"
    is_cost = metric is not None and metric.better < 0
    side = ("over" if is_cost else "above") if direction > 0 else "below"
    return f"{label} {_distance(terms, beyond, _size(judged, base, metric), metric, currency)} {side} {against}"


def _against(terms: Terms, judged: Judgement) -> str:
    """What a figure is compared with, and of how many periods or peers that is made."""
    match terms.comparator:
        case "trailing":
            return f"the mean of {judged.known} periods"
        case "peers":
            return f"the median of {judged.known} peers"
    return AGAINST[terms.comparator]


def _size(judged: Judgement, base: Fraction, metric: Metric | None) -> Fraction:
    """What a percentage or a deviation is of, in plain units."""
    if judged.size is None:
        return base
    return Fraction(judged.size, SCALE if metric is None or metric.kind in ("money", "count") else TICKS)


def _distance(terms: Terms, beyond: Fraction, base: Fraction, metric: Metric | None, currency: str) -> str:
    if terms.measure == "deviations":
        return f"{float(beyond / base):.1f} deviations"
    if terms.measure == "percent":
        return percent(beyond / base) if base else plain(beyond, metric, currency)
    if terms.measure == "points" and metric is not None and metric.is_share:
        return points(beyond)
    return plain(beyond, metric, currency)


def placeholders(text: str, known: Collection[str]) -> list[Placeholder]:
    """The figures in an action; raises ActionRefused for one that cannot be computed or printed.

    `known` are the codes of metrics and accounts that a formula may name.
    """
    rest = _BRACES.sub("", text)
    if "{" in rest or "}" in rest:
        raise ActionRefused("A brace stands alone: a figure is written {impact:money}, with both braces.")
    found = list(_read(text, {*known, *FIGURES}))
    if sum(each.style in SAVINGS for each in found) > 1:
        raise ActionRefused("An action is expected to bring one amount: mark one figure as :saving or :cash.")
    return found


def _read(text: str, known: Collection[str]) -> Iterator[Placeholder]:
    for match in _BRACES.finditer(text):
        inside = match[1].strip()
        if inside in WORDS:
            yield Placeholder(match.start(), match.end(), word=inside)
            continue
        formula, colon, style = inside.rpartition(":")
        if not colon or style.strip() not in FORMATS:
            if colon and not formula.endswith(("role", "account")):
                raise ActionRefused(f"“{style.strip()}” is no way to print a figure; there are {', '.join(FORMATS)}.")
            formula, style = inside, "number"
        try:
            node = check(formula, known, impact=True)
        except FormulaError as error:
            raise ActionRefused(f"{{{inside}}} cannot be computed. {error}") from error
        yield Placeholder(match.start(), match.end(), formula=node, style=style.strip())


def formulas_in(text: str, known: Collection[str]) -> Iterator[Node]:
    """The formulas of an action; none where one can no longer be computed, since its metric was retired."""
    try:
        found = placeholders(text, known)
    except ActionRefused:
        return
    yield from (each.formula for each in found if each.formula is not None)


def fill(
    text: str, found: Collection[Placeholder], *, words: dict[str, str], figure: Callable[[Node], Value], currency: str
) -> str:
    """The action with its figures put in; `figure` computes one, `words` names unit, period and metric."""
    parts, at = [], 0
    for each in found:
        parts.append(text[at : each.start])
        parts.append(words[each.word] if each.formula is None else _printed(figure(each.formula), each.style, currency))
        at = each.end
    return "".join([*parts, text[at:]])


def blank(text: str) -> str:
    """An action none of whose figures can be computed."""
    return _BRACES.sub(MISSING, text)


def read_action(action: str) -> tuple[str, str, list[str]]:
    """The first sentence is what to do, lines that begin with a dash are steps, the rest says why."""
    lines = [line.strip() for line in action.splitlines() if line.strip()]
    steps = [line.lstrip("-–• ").strip() for line in lines if line[0] in "-–•"]
    prose = " ".join(line for line in lines if line[0] not in "-–•")
    first, *rest = _SENTENCE.split(prose, maxsplit=1)
    return first, " ".join(rest), steps


def _printed(value: Value, style: str, currency: str) -> str:
    number = value.plain
    if number is None:
        return MISSING
    match style:
        case "money" | "saving" | "cash":
            return money(number, currency)
        case "percent":
            return percent(number)
        case "points":
            return points(number)
        case "count":
            return f"{round(number):,}".replace("-", MINUS)
    return f"{number:,.1f}".rstrip("0").rstrip(".").replace("-", MINUS)
