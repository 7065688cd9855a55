"""Bringing figures in: a file's bytes become entries, all of them or none.

Slices (source, unit, period, version) that the file speaks about are replaced by content: an unchanged entry
keeps its first import and row, a changed one is superseded, what the file no longer states is closed.
Slices it does not mention stay. A closed period refuses any difference; a file that repeats what stands
there changes nothing and is welcome.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from django.db import transaction

from audit.actions import record
from ledger.actions.closing import Closed
from ledger.actions.landing import Landing
from ledger.amounts import as_text
from ledger.difference import Comparison, Figure, StandingEntry, compare
from ledger.layout import Layout, LayoutRefused, Reader, recognise
from ledger.mapping import Mapping
from ledger.models import Account, Entry, Import, Layer
from ledger.oddities import oddities
from ledger.progress import READ, WRITTEN, Progress, told_to_nobody
from ledger.querysets import fiscal_calendar
from ledger.reading import FileRejected, Limits, Sheet, read
from ledger.report import IMPORTED, PREVIEWED, REFUSED, UNCHANGED, Difference, ImportReport, Problem
from ledger.signals import figures_changed
from ledger.staging import Known, Staging, stage
from units.marks import hold_marks, take_mark
from units.models import Unit
from units.scope import Scope

ABILITY = "figures.import"
_OTHERS = {Layer.SOURCE: "adjustments", Layer.ADJUSTMENT: "figures of its own"}


class SourceMissing(ValueError):
    """Figures come without the name of their source, or with one that is too long."""


@dataclass(frozen=True)
class File:
    """What came in, how it is to be taken, and who is told how far that is."""

    name: str
    content: bytes
    source: str
    mapping: Mapping
    version: str | None
    sheet: str | None
    layer: Layer
    progress: Progress
    reason: str
    replacing: str | None

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Checked:
    """The table of a file, the row of its header (from 1), and what its rows come to."""

    table: Sheet
    header: int
    staging: Staging


def import_figures(
    *,
    actor: Scope,
    content: bytes,
    filename: str,
    source: str,
    at: datetime,
    version: str | None = None,
    mapping: Mapping | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    layer: Layer = Layer.SOURCE,
    reason: str = "",
    replacing: str | None = None,
) -> ImportReport:
    """Bring a file of figures in; the report says what became of it.

    Changes entries and deliveries of the slices in the file, makes periods and versions on first use, keeps the
    import, leaves a record, takes one mark and tells `figures_changed`. Refused data changes nothing and is recorded
    as refused; a dry run changes nothing at all. Adjustments change what groups show and deliver nothing; a source
    brings them or figures, never both. Raises AbilityMissing, SourceMissing and VersionTwice: such a call is a mistake.

    `progress` is told how many rows are read, checked and written; `ledger.progress` says when. `reason` says why
    figures that stand are replaced; it stays with the import and in its record. `replacing` is what a dry run said
    of the entries that would be `replaced`: where others would be now, nothing is written, and the report is that of
    another dry run.
    """
    actor.require(ABILITY)
    name, told = PurePath(filename).name[:255], progress or told_to_nobody
    read_as = mapping or Mapping()
    file = File(name, content, _source(source, layer), read_as, version, sheet, layer, told, reason, replacing)
    try:
        return _bring(actor, file, limits, at=at, dry_run=dry_run)
    except FileRejected as rejected:
        problems = [Problem(file.name, str(rejected))]
    except LayoutRefused as refused:
        problems = refused.problems
    return _refused(actor, file, problems, at=at, dry_run=dry_run)


def _bring(actor: Scope, file: File, limits: Limits | None, *, at: datetime, dry_run: bool) -> ImportReport:
    """Read, check and land a file. Raises FileRejected, LayoutRefused and VersionTwice.

    Reading and checking happen before the transaction, so they keep nobody from writing; what codes mean is looked
    up again inside, and a file is checked anew if that changed.
    """
    sheets = read(file.content, name=file.name, sheet=file.sheet, limits=limits)
    known = _known(actor)
    checked = _check(sheets, file, known)
    with transaction.atomic():
        hold_marks()
        known_now = _known(actor)
        if known_now != known:
            checked = _check(sheets, replace(file, progress=told_to_nobody), known_now)
        return _land(actor, file, checked, at=at, dry_run=dry_run)


def _source(name: str, layer: Layer) -> str:
    """The name of a source, trimmed. Raises SourceMissing where there is none, or where it brings the other layer."""
    if not name.strip() or len(name) > 60:
        raise SourceMissing("Figures come from a source with a name of at most 60 characters.")
    if Import.objects.filter(source=name.strip()).exclude(layer=layer).exists():
        raise SourceMissing(f"{name.strip()} brings {_OTHERS[layer]}, and a source never brings both.")
    return name.strip()


def _check(sheets: list[Sheet], file: File, known: Known) -> Checked:
    """Find the table of figures and stage its rows; touches nothing. Raises LayoutRefused and VersionTwice."""
    table, layout, warnings = _table(sheets, file, known)
    rows = len(table.rows) - layout.header
    file.progress(READ, rows, rows)
    staging = stage(
        table,
        layout,
        file=file.name,
        mapping=file.mapping,
        known=known,
        version=file.version,
        progress=file.progress,
    )
    staging.warnings[:0] = warnings
    return Checked(table, layout.header, staging)


def _land(actor: Scope, file: File, checked: Checked, *, at: datetime, dry_run: bool) -> ImportReport:
    """Compare what was staged with what stands, refuse or preview or write it."""
    staging = checked.staging
    standing = _standing(file, staging)
    comparison = compare(standing, staging.entries)
    errors = staging.errors or _closed(file, checked, comparison)
    report = ImportReport(
        status=REFUSED,
        rows=staging.rows,
        errors=tuple(errors),
        warnings=tuple(staging.warnings + oddities(file.name, staging)),
        totals=staging.totals,
        by_version=_by_version(staging),
    )
    if errors:
        return _refused(actor, file, errors, at=at, dry_run=dry_run, report=report)
    report = replace(report, entries=comparison.counts, replaced=comparison.replaced)
    if dry_run or file.replacing not in (None, report.replaced):
        differences = _differences(standing, staging, comparison)
        return replace(report, status=PREVIEWED, differences=differences, slices=_slices(staging))
    return _write(actor, file, checked, comparison, report, at=at)


def _table(sheets: list[Sheet], file: File, known: Known) -> tuple[Sheet, Layout, list[Problem]]:
    """The one sheet that is a table of figures. Two of them are a question for the person, not a guess."""
    reader = Reader(file.name, file.mapping, known.calendar, known.accounts.__contains__)
    found: list[tuple[Sheet, Layout]] = []
    problems: list[Problem] = []
    others: list[str] = []
    for sheet in sheets:
        try:
            found.append((sheet, recognise(sheet, reader=reader, version=file.version)))
        except LayoutRefused as refused:
            problems += refused.problems
            others.append(sheet.name)
    if not found:
        raise LayoutRefused(problems)
    if len(found) > 1:
        names = ", ".join(f"“{sheet.name}”" for sheet, _ in found)
        raise LayoutRefused([Problem(file.name, f"Sheets {names} all hold figures; say which one is meant.")])
    notes = [Problem(file.name, "The sheet holds no table of figures and was not read.", sheet=name) for name in others]
    return *found[0], notes


def _known(actor: Scope) -> Known:
    """The codes this person may bring figures for and may name."""
    units = Unit.unscoped.filter(actor.condition("", ABILITY), tree="")
    partners = Unit.unscoped.filter(actor.condition("", "figures.read") | actor.condition("", ABILITY))
    return Known(
        units=dict(units.values_list("code", "pk")),
        counterparties=frozenset(partners.values_list("code", flat=True)),
        accounts=dict(Account.objects.values_list("code", "pk")),
        calendar=fiscal_calendar(),
    )


def _standing(file: File, staging: Staging) -> list[StandingEntry]:
    """The current entries of the source in the slices of the file."""
    rows_of = Entry.unscoped.filter(
        source=file.source,
        layer=file.layer,
        until_mark__isnull=True,
        period__ordinal__in=list(staging.periods),
        version__code__in=list(staging.versions),
    ).values_list(
        "unit_id", "account_id", "period__ordinal", "version__code",
        "counterparty", "segment", "currency", "amount", "pk",
    )  # fmt: skip
    return [StandingEntry(*row) for row in rows_of.iterator(10_000) if (row[0], row[2], row[3]) in staging.slices]


def _closed(file: File, checked: Checked, comparison: Comparison) -> list[Problem]:
    """A problem for each row that would move a closed period, and for each slice that would lose entries."""
    table, staging = checked.table, checked.staging
    figures = comparison.touched()
    closed = Closed.among({figure.period for figure in figures})
    if not closed.spans:
        return []
    touched = {figure.unit for figure in figures}
    units = {pk: (code, left) for pk, code, left in Unit.unscoped.values_list("pk", "code", "left") if pk in touched}
    problems: dict[Problem, None] = {}
    for new in comparison.inserts:
        code, left = units[new.unit]
        if closed.holds(new.period, left):
            period = staging.periods[new.period].code
            reason = f"{period} is closed for {code}; a closed period takes no new figures."
            problems[Problem(file.name, reason, table.name, new.row, new.column or "period", period)] = None
    for old in comparison.closes:
        code, left = units[old.unit]
        if closed.holds(old.period, left):
            period = staging.periods[old.period].code
            reason = f"{period} is closed for {code}; the file leaves out or changes entries that stand there."
            problems[Problem(file.name, reason, table.name, None, "period", period)] = None
    return list(problems)


def _by_version(staging: Staging) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for entry in staging.entries:
        sums[entry.version] += entry.amount
    return dict(sorted(sums.items()))


def _differences(standing: list[StandingEntry], staging: Staging, comparison: Comparison) -> tuple[Difference, ...]:
    """Figure by figure and currency by currency, what the import would change, in the order of their codes."""
    touched = {(Figure(*new[:4]), new.currency) for new in comparison.inserts}
    touched |= {(Figure(*old[:4]), old.currency) for old in comparison.closes}
    before: Counter[tuple[Figure, str]] = Counter()
    after: Counter[tuple[Figure, str]] = Counter()
    for old in standing:
        before[Figure(*old[:4]), old.currency] += old.amount
    for new in staging.entries:
        after[Figure(*new[:4]), new.currency] += new.amount
    units = dict(Unit.unscoped.values_list("pk", "code"))
    accounts = dict(Account.objects.values_list("pk", "code"))
    return tuple(
        Difference(
            units[figure.unit],
            accounts[figure.account],
            staging.periods[figure.period].code,
            figure.version,
            before.get((figure, currency)),
            after.get((figure, currency)),
            currency,
        )
        for figure, currency in sorted(
            touched,
            key=lambda one: (units[one[0].unit], accounts[one[0].account], one[0].version, one[0].period, one[1]),
        )
    )


def _slices(staging: Staging) -> frozenset[tuple[str, str, str]]:
    """The slices of the file by their codes."""
    units = dict(Unit.unscoped.values_list("pk", "code"))
    return frozenset((units[unit], staging.periods[at].code, version) for unit, at, version in staging.slices)


def _write(
    actor: Scope, file: File, checked: Checked, comparison: Comparison, report: ImportReport, *, at: datetime
) -> ImportReport:
    """Write what differs under one mark, keep the import, record it and tell the news."""
    mark = None if comparison.is_empty else take_mark(at)
    origin = _kept(actor, file, comparison, report, mark=mark.pk if mark else None, at=at)
    if mark is not None:
        rows = len(checked.table.rows) - checked.header
        landing = Landing(file.source, checked.table, checked.staging, comparison, origin, mark.pk)
        landing.write(lambda row: file.progress(WRITTEN, row - checked.header, rows))
    record(
        actor=actor.actor,
        verb="ledger.figures.imported",
        target=("ledger.import", origin.pk),
        at=at,
        after={
            "digest": origin.digest,
            "status": origin.status,
            "rows": origin.rows,
            "entries": origin.counts,
            "totals": report.totals.as_document(),
            "mark": origin.mark,
        },
        reason=file.reason,
    )
    if mark is not None:
        figures_changed.send(sender=Import, mark=mark.pk, actor=actor.actor, at=at)
    return replace(report, status=origin.status, import_id=origin.public_id)


def _kept(
    actor: Scope, file: File, comparison: Comparison, report: ImportReport, *, mark: int | None, at: datetime
) -> Import:
    """The import as it stays in the books: what the file was, how it was read and what it came to."""
    return Import.objects.create(
        public_id=secrets.token_urlsafe(16),
        source=file.source,
        layer=file.layer,
        filename=file.name,
        digest=file.digest,
        mapping=file.mapping.as_document(),
        actor=actor.actor,
        at=at,
        mark=mark,
        status=IMPORTED if mark else UNCHANGED,
        rows=report.rows,
        counts=comparison.counts.as_document(),
        totals={version: as_text(amount) for version, amount in report.by_version.items()},
        warnings=[problem.as_document() for problem in report.warnings],
        reason=file.reason,
    )


def _refused(
    actor: Scope,
    file: File,
    problems: Iterable[Problem],
    *,
    at: datetime,
    dry_run: bool,
    report: ImportReport | None = None,
) -> ImportReport:
    """Nothing landed; that it was tried stands in the record."""
    errors = tuple(problems)
    if not dry_run:
        with transaction.atomic():
            record(
                actor=actor.actor,
                verb="ledger.figures.refused",
                target=("file", file.digest),
                at=at,
                after={"source": file.source, "errors": len(errors)},
            )
    return report or ImportReport(REFUSED, rows=0, errors=errors)
