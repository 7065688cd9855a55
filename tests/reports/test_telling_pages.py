"""Being told: the count that keeps itself up to date, the own hours and deputies, and silences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.actions import silence
from alerts.models import Alert, Deputy, Silence
from metrics.models import Sheet
from people.models import Person, QuietWindow
from tests.alerts.conftest import OVER_BUDGET, Books
from tests.company import Company
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def books(company: Company, at: datetime) -> Books:
    return Books(company, at)


@pytest.fixture
def alert(books: Books, retail_lead: Person) -> Alert:
    """Firing on Shops."""
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET)
    books.judge()
    return books.alerts()[0]


# --- the count ------------------------------------------------------------------------------------------


def test_a_page_is_answered_304_until_something_it_shows_has_changed(signed_in, retail_lead, alert):
    browser = signed_in(retail_lead)
    first = browser.get("/alerts/waiting/", headers={"HX-Trigger-Name": "live"})
    again = browser.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]})
    Alert.unscoped.update(handling="acknowledged", transitions=7)
    after = browser.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, first.json()["waiting"]) == (200, 1)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"] and "no-store" in again["Cache-Control"]
    assert after.status_code == 200 and after["ETag"] != first["ETag"]


def test_what_somebody_may_not_see_changes_nothing_for_him(signed_in, wholesale_lead, alert):
    browser = signed_in(wholesale_lead)
    first = browser.get("/alerts/waiting/")
    Alert.unscoped.update(handling="resolved", transitions=9)

    assert first.json()["waiting"] == 0
    assert browser.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_question_is_two_queries_beside_who_asks(signed_in, retail_lead, alert):
    browser = signed_in(retail_lead)
    browser.get("/alerts/waiting/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/alerts/waiting/", headers={"HX-Trigger-Name": "live"})

    assert len([each for each in asked if "alerts_alert" in each["sql"]]) == 1
    assert len(asked) == 5, "session, person, grants, alerts, figures"


def test_new_figures_of_what_somebody_sees_are_news_and_others_are_not(signed_in, wholesale_lead, computed):
    browser = signed_in(wholesale_lead)
    first = browser.get("/alerts/waiting/")
    _written_anew("SHOPS")
    others = browser.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]})
    _written_anew("WHOLESALE")
    own = browser.get("/alerts/waiting/", headers={"If-None-Match": first["ETag"]})

    assert (others.status_code, own.status_code) == (304, 200)
    assert own.json()["figures"] != first.json()["figures"] != ""


def _written_anew(unit: str) -> None:
    """A sheet of this unit as a later run would leave it."""
    sheet = Sheet.unscoped.filter(unit__code=unit).latest("pk")
    sheet.pk, sheet.version, sheet.from_mark = None, "forecast-2099-01", sheet.from_mark + 7
    sheet.save(force_insert=True)


def test_the_frame_says_where_to_ask_also_while_nothing_waits(signed_in, retail_lead, company):
    page = signed_in(retail_lead).get("/account/").content.decode()

    assert 'data-live-count="/alerts/waiting/" hidden>0</span>' in page


# --- hours and deputies ---------------------------------------------------------------------------------


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_somebody_chooses_when_news_comes(signed_in, retail_lead):
    browser = signed_in(retail_lead)
    answer = browser.post("/account/hours/", {"hour": "6", "time_zone": "Asia/Kolkata"}, follow=True)

    retail_lead.refresh_from_db()
    assert (retail_lead.morning, retail_lead.time_zone) == (6, "Asia/Kolkata")
    assert said(answer) == ["News of the night comes at 06:00."]


def test_a_zone_there_is_not_is_refused_and_nothing_changes(signed_in, retail_lead):
    answer = signed_in(retail_lead).post("/account/hours/", {"hour": "6", "time_zone": "Mars/Base"}, follow=True)

    retail_lead.refresh_from_db()
    assert (retail_lead.morning, retail_lead.time_zone) == (7, "")
    assert said(answer)[0].startswith("Time zone: ")


@pytest.mark.parametrize("typed", ["Berlin", "europe/berlin", " Europe/Berlin "])
def test_a_zone_is_understood_as_people_type_it(typed, signed_in, retail_lead):
    signed_in(retail_lead).post("/account/hours/", {"hour": "6", "time_zone": typed})

    retail_lead.refresh_from_db()
    assert retail_lead.time_zone == "Europe/Berlin"


def test_a_zone_that_is_nearly_one_is_answered_with_those_meant(signed_in, retail_lead):
    answer = signed_in(retail_lead).post("/account/hours/", {"hour": "6", "time_zone": "Berl"}, follow=True)

    assert said(answer) == ["Time zone: There is no time zone Berl. Did you mean Europe/Berlin?"]


def test_the_page_holds_no_list_of_zones_and_a_few_are_suggested_while_one_types(signed_in, retail_lead):
    browser = signed_in(retail_lead)
    page = browser.get("/account/").content.decode()
    suggested = browser.get("/account/zones/", {"time_zone": "new y"}, headers={"HX-Request": "true"})

    assert page.count("<option") < 60 and len(page) < 40_000
    assert 'list="zones"' in page and '<datalist id="zones"></datalist>' in page
    assert suggested.content.decode().split() == ["<option", 'value="America/New_York"></option>']
    assert browser.get("/account/zones/", {"time_zone": "<script>" + "x" * 10_000}).content.strip() == b""


def test_quiet_hours_are_added_and_taken_away(signed_in, retail_lead, wholesale_lead):
    browser = signed_in(retail_lead)
    browser.post("/account/quiet/", {"days": ["6", "7"], "begins": "00:00", "ends": "00:00"})
    window = QuietWindow.objects.get()
    page = browser.get("/account/").content.decode()

    assert "Sat, Sun: 00:00 to 00:00" in page
    assert signed_in(wholesale_lead).post(f"/account/quiet/{window.public_id}/end/").status_code == 404
    assert browser.post(f"/account/quiet/{window.public_id}/end/").status_code == 302
    assert not QuietWindow.objects.exists()


def test_a_deputy_is_named_among_those_who_may_see_alerts_there(signed_in, retail_lead, group_lead, wholesale_lead, at):
    browser = signed_in(retail_lead)
    page = browser.get("/account/").content.decode()
    assert "Gina Group" in page and "Walter Wholesale" not in page

    day = {"starts": "2026-10-12", "ends": "2026-10-16", "instead": "on"}
    browser.post("/account/deputies/", {"deputy": wholesale_lead.pk} | day)
    assert not Deputy.objects.exists()
    answer = browser.post("/account/deputies/", {"deputy": group_lead.pk} | day, follow=True)

    deputy = Deputy.objects.get()
    assert said(answer)[-1] == "Gina Group stands in for you."
    assert "Told instead of you." in answer.content.decode()
    assert browser.post(f"/account/deputies/{deputy.public_id}/end/").status_code == 302
    assert not Deputy.objects.exists()


def test_who_reads_no_alerts_is_not_asked_when(signed_in, access_admin):
    assert "When you are told of alerts" not in signed_in(access_admin).get("/account/").content.decode()


# --- silences -------------------------------------------------------------------------------------------


@pytest.fixture
def silenced(finance_admin: Person, company: Company, at: datetime, alert: Alert) -> Silence:
    """Shops, until the twentieth."""
    Alert.unscoped.update(impact=-3_000_000_000)
    return silence(
        actor=Scope.of(finance_admin, at=at),
        unit=company.shops,
        until=at.replace(day=20),
        reason="They move.",
        at=at,
    )


def test_the_inbox_says_how_much_is_silenced_and_still_lists_it(signed_in, silenced, retail_lead, wholesale_lead):
    page = signed_in(retail_lead).get("/alerts/").content.decode()

    assert "1 alert is silenced: $300K a year." in page
    assert 'href="/alerts/silences/"' in page and "Contractors 30% over budget" in page
    assert "silenced" not in signed_in(wholesale_lead).get("/alerts/").content.decode()


def test_somebody_who_may_silences_and_lifts_on_the_page(signed_in, executive, company, at):
    browser = signed_in(executive)
    answer = browser.post(
        "/alerts/silences/",
        {"unit": company.retail.pk, "metric": "revenue", "until": "2026-10-20", "reason": "They move."},
        follow=True,
    )
    made = Silence.objects.get()
    page = answer.content.decode()
    assert "Revenue of Retail" in page and "until 20 Oct 2026, 23:59" in page and "They move." in page

    browser.post(f"/alerts/silences/{made.public_id}/lift/")
    made.refresh_from_db()
    assert made.lifted == at


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [({"reason": ""}, "This field is required."), ({"until": "2027-10-20"}, "within 92 days")],
)
def test_a_silence_that_cannot_be_comes_back_with_the_sentence(signed_in, executive, company, terms, sentence):
    typed = {"unit": company.retail.pk, "metric": "", "until": "2026-10-20", "reason": "They move."} | terms
    page = signed_in(executive).post("/alerts/silences/", typed).content.decode()

    assert sentence in page
    assert not Silence.objects.exists()


def test_a_leader_sees_the_silence_on_the_own_unit_and_cannot_lift_it(signed_in, silenced, retail_lead, wholesale_lead):
    browser = signed_in(retail_lead)
    page = browser.get("/alerts/silences/").content.decode()

    assert "Every metric of Shops" in page and "Lift" not in page and "Silence something" not in page
    address = f"/alerts/silences/{silenced.public_id}/lift/"
    assert [signed_in(who).post(address).status_code for who in (retail_lead, wholesale_lead)] == [403, 404]


# --- over the API ---------------------------------------------------------------------------------------


def test_the_api_silences_and_lifts_for_a_reason(signed_in, executive, company):
    browser = signed_in(executive)
    asked = {"unit": "SHOPS", "ends": "2026-10-20T12:00:00Z", "reason": "They move."}

    made = browser.post("/api/v1/silences/", asked, content_type="application/json")
    listed = browser.get("/api/v1/silences/").json()["results"]
    lift = f"/api/v1/silences/{made.json()['id']}/lift/"

    assert (made.status_code, [each["id"] for each in listed]) == (201, [made.json()["id"]])
    assert browser.post(lift, {}, content_type="application/json").status_code == 400
    assert browser.post(lift, {"reason": "Done."}, content_type="application/json").json()["lifted"] is not None


def test_the_api_adds_a_channel_and_answers_its_secret_once(signed_in, finance_admin, company):
    browser = signed_in(finance_admin)
    asked = {"name": "Room", "kind": "webhook", "unit": "RETAIL", "address": "https://hooks.example.com/secret"}

    made = browser.post("/api/v1/channels/", asked, content_type="application/json")
    seen = browser.get(f"/api/v1/channels/{made.json()['id']}/").json()

    assert (made.status_code, made.json()["secret"][:8]) == (201, "plbhook_")
    assert seen == {name: value for name, value in made.json().items() if name != "secret"}
    assert "hooks.example.com/secret" not in made.content.decode()
    again = browser.post("/api/v1/channels/", asked, content_type="application/json")
    assert (again.status_code, again.json()) == (
        400,
        {"detail": "There is a channel Room of Retail already."},
    )


def test_foreign_units_and_unknown_ones_are_answered_alike(signed_in, group_lead, executive, company):
    asked = {"unit": "NOWHERE", "ends": "2026-10-20T12:00:00Z", "reason": "They move."}
    answer = signed_in(executive).post("/api/v1/silences/", asked, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"unit": ["There is no unit NOWHERE."]})
