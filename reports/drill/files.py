"""The files behind a figure: how much each adds, from which rows, brought by whom."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Window
from django.db.models.functions import Abs, RowNumber

from ledger.models import Import
from metrics.formula import Context
from reports.evidence import Evidence
from reports.explanation import Figures
from reports.facts import RowFact
from reports.provenance import Source


def sources(figures: Figures, code: str, context: Context) -> tuple[Source, ...]:
    """The files behind a figure that adds, the one that brought most of it first; their parts sum to it.

    Empty for a figure that is no sum of rows, and for one that is not there: its operands have sources of their own.
    Of a figure that is missing by an error they are the rows that lack something.
    """
    metric = figures.metric(code)
    if metric is not None and not figures.adds(metric, context):
        return ()
    value = figures.value(code, context)
    if value.number is None and not value.reason.startswith("error"):
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
        notes=tuple(dict.fromkeys(row.note for row in facts if row.note)),
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
