"""The sheets of some units of a version: as reported, and in constant currency where that is something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from metrics.declaration import Metric
from metrics.rates import CONSTANT, at_rates

from .books import Book
from .company import Axis, Company, Ints
from .levels import Reasons
from .sheets import SheetRow, own_sheets_of, sheets_of
from .workbook import Workbook


@dataclass(frozen=True)
class Blocks:
    """Everything sheets are computed from; `reasons` is shared by all of a run."""

    books: Mapping[str, Book]
    metrics: Mapping[str, Metric]
    company: Company
    reasons: Reasons

    def sheets(self, version: str, units: Iterable[int], rows: Ints) -> list[SheetRow]:
        """The sheets of a version, those of a year of their own included."""
        places = list(units)
        found = list(sheets_of(version, self._workbook(self.company, places), rows=rows))
        for axis, own in self._by_own_axis(places).items():
            found += own_sheets_of(version, self._workbook(self.company.seen_from(axis), own), rows=rows)
        return found

    def constant(
        self, version: str, units: Iterable[int], rows: Ints, *, reported: Iterable[SheetRow]
    ) -> Iterator[tuple[str, list[SheetRow]]]:
        """By its name each variant of a version in constant currency, without the sheets that say what was reported.

        Units without a figure in another currency below them read the same at all rates, and are not computed.
        """
        foreign = {unit for unit in units if unit in self.books[version].foreign}
        said = {_key(sheet): sheet.digest for sheet in reported if sheet.unit in foreign}
        for name in [at_rates(version, manner) for manner in CONSTANT]:
            if name in self.books:
                sheets = self.sheets(name, sorted(foreign), rows) if foreign else []
                yield name, [each for each in sheets if said.get(_key(each)) != each.digest]

    def _workbook(self, company: Company, columns: list[int]) -> Workbook:
        places = np.array(columns, dtype=np.int64)
        return Workbook(self.books, self.metrics, company=company, columns=places, reasons=self.reasons)

    def _by_own_axis(self, units: Iterable[int]) -> dict[Axis, list[int]]:
        """Those of the units that have a year of their own, by its axis."""
        found: dict[Axis, list[int]] = {}
        for unit in units:
            if unit in self.company.own:
                found.setdefault(self.company.own[unit], []).append(unit)
        return found


def _key(sheet: SheetRow) -> tuple[int, int, str]:
    return sheet.unit, sheet.row, sheet.basis
