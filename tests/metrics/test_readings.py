"""Variance, percentage, effect, growth and materiality: the truth tables, and the laws behind them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.readings import (
    BETTER,
    SENSE,
    Level,
    Materiality,
    Variance,
    growth,
    is_material,
    materiality_floor,
    remainder,
    sense,
    variance,
)
from tests.tables import Row, assert_reads, table


def level(cell: object) -> Level:
    """A number, or a reason in its place; `–` is a level without budget."""
    if cell is None:
        return Level(None, "not_applicable: no budget")
    return Level(None, cell) if isinstance(cell, str) else Level(cell)  # type: ignore[arg-type]  # words of a table


def read(line: Row, *, floor: int = 0) -> Variance:
    return variance(
        level(line.actual),
        level(line.budget),
        sense=sense(line.get("kind", "income"), line.get("better", "")),  # type: ignore[arg-type]  # words of a table
        compare=str(line.get("compare", "percent")),
        floor=floor,
    )


def assert_lines_read(text: str, *, floor: int = 0) -> None:
    """A table of lines with what each of them reads."""
    found = []
    for line in table(text):
        reading = read(line, floor=floor)
        found.append(
            {
                **line,
                "variance": reading.difference.number,
                "percent": reading.percent.number,
                "favourable": reading.favourable.number,
                "effect": reading.effect,
                "why": reading.percent.reason,
                "unbudgeted": reading.unbudgeted,
            }
        )
    assert_reads(found, text)


def test_what_more_of_an_account_means() -> None:
    assert dict(SENSE) == {"income": 1, "expense": -1, "asset": 1, "liability": -1, "equity": 1, "statistical": 0}
    assert dict(BETTER) == {"higher": 1, "lower": -1, "none": 0}


def test_better_goes_before_the_kind_of_account() -> None:
    assert [sense("income"), sense("income", "lower"), sense("statistical", "higher"), sense("asset", "none")] == [
        1,
        -1,
        1,
        0,
    ]


def test_missing_income_and_extra_cost_both_hurt_profit() -> None:
    assert_lines_read("""
        account     | kind        | actual | budget | variance | favourable | effect
        Revenue     | income      |    900 |   1000 |     -100 |       -100 | unfavourable
        Revenue     | income      |   1100 |   1000 |      100 |        100 | favourable
        Wages       | expense     |    700 |    600 |      100 |       -100 | unfavourable
        Wages       | expense     |    570 |    600 |      -30 |         30 | favourable
        Cash        | asset       |     50 |     40 |       10 |         10 | favourable
        Loans       | liability   |     50 |     40 |       10 |        -10 | unfavourable
        Headcount   | statistical |     12 |     10 |        2 |          0 | neutral
        Revenue     | income      |   1000 |   1000 |        0 |          0 | on target
        Wages       | expense     |    600 |    600 |        0 |          0 | on target
        Headcount   | statistical |     10 |     10 |        0 |          0 | on target
    """)


def test_more_of_a_contra_line_hurts_although_it_stands_in_revenue() -> None:
    assert_lines_read("""
        account   | kind   | better | actual | budget | variance | effect
        Discounts | income | lower  |    120 |    100 |       20 | unfavourable
        Discounts | income | lower  |     80 |    100 |      -20 | favourable
    """)


def test_a_subtotal_has_its_own_direction_whatever_its_lines_say() -> None:
    assert_lines_read("""
        line             | better | actual | budget | variance | effect
        Revenue          | higher |    900 |   1000 |     -100 | unfavourable
        Cost             | lower  |    700 |    900 |     -200 | favourable
        Operating income | higher |    200 |    100 |      100 | favourable
    """)


def test_a_cost_five_percent_under_budget_is_favourable_and_reads_minus_five_percent() -> None:
    assert_lines_read("""
        account | kind    | actual | budget | variance | percent | effect
        Cloud   | expense |     95 |    100 |       -5 |  -5.0%  | favourable
    """)


def test_percentages_of_baselines_that_are_zero_tiny_negative_or_missing() -> None:
    """Nothing below 50 is a base for a percentage here."""
    assert_lines_read(
        """
        actual   | budget | variance | percent | why
        100      |    200 |     -100 | -50.0%  |
        200      |    200 |        0 | 0.0%    |
        0        |    200 |     -200 | -100.0% |
        100      |      0 |      100 | –       | not_applicable: the baseline is zero
        0        |      0 |        0 | –       | not_applicable: the baseline is zero
        100      |     49 |       51 | –       | not_applicable: n.m., the baseline is below materiality
        100      |     50 |       50 | 100.0%  |
        -50      |   -100 |       50 | 50.0%   |
        -150     |   -100 |      -50 | -50.0%  |
        50       |   -100 |      150 | –       | not_applicable: n.m., actual and baseline differ in sign
        -50      |    100 |     -150 | –       | not_applicable: n.m., actual and baseline differ in sign
        100      | –      | –        | –       | not_applicable: no budget
        late     |    100 | –        | –       | late
        late     | –      | –        | –       | late
        """,
        floor=50,
    )


def test_no_budget_is_not_a_budget_of_zero() -> None:
    assert_lines_read("""
        account  | kind    | actual | budget | variance | effect       | unbudgeted
        Travel   | expense |    100 |      0 |      100 | unfavourable | yes
        Travel   | expense |      0 |      0 |        0 | on target    | no
        Travel   | expense |    100 | –      | –        | unknown      | no
    """)


def test_a_missing_level_reads_as_missing_everywhere() -> None:
    reading = variance(Level(None, "masked"), Level(5), sense=1)

    gone = Level(None, "masked")
    assert reading == Variance(gone, Level(5), gone, gone, gone, "unknown")


def test_a_ratio_compares_in_points_and_never_in_percent_of_itself() -> None:
    assert_lines_read("""
        name   | better | compare    | actual | budget | variance | effect       | why
        Margin | higher | points     | 12%    | 10%    | 2.0%     | favourable   | not_applicable: compared by points
        Class  | none   | none       | 3      | 1      | –        | unknown      | not_applicable: classes have no size
    """)
    assert_lines_read("""
        name | better | compare    | actual | budget | variance | effect       | why
        DSO  | lower  | difference | 72     | 45     | 27       | unfavourable | not_applicable: compared by difference
    """)


def test_floats_that_differ_in_their_last_bits_are_on_target() -> None:
    assert variance(Level(0.1 + 0.2), Level(0.3), sense=1, compare="points").effect == "on target"


def test_growth_has_the_sign_of_the_change_whatever_the_sign_of_the_base() -> None:
    examples = """
        now  | earlier | growth | why
        150  | 100     | 50.0%  |
        -50  | -100    | 50.0%  |
        100  | 0       | –      | not_applicable: the baseline is zero
        50   | -100    | –      | not_applicable: n.m., actual and baseline differ in sign
        late | 100     | –      | late
        100  | not_due | –      | not_due
    """
    found = [(row, growth(level(row.now), level(row.earlier))) for row in table(examples)]

    assert_reads([{**row, "growth": each.number, "why": each.reason} for row, each in found], examples)


def test_materiality_asks_for_amount_and_percent_and_is_passed_by_reaching_it() -> None:
    """The floor is 100, the percentage 10 %."""
    examples = """
        actual | budget | both | either | always
        1100   |   1000 | yes  | yes    | yes
        1099   |   1000 | no   | no     | yes
        900    |   1000 | yes  | yes    | yes
        5100   |   5000 | no   | yes    | yes
        5499   |   5000 | no   | yes    | yes
        5500   |   5000 | yes  | yes    | yes
        99     |     50 | no   | yes    | yes
        150    |     50 | yes  | yes    | yes
        1000   |   1000 | no   | no     | yes
        100    |      0 | yes  | yes    | yes
        99     |      0 | no   | no     | yes
        0      |      0 | no   | no     | yes
        -1100  |  -1000 | yes  | yes    | yes
        100    | –      | no   | no     | no
        late   |   1000 | no   | no     | no
    """
    found = []
    for row in table(examples):
        reading = variance(level(row.actual), level(row.budget), sense=-1)
        tests = {test: is_material(reading, Materiality(100, 0.10, test)) for test in ("both", "either", "always")}  # type: ignore[arg-type]  # words of a table
        found.append({**row, **tests})

    assert_reads(found, examples)


def test_seven_percent_of_a_hundred_is_seven() -> None:
    assert 0.07 * 100 > 7

    assert is_material(variance(Level(107), Level(100), sense=1), Materiality(0, 0.07))


def test_the_floor_grows_with_the_unit() -> None:
    assert materiality_floor(100, share=0.005, of=10_000) == 100
    assert materiality_floor(100, share=0.005, of=1_000_000) == 5_000
    assert materiality_floor(100, share=0.005, of=-1_000_000) == 5_000


def pool(text: str) -> list[Variance]:
    return [read(row) for row in table(text)]


def test_many_small_variances_of_one_sign_are_material_together() -> None:
    lines = pool("""
        line | kind    | actual | budget
        A    | expense |     90 |     50
        B    | expense |     90 |     50
        C    | expense |     90 |     50
        D    | expense |    500 |    100
    """)

    found = remainder(lines, Materiality(100, 0.10))

    assert (found.count, found.net, found.gross_unfavourable, found.material) == (3, -120, -120, True)


def test_offsetting_small_variances_are_seen_in_the_gross() -> None:
    lines = pool("""
        line | kind    | actual | budget
        A    | expense |    140 |     50
        B    | expense |     80 |     50
        C    | expense |     10 |    100
        D    | expense |     70 |    100
    """)

    found = remainder(lines, Materiality(100, 0.10))

    assert (found.net, found.gross_favourable, found.gross_unfavourable, found.material) == (0, 120, -120, True)


def test_a_small_remainder_is_not_material() -> None:
    lines = pool("""
        line | kind    | actual | budget
        A    | expense |     90 |     50
        B    | expense |     40 |     50
        C    | expense | late   |     50
    """)

    found = remainder(lines, Materiality(100, 0.10))

    assert (found.count, found.net, found.material) == (2, -30, False)


AMOUNTS = st.integers(-(10**15), 10**15)
SENSES = st.sampled_from([1, -1])


@given(AMOUNTS, AMOUNTS, SENSES)
def test_the_favourable_variance_is_positive_exactly_where_the_effect_is_good(
    actual: int, baseline: int, more: int
) -> None:
    reading = variance(Level(actual), Level(baseline), sense=more)

    assert reading.difference.number == actual - baseline
    assert reading.favourable.number == more * (actual - baseline)
    size = reading.favourable.number
    assert reading.effect == ("favourable" if size > 0 else "unfavourable" if size < 0 else "on target")


@given(AMOUNTS, AMOUNTS)
def test_a_percentage_has_the_sign_of_the_variance(actual: int, baseline: int) -> None:
    percent = variance(Level(actual), Level(baseline), sense=1).percent

    assert percent.number is None or (percent.number > 0) == (actual > baseline)


@given(AMOUNTS, AMOUNTS, st.integers(1, 1000))
def test_scaling_figures_to_thousands_does_not_touch_the_percentage(actual: int, baseline: int, scale: int) -> None:
    plain = variance(Level(actual), Level(baseline), sense=1).percent
    scaled = variance(Level(actual * scale), Level(baseline * scale), sense=1).percent

    assert plain.reason == scaled.reason
    assert plain.number is None or abs(plain.number - scaled.number) <= 1e-12 * abs(plain.number)


@given(AMOUNTS, AMOUNTS, st.integers(0, 10**9), st.sampled_from([0.0, 0.05, 0.1, 0.5]))
def test_what_passes_both_tests_passes_either(actual: int, baseline: int, floor: int, percent: float) -> None:
    reading = variance(Level(actual), Level(baseline), sense=1)

    both, either, always = (
        is_material(reading, Materiality(floor, percent, test))  # type: ignore[arg-type]  # words of a table
        for test in ("both", "either", "always")
    )
    assert both <= either <= always
