"""Metrics, the sheets that hold their values, and the runs that computed them.

A sheet holds all levels of one unit, period, basis and version; it stands from the mark of its inputs
until another replaces it. Comparisons (variance, growth, prior year) are readings and never stored.
"""

from __future__ import annotations

from django.db import models

from ledger.models import Period
from units.marks import Standing
from units.models import StandingWithin, Unit


class Metric(models.Model):
    """The identity of a metric that administrators added; the shipped ones stand in `metrics.catalogue`."""

    code = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.code


class MetricVersion(Standing):
    """The terms of an added metric from a mark on. An edit makes a new row, never overwrites."""

    class Kind(models.TextChoices):
        MONEY = "money"
        RATIO = "ratio"
        COUNT = "count"
        DAYS = "days"
        MONTHS = "months"

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    better = models.SmallIntegerField(default=1, help_text="+1 higher, −1 lower, 0 neither.")
    compare = models.CharField(max_length=10, default="percent", help_text="percent, points or difference")
    formula = models.TextField()
    impact = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    retired = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric"], condition=models.Q(until_mark__isnull=True), name="one_current_metric_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}: {self.formula}"


class Run(models.Model):
    """One recompute: the slice it covered, what it wrote, and the marks it read."""

    class State(models.TextChoices):
        STARTED = "started"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    full = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    since_mark = models.BigIntegerField(default=0, help_text="Inputs after this mark were stale.")
    mark = models.BigIntegerField(help_text="Inputs up to this mark were read.")
    slice = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    sheets = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"run {self.pk} ({self.state})"


class Computed(StandingWithin):
    """What a run, or what followed it, found out of a unit. Its indexes are its own: none begins with a mark."""

    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    from_mark = models.BigIntegerField()
    until_mark = models.BigIntegerField(null=True)

    class Meta(StandingWithin.Meta):
        abstract = True


class Sheet(Computed):
    """All figures of one unit, period, basis and version.

    Quarters and years are the company's for every unit, so that units add up; a unit with another year-end has
    sheets of its own quarter and year besides (`own_qtd`, `own_ytd`).

    `numbers` maps a metric's code (accounts as `account:CODE`) to its number: money and counts as
    int ten-thousandths, ratios, days and months as floats in plain units, classes as their word.
    `reasons` maps a code to why there is no number. `coverage` maps `*` (and codes that differ from
    it) to "11 of 12", the delivered unit-periods behind the number. `parts` says of codes that are sums how
    much adjustments make up, and eliminations: {"adjustments": {"revenue": 70000}}; what is not there is 0. Under
    `seen_from` it keeps what only readers of a unit above may read too (`metrics.veils`).

    `version` may be read in constant currency (`actual@budget-rates`, see `metrics.rates`); there is such a sheet
    only where it differs from that of the version itself.
    """

    class Basis(models.TextChoices):
        MONTH = "month"
        QTD = "qtd"
        YTD = "ytd"
        LTM = "ltm"
        OWN_QTD = "own_qtd"
        OWN_YTD = "own_ytd"

    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, db_index=False)
    basis = models.CharField(max_length=7, choices=Basis.choices)
    version = models.CharField(max_length=40, help_text="A ledger version's code, or the chained `budget`.")
    numbers = models.JSONField()
    reasons = models.JSONField()
    coverage = models.JSONField()
    parts = models.JSONField(default=dict)
    digest = models.UUIDField(null=True, editable=False, help_text="Over the three; an equal sheet is left alone.")

    class Meta(Computed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "basis", "version"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_sheet",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "period", "basis", "version", "from_mark"], name="sheet_history"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.period_id}/{self.basis}/{self.version}"


class RunBlock(models.Model):
    """One block of a run in one of its phases, to be done by whichever worker takes it: see `metrics.sharing`.

    The database is the queue; a worker that dies loses its lease and another one does the block again.
    """

    class Phase(models.TextChoices):
        SUMS = "sums"
        SHEETS = "sheets"

    run = models.ForeignKey(Run, models.CASCADE, related_name="blocks")
    phase = models.CharField(max_length=6, choices=Phase.choices)
    number = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True, help_text="Until when its worker is believed to be alive.")
    is_done = models.BooleanField(default=False)
    sheets = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "phase", "number"], name="one_block_of_a_run")]

    def __str__(self) -> str:
        return f"block {self.number} of run {self.run_id}, {self.phase}"


class Subtotal(models.Model):
    """What a block of units amounts to in the units above it, in one version: see `metrics.subtotals`.

    The engine's own memory between runs, not a figure: no reader sees it, and it can be deleted at any time.
    """

    block = models.PositiveIntegerField()
    version = models.CharField(max_length=120)
    meaning = models.CharField(max_length=64, help_text="The fingerprint of the run that made it.")
    mark = models.BigIntegerField(help_text="The mark of the rows it was made of.")
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "version"], name="one_subtotal")]

    def __str__(self) -> str:
        return f"block {self.block} of {self.version}"


class Forecast(Computed):
    """What is expected of one metric of one unit in one period, as seen from one cut-off.

    Months after the cut-off only; each cut-off keeps its own view, so that it can be held against what came. Amounts
    are ten-thousandths in the group's currency, of the month. `low` and `high` hold four figures in five and are
    missing where too little could be tried. `wape`, `bias` and `naive_wape` are of the trial on the months before
    the cut-off (`metrics.calc.forecast`), `naive` is the seasonal naive forecast of the same period. A unit above
    others has the earliest of their cut-offs, and `cutoffs` counts them: {"2026-08": 3, "2026-09": 9}.

    Stands from the mark of the sheets it was made of. Only the newest cut-off of a unit is ever made anew.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False)
    metric = models.CharField(max_length=60)
    cutoff = models.ForeignKey(Period, models.PROTECT, db_index=False, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, db_index=False, related_name="+")
    number = models.BigIntegerField(help_text="Ten-thousandths.")
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    naive = models.BigIntegerField(null=True)
    method = models.CharField(max_length=40)
    wape = models.FloatField(null=True)
    bias = models.FloatField(null=True)
    naive_wape = models.FloatField(null=True)
    tries = models.PositiveSmallIntegerField(help_text="Months the errors are over.")
    months = models.PositiveSmallIntegerField(help_text="Months of history behind it.")
    cutoffs = models.JSONField(help_text="Cut-off → how many units of this one are there.")
    trials = models.JSONField(default=dict, help_text="Method → its WAPE over the same months; of sums nothing.")

    class Meta(Computed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "metric", "cutoff", "period"],
                condition=models.Q(until_mark__isnull=True),
                name="one_current_forecast",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "metric", "cutoff", "period", "from_mark"], name="forecast_history"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.metric}/{self.cutoff_id}→{self.period_id}: {self.number}"

    @property
    def value_added(self) -> float | None:
        """The seasonal naive forecast's WAPE less this one's, over the same months: positive where it was worth it."""
        return None if self.wape is None or self.naive_wape is None else self.naive_wape - self.wape


class Study(Computed):
    """What the months of one unit say of themselves, up to its newest known month (`cutoff`): one row a unit.

    `statistics` is {"metrics": {code: …}, "correlations": […]} as `metrics.calc.statistics.study` writes it, `cash`
    the months ahead as `metrics.studying` does; either may be empty. `made_of` is a hash over that: a unit
    whose sheets, forecasts and newest month are the same is not studied again.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False)
    cutoff = models.ForeignKey(Period, models.PROTECT, db_index=False, related_name="+")
    statistics = models.JSONField()
    cash = models.JSONField()
    made_of = models.CharField(max_length=64)
    digest = models.UUIDField(editable=False, help_text="Over what it says; an equal study is left alone.")

    class Meta(Computed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(until_mark__isnull=True), name="one_current_study"
            ),
        ]
        indexes = [models.Index(fields=["unit", "from_mark"], name="study_history")]

    def __str__(self) -> str:
        return f"{self.unit_id}→{self.cutoff_id}"
