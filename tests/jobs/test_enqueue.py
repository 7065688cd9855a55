"""Asking for work."""

from __future__ import annotations

import pytest
from django.db import transaction

from audit.models import Record
from jobs.actions import NotFailed, enqueue, retry
from jobs.models import Job
from jobs.work import run

ANNA, BEN = "person:1", "person:2"


def test_work_asked_for_waits_as_a_row_that_names_who_asked(db, at):
    job = enqueue(kind="test.works", key="2026-09", payload={"since": 7}, at=at, actor=ANNA)

    job.refresh_from_db()
    assert (job.kind, job.key, job.payload, job.actor, job.state, job.created, job.due) == (
        "test.works", "2026-09", {"since": 7}, ANNA, "waiting", at, at,
    )  # fmt: skip


def test_asking_twice_while_it_waits_is_asking_once_and_the_later_terms_stand(db, at, hands):
    first = enqueue(kind="test.works", key="2026-09", payload={"since": 7}, at=at, actor=ANNA)
    second = enqueue(kind="test.works", key="2026-09", payload={"since": 9}, at=hands.move(minutes=1), actor=BEN)

    assert second.pk == first.pk
    assert list(Job.objects.values_list("payload", "actor", "due")) == [({"since": 9}, BEN, at)]


def test_other_keys_and_other_kinds_are_other_work(db, at):
    for kind, key in [("test.works", "2026-08"), ("test.works", "2026-09"), ("test.breaks", "2026-09")]:
        enqueue(kind=kind, key=key, at=at, actor=ANNA)

    assert Job.objects.waiting().count() == 3


def test_asking_while_it_runs_is_asking_again_because_the_runner_may_have_read_already(db, at, hands, done):
    job = enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, lease_until=hands.move(seconds=40))

    again = enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)

    assert again.pk != job.pk
    assert sorted(Job.objects.values_list("state", flat=True)) == ["running", "waiting"]


def test_a_transaction_rolled_back_leaves_nothing_and_sends_nothing(db, at, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)
        raise ZeroDivisionError

    assert (Job.objects.count(), queue) == (0, [])


def test_the_id_is_sent_when_the_transaction_commits_and_not_before(db, at, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        job = enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)
        assert queue == []

    assert queue == [job.pk]


def test_work_due_later_is_left_to_the_sweeper(db, at, hands, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(kind="test.works", key="digest", at=at, due=hands.move(hours=3), actor="process:beat")

    assert queue == []


def test_a_lost_broker_fails_no_request(db, at, settings, caplog, django_capture_on_commit_callbacks):
    from celery import Celery

    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.relay.current_app", dead)
        with django_capture_on_commit_callbacks(execute=True):
            job = enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)

    assert Job.objects.waiting().get() == job
    assert f"Job {job.pk} stays for the sweeper: the broker cannot be reached" in caplog.text


def test_a_failed_job_is_tried_again_on_a_persons_word_and_the_record_says_whose(db, hands, done):
    job = enqueue(kind="test.refuses", key="2026-09", at=hands(), actor=ANNA)
    run(job.pk, clock=hands)

    retry(job=job.pk, at=hands.move(hours=1), actor=BEN, reason="the period was reopened")

    job.refresh_from_db()
    assert (job.state, job.attempts, job.due) == ("waiting", 0, hands())
    deed = Record.objects.get(verb="jobs.job.retried")
    assert (deed.actor, deed.target_id, deed.reason) == (BEN, str(job.pk), "the period was reopened")


def test_a_job_that_has_not_failed_cannot_be_tried_again(db, at):
    job = enqueue(kind="test.works", key="2026-09", at=at, actor=ANNA)

    with pytest.raises(NotFailed, match="Only a job that has failed"):
        retry(job=job.pk, at=at, actor=BEN)


def test_trying_a_failed_job_again_while_the_same_work_waits_asks_for_it_once(db, hands, done):
    job = enqueue(kind="test.refuses", key="2026-09", at=hands(), actor=ANNA)
    run(job.pk, clock=hands)
    enqueue(kind="test.refuses", key="2026-09", at=hands(), actor=ANNA)

    retry(job=job.pk, at=hands(), actor=BEN)

    assert sorted(Job.objects.values_list("state", flat=True)) == ["failed", "waiting"]
