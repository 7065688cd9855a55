"""The stretch of time, the comparator and the as-of go along from page to page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from ledger.models import Period
from people.models import Person
from reports.carried import carried, link
from tests.company import Company

pytestmark = pytest.mark.usefixtures("clock")

PICKED = {"period": "2026-08", "basis": "ytd", "against": "prior-year", "as_of": "2026-10-09T12:00:00+00:00"}
PAGES = (
    *("/overview/", "/units/", "/units/SHOPS/", "/units/GROUP/", "/units/SHOPS/explain/revenue/"),
    *("/units/SHOPS/forecast/revenue/", "/alerts/", "/alerts/rules/", "/alerts/silences/", "/planning/", "/imports/"),
    *("/runs/", "/record/", "/account/", "/search/", "/search/?q=shops"),
)
FRAME = re.compile(
    r'<aside class="rail".*?</aside>|<nav class="tabbar".*?</nav>|<nav class="crumb.*?</nav>|<a class="jump-to".*?</a>',
    re.DOTALL,
)
ELSEWHERE = ("/admin/",)
"""Django's admin takes no part of an address along: it would refuse it as a filter it does not know."""


def links(page: str) -> list[str]:
    """Where the rail, the bar at the bottom, the crumbs and what a search found lead."""
    found = [unescape(href) for part in FRAME.findall(page) for href in re.findall(r'<a [^>]*?href="(/[^"]*)"', part)]
    return [href for href in found if not href.startswith(ELSEWHERE)]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (PICKED, PICKED),
        ({"basis": "own_ytd"}, {"basis": "ytd"}),  # another unit has no year of its own
        ({"basis": "rolling:3", "tree": "current"}, {"basis": "rolling:3"}),
        ({"period": "<script>", "basis": "week", "against": "nobody", "as_of": "yesterday", "like": "x"}, {}),
        ({"period": "2026-08", "sort": "revenue", "unit": "SHOPS", "q": "x"}, {"period": "2026-08"}),
        ({"period": "2" * 21, "as_of": "2026-10-09" * 9}, {}),
        ({"period": ""}, {}),
        ({}, {}),
    ],
)
def test_what_every_page_understands_is_carried_and_nothing_else(asked: dict[str, str], kept: dict[str, str]) -> None:
    assert carried(asked) == kept


def test_a_link_without_parts_is_the_address_alone() -> None:
    assert (link("/overview/", {}), link("/overview/", {"basis": "ytd"})) == ("/overview/", "/overview/?basis=ytd")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_the_shell_carries_what_was_picked(
    page: str, signed_in: Callable[..., Client], finance_admin: Person, computed: Company
) -> None:
    answer = signed_in(finance_admin).get(link(page, PICKED) if "?" not in page else f"{page}&{urlencode(PICKED)}")
    found = links(answer.content.decode())

    assert answer.status_code == 200
    assert len(found) > 10
    assert [href for href in found if not PICKED.items() <= dict(parse_qsl(urlsplit(href).query)).items()] == []


def test_every_link_of_the_shell_leads_to_a_page(
    signed_in: Callable[..., Client], finance_admin: Person, computed: Company
) -> None:
    browser = signed_in(finance_admin)
    found = links(browser.get(link("/units/SHOPS/", PICKED)).content.decode())

    assert {href: browser.get(href, follow=True).status_code for href in found} == dict.fromkeys(found, 200)


def test_nothing_is_carried_where_nothing_was_picked(
    signed_in: Callable[..., Client], executive: Person, computed: Company
) -> None:
    rail = signed_in(executive).get("/overview/").content.decode().split("</aside>")[0]

    assert re.findall(r'<a [^>]*?href="(/[^"]*)"', rail)[:4] == [
        "/",
        "/search/?from=%2Foverview%2F",
        "/home/",
        "/overview/",
    ]


@pytest.mark.parametrize(("who", "lands"), [("executive", "/overview/"), ("retail_lead", "/units/RETAIL/")])
def test_the_start_page_hands_on_what_was_picked(
    who: str, lands: str, request: pytest.FixtureRequest, signed_in: Callable[..., Client], computed: Company
) -> None:
    answer = signed_in(request.getfixturevalue(who)).get(link("/", PICKED))

    assert answer["Location"] == link(lands, PICKED)


def test_a_page_that_is_not_there_leads_back_to_the_newest_figures(
    signed_in: Callable[..., Client], executive: Person, computed: Company
) -> None:
    answer = signed_in(executive).get("/units/SHOPS/?period=1999-01&basis=ytd")

    assert answer.status_code == 404
    assert "1999-01" not in answer.content.decode()


def test_asking_for_another_as_of_keeps_the_rest_of_the_address(
    signed_in: Callable[..., Client], executive: Person, computed: Company
) -> None:
    page = signed_in(executive).get(link("/units/SHOPS/", PICKED)).content.decode()
    form = page.split('class="known"')[1].split("</form>")[0]

    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    assert hidden == [("period", "2026-08"), ("basis", "ytd"), ("against", "prior-year")]


def test_a_period_that_a_unit_has_no_figures_of_is_told_with_the_way_to_its_newest(
    signed_in: Callable[..., Client], executive: Person, computed: Company
) -> None:
    Period.objects.create(
        code="2026-10", ordinal=computed.open_month.ordinal + 1, year=2026, quarter=4, number=10,
        starts="2026-10-01", ends="2026-10-31",
    )  # fmt: skip
    answer = signed_in(executive).get("/units/SHOPS/?period=2026-10&basis=ytd")

    assert answer.status_code == 200
    assert "No figures of 2026-10 here" in answer.content.decode()
    assert 'href="?period=2026-09&amp;basis=ytd"' in answer.content.decode()
