"""The page of resources: where money sits, what it returns, and who reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import person
from tests.company import Company
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.shown import sentence
from tests.reports.staffed import MONTHLY, board, build_staffed, whole
from units import roles

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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


def test_on_a_phone_no_name_is_cut_and_long_ones_stand_in_lines(signed_in: SignedIn, db: None) -> None:
    build_staffed([(f"U{place:02}", "Industrial Software") for place in range(1, 11)])
    _, phone = board(signed_in(person("Erin Executive", roles.EXECUTIVE))).treemap.drawings
    texts = [text.text for tile in phone.tiles for text in tile.texts]

    assert [text for text in texts if text.endswith("…")] == []
    assert {"Industrial", "Software", "Unit 10"} <= set(texts)


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


# --- people ----------------------------------------------------------------------------------------------------


# --- revenue a head against margin -----------------------------------------------------------------------------


# --- who reads, and what there is ------------------------------------------------------------------------------


def test_a_leader_sees_the_own_unit_alone_and_no_other_by_name(staffed: Company, signed_in: SignedIn) -> None:
    leader = signed_in(person("Rita Retail", roles.UNIT_LEADER, staffed.retail))
    answer = leader.get("/resources/")
    found = answer.context["board"]

    assert [row.unit.short for row in found.budgets.rows] == ["RETAIL"]
    assert sentence(found) == "Retail spent $3.12K, YTD Sep 2026."
    assert found.efficiency.title == "Nothing to compare by revenue a head"
    assert "Wholesale" not in answer.content.decode()


def test_a_unit_alone_is_told_once_and_is_no_rectangle(staffed: Company, signed_in: SignedIn) -> None:
    found = board(signed_in(person("Sara Shops", roles.UNIT_LEADER, staffed.shops)))

    assert (len(found.budgets.rows), found.budgets.total) == (1, None)
    assert (found.treemap.drawings, found.treemap.legend, len(found.treemap.table.rows)) == ((), (), 1)
    assert found.treemap.section.title.endswith("of their cost")
    assert found.treemap.section.subtitle.startswith("Total cost, ")


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


QUERIES = 11


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
