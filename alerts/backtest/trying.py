"""Trying terms on the past for somebody: the back-test of a threshold with its active terms and with a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts.backtest.comparing import Backtest, backtest
from alerts.backtest.vintages import history, labelled
from alerts.judging.inheritance import Edition
from alerts.telling.owners import owners
from alerts.terms import Terms
from units.scope import Scope

MONTHS = 24
DRAFT = 0
"""The version of what is no version yet."""


def try_out(scope: Scope, active: Edition, terms: Terms, *, at: datetime, periods: int = MONTHS) -> Backtest:
    """What a threshold would have told in its newest periods by its active terms and by others.

    Of the units whose thresholds this scope may read, and with verdicts on alerts it may read. Writes nothing. Raises
    `alerts.backtest.vintages.NothingJudged`.
    """
    draft = replace(active, version=DRAFT, terms=terms)
    past = history(scope, tried=(active, draft), periods=periods)
    return backtest(
        past,
        active=active,
        draft=draft,
        first=past.vintages[-1].through - periods + 1,
        leaders=owners(at=at),
        labelled=labelled(scope, active.threshold),
    )
