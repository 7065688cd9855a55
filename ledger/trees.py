"""The trees that structure files speak about, as they would stand: of units, and of accounts. Nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ledger.report import Problem
from ledger.structure import StructureTable, circles

Formers = Mapping[str, Sequence[tuple[date, str]]]
"""By unit the last day on each parent of before and that parent, the earliest first."""


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


def faults_of_before(table: StructureTable, parents: Mapping[str, str | None], formers: Formers) -> list[Problem]:
    """Problems of the trees of earlier days, each at its row: units that would have stood above themselves."""
    rows = {row.code: row for row in table.rows}
    reason = "In the tree that stood until {}, the unit {} would stand above itself."
    return [
        Problem(table.file, reason.format(day, code), row=rows[code].number, column="parent", value=str(parents[code]))
        for code, day in circles_of_before(parents, formers).items()
        if code in rows
    ]


def circles_of_before(parents: Mapping[str, str | None], formers: Formers) -> dict[str, date]:
    """The units that stand above themselves in the tree of an earlier day, with the last such day of the first one."""
    found: dict[str, date] = {}
    for day in sorted({ends for dated in formers.values() for ends, _ in dated}):
        then = {
            code: next((above for ends, above in formers.get(code, ()) if ends >= day), parent)
            for code, parent in parents.items()
        }
        for code in circles(then):
            found.setdefault(code, day)
    return found


def moved_since(table: StructureTable, before: Mapping[str, str | None], formers: Formers) -> list[Problem]:
    """A warning for each row that puts a unit elsewhere than where it moved to: that holds from the move on."""
    return [
        Problem(
            table.file,
            f"{row.code} moved after {formers[row.code][-1][0]}: this parent holds from then on, as if it moved here.",
            row=row.number,
            column="parent",
            value=str(row.values["parent"]),
        )
        for row in table.rows
        if row.code in formers and "parent" in row.values and (row.values["parent"] or None) != before.get(row.code)
    ]


def left_alone(table: StructureTable, standing: Iterable[str], noun: str) -> list[Problem]:
    """The warning that names what stands and is not in the file; none where everything is."""
    others = sorted(set(standing) - {row.code for row in table.rows})
    if not others:
        return []
    named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    reason = f"The file does not mention {noun}s that stand: {named}; they are left as they are."
    return [Problem(table.file, reason)]
