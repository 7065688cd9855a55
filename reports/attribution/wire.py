"""A gap as other programs read it: money as decimal text, shares as numbers, missing as null with its reason."""

from __future__ import annotations

from typing import Any

from metrics.attribution import Contribution
from metrics.declaration import Metric
from metrics.readings import Level
from metrics.wire import as_wire
from reports.attribution.gap import Gap


def document(found: Gap, *, unit: str, period: str) -> dict[str, Any]:
    """One object; `unit` and `period` are the codes of what was asked for."""
    asked, total, metric = found.question, found.total, found.metric
    return {
        "metric": asked.code,
        "unit": unit,
        "period": period,
        "basis": asked.basis,
        "baseline": asked.baseline,
        "by": asked.by,
        "actual": _told(total.actual, metric.kind),
        "compared": _told(total.baseline, metric.kind),
        "difference": _told(total.difference, metric.kind),
        "percent": _told(total.percent, "ratio"),
        "favourable": _told(total.favourable, metric.kind),
        "effect": total.effect,
        "is_material": found.is_material,
        "gross_unfavourable": as_wire(found.found.gross_unfavourable, metric.kind),
        "gross_favourable": as_wire(found.found.gross_favourable, metric.kind),
        "rest": _told(found.found.rest, metric.kind),
        "left_out": {"parts": found.found.left_out, "favourable": as_wire(found.found.pooled, metric.kind)},
        "sentence": found.sentence,
        "guards": [{"code": guard.code, "sentence": guard.sentence} for guard in found.guards],
        "parts": [_part(found, each, metric) for each in found.found.contributions],
        "path": [
            {
                "by": step.by,
                "code": step.code,
                "label": step.label,
                "favourable": _told(step.held.favourable, metric.kind),
                "of_gross": _told(step.held.of_gross, "ratio"),
            }
            for step in found.path
        ],
    }


def _part(found: Gap, each: Contribution, metric: Metric) -> dict[str, Any]:
    line = found.lines[each.code]
    told = {
        "code": each.code,
        "label": line.label,
        "actual": _told(line.actual, metric.kind),
        "compared": _told(line.baseline, metric.kind),
        "favourable": _told(each.favourable, metric.kind),
        "of_net": _told(each.of_net, "ratio"),
        "of_gross": _told(each.of_gross, "ratio"),
        "cumulative": _told(each.cumulative, "ratio"),
    }
    if line.mix is None or line.rate is None or line.other is None:
        return told
    sense = metric.better or 1
    return told | {name: sense * float(getattr(line, name)) for name in ("mix", "rate", "other")}


def _told(level: Level, kind: str) -> dict[str, Any]:
    """A number with the reason why there is none."""
    return {"value": as_wire(level.number, kind), "reason": level.reason or None}
