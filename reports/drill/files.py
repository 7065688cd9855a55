"""The files behind a figure: how much each adds, from which rows, brought by whom."""

from __future__ import annotations

from metrics.formula import Context
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
    tree = Figures(figures.evidence.summed_by_file, figures.ordinal).tree(code, context)
    leaves: dict[tuple[int, str], list[tuple[RowFact, int]]] = {}
    for leaf in tree.leaves():
        if leaf.row is not None:
            row = leaf.row
            leaves.setdefault((row.origin, row.sheet), []).append((row, int(leaf.value or 0)))
    found = [_source(rows) for rows in leaves.values()]
    return tuple(sorted(found, key=lambda source: (-abs(source.part), source.file, source.sheet)))


def _source(rows: list[tuple[RowFact, int]]) -> Source:
    facts = {row.id: row for row, _ in rows}.values()  # one that is eliminated comes twice
    some, told = rows[0][0], max(facts, key=lambda row: (row.largest.size, -row.largest.id))
    return Source(
        file=some.file,
        sheet=some.sheet,
        rows=sum(row.rows for row in facts),
        first_row=min(row.row for row in facts),
        last_row=max(row.last_row for row in facts),
        part=sum(part for _, part in rows),
        person=some.person,
        at=some.time,
        import_id=some.import_id,
        largest=told.text,
        largest_row=told.largest.row,
        notes=tuple(dict.fromkeys(row.note for row in facts if row.note)),
        accounts=frozenset(row.account for row in facts),
    )
