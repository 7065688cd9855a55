"""The preview of a metric, from the trial of its formula and the thresholds that hang on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from alerts.models import ThresholdVersion
from ledger.company import group_currency
from metrics.definitions import definitions
from metrics.timeframes import Stored
from metrics.trial import Trial, Tried
from reports import formatting
from reports.figures.trial import Cell, Dependent, TrialBoard, TriedRow
from units.scope import Scope

LISTED = 10
BASES = {"month": "month", "qtd": "quarter to date", "ytd": "year to date", "ltm": "last twelve months"}
NOTHING = Cell("")


def trial_board(scope: Scope, trial: Trial) -> TrialBoard:
    """What a formula would change, in words and numbers as an administrator reads them."""
    kind = trial.metric.kind
    changed = [each for each in trial.units if each.is_other]
    return TrialBoard(
        title=f"{trial.metric.label} at {trial.unit}, {BASES[trial.basis]}",
        measure="" if kind == "ratio" else group_currency() if kind == "money" else kind,
        months=tuple(_row(each, kind, is_new=trial.is_new) for each in trial.months),
        units=tuple(_row(each, kind, is_new=trial.is_new) for each in changed[:LISTED]),
        metrics=_metrics(trial.users),
        thresholds=_thresholds(scope, [trial.metric.code, *trial.users]),
        summary=_summary(trial, len(changed)),
        note=f"{trial.left_out} units further below were not tried." if trial.left_out else "",
        is_new=trial.is_new,
    )


def _row(tried: Tried, kind: str, *, is_new: bool) -> TriedRow:
    return TriedRow(
        label=tried.of,
        before=NOTHING if is_new else _cell(tried.before, kind),
        after=_cell(tried.after, kind),
        difference=Cell(_difference(tried.difference, kind)),
        is_other=tried.is_other,
    )


def _cell(stored: Stored, kind: str) -> Cell:
    if stored.number is None:
        missing = formatting.missing(stored.reason)
        return Cell(missing.word, missing.reason)
    if kind == "money" and isinstance(stored.number, int):
        return Cell(_money(stored.number))
    return Cell(formatting.plain(stored.number, kind))


def _difference(number: int | float | None, kind: str) -> str:
    if number is None:
        return "–"
    if number == 0:
        return "0"
    if kind == "money":
        return _money(int(number), signed=True)
    return formatting.plain(number, "points" if kind == "ratio" else kind, signed=True)


def _money(number: int, *, signed: bool = False) -> str:
    """With cents; an amount below one with all its decimals, so that a small change is not printed as none."""
    size = number / formatting.EXACT
    return formatting.digits(size, 2, signed=signed) if abs(size) >= 1 else formatting.exact(number, signed=signed)


def _summary(trial: Trial, changed: int) -> str:
    """The sentence above the tables."""
    if not trial.months:
        return f"{trial.unit} has no actual figures to try the formula on."
    numbers = sum(1 for each in trial.months if each.after.number is not None)
    months = f"{numbers} of {len(trial.months)} months to {trial.months[-1].of} have a number"
    if trial.is_new:
        return f"{months}. Nothing is saved yet."
    other = sum(1 for each in trial.months if each.is_other)
    units = f", and {changed} of {len(trial.units)} units below in the newest" if trial.units else ""
    return f"{months}; {other} of them would read differently{units}. Nothing is saved yet."


def _metrics(users: Sequence[str]) -> tuple[Dependent, ...]:
    known = definitions()
    return tuple(Dependent(known[code].label, known[code].formula) for code in users)


def _thresholds(scope: Scope, codes: Sequence[str]) -> tuple[Dependent, ...]:
    """The thresholds in force on the metric and on those that read it, as far as the reader may read them."""
    found = ThresholdVersion.objects.within(scope).filter(until_mark__isnull=True, retired=False, metric__in=codes)
    may_change = scope.may("thresholds.set")
    return tuple(
        Dependent(
            version.label or version.threshold.code,
            f"{version.threshold.unit.code}, {version.metric}, {BASES[version.basis]}",
            reverse("admin:alerts_threshold_change", args=[version.threshold_id]) if may_change else "",
        )
        for version in found.select_related("threshold__unit").order_by("threshold__unit__left", "threshold__code")
    )
