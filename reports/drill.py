"""One level of an explanation at a time, for pages: formula, inputs, files and the history of one number.

Reads like `reports.explanation` within the scope and at the mark; whole trees are only built where shares of units
must be told apart, and entries are summed by file in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Abs, RowNumber

from ledger.models import Entry, Import
from metrics.formula import BASES, Context, Name, Value, evaluate, parse, references
from metrics.models import Run, Sheet
from metrics.querysets import sheets, times_of
from reports.derivation import Branch
from reports.evidence import Evidence, names_of
from reports.explanation import Figures, is_line, shown
from reports.facts import WHOLE, RowFact
from reports.provenance import Cause, FormulaView, Input, Piece, Restatement, Source

NAME = re.compile(r'[\w.]+(?::(?:"[^"]*"|[\w.\-]+))?')
STOCKS = frozenset({"last", "average"})


def formula(figures: Figures, code: str, context: Context) -> FormulaView | None:
    """A metric's formula with the figures put in; None for an account, which has none."""
    metric = figures.metric(code)
    if metric is None:
        return None
    figures.gather(code, context)
    value, is_reported = figures.value(code, context), figures.is_reported(metric, context)
    read: dict[int, list[Input]] = {}

    def resolve(name: Name, at: Context) -> Value:
        read.setdefault(name.at, []).append(_operand(figures, name.code, context, at))
        return figures.value(name.code, at)

    evaluate(parse(metric.formula), context, resolve=resolve, calendar=figures.calendar)
    return FormulaView(
        label=metric.label,
        formula=metric.formula,
        description=metric.description,
        value=shown(value, metric),
        measure=metric.kind,
        reason=value.reason,
        pieces=tuple(_pieces(figures, metric.formula, read)),
        is_sum=figures.adds(metric, context),
        is_reported=is_reported,
    )


def _pieces(figures: Figures, text: str, read: Mapping[int, list[Input]]) -> Iterable[Piece]:
    """The formula cut at its names, in the order it is written."""
    done = 0
    for at, code in sorted({(name.at, name.code) for name in references(parse(text))}):
        match = NAME.match(text, at)
        assert match is not None
        if at > done:
            yield Piece(text[done:at])
        yield Piece(match.group(), tuple(dict.fromkeys(read.get(at, ()))), figures.label(code))
        done = match.end()
    if done < len(text):
        yield Piece(text[done:])


def _operand(figures: Figures, code: str, here: Context, there: Context) -> Input:
    metric = figures.metric(code)
    value = figures.value(code, there)
    return Input(
        sort="operand",
        label=figures.label(code, here, there),
        value=value.number if metric is None else shown(value, metric),
        part=None,
        measure=_measure(figures, code),
        reason=value.reason,
        code=code,
        unit=figures.evidence.unit,
        ordinal=figures.ordinal - there.lag,
        basis=there.basis,
        version=there.version,
        coverage=_coverage(figures, code, there),
    )


def operands(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """What the formula of a metric reads, each with its own number and, where the metric adds, its part.

    Of an account the accounts right below it, of a role those that carry it.
    """
    metric = figures.metric(code)
    figures.gather(code, context)
    if metric is None:
        return _accounts_below(figures, code, context)
    found, is_sum = figures.operands(metric, context)
    inputs = [(each, _operand(figures, each.code, context, each.context)) for each in found]
    return tuple(
        replace(found, part=each.factor * found.value if is_sum and isinstance(found.value, int) else None)
        for each, found in inputs
    )


def _accounts_below(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    company, behind = figures.evidence.company, figures.terms(code)
    if code.startswith("account:"):
        (account,) = behind
        behind = {below: company.accounts[below].weight for below in company.accounts_in(account)}
    inputs = []
    for below, factor in behind.items():
        found = _operand(figures, f"account:{company.accounts[below].code}", context, context)
        if isinstance(found.value, int):
            inputs.append(replace(found, part=factor * found.value))
    return tuple(inputs)


def _is_role(code: str) -> bool:
    """Whether a code names a role. Sheets hold none: its accounts have stored numbers of their own."""
    return code.startswith("role:")


def units(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """The units right below with their stored numbers, eliminations among them, and what is the group's own.

    Parts are filled in where the metric adds; they sum to the figure.
    """
    evidence = figures.evidence
    below = evidence.company.children(evidence.unit)
    if not below or context.basis not in BASES or _is_role(code):
        return ()
    stored = _stored_of(evidence, below, [figures.ordinal - context.lag], code, context)
    parts = _parts(figures, code, context, {unit: number for (unit, _), (number, _) in stored.items()})
    inputs = []
    for unit in below:
        number, reason = stored.get((unit, figures.ordinal - context.lag), (None, ""))
        if number is None and not reason:
            continue
        fact = evidence.company.units[unit]
        found = _input(figures, "unit", f"{fact.code} {fact.name}", number, reason, code, context, unit=unit)
        inputs.append(found if parts is None else replace(found, part=parts[unit]))
    if parts is None:
        return tuple(inputs)
    whole = figures.value(code, context).number
    rest = int(whole or 0) - sum(each.part or 0 for each in inputs)
    if rest:
        own = _input(figures, "own", "Own figures", rest, "", code, context, unit=evidence.unit)
        inputs.append(replace(own, part=rest))
    return tuple(inputs)


def _parts(figures: Figures, code: str, context: Context, stored: Mapping[int, Any]) -> dict[int, int] | None:
    """What each unit right below adds to a figure; None where the figure is no sum of units.

    A unit that is taken in whole adds its stored number; where one is taken in with a share, the rows tell.
    """
    if not _is_sum_of_units(figures, code, context):
        return None
    company = figures.evidence.company
    below = company.children(figures.evidence.unit)
    shares = {unit: company.units[unit].share for unit in below}
    is_plain = all(company.units[unit].is_always_alike and shares[unit] in (0, WHOLE) for unit in below)
    if is_plain and not _reads_a_line(figures, code, context):
        return {unit: int(stored.get(unit) or 0) if share else 0 for unit, share in shares.items()}
    found: dict[int, int] = dict.fromkeys(shares, 0)
    waiting: list[Branch] = [figures.tree(code, context)]
    while waiting:
        branch = waiting.pop()
        if branch.unit in found:
            found[branch.unit] += int(branch.value or 0)
        else:
            waiting += branch.children
    return found


def _reads_a_line(figures: Figures, code: str, context: Context) -> bool:
    """Whether a line of consolidation is in it: what stands on that is no sum of the numbers of units."""
    metric = figures.metric(code)
    if metric is None:
        return is_line(code)
    found, _ = figures.operands(metric, context)
    return any(_reads_a_line(figures, each.code, each.context) for each in found)


def _is_sum_of_units(figures: Figures, code: str, context: Context) -> bool:
    value = figures.value(code, context)
    if not isinstance(value.number, int) or not value.exact:
        return False
    metric = figures.metric(code)
    if metric is not None:
        return figures.adds(metric, context) and all(
            _is_sum_of_units_in_time(figures, each.code, each.context) for each in figures.operands(metric, context)[0]
        )
    return _is_sum_of_units_in_time(figures, code, context)


def _is_sum_of_units_in_time(figures: Figures, code: str, context: Context) -> bool:
    """Whether no mean over months (rounded for each unit) and no score is in it."""
    metric = figures.metric(code)
    if metric is not None:
        return all(
            _is_sum_of_units_in_time(figures, each.code, each.context) for each in figures.operands(metric, context)[0]
        )
    accounts = figures.evidence.company.accounts
    return all(accounts[at].time_rollup != "average" and accounts[at].adds_up for at in figures.terms(code))


def months(figures: Figures, code: str, context: Context) -> tuple[Input, ...]:
    """The single months of a basis with their stored numbers; parts where the figure is their sum."""
    window = figures.calendar.window(context)
    if len(window) == 1 or context.basis not in BASES:
        return ()
    month = replace(context, basis="month", lag=0)
    stored = _stored_of(figures.evidence, [figures.evidence.unit], window, code, month)
    is_sum = _is_sum_of_months(figures, code, context)
    inputs = []
    for ordinal in window:
        number, reason = stored.get((figures.evidence.unit, ordinal), (None, ""))
        if number is None and not reason:
            continue
        label = figures.evidence.calendar.at(ordinal).code
        found = _input(figures, "month", label, number, reason, code, month, unit=figures.evidence.unit)
        part = number if is_sum and isinstance(number, int) else None
        inputs.append(replace(found, ordinal=ordinal, part=part))
    return tuple(inputs)


def _is_sum_of_months(figures: Figures, code: str, context: Context) -> bool:
    metric = figures.metric(code)
    if metric is None:
        accounts = figures.evidence.company.accounts
        return all(accounts[at].time_rollup not in STOCKS for at in figures.terms(code))
    if not figures.adds(metric, context):
        return False
    found, _ = figures.operands(metric, context)
    return all(each.context.basis == context.basis and _is_sum_of_months(figures, each.code, context) for each in found)


def _stored_of(
    evidence: Evidence, of: Iterable[int], ordinals: Iterable[int], code: str, context: Context
) -> dict[tuple[int, int], tuple[Any, str]]:
    """One number from the sheets of some units and periods, in one query, and once."""
    units, periods = list(of), list(ordinals)
    key = (code, context.version, context.basis, *units, *periods)
    if key in evidence.numbers:
        return evidence.numbers[key]
    rows = (
        sheets(evidence.scope)
        .selected(
            mark=evidence.mark,
            versions=[context.version],
            bases=[context.basis],
            ordinals=periods,
            units=units,
        )
        .annotate(number=KeyTransform(code, "numbers"), why=KeyTransform(code, "reasons"))
    )
    columns = rows.values_list("unit_id", "period__ordinal", "number", "why")
    found = {(unit, ordinal): (number, why or "") for unit, ordinal, number, why in columns}
    return evidence.numbers.setdefault(key, found)


def _input(
    figures: Figures, sort: Any, label: str, number: Any, reason: str, code: str, context: Context, *, unit: int
) -> Input:
    return Input(
        sort=sort,
        label=label,
        value=number,
        part=None,
        measure=_measure(figures, code),
        reason=reason,
        code=code,
        unit=unit,
        ordinal=figures.ordinal - context.lag,
        basis=context.basis,
        version=context.version,
    )


def _measure(figures: Figures, code: str) -> str:
    metric = figures.metric(code)
    if metric is not None:
        return metric.kind
    accounts = [figures.evidence.company.accounts[at] for at in figures.terms(code)]
    return "money" if any(account.is_money for account in accounts) else "count"


def _coverage(figures: Figures, code: str, context: Context) -> str:
    if context.basis not in BASES:
        return ""
    coverage = figures.stored_sheet(context).coverage
    return coverage.get(code, coverage.get("*", ""))


# --- files -------------------------------------------------------------------------------------------------
def sources(figures: Figures, code: str, context: Context) -> tuple[Source, ...]:
    """The files behind a figure that adds, the one that brought most of it first; their parts sum to it.

    Empty for a figure that is no sum of rows: its operands have sources of their own.
    """
    metric = figures.metric(code)
    if metric is not None and not figures.adds(metric, context):
        return ()
    evidence = figures.evidence.summed_by_file()
    tree = Figures(evidence, figures.ordinal).tree(code, context)
    leaves: dict[tuple[int, str], list[tuple[RowFact, int]]] = {}
    for leaf in tree.leaves():
        if leaf.row is not None:
            row = leaf.row
            leaves.setdefault((row.origin, row.sheet), []).append((row, int(leaf.value or 0)))
    largest = _largest_rows(evidence, {row.id: row for found in leaves.values() for row, _ in found}.values())
    imports = dict(Import.objects.filter(pk__in={origin for origin, _ in leaves}).values_list("pk", "public_id"))
    found = [
        _source(rows, import_id=imports[origin], largest=largest.get((origin, sheet)))
        for (origin, sheet), rows in leaves.items()
    ]
    return tuple(sorted(found, key=lambda source: (-abs(source.part), source.file, source.sheet)))


def _source(rows: list[tuple[RowFact, int]], *, import_id: str, largest: tuple[str, int] | None) -> Source:
    facts = {row.id: row for row, _ in rows}.values()  # one that is eliminated comes twice
    some, (text, at) = rows[0][0], largest or ("", 0)
    return Source(
        file=some.file,
        sheet=some.sheet,
        rows=sum(row.rows for row in facts),
        first_row=min(row.row for row in facts),
        last_row=max(row.last_row for row in facts),
        part=sum(part for _, part in rows),
        person=some.person,
        at=some.time,
        import_id=import_id,
        largest=text,
        largest_row=at,
    )


def _largest_rows(evidence: Evidence, rows: Iterable[RowFact]) -> dict[tuple[int, str], tuple[str, int]]:
    """By file and sheet the text and number of the row with the largest amount, in one query."""
    facts = list(rows)
    entries = evidence.standing().filter(
        origin__in={row.origin for row in facts},
        account__in={row.account for row in facts},
        period__ordinal__in={row.ordinal for row in facts},
    )
    order = [Abs("amount").desc(), F("pk").asc()]
    place = Window(RowNumber(), partition_by=[F("origin_id"), F("sheet")], order_by=order)
    columns = ("origin_id", "sheet", "text", "row", "counterparty")
    first = entries.annotate(place=place).filter(place=1).values_list(*columns)
    seen = {unit.code for unit in evidence.company.units.values()}
    return {
        (origin, sheet): (text if not other or other in seen else "", row) for origin, sheet, text, row, other in first
    }


# --- history -----------------------------------------------------------------------------------------------
def restatements(figures: Figures, code: str, context: Context) -> tuple[Restatement, ...]:
    """What one stored number was, newest first: since when, and which imports changed the rows behind it."""
    if _is_role(code):
        return ()
    evidence, ordinal = figures.evidence, figures.ordinal - context.lag
    standing = (
        Sheet.objects.within(evidence.scope)
        .filter(unit=evidence.unit, period__ordinal=ordinal, version=context.version)
        .filter(basis=evidence.kept_as(context.basis))
        .filter(from_mark__lte=evidence.mark)
        .exclude(until_mark=F("from_mark"))  # replaced before anybody could read it
        .annotate(number=KeyTransform(code, "numbers"), why=KeyTransform(code, "reasons"))
        .order_by("from_mark", "pk")
    )
    steps: list[tuple[Any, str, int]] = []
    for number, why, mark in standing.values_list("number", "why", "from_mark"):
        if not steps or steps[-1][:2] != (number, why or ""):
            steps.append((number, why or "", mark))
    times = times_of([mark for _, _, mark in steps])
    causes = _causes(figures, code, context, [mark for _, _, mark in steps])
    found = [Restatement(number, why, times[mark], causes[mark]) for number, why, mark in steps]
    return tuple(reversed(found))


def _causes(figures: Figures, code: str, context: Context, marks: list[int]) -> dict[int, tuple[Cause, ...]]:
    """For each mark a number changed at, the imports that moved rows of it since the run before."""
    evidence = figures.evidence
    entries = _ever(figures, code, context)
    moved = set(entries.values_list("from_mark", flat=True)) | set(
        entries.filter(until_mark__isnull=False).values_list("until_mark", flat=True)
    )
    runs = Run.objects.filter(state=Run.State.DONE, mark__lte=evidence.mark).values_list("mark", flat=True)
    known = sorted({0, *runs})
    imports = list(Import.objects.filter(mark__in=moved).order_by("mark"))
    people = names_of(each.actor for each in imports)
    found: dict[int, tuple[Cause, ...]] = {}
    for mark in marks:
        before = max((run for run in known if run < mark), default=0)
        found[mark] = tuple(
            Cause(each.public_id, each.filename, people[each.actor], each.at)
            for each in imports
            if each.mark is not None and before < each.mark <= mark
        )
    return found


def _ever(figures: Figures, code: str, context: Context) -> Any:
    """The entries that ever counted in a figure's own stretch of time, standing or not."""
    evidence = figures.evidence
    accounts = figures.accounts_behind(code, context)
    window = figures.calendar.window(context)
    inside = evidence.company.below(evidence.top)
    return (
        Entry.objects.within(evidence.scope)
        .filter(evidence.of_version(context.version), Q(account__in=accounts), unit__in=inside)
        .filter(period__ordinal__gte=window[0], period__ordinal__lte=window[-1], from_mark__lte=evidence.mark)
        .order_by()
        .distinct()
    )
