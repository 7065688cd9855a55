"""The start page sends everybody to where the work is; errors say what is possible and name nothing foreign."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

from reports.views import errors
from tests.cast import person
from tests.company import MARKER_NAME
from units import roles

pytestmark = pytest.mark.usefixtures("clock")

MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def lands(client: Client) -> str:
    response = client.get("/")
    return response.url if response.status_code == 302 else f"{response.status_code}"


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("executive", "/overview/"),
        ("finance_admin", "/overview/"),
        ("approver", "/overview/"),
        ("retail_lead", "/units/RETAIL/"),
        ("wholesale_lead", "/units/WHOLESALE/"),
        ("group_lead", "/units/GROUP/"),
        ("auditor", "/record/"),
        ("access_admin", "/admin/"),
    ],
)
def test_everybody_lands_where_his_work_is(request, signed_in, who, place):
    assert lands(signed_in(request.getfixturevalue(who))) == place


def test_nobody_signed_in_is_sent_to_sign_in(signed_in, company):
    assert signed_in().get("/").url == "/account/login/?next=/"


def test_a_board_reader_is_told_that_packs_come_after_release(signed_in, board_reader):
    page = signed_in(board_reader).get("/")

    assert page.status_code == 200
    assert "Board packs come here once they are released" in page.content.decode()


@pytest.mark.parametrize("who", ["stranger", "former_lead"])
def test_whoever_was_granted_nothing_reads_whom_to_ask(request, signed_in, access_admin, who):
    page = signed_in(request.getfixturevalue(who)).get("/").content.decode()

    assert "Nothing was opened to you yet" in page
    assert "Agnes Access" in page
    assert MARKER_NAME not in page


def test_an_empty_company_leads_the_finance_administrator_to_the_import(signed_in, db):
    page = signed_in(person("Fiona Finance", roles.FINANCE_ADMIN)).get("/", follow=True)

    assert page.redirect_chain == [("/overview/", 302)]
    assert "No figures yet" in page.content.decode()
    assert 'href="/imports/"' in page.content.decode()


def test_a_missing_ability_names_who_has_it(signed_in, executive):
    page = signed_in(executive).get("/imports/")

    assert page.status_code == 403
    said = page.content.decode()
    assert "Your role does not include this" in said
    assert "Finance administrator, Auditor" in said


def test_a_foreign_unit_an_unknown_one_and_any_other_address_are_not_told_apart(signed_in, retail_lead):
    client = signed_in(retail_lead)
    pages = [
        client.get(address)
        for address in ("/units/WHOLESALE/", "/units/NOWHERE/", "/no/such/page/", "/admin-of-nothing/")
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({MASK.sub(b"", page.content) for page in pages}) == 1
    assert MARKER_NAME.encode() not in pages[0].content
    assert b"Retail" in pages[0].content


def test_an_address_that_is_nothing_is_plain_to_somebody_not_signed_in(signed_in, company):
    page = signed_in().get("/no/such/page/")

    assert page.status_code == 404
    assert b"Nothing here that you can open" in page.content
    assert b"Retail" not in page.content


def test_the_api_answers_in_its_own_words(signed_in, executive):
    answer = signed_in(executive).get("/api/v1/no-such-thing/")

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "There is nothing at this address. Addresses end with a slash; /api/v1/schema/ lists them."
    }


@pytest.mark.parametrize("address", ["/broken/", "/api/v1/broken/"])
def test_a_failure_gives_a_reference_that_stands_in_the_log_and_nothing_else(rf, caplog, address):
    with caplog.at_level(logging.ERROR, logger="reports.views.errors"):
        answer = errors.failed(rf.get(address))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "reports.views.errors"]
    reference = line.split()[1].rstrip(":")

    assert answer.status_code == 500
    assert reference in answer.content.decode()
    assert "77777" not in answer.content.decode()


def test_a_form_without_its_mark_is_refused_in_plain_words(finance_admin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(finance_admin)
    answer = client.post("/imports/", {"source": "erp"})

    assert answer.status_code == 403
    assert b"This form is too old" in answer.content
