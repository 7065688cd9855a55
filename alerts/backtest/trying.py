"""Trying terms on the past for somebody: the back-test of a threshold with its active terms and with a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from alerts.backtest.comparing import Backtest, backtest
from alerts.backtest.keeping import kept
from alerts.backtest.replaying import History
from alerts.backtest.vintages import Ground, ground, history, labelled, name_of
from alerts.judging.inheritance import Edition
from alerts.telling.owners import leaders
from units.scope import Scope

MONTHS = 24
DRAFT = 0
"""The version of what is no version yet, and the threshold of what is no threshold yet."""


@dataclass(frozen=True)
class Trial:
    """A back-test and the past it was made on."""

    past: History
    found: Backtest


def try_out(
    scope: Scope,
    active: Edition | None,
    draft: Edition,
    *,
    at: datetime,
    periods: int = MONTHS,
    on: Ground | None = None,
) -> Trial:
    """What a threshold would have told in its newest periods by its active terms and by a draft of it.

    `active` is None for a threshold that is not there yet. Of the units whose thresholds this scope may read, and with
    verdicts on alerts it may read. Writes nothing; the past is kept for the next try, and so is what the active terms
    told. Raises `alerts.backtest.vintages.NothingJudged`.
    """
    proposed = draft if draft is active else replace(draft, version=DRAFT)
    tried = (proposed,) if active is None else (active, proposed)
    stands = on or ground(scope)
    name = name_of(scope, stands, tried=tried, periods=periods)
    memory = kept(name, lambda: history(scope, tried=tried, periods=periods, on=stands))
    past = memory.history
    found = backtest(
        past,
        active=active,
        draft=proposed,
        first=past.vintages[-1].through - periods + 1,
        leaders=leaders(at=at),
        labelled=() if active is None else labelled(scope, active.threshold),
        replay=memory.replayed,
    )
    return Trial(past, found)
