"""A group need not say again what units below it have said: when their words explain its difference."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from people.models import Person
from reports.commentary.below import explained_by
from reports.commentary.needs import Place, commentary_board
from reports.models import Commentary
from tests.cast import person
from tests.company import Company
from tests.reports.words import accepted, picked, submitted, written
from units.models import Unit
from units.roles import UNIT_LEADER
from units.scope import Scope

pytestmark = pytest.mark.django_db
PAGE = "/units/{}/?period=2026-09"


@pytest.fixture
def shops_lead(computed: Company) -> Person:
    """Leads Shops alone."""
    return person("Sara Shops", UNIT_LEADER, computed.shops)


def revenue_of(unit: str, reader: Person, at: datetime) -> Place:
    """What is asked of the revenue of a unit."""
    whole = Unit.unscoped.get(code=unit)
    found = commentary_board(Scope.of(reader, at=at), picked(unit), [whole.pk], groups=[whole])
    return next(each for each in found[whole.pk].places if each.code == "revenue")


def explaining(place: Place) -> list[str]:
    return [unit.code for unit in place.explained_by]


def test_words_handed_in_below_explain_the_line_of_a_group(computed, shops_lead, executive, at):
    assert revenue_of("RETAIL", executive, at).is_missing
    submitted(shops_lead, at=at)

    place = revenue_of("RETAIL", executive, at)
    assert (explaining(place), place.is_required, place.is_missing) == (["SHOPS"], False, False)


def test_a_draft_below_explains_nothing(computed, shops_lead, executive, at):
    written(shops_lead, at=at)

    assert revenue_of("RETAIL", executive, at).is_missing


def test_words_that_leave_more_than_a_fifth_over_do_not_explain_a_group(
    computed, shops_lead, wholesale_lead, executive, at
):
    submitted(shops_lead, at=at)
    submitted(wholesale_lead, "DEPOT", at=at)

    assert revenue_of("GROUP", executive, at).is_missing  # of +600 they explain +800: 200 was eliminated


WHOLE = Unit(pk=1, code="WHOLE", left=1, right=12)
NORTH = Unit(pk=2, code="NORTH", left=2, right=7)
CITY = Unit(pk=3, code="CITY", left=3, right=4)
SOUTH = Unit(pk=4, code="SOUTH", left=8, right=9)


def words(unit: Unit, variance: int, line: str = "revenue", state: str = "accepted") -> Commentary:
    return Commentary(unit=unit, line=line, state=state, actual=variance, compared=0)


@pytest.mark.parametrize(
    ("said", "explained"),
    [
        ([], []),
        ([words(NORTH, 80)], ["NORTH"]),
        ([words(NORTH, 79)], []),
        ([words(SOUTH, 50), words(CITY, 40)], ["CITY", "SOUTH"]),
        ([words(NORTH, 100), words(CITY, 60)], ["NORTH"]),  # what a group below has said holds for all of it
        ([words(NORTH, 121)], []),  # more than a fifth too much is left over as well
        ([words(NORTH, -100)], []),
        ([words(WHOLE, 100)], []),  # its own words are no words from below
        ([words(NORTH, 100, line="people")], []),
        ([words(NORTH, 100, state="draft")], []),
    ],
)
def test_words_below_explain_a_line_when_they_leave_at_most_a_fifth_over(said, explained):
    assert [unit.code for unit in explained_by(WHOLE, "revenue", 100, said)] == explained


def test_words_on_another_line_explain_nothing(computed, shops_lead, executive, at):
    submitted(shops_lead, line="cost_of_sales", at=at)

    assert revenue_of("RETAIL", executive, at).is_missing


def test_a_unit_of_its_own_is_asked_whatever_others_said(computed, wholesale_lead, executive, at):
    submitted(wholesale_lead, "DEPOT", at=at)

    assert revenue_of("SHOPS", executive, at).is_missing


def test_the_page_of_the_group_names_the_units_that_explain_it(
    computed, shops_lead, retail_lead, executive, at, signed_in: Any
):
    submitted(shops_lead, at=at)
    page = signed_in(retail_lead).get(PAGE.format("RETAIL"))

    rows = {row.label: row for row in page.context["board"].commentary.rows}
    assert (rows["Revenue"].text, rows["Revenue"].state) == ("Explained by Shops.", "")
    assert "Explained by Shops." in page.content.decode()


def test_whoever_only_reads_sees_accepted_words_and_nothing_of_others(
    computed, shops_lead, executive, auditor, at, signed_in: Any
):
    submitted(shops_lead, line="cost_of_sales", at=at)
    accepted(shops_lead, executive, at=at)
    page = signed_in(auditor).get(PAGE.format("SHOPS"))

    told = page.context["board"].commentary
    assert [row.label for row in told.rows] == ["Revenue"]
    assert [row.comment.text for row in page.context["board"].statement.rows if row.comment] == [told.rows[0].text]
    assert explaining(revenue_of("RETAIL", auditor, at)) == ["SHOPS"]


def test_a_board_reader_sees_no_words_at_all(computed, shops_lead, executive, board_reader, at, signed_in: Any):
    accepted(shops_lead, executive, at=at)
    reader = signed_in(board_reader)

    assert reader.get(PAGE.format("SHOPS")).status_code == 404
    assert reader.get("/commentary/?period=2026-09").status_code == 403
