"""Units that move: a period has the tree of its last day; as is now, all of them have today's."""

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.arrangement import as_is_now
from metrics.calc.blocks import Blocks
from metrics.calc.order import TreeRefused
from tests.metrics.calc.small import Small

UNITS = """
    code      | parent    | kind
    GROUP     |           | group
    RETAIL    | GROUP     | group
    RETAIL-X  | RETAIL    | elimination
    STORES    | RETAIL    | unit
    WHOLESALE | GROUP     | group
    SHOPS     | WHOLESALE | unit
    DEPOTS    | WHOLESALE | unit
    GROUP-X   | GROUP     | elimination
"""
SHOPS_MOVED = """
    unit  | until      | parent
    SHOPS | 2026-02-28 | RETAIL
"""
FIGURES = """
    unit   | account | 2026-01 | 2026-02 | 2026-03 | 2026-04
    STORES | REV     |     100 |     100 |     100 |     100
    SHOPS  | REV     |       7 |       8 |       9 |      10
    DEPOTS | REV     |    1000 |    1000 |    1000 |    1000
"""
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")


def moved(figures: str = FIGURES, *, units: str = UNITS, formers: str = SHOPS_MOVED) -> Small:
    return Small(figures=figures, units=units, formers=formers)


def test_a_unit_counts_where_it_hung_on_the_last_day_of_each_period():
    small = moved()

    assert [small.read("revenue", "RETAIL", month) for month in MONTHS] == [107, 108, 100, 100]
    assert [small.read("revenue", "WHOLESALE", month) for month in MONTHS] == [1000, 1000, 1009, 1010]
    assert [small.read("revenue", "GROUP", month) for month in MONTHS] == [1107, 1108, 1109, 1110]


def test_a_move_in_the_middle_of_a_month_counts_for_all_of_it():
    small = moved(formers="unit | until | parent\n SHOPS | 2026-02-27 | RETAIL")

    assert [small.read("revenue", "RETAIL", month) for month in MONTHS] == [107, 100, 100, 100]


PLANNED = """
    unit  | from       | parent
    SHOPS | 2026-03-01 | RETAIL
"""


def test_a_planned_move_holds_from_the_period_it_names_and_today_is_the_tree_of_now():
    small = Small(figures=FIGURES, units=UNITS, planned=PLANNED)

    assert [small.read("revenue", "RETAIL", month) for month in MONTHS] == [100, 100, 109, 110]
    assert [small.read("revenue", "WHOLESALE", month) for month in MONTHS] == [1007, 1008, 1000, 1000]
    assert [small.now().read("revenue", "RETAIL", month) for month in MONTHS] == [100, 100, 100, 100]


def test_a_planned_move_rolls_up_as_it_does_once_it_is_taken_up():
    before = Small(figures=FIGURES, units=UNITS, planned=PLANNED)
    taken_up = Small(
        figures=FIGURES,
        units=UNITS.replace("SHOPS     | WHOLESALE", "SHOPS     | RETAIL"),
        formers="unit | until | parent\n SHOPS | 2026-02-28 | WHOLESALE",
    )

    for unit in ("RETAIL", "WHOLESALE", "GROUP", "RETAIL-X", "GROUP-X"):
        for month in MONTHS:
            for basis in ("month", "ytd"):
                assert before.read("revenue", unit, month, basis=basis) == taken_up.read(
                    "revenue", unit, month, basis=basis
                )


def test_a_year_to_date_is_the_sum_of_months_each_by_its_own_tree():
    small = moved()

    assert small.read("revenue", "RETAIL", "2026-04", basis="ytd") == 100 * 4 + 7 + 8
    assert small.read("revenue", "WHOLESALE", "2026-04", basis="ytd") == 1000 * 4 + 9 + 10


def test_coverage_counts_the_units_of_the_time():
    small = moved()

    assert [small.coverage("revenue", "RETAIL", month) for month in MONTHS] == ["2 of 2", "2 of 2", "1 of 1", "1 of 1"]


def test_as_is_now_every_period_has_the_tree_of_today():
    now = moved().now()

    assert [now.read("revenue", "RETAIL", month) for month in MONTHS] == [100, 100, 100, 100]
    assert [now.read("revenue", "WHOLESALE", month) for month in MONTHS] == [1007, 1008, 1009, 1010]


def test_trade_is_taken_out_at_the_first_common_parent_of_its_own_period():
    small = moved("""
        unit   | account | counterparty | 2026-02 | 2026-03
        STORES | REV     | SHOPS        |      50 |      60
        SHOPS  | COST    | STORES       |      50 |      60
    """)

    assert [small.read("revenue", "RETAIL", month) for month in ("2026-02", "2026-03")] == [0, 60]
    assert [small.read("revenue", "RETAIL-X", month) for month in ("2026-02", "2026-03")][0] == -50
    assert [small.read("revenue", "GROUP-X", month) for month in ("2026-02", "2026-03")][1] == -60
    assert [small.read("revenue", "GROUP", month) for month in ("2026-02", "2026-03")] == [0, 0]


def test_a_parent_may_come_under_what_once_hung_on_it():
    small = moved(
        units="""
            code  | parent
            GROUP |
            A     | B
            B     | GROUP
        """,
        figures="""
            unit | account | 2026-01 | 2026-02
            A    | REV     |       1 |       1
            B    | REV     |      10 |      10
        """,
        formers="""
            unit | until      | parent
            A    | 2026-01-31 | GROUP
            B    | 2026-01-31 | A
        """,
    )

    assert [small.read("revenue", "A", month) for month in MONTHS[:2]] == [11, 1]
    assert [small.read("revenue", "B", month) for month in MONTHS[:2]] == [10, 11]
    assert [small.read("revenue", "GROUP", month) for month in MONTHS[:2]] == [11, 11]


def test_a_circle_in_some_period_is_no_tree():
    with pytest.raises(TreeRefused, match="hangs on itself"):
        moved(formers="unit | until | parent\n RETAIL | 2026-01-31 | STORES")


ENDS = ("2026-01-31", "2026-02-28", "2026-03-31")
LEAVES = ("STORES", "SHOPS", "DEPOTS")
GROUPS = ("RETAIL", "WHOLESALE")


@given(
    amounts=st.lists(st.integers(-1000, 1000), min_size=12, max_size=12),
    places=st.lists(st.sampled_from(("GROUP", *GROUPS)), min_size=3, max_size=3),
)
def test_a_move_leaves_the_root_alone_and_takes_exactly_its_own_figures_along(amounts, places):
    figures = "unit | account | 2026-01 | 2026-02 | 2026-03 | 2026-04\n" + "\n".join(
        f"{unit} | REV | " + " | ".join(str(each) for each in amounts[4 * n : 4 * n + 4])
        for n, unit in enumerate(LEAVES)
    )
    formers = "\n".join(f"SHOPS | {end} | {place}" for end, place in zip(ENDS, places, strict=True))
    was = moved(figures, formers=f"unit | until | parent\n{formers}")
    now, rebuilt = was.now(), moved(figures, formers="unit | until | parent")

    for month, place, own in zip(MONTHS, (*places, "WHOLESALE"), amounts[4:8], strict=True):
        assert was.read("revenue", "GROUP", month) == rebuilt.read("revenue", "GROUP", month)
        for group in GROUPS:
            gained = (place == group) - (group == "WHOLESALE")
            assert was.read("revenue", group, month) == rebuilt.read("revenue", group, month) + gained * own
            for basis in ("month", "ytd"):
                assert now.read("revenue", group, month, basis=basis) == rebuilt.read(
                    "revenue", group, month, basis=basis
                )


def test_as_is_now_is_kept_only_where_it_is_another_figure():
    kept = variants(moved())

    assert kept["RETAIL", "2026-02", "month"] == 1_000_000
    assert ("RETAIL", "2026-04", "month") not in kept  # the same on both trees
    assert ("RETAIL", "2026-04", "ytd") in kept
    assert not {unit for unit, _, _ in kept} & {"GROUP", *LEAVES}


def test_a_group_that_has_nothing_below_it_today_has_no_figures_as_is_now():
    kept = variants(
        moved(
            units="""
                code  | parent
                GROUP |
                OLD   | GROUP
                NEW   | GROUP
                A     | NEW
            """,
            figures="unit | account | 2026-01 | 2026-02\n A | REV | 5 | 6",
            formers="unit | until | parent\n A | 2026-01-31 | OLD",
        )
    )

    assert kept["OLD", "2026-01", "month"] is None
    assert kept["NEW", "2026-01", "month"] == 50_000


def variants(small: Small) -> dict:
    """By unit, month and basis the revenue of every sheet that is kept as is now."""
    now = small.now()
    blocks = Blocks(
        small.books, small.metrics, small.company, small.reasons,
        now=Blocks(now.books, small.metrics, now.company, small.reasons),
    )  # fmt: skip
    rows = np.arange(small.books["actual"].opened, small.books["actual"].newest + 1)
    units = range(len(small.tree))
    found = dict(blocks.variants("actual", units, rows, reported=blocks.sheets("actual", units, rows)))
    return {
        (small.tree.units[sheet.unit].code, small.company.axis.periods[sheet.row].code, sheet.basis): orjson.loads(
            sheet.numbers
        ).get("revenue")
        for sheet in found[as_is_now("actual")]
    }
