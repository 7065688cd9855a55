"""Why was it quiet? What was judged of one figure, by which terms, in which state: as known at a moment.

Nothing of this is stored for the asking. Every evaluation keeps what it knew (figures, thresholds and forecasts up to
their marks, and when), everything it read stands from mark to mark, and judging is a function: so an evaluation can be
read again. What a threshold says of a unit is known to whoever may read the alerts of the unit, wherever up the tree it
stands; who set it and why is read within the scope (`as_told_to`), and so is who silenced something and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from alerts.judging.book import Book
from alerts.judging.inheritance import Edition, Effective, Spot, effective, in_force, silent
from alerts.judging.manual import Manual, Times
from alerts.judging.suppressed import Suppressed, suppressed
from alerts.judging.units import BREACH, Case, Court
from alerts.known import known
from alerts.models import Alert, Evaluation, Gap, Silence, ThresholdVersion
from alerts.observations import read_book
from alerts.rulebook import court, edition_of, editions, spot_of, times
from alerts.rules import Breach, Judgement, replay
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

    `is_amount` says whether its numbers are ten-thousandths, `unit` is the one it stands on.
    """

    edition: Edition
    unit: Unit
    is_amount: bool
    origin: str
    judged: Judgement
    breach: Breach | None
    outcome: str
    why: str
    alerts: tuple[Alert, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Held:
    """A silence that held news of the figure back, from when until when it did, who began it and why."""

    unit: Unit
    starts: datetime
    ends: datetime
    actor: str
    reason: str


@dataclass(frozen=True)
class Quiet:
    """The whole answer: the evaluation it is read from, what each threshold said, what was silenced and was missing.

    `why` is empty where some threshold judged the figure; else it says why none did. `evaluations` are the newest, the
    one it is read from first.
    """

    evaluation: Evaluation | None
    heard: tuple[Heard, ...]
    silences: tuple[Held, ...]
    why: str = ""
    gaps: tuple[Gap, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()

    def as_told_to(self, scope: Scope) -> Quiet:
        """The answer without the reasons and names of what stands on units that are not the reader's."""
        heard = (each if _knows(scope, each.edition.unit) else _without_reasons(each) for each in self.heard)
        silences = (
            each if scope.may("alerts.read", each.unit) else replace(each, actor="", reason="")
            for each in self.silences
        )
        return replace(self, heard=tuple(heard), silences=tuple(silences))


def quiet(unit: Unit, metric: str, ordinal: int, *, as_of: datetime) -> Quiet:
    """Why a figure was quiet in a period, or was not, as known at a moment. The reader may read alerts of the unit."""
    engine, then = Scope.system("alerts"), known(unit, metric, ordinal, as_of=as_of)
    about = Quiet(
        evaluation=then.evaluations[0] if then.evaluations else None,
        heard=(),
        silences=tuple(_held(each) for each in then.silences),
        gaps=then.gaps,
        evaluations=then.evaluations,
    )
    evaluation = about.evaluation
    if evaluation is None or evaluation.through is None:
        return replace(about, evaluation=None, why=NOT_JUDGED)
    if ordinal > evaluation.through:
        return replace(about, why=NOT_OVER)
    versions = _versions(engine, as_of)
    editions_then = [edition_of(each) for each in versions if each.from_mark <= evaluation.terms_mark]
    bench = _bench(evaluation, ordinal, editions_then, then.times(evaluation), then.units, book=then.manual)
    found = effective(spot_of(unit), bench.active, metric)
    if not found:
        return replace(about, why=NO_RULE)
    book = read_book(engine, bench.wanted([unit.pk], [each.edition for each in found]), mark=evaluation.mark)
    alerts = _alerts([each.edition for each in found], unit, ordinal, as_of)
    return replace(about, heard=_heard(bench, found, unit, ordinal, book=book, alerts=alerts, versions=versions))


def _heard(
    bench: Court,
    found: Sequence[Effective],
    unit: Unit,
    ordinal: int,
    *,
    book: Book,
    alerts: Mapping[int, Sequence[Alert]],
    versions: Sequence[ThresholdVersion],
) -> tuple[Heard, ...]:
    """What each threshold made of a figure."""
    spot, changes = spot_of(unit), _by_threshold(versions)
    heard = []
    for each in found:
        of_itself = changes[each.edition.threshold]
        case, judged = bench.hear(each.edition, spot, book), bench.judge(each.edition, spot, book, ordinal)
        breach = _state(case, ordinal)
        outcome, why = _outcome(bench, case, judged, breach)
        heard.append(
            Heard(
                edition=each.edition,
                unit=of_itself[-1].threshold.unit,
                is_amount=bench.is_amount(each.edition.terms.metric),
                origin=each.origin,
                judged=judged,
                breach=breach,
                outcome=outcome,
                why=why,
                alerts=tuple(alerts.get(each.edition.threshold, ())),
                changes=tuple(_told(of_itself)),
            )
        )
    return tuple(heard)


def _held(silence: Silence) -> Held:
    ends = min(silence.ends, silence.lifted) if silence.lifted else silence.ends
    return Held(silence.unit, silence.starts, ends, silence.actor, silence.reason)


def _knows(scope: Scope, spot: Spot) -> bool:
    """Whether thresholds that stand on a unit are the reader's to know."""
    spans = scope.spans.get("thresholds.read", ())
    return scope.is_system or any(left <= spot.left and spot.right <= right for left, right in spans)


def _without_reasons(heard: Heard) -> Heard:
    changes = tuple(replace(each, actor="", reason="") for each in heard.changes)
    return replace(heard, changes=changes)


def small_items(unit: Unit, ordinal: int, *, as_of: datetime) -> Suppressed | None:
    """What was too small to be told of a unit and all below it in a period, as known at a moment; None: not judged."""
    engine = Scope.system("alerts")
    evaluation = Evaluation.objects.filter(at__lte=as_of).order_by("-pk").first()
    if evaluation is None or evaluation.through is None or ordinal > evaluation.through:
        return None
    known_then = editions(engine, mark=evaluation.terms_mark)
    seen = times(engine, at=evaluation.at, mark=evaluation.terms_mark)
    units = Unit.objects.within(engine).exclude(kind=Unit.Kind.ELIMINATION).order_by("left")
    bench = _bench(evaluation, ordinal, known_then, seen, list(units))
    below = [spot.unit for spot in bench.tree.spots.values() if unit.left <= spot.left and spot.right <= unit.right]
    judged = {edition.version: edition for each in below for edition in bench.rules_of(each)}
    book = read_book(engine, bench.wanted(below, judged.values()), mark=evaluation.mark)
    return suppressed(bench, below, book, ordinal)


def _bench(
    evaluation: Evaluation,
    ordinal: int,
    known_then: Sequence[Edition],
    seen: Times,
    units: Sequence[Unit],
    *,
    book: Manual | None = None,
) -> Court:
    """The court of an evaluation, with the terms in force in a period among those that were known then."""
    standing = in_force(known_then, at=ordinal)
    assert evaluation.through is not None  # it judged something
    active = [edition for edition in standing.values() if not silent(edition, at=ordinal)]
    currency = next((unit.currency for unit in units if not unit.depth), "")
    sitting = court(seen, units, active, mark=evaluation.mark, book=book, currency=currency)
    return replace(sitting, through=evaluation.through, active=active)


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


def _alerts(editions: Iterable[Edition], unit: Unit, ordinal: int, as_of: datetime) -> dict[int, list[Alert]]:
    """By threshold the alerts on a unit that a period belongs to."""
    rows = Alert.objects.within(Scope.system("alerts")).filter(
        threshold__in=[edition.threshold for edition in editions],
        unit=unit,
        kind=BREACH,
        opened__lte=as_of,
        began__ordinal__lte=ordinal,
        period__ordinal__gte=ordinal,
    )
    found: dict[int, list[Alert]] = {}
    for alert in rows.told().shown_on_pages().order_by("pk"):
        found.setdefault(alert.threshold_id, []).append(alert)
    return found


def _versions(engine: Scope, as_of: datetime) -> list[ThresholdVersion]:
    """All terms that were set by a moment, the oldest first."""
    rows = ThresholdVersion.objects.within(engine).filter(at__lte=as_of).order_by("from_mark")
    return list(rows.select_related("threshold__unit", "valid_from", "valid_until"))


def _by_threshold(versions: Iterable[ThresholdVersion]) -> dict[int, list[ThresholdVersion]]:
    found: dict[int, list[ThresholdVersion]] = {}
    for version in versions:
        found.setdefault(version.threshold_id, []).append(version)
    return found


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
