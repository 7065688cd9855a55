"""One figure of one period read against the terms: limits, sides, missing numbers, materiality."""

from __future__ import annotations

from dataclasses import replace

from alerts import rules
from alerts.rules import Counts, Judgement, Reading, judge, replay
from alerts.terms import Terms
from metrics.readings import Level
from tests.tables import assert_reads, table

JUNE = 6
ONE = 10_000

COST = Terms("contractor_cost", "month", "budget", "percent", +1, warning="0.10", critical="0.25")
INCOME = replace(COST, metric="operating_income", direction=-1)


def read(terms: Terms, actual: int | None, budget: int | None) -> Judgement:
    def level(number: int | None) -> Level:
        return Level(None, "late") if number is None else Level(number * ONE)

    return judge(terms, level(actual), level(budget), is_amount=True)


def test_a_limit_is_reached_at_the_limit_and_not_only_beyond_it():
    lines = table("""
        actual | budget | severity
           109 |    100 |
           110 |    100 | warning
           124 |    100 | warning
           125 |    100 | critical
           900 |    100 | critical
            50 |    100 |
    """)

    assert [read(COST, line.actual, line.budget).severity for line in lines] == [line.severity for line in lines]


def test_which_side_hurts_comes_from_the_direction_and_a_negative_baseline_keeps_its_side():
    lines = table("""
        actual | budget | severity
            90 |    100 | warning
            75 |    100 | critical
           110 |    100 |
          -100 |     50 | critical
          -110 |   -100 | warning
           -90 |   -100 |
    """)

    assert [read(INCOME, line.actual, line.budget).severity for line in lines] == [line.severity for line in lines]


def test_ten_percent_of_any_amount_is_reached_exactly_and_never_missed_by_a_floats_last_bit():
    assert all(read(COST, 11 * amount, 10 * amount).severity == "warning" for amount in range(1, 400))


def test_a_ratio_at_its_limit_breaches_it_even_where_the_float_lies_a_last_bit_beside_it():
    share = Terms("contractor_share", "month", "absolute", "level", +1, warning="0.3")
    margin = Terms("operating_margin", "month", "absolute", "level", -1, warning="0.3")

    assert judge(share, Level(0.1 + 0.2 - 1e-16), rules.NOTHING, is_amount=False).severity == "warning"
    assert judge(margin, Level(0.1 + 0.2), rules.NOTHING, is_amount=False).severity == "warning"


def test_missing_data_and_a_missing_budget_say_nothing_and_say_why():
    assert read(COST, None, 100) == Judgement(None, "late", Level(None, "late"), Level(100 * ONE))
    assert read(COST, 100, None).severity is None


def test_a_missing_figure_is_not_a_low_one():
    revenue = Terms("revenue", "month", "absolute", "level", -1, warning="100")

    assert judge(revenue, Level(None, "late"), rules.NOTHING, is_amount=True).severity is None
    assert judge(revenue, Level(0), rules.NOTHING, is_amount=True).severity == "warning"


def test_against_a_budget_of_zero_any_material_cost_reaches_the_mildest_limit_as_unbudgeted():
    floored = replace(COST, floor_amount="20", floor_percent="0.05")

    assert_reads(
        [read(floored, actual, 0) for actual in (0, 19, 20, 500, -500)],
        """
        severity | unbudgeted
                 | no
                 | yes
        warning  | yes
        warning  | yes
                 | yes
        """,
    )


def test_a_breach_is_material_in_percent_and_amount_unless_the_terms_say_otherwise():
    lines = table("""
        test   | amount | percent | actual | severity
        both   | 20     | 0.15    |    112 |
        both   | 20     | 0.15    |    119 |
        both   | 20     | 0.15    |    120 | warning
        both   | 20     | 0.30    |    120 |
        either | 20     | 0.30    |    120 | warning
        either | 20     |         |    119 |
        either |        | 0.15    |    114 |
        always |        |         |    110 | warning
    """)
    found = [
        read(
            replace(COST, materiality=line.test, floor_amount=str(line.amount), floor_percent=str(line.percent)),
            line.actual,
            100,
        ).severity
        for line in lines
    ]

    assert found == [line.severity for line in lines]


def test_a_ratio_is_compared_in_points():
    margin = Terms("operating_margin", "ytd", "budget", "points", -1, warning="0.02", critical="0.05")

    def read_margin(actual: float) -> str | None:
        return judge(margin, Level(actual), Level(0.20), is_amount=False).severity

    assert [read_margin(actual) for actual in (0.19, 0.18, 0.15, 0.30)] == ["", "warning", "critical", ""]


def test_a_target_that_is_missed_is_seen_and_does_not_breach():
    share = Terms("contractor_share_of_budget", "qtd", "absolute", "level", +1, target="0.15")

    missed = judge(share, Level(0.60), rules.NOTHING, is_amount=False)

    assert (missed.severity, missed.is_breach) == ("target", False)
    assert replay([Reading(JUNE, "target")], Counts()) == []


def test_the_limit_crossed_is_told_in_the_metrics_own_measure():
    assert read(COST, 130, 100).limit == 125
    assert read(INCOME, 88, 100).limit == 90
    assert read(replace(COST, measure="money", warning="10", critical="40"), 130, 100).limit == 110
