"""Planning: a hiring budget in another unit, and a budget divided over requests, on pages and over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Record
from jobs.models import Job
from jobs.work import drain
from metrics.allocation import BudgetTooSmall, Request
from people.models import Person
from reports.actions.planning import ALLOCATE, ask_allocation
from tests.cast import person
from tests.company import Company
from tests.metrics.engine import compute
from units import roles
from units.scope import AbilityMissing, Scope

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]
SignedIn = Callable[..., Client]
ONE = 10_000

REQUESTS = """request,minimum,asked,return,priority
Ads,10,100,1.5,1
Shop,0,100,3,1
Fair,20,50,1,2
"""
WIRE = {
    "budget": "150",
    "requests": [
        {"request": "Ads", "minimum": "10", "asked": "100", "return": "1.5"},
        {"request": "Shop", "asked": "100", "return": "3"},
        {"request": "Fair", "minimum": "20", "asked": "50", "priority": "2"},
    ],
}


@pytest.fixture
def browser(signed_in: SignedIn, executive: Person) -> Client:
    return signed_in(executive)


def solve() -> None:
    """Let the worker do the divisions that are due."""
    drain(clock=timezone.now, kinds=frozenset({ALLOCATE}))


def divided(browser: Client) -> str:
    """Ask for a division on the page; its address."""
    answer = browser.post("/planning/", {"budget": "150", "requests": REQUESTS})
    assert answer.status_code == 302
    address: str = answer.url
    return address


def grants(board: Any) -> dict[str, list[int]]:
    return {row.label: [each.number // ONE for each in row.granted] for row in board.rows}


# --- a budget over requests -----------------------------------------------------------------------------
def test_equal_and_proportional_stand_at_once_and_the_best_when_the_worker_has_it(browser: Client) -> None:
    address = divided(browser)
    waiting = browser.get(address).context["board"]

    assert waiting.heads == ("Equal", "Proportional")
    assert waiting.progress is not None
    assert grants(waiting) == {"Ads": [50, 60], "Shop": [50, 60], "Fair": [50, 30]}
    solve()
    done = browser.get(address).context["board"]

    assert done.heads == ("Equal", "Proportional", "Best")
    assert done.progress is None
    assert {label: found[2] for label, found in grants(done).items()} == {"Ads": 10, "Shop": 100, "Fair": 40}
    assert done.section.title.startswith("The best division returns ")


def test_a_page_that_waits_asks_only_for_its_progress(browser: Client) -> None:
    address = divided(browser)
    waiting = browser.get(address, headers={"HX-Request": "true"})
    solve()
    done = browser.get(address, headers={"HX-Request": "true"})

    assert b"<html" not in waiting.content
    assert f'hx-get="{address}"'.encode() in waiting.content
    assert done["HX-Refresh"] == "true"


def test_asking_is_recorded_and_listed_for_whoever_asked(browser: Client, executive: Person) -> None:
    address = divided(browser)
    record = Record.objects.get(verb="metrics.allocation.asked")

    assert (record.actor, record.after) == (f"person:{executive.pk}", {"budget": 150 * ONE, "requests": 3})
    assert [each.href for each in browser.get("/planning/").context["board"].past] == [address]


def test_a_division_is_its_askers_alone(browser: Client, signed_in: SignedIn) -> None:
    address = divided(browser)
    other = signed_in(person("Felix Finance", roles.FINANCE_ADMIN))

    assert other.get(address).status_code == 404
    assert other.get("/planning/").context["board"].past == ()
    assert other.get("/api/v1/allocations/").json()["results"] == []
    assert other.get(f"/api/v1/allocations/{address.split('/')[-2]}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"budget": "much"}, "This is not a number"),
        ({"budget": "20"}, "The minimums of 3 requests add to 30.0000"),
        ({"requests": "request,asked\nAds,many"}, "Row 2, column asked: This is not a number"),
        ({"requests": "request,asked\nAds,1\nAds,2"}, "Ads stands there twice."),
        ({"requests": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_divided_is_said_beside_its_field(browser: Client, sent: dict[str, str], sentence: str) -> None:
    answer = browser.post("/planning/", {"budget": "150", "requests": REQUESTS} | sent)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Job.objects.asked_for(ALLOCATE).exists()


def test_over_the_api_the_same_division_is_asked_for_and_read(browser: Client) -> None:
    asked = browser.post("/api/v1/allocations/", WIRE, content_type="application/json")
    first = asked.json()

    assert asked.status_code == 202
    assert (first["state"], [each["method"] for each in first["allocations"]]) == ("waiting", ["equal", "proportional"])
    solve()
    read = browser.get(f"/api/v1/allocations/{first['id']}/").json()
    assert read["state"] == "done"
    assert read["allocations"][2]["granted"] == {"Ads": "10.0000", "Shop": "100.0000", "Fair": "40.0000"}
    assert browser.get("/api/v1/allocations/").json()["results"] == [read]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"budget": "20"}, "budget"),
        ({"budget": "-1"}, "budget"),
        ({"requests": [{"request": "Ads", "asked": "many"}]}, "requests"),
        ({"requests": []}, "requests"),
        ({"requests": [{"asked": "1"}]}, "requests"),
    ],
)
def test_over_the_api_what_cannot_be_divided_is_refused(browser: Client, sent: dict[str, Any], field: str) -> None:
    answer = browser.post("/api/v1/allocations/", WIRE | sent, content_type="application/json")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_the_verb_asks_for_the_ability_and_for_requests_that_can_be_met(
    retail_lead: Person, executive: Person, at: datetime
) -> None:
    with pytest.raises(AbilityMissing):
        ask_allocation(actor=Scope.of(retail_lead, at=at), budget=ONE, requests=[Request("A", 0, ONE)], at=at)
    with pytest.raises(BudgetTooSmall):
        ask_allocation(actor=Scope.of(executive, at=at), budget=0, requests=[Request("A", ONE, ONE)], at=at)


@pytest.mark.parametrize("who", ["retail_lead", "approver", "auditor", "board_reader", "access_admin", "stranger"])
def test_others_plan_nothing(request: pytest.FixtureRequest, signed_in: SignedIn, who: str) -> None:
    other = signed_in(request.getfixturevalue(who))

    assert other.get("/planning/").status_code == 403
    assert other.get("/api/v1/hiring/").status_code == 403
    assert other.post("/api/v1/allocations/", WIRE, content_type="application/json").status_code == 403


# --- a hiring budget elsewhere ---------------------------------------------------------------------------
MOVE = "giver=SHOPS&taker=DEPOT&budget=1000"


def test_the_page_says_what_a_hiring_budget_brings_elsewhere(company: Company, browser: Client) -> None:
    compute()
    board = browser.get(f"/planning/?{MOVE}").context["board"]

    assert [row.label for row in board.move.rows] == ["SHOPS Shops", "DEPOT Depot Zephyrgoods"]
    assert [label for label, _ in board.move.gains] == [
        "Revenue a year by the average head",
        "Revenue a year by the marginal head",
    ]
    assert any("6 are the fewest" in warning for warning in board.move.warnings)


def test_over_the_api_it_is_what_the_command_says(company: Company, browser: Client) -> None:
    compute()
    told = browser.get(f"/api/v1/hiring/?{MOVE}").json()

    assert (told["budget"], [each["unit"] for each in told["units"]]) == ("1000.0000", ["SHOPS", "DEPOT"])
    assert told["units"][0]["average"]["value"] is not None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("taker=DEPOT&budget=1", "giver"),
        ("giver=NOWHERE&taker=DEPOT&budget=1", "giver"),
        ("giver=SHOPS&taker=DEPOT&budget=much", "budget"),
        (f"{MOVE}&months=0", "detail"),
        (f"{MOVE}&colour=red", "colour"),
    ],
)
def test_over_the_api_what_is_no_move_is_refused(company: Company, browser: Client, query: str, field: str) -> None:
    compute()
    answer = browser.get(f"/api/v1/hiring/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_a_planner_of_one_unit_moves_budgets_inside_it_only(company: Company, signed_in: SignedIn) -> None:
    compute()
    client = signed_in(person("Fay Finance", roles.FINANCE_ADMIN, company.retail))

    assert client.get(f"/planning/?{MOVE}").context["board"].move is None
    assert client.get(f"/api/v1/hiring/?{MOVE}").json() == {"taker": ["There is no such unit."]}
