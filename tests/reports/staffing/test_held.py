"""Budgets and people on the page of resources: how long money lasts, who works where, and what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from alerts.models import Threshold
from ledger.models import Account, Entry
from metrics.recompute import recompute
from tests.cast import person
from tests.company import Company
from tests.reports.conftest import COMPUTED
from tests.reports.limits import limit
from tests.reports.staffed import MONTHLY, board, build_staffed, whole
from tests.tables import assert_reads
from units import roles
from units.marks import take_mark

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def rows_of(found: Any) -> list[dict[str, Any]]:
    return [
        {
            "unit": row.unit.short,
            "budget": whole(row.budget),
            "spent": whole(row.spent),
            "used": row.used.number,
            "planned": row.due.number,
            "over": row.over.number,
            "outcome": row.outcome,
            "mark": row.status,
        }
        for row in (*found.budgets.rows, found.budgets.total)
    ]


def test_a_year_s_budget_runs_out_on_a_day_or_lasts_or_is_not_known(reader: Client) -> None:
    found = board(reader)

    assert_reads(
        rows_of(found),
        """
        unit          | budget | spent  | used | planned | over  | outcome                              | mark
        RETAIL        | 3840.0 | 3120.0 | 0.81 |    0.75 |  0.09 | runs out 1 Dec                       | h
        DEPOT         |  360.0 |  270.0 | 0.75 |    0.75 |  0.0  | lasts                                | ok
        WHOLESALE     | 5520.0 | 3300.0 | 0.60 |    0.75 | -0.20 | lasts                                | ok
        SHOPS         | –      |  810.0 | –    | –       | –     | there is no budget of the whole year |
        Example Group | 9720.0 | 7500.0 | 0.77 |    0.75 |  0.04 | runs out 19 Dec                      | h
        """,
    )
    assert found.budgets.section.title == "Retail runs out of budget before the year ends, on 1 Dec"
    assert found.budgets.notes == ("One unit has no budget; what it spends counts in the total.",)


def test_a_quarter_that_is_over_says_when_its_budget_was_gone(reader: Client) -> None:
    found = board(reader, over="quarter")

    assert [(row["unit"], row["outcome"]) for row in rows_of(found)] == [
        ("RETAIL", "ran out 20 Sep"),
        ("DEPOT", "lasted"),
        ("WHOLESALE", "lasted"),
        ("SHOPS", "there is no budget of the whole quarter"),
        ("Example Group", "ran out 25 Sep"),
    ]
    assert found.budgets.section.title == "Retail ran out of budget before the quarter ended, on 20 Sep"


def test_picking_the_quarter_reads_budgets_by_quarter_unless_the_address_says_otherwise(reader: Client) -> None:
    on = {basis: [view.label for view in board(reader, basis=basis).budgets.section.views if view.is_on]
          for basis in ("month", "qtd", "ytd", "ltm")}  # fmt: skip

    assert on == {"month": ["Year"], "qtd": ["Quarter"], "ytd": ["Year"], "ltm": ["Year"]}
    assert [view.is_on for view in board(reader, basis="qtd", over="year").budgets.section.views] == [False, True]


def test_in_the_middle_of_a_quarter_the_rate_is_that_of_its_months_so_far(reader: Client) -> None:
    retail = board(reader, period="2026-08", over="quarter").budgets.rows[0]

    assert (retail.unit.short, whole(retail.spent), retail.outcome) == ("RETAIL", 720, "runs out 21 Sep")


@pytest.mark.parametrize(
    ("budget", "outcome"),
    [("0", "the budget is zero"), ("-10", "the budget is negative, spending does not use it up")],
)
def test_a_budget_of_zero_or_below_has_no_day_and_says_why(budget, outcome, signed_in: SignedIn, db: None) -> None:
    build_staffed(monthly=f"{MONTHLY.rstrip()}\n    SHOPS | COSTS   | budget-2026 | {budget} |\n")
    found = board(signed_in(person("Erin Executive", roles.EXECUTIVE)))

    assert [row["outcome"] for row in rows_of(found) if row["unit"] == "SHOPS"] == [outcome]


def test_people_stand_by_function_and_what_names_none_is_a_row_of_its_own(reader: Client) -> None:
    found = board(reader).functions

    assert_reads(
        [
            {
                "function": row.label,
                "heads": whole(row.heads),
                "plan": whole(row.planned),
                "variance": whole(row.variance),
                "contractors": whole(row.contractors),
                "open": whole(row.openings),
            }
            for row in (*found.rows, found.total)
        ],
        """
        function        | heads | plan | variance | contractors | open
        Sellers         |   4.0 |  4.0 |      0.0 |         0.0 |  0.0
        Makers          |  14.0 | 16.0 |     -2.0 |         0.0 |  0.0
        Not by function |   0.0 |  0.0 |      0.0 |         1.0 |  2.0
        Example Group   |  18.0 | 20.0 |     -2.0 |         1.0 |  2.0
        """,
    )


def test_functions_that_only_entries_name_are_read_from_their_segments(staffed: Company, signed_in: SignedIn) -> None:
    """The entries of a company whose payroll names functions in a column, on accounts without any below them."""
    Account.objects.filter(code__in=["SELLERS", "MAKERS"]).update(parent=None, role="headcount")
    entries = Entry.unscoped.filter(period__code="2026-09", version__code="actual", until_mark=None)
    mark = take_mark(COMPUTED).pk
    for account, segment in (("MAKERS", "Making"), ("SELLERS", "Selling"), ("OPEN", "Making"), ("OTHERS", "Making")):
        for entry in entries.filter(account__code=account):
            entries.filter(pk=entry.pk).update(until_mark=mark)
            entry.pk, entry.segment, entry.from_mark = None, segment, mark
            entry.save(force_insert=True)
    recompute(actor="process:test", clock=lambda: COMPUTED)
    found = board(signed_in(person("Erin Executive", roles.EXECUTIVE)))

    assert [
        (row.label, whole(row.heads), whole(row.contractors), whole(row.openings)) for row in found.functions.rows
    ] == [
        ("Selling", 4, 0, 0),
        ("Making", 14, 1, 2),
        ("Not by function", 0, 0, 0),
    ]
    assert [whole(row.planned) for row in found.functions.rows] == [None, None, 20]
    assert found.functions.rows[0].planned.reason == "not_applicable: the budget is not split by function"
    assert found.functions.section.title == "Two positions are open, most in Making"
    assert [(row.function, row.since) for row in found.openings.rows] == [("Making", "Sep 2026")]


def test_open_positions_say_since_when_and_cost_what_a_head_of_their_unit_costs(reader: Client) -> None:
    found = board(reader).openings

    assert found.section.title == "Open positions cost $480 a year once filled"
    assert [(row.unit.name, whole(row.number), row.since, whole(row.cost)) for row in found.rows] == [
        ("Wholesale", 2, "Jul 2026", 480)
    ]


def test_contractors_are_held_against_the_limit_over_its_own_stretch(
    staffed: Company, signed_in: SignedIn, at: datetime
) -> None:
    limit(staffed.group, "contractor_share_of_budget", at, target="0.2", basis="ytd")
    found = board(signed_in(person("Erin Executive", roles.EXECUTIVE)), basis="month")

    assert found.contractors.section.title == "Only Retail is over the contractor limit of 20%, at 33%"
    assert [(row.unit.short, round(row.share.number, 3), row.note) for row in found.contractors.rows] == [
        ("RETAIL", 0.333, "over"),
        ("WHOLESALE", 0.038, ""),
        ("DEPOT", 0.0, ""),
    ]
    assert found.contractors.notes == ("One unit has no such figure.",)
    assert found.figures[2].facts[1].label == "Units over 20% target"
    assert "basis=ytd" in found.contractors.rows[0].share.href


def test_without_a_limit_nothing_is_over_one(reader: Client) -> None:
    found = board(reader)

    assert not Threshold.unscoped.exists()
    assert found.contractors.section.title == "Retail leans most on contractors, 33% of its staff budget"
    assert {row.note for row in found.contractors.rows} == {""}


def test_efficiency_compares_units_that_have_all_three_numbers(reader: Client) -> None:
    found = board(reader).efficiency

    assert found.title == "Retail leads on revenue a head; Wholesale trails on both axes"
    assert found.subtitle.endswith("One unit lacks one of the three.")
    assert [row[0] for row in found.charts[0].table.rows] == ["Retail", "Wholesale", "Example Group"]
