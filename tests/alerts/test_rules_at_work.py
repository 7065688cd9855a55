"""Which threshold judges a unit, whose its alerts are, and what becomes of them when the threshold changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from alerts.actions import retire_threshold
from alerts.models import Alert
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.tables import assert_reads

pytestmark = pytest.mark.django_db


# --- inheritance -------------------------------------------------------------------------------------


def test_a_threshold_holds_for_all_below_and_a_nearer_one_takes_its_place(books: Books):
    books.limit(unit="GROUP")
    books.limit(unit="RETAIL", warning="50 %")
    books.write(OVER_BUDGET + OVER_BUDGET.replace("SHOPS", "DEPOT").split("\n", 2)[2])
    books.judge()

    assert [alert.unit.code for alert in books.alerts()] == ["DEPOT"]


def test_a_threshold_that_does_not_inherit_stays_on_its_unit(books: Books):
    books.limit(unit="RETAIL", inherits=False)
    books.write(OVER_BUDGET)
    books.judge()

    assert books.alerts() == []


def test_an_alert_belongs_to_the_leader_of_the_unit_or_of_the_nearest_one_above(
    books: Books, wholesale_lead: Person, group_lead: Person, executive: Person
):
    books.limit(unit="GROUP")
    books.limit(unit="GROUP", metric="marketing_cost", owner=executive)
    books.write(OVER_BUDGET + OVER_BUDGET.replace("SHOPS", "DEPOT").split("\n", 2)[2])
    books.write(OVER_BUDGET.replace("contractor_cost", "marketing_cost "))
    books.judge()

    assert {(alert.unit.code, alert.threshold.code): alert.owner for alert in books.alerts()} == {
        ("DEPOT", "contractor_cost-group"): wholesale_lead,
        ("SHOPS", "contractor_cost-group"): group_lead,
        ("SHOPS", "marketing_cost-group"): executive,
    }


def test_a_leader_who_left_owns_nothing(books: Books, former_lead: Person, deactivated: Person):
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET)
    books.judge()

    assert [alert.owner for alert in books.alerts()] == [None]


# --- changing and ending rules -----------------------------------------------------------------------


def test_an_edit_ends_the_alerts_of_the_old_terms_and_judges_from_the_current_month(
    books: Books, breach: Callable[..., Alert]
):
    breach()
    books.limit(unit="SHOPS", warning="20 %")
    books.judge()

    assert_reads(
        books.alerts(),
        """
        began   | condition | severity | ended_because
        2026-08 | ended     | critical | rule changed
        2026-08 | firing    | warning  |
        """,
    )


def test_an_edit_of_words_alone_keeps_the_alert(books: Books, breach: Callable[..., Alert]):
    before = breach()
    version = books.limit(unit="SHOPS", action="Talk to {unit}.")
    books.judge()

    (alert,) = books.alerts()
    assert (alert.pk, alert.version_id, alert.action, alert.condition) == (
        before.pk,
        version.pk,
        "Talk to Shops.",
        "firing",
    )


def test_a_retired_threshold_ends_its_alerts(books: Books, breach: Callable[..., Alert]):
    alert = breach()
    retire_threshold(actor=ENGINE, threshold=alert.threshold, at=books.at)
    books.judge()

    assert [(each.condition, each.ended_because) for each in books.alerts()] == [("ended", "rule retired")]


def test_a_threshold_whose_dates_are_over_ends_its_alerts(books: Books, breach: Callable[..., Alert]):
    breach(valid_until=books.company.months["2026-08"])
    books.write("""
        unit  | metric          | version | 2026-09
        SHOPS | contractor_cost | actual  |     130
        SHOPS | contractor_cost | budget  |     100
    """)
    books.judge()

    assert [(each.condition, each.ended_because) for each in books.alerts()] == [("ended", "rule expired")]


def test_terms_that_begin_later_leave_the_ones_before_in_force(books: Books, breach: Callable[..., Alert]):
    breach()
    books.limit(unit="SHOPS", warning="50 %", valid_from=books.company.months["2026-09"])
    books.judge()
    assert [each.condition for each in books.alerts()] == ["firing"]


def test_a_unit_that_left_the_company_ends_its_alerts(books: Books, breach: Callable[..., Alert]):
    breach()
    shops = books.units["SHOPS"]
    shops.ends = datetime(2026, 8, 31).date()
    shops.save()
    books.write(OVER_BUDGET.replace("2026-08", "2026-09").replace("SHOPS", "DEPOT"))
    books.judge()

    assert [(each.condition, each.ended_because) for each in books.alerts()] == [("ended", "unit closed")]
