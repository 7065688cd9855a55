"""What a threshold may say, and the sentence that helps where it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.judging.refusals import Refusal, refusals
from alerts.terms import BAND, LevelUnreadable, Terms, is_share, read_level
from metrics.catalogue import METRICS

SHARE = Terms("contractor_share", "month", "absolute", "level", +1, target="0.15", warning="0.2", critical="0.25")
MARGIN = Terms("operating_margin", "month", "absolute", "level", -1, target="0.2", warning="0.15", critical="0.1")
COST = Terms("contractor_cost", "qtd", "budget", "percent", +1, warning="0.1", critical="0.25")


def sentences(terms: Terms) -> list[tuple[str, str]]:
    return [(refusal.field, refusal.sentence) for refusal in refusals(terms, METRICS)]


@pytest.mark.parametrize("terms", [SHARE, MARGIN, COST, replace(SHARE, warning="", critical="")])
def test_sound_terms_are_not_refused(terms: Terms):
    assert refusals(terms, METRICS) == []


def test_a_share_may_be_typed_as_a_fraction_or_with_a_percent_sign():
    typed = ["0.15", "15%", " 15 % ", "150 %", "1", "−5 %", ""]

    assert [read_level(text, share=True) for text in typed] == ["0.15", "0.15", "0.15", "1.5", "1", "-0.05", ""]


def test_a_share_typed_in_points_is_refused_with_what_to_write():
    with pytest.raises(LevelUnreadable) as refused:
        read_level("15", share=True)

    assert str(refused.value) == ("15 would be 1,500 %. Write 15 % for 15 percent, or 0.15 as a fraction.")


def test_amounts_may_carry_separators_and_no_percent_sign():
    assert [read_level(text, share=False) for text in ("250,000", "250 000", "-1.5")] == ["250000", "250000", "-1.5"]
    with pytest.raises(LevelUnreadable, match="not a share"):
        read_level("15 %", share=False)
    with pytest.raises(LevelUnreadable, match="not a number"):
        read_level("a lot", share=False)


def test_percentages_and_ratios_are_shares_and_times_and_days_are_not():
    asked = [
        ("contractor_cost", "percent"), ("contractor_cost", "level"), ("contractor_share", "level"),
        ("operating_margin", "points"), ("dso", "points"), ("ltv_cac", "level"),
    ]  # fmt: skip

    assert [is_share(METRICS[code], measure) for code, measure in asked] == [True, False, True, True, False, False]


def test_a_warning_tighter_than_the_critical_level_is_refused():
    assert sentences(replace(SHARE, warning="0.3")) == [
        ("critical", "The critical level lies above the warning level: 0.3 comes first, so critical cannot be 0.25.")
    ]


def test_bands_of_a_metric_where_higher_is_better_run_the_other_way():
    assert sentences(replace(MARGIN, warning="0.1", critical="0.15")) == [
        ("critical", "The critical level lies below the warning level: 0.1 comes first, so critical cannot be 0.15.")
    ]


def test_two_equal_levels_are_refused():
    assert [field for field, _ in sentences(replace(COST, critical="0.1"))] == ["critical"]


def test_a_baseline_is_its_own_target_and_differences_are_sizes():
    assert [field for field, _ in sentences(replace(COST, target="0.05"))] == ["target"]
    assert [field for field, _ in sentences(replace(COST, warning="-0.1"))] == ["warning"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(SHARE, metric="nothing"), "metric"),
        (replace(SHARE, metric="unit_class"), "metric"),
        (replace(SHARE, basis="week"), "basis"),
        (replace(SHARE, direction=0), "direction"),
        (replace(SHARE, measure="points"), "measure"),
        (replace(SHARE, comparator="budget", measure="percent", target=""), "measure"),
        (replace(SHARE, comparator="budget", measure="money", target=""), "measure"),
        (replace(COST, measure="points"), "measure"),
        (replace(COST, measure="level"), "measure"),
        (replace(COST, periods=0), "periods"),
        (replace(COST, warning="", critical=""), "warning"),
        (replace(COST, floor_amount="-1"), "floor_amount"),
        (replace(COST, materiality="always", floor_amount="1"), "materiality"),
    ],
)
def test_what_cannot_be_judged_is_refused_at_its_field(terms: Terms, field: str):
    assert [refusal.field for refusal in refusals(terms, METRICS)] == [field]


RUNWAY = Terms("runway", "month", "absolute", "level", BAND, warning="24", critical="36", low_warning="12",
               low_critical="6", exit="20", low_exit="14")  # fmt: skip
TREND = replace(COST, basis="month", comparator="trend", window=6)
SEASON = replace(COST, basis="month", comparator="season", measure="deviations", window=12, warning="3", critical="5")
MONTHLY = replace(COST, basis="month")
FORECAST = frozenset({"contractor_cost"})


@pytest.mark.parametrize(
    "terms",
    [
        RUNWAY,
        replace(COST, direction=BAND),
        replace(COST, direction=BAND, low_warning="0.2", low_critical="0.3", exit="0.05", low_exit="0.1"),
        replace(COST, exit="0"),
        replace(COST, periods=2, out_of=3, exit_periods=1),
        replace(MONTHLY, comparator="trailing", window=12),
        replace(MONTHLY, comparator="peers", window=5),
        replace(MONTHLY, comparator="forecast"),
        replace(MONTHLY, ahead=3, pace=True),
        replace(COST, floor_share="0.005", pooled=True, also_ytd=True, currency="EUR"),
        TREND,
        SEASON,
    ],
)
def test_every_way_of_comparing_has_sound_terms(terms: Terms):
    assert refusals(terms, METRICS, FORECAST) == []


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(RUNWAY, low_warning="", low_critical="", low_exit=""), "low_warning"),
        (replace(RUNWAY, low_critical="13"), "low_critical"),
        (replace(RUNWAY, low_warning="25", low_critical="", low_exit="", exit=""), "low_warning"),
        (replace(RUNWAY, exit="24"), "exit"),
        (replace(RUNWAY, low_exit="12"), "low_exit"),
        (replace(MARGIN, exit="0.1"), "exit"),
        (replace(COST, exit="0.1"), "exit"),
        (replace(COST, exit="-0.1"), "exit"),
        (replace(COST, low_exit="0.05"), "low_exit"),
        (replace(COST, low_warning="0.1"), "low_warning"),
        (replace(COST, periods=3, out_of=2), "out_of"),
        (replace(COST, exit_periods=13), "exit_periods"),
        (replace(COST, window=3), "window"),
        (replace(TREND, window=2), "window"),
        (replace(TREND, basis="ytd"), "basis"),
        (replace(SEASON, measure="percent"), "measure"),
        (replace(MONTHLY, measure="deviations"), "measure"),
        (replace(MONTHLY, comparator="peers", window=4), "window"),
        (replace(MONTHLY, comparator="nothing"), "comparator"),
        (replace(COST, comparator="forecast"), "comparator"),
        (replace(COST, ahead=3), "ahead"),
        (replace(TREND, ahead=3), "ahead"),
        (replace(MONTHLY, ahead=13), "ahead"),
        (replace(COST, pace=True), "pace"),
        (replace(COST, pooled=True), "pooled"),
        (replace(SHARE, pooled=True, floor_amount="0.01"), "pooled"),
        (replace(COST, floor_share="-0.1"), "floor_share"),
        (replace(SHARE, floor_share="0.1"), "floor_share"),
        (replace(COST, basis="ltm", also_ytd=True), "also_ytd"),
        (replace(SHARE, currency="EUR"), "currency"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field(terms: Terms, field: str):
    assert [refusal.field for refusal in refusals(terms, METRICS, FORECAST)] == [field]


def test_the_sentences_about_sides_and_exits_say_what_to_change():
    assert sentences(replace(RUNWAY, low_critical="13")) == [
        ("low_critical", "The critical level lies below the warning level: 12 comes first, so critical cannot be 13.")
    ]
    assert sentences(replace(RUNWAY, exit="30")) == [
        ("exit", "An alert recovers inside its limits: the exit lies below 24, so it cannot be 30.")
    ]
    assert sentences(replace(RUNWAY, low_warning="30", low_critical="", low_exit="", exit="")) == [
        ("low_warning", "The low side of a band lies below its high side: 30 is not below 24.")
    ]


def test_an_account_can_be_judged_too():
    assert refusals(replace(COST, metric="account:5100"), METRICS) == []


def test_a_refusal_is_a_field_and_a_sentence():
    assert refusals(replace(SHARE, metric="nothing"), METRICS) == [Refusal("metric", "There is no metric nothing.")]
