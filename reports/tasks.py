"""The jobs of the pages: uploads are checked and landed, the record is verified, boards are made ahead."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import Any

from celery import shared_task
from django.db import OperationalError, connection
from django.utils import timezone

from jobs.registry import GiveUp, Outcome, Work, handles
from ledger.progress import WRITTEN, Progress
from metrics.budget_requests import unpacked
from metrics.calc.programme import NotSolved, optimal
from people.models import Person
from reports.actions import check_upload, forget_upload, land_upload, verify_record
from reports.actions.planning import ALLOCATE
from reports.ahead import make_ahead
from reports.models import Upload
from reports.rehearsal import rehearse
from reports.stages import steps
from units.scope import AbilityMissing, Scope

ROUND = 2
"""Seconds that boards are made ahead at a time: what must happen does not wait longer for it."""


@shared_task(name="reports.ahead")
def ahead() -> None:
    """One round of making boards ahead, sent by beat."""
    until = monotonic() + ROUND
    make_ahead(at=timezone.now(), goes_on=lambda: monotonic() < until)


@handles("reports.upload.check")
def check(work: Work) -> Outcome:
    """Try the import of a file and keep its report."""
    progress = told(work, lands=False)
    return {"state": check_upload(progress=progress, rehearse=rehearse, **_asked(work)).state}


@handles("reports.upload.land")
def land(work: Work) -> Outcome:
    """Import a file, or the files of a structure."""
    progress = told(work, lands=True)
    return {"state": land_upload(progress=progress, rehearse=rehearse, **_asked(work)).state}


@handles("reports.upload.forget")
def forget(work: Work) -> Outcome:
    """A day after its arrival: nobody's bytes wait for ever."""
    return {"state": forget_upload(actor=Scope.system("worker"), upload=_upload(work), at=work.at).state}


@handles("reports.record.verify")
def verify(work: Work) -> Outcome:
    """Read the whole record for whoever asked on its page."""
    try:
        return {"code": verify_record(actor=_actor(work), at=work.at).code}
    except AbilityMissing as missing:
        raise GiveUp(str(missing)) from missing


@handles(ALLOCATE)
def allocate(work: Work) -> Outcome:
    """Divide a budget so that it returns most; the answer stays on the job for whoever asked."""
    try:
        found = optimal(unpacked(work.payload["requests"]), int(work.payload["budget"]))
    except NotSolved as error:
        raise GiveUp(str(error)) from error
    return {"granted": [list(each) for each in found.granted], "left": found.left, "returned": found.returned}


def told(work: Work, *, lands: bool) -> Progress:
    """Keeps on the job how far its rows are, for the page that asks the job.

    While rows are written the import's transaction is open and hides what its connection writes: then another
    one notes it, but not on SQLite, where it would wait for the very lock that this transaction holds.
    """

    def note(stage: str, done: int, of: int) -> None:
        counted, all_steps = steps(stage, done, of, lands=lands)
        if stage != WRITTEN:
            _note(work, counted, all_steps)
        elif connection.vendor != "sqlite":
            apart = Thread(target=_note_apart, args=(work, counted, all_steps))
            apart.start()
            apart.join()

    return note


def _note(work: Work, done: int, of: int) -> None:
    """Figures matter more than where they are: a database too busy for a note does not stop the work."""
    with suppress(OperationalError):
        work.progress(done, of=of)


def _note_apart(work: Work, done: int, of: int) -> None:
    """A thread has a connection of its own, and closes it."""
    try:
        _note(work, done, of)
    finally:
        connection.close()


def _asked(work: Work) -> dict[str, Any]:
    return {"actor": _actor(work), "upload": _upload(work), "at": work.at}


def _actor(work: Work) -> Scope:
    """The rights of whoever asked, as they are now."""
    person = Person.objects.filter(pk=work.actor.removeprefix("person:")).first()
    if person is None:
        raise GiveUp(f"There is no {work.actor} any more.")
    return Scope.of(person, at=work.at)


def _upload(work: Work) -> Upload:
    upload = Upload.objects.filter(public_id=work.key).first()
    if upload is None:
        raise GiveUp(f"There is no upload {work.key}.")
    return upload
