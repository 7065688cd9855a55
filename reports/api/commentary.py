"""Words on variances over the API: read, written, submitted, accepted, opened again and replied to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.amounts import as_text
from ledger.periods import PeriodUnknown
from ledger.querysets import company_calendars
from metrics.formula import BASES
from reports.actions import commentary as verbs
from reports.api.door import choices
from reports.baselines import BASELINES, BUDGET
from reports.commentary import rights
from reports.commentary.words import LONGEST, CommentaryRefused, NotAsItStands, Words
from reports.models import Commentary
from reports.selection import NothingYet, NotKnownThen, Selection, select
from units.doors import CodesFilter, HoldsAbility, StrictFilterSet
from units.models import Unit
from units.scope import Scope


class Conflict(APIException):
    """The commentary is not, or no longer, as the caller believes."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class CommentaryFilter(StrictFilterSet):
    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the period; repeat for several.")
    line = CodesFilter(field_name="line", label="A metric of the statement, or account:CODE; repeat for several.")
    basis = filters.ChoiceFilter(choices=choices(BASES))
    against = filters.ChoiceFilter(field_name="baseline", choices=choices(BASELINES))
    state = filters.ChoiceFilter(choices=[each for each in Commentary.State.choices if each[0] != "thread"])
    cause = filters.ChoiceFilter(choices=Commentary.Cause.choices)
    nature = filters.ChoiceFilter(choices=Commentary.Nature.choices)


class CommentarySerializer(serializers.ModelSerializer):
    """Words on a variance with the value they were written for, as decimal text in group currency."""

    id = serializers.CharField(source="public_id")
    unit = serializers.CharField(source="unit.code")
    period = serializers.CharField(source="period.code")
    against = serializers.CharField(source="baseline")
    reverses = serializers.SerializerMethodField(help_text="Code of the period a timing difference reverses in.")
    actual = serializers.SerializerMethodField()
    compared = serializers.SerializerMethodField(help_text="The baseline.")
    variance = serializers.SerializerMethodField(help_text="Actual less baseline.")
    is_rolled_forward = serializers.SerializerMethodField(help_text="Whether these are the words of the period before.")

    class Meta:
        model = Commentary
        fields = (
            "id", "unit", "line", "period", "basis", "against", "state", "text", "cause", "nature", "reverses",
            "actual", "compared", "variance", "author", "written", "submitted_by", "submitted", "accepted_by",
            "accepted", "is_rolled_forward", "number",
        )  # fmt: skip

    def get_reverses(self, words: Commentary) -> str | None:
        return None if words.reverses is None else str(self.context["calendar"].at(words.reverses).code)

    def get_actual(self, words: Commentary) -> str:
        return as_text(words.actual)  # type: ignore[arg-type]  # words have both legs; threads are not listed

    def get_compared(self, words: Commentary) -> str:
        return as_text(words.compared)  # type: ignore[arg-type]  # the same

    def get_variance(self, words: Commentary) -> str:
        return as_text(words.variance)

    def get_is_rolled_forward(self, words: Commentary) -> bool:
        return words.rolled_from_id is not None


class WriteSerializer(serializers.Serializer):
    """Words on a line of a unit's statement. `seen` is the `number` the caller knows of; 0: there was nothing."""

    unit = serializers.CharField(max_length=40)
    line = serializers.CharField(max_length=80)
    period = serializers.CharField(max_length=12)
    basis = serializers.ChoiceField(choices=choices(BASES), required=False, default="month")
    against = serializers.ChoiceField(choices=choices(BASELINES), required=False, default=BUDGET)
    text = serializers.CharField(max_length=LONGEST)
    cause = serializers.ChoiceField(choices=Commentary.Cause.choices)
    nature = serializers.ChoiceField(choices=Commentary.Nature.choices)
    reverses = serializers.CharField(max_length=12, required=False, default="", allow_blank=True)
    seen = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)


class DecisionSerializer(serializers.Serializer):
    """What a step takes: `seen` is the `number` the caller knows of."""

    seen = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)


class ReopenSerializer(DecisionSerializer):
    """Why words are opened again."""

    reason = serializers.CharField(max_length=LONGEST)


class ReplySerializer(serializers.Serializer):
    """An answer; who is named with an @ is asked."""

    text = serializers.CharField(max_length=LONGEST)


class CommentaryViewSet(viewsets.ReadOnlyModelViewSet):
    """Accepted words for whoever reads commentary of a unit; drafts and submitted ones for who works on them."""

    queryset = Commentary.objects.none()
    serializer_class = CommentarySerializer
    filterset_class = CommentaryFilter
    permission_classes = (HoldsAbility,)
    ability = rights.READ
    ordering = ("public_id",)
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[Commentary]:
        found: QuerySet[Commentary] = Commentary.objects.within(Scope.of_request(self.request))
        return found.exclude(state=Commentary.State.THREAD).select_related("unit", "period")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "calendar": company_calendars().calendar}

    @extend_schema(request=WriteSerializer, responses={201: CommentarySerializer})
    def create(self, request: Request) -> Response:
        """Write a draft on a variance, bound to the value as it stands now; it replaces a draft that is there."""
        sent = self._sent(request, WriteSerializer)
        scope = Scope.of_request(request)
        unit = Unit.objects.within(scope, ability=rights.READ).filter(code=sent["unit"]).first()
        if unit is None:
            raise ValidationError({"unit": ["There is no such unit."]})
        scope.require(rights.WRITE, unit)
        words = Words(sent["text"], sent["cause"], sent["nature"], self._ordinal(sent["reverses"]))
        selection = self._selection(scope, unit, sent)
        try:
            said = verbs.write(
                actor=scope, selection=selection, line=sent["line"], words=words, at=timezone.now(), seen=sent["seen"]
            )
        except CommentaryRefused as refused:
            raise self._told(refused) from refused
        return Response(self.get_serializer(said).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DecisionSerializer, responses=CommentarySerializer)
    @action(detail=True, methods=["post"], ability=rights.WORK)
    def submit(self, request: Request, public_id: str) -> Response:
        """Hand a draft in."""
        return self._take(request, verbs.submit, DecisionSerializer)

    @extend_schema(request=DecisionSerializer, responses=CommentarySerializer)
    @action(detail=True, methods=["post"], ability=rights.WORK)
    def accept(self, request: Request, public_id: str) -> Response:
        """Agree to submitted words of somebody else."""
        return self._take(request, verbs.accept, DecisionSerializer)

    @extend_schema(request=ReopenSerializer, responses=CommentarySerializer)
    @action(detail=True, methods=["post"], ability=rights.WORK)
    def reopen(self, request: Request, public_id: str) -> Response:
        """Make words a draft again, with the `reason`."""
        return self._take(request, verbs.reopen, ReopenSerializer)

    @extend_schema(request=ReplySerializer, responses=CommentarySerializer)
    @action(detail=True, methods=["post"], ability=rights.WORK)
    def reply(self, request: Request, public_id: str) -> Response:
        """Add to the thread (`text`); who is named with an @ is asked."""
        return self._take(request, verbs.reply, ReplySerializer)

    def _take(self, request: Request, verb: Any, serializer: type[serializers.Serializer]) -> Response:
        """One step. Who may not take it is told so before what was sent is looked at."""
        scope, found = Scope.of_request(request), self.get_object()
        if verb is verbs.accept:
            rights.require_accept(scope, found.unit)
        elif verb is verbs.reopen:
            rights.require_reopen(scope, found.unit)
        else:
            scope.require(rights.WRITE if verb is verbs.submit else rights.WORK, found.unit)
        given = self._sent(request, serializer)
        try:
            verb(actor=scope, commentary=found, at=timezone.now(), **given)
        except CommentaryRefused as refused:
            raise self._told(refused) from refused
        return Response(self.get_serializer(self.get_queryset().get(pk=found.pk)).data)

    def _sent(self, request: Request, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        sent = serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found: dict[str, Any] = sent.validated_data
        return found

    def _selection(self, scope: Scope, unit: Unit, sent: dict[str, Any]) -> Selection:
        asked = {name: sent[name] for name in ("period", "basis", "against")}
        try:
            return select(asked, scope=scope, unit=unit, basis="month")
        except (Http404, NothingYet, NotKnownThen) as missing:
            raise ValidationError({"period": ["The unit has no figures of this period."]}) from missing

    def _ordinal(self, code: str) -> int | None:
        """The period a code names."""
        if not code:
            return None
        try:
            return company_calendars().calendar.parse(code).ordinal
        except PeriodUnknown as unknown:
            raise ValidationError({"reverses": [str(unknown)]}) from unknown

    def _told(self, refused: CommentaryRefused) -> APIException:
        if isinstance(refused, NotAsItStands):
            return Conflict(str(refused))
        return ValidationError({"detail": str(refused)})
