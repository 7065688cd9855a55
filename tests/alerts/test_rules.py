"""The alert machine, period by period. Series are written as one letter a month:

.  inside      t  target missed      w  warning      c  critical      e  emergency      ?  unknown
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts import rules
from alerts.rules import (
    Breach,
    Counts,
    Knowledge,
    Reading,
    State,
    Transition,
    after,
    compare,
    replay,
    settle,
)
from tests.tables import assert_reads

JUNE = 6
WORDS = {".": "", "t": "target", "w": "warning", "c": "critical", "e": "emergency", "?": None}
ONE = 10_000


def months(series: str, *, first: int = JUNE, mark: int = 1) -> list[Reading]:
    return [Reading(first + place, WORDS[letter], mark) for place, letter in enumerate(series)]


def breaches(series: str, *, periods: int = 1) -> list[Breach]:
    return replay(months(series), Counts.in_a_row(periods))


def changes(series: str, *states: State, periods: int = 1, known: Knowledge | None = None) -> list[Transition]:
    readings = months(series)
    return settle(readings, states, known or Knowledge(), Counts.in_a_row(periods))


def firing(began: int = JUNE, last: int = JUNE, severity: str = "warning", **more: str) -> State:
    return State(1, began, last, "firing", severity, said=dict.fromkeys(range(began, last + 1), severity), **more)


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
    pending = State(1, JUNE, JUNE, "pending", "warning", said={JUNE: "warning"})

    assert [change.breach.condition for change in opened] == ["pending"]
    assert [changes("w", pending, periods=2) for _ in range(5)] == [[]] * 5


def test_the_order_in_which_months_arrive_does_not_matter():
    readings = months("w.wwc?..w")

    assert replay(reversed(readings), Counts.in_a_row(2)) == replay(readings, Counts.in_a_row(2))


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


WW_CALM = {6: "warning", 7: "warning", 8: ""}


def test_a_figure_that_is_withdrawn_is_not_a_better_one():
    assert changes("?", firing()) == []
    assert changes("ww?", firing(last=8), periods=3) == []
    assert changes("w?", firing(last=7), periods=2) == []
    assert changes("ww?", State(1, 6, 8, "recovering", "warning", said=WW_CALM), periods=2) == []
    assert [change.because for change in changes("?.", firing())] == [rules.RECOVERED]
    assert [
        change.because for change in changes("?.", State(1, 6, 6, "pending", "warning", said={6: "warning"}), periods=2)
    ] == [rules.DID_NOT_LAST]


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
    assert [change.kinds for change in changes("wwww", firing(began=8, last=9))] == [()]
    assert [change.kinds for change in changes(".www", firing(began=6, last=9))] == [()]


def test_a_restatement_that_takes_a_month_out_of_the_count_sets_a_firing_alert_back_to_pending():
    (change,) = changes(".w", firing(last=7), periods=2)

    assert (change.kinds, change.breach.condition) == (("restated",), "pending")


def test_a_breach_found_in_a_month_that_was_known_and_quiet_is_late_detected():
    restated = [Reading(6, "warning", mark=5, was_known=True), Reading(7, "", 1), Reading(8, "", 1)]

    (change,) = compare(replay(restated, Counts()), [], restated, Knowledge(through=8, mark=3))

    assert (change.kinds, change.is_late, change.because) == (("opened", "ended"), True, rules.RECOVERED)


def test_a_breach_in_a_month_that_came_in_late_is_news_but_was_not_missed():
    delivered = [Reading(7, "warning", mark=5), Reading(8, "warning", mark=5)]

    (change,) = compare(replay(delivered, Counts()), [], delivered, Knowledge(through=8, mark=3))

    assert (change.kinds, change.is_late) == (("opened",), False)


def test_an_ended_alert_returns_when_the_restatement_is_taken_back():
    gone = State(1, 6, 6, "ended", "warning")

    (change,) = changes("w", gone, known=Knowledge(through=6, mark=0))

    assert (change.key, change.kinds) == (1, ("returned",))


def test_an_ended_alert_does_not_return_because_the_month_that_ended_it_was_withdrawn():
    gone = State(1, 6, 7, "ended", "warning")

    assert changes("w?", gone, known=Knowledge(through=7, mark=1)) == []


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
    return [after(change, None, key=key) for key, change in enumerate(found)]


@settings(derandomize=True, max_examples=400)
@given(SERIES, st.integers(1, 4))
def test_judging_again_changes_nothing(series: str, periods: int):
    told = as_states(changes(series, periods=periods, known=Knowledge(since=0)))

    again = changes(series, *told, periods=periods, known=Knowledge(through=99, mark=1, since=0))

    assert again == []


@settings(derandomize=True, max_examples=400)
@example("ccct?.?", 3)
@given(SERIES, st.integers(1, 4))
def test_live_history_equals_replay(series: str, periods: int):
    """Judged after every month, alerts end up as they do when the whole history is judged at once."""
    states: list[State] = []
    for length in range(1, len(series) + 1):
        readings = [each._replace(mark=each.ordinal) for each in months(series[:length])]
        known = Knowledge(through=JUNE + length - 2, mark=JUNE + length - 2, since=0)
        for change in settle(readings, states, known, Counts.in_a_row(periods)):
            key = len(states) if change.key is None else change.key
            before = next((each for each in states if each.key == key), None)
            states = [each for each in states if each.key != key] + [after(change, before, key=key)]
    lived = sorted((state.began, state.last, state.condition, state.severity) for state in states)
    replayed = sorted(
        (each.began, each.last, each.condition, each.severity) for each in breaches(series, periods=periods)
    )
    assert [each for each in lived if each in replayed] == lived
    assert [each for each in replayed if each[2] != "ended"] == [each for each in lived if each[2] != "ended"]
