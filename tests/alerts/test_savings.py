"""What an action is expected to bring: kept as it is when work begins, and held against what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from alerts import actions
from alerts.models import Alert
from alerts.wording import ActionRefused, placeholders
from alerts.working.savings import Saving, saving_of
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books
from units.scope import Scope

ONE = 10_000


def test_what_came_of_it_is_by_how_much_the_impact_is_smaller():
    saving = Saving(expected=180 * ONE, is_cash=False, impact=-200 * ONE, period="2026-08")

    assert saving.realised(-50 * ONE) == 150 * ONE
    assert saving.realised(-260 * ONE) == -60 * ONE
    assert saving.realised(None) is None


def test_an_action_is_expected_to_bring_one_amount():
    (found,) = placeholders("Convert them; saves {-impact:saving} a year.", set())
    assert found.style == "saving"
    with pytest.raises(ActionRefused, match="mark one figure"):
        placeholders("{impact:saving} or {impact:cash}", set())


@pytest.mark.django_db
def test_the_promise_is_kept_as_it_was_when_work_began(breach: Callable[..., Alert], books: Books, retail_lead: Person):
    """30 over budget in August are 360 a year; half of it can be saved. September makes it worse, the promise stays."""
    alert = breach(action="End half of the contracts; saves {-impact / 2:saving} a year.")
    assert alert.action == "End half of the contracts; saves $180 a year."
    actions.start(actor=Scope.of(retail_lead, at=books.at), alert=alert, at=books.at)
    books.write(OVER_BUDGET.replace("2026-08", "2026-09").replace("130", "150"))
    books.judge()

    alert.refresh_from_db()
    assert alert.impact == -600 * ONE
    assert saving_of(alert.promise) == Saving(180 * ONE, False, -360 * ONE, "2026-08")


@pytest.mark.django_db
def test_an_action_without_a_saving_promises_nothing(breach: Callable[..., Alert], retail_lead: Person, at: datetime):
    alert = breach(action="Talk to {unit}.")
    actions.start(actor=Scope.of(retail_lead, at=at), alert=alert, at=at)

    alert.refresh_from_db()
    assert (alert.promise, saving_of(alert.promise)) == ({}, None)
