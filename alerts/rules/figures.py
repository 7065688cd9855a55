"""One figure of one period read against the terms.

What a period can say
    beyond a limit    counts towards firing, or keeps an alert alive; reaching a limit is beyond it (≥, not >)
    near              inside the limits, but not yet inside the exit level: it keeps an alert, and starts none
    inside            counts towards recovery; a target that is missed never fires by itself
    unknown           a missing figure, an incomplete one, an unfinished period: it neither counts nor interrupts
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from alerts.rules.yardstick import SCALE, Ladder, Rung, Yardstick, ticks
from alerts.terms import LEVELS, LIMITS, Terms
from metrics.readings import Level, Materiality, is_material, variance

RANK = {"": 0, "near": 0} | {name: place for place, name in enumerate(LEVELS, start=1)}
NEAR = "near"

UNFINISHED = "not_due: the period is not finished"
NOTHING = Level(None, "not_applicable: no figures")
IMMATERIAL = "immaterial"


class Baseline(NamedTuple):
    """What a figure is read against, or why there is nothing.

    `size` is what a percentage or a deviation is of, in ticks (None: the baseline itself); `known` of `of` periods or
    peers stand behind it.
    """

    level: Level
    size: int | None = None
    known: int = 0
    of: int = 0


NO_BASELINE = Baseline(NOTHING)


Ratio = tuple[int, int]
"""A number as numerator and denominator."""


class Judgement(NamedTuple):
    """One figure read against its terms.

    `severity` is the gravest level reached, "" where the figure is inside all of them, "near" where it is not yet
    inside the exit level, None where it says nothing (`reason` says why). `limit` is the level that was crossed, in
    the metric's own unit of measure; `beyond` is by how much the figure is on the wrong side of what it is
    compared with, `direction` which side that is; `unbudgeted` marks a baseline of zero. `suppressed` is the level that
    was reached by a difference too small to be worth attention. `crossed` and `gap` are `limit` and `beyond` before
    they are worked out, since most of them are never asked for.
    """

    severity: str | None
    reason: str = ""
    value: Level = NOTHING
    baseline: Level = NOTHING
    crossed: Ratio | None = None
    gap: Ratio | None = None
    unbudgeted: bool = False
    direction: int = 0
    suppressed: str = ""
    size: int | None = None
    known: int = 0
    of: int = 0

    @property
    def is_breach(self) -> bool:
        return self.severity in LIMITS

    @property
    def limit(self) -> Fraction | None:
        return Fraction(*self.crossed) if self.crossed else None

    @property
    def beyond(self) -> Fraction | None:
        return Fraction(*self.gap) if self.gap else None


Worth = Callable[[int, Level, Level], bool]
"""Whether a difference is worth attention: the direction, the figure, and what it is read against."""


def judge(
    terms: Terms,
    value: Level,
    baseline: Level | Baseline,
    *,
    is_amount: bool,
    yardstick: Yardstick | None = None,
    is_worth: Worth | None = None,
) -> Judgement:
    """Read one figure against the terms.

    Missing is never beyond and never inside: `severity` is None with the reason, the figure's own first.
    Against a baseline of zero a percentage has no size: any unfavourable amount that is material reaches
    the mildest limit and is called unbudgeted. `is_amount` says whether numbers are ten-thousandths. `yardstick` are
    the terms made ready; `is_worth` says what is material where floors differ from unit to unit.
    """
    against = baseline if isinstance(baseline, Baseline) else Baseline(baseline)
    if value.number is None:
        return Judgement(None, value.reason, value, against.level)
    ready = yardstick or Yardstick.of(terms, is_amount=is_amount)
    worth = is_worth or (lambda way, one, other: is_worth_attention(terms, way, one, other, is_amount=is_amount))
    found = ticks(value.number, is_amount=is_amount)
    if ready.is_level:
        return _judge_level(ready, value, found, worth)
    if against.level.number is None:
        return Judgement(None, against.level.reason, value, against.level)
    return _judge_difference(ready, value, found, against, worth, is_amount=is_amount)


def _judge_difference(
    ready: Yardstick, value: Level, found: int, against: Baseline, worth: Worth, *, is_amount: bool
) -> Judgement:
    level = against.level
    assert level.number is not None
    base = ticks(level.number, is_amount=is_amount)
    size = (abs(base) if against.size is None else against.size) if ready.is_relative else 1
    empty = ready.is_relative and size == 0
    ladder, rung = _gravest(ready, found - base, size)
    if rung is None:
        near = ready.has_exit and _is_near(ready, found - base, size)
        return Judgement(NEAR if near else "", "", value, level, unbudgeted=empty and found != 0, of=against.of)
    way = ladder.direction
    crossed = base * rung.of + way * rung.number * size, rung.of * ready.scale
    gap = way * (found - base), ready.scale
    name, suppressed = (rung.name, "") if worth(way, value, level) else ("", rung.name)
    return Judgement(
        name, "", value, level, crossed, gap, empty and found != 0, way, suppressed, against.size, against.known,
        against.of,
    )  # fmt: skip


def _gravest(ready: Yardstick, difference: int, size: int) -> tuple[Ladder, Rung | None]:
    """The side on which a difference is beyond a limit, and the gravest limit it reaches there.

    Without a size every difference to the wrong side reaches the mildest limit.
    """
    for ladder in ready.ladders:
        gap = ladder.direction * difference
        if gap > 0 and ladder.rungs and (rung := ladder.gravest(gap, size) if size else ladder.rungs[0]):
            return ladder, rung
    return ready.ladders[0], None


def _is_near(ready: Yardstick, difference: int, size: int) -> bool:
    for ladder in ready.ladders:  # noqa: SIM110 - a generator takes twice as long, and every figure comes here
        if ladder.is_near(ladder.direction * difference, size):
            return True
    return False


def _judge_level(ready: Yardstick, value: Level, found: int, worth: Worth) -> Judgement:
    """A figure against fixed levels; material is what lies far enough beyond the mildest limit of its side."""
    for ladder in ready.ladders:
        turned = ladder.direction * found
        rung = ladder.gravest(turned, 1)
        if rung is None:
            continue
        crossed = ladder.direction * rung.number, rung.of * ready.scale
        gap = turned * rung.of - rung.number, rung.of * ready.scale
        reference = _as_level(ladder.rungs[0], ladder.direction, ready)
        name, suppressed = (rung.name, "") if worth(ladder.direction, value, reference) else ("", rung.name)
        return Judgement(name, "", value, NOTHING, crossed, gap, direction=ladder.direction, suppressed=suppressed)
    if ready.has_exit and _is_near(ready, found, 1):
        return Judgement(NEAR, "", value)
    first = ready.ladders[0].direction
    missed = ready.target is not None and len(ready.ladders) == 1 and (found - ready.target) * first > 0
    return Judgement("target" if missed else "", "", value)


def _as_level(rung: Rung, direction: int, ready: Yardstick) -> Level:
    """A limit as a stored number: what the difference of a figure to a fixed level is taken from."""
    number = Fraction(direction * rung.number, rung.of)
    return Level(round(number) if ready.is_amount else float(number / ready.scale))


def is_worth_attention(
    terms: Terms, direction: int, value: Level, reference: Level, *, is_amount: bool, floor: Fraction | None = None
) -> bool:
    """Materiality, by the one reading that knows it. A floor that is not given is passed by everything.

    `floor` is the amount of this unit where it is not the one of the terms: see `floor_of`.
    """
    amount = _number(terms.floor_amount) if floor is None and terms.floor_amount else floor
    if terms.materiality == "always" or (amount is None and not terms.floor_percent):
        return True
    from_ticks = (amount or Fraction(0)) * (SCALE if is_amount else 1)
    if not terms.floor_percent and value.number is not None and reference.number is not None:
        size = abs(value.number - reference.number)  # all that is_material comes to where no share is asked for
        return size != 0 and size >= from_ticks
    limits = Materiality(
        floor=from_ticks,  # type: ignore[arg-type]  # exact, and compared only
        percent=terms.floor_percent or "0",  # type: ignore[arg-type]  # decimal text, compared only
        test=terms.materiality if amount is not None and terms.floor_percent else "both",  # type: ignore[arg-type]  # one of the choices of the column
    )
    return is_material(variance(value, reference, sense=-direction), limits)


def floor_of(terms: Terms, revenue: int | None, *, worth: Fraction = Fraction(1)) -> Fraction | None:
    """The floor of a unit in the group's currency: what the terms say, and at least their share of its revenue.

    `revenue` in ten-thousandths over the basis that is judged; unknown revenue leaves the minimum. None where the terms
    have no floor in money.
    """
    least = _number(terms.floor_amount) if terms.floor_amount else None
    if least is not None and worth != 1:
        least *= worth
    if not terms.floor_share or revenue is None:
        return least
    rate = _number(terms.floor_share)
    share = Fraction(rate.numerator * abs(revenue), rate.denominator * SCALE)
    return share if least is None else max(least, share)


@lru_cache(maxsize=256)
def _number(text: str) -> Fraction:
    """A number of some terms, read once for all figures."""
    return Fraction(text)
