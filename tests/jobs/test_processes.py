"""Other processes, real commits, and deaths at every point of a job's way."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs.actions import enqueue
from jobs.leases import claim
from jobs.models import Job
from jobs.work import run
from tests.jobs.conftest import Hands

ANNA = "person:1"

WORKER = """
    import os, signal, sys
    import django
    django.setup()
    from django.utils import timezone
    from jobs import leases, work
    from jobs.registry import handles

    def die(*args, **terms):
        os.kill(os.getpid(), signal.SIGKILL)

    @handles("test.works")
    def works(work):
        if sys.argv[1] == "while working":
            die()
        print("worked", flush=True)

    if sys.argv[1] == "before the claim":
        work.claim = die
    if sys.argv[1] == "after the claim":
        work.handler_of = die
    if sys.argv[1] == "before the note of the end":
        leases.Attempt._end = die
    work.run(int(sys.argv[2]), clock=timezone.now)
"""


def work_in_another_process(own_database, moment: str, job: Job) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WORKER), moment, str(job.pk)],
        env=own_database.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("moment", "times_worked"),
    [
        ("before the claim", 0),
        ("after the claim", 0),
        ("while working", 0),
        ("before the note of the end", 1),
    ],
)
def test_a_job_whose_worker_was_killed_is_done_by_the_next(own_database, done, moment, times_worked):
    job = enqueue(kind="test.works", key="2026-09", at=timezone.now(), actor=ANNA)

    killed = work_in_another_process(own_database, moment, job)
    later = Hands(timezone.now() + timedelta(seconds=60))

    assert (killed.returncode, killed.stdout.count("worked")) == (-signal.SIGKILL, times_worked), killed.stderr
    assert run(job.pk, clock=later) is True
    job.refresh_from_db()
    assert (job.state, len(done)) == ("done", 1)


def test_a_job_done_in_another_process_is_not_done_again(own_database, done):
    job = enqueue(kind="test.works", key="2026-09", at=timezone.now(), actor=ANNA)

    other = work_in_another_process(own_database, "never", job)

    assert (other.returncode, other.stdout.strip()) == (0, "worked"), other.stderr
    assert run(job.pk, clock=timezone.now) is False
    assert done == []


def test_of_many_workers_that_reach_for_a_job_at_once_one_gets_it(own_database, hands):
    job = enqueue(kind="test.works", key="2026-09", at=hands(), actor=ANNA)
    together, got = Barrier(6), []

    def reach() -> None:
        together.wait()
        got.append(claim(job.pk, at=hands()) is not None)
        connection.close()

    at_once(reach, 6)

    assert sorted(got) == [False] * 5 + [True]


def test_many_who_ask_for_the_same_at_once_ask_for_it_once(own_database, hands):
    together, asked = Barrier(6), []

    def ask() -> None:
        together.wait()
        asked.append(enqueue(kind="test.works", key="2026-09", at=hands(), actor=ANNA).pk)
        connection.close()

    at_once(ask, 6)

    assert (len(asked), len(set(asked)), Job.objects.count()) == (6, 1, 1)


def test_a_worker_waits_for_a_transaction_that_asks_for_the_waiting_job_again(own_database, done, hands):
    """Or else it would start from what it read before, and the news in that transaction would be lost."""
    job = enqueue(kind="test.works", key="2026-09", payload={"since": 7}, at=hands(), actor=ANNA)

    with transaction.atomic():
        enqueue(kind="test.works", key="2026-09", payload={"since": 9}, at=hands(), actor=ANNA)
        worker = Thread(target=lambda: (run(job.pk, clock=hands), connection.close()))
        worker.start()
        worker.join(0.3)
        assert worker.is_alive()
    worker.join(20)

    assert [work.payload for work in done] == [{"since": 9}]


def test_the_lease_is_renewed_while_the_handler_works(own_database, done, monkeypatch):
    from jobs.registry import handles

    monkeypatch.setattr("jobs.leases.RENEWAL", 0.05)
    leases = []

    @handles("test.slow")
    def slow(work):
        first, patience = Job.objects.get().lease_until, 100
        while patience and Job.objects.get().lease_until == first:
            patience -= 1
            time.sleep(0.05)
        leases.append(Job.objects.get().lease_until > first)

    job = enqueue(kind="test.slow", key="", at=timezone.now(), actor=ANNA)
    run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert (job.state, leases) == ("done", [True])


def at_once(target, number: int) -> None:
    threads = [Thread(target=target) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
