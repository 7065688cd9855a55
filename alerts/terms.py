"""The terms of a threshold: what they say, and which of them are refused.

Pure. Levels are exact (fractions), because 10 % of 100 must be reached by 10 and not by 10.000000000000002.
Whoever types 15 where 0.15 is meant, puts a warning behind its critical level or a floor on the wrong side
gets a sentence that says what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from metrics.declaration import Metric

Comparator = Literal["absolute", "budget", "prior_year"]
Measure = Literal["level", "percent", "points", "money"]
Materiality = Literal["both", "either", "always"]

LIMITS = ("warning", "critical", "emergency")
"""The levels that fire, the mildest first. A target is shown, and never fires by itself."""

LEVELS = ("target", *LIMITS)
BASES = ("month", "qtd", "ytd", "ltm")
AGAINST = {"budget": "budget", "prior_year": "last year"}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class LevelUnreadable(ValueError):
    """A text is no level; the sentence says what to write."""


@dataclass(frozen=True)
class Refusal:
    """Why terms are refused: the field to change, and a sentence that helps."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Terms:
    """What is judged, against what, and when it counts. Text as it is stored; empty where not given.

    `direction` is +1 where too high is a breach and −1 where too low is. Levels of the comparator
    `absolute` are levels of the metric itself; against a baseline they are sizes of the unfavourable
    difference.
    """

    metric: str
    basis: str
    comparator: str
    measure: str
    direction: int
    target: str = ""
    warning: str = ""
    critical: str = ""
    emergency: str = ""
    materiality: str = "both"
    floor_amount: str = ""
    floor_percent: str = ""
    periods: int = 1

    def level(self, name: str) -> Fraction | None:
        """One level as an exact number, None where there is none."""
        text: str = getattr(self, name)
        return Fraction(text) if text else None

    def limits(self) -> Iterator[tuple[str, Fraction]]:
        """The levels that fire, the mildest first."""
        for name in LIMITS:
            if (level := self.level(name)) is not None:
                yield name, level

    def judges_like(self, other: Terms) -> bool:
        """Whether the other terms would judge every figure the same."""
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(Terms))


def direction_of(metric: Metric) -> int:
    """Which way a metric goes wrong; 0 where it has no side of its own."""
    return -metric.better


def is_share(metric: Metric | None, measure: str) -> bool:
    """Whether levels are shares, typed as 0.15 or 15 %, rather than amounts, days or times."""
    return measure == "percent" or (measure != "money" and metric is not None and metric.is_share)


def read_level(text: str, *, share: bool) -> str:
    """A level as it is stored: exact decimal text. `15 %` and `15%` are 0.15; separators of thousands are dropped.

    A share written without a percent sign that is larger than 1 is a percentage typed as points: refused.
    """
    plain = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace(",", "")
    if not plain:
        return ""
    is_percentage = plain.endswith("%")
    number = plain.removesuffix("%")
    if not _NUMBER.fullmatch(number):
        raise LevelUnreadable(f"“{text.strip()}” is not a number. Write it like 0.15, 15 % or 250000.")
    value = Decimal(number)
    if is_percentage:
        if not share:
            raise LevelUnreadable(
                f"{text.strip()} is a percentage, and this level is not a share. Write a plain number."
            )
        value /= 100
    elif share and abs(value) > 1:
        raise LevelUnreadable(
            f"{number} would be {_whole(value * 100)} %. Write {number} % for {number} percent, "
            f"or {value / 100:f} as a fraction."
        )
    return f"{value:f}"


def refusals(terms: Terms, known: Mapping[str, Metric]) -> list[Refusal]:
    """Everything that is wrong with terms whose levels could be read; empty where they can be set."""
    metric = known.get(terms.metric)
    if metric is None and not terms.metric.startswith("account:"):
        return [Refusal("metric", f"There is no metric {terms.metric}.")]
    found = [*_refused_comparison(terms, metric), *_refused_counts(terms)]
    return found or [*_refused_levels(terms), *_refused_materiality(terms)]


def _refused_comparison(terms: Terms, metric: Metric | None) -> Iterator[Refusal]:
    compare = metric.compare if metric else "percent"
    if compare == "none" or (metric and metric.kind == "class"):
        yield Refusal("metric", f"{metric.label if metric else terms.metric} is a class; a limit needs a number.")
    if terms.basis not in BASES:
        yield Refusal("basis", f"The basis is one of {', '.join(BASES)}.")
    if terms.direction not in (1, -1):
        yield Refusal(
            "direction", "This metric has no better side of its own: say whether too high or too low is a breach."
        )
    if terms.comparator == "absolute" and terms.measure != "level":
        yield Refusal("measure", "A limit that is compared with nothing is a level of the metric itself.")
    if terms.comparator != "absolute":
        if terms.measure == "level":
            yield Refusal(
                "measure", f"Against {_against(terms)} a limit is a difference: in percent, in points or in money."
            )
        if terms.measure == "percent" and compare == "points":
            yield Refusal("measure", "A percentage of this metric misleads; it is compared in points or by difference.")
        if terms.measure == "points" and compare == "percent":
            yield Refusal(
                "measure", "An amount is compared in percent or in money; points are for ratios, days and times."
            )
        if terms.measure == "money" and metric is not None and metric.kind != "money":
            yield Refusal("measure", f"{metric.label} is no amount of money.")


def _refused_counts(terms: Terms) -> Iterator[Refusal]:
    if not 1 <= terms.periods <= 12:
        yield Refusal("periods", "A breach fires after 1 to 12 consecutive periods.")
    if terms.materiality not in ("both", "either", "always"):
        yield Refusal("materiality", "Materiality is both, either or always.")


def _refused_levels(terms: Terms) -> Iterator[Refusal]:
    given = [(name, level) for name in LEVELS if (level := terms.level(name)) is not None]
    if not given:
        yield Refusal("warning", "A threshold needs at least one level.")
    if terms.comparator != "absolute":
        if terms.target:
            yield Refusal(
                "target", f"Against {_against(terms)} the aim is {_against(terms)} itself; leave the target empty."
            )
        for name, level in given:
            if level <= 0:
                yield Refusal(name, "Against a baseline a level is the size of the unfavourable difference: above 0.")
    worse = 1 if terms.comparator != "absolute" else terms.direction
    for (milder, one), (graver, other) in pairwise(given):
        if (other - one) * worse <= 0:
            side = "above" if worse > 0 else "below"
            yield Refusal(
                graver,
                f"The {graver} level lies {side} the {milder} level: {_whole(one)} comes first, so {graver} cannot be "
                f"{_whole(other)}.",
            )


def _refused_materiality(terms: Terms) -> Iterator[Refusal]:
    for name in ("floor_amount", "floor_percent"):
        text: str = getattr(terms, name)
        if text and Fraction(text) < 0:
            yield Refusal(name, "A floor is a size: 0 or more.")
    if terms.materiality == "always" and (terms.floor_amount or terms.floor_percent):
        yield Refusal("materiality", "“Always” asks for no size; leave both floors empty, or choose both or either.")


def _against(terms: Terms) -> str:
    return AGAINST.get(terms.comparator, terms.comparator)


def _whole(number: Fraction | Decimal) -> str:
    """A level as people write it: no trailing zeros."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator) if isinstance(number, Fraction) else number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
