"""Every page of every company at the edge is there, whole, and says nothing that is not so."""

from __future__ import annotations

import pytest

from tests.prepared import prepared
from tests.reports.edges.companies import Edge, built
from tests.reports.edges.walking import addresses, read
from tests.reports.edges.wholeness import wrong_with
from tests.reports.hostile import raw_markup_in

pytestmark = pytest.mark.usefixtures("clock")

OWN_PAGES = addresses(with_admin=False)
"""Those that print figures; the admin's lists are read where one unit or hostile names stand in them."""


@prepared
def empty() -> Edge:
    return built("empty")


@prepared
def one() -> Edge:
    return built("one")


@prepared
def many() -> Edge:
    return built("many")


@prepared
def holes() -> Edge:
    return built("holes")


@prepared
def hostile() -> Edge:
    return built("hostile")


def faults(asked: str, edge: Edge) -> list[str]:
    """What is wrong with a page, for whoever of two readers sees it."""
    found = []
    for answer in read(asked, edge):
        said = [] if answer.status == 200 else [f"answered {answer.status}"]
        said += wrong_with(answer.text, edge.typed) + raw_markup_in(answer.text)
        found += [f"{answer.who} at {answer.address}: {each}" for each in said]
    return found


@pytest.mark.parametrize("asked", OWN_PAGES)
def test_a_page_of_a_company_without_figures_is_whole(asked: str, empty: Edge) -> None:
    found = faults(asked, empty)

    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("asked", addresses())
def test_a_page_of_a_company_of_one_unit_is_whole(asked: str, one: Edge) -> None:
    found = faults(asked, one)

    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("asked", OWN_PAGES)
def test_a_page_of_three_hundred_long_names_is_whole(asked: str, many: Edge) -> None:
    found = faults(asked, many)

    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("asked", OWN_PAGES)
def test_a_page_of_figures_with_holes_is_whole(asked: str, holes: Edge) -> None:
    found = faults(asked, holes)

    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("asked", addresses())
def test_a_page_of_hostile_names_is_whole(asked: str, hostile: Edge) -> None:
    found = faults(asked, hostile)

    assert found == [], "\n" + "\n".join(found)
