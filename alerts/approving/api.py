"""Changes of thresholds that a second person approves, over the API. Tokens propose and read; they never approve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.actions import ProposalOvertaken, ProposalRefused, ThresholdRefused, approve, propose, refuse, withdraw
from alerts.api import Conflict
from alerts.approving.need import ABILITY as APPROVE
from alerts.approving.reading import touched_by
from alerts.approving.states import why_void
from alerts.approving.touched import READ, TouchedUnit
from alerts.doors import unit_of
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.terms import BASES, Terms
from alerts.vetting import Proposal
from ledger.models import Period
from people.models import Person
from units.doors import CodesFilter, FlagFilter, ScopedViewSet, StrictFilterSet

SET = "thresholds.set"
TYPED = tuple(each.name for each in fields(Terms))


class JudgingSerializer(serializers.Serializer):
    """What judges a figure of a unit. `threshold` and `place` are empty where they are out of the reader's reach."""

    threshold = serializers.CharField()
    place = serializers.CharField(help_text="Code of the unit that the threshold stands on.")
    origin = serializers.ChoiceField(choices=["unit", "type", "default"])
    basis = serializers.ChoiceField(choices=BASES)
    comparator = serializers.ChoiceField(choices=ThresholdVersion.Comparator.choices)
    measure = serializers.ChoiceField(choices=ThresholdVersion.Measure.choices)
    direction = serializers.IntegerField()
    levels = serializers.DictField(child=serializers.CharField(), help_text="Decimal text by name, shares as 0.15.")
    valid_from = serializers.CharField(help_text="Empty: from the beginning.")
    valid_until = serializers.CharField(help_text="Empty: until it is changed.")


class TouchedSerializer(serializers.Serializer):
    """A unit that other terms would judge; null where nothing judges it."""

    unit = serializers.CharField(source="code")
    metric = serializers.CharField()
    before = JudgingSerializer(allow_null=True)
    after = JudgingSerializer(allow_null=True)


class ShownTermsSerializer(serializers.ModelSerializer):
    """The terms of one side of a proposal, exactly as they were shown."""

    owner = serializers.SerializerMethodField(help_text="Name of the owner; null: the unit's leader.")
    valid_from = serializers.CharField(allow_null=True)
    valid_until = serializers.CharField(allow_null=True)

    class Meta:
        model = ThresholdVersion
        fields = (*TYPED, "label", "inherits", "unit_type", "owner", "action", "valid_from", "valid_until", "retired")

    def get_owner(self, shown: dict[str, Any]) -> str | None:
        found: str | None = self.context["owners"].get(shown["owner"])
        return found


class ProposalSerializer(serializers.ModelSerializer):
    """A change of a threshold with what it was shown to do. `touched` is narrowed to the reader's units."""

    id = serializers.CharField(source="public_id")
    threshold = serializers.CharField(source="code", help_text="Code of the threshold, of one that is to be as well.")
    unit = serializers.CharField(source="unit.code")
    proposed_by = serializers.CharField(source="proposed_by.name")
    decided_by = serializers.CharField(source="decided_by.name", default=None, allow_null=True)
    void = serializers.SerializerMethodField(
        help_text="Why it cannot be approved any more although it waits; empty while it can."
    )
    before = ShownTermsSerializer(source="shown.before", allow_null=True, help_text="Null: a new threshold.")
    after = ShownTermsSerializer(source="shown.after")
    touched = serializers.SerializerMethodField()

    class Meta:
        model = ThresholdProposal
        fields = (
            "id", "threshold", "unit", "metric", "retires", "state", "void", "why", "reason", "proposed_by", "proposed",
            "decided_by", "decided", "comment", "hash", "before", "after", "touched",
        )  # fmt: skip

    def get_void(self, proposal: ThresholdProposal) -> str:
        found: str = self.context["void"].get(proposal.pk, "")
        return found

    @extend_schema_field(TouchedSerializer(many=True))
    def get_touched(self, proposal: ThresholdProposal) -> list[dict[str, Any]]:
        rows: Sequence[TouchedUnit] = self.context["touched"][proposal.pk]
        found: list[dict[str, Any]] = list(TouchedSerializer([asdict(row) for row in rows], many=True).data)
        return found


class NewProposalSerializer(serializers.ModelSerializer):
    """A threshold as it is to be, all its terms: levels as typed, `15 %` or `0.15` for shares.

    `code` names an existing one to change it. With `retires` only `code` and `reason` are read.
    """

    code = serializers.SlugField(max_length=60)
    unit = serializers.CharField(required=False, default="", help_text="Code of the unit it stands on.")
    owner = serializers.CharField(required=False, default="", allow_blank=True, help_text="Name or e-mail address.")
    metric = serializers.CharField(required=False, default="", max_length=80)
    basis = serializers.ChoiceField(choices=BASES, default="month")
    comparator = serializers.ChoiceField(choices=ThresholdVersion.Comparator.choices, default="budget")
    measure = serializers.ChoiceField(choices=ThresholdVersion.Measure.choices, default="percent")
    direction = serializers.ChoiceField(choices=[0, 1, -1, 2], default=0, help_text="0: as the metric says.")
    valid_from = serializers.CharField(required=False, default="", allow_blank=True, help_text="Code of a period.")
    valid_until = serializers.CharField(required=False, default="", allow_blank=True, help_text="Code of a period.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field of the wire, not the name of the form's
        required=False, default="", allow_blank=True, max_length=120
    )
    retires = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=2_000, help_text="Why; whoever approves it reads it.")

    class Meta:
        model = ThresholdVersion
        fields = (
            "code", "unit", *TYPED, "label", "inherits", "unit_type", "owner", "action", "valid_from", "valid_until",
            "retires", "reason",
        )  # fmt: skip


class ApprovalSerializer(serializers.Serializer):
    hash = serializers.CharField(max_length=64, help_text="The hash that was shown: it is approved and nothing else.")
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)


class CommentSerializer(serializers.Serializer):
    comment = serializers.CharField(max_length=2_000, help_text="Why; it goes into the record.")


class WithdrawalSerializer(serializers.Serializer):
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)


class ProposalFilter(StrictFilterSet):
    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    threshold = CodesFilter(field_name="code", label="Code of the threshold; repeat for several.")
    state = filters.ChoiceFilter(choices=ThresholdProposal.State.choices)
    retires = FlagFilter()


class ProposalViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Changes of thresholds on the reader's units that wait for a second person, and those that are decided."""

    queryset = ThresholdProposal.objects.none()
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    ability = READ
    ordering = ("public_id",)
    lookup_field = "public_id"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> QuerySet[ThresholdProposal]:
        found = ThresholdProposal.objects.within(self.scope)
        return found.select_related("unit", "proposed_by", "decided_by")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With what many proposals print, read at once; without any it describes the route."""
        if not args:
            return ProposalSerializer()
        shown = list(args[0]) if kwargs.get("many") else [args[0]]
        sides = [side for each in shown for side in (each.shown["before"], each.shown["after"]) if side]
        owners = {side["owner"] for side in sides if side["owner"]}
        context = {
            "touched": touched_by(shown, self.scope),
            "void": why_void(shown, at=timezone.now()),
            "owners": dict(Person.objects.filter(pk__in=owners).values_list("pk", "name")) if owners else {},
        }
        return ProposalSerializer(*args, **kwargs, context=context)

    @extend_schema(request=NewProposalSerializer, responses={201: ProposalSerializer})
    def create(self, request: Request) -> Response:
        """Propose a threshold, a change of one, or its end: a second person approves it, whether one must or not."""
        self.scope.require(SET)
        sent = NewProposalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)
        draft = self._retired(given["code"]) if given["retires"] else self._draft(given)
        with _refused():
            made = propose(actor=self.scope, draft=draft, reason=given["reason"], at=timezone.now())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ApprovalSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, public_id: str) -> Response:
        """Approve exactly what was shown (`hash`); it is set at once. 409 where something has changed since."""
        found = self._decided_by(APPROVE)
        given = _sent(ApprovalSerializer, request)
        with _refused():
            approve(actor=self.scope, proposal=found, hash_shown=given.pop("hash"), at=timezone.now(), **given)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=CommentSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, public_id: str) -> Response:
        """Say no, and why (`comment`)."""
        found = self._decided_by(APPROVE)
        given = _sent(CommentSerializer, request)
        with _refused():
            refuse(actor=self.scope, proposal=found, at=timezone.now(), **given)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=WithdrawalSerializer, responses=ProposalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Take back one's own proposal."""
        found = self._decided_by(SET)
        given = _sent(WithdrawalSerializer, request)
        with _refused():
            withdraw(actor=self.scope, proposal=found, at=timezone.now(), **given)
        return Response(self.get_serializer(self.get_object()).data)

    def _decided_by(self, ability: str) -> ThresholdProposal:
        """The proposal; the right is asked for before what was sent is looked at."""
        found: ThresholdProposal = self.get_object()
        self.scope.require(ability, found.unit)
        return found

    def _retired(self, code: str) -> Threshold:
        found: Threshold | None = Threshold.objects.within(self.scope, ability=SET).filter(code=code).first()
        if found is None:
            raise ValidationError({"code": [f"There is no threshold {code}."]})
        return found

    def _draft(self, given: dict[str, Any]) -> Proposal:
        known = {name: given[name] for name in TYPED if name in given}
        return Proposal(
            code=given["code"],
            unit=unit_of(self.scope, given["unit"], SET),
            terms=Terms(**known),
            label=given["label"],
            action=given.get("action", ""),
            inherits=given.get("inherits", True),
            unit_type=given.get("unit_type", ""),
            owner=_person(given["owner"]) if given["owner"] else None,
            valid_from=_period("valid_from", given["valid_from"]),
            valid_until=_period("valid_until", given["valid_until"]),
        )


def _sent(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


@contextmanager
def _refused() -> Iterator[None]:
    """Do it, or answer 409 where others came first and 400 for all else, with the sentences that say why not."""
    try:
        yield
    except ProposalOvertaken as overtaken:
        raise Conflict(str(overtaken)) from overtaken
    except ProposalRefused as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    except ThresholdRefused as refused:
        said: dict[str, list[str]] = {}
        for each in refused.refusals:
            said.setdefault(each.field or "detail", []).append(each.sentence)
        raise ValidationError(said) from refused


def _person(name: str) -> Person:
    try:
        return Person.objects.known_as(name)
    except Person.DoesNotExist as error:
        raise ValidationError({"owner": [f"{name} cannot see alerts there. Choose somebody who can."]}) from error


def _period(field: str, code: str) -> Period | None:
    if not code:
        return None
    found = Period.objects.filter(code=code).first()
    if found is None:
        raise ValidationError({field: [f"There is no period {code}."]})
    return found


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (("proposals", ProposalViewSet, "proposal"),)
"""Prefix, viewset and base name of each, for the router of `config.api_urls`."""
