"""The sentence of the page: the unit that earns most with a head, and what hires still planned elsewhere would bring
there, by the average head and, beside it, by the marginal one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from metrics.hiring import ONE, Move, PerHead, move, per_head, pooled
from reports import formatting
from reports.boards.naming import full_name
from reports.boards.picture import Part
from reports.boards.resources.seen import YEAR, SeenResources
from reports.figures import Action, Remark
from reports.formatting import single
from reports.levels import ACTUAL, BUDGET
from reports.wording import Phrase, count, percent
from units.models import Unit

MONTHS = 12


@dataclass(frozen=True)
class Planned:
    """Hires that the budget of the year still has in a unit: heads and what they cost a year, in ten-thousandths."""

    part: Part
    heads: int
    budget: int


@dataclass(frozen=True)
class BestUse:
    """The unit that earns most with a head, the hires planned elsewhere, and what they would bring there.

    What the units they are planned in would lose is read from these units together. `per_head` says of these and of the
    best unit what a head brings; `move` is None where nothing is planned elsewhere or its cost is not known.
    """

    best: Part
    planned: Sequence[Planned]
    per_head: tuple[PerHead, PerHead]
    move: Move | None

    @property
    def heads(self) -> int:
        return sum(each.heads for each in self.planned)


def best_use(seen: SeenResources) -> BestUse | None:
    """None where fewer than two units have revenue and heads: then there is nothing to compare."""
    earning = {part: seen.level(part.pk, "revenue_per_head", "ltm").number for part in working(seen)}
    known = {part: int(number) for part, number in earning.items() if number is not None and number > 0}
    if len(known) < 2:
        return None
    best = max(known, key=lambda part: known[part])
    planned = [each for part in known if part != best and (each := _planned(seen, part)) is not None]
    year = seen.calendar.periods_in_year
    giver = per_head(pooled([seen.months(each.part.pk) for each in planned]), periods_in_year=year)
    taker = per_head(seen.months(best.pk), periods_in_year=year)
    budget = sum(each.budget for each in planned)
    return BestUse(best, planned, (giver, taker), move(budget, giver=giver, taker=taker) if planned else None)


def working(seen: SeenResources) -> list[Part]:
    """The units that sell; the corporate centre does not."""
    return [part for part in seen.parts if part.kind != Unit.Kind.CORPORATE]


def sentence(seen: SeenResources, found: BestUse | None) -> tuple[Phrase, ...]:
    """Where people earn most, and what could be moved there; without people, what was spent."""
    if found is None:
        return _spent(seen)
    return (*_earns(seen, found), *_brings(seen, found), Phrase("."))


def _earns(seen: SeenResources, found: BestUse) -> list[Phrase]:
    """`Unit 7 earns 18% of revenue with 12% of people`; where the whole is not known, what a head of it earns."""
    own, name = seen.own.pk, full_name(found.best)
    shares = [_share(seen, found.best, own, code) for code in ("revenue", "headcount")]
    if None in shares:
        reader = seen.reader(found.best, "ltm")
        earned = single(int(reader.level("revenue_per_head").number or 0), seen.currency)
        return [Phrase(f"{name} earns most with a head, {earned} a year")]
    revenue, people = (percent(share or 0) for share in shares)
    return [Phrase(f"{name} earns {revenue} of revenue with {people} of people")]


def _share(seen: SeenResources, part: Part, whole: int, code: str) -> float | None:
    a, b = (seen.level(unit, code, "ltm").number for unit in (part.pk, whole))
    return None if a is None or not b or b < 0 else a / b


def _brings(seen: SeenResources, found: BestUse) -> list[Phrase]:
    """What planned hires would bring there: by the average head, and by the marginal one beside it."""
    moved = found.move
    if moved is None:
        return []
    hires = f"{_heads(found.heads)} still planned elsewhere in {_year(seen)}"
    average, marginal = moved.by_average.number, moved.by_marginal.number
    if average is None:
        return []
    if average <= 0:
        return [Phrase(f"; {hires} would bring no more revenue there")]
    beside = "; by the marginal one it is not known"
    if marginal is not None:
        more = "less" if marginal < 0 else "more"
        beside = f", {single(abs(marginal), seen.currency)} {more} by the marginal one"
    return [
        Phrase(f"; {hires} would bring "),
        Phrase(f"{single(average, seen.currency)} more revenue", "favourable"),
        Phrase(f" a year there by the average head{beside}"),
    ]


def remarks(seen: SeenResources, found: BestUse | None) -> tuple[Remark, ...]:
    """Under the sentence: what a head earns there and in the group, and what to doubt."""
    if found is None:
        return ()
    best, own = seen.reader(found.best, "ltm"), seen.reader(seen.own, "ltm")
    levels = [reader.level("revenue_per_head").number for reader in (best, own)]
    told = []
    if levels[0] is not None:
        of = "" if levels[1] is None else f" against {single(levels[1], seen.currency)} for {_whole(seen)}"
        text = f"{single(levels[0], seen.currency)} of revenue a head in {full_name(found.best)}{of}"
        told.append(Remark(text, href=best.href("revenue_per_head")))
    if found.move is not None and found.move.by_marginal.number is None:
        reason = formatting.missing(found.move.by_marginal.reason).reason
        told.append(Remark(f"The marginal head: {reason}."))
    if found.move is not None:
        names = (_givers(found.planned), full_name(found.best))
        sides = zip(names, found.per_head, strict=True)
        told += [Remark(f"{name}: {warning}") for name, each in sides for warning in each.warnings]
    return tuple(told)


def _givers(planned: Sequence[Planned]) -> str:
    return full_name(planned[0].part) if len(planned) == 1 else "Elsewhere"


def actions(seen: SeenResources, found: BestUse | None) -> tuple[Action, ...]:
    """The way to the form that moves a hiring budget, filled in where there is one to move."""
    if not seen.may_plan:
        return ()
    asked = {}
    if found is not None and found.planned:
        largest = max(found.planned, key=lambda each: each.budget)
        budget = str(round(largest.budget / ONE))
        asked = {"giver": largest.part.code, "taker": found.best.code, "budget": budget, "months": str(MONTHS)}
    href = reverse("planning") + (f"?{urlencode(asked)}" if asked else "")
    return (Action("Plan a move", href, "sliders-horizontal", is_primary=True),)


def _planned(seen: SeenResources, part: Part) -> Planned | None:
    """The heads that the budget has at the end of the year beyond those there are; None where there are no more."""
    year_end = seen.span(YEAR)[-1]
    plan = seen.level(part.pk, "headcount", "ytd", version=BUDGET, at=year_end).number
    heads = seen.level(part.pk, "headcount", "ltm").number
    if plan is None or heads is None or plan <= heads:
        return None
    found = per_head(seen.months(part.pk), periods_in_year=seen.calendar.periods_in_year)
    if found.cost.number is None:
        return None
    more = int(plan - heads)
    return Planned(part, more, round(more * found.cost.number / ONE))


def _spent(seen: SeenResources) -> tuple[Phrase, ...]:
    """The sentence where heads say nothing: the spend of the stretch picked."""
    spent = seen.spend.of(seen.own.pk, ACTUAL, "total_cost")
    if spent.number is None:
        reason = formatting.missing(spent.reason).reason
        return (Phrase(f"What {_whole(seen)} spent is not known: {reason}."),)
    return (Phrase(f"{full_name(seen.own)} spent {single(spent.number, seen.currency)}, {seen.selection.label}."),)


def _heads(number: int) -> str:
    heads = number / ONE
    if heads == 1:
        return "the one hire"
    return f"the {count(round(heads))} hires" if heads == round(heads) else f"{heads:g} hires"


def _year(seen: SeenResources) -> str:
    return str(seen.calendar.year_and_number(seen.at)[0])


def _whole(seen: SeenResources) -> str:
    return "the group" if seen.selection.unit.depth == 0 else full_name(seen.selection.unit)
