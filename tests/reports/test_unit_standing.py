"""What a unit's page tells of the unit itself, under its headline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from people.models import Person
from tests.company import Company
from units.models import Grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignedIn = Callable[[Person], Client]


def meta(client: Client, code: str) -> list[str]:
    """The remarks under the headline of a unit in August."""
    answer = client.get(f"/units/{code}/?period=2026-08")
    return [remark.text for remark in answer.context["board"].headline.meta]


def test_its_leader_is_named_as_long_as_he_leads_it(
    computed: Company, executive: Person, retail_lead: Person, signed_in: SignedIn, at: datetime
) -> None:
    reader = signed_in(executive)
    assert f"Led by {retail_lead.name}" in meta(reader, "RETAIL")
    assert not any(text.startswith("Led by") for text in meta(reader, "SHOPS"))

    Grant.objects.filter(person=retail_lead).update(ends=at)
    assert not any(text.startswith("Led by") for text in meta(reader, "RETAIL"))


def test_the_day_its_period_was_closed_stands_there(computed: Company, executive: Person, signed_in: SignedIn) -> None:
    assert "Closed 1 Oct 2026" in meta(signed_in(executive), "RETAIL")
