"""The alert machine, period by period. Series are written as one letter a month:

.  inside      t  target missed      w  warning      c  critical      e  emergency      ?  unknown
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts import rules
from alerts.rules import Breach, Judgement, Knowledge, Reading, State, Transition, compare, judge, replay, settle
from alerts.terms import Terms
from metrics.readings import Level
from tests.tables import assert_reads, table

JUNE = 6
WORDS = {".": "", "t": "target", "w": "warning", "c": "critical", "e": "emergency", "?": None}
ONE = 10_000


def months(series: str, *, first: int = JUNE, mark: int = 1) -> list[Reading]:
    return [Reading(first + place, WORDS[letter], mark) for place, letter in enumerate(series)]


def breaches(series: str, *, periods: int = 1) -> list[Breach]:
    return replay(months(series), periods=periods)


def changes(series: str, *states: State, periods: int = 1, known: Knowledge | None = None) -> list[Transition]:
    readings = months(series)
    return settle(readings, states, known or Knowledge(), periods=periods)


def firing(began: int = JUNE, last: int = JUNE, severity: str = "warning", **more: str) -> State:
    return State(1, began, last, "firing", severity, **more)


# --- reading one figure ------------------------------------------------------------------------------

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
    assert replay([Reading(JUNE, "target")], periods=1) == []


def test_the_limit_crossed_is_told_in_the_metrics_own_measure():
    assert read(COST, 130, 100).limit == 125
    assert read(INCOME, 88, 100).limit == 90
    assert read(replace(COST, measure="money", warning="10", critical="40"), 130, 100).limit == 110


# --- periods, not evaluations ------------------------------------------------------------------------


def test_a_breach_fires_in_the_month_in_which_it_has_lasted_long_enough():
    assert_reads(
        [breaches(series, periods=2)[0] for series in ("w", "ww", "www", "ww.", "ww..")],
        """
        began | last | condition  | fired
            6 |    6 | pending    | –
            6 |    7 | firing     | 7
            6 |    8 | firing     | 7
            6 |    8 | recovering | 7
            6 |    9 | ended      | 7
        """,
    )


def test_judging_the_same_month_five_times_is_one_strike():
    opened = changes("w", periods=2)
    pending = State(1, JUNE, JUNE, "pending", "warning")

    assert [change.breach.condition for change in opened] == ["pending"]
    assert [changes("w", pending, periods=2) for _ in range(5)] == [[]] * 5


def test_the_order_in_which_months_arrive_does_not_matter():
    readings = months("w.wwc?..w")

    assert replay(reversed(readings), periods=2) == replay(readings, periods=2)


def test_a_breach_too_short_to_fire_ends_without_having_fired():
    (short,) = breaches("w.", periods=2)

    assert (short.condition, short.fired) == ("ended", None)
    pending = State(1, JUNE, JUNE, "pending", "warning")
    assert [change.because for change in changes("w.", pending, periods=2)] == [rules.DID_NOT_LAST]


def test_an_alert_recovers_for_as_many_months_as_it_takes_to_fire_and_falls_back_at_once():
    assert [breaches(series, periods=2)[-1].condition for series in ("ww.", "ww.w", "ww.w.", "ww.w..")] == [
        "recovering",
        "firing",
        "recovering",
        "ended",
    ]
    assert len(breaches("ww.w.w", periods=2)) == 1


def test_it_arms_again_after_recovery():
    assert_reads(
        breaches("w.w"),
        """
        began | last | condition
            6 |    7 | ended
            8 |    8 | firing
        """,
    )
    recovered = State(1, 6, 7, "ended", "warning")
    (second,) = changes("w.w", recovered, known=Knowledge(through=7, mark=1))
    assert (second.kinds, second.key, second.breach.began) == (("opened",), None, 8)


# --- what is not known -------------------------------------------------------------------------------


def test_missing_data_never_fires_never_resolves_and_does_not_interrupt():
    assert breaches("???") == []
    assert breaches("w?", periods=2)[0].condition == "pending"
    assert breaches("w???")[0] == Breach(6, 6, "warning", "firing", fired=6)
    assert breaches("w?w", periods=2)[0].condition == "firing"
    assert changes("w??", firing()) == []


def test_a_figure_that_is_withdrawn_is_not_a_better_one():
    assert changes("?", firing()) == []
    assert changes("ww?", firing(last=8), periods=3) == []
    assert changes("w?", firing(last=7), periods=2) == []
    assert changes("ww?", State(1, 6, 8, "recovering", "warning"), periods=2) == []
    assert [change.because for change in changes("?.", firing())] == [rules.RECOVERED]
    assert [change.because for change in changes("?.", State(1, 6, 6, "pending", "warning"), periods=2)] == [
        rules.DID_NOT_LAST
    ]


# --- severity ----------------------------------------------------------------------------------------


def test_a_higher_severity_changes_the_same_alert():
    (change,) = changes("wc", firing())

    assert (change.key, change.kinds, change.breach.severity) == (1, ("escalated",), "critical")


def test_a_lower_severity_eases_it():
    (change,) = changes("ewc", firing(severity="emergency"))

    assert (change.kinds, change.breach.severity) == (("eased",), "critical")


def test_while_it_recovers_short_of_the_target_it_is_called_low():
    (change,) = changes("wwt", firing(last=7), periods=2)

    assert (change.kinds, change.breach.severity) == (("recovering", "eased"), "target")


# --- restatement -------------------------------------------------------------------------------------


def test_an_alert_whose_figures_were_restated_away_is_resolved_by_restatement():
    (change,) = changes(".", firing())

    assert (change.key, change.kinds, change.because) == (1, ("ended",), rules.RESTATED)


def test_an_alert_that_only_got_better_recovers():
    (change,) = changes("w.", firing())

    assert change.because == rules.RECOVERED


def test_a_restatement_that_moves_the_beginning_keeps_the_alert():
    assert changes("wwww", firing(began=8, last=9)) == []
    assert changes(".www", firing(began=6, last=9)) == []


def test_a_restatement_that_takes_a_month_out_of_the_count_sets_a_firing_alert_back_to_pending():
    (change,) = changes(".w", firing(last=7), periods=2)

    assert (change.kinds, change.breach.condition) == (("restated",), "pending")


def test_a_breach_found_in_a_month_that_was_known_and_quiet_is_late_detected():
    restated = [Reading(6, "warning", mark=5, was_known=True), Reading(7, "", 1), Reading(8, "", 1)]

    (change,) = compare(replay(restated, periods=1), [], restated, Knowledge(through=8, mark=3))

    assert (change.kinds, change.is_late, change.because) == (("opened", "ended"), True, rules.RECOVERED)


def test_a_breach_in_a_month_that_came_in_late_is_news_but_was_not_missed():
    delivered = [Reading(7, "warning", mark=5), Reading(8, "warning", mark=5)]

    (change,) = compare(replay(delivered, periods=1), [], delivered, Knowledge(through=8, mark=3))

    assert (change.kinds, change.is_late) == (("opened",), False)


def test_an_ended_alert_returns_when_the_restatement_is_taken_back():
    gone = State(1, 6, 6, "ended", "warning")

    (change,) = changes("w", gone, known=Knowledge(through=6, mark=1))

    assert (change.key, change.kinds) == (1, ("returned",))


# --- when a threshold is new or changed --------------------------------------------------------------


def test_a_new_threshold_tells_of_what_stands_now_and_not_of_all_history():
    assert [change.breach.began for change in changes("w.w.c", known=Knowledge())] == [10]


def test_a_threshold_dated_back_tells_the_history_from_there():
    assert [change.breach.began for change in changes("w.w.c", known=Knowledge(since=8))] == [8, 10]


def test_a_changed_rule_counts_months_that_lie_before_it():
    (change,) = changes("www", periods=3, known=Knowledge(since=8))

    assert (change.breach.condition, change.breach.began) == ("firing", 6)


def test_what_came_and_went_between_two_judgings_is_told():
    (change,) = changes(".w.", known=Knowledge(through=6, mark=0))

    assert change.kinds == ("opened", "ended")


# --- what people did with it -------------------------------------------------------------------------


def test_an_alert_resolved_as_fixed_that_is_still_beyond_next_month_is_open_again():
    fixed = firing(handling="resolved", outcome="fixed")

    assert changes("w", fixed) == []
    assert [change.kinds for change in changes("ww", fixed)] == [("reopened",)]


@pytest.mark.parametrize("outcome", ["accepted", "false_alarm"])
def test_what_was_accepted_stays_quiet_until_it_gets_worse(outcome: str):
    accepted = firing(handling="resolved", outcome=outcome)

    assert [change.kinds for change in changes("ww", accepted)] == [()]
    assert [change.kinds for change in changes("wc", accepted)] == [("escalated", "reopened")]


# --- laws --------------------------------------------------------------------------------------------

SERIES = st.text(alphabet=".twce?", max_size=18)


def as_states(found: Sequence[Transition]) -> list[State]:
    return [
        State(key, change.breach.began, change.breach.last, change.breach.condition, change.breach.severity)
        for key, change in enumerate(found)
    ]


@settings(derandomize=True, max_examples=400)
@given(SERIES, st.integers(1, 4))
def test_judging_again_changes_nothing(series: str, periods: int):
    told = as_states(changes(series, periods=periods, known=Knowledge(since=0)))

    again = changes(series, *told, periods=periods, known=Knowledge(through=99, mark=1, since=0))

    assert [change for change in again if change.kinds] == []


@settings(derandomize=True, max_examples=400)
@example("ccct?.?", 3)
@given(SERIES, st.integers(1, 4))
def test_live_history_equals_replay(series: str, periods: int):
    """Judged after every month, alerts end up as they do when the whole history is judged at once."""
    states: list[State] = []
    for length in range(1, len(series) + 1):
        readings = [replace(each, mark=each.ordinal) for each in months(series[:length])]
        known = Knowledge(through=JUNE + length - 2, mark=JUNE + length - 2, since=0)
        for change in settle(readings, states, known, periods=periods):
            state = State(
                len(states) if change.key is None else change.key,
                change.breach.began,
                change.breach.last,
                change.breach.condition,
                change.breach.severity,
            )
            states = [each for each in states if each.key != state.key] + [state]
    lived = sorted((state.began, state.last, state.condition, state.severity) for state in states)
    replayed = sorted(
        (each.began, each.last, each.condition, each.severity) for each in breaches(series, periods=periods)
    )
    assert [each for each in lived if each in replayed] == lived
    assert [each for each in replayed if each[2] != "ended"] == [each for each in lived if each[2] != "ended"]
