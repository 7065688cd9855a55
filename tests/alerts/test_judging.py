"""What a figure is compared with, and how large a difference must be: the rules over a company in memory."""

from __future__ import annotations

from dataclasses import replace

from alerts.judging.book import Expected
from alerts.judging.inheritance import Tree
from alerts.judging.refusals import FEWEST_PEERS
from tests.alerts.court import ONE, SPOTS, bench, cost, edition
from tests.tables import assert_reads

TWELVE = " | ".join(f"2025-{month:02}" for month in range(1, 13))


# --- comparators -------------------------------------------------------------------------------------


def test_a_figure_over_the_mean_of_the_periods_before_says_how_many_of_them_were_known():
    rule = edition(cost(comparator="trailing", window=4))
    found = bench(
        """
        unit  | metric          | version | 2026-04 | 2026-05 | 2026-06 | 2026-07 | 2026-08
        SHOP1 | contractor_cost | actual  |     100 |       – |     100 |     100 |     130
        """,
        rule,
    )

    said = found.says(found.hear("SHOP1"))

    assert said.title == "Contractors 30% over the mean of 3 periods"
    assert (said.evidence["baseline"], said.evidence["known"]) == ("100.0000", "3 of 4")


def test_a_figure_is_held_against_the_newest_forecast_made_before_its_period():
    rule = edition(cost(comparator="forecast"))
    forecasts = {
        ("SHOP1", "contractor_cost", "2026-08"): [
            Expected(cutoff=24317, number=50 * ONE, low=None, high=None),
            Expected(cutoff=24318, number=100 * ONE, low=None, high=None),
            Expected(cutoff=24319, number=130 * ONE, low=None, high=None),  # of the period itself
        ]
    }
    found = bench(
        """
        unit  | metric          | version | 2026-08
        SHOP1 | contractor_cost | actual  |     130
        """,
        rule,
        forecasts=forecasts,
    )

    assert found.says(found.hear("SHOP1")).title == "Contractors 30% over forecast"


def test_without_a_forecast_there_is_nothing_to_compare_with():
    found = bench(
        """
        unit  | metric          | version | 2026-08
        SHOP1 | contractor_cost | actual  |     130
        """,
        edition(cost(comparator="forecast")),
    )

    assert found.judge("SHOP1", "2026-08").severity is None


def test_against_its_own_season_a_usual_december_is_no_alarm_and_an_unusual_one_is():
    rule = edition(cost(comparator="season", measure="deviations", window=12, warning="3"))
    years = " | ".join(f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13))
    usual = [100 + 400 * (month == 12) + 5 * year + (month * year) % 3 for year in range(3) for month in range(1, 13)]
    unusual = [*usual[:-1], usual[-1] - 400]
    rows = "\n".join(
        f"{unit} | contractor_cost | actual | {' | '.join(map(str, figures))}"
        for unit, figures in (("SHOP1", usual), ("SHOP2", unusual))
    )

    found = bench(f"unit | metric | version | {years}\n{rows}", rule, through="2025-12")

    assert found.judge("SHOP1", "2025-12").severity == ""
    band = bench(f"unit | metric | version | {years}\n{rows}", edition(cost(comparator="season",
                 measure="deviations", window=12, warning="3", direction=2)), through="2025-12")  # fmt: skip
    assert band.judge("SHOP2", "2025-12").is_breach


def test_with_too_few_years_a_season_says_nothing():
    rule = edition(cost(comparator="season", measure="deviations", window=12, warning="3"))
    row = f"SHOP1 | contractor_cost | actual | {' | '.join(['9'] * 12)}"
    found = bench(f"unit | metric | version | {TWELVE}\n{row}", rule, through="2025-12")

    assert found.judge("SHOP1", "2025-12").reason == "not_applicable: 0 of 12 yearly changes known"


def test_a_season_that_varied_says_by_how_many_usual_deviations_it_is_left():
    rule = edition(cost(comparator="season", measure="deviations", window=12, warning="3", critical="50"))
    first, second = range(100, 112), [110, 113, 110, 115, 113, 116, 115, 119, 117, 118, 122, 120]
    months = " | ".join(f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13))
    figures = " | ".join(map(str, [*first, *second]))

    found = bench(
        f"unit  | metric | version | {months} | 2026-01\nSHOP1 | contractor_cost | actual | {figures} | 140", rule,
        through="2026-01",
    )  # fmt: skip

    judged = found.judge("SHOP1", "2026-01")
    assert judged.severity == "warning"
    assert found.says(found.hear("SHOP1")).title == "Contractors 13.8 deviations over its season"


def test_a_margin_that_falls_month_after_month_is_a_trend_before_it_is_a_level():
    rule = edition(cost(metric="operating_margin", comparator="trend", measure="points", direction=-1, window=4,
                        warning="0.01", critical="0.05"))  # fmt: skip
    found = bench(
        """
        unit  | metric           | version | 2026-05 | 2026-06 | 2026-07 | 2026-08
        SHOP1 | operating_margin | actual  |    0.20 |    0.18 |    0.17 |    0.15
        SHOP2 | operating_margin | actual  |    0.20 |    0.05 |    0.20 |    0.20
        """,
        rule,
    )

    assert found.says(found.hear("SHOP1")).title == "Operating margin falls 1.6 pp a period over 4 periods"
    assert found.judge("SHOP2", "2026-08").severity == ""


PEERS = """
    unit  | metric           | version | 2026-08
    SHOP1 | operating_margin | actual  |    0.10
    SHOP2 | operating_margin | actual  |    0.20
    SHOP3 | operating_margin | actual  |    0.21
    SHOP4 | operating_margin | actual  |    0.22
    SHOP5 | operating_margin | actual  |    0.23
    SHOP6 | operating_margin | actual  |   {last}
    SOUTH | operating_margin | actual  |    0.99
"""


def test_peers_are_the_units_of_the_type_and_only_their_median_and_count_are_told():
    rule = edition(
        cost(metric="operating_margin", comparator="peers", measure="points", direction=-1, window=FEWEST_PEERS,
             warning="0.05", critical="0.2"), unit_type="retail",
    )  # fmt: skip
    found = bench(PEERS.format(last="0.24"), rule)

    said = found.says(found.hear("SHOP1"))

    assert said.title == "Operating margin 12.0 pp below the median of 5 peers"
    assert (said.evidence["baseline"], said.evidence["known"]) == (0.22, "5 of 5")
    assert not any(told in str(said) for told in ("0.2,", "0.21", "0.23", "0.24", "0.99"))
    assert [found.judge(unit, "2026-08").severity for unit in ("SHOP2", "SHOP6")] == ["", ""]


def test_two_types_that_begin_with_the_same_unit_and_are_as_many_are_two_groups_of_peers():
    margin = cost(metric="operating_margin", comparator="peers", measure="points", direction=-1, window=1)
    own_kind, retail = edition(margin), edition(margin, number=2, unit_type="retail")
    found = bench(PEERS.format(last="0.24"), own_kind, retail)
    spots = [
        SPOTS["SHOP1"],
        replace(SPOTS["SHOP2"], vertical="software"),
        replace(SPOTS["SHOP6"], kind="group"),
    ]
    court = replace(found.court, tree=Tree({spot.unit: spot for spot in spots}))

    judged = [court.judge(each, SPOTS["SHOP1"], found.book, 24319) for each in (own_kind, retail)]

    assert [each.baseline.number for each in judged] == [0.20, 0.24]


def test_with_fewer_peers_than_it_takes_nothing_is_said():
    rule = edition(
        cost(metric="operating_margin", comparator="peers", measure="points", direction=-1, window=5, warning="0.05"),
        unit_type="retail",
    )
    judged = bench(PEERS.format(last="–"), rule).judge("SHOP1", "2026-08")

    assert (judged.severity, judged.reason) == (None, "not_applicable: 4 of 5 peers known")


# --- bands and exits ---------------------------------------------------------------------------------

BAND = cost(metric="runway", comparator="absolute", measure="level", direction=2, target="", warning="24",
            critical="36", low_warning="12", low_critical="6", exit="20", low_exit="14")  # fmt: skip


def test_a_band_is_left_on_either_side_and_recovers_inside_the_exit_of_that_side():
    months = "2026-01 | 2026-02 | 2026-03 | 2026-04 | 2026-05 | 2026-06 | 2026-07 | 2026-08"
    found = bench(
        f"""
        unit  | metric | version | {months}
        SHOP1 | runway | actual  | 24.0 | 40.0 | 21.0 | 20.0 | 12.0 | 6.0 | 13.9 | 14.0
        """,
        edition(BAND),
    )

    assert [each.severity for each in found.hear("SHOP1").readings] == [
        "warning", "critical", "near", "", "warning", "critical", "near", "",
    ]  # fmt: skip
    assert_reads(
        found.breaches(found.hear("SHOP1")),
        """
        severity | condition
        critical | ended
        critical | ended
        """,
    )


def test_what_an_alert_of_a_band_says_names_the_side():
    found = bench(
        """
        unit  | metric | version | 2026-07 | 2026-08
        SHOP1 | runway | actual  |    18.0 |     5.0
        SHOP2 | runway | actual  |    18.0 |    30.0
        """,
        edition(BAND),
    )

    assert [found.says(found.hear(unit)).title for unit in ("SHOP1", "SHOP2")] == [
        "Runway 5 months, floor 6 months",
        "Runway 30 months, limit 24 months",
    ]


def test_against_a_baseline_a_band_has_the_same_sizes_on_both_sides_unless_told_otherwise():
    text = """
        unit  | metric          | version | 2026-08
        SHOP1 | contractor_cost | actual  |      88
        SHOP1 | contractor_cost | budget  |     100
    """
    same, wider = cost(direction=2), cost(direction=2, low_warning="0.15", low_critical="0.5")

    assert bench(text, edition(same)).judge("SHOP1", "2026-08").severity == "warning"
    assert bench(text, edition(wider)).judge("SHOP1", "2026-08").severity == ""
    found = bench(text, edition(same))
    assert found.says(found.hear("SHOP1")).title == "Contractors 12% below budget"
