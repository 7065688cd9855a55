"""What is kept between two tries of a limit: it spares the reading, changes no answer and never leaves its reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.backtest import keeping
from alerts.backtest.comparing import Backtest
from alerts.backtest.trying import try_out
from alerts.backtest.vintages import history
from alerts.judging.inheritance import Edition
from alerts.models import ThresholdVersion
from alerts.rulebook import edition_of
from people.models import Person
from tests.alerts.conftest import ENGINE, EVERYWHERE, Books
from units.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def active(books: Books) -> Iterator[Edition]:
    """10 % and 25 % over budget on all of the group, judged once."""
    version: ThresholdVersion = books.limit(code="contractors")
    books.write(EVERYWHERE)
    books.judge()
    yield edition_of(version)


def limited(edition: Edition, warning: str, **more: Any) -> Edition:
    return replace(edition, terms=replace(edition.terms, warning=warning, **more))


def told(found: Backtest) -> list[list[tuple[Any, ...]]]:
    """Everything both editions tell: where, when, how grave, and with how much money."""
    return [
        [(alarm.unit_id, alarm.fired_in, alarm.state, alarm.impact, alarm.said.evidence) for alarm in outcome.alarms]
        for outcome in (found.active, found.draft)
    ]


def reads_sheets(scope: Scope, active: Edition, draft: Edition, at: datetime) -> bool:
    with CaptureQueriesContext(connection) as queries:
        try_out(scope, active, draft, at=at, periods=12)
    return any("metrics_sheet" in query["sql"] for query in queries)


def test_a_limit_that_is_dragged_reads_the_past_once_and_whatever_is_read_from_it_is_the_same(
    books: Books, active: Edition
):
    drafts = [limited(active, f"0.{percent:02}") for percent in (6, 9, 12, 20)]

    read = [reads_sheets(ENGINE, active, draft, books.at) for draft in drafts]
    dragged = [told(try_out(ENGINE, active, draft, at=books.at, periods=12).found) for draft in drafts]
    keeping.forget()
    fresh = []
    for draft in drafts:
        fresh.append(told(try_out(ENGINE, active, draft, at=books.at, periods=12).found))
        keeping.forget()

    assert read == [True, False, False, False]
    assert dragged == fresh
    assert [len(draft) for _, draft in dragged] == [3, 3, 3, 2]


def test_terms_that_read_other_figures_read_another_past(books: Books, active: Edition):
    year_before = limited(active, "0.10", comparator="prior_year")

    read = [reads_sheets(ENGINE, active, draft, books.at) for draft in (active, year_before, active, year_before)]

    assert read == [True, True, False, False]
    assert reads_sheets(ENGINE, active, limited(active, "0.10", floor_share="0.01"), books.at)


def test_a_new_judging_is_another_past(books: Books, active: Edition):
    before = try_out(ENGINE, active, active, at=books.at, periods=12).found
    books.write("unit | metric | version | 2026-08\nRETAIL | contractor_cost | actual | 150")
    unjudged = try_out(ENGINE, active, active, at=books.at, periods=12).found
    books.judge()

    assert reads_sheets(ENGINE, active, active, books.at)
    assert not reads_sheets(ENGINE, active, active, books.at)
    after = try_out(ENGINE, active, active, at=books.at, periods=12).found
    assert told(before) == told(unjudged) != told(after)


def test_what_is_kept_for_one_reader_is_never_shown_to_another(
    books: Books, active: Edition, retail_lead: Person, finance_admin: Person
):
    """The whole company is tried first, then by whom sees a part of it, then again: each the own units alone."""
    everything, part = (Scope.of(person, at=books.at) for person in (finance_admin, retail_lead))
    retail = books.units["RETAIL"]
    own = {unit.pk for unit in books.units.values() if retail.left <= unit.left and unit.right <= retail.right}
    draft = limited(active, "0.06")

    units = []
    for scope in (everything, part, everything, part):
        trial = try_out(scope, None, draft, at=books.at, periods=12)
        units.append({alarm.unit_id for alarm in trial.found.draft.alarms})
        assert {place[0] for vintage in trial.past.vintages for place in vintage.changed} <= set(trial.past.tree.spots)
        assert scope is everything or set(trial.past.tree.spots) <= own

    assert units[0] == units[2] > units[1] == units[3] != set()


def test_a_unit_that_is_named_anew_is_another_past(books: Books, active: Edition):
    try_out(ENGINE, active, active, at=books.at, periods=12)
    type(books.units["SHOPS"]).unscoped.filter(code="SHOPS").update(name="Kiosks")

    assert "Kiosks" in try_out(ENGINE, active, active, at=books.at, periods=12).past.names.values()


def test_no_more_is_kept_than_there_is_room_for(books: Books, active: Edition, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "MOST_PAGES", 3)

    assert [reads_sheets(ENGINE, active, active, books.at) for _ in range(2)] == [True, True]


def test_a_past_too_large_to_be_kept_drives_no_other_out(
    books: Books, active: Edition, monkeypatch: pytest.MonkeyPatch
):
    small = keeping.kept("small", lambda: history(ENGINE, tried=[active], periods=12))
    monkeypatch.setattr(keeping, "MOST_PAGES", small.pages)
    large = replace(small.history, vintages=2 * list(small.history.vintages))
    keeping.kept("large", lambda: large)

    assert keeping.kept("small", lambda: large) is small
    assert keeping.kept("large", lambda: small.history).history is small.history


def test_what_the_terms_in_force_told_is_replayed_again_only_after_other_terms(books: Books, active: Edition):
    memory = keeping.Kept(history(ENGINE, tried=[active], periods=12))
    stricter = limited(active, "0.06")

    first, again = (memory.replayed(memory.history, active) for _ in range(2))
    other, last = (memory.replayed(memory.history, each) for each in (stricter, active))

    assert again is first and last is not first
    assert [len(each) for each in (first, other, last)] == [3, 3, 3]


def test_pages_share_what_they_say_alike(books: Books, active: Edition):
    """Rows bring their words and numbers each of their own; a past of many pages holds one of those alike."""
    past = history(ENGINE, tried=[active], periods=12)
    places = [place for vintage in past.vintages for place in vintage.changed]

    assert len(places) > 10
    for part in range(4):
        assert len({id(place[part]) for place in places}) == len({place[part] for place in places})
