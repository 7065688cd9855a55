"""Gaps are told: to whoever brings the figures, once, in the morning, without figures; and so are their ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from alerts.actions import add_channel, find_gaps, name_deputy, silence
from alerts.actions.packing import pack_news
from alerts.models import AlertNews, Gap, Letter
from alerts.telling.desk import NO_RIGHT, OVER
from alerts.telling.hooks import PAYLOADS
from alerts.telling.letters import lines_of
from alerts.telling.outbox import tell_of_gaps
from audit.models import Record
from jobs.models import Job
from ledger.models import Delivery, Import, Period
from ledger.querysets import fiscal_calendar, period_row
from people.models import Person
from tests.alerts.conftest import ENGINE
from tests.alerts.mail import sent, subjects
from tests.cast import person
from tests.company import Company
from units.actions import end_role
from units.models import Grant
from units.roles import FINANCE_ADMIN
from units.scope import Scope

pytestmark = pytest.mark.django_db

LATE_ON = datetime(2026, 11, 20, 9, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 21, 7, tzinfo=UTC)
CODES = ("RETAIL", "SHOPS", "WHOLESALE", "DEPOT")


@pytest.fixture
def october(company: Company, finance_admin: Person) -> Period:
    """A month that is over, and that nobody has delivered yet; all that came before came from finance."""
    Import.objects.update(actor=f"person:{finance_admin.pk}")
    month = period_row(fiscal_calendar().at(company.open_month.ordinal + 1))
    month.save()
    return month


@pytest.fixture
def late(october: Period, company: Company) -> Gap:
    """Shops is late, everybody else has delivered."""
    for code in CODES:
        if code != "SHOPS":
            deliver(company, code, october)
    find_gaps(actor=ENGINE, at=LATE_ON)
    return Gap.unscoped.get()


def deliver(company: Company, unit: str, month: Period) -> None:
    """What a unit delivered in September, for another month."""
    row = Delivery.unscoped.get(unit__code=unit, period=company.open_month, version__code="actual")
    row.pk, row.period = None, month
    row.save(force_insert=True)


def told() -> list[tuple[str, str, str]]:
    return list(AlertNews.unscoped.order_by("pk").values_list("template", "state", "said"))


def test_whoever_brings_the_figures_gets_one_mail_in_the_morning_without_figures(late: Gap, mailoutbox: list[Any]):
    assert [sent(moment) for moment in (LATE_ON, NEXT_MORNING, NEXT_MORNING)] == [{}, {"sent": 1}, {}]

    (mail,) = mailoutbox
    assert subjects(mailoutbox) == [("fiona.finance", "Figures are late: Shops (2026-10)")]
    assert mail.body.startswith(
        "Fiona Finance,\n\n"
        "Figures are late: Shops, erp, 2026-10\n"
        f"http://127.0.0.1:8000/alerts/gaps/#gap-{late.public_id}\n\n"
        "This mail names no figures"
    )
    assert Record.objects.get(verb="alerts.news.sent").after["gaps"] == [late.public_id]


def test_all_that_is_missing_is_one_letter_to_each_reader(october: Period, mailoutbox: list[Any]):
    find_gaps(actor=ENGINE, at=LATE_ON)

    assert sent(NEXT_MORNING) == {"sent": 1}
    assert mailoutbox[0].subject == "4 gaps in the figures for Example Group: 4 late"
    assert Letter.unscoped.get().unit.code == "GROUP"


def test_why_figures_cannot_be_computed_stays_behind_the_link(late: Gap, mailoutbox: list[Any]):
    Gap.unscoped.update(kind="error", source="", text="division of 1,234,567 by nothing")
    sent(NEXT_MORNING)

    assert mailoutbox[0].subject == "Figures cannot be computed: Shops (2026-10)"
    assert "1,234,567" not in mailoutbox[0].body


def test_what_is_found_again_is_not_told_again(late: Gap):
    find_gaps(actor=ENGINE, at=LATE_ON + timedelta(hours=1))
    tell_of_gaps([(late, "opened")], at=LATE_ON + timedelta(hours=2))

    assert told() == [("opened", "waiting", "")]


def test_a_round_that_failed_leaves_neither_gap_nor_news_and_the_next_tells_once(
    october: Period, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("alerts.actions.gaps.tell_of_gaps", failing)
    with pytest.raises(OSError, match="the line is down"):
        find_gaps(actor=ENGINE, at=LATE_ON)
    assert (Gap.unscoped.count(), AlertNews.unscoped.count()) == (0, 0)
    monkeypatch.undo()
    find_gaps(actor=ENGINE, at=LATE_ON)

    assert (Gap.unscoped.count(), AlertNews.unscoped.count()) == (4, 4)


def failing(*args: Any, **more: Any) -> None:
    raise OSError("the line is down")


def test_the_end_is_told_to_whom_the_beginning_was(late: Gap, company: Company, october: Period, mailoutbox: list[Any]):
    sent(NEXT_MORNING)
    deliver(company, "SHOPS", october)
    find_gaps(actor=ENGINE, at=NEXT_MORNING + timedelta(hours=2))
    sent(NEXT_MORNING + timedelta(days=1))

    assert mailoutbox[1].subject == "Nothing is missing any more: Shops (2026-10)"
    assert "Shops, erp, 2026-10 (delivered)" in mailoutbox[1].body


def test_what_was_missing_only_until_the_morning_is_told_to_nobody(
    late: Gap, company: Company, october: Period, mailoutbox: list[Any]
):
    deliver(company, "SHOPS", october)
    find_gaps(actor=ENGINE, at=LATE_ON + timedelta(hours=2))

    assert (sent(NEXT_MORNING), mailoutbox) == ({}, [])
    assert told() == [("opened", "dropped", OVER), ("ended", "dropped", OVER)]


def test_what_turned_out_worse_in_the_night_is_one_line(
    late: Gap, company: Company, october: Period, mailoutbox: list[Any]
):
    deliver(company, "SHOPS", october)
    row = Delivery.unscoped.filter(unit=company.shops, period=october)
    row.update(until_mark=row.get().from_mark + 1)
    find_gaps(actor=ENGINE, at=LATE_ON + timedelta(hours=2))

    assert sent(NEXT_MORNING) == {"sent": 1}
    assert subjects(mailoutbox) == [("fiona.finance", "Figures were withdrawn: Shops (2026-10)")]


# --- to whom ------------------------------------------------------------------------------------------


def test_who_lost_the_right_gets_nothing_and_whoever_may_bring_the_figures_now_does(
    late: Gap, finance_admin: Person, retail_lead: Person, mailoutbox: list[Any]
):
    person("Fred Finance", FINANCE_ADMIN)
    end_role(actor="process:test", grant=Grant.objects.get(person=finance_admin), at=LATE_ON + timedelta(minutes=1))

    assert [sent(NEXT_MORNING), sent(NEXT_MORNING + timedelta(days=1))] == [{}, {"sent": 1}]
    assert [to for to, _ in subjects(mailoutbox)] == ["fred.finance"]
    assert Record.objects.get(verb="alerts.news.dropped").after["gap"] == late.public_id


def test_the_right_is_asked_again_when_the_letter_goes_out(late: Gap, finance_admin: Person, mailoutbox: list[Any]):
    AlertNews.unscoped.update(due=NEXT_MORNING)
    pack_news(actor=ENGINE, at=NEXT_MORNING)
    end_role(actor="process:test", grant=Grant.objects.get(person=finance_admin), at=NEXT_MORNING)

    assert (sent(NEXT_MORNING), mailoutbox) == ({"dropped": 1}, [])
    assert told() == [("opened", "dropped", NO_RIGHT)]


def test_who_is_away_is_told_through_the_deputy(
    late: Gap, finance_admin: Person, executive: Person, mailoutbox: list[Any]
):
    day = NEXT_MORNING.date()
    name_deputy(actor=ENGINE, person=finance_admin, deputy=executive, starts=day, ends=day, instead=True, at=LATE_ON)
    sent(NEXT_MORNING)
    sent(NEXT_MORNING)

    assert [to for to, _ in subjects(mailoutbox)] == ["erin.executive"]


def test_a_silence_of_every_metric_holds_gaps_back_and_one_of_a_metric_does_not(
    late: Gap, company: Company, executive: Person, mailoutbox: list[Any]
):
    actor, until = Scope.of(executive, at=LATE_ON), NEXT_MORNING + timedelta(days=1)
    silence(actor=actor, unit=company.shops, metric="revenue", until=until, reason="Closing", at=LATE_ON)
    assert sent(NEXT_MORNING - timedelta(hours=1)) == {}
    silence(actor=actor, unit=company.retail, metric="", until=until, reason="Closing", at=LATE_ON)

    assert [sent(NEXT_MORNING), sent(until)] == [{}, {"sent": 1}]


# --- on channels --------------------------------------------------------------------------------------


@pytest.fixture
def channel(company: Company, finance_admin: Person) -> Callable[..., None]:
    def add(**more: Any) -> None:
        given = {"name": "Programs", "kind": "webhook", "unit": company.retail} | more
        address = "https://hooks.example.com/plumbline"
        add_channel(actor=Scope.of(finance_admin, at=LATE_ON), address=address, at=LATE_ON, **given)

    return add


@pytest.mark.parametrize(("least", "told_there"), [("target", 1), ("warning", 1), ("critical", 0)])
def test_a_channel_that_takes_warnings_takes_gaps_of_its_part_of_the_tree(
    october: Period, channel: Callable[..., None], company: Company, least: str, told_there: int
):
    channel(least=least, unit=company.shops)
    find_gaps(actor=ENGINE, at=LATE_ON)

    assert AlertNews.unscoped.filter(channel__isnull=False).count() == told_there


def said_on(kind: str) -> Any:
    packed = pack_news(actor=ENGINE, at=LATE_ON)
    letter = next(each for each in packed.letters if each.channel_id is not None)
    news = AlertNews.unscoped.filter(letter=letter).select_related("unit", "alert", "gap__period")
    return PAYLOADS[kind](letter, lines_of(news))


def test_a_webhook_names_what_is_missing_beside_the_alerts(october: Period, channel: Callable[..., None]):
    channel()
    find_gaps(actor=ENGINE, at=LATE_ON)
    said = said_on("webhook")

    gap = Gap.unscoped.get(unit__code="SHOPS")
    assert (said["alerts"], len(said["gaps"])) == ([], 2)
    assert said["gaps"][1] == {
        "news": "opened",
        "gap": gap.public_id,
        "unit": "SHOPS",
        "unit_name": "Shops",
        "kind": "late",
        "source": "erp",
        "period": "2026-10",
        "ended_because": "",
        "link": f"http://127.0.0.1:8000/alerts/gaps/#gap-{gap.public_id}",
    }


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_chat_is_told_in_words_and_what_people_named_their_source_is_no_markup(
    late: Gap, channel: Callable[..., None], kind: str
):
    channel(kind=kind)
    Gap.unscoped.update(source="*erp* <b>\nx")
    tell_of_gaps([(late, "opened")], at=LATE_ON)
    said = json.dumps(said_on(kind), ensure_ascii=False)

    assert "Figures are late" in said
    assert "*erp*" not in said or kind == "teams"
    assert "<b>" not in said or kind == "teams"


# --- what a row may be --------------------------------------------------------------------------------


@pytest.mark.parametrize("about", ["neither", "both"])
def test_news_is_of_an_alert_or_of_a_gap(late: Gap, about: str, request: pytest.FixtureRequest):
    given: dict[str, Any] = {"alert": None, "gap": None}
    if about == "both":
        given = {"alert": request.getfixturevalue("breach")(), "gap": late}
    news = AlertNews.unscoped.first()
    assert news is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertNews.unscoped.filter(pk=news.pk).update(**given)


def test_gaps_ask_for_their_sending(late: Gap):
    assert Job.objects.filter(kind="alerts.send").exists()
