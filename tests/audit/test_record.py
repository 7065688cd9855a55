"""Appending to the record, and asking it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from audit.actions import UnknownVerb, record
from audit.models import Record
from audit.verbs import VERBS

DEED = {"actor": "person:7", "verb": "alerts.threshold.set", "target": ("threshold", 3)}


def test_a_deed_is_kept_with_who_what_why_and_the_act_it_belongs_to(db, at):
    act = uuid4()
    made = record(**DEED, at=at, unit=4, before={"warning": "0.1"}, after={"warning": "0.2"}, reason="noise", act=act)

    kept = Record.objects.get(pk=made.pk)
    assert (kept.at, kept.actor, kept.verb, kept.target_type, kept.target_id, kept.unit_id) == (
        at, "person:7", "alerts.threshold.set", "threshold", "3", 4,
    )  # fmt: skip
    assert (kept.before, kept.after, kept.reason, kept.act) == ({"warning": "0.1"}, {"warning": "0.2"}, "noise", act)


def test_a_deed_without_an_act_of_others_is_an_act_of_its_own(db, at):
    one, other = record(**DEED, at=at), record(**DEED, at=at)

    assert isinstance(one.act, UUID)
    assert one.act != other.act


def test_a_verb_the_registry_does_not_list_is_refused(db, at):
    with pytest.raises(UnknownVerb, match="alerts.threshold.sett"):
        record(**{**DEED, "verb": "alerts.threshold.sett"}, at=at)


def test_a_deed_needs_an_actor(db, at):
    with pytest.raises(ValueError, match="actor"):
        record(**{**DEED, "actor": ""}, at=at)


def test_a_deed_is_recorded_in_its_own_transaction(own_database, at):
    with pytest.raises(RuntimeError, match="own transaction"):
        record(**DEED, at=at)


def test_a_deed_that_is_rolled_back_leaves_no_record(db, at):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(**DEED, at=at)
        raise ZeroDivisionError

    assert Record.objects.count() == 0


def test_the_database_notes_the_transaction_that_wrote_the_row(own_database, at):
    with transaction.atomic():
        one, other = record(**DEED, at=at), record(**DEED, at=at)
    with transaction.atomic():
        later = record(**DEED, at=at)

    noted = dict(Record.objects.values_list("pk", "transaction"))
    assert noted[one.pk] == noted[other.pk]
    assert (noted[later.pk] > noted[one.pk]) is (connection.vendor == "postgresql")


def test_every_verb_is_app_thing_and_deed_and_has_words_for_a_reader():
    assert all(verb.count(".") in {1, 2} and label and label[0].islower() for verb, label in VERBS.items())


def test_the_record_page_narrows_by_one_condition_at_a_time(db, at):
    def deed(**terms):
        return record(**{**DEED, "at": at, **terms}).pk

    opened = deed(verb="alerts.alert.opened", target=("alert", 9), unit=4, actor="process:worker")
    closed = deed(verb="ledger.period.closed", target=("period", 2), at=at + timedelta(days=1))
    limit = deed(unit=5, actor="person:8")

    def of(found):
        return list(found.order_by("pk").values_list("pk", flat=True))

    records = Record.objects
    assert of(records.by("process:worker")) == [opened]
    assert of(records.of_verb("ledger.period.closed")) == [closed]
    assert of(records.of_verb("alerts.")) == [opened, limit]
    assert of(records.about("alert")) == [opened]
    assert of(records.about("threshold", 3)) == [limit]
    assert of(records.in_units([4, 5])) == [opened, limit]
    assert of(records.of_act(Record.objects.get(pk=closed).act)) == [closed]
    assert of(records.between(at, at + timedelta(days=1))) == [opened, limit]
    assert of(records.between(at + timedelta(days=1), None)) == [closed]
    assert [deed.pk for deed in records.newest_first()] == [closed, limit, opened]
