"""Words on variances over the API: what is answered, what is refused, and by whom it can be asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import Person
from reports.models import Commentary
from tests.cast import person, token
from tests.company import Company
from tests.reports.words import SAID, accepted, submitted, timing, written
from units.roles import UNIT_LEADER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/api/v1/commentary/"
SENT = {
    "unit": "SHOPS", "line": "revenue", "period": "2026-09", "text": "Two customers.", "cause": "volume",
    "nature": "permanent",
}  # fmt: skip


@pytest.fixture
def shops_lead(computed: Company) -> Person:
    return person("Sara Shops", UNIT_LEADER, computed.shops)


def send(browser: Any, path: str, **sent: Any) -> Any:
    return browser.post(path, sent, content_type="application/json")


def test_words_go_from_draft_to_accepted(signed_in, shops_lead, executive):
    mine, hers = signed_in(shops_lead), signed_in(executive)
    draft = send(mine, ADDRESS, **SENT)
    place = f"{ADDRESS}{draft.json()['id']}/"
    steps = [
        send(mine, f"{place}submit/", seen=1),
        send(hers, f"{place}reply/", text="@Sara Shops, which?"),
        send(hers, f"{place}accept/", seen=2),
    ]

    assert [answer.status_code for answer in (draft, *steps)] == [201, 200, 200, 200]
    found = hers.get(place).json()
    kept = ("unit", "line", "period", "basis", "against", "state", "actual", "compared", "variance", "number")
    assert [found[name] for name in kept] == [
        "SHOPS", "revenue", "2026-09", "month", "budget", "accepted", "1300.0000", "1000.0000", "300.0000", 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "status", "word"),
    [
        ({"nature": "timing"}, 400, "needs the period"),
        ({"nature": "timing", "reverses": "2026-09"}, 400, "in a later period"),
        ({"nature": "timing", "reverses": "soon"}, 400, "reverses"),
        ({"cause": "weather"}, 400, "not a valid choice"),
        ({"line": "gross_margin"}, 400, "no variance"),
        ({"period": "1999-01"}, 400, "no figures of this period"),
        ({"unit": "DEPOT"}, 400, "There is no such unit"),
        ({"unit": "NOWHERE"}, 400, "There is no such unit"),
        ({"seen": 4}, 409, "Somebody else was faster"),
    ],
)
def test_what_cannot_be_written_is_said(signed_in, shops_lead, changed, status, word):
    answer = send(signed_in(shops_lead), ADDRESS, **{**SENT, **changed})

    assert (answer.status_code, word in answer.content.decode()) == (status, True)
    assert Commentary.unscoped.count() == 0


def test_a_reversal_is_named_by_its_period(signed_in, shops_lead):
    answer = send(signed_in(shops_lead), ADDRESS, **{**SENT, "nature": "timing", "reverses": "2026-11"})

    assert answer.json()["reverses"] == "2026-11"


def test_filters_narrow_and_unknown_ones_are_refused(signed_in, shops_lead, executive, at):
    accepted(shops_lead, executive, at=at)
    written(shops_lead, line="cost_of_sales", words=timing("2026-11"), at=at)
    browser = signed_in(executive)

    def lines(query: str) -> list[str]:
        return sorted(row["line"] for row in browser.get(f"{ADDRESS}?{query}").json()["results"])

    assert lines("state=accepted") == ["revenue"]
    assert lines("nature=timing&unit=SHOPS&period=2026-09&against=budget&basis=month") == ["cost_of_sales"]
    assert lines("line=revenue&line=cost_of_sales") == ["cost_of_sales", "revenue"]
    assert lines("unit=NOWHERE") == []
    assert browser.get(f"{ADDRESS}?text=secret").status_code == 400


def test_an_auditor_lists_accepted_words_only(signed_in, shops_lead, executive, auditor, at):
    accepted(shops_lead, executive, at=at)
    hidden = submitted(shops_lead, line="cost_of_sales", at=at)
    browser = signed_in(auditor)

    assert [row["text"] for row in browser.get(ADDRESS).json()["results"]] == [SAID.text]
    assert browser.get(f"{ADDRESS}{hidden.public_id}/").status_code == 404
    assert send(browser, ADDRESS, **SENT).status_code == 403


def test_a_token_writes_only_with_the_abilities_it_carries(calling, shops_lead, computed, at):
    reads = calling(token(shops_lead, "figures.read", "commentary.read", at=at))
    writes = calling(token(shops_lead, "figures.read", "commentary.read", "commentary.write", at=at))

    assert send(reads, ADDRESS, **SENT).status_code == 403
    assert send(writes, ADDRESS, **SENT).status_code == 201


def test_a_list_takes_as_many_queries_for_many_as_for_one(signed_in, shops_lead, executive, at):
    browser, counts = signed_in(executive), []
    browser.get(ADDRESS)
    for line in ("revenue", "cost_of_sales", "personnel_cost"):
        written(shops_lead, line=line, words=timing("2026-11"), at=at)
        with CaptureQueriesContext(connection) as asked:
            browser.get(ADDRESS)
        counts.append(len(asked))

    assert len(set(counts)) == 1
