"""What a rule's alerts were worth to those who work on them, and which limit would have spared them the noise. Pure.

A verdict is one of three: *useful*, *known* (true, and told nobody anything new), *noise*. Precision is the share of
the useful among all that have a verdict. Alerts without one say nothing about the rule and are only counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from alerts.judging.money import Claim, once
from alerts.terms import Terms, whole
from alerts.working.savings import Saving
from ledger.periods import working_days

USEFUL, KNOWN, NOISE = "useful", "known", "noise"
ROUND = (10, 5, 2, 1)
FINEST = 6
"""How many digits behind the leading one a proposed level has at most."""


@dataclass(frozen=True)
class Past:
    """One alert of a rule, as far as its worth goes.

    `size` is how far its figure went, on the scale of the rule's levels and larger where it is worse; None where the
    evidence does not say. `impact` is in ten-thousandths, negative where it hurts. `first` and `last` are the
    ordinals of its periods. `fired` and `acted` are the days it fired and somebody answered it; `days_off` are the
    days nobody works in its unit. `saving` is what its action was to bring, `today` its impact as it is now.
    """

    key: int
    unit: tuple[int, int]
    metric: str
    verdict: str = ""
    size: Fraction | None = None
    impact: int | None = None
    is_cash: bool = False
    first: int = 0
    last: int = 0
    fired: date | None = None
    acted: date | None = None
    days_off: Collection[date] = frozenset()
    saving: Saving | None = None
    today: int | None = None


@dataclass(frozen=True)
class Promised:
    """What actions were expected to bring and what came of it, in ten-thousandths, each amount once.

    `realised` is of those whose impact of today is known; `unknown` counts the others.
    """

    actions: int
    expected: int
    realised: int
    unknown: int


@dataclass(frozen=True)
class Caught:
    """What useful alerts were about, each amount once: money a year and cash apart, in ten-thousandths.

    `unknown` counts the alerts whose impact is not known; they are no zeros.
    """

    profit: int = 0
    cash: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Worth:
    """What the alerts of a rule were worth."""

    alerts: int
    useful: int
    known: int
    noise: int
    days_to_act: float | None
    waiting: int
    caught: Caught
    profit: Promised | None = None
    cash: Promised | None = None

    @property
    def labelled(self) -> int:
        return self.useful + self.known + self.noise

    @property
    def precision(self) -> Fraction | None:
        """The share of the useful among those with a verdict; None while there is none."""
        return Fraction(self.useful, self.labelled) if self.labelled else None


def worth(alerts: Sequence[Past]) -> Worth:
    """What some alerts were worth. `days_to_act` is the median of working days from firing to the first answer."""
    counts = {verdict: sum(each.verdict == verdict for each in alerts) for verdict in (USEFUL, KNOWN, NOISE)}
    days = [days_to_act(each) for each in alerts]
    answered = [each for each in days if each is not None]
    return Worth(
        alerts=len(alerts),
        **counts,
        days_to_act=median(answered) if answered else None,
        waiting=len(days) - len(answered),
        caught=caught(alerts),
        profit=promised(alerts, is_cash=False),
        cash=promised(alerts, is_cash=True),
    )


def days_to_act(alert: Past) -> int | None:
    """Working days of the unit from the day an alert fired to that of the first answer; the first never counts."""
    if alert.fired is None or alert.acted is None:
        return None
    return working_days(alert.fired + timedelta(days=1), alert.acted, alert.days_off)


def caught(alerts: Iterable[Past]) -> Caught:
    """The impacts of the useful alerts. Money that two of them tell of is counted once, by the law of all money."""
    useful = [each for each in alerts if each.verdict == USEFUL]
    counted = once(useful, _claim)
    return Caught(
        profit=-sum(each.impact or 0 for each in counted if not each.is_cash),
        cash=-sum(each.impact or 0 for each in counted if each.is_cash),
        unknown=sum(each.impact is None for each in useful),
    )


def promised(alerts: Iterable[Past], *, is_cash: bool) -> Promised | None:
    """What the actions on some alerts were to bring, in money a year or in cash; None where none was to bring any."""
    mine = [each for each in alerts if each.saving is not None and each.saving.is_cash == is_cash]
    counted = once(mine, _claim)
    if not counted:
        return None
    realised = [each.saving.realised(each.today) for each in counted if each.saving is not None]
    known = [amount for amount in realised if amount is not None]
    return Promised(
        actions=len(counted),
        expected=sum(each.saving.expected for each in counted if each.saving is not None),
        realised=sum(known),
        unknown=len(counted) - len(known),
    )


def _claim(alert: Past) -> Claim:
    left, right = alert.unit
    return Claim(
        left, right, alert.metric, alert.is_cash, alert.impact, first=alert.first, last=max(alert.first, alert.last)
    )


def size_of(terms: Terms, evidence: Mapping[str, Any]) -> Fraction | None:
    """How far a figure went on the scale of a rule's levels; None where that is no plain difference.

    Larger is worse: a level that must not be fallen below is turned round.
    """
    value = _number(evidence.get("value"))
    if value is None or not _is_plain(terms):
        return None
    if terms.comparator == "absolute":
        return value * terms.direction
    baseline = _number(evidence.get("baseline"))
    if baseline is None:
        return None
    beyond = (value - baseline) * terms.direction
    if terms.measure != "percent":
        return beyond
    return beyond / abs(baseline) if baseline else None


@dataclass(frozen=True)
class Draft:
    """Terms with another mildest limit, and what it would have come to for the alerts that have a verdict.

    `loses` are the keys of useful alerts that would not have fired: whoever shows a draft names their number.
    """

    terms: Terms
    level: str
    before: Fraction
    after: Fraction
    removes: int
    noise: int
    loses: tuple[int, ...]
    useful: int

    def sentence(self, written: Callable[[Fraction], str]) -> str:
        """`Raise to 8%: removes 9 of 11 noise alerts, keeps all useful ones.`"""
        verb = "Raise" if self.after > self.before else "Lower"
        kept = f"loses {len(self.loses)} of {self.useful} useful ones" if self.loses else "keeps all useful ones"
        if not self.useful:
            kept = "none was called useful"
        noise = f"{self.removes} of {self.noise} noise alert{'s' if self.noise > 1 else ''}"
        return f"{verb} to {written(self.after)}: removes {noise}, {kept}."


def drafts(terms: Terms, alerts: Sequence[Past]) -> list[Draft]:
    """Milder rules that would have spared noise: one that keeps every useful alert, and one that spares more noise.

    The second is there only if it spares more than it loses, and says what it loses. Only the mildest limit moves, and
    it stays milder than the next. The sizes are those of the alerts' evidence: the exact answer is the back-test's.
    """
    limits = list(terms.limits())
    if not _is_plain(terms) or not limits:
        return []
    name, now = limits[0]
    level = now if terms.has_baseline else now * terms.direction
    graver = limits[1][1] * (1 if terms.has_baseline else terms.direction) if len(limits) > 1 else None
    noise = sorted(each.size for each in alerts if each.verdict == NOISE and each.size is not None)
    useful = [(each.size, each.key) for each in alerts if each.verdict == USEFUL and each.size is not None]
    ceiling = min((size for size, _ in useful), default=None)
    found: list[Draft] = []
    for top in (ceiling, None):
        after = _milder(level, noise, top=top, below=graver)
        if after is None:
            continue
        draft = _draft(terms, name, after, noise=noise, useful=useful)
        gained = draft.removes - (found[0].removes if found else 0)
        if gained > len(draft.loses):
            found.append(draft)
    return found


def _draft(
    terms: Terms, name: str, after: Fraction, *, noise: list[Fraction], useful: list[tuple[Fraction, int]]
) -> Draft:
    before, level = terms.level(name), after if terms.has_baseline else after * terms.direction
    assert before is not None  # it is one of the limits that are given
    moved: dict[str, Any] = {name: whole(level).replace(",", "")}
    return Draft(
        terms=replace(terms, **moved),
        level=name,
        before=before,
        after=level,
        removes=sum(size < after for size in noise),
        noise=len(noise),
        loses=tuple(key for size, key in useful if size < after),
        useful=len(useful),
    )


def _milder(level: Fraction, noise: list[Fraction], *, top: Fraction | None, below: Fraction | None) -> Fraction | None:
    """The roundest level that spares the most noise, not above `top` and short of `below`; None where none does."""
    spared = [size for size in noise if (top is None or size < top) and (below is None or size < below)]
    if not spared or spared[-1] < level:
        return None
    ends = [end for end in (top, below) if end is not None]
    return roundest(spared[-1], min(ends) if ends else None, is_open=below is not None and below == min(ends))


def roundest(above: Fraction, top: Fraction | None, *, is_open: bool = False) -> Fraction | None:
    """The number with the fewest digits above one and up to another (`is_open`: short of it); None: there is none."""
    ends = [abs(above), abs(top)] if top is not None else [abs(above)]
    largest = max(ends)
    power = len(str(int(largest))) if largest >= 1 else -len(str(int(1 / largest))) if largest else 0
    for digits in range(FINEST + 2):
        for part in ROUND:
            step = Fraction(10) ** (power - digits) * part
            number = (above // step + 1) * step
            is_inside = top is None or number < top or (number == top and not is_open)
            is_near = top is not None or number - above <= max(abs(above), step) / 5
            if is_inside and is_near:
                return number
    return None


def _is_plain(terms: Terms) -> bool:
    """Whether levels are one-sided and in the figure's own terms, or a plain difference to a figure of the evidence."""
    is_one_sided = terms.direction in (1, -1)
    return is_one_sided and terms.measure != "deviations" and terms.comparator != "trend" and not terms.currency


def _number(text: object) -> Fraction | None:
    """A number of the evidence: decimal text where it is exact, a float else."""
    if text is None or isinstance(text, bool):
        return None
    return Fraction(text) if isinstance(text, str) else Fraction(format(text, ".12g"))
