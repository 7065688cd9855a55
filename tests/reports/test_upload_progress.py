"""While a file is checked and imported its page says how many rows are through, and it is the truth others can see."""

from __future__ import annotations

from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from jobs.actions import enqueue
from jobs.leases import Attempt, claim
from jobs.models import Job
from jobs.registry import Work
from ledger.actions import import_figures, import_structure
from ledger.actions.structure import StructureFile
from ledger.progress import EVERY
from people.models import Person
from reports.models import Upload
from reports.stages import said, steps
from reports.tasks import told
from units.models import Grant
from units.scope import Scope

ROWS = 2 * EVERY + 5_000


@pytest.mark.parametrize(
    ("stage", "done", "lands", "sentence"),
    [
        ("read", 100_000, False, "100,000 rows read, now they are being checked"),
        ("checked", 12_000, False, "12,000 of 100,000 rows checked"),
        ("checked", 100_000, False, "100,000 rows checked, what they change is being worked out"),
        ("read", 100_000, True, "100,000 rows read, now they are being checked"),
        ("checked", 12_000, True, "12,000 of 100,000 rows checked"),
        ("checked", 100_000, True, "100,000 rows checked, what they change is being written"),
        ("written", 12_000, True, "12,000 of 100,000 rows written"),
        ("written", 100_000, True, "100,000 rows written, the import is being completed"),
    ],
)
def test_two_counts_say_which_stage_the_rows_are_in(stage, done, lands, sentence):
    assert said(*steps(stage, done, 100_000, lands=lands), lands=lands) == sentence


def test_before_any_row_is_known_the_file_is_being_read():
    assert said(0, 0, lands=True) == "The file is being read"
    assert said(*steps("read", 1, 1, lands=True), lands=True) == "1 row read, now they are being checked"


@pytest.fixture
def sent(clock, signed_in, finance_admin, settings, tmp_path):
    """An upload on its way, the client of who sent it, and a way to say how far its job is."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    client = signed_in(finance_admin)
    file = SimpleUploadedFile("october.csv", b"unit,account,period,amount\nSHOPS,REVENUE,2026-10,1\n")
    address = client.post("/imports/", {"file": file, "source": "erp"}).url

    def at_step(kind: str, done: int, of: int) -> str:
        jobs = Job.objects.filter(kind=kind)
        jobs.update(state="running", done_steps=done, all_steps=of, lease_until=timezone.now(), attempts=1)
        return client.get(address, headers={"HX-Request": "true"}).content.decode()

    return at_step


def test_the_page_says_how_many_rows_are_checked(sent):
    told_by_page = sent("reports.upload.check", 12_000, 100_000)

    assert "<html" not in told_by_page
    assert '<progress max="100" value="12"' in told_by_page
    assert 'aria-label="Checking every row"' in told_by_page
    assert 'aria-valuetext="12,000 of 100,000 rows checked"' in told_by_page
    assert ">12,000 of 100,000 rows checked<" in told_by_page


def test_the_page_says_that_a_file_is_still_being_read(sent):
    assert ">The file is being read<" in sent("reports.upload.check", 0, 0)


def test_the_page_says_how_many_rows_are_written(sent):
    Upload.objects.update(state="importing")
    Job.objects.filter(kind="reports.upload.check").update(kind="reports.upload.land")
    told_by_page = sent("reports.upload.land", 112_000, 200_000)

    assert '<progress max="100" value="56"' in told_by_page
    assert ">12,000 of 100,000 rows written<" in told_by_page


def elsewhere(job: int) -> str:
    """What a process with another connection sees of a job, in the words of the page."""
    found: list[str] = []

    def look() -> None:
        row = Job.objects.get(pk=job)
        found.append(said(row.done_steps, row.all_steps, lands=True))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def test_others_see_rows_checked_while_they_are_and_rows_written_where_the_database_can_show_it(own_database, at):
    admin = Scope.of(a_finance_admin(at), at=at)
    units = StructureFile("units.csv", b"code,name\nGROUP,Group\n")
    accounts = StructureFile("accounts.csv", b"code,name,kind\nREVENUE,Revenue,income\n")
    import_structure(actor=admin, at=at, units=units, accounts=accounts)
    job = claim(enqueue(kind="reports.upload.land", key="x", at=at, actor=admin.actor).pk, at=at)
    attempt = Attempt(job, clock=lambda: at)
    note = told(Work(job.pk, job.kind, job.key, {}, job.actor, at, 1, attempt.progress), lands=True)
    seen: list[str] = []

    def progress(stage: str, done: int, of: int) -> None:
        note(stage, done, of)
        seen.append(elsewhere(job.pk))

    lines = "".join(f"GROUP,REVENUE,2026-10,{number}\n" for number in range(ROWS))
    content = f"unit,account,period,amount\n{lines}".encode()
    import_figures(actor=admin, content=content, filename="a.csv", source="erp", at=at, progress=progress)

    all_checked = "25,000 rows checked, what they change is being written"
    assert seen == [
        "25,000 rows read, now they are being checked",
        "10,000 of 25,000 rows checked",
        "20,000 of 25,000 rows checked",
        all_checked,
        *(
            [all_checked, all_checked]  # one writer: nobody can say more until the import has committed
            if connection.vendor == "sqlite"
            else ["10,000 of 25,000 rows written", "20,000 of 25,000 rows written"]
        ),
    ]


def a_finance_admin(at) -> Person:
    person = Person.objects.create(name="Fiona", joined=at)
    Grant.objects.create(person=person, role="finance_admin", starts=at, granted_by="process:test")
    return person
