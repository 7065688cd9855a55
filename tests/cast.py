"""The cast: one person per role, and programs with tokens. Tests ask for them by name.

    def test_a_leader_sees_her_units(retail_lead, company): ...
    def test_the_page_is_closed(signed_in, stranger): assert signed_in(stranger).get("/").status_code == 403

Every grant began in 2020, so that it holds whatever clock a test freezes; former_lead's ended in 2024.
Passwords are PASSWORD for everybody. `signed_in(person)` and `calling(token)` give clients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Part:
    """One of the cast: a role on a unit of the company (none: all of it), and when the grant ended."""

    name: str
    role: str | None = None
    unit: str = ""
    until: datetime | None = None
    is_active: bool = True


PARTS = {
    "executive": Part("Erin Executive", roles.EXECUTIVE),
    "retail_lead": Part("Rita Retail", roles.UNIT_LEADER, "retail"),
    "wholesale_lead": Part("Walter Wholesale", roles.UNIT_LEADER, "wholesale"),
    "group_lead": Part("Gina Group", roles.UNIT_LEADER, "group"),
    "finance_admin": Part("Fiona Finance", roles.FINANCE_ADMIN),
    "approver": Part("Aaron Approver", roles.APPROVER),
    "access_admin": Part("Agnes Access", roles.ACCESS_ADMIN),
    "auditor": Part("Otto Auditor", roles.AUDITOR),
    "board_reader": Part("Bea Board", roles.BOARD_READER),
    "former_lead": Part("Frank Former", roles.UNIT_LEADER, "retail", until=datetime(2024, 12, 31, tzinfo=UTC)),
    "deactivated": Part("Dora Deactivated", roles.UNIT_LEADER, "retail", is_active=False),
    "stranger": Part("Stan Stranger"),
}


def play(name: str, company: Company) -> Person:
    """The person who plays a part, in this company."""
    part = PARTS[name]
    someone = person(part.name, part.role, getattr(company, part.unit) if part.unit else None, until=part.until)
    if not part.is_active:
        someone.is_active = False
        someone.save()
    return someone


@pytest.fixture
def executive(company: Company) -> Person:
    return play("executive", company)


@pytest.fixture
def retail_lead(company: Company) -> Person:
    return play("retail_lead", company)


@pytest.fixture
def wholesale_lead(company: Company) -> Person:
    return play("wholesale_lead", company)


@pytest.fixture
def group_lead(company: Company) -> Person:
    """Leader of the parent: a unit leader's abilities on the whole tree."""
    return play("group_lead", company)


@pytest.fixture
def finance_admin(company: Company) -> Person:
    return play("finance_admin", company)


@pytest.fixture
def approver(company: Company) -> Person:
    return play("approver", company)


@pytest.fixture
def access_admin(company: Company) -> Person:
    """Adds people and grants roles; sees no figure."""
    return play("access_admin", company)


@pytest.fixture
def auditor(company: Company) -> Person:
    return play("auditor", company)


@pytest.fixture
def board_reader(company: Company) -> Person:
    return play("board_reader", company)


@pytest.fixture
def former_lead(company: Company) -> Person:
    """Led Retail until the end of 2024; the account still stands."""
    return play("former_lead", company)


@pytest.fixture
def deactivated(company: Company) -> Person:
    """Still has the grant, but has left the company."""
    return play("deactivated", company)


@pytest.fixture
def stranger(company: Company) -> Person:
    """May sign in and was never granted anything."""
    return play("stranger", company)


def session_of(someone: Person | None = None) -> Client:
    """A client with the session of this person; without a person nobody is signed in."""
    browser = Client()
    if someone is not None:
        browser.force_login(someone)
    return browser


def program_with(key: str) -> Client:
    """A program that sends the key of a token with every request."""
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    return session_of


@pytest.fixture
def calling() -> Callable[[str], Client]:
    return program_with


@pytest.fixture
def retail_token(retail_lead: Person, company: Company, at: datetime) -> str:
    return retail_key(retail_lead, company, at)


@pytest.fixture
def finance_token(finance_admin: Person, at: datetime) -> str:
    return finance_key(finance_admin, at)


def retail_key(leader: Person, company: Company, at: datetime) -> str:
    """A program of the Retail leader that reads figures and alerts of Shops; valid around `at` (see `clock`)."""
    return token(leader, "figures.read", "alerts.read", units=[company.shops], at=at)


def finance_key(admin: Person, at: datetime) -> str:
    """A program of the finance administrator that reads and imports figures everywhere."""
    return token(admin, "figures.read", "figures.import", at=at)


def token(someone: Person, *abilities: str, at: datetime, units: Iterable[Unit] = ()) -> str:
    """The key of a new token of this person."""
    made = make_token(
        actor=f"person:{someone.pk}", person=someone, name="test", abilities=abilities, units=units, at=at
    )
    return made.key
