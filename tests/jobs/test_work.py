"""Doing work: leases, failures, the way back to the queue, and the grave."""

from __future__ import annotations

from audit.models import Record
from jobs.actions import enqueue
from jobs.leases import ATTEMPTS, LEASE, Attempt, claim, pause_after
from jobs.models import Job
from jobs.registry import Work, handles, kinds
from jobs.work import drain, run
from tests.tables import assert_reads

ANNA = "person:1"


def ask(hands, kind="test.works", key="2026-09", **terms):
    return enqueue(kind=kind, key=key, at=hands(), actor=ANNA, **terms)


def test_a_job_is_done_once_and_keeps_what_came_of_it(db, hands, done):
    job = ask(hands, payload={"since": 7})

    assert run(job.pk, clock=hands) is True
    assert run(job.pk, clock=hands) is False

    assert [(work.payload, work.actor, work.at, work.attempt) for work in done] == [({"since": 7}, ANNA, hands(), 1)]
    job.refresh_from_db()
    assert (job.state, job.outcome, job.ended, job.lease_until) == ("done", {"rows": 12}, hands(), None)


def test_a_second_worker_cannot_take_a_job_that_runs(db, hands, done):
    job = ask(hands)

    assert claim(job.pk, at=hands()) is not None
    assert claim(job.pk, at=hands.move(seconds=39)) is None


def test_a_job_that_is_not_due_is_left_alone(db, hands, done):
    job = ask(hands)
    Job.objects.update(due=hands.move(seconds=1))
    hands.move(seconds=-1)

    assert run(job.pk, clock=hands) is False
    assert done == []


def test_the_same_work_runs_once_at_a_time_and_the_follower_is_sent_when_the_first_ends(
    db, hands, done, queue, django_capture_on_commit_callbacks
):
    first = ask(hands)
    running = claim(first.pk, at=hands())
    follower = ask(hands)
    assert claim(follower.pk, at=hands()) is None

    with django_capture_on_commit_callbacks(execute=True), Attempt(running, clock=hands):
        pass

    assert queue == [follower.pk]
    assert run(follower.pk, clock=hands) is True


def test_a_job_left_behind_is_taken_over_when_its_lease_has_run_out(db, hands, done):
    job = ask(hands)
    claim(job.pk, at=hands())
    hands.at += LEASE

    assert claim(job.pk, at=hands()) is None
    assert claim(job.pk, at=hands.move(seconds=1)).attempts == 2


def test_a_worker_thought_dead_changes_nothing_when_it_comes_back(db, hands, done):
    job = ask(hands)
    slow = claim(job.pk, at=hands())
    hands.move(seconds=41)
    claim(job.pk, at=hands())

    with Attempt(slow, clock=hands) as attempt:
        attempt.progress(3, 3)
        attempt.outcome = {"rows": 99}

    job.refresh_from_db()
    assert (job.state, job.attempts, job.outcome, job.done_steps) == ("running", 2, None, 0)


def test_progress_is_kept_and_renews_the_lease(db, hands, done):
    job = claim(ask(hands).pk, at=hands())

    with Attempt(job, clock=hands) as attempt:
        hands.move(seconds=30)
        attempt.progress(3, 12)
        job.refresh_from_db()
        assert (job.done_steps, job.all_steps, job.lease_until) == (3, 12, hands() + LEASE)


def test_a_failure_waits_longer_each_time_and_is_buried_after_the_fifth(db, hands, done):
    job = ask(hands, kind="test.breaks")
    seen = []
    for _ in range(ATTEMPTS):
        assert run(job.pk, clock=hands) is True
        job.refresh_from_db()
        seen.append({"attempt": job.attempts, "state": job.state, "wait": int((job.due - hands()).total_seconds())})
        hands.at = max(job.due, hands())

    assert_reads(
        seen,
        """
        attempt | state   | wait
              1 | waiting |   15
              2 | waiting |   60
              3 | waiting |  240
              4 | waiting |  960
              5 | failed  |    0
    """,
    )
    assert job.error == "ConnectionResetError: the line went dead"
    deed = Record.objects.get(verb="jobs.job.failed")
    assert (deed.actor, deed.target_id, deed.after) == (
        "process:worker",
        str(job.pk),
        {"kind": "test.breaks", "key": "2026-09", "attempts": 5},
    )


def test_a_handler_that_gives_up_is_not_asked_again_and_its_sentence_is_kept_and_logged(db, hands, done, caplog):
    job = ask(hands, kind="test.refuses")

    run(job.pk, clock=hands)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("failed", 1, "The period 2026-09 is closed.")
    (line,) = [entry for entry in caplog.records if entry.levelname == "ERROR"]
    assert line.getMessage() == (
        f"Job {job.pk} (test.refuses 2026-09) was given up at attempt 1: The period 2026-09 is closed."
    )


def test_a_failure_of_work_that_was_asked_for_again_leaves_the_next_attempt_to_the_new_job(db, hands, done):
    job = claim(ask(hands, kind="test.breaks").pk, at=hands())
    follower = ask(hands, kind="test.breaks")

    with Attempt(job, clock=hands):
        raise ConnectionResetError("the line went dead")

    assert list(Job.objects.order_by("pk").values_list("pk", "state")) == [
        (job.pk, "failed"),
        (follower.pk, "waiting"),
    ]


def test_a_kind_nobody_handles_fails_at_once_and_says_so(db, hands):
    job = ask(hands, kind="test.nobody")

    run(job.pk, clock=hands)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "No handler is registered for jobs of kind test.nobody.")


def test_the_handler_works_outside_any_transaction(own_database, hands, done):
    from django.db import connection

    states = []

    @handles("test.looks")
    def looks(work: Work) -> None:
        states.append(connection.in_atomic_block)

    run(ask(hands, kind="test.looks").pk, clock=hands)

    assert states == [False]


def test_draining_does_all_that_is_due_and_what_that_asks_for(db, hands, done):
    @handles("test.asks")
    def asks(work: Work) -> None:
        ask(hands, key="asked for")

    ask(hands, kind="test.asks")
    ask(hands)

    assert drain(clock=hands) == 3
    assert sorted(Job.objects.values_list("key", "state")) == [
        ("2026-09", "done"),
        ("2026-09", "done"),
        ("asked for", "done"),
    ]


def test_two_functions_cannot_handle_one_kind(done):
    import pytest

    with pytest.raises(ValueError, match=r"test\.works is handled by tests\.jobs\.conftest\.done"):

        @handles("test.works")
        def other(work: Work) -> None: ...

    assert "test.works" in kinds()


def test_the_pause_grows_fourfold():
    assert [pause_after(attempt).total_seconds() for attempt in (1, 2, 3, 4)] == [15, 60, 240, 960]
