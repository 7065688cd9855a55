"""The company is the sum of its blocks, whatever the blocks; and what units were can be exchanged for what they are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.calc.blockwise import Partition, columns
from metrics.calc.books import Span
from metrics.calc.building import Building, Rows
from metrics.calc.cells import NOBODY
from metrics.calc.sums import Sums, total
from metrics.subtotals import packed, unpacked
from tests.metrics.calc.small import Small

UNITS = """
    code  | parent | kind        | currency | method       | ownership
    TOP   |        |             | USD      | full         | 1
    MID   | TOP    |             |          | full         | 0.6
    SUB   | MID    |             | EUR      | full         | 0.6
    PART  | MID    |             | EUR      | proportional | 0.3
    MELIM | MID    | elimination |          | full         | 1
    SIS   | TOP    |             |          | full         | 1
    HELD  | TOP    |             |          | equity       | 0.25
    LATE  | SIS    |             |          | full         | 1
    TELIM | TOP    | elimination |          | full         | 1
"""
OWNERSHIP = """
    unit | from       | ownership
    SUB  | 2026-02-01 | 0.8
"""
FORMERS = """
    unit | until      | parent
    LATE | 2026-01-31 | MID
"""
RATES = """
    currency | period  | kind    | rate
    EUR      | 2026-01 | average | 1.1
    EUR      | 2026-02 | average | 1.2
    EUR      | 2026-01 | closing | 1.15
"""
HEAD = "unit | account | counterparty | layer | source | 2026-01 | 2026-02"
LEAVES = ("SUB", "PART", "HELD", "LATE")

amounts = st.one_of(st.none(), st.integers(-3_000, 3_000).map(lambda cents: cents / 7).map(lambda x: round(x, 4)))
lines = st.tuples(
    st.sampled_from(("SUB", "PART", "HELD", "LATE", "MID", "TOP", "MELIM")),
    st.sampled_from(("REV", "COST", "HEADS")),
    st.sampled_from(("", "", "SUB", "LATE", "TOP")),
    st.sampled_from(("erp", "hr", "group")),
    amounts,
    amounts,
).map(lambda line: (*line[:3], "adjustment" if line[3] == "group" else "source", *line[3:]))
companies = st.lists(lines, min_size=3, max_size=12).filter(lambda found: any(each[5] is not None for each in found))


def company(found: list[tuple], **terms: str) -> Small:
    rows = "\n".join(" | ".join("–" if cell is None else str(cell) for cell in each) for each in found)
    given_ = {"rates": RATES, "ownership": OWNERSHIP, "formers": FORMERS, **terms}
    return Small(units=UNITS, figures=f"{HEAD}\n{rows}", **given_)


def building_of(small: Small) -> tuple[Building, Rows]:
    rows = Rows(small._facts(small.cells), small._deliveries(small.cells))
    span = Span(int(rows.deliveries.row.min()), int(rows.deliveries.row.max()))
    return Building("actual", "actual", small.company, small.rates, span), rows


def rows_of(small: Small, units: set[int]) -> Rows:
    """What was delivered of some units; the trade of all is known."""
    facts, deliveries = small._facts(small.cells), small._deliveries(small.cells)
    mine = np.isin(deliveries.unit, sorted(units))
    return Rows(
        facts.where(np.isin(facts.unit, sorted(units))),
        dataclasses.replace(
            deliveries,
            source=deliveries.source[mine],
            unit=deliveries.unit[mine],
            row=deliveries.row[mine],
            ever=frozenset(pair for pair in deliveries.ever if pair[1] in units),
            carried={pair: accounts for pair, accounts in deliveries.carried.items() if pair[1] in units},
        ),
    )


def of_units(small: Small, building: Building, units: set[int]) -> Sums:
    return building.block(rows_of(small, units), columns=columns(small.company.upward(units)))


def groups_of(small: Small, building: Building, partition: Partition, blocks: list[Sums]) -> Sums:
    facts = small._facts(small.cells)
    return building.groups(
        rows_of(small, set(partition.groups)),
        facts.where(facts.counterparty != NOBODY),
        columns=columns(partition.groups),
        blocks=blocks,
    )


def assert_same(found: Sums, whole: Sums) -> None:
    """The same figures and the same counts, account by account; how counts are numbered does not matter."""
    whole = whole.of(found.columns)
    assert np.array_equal(found.amounts, whole.amounts)
    for mine, its in ((found.stages, whole.stages), (found.lacking, whole.lacking)):
        for name in {*mine, *its}:
            none = np.zeros(found.amounts.shape, dtype=np.int64)
            assert np.array_equal(mine.get(name, none), its.get(name, none)), name
    for place in range(len(found.counted)):
        assert counts_at(found, place) == counts_at(whole, place), place


def counts_at(sums: Sums, place: int) -> list[list[list[int]]]:
    at = sums.counted[place]
    none = np.zeros(sums.amounts.shape[1:], dtype=np.int32)
    each = None if at == NOBODY else sums.counts[at]
    tables = (none, none, none) if each is None else (each.coverage.have, each.coverage.of, each.reached)
    return [table.tolist() for table in tables]


@settings(max_examples=30)
@given(found=companies, size=st.integers(1, 5))
def test_blocks_of_any_size_add_up_to_the_whole(found: list[tuple], size: int) -> None:
    small = company(found)
    building, rows = building_of(small)
    facts = rows.facts
    trade = facts.where(facts.counterparty != NOBODY)
    whole = building.groups(rows, trade, columns=np.arange(len(small.tree)))
    partition = Partition.of(small.company, size)

    blocks = [of_units(small, building, set(units)) for units in partition.blocks]

    for units, sums in zip(partition.blocks, blocks, strict=True):
        assert_same(sums.of(columns(units)), whole)
    above = [
        sums.of(columns(small.company.upward(units) - set(units)))
        for units, sums in zip(partition.blocks, blocks, strict=True)
    ]
    groups = groups_of(small, building, partition, above)
    assert_same(groups, whole)
    assert groups.foreign == whole.foreign


@settings(max_examples=30)
@given(before=companies, after=companies, changed=st.sets(st.sampled_from(LEAVES), min_size=1, max_size=2))
def test_what_some_units_were_can_be_exchanged_for_what_they_are(
    before: list[tuple], after: list[tuple], changed: set[str]
) -> None:
    now = [each for each in before if each[0] not in changed] + [each for each in after if each[0] in changed]
    edges = [("HELD", "REV", "", "source", "erp", 1, 1), ("SUB", "REV", "", "source", "erp", 1, 1)]
    old, new = company(before + edges), company(now + edges)
    (building, _), units = building_of(old), {old.tree.by_code[code] for code in LEAVES}
    moved = {old.tree.by_code[code] for code in changed}
    standing = of_units(old, building, units)
    above = columns(old.company.upward(units) - units)

    parts = [standing.of(above), of_units(new, building, moved), of_units(old, building, moved).negative()]

    exchanged = total(parts, columns=above, first=standing.first, rows=standing.rows)
    assert_same(exchanged, of_units(new, building, units).of(above))


@settings(max_examples=10)
@given(found=companies)
def test_sums_are_kept_as_they_were(found: list[tuple]) -> None:
    small = company(found)
    building, rows = building_of(small)
    sums = building.block(rows, columns=np.arange(len(small.tree)))

    kept = unpacked(packed(sums, small.company.axis), small.company.axis)

    assert_same(kept, sums)
    assert (kept.first, kept.counted, kept.foreign) == (sums.first, sums.counted, sums.foreign)


def test_what_is_lacking_cannot_be_taken_off() -> None:
    small = company([("SUB", "REV", "", "source", "erp", 5, 5)], rates="currency | period | kind | rate")
    building, rows = building_of(small)
    sums = building.block(rows, columns=np.arange(len(small.tree)))

    assert list(sums.lacking) == ["error: no EUR average rate for 2026-01", "error: no EUR average rate for 2026-02"]
    with pytest.raises(AssertionError):
        sums.negative()
