"""Alerts, what can be done with them, and the thresholds behind them, over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import actions
from alerts.actions import HandlingRefused, NotAsItStands
from alerts.models import Alert, AlertEvent, ThresholdVersion
from ledger.amounts import as_text
from metrics.catalogue import SEVERITY_WORDS
from people.models import Person
from units.doors import CodesFilter, FlagFilter, HoldsAbility, StrictFilterSet
from units.scope import Scope


class Conflict(APIException):
    """The alert is not, or no longer, as the caller believes."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class AlertFilter(StrictFilterSet):
    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    metric = CodesFilter(field_name="version__metric", label="Code of the metric; repeat for several.")
    threshold = CodesFilter(field_name="threshold__code", label="Code of the threshold; repeat for several.")
    condition = filters.ChoiceFilter(choices=Alert.Condition.choices)
    handling = filters.ChoiceFilter(choices=Alert.Handling.choices)
    severity = filters.ChoiceFilter(choices=Alert.Severity.choices)
    owner = CodesFilter(field_name="owner__name", label="Name of the owner; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the last period judged; repeat for several.")


class AlertSerializer(serializers.ModelSerializer):
    """An alert as it stands. `impact` is money a year, negative where it hurts, null with its reason."""

    id = serializers.CharField(source="public_id")
    threshold = serializers.CharField(source="threshold.code")
    metric = serializers.CharField(source="version.metric")
    basis = serializers.CharField(source="version.basis")
    unit = serializers.CharField(source="unit.code")
    began = serializers.CharField(source="began.code")
    period = serializers.CharField(source="period.code")
    shown_as = serializers.SerializerMethodField(help_text="high, medium or low")
    impact = serializers.SerializerMethodField()
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True)
    escalated_to = serializers.CharField(source="escalated_to.name", default=None, allow_null=True)

    class Meta:
        model = Alert
        fields = (
            "id", "threshold", "metric", "basis", "unit", "began", "period", "condition", "handling", "severity",
            "shown_as", "title", "action", "impact", "impact_is_cash", "impact_reason", "is_late", "evidence", "owner",
            "escalated_to", "snoozed_until", "outcome", "ended_because", "opened", "changed", "ended",
        )  # fmt: skip

    def get_shown_as(self, alert: Alert) -> str:
        return SEVERITY_WORDS[alert.severity]

    def get_impact(self, alert: Alert) -> str | None:
        return None if alert.impact is None else as_text(alert.impact)


class EventSerializer(serializers.ModelSerializer):
    """One step in the life of an alert."""

    period = serializers.CharField(source="period.code", default=None, allow_null=True)

    class Meta:
        model = AlertEvent
        fields = ("at", "actor", "kind", "period", "before", "after", "text")


class StepSerializer(serializers.Serializer):
    """What a step takes; which of these it needs, each step says."""

    text = serializers.CharField(required=False, default="", max_length=2_000, allow_blank=True)
    reason = serializers.CharField(required=False, default="", max_length=2_000, allow_blank=True)
    to = serializers.CharField(required=False, default="", help_text="Name or e-mail address of a person.")
    until = serializers.DateField(required=False, default=None, allow_null=True)
    outcome = serializers.ChoiceField(choices=Alert.Outcome.choices, required=False, default="")


class AlertViewSet(viewsets.ReadOnlyModelViewSet):
    """Alerts within the reader's units, and the steps he may take on them."""

    queryset = Alert.objects.none()
    serializer_class = AlertSerializer
    filterset_class = AlertFilter
    permission_classes = (HoldsAbility,)
    ability = "alerts.read"
    ordering = ("public_id",)
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[Alert]:
        scope = Scope.of_request(self.request)
        return Alert.objects.within(scope).told().shown_on_pages()

    @extend_schema(responses=EventSerializer(many=True))
    @action(detail=True)
    def events(self, request: Request, public_id: str) -> Response:
        """The life of the alert so far, comments included, the oldest first."""
        found = AlertEvent.objects.within(Scope.of_request(request)).filter(alert=self.get_object())
        return Response(EventSerializer(found.select_related("period").order_by("pk"), many=True).data)

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, public_id: str) -> Response:
        """Say that one has seen it (`text`: what follows)."""
        return self._take(request, actions.acknowledge, "text")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, public_id: str) -> Response:
        """Say that work has begun (`text`)."""
        return self._take(request, actions.start, "text")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, public_id: str) -> Response:
        """Give it to somebody (`to`)."""
        return self._take(request, actions.assign, "to")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, public_id: str) -> Response:
        """Be quiet until a day (`until`, `reason`)."""
        return self._take(request, actions.snooze, "until", "reason")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def escalate(self, request: Request, public_id: str) -> Response:
        """Pass it on further up (`to`, `reason`)."""
        return self._take(request, actions.escalate, "to", "reason")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, public_id: str) -> Response:
        """Add words (`text`)."""
        return self._take(request, actions.comment, "text")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, public_id: str) -> Response:
        """Close it (`outcome`: fixed, accepted or false_alarm; `text`)."""
        return self._take(request, actions.resolve, "outcome", "text")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, public_id: str) -> Response:
        """Open it again (`reason`)."""
        return self._take(request, actions.reopen, "reason")

    @extend_schema(request=None, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, public_id: str) -> Response:
        """Take back one's own last step."""
        return self._take(request, actions.undo)

    def _take(self, request: Request, verb: Any, *wanted: str) -> Response:
        """Ask for the right before looking at what was sent, so that a refusal tells nothing."""
        alert = self.get_object()
        scope = Scope.of_request(request)
        scope.require("alerts.escalate" if verb is actions.escalate else "alerts.work", alert.unit)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = {name: sent.validated_data[name] for name in wanted}
        if "until" in given and given["until"] is None:
            raise ValidationError({"until": ["Say until when."]})
        try:
            if "to" in given:
                given["to"] = _person(given["to"])
            verb(actor=scope, alert=alert, at=timezone.now(), **given)
        except NotAsItStands as conflict:
            raise Conflict(str(conflict)) from conflict
        except HandlingRefused as refused:
            raise ValidationError({"detail": str(refused)}) from refused
        return Response(AlertSerializer(self.get_object()).data)


def _person(name: str) -> Person:
    """A person by name or address; an unknown one is refused in the words for one without the right."""
    try:
        return Person.objects.known_as(name)
    except Person.DoesNotExist as error:
        raise HandlingRefused(actions.NOBODY) from error


class ThresholdFilter(StrictFilterSet):
    code = CodesFilter(field_name="threshold__code", label="Code of the threshold; repeat for several.")
    unit = CodesFilter(field_name="threshold__unit__code", label="Code of the unit; repeat for several.")
    metric = CodesFilter(label="Code of the metric; repeat for several.")
    retired = FlagFilter()


class ThresholdSerializer(serializers.ModelSerializer):
    """A threshold with its terms of today; levels are decimal text, shares as fractions."""

    code = serializers.CharField(source="threshold.code")
    unit = serializers.CharField(source="threshold.unit.code")
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True)
    valid_from = serializers.CharField(source="valid_from.code", default=None, allow_null=True)
    valid_until = serializers.CharField(source="valid_until.code", default=None, allow_null=True)

    class Meta:
        model = ThresholdVersion
        fields = (
            "code", "unit", "label", "metric", "basis", "comparator", "measure", "direction", "target", "warning",
            "critical", "emergency", "materiality", "floor_amount", "floor_percent", "periods", "inherits", "owner",
            "action", "valid_from", "valid_until", "retired", "at",
        )  # fmt: skip


class ThresholdViewSet(viewsets.ReadOnlyModelViewSet):
    """Thresholds in the reader's units. They are set in the administration."""

    queryset = ThresholdVersion.objects.none()
    serializer_class = ThresholdSerializer
    filterset_class = ThresholdFilter
    permission_classes = (HoldsAbility,)
    ability = "thresholds.read"
    lookup_field = "threshold__code"
    lookup_url_kwarg = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> QuerySet[ThresholdVersion]:
        scope = Scope.of_request(self.request)
        standing = ThresholdVersion.objects.within(scope).filter(until_mark__isnull=True)
        return standing.annotate(code=F("threshold__code")).select_related(
            "threshold__unit", "owner", "valid_from", "valid_until"
        )


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (
    ("alerts", AlertViewSet, "alert"),
    ("thresholds", ThresholdViewSet, "threshold"),
)
"""Prefix, viewset and base name of each, for the router of `config.api_urls`."""
