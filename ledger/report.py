"""What an import says about itself: the same report on the command line, on the page and in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.amounts import as_text
from ledger.changes import Change

IMPORTED, UNCHANGED, REFUSED, PREVIEWED = "imported", "unchanged", "refused", "previewed"


class ColumnSeen(NamedTuple):
    """A column of a file: its name, the first value in it, and the field it is taken for (empty: none)."""

    name: str
    first: str
    field: str


def columns_seen(
    names: Sequence[str], taken: Mapping[int, str], body: Sequence[Sequence[Any]], text: Callable[[Any], str]
) -> tuple[ColumnSeen, ...]:
    """The columns that have a name, each with the first value beneath it; `taken` says by index what they read as."""
    firsts = (next((text(row[at]) for row in body if at < len(row) and text(row[at])), "") for at in range(len(names)))
    columns = enumerate(zip(names, firsts, strict=True))
    return tuple(ColumnSeen(name, first[:60], taken.get(at, "")) for at, (name, first) in columns if name)


@dataclass(frozen=True)
class Problem:
    """One thing wrong (or odd) with a place in a file. `row` is the file's own number, its header being 1.

    `part` is the part of a mapping that could give the value a meaning of ours, where one could; `header` what the
    columns of a table hold that nobody recognised.
    """

    file: str
    reason: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    part: str = ""
    header: tuple[ColumnSeen, ...] = ()

    def as_document(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        value = f" (“{self.value}”)" if self.value else ""
        return f"{self.file}{sheet}{row}{column}: {self.reason}{value}"


@dataclass(frozen=True)
class Counts:
    """Entries by what became of them."""

    new: int = 0
    changed: int = 0
    closed: int = 0
    same: int = 0

    def as_document(self) -> dict[str, int]:
        return {"new": self.new, "changed": self.changed, "closed": self.closed, "same": self.same}


@dataclass(frozen=True)
class Totals:
    """Control totals of a file in ten-thousandths, as its cells state them, before any sign is turned.

    `mapped + unmapped + rejected == control`, always: mapped landed (or would), unmapped has no place in
    ours (a code nobody knows, or a row the mapping leaves out), rejected is wrong in another way.
    """

    control: int = 0
    mapped: int = 0
    unmapped: int = 0
    rejected: int = 0

    def as_document(self) -> dict[str, str]:
        return {name: as_text(getattr(self, name)) for name in ("control", "mapped", "unmapped", "rejected")}


@dataclass(frozen=True)
class Difference:
    """One figure that an import changes: the sum of its entries before and after, None where there are none.

    Amounts of different currencies are figures of their own; `currency` is empty where it is the unit's.
    """

    unit: str
    account: str
    period: str
    version: str
    before: int | None
    after: int | None
    currency: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What became of a file. `import_id` is the public id of what landed; `totals` stand per version.

    A dry run also says which `differences` it would make, and of which unit, period and version the file speaks.
    `replaced` is the digest of the entries it closes.
    """

    status: str
    rows: int
    import_id: str | None = None
    entries: Counts = Counts()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    totals: Totals = Totals()
    by_version: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    slices: frozenset[tuple[str, str, str]] = frozenset()
    replaced: str = ""

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of `import_figures --json`."""
        return {
            "status": self.status,
            "import": self.import_id,
            "rows": self.rows,
            "entries": self.entries.as_document(),
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
        }


@dataclass(frozen=True)
class FileReport:
    """What became of one file that states something about the company: places, a tree, ownership, holidays.

    `counts` are of what the file speaks about, which `noun` names; `differences` say what changes, one by one.
    """

    status: str
    noun: str
    counts: Counts = Counts()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    differences: tuple[Change, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of the file's command with `--json`."""
        return {
            "status": self.status,
            self.noun: self.counts.as_document(),
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
            "differences": [each.as_document() for each in self.differences],
        }


@dataclass(frozen=True)
class StructureReport:
    """What became of structure files: how many units, accounts and rates are new, changed or as they were.

    `closed` is always 0: what a file does not mention is left as it is, and a unit ends by its date.
    `differences` are those of a dry run.
    """

    status: str
    units: Counts = Counts()
    accounts: Counts = Counts()
    rates: Counts = Counts()
    calendar: str = "same"
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    differences: tuple[Change, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.status == REFUSED

    def as_document(self) -> dict[str, Any]:
        """The document of `import_structure --json`; that of a dry run names its differences."""
        document: dict[str, Any] = {
            "status": self.status,
            "units": self.units.as_document(),
            "accounts": self.accounts.as_document(),
            "rates": self.rates.as_document(),
            "calendar": self.calendar,
            "errors": [problem.as_document() for problem in self.errors],
            "warnings": [problem.as_document() for problem in self.warnings],
        }
        if self.status == PREVIEWED:
            document["differences"] = [each.as_document() for each in self.differences]
        return document
