"""The generated sentences: headlines and section titles that state the message and turn false with the data.

Templates filled from figures, never free text. Words before symbols: the thing, then the number, then the
comparison. Amounts come in ten-thousandths; favourable variances are positive where better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.readings import Level
from reports.formatting import impact, single

LOST = 0.05
NEAR = 0.02
ON_BUDGET = 0.005
"""What is called on budget: less than half a percent apart."""
CAUSES = 3
"""How many causes a headline names on either side of a gap."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def percent(ratio: float) -> str:
    """A share in a sentence: no decimals from 10 % on."""
    size = abs(ratio) * 100
    return f"{size:.0f}%" if size >= 10 else f"{size:.1f}%"


def count(number: int) -> str:
    """A small number as a word."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True)
class Cause:
    """One unit's part of a gap: what to call the unit, the line that moves it most, and the favourable variance."""

    unit: str
    line: str
    favourable: int
    href: str = ""

    @property
    def words(self) -> str:
        return f"{self.unit} {self.line}".strip()


@dataclass(frozen=True)
class Phrase:
    """A piece of a sentence; an effect colours it, a link leads to what it names."""

    text: str
    effect: str = ""
    href: str = ""


def headline(
    *,
    measure: str,
    value: int,
    baseline: int,
    is_material: bool,
    causes: Sequence[Cause],
    currency: str,
    of: str = "budget",
) -> tuple[Phrase, ...]:
    """Where a profit measure stands against its baseline, and which units move it.

    Up to CAUSES on the side of the gap, largest first, each linked; then what they outweigh.
    """
    gap = value - baseline
    if not is_material:
        return (Phrase(f"{measure} is on {of} at {single(value, currency)}."),)
    side = "above" if gap > 0 else "below"
    effect = "favourable" if gap > 0 else "unfavourable"
    opening = (
        Phrase(f"{measure} of {single(value, currency)} is "),
        Phrase(f"{impact(gap, currency, signed=False)} {side} {of}", effect=effect),
    )
    largest = sorted(causes, key=lambda each: -abs(each.favourable))
    same = [each for each in largest if each.favourable * gap > 0][:CAUSES]
    other = [each for each in largest if each.favourable * gap < 0][:CAUSES]
    if not same:
        return (*opening, Phrase("."))
    named: list[Phrase] = [Phrase(": ")]
    for place, cause in enumerate(same):
        named.append(Phrase(cause.words, href=cause.href))
        named.append(Phrase("" if place == len(same) - 1 else " and " if place == len(same) - 2 else ", "))
    verb = "outweigh" if len(same) > 1 else "outweighs"
    against = ("gains" if gap < 0 else "losses") + f" in {_units(other)}"
    named.append(
        Phrase(f" {verb} {against}." if other else (" account for it." if len(same) > 1 else " accounts for it."))
    )
    return (*opening, *(phrase for phrase in named if phrase.text))


def without_budget(*, measure: str, value: int, growth: float | None, currency: str) -> tuple[Phrase, ...]:
    """The headline where there is no budget to read against."""
    if growth is None:
        return (Phrase(f"{measure} is {single(value, currency)}."),)
    side = "above" if growth > 0 else "below"
    return (Phrase(f"{measure} is {single(value, currency)}, {percent(growth)} {side} last year."),)


def bridge_title(steps: Sequence[int], *, currency: str, of: str = "budget") -> str:
    """What the bridge shows: how many units lose how much, and what the others win back.

    `steps` are the units' favourable variances to the baseline `of` that are material.
    """
    losses, gains = [step for step in steps if step < 0], [step for step in steps if step > 0]
    lost, won = impact(sum(losses), currency, signed=False), impact(sum(gains), currency, signed=False)
    if losses and gains:
        others = f"{count(len(gains))} {'others win' if len(gains) > 1 else 'other wins'} back {won}"
        return f"{_many(len(losses), 'loses', 'lose')} {lost} against {of}; {others}"
    if losses:
        return f"{_many(len(losses), 'loses', 'lose')} {lost} against {of}"
    if gains:
        return f"{_many(len(gains), 'is', 'are')} {won} above {of}, none below"
    return f"Every unit is on {of}"


def alerts_title(*, number: int, impact_a_year: int, currency: str) -> str:
    """How many alerts there are and what they are worth a year on operating income."""
    if not number:
        return "No open alerts"
    alerts = f"{count(number).capitalize()} {'alert' if number == 1 else 'alerts'}"
    return f"{alerts}, {single(abs(impact_a_year), currency)} a year at stake" if impact_a_year else alerts


def matrix_title(statuses: Sequence[tuple[str, str]]) -> str:
    """How many units are on plan, below it, to watch and off plan; those off plan are named.

    Pairs of (name, status). A unit that cannot be compared is counted as that, not as on plan.
    """
    on, below, watch, unknown, off = ([name for name, status in statuses if status == at] for at in ("ok", *"bmnh"))
    parts = [f"{count(len(on))} {'unit' if len(on) == 1 else 'units'} on plan"]
    if below:
        parts.append(f"{count(len(below))} below plan")
    if watch:
        parts.append(f"{count(len(watch))} to watch")
    if unknown:
        parts.append(f"{count(len(unknown))} not compared")
    if off:
        named = f": {listed(off)}" if len(off) <= 4 else ""
        parts.append(f"{count(len(off))} off plan{named}")
    title = ", ".join(parts)
    return title[0].upper() + title[1:]


def multiples_title(measure: str, movements: Sequence[tuple[str, float, float | None]]) -> str:
    """Who lost most of a measure in six months, and who is near nothing.

    Each movement is (unit, newest value, change over six months); ratios as fractions. A ratio that fell
    by five points or more is a loss worth a title; other measures are told by how many units grew.
    """
    known = [(unit, value, change) for unit, value, change in movements if change is not None]
    if not known:
        return f"{measure} by unit"
    if not measure.lower().endswith("margin"):
        grew = sum(1 for _, _, change in known if change > 0)
        return f"{measure} grew in {count(grew)} of {count(len(known))} units over six months"
    fallen = sorted((each for each in known if each[2] <= -LOST), key=lambda each: each[2])
    if not fallen:
        return f"{measure}s hold in {'all' if len(known) > 1 else 'the'} {_plural(len(known))} over six months"
    steady = len(known) - len(fallen)
    worst, lost = fallen[0][0], round(-fallen[0][2] * 100)
    told = f"{worst} lost {lost} points in six months"
    near = [unit for unit, value, _ in fallen[1:] if abs(value) < NEAR]
    rest = f" and {near[0]} is near zero" if near else ""
    return f"{measure}s hold in {_plural(steady)}; {told}{rest}"


def statement_title(
    revenue: Level,
    revenue_before: Level,
    income: Level,
    income_before: Level,
    *,
    currency: str,
    of: str = "budget",
    turned: str = "",
) -> str:
    """What became of revenue on its way to profit, both against the baseline `of`.

    `turned` is the line that alone cost more than profit fell short by; it is named where revenue went the other way.
    """
    legs = (revenue.number, revenue_before.number, income.number, income_before.number)
    if not all(isinstance(leg, int) for leg in legs):
        return "Income statement"
    top, bottom = int(legs[0] or 0) - int(legs[1] or 0), int(legs[2] or 0) - int(legs[3] or 0)
    first = f"Revenue {single(abs(top), currency)} {'above' if top >= 0 else 'below'} {of}"
    last = f"profit {single(abs(bottom), currency)} {'above' if bottom >= 0 else 'below'}"
    if turned and top > 0 > bottom:
        return f"{turned[0].upper()}{turned[1:]} turned {first[0].lower()}{first[1:]} into {last}"
    joined = "and" if (top >= 0) == (bottom >= 0) else "but"
    return f"{first}, {joined} {last}"


def line_bridge_title(steps: Sequence[tuple[str, int]], *, gap: int, of: str = "budget") -> str:
    """Which line accounts for most of a gap in profit. Steps are (line, favourable variance)."""
    same = [(label, size) for label, size in steps if size * gap > 0]
    if not gap or not same:
        return f"Operating income is on {of}"
    label, size = max(same, key=lambda each: abs(each[1]))
    gross = sum(abs(each) for _, each in same)
    share = "most" if abs(size) * 2 > gross else "the largest part"
    return f"{label} accounts for {share} of the {'gain' if gap > 0 else 'miss'}"


def path_title(apart: float, *, first: str, last: str) -> str:
    """Where the forecast of the next months lands against their budget; `apart` is a share of it."""
    months = f"On the current path, profit from {first} to {last} lands"
    if abs(apart) < ON_BUDGET:
        return f"{months} on budget"
    return f"{months} {percent(apart)} {'above' if apart > 0 else 'under'} budget"


def _plural(number: int) -> str:
    return f"{count(number)} {'unit' if number == 1 else 'units'}"


def _units(causes: Sequence[Cause]) -> str:
    """`Units 7, 1 and 3` where all are called Unit N, else their names."""
    names = [cause.unit for cause in causes]
    if len(names) > 1 and all(name.startswith("Unit ") for name in names):
        return f"Units {listed([name.removeprefix('Unit ') for name in names])}"
    return listed(names)


def _many(number: int, one: str, many: str) -> str:
    words = f"{count(number).capitalize()} {'unit' if number == 1 else 'units'}"
    return f"{words} {one if number == 1 else many}"
