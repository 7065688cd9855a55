"""The jobs of the pages: uploads are checked and landed, the record is verified."""

from __future__ import annotations

from jobs.registry import GiveUp, Outcome, Work, handles
from people.models import Person
from reports.actions import check_upload, forget_upload, land_upload, verify_record
from reports.models import Upload
from units.scope import AbilityMissing, Scope


@handles("reports.upload.check")
def check(work: Work) -> Outcome:
    """Try the import of a file and keep its report."""
    return {"state": check_upload(actor=_actor(work), upload=_upload(work), at=work.at).state}


@handles("reports.upload.land")
def land(work: Work) -> Outcome:
    """Import a file, or the files of a structure."""
    return {"state": land_upload(actor=_actor(work), upload=_upload(work), at=work.at).state}


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
