"""Adding, changing and deactivating people, and their passwords."""

from __future__ import annotations

from datetime import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from audit.models import Record
from jobs.work import drain
from people.actions import (
    PasswordRefused,
    PersonRefused,
    add_person,
    change_person,
    choose_morning,
    deactivate_person,
    end_quiet,
    keep_quiet,
    note_refusal,
    note_second_factor,
    note_sign_in,
    remove_second_factor,
    set_password,
)
from people.factors import second_factor
from people.models import Person

ACTOR = "process:test"
pytestmark = pytest.mark.django_db


def records() -> list[tuple[str, str, str]]:
    return [(row.actor, row.verb, f"{row.target_type}:{row.target_id}") for row in Record.objects.order_by("pk")]


def test_a_person_is_added_with_a_one_time_password_and_a_record(at):
    added = add_person(actor=ACTOR, name="  Ada   Lovelace ", email="ada@example.com", at=at)

    assert (added.person.name, added.person.email, added.person.joined) == ("Ada Lovelace", "ada@example.com", at)
    assert added.person.check_password(added.password)
    assert added.person.must_change_password
    assert records() == [(ACTOR, "people.person.added", f"person:{added.person.pk}")]


def test_the_record_of_a_person_holds_neither_name_nor_address_nor_password(at):
    added = add_person(actor=ACTOR, name="Ada Lovelace", email="ada@example.com", at=at)
    change_person(actor=ACTOR, person=added.person, name="Ada King", at=at)

    written = str(list(Record.objects.values()))
    assert not [word for word in ("Ada", "ada@", added.password) if word in written]


def test_two_one_time_passwords_differ(at):
    first, second = (add_person(actor=ACTOR, name=name, at=at).password for name in ("Ada", "Bob"))

    assert first != second
    assert len(first) == len("abcde-abcde-abcde-abcde")


@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        ("", "", "A person needs a name."),
        ("x" * 81, "", "A name has at most 80 characters."),
        ("cfo@example.com", "", "A name has no “@”: it would read like somebody's e-mail address."),
        ("Bob", "not an address", "“not an address” is not an e-mail address."),
        ("ada LOVELACE", "", "There is already a person named ada LOVELACE."),
        ("Bob", "ADA@example.com", "There is already a person with the address ADA@example.com."),
    ],
)
def test_who_could_not_sign_in_unmistakably_is_refused(at, name, email, sentence):
    add_person(actor=ACTOR, name="Ada Lovelace", email="ada@example.com", at=at)

    with pytest.raises(PersonRefused) as refused:
        add_person(actor=ACTOR, name=name, email=email, at=at)

    assert str(refused.value) == sentence
    assert Person.objects.count() == 1


def test_a_weak_password_is_refused_with_the_reasons(at):
    with pytest.raises(PasswordRefused, match="at least 12 characters"):
        add_person(actor=ACTOR, name="Ada", password="short", at=at)

    assert not Person.objects.exists()


def test_a_change_records_what_changed_and_no_change_records_nothing(at):
    person = add_person(actor=ACTOR, name="Ada", at=at).person

    change_person(actor=ACTOR, person=person, email="ada@example.com", at=at)
    change_person(actor=ACTOR, person=person, email="ada@example.com", at=at)

    changes = Record.objects.filter(verb="people.person.changed")
    assert [row.after for row in changes] == [{"changed": ["email"]}]


def test_a_deactivated_person_is_unknown_to_commands_until_let_in_again(at):
    person = add_person(actor=ACTOR, name="Ada", at=at).person

    deactivate_person(actor=ACTOR, person=person, at=at, reason="left")
    with pytest.raises(Person.DoesNotExist):
        Person.objects.known_as("Ada")
    change_person(actor=ACTOR, person=person, is_active=True, at=at)

    assert Person.objects.known_as("ada") == person
    assert [verb for _, verb, _ in records()] == [
        "people.person.added",
        "people.person.deactivated",
        "people.person.changed",
    ]


def test_nobody_deactivates_himself_or_twice(at):
    person = add_person(actor=ACTOR, name="Ada", at=at).person

    with pytest.raises(PersonRefused, match="Nobody deactivates himself"):
        deactivate_person(actor=f"person:{person.pk}", person=person, at=at)
    deactivate_person(actor=ACTOR, person=person, at=at)
    with pytest.raises(PersonRefused, match="Ada is deactivated already."):
        deactivate_person(actor=ACTOR, person=person, at=at)


def test_a_password_set_by_another_must_be_changed_and_is_recorded(at):
    person = add_person(actor=ACTOR, name="Ada", at=at, must_change=False).person

    password = set_password(actor=ACTOR, person=person, at=at, must_change=True)

    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert records()[-1] == (ACTOR, "people.password.set", f"person:{person.pk}")


def test_a_sign_in_is_recorded_for_the_person(at):
    person = add_person(actor=ACTOR, name="Ada", at=at).person

    note_sign_in(actor=f"person:{person.pk}", at=at)

    assert records()[-1] == (f"person:{person.pk}", "people.session.started", f"person:{person.pk}")


def test_a_refusal_names_the_person_it_was_tried_for_or_nobody(at):
    person = add_person(actor=ACTOR, name="Ada", email="ada@example.com", at=at).person

    for login in ("ADA", "ada@example.com", "somebody else", ""):
        note_refusal(actor="process:sign-in", login=login, at=at, reason="wrong name or password")

    refused = [target for _, verb, target in records() if verb == "people.session.refused"]
    assert refused == [f"person:{person.pk}"] * 2 + ["person:unknown"] * 2


# --- the second factor -------------------------------------------------------------------------------


@pytest.fixture
def ada(at) -> Person:
    """Somebody with an app and recovery codes."""
    person = add_person(actor=ACTOR, name="Ada", at=at).person
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    return person


def factors() -> list[tuple[str, str, object, object, str]]:
    rows = Record.objects.exclude(verb="people.person.added").order_by("pk")
    return [(row.actor, row.verb, row.before, row.after, row.reason) for row in rows]


def test_a_lost_second_factor_is_removed_with_its_codes_and_the_reason_is_recorded(at, ada):
    remove_second_factor(actor=ACTOR, person=ada, at=at, reason=" lost the telephone ")

    assert second_factor(ada.pk) == {}
    before = {"factors": ["recovery_codes", "totp"]}
    assert factors() == [(ACTOR, "people.factor.removed", before, {"factors": []}, "lost the telephone")]


def test_whose_second_factor_was_removed_is_told_by_mail_once(at, ada, mailoutbox):
    change_person(actor=ACTOR, person=ada, email="ada@example.com", at=at)
    remove_second_factor(actor=ACTOR, person=ada, at=at, reason="lost the telephone")

    drain(clock=lambda: at, kinds=frozenset({"people.notice"}))

    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("Your second factor was removed", ["ada@example.com"])
    assert "by an access administrator" in mail.body
    assert "lost the telephone" not in mail.body


@pytest.mark.parametrize(
    ("actor", "reason", "sentence"),
    [
        ("the person", "lost", "Your own second factor is removed on your account page, not here."),
        (ACTOR, " ", "A second factor is removed for a reason: say which, it goes into the record."),
    ],
)
def test_a_second_factor_is_not_removed_by_its_owner_or_without_a_reason(at, ada, actor, reason, sentence):
    with pytest.raises(PersonRefused) as refused:
        remove_second_factor(
            actor=f"person:{ada.pk}" if actor == "the person" else actor, person=ada, at=at, reason=reason
        )

    assert str(refused.value) == sentence
    assert set(second_factor(ada.pk)) == {"totp", "recovery_codes"}
    assert factors() == []


def test_a_second_factor_nobody_has_is_not_removed(at):
    person = add_person(actor=ACTOR, name="Bob", at=at).person

    with pytest.raises(PersonRefused, match="Bob has no second factor"):
        remove_second_factor(actor=ACTOR, person=person, at=at, reason="lost")


def test_what_somebody_changes_of_the_own_second_factor_is_recorded_and_no_change_is_not(at, ada):
    own = f"person:{ada.pk}"
    both, app = {"factors": ["recovery_codes", "totp"]}, {"factors": ["totp"]}

    note_second_factor(actor=own, person=ada, before={}, at=at)
    note_second_factor(actor=own, person=ada, before=second_factor(ada.pk), at=at)
    codes = second_factor(ada.pk)
    Authenticator.objects.filter(type="recovery_codes").delete()
    note_second_factor(actor=own, person=ada, before=codes, at=at)
    Authenticator.objects.all().delete()
    note_second_factor(actor=own, person=ada, before={"totp": codes["totp"]}, at=at)

    assert factors() == [
        (own, "people.factor.enrolled", {"factors": []}, both, ""),
        (own, "people.codes.made", both, app, ""),
        (own, "people.factor.removed", app, {"factors": []}, ""),
    ]


@pytest.mark.parametrize(
    ("hour", "zone", "sentence"),
    [
        (24, "", "An hour is a whole number from 0 to 23."),
        (7, "Europe/Nowhere", "There is no time zone Europe/Nowhere."),
    ],
)
def test_a_morning_is_an_hour_of_a_time_zone(at, ada, hour, zone, sentence):
    with pytest.raises(PersonRefused, match=sentence):
        choose_morning(actor=ACTOR, person=ada, hour=hour, time_zone=zone, at=at)


def test_choosing_the_morning_is_recorded_once(at, ada):
    for _ in range(2):
        choose_morning(actor=ACTOR, person=ada, hour=6, time_zone="Europe/Berlin", at=at)

    record = Record.objects.get(verb="people.morning.chosen")
    assert (record.before, record.after) == (
        {"morning": 7, "time_zone": ""},
        {"morning": 6, "time_zone": "Europe/Berlin"},
    )


def test_quiet_windows_are_kept_and_taken_away_with_a_record(at, ada):
    window = keep_quiet(actor=ACTOR, person=ada, days="76", begins=time(0), ends=time(0), at=at)
    assert (window.days, str(window)) == ("67", "67 00:00–00:00")

    end_quiet(actor=ACTOR, window=window, at=at)

    assert not ada.quiet_windows.exists()
    verbs = list(Record.objects.filter(verb__startswith="people.quiet").values_list("verb", flat=True))
    assert verbs == ["people.quiet.added", "people.quiet.ended"]


@pytest.mark.parametrize("days", ["", "8", "1x"])
def test_a_quiet_window_needs_days_of_the_week(at, ada, days):
    with pytest.raises(PersonRefused, match="at least one day"):
        keep_quiet(actor=ACTOR, person=ada, days=days, begins=time(0), ends=time(6), at=at)
