"""Why was it quiet? What was judged of one figure, by which terms, in which state: as known at a moment.

Nothing of this is stored for the asking. Every evaluation keeps what it knew (figures, thresholds and forecasts up to
their marks, and when), everything it read stands from mark to mark, and judging is a function: so an evaluation can be
read again. What it says of a threshold is known to whoever may read the alerts of the unit, wherever up the tree the
threshold stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from alerts.judging.inheritance import Edition, effective, in_force, silent
from alerts.judging.suppressed import Suppressed, suppressed
from alerts.judging.units import BREACH, Case, Court
from alerts.models import Alert, Evaluation, Silence, ThresholdVersion
from alerts.observations import read_book
from alerts.rulebook import court, editions, spot_of, times
from alerts.rules import Breach, Judgement, replay
from alerts.telling.silences import silenced
from alerts.terms import Terms
from units.models import Unit
from units.scope import Scope

GOVERNED = (*(each.name for each in fields(Terms)), "inherits", "unit_type", "retired", "owner_id", "action", "label")
"""What of a version is governed: whoever changes one of these is named."""

NOT_JUDGED = "nothing was judged by then"
NO_RULE = "no threshold holds for this figure"
NOT_OVER = "the period had not been judged: it was newer than the newest finished one"


@dataclass(frozen=True)
class Change:
    """One version of a threshold: when and by whom it was set, why, and what it changed (before, after)."""

    version: int
    at: datetime
    actor: str
    reason: str
    changed: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Heard:
    """What one threshold made of the figure: its terms and where they come from, the judgement, the state, and why.

    `is_amount` says whether its numbers are ten-thousandths.
    """

    edition: Edition
    is_amount: bool
    origin: str
    judged: Judgement
    breach: Breach | None
    outcome: str
    why: str
    alerts: tuple[Alert, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Quiet:
    """The whole answer: the evaluation it is read from, what each threshold said, and what was silenced.

    `why` is empty where some threshold judged the figure; else it says why none did.
    """

    evaluation: Evaluation | None
    heard: tuple[Heard, ...]
    silences: tuple[Silence, ...]
    why: str = ""


def quiet(unit: Unit, metric: str, ordinal: int, *, as_of: datetime) -> Quiet:
    """Why a figure was quiet in a period, or was not, as known at a moment. The reader may read alerts of the unit."""
    engine = Scope.system("alerts")
    evaluation = Evaluation.objects.filter(at__lte=as_of).order_by("-pk").first()
    silences = tuple(silenced(unit, metric, as_of))
    if evaluation is None or evaluation.through is None:
        return Quiet(None, (), silences, NOT_JUDGED)
    if ordinal > evaluation.through:
        return Quiet(evaluation, (), silences, NOT_OVER)
    bench = _bench(engine, evaluation, ordinal)
    found = effective(spot_of(unit), bench.active, metric)
    if not found:
        return Quiet(evaluation, (), silences, NO_RULE)
    wanted = bench.wanted([unit.pk], [each.edition for each in found])
    book = read_book(engine, wanted, mark=evaluation.mark)
    heard = []
    for each in found:
        case = bench.hear(each.edition, spot_of(unit), book)
        judged = bench.judge(each.edition, spot_of(unit), book, ordinal)
        breach = _state(case, ordinal)
        outcome, why = _outcome(bench, case, judged, breach)
        heard.append(
            Heard(
                edition=each.edition,
                is_amount=bench.is_amount(metric),
                origin=each.origin,
                judged=judged,
                breach=breach,
                outcome=outcome,
                why=why,
                alerts=_alerts(each.edition, unit, ordinal, as_of),
                changes=_changes(each.edition, as_of),
            )
        )
    return Quiet(evaluation, tuple(heard), silences)


def small_items(unit: Unit, ordinal: int, *, as_of: datetime) -> Suppressed | None:
    """What was too small to be told of a unit and all below it in a period, as known at a moment; None: not judged."""
    engine = Scope.system("alerts")
    evaluation = Evaluation.objects.filter(at__lte=as_of).order_by("-pk").first()
    if evaluation is None or evaluation.through is None or ordinal > evaluation.through:
        return None
    bench = _bench(engine, evaluation, ordinal)
    below = [spot.unit for spot in bench.tree.spots.values() if unit.left <= spot.left and spot.right <= unit.right]
    judged = {edition.version: edition for each in below for edition in bench.rules_of(each)}
    book = read_book(engine, bench.wanted(below, judged.values()), mark=evaluation.mark)
    return suppressed(bench, below, book, ordinal)


def _bench(engine: Scope, evaluation: Evaluation, ordinal: int) -> Court:
    """The court of an evaluation, with the terms in force in a period."""
    known = times(engine, at=evaluation.at, mark=evaluation.terms_mark)
    standing = in_force(editions(engine, mark=evaluation.terms_mark), at=ordinal)
    units = list(Unit.objects.within(engine).exclude(kind=Unit.Kind.ELIMINATION).order_by("left"))
    assert evaluation.through is not None  # it judged something
    active = [edition for edition in standing.values() if not silent(edition, at=ordinal)]
    return replace(court(known, units, active, mark=evaluation.mark), through=evaluation.through, active=active)


def _state(case: Case, ordinal: int) -> Breach | None:
    """The breach that a period belongs to, as it stood with that period; None where there was none."""
    readings = [each for each in case.readings if each.ordinal <= ordinal]
    found = replay(readings, case.counts)
    return found[-1] if found and found[-1].last == ordinal else None


def _outcome(bench: Court, case: Case, judged: Judgement, breach: Breach | None) -> tuple[str, str]:
    """One word for the log, and the sentence: fired, not fired, suppressed, no data."""
    if judged.severity is None:
        return "no data", judged.reason
    if judged.suppressed:
        return "suppressed", f"beyond the {judged.suppressed} level by less than is worth attention"
    if breach is None or breach.condition == "ended":
        near = "inside its limits, not yet inside the exit level" if judged.severity else "inside its limits"
        return "not fired", near
    if breach.condition == "pending":
        counts = case.counts
        return "not fired", f"beyond a limit in {sum(breach.recent)} of the {counts.strikes} periods it takes"
    return "fired", f"{breach.condition}, {breach.severity}, since {bench.book.calendar.at(breach.began).code}"


def _alerts(edition: Edition, unit: Unit, ordinal: int, as_of: datetime) -> tuple[Alert, ...]:
    found = Alert.objects.within(Scope.system("alerts")).filter(
        threshold=edition.threshold,
        unit=unit,
        kind=BREACH,
        opened__lte=as_of,
        began__ordinal__lte=ordinal,
        period__ordinal__gte=ordinal,
    )
    return tuple(found.shown_on_pages().order_by("pk"))


def _changes(edition: Edition, as_of: datetime) -> tuple[Change, ...]:
    versions = ThresholdVersion.objects.within(Scope.system("alerts")).filter(
        threshold=edition.threshold, at__lte=as_of
    )
    return tuple(_told(versions.order_by("from_mark")))


def _told(versions: Iterable[ThresholdVersion]) -> list[Change]:
    """Each version with what it says differently from the one before."""
    found: list[Change] = []
    before: dict[str, Any] = {}
    for each in versions:
        now = {name: getattr(each, name) for name in GOVERNED}
        changed = {name: (before.get(name), value) for name, value in now.items() if before.get(name) != value}
        found.append(Change(each.pk, each.at, each.actor, each.reason, changed if before else {}))
        before = now
    return found
