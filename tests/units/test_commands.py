"""`manage.py person` and `manage.py token`: the first people of an empty database, and keys for programs."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from audit.models import Record
from people.models import Person
from units.models import ApiToken, Grant

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words: str):
    return json.loads(run(*words, "--json"))


def code_of(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as refused:
        run(*words)
    return refused.value.returncode, str(refused.value)


def test_the_first_person_is_added_on_an_empty_database():
    found = run_json("person", "add", "Fiona Finance", "--role", "finance_admin", "--email", "fiona@example.com")

    fiona = Person.objects.get()
    assert found == {
        "name": "Fiona Finance",
        "email": "fiona@example.com",
        "active": True,
        "roles": [{"role": "finance_admin", "unit": None}],
        "password": found["password"],
    }
    assert fiona.check_password(found["password"])
    assert fiona.must_change_password
    assert list(Record.objects.order_by("pk").values_list("actor", "verb")) == [
        ("process:command-line", "people.person.added"),
        ("process:command-line", "units.grant.given"),
    ]


def test_without_json_the_password_is_said_in_a_sentence():
    printed = run("person", "add", "Fiona", "--role", "finance_admin")

    first, second, *_ = printed.splitlines()
    assert first == "Added Fiona as finance administrator of the whole company."
    assert Person.objects.get().check_password(second.removeprefix("One-time password, shown only now: "))


def test_a_leader_is_added_with_a_unit(company):
    run("person", "add", "Rita", "--role", "unit_leader", "--unit", "RETAIL")

    assert Grant.objects.values_list("person__name", "role", "unit__code").get() == ("Rita", "unit_leader", "RETAIL")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["add", "Rita", "--role", "unit_leader"], 1, "There is already a person named Rita."),
        (["add", "Bob", "--role", "unit_leader", "--unit", "NOWHERE"], 2, "There is no unit NOWHERE."),
        (["add", "Bob", "--role", "emperor"], 1, "invalid choice: 'emperor'"),
        (["add", "Bob"], 1, "--role"),
        (["grant", "Rita", "--role", "auditor"], 1, "may not meet in one person"),
        (["grant", "Nobody", "--role", "auditor"], 2, "There is no person “Nobody”"),
        (["end", "Rita", "--role", "auditor"], 1, "Rita is not auditor of the whole company."),
    ],
)
def test_what_cannot_be_done_is_said_with_the_exit_code_and_changes_nothing(words, code, sentence):
    run("person", "add", "Rita", "--role", "unit_leader")
    before = Record.objects.count()

    found, said = code_of("person", *words)

    assert sentence in said
    assert found == code
    assert (Person.objects.count(), Record.objects.count()) == (1, before)


def test_a_refusal_in_json_is_one_document():
    run("person", "add", "Rita", "--role", "unit_leader")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("person", "add", "Rita", "--role", "auditor", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"status": "refused", "reason": "There is already a person named Rita."}


def test_roles_are_given_and_ended_and_listed(company):
    run("person", "add", "Rita", "--role", "unit_leader", "--unit", "RETAIL")
    run("person", "grant", "Rita", "--role", "unit_leader", "--unit", "DEPOT")
    run("person", "end", "Rita", "--role", "unit_leader", "--unit", "RETAIL")

    assert run("person", "list") == "Rita: unit leader of DEPOT\n"


def test_a_forgotten_password_is_replaced_and_a_leaver_deactivated():
    first = run_json("person", "add", "Rita", "--role", "unit_leader")["password"]
    second = run_json("person", "password", "Rita")["password"]
    run("person", "deactivate", "Rita")

    rita = Person.objects.get()
    assert (rita.check_password(first), rita.check_password(second), rita.is_active) == (False, True, False)
    assert run("person", "list") == "Rita: deactivated\n"


def test_a_lost_second_factor_is_removed_for_a_reason():
    run("person", "add", "Rita", "--role", "unit_leader")
    TOTP.activate(Person.objects.get(), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    said = run("person", "remove-factor", "Rita", "--reason", "lost the telephone")

    assert said == "Rita signs in with the password alone now.\n"
    assert code_of("person", "remove-factor", "Rita", "--reason", "again") == (1, "Rita has no second factor.")
    deed = Record.objects.get(verb="people.factor.removed")
    assert (deed.actor, deed.reason) == ("process:command-line", "lost the telephone")


def test_a_token_is_made_listed_and_revoked(company):
    run("person", "add", "Rita", "--role", "unit_leader", "--unit", "RETAIL")

    made = run_json("token", "make", "Rita", "--name", "exporter", "--ability", "figures.read", "--unit", "SHOPS")
    listed = run_json("token", "list")
    revoked = run_json("token", "revoke", made["prefix"])

    key = made.pop("key")
    assert key.startswith(made["prefix"])
    assert listed == [made]
    assert made["units"] == ["SHOPS"]
    assert ApiToken.objects.get().revoked.isoformat() == revoked["revoked"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["make", "Rita", "--name", "x", "--ability", "figures.import"], 1, "does not have the ability figures.import"),
        (["make", "Rita", "--name", "x", "--ability", "figures.read", "--days", "365"], 1, "at most 90 days"),
        (["make", "Rita", "--name", "x", "--ability", "figures.read", "--unit", "DEPOT"], 1, "no unit DEPOT in the"),
        (["make", "Rita", "--name", "x", "--ability", "figures.read", "--unit", "NO"], 2, "There is no unit NO."),
        (["revoke", "plb_nothing"], 2, "There is no token plb_nothing."),
    ],
)
def test_a_token_that_cannot_be_made_is_said_with_the_exit_code(company, words, code, sentence):
    run("person", "add", "Rita", "--role", "unit_leader", "--unit", "RETAIL")

    found, said = code_of("token", *words)

    assert (found, sentence in said) == (code, True)
    assert not ApiToken.objects.exists()
