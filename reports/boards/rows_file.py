"""The imported rows behind a figure as a table for spreadsheets: whose, from where, by whom, and what each adds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ledger.amounts import as_text
from metrics.formula import Context
from metrics.wire import as_wire
from reports import drill
from reports.derivation import Branch
from reports.explanation import Figures
from reports.facts import WHOLE, Company, decimal
from reports.spreadsheets import harmless

HEAD = (
    *("figure", "unit", "name", "account", "account_name", "period", "file", "sheet", "row"),
    *("imported_by", "imported_at", "currency", "amount", "rate", "share", "adds", "text", "segment", "note"),
)
MOST = 100_000
"""Rows of one file; a spreadsheet opens ten times as many, but not on every desk."""
DEEPEST = 4
"""How many formulas are opened on the way from a figure that is no sum to those that are."""


class TooManyRows(Exception):
    """More rows than one file holds."""


def rows_file(figures: Figures, code: str, context: Context) -> bytes:
    """One table, UTF-8 with a mark for spreadsheets: every row behind each sum that the figure is made of.

    `amount` is what the file says, in its currency; `adds` what became of it in the figure named at the front, in
    the group's currency: the rows of a figure sum to it exactly. Both are decimal text with four places. A part
    without a row, such as what the reader may not see, says in its note what it is. A figure that is not there has no
    rows. Raises TooManyRows.
    """
    behind = {each: drill.sources(figures, *each) for each in dict.fromkeys(_sums(figures, code, context))}
    number = sum(source.rows for sources in behind.values() for source in sources)
    if number > MOST:
        raise TooManyRows(f"These are {number:,} rows; a file holds {MOST:,}. Open a unit or a month below it.")
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(HEAD)
    for name, where in (each for each, sources in behind.items() if sources):
        label = figures.label(name, context, where)
        for leaf in figures.tree(name, where).leaves():
            out.writerow([harmless(cell) for cell in (label, *_cells(leaf, figures.evidence.company))])
    return text.getvalue().encode("utf-8-sig")


def _sums(figures: Figures, code: str, context: Context, depth: int = 0) -> Iterator[tuple[str, Context]]:
    """The figure itself where it adds up amounts, else those of its operands, and theirs, that do."""
    metric = figures.metric(code)
    if metric is None or figures.adds(metric, context):
        yield code, context
        return
    for each in drill.operands(figures, code, context) if depth < DEEPEST else ():
        if each.unit == figures.evidence.unit and isinstance(each.value, int):
            there = Context(each.version, each.basis, figures.ordinal - each.ordinal)
            yield from _sums(figures, each.code, there, depth + 1)


def _cells(leaf: Branch, company: Company) -> tuple[str | int, ...]:
    """One leaf; of one that is no row only what it adds and what it is."""
    adds = as_wire(leaf.value, leaf.kind)
    row = leaf.row
    if row is None:
        return (*("",) * 14, "" if adds is None else str(adds), "", "", leaf.note or leaf.label)
    unit, account = company.units[row.unit], company.accounts[row.account]
    return (
        *(unit.code, unit.name, account.code, account.name, row.period, row.file, row.sheet, row.row),
        *(row.person, row.time.isoformat(), row.currency, as_text(row.amount)),
        "" if row.rate is None or row.rate == WHOLE else decimal(row.rate),
        "" if leaf.share == WHOLE else decimal(leaf.share),
        "" if adds is None else str(adds),
        *(row.text, row.segment, leaf.reason or leaf.note),
    )
