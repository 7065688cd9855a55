"""The net under the queue."""

from __future__ import annotations

from datetime import timedelta

from audit.models import Record
from jobs.actions import enqueue
from jobs.leases import ATTEMPTS, LEASE, claim
from jobs.models import Heartbeat, Job
from jobs.sweeping import SWEEPER, sweep

ANNA = "person:1"


def ask(hands, key, **terms):
    return enqueue(kind="test.works", key=key, at=hands(), actor=ANNA, **terms)


def test_what_was_lost_is_sent_again_oldest_first(db, hands, queue):
    lost = ask(hands, "lost on the way")
    left = ask(hands, "left by a dead worker")
    claim(left.pk, at=hands())
    later = ask(hands, "not due", due=hands() + timedelta(hours=1))
    finished = ask(hands, "finished")
    Job.objects.filter(pk=finished.pk).update(state="done")
    hands.move(seconds=41)
    new = ask(hands, "new")

    assert sweep(at=hands()) == 3
    assert queue == [lost.pk, left.pk, new.pk]
    assert later.pk not in queue


def test_a_running_job_is_left_to_its_worker(db, hands, queue):
    claim(ask(hands, "running").pk, at=hands())
    hands.at += LEASE

    assert sweep(at=hands()) == 0
    assert queue == []


def test_a_job_that_killed_its_worker_five_times_is_buried_with_a_record(db, hands, queue):
    job = ask(hands, "poison")
    for _ in range(ATTEMPTS):
        claim(job.pk, at=hands())
        hands.move(seconds=41)

    sweep(at=hands())

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "Its worker died 5 times while doing it.")
    assert Record.objects.get().verb == "jobs.job.failed"
    assert queue == []


def test_a_refusing_broker_ends_the_round(db, hands, monkeypatch):
    asked = []
    monkeypatch.setattr("jobs.sweeping.send", lambda job_id: bool(asked.append(job_id)))
    ask(hands, "one")
    ask(hands, "two")

    assert sweep(at=hands()) == 0
    assert len(asked) == 1


def test_the_sweeper_leaves_a_sign_of_life_and_its_silence_shows(db, hands, queue):
    assert Heartbeat.objects.beating(SWEEPER, hands()) is False

    sweep(at=hands())

    assert Heartbeat.objects.beating(SWEEPER, hands.move(seconds=89)) is True
    assert Heartbeat.objects.beating(SWEEPER, hands.move(seconds=1)) is False


def test_jobs_done_long_ago_are_forgotten_and_failed_ones_kept(db, hands, queue):
    for key, state in [("done", "done"), ("failed", "failed")]:
        Job.objects.filter(pk=ask(hands, key).pk).update(state=state)
    hands.move(days=91)

    sweep(at=hands())

    assert list(Job.objects.values_list("key", flat=True)) == ["failed"]
