"""The overview: where did we leave the plan, why, and who acts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metrics.rates import AT_PRIOR_YEAR, IN_WORDS
from metrics.readings import Level
from reports import charts
from reports.boards.causes import cause
from reports.boards.matrix import matrix
from reports.boards.multiples import multiples
from reports.boards.naming import short_name, unit_name
from reports.boards.picker import moved, picker, read_at
from reports.boards.picture import ON_PAGE, Picture
from reports.boards.reading import Reader
from reports.figures import (
    AlertSummary,
    Chart,
    ChartTable,
    Comparison,
    Headline,
    Kpi,
    OverviewBoard,
    Remark,
    Section,
    Spark,
)
from reports.formatting import amount, scale_for
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.wording import Cause, Phrase, bridge_title, headline, without_budget
from units.models import Unit

KPIS = (("revenue", "Revenue"), ("operating_income", "Operating income"), ("operating_margin", "Operating margin"))
IN_BRIDGE = 13


def overview(seen: Picture, *, alerts: AlertSummary, sort: str = "", measure: str = "", page: int = 1) -> OverviewBoard:
    """The whole board from what was read."""
    return OverviewBoard(
        title="Overview",
        picker=picker(seen.selection, closed=_coverage(seen)),
        headline=_headline(seen),
        kpis=_kpis(seen),
        bridge=_bridge(seen),
        alerts=alerts,
        matrix=matrix(seen, sort=sort, page=page, size=ON_PAGE),
        multiples=multiples(seen, measure=measure),
        notes=_notes(seen),
    )


def _headline(seen: Picture) -> Headline:
    own = seen.own
    value, baseline = own.level("operating_income").number, own.level("operating_income", BUDGET).number
    meta = (
        Remark(f"{seen.selection.in_words}."),
        Remark("Written from the figures below; see how", href=own.href("operating_income")),
        *((Remark(f"{said[0].upper()}{said[1:]}."),) if (said := seen.selection.comparison.said) else ()),
        *moved(seen.selection),
        *read_at(seen.selection),
    )
    if not isinstance(value, int):
        reason = own.level("operating_income").reason.partition(": ")[2] or "not delivered"
        return Headline((Phrase(f"Operating income is not known: {reason}."),), meta)
    if not isinstance(baseline, int):
        read, _ = own.against("operating_income", PRIOR)
        sentence = without_budget(
            measure="Operating income",
            value=value,
            growth=read.percent.number,
            currency=seen.currency,
        )
        return Headline(sentence, meta)
    read, is_material = own.against("operating_income")
    sentence = headline(
        measure="Operating income",
        value=value,
        baseline=baseline,
        is_material=is_material,
        causes=_causes(seen),
        currency=seen.currency,
    )
    return Headline(sentence, meta)


def _causes(seen: Picture) -> list[Cause]:
    query = seen.query
    found = [
        cause(seen.reader(unit), short_name(unit.code), unit_name(unit, query).href)
        for unit in seen.parts
        if seen.reader(unit).against("operating_income")[1]
    ]
    return [each for each in found if each is not None]


def _kpis(seen: Picture) -> tuple[Kpi, ...]:
    own = seen.own
    cells = [kpi(seen, own, code, label) for code, label in KPIS]
    heads = kpi(seen, own, "headcount", "Headcount, end of period")
    budget = own.level("headcount", BUDGET)
    words = ("Plan", "Prior year") if budget.number is not None else ("Budget", "Prior year")
    compared = tuple(replace(line, label=word) for line, word in zip(heads.comparisons, words, strict=True))
    figure = replace(heads.figure, unit="FTE")
    return (*cells, replace(heads, figure=figure, comparisons=compared))


def kpi(seen: Picture, own: Reader, code: str, label: str) -> Kpi:
    """A headline figure against budget and prior year, with its last twelve months."""
    return Kpi(
        label=label,
        figure=own.figure(code),
        spark=_spark(seen, code, months=12),
        comparisons=(
            Comparison("Budget", own.figure(code, BUDGET), own.compared(code, BUDGET)),
            Comparison("Prior year", own.figure(code, PRIOR), own.compared(code, PRIOR)),
        ),
    )


def _spark(seen: Picture, code: str, *, months: int) -> Spark:
    unit = seen.selection.unit.pk
    return Spark(
        actual=tuple(_numbers(seen, unit, ACTUAL, code)[-months:]),
        baseline=tuple(_numbers(seen, unit, BUDGET, code)[-months:]),
    )


def _numbers(seen: Picture, unit: int, version: str, code: str) -> list[float | None]:
    return [_number(level) for level in seen.series.of(unit, version, code)]


def _number(level: Level) -> float | None:
    return None if level.number is None else float(level.number)


def _bridge(seen: Picture) -> Section:
    """Operating income from budget to actual, unit by unit; what the units leave over is a step of its own."""
    own = seen.own
    start, end = own.level("operating_income", BUDGET).number, own.level("operating_income").number
    scale = scale_for([start, end, *(_size(seen, unit) for unit in seen.parts)], currency=seen.currency)
    if not isinstance(start, int) or not isinstance(end, int):
        if seen.selection.rates == AT_PRIOR_YEAR:
            return Section("No bridge from the budget at last year's rates", "The budget stands at its own rates.")
        return Section("No budget to bridge from", "Import a budget to see which units move the result.")
    steps, material = _steps(seen, end - start)
    lowest = charts.cut(start=start, steps=steps, end=end)
    figure = charts.bridge(start=("Budget", start), steps=steps, end=("Actual", end), scale=scale)
    rows = [("Budget", amount(start, scale))]
    rows += [(f"{step.label} {step.name}".strip(), amount(step.size, scale, signed=True)) for step in steps]
    cut = f" Axis cut at {amount(lowest, scale)}." if lowest > 0 else ""
    title = bridge_title(material, currency=seen.currency)
    return Section(
        title=title,
        subtitle=f"Operating income from budget to actual by unit, {scale.unit}, {seen.selection.label}.{cut}",
        charts=(
            Chart(
                id="bridge",
                message=title,
                spec=figure,
                table=ChartTable(("Step", scale.unit), (*rows, ("Actual", amount(end, scale)))),
                narrow=charts.bridge(
                    start=("Budget", start), steps=charts.pooled(steps), end=("Actual", end), scale=scale, narrow=True
                ),
            ),
        ),
    )


def _size(seen: Picture, unit: Any) -> int | None:
    number = seen.reader(unit).against("operating_income")[0].favourable.number
    return number if isinstance(number, int) else None


def _steps(seen: Picture, gap: int) -> tuple[list[charts.BridgeStep], list[int]]:
    """The largest steps from best to worst, the small ones pooled, the rest last; and the material sizes of units."""
    sized = [(unit, _size(seen, unit) or 0, seen.reader(unit).against("operating_income")[1]) for unit in seen.parts]
    working = [each for each in sized if each[0].kind != Unit.Kind.CORPORATE]
    corporate = [each for each in sized if each[0].kind == Unit.Kind.CORPORATE]
    kept = sorted(working, key=lambda each: -abs(each[1]))[:IN_BRIDGE]
    pooled = sum(size for _, size, _ in working) - sum(size for _, size, _ in kept)
    steps = [_step(unit, size, is_material) for unit, size, is_material in sorted(kept, key=lambda each: -each[1])]
    if len(working) > len(kept):
        others = len(working) - len(kept)
        steps.append(charts.BridgeStep("Others", f"{others} unit{'' if others == 1 else 's'}", pooled, "z"))
    steps += [_step(unit, size, is_material) for unit, size, is_material in corporate]
    rest = gap - sum(size for _, size, _ in sized)
    if rest:
        steps.append(charts.BridgeStep("Group", "Eliminations and own", rest, "z"))
    return steps, [size for _, size, is_material in working if is_material]


def _step(unit: Any, size: int, is_material: bool) -> charts.BridgeStep:
    tone = "z" if not is_material else "g" if size > 0 else "b"
    return charts.BridgeStep(short_name(unit.code), unit.name, size, tone)


def _coverage(seen: Picture) -> str:
    covered = seen.levels.coverage(seen.selection.unit.pk, ACTUAL, "revenue")
    if not covered:
        return "Latest figures"
    return f"{covered} unit-months in" if seen.selection.basis != "month" else f"{covered} units in"


def _notes(seen: Picture) -> tuple[str, ...]:
    return (in_currency(seen), _coverage(seen))


def in_currency(seen: Picture) -> str:
    """What amounts are in, and at whose rates where those are not the ones reported at."""
    currency = f"Amounts in {seen.currency}" if seen.currency else "Amounts in the group's currency"
    return f"{currency} {IN_WORDS[seen.selection.rates]}" if seen.selection.rates else currency
