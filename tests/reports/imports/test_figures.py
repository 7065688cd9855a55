"""A finance administrator uploads a file, reads its report and imports it; the worker does the work."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Record
from jobs.models import Job
from jobs.work import drain
from ledger.actions import close_period
from ledger.models import Entry, Import
from metrics.models import Run
from reports.actions import (
    check_upload,
    commit_upload,
    discard_upload,
    forget_upload,
    hand_out_problems,
    land_upload,
    receive_upload,
)
from reports.actions.uploads import NotWaiting, Parcel
from reports.models import Upload
from tests.reports.imports.uploads import (
    OCTOBER,
    WRONG,
    a_colleague,
    a_file,
    here,
    kept,
    page,
    recorded,
    send,
    uploaded,
    work,
)
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.usefixtures("clock")


def test_a_file_is_kept_and_checked_by_the_worker_before_anything_is_imported(client, files, finance_admin):
    sent = send(client)
    upload = Upload.objects.get()

    assert sent.url == here(upload)
    assert kept(files) == ["figures"]
    assert "The file is being checked" in page(client, here(upload))
    assert {(job.kind, job.key, job.actor) for job in Job.objects.filter(due__lte=upload.at)} == {
        ("reports.upload.check", upload.public_id, f"person:{finance_admin.pk}")
    }

    work()

    said = page(client, here(upload))
    assert "This import would leave 2 new entries" in said
    assert "Import 2 rows" in said
    assert "1,400" in said
    assert "370.25" in said
    assert Import.objects.count() == 1
    assert recorded() == ["reports.upload.received", "reports.upload.checked"]


def test_committing_imports_it_removes_the_bytes_and_leads_to_its_page(client, files, committed):
    upload = uploaded(client)

    assert client.post(here(upload)).url == here(upload)
    assert "The file is being imported" in page(client, here(upload))
    with committed():
        work()
    upload.refresh_from_db()
    landed = Import.objects.latest("pk")

    assert upload.state == "imported"
    assert client.get(here(upload)).url == f"/imports/{landed.public_id}/"
    assert Entry.unscoped.filter(origin=landed).count() == 2
    assert kept(files) == []
    assert recorded()[2:] == ["reports.upload.committed", "ledger.figures.imported", "reports.upload.landed"]


def test_the_page_of_an_import_shows_counts_totals_and_whether_the_figures_are_computed(client):
    upload = uploaded(client)
    client.post(here(upload))
    work()
    address = f"/imports/{Import.objects.latest('pk').public_id}/"

    said = page(client, address)
    assert "2 new entries" in said
    assert "1,770.25" in said
    assert "Imported by Fiona Finance" in said
    assert "Figures are being computed" in said

    drain(clock=timezone.now)

    assert Run.objects.get().state == "done"
    assert "The figures on all pages are up to date" in page(client, address)


def test_a_file_without_a_header_of_ours_blocks_as_a_whole_and_no_total_is_claimed(client, committed):
    with committed():
        upload = uploaded(client, b"site,kind,total\nSHOPS,REVENUE,12\n")
    said = page(client, here(upload))

    assert upload.state == "refused"
    assert "This cannot be imported" in said
    assert "No row of this file was read as figures." in said
    assert "No column for unit, no column for account, no column for period, no column for amount; " in said
    assert "the columns are “site”, “kind”, “total”. Name them in the mapping." in said
    assert "Control total" not in said
    assert "row blocks" not in said


def test_every_bad_row_is_reported_with_its_place_and_nothing_lands(client, files, committed):
    with committed():
        upload = uploaded(client, WRONG)
    said = page(client, here(upload))

    assert upload.state == "refused"
    assert "2 rows block this import" in said
    for place in ("14OO", "NOWHERE"):
        assert place in said
    assert "Import 3 rows" not in said
    assert kept(files) == ["figures"], "what NOWHERE means can be said for a day"
    assert Import.objects.count() == 1
    assert client.post(here(upload)).url == here(upload)
    assert Upload.objects.get().state == "refused"


def test_the_problems_can_be_taken_along_as_a_file_without_formulas_and_that_is_recorded(client):
    upload = uploaded(
        client,
        """
        unit      | account | period  | amount
        =1+1      | REVENUE | 2026-10 | 5
        SHOPS     | REVENUE | 2026-10 | -5-
    """,
    )
    answer = client.post(f"{here(upload)}problems/")
    lines = answer.content.decode("utf-8-sig").splitlines()

    assert answer["Content-Disposition"] == 'attachment; filename="problems.csv"'
    assert lines[0] == "severity,file,sheet,row,column,value,reason"
    assert [line.split(",")[5] for line in lines[1:]] == ["'=1+1", "'-5-"]
    assert recorded()[-1] == "reports.file.downloaded"


def test_a_file_can_be_left_and_then_nobody_can_import_it(client, files, committed):
    upload = uploaded(client)
    with committed():
        assert client.post(f"{here(upload)}discard/").url == "/imports/"

    assert kept(files) == []
    assert "This file was left" in page(client, here(upload))
    client.post(here(upload))
    work()
    assert Import.objects.count() == 1
    assert recorded()[-1] == "reports.upload.discarded"


def test_a_file_nobody_decides_on_is_forgotten_after_a_day(client, clock, files, committed):
    upload = uploaded(client)
    clock.shift(timedelta(days=1, minutes=1))
    with committed():
        drain(clock=timezone.now)
    upload.refresh_from_db()

    assert upload.state == "discarded"
    assert kept(files) == []
    assert Record.objects.get(verb="reports.upload.discarded").actor == "process:worker"


def test_the_same_figures_again_change_nothing_and_the_page_says_so(client):
    first = uploaded(client)
    client.post(here(first))
    work()
    send(client)
    work()
    second = Upload.objects.latest("pk")
    said = page(client, here(second))

    assert "Nothing would change" in said
    assert "Import 2 rows" not in said


def test_a_period_that_closes_between_check_and_import_refuses_it(client, finance_admin):
    september = """
        unit  | account | period  | amount
        SHOPS | REVENUE | 2026-09 | 1
    """
    upload = uploaded(client, september, source="other")
    assert upload.state == "previewed"
    close_period(actor=Scope.of(finance_admin, at=timezone.now()), period="2026-09", at=timezone.now())
    client.post(here(upload))
    work()
    upload.refresh_from_db()

    assert upload.state == "refused"
    assert "2026-09 is closed" in page(client, here(upload))


def test_a_page_that_waits_asks_only_for_its_progress_and_is_loaded_anew_when_done(client):
    send(client)
    upload = Upload.objects.get()
    waiting = client.get(here(upload), headers={"HX-Request": "true"})
    work()
    done = client.get(here(upload), headers={"HX-Request": "true"})

    assert b"<html" not in waiting.content
    assert f'hx-get="{here(upload)}"'.encode() in waiting.content
    assert done["HX-Refresh"] == "true"


def test_a_worker_that_died_after_the_import_finds_what_it_did(client, finance_admin, clock):
    upload = uploaded(client)
    scope = Scope.of(finance_admin, at=timezone.now())
    commit_upload(actor=scope, upload=upload, at=timezone.now())
    before = Upload.objects.get()
    content = default_storage.open(upload.place("figures")).read()
    land_upload(actor=scope, upload=Upload.objects.get(), at=timezone.now())
    default_storage.save(before.place("figures"), a_file(content))
    Upload.objects.filter(pk=before.pk).update(state="importing", import_id="")
    clock.shift(timedelta(minutes=1))

    again = land_upload(actor=scope, upload=Upload.objects.get(), at=timezone.now())

    assert again.state == "imported"
    assert again.import_id == Import.objects.latest("pk").public_id
    assert Import.objects.count() == 2


def test_work_that_was_done_is_not_done_again(client, finance_admin):
    upload = uploaded(client)
    scope = Scope.of(finance_admin, at=timezone.now())
    before = recorded()

    check_upload(actor=scope, upload=upload, at=timezone.now())
    land_upload(actor=scope, upload=upload, at=timezone.now())

    assert recorded() == before


def test_looking_writes_nothing(client):
    upload = uploaded(client)
    client.get("/imports/")
    with CaptureQueriesContext(connection) as asked:
        for address in ("/imports/", here(upload), "/imports/company-of-the-tests/"):
            assert client.get(address).status_code == 200

    writes = [query["sql"] for query in asked if query["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == []


def test_verbs_refuse_what_is_not_the_actors_or_does_not_wait(client, finance_admin, executive, at: datetime):
    upload = uploaded(client)
    theirs = Scope.of(a_colleague(), at=at)
    mine = Scope.of(finance_admin, at=at)

    with pytest.raises(AbilityMissing):
        receive_upload(actor=Scope.of(executive, at=at), parcel=Parcel("figures", {"figures": a_file(OCTOBER)}), at=at)
    with pytest.raises(NotWaiting):
        commit_upload(actor=theirs, upload=upload, at=at)
    with pytest.raises(NotWaiting):
        discard_upload(actor=theirs, upload=upload, at=at)
    forget_upload(actor=Scope.system("worker"), upload=upload, at=at)
    with pytest.raises(NotWaiting):
        commit_upload(actor=mine, upload=upload, at=at)
    assert hand_out_problems(actor=mine, upload=upload, at=at).count(b"\n") == 1
