"""How alerts are told, over the API: silences, channels, and letters that were given up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.actions import (
    ChannelRefused,
    NotDead,
    SilenceRefused,
    add_channel,
    lift_silence,
    replay_letter,
    retire_channel,
    rotate_secret,
    silence,
)
from alerts.doors import ReasonSerializer, reason_of, refused_in_words, unit_of
from alerts.models import Alert, Channel, Letter, Silence
from units.doors import CodesFilter, ScopedViewSet, StrictFilterSet
from units.models import Unit


class SilenceSerializer(serializers.ModelSerializer):
    """What nothing but emergencies is told of, until when and why. `metric` empty: every metric."""

    id = serializers.CharField(source="public_id", read_only=True)
    unit = serializers.CharField(source="unit.code")
    metric = serializers.CharField(required=False, default="", allow_blank=True, max_length=80)

    class Meta:
        model = Silence
        fields = ("id", "unit", "metric", "starts", "ends", "reason", "lifted")
        read_only_fields = ("starts", "lifted")


class ChannelSerializer(serializers.ModelSerializer):
    """A channel as it stands: of its address the host, of its secret nothing."""

    id = serializers.CharField(source="public_id")
    unit = serializers.CharField(source="unit.code")
    reader = serializers.CharField(source="reader.name")

    class Meta:
        model = Channel
        fields = ("id", "name", "kind", "unit", "least", "host", "reader", "added", "retired")


class NewChannelSerializer(serializers.Serializer):
    """A channel to be. The address is stored encrypted and never answered."""

    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=Channel.Kind.choices)
    unit = serializers.CharField(help_text="Code of a unit: news of it and of all below it.")
    least = serializers.ChoiceField(choices=Alert.Severity.choices, default=Alert.Severity.WARNING)
    address = serializers.CharField(max_length=2_000, write_only=True)


class OpenedSerializer(ChannelSerializer):
    """A channel, with the secret that signs for it: answered this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(ChannelSerializer.Meta):
        fields = (*ChannelSerializer.Meta.fields, "secret")  # type: ignore[assignment]  # one more than its parent's


class LetterSerializer(serializers.ModelSerializer):
    """One message to one reader by one way; `channel` null: by mail."""

    id = serializers.CharField(source="key")
    unit = serializers.CharField(source="unit.code")
    recipient = serializers.CharField(source="recipient.name")
    channel = serializers.CharField(source="channel.name", default=None, allow_null=True)

    class Meta:
        model = Letter
        fields = ("id", "unit", "recipient", "channel", "state", "packed", "due", "attempts", "sent", "error")


class ByUnitFilter(StrictFilterSet):
    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")


class LetterFilter(ByUnitFilter):
    state = filters.ChoiceFilter(choices=Letter.State.choices)


class SilenceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Silences on the reader's units, the lifted and the past among them."""

    queryset = Silence.objects.none()
    serializer_class = SilenceSerializer
    filterset_class = ByUnitFilter
    ability = "alerts.read"
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[Silence]:
        seen = Unit.objects.within(self.scope, ability=self.ability)
        return Silence.objects.filter(unit__in=seen).select_related("unit")

    @extend_schema(request=SilenceSerializer, responses={201: SilenceSerializer})
    def create(self, request: Request) -> Response:
        """Tell nobody of alerts on a unit and all below it, until an end."""
        self.scope.require("alerts.silence")
        sent = SilenceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        unit = unit_of(self.scope, given["unit"]["code"], self.ability)
        at = timezone.now()
        with refused_in_words(SilenceRefused):
            made = silence(
                actor=self.scope, unit=unit, metric=given["metric"], until=given["ends"], reason=given["reason"], at=at
            )
        return Response(SilenceSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses=SilenceSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, public_id: str) -> Response:
        """Tell again (`reason`)."""
        found = self.get_object()
        self.scope.require("alerts.silence", found.unit)
        with refused_in_words(SilenceRefused):
            lifted = lift_silence(actor=self.scope, silence=found, reason=reason_of(request), at=timezone.now())
        return Response(SilenceSerializer(lifted).data)


class ChannelViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Channels of the reader's units. No token opens them: who adds one is a person."""

    queryset = Channel.objects.none()
    serializer_class = ChannelSerializer
    filterset_class = ByUnitFilter
    ability = "telling.manage"
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[Channel]:
        return Channel.objects.within(self.scope).select_related("unit", "reader")

    @extend_schema(request=NewChannelSerializer, responses={201: OpenedSerializer})
    def create(self, request: Request) -> Response:
        """Add a channel; the answer holds its secret, once."""
        sent = NewChannelSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)
        unit = unit_of(self.scope, given.pop("unit"), self.ability)
        return self._opened(add_channel, unit=unit, status=status.HTTP_201_CREATED, **given)

    @extend_schema(request=None, responses=OpenedSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, public_id: str) -> Response:
        """Make a new secret, beside which the former one signs for seven days."""
        return self._opened(rotate_secret, channel=self.get_object())

    @extend_schema(request=ReasonSerializer, responses=ChannelSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, public_id: str) -> Response:
        """Tell nothing there any more (`reason`)."""
        found = self.get_object()
        with refused_in_words(ChannelRefused):
            retired = retire_channel(actor=self.scope, channel=found, reason=reason_of(request), at=timezone.now())
        return Response(ChannelSerializer(retired).data)

    def _opened(self, verb: Any, *, status: int = status.HTTP_200_OK, **given: Any) -> Response:
        with refused_in_words(ChannelRefused):
            opened = verb(actor=self.scope, at=timezone.now(), **given)
        return Response({**ChannelSerializer(opened.channel).data, "secret": opened.secret}, status=status)


class LetterViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """What was sent, what waits, and what was given up."""

    queryset = Letter.objects.none()
    serializer_class = LetterSerializer
    filterset_class = LetterFilter
    ability = "telling.manage"
    lookup_field = "key"
    lookup_value_regex = "[0-9a-f]{64}"

    def get_queryset(self) -> QuerySet[Letter]:
        return Letter.objects.within(self.scope).select_related("unit", "recipient", "channel")

    @extend_schema(request=ReasonSerializer, responses=LetterSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, key: str) -> Response:
        """Send again what was given up (`reason`)."""
        found = self.get_object()
        with refused_in_words(NotDead):
            letter = replay_letter(actor=self.scope, letter=found, reason=reason_of(request), at=timezone.now())
        return Response(LetterSerializer(letter).data)


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (
    ("silences", SilenceViewSet, "silence"),
    ("channels", ChannelViewSet, "channel"),
    ("letters", LetterViewSet, "letter"),
)
"""Prefix, viewset and base name of each, for the router of `config.api_urls`."""
