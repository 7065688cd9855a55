"""An executive at home in the company, as a browser and as a scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from people.models import Person
from tests.company import Company
from units.scope import Scope


@pytest.fixture
def browser(computed: Company, signed_in: Callable[..., Client], executive: Person) -> Client:
    return signed_in(executive)


@pytest.fixture
def reader(computed: Company, executive: Person, at: datetime) -> Scope:
    return Scope.of(executive, at=at)
