"""Views that people save at home: of pages of this site, kept by name, found again by search."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from audit.models import Record
from reports.actions import home
from reports.models import SavedView
from tests.reports.homes import SAVED, board, save, verbs
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HTMX = {"HX-Request": "true"}


def test_a_view_is_saved_from_the_picker_and_leads_to_the_same_page(browser: Client) -> None:
    page = browser.get(SAVED).content.decode()
    assert 'href="/home/?save=%2Foverview%2F' in page

    form = browser.get("/home/", {"save": SAVED}).context["board"].form
    answer = save(browser, "My year", form.address)

    assert answer.status_code == 302 and answer["Location"] == SAVED
    (view,) = board(browser).views
    assert (view.label, view.href, view.hint) == ("My year", SAVED, "Overview, 2026-08, against prior year")


def test_the_same_view_is_saved_once_and_another_of_its_name_is_refused(browser: Client) -> None:
    save(browser, "My year")
    save(browser, "  My   year ")
    refused = save(browser, "My year", "/overview/?period=2026-07")

    assert SavedView.objects.count() == 1
    assert refused.status_code == 422
    assert refused.context["board"].form.refused == "You have a view of this name already. Give this one another."
    assert refused.context["board"].form.name == "My year"


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "A view needs a name."), ("n" * 81, "A name has at most 80 letters; this one has 81.")],
)
def test_a_name_that_cannot_be_comes_back_with_its_sentence(browser: Client, name: str, said: str) -> None:
    answer = save(browser, name)

    assert answer.status_code == 422 and said in answer.content.decode()
    assert answer.context["board"].form.address == SAVED


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/overview/",
        "//evil.example/overview/",
        "/account/logout/",
        "/admin/",
        "/no/such/page/",
        "overview/",
        "",
        "/overview/?sort=" + "x" * 600,
    ],
)
def test_only_pages_of_figures_are_saved(browser: Client, address: str) -> None:
    answer = save(browser, "Anything", address)

    assert answer.status_code == 422 and SavedView.objects.count() == 0
    assert "This address cannot be saved." in answer.content.decode()


def test_views_are_renamed_moved_and_dropped(browser: Client) -> None:
    save(browser, "First")
    save(browser, "Second", "/units/SHOPS/?period=2026-08")
    first, second = SavedView.objects.order_by("place")

    browser.post(f"/home/views/{second.public_id}/up/")
    browser.post(f"/home/views/{first.public_id}/rename/", {"name": "<script>alert(1)</script>"})
    assert [each.label for each in board(browser).views] == ["Second", "<script>alert(1)</script>"]
    assert "<script>alert(1)" not in browser.get("/home/").content.decode()
    browser.post(f"/home/views/{first.public_id}/rename/", {"name": "Second"})
    browser.post(f"/home/views/{second.public_id}/drop/")

    assert [each.label for each in board(browser).views] == ["<script>alert(1)</script>"]
    assert verbs() == [
        *("reports.view.saved", "reports.view.saved", "reports.view.moved"),
        *("reports.view.renamed", "reports.view.dropped"),
    ]


def test_the_verbs_of_views_stand_in_the_record_without_names(reader: Scope, at: datetime) -> None:
    view = home.save_view(actor=reader, name="Board of May", address=SAVED, at=at)
    home.save_view(actor=reader, name="Other", address="/units/SHOPS/", at=at)
    home.rename_view(actor=reader, view=view, name="Board of June", at=at)
    home.move_view(actor=reader, view=view, by=1, at=at)
    home.drop_view(actor=reader, view=view, at=at)

    rows = list(Record.objects.filter(verb__startswith="reports.view").order_by("pk"))
    assert [row.verb for row in rows] == [
        *("reports.view.saved", "reports.view.saved", "reports.view.renamed"),
        *("reports.view.moved", "reports.view.dropped"),
    ]
    assert {row.actor for row in rows} == {reader.actor}
    assert not any("Board" in f"{row.before}{row.after}" for row in rows)


def test_a_home_holds_so_many_views_and_says_so(browser: Client, reader: Scope, at: datetime) -> None:
    for number in range(home.MOST_VIEWS):
        home.save_view(actor=reader, name=f"View {number}", address=SAVED, at=at)

    refused = save(browser, "One more")
    assert refused.status_code == 422
    assert "Your home holds 40 views. Drop one before you save another." in refused.content.decode()


def test_the_search_finds_saved_views(browser: Client) -> None:
    save(browser, "Quarterly review")

    found = browser.get("/search/", {"q": "quarterly"}, headers=HTMX).content.decode()
    assert "Quarterly review" in found and "period=2026-08" in found
