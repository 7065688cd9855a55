"""Whom a comment asks: names behind an @, among those who may see the alert; all others are nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from alerts import actions
from alerts.actions import HandlingRefused
from alerts.models import Alert, AlertNews, Mention
from alerts.working.mentions import Unknown, mentioned
from people.models import Person
from units.scope import Scope

NAMES = ["Gina Group", "Gina", "Rita Retail", "Ötzi"]


def test_names_behind_an_at_are_found_once_the_longest_first():
    assert mentioned("@gina group, and @Rita Retail: look. @Gina Group?", NAMES) == ["Gina Group", "Rita Retail"]
    assert mentioned("(@Gina) @Ötzi.", NAMES) == ["Gina", "Ötzi"]
    assert mentioned("no names, 3 @ 5 and gina@example.com, @ ", NAMES) == []


@pytest.mark.parametrize("text", ["@Walter Wholesale", "@Ginas", "ask @nobody"])
def test_a_name_that_nobody_has_is_refused(text: str):
    with pytest.raises(Unknown, match="Nobody who can see this alert is called @"):
        mentioned(text, NAMES)


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach()


@pytest.mark.django_db
def test_who_is_asked_is_told_and_nobody_else(
    alert: Alert, retail_lead: Person, group_lead: Person, auditor: Person, at: datetime
):
    hers = Scope.of(retail_lead, at=at)
    actions.comment(actor=hers, alert=alert, text="@Gina Group and @Otto Auditor, as I, @Rita Retail, said.", at=at)

    told = AlertNews.unscoped.filter(template="mentioned").order_by("recipient__name")
    assert [news.recipient.name for news in told] == ["Gina Group", "Otto Auditor"]
    assert Mention.unscoped.count() == 3


@pytest.mark.django_db
def test_a_person_who_may_not_see_the_unit_is_refused_like_one_who_does_not_exist(
    alert: Alert, retail_lead: Person, wholesale_lead: Person, deactivated: Person, at: datetime
):
    hers, said = Scope.of(retail_lead, at=at), []
    for name in ("Walter Wholesale", "Nemo Atall", "Dora Deactivated"):
        with pytest.raises(HandlingRefused) as refused:
            actions.comment(actor=hers, alert=alert, text=f"@{name}, look.", at=at)
        said.append(str(refused.value).replace(name.split()[0], "X"))

    assert len(set(said)) == 1
    assert (Mention.unscoped.count(), AlertNews.unscoped.filter(template="mentioned").count()) == (0, 0)
