"""A company with months ahead, somebody who plans in it, and a scenario of hers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from people.models import Person
from reports.models import Scenario
from tests.company import Company
from tests.prepared import prepared
from tests.reports.scenarios import UP, planner, scenario
from tests.reports.scenarios import planned as planned_company


@prepared
def planned() -> Company:
    return planned_company()


@pytest.fixture
def pia(planned: Company) -> Person:
    return planner()


@pytest.fixture
def browser(signed_in: Callable[..., Client], pia: Person) -> Client:
    return signed_in(pia)


@pytest.fixture
def raised(planned: Company, pia: Person, at: datetime) -> Scenario:
    return scenario(pia, planned.shops, UP, at=at)
