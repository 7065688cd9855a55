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


MOVES = "unit,from,parent\nSHOPS,2026-09-01,WHOLESALE\n"
REGIONS = "code,name,parent,from\nWORLD,World,,\nNORTH,North,WORLD,\nSHOPS,,NORTH,2026-09-01\n"
HELD = "unit,from,ownership\nSHOPS,2026-09-01,0.6\n"
DAYS_OFF = "date,name\n2026-12-25,Christmas Day\n"


def send(client, states: str, text: str, **terms: str):
    return client.post("/imports/structure/dated/", {"states": states, "file": a_file(text.encode(), "f.csv"), **terms})


@pytest.mark.parametrize(
    ("states", "text", "terms", "preview", "verb"),
    [
        ("placements", MOVES, {}, "1 changed unit", "ledger.placements.imported"),
        ("tree", REGIONS, {"tree": "region"}, "4 new units", "ledger.tree.imported"),
        ("ownership", HELD, {}, "1 new holding", "ledger.ownership.imported"),
        ("holidays", DAYS_OFF, {}, "1 new holiday", "ledger.holidays.imported"),
    ],
)
def test_a_file_with_days_is_looked_at_before_it_is_imported(
    client, files, committed, states, text, terms, preview, verb
):
    sent = send(client, states, text, **terms)
    work()
    said = page(client, sent.url)
    assert f"This import would leave {preview}" in said
    assert "Import the structure" in said
    assert verb not in recorded()

    client.post(sent.url)
    with committed():
        work()
    assert Upload.objects.get().state == "imported"
    assert "The structure stands" in page(client, sent.url)
    assert verb in recorded()
    assert kept(files) == []


def test_what_a_move_changes_is_named(client):
    sent = send(client, "placements", MOVES)
    work()

    assert "<td>RETAIL until 2026-08-31; WHOLESALE</td>" in page(client, sent.url)


def test_a_refused_file_with_days_names_its_rows(client):
    sent = send(client, "holidays", "date,name,unit\n2026-12-25,Christmas,NOBODY\n")
    work()

    assert "1 row blocks this import" in page(client, sent.url)


def test_another_tree_has_a_name(client):
    without = send(client, "tree", REGIONS).content.decode()
    loud = send(client, "tree", REGIONS, tree="Region!").content.decode()

    assert "Which tree is it?" in without
    assert "A tree is named in small letters" in loud
    assert Upload.objects.count() == 0


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
