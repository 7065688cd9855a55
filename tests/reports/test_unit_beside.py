"""What stands on the page of a unit beside its own figures: the bridge by driver, and the units of its type."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from people.models import Person
from tests.company import MARKER_NAME, Company
from tests.metrics.engine import compute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/units/RETAIL/?period=2026-08"
SignedIn = Callable[[Person], Client]


def section(html: str, name: str) -> str:
    """The part of a page with this id; empty where there is none."""
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', html, re.DOTALL)
    return found.group() if found else ""


def read(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def test_the_bridge_is_drawn_by_driver_with_its_numbers_as_a_table(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    page = read(signed_in(executive))

    assert "Operating income from budget to actual by driver" in page
    assert "Told by line: no quantities are known of this stretch of time on both sides." in page
    assert '<th scope="col">Driver</th>' in page


def test_units_of_its_type_stand_side_by_side_and_the_unit_is_marked(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    peers = section(read(signed_in(executive)), "peers")

    names = re.findall(r'<tr( class="on")?><th scope="row"><a class="unit" href="([^"?]+)', peers)
    assert names == [("", "/units/DEPOT/"), (' class="on"', "/units/RETAIL/"), ("", "/units/WHOLESALE/")]
    assert "RETAIL has the 2nd-highest operating margin of 3 of its type" in peers
    assert "beside 2 peers; costs as % of revenue. Units you may not see are not counted." in peers


def test_a_place_among_the_next_few_is_not_told_as_one_among_all(
    company: Company, executive: Person, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.boards.family.NEAREST", 1)
    compute()
    peers = section(read(signed_in(executive)), "peers")

    assert "RETAIL has the highest operating margin of 2 of its type next to it" in peers
    assert "beside the 1 of 2 peers that stand next to it" in peers


def test_a_unit_stands_not_beside_what_is_above_or_below_it(
    company: Company, executive: Person, signed_in: SignedIn
) -> None:
    compute()
    peers = section(read(signed_in(executive), "/units/SHOPS/?period=2026-08"), "peers")

    assert "/units/DEPOT/" in peers
    assert "/units/RETAIL/" not in peers


def test_who_may_see_no_other_unit_of_the_type_sees_none_and_no_number_of_them(
    company: Company, retail_lead: Person, signed_in: SignedIn
) -> None:
    compute()
    page = read(signed_in(retail_lead))

    assert section(page, "peers") == ""
    assert MARKER_NAME not in page
