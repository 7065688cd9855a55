"""From stored figures to alerts: what opens, what it says, who owns it, and that judging again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, AlertEvent, AlertNews, Evaluation, ThresholdVersion
from audit.models import Record
from jobs.models import Job
from metrics.models import Sheet
from metrics.signals import values_recomputed
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books
from tests.company import Company
from tests.tables import assert_reads

pytestmark = pytest.mark.django_db


def test_a_breach_of_the_newest_month_opens_an_alert_with_all_it_needs(books: Books, retail_lead: Person):
    version = books.limit(
        unit="SHOPS",
        action="Convert contractors in {unit}; saves {-impact:money} a year.",
        label="Contractors over budget",
    )
    mark = books.write(OVER_BUDGET)

    books.judge()

    (alert,) = books.alerts()
    assert (alert.condition, alert.handling, alert.severity, alert.is_late) == ("firing", "open", "critical", False)
    assert alert.title == "Contractors 30% over budget"
    assert alert.action == "Convert contractors in Shops; saves $360 a year."
    assert (alert.impact, alert.impact_is_cash) == (-360 * 10_000, False)
    assert alert.owner == retail_lead
    assert (alert.began.code, alert.period.code) == ("2026-08", "2026-08")
    assert alert.evidence == {
        "metric": "contractor_cost",
        "period": "2026-08",
        "basis": "month",
        "comparator": "budget",
        "value": "130.0000",
        "baseline": "100.0000",
        "limit": "125.0000",
        "target": None,
        "unbudgeted": False,
        "coverage": "1 of 1",
        "mark": mark,
        "baseline_mark": mark,
        "version": version.pk,
    }


def test_opening_leaves_an_event_a_record_and_news_for_the_owner(breach: Callable[..., Alert], retail_lead: Person):
    alert = breach()

    assert_reads(
        AlertEvent.unscoped.values("kind", "after", "actor"),
        """
        kind   | after    | actor
        opened | critical | process:alerts
    """,
    )
    assert_reads(
        Record.objects.filter(target_type="alerts.alert").values("verb", "target_id", "actor"),
        f"""
        verb                | target_id         | actor
        alerts.alert.opened | {alert.public_id} | process:alerts
    """,
    )
    assert_reads(
        AlertNews.unscoped.values("template", "state", "recipient__name"),
        """
        template | state   | recipient__name
        opened   | waiting | Rita Retail
    """,
    )
    assert Job.objects.filter(kind="alerts.send").count() == 1


def test_judging_again_changes_nothing_and_says_so(books: Books, breach: Callable[..., Alert]):
    before = breach()

    assert books.judge() is None
    Evaluation.objects.all().delete()
    assert books.judge() is not None
    (after,) = books.alerts()
    assert (after.pk, after.transitions) == (before.pk, before.transitions)
    assert AlertEvent.unscoped.count() == 1


def test_a_recompute_that_changes_the_figure_within_its_level_keeps_the_alert_and_renews_what_it_says(
    books: Books, breach: Callable[..., Alert]
):
    breach()
    books.write(OVER_BUDGET.replace("130", "140"))
    books.judge()

    (alert,) = books.alerts()
    assert (alert.title, alert.impact, alert.condition) == ("Contractors 40% over budget", -480 * 10_000, "firing")
    assert AlertEvent.unscoped.count() == 1


def test_the_same_alert_grows_eases_recovers_and_ends(books: Books):
    books.limit(unit="SHOPS", periods=2)
    seen = []
    for series in ("115 | 120 | –   | –", "115 | 120 | 130 | –", "115 | 120 | 130 | 100"):
        books.write(f"""
            unit  | metric          | version | 2026-06 | 2026-07 | 2026-08 | 2026-09
            SHOPS | contractor_cost | actual  | {series}
            SHOPS | contractor_cost | budget  |     100 |     100 |     100 |     100
        """)
        books.judge()
        (alert,) = books.alerts()
        seen.append((alert.condition, alert.severity, alert.period.code))

    assert seen == [
        ("firing", "warning", "2026-07"),
        ("firing", "critical", "2026-08"),
        ("recovering", "critical", "2026-09"),
    ]
    assert list(AlertEvent.unscoped.order_by("pk").values_list("kind", flat=True)) == [
        "opened",
        "escalated",
        "recovering",
    ]


def test_an_alert_that_recovers_is_resolved_and_arms_again(books: Books):
    books.limit(unit="SHOPS", valid_from=books.company.months["2026-06"])
    books.write("""
        unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
        SHOPS | contractor_cost | actual  |     130 |     100 |     115
        SHOPS | contractor_cost | budget  |     100 |     100 |     100
    """)
    books.judge()

    assert_reads(
        books.alerts(),
        """
        began   | condition | handling | ended_because | severity
        2026-06 | ended     | resolved | recovered     | critical
        2026-08 | firing    | open     |               | warning
        """,
    )


def test_missing_and_incomplete_figures_neither_fire_nor_resolve(books: Books):
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET, coverage="11 of 12")
    books.judge()
    assert books.alerts() == []

    books.write(OVER_BUDGET)
    books.judge()
    books.write("""
        unit  | metric          | version | 2026-08 | 2026-09
        SHOPS | contractor_cost | actual  |       – |       –
    """)
    books.judge()
    (alert,) = books.alerts()
    assert (alert.condition, alert.period.code) == ("firing", "2026-08")


def test_no_budget_is_not_a_budget_of_zero(books: Books):
    books.limit(unit="SHOPS")
    books.limit(unit="DEPOT")
    books.write("""
        unit  | metric          | version | 2026-08
        SHOPS | contractor_cost | actual  |     130
        DEPOT | contractor_cost | actual  |     130
        DEPOT | contractor_cost | budget  |       0
    """)
    books.judge()

    (alert,) = books.alerts()
    assert (alert.unit.code, alert.severity, alert.title) == ("DEPOT", "warning", "Contractors $130, unbudgeted")


def test_an_unfinished_month_does_not_fire_until_it_is_over_or_closed(books: Books):
    books.at = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET.replace("2026-08", "2026-09"))
    books.judge()
    assert books.alerts() == []

    books.at = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    books.judge()
    assert [alert.period.code for alert in books.alerts()] == ["2026-09"]


def test_a_closed_month_is_over_whatever_the_clock_says(books: Books):
    books.at = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET)
    books.judge()

    assert [alert.condition for alert in books.alerts()] == ["firing"]


def test_an_alert_made_by_figures_that_were_restated_is_resolved_by_restatement(
    books: Books, breach: Callable[..., Alert]
):
    breach()
    books.write(OVER_BUDGET.replace("130", "105"))
    books.judge()

    (alert,) = books.alerts()
    assert (alert.condition, alert.ended_because, alert.handling) == ("ended", "resolved by restatement", "resolved")
    assert list(AlertNews.unscoped.order_by("pk").values_list("template", flat=True)) == []


def test_a_breach_that_a_restatement_brings_to_light_is_late_detected(books: Books, executive: Person):
    books.limit(unit="SHOPS", owner=executive)
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()
    books.write(
        OVER_BUDGET.replace("130", "100").replace(
            "|     100 |     100 |     100\n    SHOPS | contractor_cost | budget",
            "|     130 |     100 |     100\n    SHOPS | contractor_cost | budget",
        )
    )
    books.judge()

    (alert,) = books.alerts()
    assert (alert.began.code, alert.condition, alert.is_late) == ("2026-06", "ended", True)
    assert AlertEvent.unscoped.order_by("pk").values_list("text", flat=True)[0] == "late detected"


def test_a_unit_that_delivers_late_is_not_called_late_detected(books: Books):
    books.limit(unit="GROUP")
    books.write(OVER_BUDGET.replace("SHOPS", "DEPOT"))
    books.judge()
    books.write(OVER_BUDGET)
    books.judge()

    assert [(alert.unit.code, alert.is_late) for alert in books.alerts()] == [("DEPOT", False), ("SHOPS", False)]


# --- impact ------------------------------------------------------------------------------------------


def test_days_beyond_the_limit_cost_cash_by_the_revenue_of_three_months(books: Books):
    books.limit(
        unit="SHOPS", metric="dso", comparator="absolute", measure="level", target="45", warning="55", critical="70"
    )
    books.write("""
        unit  | metric  | version | 2026-06 | 2026-07 | 2026-08
        SHOPS | dso     | actual  |      50 |      52 |      72
        SHOPS | revenue | actual  |    3000 |    3000 |    3200
    """)
    books.judge()

    (alert,) = books.alerts()
    assert (alert.title, alert.severity, alert.impact_is_cash) == (
        "Days sales outstanding 72 days, limit 70 days", "critical", True,
    )  # fmt: skip
    assert alert.impact == -27 * 9200 * 10_000 // 92


def test_what_a_shortfall_of_revenue_costs_is_read_from_operating_income(books: Books):
    books.limit(unit="SHOPS", metric="revenue")
    books.write("""
        unit  | metric           | version | 2026-08
        SHOPS | revenue          | actual  |     820
        SHOPS | revenue          | budget  |    1000
        SHOPS | operating_income | actual  |      90
        SHOPS | operating_income | budget  |     200
    """)
    books.judge()

    (alert,) = books.alerts()
    assert (alert.title, alert.impact) == ("Revenue 18% below budget", -110 * 12 * 10_000)


def test_an_impact_that_cannot_be_known_says_why(books: Books):
    books.limit(unit="SHOPS", metric="revenue_growth", comparator="absolute", measure="level", warning="-5 %")
    books.write("""
        unit  | metric         | version | 2026-08
        SHOPS | revenue_growth | actual  |   -0.12
    """)
    books.judge()

    (alert,) = books.alerts()
    assert (alert.impact, alert.impact_reason) == (None, "not_applicable: the metric has no impact formula")


# --- how it is set off, and what it costs ------------------------------------------------------------


def test_recomputed_values_ask_for_one_judging(company: Company, at: datetime):
    from django.db import transaction

    with transaction.atomic():
        for _ in range(3):
            values_recomputed.send(sender=Sheet, run=1, mark=1, actor="process:engine", at=at)

    asked = sorted((job.kind, job.key) for job in Job.objects.all())
    assert asked == [("alerts.evaluate", "all"), ("metrics.forecast", "statement")]


def test_the_evaluation_says_what_it_saw_and_leaves_a_record(books: Books, breach: Callable[..., Alert]):
    breach()

    (evaluation,) = Evaluation.objects.all()
    assert evaluation.counts == {"judged": 3, "unknown": 0, "opened": 1, "thresholds": 1, "units": 5}
    assert Record.objects.filter(verb="alerts.evaluated").count() == 1


def count(books: Books, units: list[str]) -> int:
    months = books.company.months
    rows = "".join(
        f"\n{unit} | contractor_cost | {version} | {amount} | {amount} | {amount}"
        for unit in units
        for version, amount in (("actual", 100), ("budget", 100))
    )
    books.write(f"unit | metric | version | {' | '.join(list(months)[:3])}{rows}")
    with CaptureQueriesContext(connection) as queries:
        books.judge()
    return len(queries)


def test_judging_three_units_asks_as_often_as_judging_one(books: Books):
    books.limit(unit="GROUP")
    count(books, ["GROUP"])

    assert [count(books, ["SHOPS"]), count(books, ["DEPOT", "RETAIL", "WHOLESALE"])] == [23, 23]


def test_versions_are_never_overwritten(books: Books, breach: Callable[..., Alert]):
    breach()
    books.limit(unit="SHOPS", warning="20 %")

    assert list(ThresholdVersion.unscoped.order_by("pk").values_list("warning", "critical", "until_mark")) == [
        ("0.1", "0.25", ThresholdVersion.unscoped.last().from_mark),
        ("0.2", "", None),
    ]
