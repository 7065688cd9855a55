"""The alert machine: from figures and terms to what has changed. Pure, and the same for live judging and back-tests.

yardstick   terms made ready for judging: limits as integers
figures     one figure read against the terms
baselines   what a figure is read against where that is made of other figures
machine     judged periods in order: the breaches
changes     the breaches held against the alerts that stand
"""

from __future__ import annotations

from .changes import (
    DID_NOT_LAST,
    RECOVERED,
    RESTATED,
    RULE_CHANGED,
    RULE_ELSEWHERE,
    RULE_EXPIRED,
    RULE_RETIRED,
    UNIT_CLOSED,
    Knowledge,
    State,
    Transition,
    after,
    compare,
    hold,
    settle,
)
from .figures import (
    NEAR,
    NO_BASELINE,
    NOTHING,
    RANK,
    UNFINISHED,
    Baseline,
    Judgement,
    floor_of,
    is_worth_attention,
    judge,
)
from .machine import Breach, Condition, Counts, Course, Reading, replay
from .yardstick import SCALE, TICKS, Yardstick, exact, ticks

__all__ = [
    "DID_NOT_LAST",
    "NEAR",
    "NOTHING",
    "NO_BASELINE",
    "RANK",
    "RECOVERED",
    "RESTATED",
    "RULE_CHANGED",
    "RULE_ELSEWHERE",
    "RULE_EXPIRED",
    "RULE_RETIRED",
    "SCALE",
    "TICKS",
    "UNFINISHED",
    "UNIT_CLOSED",
    "Baseline",
    "Breach",
    "Condition",
    "Counts",
    "Course",
    "Judgement",
    "Knowledge",
    "Reading",
    "State",
    "Transition",
    "Yardstick",
    "after",
    "compare",
    "exact",
    "floor_of",
    "hold",
    "is_worth_attention",
    "judge",
    "replay",
    "settle",
    "ticks",
]
