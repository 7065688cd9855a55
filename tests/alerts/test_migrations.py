"""A database that already told of alerts takes the migrations of what is told since, and keeps every row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from alerts.actions.packing import pack_news
from alerts.models import Alert, AlertNews
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.alerts.mail import MORNING, sent
from tests.cast import person
from tests.company import build_company
from tests.copies import OwnDatabase
from units.roles import UNIT_LEADER

OLDEST, BEFORE, NEWEST = "0007_proposals", "0008_gap_news", "0009_proposal_news"
KEPT = ("key", "alert_id", "recipient_id", "channel_id", "template", "state", "created", "due", "letter_id", "said")


def migrated(name: str) -> Any:
    """The outbox as it was with a migration, forwards or back to it."""
    executor = MigrationExecutor(connection)
    executor.migrate([("alerts", name)])
    return executor.loader.project_state([("alerts", name)]).apps.get_model("alerts", "AlertNews")


def rows(outbox: Any) -> list[Any]:
    return list(outbox.objects.order_by("pk").values_list("pk", *KEPT))


@pytest.fixture
def told(own_database: OwnDatabase, at: datetime) -> Alert:
    """An alert whose opening is packed into a letter, and of which more waits to be told."""
    books = Books(build_company(), at)
    person("Lena Lead", UNIT_LEADER, unit=books.units["SHOPS"])
    books.limit(unit="SHOPS")
    books.write(OVER_BUDGET)
    books.judge()
    (alert,) = books.alerts()
    pack_news(actor=ENGINE, at=MORNING)
    row = AlertNews.unscoped.get()
    row.pk, row.key, row.state, row.letter = None, "another", "waiting", None
    row.save(force_insert=True)
    return alert


@pytest.mark.parametrize("since", [OLDEST, BEFORE])
def test_news_of_an_earlier_shape_is_kept_and_stands_where_its_alert_stands(told: Alert, since: str):
    earlier = migrated(since)
    columns = {field.attname for field in earlier._meta.concrete_fields}
    before = rows(earlier)
    assert (len(before), "unit_id" in columns, "proposal_id" in columns) == (2, since == BEFORE, False)

    assert rows(migrated(NEWEST)) == before
    assert {news.unit_id for news in AlertNews.unscoped.all()} == {told.unit_id}
    assert list(AlertNews.unscoped.values_list("gap", "proposal", "attempts").distinct()) == [(None, None, 0)]
    assert sent(MORNING) == {"sent": 2}, "the letter that was packed, and one of what waited"


def test_what_was_migrated_is_held_to_one_thing_and_one_unit(told: Alert):
    migrated(OLDEST)
    migrated(NEWEST)

    for wrong in ({"alert": None}, {"unit": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertNews.unscoped.update(**wrong)
