"""The scenario planner: the drivers, what follows from them, and what is typed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from metrics.outlook import forecasts
from metrics.querysets import computed_mark
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.scenarios import UP, driver, form, page_of, picture, planner, scenario
from tests.reports.shown import sentence
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# --- what follows ----------------------------------------------------------------------------------------


def test_the_base_is_what_is_stored_as_forecast(browser, planned, pia, at):
    """To the ten-thousandth: subtotals made of the lines here are those that the forecast stored."""
    found = scenario(pia, planned.shops, at=at)
    read = picture(browser.get(page_of(found)))
    rows = forecasts(Scope.system("test"), computed_mark()).of_units([planned.shops.pk])
    stored = {}
    for row in rows:
        stored[row.metric] = stored.get(row.metric, 0) + row.number

    shown = {line.label: line.base.number for line in read.lines}
    labels = {
        "revenue": "Revenue",
        "cost_of_sales": "Cost of sales",
        "gross_profit": "Gross profit",
        "personnel_cost": "Personnel",
        "operating_cost": "Operating cost",
        "operating_income": "Operating income",
    }
    assert {code: shown[label] for code, label in labels.items()} == {code: stored[code] for code in labels}
    assert sentence(read) == "Nothing is changed: the scenario is its base."
    assert all(line.base == line.case for line in read.lines)


def test_a_driver_moves_the_case_and_says_what_it_adds(browser, raised):
    read = picture(browser.get(page_of(raised)))
    lines = {line.label: line for line in read.lines}
    more = lines["Revenue"].base.number // 10

    assert abs(lines["Revenue"].change.number - more) <= 12  # a month is rounded once
    assert lines["Operating income"].change.number == lines["Revenue"].change.number
    assert lines["Cost of sales"].change.number == 0
    (row,) = read.drivers
    assert (row.label, row.value, row.effect.number) == ("Prices", "+10", lines["Revenue"].change.number)
    assert sentence(read).startswith("One change adds $1.93K to operating income over 12 months and end it with $1.76K")
    assert "more cash" in sentence(read)


def test_the_bridge_goes_from_base_to_scenario_driver_by_driver(browser, planned, pia, at):
    found = scenario(pia, planned.shops, UP, driver("pay", "5.0000"), driver("collection", "-5.0000"), at=at)
    read = picture(browser.get(page_of(found)))
    (chart,) = read.bridge.charts
    profit = next(line for line in read.lines if line.label == "Operating income")

    assert [row[0] for row in chart.table.rows] == ["Base", "Prices +10 %", "Pay +5 %", "Scenario"]
    assert sum(row.effect.number for row in read.drivers if not row.is_cash) == profit.change.number


def test_every_month_stands_with_base_scenario_and_difference(browser, raised):
    read = picture(browser.get(page_of(raised)))
    revenue = read.table[0]

    assert (read.columns[0], read.columns[-1], len(read.columns)) == ("Oct 26", "Sep 27", 12)
    assert [case.number - base.number for base, case in zip(revenue.base, revenue.case, strict=True)] == [
        each.number for each in revenue.change
    ]
    assert next(line for line in read.table if line.label == "Cost of sales").change == ()


def test_over_the_year_closed_months_stay_as_they_are(browser, raised):
    read = picture(browser.get(page_of(raised, "?span=year")))
    revenue = read.table[0]

    assert (read.columns[0], read.columns[-1]) == ("Jan 26", "Dec 26")
    assert [each.number == 0 for each in revenue.change] == [True] * 9 + [False] * 3
    assert read.statement.subtitle.endswith("the year 2026, 9 of 12 months closed")
    assert "Drivers act from October 2026 on." in [remark.text for remark in read.headline.meta]


def test_by_quarter_months_stand_together_and_a_part_of_a_quarter_says_which(browser, raised):
    months = picture(browser.get(page_of(raised))).table
    read = picture(browser.get(page_of(raised, "?by=quarter")))

    assert read.breakdown.title == "Quarter by quarter"
    assert read.columns == ("Q4 2026", "Q1 2027", "Q2 2027", "Q3 2027")
    assert [figure.number for figure in read.table[0].case] == [
        sum(figure.number for figure in months[0].case[at : at + 3]) for at in (0, 3, 6, 9)
    ]
    assert [figure.number for figure in read.table[-1].case] == [months[-1].case[at].number for at in (2, 5, 8, 11)]


@pytest.mark.parametrize("query", ["?by=unit", "?by=unit&span=year"])
def test_by_unit_those_that_drivers_name_and_all_others_add_up(browser, planned, pia, at, query):
    drivers = {**UP, "unit": "SHOPS"}, {**UP, "unit": "DEPOT"}, driver("pay", "5.0000", unit="GROUP")
    read = picture(browser.get(page_of(scenario(pia, planned.group, *drivers, at=at), query)))
    rows = {line.label: line for line in read.table}

    assert read.columns == ("Shops", planned.depot.name, "All others", "Together")
    for label in ("Revenue", "Cost of sales", "Personnel", "Operating income"):
        for figures in (rows[label].base, rows[label].case):
            *parts, together = (figure.number for figure in figures)
            assert together == sum(number for number in parts if number is not None), label
    assert [each.number > 0 for each in rows["Revenue"].change] == [True, True, False, True]


def test_without_a_driver_on_a_unit_below_there_is_nothing_to_tell_by_unit(browser, raised):
    read = picture(browser.get(page_of(raised, "?by=unit")))

    assert read.breakdown.title == "Month by month"
    assert [choice.label for choice in read.breakdown.views] == ["By month", "By quarter"]


def test_what_is_done_in_a_unit_below_is_added_to_the_group(browser, planned, pia, at):
    below = picture(browser.get(page_of(scenario(pia, planned.shops, UP, at=at))))
    above = picture(browser.get(page_of(scenario(pia, planned.group, {**UP, "unit": "SHOPS"}, at=at))))

    assert above.drivers[0].unit_label == "Shops"
    assert above.drivers[0].effect.number == below.drivers[0].effect.number
    assert any("What units sell each other" in note for note in above.notes)


def test_a_unit_without_cash_says_why(browser, planned, pia, at):
    read = picture(browser.get(page_of(scenario(pia, planned.depot, {**UP, "unit": "DEPOT"}, at=at))))

    assert read.cash is None
    assert read.lines[-1].case.reason == "not_applicable: no cash is delivered"
    assert read.notes[-1] == "There is no cash here: no cash is delivered."


def test_a_driver_that_cannot_act_says_why(browser, planned, pia, at):
    read = picture(browser.get(page_of(scenario(pia, planned.shops, driver("new_customers", "3.0000"), at=at))))

    assert read.drivers[0].reason == "no account carries customers"
    assert sentence(read) == "Nothing is changed: the scenario is its base."


def test_without_a_forecast_there_is_no_base(signed_in, company, at):
    someone = planner()
    answer = signed_in(someone).get(page_of(scenario(someone, company.shops, UP, at=at)))

    assert sentence(picture(answer)).startswith("Nothing is forecast of this unit yet")
    assert answer.status_code == 200


# --- what is typed ---------------------------------------------------------------------------------------


def test_the_address_carries_drivers_that_are_not_saved(browser, raised):
    answer = browser.get(page_of(raised, "?d=price:+5:2026-12:SHOPS&d=pay:1::SHOPS"))
    page = answer.context["page"]

    assert page.is_edited
    assert [(row.kind, row.value, row.first) for row in page.picture.drivers] == [
        ("price", " 5", "2026-12"),
        ("pay", "1", ""),
    ]
    assert b'<option value="2026-12" selected>from Dec 2026</option>' in answer.content
    raised.refresh_from_db()
    assert raised.drivers == [UP]


def test_moving_a_slider_answers_with_the_picture_and_its_address(browser, raised):
    answer = browser.post(page_of(raised) + "try/", form(driver("price", "+5")), headers={"HX-Request": "true"})
    again = browser.get(answer["HX-Replace-Url"])

    assert answer["HX-Replace-Url"] == page_of(raised, "?d=price%3A%2B5%3A%3ASHOPS")
    assert sentence(answer.context["picture"]) == sentence(picture(again))
    assert b'id="effect-0" hx-swap-oob="true"' in answer.content
    assert Record.objects.filter(verb="reports.scenario.saved").count() == 0


def test_without_script_show_leads_to_the_same_numbers(browser, raised):
    answer = browser.post(page_of(raised) + "try/", form(driver("price", "+5"), span="year"))

    assert answer.status_code == 302
    assert answer["Location"] == page_of(raised, "?d=price%3A%2B5%3A%3ASHOPS&span=year")


def test_drivers_are_added_and_taken_out(browser, raised):
    added = browser.post(
        page_of(raised) + "try/", form(driver("price", "+5"), _add="1", add_unit="SHOPS", add_kind="pay")
    )
    gone = browser.post(page_of(raised) + "try/", form(driver("price", "+5"), _remove="0"))

    assert added["Location"] == page_of(raised, "?d=price%3A%2B5%3A%3ASHOPS&d=pay%3A0%3A%3ASHOPS")
    assert gone["Location"] == page_of(raised, "?d=")
    assert picture(browser.get(gone["Location"])).drivers == ()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("a lot", "Prices takes a number; “a lot” is none."),
        ("31", "Prices goes from −30 to +30 %; +31 lies outside."),
        ("<script>", "Prices takes a number; “<script>” is none."),
    ],
)
def test_a_value_that_is_none_is_said_beside_it_and_nothing_is_lost(browser, raised, value, error):
    answer = browser.post(page_of(raised), form(driver("price", value), driver("pay", "2")))
    rows = answer.context["page"].picture.drivers

    assert answer.status_code == 400
    assert [(row.value, row.error) for row in rows] == [(value, error), ("2", "")]
    assert raw_markup_in(answer.content.decode()) == []
    raised.refresh_from_db()
    assert raised.drivers == [UP]


@pytest.mark.parametrize(
    "query", ["?d=nonsense", "?d=a:b:c:d", "?d=price:5:1999-99:SHOPS", "?d=price:5::DEPOT", "?base=x"]
)
def test_an_address_that_says_nothing_right_is_still_a_page(browser, raised, query):
    assert browser.get(page_of(raised, query)).status_code == 200


def test_a_unit_that_is_not_part_of_it_is_left_out_with_a_sentence(browser, raised):
    (row,) = picture(browser.get(page_of(raised, "?d=price:5::DEPOT"))).drivers

    assert row.error == "The unit of this driver is not part of this one any more: it is left out."
    assert row.effect.number is None or row.effect.number == 0


# --- keeping ---------------------------------------------------------------------------------------------


# --- sharing ---------------------------------------------------------------------------------------------


# --- side by side, and as a file -------------------------------------------------------------------------


# --- the page itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_whole(browser, planned, pia, at, name):
    if not name.strip():
        return
    found = scenario(pia, planned.shops, UP, at=at, name=name)
    pages = [
        browser.get(each).content.decode()
        for each in (page_of(found), "/scenarios/", f"/scenarios/compare/?a={found.public_id}")
    ]

    assert [raw_markup_in(page) for page in pages] == [[], [], []]


@pytest.mark.parametrize(("query", "most"), [("", 12), ("?span=year", 12), ("?base=saved", 12)])
@pytest.mark.parametrize("units", [("SHOPS",), ("SHOPS", "DEPOT", "RETAIL", "WHOLESALE")])
def test_a_page_asks_the_same_number_of_questions_however_many_units(browser, planned, pia, at, units, query, most):
    found = scenario(pia, planned.group, *({**UP, "unit": unit} for unit in units), at=at)
    browser.get(page_of(found))
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page_of(found, query)).status_code == 200

    assert len(asked) <= most, "\n".join(query["sql"][:160] for query in asked)


def test_the_other_pages_ask_few_questions(browser, planned, pia, at, raised):
    more = [scenario(pia, planned.depot, {**UP, "unit": "DEPOT"}, at=at, name=f"{n}") for n in range(3)]
    compare = f"/scenarios/compare/?a={raised.public_id}&b={more[0].public_id}&c={more[1].public_id}"
    for address in ("/scenarios/", compare):
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= 12, "\n".join(query["sql"][:160] for query in asked)
    with CaptureQueriesContext(connection) as asked:
        browser.post(page_of(raised) + "try/", form(UP), headers={"HX-Request": "true"})
    assert len(asked) <= 12
