"""Monthly amounts by unit and account, and the tables that give them meaning.

Amounts are int64 ten-thousandths of a currency unit or of a count: exact, one column, sums stay
integers. Entries and rates are their own history: rows are inserted and later closed by `until_mark`,
never changed and never deleted (triggers on both databases allow nothing else).
"""

from __future__ import annotations

from django.db import models

from units.guard import GuardedQuerySet
from units.marks import Standing
from units.models import StandingWithin, Unit, one_current

ONE = 10_000  # ten-thousandths in one currency unit or one person


class Calendar(models.Model):
    """The fiscal calendar, as `calendar.json` declares it (`ledger.periods.declaration`).

    `declaration` is empty for plain months from `start_month`. `pattern` and `start_month` are there to be listed.
    """

    class Pattern(models.TextChoices):
        MONTHS = "months"
        W445 = "4-4-5"
        W454 = "4-5-4"
        W544 = "5-4-4"
        THIRTEEN = "13"

    start_month = models.PositiveSmallIntegerField(default=1)
    pattern = models.CharField(max_length=6, choices=Pattern.choices, default=Pattern.MONTHS)
    declaration = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start_month__gte=1, start_month__lte=12), name="calendar_start_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} from month {self.start_month}"


class Period(models.Model):
    """One fiscal period of the calendar table. Created on first use.

    `ordinal` counts periods without gaps, so "the same period last year" and "the last twelve" are
    subtractions. `code` is `YYYY-MM`, always the calendar month, or `FY2026-P03` in other calendars.
    The label year of a fiscal year is the calendar year it ends in.
    """

    code = models.CharField(max_length=12, unique=True)
    ordinal = models.IntegerField(unique=True)
    year = models.PositiveSmallIntegerField(help_text="Fiscal year.")
    quarter = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(help_text="Place in the fiscal year, from 1.")
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="period_has_days"),
            models.UniqueConstraint(fields=["year", "number"], name="one_period_per_place"),
        ]

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """A line of the chart of accounts; figures may stand on any node. Statistical accounts are accounts."""

    class Kind(models.TextChoices):
        INCOME = "income"
        EXPENSE = "expense"
        ASSET = "asset"
        LIABILITY = "liability"
        EQUITY = "equity"
        STATISTICAL = "statistical"

    class Rollup(models.TextChoices):
        SUM = "sum"
        LAST = "last"
        AVERAGE = "average"

    class RateType(models.TextChoices):
        AVERAGE = "average"
        CLOSING = "closing"
        HISTORICAL = "historical"
        NONE = "none"

    class Better(models.TextChoices):
        HIGHER = "higher"
        LOWER = "lower"
        NONE = "none"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    weight = models.SmallIntegerField(default=1, help_text="Into the parent: +1, −1 or 0.")
    unit_of_measure = models.CharField(max_length=20, default="money", help_text="money, count, days, ratio …")
    time_rollup = models.CharField(max_length=8, choices=Rollup.choices, default=Rollup.SUM)
    rate_type = models.CharField(max_length=10, choices=RateType.choices, default=RateType.AVERAGE)
    role = models.CharField(max_length=40, blank=True, default="", db_index=True)
    better = models.CharField(max_length=6, choices=Better.choices, default=Better.NONE)
    position = models.PositiveIntegerField(default=0, help_text="Order of the chart, parents first.")
    depth = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__in=[-1, 0, 1]), name="account_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Version(models.Model):
    """A set of figures side by side: actual, a budget of a year, a forecast of a cut-off month.

    `budget` without a year is not a row: it reads, for each period, the approved budget of its fiscal
    year that was approved last.
    """

    class Kind(models.TextChoices):
        ACTUAL = "actual"
        BUDGET = "budget"
        FORECAST = "forecast"

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Fiscal year of a budget.")
    cutoff = models.ForeignKey(
        Period, models.PROTECT, null=True, blank=True, help_text="Last actual month of a forecast."
    )
    approved_mark = models.BigIntegerField(null=True, blank=True, help_text="Budgets: approved from this mark on.")

    def __str__(self) -> str:
        return self.code


class Layer(models.TextChoices):
    """What a unit delivered, and what was adjusted for the group: profit in stock, values at acquisition."""

    SOURCE = "source"
    ADJUSTMENT = "adjustment"


class Import(models.Model):
    """One file that came in: what it was, who brought it, what it held and what became of it."""

    class Status(models.TextChoices):
        IMPORTED = "imported"
        UNCHANGED = "unchanged"

    public_id = models.CharField(max_length=22, unique=True, help_text="Random, for addresses.")
    source = models.CharField(max_length=60)
    layer = models.CharField(max_length=10, choices=Layer.choices, default=Layer.SOURCE)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file.")
    mapping = models.JSONField(default=dict)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    mark = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="new, changed, closed, same")
    totals = models.JSONField(default=dict, help_text="Control totals: version → amount, as decimal text.")
    warnings = models.JSONField(default=list)
    reason = models.CharField(
        max_length=300, blank=True, default="", help_text="Why figures that stood were replaced; empty: nobody said."
    )

    def __str__(self) -> str:
        return f"{self.filename} ({self.source})"


class Entry(Standing):
    """One amount from one cell of one file, in its natural sign and its own currency.

    Several entries may share unit, account and period; they add up. `counterparty` is the code of the
    unit on the other side, and empty where there is none, as is `segment`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, db_index=False)
    counterparty = models.CharField(max_length=40, blank=True, default="")
    segment = models.CharField(max_length=60, blank=True, default="")
    amount = models.BigIntegerField(help_text="Ten-thousandths.")
    currency = models.CharField(max_length=3, blank=True, default="", help_text="Empty: the unit's.")
    layer = models.CharField(max_length=10, choices=Layer.choices, default=Layer.SOURCE)
    source = models.CharField(max_length=60)
    origin = models.ForeignKey(Import, models.PROTECT, db_index=False, related_name="entries")
    sheet = models.CharField(max_length=60, blank=True, default="")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True, default="", help_text="Wide files: which column.")
    text = models.TextField(blank=True, default="", help_text="The row as it stood in the file.")
    from_mark = models.BigIntegerField()
    until_mark = models.BigIntegerField(null=True)

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["unit", "period", "version"], name="entry_slice"),
            models.Index(
                fields=["version", "period"], condition=models.Q(until_mark__isnull=True), name="entry_current"
            ),
            models.Index(fields=["origin"], name="entry_origin"),
            models.Index(fields=["until_mark"], condition=models.Q(until_mark__isnull=False), name="entry_ended"),
            models.Index(fields=["currency", "version", "unit"], condition=~models.Q(currency=""), name="entry_naming"),
            models.Index(fields=["version", "unit"], condition=~models.Q(counterparty=""), name="entry_trade"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.account_id}/{self.period_id}/{self.version_id}: {self.amount}"


class Delivery(Standing):
    """That a source delivered a unit's figures of a period and version: what is absent inside is zero.

    Stands while the source's slice holds at least one entry.
    """

    source = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT)
    period = models.ForeignKey(Period, models.PROTECT)
    version = models.ForeignKey(Version, models.PROTECT)
    origin = models.ForeignKey(Import, models.PROTECT, help_text="The import that delivered it last.")

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "unit", "period", "version"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.unit_id} {self.period_id} {self.version_id}"


class Rate(Standing):
    """Group currency for one unit of a currency in a period; exact decimal text."""

    class Kind(models.TextChoices):
        AVERAGE = "average"
        CLOSING = "closing"
        HISTORICAL = "historical"
        BUDGET = "budget"

    currency = models.CharField(max_length=3)
    period = models.ForeignKey(Period, models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rate = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "period", "kind"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.period_id} {self.kind}: {self.rate}"


class Hyperinflation(Standing):
    """That a currency is that of a hyperinflationary economy, from a period on and (`last`) up to another.

    Whoever keeps books in it is translated wholly at the closing rate (IAS 21.42).
    """

    currency = models.CharField(max_length=3)
    first = models.ForeignKey(Period, models.PROTECT, related_name="+")
    last = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "hyperinflation"
        constraints = [one_current("currency", "first", name="one_current_hyperinflation")]

    def __str__(self) -> str:
        return f"{self.currency} from {self.first_id}"


class Closing(Standing):
    """That a period is closed for a unit and all below it (no unit: for the whole company)."""

    period = models.ForeignKey(Period, models.PROTECT)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "unit"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} closed"


class Holiday(StandingWithin):
    """A day on which people do not work: in the company, in a region, or in a unit and all below it."""

    day = models.DateField()
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=60, blank=True, default="", help_text="Empty with no unit: the whole company.")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="holidays")

    class Meta(StandingWithin.Meta):
        constraints = [
            one_current("day", "region", name="one_current_holiday", condition=models.Q(unit__isnull=True)),
            one_current("day", "unit", name="one_current_holiday_of_a_unit", condition=models.Q(unit__isnull=False)),
            models.CheckConstraint(
                condition=models.Q(region="") | models.Q(unit__isnull=True), name="holiday_of_a_region_or_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
