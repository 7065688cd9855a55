"""Units, accounts, rates and the calendar go in on the same page, looked at before they are imported."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import Upload
from tests.reports.imports.uploads import UNITS, a_file, kept, page, recorded, work
from units.models import Grant, Unit

pytestmark = pytest.mark.usefixtures("clock")


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
