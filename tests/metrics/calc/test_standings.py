"""What stands alike is worked out once, and all bases are evaluated together: neither shows in any figure."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.calc.coverage import Coverage
from metrics.calc.evaluate import Place
from metrics.calc.sheets import BASES, codes_of
from metrics.calc.standings import Standings
from tests.metrics.calc.small import Small

FIGURES = """
    unit | account | source | version     | 2025-11 | 2025-12 | 2026-01 | 2026-02 | 2026-03 | 2026-04
    A    | REV     | erp    | actual      |     100 |     120 |       0 |     130 |     150 |     160
    A    | COST    | erp    | actual      |      40 |      50 |      10 |      55 |      60 |      70
    A    | STAFF   | erp    | actual      |      20 |      20 |      20 |      20 |      21 |      22
    A    | RECV    | erp    | actual      |     200 |     210 |     190 |     250 |     260 |     300
    A    | HEADS   | hr     | actual      |       3 |       – |       4 |       4 |       – |       5
    B    | REV     | erp    | actual      |      10 |       – |       – |      30 |      40 |       –
    B    | COST    | erp    | actual      |      20 |       – |       – |      20 |      20 |       –
    A    | REV     | plan   | budget-2026 |       – |       – |     110 |     120 |     130 |     140
    A    | COST    | plan   | budget-2026 |       – |       – |      40 |      40 |      50 |      50
"""
UNITS = """
    code  | parent
    GROUP |
    A     | GROUP
    B     | GROUP
"""


@pytest.fixture(scope="module")
def small() -> Small:
    return Small(units=UNITS, figures=FIGURES)


def rows_of(small: Small) -> np.ndarray:
    book = small.books["actual"]
    return np.arange(book.opened, book.newest + 1)


def test_figures_of_one_source_have_the_very_same_standing_and_so_has_what_is_made_of_them(small: Small) -> None:
    book, place = small.book(), Place("actual", "month", rows_of(small))
    revenue, cost, profit = (book.level(place, code) for code in ("account:REV", "account:COST", "gross_profit"))

    assert revenue.standing is cost.standing
    assert profit.standing is revenue.standing


def test_another_sources_figures_stand_otherwise(small: Small) -> None:
    book, place = small.book(), Place("actual", "month", rows_of(small))
    level = book.level(place, "revenue_per_head")

    assert level.standing is not book.level(place, "revenue").standing
    assert small.read("account:HEADS", "A", "2026-03") == "late"
    assert small.read("account:REV", "A", "2026-03") == 150


@pytest.mark.parametrize("version", ["actual", "budget-2026"])
def test_all_bases_together_read_as_each_by_itself(small: Small, version: str) -> None:
    rows, texts = rows_of(small), small.reasons.texts
    together, alone = small.book(), small.book()
    stacked = Place.in_bases(version, BASES, rows)

    for code in codes_of(small.metrics, small.company):
        whole = together.level(stacked, code)
        for part, basis in enumerate(BASES):
            at = slice(part * len(rows), (part + 1) * len(rows))
            level = alone.level(Place(version, basis, rows), code)
            said = [[texts[reason] for reason in line] for line in level.reason.tolist()]
            assert [[texts[reason] for reason in line] for line in whole.reason[at].tolist()] == said, (code, basis)
            assert whole.values[at].tolist() == level.values.tolist(), (code, basis)
            assert whole.coverage.have[at].tolist() == level.coverage.have.tolist(), (code, basis)
            assert whole.coverage.of[at].tolist() == level.coverage.of.tolist(), (code, basis)


def test_the_same_content_is_the_same_object_and_literals_change_nothing_about_it() -> None:
    known = Standings()
    reason, counts = np.array([[0, 2], [0, 0]], dtype=np.int32), np.array([[1, 0], [2, 1]], dtype=np.int32)
    standing = known.of(reason, Coverage(counts, counts + 1))

    assert known.of(reason.copy(), Coverage(counts.copy(), counts + 1)) is standing
    assert known.joint(standing, standing) is standing
    assert known.joint(standing, known.uncounted((2, 2))) is standing
    assert known.joint(known.uncounted((2, 2)), standing) is standing


def test_the_left_operands_reason_wins() -> None:
    known = Standings()
    left, right = known.uncounted((1, 2), 5), known.uncounted((1, 2), 7)

    assert known.joint(left, right).reason.tolist() == [[5, 5]]
    assert known.joint(known.uncounted((1, 2)), right) is right
    assert known.because(left, np.array([[True, False]]), 0).reason.tolist() == [[0, 5]]
