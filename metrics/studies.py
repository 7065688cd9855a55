"""Questions to the stored studies, and how they are written for other programs: commands and the API say the same.

A study is read as of its unit's newest known month. Nothing heavy to import.

    value, expected, spread, score      the newest month, what was to be expected, the usual spread of that comparison,
                                        and how many of them the month lies above (below: minus) it; else `reason`
    trend                               what a month usually adds, its 95 % interval, whether that is more than luck
    season                              how much of it is season (0 to 1), and what each month of the year adds
    shifts, outliers                    months from which on the level is another; single months apart
    distribution                        median, quartiles, median distance from the median, skew
    correlations                        what moves together, `lag` months after the first of the two
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Self

from ledger.amounts import as_text
from metrics.models import Study
from metrics.studied import kind_of
from metrics.wire import EXACT
from units.guard import GuardedQuerySet
from units.marks import standing_at
from units.scope import Scope

Document = dict[str, Any]
NOT_STUDIED = "not_applicable: no figures to study"
MEASURED = {
    "distribution": ("median", "q1", "q3", "mad"),
    "trend": ("slope", "low", "high"),
}
"""The parts of a figure's document whose numbers are in the measure of the figure."""


class StudyQuerySet(GuardedQuerySet[Study]):
    """Chainable questions; like every guarded queryset it answers only `within` a scope."""

    def standing_at(self, mark: int | None) -> Self:
        """Studies as they stood at a mark of `computed_mark`; None for now."""
        return self.filter(standing_at(mark))

    def of_units(self, units: Collection[int]) -> Self:
        return self.filter(unit_id__in=list(units))


def stored_studies(scope: Scope) -> StudyQuerySet:
    """The studies this scope may read, of all marks."""
    return StudyQuerySet(Study).within(scope)


def studies(scope: Scope, mark: int) -> StudyQuerySet:
    """The studies in force at a mark, with their units and newest months, the tree from the top."""
    found = stored_studies(scope).standing_at(mark)
    return found.select_related("unit", "cutoff").order_by("unit__left", "unit_id")


# --- for other programs --------------------------------------------------------------------------------


def statistics_document(row: Study, metrics: Collection[str], known_from: datetime | None = None) -> Document:
    """The statistics of a unit: of the metrics asked for (none: all there are), and the pairs they are in."""
    found = row.statistics["metrics"]
    pairs = [
        each for each in row.statistics["correlations"] if not metrics or {each["first"], each["second"]} & {*metrics}
    ]
    return {
        "unit": row.unit.code,
        "period": row.cutoff.code,
        "metrics": [_figure(code, found.get(code)) for code in (metrics or found)],
        "correlations": pairs,
        **_since(known_from),
    }


def cash_document(row: Study, known_from: datetime | None = None) -> Document:
    """The cash ahead of a unit: its low point, month by month, the lags it stands on, what is not known."""
    said = row.cash
    months = [_month(each) for each in said.get("months", ())]
    low = said.get("low")
    error = said.get("error")
    return {
        "unit": row.unit.code,
        "period": row.cutoff.code,
        "value": _amount(said.get("opening")),
        "low": low and {"period": low["period"], "value": _amount(low["cash"]), **_interval(low)},
        "collection_months": said.get("lags", {}).get("collection"),
        "payment_months": said.get("lags", {}).get("payment"),
        "months": months,
        "error": error and {name: _wire(error[name], "money" if name != "tries" else "") for name in error},
        "unknown": said.get("unknown", []),
        "reason": said.get("reason", ""),
        **_since(known_from),
    }


def _figure(code: str, said: Mapping[str, Any] | None) -> Document:
    """One figure with everything that may be known of it; null where it is not."""
    if said is None:
        said = {"reason": NOT_STUDIED}
    kind, share = kind_of(code), said.get("share", False)
    parts = {name: _part(said.get(name), measured, kind) for name, measured in MEASURED.items()}
    season = said.get("season")
    sized = "" if share else kind
    return {
        "metric": code,
        **{name: _wire(said.get(name), kind) for name in ("value", "expected", "spread")},
        "score": said.get("score"),
        "unusual": said.get("unusual"),
        "reason": said.get("reason", ""),
        "n": said.get("n", 0),
        "missing": said.get("missing", 0),
        "sizes": "share" if share else "difference",
        **parts,
        "season": season and season | {"indices": {at: _wire(each, sized) for at, each in season["indices"].items()}},
        "shifts": [each | {"size": _wire(each["size"], sized)} for each in said.get("shifts", ())],
        "outliers": said.get("outliers", []),
    }


def _part(said: Mapping[str, Any] | None, measured: Collection[str], kind: str) -> Document | None:
    return (
        None if said is None else {name: _wire(each, kind if name in measured else "") for name, each in said.items()}
    )


def _month(said: Mapping[str, Any]) -> Document:
    amounts = ("collected", "paid", "staff", "other", "cash")
    return {"period": said["period"], **{name: _amount(said.get(name)) for name in amounts}, **_interval(said)}


def _interval(said: Mapping[str, Any]) -> Document:
    """What cash at the end of a month is meant to lie between, four times in five; null where nothing was tried."""
    return {name: _amount(said.get(name)) for name in ("low", "high")}


def _amount(number: int | None) -> str | None:
    return None if number is None else as_text(number)


def _wire(number: Any, kind: str) -> Any:
    """Money and counts as decimal text, everything else as it is."""
    return as_text(number) if kind in EXACT and number is not None else number


def _since(known_from: datetime | None) -> Document:
    return {} if known_from is None else {"known_from": known_from.isoformat()}
