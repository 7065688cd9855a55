"""The sheets of some units of a version: as reported, and in constant currency and as is now where that is another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from metrics.above import looking_up
from metrics.arrangement import as_is_now
from metrics.declaration import Metric
from metrics.formula import parse
from metrics.rates import CONSTANT, at_rates

from .axis import Axis
from .books import Book
from .company import Company
from .levels import Reasons
from .matrix import Ints
from .sheets import SheetRow, own_sheets_of, sheets_of
from .workbook import Workbook

NOTHING, NOBODY = b"{}", b'{"*":"0 of 0"}'


@dataclass(frozen=True)
class Blocks:
    """Everything sheets are computed from; `reasons` is shared by all of a run.

    `now` is the same on today's tree; None where that is the tree of all times.
    """

    books: Mapping[str, Book]
    metrics: Mapping[str, Metric]
    company: Company
    reasons: Reasons
    now: Blocks | None = None

    def sheets(self, version: str, units: Iterable[int], rows: Ints) -> list[SheetRow]:
        """The sheets of a version, those of a year of their own included."""
        places = list(units)
        found = list(sheets_of(version, self._workbook(self.company, places), rows=rows))
        for axis, own in self._by_own_axis(places).items():
            found += own_sheets_of(version, self._workbook(self.company.seen_from(axis), own), rows=rows)
        return found

    def variants(
        self, version: str, units: Iterable[int], rows: Ints, *, reported: Sequence[SheetRow]
    ) -> Iterator[tuple[str, list[SheetRow]]]:
        """By its name each variant of a version, without the sheets that say what was reported."""
        yield from self.constant(version, units, rows, reported=reported)
        if self.now is not None:
            yield as_is_now(version), self._on_todays_tree(self.now, version, units, rows, reported)

    def _on_todays_tree(
        self, now: Blocks, version: str, units: Iterable[int], rows: Ints, reported: Iterable[SheetRow]
    ) -> list[SheetRow]:
        """The sheets that are others on today's tree; one that says nothing where a unit has none on it any more.

        Only units that were above one that moved can differ, and only they are computed; where a metric is a share
        of the unit above, everybody.
        """
        rearranged = sorted(self._rearranged.intersection(units))
        said = {_key(sheet): sheet for sheet in reported if sheet.unit in self._rearranged}
        found = now.sheets(version, rearranged, rows) if rearranged else []
        gone = said.keys() - {_key(sheet) for sheet in found}
        found += [replace(said[key], numbers=NOTHING, reasons=NOTHING, coverage=NOBODY, parts=NOTHING) for key in gone]
        return [each for each in found if _key(each) not in said or said[_key(each)].digest != each.digest]

    @cached_property
    def _looks_up(self) -> bool:
        """Whether some metric is a share of what stands above a unit, and so may differ for everybody."""
        return bool(looking_up({code: parse(metric.formula) for code, metric in self.metrics.items()}))

    @cached_property
    def _rearranged(self) -> frozenset[int]:
        return frozenset(range(len(self.company.tree))) if self._looks_up else self.company.rearranged

    def constant(
        self, version: str, units: Iterable[int], rows: Ints, *, reported: Iterable[SheetRow]
    ) -> Iterator[tuple[str, list[SheetRow]]]:
        """By its name each variant of a version in constant currency, without the sheets that say what was reported.

        Units without a figure in another currency below them read the same at all rates, and are not computed; unless
        they have shares of what others have.
        """
        foreign = {unit for unit in units if self._looks_up or unit in self.books[version].foreign}
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
