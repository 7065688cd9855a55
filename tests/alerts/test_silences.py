"""Silences: told to nobody, judged and shown as ever; with an end, a reason and the money they hold back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.actions import SilenceRefused, lift_silence, send_news, silence
from alerts.models import Alert, AlertNews, Silence
from audit.models import Record
from people.models import Person
from reports.boards.telling import silenced_alerts, silenced_note
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.company import Company
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 10, 10, 7, tzinfo=UTC)
MONDAY = datetime(2026, 10, 12, 12, tzinfo=UTC)


@pytest.fixture
def quieten(finance_admin: Person, company: Company, at: datetime) -> Callable[..., Silence]:
    """Silences Retail until Monday noon."""

    def make(**terms: Any) -> Silence:
        given = {"unit": company.retail, "until": MONDAY, "reason": "The shops move."}
        return silence(actor=Scope.of(finance_admin, at=at), at=at, **(given | terms))

    return make


def sent(at: datetime) -> int:
    return send_news(actor=ENGINE, at=at)["sent"]


def test_what_is_silenced_is_judged_and_told_after_the_end_if_it_still_stands(
    quieten: Callable[..., Silence], breach: Callable[..., Alert], retail_lead: Person, mailoutbox: list[Any]
):
    quieten()
    alert = breach()

    assert (alert.condition, sent(MORNING), sent(MONDAY - timedelta(seconds=1))) == ("firing", 0, 0)
    assert AlertNews.unscoped.get().said == "silenced until 2026-10-12 12:00"
    assert sent(MONDAY) == 1
    assert [mail.subject for mail in mailoutbox] == ["New alert: Shops (high)"]


def test_what_ended_while_it_was_silenced_is_told_to_nobody(
    quieten: Callable[..., Silence], breach: Callable[..., Alert], books: Books, retail_lead: Person
):
    quieten()
    breach()
    books.write(OVER_BUDGET.replace("130", "100"))
    books.judge()

    assert (sent(MORNING), sent(MONDAY)) == (0, 0)


def test_an_emergency_breaks_a_silence(
    quieten: Callable[..., Silence], breach: Callable[..., Alert], books: Books, retail_lead: Person
):
    quieten()
    breach(warning="10 %", emergency="25 %")

    assert sent(books.at) == 1


@pytest.mark.parametrize(
    ("terms", "is_silenced"),
    [({"metric": "contractor_cost"}, True), ({"metric": "revenue"}, False), ({"unit": "wholesale"}, False)],
)
def test_a_silence_covers_a_part_of_the_tree_and_one_metric_or_all(
    quieten: Callable[..., Silence],
    breach: Callable[..., Alert],
    retail_lead: Person,
    company: Company,
    terms: dict[str, Any],
    is_silenced: bool,
):
    if "unit" in terms:
        terms = {"unit": company.wholesale}
    quieten(**terms)
    breach()

    assert sent(MORNING) == (0 if is_silenced else 1)


def test_lifting_it_looks_at_once_at_what_it_held_back(
    quieten: Callable[..., Silence], breach: Callable[..., Alert], retail_lead: Person, finance_admin: Person
):
    made = quieten()
    breach()
    sent(MORNING)

    lift_silence(actor=Scope.of(finance_admin, at=MORNING), silence=made, reason="They have moved.", at=MORNING)

    assert sent(MORNING) == 1
    assert Record.objects.get(verb="alerts.silence.lifted").reason == "They have moved."
    with pytest.raises(SilenceRefused, match="over already"):
        lift_silence(actor=Scope.of(finance_admin, at=MORNING), silence=made, reason="", at=MORNING)


def test_a_silence_is_recorded_with_scope_end_and_reason(quieten: Callable[..., Silence], company: Company):
    quieten(metric="revenue")

    record = Record.objects.get(verb="alerts.silence.begun")
    assert (record.unit_id, record.reason) == (company.retail.pk, "The shops move.")
    assert record.after == {"metric": "revenue", "until": "2026-10-12T12:00:00+00:00"}


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"until": MORNING - timedelta(days=30)}, "not before now"),
        ({"until": datetime(2027, 1, 10, tzinfo=UTC)}, "within 92 days"),
        ({"metric": "no_metric"}, "There is no metric no_metric"),
    ],
)
def test_a_silence_without_reason_end_or_subject_is_refused(quieten: Callable[..., Silence], terms, sentence):
    with pytest.raises(SilenceRefused, match=sentence):
        quieten(**terms)


def test_the_last_day_that_is_offered_is_taken_to_its_end(quieten: Callable[..., Silence]):
    last = datetime(2027, 1, 9, 23, 59, 59, tzinfo=UTC)

    assert quieten(until=last).ends == last


def test_a_leader_does_not_silence_the_own_unit(retail_lead: Person, company: Company, at: datetime):
    """Or else nobody above would hear of what nobody answers."""
    with pytest.raises(AbilityMissing):
        silence(actor=Scope.of(retail_lead, at=at), unit=company.retail, until=MONDAY, reason="Leave me alone.", at=at)


def test_the_money_of_what_is_silenced_is_shown_to_who_may_see_it(
    quieten: Callable[..., Silence],
    breach: Callable[..., Alert],
    retail_lead: Person,
    wholesale_lead: Person,
    executive: Person,
    at: datetime,
):
    quieten()
    alert = breach()
    Alert.unscoped.filter(pk=alert.pk).update(impact=-1_200_000 * 10_000)

    notes = [
        silenced_note(silenced_alerts(Scope.of(reader, at=at), at=MORNING), currency="USD")
        for reader in (executive, retail_lead, wholesale_lead)
    ]

    assert [note.words if note else None for note in notes] == ["1 alert is silenced: $1.20M a year"] * 2 + [None]
