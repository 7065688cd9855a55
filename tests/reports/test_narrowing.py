"""The units of the overview narrowed to a vertical, a region, a status: those alone, with the group beneath them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from alerts.models import Alert
from people.models import Person
from reports.boards.narrowing import Narrowing
from tests.company import Company
from units.models import Unit

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
GROUP, ELIMINATIONS = "Example Group", "ELIM"


@pytest.fixture
def browser(signed_in: SignedIn, executive: Person, computed: Company) -> Client:
    Unit.unscoped.filter(code="RETAIL").update(vertical="Shops", region="North")
    Unit.unscoped.filter(code="WHOLESALE").update(vertical="Trade", region="North")
    return signed_in(executive)


def shown(browser: Client, asked: str = "") -> list[str]:
    """The units of the matrix from top to bottom."""
    matrix = browser.get(f"/overview/?basis=month{asked}").context["board"].matrix
    return [row.unit.short for row in matrix.rows]


@pytest.mark.parametrize(
    ("asked", "units"),
    [
        ("", ["RETAIL", "WHOLESALE", ELIMINATIONS, GROUP]),
        ("&vertical=Shops", ["RETAIL", GROUP]),
        ("&region=North", ["RETAIL", "WHOLESALE", GROUP]),
        ("&region=North&vertical=Trade&sort=revenue", ["WHOLESALE", GROUP]),
        ("&region=South", [GROUP]),
        ("&status=off", [GROUP]),
        ("&status=nonsense", ["RETAIL", "WHOLESALE", ELIMINATIONS, GROUP]),
    ],
)
def test_it_shows_the_units_that_are_asked_for_and_the_group(browser: Client, asked: str, units: list[str]) -> None:
    assert shown(browser, asked) == units


def test_a_status_is_what_the_row_says(browser: Client, computed: Company) -> None:
    statuses = {
        row.unit.short: row.status_label
        for row in browser.get("/overview/?basis=month").context["board"].matrix.rows
        if row.kind == "unit"
    }
    words = {"Below plan": "below", "On plan": "on", "No alerts": "none"}
    for label in set(statuses.values()):
        expected = [unit for unit, said in statuses.items() if said == label]
        assert shown(browser, f"&status={words[label]}") == [*expected, GROUP]
    assert not Alert.unscoped.exists()


def test_menus_offer_that_in_which_units_differ_and_take_it_off_again(browser: Client) -> None:
    menus = browser.get("/overview/?basis=month&vertical=Shops&sort=revenue").context["board"].matrix.menus

    by_label = {menu.label: menu for menu in menus}
    assert "All regions" not in by_label
    assert [(choice.label, choice.is_on) for choice in by_label["Shops"].choices] == [
        ("All verticals", False),
        ("Shops", True),
        ("Trade", False),
    ]
    assert all("sort=revenue" in choice.href for choice in by_label["Shops"].choices)
    assert "vertical" not in by_label["Shops"].choices[0].href


def test_the_page_says_what_it_is_narrowed_to_and_sorting_keeps_it(browser: Client) -> None:
    matrix = browser.get("/overview/?basis=month&region=North&vertical=Trade").context["board"].matrix

    assert matrix.section.subtitle.startswith("1 of 2 units: Trade, North. ")
    assert all("region=North" in href and "vertical=Trade" in href for href in matrix.sorts.values())


def test_what_was_kept_for_one_narrowing_is_not_shown_for_another(browser: Client) -> None:
    pages = [browser.get(f"/overview/?basis=month&vertical={each}").content for each in ("Shops", "Trade", "")]

    assert len(set(pages)) == 3


def test_a_name_from_an_address_is_cut_and_never_a_status() -> None:
    asked = Narrowing.of({"vertical": "x" * 500, "status": "<b>"})

    assert (len(asked.vertical), asked.status, asked.said) == (60, "", "x" * 60)


def test_a_leader_is_offered_only_what_her_own_units_are(
    signed_in: SignedIn, retail_lead: Person, browser: Client
) -> None:
    page = signed_in(retail_lead).get("/overview/?unit=RETAIL&region=North", follow=True).content.decode()

    assert "Trade" not in page


def test_a_name_that_runs_from_right_to_left_turns_nothing_beside_it() -> None:
    assert Narrowing.of({"vertical": "\u202eabc", "region": "North"}).said == "\u2068\u202eabc\u2069, North"
