"""Whom a change of a threshold touches: every unit that other terms would judge, with those before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.approving.touched import Touched, touched
from alerts.terms import Terms
from alerts.vetting import Proposal
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.company import Company
from tests.tables import assert_reads
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db

COST = "contractor_cost"
Draft = Callable[..., Proposal]


@pytest.fixture
def draft(books: Books) -> Draft:
    """A threshold on contractors as somebody wants it: 15 % over budget unless told otherwise."""

    def make(unit: str, code: str, metric: str = COST, **more: object) -> Proposal:
        terms = {name: more.pop(name) for name in tuple(more) if name in Terms.__dataclass_fields__}
        wanted = Terms(metric, "month", "budget", "percent", 0, **({"warning": "15 %"} | terms))
        return Proposal(code=code, unit=books.units[unit], terms=wanted, **more)

    return make


def read(found: Touched) -> list[dict[str, str]]:
    return [
        {
            "unit": row.code,
            "metric": row.metric,
            "before": "" if row.before is None else f"{row.before.origin} {row.before.place} {limits(row.before)}",
            "after": "" if row.after is None else f"{row.after.origin} {row.after.place} {limits(row.after)}",
        }
        for row in found.rows
    ]


def limits(held: object) -> str:
    return " ".join(held.levels.values())


def test_a_default_touches_all_units_without_a_nearer_threshold(books: Books, draft: Draft, at: datetime):
    books.limit(unit="GROUP", code="all")
    books.limit(unit="RETAIL", code="retail", warning="12 %")

    assert_reads(
        read(touched(ENGINE, draft("GROUP", "all"), at=at)),
        """
        unit      | metric          | before                 | after
        GROUP     | contractor_cost | unit GROUP 0.1 0.25    | unit GROUP 0.15
        WHOLESALE | contractor_cost | default GROUP 0.1 0.25 | default GROUP 0.15
        DEPOT     | contractor_cost | default GROUP 0.1 0.25 | default GROUP 0.15
        """,
    )


def test_a_new_threshold_of_a_part_takes_its_units_out_of_the_default(books: Books, draft: Draft, at: datetime):
    books.limit(unit="GROUP", code="all")

    assert_reads(
        read(touched(ENGINE, draft("RETAIL", "retail"), at=at)),
        """
        unit   | metric          | before                 | after
        RETAIL | contractor_cost | default GROUP 0.1 0.25 | unit RETAIL 0.15
        SHOPS  | contractor_cost | default GROUP 0.1 0.25 | default RETAIL 0.15
        """,
    )


def test_one_that_stops_inheriting_gives_those_below_back_to_what_stands_above(
    books: Books, draft: Draft, at: datetime
):
    books.limit(unit="GROUP", code="all")
    books.limit(unit="RETAIL", code="retail", warning="15 %")

    assert_reads(
        read(touched(ENGINE, draft("RETAIL", "retail", inherits=False), at=at)),
        """
        unit  | metric          | before              | after
        SHOPS | contractor_cost | default RETAIL 0.15 | default GROUP 0.1 0.25
        """,
    )


def test_one_for_a_type_touches_the_units_of_the_type(books: Books, draft: Draft, at: datetime):
    books.limit(unit="GROUP", code="all")
    Unit.unscoped.filter(code="DEPOT").update(vertical="trade")

    assert_reads(
        read(touched(ENGINE, draft("GROUP", "trade", unit_type="trade"), at=at)),
        """
        unit  | metric          | before                 | after
        DEPOT | contractor_cost | default GROUP 0.1 0.25 | type GROUP 0.15
        """,
    )


def test_another_metric_moves_a_unit_on_both(books: Books, draft: Draft, at: datetime):
    books.limit(unit="GROUP", code="all")
    books.limit(unit="SHOPS", code="shops")

    found = touched(ENGINE, draft("SHOPS", "shops", metric="cloud_cost"), at=at)

    assert_reads(
        read(found),
        """
        unit  | metric          | before              | after
        SHOPS | cloud_cost      |                     | unit SHOPS 0.15
        SHOPS | contractor_cost | unit SHOPS 0.1 0.25 | default GROUP 0.1 0.25
        """,
    )
    assert (found.count, found.total) == (1, 1)


def test_retiring_leaves_units_to_what_stands_above_or_to_nothing(books: Books, at: datetime):
    books.limit(unit="GROUP", code="all")
    books.limit(unit="SHOPS", code="shops", warning="20 %")

    shops = touched(ENGINE, None, retiring="shops", at=at)
    everything = touched(ENGINE, None, retiring="all", at=at)

    assert read(shops) == [
        {"unit": "SHOPS", "metric": COST, "before": "unit SHOPS 0.2", "after": "default GROUP 0.1 0.25"}
    ]
    assert [(row.code, row.after) for row in everything.rows] == [
        ("GROUP", None), ("RETAIL", None), ("WHOLESALE", None), ("DEPOT", None),
    ]  # fmt: skip


def test_words_owner_and_action_touch_nobody(books: Books, draft: Draft, finance_admin: Person, at: datetime):
    books.limit(unit="GROUP", code="all", warning="15 %")

    found = touched(ENGINE, draft("GROUP", "all", label="Day labour", owner=finance_admin, action="Ask."), at=at)

    assert (found.rows, found.count, found.total) == ((), 0, 0)


@pytest.mark.parametrize(
    ("dates", "units"),
    [
        ({"valid_from": "2026-09"}, 3),  # a month not yet over: the units that it will judge then
        ({"valid_until": "2026-06"}, 3),  # all in the past: the units that it would have judged
        ({"valid_from": "2026-07", "valid_until": "2026-09"}, 3),
    ],
)
def test_dates_of_a_new_one_decide_in_which_period_it_is_compared(
    books: Books, draft: Draft, at: datetime, dates: dict[str, str], units: int
):
    books.write(OVER_BUDGET)
    books.limit(unit="WHOLESALE", code="wholesale")
    given = {name: books.company.months[code] for name, code in dates.items()}

    assert touched(ENGINE, draft("GROUP", "all", **given), at=at).count == units


def test_an_end_that_is_over_gives_its_units_back(books: Books, draft: Draft, at: datetime):
    books.write(OVER_BUDGET)
    books.limit(unit="SHOPS", code="shops", warning="15 %")

    ended = draft("SHOPS", "shops", valid_until=books.company.months["2026-06"])

    assert read(touched(ENGINE, ended, at=at)) == [
        {"unit": "SHOPS", "metric": COST, "before": "unit SHOPS 0.15", "after": ""}
    ]


def test_a_reader_of_a_part_sees_that_part_and_no_number_of_the_rest(
    books: Books, draft: Draft, at: datetime, retail_lead: Person, finance_admin: Person
):
    books.limit(unit="GROUP", code="all")
    change = draft("GROUP", "all")

    part = touched(Scope.of(retail_lead, at=at), change, at=at)
    whole = touched(Scope.of(finance_admin, at=at), change, at=at)

    assert ([row.code for row in part.rows], part.count, part.total) == (["RETAIL", "SHOPS"], 2, None)
    assert (whole.count, whole.total) == (5, 5)


def test_it_asks_as_often_for_one_unit_as_for_all(books: Books, draft: Draft, at: datetime, company: Company):
    books.write(OVER_BUDGET)
    books.limit(unit="GROUP", code="all")
    counts = []
    for unit in ("SHOPS", "GROUP"):
        with CaptureQueriesContext(connection) as queries:
            touched(ENGINE, draft(unit, "new" if unit == "SHOPS" else "all"), at=at)
        counts.append(len(queries))

    assert counts[0] == counts[1]
