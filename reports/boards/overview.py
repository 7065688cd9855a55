"""The overview: where did we leave the plan, why, and who acts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse

from metrics.rates import AT_PRIOR_YEAR, IN_WORDS
from metrics.readings import Level
from reports import charts
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, LABELS, NAMES, PRIOR_YEAR
from reports.boards.against import BESIDE
from reports.boards.bridged import bridged
from reports.boards.causes import cause, moving
from reports.boards.contributors import baselines_of
from reports.boards.matrix import matrix
from reports.boards.multiples import multiples
from reports.boards.naming import short_name, unit_name
from reports.boards.picker import moved, picker, read_at
from reports.boards.picture import ON_PAGE, Picture
from reports.boards.reading import Reader
from reports.boards.statement import HEADS
from reports.figures import (
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
from reports.wording import Cause, Phrase, bridge_title, count, headline, without_budget
from units.models import Unit

KPIS = (("revenue", "Revenue"), ("operating_income", "Operating income"), ("operating_margin", "Operating margin"))
IN_BRIDGE = 13
NOTHING_THERE = {
    BUDGETED: "Import a budget to see which units move the result.",
    PRIOR_YEAR: "The same stretch a year earlier has no figures that compare.",
    FORECAST: "Nobody had forecast this stretch of time before it began.",
}


def overview(seen: Picture, *, sort: str = "", measure: str = "", page: int = 1) -> OverviewBoard:
    """All of the board that is made of what was read; the alerts stand beside it."""
    laid_out = {"unit": seen.selection.unit.code, "sort": sort or None, "measure": measure or None}
    laid_out |= seen.narrowing.parts
    return OverviewBoard(
        title="Overview",
        picker=picker(
            seen.selection,
            closed=_coverage(seen),
            baselines=baselines_of(seen.selection, str),
            here=reverse("overview") + seen.selection.query(**laid_out),
        ),
        headline=_headline(seen),
        kpis=_kpis(seen),
        bridge=_bridge(seen),
        matrix=matrix(seen, sort=sort, page=page, size=ON_PAGE),
        multiples=multiples(seen, measure=measure),
        notes=_notes(seen),
    )


def _headline(seen: Picture) -> Headline:
    own = seen.own
    value, baseline = own.level("operating_income").number, own.level("operating_income", own.baseline).number
    meta = (
        Remark(f"{seen.selection.in_months}."),
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
        of=NAMES[seen.selection.baseline],
    )
    return Headline(sentence, meta)


def _causes(seen: Picture) -> list[Cause]:
    query = seen.query
    found = [cause(seen.reader(unit), short_name(unit.code), unit_name(unit, query).href) for unit in moving(seen)]
    return [each for each in found if each is not None]


def _kpis(seen: Picture) -> tuple[Kpi, ...]:
    own = seen.own
    cells = [kpi(seen, own, code, label) for code, label in KPIS]
    heads = kpi(seen, own, "headcount", "Headcount, end of period")
    is_planned = own.level("headcount", BUDGET).number is not None
    compared = tuple(
        replace(line, label="Plan") if line.label == HEADS[BUDGET] and is_planned else line
        for line in heads.comparisons
    )
    figure = replace(heads.figure, unit="FTE")
    return (*cells, replace(heads, figure=figure, comparisons=compared))


def kpi(seen: Picture, own: Reader, code: str, label: str) -> Kpi:
    """A headline figure with its last twelve months, against what was picked and what stands beside that."""
    return Kpi(
        label=label,
        code=code,
        figure=own.figure(code),
        spark=_spark(seen, code, months=12),
        comparisons=tuple(
            Comparison(HEADS[version], own.figure(code, version), own.compared(code, version))
            for version in (seen.baseline, BESIDE[seen.baseline])
        ),
    )


def _spark(seen: Picture, code: str, *, months: int) -> Spark:
    unit = seen.selection.unit.pk
    return Spark(
        actual=tuple(_numbers(seen, unit, ACTUAL, code)[-months:]),
        baseline=tuple(_numbers(seen, unit, seen.baseline, code)[-months:]),
    )


def _numbers(seen: Picture, unit: int, version: str, code: str) -> list[float | None]:
    return [_number(level) for level in seen.series.of(unit, version, code)]


def _number(level: Level) -> float | None:
    return None if level.number is None else float(level.number)


def _bridge(seen: Picture) -> Section:
    """Operating income from its baseline to actual, unit by unit; what the units leave over is a step of its own."""
    own, baseline = seen.own, seen.selection.baseline
    start, end = own.level("operating_income", own.baseline).number, own.level("operating_income").number
    scale = scale_for([start, end, *(_size(seen, unit) for unit in seen.parts)], currency=seen.currency)
    if not isinstance(start, int) or not isinstance(end, int):
        if seen.selection.rates == AT_PRIOR_YEAR:
            return Section("No bridge from the budget at last year's rates", "The budget stands at its own rates.")
        return Section(f"No {NAMES[baseline]} to bridge from", NOTHING_THERE[baseline])
    steps, material = _steps(seen, end - start)
    lowest = charts.cut(start=start, steps=steps, end=end)
    first, last, is_past = (LABELS[baseline], start), ("Actual", end), baseline == PRIOR_YEAR
    rows = [(LABELS[baseline], amount(start, scale))]
    rows += [(f"{step.label} {step.name}".strip(), amount(step.size, scale, signed=True)) for step in steps]
    hrefs = [step.href for step in steps]
    cut = f" Axis cut at {amount(lowest, scale)}." if lowest > 0 else ""
    title = bridge_title(material, currency=seen.currency, of=NAMES[baseline])
    stretch = f"Operating income from {NAMES[baseline]} to actual by unit, {scale.unit}, {seen.selection.label}"
    return Section(
        title=title,
        subtitle=f"{stretch}.{cut}{_left_out(seen)}",
        charts=(
            bridged(
                "bridge",
                title,
                charts.Bridge(first, steps, last, scale, is_past=is_past),
                ChartTable(("Step", scale.unit), (*rows, ("Actual", amount(end, scale))), ("", *hrefs, "")),
            ),
        ),
    )


def _left_out(seen: Picture) -> str:
    """A sentence on the units that cannot be compared, whose change is in the last step."""
    number = sum(_size(seen, unit) is None for unit in seen.parts)
    if not number:
        return ""
    return f" {count(number).capitalize()} {'unit has' if number == 1 else 'units have'} nothing to compare with."


def _size(seen: Picture, unit: Any) -> int | None:
    number = seen.reader(unit).against("operating_income")[0].favourable.number
    return number if isinstance(number, int) else None


def _steps(seen: Picture, gap: int) -> tuple[list[charts.BridgeStep], list[int]]:
    """The largest steps from best to worst, the small ones pooled, the rest last; and the material sizes of units."""
    found = [(unit, _size(seen, unit), seen.reader(unit).against("operating_income")[1]) for unit in seen.parts]
    sized = [(unit, size, is_material) for unit, size, is_material in found if size is not None]
    working = [each for each in sized if each[0].kind != Unit.Kind.CORPORATE]
    corporate = [each for each in sized if each[0].kind == Unit.Kind.CORPORATE]
    kept = sorted(working, key=lambda each: -abs(each[1]))[:IN_BRIDGE]
    pooled = sum(size for _, size, _ in working) - sum(size for _, size, _ in kept)
    steps = [_step(seen, *each) for each in sorted(kept, key=lambda each: -each[1])]
    if len(working) > len(kept):
        others = len(working) - len(kept)
        steps.append(charts.BridgeStep("Others", f"{others} unit{'' if others == 1 else 's'}", pooled, "z"))
    steps += [_step(seen, *each) for each in corporate]
    rest = gap - sum(size for _, size, _ in sized)
    if rest:
        steps.append(charts.BridgeStep("Group", "Eliminations and own", rest, "z"))
    return steps, [size for _, size, is_material in working if is_material]


def _step(seen: Picture, unit: Any, size: int, is_material: bool) -> charts.BridgeStep:
    tone = "z" if not is_material else "g" if size > 0 else "b"
    return charts.BridgeStep(short_name(unit.code), unit.name, size, tone, unit_name(unit, seen.query).href)


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
