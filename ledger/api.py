"""Periods, accounts, versions and entries over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from ledger.amounts import as_text
from ledger.models import Account, Entry, Period, Version
from units.doors import (
    BY_UNIT_AND_PERIOD,
    CODE,
    CodesFilter,
    HoldsAbility,
    MomentFilter,
    StoredRows,
    StrictFilterSet,
    WholeFilter,
)
from units.marks import mark_at, standing_at
from units.models import Unit


class PeriodFilter(StrictFilterSet):
    code = CodesFilter(label="Code of the period; repeat for several.")
    year = WholeFilter(label="Fiscal year.", min_value=0, max_value=9_999)


class PeriodSerializer(serializers.ModelSerializer):
    """A fiscal period; `ordinal` counts periods without gaps, `number` is its place in the fiscal year."""

    class Meta:
        model = Period
        fields = ("code", "ordinal", "year", "quarter", "number", "starts", "ends")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="List periods", description="The periods of the fiscal calendar in use, oldest first."),
    retrieve=extend_schema(summary="Get a period", description="One period by its code, such as 2026-03."),
)
class PeriodViewSet(viewsets.ReadOnlyModelViewSet):
    """The periods of the fiscal calendar that have been used."""

    queryset = Period.objects.all()
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilter
    permission_classes = (HoldsAbility,)
    page_by = (("ordinal", "ordinal"),)
    lookup_field = "code"
    lookup_value_regex = CODE


class AccountFilter(StrictFilterSet):
    code = CodesFilter(label="Code of the account; repeat for several.")
    kind = CodesFilter(label="income, expense, asset, liability, equity or statistical.")
    role = CodesFilter(label="What the account is to the metrics, such as revenue.")


class AccountSerializer(serializers.ModelSerializer):
    """A line of the chart of accounts; `weight` is how it counts in its parent."""

    parent = serializers.CharField(  # type: ignore[assignment]  # DRF's `parent` is a serializer's owner
        source="parent.code", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Account
        fields = (
            "code", "name", "kind", "parent", "weight", "unit_of_measure", "time_rollup", "rate_type", "role", "better",
        )  # fmt: skip
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="List accounts", description="The chart of accounts in its order, parents first."),
    retrieve=extend_schema(summary="Get an account", description="One account by its code."),
)
class AccountViewSet(viewsets.ReadOnlyModelViewSet):
    """The chart of accounts."""

    queryset = Account.objects.select_related("parent")
    serializer_class = AccountSerializer
    filterset_class = AccountFilter
    permission_classes = (HoldsAbility,)
    page_by = (("position", "position"), ("code", "code"))
    lookup_field = "code"
    lookup_value_regex = CODE


class VersionFilter(StrictFilterSet):
    code = CodesFilter(label="Code of the version; repeat for several.")
    kind = CodesFilter(label="actual, budget or forecast.")


class VersionSerializer(serializers.ModelSerializer):
    """A set of figures: `year` is a budget's fiscal year, `cutoff` a forecast's last actual period."""

    cutoff = serializers.CharField(source="cutoff.code", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Version
        fields = ("code", "kind", "year", "cutoff")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(
        summary="List versions",
        description="Actual, budgets and forecasts. `budget` reads the approved budget in force and is not listed.",
    ),
    retrieve=extend_schema(summary="Get a version", description="One version by its code, such as budget-2026."),
)
class VersionViewSet(viewsets.ReadOnlyModelViewSet):
    """Actual, budgets and forecasts. `budget` reads the approved budget in force and is not a row."""

    queryset = Version.objects.select_related("cutoff")
    serializer_class = VersionSerializer
    filterset_class = VersionFilter
    permission_classes = (HoldsAbility,)
    lookup_field = "code"
    lookup_value_regex = CODE


class EntryFilter(StrictFilterSet):
    """Which entries, and as known when."""

    unit = CodesFilter(field_name="unit__code", label="Code of the unit; repeat for several.")
    account = CodesFilter(field_name="account__code", label="Code of the account; repeat for several.")
    period = CodesFilter(field_name="period__code", label="Code of the period; repeat for several.")
    version = CodesFilter(field_name="version__code", label="Code of the version; repeat for several.")
    source = CodesFilter(label="Name of the source; repeat for several.")
    as_of = MomentFilter(method="known_at", label="As known then: a date (its end) or an ISO 8601 time.")

    def known_at(self, queryset: QuerySet[Entry], name: str, value: datetime) -> QuerySet[Entry]:
        return queryset.filter(standing_at(mark_at(value)))

    def filter_queryset(self, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        found: QuerySet[Entry] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("as_of") else found.filter(standing_at(None))


class EntrySerializer(serializers.ModelSerializer):
    """An entry with where it came from: `amount` is decimal text in the entry's own `currency`.

    The unit on the other side is named to its own readers only, and empty for everybody else.
    """

    unit = serializers.CharField(source="unit.code")
    account = serializers.CharField(source="account.code")
    period = serializers.CharField(source="period.code")
    version = serializers.CharField(source="version.code")
    amount = serializers.SerializerMethodField()
    counterparty = serializers.SerializerMethodField()
    file = serializers.CharField(source="origin.filename")
    imported = serializers.DateTimeField(source="origin.at")

    class Meta:
        model = Entry
        fields = (
            "unit", "account", "period", "version", "amount", "currency", "counterparty", "segment",
            "source", "file", "sheet", "row", "column", "imported",
        )  # fmt: skip
        read_only_fields = fields

    def get_amount(self, entry: Entry) -> str:
        return as_text(entry.amount)

    def get_counterparty(self, entry: Entry) -> str:
        return entry.counterparty if entry.counterparty in self.context["visible"] else ""


@extend_schema_view(
    list=extend_schema(
        summary="List entries",
        description="Imported amounts that stand, by unit, period and version, with file, sheet, row and column.",
    )
)
class EntryViewSet(StoredRows):
    """Entries within the reader's units. One has no address of its own: its id would count those of others."""

    queryset = Entry.objects.none()
    serializer_class = EntrySerializer
    filterset_class = EntryFilter
    page_by = (*BY_UNIT_AND_PERIOD, ("version_id", "version__code"))

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.within(self.scope).select_related("unit", "account", "period", "version", "origin")

    def get_serializer_context(self) -> dict[str, Any]:
        visible = frozenset(Unit.objects.within(self.scope).values_list("code", flat=True))
        return {**super().get_serializer_context(), "visible": visible}
