"""The metrics in force at a mark: the shipped catalogue, and what administrators added to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from metrics.catalogue import CATALOGUE, Metric
from metrics.models import MetricVersion
from units.marks import standing_at

TERMS = ("metric__code", "label", "kind", "better", "compare", "formula", "impact", "description")
"""The columns of an added metric that a line of the catalogue is made of."""


def definitions(mark: int | None = None) -> dict[str, Metric]:
    """Every metric by its code, in the order of the finance manual, added ones last.

    `mark` asks for the definitions as they stood then; None for today's. Retired metrics are left out.
    """
    added = MetricVersion.objects.filter(standing_at(mark), retired=False)
    return with_added(added.order_by("metric_id").values_list(*TERMS))


def with_added(added: Iterable[Sequence[Any]]) -> dict[str, Metric]:
    """The catalogue with added metrics at its end, each given by its `TERMS`."""
    found = {metric.code: metric for metric in CATALOGUE}
    found.update((terms[0], _as_metric(*terms)) for terms in added)
    return found


def _as_metric(
    code: str, label: str, kind: Any, better: Any, compare: Any, formula: str, impact: str, description: str
) -> Metric:
    """An added metric's terms as a line of the catalogue: computed anew from summed parts everywhere."""
    return Metric(
        code=code,
        label=label,
        kind=kind,
        better=better,
        compare=compare,
        unit_of_measure=kind,
        formula=formula,
        impact=impact,
        group="added",
        description=description,
    )
