"""The work of a run, block by block: read the rows of some units, sum them up the tree, compute and store sheets.

A block may be computed by any worker, at any time, more than once: what it leaves behind depends on the mark of the
run and on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ledger.models import Period
from ledger.querysets import period_row
from metrics import frames, store, subtotals
from metrics.arrangement import as_is_now, plain
from metrics.calc.affected import Area
from metrics.calc.blocks import Blocks
from metrics.calc.blockwise import Partition, Share, columns, within
from metrics.calc.building import Building, Rows
from metrics.calc.cells import GROUP_CURRENCY
from metrics.calc.inputs import Outline
from metrics.calc.levels import Reasons
from metrics.calc.matrix import Ints
from metrics.calc.sums import Sums, total
from metrics.declaration import Metric
from metrics.rates import is_constant

Alive = Callable[[], None]

UNIT_PERIODS = 32 * 60
"""Of so many periods of units the sheets are computed at once, in all bases: a matrix stays within the processor's
cache, and all that sheets are made of within a worker's memory."""


@dataclass(frozen=True)
class Work:
    """Everything the workers of a run have to know.

    `looks_up`: some metric reads the units above a unit. `edges_moved`: a version may have begun or ended in another
    period than before, or be gone. `rates_moved`: a rate changed since the run before, so that
    what rows amounted to then cannot be told any more.
    """

    run: int
    meaning: str
    outline: Outline
    metrics: Mapping[str, Metric]
    partition: Partition
    areas: Mapping[str, Area]
    todo: Sequence[Share]
    looks_up: bool
    edges_moved: bool
    rates_moved: bool

    @property
    def mark(self) -> int:
        return self.outline.mark

    @cached_property
    def kept(self) -> dict[str, Building]:
        """How everything that sheets are kept of is made, by its name."""
        return _with_now(self.outline)

    @cached_property
    def buildings(self) -> dict[str, Building]:
        """The same, and how versions are made that are added up in other trees."""
        return self.kept | {
            _in_tree(name, tree): building for tree, made in self._others.items() for name, building in made.items()
        }

    @cached_property
    def _others(self) -> dict[str, dict[str, Building]]:
        """How everything is made in other trees, by tree and name."""
        return {tree: _with_now(self.outline.seen_in(tree)) for tree in self.outline.company.others}

    @property
    def stored(self) -> dict[str, Building]:
        """Every name that some sheet may bear, with how it is made: in other trees too."""
        return {name: each for made in (*self._others.values(), self.kept) for name, each in made.items()}

    def add_up(self, share: Share, alive: Alive) -> dict[str, Sums]:
        """The sums of what is wanted of a block and of all units above that, by name. Keeps its subtotals.

        `alive` is called after every step, to say that the worker is.
        """
        if not share.has_moved:
            return self.wanted(share, alive)
        axis = self.outline.company.axis
        before = subtotals.kept(share.number, meaning=self.meaning, axis=axis)
        if before and share.changed and self._is_worth_it(share):
            units = sorted(share.changed | share.wanted)
            sums = self._sums(units, self.outline, alive)
            old = self._sums(units, replace(self.outline, mark=before.mark), alive)
            after = self._exchanged(before, sums, old)
            if after:
                self._keep(share, after)
                return sums
        sums = self._sums(share.units, self.outline, alive)
        self._keep(share, {name: each.of(self._above(name, share.units)) for name, each in sums.items()})
        return sums

    def wanted(self, share: Share, alive: Alive) -> dict[str, Sums]:
        """The same, of units whose rows have not moved or are added up already."""
        return self._sums(sorted(share.wanted), self.outline, alive)

    def _keep(self, share: Share, sums: Mapping[str, Sums]) -> None:
        kept, axis = subtotals.Kept(self.mark, sums), self.outline.company.axis
        subtotals.keep(share.number, kept, meaning=self.meaning, run=self.run, axis=axis)

    def _is_worth_it(self, share: Share) -> bool:
        """Whether reading some units as they were and as they are is less than reading the block."""
        return not self.rates_moved and 2 * len((share.changed or frozenset()) | share.wanted) <= len(share.units)

    def _exchanged(
        self, before: subtotals.Kept, new: Mapping[str, Sums], old: Mapping[str, Sums]
    ) -> dict[str, Sums] | None:
        """The subtotals with what some units were taken off and what they are added; None where that cannot be told."""
        if before.sums.keys() != new.keys() or any(each.lacking for each in (*before.sums.values(), *old.values())):
            return None
        return {
            name: total([sums, new[name], old[name].negative()], columns=sums.columns, first=sums.first, rows=sums.rows)
            for name, sums in before.sums.items()
        }

    def _sums(self, units: Sequence[int], outline: Outline, alive: Alive) -> dict[str, Sums]:
        """The sums of some units of a block and those above them, from their rows as they stood at a mark."""
        rows = frames.rows(outline, units)
        alive()
        found: dict[str, Sums] = {}
        for name, building in self.buildings.items():
            like = _read_alike(name, building, rows[building.version])
            if like in found:
                found[name] = found[like]
            else:
                inside = columns(building.company.upward(units))
                found[name] = building.block(rows[building.version], columns=inside)
                alive()
        return found

    def _above(self, name: str, units: Sequence[int]) -> Ints:
        return columns(self.buildings[name].company.upward(units) - frozenset(units))

    @cached_property
    def groups(self) -> dict[str, Sums]:
        """The sums of all units above others, by name: from the subtotals of all blocks, once those are kept."""
        rows, trade = frames.rows_of_groups(self.outline, self.partition.groups)
        numbers, axis = range(len(self.partition.blocks)), self.outline.company.axis
        blocks = subtotals.by_version(numbers, meaning=self.meaning, axis=axis)
        inside = columns(self.partition.groups)
        return {
            name: building.groups(
                rows[building.version], trade[building.version], columns=inside, blocks=blocks.get(name, ())
            )
            for name, building in self.buildings.items()
        }

    def store_block(self, share: Share, sums: Mapping[str, Sums], alive: Alive) -> store.Written:
        """Compute and store the sheets of a block; where metrics look up, beside those of all units above."""
        wanted = columns(share.wanted)
        if not len(wanted):
            return store.Written()
        own = {name: sums[name].of(wanted) for name in self.kept}
        if self.looks_up:
            own = {name: self._with_those_above(name, each, self.groups[name]) for name, each in own.items()}
        return self._store(self._reading(own), share.areas, alive)

    def _with_those_above(self, name: str, own: Sums, groups: Sums) -> Sums:
        above = self._above(name, own.columns.tolist())
        both = columns(frozenset(own.columns.tolist()) | frozenset(above.tolist()))
        return total([own, groups.of(above)], columns=both, first=groups.first, rows=groups.rows)

    def store_groups(self) -> store.Written:
        """Compute and store the sheets of the units above others, and of all nodes of other trees."""
        company = self.outline.company
        mine = [place for place in self.partition.groups if not company.tree.units[place].tree]
        written = self._store(self._reading(self.groups), within(self.areas, mine))
        for tree, nodes in company.nodes.items():
            areas = {version: replace(area, units=nodes) for version, area in self.areas.items()}
            seen = self.outline.seen_in(tree)
            sums = {name: self.groups[_in_tree(name, tree)] for name in _with_now(seen)}
            written += self._store(self._reading_on(seen, sums), areas)
        return written

    def _reading(self, sums: Mapping[str, Sums]) -> Blocks:
        """The sums as they are read by the company's own tree."""
        return self._reading_on(self.outline, sums)

    def _reading_on(self, outline: Outline, sums: Mapping[str, Sums]) -> Blocks:
        """The sums as they are read on one tree, as was and as is now."""
        reasons, today = Reasons(), outline.as_is_now()
        books = {name: building.book(sums[name], reasons) for name, building in _with_now(outline).items()}
        reported = {name: book for name, book in books.items() if name == plain(name)}
        now = None
        if today is not None:
            on_todays = {plain(name): book for name, book in books.items() if name != plain(name)}
            now = Blocks(on_todays, self.metrics, today.company, reasons)
        return Blocks(reported, self.metrics, outline.company, reasons, now=now)

    def _store(self, compute: Blocks, areas: Mapping[str, Area], alive: Alive = lambda: None) -> store.Written:
        written = store.Written()
        for version, area in areas.items():
            size = max(UNIT_PERIODS // (area.last - area.first + 1), 1)
            for start in range(0, len(area.units), size):
                part = replace(area, units=area.units[start : start + size])
                written += self._store_sheets(version, part, compute)
                alive()
        return written

    def _store_sheets(self, version: str, area: Area, compute: Blocks) -> store.Written:
        """Compute and store some units' sheets of a version, as reported and in its variants."""
        rows = np.arange(area.first, area.last + 1, dtype=np.int64)
        units = {column: self.outline.company.tree.units[column].id for column in area.units}
        of = store.Slice(version, units, self._period_ids(area))
        reported = compute.sheets(version, area.units, rows)
        written = store.store(reported, of=of, run=self.run, mark=self.mark)
        for name, sheets in compute.variants(version, area.units, rows, reported=reported):
            written += store.store(sheets, of=replace(of, version=name), run=self.run, mark=self.mark)
        if self.edges_moved and compute.now is None and as_is_now(version) in self.stored:
            gone = replace(of, version=as_is_now(version))  # kept in some trees, and no longer in this one
            written += store.store([], of=gone, run=self.run, mark=self.mark)
        return written

    def _period_ids(self, area: Area) -> dict[int, int]:
        """The ids of the area's periods by row; a period nobody delivered gets its row of the table here."""
        axis = self.outline.company.axis
        wanted = {axis.row(period.ordinal): period for period in axis.periods[area.first : area.last + 1]}
        ordinals = [period.ordinal for period in wanted.values()]
        found = dict(Period.objects.filter(ordinal__in=ordinals).values_list("ordinal", "pk"))
        if len(found) < len(wanted):
            missing = [period_row(period) for period in wanted.values() if period.ordinal not in found]
            Period.objects.bulk_create(missing, ignore_conflicts=True)
            found = dict(Period.objects.filter(ordinal__in=ordinals).values_list("ordinal", "pk"))
        return {row: found[period.ordinal] for row, period in wanted.items()}


def _with_now(outline: Outline) -> dict[str, Building]:
    """How everything is made on one tree, as was and (where that is another one) as is now, by its name."""
    now = outline.as_is_now()
    on_todays = now.buildings() if now else {}
    return {**outline.buildings(), **{as_is_now(name): building for name, building in on_todays.items()}}


def _in_tree(name: str, tree: str) -> str:
    """What the sums of a version in another tree are called; sheets of its nodes bear the version's own name."""
    return f"{name} in {tree}"


def _read_alike(name: str, building: Building, rows: Rows) -> str:
    """The name that reads the same: of a variant in constant currency the version's, where nothing is in another."""
    is_foreign = bool((rows.facts.currency != GROUP_CURRENCY).any())
    return name.replace(building.name, building.version, 1) if is_constant(building.name) and not is_foreign else name
