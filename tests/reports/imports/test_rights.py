"""Who sees an upload, who may decide on it, and with which rights the worker goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ledger.models import Import
from reports.models import Upload
from tests.cast import person
from tests.company import MARKER_NAME
from tests.reports.imports.uploads import OCTOBER, a_colleague, here, page, send, uploaded, work
from units.models import Grant

pytestmark = pytest.mark.usefixtures("clock")


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
