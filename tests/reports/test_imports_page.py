"""A finance administrator uploads a file, reads its report and imports it; the worker does the work."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Record
from jobs.models import Job
from jobs.work import drain
from ledger.actions import close_period
from ledger.models import Entry, Import
from metrics.models import Run
from people.models import Person
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
from tests.cast import person
from tests.company import MARKER_NAME
from tests.ledger.imports import csv
from units.models import Grant, Unit
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.usefixtures("clock")

OCTOBER = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-10 | 1400
    SHOPS | COSTS   | 2026-10 | 370.25
"""
WRONG = """
    unit    | account | period  | amount
    SHOPS   | REVENUE | 2026-10 | 14OO
    NOWHERE | REVENUE | 2026-10 | 1
    SHOPS   | COSTS   | 2026-10 | 370
"""
AT_ONCE = frozenset({"reports.upload.check", "reports.upload.land"})


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """A storage of the test's own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed(): …` lets happen what waits for a commit, as it would outside of a test."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def client(signed_in, finance_admin) -> Client:
    return signed_in(finance_admin)


def a_file(text: str | bytes, name: str = "october.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else csv(text))


def send(client: Client, text: str | bytes = OCTOBER, *, name: str = "october.csv", **terms: object):
    return client.post("/imports/", {"file": a_file(text, name), "source": "erp", **terms})


def work() -> None:
    """Let the worker do what is due: check and land, not the engine."""
    drain(clock=timezone.now, kinds=AT_ONCE)


def uploaded(client: Client, text: str | bytes = OCTOBER, **terms: object) -> Upload:
    """A file that was sent and checked."""
    assert send(client, text, **terms).status_code == 302
    work()
    return Upload.objects.get()


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def here(upload: Upload) -> str:
    return f"/imports/uploads/{upload.public_id}/"


def kept(files) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def recorded() -> list[str]:
    return list(Record.objects.order_by("pk").values_list("verb", flat=True))


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
    assert kept(files) == []
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


def test_a_mapping_comes_as_a_file_or_as_text(client):
    foreign = """
        bu   | line    | month   | value
        S-01 | REVENUE | 2026-10 | 1400
    """
    mapping = json.dumps(
        {"columns": {"bu": "unit", "line": "account", "month": "period", "value": "amount"}, "units": {"S-01": "SHOPS"}}
    )
    by_text = uploaded(client, foreign, mapping=mapping)
    Upload.objects.all().delete()
    by_file = uploaded(client, foreign, mapping_file=SimpleUploadedFile("m.json", mapping.encode()))

    assert (by_text.state, by_file.state) == ("previewed", "previewed")
    assert by_text.terms["mapping"] == by_file.terms["mapping"] == json.loads(mapping)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"source": ""}, "This field is required."),
        ({"version": "budgget"}, "is no version"),
        ({"mapping": "{"}, "This is no JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        ({"mapping": '{"colums": {}}'}, "A mapping has no part “colums”"),
        ({"mapping": "[" * 100_000}, "nested too deeply"),
        (
            {"mapping": "{}", "mapping_file": SimpleUploadedFile("m.json", b"{}")},
            "Give the mapping as a file or as text, not both.",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(client, terms, sentence):
    answer = send(client, **terms)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_file_without_bytes_or_none_at_all_is_refused_at_once(client):
    assert "Choose a file." in client.post("/imports/", {"source": "erp"}).content.decode()
    assert "The file is empty." in send(client, b"").content.decode()


def test_a_file_larger_than_the_limit_is_refused_with_the_limit(client, settings):
    settings.UPLOAD_MAX_BYTES = 2**20
    answer = send(client, b"x" * (2**20 + 1), name="year.csv")

    assert "year.csv is larger than 1 MB; split it." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_version_that_the_file_states_itself_is_refused_in_the_report(client):
    upload = uploaded(
        client,
        """
        unit  | account | period  | version | amount
        SHOPS | REVENUE | 2026-10 | actual  | 1
    """,
        version="budget-2026",
    )

    assert upload.state == "refused"
    assert [problem["column"] for problem in upload.report["errors"]] == ["version"]


def test_a_name_from_outside_never_becomes_a_path(client, files):
    send(client, name="../../etc/passwd.csv")
    upload = Upload.objects.get()

    assert kept(files) == ["figures"]
    assert upload.files["figures"]["name"] == "passwd.csv"


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


def test_the_rights_of_the_moment_count_not_those_of_the_upload(client, finance_admin, clock):
    upload = uploaded(client)
    client.post(here(upload))
    Grant.objects.filter(person=finance_admin).update(ends=timezone.now())
    clock.shift(timedelta(seconds=1))
    work()
    upload.refresh_from_db()

    assert upload.state == "refused"
    assert "Your rights changed" in upload.report["errors"][0]["reason"]
    assert Import.objects.count() == 1


def test_a_report_is_not_shown_to_rights_that_it_was_not_made_for(client, finance_admin, company):
    upload = uploaded(client)
    Grant.objects.filter(person=finance_admin).update(unit=company.retail)
    said = page(client, here(upload))

    assert "Your rights changed since this file was checked" in said
    assert "1,400" not in said
    assert client.post(f"{here(upload)}problems/").status_code == 404


def a_colleague() -> Person:
    return person("Felix Finance", "finance_admin")


def test_an_upload_is_its_uploaders_alone(client, signed_in):
    upload = uploaded(client)
    other = signed_in(a_colleague())

    for answer in (
        other.get(here(upload)),
        other.post(here(upload)),
        other.post(f"{here(upload)}discard/"),
        other.post(f"{here(upload)}problems/"),
    ):
        assert answer.status_code == 404
    assert Upload.objects.get().state == "previewed"


def test_an_auditor_reads_what_was_imported_and_brings_nothing_in(client, signed_in, auditor):
    upload = uploaded(client)
    client.post(here(upload))
    work()
    reader = signed_in(auditor)
    said = page(reader, "/imports/")

    assert "october.csv" in said
    assert "company.csv" in said
    assert 'type="file"' not in said
    assert page(reader, f"/imports/{Import.objects.latest('pk').public_id}/")
    assert send(reader).status_code == 403
    assert reader.get(here(upload)).status_code == 403


@pytest.mark.parametrize("who", ["executive", "retail_lead", "approver", "board_reader", "access_admin", "stranger"])
def test_others_have_no_imports(request, signed_in, who, company):
    other = signed_in(request.getfixturevalue(who))

    assert other.get("/imports/").status_code == 403
    assert other.get("/imports/company-of-the-tests/").status_code == 403
    assert send(other).status_code == 403
    assert Upload.objects.count() == 0


def test_a_finance_administrator_of_one_unit_sees_her_own_imports_and_no_foreign_name(signed_in, company):
    retail_finance = signed_in(person("Fay Finance", "finance_admin", company.retail))
    upload = uploaded(retail_finance)
    retail_finance.post(here(upload))
    work()
    said = page(retail_finance, "/imports/")

    assert "october.csv" in said
    assert "company.csv" not in said
    assert retail_finance.get("/imports/company-of-the-tests/").status_code == 404
    assert retail_finance.get("/imports/structure/").status_code == 403
    foreign = OCTOBER.replace("SHOPS", "DEPOT")
    send(retail_finance, foreign)
    work()
    refused = page(retail_finance, here(Upload.objects.latest("pk")))
    assert "2 rows block this import" in refused
    assert MARKER_NAME not in refused


UNITS = "code,name,parent,kind\nKIOSKS,Kiosks,RETAIL,unit\n"


def test_the_structure_goes_in_on_the_same_page(client, files, committed):
    assert "Units, accounts, rates and the calendar" in page(client, "/imports/")
    sent = client.post("/imports/structure/", {"units": a_file(UNITS.encode(), "units.csv")})
    work()
    assert not Unit.unscoped.filter(code="KIOSKS").exists()
    assert client.post(sent.url).url == sent.url
    with committed():
        work()
    upload = Upload.objects.get()
    said = page(client, sent.url)

    assert upload.state == "imported"
    assert Unit.unscoped.filter(code="KIOSKS").exists()
    assert "The structure stands" in said
    assert "1 new, 0 changed, 0 as before" in said
    assert kept(files) == []
    assert recorded() == [
        "reports.upload.received",
        "reports.upload.checked",
        "reports.upload.committed",
        "ledger.structure.imported",
        "reports.upload.landed",
    ]


def test_a_structure_is_looked_at_before_it_is_imported(client, files):
    renamed = f"{UNITS}SHOPS,Stores,RETAIL,unit\n"
    sent = client.post("/imports/structure/", {"units": a_file(renamed.encode(), "units.csv")})
    work()
    said = page(client, sent.url)

    assert "This import would leave 1 new unit and 1 changed unit" in said
    assert '<td>Unit</td><th scope="row">KIOSKS</th><td>new</td>' in said
    assert '<th scope="row">SHOPS</th><td>name</td>' in said
    assert "<td>Stores</td>" in said
    assert "Import the structure" in said
    assert "Leave it" in said
    assert kept(files) == ["units"]
    assert not Unit.unscoped.filter(code="KIOSKS").exists()


def test_a_structure_can_be_left_and_then_nobody_can_import_it(client, files, committed):
    sent = client.post("/imports/structure/", {"units": a_file(UNITS.encode(), "units.csv")})
    work()
    with committed():
        client.post(f"{sent.url}discard/")
    client.post(sent.url)
    work()

    assert kept(files) == []
    assert not Unit.unscoped.filter(code="KIOSKS").exists()
    assert recorded()[-1] == "reports.upload.discarded"


def test_whoever_may_not_import_structure_any_more_commits_none(client, finance_admin, company):
    sent = client.post("/imports/structure/", {"units": a_file(UNITS.encode(), "units.csv")})
    work()
    Grant.objects.filter(person=finance_admin).update(unit=company.retail)

    assert client.post(sent.url).status_code == 403
    assert Upload.objects.get().state == "previewed"


def test_a_refused_structure_names_its_rows(client):
    sent = client.post(
        "/imports/structure/", {"units": a_file(UNITS.replace("RETAIL", "NOWHERE").encode(), "units.csv")}
    )
    work()
    said = page(client, sent.url)

    assert "1 row blocks this import" in said
    assert "NOWHERE" in said
    assert not Unit.unscoped.filter(code="KIOSKS").exists()


def test_an_empty_structure_form_says_what_is_missing(client):
    answer = client.post("/imports/structure/", {})

    assert "Nothing to import: choose units, accounts, rates or a calendar." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_calendar_alone_is_a_structure(client):
    calendar = SimpleUploadedFile("calendar.json", b'{"start_month": 1}')
    sent = client.post("/imports/structure/", {"calendar": calendar})
    work()

    assert Upload.objects.get().state == "previewed"
    said = page(client, sent.url)
    assert "Nothing would change: the structure stands like this already" in said
    assert "Import the structure" not in said
    client.post(sent.url)
    work()
    assert Upload.objects.get().state == "unchanged"
    assert "Nothing changed" in page(client, sent.url)


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


def test_looking_writes_nothing(client):
    upload = uploaded(client)
    client.get("/imports/")
    with CaptureQueriesContext(connection) as asked:
        for address in ("/imports/", here(upload), "/imports/company-of-the-tests/"):
            assert client.get(address).status_code == 200

    writes = [query["sql"] for query in asked if query["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == []
