"""The trees that structure files speak about, as they would stand: of units, and of accounts. Nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.report import Problem
from ledger.structure import StructureTable, circles


def whole(table: StructureTable, standing: Mapping[str, str | None]) -> dict[str, str | None]:
    """Code → parent's code of the whole tree as it would stand: the file's rows first, in their order."""
    stated = {row.code: row.values.get("parent", standing.get(row.code)) or None for row in table.rows}
    return stated | {code: parent for code, parent in standing.items() if code not in stated}


def faults(table: StructureTable, parents: Mapping[str, str | None], noun: str) -> list[Problem]:
    """Problems of the tree, each at its row: parents nobody knows, and units or accounts above themselves."""
    rows = {row.code: row for row in table.rows}
    problems = []
    for code, row in rows.items():
        if parents[code] and parents[code] not in parents and parents[code] not in table.codes:
            reason = f"There is no {noun} with this code to hang {code} under."
            problems.append(Problem(table.file, reason, row=row.number, column="parent", value=str(parents[code])))
    for code in [] if table.problems else circles(parents):
        if code in rows:
            reason = f"The {noun} {code} would stand above itself."
            problems.append(
                Problem(table.file, reason, row=rows[code].number, column="parent", value=str(parents[code]))
            )
    return problems


def left_alone(table: StructureTable, standing: Iterable[str], noun: str) -> list[Problem]:
    """The warning that names what stands and is not in the file; none where everything is."""
    others = sorted(set(standing) - {row.code for row in table.rows})
    if not others:
        return []
    named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    reason = f"The file does not mention {noun}s that stand: {named}; they are left as they are."
    return [Problem(table.file, reason)]
