"""What is missing, and why it was quiet, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.doors import unit_of
from alerts.models import Alert, Gap
from alerts.quiet import quiet
from alerts.quiet_wire import as_document
from ledger.models import Period
from metrics.definitions import definitions
from units.doors import CodesFilter, FlagFilter, MomentFilter, ScopedViewSet, StrictFilterSet


class GapFilter(StrictFilterSet):
    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    source = CodesFilter(label="Name of the source; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the oldest missing period; repeat for several.")
    owner = CodesFilter(field_name="owner__name", label="Name of the owner; repeat for several.")
    kind = filters.ChoiceFilter(choices=Gap.Kind.choices)
    standing = FlagFilter(field_name="ended", lookup_expr="isnull", label="Whether it is still missing.")


class MissingSerializer(serializers.ModelSerializer):
    """Figures that should be there and are not: one source of a unit. `source` empty: what was computed."""

    id = serializers.CharField(source="public_id")
    unit = serializers.CharField(source="unit.code")
    period = serializers.CharField(source="period.code", help_text="The oldest period that is missing.")
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True)

    class Meta:
        model = Gap
        fields = ("id", "unit", "source", "period", "kind", "text", "owner", "opened", "ended", "ended_because")


class GapViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Gaps on the reader's units, those that have ended among them."""

    queryset = Gap.objects.none()
    serializer_class = MissingSerializer
    filterset_class = GapFilter
    ability = "alerts.read"
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[Gap]:
        return Gap.objects.within(self.scope).shown_on_pages()


class QuietFilter(StrictFilterSet):
    """Which figure."""

    unit = filters.CharFilter(method="asked", required=True, label="Code of the unit.")
    metric = filters.CharFilter(method="asked", required=True, label="Code of the metric.")
    period = filters.CharFilter(method="asked", required=True, label="Code of the period.")
    as_of = MomentFilter(method="asked", label="As known then: a date (its end) or an ISO 8601 time.")

    def asked(self, queryset: QuerySet[Alert], name: str, value: Any) -> QuerySet[Alert]:
        """The view reads it: it names what is asked about, and narrows no rows."""
        return queryset


class ChangeSerializer(serializers.Serializer):
    """One version of a threshold; actor and reason are empty where it stands on a unit that is not the reader's."""

    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField()
    changed = serializers.DictField(help_text="By name what it said before and after.")


class HeardSerializer(serializers.Serializer):
    """What one threshold made of the figure. Money and counts as decimal text, other figures as numbers."""

    version = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have a `label`; this one is a column
    origin = serializers.CharField(help_text="unit, type or default: where it stands.")
    comparator = serializers.CharField()
    levels = serializers.DictField(child=serializers.CharField())
    value = serializers.JSONField(allow_null=True)
    baseline = serializers.JSONField(allow_null=True)
    limit = serializers.JSONField(allow_null=True)
    severity = serializers.CharField(allow_null=True, help_text="Empty: inside its limits; null: not judged.")
    outcome = serializers.CharField(help_text="fired, not fired, suppressed or no data")
    why = serializers.CharField()
    condition = serializers.CharField(allow_null=True)
    alerts = serializers.ListField(child=serializers.CharField())
    changes = ChangeSerializer(many=True)


class HeldSerializer(serializers.Serializer):
    """A silence over the figure; actor and reason are empty where it stands on a unit that is not the reader's."""

    unit = serializers.CharField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField()


class QuietSerializer(serializers.Serializer):
    """Why a figure was quiet in a period, or was not. `why` is empty where some threshold judged it."""

    judged = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField()
    thresholds = HeardSerializer(many=True)
    silences = HeldSerializer(many=True)
    gaps = MissingSerializer(many=True)


class QuietViewSet(ScopedViewSet):
    """Why it was quiet."""

    queryset = Alert.objects.none()
    serializer_class = QuietSerializer
    filterset_class = QuietFilter
    ability = "alerts.read"
    pagination_class = None

    @extend_schema(responses=QuietSerializer)
    def list(self, request: Request) -> Response:
        """What each threshold made of one figure in one period, as known at a moment."""
        found = QuietFilter(request.query_params, queryset=self.get_queryset())
        if not found.is_valid():
            raise ValidationError(found.errors)
        asked, now = found.form.cleaned_data, timezone.now()
        unit = unit_of(self.scope, asked["unit"], self.ability)
        if asked["metric"] not in definitions():
            raise ValidationError({"metric": [f"There is no metric {asked['metric']}."]})
        period = Period.objects.filter(code=asked["period"]).first()
        if period is None:
            raise ValidationError({"period": [f"There is no period {asked['period']}."]})
        told = quiet(unit, asked["metric"], period.ordinal, as_of=asked["as_of"] or now)
        return Response(as_document(told.as_told_to(self.scope)))


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (
    ("gaps", GapViewSet, "gap"),
    ("quiet", QuietViewSet, "quiet"),
)
"""Prefix, viewset and base name of each, for the router of `config.api_urls`."""
