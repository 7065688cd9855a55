"""The home people arrange: pins on figures and units, and nothing of what they may not see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from metrics.actions import define_metric, retire_metric
from metrics.models import Metric
from metrics.vetting import Definition
from people.models import Person
from reports.actions import home
from reports.models import Pin, SavedView
from tests.company import MARKER, MARKER_NAME, Company
from tests.reports.homes import SAVED, board, pin, save, verbs
from units.models import Grant, Unit
from units.scope import AbilityMissing, Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HTMX = {"HX-Request": "true"}


# --- pins ----------------------------------------------------------------------------------------------


def test_a_pinned_figure_stands_with_its_value_variance_and_months(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")

    (found,) = board(browser).figures
    assert (found.unit.short, found.line.label) == ("SHOPS", "Revenue")
    assert (found.line.figure.number, found.line.reference.number) == (1_200_0000, 1_000_0000)
    assert found.line.variance.number == pytest.approx(0.2)
    assert found.line.trend.actual[-3:] == (1_000_0000, 1_100_0000, 1_200_0000)


def test_a_pinned_figure_is_what_the_board_of_its_unit_says(browser: Client) -> None:
    for metric in ("revenue", "operating_margin", "contractor_cost"):
        pin(browser, "SHOPS", metric)
    told = {
        line.label: line
        for family in browser.get("/units/SHOPS/metrics/?period=2026-08").context["board"].families
        for chapter in family.chapters
        for line in chapter.lines
    }

    for each in board(browser).figures:
        there = told[each.line.label]
        assert (each.line.figure, each.line.variance) == (there.figure, there.variance)
        assert (each.line.status, each.line.limit, each.line.reason) == (there.status, there.limit, there.reason)


def test_a_figure_that_is_missing_says_why_and_is_no_zero(browser: Client) -> None:
    pin(browser, "SHOPS", "dso")

    (found,) = board(browser).figures
    assert found.line.figure.number is None
    assert found.line.reason
    assert found.line.reason in browser.get("/home/?period=2026-08").content.decode()


def test_a_pinned_unit_stands_with_revenue_profit_and_status(browser: Client) -> None:
    pin(browser, "SHOPS")

    (found,) = board(browser).units
    assert (found.unit.short, found.revenue.actual.number, found.profit.actual.number) == (
        "SHOPS",
        1_200_0000,
        400_0000,
    )
    assert found.status_label == "On plan"


@pytest.mark.parametrize(
    ("against", "number"), [("", 1_000_0000), ("&against=prior-year", None), ("&against=forecast", None)]
)
def test_the_home_follows_what_is_compared_with(browser: Client, against: str, number: int | None) -> None:
    pin(browser, "SHOPS", "revenue")

    (found,) = board(browser, f"?period=2026-08&basis=month{against}").figures
    assert found.line.reference.number == number
    assert found.line.reference.reason or number


def test_pinning_twice_is_pinning_once(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")
    pin(browser, "SHOPS", "revenue")

    assert Pin.unscoped.count() == 1
    assert verbs() == ["reports.pin.added"]


def test_a_pin_is_taken_off_and_taking_it_off_again_changes_nothing(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")
    for _ in range(2):
        assert browser.post("/home/pins/off/", {"unit": "SHOPS", "metric": "revenue"}).status_code == 302

    assert Pin.unscoped.count() == 0
    assert verbs() == ["reports.pin.added", "reports.pin.removed"]


def test_pins_are_moved_by_buttons_and_stay_at_the_ends(browser: Client) -> None:
    for metric in ("revenue", "headcount", "operating_income"):
        pin(browser, "SHOPS", metric)

    def move(metric: str, to: str) -> list[str]:
        browser.post("/home/pins/move/", {"unit": "SHOPS", "metric": metric, "to": to})
        return [each.metric for each in board(browser).figures]

    assert move("operating_income", "up") == ["revenue", "operating_income", "headcount"]
    assert move("revenue", "up") == ["revenue", "operating_income", "headcount"]
    assert move("revenue", "down") == ["operating_income", "revenue", "headcount"]
    assert verbs()[3:] == ["reports.pin.moved", "reports.pin.moved"]


def test_a_move_is_one_place_up_or_down(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")

    assert browser.post("/home/pins/move/", {"unit": "SHOPS", "metric": "revenue", "to": "top"}).status_code == 404


def test_a_home_holds_so_many_pins_and_says_so(reader: Scope, computed: Company, at: datetime) -> None:
    metrics = list(home.definitions(None))[: home.MOST_PINS]
    for metric in metrics:
        home.pin(actor=reader, unit=computed.shops, metric=metric, at=at)

    with pytest.raises(home.HomeRefused, match="Your home holds 24 pins. Take one off before you pin another."):
        home.pin(actor=reader, unit=computed.depot, at=at)
    assert home.pin(actor=reader, unit=computed.shops, metric=metrics[0], at=at).place == 1


def test_the_button_of_a_full_home_says_why(browser: Client, reader: Scope, computed: Company, at: datetime) -> None:
    for metric in list(home.definitions(None))[: home.MOST_PINS]:
        home.pin(actor=reader, unit=computed.shops, metric=metric, at=at)

    pressed = browser.post("/home/pins/", {"unit": "DEPOT", "label": "Depot"}, headers=HTMX).content.decode()
    assert "Your home holds 24 pins." in pressed and "Pin: Depot" in pressed
    assert pin(browser, "DEPOT", next="/home/").status_code == 302
    assert "Your home holds 24 pins." in browser.get("/home/").content.decode()


@pytest.mark.parametrize(("unit", "metric"), [("NOWHERE", ""), ("SHOPS", "no_metric"), ("", "revenue")])
def test_what_there_is_not_is_not_pinned(browser: Client, unit: str, metric: str) -> None:
    assert pin(browser, unit, metric).status_code == 404
    assert Pin.unscoped.count() == 0


@pytest.mark.parametrize(
    ("page", "unit", "metric"),
    [("/units/SHOPS/", "SHOPS", ""), ("/units/SHOPS/metrics/revenue/", "SHOPS", "revenue")],
)
def test_the_page_says_whether_it_is_pinned_and_its_button_turns(
    browser: Client, page: str, unit: str, metric: str
) -> None:
    before = browser.get(page).context["pin"]
    pressed = browser.post("/home/pins/", {"unit": unit, "metric": metric, "label": before.label}, headers=HTMX)
    after = browser.get(page).context["pin"]

    assert (before.is_pinned, after.is_pinned) == (False, True)
    assert 'action="/home/pins/off/"' in pressed.content.decode() and "Pinned" in pressed.content.decode()
    assert 'action="/home/pins/off/"' in browser.get(page).content.decode()


def test_every_row_of_the_metrics_board_has_its_button(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")

    lines = [
        line.pin
        for family in browser.get("/units/SHOPS/metrics/").context["board"].families
        for chapter in family.chapters
        for line in chapter.lines
    ]
    assert {each.metric for each in lines if each.is_pinned} == {"revenue"}
    assert len(lines) > 50 and all(each.unit == "SHOPS" for each in lines)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_form_leads_back_to_a_page_of_ours_only(browser: Client, back: str) -> None:
    assert pin(browser, "SHOPS", next=back)["Location"] == "/home/"


def test_a_form_leads_back_to_where_it_stood(browser: Client) -> None:
    assert pin(browser, "SHOPS", next="/units/SHOPS/?period=2026-08")["Location"] == "/units/SHOPS/?period=2026-08"


# --- saved views ---------------------------------------------------------------------------------------


def test_the_verbs_of_pins_stand_in_the_record(reader: Scope, computed: Company, at: datetime) -> None:
    for metric in ("revenue", "headcount"):
        home.pin(actor=reader, unit=computed.shops, metric=metric, at=at)
    home.move_pin(actor=reader, unit=computed.shops, metric="revenue", by=1, at=at)
    home.unpin(actor=reader, unit=computed.shops, metric="revenue", at=at)

    rows = list(Record.objects.filter(verb__startswith="reports.pin").order_by("pk"))
    assert [(row.verb, row.unit_id) for row in rows] == [
        (verb, computed.shops.pk)
        for verb in ("reports.pin.added", "reports.pin.added", "reports.pin.moved", "reports.pin.removed")
    ]


# --- whose it is ---------------------------------------------------------------------------------------


def test_everybody_has_a_home_of_her_own(browser: Client, signed_in: Any, finance_admin: Person) -> None:
    pin(browser, "SHOPS", "revenue")
    save(browser, "Mine")
    other = signed_in(finance_admin)
    (view,) = SavedView.objects.all()

    assert (board(other).figures, board(other).views) == ((), ())
    assert "Mine" not in other.get("/search/", {"q": "mine"}, headers=HTMX).content.decode()
    assert other.post(f"/home/views/{view.public_id}/drop/").status_code == 404
    assert other.post("/home/pins/off/", {"unit": "SHOPS", "metric": "revenue"}).status_code == 302
    assert (Pin.unscoped.count(), SavedView.objects.count()) == (1, 1)


def test_a_unit_out_of_sight_cannot_be_pinned_or_saved(signed_in: Any, retail_lead: Person, computed: Company) -> None:
    leader = signed_in(retail_lead)

    assert pin(leader, "DEPOT").content == pin(leader, "NOWHERE").content
    assert pin(leader, "DEPOT").status_code == 404
    for address in ("/units/DEPOT/", "/overview/?unit=DEPOT"):
        assert save(leader, "Theirs", address).status_code == 404
    assert (Pin.unscoped.count(), SavedView.objects.count()) == (0, 0)


def test_what_goes_out_of_sight_leaves_the_home_without_a_word_and_comes_back_with_it(
    signed_in: Any, group_lead: Person, computed: Company
) -> None:
    leader = signed_in(group_lead)
    pin(leader, "DEPOT", "revenue")
    pin(leader, "DEPOT")
    pin(leader, "SHOPS", "revenue")
    save(leader, "Theirs", "/units/DEPOT/?period=2026-08")
    leader.get("/home/")  # says what was pinned and saved
    grant = Grant.objects.get(person=group_lead)
    grant.unit = Unit.unscoped.get(code="RETAIL")
    grant.save()

    page = leader.get("/home/").content.decode()
    assert [each.code for each in board(leader).figures] == ["SHOPS"]
    assert (board(leader).units, board(leader).views) == ((), ())
    assert MARKER_NAME not in page and "DEPOT" not in page and f"{MARKER:,}" not in page and "Theirs" not in page
    assert "Theirs" not in leader.get("/search/", {"q": "theirs"}, headers=HTMX).content.decode()
    assert Pin.unscoped.count() == 3

    grant.unit = None
    grant.save()
    assert len(board(leader).figures) == 2 and len(board(leader).views) == 1


def test_whoever_may_read_no_figures_has_no_home(signed_in: Any, access_admin: Person, computed: Company) -> None:
    admin = signed_in(access_admin)

    assert admin.get("/home/").status_code == 403
    assert save(admin, "Mine").status_code == 403
    assert admin.get("/")["Location"] == "/admin/"


def test_a_process_keeps_nothing_at_home(computed: Company, at: datetime) -> None:
    with pytest.raises(AbilityMissing, match="Only people keep something at home"):
        home.pin(actor=Scope.system("test"), unit=computed.shops, at=at)
    with pytest.raises(Http404):
        home.pin(actor=Scope.system("test"), unit=computed.shops, metric="no_metric", at=at)


# --- the page ------------------------------------------------------------------------------------------


def test_who_has_arranged_a_home_lands_there(browser: Client) -> None:
    assert browser.get("/")["Location"] == "/overview/"

    pin(browser, "SHOPS", "revenue")

    assert browser.get("/?period=2026-08")["Location"] == "/home/?period=2026-08"


def test_an_empty_home_says_how_to_fill_it(browser: Client) -> None:
    page = browser.get("/home/").content.decode()

    assert "No figure is pinned yet. Pin one on the page of a unit or a metric." in page
    assert "None yet." in page


def test_the_buttons_that_arrange_stand_only_where_they_are_asked_for(browser: Client) -> None:
    pin(browser, "SHOPS", "revenue")
    save(browser, "Mine")

    assert "/home/pins/move/" not in browser.get("/home/").content.decode()
    arranging = browser.get("/home/?arrange=1").content.decode()
    assert "Move Revenue, SHOPS earlier" in arranging and "New name of Mine" in arranging


@pytest.mark.parametrize("pins", [1, 24])
def test_the_home_costs_the_same_queries_however_much_is_pinned(
    browser: Client, reader: Scope, computed: Company, at: datetime, pins: int
) -> None:
    units = [computed.shops, computed.depot, computed.retail, computed.group]
    metrics = list(home.definitions(None))
    for number in range(pins):
        unit = units[number % len(units)]
        home.pin(actor=reader, unit=unit, metric=metrics[number // 4], at=at)
    home.save_view(actor=reader, name="Mine", address=SAVED, at=at)
    browser.get("/home/?period=2026-08")

    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/home/?period=2026-08").status_code == 200

    assert len(asked) == 12, "\n".join(query["sql"][:200] for query in asked)


SPREAD = Definition("cost_spread", "Cost spread", "money", "operating_cost - cost_of_sales", better=-1)


def test_a_metric_that_was_retired_stays_pinned_and_says_so(browser: Client, reader: Scope, at: datetime) -> None:
    define_metric(actor=Scope.system("test"), definition=SPREAD, at=at)
    pin(browser, "SHOPS", "cost_spread")
    pin(browser, "SHOPS", "revenue")
    retire_metric(actor=Scope.system("test"), metric=Metric.objects.get(code="cost_spread"), at=at)

    with CaptureQueriesContext(connection) as asked:
        shown = board(browser)
    assert len(asked) <= 12, "\n".join(query["sql"][:200] for query in asked)

    assert [(each.line.label, each.line.figure.number, each.line.href, each.line.reason) for each in shown.figures] == [
        ("Cost spread", None, "", "The catalogue has no such metric any more."),
        ("Revenue", 1_200_0000, "/units/SHOPS/metrics/revenue/?period=2026-08&basis=month", ""),
    ]
    assert shown.figures_section.subtitle.endswith("One pinned metric is not in the catalogue.")
    page = browser.get("/home/?period=2026-08").content.decode()
    assert "Take it off" in page and "The catalogue has no such metric any more." in page

    browser.post("/home/pins/off/", {"unit": "SHOPS", "metric": "cost_spread"})
    assert [each.line.label for each in board(browser).figures] == ["Revenue"]


def test_a_pin_on_a_metric_that_nobody_remembers_is_called_by_its_code(
    browser: Client, reader: Scope, at: datetime
) -> None:
    pin(browser, "SHOPS", "revenue")
    Pin.unscoped.update(metric="once_there_was")

    (found,) = board(browser).figures
    assert (found.line.label, found.line.reason) == ("once_there_was", "The catalogue has no such metric any more.")
