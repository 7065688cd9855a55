"""The alert machine: from figures and terms to what has changed. Pure, and the same for live judging and back-tests.

Three steps. `judge` reads one figure of one period against the terms. `replay` walks the judged periods in
order and finds the breaches. `compare` holds the breaches against the alerts that stand and says what must
change.

Everything is counted in *periods*: a figure that is recomputed five times is one month, not five strikes.
Because a replay is a function of the figures as they are known now, judging twice, late or in another order
comes to the same.

What a period can say
    beyond a limit    counts towards firing, or keeps an alert alive; reaching a limit is beyond it (≥, not >)
    inside            counts towards recovery; a target that is missed never fires by itself
    unknown           a missing figure, an incomplete one, an unfinished period: it neither counts nor interrupts
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from alerts.terms import LEVELS, LIMITS, Terms
from metrics.readings import Level, Materiality, is_material, variance

RANK = {name: place for place, name in enumerate(LEVELS, start=1)}
SCALE = 10_000

Condition = Literal["pending", "firing", "recovering", "ended"]

RECOVERED = "recovered"
DID_NOT_LAST = "did not last"
RESTATED = "resolved by restatement"
RULE_CHANGED = "rule changed"
RULE_RETIRED = "rule retired"
RULE_EXPIRED = "rule expired"
RULE_ELSEWHERE = "rule no longer applies here"
UNIT_LEFT = "the unit left the company"

UNFINISHED = "not_due: the period is not finished"
NOTHING = Level(None, "not_applicable: no figures")


@dataclass(frozen=True)
class Judgement:
    """One figure read against its terms.

    `severity` is the gravest level reached, "" where the figure is inside all of them, None where it says
    nothing (`reason` says why). `limit` is the level that was crossed, in the metric's own unit of measure;
    `beyond` is by how much the figure is on the wrong side of what it is compared with; `unbudgeted` marks
    a baseline of zero.
    """

    severity: str | None
    reason: str = ""
    value: Level = NOTHING
    baseline: Level = NOTHING
    limit: Fraction | None = None
    beyond: Fraction | None = None
    unbudgeted: bool = False

    @property
    def is_breach(self) -> bool:
        return self.severity in LIMITS


def exact(number: int | float, *, is_amount: bool) -> Fraction:
    """A stored number in plain units, exactly; the last bits of a float are noise and must not decide a limit."""
    return Fraction(int(number), SCALE) if is_amount else Fraction(format(number, ".12g"))


def judge(terms: Terms, value: Level, baseline: Level, *, is_amount: bool) -> Judgement:
    """Read one figure against the terms.

    Missing is never beyond and never inside: `severity` is None with the reason, the figure's own first.
    Against a baseline of zero a percentage has no size: any unfavourable amount that is material reaches
    the mildest limit and is called unbudgeted. `is_amount` says whether numbers are ten-thousandths.
    """
    if value.number is None:
        return Judgement(None, value.reason, value, baseline)
    found = exact(value.number, is_amount=is_amount)
    if terms.comparator == "absolute":
        return _judge_level(terms, value, found, is_amount=is_amount)
    if baseline.number is None:
        return Judgement(None, baseline.reason, value, baseline)
    base = exact(baseline.number, is_amount=is_amount)
    beyond = terms.direction * (found - base)
    empty = base == 0 and terms.measure == "percent"
    reached, limit = _gravest(terms, beyond, abs(base) if terms.measure == "percent" else Fraction(1))
    if empty:
        reached, limit = (next((name for name, _ in terms.limits()), ""), Fraction(0)) if beyond > 0 else ("", None)
    if reached and not _is_worth_attention(terms, value, baseline, is_amount=is_amount):
        reached, limit = "", None
    crossed = (
        None if limit is None else base + terms.direction * limit * (abs(base) if terms.measure == "percent" else 1)
    )
    return Judgement(reached, "", value, baseline, crossed, beyond, unbudgeted=empty and found != 0)


def _judge_level(terms: Terms, value: Level, found: Fraction, *, is_amount: bool) -> Judgement:
    """A figure against fixed levels; material is what lies far enough beyond the limit it crossed."""
    reached, limit = "", None
    for name, level in terms.limits():
        if (found - level) * terms.direction >= 0:
            reached, limit = name, level
    target = terms.level("target")
    if not reached and target is not None and (found - target) * terms.direction > 0:
        reached = "target"
    if limit is None:
        return Judgement(reached, "", value)
    mildest = next(level for _, level in terms.limits())
    scale = SCALE if is_amount else 1
    reference = Level(round(mildest * scale) if is_amount else float(mildest))
    if not _is_worth_attention(terms, value, reference, is_amount=is_amount):
        return Judgement("", "", value)
    return Judgement(reached, "", value, limit=limit, beyond=terms.direction * (found - limit))


def _gravest(terms: Terms, beyond: Fraction, unit: Fraction) -> tuple[str, Fraction | None]:
    """The gravest limit that an unfavourable difference reaches; `unit` is what a percentage is of."""
    reached: tuple[str, Fraction | None] = ("", None)
    for name, level in terms.limits():
        if beyond >= level * unit and beyond > 0:
            reached = (name, level)
    return reached


def _is_worth_attention(terms: Terms, value: Level, reference: Level, *, is_amount: bool) -> bool:
    """Materiality, by the one reading that knows it. A floor that is not given is passed by everything."""
    if terms.materiality == "always" or not (terms.floor_amount or terms.floor_percent):
        return True
    floor = Fraction(terms.floor_amount or "0") * (SCALE if is_amount else 1)
    test = terms.materiality if terms.floor_amount and terms.floor_percent else "both"
    limits = Materiality(
        floor=floor,  # type: ignore[arg-type]  # exact, and compared only
        percent=terms.floor_percent or "0",  # type: ignore[arg-type]  # decimal text, compared only
        test=test,  # type: ignore[arg-type]  # one of the choices of the column
    )
    return is_material(variance(value, reference, sense=-terms.direction), limits)


@dataclass(frozen=True)
class Reading:
    """One judged period of one unit.

    `mark` is since when the figure stands as it does; `was_known` says that another stood there when these
    terms were judged last.
    """

    ordinal: int
    severity: str | None
    mark: int = 0
    was_known: bool = False

    @property
    def is_breach(self) -> bool:
        return self.severity in LIMITS


@dataclass(frozen=True)
class Breach:
    """An unbroken stretch of periods beyond a limit, as the figures known now tell it.

    `fired` is the period in which it had lasted long enough, `last` the newest period that said something
    about it, `severity` that of the newest period beyond a limit (while recovering short of the target:
    "target").
    """

    began: int
    last: int
    severity: str
    condition: Condition
    fired: int | None = None
    strikes: int = 1
    calm: int = 0

    @property
    def is_alive(self) -> bool:
        return self.condition != "ended"

    def overlaps(self, first: int, last: int) -> bool:
        """Whether it lies partly in a stretch of periods."""
        return self.began <= last and self.last >= first


def replay(readings: Iterable[Reading], *, periods: int) -> list[Breach]:
    """All breaches in a series, the oldest first; `readings` may come in any order.

    A breach fires in the `periods`-th period beyond a limit and ends after as many inside; between the
    first of those and the last it is recovering, and falls back to firing with the next period beyond. It
    never fires twice, and a new one begins after it has ended (it re-arms). Unknown periods are passed
    over.
    """
    found: list[Breach] = []
    current: Breach | None = None
    for reading in sorted(readings, key=lambda reading: reading.ordinal):
        if reading.severity is None:
            continue
        if current is None:
            if reading.is_breach:
                current = Breach(reading.ordinal, reading.ordinal, str(reading.severity), "pending")
                current = _fired(current, periods)
            continue
        current = _struck(current, reading, periods) if reading.is_breach else _calmed(current, reading, periods)
        if not current.is_alive:
            found.append(current)
            current = None
    return [*found, current] if current else found


def _fired(breach: Breach, periods: int) -> Breach:
    if breach.strikes < periods:
        return breach
    return replace(breach, condition="firing", fired=breach.fired if breach.fired is not None else breach.last)


def _struck(breach: Breach, reading: Reading, periods: int) -> Breach:
    grown = replace(breach, last=reading.ordinal, severity=str(reading.severity), strikes=breach.strikes + 1, calm=0)
    return _fired(grown, periods)


def _calmed(breach: Breach, reading: Reading, periods: int) -> Breach:
    calm = breach.calm + 1
    if breach.fired is None or calm >= periods:
        return replace(breach, last=reading.ordinal, condition="ended", calm=calm)
    severity = reading.severity or breach.severity
    return replace(breach, last=reading.ordinal, condition="recovering", severity=severity, calm=calm)


@dataclass(frozen=True)
class State:
    """An alert as it stands: the part of its row that the machine knows."""

    key: int
    began: int
    last: int
    condition: Condition
    severity: str
    handling: str = "open"
    outcome: str = ""

    @property
    def is_alive(self) -> bool:
        return self.condition != "ended"


@dataclass(frozen=True)
class Transition:
    """What must become of an alert; `key` is None where a new one is opened, `kinds` are the steps of its history."""

    kinds: tuple[str, ...]
    breach: Breach
    key: int | None = None
    because: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Knowledge:
    """What was known when the same terms were judged last.

    `through` is the newest period judged then (None: these terms were never judged), `mark` what was known.
    Breaches that ended before `since` belong to the terms before these and are left to them.
    """

    through: int | None = None
    mark: int = 0
    since: int | None = None


def settle(readings: Sequence[Reading], states: Sequence[State], known: Knowledge, *, periods: int) -> list[Transition]:
    """What must change, from the figures of one threshold version on one unit and the alerts it has there."""
    held = hold(readings, states)
    return compare(replay(held, periods=periods), states, held, known)


def hold(readings: Sequence[Reading], states: Sequence[State]) -> list[Reading]:
    """The readings, with what an alert that stands was made of where its figure has since gone missing.

    A figure that is withdrawn is not a better one: until another takes its place the alert keeps what it last said.
    """
    found = {reading.ordinal: reading for reading in readings}
    for state in (state for state in states if state.is_alive):
        for ordinal, said in _last_said(state, found):
            known = found.get(ordinal)
            if known is None or known.severity is None:
                found[ordinal] = Reading(ordinal, said, known.mark if known else 0)
    return sorted(found.values(), key=lambda reading: reading.ordinal)


def _last_said(state: State, found: Mapping[int, Reading]) -> Iterator[tuple[int, str]]:
    """What an alert said of its periods, as far as its state tells: beyond a limit until it began to recover."""
    beyond = state.severity if state.severity in LIMITS else LIMITS[0]
    if state.condition == "pending":
        yield from ((state.began, beyond), (state.last, beyond))
    elif state.condition == "firing":
        yield from ((ordinal, beyond) for ordinal in range(state.began, state.last + 1))
    else:
        for ordinal in range(state.began, state.last):
            known = found.get(ordinal)
            if known is not None and known.severity is not None and not known.is_breach:
                break
            yield ordinal, beyond
        yield state.last, ""


def compare(
    breaches: Sequence[Breach], states: Sequence[State], readings: Sequence[Reading], known: Knowledge
) -> list[Transition]:
    """What must change so that the alerts of one threshold version on one unit tell what the figures tell.

    An alert and a breach are the same where they overlap in time, so a restatement that moves the beginning
    changes the alert and opens no second one. An alert without a breach was made by figures that are gone:
    it ends as resolved by restatement. A breach without an alert is new if it lives, or if it ended since
    the last judging; it is late where the last judging had known a figure of the period it fires in, and
    had found it quiet.
    """
    found: list[Transition] = []
    unmatched = list(breaches)
    for state in sorted(states, key=lambda state: (not state.is_alive, -state.began)):
        mine = [breach for breach in unmatched if breach.overlaps(state.began, state.last)]
        if mine:
            unmatched = [breach for breach in unmatched if breach not in mine]
            found += _moved(state, mine[-1])
        elif state.is_alive:
            gone = Breach(state.began, state.last, state.severity, "ended")
            found.append(Transition(("ended",), gone, state.key, RESTATED))
    return found + [_opened(breach, readings, known) for breach in unmatched if _is_news(breach, readings, known)]


def _moved(state: State, breach: Breach) -> Iterator[Transition]:
    """The steps from what an alert says to what the figures say; none where they agree."""
    if not state.is_alive:
        if breach.is_alive and breach.fired is not None:
            yield Transition(("returned",), breach, state.key, "restated")
        return
    if not breach.is_alive:
        yield Transition(("ended",), breach, state.key, _why_ended(state, breach))
        return
    kinds = tuple(_steps(state, breach))
    if kinds or breach.last != state.last:
        yield Transition(kinds, breach, state.key)


def _steps(state: State, breach: Breach) -> Iterator[str]:
    worse = RANK[breach.severity] - RANK[state.severity]
    if breach.condition != state.condition:
        yield {
            ("pending", "firing"): "fired",
            ("recovering", "firing"): "relapsed",
            ("pending", "recovering"): "recovering",
            ("firing", "recovering"): "recovering",
        }.get((state.condition, breach.condition), "restated")
    if worse:
        yield "escalated" if worse > 0 else "eased"
    if state.handling == "resolved" and breach.condition == "firing":
        is_graver = worse > 0
        outlasted = state.outcome == "fixed" and breach.last > state.last
        if is_graver or outlasted:
            yield "reopened"


def _why_ended(state: State, breach: Breach) -> str:
    """An alert whose own periods turned calm was ended by changed history, not by a better month."""
    if breach.last <= state.last:
        return RESTATED
    return DID_NOT_LAST if breach.fired is None else RECOVERED


def _is_news(breach: Breach, readings: Sequence[Reading], known: Knowledge) -> bool:
    """Whether a breach that no alert tells of is to be told: it lives, or it came and went unseen."""
    if known.since is not None and breach.last < known.since:
        return False
    if breach.is_alive:
        return True
    if breach.fired is None:
        return False
    if known.through is None:
        return known.since is not None
    return breach.last > known.through or _changed_since(breach, readings, known.mark)


def _changed_since(breach: Breach, readings: Sequence[Reading], mark: int) -> bool:
    return any(breach.began <= each.ordinal <= breach.last and each.mark > mark for each in readings)


def _opened(breach: Breach, readings: Sequence[Reading], known: Knowledge) -> Transition:
    is_late = known.through is not None and any(
        each.ordinal == breach.fired and each.ordinal <= known.through and each.was_known for each in readings
    )
    kinds = ("opened", "ended") if not breach.is_alive else ("opened",)
    return Transition(kinds, breach, None, RECOVERED if not breach.is_alive else "", is_late)
