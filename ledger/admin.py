"""A look at the ledger's tables. What stands in them comes from imports and is changed by imports."""

from __future__ import annotations

from django.contrib import admin

from ledger.models import Account, Entry, Holiday, Hyperinflation, Period, Rate, Version
from units.admin import ReadOnlyAdmin, ScopedFilter


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """The chart of accounts."""

    list_display = ("code", "name", "kind", "parent", "weight", "unit_of_measure", "time_rollup", "rate_type", "role")
    list_filter = ("kind", "role")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    ordering = ("position",)


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    """The fiscal calendar, as far as it has been used."""

    list_display = ("code", "year", "quarter", "number", "starts", "ends")
    list_filter = ("year",)
    ordering = ("-ordinal",)


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Actual, budgets and forecasts."""

    list_display = ("code", "kind", "year", "cutoff", "approved_mark")
    list_filter = ("kind",)
    list_select_related = ("cutoff",)
    ordering = ("code",)


@admin.register(Rate)
class RateAdmin(ReadOnlyAdmin):
    """Rates of exchange, with those they replaced."""

    list_display = ("currency", "period", "kind", "rate", "from_mark", "until_mark")
    list_filter = ("currency", "kind")
    list_select_related = ("period",)
    ordering = ("currency", "-period__ordinal", "kind", "-from_mark")


@admin.register(Hyperinflation)
class HyperinflationAdmin(ReadOnlyAdmin):
    """Currencies flagged as hyperinflationary, with the flags that were taken back."""

    list_display = ("currency", "first", "last", "from_mark", "until_mark")
    list_filter = ("currency",)
    list_select_related = ("first", "last")
    ordering = ("currency", "-first__ordinal", "-from_mark")


@admin.register(Holiday)
class HolidayAdmin(ReadOnlyAdmin):
    """The days on which nobody works, with those taken back; they are stated on the page of imports."""

    list_display = ("day", "name", "region", "unit", "from_mark", "until_mark")
    list_filter = ("region", ("unit", ScopedFilter))
    list_select_related = ("unit",)
    search_fields = ("name",)
    ordering = ("-day", "region", "-from_mark")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Imported amounts, with the file and row each came from."""

    list_display = (
        "unit",
        "account",
        "period",
        "version",
        "amount",
        "currency",
        "source",
        "origin",
        "row",
        "until_mark",
    )
    list_filter = (("unit", ScopedFilter), "version", "source")
    list_select_related = ("unit", "account", "period", "version", "origin")
    ordering = ("-pk",)
    show_full_result_count = False
