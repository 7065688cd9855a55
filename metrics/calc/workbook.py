"""All metrics of some units, in any version, basis and period: names become levels.

A name is an account, a role or a metric. A metric is evaluated once for each place it is asked for at. Where
it names a reported role, a unit of its own (not a group) that lacks the parts of the formula has the figure
its source states instead; a group never has, because such figures do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np

from metrics.above import looking_up
from metrics.declaration import Metric
from metrics.formula import Node, parse
from metrics.formula.functions import NO_UNIT_ABOVE

from .above import NOBODY, Above
from .books import Book, Planes
from .company import Company
from .evaluate import Evaluation, Place
from .levels import Arithmetic, Level, Reasons
from .matrix import Ints
from .reader import NOT_ADDITIVE, Reader
from .stages import sums

_parsed = lru_cache(maxsize=1024)(parse)
"""A formula as a tree; the same few are asked for by every workbook."""


class Workbook:
    """The metrics of a few columns of the tree. Levels are kept as long as the workbook."""

    def __init__(
        self,
        books: Mapping[str, Book],
        metrics: Mapping[str, Metric],
        *,
        company: Company,
        columns: Ints,
        reasons: Reasons,
    ) -> None:
        self.books = books
        self.metrics = metrics
        self.company = company
        self.columns = columns
        self.arithmetic = Arithmetic(reasons)
        self.reader = Reader(books, company=company, columns=columns, arithmetic=self.arithmetic)
        self._trees: dict[str, Node] = {code: _parsed(metric.formula) for code, metric in metrics.items()}
        self._levels: dict[tuple[str, tuple[str, str, int, bytes]], Level] = {}
        self._stages: dict[tuple[str, str], Workbook | None] = {}
        self._aboves: dict[str, Above] = {}
        self._workbooks_above: dict[str, Workbook] = {}

    @cached_property
    def sums(self) -> frozenset[str]:
        """The codes whose figures are sums of accounts (see `metrics.calc.stages`)."""
        return sums(self.metrics, self.company.chart)

    def stage(self, version: str, name: str) -> Workbook | None:
        """The same metrics over a part of a version's figures, for the units that have some of it; None for nobody."""
        if (version, name) not in self._stages:
            planes = self.books[version].stages.get(name)
            columns = [unit for unit in self.columns.tolist() if planes is not None and unit in planes.units]
            self._stages[version, name] = self._stage(version, planes, columns) if planes and columns else None
        return self._stages[version, name]

    def _stage(self, version: str, planes: Planes, columns: list[int]) -> Workbook:
        part = replace(self.books[version], running=planes, errors=None)
        return Workbook(
            {**self.books, version: part},
            self.metrics,
            company=self.company,
            columns=np.array(columns, dtype=np.int64),
            reasons=self.arithmetic.reasons,
        )

    @cached_property
    def looking_up(self) -> Mapping[str, str]:
        """The metrics that tell about units above, and up to where (see `metrics.above`)."""
        return looking_up(self._trees)

    def above(self, which: str) -> Above:
        """The units above the columns."""
        if which not in self._aboves:
            self._aboves[which] = Above(self.company, self.columns, which)
        return self._aboves[which]

    def _of_those_above(self, place: Place, code: str) -> Level:
        """A name's level for the units above, each in the column of the unit below it; the top has none above."""
        above = self.above(place.above)
        if not len(above.distinct):
            return self.arithmetic.missing(NO_UNIT_ABOVE, (len(place.rows), len(self.columns)), exact=True)
        if place.above not in self._workbooks_above:
            self._workbooks_above[place.above] = self._of_columns(above.distinct)
        at = above.at(place.rows)
        level = self._workbooks_above[place.above].level(replace(place, above=""), code).picked(at)
        is_top = at == NOBODY
        return self.arithmetic.where(level, is_top, NO_UNIT_ABOVE) if is_top.any() else level

    def _of_columns(self, columns: Ints) -> Workbook:
        return Workbook(
            self.books, self.metrics, company=self.company, columns=columns, reasons=self.arithmetic.reasons
        )

    def level(self, place: Place, code: str) -> Level:
        """A name's level at a place: `revenue`, `role:revenue`, `account:4000`."""
        if place.above:
            return self._of_those_above(place, code)
        key = (code, place.key)
        if key not in self._levels:
            self._levels[key] = self._metric(place, code) if code in self.metrics else self._figure(place, code)
        return self._levels[key]

    def _figure(self, place: Place, code: str) -> Level:
        return self.reader.level(code, version=place.version, basis=place.basis, rows=place.rows, years=place.years)

    def _metric(self, place: Place, code: str) -> Level:
        # Made anew each time: one that is kept would be a circle, and leave all levels to the garbage collector.
        evaluation = Evaluation(
            axis=self.company.axis, arithmetic=self.arithmetic, resolve=self.level, units=len(self.columns)
        )
        found = evaluation.value(self._trees[code], place)
        role = self.metrics[code].reported_role
        return self._or_reported(found, self.level(place, f"role:{role}")) if role else found

    def _or_reported(self, found: Level, reported: Level) -> Level:
        """The figure a source reports for a unit, where the formula has none for it."""
        if found.standing.is_whole:
            return found
        do, is_unit = self.arithmetic, self.company.tree.is_leaf[self.columns]
        stands_in = is_unit & ~found.present & reported.present
        if stands_in.any():
            found = do.chosen(stands_in, reported, found)
        not_additive = do.reasons.number(NOT_ADDITIVE)
        is_reported_below = (reported.reason == not_additive) | (reported.present & ~is_unit)
        lacks_parts = do.reasons.not_applicable()[found.reason] & is_reported_below
        return do.where(found, lacks_parts, NOT_ADDITIVE) if lacks_parts.any() else found
