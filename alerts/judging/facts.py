"""What an alert says about the newest period beyond its limit: title, impact, action and evidence. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from alerts.judging.book import BUDGET, Book
from alerts.judging.early import Outlook, outlook, pace
from alerts.judging.impact import Scene
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.pooling import Pool, pool
from alerts.judging.units import OUTLOOK, PACE, POOL, Case, Court
from alerts.rules import SCALE, Judgement, Reading, exact
from alerts.terms import AGAINST
from alerts.wording import SAVINGS, ActionRefused, blank, fill, money, placeholders, title
from ledger.amounts import as_text
from metrics.formula import Value
from metrics.formula.values import add, amount
from metrics.readings import Level


@dataclass(frozen=True)
class Facts:
    """What an alert says about the newest period beyond its limit."""

    title: str
    action: str
    impact: int | None
    impact_reason: str
    is_cash: bool
    evidence: dict[str, Any]


def facts(court: Court, case: Case, told: Reading, book: Book) -> Facts:
    """What an alert says, by its newest period beyond the limit."""
    if case.kind == POOL:
        return _of_pool(court, case, told, book)
    if case.kind == OUTLOOK:
        return _of_outlook(court, case, told, book)
    if case.kind == PACE:
        judged = pace(court, case.edition, case.spot, book, told.ordinal)
        code = court.book.calendar.at(told.ordinal).code
        return _of_figure(court, case, told.ordinal, judged, book, ahead=f"at the pace of {code}")
    judged = court.judge(case.edition, case.spot, book, told.ordinal)
    return _of_figure(court, case, told.ordinal, judged, book)


def _of_figure(court: Court, case: Case, ordinal: int, judged: Judgement, book: Book, *, ahead: str = "") -> Facts:
    edition = case.edition
    metric = court.metric(edition.terms.metric)
    scene = scene_of(court, edition, case.spot, book, ordinal, judged)
    impact = scene.impact()
    assert judged.value.number is not None
    value = exact(judged.value.number, is_amount=court.is_amount(edition.terms.metric))
    label = court.book.label(edition.terms.metric)
    said = title(edition.terms, judged, label=label, metric=metric, value=value, currency=court.currency)
    return Facts(
        title=f"{said}, {ahead}"[:200] if ahead else said[:200],
        action=_action(court, case, scene, ordinal, label),
        impact=None if impact.number is None else int(impact.number),
        impact_reason=impact.reason[:120],
        is_cash=bool(metric and metric.impact_on == "cash"),
        evidence=_evidence(court, case, book, ordinal, judged) | _saving(court, case, scene),
    )


def impact_now(court: Court, case: Case, ordinal: int, book: Book) -> Value:
    """What the figure of a period would cost a year by the rule of an alert, whether it is beyond the limit or not."""
    judged = court.judge(case.edition, case.spot, book, ordinal)
    return scene_of(court, case.edition, case.spot, book, ordinal, judged).impact()


def _of_outlook(court: Court, case: Case, told: Reading, book: Book) -> Facts:
    """What is ahead: the period that is expected to cross a limit, with its interval. Its figures are forecasts."""
    ahead = outlook(court, case.edition, case.spot, book, told.ordinal)
    assert ahead is not None  # the reading says that something is ahead
    code = court.book.calendar.at(ahead.ordinal).code
    found = _of_figure(court, case, ahead.ordinal, ahead.judged, book, ahead=f"{ahead.likelihood} in {code}")
    return replace(found, evidence=found.evidence | _foreseen(ahead, code))


def _foreseen(ahead: Outlook, code: str) -> dict[str, Any]:
    low, high = ahead.expected.low, ahead.expected.high
    return {
        "period": code,
        "likelihood": ahead.likelihood,
        "mark": ahead.expected.mark,
        "expected": as_text(ahead.expected.number),
        "low": None if low is None else as_text(low),
        "high": None if high is None else as_text(high),
    }


def _of_pool(court: Court, case: Case, told: Reading, book: Book) -> Facts:
    """What the small items come to. Their impact is that of the parts, each by the metric's own rule."""
    edition, ordinal = case.edition, told.ordinal
    found = pool(court, edition, case.spot, book, ordinal)
    assert found is not None  # the reading says that something is pooled
    label = court.book.label(edition.terms.metric)
    judged = court.judge(edition, case.spot, book, ordinal)
    scene = scene_of(court, edition, case.spot, book, ordinal, judged)
    side = "above" if found.direction > 0 else "below"
    against = AGAINST[edition.terms.comparator]
    size = money(found.amount, court.currency)
    impact = _together(court, case, found, book, ordinal)
    metric = court.metric(edition.terms.metric)
    return Facts(
        title=f"{label}: {found.count} small differences, together {size} {side} {against}"[:200],
        action=_action(court, case, scene, ordinal, label),
        impact=None if impact.number is None else int(impact.number),
        impact_reason=impact.reason[:120],
        is_cash=bool(metric and metric.impact_on == "cash"),
        evidence=_evidence(court, case, book, ordinal, judged) | _pooled(found) | {"mark": told.mark},
    )


def _together(court: Court, case: Case, found: Pool, book: Book, ordinal: int) -> Value:
    total = amount(0)
    for unit in found.units:
        spot = court.tree.spots[unit]
        judged = court.judge(case.edition, spot, book, ordinal)
        total = add(total, scene_of(court, case.edition, spot, book, ordinal, judged).impact())
    return total


def _pooled(found: Pool) -> dict[str, Any]:
    return {
        "pooled": found.count,
        "together": as_text(round(found.amount * SCALE)),
        "limit": as_text(round(found.floor * SCALE)),
    }


def scene_of(court: Court, edition: Edition, spot: Spot, book: Book, ordinal: int, judged: Judgement) -> Scene:
    """A judged figure with all that the formulas of its impact and action may ask for."""

    def level(version: str, basis: str, at: int, code: str) -> Level:
        return book.level((spot.unit, version, basis, at), code)

    return Scene(
        terms=edition.terms,
        judged=judged,
        ordinal=ordinal,
        calendar=court.book.calendar,
        known=court.book.metrics,
        roles=court.book.roles,
        level=level,
    )


def _action(court: Court, case: Case, scene: Scene, ordinal: int, label: str) -> str:
    """The recommended action with its figures put in; a dash where one can no longer be computed."""
    text = case.edition.action
    words = {"unit": court.names.get(case.spot.unit, ""), "metric": label}
    period = court.book.calendar.at(ordinal)
    words["period"] = period.code if "-P" in period.code else f"{period.ends:%B %Y}"
    try:
        found = placeholders(text, court.figures)
    except ActionRefused:  # its metric was retired after the threshold was set
        return blank(text)
    return fill(text, found, words=words, figure=scene.figure, currency=court.currency)


def _saving(court: Court, case: Case, scene: Scene) -> dict[str, Any]:
    """What the action is expected to bring, where it says so and that can be computed."""
    try:
        found = placeholders(case.edition.action, court.figures)
    except ActionRefused:  # its metric was retired after the threshold was set
        return {}
    for each in found:
        if each.formula is not None and each.style in SAVINGS:
            value = scene.figure(each.formula)
            if value.plain is not None:
                exact_amount = value.number if value.exact else round(Fraction(value.plain) * SCALE)
                return {"saving": {"amount": as_text(int(exact_amount or 0)), "is_cash": each.style == "cash"}}
    return {}


def _evidence(court: Court, case: Case, book: Book, ordinal: int, judged: Judgement) -> dict[str, Any]:
    """The figures that were judged, as they stood: numbers as other programs read them."""
    edition, terms = case.edition, case.edition.terms
    is_amount = court.is_amount(terms.metric)
    place = court.place(edition, case.spot, ordinal)

    def shown(number: int | float | None) -> str | float | None:
        return as_text(int(number)) if is_amount and number is not None else number

    limit = judged.limit
    found: dict[str, Any] = {
        "metric": terms.metric,
        "period": court.book.calendar.at(ordinal).code,
        "basis": terms.basis,
        "comparator": terms.comparator,
        "value": shown(judged.value.number),
        "baseline": shown(judged.baseline.number) if terms.has_baseline else None,
        "limit": None if limit is None else shown(round(limit * SCALE)) if is_amount else float(limit),
        "target": terms.target or None,
        "unbudgeted": judged.unbudgeted,
        "coverage": book.coverage(place, terms.metric),
        "mark": book.mark(place),
        "baseline_mark": book.mark((case.spot.unit, BUDGET, terms.basis, ordinal))
        if terms.comparator == "budget"
        else None,
        "version": edition.version,
    }
    if judged.of:
        found["known"] = f"{judged.known} of {judged.of}"
    return found
