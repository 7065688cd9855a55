"""What the doors of one figure share: which figure is asked for, within the scope and at one mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import Period
from metrics.formula import BASES
from metrics.models import Sheet
from metrics.querysets import computed_mark, sheets
from reports.explanation import Explanation, MetricUnknown
from reports.picking import picked
from units.doors import MomentFilter, ScopedViewSet, StrictFilterSet
from units.models import Unit

METRIC = "operating_income"
Asked = dict[str, Any]
Document = dict[str, Any]


def choices(words: Sequence[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class FigureFilter(StrictFilterSet):
    """Which figure; everything may be left out."""

    metric = filters.CharFilter(method="asked", label=f"A metric's code, or account:CODE. Left out: {METRIC}.")
    unit = filters.CharFilter(method="asked", label="Code of the unit. Left out: the topmost the reader may see.")
    period = filters.CharFilter(method="asked", label="Code of the period. Left out: the newest with actuals.")
    basis = filters.ChoiceFilter(method="asked", choices=choices(BASES), label="Left out: month.")
    as_of = MomentFilter(method="asked", label="As known then: a date (its end) or an ISO 8601 time.")

    def asked(self, queryset: QuerySet[Sheet], name: str, value: Any) -> QuerySet[Sheet]:
        """The view reads it: it names what is explained, and narrows no rows."""
        return queryset


class FigureViewSet(ScopedViewSet):
    """One reading of one figure on one page; none where the unit or the period has no actuals."""

    queryset = Sheet.objects.none()
    filterset_class: type[FigureFilter]
    pagination_class = None

    def get_queryset(self) -> QuerySet[Sheet]:
        return sheets(self.scope)

    def answer(self, request: Request) -> Response:
        """The filters checked once, the figure picked, and what `read` makes of it."""
        found = self.filterset_class(request.query_params, queryset=self.get_queryset())
        if not found.is_valid():
            raise ValidationError(found.errors)
        return Response({"next": None, "results": self._results(found.form.cleaned_data)})

    def _results(self, asked: Asked) -> Sequence[Document]:
        explanation = Explanation(self.scope, computed_mark(asked["as_of"]))
        unit, period = picked(self.scope, explanation.mark, unit=asked["unit"], period=asked["period"])
        if unit is None or period is None:
            return []
        code, basis = asked["metric"] or METRIC, asked["basis"] or BASES[0]
        try:
            return [self.read(explanation, asked | {"metric": code, "basis": basis}, unit, period)]
        except MetricUnknown as error:
            raise ValidationError({"metric": [str(error)]}) from error

    def read(self, explanation: Explanation, asked: Asked, unit: Unit, period: Period) -> Document:
        """The reading as a document; raises MetricUnknown."""
        raise NotImplementedError
