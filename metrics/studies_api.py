"""Statistics and cash ahead over the API: the stored studies of the reader's units, as the commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from metrics.models import Study
from metrics.querysets import computed_mark, times_of
from metrics.studied import STUDIED
from metrics.studies import Document, cash_document, statistics_document, stored_studies
from units.doors import CodesFilter, MomentFilter, StoredRows, StrictFilterSet


class StudyFilter(StrictFilterSet):
    """Which units; `as_of` asks for what was known at an earlier moment."""

    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    as_of = MomentFilter(method="read_by_the_view", label="As known then: a date (its end) or an ISO 8601 time.")

    def read_by_the_view(self, queryset: QuerySet[Study], name: str, value: datetime) -> QuerySet[Study]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[Study]) -> QuerySet[Study]:
        """Studies at the mark of the last run that was done."""
        found: Any = super().filter_queryset(queryset)
        rows: QuerySet[Study] = found.standing_at(computed_mark(self.form.cleaned_data.get("as_of")))
        return rows


class StatisticsFilter(StudyFilter):
    """`metric` picks figures, and the pairs they are in."""

    metric = CodesFilter(method="picked_by_the_view", label="A studied figure; repeat for several. Left out: all.")

    def picked_by_the_view(self, queryset: QuerySet[Study], name: str, value: Sequence[str]) -> QuerySet[Study]:
        return queryset


class TrendSerializer(serializers.Serializer):
    """What a month usually adds, over the last `span` months."""

    slope = serializers.JSONField()
    low = serializers.JSONField(help_text="19 times in 20 the slope lies between low and high.")
    high = serializers.JSONField()
    clear = serializers.BooleanField(help_text="Whether that is more than luck, at one in a hundred.")
    n = serializers.IntegerField()
    span = serializers.IntegerField()


class SeasonSerializer(serializers.Serializer):
    """What each month of the last year usually adds."""

    strength = serializers.FloatField(help_text="0 to 1: how much of what is not trend is season.")
    indices = serializers.DictField(child=serializers.JSONField())


class DistributionSerializer(serializers.Serializer):
    """Where the months usually lie."""

    median = serializers.JSONField()
    q1 = serializers.JSONField()
    q3 = serializers.JSONField()
    mad = serializers.JSONField(help_text="The median distance from the median.")
    skew = serializers.FloatField(help_text="−1 to 1, from quartiles; above 0: the high months lie further out.")
    in_words = serializers.CharField()


class ShiftSerializer(serializers.Serializer):
    """A month from which on the level is another."""

    period = serializers.CharField()
    size = serializers.JSONField()


class OutlierSerializer(serializers.Serializer):
    """A single month apart from those around it."""

    period = serializers.CharField()
    score = serializers.FloatField(help_text="How many usual spreads it lies above (below: minus) its neighbours.")


class StudiedFigureSerializer(serializers.Serializer):
    """One figure of a unit. Money and counts as decimal text, the rest as numbers, what is not known as null."""

    metric = serializers.CharField()
    value = serializers.JSONField(allow_null=True, help_text="The newest known month.")
    expected = serializers.JSONField(
        allow_null=True, help_text="What level, trend and season of the months before say."
    )
    spread = serializers.JSONField(allow_null=True, help_text="The usual distance between the two.")
    score = serializers.FloatField(
        allow_null=True, help_text="How many spreads the month lies above (below: minus) it."
    )
    unusual = serializers.BooleanField(allow_null=True, help_text="Whether that is 3.5 or more.")
    reason = serializers.CharField(help_text="Why there is no score; empty where there is one.")
    n = serializers.IntegerField(help_text="Months with a figure.")
    missing = serializers.IntegerField(help_text="Months without one, since the first.")
    sizes = serializers.CharField(
        help_text="Whether indices and shifts are parts of the figure (share) or differences."
    )
    distribution = DistributionSerializer(allow_null=True)
    trend = TrendSerializer(allow_null=True)
    season = SeasonSerializer(allow_null=True)
    shifts = ShiftSerializer(many=True)
    outliers = OutlierSerializer(many=True)


class CorrelationSerializer(serializers.Serializer):
    """Two figures that move together, at the lag where they do most; that one causes the other is not said."""

    first = serializers.CharField()
    second = serializers.CharField()
    lag = serializers.IntegerField(help_text="The second follows the first by so many months; below 0 it goes ahead.")
    r = serializers.FloatField(help_text="Without seasons and straight trends.")
    with_trends = serializers.FloatField()
    n = serializers.IntegerField(help_text="Pairs of months.")
    odds = serializers.FloatField(help_text="How likely luck alone gives such an r in all that was tried.")
    tried = serializers.IntegerField(help_text="Pairs of figures that were looked at.")
    warnings = serializers.ListField(child=serializers.CharField())


class StatisticsSerializer(serializers.Serializer):
    """What the months of a unit say of themselves, up to its newest known month."""

    unit = serializers.CharField()
    period = serializers.CharField()
    metrics = StudiedFigureSerializer(many=True)
    correlations = CorrelationSerializer(many=True)
    known_from = serializers.DateTimeField(help_text="Since when this study stands as it is.")


class CashMonthSerializer(serializers.Serializer):
    """A month ahead: cash at its end is that before it + collected − paid − staff + other."""

    period = serializers.CharField()
    collected = serializers.CharField()
    paid = serializers.CharField(help_text="To suppliers.")
    staff = serializers.CharField()
    other = serializers.CharField(allow_null=True, help_text="Tax, investment, financing, transfers; null: not known.")
    cash = serializers.CharField()
    low = serializers.CharField(allow_null=True, help_text="Cash is meant to end between low and high four times in 5.")
    high = serializers.CharField(allow_null=True)


class LowPointSerializer(serializers.Serializer):
    """The month ahead that ends with the least cash, with its interval."""

    period = serializers.CharField()
    value = serializers.CharField()
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class CashErrorSerializer(serializers.Serializer):
    """How wrong such a forecast was before, on average over so many month ends."""

    mean = serializers.CharField()
    unchanged = serializers.CharField(help_text="The same for taking cash to stay as it is.")
    tries = serializers.IntegerField()


class CashSerializer(serializers.Serializer):
    """The cash of a unit month by month ahead, as decimal text in the group's currency."""

    unit = serializers.CharField()
    period = serializers.CharField(help_text="The newest known month.")
    value = serializers.CharField(allow_null=True, help_text="Cash at its end.")
    low = LowPointSerializer(allow_null=True)
    collection_months = serializers.FloatField(allow_null=True, help_text="Months of sales that customers owe.")
    payment_months = serializers.FloatField(allow_null=True, help_text="Months of purchases owed to suppliers.")
    months = CashMonthSerializer(many=True)
    error = CashErrorSerializer(allow_null=True)
    unknown = serializers.ListField(child=serializers.CharField(), help_text="What is not known, in sentences.")
    reason = serializers.CharField(help_text="Why there is no forecast; empty where there is one.")
    known_from = serializers.DateTimeField(help_text="Since when this stands as it is.")


class _StudiesViewSet(StoredRows):
    """A document a unit, within the reader's units."""

    queryset = Study.objects.none()
    page_by = (("unit_id", "unit__code"),)

    def get_queryset(self) -> QuerySet[Study]:
        return stored_studies(self.scope).select_related("unit", "cutoff")

    def document(self, row: Study, known_from: datetime) -> Document:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        times = times_of({row.from_mark for row in page})
        return self.get_paginated_response([self.document(row, times[row.from_mark]) for row in page])


@extend_schema_view(
    list=extend_schema(
        summary="List statistics",
        description="Trend, season, spread, shifts, outliers and the newest month's score of each unit's figures, and"
        " which of them move together: computed after the last recompute, up to each unit's newest known month.",
    )
)
class StatisticsViewSet(_StudiesViewSet):
    """Stored statistics, one unit a row."""

    serializer_class = StatisticsSerializer
    filterset_class = StatisticsFilter

    def document(self, row: Study, known_from: datetime) -> Document:
        return statistics_document(row, self._metrics, known_from)

    @property
    def _metrics(self) -> Sequence[str]:
        """The figures asked for, each once; a name that is none is refused."""
        wanted = list(dict.fromkeys(self.request.query_params.getlist("metric")))
        if unknown := [code for code in wanted if code not in STUDIED]:
            raise ValidationError({"metric": [f"{code} is not studied." for code in unknown]})
        return wanted


@extend_schema_view(
    list=extend_schema(
        summary="List cash ahead",
        description="Cash at the end of each month ahead from collection and payment lags, with its interval, and the"
        " low point.",
    )
)
class CashViewSet(_StudiesViewSet):
    """Stored cash ahead, one unit a row."""

    serializer_class = CashSerializer
    filterset_class = StudyFilter

    def document(self, row: Study, known_from: datetime) -> Document:
        return cash_document(row, known_from)


ROUTES: tuple[tuple[str, type[viewsets.ViewSetMixin], str], ...] = (
    ("statistics", StatisticsViewSet, "statistics"),
    ("cash", CashViewSet, "cash"),
)
