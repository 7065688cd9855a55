"""The page of resources: where money and people sit, what they return, and how long the budget lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Threshold
from ledger.models import ONE, Account, Entry
from metrics.recompute import recompute
from tests.cast import person
from tests.company import Company
from tests.prepared import prepared
from tests.reports.conftest import COMPUTED
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.limits import limit
from tests.reports.staffed import MONTHLY, build_staffed
from tests.tables import assert_reads
from units import roles
from units.marks import take_mark

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@prepared
def staffed() -> Company:
    return build_staffed()


@pytest.fixture
def reader(staffed: Company, signed_in: SignedIn) -> Client:
    return signed_in(person("Erin Executive", roles.EXECUTIVE))


def board(client: Client, **asked: str) -> Any:
    answer = client.get("/resources/", asked)
    assert answer.status_code == 200
    return answer.context["board"]


def sentence(found: Any) -> str:
    return "".join(phrase.text for phrase in found.headline.sentence)


def whole(figure: Any) -> Any:
    return None if figure.number is None else figure.number / ONE


# --- the sentence --------------------------------------------------------------------------------------------


def test_the_sentence_names_the_best_use_of_people_with_the_marginal_figure_beside_the_average(reader: Client) -> None:
    """Two hires at 240 a year: 2 × (2,114 − 588) by the average head, 2 × (1,200 − 120) by the marginal one."""
    assert sentence(board(reader)) == (
        "Retail earns 61% of revenue with 33% of people; the two hires still planned elsewhere in 2026 would bring"
        " $3.05K more revenue a year there by the average head, $2.16K more by the marginal one."
    )


def test_under_it_stands_what_to_doubt(reader: Client) -> None:
    assert [each.text for each in board(reader).headline.meta] == [
        "Fiscal year 2026 to September 2026.",
        "$1.85K of revenue a head in Retail against $1.00K for the group",
        "Wholesale: Headcount stood at 2 levels only.",
        "Retail: Headcount stood at 2 levels only.",
    ]


def test_the_move_opens_the_form_that_plans_it_for_those_who_may(reader: Client, signed_in: SignedIn) -> None:
    (action,) = board(reader).actions
    auditor = signed_in(person("Ada Auditor", roles.AUDITOR))

    assert action.href == "/planning/?giver=WHOLESALE&taker=RETAIL&budget=480&months=12"
    assert reader.get(action.href).context["board"].move is not None
    assert board(auditor).actions == ()


def test_without_planned_hires_the_sentence_says_who_earns_most(signed_in: SignedIn, db: None) -> None:
    build_staffed(monthly=MONTHLY.replace("budget-2026 |    13 |", "budget-2026 |    11 |"))

    said = sentence(board(signed_in(person("Erin Executive", roles.EXECUTIVE))))
    assert said == "Retail earns 61% of revenue with 33% of people."


def test_hires_that_would_bring_nothing_are_not_advertised(signed_in: SignedIn, db: None) -> None:
    costly = MONTHLY.replace("RETAIL | PEOPLE  | actual      |   100 |  120", "RETAIL | PEOPLE  | actual | 1000 | 1200")
    build_staffed(monthly=costly)

    said = sentence(board(signed_in(person("Erin Executive", roles.EXECUTIVE))))
    assert said.endswith("; the two hires still planned elsewhere in 2026 would bring no more revenue there.")


# --- headline figures ------------------------------------------------------------------------------------------


def test_four_figures_stand_on_top_with_what_to_read_beside_them(reader: Client) -> None:
    budget, heads, contractors, earned = board(reader).figures

    assert (budget.label, whole(budget.figure)) == ("Operating budget 2026", 9_720)
    assert [(fact.label, fact.share.number) for fact in budget.facts] == [
        ("Spent to 30 Sep", pytest.approx(0.7716, abs=0.0001)),
        ("Share of year gone", 0.75),
    ]
    assert (whole(heads.figure), [whole(fact.variance) for fact in heads.facts]) == (18, [-2, None])
    assert (whole(contractors.figure), contractors.facts[0].share.number) == (1, pytest.approx(1 / 19))
    assert (whole(earned.figure), earned.facts[1].label) == (1_005, "Best, Retail")


def test_every_figure_leads_to_its_explanation_over_its_own_stretch(reader: Client) -> None:
    found = board(reader, over="quarter")
    hrefs = [row.spent.href for row in found.budgets.rows] + [figure.figure.href for figure in found.figures]
    hrefs += [row.share.href for row in found.contractors.rows] + [row.heads.href for row in found.functions.rows[:2]]

    assert found.budgets.rows[0].spent.href == "/units/RETAIL/explain/total_cost/?period=2026-09&basis=qtd"
    assert {reader.get(href).status_code for href in hrefs} == {200}


# --- spend -----------------------------------------------------------------------------------------------------


def test_spend_is_drawn_with_its_return_and_who_sells_nothing_has_none(reader: Client) -> None:
    found = board(reader).treemap

    assert [(tile.label, tile.tone) for tile in found.drawings[0].tiles] == [
        ("Wholesale: $3.30K, returns 38%", "1"),
        ("Retail: $3.12K, returns 168%", "1"),
        ("Shops: $810, returns −11%", "5"),
        ("Head office: $270, it sells nothing", "n"),
    ]
    assert found.section.title == "One unit, 11% of the spend, returns 13% or less on it"
    assert found.table.rows[2] == ("Shops", "810", "n/a", "−11.1%")


def test_each_rectangle_is_a_link_to_its_unit_and_the_same_stands_as_a_table(reader: Client) -> None:
    page = reader.get("/resources/?basis=month").content.decode()

    assert page.count('href="/units/SHOPS/?period=2026-09&amp;basis=month" aria-label="Shops: $90') == 2  # wide, narrow
    assert "Show as table" in page


def test_the_area_is_the_spend_of_the_stretch_picked(reader: Client) -> None:
    labels = {
        basis: board(reader, basis=basis).treemap.drawings[0].tiles[-1].label for basis in ("month", "qtd", "ltm")
    }

    assert labels == {
        "month": "Head office: $30, it sells nothing",
        "qtd": "Head office: $90, it sells nothing",
        "ltm": "Head office: $360, it sells nothing",
    }


def test_a_stretch_that_no_sheet_holds_is_read_from_months(reader: Client) -> None:
    assert board(reader, basis="rolling:6").treemap.drawings[0].tiles[-1].label == "Head office: $180, it sells nothing"


# --- budgets ---------------------------------------------------------------------------------------------------


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


# --- people ----------------------------------------------------------------------------------------------------


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


# --- revenue a head against margin -----------------------------------------------------------------------------


def test_efficiency_compares_units_that_have_all_three_numbers(reader: Client) -> None:
    found = board(reader).efficiency

    assert found.title == "Retail leads on revenue a head; Wholesale trails on both axes"
    assert found.subtitle.endswith("One unit lacks one of the three.")
    assert [row[0] for row in found.charts[0].table.rows] == ["Retail", "Wholesale", "Example Group"]


# --- who reads, and what there is ------------------------------------------------------------------------------


def test_a_leader_sees_the_own_unit_alone_and_no_other_by_name(staffed: Company, signed_in: SignedIn) -> None:
    leader = signed_in(person("Rita Retail", roles.UNIT_LEADER, staffed.retail))
    answer = leader.get("/resources/")
    found = answer.context["board"]

    assert [row.unit.short for row in found.budgets.rows] == ["RETAIL"]
    assert sentence(found) == "Retail spent $3.12K, YTD Sep 2026."
    assert found.efficiency.title == "Nothing to compare by revenue a head"
    assert "Wholesale" not in answer.content.decode()


def test_a_unit_is_asked_for_in_the_address_and_stays_in_it(reader: Client) -> None:
    found = board(reader, unit="WHOLESALE", over="quarter")

    assert found.title == "Resources of Wholesale"
    assert "unit=WHOLESALE" in found.picker.previous and "over=quarter" in found.picker.previous
    assert all("unit=WHOLESALE" in choice.href for choice in found.budgets.section.views)


def test_a_foreign_unit_is_not_found_and_who_reads_no_figures_is_refused(staffed: Company, signed_in: SignedIn) -> None:
    leader = signed_in(person("Rita Retail", roles.UNIT_LEADER, staffed.retail))
    access = signed_in(person("Ali Access", roles.ACCESS_ADMIN))

    assert (
        leader.get("/resources/?unit=WHOLESALE").status_code
        == leader.get("/resources/?unit=NOWHERE").status_code
        == 404
    )
    assert access.get("/resources/").status_code == 403


def test_the_page_stands_in_the_rail_and_takes_the_pick_along(reader: Client) -> None:
    around = reader.get("/resources/?period=2026-08&basis=month").context["frame"]
    (place,) = [item for item in around.navigation if item.key == "resources"]

    assert (place.href, around.current) == ("/resources/?period=2026-08&basis=month", "resources")
    assert "resources" not in [item.key for item in around.tabs]


def test_a_company_without_figures_is_shown_the_way_to_them(signed_in: SignedIn, company: Company) -> None:
    answer = signed_in(person("Erin Executive", roles.EXECUTIVE)).get("/resources/")

    assert answer.status_code == 200
    assert "No figures yet" in answer.content.decode()


def test_without_people_and_budgets_every_part_says_what_is_missing(computed: Company, signed_in: SignedIn) -> None:
    found = board(signed_in(person("Erin Executive", roles.EXECUTIVE)), unit="WHOLESALE")

    assert found.functions.section.title == "Nobody reports people by function"
    assert found.openings.section.title == "Nobody reports open positions"
    assert found.contractors.section.title == "Nobody reports what contractors cost against a staff budget"
    assert found.budgets.section.title == "No unit has a budget and spend of this year to compare"


MANY = [
    (f"N{number:03}", f"A unit with a name that goes on and on, number {number} {'x' * 60}") for number in range(300)
]


def test_three_hundred_units_are_folded_paged_and_counted_whole(signed_in: SignedIn, db: None) -> None:
    build_staffed(MANY)
    reader = signed_in(person("Erin Executive", roles.EXECUTIVE))
    found = board(reader)
    second = board(reader, page="2")

    assert found.treemap.drawings[0].tiles[0].label == "245 other units: $198K"
    assert len(found.treemap.drawings[0].tiles) == 60
    assert len(found.treemap.table.rows) == 304
    assert (len(found.budgets.rows), len(second.budgets.rows)) == (25, 25)
    assert found.budgets.section.title == second.budgets.section.title
    assert all("page=" in choice.href and "unit=GROUP" in choice.href for choice in found.budgets.pages)
    assert sentence(found).startswith("Retail earns ")


def test_hostile_names_are_text(signed_in: SignedIn, db: None) -> None:
    build_staffed([(f"H{place:02}", name) for place, name in enumerate(HOSTILE)])
    page = signed_in(person("Erin Executive", roles.EXECUTIVE)).get("/resources/").content.decode()

    assert raw_markup_in(page) == []


QUERIES = 10


@pytest.mark.parametrize("more", [0, 60])
def test_the_page_costs_the_same_queries_whatever_the_number_of_units(more: int, signed_in: SignedIn, db: None) -> None:
    build_staffed(MANY[:more])
    reader = signed_in(person("Erin Executive", roles.EXECUTIVE))
    reader.get("/resources/")

    with CaptureQueriesContext(connection) as asked:
        found = reader.get("/resources/").context["board"]

    assert len(asked) == QUERIES, "\n".join(query["sql"][:160] for query in asked)
    assert len(found.treemap.table.rows) == 4 + more


def test_a_page_of_figures_as_known_before_is_read_at_that_mark(reader: Client) -> None:
    answer = reader.get("/resources/?as_of=2026-10-09T12:00:00Z")

    assert answer.status_code == 200
    assert reader.get("/resources/?as_of=nonsense").status_code == 404
    assert reader.get("/resources/?period=1999-01").status_code == 404
