"""Metrics and their values over the API: the same sheets as the pages read, at the same mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Concat
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.amounts import as_text
from ledger.models import Account
from metrics.arrangement import AS_IS_NOW, READINGS, SUFFIX, stored_names
from metrics.catalogue import Metric
from metrics.definitions import definitions
from metrics.models import Forecast, Sheet
from metrics.outlook import stored_forecasts
from metrics.querysets import Key, computed_mark, key_of, reading, sheets, standing_since, times_of
from metrics.veils import lift
from metrics.wire import as_wire, measure_of
from units.doors import (
    BY_UNIT_AND_PERIOD,
    CODE,
    CodesFilter,
    HoldsAbility,
    MomentFilter,
    StoredRows,
    StrictFilterSet,
    refuse_unknown,
)
from units.marks import standing_at
from units.scope import Scope

MOST_METRICS = 60
SHELF = ("unit_id", "unit__code", "period_id", "period__code", "basis", "version")
STANDING = ("coverage", "reasons", "parts", "from_mark", "until_mark")


class MetricSerializer(serializers.Serializer):
    """A metric as the finance manual states it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have a `label`; this one is a column
    kind = serializers.CharField(help_text="money, ratio, count, days, months or class")
    better = serializers.IntegerField(help_text="+1 where more helps, −1 where more hurts, 0 where neither")
    compare = serializers.CharField(help_text="percent, points, difference or none")
    unit_of_measure = serializers.CharField()
    formula = serializers.CharField()
    impact = serializers.CharField(help_text="What a breach costs a year, as a formula; may be empty")
    description = serializers.CharField()


class MetricPageSerializer(serializers.Serializer):
    """All metrics on one page."""

    next = serializers.CharField(allow_null=True, help_text="Always null: there is one page.")
    results = MetricSerializer(many=True)


class MetricViewSet(viewsets.ViewSet):
    """The metrics in force: the shipped catalogue and those added by administrators."""

    permission_classes = (HoldsAbility,)
    serializer_class = MetricSerializer
    lookup_field = "code"
    lookup_value_regex = CODE

    @extend_schema(
        operation_id="metrics_list",
        summary="List metrics",
        description="The metrics in force, the shipped catalogue first; formulas in Plumbline's own language.",
        responses=MetricPageSerializer,
        filters=False,
    )
    def list(self, request: Request) -> Response:
        refuse_unknown(set(request.query_params))
        return Response({"next": None, "results": MetricSerializer(definitions().values(), many=True).data})

    @extend_schema(
        summary="Get a metric",
        description="One metric by its code.",
        responses=MetricSerializer,
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH)],
    )
    def retrieve(self, request: Request, code: str) -> Response:
        refuse_unknown(set(request.query_params))
        found: Metric | None = definitions().get(code)
        if found is None:
            raise NotFound
        return Response(MetricSerializer(found).data)


class ValueFilter(StrictFilterSet):
    """Which sheets; `metric` picks numbers from each, and `as_of` asks for what was known at an earlier moment."""

    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the period; repeat for several.")
    basis = CodesFilter(label="month, qtd, ytd or ltm; repeat for several.")
    version = CodesFilter(
        label="actual, budget, budget-2026 or a forecast; repeat for several. actual@budget-rates and"
        " actual@prior-year-rates are kept only where they differ from actual, and not listed unless asked for."
    )
    tree = filters.ChoiceFilter(
        method="read_by_the_view",
        choices=list(READINGS.items()),
        label="as-was: each period by its own tree (left out). as-is-now: all of them by the tree of today; where that"
        " is another figure the version reads actual@as-is-now.",
    )
    metric = CodesFilter(
        method="picked_by_the_view",
        label=f"A metric's code, or account:CODE; repeat for several, up to {MOST_METRICS}. Left out: all.",
    )
    as_of = MomentFilter(method="read_by_the_view", label="As known then: a date (its end) or an ISO 8601 time.")

    def picked_by_the_view(self, queryset: QuerySet[Sheet], name: str, value: Sequence[str]) -> QuerySet[Sheet]:
        return queryset

    def read_by_the_view(self, queryset: QuerySet[Sheet], name: str, value: datetime) -> QuerySet[Sheet]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[Sheet]) -> QuerySet[Sheet]:
        """Sheets at the mark of the last run that was done, and of each only what is asked for."""
        asked = self.form.cleaned_data
        is_now = asked.get("tree") == AS_IS_NOW
        if is_now and asked.get("version"):
            asked["version"] = stored_names(asked["version"], is_now=True)
        found: QuerySet[Sheet] = super().filter_queryset(queryset)
        mark = computed_mark(asked.get("as_of"))
        if not asked.get("version"):
            found = found.exclude(Q(version__contains="@") & ~(Q(version__endswith=SUFFIX) if is_now else Q(pk__in=[])))
        if is_now:
            found = found.exclude(_read_elsewhere(queryset.filter(standing_at(mark))))
        rows: QuerySet[Sheet] = picked(found.filter(standing_at(mark)), self.form.cleaned_data.get("metric") or ())
        return rows


def _read_elsewhere(standing: QuerySet[Sheet]) -> Exists:
    """Whether a sheet says something else on the tree of today: another one of the same shelf stands for it."""
    name = Concat(OuterRef("version"), Value(SUFFIX))
    return Exists(standing.filter(version=name, **{each: OuterRef(each) for each in ("unit", "period", "basis")}))


class NumberSerializer(serializers.Serializer):
    """One number of a sheet: money and counts as decimal text, ratios as numbers, missing as null with its reason."""

    metric = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    reason = serializers.CharField(help_text="Why there is no number; empty where there is one.")
    coverage = serializers.CharField(help_text='Delivered unit-periods behind it: "11 of 12".')
    known_from = serializers.DateTimeField(help_text="Since when this number stands as it is.")


class ValueSerializer(serializers.Serializer):
    """One sheet: the numbers of a unit, period, basis and version."""

    unit = serializers.CharField()
    period = serializers.CharField()
    basis = serializers.CharField()
    version = serializers.CharField()
    values = NumberSerializer(many=True)


@extend_schema_view(
    list=extend_schema(
        summary="List values",
        description="Stored levels, a sheet a row. A variance is the difference of two, and the reader's to take.",
    )
)
class ValueViewSet(StoredRows):
    """Stored levels, one sheet a row: unit, period, basis and version."""

    queryset = Sheet.objects.none()
    serializer_class = ValueSerializer
    filterset_class = ValueFilter
    page_by = (*BY_UNIT_AND_PERIOD, ("basis", "basis"), ("version", "version"))

    def get_queryset(self) -> QuerySet[Sheet]:
        return sheets(self.scope)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        chosen = self.filter_queryset(self.get_queryset())
        known = definitions()
        wanted = _wanted(request.query_params.getlist("metric"), known)
        page: Any = self.paginate_queryset(chosen)
        rows = [(row, _sheet(row, wanted)) for row in page]
        lift((sheet for _, sheet in rows), Scope.of_request(request))
        since = self._known_from([sheet for _, sheet in rows], wanted)
        data = [_document(row, sheet, wanted, known, since) for row, sheet in rows]
        return self.get_paginated_response(data)

    def _known_from(self, found: Sequence[Sheet], wanted: Sequence[str]) -> Mapping[tuple[Key, str], datetime]:
        """Since when each number stands: the sheets of a page and those they replaced, in one query."""
        replaced = sheets(self.scope).filter(
            unit__in={sheet.unit_id for sheet in found},
            period__in={sheet.period_id for sheet in found},
            basis__in={sheet.basis for sheet in found},
            version__in={sheet.version for sheet in found},
            until_mark__isnull=False,
        )
        ours = {key_of(sheet): sheet.from_mark for sheet in found}
        history = [
            sheet
            for sheet in (_sheet(row, wanted) for row in picked(replaced, wanted))
            if sheet.from_mark < ours.get(key_of(sheet), 0)
        ]
        lift(history, Scope.of_request(self.request))
        codes = set(wanted) or {code for sheet in found for code in _codes(sheet)}
        marks = standing_since(found, history, codes)
        times = times_of(set(marks.values()))
        return {place: times[mark] for place, mark in marks.items()}


def picked(found: QuerySet[Sheet], wanted: Sequence[str]) -> Any:
    """Sheets as rows that carry the numbers wanted and no others; all of them where none is named."""
    if not wanted:
        return found.values(*SHELF, *STANDING, "numbers")
    numbers = {f"number_{i}": KeyTransform(code, "numbers") for i, code in enumerate(dict.fromkeys(wanted))}
    return found.values(*SHELF, *STANDING, **numbers)


def _wanted(asked: Iterable[str], known: Mapping[str, Metric]) -> list[str]:
    """The metrics asked for, each once; a name that is none is refused."""
    wanted = list(dict.fromkeys(asked))
    if len(wanted) > MOST_METRICS:
        raise ValidationError({"metric": [f"At most {MOST_METRICS} at a time."]})
    accounts = {code.removeprefix("account:") for code in wanted if code.startswith("account:") and "\x00" not in code}
    there = set(Account.objects.filter(code__in=accounts).values_list("code", flat=True)) if accounts else set()
    unknown = [code for code in wanted if code not in known and code.removeprefix("account:") not in there]
    if unknown:
        raise ValidationError({"metric": [f"There is no metric {code}." for code in unknown]})
    return wanted


def _sheet(row: Mapping[str, Any], wanted: Sequence[str]) -> Sheet:
    """A row as the sheet it is of, with the numbers that were picked."""
    numbers = row["numbers"] if not wanted else {code: row[f"number_{i}"] for i, code in enumerate(wanted)}
    return Sheet(
        unit_id=row["unit_id"],
        period_id=row["period_id"],
        basis=row["basis"],
        version=row["version"],
        numbers={code: number for code, number in numbers.items() if number is not None},
        reasons=row["reasons"],
        coverage=row["coverage"],
        parts=row["parts"],
        from_mark=row["from_mark"],
        until_mark=row["until_mark"],
    )


def _codes(sheet: Sheet) -> set[str]:
    return {*sheet.numbers, *sheet.reasons}


def _document(
    row: Mapping[str, Any],
    sheet: Sheet,
    wanted: Sequence[str],
    known: Mapping[str, Metric],
    since: Mapping[tuple[Key, str], datetime],
) -> dict[str, Any]:
    values = []
    for code in wanted or sorted(_codes(sheet)):
        found = reading(sheet, code)
        values.append(
            {
                "metric": code,
                "value": as_wire(found.number, measure_of(code, known)),
                "reason": found.reason,
                "coverage": found.coverage,
                "known_from": since[key_of(sheet), code].isoformat(),
            }
        )
    return {
        "unit": row["unit__code"],
        "period": row["period__code"],
        "basis": sheet.basis,
        "version": sheet.version,
        "values": values,
    }


class ForecastFilter(StrictFilterSet):
    """Which forecasts; of each unit those of its newest cut-off, unless `cutoff` asks for earlier views."""

    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    metric = CodesFilter(label="A line of the statement; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the period forecast; repeat for several.")
    cutoff = CodesFilter(field_name="cutoff__code", label="Code of the last actual period; repeat for several.")
    as_of = MomentFilter(method="read_by_the_view", label="As known then: a date (its end) or an ISO 8601 time.")

    def read_by_the_view(self, queryset: QuerySet[Forecast], name: str, value: datetime) -> QuerySet[Forecast]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[Forecast]) -> QuerySet[Forecast]:
        """Forecasts at the mark of the last run that was done."""
        mark = computed_mark(self.form.cleaned_data.get("as_of"))
        found: Any = super().filter_queryset(queryset)
        rows = found.standing_at(mark)
        if not self.form.cleaned_data.get("cutoff"):
            rows = rows.newest(Scope.of_request(self.request), mark)
        chosen: QuerySet[Forecast] = rows
        return chosen


class ForecastSerializer(serializers.ModelSerializer):
    """One forecast with its interval and its own past error; amounts as decimal text in the group's currency."""

    unit = serializers.CharField(source="unit.code")
    cutoff = serializers.CharField(source="cutoff.code", help_text="The last period taken for known.")
    period = serializers.CharField(source="period.code")
    value = serializers.SerializerMethodField("value_of")
    low = serializers.SerializerMethodField(help_text="Four figures in five are meant to fall between low and high.")
    high = serializers.SerializerMethodField()
    method = serializers.CharField(help_text="How it was made; a sum of units or lines where it is one.")
    wape = serializers.FloatField(allow_null=True, help_text="Σ|A−F| / Σ|A| over the months it was tried on.")
    bias = serializers.FloatField(allow_null=True, help_text="Σ(F−A) / Σ|A|; positive: forecast too high.")
    value_added = serializers.FloatField(
        allow_null=True, help_text="The seasonal naive forecast's wape less this one; positive: worth making."
    )
    cutoffs = serializers.DictField(
        child=serializers.IntegerField(), help_text="Cut-off → how many units of this one are there."
    )
    trials = serializers.DictField(
        child=serializers.FloatField(), help_text="Method → its wape over the same months; of sums empty."
    )

    class Meta:
        model = Forecast
        fields = (
            "unit", "metric", "cutoff", "period", "value", "low", "high", "method", "wape", "bias", "value_added",
            "tries", "months", "cutoffs", "trials",
        )  # fmt: skip
        read_only_fields = fields

    def value_of(self, row: Forecast) -> str:
        return as_text(row.number)

    def get_low(self, row: Forecast) -> str | None:
        return None if row.low is None else as_text(row.low)

    def get_high(self, row: Forecast) -> str | None:
        return None if row.high is None else as_text(row.high)


@extend_schema_view(
    list=extend_schema(
        summary="List forecasts",
        description="What the statement's lines are expected to be, month by month after each unit's cut-off, with an"
        " interval and the error the same method made on the months before.",
    )
)
class ForecastViewSet(StoredRows):
    """Stored forecasts within the reader's units."""

    queryset = Forecast.objects.none()
    serializer_class = ForecastSerializer
    filterset_class = ForecastFilter
    page_by = (
        ("unit_id", "unit__code"),
        ("metric", "metric"),
        ("cutoff__ordinal", "cutoff__code"),
        ("period__ordinal", "period__code"),
    )

    def get_queryset(self) -> QuerySet[Forecast]:
        return stored_forecasts(self.scope).select_related("unit", "period", "cutoff")
