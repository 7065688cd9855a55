"""Planning over the API: a hiring budget in another unit, and a budget divided over requests."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job
from ledger.amounts import AmountRefused
from ledger.querysets import fiscal_calendar
from metrics.allocation import BudgetTooSmall, RequestRefused
from metrics.budget_requests import budget_of, of_rows, sentence
from metrics.heads import NoCase, case, document, yearly_budget
from metrics.models import Sheet
from metrics.querysets import computed_mark, sheets
from reports.actions.planning import ABILITY, TooMany, ask_allocation
from reports.api.attribution import LevelSerializer
from reports.planning import asked_for, division, told
from units.doors import MomentFilter, ScopedViewSet, StrictFilterSet, WholeFilter, refuse_unknown
from units.models import Unit

SHOWN = 50


class HiringFilter(StrictFilterSet):
    """Whose budget goes where."""

    giver = filters.CharFilter(method="asked", required=True, label="Code of the unit that gives the budget.")
    taker = filters.CharFilter(method="asked", required=True, label="Code of the unit that takes it.")
    budget = filters.CharFilter(method="asked", required=True, label="A year's money, in the group's currency.")
    period = filters.CharFilter(method="asked", label="The last month read. Left out: the newest both have actuals of.")
    months = WholeFilter(method="asked", label="How many months are read. Left out: 12.")
    as_of = MomentFilter(method="asked", label="As known then: a date (its end) or an ISO 8601 time.")

    def asked(self, queryset: QuerySet[Sheet], name: str, value: Any) -> QuerySet[Sheet]:
        """The view reads it: it names what is worked out, and narrows no rows."""
        return queryset


class UnitHeadsSerializer(serializers.Serializer):
    """What a head of a unit brings and costs a year, and how many the budget is."""

    unit = serializers.CharField()
    heads = LevelSerializer()
    average = LevelSerializer(help_text="A year's revenue over mean headcount.")
    marginal = LevelSerializer(help_text="The slope of monthly revenue on headcount, a year.")
    cost = LevelSerializer()
    months = serializers.IntegerField()
    headcounts = serializers.IntegerField()
    fit = serializers.FloatField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class HiringSerializer(serializers.Serializer):
    """A yearly hiring budget moved from one unit to another: the giver first, then the taker."""

    budget = serializers.CharField()
    period = serializers.CharField()
    units = UnitHeadsSerializer(many=True)
    by_average = LevelSerializer(help_text="Revenue a year that follows, by the average head.")
    by_marginal = LevelSerializer(help_text="The same by the marginal head.")


class HiringViewSet(ScopedViewSet):
    """What a hiring budget brings in another unit."""

    ability = ABILITY
    queryset = Sheet.objects.none()
    serializer_class = HiringSerializer
    filterset_class = HiringFilter
    pagination_class = None

    def get_queryset(self) -> QuerySet[Sheet]:
        return sheets(self.scope)

    @extend_schema(
        operation_id="hiring_list",
        summary="Move a hiring budget",
        description="Heads and revenue a year that follow, by the average head and by the marginal one.",
        responses=HiringSerializer,
        filters=True,
    )
    def list(self, request: Request) -> Response:
        found = HiringFilter(request.query_params, queryset=self.get_queryset())
        if not found.is_valid():
            raise ValidationError(found.errors)
        asked = found.form.cleaned_data
        units = (self._unit(asked["giver"], "giver"), self._unit(asked["taker"], "taker"))
        try:
            budget = yearly_budget(asked["budget"])
        except AmountRefused as error:
            raise ValidationError({"budget": [str(error)]}) from error
        mark, months = computed_mark(asked["as_of"]), 12 if asked["months"] is None else asked["months"]
        try:
            read = case(
                self.scope, units, budget, calendar=fiscal_calendar(), mark=mark, period=asked["period"], months=months
            )
        except NoCase as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(document(read))

    def _unit(self, code: str, name: str) -> Unit:
        found = Unit.objects.within(self.scope, ability=ABILITY).filter(code=code).first()
        if found is None:
            raise ValidationError({name: ["There is no such unit."]})
        return found


class BudgetRequestSerializer(serializers.Serializer):
    """One request; amounts and factors as decimal text."""

    request = serializers.CharField(max_length=120)
    asked = serializers.CharField(max_length=40)
    minimum = serializers.CharField(max_length=40, required=False, default="0")
    priority = serializers.CharField(max_length=40, required=False, default="1")

    def get_fields(self) -> Any:
        """`return` is a word of Python and cannot be written as the others are."""
        text = serializers.CharField(max_length=40, required=False, default="1")
        return {**super().get_fields(), "return": text}


class AllocationRequestSerializer(serializers.Serializer):
    """A budget and what is asked of it."""

    budget = serializers.CharField(max_length=40)
    requests = BudgetRequestSerializer(many=True)


class AllocationSerializer(serializers.Serializer):
    """A division: equal and proportional at once, best (`optimal`) once a worker has done it (`state`: done)."""

    id = serializers.CharField()
    state = serializers.CharField()
    error = serializers.CharField(allow_null=True)
    budget = serializers.CharField()
    requests = serializers.ListField(child=serializers.DictField())
    allocations = serializers.ListField(child=serializers.DictField())


class AllocationPageSerializer(serializers.Serializer):
    """The divisions one asked for, newest first."""

    next = serializers.CharField(allow_null=True, help_text="Always null: there is one page.")
    results = AllocationSerializer(many=True)


class AllocationFilter(StrictFilterSet):
    """Nothing narrows what one asked for."""


class AllocationViewSet(ScopedViewSet):
    """Divisions of a budget over requests; everybody reads his own."""

    ability = ABILITY
    queryset = Job.objects.none()
    serializer_class = AllocationSerializer
    filterset_class = AllocationFilter
    pagination_class = None
    lookup_field = "key"
    lookup_url_kwarg = "public_id"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    @extend_schema(
        operation_id="allocations_list",
        summary="List divisions of budgets",
        description=f"The newest {SHOWN} that the caller asked for.",
        responses=AllocationPageSerializer,
        filters=False,
    )
    def list(self, request: Request) -> Response:
        refuse_unknown(set(request.query_params))
        return Response({"next": None, "results": [told(division(job)) for job in asked_for(self.scope)[:SHOWN]]})

    @extend_schema(
        operation_id="allocations_create",
        summary="Divide a budget",
        description="Over requests with minimum, asked, return and priority. The best division is a linear programme"
        " that a worker solves: ask for the answer by its id until `state` is done.",
        request=AllocationRequestSerializer,
        responses={202: AllocationSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = AllocationRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        requests, faults = of_rows(enumerate(sent.validated_data["requests"], start=1))
        if faults:
            raise ValidationError({"requests": [sentence(fault) for fault in faults]})
        try:
            budget = budget_of(sent.validated_data["budget"])
            job = ask_allocation(actor=self.scope, budget=budget, requests=requests, at=timezone.now())
        except (AmountRefused, BudgetTooSmall) as error:
            raise ValidationError({"budget": [str(error)]}) from error
        except (RequestRefused, TooMany) as error:
            raise ValidationError({"requests": [str(error)]}) from error
        return Response(told(division(job)), status=202)

    @extend_schema(
        operation_id="allocations_retrieve",
        summary="Get a division of a budget",
        description="One that the caller asked for.",
        responses=AllocationSerializer,
    )
    def retrieve(self, request: Request, public_id: str) -> Response:
        refuse_unknown(set(request.query_params))
        job = asked_for(self.scope).filter(key=public_id).first()
        if job is None:
            raise NotFound
        return Response(told(division(job)))
