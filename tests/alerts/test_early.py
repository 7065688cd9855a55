"""Warnings ahead of time: by the stored forecast, and by the pace of a month that is not over."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.judging.book import Expected
from alerts.judging.inheritance import Edition
from tests.alerts.court import ONE, bench, cost, edition

# --- ahead of time -----------------------------------------------------------------------------------


def ahead(number: int, low: int, high: int) -> dict[tuple[str, str, str], list[Expected]]:
    said = Expected(cutoff=24319, number=number * ONE, low=low * ONE, high=high * ONE, mark=7)
    return {("SHOP1", "contractor_cost", "2026-10"): [said]}


AHEAD = """
    unit  | metric          | version | 2026-08 | 2026-09 | 2026-10
    SHOP1 | contractor_cost | actual  | {august} |      – |       –
    SHOP1 | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.mark.parametrize(
    ("forecast", "said"),
    [
        ((130, 115, 145), "Contractors 30% over budget, likely in 2026-10"),
        ((105, 95, 115), "Contractors 15% over budget, possible in 2026-10"),
        ((100, 92, 108), None),
    ],
)
def test_a_forecast_that_crosses_a_limit_warns_of_it_and_says_how_sure_it_is(
    forecast: tuple[int, int, int], said: str | None
):
    found = bench(AHEAD.format(august=100), edition(cost(ahead=3)), forecasts=ahead(*forecast))

    case = found.outlook("SHOP1")

    assert [breach.severity for breach in found.breaches(case)] == ["warning"] * (said is not None)
    assert found.breaches(found.hear("SHOP1")) == []
    if said:
        told = found.says(case)
        assert told.title == said
        assert (told.evidence["low"], told.evidence["mark"]) == (f"{forecast[1]}.0000", 7)


def test_beyond_the_periods_asked_for_nothing_is_looked_at():
    found = bench(AHEAD.format(august=100), edition(cost(ahead=1)), forecasts=ahead(200, 190, 210))

    assert found.breaches(found.outlook("SHOP1")) == []


def test_where_the_figures_are_beyond_the_limit_already_nothing_is_ahead():
    found = bench(AHEAD.format(august=130), edition(cost(ahead=3)), forecasts=ahead(200, 190, 210))

    case = found.outlook("SHOP1")
    assert case is not None
    assert ([each.severity for each in case.readings], set(case.came_true)) == ([""], {24319})


UNDER_WAY = """
    unit  | metric          | version | 2026-08 | 2026-09
    SHOP1 | contractor_cost | actual  |     100 | {so_far}
    SHOP1 | contractor_cost | budget  |     100 |     100
"""


@pytest.mark.parametrize(("so_far", "severity"), [(60, ""), (80, "warning"), (40, "")])
def test_half_a_month_is_read_at_its_pace_warns_at_most_and_never_fires_the_rule(so_far: int, severity: str):
    found = bench(UNDER_WAY.format(so_far=so_far), edition(cost(pace=True)))  # 14 of 22 working days are over

    case = found.pace("SHOP1")

    assert case is not None
    assert [each.severity for each in case.readings] == [severity]
    assert found.breaches(found.hear("SHOP1")) == []
    if severity:
        assert found.says(case).title.endswith("over budget, at the pace of 2026-09")


def test_what_does_not_grow_day_by_day_is_read_as_it_stands():
    margin = cost(metric="operating_margin", measure="points", direction=-1, warning="0.02", pace=True)
    found = bench(
        """
        unit  | metric           | version | 2026-09
        SHOP1 | operating_margin | actual  |    0.19
        SHOP1 | operating_margin | budget  |    0.20
        """,
        edition(margin),
    )

    case = found.pace("SHOP1")
    assert case is not None
    assert [each.severity for each in case.readings] == [""]


def test_on_the_first_days_of_a_month_it_is_too_early_to_say():
    found = bench(UNDER_WAY.format(so_far=80), edition(cost(pace=True)), today=date(2026, 9, 3))

    case = found.pace("SHOP1")
    assert case is not None
    assert [each.severity for each in case.readings] == [None]


def test_terms_that_ask_for_nothing_of_it_have_no_case_of_it():
    rule: Edition = edition(cost())
    found = bench(AHEAD.format(august=100), rule, forecasts=ahead(200, 190, 210))

    assert (found.outlook("SHOP1"), found.pace("SHOP1"), found.pool("NORTH")) == (None, None, None)
