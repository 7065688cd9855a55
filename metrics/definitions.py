"""The metrics in force at a mark: the shipped catalogue, and what administrators added to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

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


def newest_terms(code: str) -> QuerySet[MetricVersion, Any]:
    """The newest terms of the added metric that this column of the outer query names, retired ones too: a subquery."""
    newest = MetricVersion.objects.filter(metric__code=OuterRef(code)).order_by("-from_mark")
    return newest.values(terms=JSONObject(**{each: each for each in (*TERMS, "retired", "from_mark")}))[:1]


def read_terms(document: Mapping[str, Any]) -> Metric:
    """What `newest_terms` found, as a line of the catalogue."""
    return _as_metric(*(document[each] for each in TERMS))


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
