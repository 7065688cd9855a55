"""What must become of the alerts that stand: the breaches of a replay held against them.

Three steps. `judge` reads one figure of one period against the terms, `replay` walks the judged periods in order and
finds the breaches, `compare` holds the breaches against the alerts and says what must change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from alerts.rules.figures import RANK
from alerts.rules.machine import Breach, Condition, Counts, Course, Reading

RECOVERED = "recovered"
DID_NOT_LAST = "did not last"
RESTATED = "resolved by restatement"
RULE_CHANGED = "rule changed"
RULE_RETIRED = "rule retired"
RULE_EXPIRED = "rule expired"
RULE_ELSEWHERE = "rule no longer applies here"
UNIT_CLOSED = "unit closed"

_began, _last = attrgetter("began"), attrgetter("last")


class State(NamedTuple):
    """An alert as it stands: the part of its row that the machine knows. `said` is what each of its periods said."""

    key: int
    began: int
    last: int
    condition: Condition
    severity: str
    handling: str = "open"
    outcome: str = ""
    said: Mapping[int, str] = MappingProxyType({})

    @property
    def is_alive(self) -> bool:
        return self.condition != "ended"

    @property
    def as_ended(self) -> Breach:
        """What it told of, ended where it stands."""
        return Breach(self.began, self.last, self.severity, "ended")


class Transition(NamedTuple):
    """What must become of an alert; `key` is None where a new one is opened, `kinds` are the steps of its history.

    Without any step the alert merely moved on in time, or one of its figures is another one now.
    """

    kinds: tuple[str, ...]
    breach: Breach
    key: int | None = None
    because: str = ""
    is_late: bool = False
    said: Mapping[int, str] = MappingProxyType({})


class Knowledge(NamedTuple):
    """What was known when the same terms were judged last.

    `through` is the newest period judged then (None: these terms were never judged), `mark` what was known.
    Breaches that ended before `since` belong to the terms before these and are left to them.
    """

    through: int | None = None
    mark: int = 0
    since: int | None = None


def settle(
    readings: Sequence[Reading],
    states: Sequence[State],
    known: Knowledge,
    counts: Counts,
    course: Course | None = None,
) -> list[Transition]:
    """What must change, from the figures of one threshold version on one unit and the alerts it has there.

    The readings are in order. `course` is what is known of them from before, where the same are settled again and
    again: it changes no answer.
    """
    held = hold(readings, states)
    return compare((course or Course(counts)).over(held), states, held, known)


def after(change: Transition, state: State | None, *, key: int) -> State:
    """The alert as it stands after a transition; a new one (`state` None) under a key of its own.

    What ended is resolved, by the figures and not by a person; what comes back or comes to be worse than somebody
    thought is open again. Otherwise people's handling of it stays.
    """
    breach = change.breach
    handling, outcome = (state.handling, state.outcome) if state else ("open", "")
    if "ended" in change.kinds:
        handling = "resolved"
    elif "returned" in change.kinds or "reopened" in change.kinds:
        handling, outcome = "open", ""
    began = state.began if state else breach.began
    return State(key, began, breach.last, breach.condition, breach.severity, handling, outcome, change.said)


def hold(readings: Sequence[Reading], states: Sequence[State]) -> Sequence[Reading]:
    """The readings in order, with what an alert that stands said of periods whose figure has since gone missing.

    A figure that is withdrawn is not a better one: until another takes its place the alert keeps what it last said.
    """
    standing = [state for state in states if state.is_alive and not _still_said(state, readings)]
    if not standing:
        return readings
    found = {reading.ordinal: reading for reading in readings}
    for state in standing:
        for ordinal, severity in state.said.items():
            known = found.get(ordinal)
            if known is None or known.severity is None:
                found[ordinal] = Reading(ordinal, severity, known.mark if known else 0)
    return sorted(found.values())


def _still_said(state: State, readings: Sequence[Reading]) -> bool:
    """Whether none of the periods that an alert tells of has gone missing."""
    return state.said.keys() <= {each.ordinal for each in _of(state, readings) if each.severity is not None}


def compare(
    breaches: Sequence[Breach], states: Sequence[State], readings: Sequence[Reading], known: Knowledge
) -> list[Transition]:
    """What must change so that the alerts of one threshold version on one unit tell what the figures tell.

    An alert and a breach are the same where they overlap in time, so a restatement that moves the beginning
    changes the alert and opens no second one. An alert without a breach was made by figures that are gone:
    it ends as resolved by restatement. A breach without an alert is new if it lives, or if it ended since
    the last judging; it is late where the last judging had known a figure of the period it fires in, and
    had found it quiet. An alert that has ended is asked about news only: of all else it says nothing.
    """
    found: list[Transition] = []
    rest = list(breaches)
    living = [state for state in states if state.is_alive]
    for state in _newest_first(living):
        mine = _taken(rest, state)
        if mine is not None:
            found += _moved(state, mine, readings)
        else:
            found.append(Transition(("ended",), state.as_ended, state.key, RESTATED, said=state.said))
    news = _news(rest, readings, known) if rest else []
    over = [state for state in states if not state.is_alive] if news else []
    for state in _newest_first(over):
        mine = _taken(news, state)
        if mine is not None:
            found += _returned(state, mine, readings, known)
    return found + [_opened(breach, readings, known) for breach in news]


def _newest_first(states: Iterable[State]) -> list[State]:
    return sorted(states, key=_began, reverse=True)


def _taken(breaches: list[Breach], state: State) -> Breach | None:
    """Take the breaches that overlap an alert in time out of others, and give the newest; None where there is none.

    They are in order, and each ends before the next begins.
    """
    first = bisect_left(breaches, state.began, key=_last)
    beyond = bisect_right(breaches, state.last, first, key=_began)
    mine = breaches[first:beyond]
    del breaches[first:beyond]
    return mine[-1] if mine else None


def _moved(state: State, breach: Breach, readings: Sequence[Reading]) -> Iterator[Transition]:
    """The steps from what a living alert says to what the figures say; none where they agree."""
    said = _said(breach, readings)
    if not breach.is_alive:
        yield Transition(("ended",), breach, state.key, _why_ended(state, breach), said=said)
        return
    kinds = tuple(_steps(state, breach))
    if kinds or breach.last != state.last or said != state.said:
        yield Transition(kinds, breach, state.key, said=said)


def _returned(state: State, breach: Breach, readings: Sequence[Reading], known: Knowledge) -> Iterator[Transition]:
    """What has ended returns where a figure is another one, not where the figure that ended it was only withdrawn."""
    if breach.is_alive and breach.fired is not None and _changed_since(breach, readings, known.mark):
        yield Transition(("returned",), breach, state.key, "restated", said=_said(breach, readings))


def _said(breach: Breach, readings: Sequence[Reading]) -> dict[int, str]:
    """What the periods of a breach say, those that say nothing left out."""
    return {each.ordinal: each.severity for each in _of(breach, readings) if each.severity is not None}


def _of(breach: Breach | State, readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings, of those in order, from the first of a breach or an alert to its last."""
    first = bisect_left(readings, (breach.began,))
    return readings[first : bisect_left(readings, (breach.last + 1,), first)]


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


def _news(breaches: Sequence[Breach], readings: Sequence[Reading], known: Knowledge) -> list[Breach]:
    """The breaches that are to be told if no alert tells of them: they live, or they came and went unseen."""
    turned = next((each.ordinal for each in readings if each.mark > known.mark), None)

    def is_news(breach: Breach) -> bool:
        if breach.is_alive:
            return True
        if breach.fired is None or (known.since is not None and breach.last < known.since):
            return False
        if known.through is None:
            return known.since is not None
        is_changed = turned is not None and turned <= breach.last and _changed_since(breach, readings, known.mark)
        return is_changed or breach.last > known.through

    return [breach for breach in breaches if is_news(breach)]


def _changed_since(breach: Breach, readings: Sequence[Reading], mark: int) -> bool:
    """Whether a figure of a breach is another one since; one that went missing is none."""
    return any(each.mark > mark and each.severity is not None for each in _of(breach, readings))


def _opened(breach: Breach, readings: Sequence[Reading], known: Knowledge) -> Transition:
    is_late = known.through is not None and any(
        each.ordinal == breach.fired and each.ordinal <= known.through and each.was_known for each in readings
    )
    kinds = ("opened", "ended") if not breach.is_alive else ("opened",)
    because = "" if breach.is_alive else RECOVERED
    return Transition(kinds, breach, None, because, is_late, _said(breach, readings))
