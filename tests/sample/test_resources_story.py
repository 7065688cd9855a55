"""Where the demonstration's money and people sit: the story of unit 7, and what the page of resources says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from sample.people import CAST
from tests.cast import session_of
from units.roles import EXECUTIVE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


@pytest.fixture
def board() -> Callable[..., Any]:
    """The page as the executive of the demonstration reads it."""
    name = next(part.name for part in CAST if part.role == EXECUTIVE)
    reader: Client = session_of(Person.objects.known_as(name))

    def read(**asked: str) -> Any:
        answer = reader.get("/resources/", {"period": "2026-09", "basis": "ytd", **asked})
        assert answer.status_code == 200
        return answer.context["board"]

    return read


def test_unit_7_earns_more_with_fewer_and_the_marginal_head_stands_beside_the_average(
    board: Callable[..., Any],
) -> None:
    headline = board().headline
    said = "".join(phrase.text for phrase in headline.sentence)

    assert said.startswith(
        "Unit 7 earns 18% of revenue with 12% of people; the six hires still planned elsewhere in 2026"
    )
    assert "by the average head" in said and said.endswith("by the marginal one.")
    assert "$1.83M of revenue a head in Unit 7 against $1.21M for the group" in [each.text for each in headline.meta]
    assert any("Headcount accounts for" in each.text for each in headline.meta)


def test_people_by_function_are_those_of_the_payroll(board: Callable[..., Any]) -> None:
    found = board().functions

    assert [
        tuple(
            round((figure.number or 0) / 10_000) for figure in (row.heads, row.planned, row.contractors, row.openings)
        )
        for row in (*found.rows, found.total)
    ] == [
        (58, 60, 9, 2),
        (34, 36, 6, 2),
        (29, 29, 0, 1),
        (17, 17, 3, 0),
        (12, 13, 1, 0),
        (8, 8, 0, 0),
        (158, 163, 19, 5),
    ]


def test_budgets_that_run_out_are_named_with_their_days(board: Callable[..., Any]) -> None:
    found = board().budgets

    assert found.section.title.startswith("Four units run out of budget before the year ends, Unit 6 first, on 15 Dec")
    assert [(row.unit.short, row.outcome) for row in found.rows[:2]] == [
        ("Unit 6", "runs out 15 Dec"),
        ("Unit 12", "runs out 20 Dec"),
    ]


def test_four_units_are_over_the_contractor_target_and_unit_4_furthest(board: Callable[..., Any]) -> None:
    found = board().contractors

    assert found.section.title == "Four units are over the contractor limit of 15%, Unit 4 furthest at 60%"
    assert round(found.rows[0].share.number, 2) == 0.60


def test_two_units_return_little_on_what_they_spend(board: Callable[..., Any]) -> None:
    assert board().treemap.section.title == "Two units, 12% of the spend, return 13% or less on it"
