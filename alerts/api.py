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
from alerts.doors import refused_in_words
from alerts.models import Alert, AlertEvent, ChecklistItem, ThresholdVersion
from alerts.terms import whole
from alerts.working.reckoning import Rule, rules_by_worth
from alerts.working.worth import Caught, Draft, worth
from ledger.amounts import as_text
from metrics.catalogue import SEVERITY_WORDS
from people.models import Person
from units.doors import CodesFilter, FlagFilter, HoldsAbility, StrictFilterSet
from units.scope import Scope


class Conflict(APIException):
    """The alert is not, or no longer, as the caller believes."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"

    def __init__(self, sentence: str, since: Any = None) -> None:
        super().__init__(sentence)
        if since is not None:
            self.detail = {"detail": sentence, "since": since}  # type: ignore[dict-item]  # as it is answered


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
    snoozed_to = serializers.CharField(
        source="snoozed_to.code", default=None, allow_null=True, help_text="Period whose close ends the snooze."
    )

    class Meta:
        model = Alert
        fields = (
            "id", "threshold", "metric", "basis", "unit", "kind", "began", "period", "condition", "handling",
            "severity", "shown_as", "title", "action", "impact", "impact_is_cash", "impact_reason", "is_late",
            "evidence", "owner", "escalated_to", "snoozed_until", "snoozed_to", "due", "outcome", "verdict", "promise",
            "ended_because", "opened", "changed", "ended", "transitions",
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
        fields = ("number", "at", "actor", "kind", "period", "before", "after", "text")


class ItemSerializer(serializers.ModelSerializer):
    """One thing to be done about an alert."""

    person = serializers.CharField(source="person.name", default=None, allow_null=True)

    class Meta:
        model = ChecklistItem
        fields = ("number", "text", "person", "due", "done", "done_by")


class StepSerializer(serializers.Serializer):
    """What a step takes; which of these it needs, each step says.

    `seen` is the alert's `transitions` as the caller knows them: what others have done since then is a conflict.
    """

    seen = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)
    text = serializers.CharField(required=False, default="", max_length=2_000, allow_blank=True)
    reason = serializers.CharField(required=False, default="", max_length=2_000, allow_blank=True)
    to = serializers.CharField(required=False, default="", help_text="Name or e-mail address of a person.")
    until = serializers.DateField(required=False, default=None, allow_null=True)
    to_close = serializers.BooleanField(required=False, default=False, help_text="Until the next close of the unit.")
    due = serializers.DateField(required=False, default=None, allow_null=True)
    verdict = serializers.ChoiceField(choices=Alert.Verdict.choices, required=False, default="")
    items = serializers.ListField(child=serializers.CharField(max_length=200), required=False, default=list)
    item = serializers.IntegerField(required=False, default=0, help_text="Number of an item of the list.")
    step = serializers.IntegerField(required=False, default=None, allow_null=True, help_text="Number of the step.")
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
        """Say that one has seen it (`text`: what follows; `due`: by when)."""
        return self._take(request, actions.acknowledge, "text", "due", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, public_id: str) -> Response:
        """Say that work has begun (`text`)."""
        return self._take(request, actions.start, "text", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, public_id: str) -> Response:
        """Give it to somebody (`to`)."""
        return self._take(request, actions.assign, "to", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, public_id: str) -> Response:
        """Be quiet until a day (`until`) or the next close (`to_close`), with a `reason`."""
        return self._take(request, actions.snooze, "until", "to_close", "reason", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def escalate(self, request: Request, public_id: str) -> Response:
        """Pass it on further up (`to`, `reason`)."""
        return self._take(request, actions.escalate, "to", "reason", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, public_id: str) -> Response:
        """Add words (`text`); who is named with an @ is asked."""
        return self._take(request, actions.comment, "text")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, public_id: str) -> Response:
        """Close it (`outcome`: fixed, accepted or false_alarm; `text`)."""
        return self._take(request, actions.resolve, "outcome", "text", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, public_id: str) -> Response:
        """Open it again (`reason`)."""
        return self._take(request, actions.reopen, "reason", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def label(self, request: Request, public_id: str) -> Response:
        """Say what it was worth (`verdict`: useful, known or noise; `text`)."""
        return self._take(request, actions.label, "verdict", "text", "seen")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def tick(self, request: Request, public_id: str) -> Response:
        """Say that an item of the list is done (`item`)."""
        return self._take(request, actions.tick, "item")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def untick(self, request: Request, public_id: str) -> Response:
        """Say that an item of the list is not done after all (`item`)."""
        return self._take(request, actions.untick, "item")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def strike(self, request: Request, public_id: str) -> Response:
        """Take an item off the list (`item`)."""
        return self._take(request, actions.strike, "item")

    @extend_schema(request=StepSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, public_id: str) -> Response:
        """Take back one's own last step, or the very one that is meant (`step`), with all it changed."""
        return self._take(request, actions.undo, "step")

    @extend_schema(request=StepSerializer, responses=ItemSerializer(many=True))
    @action(detail=True, methods=["get", "post"])
    def items(self, request: Request, public_id: str) -> Response:
        """What is to be done about the alert. Posted, `items` are put on the list (`to`: whom, `due`: by when)."""
        if request.method == "POST":
            self._take(request, _put_on_list, "items", "to", "due")
        found = ChecklistItem.objects.within(Scope.of_request(request)).filter(alert=self.get_object())
        listed = found.filter(struck__isnull=True).select_related("person").order_by("number")
        return Response(ItemSerializer(listed, many=True).data)

    def _take(self, request: Request, verb: Any, *wanted: str) -> Response:
        """Ask for the right before looking at what was sent, so that a refusal tells nothing."""
        alert = self.get_object()
        scope = Scope.of_request(request)
        scope.require("alerts.escalate" if verb is actions.escalate else "alerts.work", alert.unit)
        sent = StepSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = {name: sent.validated_data[name] for name in wanted}
        if verb is actions.snooze and given["until"] is None and not given["to_close"]:
            raise ValidationError({"until": ["Say until when."]})
        with refused_in_words(HandlingRefused):
            if given.get("to"):
                given["to"] = _person(given["to"])
            try:
                verb(actor=scope, alert=alert, at=timezone.now(), **given)
            except NotAsItStands as conflict:
                raise Conflict(str(conflict), _since(scope, alert, given.get("seen"))) from conflict
        return Response(AlertSerializer(self.get_object()).data)


def _put_on_list(*, items: list[str], to: Person | str, **given: Any) -> Alert:
    """The list takes texts, and a person or nobody."""
    return actions.put_on_list(texts=items, person=to if isinstance(to, Person) else None, **given)


def _since(scope: Scope, alert: Alert, seen: int | None) -> Any:
    """What happened to an alert since a step, for a caller who says what was known."""
    if seen is None:
        return None
    found = AlertEvent.objects.within(scope).of_itself(alert).after(seen)
    return EventSerializer(found.select_related("period"), many=True).data


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
            "code", "unit", "unit_type", "label", "metric", "basis", "comparator", "window", "measure", "direction",
            "currency", "target", "warning", "critical", "emergency", "exit", "low_warning", "low_critical",
            "low_emergency", "low_exit", "materiality", "floor_amount", "floor_percent", "floor_share", "also_ytd",
            "pooled", "periods", "out_of", "exit_periods", "ahead", "pace", "inherits", "owner", "action", "valid_from",
            "valid_until", "retired", "at",
        )  # fmt: skip


class CaughtSerializer(serializers.Serializer):
    """What useful alerts were about, each amount once: money a year and cash are never added."""

    profit = serializers.SerializerMethodField()
    cash = serializers.SerializerMethodField()
    unknown = serializers.IntegerField(help_text="Useful alerts whose impact is not known.")

    def get_profit(self, caught: Caught) -> str:
        return as_text(caught.profit)

    def get_cash(self, caught: Caught) -> str:
        return as_text(caught.cash)


class DraftSerializer(serializers.Serializer):
    """A limit that would have spared noise, and what it would have come to."""

    level = serializers.CharField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    removes = serializers.IntegerField(help_text="Noise that it would have spared.")
    noise = serializers.IntegerField()
    loses = serializers.SerializerMethodField(help_text="Useful alerts that would not have fired.")
    useful = serializers.IntegerField()

    def get_before(self, draft: Draft) -> str:
        return whole(draft.before)

    def get_after(self, draft: Draft) -> str:
        return whole(draft.after)

    def get_loses(self, draft: Draft) -> int:
        return len(draft.loses)


class WorthSerializer(serializers.Serializer):
    """What the alerts of a rule were worth in the reader's units, over three years."""

    alerts = serializers.IntegerField(source="worth.alerts")
    useful = serializers.IntegerField(source="worth.useful")
    known = serializers.IntegerField(source="worth.known")
    noise = serializers.IntegerField(source="worth.noise")
    precision = serializers.SerializerMethodField(help_text="Useful ones of those with a verdict; null without any.")
    days_to_act = serializers.FloatField(
        source="worth.days_to_act", allow_null=True, help_text="Median of working days from firing to the first answer."
    )
    unanswered = serializers.IntegerField(source="worth.waiting")
    caught = CaughtSerializer(source="worth.caught")
    drafts = DraftSerializer(many=True)

    def get_precision(self, rule: Rule) -> float | None:
        precision = rule.worth.precision
        return None if precision is None else float(precision)


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

    @extend_schema(responses=WorthSerializer)
    @action(detail=True)
    def worth(self, request: Request, code: str) -> Response:
        """What its alerts were worth to those who work on them, and the limits that would have spared noise."""
        threshold = self.get_object().threshold
        found = rules_by_worth(Scope.of_request(request), at=timezone.now(), threshold=threshold.pk)
        if not found:
            found = [Rule(threshold, "", worth([]))]
        return Response(WorthSerializer(found[0]).data)


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (
    ("alerts", AlertViewSet, "alert"),
    ("thresholds", ThresholdViewSet, "threshold"),
)
"""Prefix, viewset and base name of each, for the router of `config.api_urls`."""
