"""The cast: one person per role, and programs with tokens. Tests ask for them by name.

    def test_a_leader_sees_her_units(retail_lead, company): ...
    def test_the_page_is_closed(signed_in, stranger): assert signed_in(stranger).get("/").status_code == 403

Every grant began in 2020, so that it holds whatever clock a test freezes; former_lead's ended in 2024.
Passwords are PASSWORD for everybody. `signed_in(person)` and `calling(token)` give clients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from django.test import Client

from people.models import Person
from tests.company import Company
from units import roles
from units.actions import make_token
from units.models import Grant, Unit

PASSWORD = "only a test would use this"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def person(name: str, role: str | None = None, unit: Unit | None = None, *, until: datetime | None = None) -> Person:
    """A person who may sign in with PASSWORD, with a role on a unit (none: the whole company)."""
    slug = name.lower().replace(" ", ".")
    someone = Person(name=name, email=f"{slug}@example.com", joined=SINCE)
    someone.set_password(PASSWORD)
    someone.save()
    if role:
        Grant.objects.create(person=someone, role=role, unit=unit, starts=SINCE, ends=until, granted_by="process:test")
    return someone


@pytest.fixture
def executive(company: Company) -> Person:
    return person("Erin Executive", roles.EXECUTIVE)


@pytest.fixture
def retail_lead(company: Company) -> Person:
    return person("Rita Retail", roles.UNIT_LEADER, company.retail)


@pytest.fixture
def wholesale_lead(company: Company) -> Person:
    return person("Walter Wholesale", roles.UNIT_LEADER, company.wholesale)


@pytest.fixture
def group_lead(company: Company) -> Person:
    """Leader of the parent: a unit leader's abilities on the whole tree."""
    return person("Gina Group", roles.UNIT_LEADER, company.group)


@pytest.fixture
def finance_admin(company: Company) -> Person:
    return person("Fiona Finance", roles.FINANCE_ADMIN)


@pytest.fixture
def approver(company: Company) -> Person:
    return person("Aaron Approver", roles.APPROVER)


@pytest.fixture
def access_admin(company: Company) -> Person:
    """Adds people and grants roles; sees no figure."""
    return person("Agnes Access", roles.ACCESS_ADMIN)


@pytest.fixture
def auditor(company: Company) -> Person:
    return person("Otto Auditor", roles.AUDITOR)


@pytest.fixture
def board_reader(company: Company) -> Person:
    return person("Bea Board", roles.BOARD_READER)


@pytest.fixture
def former_lead(company: Company) -> Person:
    """Led Retail until the end of 2024; the account still stands."""
    return person("Frank Former", roles.UNIT_LEADER, company.retail, until=datetime(2024, 12, 31, tzinfo=UTC))


@pytest.fixture
def deactivated(company: Company) -> Person:
    """Still has the grant, but has left the company."""
    someone = person("Dora Deactivated", roles.UNIT_LEADER, company.retail)
    someone.is_active = False
    someone.save()
    return someone


@pytest.fixture
def stranger(company: Company) -> Person:
    """May sign in and was never granted anything."""
    return person("Stan Stranger")


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """`signed_in(person)` is a client with that person's session; without a person nobody is signed in."""

    def client(someone: Person | None = None) -> Client:
        browser = Client()
        if someone is not None:
            browser.force_login(someone)
        return browser

    return client


@pytest.fixture
def retail_token(retail_lead: Person, company: Company, at: datetime) -> str:
    """A program of the Retail leader that reads figures and alerts of Shops; valid around `at` (see `clock`)."""
    return token(retail_lead, "figures.read", "alerts.read", units=[company.shops], at=at)


@pytest.fixture
def finance_token(finance_admin: Person, at: datetime) -> str:
    """A program of the finance administrator that reads and imports figures everywhere."""
    return token(finance_admin, "figures.read", "figures.import", at=at)


def token(someone: Person, *abilities: str, at: datetime, units: Iterable[Unit] = ()) -> str:
    """The key of a new token of this person."""
    made = make_token(
        actor=f"person:{someone.pk}", person=someone, name="test", abilities=abilities, units=units, at=at
    )
    return made.key


@pytest.fixture
def calling() -> Callable[[str], Client]:
    """`calling(key)` is a program that sends the key of a token with every request."""
    return lambda key: Client(headers={"Authorization": f"Bearer {key}"})
