"""How a group's figure comes about, over the API: the same columns as the pages and the command."""

from __future__ import annotations

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import Period
from metrics.definitions import definitions
from metrics.rates import CONSTANT
from metrics.wire import measure_of
from reports.api.door import Asked, Document, FigureFilter, FigureViewSet, choices
from reports.consolidation import consolidation, document
from reports.explanation import Explanation
from units.models import Unit


class ConsolidationFilter(FigureFilter):
    """Which figure of which unit; everything may be left out."""

    rates = filters.ChoiceFilter(method="asked", choices=choices(CONSTANT), label=f"Left out: {CONSTANT[0]}.")


class ColumnsSerializer(serializers.Serializer):
    """units + adjustments + eliminations + fx + minority = group, as decimal text; null where it is not known."""

    units = serializers.CharField(allow_null=True)
    adjustments = serializers.CharField(allow_null=True)
    eliminations = serializers.CharField(allow_null=True)
    fx = serializers.CharField(allow_null=True, help_text="What the period's rates do against the constant ones.")
    minority = serializers.CharField(allow_null=True, help_text="Minus what of net income belongs to others.")
    group = serializers.CharField(allow_null=True)


class ConsolidationLineSerializer(serializers.Serializer):
    """A unit right below at 100 %, and what of it is in the group."""

    unit = serializers.CharField()
    name = serializers.CharField()
    sort = serializers.CharField(help_text="unit, elimination, or own: the group's own figures")
    method = serializers.CharField(allow_null=True)
    ownership = serializers.CharField(allow_null=True)
    taken = serializers.CharField(allow_null=True, help_text="The part that is taken in line by line.")
    columns = ColumnsSerializer()
    reason = serializers.CharField(allow_null=True)
    contribution = serializers.CharField(allow_null=True, help_text="Null where only a part is taken in.")


class SplitSerializer(serializers.Serializer):
    """The variance against budget: operational + currency = total."""

    total = serializers.CharField(allow_null=True)
    operational = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class PairSerializer(serializers.Serializer):
    """Two units that do not agree on what they sold each other."""

    unit = serializers.CharField()
    counterparty = serializers.CharField()
    amount = serializers.CharField()


class ConsolidationSerializer(serializers.Serializer):
    """A figure of a unit in columns."""

    unit = serializers.CharField()
    period = serializers.CharField()
    basis = serializers.CharField()
    version = serializers.CharField()
    metric = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have a `label`; this one is a column
    rates = serializers.CharField(allow_null=True, help_text="The constant rates the first columns stand at.")
    columns = ColumnsSerializer()
    consolidated = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    fx_reason = serializers.CharField(allow_null=True)
    lines = ConsolidationLineSerializer(many=True)
    variance = SplitSerializer()
    left_over = serializers.DictField(child=serializers.CharField(), help_text="What eliminations leave over.")
    owners = serializers.ListField(child=serializers.CharField(), help_text="Who leads the unit, and so owns that.")
    pairs = PairSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ConsolidationPageSerializer(serializers.Serializer):
    """One figure in columns, or none where the unit or period has no actuals."""

    next = serializers.CharField(allow_null=True, help_text="Always null: there is one page.")
    results = ConsolidationSerializer(many=True)


class ConsolidationViewSet(FigureViewSet):
    """How a group's figure comes about, column by column."""

    serializer_class = ConsolidationPageSerializer
    filterset_class = ConsolidationFilter

    @extend_schema(
        operation_id="consolidation_list",
        summary="Consolidate a figure",
        description=(
            "The sum of units, adjustments, eliminations, exchange rates and the minority's share that make up a"
            " group's figure, the units right below it, and what eliminations left over. Whoever sees one side of a"
            " trade only is shown that side in full, and nothing of the other one."
        ),
        responses=ConsolidationPageSerializer,
        filters=True,
    )
    def list(self, request: Request) -> Response:
        return self.answer(request)

    def read(self, explanation: Explanation, asked: Asked, unit: Unit, period: Period) -> Document:
        found = consolidation(
            explanation,
            asked["metric"],
            unit=unit,
            ordinal=period.ordinal,
            basis=asked["basis"],
            rates=asked["rates"] or CONSTANT[0],
        )
        return document(found, measure_of(asked["metric"], definitions(explanation.mark)))
