"""The company, lived in: computed sheets, and on every unit a threshold, an alert and a comment.

What stands on Wholesale and Depot carries the marker name, so that it is recognised wherever it turns up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from alerts.approving.ground import ground
from alerts.approving.need import planned_on
from alerts.approving.shown import digest, shown_of
from alerts.models import (
    Alert,
    AlertEvent,
    Channel,
    Deputy,
    Gap,
    Letter,
    Silence,
    Threshold,
    ThresholdProposal,
    ThresholdVersion,
)
from alerts.terms import Terms
from alerts.vetting import Proposal
from audit.actions import record
from jobs.models import Job
from ledger.models import ONE, Account, Entry, Holiday, Hyperinflation, Period, Rate, Version
from metrics.forecasting import make_forecasts
from metrics.models import Metric, MetricVersion, Run, Sheet
from metrics.recompute import recompute
from metrics.studying import make_studies
from people.models import Person, QuietWindow
from reports.commentary.lines import LineUnknown, value_of
from reports.models import Commentary, CommentaryEvent, Scenario, ScenarioShare, Upload
from reports.selection import select
from tests.cast import person
from tests.company import MARKER_NAME, Company
from units import roles
from units.marks import newest_mark
from units.models import Grant, Unit
from units.scope import Scope

COMPUTED = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
HOLIDAY = date(2026, 10, 5)


@dataclass(frozen=True)
class Furnished:
    """One object of each kind per unit, by the unit's code."""

    company: Company
    units: dict[str, Unit]
    sheets: dict[str, Sheet]
    entries: dict[str, Entry]
    holidays: dict[str, Holiday]
    thresholds: dict[str, Threshold]
    alerts: dict[str, Alert]
    account: Account
    version: Version
    rate: Rate
    hyperinflation: Hyperinflation
    metric: Metric
    run: Run
    person: Person
    grant: Grant
    upload: Upload
    division: Job
    silences: dict[str, Silence]
    proposals: dict[str, ThresholdProposal]
    gaps: dict[str, Gap]
    submitted: dict[str, Commentary]
    agreed: dict[str, Commentary]
    scenarios: dict[str, Scenario]
    channel: Channel
    letter: Letter
    deputy: Deputy
    window: QuietWindow


def furnish(company: Company, *, word: str = "", known: Collection[str] = (), only: Collection[str] = ()) -> Furnished:
    """Compute the company's sheets and set a threshold, an alert and a comment on every unit, or on these `only`.

    `word` is written into every text on units that are not `known`, for worlds that differ in what is not.
    """
    _book_something_on_the_group(company)
    _shares()
    recompute(actor="process:test", clock=lambda: COMPUTED)
    make_forecasts(actor=Scope.system("test"), at=COMPUTED)
    make_studies(actor=Scope.system("test"), at=COMPUTED)
    someone = person("Olga Other", roles.EXECUTIVE)
    mark = newest_mark()
    units = {unit.code: unit for unit in Unit.unscoped.order_by("pk") if not only or unit.code in only}
    thresholds, alerts, silences, gaps, holidays = {}, {}, {}, {}, {}
    with transaction.atomic():
        for code, unit in units.items():
            said = "" if code in known else word
            thresholds[code], terms = _threshold(unit, said)
            alerts[code] = _alert(unit, thresholds[code], terms, company, said)
            silences[code] = _silence(unit, said)
            gaps[code] = _gap(unit, company, said)
            holidays[code] = Holiday.unscoped.create(
                day=HOLIDAY, name=f"Fair {said}".strip(), unit=unit, from_mark=mark
            )
    standing = Sheet.unscoped.filter(until_mark__isnull=True, period=company.open_month, basis="month")
    return Furnished(
        company=company,
        units=units,
        sheets={sheet.unit.code: sheet for sheet in standing.filter(version="actual").select_related("unit")},
        entries={entry.unit.code: entry for entry in Entry.unscoped.order_by("-pk").select_related("unit")},
        holidays=holidays,
        thresholds=thresholds,
        alerts=alerts,
        rate=Rate.objects.create(currency="EUR", period=company.open_month, kind="average", rate="1.1", from_mark=mark),
        hyperinflation=Hyperinflation.objects.create(currency="ARS", first=company.open_month, from_mark=mark),
        metric=_metric(mark),
        run=Run.objects.latest("pk"),
        account=Account.objects.get(code="REVENUE"),
        version=Version.objects.get(code="actual"),
        person=someone,
        grant=someone.grants.get(),
        upload=_upload(someone, word),
        division=_division(someone, word),
        silences=silences,
        proposals={code: _proposal(unit, someone, "" if code in known else word) for code, unit in units.items()},
        gaps=gaps,
        submitted={code: _words(unit, "revenue", "" if code in known else word) for code, unit in units.items()},
        agreed={
            code: _words(unit, "operating_income", "" if code in known else word, is_agreed=True)
            for code, unit in units.items()
        },
        scenarios={code: _scenario(unit, someone, "" if code in known else word) for code, unit in units.items()},
        channel=(channel := _channel(company.wholesale, someone, word)),
        letter=_letter(company.wholesale, someone, channel),
        deputy=Deputy.objects.create(
            public_id="deputy-of-olga",
            person=someone,
            deputy=person("Ona Other"),
            starts=COMPUTED.date(),
            actor="process:test",
        ),
        window=QuietWindow.objects.create(
            public_id="window-of-olga", person=someone, days="67", begins=time(0), ends=time(0)
        ),
    )


def _book_something_on_the_group(company: Company) -> None:
    """Figures may stand on any node; the import brought none for the top."""
    entry = Entry.unscoped.filter(account__code="PEOPLE", version__code="actual").order_by("pk")[0]
    entry.pk, entry.unit, entry.amount = None, company.group, 50 * ONE
    entry.save(force_insert=True)


def _metric(mark: int) -> Metric:
    """A metric that an administrator added."""
    metric = Metric.objects.create(code="people_cost_per_head")
    MetricVersion.objects.create(
        metric=metric,
        label="People cost per head",
        kind="money",
        formula="role:personnel / role:headcount",
        from_mark=mark,
        actor="process:test",
    )
    return metric


def _shares() -> None:
    """Shares of the parent's and of the group's figures: beside a unit's own they would tell those of everybody."""
    for code, formula in (("part_of_parent", "share_of(revenue)"), ("part_of_company", "share_of_group(revenue)")):
        MetricVersion.objects.create(
            metric=Metric.objects.create(code=code),
            label=code.replace("_", " ").capitalize(),
            kind="ratio",
            compare="points",
            formula=formula,
            from_mark=newest_mark(),
            actor="process:test",
        )


def _upload(owner: Person, word: str) -> Upload:
    """A refused file of somebody else, with the marker in its name and its report."""
    name = f"{MARKER_NAME} {word}".strip()
    reason = {"file": name, "sheet": "", "row": 2, "column": "unit", "value": name, "reason": f"There is no {name}."}
    return Upload.objects.create(
        public_id="upload-of-olga-other",
        kind=Upload.Kind.FIGURES,
        actor=f"person:{owner.pk}",
        rights="",
        state=Upload.State.REFUSED,
        at=COMPUTED,
        ended=COMPUTED,
        files={"figures": {"name": name, "size": 1}},
        terms={"source": "erp"},
        report={"errors": [reason], "warnings": []},
    )


def _silence(unit: Unit, word: str) -> Silence:
    """Of a metric that nothing is said of: it hides no alert."""
    return Silence.objects.create(
        public_id=f"silence-of-{unit.code.lower()}"[:22],
        unit=unit,
        metric="revenue",
        starts=COMPUTED,
        ends=COMPUTED + timedelta(days=30),
        reason=f"{unit.name} is moved. {word}".strip(),
        actor="process:test",
    )


def _gap(unit: Unit, company: Company, word: str) -> Gap:
    """A source that never came, found and still missing."""
    return Gap.unscoped.create(
        public_id=f"gap-of-{unit.code.lower()}"[:22],
        unit=unit,
        source=f"payroll {word}".strip(),
        period=company.open_month,
        kind=Gap.Kind.LATE,
        text=f"payroll of {unit.name} was due. {word}".strip(),
        opened=COMPUTED,
        changed=COMPUTED,
    )


def _proposal(unit: Unit, someone: Person, word: str) -> ThresholdProposal:
    """A limit on revenue that somebody asks for, which waits for a second person."""
    here, draft = (
        ground(at=COMPUTED),
        Proposal(f"growth-{unit.code.lower()}", unit, Terms("revenue", "month", "budget", "percent", 0, warning="15%")),
    )
    reason = f"{unit.name} grows. {word}".strip()
    change = planned_on(here, draft, scope=Scope.system("test"), at=COMPUTED)
    shown = shown_of(change, here, proposer=someone.pk, reason=reason)
    return ThresholdProposal.unscoped.create(
        public_id=f"proposal-of-{unit.code.lower()}"[:22],
        code=draft.code,
        unit=unit,
        metric="revenue",
        shown=shown,
        hash=digest(shown),
        reason=reason,
        proposed_by=someone,
        proposed=COMPUTED,
    )


def _scenario(unit: Unit, someone: Person, word: str) -> Scenario:
    """What somebody would do otherwise on a unit, shared with everybody there is, whether they may see it or not."""
    scenario = Scenario.unscoped.create(
        public_id=f"scenario-{unit.code.lower()}"[:22],
        unit=unit,
        owner=someone,
        name=f"Prices of {unit.name} {word}".strip()[:120],
        drivers=[{"unit": unit.code, "kind": "price", "value": "2.0000", "first": ""}],
        mark=newest_mark(),
        base="",
        saved=COMPUTED,
        saved_by=f"person:{someone.pk}",
    )
    everybody = Person.objects.exclude(pk=someone.pk).order_by("pk")
    ScenarioShare.unscoped.bulk_create(
        ScenarioShare(scenario=scenario, person=each, may_edit=True, at=COMPUTED) for each in everybody
    )
    return scenario


def _channel(unit: Unit, reader: Person, word: str) -> Channel:
    """A way to tell of Wholesale that is open no more, with the marker in its name."""
    return Channel.unscoped.create(
        public_id="channel-of-wholesale",
        name=f"{MARKER_NAME} {word}".strip(),
        kind=Channel.Kind.WEBHOOK,
        unit=unit,
        reader=reader,
        host="hooks.example.com",
        added=COMPUTED,
        retired=COMPUTED,
    )


def _letter(unit: Unit, reader: Person, channel: Channel) -> Letter:
    """What could not be sent there."""
    return Letter.unscoped.create(
        key="0" * 64,
        unit=unit,
        recipient=reader,
        channel=channel,
        state=Letter.State.DEAD,
        packed=COMPUTED,
        due=COMPUTED,
        attempts=8,
        error="NotTaken: The other side answered 500.",
    )


def _division(owner: Person, word: str) -> Job:
    """A budget that somebody else divides, with the marker in a request."""
    return Job.objects.create(
        kind="metrics.allocate",
        key="division-of-olga-other",
        actor=f"person:{owner.pk}",
        payload={"budget": ONE, "requests": [[f"{MARKER_NAME} {word}".strip(), 0, ONE, "1", "1"]]},
        created=COMPUTED,
        due=COMPUTED,
    )


def _threshold(unit: Unit, word: str) -> tuple[Threshold, ThresholdVersion]:
    threshold = Threshold.unscoped.create(code=f"margin-{unit.code.lower()}", unit=unit)
    terms = ThresholdVersion.unscoped.create(
        threshold=threshold,
        label=f"Operating margin of {unit.name}"[:120],
        metric="operating_margin",
        basis="month",
        comparator="absolute",
        measure="level",
        direction=-1,
        target="0.30",
        warning="0.25",
        materiality="always",
        action=f"Look at {unit.name} {word}".strip(),
        from_mark=newest_mark(),
        actor="process:test",
        at=COMPUTED,
    )
    return threshold, terms


def _alert(unit: Unit, threshold: Threshold, terms: ThresholdVersion, company: Company, word: str) -> Alert:
    alert = Alert.unscoped.create(
        public_id=f"alert-of-{unit.code.lower()}"[:22],
        threshold=threshold,
        version=terms,
        unit=unit,
        began=company.open_month,
        period=company.open_month,
        condition=Alert.Condition.FIRING,
        severity=Alert.Severity.WARNING,
        title=f"Operating margin of {unit.name} too low {word}".strip(),
        action=f"Look at {unit.name}",
        impact=-unit.pk * 1000 * ONE,
        evidence={},
        opened=COMPUTED,
        changed=COMPUTED,
    )
    AlertEvent.unscoped.create(
        alert=alert, at=COMPUTED, actor="process:test", kind="comment", text=f"Seen at {unit.name} {word}".strip()
    )
    record(
        actor="process:test",
        verb="alerts.alert.commented",
        target=("alert", alert.pk),
        unit=unit.pk,
        at=COMPUTED,
        reason=f"{unit.name} {word}".strip(),
    )
    return alert


def _words(unit: Unit, line: str, word: str, *, is_agreed: bool = False) -> Commentary:
    """Words on a variance of the open month, submitted or accepted, with a reply; bound to what stands, if anything."""
    system = Scope.system("test")
    picked = select({}, scope=system, unit=unit, basis="month") if unit.kind != Unit.Kind.ELIMINATION else None
    try:
        value = value_of(system, picked, line) if picked else None
    except LineUnknown:
        value = None
    words = Commentary.unscoped.create(
        public_id=f"{line[:4]}-of-{unit.code.lower()}"[:22],
        unit=unit,
        line=line,
        period=Period.objects.get(code="2026-09"),
        basis="month",
        baseline="budget",
        state="accepted" if is_agreed else "submitted",
        text=f"Said of {unit.name} {word}".strip(),
        cause="volume",
        nature="permanent",
        actual=value.actual if value else 0,
        compared=value.compared if value else 0,
        mark=newest_mark(),
        author="process:test",
        written=COMPUTED,
        submitted_by="process:test",
        submitted=COMPUTED,
        accepted_by="process:checker" if is_agreed else "",
        accepted=COMPUTED if is_agreed else None,
    )
    CommentaryEvent.unscoped.create(
        commentary=words, at=COMPUTED, actor="process:test", kind="replied", text=f"Why, {unit.name}? {word}", number=1
    )
    return words
