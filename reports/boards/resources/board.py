"""The page of resources: the sentence, headline figures, and the parts."""

from __future__ import annotations

from dataclasses import replace

from django.utils.timezone import localtime

from metrics.readings import Level, growth
from reports import formatting
from reports.boards.naming import full_name
from reports.boards.picker import moved, picker, read_at
from reports.boards.resources.budgets import budgets
from reports.boards.resources.contractors import contractors, limit_of, over_limit
from reports.boards.resources.efficiency import efficiency
from reports.boards.resources.move import BestUse, actions, best_use, remarks, sentence
from reports.boards.resources.people import functions, openings
from reports.boards.resources.seen import YEAR, SeenResources
from reports.boards.resources.spread import treemap
from reports.figures import Beside, Effect, Figure, Headline, Remark, ResourceFigure, ResourcesBoard, Variance
from reports.levels import BUDGET


def resources_board(seen: SeenResources) -> ResourcesBoard:
    """Everything about where money and people sit."""
    selection, found = seen.selection, best_use(seen)
    here = replace(selection, beside=(("unit", seen.own.code), ("over", seen.over)))
    meta = (
        Remark(f"{selection.in_words}."),
        *remarks(seen, found),
        *moved(selection),
        *read_at(selection),
    )
    return ResourcesBoard(
        title="Resources" if selection.unit.depth == 0 else f"Resources of {full_name(selection.unit)}",
        picker=picker(here),
        headline=Headline(sentence(seen, found), meta),
        figures=(_budget(seen), _heads(seen), _contractors(seen), _earned(seen, found)),
        treemap=treemap(seen),
        efficiency=efficiency(seen),
        budgets=budgets(seen),
        functions=functions(seen),
        openings=openings(seen),
        contractors=contractors(seen),
        actions=actions(seen, found),
        notes=_notes(seen),
    )


def _notes(seen: SeenResources) -> tuple[str, ...]:
    """What amounts are in, and the newest imports that heads and figures are from, where there were any."""
    newest = {"Headcount": seen.staffing.imported, "Actuals": seen.delivered}
    return (
        f"Amounts in {seen.currency}" if seen.currency else "Amounts in the group's currency",
        *(f"{what}: newest import {formatting.day(localtime(at))}" for what, at in newest.items() if at is not None),
    )


def _budget(seen: SeenResources) -> ResourceFigure:
    """What the year may cost, what went of it, and how much of the year is over."""
    own = seen.reader(seen.own, "ytd")
    budget = seen.budget_over(seen.own.pk, YEAR)
    label = f"Operating budget {seen.calendar.year_and_number(seen.at)[0]}"
    href = own.href("budget_utilisation")
    spent, gone = own.figure("total_cost"), own.level("share_of_year_gone")
    return ResourceFigure(
        label,
        Figure(budget.number, reason=budget.reason, href=href, currency=seen.currency),
        (
            Beside(f"Spent to {seen.through.day} {seen.through:%b}", spent, own.figure("budget_utilisation")),
            Beside("Share of year gone", share=Figure(gone.number, "ratio", gone.reason)),
        ),
        code="budget_utilisation",
    )


def _heads(seen: SeenResources) -> ResourceFigure:
    own = seen.reader(seen.own, "ytd")
    heads, plan = own.level("headcount"), own.level("headcount", BUDGET)
    before = _before(seen, "headcount")
    return ResourceFigure(
        "Headcount, end of period",
        replace(own.figure("headcount"), unit="FTE"),
        (
            Beside("Plan", _count(plan), variance=_more(heads, plan)),
            Beside("Prior year", _count(before), variance=_more(heads, before)),
        ),
        code="headcount",
    )


def _contractors(seen: SeenResources) -> ResourceFigure:
    """How many there are, their part of everybody who works there, and how many units are beyond the limit."""
    own, limit = seen.reader(seen.own, "ytd"), limit_of(seen)
    heads, others = own.level("headcount"), own.level("contractors_fte")
    everybody = (heads.number or 0) + (others.number or 0)
    is_known = None not in (heads.number, others.number) and everybody > 0
    share = Level(float(others.number or 0) / everybody) if is_known else Level(None, heads.reason or others.reason)
    over = over_limit(seen)
    facts = [Beside("Share of workforce", share=Figure(share.number, "ratio", share.reason))]
    if limit is not None:
        number = None if over is None else over * formatting.EXACT
        reason = "" if over is not None else "not_applicable: no unit reports a share"
        facts.append(Beside(f"Units over {limit.label}", share=Figure(number, "count", reason)))
    return ResourceFigure("Contractors, FTE", own.figure("contractors_fte"), tuple(facts), code="contractors_fte")


def _earned(seen: SeenResources, found: BestUse | None) -> ResourceFigure:
    """Revenue a head, a year ago and in the unit that earns most with one."""
    own, before = seen.reader(seen.own, "ltm"), _before(seen, "revenue_per_head")
    level = own.level("revenue_per_head")
    figure = own.figure("revenue_per_head")
    facts = [Beside("Prior year", Figure(before.number, reason=before.reason), variance=_grown(level, before))]
    if found is not None:
        best = seen.reader(found.best, "ltm")
        facts.append(Beside(f"Best, {full_name(found.best)}", share=best.figure("revenue_per_head")))
    return ResourceFigure("Revenue a head", figure, tuple(facts), code="revenue_per_head")


def _before(seen: SeenResources, code: str) -> Level:
    if seen.prior is None:
        return Level(None, seen.selection.comparison.prior_reason)
    return seen.level(seen.own.pk, code, "ltm", at=seen.prior)


def _count(level: Level) -> Figure:
    return Figure(level.number, "count", level.reason)


def _more(level: Level, reference: Level) -> Variance:
    """The plain difference; more people are neither better nor worse."""
    for each in (level, reference):
        if each.number is None:
            return Variance(None, "count", reason=each.reason)
    return Variance(int(level.number or 0) - int(reference.number or 0), "count")


def _grown(level: Level, before: Level) -> Variance:
    read = growth(level, before)
    effect: Effect = (
        "favourable" if (read.number or 0) > 0 else "unfavourable" if (read.number or 0) < 0 else "on target"
    )
    return Variance(read.number, "percent", effect, True, read.reason)
