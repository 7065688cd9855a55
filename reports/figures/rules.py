"""Rules of alerts by what their alerts were worth."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.frame import Crumb
from reports.figures.numbers import Figure


@dataclass(frozen=True)
class RuleRow:
    """One rule: how many alerts it raised, what they were called, how soon somebody answered, and what they were about.

    `profit` is money a year and `cash` is cash; the two are never added. `drafts` are limits that would have spared
    noise, each in a sentence that says what it loses. `promised` says what its actions were expected to bring.
    """

    label: str
    code: str
    href: str
    alerts: int
    useful: int
    known: int
    noise: int
    precision: Figure
    to_act: str
    waiting: int
    profit: Figure
    cash: Figure
    drafts: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()


@dataclass(frozen=True)
class RulesBoard:
    """All rules that told of something, by name."""

    title: str
    rows: tuple[RuleRow, ...]
    crumbs: tuple[Crumb, ...] = ()


__all__ = ["RuleRow", "RulesBoard"]
