"""The metrics in force at a mark: the shipped catalogue, and what administrators added to it."""

from __future__ import annotations

from metrics.catalogue import CATALOGUE, Metric
from metrics.models import MetricVersion
from units.marks import standing_at


def definitions(mark: int | None = None) -> dict[str, Metric]:
    """Every metric by its code, in the order of the finance manual, added ones last.

    `mark` asks for the definitions as they stood then; None for today's. Retired metrics are left out.
    """
    found = {metric.code: metric for metric in CATALOGUE}
    added = MetricVersion.objects.filter(standing_at(mark), retired=False).select_related("metric")
    for version in added.order_by("metric_id"):
        found[version.metric.code] = as_metric(version)
    return found


def as_metric(version: MetricVersion) -> Metric:
    """An added metric's terms as a line of the catalogue: computed anew from summed parts everywhere."""
    return Metric(
        code=version.metric.code,
        label=version.label,
        kind=version.kind,  # type: ignore[arg-type]  # a choice, checked when it was set
        better=version.better,  # type: ignore[arg-type]  # a choice, checked when it was set
        compare=version.compare,  # type: ignore[arg-type]  # a choice, checked when it was set
        unit_of_measure=version.kind,
        formula=version.formula,
        impact=version.impact,
        group="added",
        description=version.description,
    )
