"""The company and the cast of the tests stand as their tables say."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.models import ONE, Closing, Entry
from tests.tables import assert_reads
from units.models import Unit
from units.scope import Scope


def test_the_company_is_a_group_two_units_with_one_child_each_and_an_elimination(company):
    assert_reads(
        Unit.unscoped.order_by("left").values("code", "left", "right", "depth"),
        """
        code      | left | right | depth
        GROUP     |    1 |    12 |     0
        RETAIL    |    2 |     5 |     1
        SHOPS     |    3 |     4 |     2
        WHOLESALE |    6 |     9 |     1
        DEPOT     |    7 |     8 |     2
        ELIM      |   10 |    11 |     1
        """,
    )


def test_three_months_are_closed_and_one_is_open(company):
    closed = Closing.unscoped.order_by("period__ordinal").values_list("period__code", flat=True)

    assert [*closed, "and open", company.open_month.code] == ["2026-06", "2026-07", "2026-08", "and open", "2026-09"]


def test_the_internal_sale_stands_on_both_sides(company):
    sides = Entry.unscoped.filter(period=company.open_month).exclude(counterparty="").order_by("unit__left")

    assert [(e.unit.code, e.account.code, e.counterparty, e.amount // ONE) for e in sides] == [
        ("SHOPS", "COSTS", "DEPOT", 200),
        ("DEPOT", "REVENUE", "SHOPS", 200),
    ]


def test_the_cast_sees_what_its_roles_say(
    company, executive, retail_lead, wholesale_lead, group_lead, access_admin, board_reader, former_lead, stranger
):
    now = datetime(2026, 10, 9, tzinfo=UTC)
    seen = {
        person.name.split()[0]: list(
            Unit.objects.within(Scope.of(person, at=now)).order_by("left").values_list("code", flat=True)
        )
        for person in (
            executive, retail_lead, wholesale_lead, group_lead, access_admin, board_reader, former_lead, stranger,
        )
    }  # fmt: skip

    everything = ["GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "ELIM"]
    assert seen == {
        "Erin": everything,
        "Rita": ["RETAIL", "SHOPS"],
        "Walter": ["WHOLESALE", "DEPOT"],
        "Gina": everything,
        "Agnes": [],
        "Bea": [],
        "Frank": [],
        "Stan": [],
    }
