"""The company with people by function, and an executive who reads of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import person
from tests.company import Company
from tests.prepared import prepared
from tests.reports.staffed import build_staffed
from units import roles


@prepared
def staffed() -> Company:
    return build_staffed()


@pytest.fixture
def reader(staffed: Company, signed_in: Callable[..., Client]) -> Client:
    return signed_in(person("Erin Executive", roles.EXECUTIVE))
