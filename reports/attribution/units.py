"""Parts by unit: of a sum what each unit adds, of a ratio what its weight and its own ratio moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.declaration import Metric
from metrics.drivers import NoBase, RatioPart, mix_and_rate
from metrics.formula import Context, Node, Operation, parse
from metrics.readings import Level
from reports import drill
from reports.attribution.parts import CannotAttribute, Legs, Line, gap_of, said
from reports.explanation import Figures
from reports.operands import addends
from reports.provenance import Input

OWN = "own"
OWN_LABEL = "Own figures"


@dataclass(frozen=True)
class Share:
    """What a unit adds to a figure of the unit above it, with the delivered unit-periods behind it."""

    label: str
    part: Level
    coverage: str = ""


def units(figures: Figures, code: str, metric: Metric, legs: Legs) -> tuple[Line, ...]:
    """The units right below, eliminations among them, and what is the unit's own.

    Raises CannotAttribute where the figure is no sum of units and no ratio of such sums.
    """
    if not figures.evidence.company.children(figures.evidence.unit):
        raise CannotAttribute(f"{_name(figures)} has no units below it.")
    now, before = shares(figures, code, legs.actual), shares(figures, code, legs.baseline)
    if now is not None and before is not None:
        return tuple(_line(key, now.get(key), before.get(key)) for key in dict.fromkeys([*now, *before]))
    for leg in (legs.actual, legs.baseline):
        value, is_account = figures.value(code, leg), figures.metric(code) is None
        if value.number is None and (is_account or figures.adds(metric, leg)):
            raise CannotAttribute(f"{metric.label} has no number to compare: {said(value.reason)}.")
    return _of_ratio(figures, metric, legs)


def want_shares(figures: Figures, metric: Metric, legs: Legs) -> None:
    """Tell the evidence which numbers of units make up both sides: of a sum its own, of a ratio those of its sums."""
    node = parse(metric.formula) if is_quotient(metric) else None
    sides = (node.left, node.right) if isinstance(node, Operation) else ()
    for context in (legs.actual, legs.baseline):
        drill.want_parts(figures, metric.code, context)
        for side in sides:
            for operand in addends(side, context, calendar=figures.calendar) or ():
                drill.want_parts(figures, operand.code, operand.context)


def is_quotient(metric: Metric) -> bool:
    """Whether a metric is a ratio of two formulas, and so may have mix and rate over units."""
    node = parse(metric.formula)
    return metric.kind == "ratio" and isinstance(node, Operation) and node.operator == "/"


def shares(figures: Figures, code: str, context: Context) -> dict[str, Share] | None:
    """What each unit right below adds, by its code; None where the figure is no sum of units."""
    found = drill.units(figures, code, context)
    if not found or any(each.part is None for each in found):
        return None
    company = figures.evidence.company
    return {
        OWN if each.sort == "own" else company.units[each.unit].code: Share(_label(each), _part(each), each.coverage)
        for each in found
    }


def _line(key: str, now: Share | None, before: Share | None) -> Line:
    """A unit without a sheet of one side adds nothing there: what it has on the other is all new, or all lost."""
    label = (now or before or Share("", Level(0))).label
    actual, baseline = (each.part if each is not None else Level(0) for each in (now, before))
    windows = (now.coverage if now else "", before.coverage if before else "")
    return Line(key, label, actual, baseline, gap_of(actual, baseline), windows)


def _part(found: Input) -> Level:
    return Level(found.part) if found.value is not None else Level(None, found.reason)


def _label(found: Input) -> str:
    return OWN_LABEL if found.sort == "own" else found.label


# --- ratios ------------------------------------------------------------------------------------------------
def _of_ratio(figures: Figures, metric: Metric, legs: Legs) -> tuple[Line, ...]:
    """Mix and rate of a ratio of two sums, from each unit's parts of both."""
    node = parse(metric.formula)
    if not is_quotient(metric) or not isinstance(node, Operation):
        raise CannotAttribute(
            f"{metric.label} does not add up over units and is no ratio of two sums, so no unit accounts for a share."
        )
    labels: dict[str, str] = {}
    sides = [
        _sums(figures, side, context, labels)
        for context in (legs.actual, legs.baseline)
        for side in (node.left, node.right)
    ]
    if any(side is None for side in sides):
        raise CannotAttribute(f"{metric.label} is no ratio of sums over units, so no unit accounts for a share.")
    above, base, above_before, base_before = (side or {} for side in sides)
    parts = [
        RatioPart(key, above.get(key, 0), base.get(key, 0), above_before.get(key, 0), base_before.get(key, 0))
        for key in labels
    ]
    try:
        moved = mix_and_rate(parts)
    except NoBase as error:
        raise CannotAttribute(str(error)) from error
    return tuple(
        Line(
            code=part.code,
            label=labels[part.code],
            actual=_own(part.actual, part.actual_base),
            baseline=_own(part.baseline, part.baseline_base),
            moved=Level(float(each.total)),
            mix=each.mix,
            rate=each.rate,
            other=each.other,
        )
        for part, each in zip(parts, moved, strict=True)
    )


def _sums(figures: Figures, side: Node, context: Context, labels: dict[str, str]) -> Mapping[str, int] | None:
    """What each unit adds to one side of a fraction; units are noted in `labels` as they come."""
    found = addends(side, context, calendar=figures.calendar)
    sums: dict[str, int] = {}
    for operand in found or ():
        if figures.value(operand.code, operand.context).reason.startswith("not_applicable: no account"):
            continue
        parts = shares(figures, operand.code, operand.context)
        if parts is None:
            return None
        for key, share in parts.items():
            labels.setdefault(key, share.label)
            sums[key] = sums.get(key, 0) + operand.factor * int(share.part.number or 0)
    return sums if found else None


def _own(above: int, base: int) -> Level:
    return Level(above / base) if base else Level(None, "not_applicable: division by zero")


def _name(figures: Figures) -> str:
    name: str = figures.evidence.company.units[figures.evidence.unit].name
    return name
