"""Bridges from a baseline to an actual, which sum exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.readings import Level, Part, bridge
from tests.tables import assert_reads, table


def parts(text: str) -> list[Part]:
    return [
        Part(
            str(row.part),
            Level(None, row.actual) if isinstance(row.actual, str) else Level(row.actual),
            Level(row.budget),
            int(row.get("weight", 1) or 1),
        )
        for row in table(text)
    ]


def test_a_bridge_by_unit_shows_the_elimination_as_its_rest() -> None:
    units = parts("""
        part      | actual | budget
        Retail    |   1100 |   1000
        Wholesale |   1800 |   2000
    """)

    found = bridge(units, actual=Level(2700), baseline=Level(2850))

    assert (found.start, found.rest, found.end) == (Level(2850), Level(-50), Level(2700))
    assert_reads(
        [{"part": step.code, "step": step.amount.number} for step in found.steps],
        """
        part      | step
        Retail    |  100
        Wholesale | -200
        """,
    )


def test_a_bridge_by_line_turns_cost_around() -> None:
    lines = parts("""
        part    | actual | budget | weight
        Revenue |    950 |   1000 |      1
        Wages   |    480 |    500 |     -1
        Cloud   |    260 |    200 |     -1
    """)

    found = bridge(lines, actual=Level(210), baseline=Level(300))

    assert found.rest == Level(0)
    assert_reads(
        [{"line": step.code, "step": step.amount.number} for step in found.steps],
        """
        line    | step
        Revenue |  -50
        Wages   |   20
        Cloud   |  -60
        """,
    )


def test_a_missing_part_is_a_missing_step_and_its_amount_stays_visible_in_the_rest() -> None:
    units = parts("""
        part      | actual | budget
        Retail    |   1100 |   1000
        Wholesale | late   |   2000
    """)

    found = bridge(units, actual=Level(2900), baseline=Level(3000))

    assert found.steps[1].amount == Level(None, "late")
    assert found.rest == Level(-200)


def test_a_bridge_to_a_missing_total_says_so() -> None:
    found = bridge([], actual=Level(None, "late"), baseline=Level(3000))

    assert (found.rest, found.end) == (Level(None, "late"), Level(None, "late"))


AMOUNTS = st.integers(-(10**15), 10**15)
PARTS = st.lists(
    st.builds(
        Part,
        st.text("abc", min_size=1, max_size=3),
        st.one_of(AMOUNTS.map(Level), st.just(Level(None, "late"))),
        AMOUNTS.map(Level),
        st.sampled_from([1, -1]),
    ),
    max_size=8,
)


@given(PARTS, AMOUNTS, AMOUNTS)
def test_a_bridge_sums_to_the_last_ten_thousandth(several: list[Part], actual: int, baseline: int) -> None:
    found = bridge(several, actual=Level(actual), baseline=Level(baseline))

    assert baseline + sum(step.amount.number or 0 for step in found.steps) + (found.rest.number or 0) == actual
