"""`manage.py demo` on databases it must not touch, and making way for a real company."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Record
from people.models import Person
from sample.actions import note_loaded, note_removed
from sample.people import ACTOR, CAST, FINANCE, engage
from sample.removal import foreign
from tests.cast import person
from tests.company import Company, build_company
from tests.copies import OwnDatabase
from tests.sample.conftest import answer
from units import roles
from units.models import Unit


def refused(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as wrong:
        call_command("demo", *words, stdout=StringIO())
    return wrong.value.returncode, str(wrong.value)


def with_people_only(at: datetime) -> None:
    """What stands when the demonstration is loaded, without its figures: people of the company and the record."""
    people = engage([part for part in CAST if part.unit is None], at=at)
    found = Person.objects.filter(email__in=[each.part.email for each in people])
    note_loaded(actor=ACTOR, at=at, people=found.values_list("pk", flat=True))


def test_a_company_that_is_there_is_left_alone(company: Company) -> None:
    out = StringIO()
    call_command("demo", if_empty=True, stdout=out)

    assert out.getvalue() == ""
    assert answer("demo", "--if-empty") == {"status": "unchanged", "people": []}
    assert not Unit.unscoped.filter(code="HALDEN").exists()


def test_the_demonstration_does_not_go_into_another_company_s_database(company: Company) -> None:
    assert refused() == (1, "There are units in this database; the demonstration goes only into an empty one.")


def test_what_is_not_loaded_is_neither_removed_nor_given_passwords(company: Company) -> None:
    assert refused("--remove") == (2, "The demonstration company is not loaded here.")
    assert refused("--new-passwords") == (2, "The demonstration company is not loaded here.")


def test_what_the_demonstration_brought_stands_in_the_record(db: None, at: datetime) -> None:
    with_people_only(at)

    loaded = Record.objects.get(verb="sample.loaded")
    assert (loaded.actor, loaded.target_type, loaded.target_id) == (ACTOR, "sample", "HALDEN")
    assert loaded.after == {
        "units": [],
        "imports": [],
        "people": list(Person.objects.order_by("pk").values_list("pk", flat=True)),
    }


def test_new_passwords_open_and_the_old_ones_no_longer(db: None, at: datetime) -> None:
    with_people_only(at)
    before = {each.email: each.password for each in Person.objects.all()}

    shown = answer("demo", "--new-passwords")

    assert (shown["status"], len(shown["people"])) == ("renewed", 7)
    for entry in shown["people"]:
        someone = Person.objects.get(email=entry["email"])
        assert someone.check_password(entry["password"])
        assert someone.password != before[someone.email]


def test_a_demonstration_that_is_not_alone_stays(db: None, at: datetime) -> None:
    with_people_only(at)
    build_company()
    person("Nadia New")

    status, reason = refused("--remove")

    assert foreign() == [
        "6 units that the demonstration did not bring",
        "1 person that the demonstration did not bring",
        "1 import that the demonstration did not bring",
    ]
    assert (status, reason) == (1, f"The demonstration is not alone in this database: {', '.join(foreign())}.")


def test_removing_sets_the_database_aside_and_begins_with_an_empty_one(
    own_database: OwnDatabase, at: datetime, django_db_blocker: object
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("There is a file to set aside only where the database is one.")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own, which has no types
        with_people_only(at)

        removed = answer("demo", "--remove")

        aside = Path(removed["set_aside"])
        kept = sqlite3.connect(aside)
        assert kept.execute("SELECT count(*) FROM people_person").fetchone() == (7,)
        kept.close()
        assert Person.objects.count() == 0
        (deed,) = Record.objects.all()
        assert (deed.verb, deed.actor, deed.after) == ("sample.removed", ACTOR, {"set_aside": aside.name})


def test_a_database_in_use_is_not_taken_away(
    own_database: OwnDatabase, at: datetime, django_db_blocker: object
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("There is a file to set aside only where the database is one.")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own, which has no types
        with_people_only(at)
        elsewhere = sqlite3.connect(str(connection.settings_dict["NAME"]))
        elsewhere.execute("PRAGMA journal_mode=WAL")
        elsewhere.execute("BEGIN")
        elsewhere.execute("SELECT count(*) FROM people_person").fetchone()

        status, reason = refused("--remove")

        elsewhere.close()
        assert (status, reason) == (
            3,
            "Plumbline is running on this database. Stop it first, then remove the demonstration.",
        )
        assert Person.objects.count() == 7


def test_on_a_server_the_demonstration_goes_with_its_database(db: None, at: datetime) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("An embedded database is set aside.")
    with_people_only(at)

    status, reason = refused("--remove")

    assert status == 3 and "DATABASE_URL" in reason


def test_making_way_is_the_first_deed_of_the_new_record(db: None, at: datetime) -> None:
    note_removed(actor=ACTOR, at=at, set_aside="plumbline.demonstration-20261009-074000.sqlite3")

    (deed,) = Record.objects.filter(verb="sample.removed")
    assert deed.after == {"set_aside": "plumbline.demonstration-20261009-074000.sqlite3"}


def test_two_people_besides_the_one_who_proposes_can_approve_thresholds():
    approvers = [part for part in CAST if part.role == roles.APPROVER and part.unit is None]

    assert len(approvers) == 2 and FINANCE not in approvers
