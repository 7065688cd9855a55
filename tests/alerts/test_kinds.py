"""What is told beside a breach: small items together, what is ahead by the forecast, and a month under way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from metrics.models import Forecast, Run
from tests.alerts.conftest import ONE, Books
from tests.tables import assert_reads

pytestmark = pytest.mark.django_db

SEVERAL = """
    unit      | metric          | version | 2026-08
    GROUP     | contractor_cost | actual  |   1,010
    GROUP     | contractor_cost | budget  |   1,000
    RETAIL    | contractor_cost | actual  |     130
    RETAIL    | contractor_cost | budget  |     100
    WHOLESALE | contractor_cost | actual  |    {wholesale}
    WHOLESALE | contractor_cost | budget  |     100
"""


def told(books: Books) -> list[dict[str, object]]:
    return [
        {"unit": each.unit.code, "kind": each.kind, "condition": each.condition, "title": each.title,
         "because": each.ended_because} for each in books.alerts()
    ]  # fmt: skip


def test_small_items_below_a_unit_are_one_alert_of_it_until_they_shrink(books: Books):
    books.limit(floor_amount="50", pooled=True)
    books.write(SEVERAL.format(wholesale=125))
    books.judge()

    assert_reads(
        told(books),
        """
        unit  | kind | condition | title                                                        | because
        GROUP | pool | firing    | Contractors: 2 small differences, together $55 above budget |
        """,
    )
    assert [alert.impact for alert in books.alerts()] == [-55 * 12 * ONE]

    books.write(SEVERAL.format(wholesale=105))
    books.judge()
    assert [(each.condition, each.ended_because) for each in books.alerts()] == [("ended", "resolved by restatement")]


def test_a_part_with_limits_of_its_own_is_in_no_pool_of_another_threshold(books: Books):
    books.limit(floor_amount="50", pooled=True)
    books.limit(unit="RETAIL", floor_amount="50")
    books.write(SEVERAL.format(wholesale=125))
    books.judge()

    assert books.alerts() == []


def forecast(books: Books, unit: str, cutoff: str, month: str, *, number: int, low: int, high: int) -> None:
    run = Run.objects.order_by("-pk").first()
    assert run is not None
    Forecast.unscoped.create(
        unit=books.units[unit],
        metric="contractor_cost",
        cutoff=books.company.months[cutoff],
        period=books.company.months[month],
        number=number * ONE,
        low=low * ONE,
        high=high * ONE,
        method="test",
        tries=0,
        months=24,
        cutoffs={cutoff: 1},
        run=run,
        from_mark=run.mark,
    )


QUIET = """
    unit  | metric          | version | 2026-08 | 2026-09
    SHOPS | contractor_cost | actual  |     100 |     {september}
    SHOPS | contractor_cost | budget  |     100 |     100
"""


def test_a_forecast_beyond_the_limit_warns_until_the_figures_are_there(books: Books):
    books.limit(unit="SHOPS", ahead=2)
    books.write(QUIET.format(september="–"))
    forecast(books, "SHOPS", "2026-08", "2026-09", number=130, low=115, high=150)
    books.judge()

    assert_reads(
        told(books),
        """
        unit  | kind    | condition | title                                            | because
        SHOPS | outlook | firing    | Contractors 30% over budget, likely in 2026-09 |
        """,
    )
    books.at = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    books.write(QUIET.format(september=140))
    books.judge()

    assert_reads(
        told(books),
        """
        unit  | kind    | condition | title                                          | because
        SHOPS | outlook | ended     | Contractors 30% over budget, likely in 2026-09 | it came true
        SHOPS | breach  | firing    | Contractors 40% over budget |
        """,
    )


def test_judging_what_is_ahead_again_changes_nothing(books: Books):
    books.limit(unit="SHOPS", ahead=2)
    books.write(QUIET.format(september="–"))
    forecast(books, "SHOPS", "2026-08", "2026-09", number=130, low=115, high=150)
    books.judge()
    (before,) = books.alerts()

    assert books.judge() is None
    books.limit(unit="DEPOT")
    books.judge()

    (after,) = books.alerts()
    assert (after.pk, after.transitions) == (before.pk, before.transitions)


def test_a_month_under_way_warns_by_its_pace_and_stops_when_it_is_over(books: Books):
    books.at = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
    books.limit(unit="SHOPS", pace=True)
    books.write(QUIET.format(september=80))
    books.judge()

    assert_reads(
        told(books),
        """
        unit  | kind | condition | title                                                | because
        SHOPS | pace | firing    | Contractors 26% over budget, at the pace of 2026-09 |
        """,
    )
    books.at = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    books.write(QUIET.format(september=105))
    books.judge()
    assert [(each.kind, each.condition, each.ended_because) for each in books.alerts()] == [
        ("pace", "ended", "the period is over")
    ]


def test_a_new_day_has_another_pace(books: Books):
    books.at = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
    books.limit(unit="SHOPS", pace=True)
    books.write(QUIET.format(september=60))
    books.judge()
    assert [each.condition for each in books.alerts()] == ["firing"]

    assert books.judge() is None
    books.at += timedelta(days=14)
    assert books.judge() is not None
    assert [(each.condition, each.ended_because) for each in books.alerts()] == [("ended", "recovered")]
