"""The people of the demonstration: one for each role, and leaders of the units that have something to answer for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from people.actions import add_person, set_password
from people.models import Person
from units import roles
from units.actions import grant_role
from units.models import Unit
from units.scope import Scope

DOMAIN = "halden.example"
ACTOR = "process:demonstration"


@dataclass(frozen=True)
class Part:
    """Somebody of the cast. Without a unit the role holds for the whole company."""

    name: str
    role: str
    mailbox: str
    unit: str | None = None

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"


@dataclass(frozen=True)
class SignIn:
    """How somebody of the cast signs in; the password is shown once and stored nowhere."""

    part: Part
    password: str


FINANCE = Part("Ruth Castell", roles.FINANCE_ADMIN, "finance")
APPROVER = Part("Anton Reyes", roles.APPROVER, "approver")
CAST: tuple[Part, ...] = (
    Part("Clara Voss", roles.EXECUTIVE, "executive"),
    Part("Noor Haddad", roles.UNIT_LEADER, "u06", "U06"),
    FINANCE,
    APPROVER,
    Part("Edith Malone", roles.BOARD_READER, "board"),
    Part("Otis Brandt", roles.AUDITOR, "auditor"),
    Part("Iris Kowal", roles.ACCESS_ADMIN, "access"),
    Part("Marcus Oyelaran", roles.UNIT_LEADER, "u04", "U04"),
    Part("Greta Sand", roles.UNIT_LEADER, "u08", "U08"),
    Part("Paolo Ferri", roles.UNIT_LEADER, "u10", "U10"),
    Part("Mei Tanaka", roles.UNIT_LEADER, "u12", "U12"),
    Part("Johan Lindqvist", roles.APPROVER, "second-approver"),
)
"""The first seven are one for each role."""


def engage(parts: Iterable[Part], *, at: datetime) -> list[SignIn]:
    """Add people with a random password and their role; the units of unit leaders stand by then."""
    return [_engage(part, at=at) for part in parts]


def renew_passwords(*, at: datetime) -> list[SignIn]:
    """A new random password for everybody of the cast who is still there."""
    standing = {person.email: person for person in Person.objects.filter(email__in=[part.email for part in CAST])}
    return [
        SignIn(part, set_password(actor=ACTOR, person=standing[part.email], at=at, must_change=False))
        for part in CAST
        if part.email in standing
    ]


def _engage(part: Part, *, at: datetime) -> SignIn:
    added = add_person(actor=ACTOR, name=part.name, email=part.email, at=at, must_change=False)
    unit = None
    if part.unit is not None:
        unit = Unit.objects.within(Scope.system("demonstration")).get(code=part.unit)
    grant_role(actor=ACTOR, person=added.person, role=part.role, unit=unit, at=at)
    return SignIn(part, added.password)
