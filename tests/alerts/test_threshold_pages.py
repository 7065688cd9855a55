"""The pages of thresholds without script: the list, what holds on a unit, a draft tried on the past, and saving it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, Threshold, ThresholdProposal, ThresholdVersion
from people.models import Person
from tests.alerts.conftest import Books
from tests.alerts.test_pages import words
from tests.company import MARKER_NAME, Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]
SHOPS = "/thresholds/contractors/"
FIGURES = """
    unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 |     107 |     130
    SHOPS | contractor_cost | budget  |     100 |     100 |     100
    DEPOT | contractor_cost | actual  |     104 |     100 |     108
    DEPOT | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.fixture
def tuned(books: Books) -> ThresholdVersion:
    """10 % and 25 % over budget on all of the group; Shops passes both in August, Depot neither."""
    version = books.limit(unit="GROUP", code="contractors")
    books.write(FIGURES)
    books.judge()
    return version


def typed(browser: Client, address: str = SHOPS, **changed: Any) -> dict[str, str]:
    """What stands in the form of a page, with some of it changed."""
    page: dict[str, str] = browser.get(address).context["page"].form.as_typed()
    return page | changed


def tries(browser: Client, **changed: Any) -> Any:
    """What a page shows after pressing Try."""
    return browser.post(SHOPS, typed(browser, **changed) | {"months": "12"}).context["board"]


# --- the list ----------------------------------------------------------------------------------------------------
def test_thresholds_are_listed_by_metric_from_the_default_down_to_single_units(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    books.limit(unit="SHOPS", code="shops-own", warning="20 %")
    books.limit(unit="GROUP", code="of-groups", warning="30 %", unit_type="unit")

    (metric,) = signed_in(finance_admin).get("/thresholds/").context["board"].metrics

    assert metric.label == "Contractors"
    assert [(row.code, row.origin, row.place) for row in metric.rows] == [
        ("contractors", "Default", "All of Example Group"),
        ("of-groups", "Unit type", "units that are no group of Example Group"),
        ("shops-own", "Unit", "Shops"),
    ]
    assert metric.rows[0].limits == (("medium", "Warning from 10%"), ("high", "Critical from 25%"))


def test_a_row_says_how_many_alerts_fire_and_how_many_of_them_were_useful(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    Alert.unscoped.update(verdict="useful")

    board = signed_in(finance_admin).get("/thresholds/").context["board"]
    (row,) = board.metrics[0].rows

    assert (row.firing, row.verdicts, row.precision.number, row.version) == (1, "1 of 1", 1.0, "1, since 9 Oct 2026")
    assert board.title == "1 threshold, 1 alert firing now"
    assert [alert.unit for alert in signed_in(finance_admin).get(row.firing_href).context["board"].items] == ["Shops"]


def test_what_holds_on_a_unit_says_where_it_comes_from_and_what_it_stands_in_place_of(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    books.limit(unit="SHOPS", code="shops-own", warning="20 %")
    books.limit(unit="RETAIL", code="days", metric="dso", comparator="absolute", measure="level", warning="55")

    holding = signed_in(finance_admin).get("/thresholds/?unit=SHOPS").context["board"].holding

    assert [(row.metric, row.limits[0][1], row.origin, row.instead_of) for row in holding] == [
        ("Contractors", "Warning from 20%", "Its own", ("Example Group: Warning from 10%, Critical from 25%",)),
        ("Days sales outstanding", "Warning from 55 days", "Default of Retail", ()),
    ]


def test_a_leader_reads_the_limits_that_come_from_above_and_not_whose_they_are(
    signed_in: SignIn, retail_lead: Person, tuned: ThresholdVersion
):
    browser = signed_in(retail_lead)
    (row,) = browser.get("/thresholds/?unit=SHOPS").context["board"].holding

    assert (row.origin, row.limits[0][1], row.label, row.href) == (
        "Default of a unit above", "Warning from 10%", "", "",
    )  # fmt: skip
    assert browser.get("/thresholds/").context["board"].metrics == ()
    assert (
        browser.get("/thresholds/?unit=DEPOT").status_code
        == browser.get("/thresholds/?unit=NOWHERE").status_code
        == 404
    )
    assert browser.get(SHOPS).status_code == browser.get("/thresholds/nothing/").status_code == 404


@pytest.mark.parametrize(("address", "most"), [("/thresholds/", 9), ("/thresholds/?unit=SHOPS", 10)])
def test_the_list_asks_as_often_whatever_the_number_of_thresholds(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion, address: str, most: int
):
    browser = signed_in(finance_admin)
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(address)
    for unit in ("RETAIL", "SHOPS", "DEPOT"):
        books.limit(unit=unit, code=f"own-{unit.lower()}")
    books.judge()
    with CaptureQueriesContext(connection) as many:
        browser.get(address)

    assert (len(one), len(many)) == (most, most)


# --- a draft -----------------------------------------------------------------------------------------------------
def test_a_page_opens_with_what_its_limits_would_have_done(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    answer = signed_in(finance_admin).get(SHOPS)
    board = answer.context["board"]

    assert "With its limits of today this rule would have fired once in 3 months" in words(answer)
    assert not board.compares
    assert [(row.fired, row.short, row.severity_words, row.size) for row in board.firings] == [
        ("Aug 26", "SHOPS", "High", "+30%")
    ]
    assert "Nothing was judged before Aug 26" in board.assumed[0]


def test_a_draft_is_shown_beside_the_limits_in_force_and_nothing_is_written(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    board = tries(signed_in(finance_admin), warning="6 %")

    assert (
        "".join(phrase.text for phrase in board.title)
        == "With these limits this rule would have fired twice in 3 months"
    )
    assert board.about == "The limits in force fire once in SHOPS. One alert is new, worth $96 a year."
    assert [(row.label, row.active, row.draft) for row in board.compared[:2]] == [
        ("Alerts in 3 months", "1", "2"),
        ("Units affected", "1", "2"),
    ]
    assert [(row.short, row.fired, row.also) for row in board.firings] == [
        ("DEPOT", "Aug 26", False),
        ("SHOPS", "Jul 26", True),
    ]
    assert (Threshold.unscoped.count(), ThresholdVersion.unscoped.count(), ThresholdProposal.unscoped.count()) == (
        1,
        1,
        0,
    )


def test_the_grid_has_a_shape_where_the_draft_fires_a_ring_where_the_rule_does_and_a_dot_beyond_a_limit(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    grid = tries(signed_in(finance_admin), warning="6 %").grid
    cells = {row.code: [cell.words for cell in row.cells[-3:]] for row in grid.rows}

    assert cells["SHOPS"] == ["", "fires, warning", "above critical, fires with the limits in force"]
    assert cells["DEPOT"] == ["", "", "fires, warning"]
    assert [name for _, _, name in grid.months[-2:]] == ["Jul 26", "Aug 26"]


def test_the_months_of_a_unit_are_drawn_with_limits_that_name_the_field_they_move(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    traced = tries(signed_in(finance_admin), warning="6 %", at="DEPOT").traced

    assert traced.title == "DEPOT: contractors, difference by month"
    assert traced.table[-3:] == (("2026-06", "+4%"), ("2026-07", "0%"), ("2026-08", "+8%"))
    assert sorted((limit.field, limit.words, limit.is_active) for limit in traced.limits) == [
        ("critical", "Critical +25%", False),
        ("warning", "Warning +10%", True),
        ("warning", "Warning +6%", False),
    ]
    assert traced.is_share and traced.can_be_dragged


def test_useful_alerts_that_a_draft_would_lose_are_named_with_their_links(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    Alert.unscoped.update(verdict="useful")
    (alert,) = Alert.unscoped.all()
    browser = signed_in(finance_admin)

    board = tries(browser, warning="40 %", critical="50 %")

    assert board.lost_title == "1 of 1 alerts once called useful would not be told:"
    assert [each.href for each in board.lost] == [f"/alerts/{alert.public_id}/"]
    assert tries(browser, warning="20 %").lost_title == "The one useful alert is still told."


def test_an_address_asks_for_a_draft(signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion):
    answer = signed_in(finance_admin).get(f"{SHOPS}?warning=6 %25&months=12")

    assert answer.context["board"].compares
    (warning, *_) = answer.context["page"].levels
    assert (warning.field.value(), warning.was, warning.is_changed) == ("6 %", "10 %", True)


def test_the_part_that_follows_the_hand_is_the_picture_alone_or_why_there_is_none(
    signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion
):
    browser = signed_in(finance_admin)
    sent = typed(browser, warning="6 %")
    picture, refused = browser.post(f"{SHOPS}try/", sent), browser.post(f"{SHOPS}try/", sent | {"warning": "30 %"})
    saving = browser.post(f"{SHOPS}try/?saving", sent)

    assert (picture.status_code, b"<html" in picture.content, "fired twice" in words(picture)) == (200, False, True)
    assert refused.status_code == 422 and b"cannot be tried" in refused.content
    assert (
        "It is a default of the whole group." in words(saving)
        and 'data-label="Send for approval"' in saving.content.decode()
    )


def test_a_page_and_its_picture_ask_as_often_whatever_the_number_of_units(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    browser, counts = signed_in(finance_admin), []
    for units in ((), ("RETAIL", "WHOLESALE", "GROUP")):
        rows = [f"{unit} | contractor_cost | {version} | 100 | 100 | {amount}" for unit in units
                for version, amount in (("actual", 150), ("budget", 100))]  # fmt: skip
        if rows:
            books.write("\n".join(["unit | metric | version | 2026-06 | 2026-07 | 2026-08", *rows]))
            books.judge()
        sent = typed(browser, warning="6 %")
        with CaptureQueriesContext(connection) as page:
            browser.get(SHOPS)
        with CaptureQueriesContext(connection) as picture:
            browser.post(f"{SHOPS}try/", sent)
        counts.append((len(page), len(picture)))

    assert counts == [(12, 11)] * 2


# --- saving ------------------------------------------------------------------------------------------------------
def test_saving_sets_a_new_version_and_the_page_says_what_changed_who_and_why(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    books.limit(unit="SHOPS", code="shops-own", warning="20 %")
    browser, here = signed_in(finance_admin), "/thresholds/shops-own/"
    sent = typed(browser, here, warning="15 %", reason="Too quiet") | {"_save": "1"}

    answer = browser.post(here, sent, follow=True)

    assert answer.redirect_chain == [(here, 302)]
    (newest, first) = answer.context["page"].versions
    assert (newest.number, newest.who, newest.why, newest.is_current) == (2, "Fiona Finance", "Too quiet", True)
    assert newest.changes == (("Warning", "20%", "15%"),) and first.changes == ()


def test_what_needs_a_second_person_is_proposed_and_said_before(
    signed_in: SignIn, finance_admin: Person, approver: Person, tuned: ThresholdVersion
):
    browser = signed_in(finance_admin)
    saving = tries(browser, warning="6 %").saving

    assert (saving.label, saving.approval) == (
        "Send for approval", "It is a default of the whole group. A second person approves it: Aaron Approver.",
    )  # fmt: skip
    assert [(row.units, row.before, row.after) for row in saving.touched] == [
        ("GROUP, RETAIL, SHOPS, WHOLESALE and DEPOT", "10%, 25% against budget", "6%, 25% against budget")
    ]
    answer = browser.post(SHOPS, typed(browser, warning="6 %", reason="Catch it sooner") | {"_save": "1"}, follow=True)
    assert "Sent for approval. It is set once Aaron Approver approves it." in words(answer)
    assert ThresholdVersion.unscoped.get(until_mark__isnull=True).warning == "0.1"
    assert ThresholdProposal.unscoped.get().code == "contractors"


def test_what_cannot_be_saved_is_said_at_its_field(signed_in: SignIn, finance_admin: Person, tuned: ThresholdVersion):
    browser = signed_in(finance_admin)
    answer = browser.post(SHOPS, typed(browser, warning="30 %", reason="Why not") | {"_save": "1"})

    assert answer.status_code == 400
    assert list(answer.context["page"].form.errors) == ["critical"]
    assert ThresholdVersion.unscoped.count() == 1


def test_a_new_threshold_is_tried_and_saved_under_a_code_of_its_own(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    browser, shops = signed_in(finance_admin), books.units["SHOPS"]
    sent = typed(
        browser, "/thresholds/new/?like=contractors", unit=str(shops.pk), warning="6 %", label="Contractors here"
    )

    board = browser.post("/thresholds/new/", sent).context["board"]
    assert board.has_new and [(row.short, row.fired) for row in board.firings] == [("SHOPS", "Jul 26")]
    answer = browser.post("/thresholds/new/", sent | {"_save": "1", "reason": "Ours"}, follow=True)
    assert answer.redirect_chain == [("/thresholds/contractors-here-shops/", 302)]
    assert browser.post("/thresholds/new/", sent | {"code": "new"}).context["page"].form.errors.keys() == {"code"}


def test_a_threshold_is_retired_with_a_reason(
    signed_in: SignIn, finance_admin: Person, books: Books, tuned: ThresholdVersion
):
    books.limit(unit="SHOPS", code="shops-own")
    browser = signed_in(finance_admin)

    answer = browser.post("/thresholds/shops-own/retire/", {"reason": "Nobody needs it"}, follow=True)

    assert answer.context["page"].tags == (("Retired", ""),) and answer.context["board"] is None
    assert (
        "shops-own" not in words(browser.get("/thresholds/"))
        and "retired" in words(browser.get("/thresholds/?retired=1")).lower()
    )


# --- who may not -------------------------------------------------------------------------------------------------
def test_whoever_only_reads_sees_the_terms_and_no_form(signed_in: SignIn, auditor: Person, tuned: ThresholdVersion):
    browser = signed_in(auditor)
    answer = browser.get(SHOPS)

    assert answer.context["page"].form is None
    assert dict(answer.context["page"].terms)["Warning"] == "from 10%"
    assert [row.short for row in answer.context["board"].firings] == ["SHOPS"]
    assert browser.post(f"{SHOPS}try/", {}).status_code == browser.post(SHOPS, {}).status_code == 403


def test_a_leader_sees_the_past_of_the_own_units_alone(
    signed_in: SignIn, retail_lead: Person, books: Books, company: Company, tuned: ThresholdVersion, at: datetime
):
    """The rule stands on Retail; that one like it stands on Wholesale, and what it does there, tells nothing here."""
    for unit in ("RETAIL", "WHOLESALE"):
        books.limit(
            unit=unit, code=f"of-{unit.lower()}", warning="6 %", label=f"Contractors of {books.units[unit].name}"
        )
    books.judge()
    browser = signed_in(retail_lead)

    answer = browser.get("/thresholds/of-retail/")

    assert {row.code for row in answer.context["board"].grid.rows} == {"RETAIL", "SHOPS"}
    assert MARKER_NAME not in answer.content.decode() + browser.get("/thresholds/").content.decode()
    assert browser.get("/thresholds/of-wholesale/").status_code == 404


def test_what_hidden_units_did_changes_no_byte_of_a_leaders_page(
    signed_in: SignIn, retail_lead: Person, books: Books, tuned: ThresholdVersion
):
    """Depot is judged by the rule of the group, Shops by its own; then Depot is worse, and has a rule of its own."""
    books.limit(unit="RETAIL", code="of-retail", warning="6 %")
    books.judge()
    browser = signed_in(retail_lead)
    addresses = ("/thresholds/", "/thresholds/?unit=SHOPS", "/thresholds/of-retail/?months=12")
    before = [browser.get(address).content for address in addresses]

    books.write(FIGURES.replace("108", "190").replace("SHOPS", "WHOLESALE"))
    books.limit(unit="DEPOT", code="of-depot", warning="1 %")
    books.judge()

    assert [browser.get(address).content for address in addresses] == before
    assert b"fires" in before[2] and b"Contractors" in before[1]
