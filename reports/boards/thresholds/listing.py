"""The list of thresholds: by metric from the default of all down to single units, or what holds on one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from alerts.effective import Held, holds_on
from alerts.judging.inheritance import Edition, Effective
from alerts.judging.manual import Manual
from alerts.models import Alert, ThresholdVersion
from alerts.querysets import OPEN_CONDITIONS
from alerts.rulebook import edition_of, manual
from alerts.working.reckoning import LOOKED_BACK
from alerts.working.worth import KNOWN, NOISE, USEFUL
from reports import formatting
from reports.boards.naming import full_name, short_name
from reports.boards.rules import NO_VERDICT
from reports.boards.thresholds.levels import lasts, limits, measured, origin, place
from reports.figures import Action, Figure, Holding, MetricRules, ThresholdRow, ThresholdsBoard
from units.models import Unit
from units.scope import Scope

READ, SET = "thresholds.read", "thresholds.set"
STEPS = ("default", "type", "unit")
ORIGINS = {"default": "Default", "type": "Unit type", "unit": "Unit"}
FROM_ABOVE = "a unit above"


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to: a metric, a unit whose effective terms are shown, and the retired as well."""

    metric: str = ""
    unit: Unit | None = None
    with_retired: bool = False

    def takes(self, metric: str) -> bool:
        """Whether a metric is among those asked for."""
        return self.metric in ("", metric)


@dataclass(frozen=True)
class _Known:
    """What rows are printed from, read once for all."""

    versions: Mapping[int, Sequence[ThresholdVersion]]
    tallies: Mapping[int, Mapping[str, int]]
    book: Manual
    currency: str


def thresholds_board(scope: Scope, asked: Asked, units: Sequence[Any], *, at: datetime) -> ThresholdsBoard:
    """The thresholds of the reader's units, or what holds on one; as many queries whatever their number.

    `units` are those the reader may ask for, with the group's currency.
    """
    known = _Known(
        versions={} if asked.unit else _versions(scope),
        tallies={} if asked.unit else _tallies(scope, at),
        book=manual(),
        currency=units[0].group_currency if units else "",
    )
    held = None if asked.unit is None else holds_on(asked.unit, at=at)
    standing = [versions[-1] for versions in known.versions.values()]
    shown = [each for each in standing if (asked.with_retired or not each.retired) and asked.takes(each.metric)]
    judged = {each.metric for each in standing} if held is None else {each.edition.terms.metric for each in held.found}
    codes = sorted(judged, key=lambda code: known.book.label(code).lower())
    holding = None if held is None else _holding(scope, asked, held, known)
    return ThresholdsBoard(
        title=_title(asked, shown, known, holding),
        about=_about(asked),
        metrics=() if holding is not None else tuple(_by_metric(shown, known)),
        holding=holding,
        metric_choices=tuple((code, known.book.label(code), code == asked.metric) for code in codes),
        unit_choices=tuple((each.code, _called(each), each == asked.unit) for each in units),
        with_retired=asked.with_retired,
        is_narrowed=bool(asked.metric or asked.unit or asked.with_retired),
        actions=(Action("New threshold", reverse("threshold-new")),) if scope.may(SET) else (),
    )


def _called(unit: Unit) -> str:
    short = short_name(unit.code)
    return unit.name if short == unit.code else f"{short} {unit.name}"


def _versions(scope: Scope) -> dict[int, list[ThresholdVersion]]:
    """By threshold all its versions, the oldest first, in the order of the tree."""
    found = ThresholdVersion.objects.within(scope).select_related(
        "threshold__unit", "owner", "valid_from", "valid_until"
    )
    versions: dict[int, list[ThresholdVersion]] = {}
    for each in found.order_by("threshold__unit__left", "threshold__code", "from_mark"):
        versions.setdefault(each.threshold_id, []).append(each)
    return versions


def _tallies(scope: Scope, at: datetime) -> dict[int, dict[str, int]]:
    """By threshold how many of its alerts fire, and what those of the last years were called: in the reader's units."""
    if not scope.may("alerts.read"):
        return {}
    lately = Q(opened__gte=at - LOOKED_BACK)
    counts = {verdict: Count("pk", filter=lately & Q(verdict=verdict)) for verdict in (USEFUL, KNOWN, NOISE)}
    firing = Count("pk", filter=Q(condition__in=OPEN_CONDITIONS))
    found = Alert.objects.within(scope).told().values("threshold").annotate(firing=firing, **counts)
    return {row["threshold"]: row for row in found.order_by("threshold")}


# --- by metric -----------------------------------------------------------------------------------------------
def _by_metric(versions: Iterable[ThresholdVersion], known: _Known) -> list[MetricRules]:
    groups: dict[str, list[ThresholdVersion]] = {}
    for each in versions:
        groups.setdefault(each.metric, []).append(each)
    ordered = sorted(groups.items(), key=lambda each: known.book.label(each[0]).lower())
    return [
        MetricRules(code, known.book.label(code), tuple(_row(each, known) for each in _nested(found)))
        for code, found in ordered
    ]


def _nested(versions: list[ThresholdVersion]) -> list[ThresholdVersion]:
    """The default before what stands in its place further down."""
    return sorted(versions, key=lambda each: (STEPS.index(origin(edition_of(each))), each.threshold.unit.left))


def _row(version: ThresholdVersion, known: _Known) -> ThresholdRow:
    edition, threshold = edition_of(version), version.threshold
    metric, tally = known.book.metrics.get(version.metric), known.tallies.get(threshold.pk, {})
    status, tone = _status(version)
    labelled = sum(tally.get(verdict, 0) for verdict in (USEFUL, KNOWN, NOISE))
    useful = tally.get(USEFUL, 0)
    return ThresholdRow(
        label=version.label,
        code=threshold.code,
        href=reverse("threshold", args=[threshold.code]),
        measured=measured(edition.terms),
        place=place(edition, full_name(threshold.unit)),
        origin=ORIGINS[origin(edition)],
        limits=limits(edition.terms, metric, known.currency),
        lasts=lasts(edition.terms),
        owner=version.owner.name if version.owner else "Lead of the unit",
        version=f"{len(known.versions[threshold.pk])}, {_since(version)}",
        status=status,
        status_tone=tone,
        precision=Figure(useful / labelled if labelled else None, "ratio", "" if labelled else NO_VERDICT),
        verdicts=f"{useful} of {labelled}" if labelled else "",
        firing=tally.get("firing", 0),
        firing_href=firing_href(threshold.code),
    )


def firing_href(code: str) -> str:
    """The alerts of a threshold that wait."""
    return f"{reverse('alerts:list')}?threshold={code}"


def _since(version: ThresholdVersion) -> str:
    if version.valid_from is not None:
        return f"from {version.valid_from.ends:%b %Y}"
    return f"since {formatting.day(version.at.date())}"


def _status(version: ThresholdVersion) -> tuple[str, str]:
    if version.retired:
        return "Retired", ""
    if version.valid_until is not None:
        return f"Until {version.valid_until.ends:%b %Y}", "warn"
    return "In force", "good"


# --- what holds on a unit -----------------------------------------------------------------------------------
def _holding(scope: Scope, asked: Asked, held: Held, known: _Known) -> tuple[Holding, ...]:
    rows = [_held(each, scope, held, known) for each in held.found if asked.takes(each.edition.terms.metric)]
    return tuple(sorted(rows, key=lambda row: row.metric.lower()))


def _held(found: Effective, scope: Scope, held: Held, known: _Known) -> Holding:
    """What judges one figure there; a threshold out of the reader's reach has no name and no address."""
    edition = found.edition
    threshold = held.thresholds[edition.threshold].threshold
    is_mine = scope.may(READ, threshold.unit)
    return Holding(
        metric=known.book.label(edition.terms.metric),
        measured=measured(edition.terms),
        limits=limits(edition.terms, known.book.metrics.get(edition.terms.metric), known.currency),
        lasts=lasts(edition.terms),
        origin=_from(found, scope, held),
        label=edition.label if is_mine else "",
        href=reverse("threshold", args=[threshold.code]) if is_mine else "",
        instead_of=tuple(_passed_over(each, scope, held, known) for each in found.chain[1:]),
        code=edition.terms.metric,
    )


def _from(found: Effective, scope: Scope, held: Held) -> str:
    where = _where(found.edition, scope, held)
    match found.origin:
        case "unit":
            return "Its own"
        case "type":
            return f"For its type, from {where}"
    return f"Default of {where}"


def _passed_over(edition: Edition, scope: Scope, held: Held, known: _Known) -> str:
    """`Halden Group: Warning from 55 days, Critical from 70 days`."""
    metric = known.book.metrics.get(edition.terms.metric)
    said = ", ".join(words for _, words in limits(edition.terms, metric, known.currency)) or "no limit"
    return f"{_where(edition, scope, held)}: {said}"


def _where(edition: Edition, scope: Scope, held: Held) -> str:
    unit = held.thresholds[edition.threshold].threshold.unit
    return full_name(unit) if scope.may(READ, unit) else FROM_ABOVE


# --- sentences -----------------------------------------------------------------------------------------------
def _title(asked: Asked, shown: Sequence[Any], known: _Known, holding: Sequence[Holding] | None) -> str:
    if holding is not None and asked.unit is not None:
        number = len(holding)
        return f"{number} {'limit holds' if number == 1 else 'limits hold'} on {_called(asked.unit)}"
    firing = sum(known.tallies.get(each.threshold_id, {}).get("firing", 0) for each in shown)
    number = len(shown)
    return (
        f"{number} threshold{'' if number == 1 else 's'}, {firing or 'no'} alert{'' if firing == 1 else 's'} firing now"
    )


def _about(asked: Asked) -> str:
    if asked.unit is not None:
        return "Of several on one figure the nearest judges: the unit's own before that for its type before a default."
    return "By metric, from the default down to single units. Precision: useful ones of the alerts with a verdict."
