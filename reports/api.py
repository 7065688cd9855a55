"""What accounts for a gap, over the API: the same readings as the pages and the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import Period
from metrics.definitions import definitions
from metrics.formula import BASES
from metrics.models import Sheet
from metrics.querysets import computed_mark, sheets
from metrics.rates import CONSTANT
from metrics.wire import measure_of
from reports.attribution import BASELINES, BUDGET, BY, CannotAttribute, Question, document, gap
from reports.consolidation import consolidation, picked
from reports.consolidation import document as consolidation_document
from reports.explanation import Explanation, MetricUnknown
from units.doors import HoldsAbility, MomentFilter, StrictFilterSet
from units.models import Unit

METRIC = "operating_income"


def choices(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


class GapFilter(StrictFilterSet):
    """Which gap; everything may be left out."""

    metric = filters.CharFilter(method="asked", label=f"A metric's code, or account:CODE. Left out: {METRIC}.")
    unit = filters.CharFilter(method="asked", label="Code of the unit. Left out: the topmost the reader may see.")
    period = filters.CharFilter(method="asked", label="Code of the period. Left out: the newest with actuals.")
    basis = filters.ChoiceFilter(method="asked", choices=choices(BASES), label="Left out: month.")
    baseline = filters.ChoiceFilter(method="asked", choices=choices(BASELINES), label=f"Left out: {BUDGET}.")
    by = filters.ChoiceFilter(
        method="asked", choices=choices(BY), label="Left out: unit where there are any, else line."
    )
    as_of = MomentFilter(method="asked", label="As known then: a date (its end) or an ISO 8601 time.")

    def asked(self, queryset: QuerySet[Sheet], name: str, value: Any) -> QuerySet[Sheet]:
        return queryset


class LevelSerializer(serializers.Serializer):
    """A number, money and counts as decimal text; null with the reason why there is none."""

    value = serializers.JSONField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class PartSerializer(serializers.Serializer):
    """One part of a gap: what it accounts for, not what it caused."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    actual = LevelSerializer()
    compared = LevelSerializer()
    favourable = LevelSerializer(help_text="By how much it moves the total; positive is better.")
    of_net = LevelSerializer(help_text="Share of the net gap; null where parts offset one another.")
    of_gross = LevelSerializer(help_text="Share of all parts that pull the same way.")
    cumulative = LevelSerializer(help_text="Gross shares summed down to this one.")
    mix = serializers.FloatField(required=False, help_text="Of a ratio: what the weight of the unit moved.")
    rate = serializers.FloatField(required=False, help_text="Of a ratio: what the unit's own ratio moved.")
    other = serializers.FloatField(required=False, help_text="Of a ratio: a unit without a ratio now or before.")


class LeftOutSerializer(serializers.Serializer):
    """The parts that stand on no line of their own, together."""

    parts = serializers.IntegerField()
    favourable = serializers.JSONField()


class GuardSerializer(serializers.Serializer):
    """Something to know before shares are read."""

    code = serializers.CharField()
    sentence = serializers.CharField()


class DescentSerializer(serializers.Serializer):
    """One step down: the part that holds most of the gap among its siblings."""

    by = serializers.CharField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    favourable = LevelSerializer()
    of_gross = LevelSerializer()


class GapSerializer(serializers.Serializer):
    """A gap: baseline plus parts plus rest is actual; shares are never added across units, lines and drivers."""

    metric = serializers.CharField()
    unit = serializers.CharField()
    period = serializers.CharField()
    basis = serializers.CharField()
    baseline = serializers.CharField()
    by = serializers.CharField()
    actual = LevelSerializer()
    compared = LevelSerializer()
    difference = LevelSerializer()
    percent = LevelSerializer()
    favourable = LevelSerializer()
    effect = serializers.CharField(help_text="favourable, unfavourable, on target, neutral or unknown")
    is_material = serializers.BooleanField()
    gross_unfavourable = serializers.JSONField()
    gross_favourable = serializers.JSONField()
    rest = LevelSerializer(help_text="What the parts do not explain.")
    left_out = LeftOutSerializer()
    sentence = serializers.CharField()
    guards = GuardSerializer(many=True)
    parts = PartSerializer(many=True)
    path = DescentSerializer(many=True)


class GapPageSerializer(serializers.Serializer):
    """One gap, or none where the unit or period has no actuals."""

    next = serializers.CharField(allow_null=True, help_text="Always null: there is one page.")
    results = GapSerializer(many=True)


class AttributionViewSet(viewsets.GenericViewSet):
    """What accounts for the gap of one figure."""

    queryset = Sheet.objects.none()
    serializer_class = GapPageSerializer
    filterset_class = GapFilter
    pagination_class = None
    permission_classes = (HoldsAbility,)

    def get_queryset(self) -> QuerySet[Sheet]:
        return sheets(self.request.scope)  # type: ignore[attr-defined]

    @extend_schema(
        operation_id="attribution_list",
        summary="Attribute a gap",
        description=(
            "What accounts for the gap of a figure against budget or prior year, by unit, line or driver: shares of the"
            " gross on each side, the guards in plain words, and the way down. Nothing here says what caused it."
        ),
        responses=GapPageSerializer,
        filters=True,
    )
    def list(self, request: Request) -> Response:
        self.filter_queryset(self.get_queryset())  # refuses what is no filter or no value of one
        asked = GapFilter(request.query_params, queryset=self.get_queryset()).form
        asked.is_valid()
        return Response({"next": None, "results": self._gap(asked.cleaned_data)})

    def _gap(self, asked: dict[str, Any]) -> Sequence[dict[str, Any]]:
        scope = self.request.scope  # type: ignore[attr-defined]
        units = Unit.objects.within(scope).order_by("depth", "left")
        unit = units.filter(code=asked["unit"]).first() if asked["unit"] else units.first()
        explanation = Explanation(scope, computed_mark(asked["as_of"]))
        period = None if unit is None else self._period(unit, explanation.mark, asked["period"])
        if unit is None or period is None:
            return []
        question = Question(
            code=asked["metric"] or METRIC,
            unit=unit.pk,
            ordinal=period.ordinal,
            basis=asked["basis"] or BASES[0],
            baseline=asked["baseline"] or BUDGET,
            by=asked["by"] or "",
        )
        try:
            return [document(gap(explanation, question), unit=unit.code, period=period.code)]
        except MetricUnknown as error:
            raise ValidationError({"metric": [str(error)]}) from error
        except CannotAttribute as error:
            raise ValidationError({"by": [str(error)]}) from error

    def _period(self, unit: Unit, mark: int, code: str) -> Period | None:
        """The period asked for, or the newest, where the unit has actuals of it."""
        known = sheets(self.request.scope).standing_at(mark).of_version("actual").of_units([unit.pk])  # type: ignore[attr-defined]
        if code:
            known = known.filter(period__code=code)
        newest = known.order_by("-period__ordinal").select_related("period").first()
        return newest.period if newest is not None else None


class ConsolidationFilter(StrictFilterSet):
    """Which figure of which unit; everything may be left out."""

    metric = filters.CharFilter(method="asked", label=f"A metric's code, or account:CODE. Left out: {METRIC}.")
    unit = filters.CharFilter(method="asked", label="Code of the unit. Left out: the topmost the reader may see.")
    period = filters.CharFilter(method="asked", label="Code of the period. Left out: the newest with actuals.")
    basis = filters.ChoiceFilter(method="asked", choices=choices(BASES), label="Left out: month.")
    rates = filters.ChoiceFilter(method="asked", choices=choices(CONSTANT), label=f"Left out: {CONSTANT[0]}.")
    as_of = MomentFilter(method="asked", label="As known then: a date (its end) or an ISO 8601 time.")

    def asked(self, queryset: QuerySet[Sheet], name: str, value: Any) -> QuerySet[Sheet]:
        return queryset


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
    label = serializers.CharField()  # type: ignore[assignment]
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


class ConsolidationViewSet(viewsets.GenericViewSet):
    """How a group's figure comes about, column by column."""

    queryset = Sheet.objects.none()
    serializer_class = ConsolidationPageSerializer
    filterset_class = ConsolidationFilter
    pagination_class = None
    permission_classes = (HoldsAbility,)

    def get_queryset(self) -> QuerySet[Sheet]:
        return sheets(self.request.scope)  # type: ignore[attr-defined]

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
        self.filter_queryset(self.get_queryset())  # refuses what is no filter or no value of one
        asked = ConsolidationFilter(request.query_params, queryset=self.get_queryset()).form
        asked.is_valid()
        return Response({"next": None, "results": self._found(asked.cleaned_data)})

    def _found(self, asked: dict[str, Any]) -> Sequence[dict[str, Any]]:
        scope = self.request.scope  # type: ignore[attr-defined]
        explanation = Explanation(scope, computed_mark(asked["as_of"]))
        unit, period = picked(scope, explanation.mark, unit=asked["unit"], period=asked["period"])
        if unit is None or period is None:
            return []
        code, basis = asked["metric"] or METRIC, asked["basis"] or BASES[0]
        try:
            found = consolidation(
                explanation, code, unit=unit, ordinal=period.ordinal, basis=basis, rates=asked["rates"] or CONSTANT[0]
            )
        except MetricUnknown as error:
            raise ValidationError({"metric": [str(error)]}) from error
        return [consolidation_document(found, measure_of(code, definitions(explanation.mark)))]


ROUTES: tuple[tuple[str, type[viewsets.GenericViewSet], str], ...] = (
    ("attribution", AttributionViewSet, "attribution"),
    ("consolidation", ConsolidationViewSet, "consolidation"),
)
