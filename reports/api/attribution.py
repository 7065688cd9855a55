"""What accounts for a gap, over the API: the same readings as the pages and the command."""

from __future__ import annotations

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import Period
from reports.api.door import Asked, Document, FigureFilter, FigureViewSet, choices
from reports.attribution import BASELINES, BUDGET, BY, CannotAttribute, Question, document, gap
from reports.explanation import Explanation
from units.models import Unit


class GapFilter(FigureFilter):
    """Which gap; everything may be left out."""

    baseline = filters.ChoiceFilter(method="asked", choices=choices(BASELINES), label=f"Left out: {BUDGET}.")
    by = filters.ChoiceFilter(
        method="asked", choices=choices(BY), label="Left out: unit where there are any, else line."
    )


class LevelSerializer(serializers.Serializer):
    """A number, money and counts as decimal text; null with the reason why there is none."""

    value = serializers.JSONField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class PartSerializer(serializers.Serializer):
    """One part of a gap: what it accounts for, not what it caused."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have a `label`; this one is a column
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
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have a `label`; this one is a column
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


class AttributionViewSet(FigureViewSet):
    """What accounts for the gap of one figure."""

    serializer_class = GapPageSerializer
    filterset_class = GapFilter

    @extend_schema(
        operation_id="attribution_list",
        summary="Attribute a gap",
        description=(
            "What accounts for the gap of a figure against budget, prior year or what was forecast, by unit, line or"
            " driver: shares of the gross on each side, the guards in plain words, and the way down. Nothing here says"
            " what caused it."
        ),
        responses=GapPageSerializer,
        filters=True,
    )
    def list(self, request: Request) -> Response:
        return self.answer(request)

    def read(self, explanation: Explanation, asked: Asked, unit: Unit, period: Period) -> Document:
        question = Question(
            code=asked["metric"],
            unit=unit.pk,
            ordinal=period.ordinal,
            basis=asked["basis"],
            baseline=asked["baseline"] or BUDGET,
            by=asked["by"] or "",
        )
        try:
            return document(gap(explanation, question), unit=unit.code, period=period.code)
        except CannotAttribute as error:
            raise ValidationError({"by": [str(error)]}) from error
