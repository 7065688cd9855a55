"""Scenarios as they are kept: saved, copied, shared, laid side by side and written to a file."""

from __future__ import annotations

import csv
import io

import pytest

from audit.models import Record
from ledger.models import ONE
from reports.actions.scenarios import share
from reports.models import Scenario
from tests.metrics.engine import compute
from tests.metrics.foresight import book, forecast
from tests.metrics.studied import study
from tests.reports.scenarios import UP, driver, form, page_of, picture, planner, scenario
from tests.reports.shown import sentence
from units.models import Unit
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_new_scenario_begins_with_neutral_drivers(browser, planned):
    answer = browser.post("/scenarios/", {"name": "Hire 3, raise prices 2 %", "unit": "SHOPS"})
    found = Scenario.unscoped.get()

    assert answer["Location"] == page_of(found)
    assert {each["value"] for each in found.drivers} == {"0"}
    assert sentence(picture(browser.get(page_of(found)))) == "Nothing is changed: the scenario is its base."


def test_a_new_scenario_without_a_name_is_asked_for_one(browser, planned):
    answer = browser.post("/scenarios/", {"name": " ", "unit": "NOWHERE"})

    assert answer.status_code == 400
    assert set(answer.context["board"].form.errors) == {"name", "unit"}


def test_what_is_saved_stands_when_it_is_opened_again(browser, raised):
    answer = browser.post(page_of(raised), form(driver("price", "+5", first="2026-12"), seen="1"))
    page = browser.get(answer["Location"]).context["page"]

    assert not page.is_edited
    assert [(row.value, row.first) for row in page.picture.drivers] == [("+5", "2026-12")]


def test_who_saves_second_is_told_and_keeps_what_was_typed(browser, signed_in, planned, raised, pia, at):
    other = planner("Ola Other")
    share(actor=Scope.of(pia, at=at), scenario=raised, person=other.pk, may_edit=True, at=at)
    signed_in(other).post(page_of(raised), form(driver("price", "3"), seen="1"))
    answer = browser.post(page_of(raised), form(driver("price", "7"), seen="1"))
    page = answer.context["page"]

    assert answer.status_code == 409
    assert page.errors[0].startswith("Somebody else has changed this scenario meanwhile.")
    assert [row.value for row in page.picture.drivers] == ["7"]
    assert page.seen == 2
    assert browser.post(page_of(raised), form(driver("price", "7"), seen="2")).status_code == 302


def test_a_base_that_moved_is_told_and_can_be_seen_or_taken(browser, planned, raised):
    before = picture(browser.get(page_of(raised))).lines[0].base.number
    book(planned.shops, "2026-09", 9_000)
    compute()
    forecast()
    study()
    page = browser.get(page_of(raised)).context["page"]
    then = browser.get(page_of(raised, "?base=saved")).context["page"]

    assert page.moved == "The base has moved since this was saved on 9 Oct 2026."
    assert then.moved == "This is the base of 9 Oct 2026, as it was when this was saved."
    assert (page.picture.lines[0].base.number != before, then.picture.lines[0].base.number == before) == (True, True)
    browser.post(page.rebase.href, dict(page.rebase.fields))
    assert browser.get(page_of(raised)).context["page"].moved == ""


def test_a_copy_is_ones_own(browser, raised, signed_in, planned, pia, at):
    other = planner("Ola Other")
    share(actor=Scope.of(pia, at=at), scenario=raised, person=other.pk, may_edit=False, at=at)
    answer = signed_in(other).post(page_of(raised) + "copy/", form(driver("price", "3")))
    copy = Scenario.unscoped.get(owner=other)

    assert answer["Location"] == page_of(copy)
    assert (copy.name, copy.drivers[0]["value"]) == ("Copy of Raise prices", "3.0000")


def test_renaming_and_deleting(browser, raised):
    browser.post(page_of(raised) + "rename/", {"name": "Prices up", "seen": "1"})
    refused = browser.post(page_of(raised) + "rename/", {"name": " ", "seen": "2"})
    assert browser.get(page_of(raised)).context["page"].title == "Prices up"
    assert (refused.status_code, refused.context["page"].errors) == (400, ("A scenario needs a name.",))

    assert browser.post(page_of(raised) + "delete/", {"seen": "2"})["Location"] == "/scenarios/"
    assert browser.get(page_of(raised)).status_code == 404
    assert browser.post(page_of(raised) + "nothing/").status_code == 404


def test_people_who_may_see_the_unit_can_be_chosen_and_nobody_else(browser, raised, planned):
    shops, depot = planner("Sara Shops", planned.shops), planner("Dirk Depot", planned.depot)
    page = browser.get(page_of(raised, "?asks=share")).context["page"]

    assert shops.name in [name for _, name in page.sharing.people]
    assert depot.name not in [name for _, name in page.sharing.people]
    refused = browser.post(page_of(raised) + "share/", {"person": str(depot.pk)})
    assert (refused.status_code, refused.context["page"].errors) == (400, ("Choose somebody who may see the unit.",))


def test_whoever_is_shown_one_finds_it_and_changes_it_only_where_that_was_said(browser, signed_in, raised, planned):
    reader = planner("Sara Shops", planned.shops)
    assert signed_in(reader).get(page_of(raised)).status_code == 404
    browser.post(page_of(raised) + "share/", {"person": str(reader.pk)})
    answer = signed_in(reader).get(page_of(raised))
    page = answer.context["page"]

    assert [link.name for link in signed_in(reader).get("/scenarios/").context["board"].shared] == ["Raise prices"]
    assert page.tags == ("Shops", "Shared by Pia Planner")
    assert sorted(page.forms) == ["copy", "export", "try"]
    assert signed_in(reader).post(page_of(raised), form(UP)).status_code == 403
    browser.post(page_of(raised) + "share/", {"person": str(reader.pk), "may_edit": "1"})
    assert signed_in(reader).post(page_of(raised), form(driver("price", "3"), seen="1")).status_code == 302
    browser.post(page_of(raised) + "unshare/", {"person": str(reader.pk)})
    assert signed_in(reader).get(page_of(raised)).status_code == 404


def test_three_stand_side_by_side_each_against_its_own_base(browser, planned, pia, raised, at):
    others = [
        scenario(pia, planned.shops, driver("pay", "5.0000"), at=at, name="Pay more"),
        scenario(pia, planned.depot, {**UP, "unit": "DEPOT"}, at=at, name="Depot up"),
    ]
    ids = [each.public_id for each in (raised, *others)]
    board = browser.get(f"/scenarios/compare/?a={ids[0]}&b={ids[1]}&c={ids[2]}").context["board"]
    profit = next(line for line in board.lines if line.label == "Operating income")

    assert [column.name for column in board.columns] == ["Raise prices", "Pay more", "Depot up"]
    assert board.columns[1].drivers == (("Pay", "+5 %"),)
    assert [change.effect for _, change in profit.cells] == ["favourable", "unfavourable", "favourable"]
    assert [chosen for _, _, chosen in board.slots] == ids


def test_comparing_nothing_asks_what_to_compare(browser, raised):
    board = browser.get("/scenarios/compare/").context["board"]

    assert (board.columns, board.choices) == ((), ((raised.public_id, "Raise prices (SHOPS)"),))


def test_the_file_holds_drivers_and_months(browser, raised):
    answer = browser.post(page_of(raised) + "export/", form(driver("price", "+5")))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    read = picture(browser.get(page_of(raised, "?d=price:%2B5::SHOPS")))

    assert answer["Content-Disposition"] == 'attachment; filename="scenario.csv"'
    assert [rows[0][name] for name in ("kind", "unit", "name", "measure", "base", "scenario")] == [
        "driver", "SHOPS", "Prices", "%", "0", "5.0000",
    ]  # fmt: skip
    revenue = [row for row in rows if row["name"] == "Revenue"]
    assert [round(float(row["scenario"]) * ONE) for row in revenue] == [each.number for each in read.table[0].case]
    assert Record.objects.latest("pk").verb == "reports.file.downloaded"


def test_no_cell_of_the_file_is_a_formula(browser, planned, pia, at):
    Unit.unscoped.filter(code="SHOPS").update(code="=1+1")
    found = scenario(pia, Unit.unscoped.get(code="=1+1"), {**UP, "unit": "=1+1"}, at=at)
    text = browser.post(page_of(found) + "export/").content.decode("utf-8-sig")

    assert "'=1+1" in text
    assert not any(cell.startswith(("=", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)
