"""The parts that account for a gap, ranked for a page: of any figure, and of a unit's operating income."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from metrics.attribution import Attribution, Change, Contribution, Guard, guards, ranked, said, shortened
from metrics.catalogue import METRICS
from metrics.readings import Level
from metrics.readings import Variance as Read
from reports.attribution import CannotAttribute, Gap, Question, cuts, gap
from reports.attribution.parts import said as without_sort
from reports.baselines import BASELINES, BUDGET, IN_WORDS, LABELS
from reports.boards.naming import short_name
from reports.boards.picture import Picture
from reports.boards.reading import Reader
from reports.explanation import Explanation
from reports.figures import Choice, Contributor, Contributors, Effect, Section, Variance, VarianceBar
from reports.formatting import Scale, apart, scale_for
from reports.selection import Selection

ON_PAGE = 8
GREY = 0.05
"""Parts below this share of their side's gross stay grey."""
SHOWN = {"unit": "By unit", "line": "By line", "driver": "By driver"}


def of_figure(
    explanation: Explanation, asked: Question, *, currency: str, here: str, baselines: tuple[Choice, ...] = ()
) -> Contributors | None:
    """What accounts for the gap of a figure to its baseline; None where it has no parts at all.

    A cut that is not possible falls back to the first that is. `here` is the address of the page, with a query.
    """
    possible = cuts(explanation, asked)
    if not possible:
        return None
    by = asked.by if asked.by in possible else possible[0]
    try:
        found = gap(explanation, replace(asked, by=by, most=ON_PAGE), with_path=False)
    except CannotAttribute as error:
        return None if asked.baseline == BUDGET else _nothing(str(error), baselines)
    if found.total.favourable.number is None:
        return _nothing(f"There is nothing to compare with: {_why(found.total)}.", baselines)
    views = tuple(Choice(SHOWN[each], f"{here}&by={each}", each == by) for each in possible)
    return _table(
        found.found,
        labels={code: line.label for code, line in found.lines.items()},
        title=found.sentence,
        told=found.guards,
        kind=_kind(found),
        scale=scale_for([_largest(found.found)], currency=currency),
        against=IN_WORDS[asked.baseline],
        views=views if len(views) > 1 else (),
        baselines=baselines,
    )


def baselines_of(selection: Selection, address: Callable[[str], str]) -> tuple[Choice, ...]:
    """What figures may be read against, as links; `address` makes one of a query. None where there is only a budget."""
    return tuple(
        Choice(
            LABELS[each],
            address(selection.query(against=None if each == BUDGET else each)),
            is_on=each == selection.baseline,
        )
        for each in (BASELINES if selection.may_compare else ())
    )


def _nothing(title: str, baselines: tuple[Choice, ...]) -> Contributors | None:
    """No gap, and what else there is to compare with; None where that is nothing either."""
    if not baselines:
        return None
    return Contributors(Section(title), (), (), (), scale_for([], currency=""), baselines=baselines)


def _why(total: Read) -> str:
    return without_sort((total.baseline if total.baseline.number is None else total.actual).reason)


def of_operating_income(
    seen: Picture, own: Reader, lines: Sequence[str], *, baselines: tuple[Choice, ...] = ()
) -> Contributors | None:
    """What accounts for the gap of a unit's operating income to budget: its units, or else its lines. No query."""
    total, _ = own.against("operating_income")
    if total.favourable.number is None:
        return _nothing(f"There is nothing to compare with: {_why(total)}.", baselines)
    if seen.parts:
        read = {unit.code: seen.reader(unit).against("operating_income")[0].favourable for unit in seen.parts}
        labels = {unit.code: f"{short_name(unit.code)} {apart(unit.name)}" for unit in seen.parts}
    else:
        read = {code: own.against(code)[0].favourable for code in lines}
        labels = {code: METRICS[code].label for code in lines}
    changes = [Change(code, level) for code, level in read.items()]
    found = shortened(ranked(changes, net=total.favourable), ON_PAGE)
    if not found.moved:
        return None
    return _table(
        found,
        labels=labels,
        title=said(found, labels),
        told=guards(found, changes),
        kind="money",
        scale=scale_for([_largest(found)], currency=seen.currency),
        baselines=baselines,
    )


def _table(
    found: Attribution,
    *,
    labels: Mapping[str, str],
    title: str,
    told: Sequence[Guard],
    kind: str,
    scale: Scale,
    against: str = IN_WORDS[BUDGET],
    views: tuple[Choice, ...] = (),
    baselines: tuple[Choice, ...] = (),
) -> Contributors:
    largest = _largest(found) or 1
    unit = "points" if kind == "points" else scale.unit
    rows = tuple(
        Contributor(
            label=labels[each.code],
            variance=_variance(each.favourable, kind, is_material=_counts(each)),
            of_gross=_share(each.of_gross),
            cumulative=_share(each.cumulative),
            bar=_bar(each, largest),
        )
        for each in found.contributions
    )
    last = [Contributor(f"{found.left_out} others", _variance(Level(found.pooled), kind))] if found.left_out else []
    if found.rest.number != 0:
        last.append(Contributor("Not accounted for", _variance(found.rest, kind)))
    subtitle = f"Favourable variance {against}, {unit}; shares are of all that pulls the same way, under 5% is grey."
    return Contributors(
        section=Section(title, subtitle),
        rows=rows,
        last=tuple(last),
        guards=tuple(guard.sentence for guard in told),
        scale=scale,
        views=views,
        baselines=baselines,
    )


def _variance(level: Level, kind: str, *, is_material: bool = False) -> Variance:
    return Variance(level.number, kind, _effect(level), is_material, level.reason)


def _counts(each: Contribution) -> bool:
    return (each.of_gross.number or 0) >= GREY


def _effect(level: Level) -> Effect:
    if level.number is None:
        return "unknown"
    return "favourable" if level.number > 0 else "unfavourable" if level.number < 0 else "on target"


def _bar(each: Contribution, largest: int | float) -> VarianceBar | None:
    number = each.favourable.number
    tone = _variance(each.favourable, "", is_material=_counts(each)).tone
    return None if number is None else VarianceBar(number, largest, tone)


def _largest(found: Attribution) -> int | float:
    return max((abs(each.favourable.number or 0) for each in found.contributions), default=0)


def _share(level: Level) -> str:
    return "" if level.number is None else f"{level.number * 100:.0f}%"


def _kind(found: Gap) -> str:
    return "points" if found.metric.compare == "points" else found.metric.kind
