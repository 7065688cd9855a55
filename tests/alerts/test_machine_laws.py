"""Whatever happens in whatever order, and however often it is judged: alerts end up as the replay of what is known.

`SEQUENCES=10000 pytest tests/alerts/test_machine_laws.py` tries ten thousand of them; they need no database.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.rules import (
    RULE_CHANGED,
    Baseline,
    Breach,
    Counts,
    Knowledge,
    Reading,
    State,
    Transition,
    after,
    judge,
    replay,
    settle,
)
from alerts.terms import Terms
from metrics.readings import Level

FIRST, MONTHS = 6, 9
RULE = Terms("contractor_cost", "month", "budget", "percent", +1, warning="0.10", critical="0.25")
EDITIONS = (
    RULE,
    replace(RULE, periods=2, exit_periods=1),
    replace(RULE, periods=2, out_of=3, exit="0.05"),
    replace(RULE, warning="0.20", exit="0.10", exit_periods=3),
    replace(RULE, direction=2, low_warning="0.30", periods=3, out_of=4),
)
BUDGET = Baseline(Level(1_000_000))


@dataclass
class World:
    """One unit, one threshold and its alerts: what `alerts.actions` keeps in tables, kept in memory."""

    terms: Terms = RULE
    version: int = 1
    clock: int = 1
    figures: dict[int, tuple[int | None, int]] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    known: Knowledge = field(default_factory=Knowledge)
    alerts: dict[int, State] = field(default_factory=dict)
    version_of: dict[int, int] = field(default_factory=dict)
    because: dict[int, str] = field(default_factory=dict)

    @property
    def readings(self) -> list[Reading]:
        return [
            Reading(month, self.read(percent), mark, month in self.replaced)
            for month, (percent, mark) in sorted(self.figures.items())
        ]

    def read(self, percent: int | None) -> str | None:
        value = Level(None, "late") if percent is None else Level(10_000 * (100 + percent))
        return judge(self.terms, value, BUDGET, is_amount=True).severity

    def deliver(self, month: int, percent: int | None) -> None:
        """A figure comes in, is restated, or (None) is withdrawn."""
        self.clock += 1
        before = self.figures.get(month, (None, 0))[0]
        if before is not None:
            self.replaced.add(month)
        self.figures[month] = (percent, self.clock)

    def edit(self, edition: int) -> None:
        """Other terms from the newest month on; the alerts of those before end with the next judging."""
        if EDITIONS[edition] == self.terms:
            return
        self.terms, self.version = EDITIONS[edition], self.version + 1
        self.known = Knowledge(None, 0, max(self.figures, default=FIRST))

    def handle(self, handling: str) -> None:
        """Somebody acknowledges or resolves what stands."""
        for key, state in self.alerts.items():
            if state.is_alive and state.handling != "resolved":
                outcome = "fixed" if handling == "resolved" else ""
                self.alerts[key] = state._replace(handling=handling, outcome=outcome)

    def judge(self) -> list[Transition]:
        """What `alerts.actions.evaluation` does with one unit."""
        for key, state in list(self.alerts.items()):
            if state.is_alive and self.version_of[key] != self.version:
                self._write(Transition(("ended",), state.as_ended, key, RULE_CHANGED))
        mine = [state for key, state in self.alerts.items() if self.version_of[key] == self.version]
        changes = settle(self.readings, mine, self.known, Counts.of(self.terms))
        for change in changes:
            self._write(change)
        through = max(self.figures, default=None)
        self.known = Knowledge(through, self.clock, self.known.since)
        self.replaced.clear()
        return changes

    def _write(self, change: Transition) -> None:
        key = len(self.alerts) if change.key is None else change.key
        if change.key is None:
            began = {(self.version_of[each], state.began) for each, state in self.alerts.items()}
            assert (self.version, change.breach.began) not in began, "one alert per breach"
            self.version_of[key] = self.version
        self.alerts[key] = after(change, self.alerts.get(key), key=key)
        if change.because:
            self.because[key] = change.because

    @property
    def living(self) -> list[State]:
        return [state for state in self.alerts.values() if state.is_alive]


def told(found: list[State] | list[Breach]) -> list[tuple[int, str, str]]:
    """What stands and has fired: until when, how it is and how grave."""
    return [(each.last, each.condition, each.severity) for each in found if each.condition in ("firing", "recovering")]


DEEDS = st.one_of(
    st.tuples(st.just("deliver"), st.integers(FIRST, FIRST + MONTHS), st.sampled_from([0, 7, 12, 15, 30, -40])),
    st.tuples(st.just("deliver"), st.integers(FIRST, FIRST + MONTHS), st.sampled_from([0, 12, 30, None])),
    st.tuples(st.just("edit"), st.integers(0, len(EDITIONS) - 1)),
    st.tuples(st.just("handle"), st.sampled_from(["acknowledged", "in_progress", "resolved"])),
    st.tuples(st.just("judge")),
)


@settings(max_examples=int(os.environ.get("SEQUENCES", "150")), deadline=None, derandomize=True)
@example(deeds=[("deliver", 6, 30), ("judge",), ("deliver", 8, None), ("edit", 1), ("judge",), ("deliver", 7, 30)])
@example(deeds=[*[("deliver", month, 30 * (month == 6)) for month in (6, 7, 8, 9)], ("edit", 3), ("deliver", 7, None)])
@example(deeds=[("deliver", 6, 12), ("judge",), ("deliver", 6, 0), ("judge",), ("deliver", 6, 12), ("judge",)])
@given(deeds=st.lists(DEEDS, max_size=24))
def test_what_stands_is_what_a_replay_of_the_figures_says(deeds: list[tuple[object, ...]]):
    world = World()
    for name, *rest in deeds:
        if name == "deliver" and rest[1] is None:
            world.judge()
        before = told(world.living)
        getattr(world, str(name))(*rest)
        if name == "deliver" and rest[1] is None:
            world.judge()
            assert not before or told(world.living) == before, "a figure that is withdrawn ends and changes nothing"
        assert len(world.living) <= 1
    world.judge()
    standing = told(world.living)

    assert world.judge() == []
    assert told(world.living) == standing
    assert all(state.handling == "resolved" for state in world.alerts.values() if not state.is_alive)
    assert all(world.because.get(key) for key, state in world.alerts.items() if not state.is_alive)
    if None not in [percent for percent, _ in world.figures.values()]:
        breaches = [breach for breach in replay(world.readings, Counts.of(world.terms)) if breach.is_alive]
        assert standing == told(breaches)
