"""Closing a month where it is seen what came: for the company or a part of it, by who may, and only what is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from ledger.models import Closing
from ledger.querysets import fiscal_calendar, period_row
from people.models import Person
from tests.cast import person
from tests.company import Company
from units import roles

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SEPTEMBER = "/completeness/?period=2026-09"


@pytest.fixture
def closer(signed_in: SignedIn, finance_admin: Person, company: Company) -> Client:
    return signed_in(finance_admin)


def offer(client: Client, address: str = SEPTEMBER) -> Any:
    return client.get(address).context["board"].closing


def close(client: Client, period: str, unit: str = "") -> str:
    """What is said after it."""
    answer = client.post("/completeness/close/", {"period": period, "unit": unit})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/completeness/")
    return str(list(get_messages(answer.wsgi_request))[-1])


def test_a_month_is_closed_for_the_company_and_then_no_more_offered(closer: Client) -> None:
    assert offer(closer).label == "Close September 2026"

    assert close(closer, "2026-09") == "September 2026 is closed."
    assert offer(closer) is None
    assert close(closer, "2026-09") == "September 2026 was closed already."


def test_a_unit_is_closed_with_all_below_it(closer: Client, company: Company) -> None:
    assert close(closer, "2026-09", "RETAIL") == f"September 2026 is closed for {company.retail}."

    rows = closer.get(SEPTEMBER).context["board"].rows
    assert {row.unit.name: row.picked.state for row in rows}["Shops"] == "closed"
    assert offer(closer) is not None


@pytest.mark.parametrize(
    ("period", "unit", "said"),
    [
        ("1999-01", "", "There is no period 1999-01 with figures."),
        ("", "", "This field is required."),
        ("2026-09", "NOWHERE", "There is no such unit. Its code is written as on the page of units."),
    ],
)
def test_what_there_is_not_is_not_closed(closer: Client, period: str, unit: str, said: str) -> None:
    before = Closing.unscoped.count()

    assert close(closer, period, unit) == said
    assert Closing.unscoped.count() == before


def test_what_is_not_over_or_was_known_before_is_not_offered(closer: Client) -> None:
    period_row(fiscal_calendar().parse("2026-10")).save()

    assert offer(closer, "/completeness/?period=2026-10") is None
    assert offer(closer, f"{SEPTEMBER}&as_of=2026-10-08") is None


def test_readers_are_offered_nothing(signed_in: SignedIn, executive: Person, company: Company) -> None:
    assert offer(signed_in(executive)) is None


def test_who_may_close_a_part_closes_that_part_only(signed_in: SignedIn, company: Company) -> None:
    part = signed_in(person("Petra Part", roles.FINANCE_ADMIN, company.retail))

    listed = offer(part).form.fields["unit"].choices
    assert [code for code, _ in listed] == ["RETAIL", "SHOPS"]
    assert close(part, "2026-09") == "This field is required."
    assert close(part, "2026-09", "DEPOT").startswith("There is no such unit.")
    assert close(part, "2026-09", "SHOPS") == f"September 2026 is closed for {company.shops}."
