"""Who may approve a change is told of it by letter, and who proposed it of what was decided; nobody else, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from alerts.actions import ProposalOvertaken, name_deputy, refuse, set_threshold, submit_retirement, withdraw
from alerts.actions.packing import pack_news
from alerts.models import AlertNews, Letter
from alerts.telling.desk import NO_ADDRESS, NO_RIGHT, OVER
from alerts.telling.outbox import PROPOSED, tell_of_proposal
from audit.models import Record
from people.models import Person, QuietWindow
from tests.alerts.conftest import ENGINE, OVER_BUDGET
from tests.alerts.desk import LATER, Desk
from tests.alerts.mail import sent, subjects
from tests.cast import person
from units import roles
from units.models import Grant, Unit

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=5)


def told() -> list[tuple[str, str, str]]:
    return list(AlertNews.unscoped.order_by("pk").values_list("template", "state", "said"))


def test_whoever_may_approve_reads_who_asks_what_it_changes_and_how_many_units_it_touches(
    desk: Desk, mailoutbox: list[Any]
):
    desk.books.write(OVER_BUDGET)
    desk.books.limit("revenue", unit="GROUP", code="costs", warning="10 %", critical="25 %", label="Revenue")
    made = desk.propose(desk.draft(label="Revenue", floor_amount="1,000", action="Ask the shops."))

    assert sent(desk.at + SOON) == {"sent": 1}

    (mail,) = mailoutbox
    assert subjects(mailoutbox) == [("aaron.approver", "Waits for your approval: Revenue, Example Group")]
    assert mail.body.startswith(
        "Aaron Approver,\n\n"
        "Fiona Finance asks for a change of “Revenue” of Example Group, and a second person decides on it.\n\n"
        "Reason: Too much noise\n\n"
        "Warning: 10% → 15%\n"
        "Critical: 25% → none\n"
        "Ignores under: none → $1K\n"
        "Also changed: action\n\n"
        "5 units that you see are judged by other terms.\n\n"
        "Decide by 16 Oct 2026"
    ), mail.body
    assert f"http://127.0.0.1:8000/alerts/proposals/{made.public_id}/\n" in mail.body
    assert Record.objects.get(verb="alerts.news.sent").after["proposals"] == [made.public_id]


def test_everybody_who_may_decide_gets_a_letter_alone_and_nobody_of_a_part_below(desk: Desk, mailoutbox: list[Any]):
    person("Nora Near", roles.APPROVER, unit=desk.books.units["SHOPS"])
    second = person("Rita Retail", roles.APPROVER, unit=desk.books.units["RETAIL"])
    desk.books.write(OVER_BUDGET)
    desk.propose(desk.draft("RETAIL", metric="revenue", measure="money", warning="200,000"))

    sent(desk.at + SOON)

    assert sorted(mail.to for mail in mailoutbox) == sorted([[desk.checker.email], [second.email]])


def test_units_that_its_reader_does_not_see_any_more_are_not_counted(desk: Desk, mailoutbox: list[Any]):
    made = desk.propose()
    group = desk.books.units["GROUP"]
    Unit.unscoped.filter(code="DEPOT").update(left=group.right + 1, right=group.right + 2)
    Grant.objects.filter(person=desk.maker).update(unit=group)
    refuse(actor=desk.approver, proposal=made, comment="No", at=desk.at + LATER)
    sent(desk.at + LATER + SOON)

    assert "4 units that you see" in mailoutbox[0].body


def test_nobody_is_told_twice_of_the_same_and_another_proposal_is_another_letter(desk: Desk, mailoutbox: list[Any]):
    made = desk.propose()
    tell_of_proposal(made, PROPOSED, at=desk.at, to=(desk.checker.pk,))
    assert [sent(desk.at + SOON), sent(desk.at + 2 * SOON)] == [{"sent": 1}, {}]

    tell_of_proposal(made, PROPOSED, at=desk.at + 3 * SOON, to=(desk.checker.pk,))
    desk.propose(desk.draft(warning="20 %"))

    assert sent(desk.at + 4 * SOON) == {"sent": 1}
    assert AlertNews.unscoped.count() == 2 == len(mailoutbox)


def test_neither_who_proposed_it_nor_who_stands_in_is_asked(desk: Desk):
    Grant.objects.create(person=desk.maker, role=roles.APPROVER, starts=desk.at - LATER)
    deputy = person("Dora Deputy", roles.APPROVER)
    name_deputy(actor=desk.proposer, person=desk.maker, deputy=deputy, starts=desk.at.date(), ends=None, at=desk.at)

    desk.propose()

    assert [news.recipient for news in AlertNews.unscoped.all()] == [desk.checker]


def test_what_was_withdrawn_or_decided_before_the_letter_went_is_told_to_nobody(desk: Desk, mailoutbox: list[Any]):
    withdraw(actor=desk.proposer, proposal=desk.propose(), at=desk.at)
    refuse(actor=desk.approver, proposal=desk.propose(desk.draft(warning="9 %")), comment="No", at=desk.at + SOON)

    assert sent(desk.at + LATER) == {"sent": 1}
    assert told() == [(PROPOSED, "dropped", OVER), (PROPOSED, "dropped", OVER), ("refused", "sent", "")]
    assert [to for to, _ in subjects(mailoutbox)] == ["fiona.finance"]


@pytest.mark.parametrize("after", [LATER, timedelta(days=7)])
def test_what_cannot_be_approved_any_more_is_told_to_nobody(desk: Desk, mailoutbox: list[Any], after: timedelta):
    desk.propose()
    pack_news(actor=ENGINE, at=desk.at + SOON)
    if after == LATER:
        set_threshold(actor=ENGINE, proposal=desk.draft(warning="30 %"), at=desk.at + SOON)

    assert sent(desk.at + after) == {"dropped": 1}
    assert (told(), mailoutbox) == ([(PROPOSED, "dropped", OVER)], [])


def test_who_may_not_approve_any_more_or_has_no_address_is_not_told(desk: Desk, mailoutbox: list[Any]):
    desk.propose()
    Grant.objects.filter(person=desk.checker).update(role=roles.AUDITOR)
    person("Nora New", roles.APPROVER)
    assert sent(desk.at + SOON) == {"dropped": 1}

    Person.objects.filter(name="Nora New").update(email="")
    desk.propose(desk.draft(warning="20 %"))
    sent(desk.at + SOON)

    assert [said for _, _, said in told()] == [NO_RIGHT, NO_ADDRESS]
    assert mailoutbox == []


def test_quiet_hours_hold_for_proposals_too(desk: Desk, mailoutbox: list[Any]):
    QuietWindow.objects.create(person=desk.checker, public_id="q", days="1234567", begins="00:00", ends="23:00")
    desk.propose()

    assert sent(desk.at + SOON) == {}
    assert AlertNews.unscoped.get().said == "until the reader's morning, or the end of the quiet"
    assert sent(desk.at.replace(hour=23, minute=30)) == {"sent": 1}


# --- what was decided ----------------------------------------------------------------------------------------


def test_who_proposed_it_is_told_of_the_approval(desk: Desk, mailoutbox: list[Any]):
    made = desk.propose()
    sent(desk.at + SOON)
    desk.approve(made, comment="Agreed")

    assert sent(desk.at + LATER + SOON) == {"sent": 1}
    assert subjects(mailoutbox)[1] == ("fiona.finance", "Your change is approved: Revenue, Example Group")
    assert "Aaron Approver has approved your change of “Revenue” of Example Group. It is set" in mailoutbox[1].body
    assert "\n\nAgreed\n\nWarning: none → 15%\n" in mailoutbox[1].body


def test_who_proposed_it_is_told_of_the_refusal_and_why(desk: Desk, mailoutbox: list[Any]):
    refuse(actor=desk.approver, proposal=desk.propose(), comment="Too wide", at=desk.at + LATER)
    sent(desk.at + LATER + SOON)

    assert subjects(mailoutbox) == [("fiona.finance", "Your change is refused: Revenue, Example Group")]
    assert "Aaron Approver has refused" in mailoutbox[0].body and "Too wide" in mailoutbox[0].body


def test_who_proposed_it_is_told_that_it_is_void(desk: Desk, mailoutbox: list[Any]):
    made = desk.propose()
    set_threshold(actor=ENGINE, proposal=desk.draft(warning="30 %"), at=desk.at + SOON)
    with pytest.raises(ProposalOvertaken):
        desk.approve(made)
    sent(desk.at + LATER + SOON)

    assert subjects(mailoutbox) == [("fiona.finance", "Your change is void: Revenue, Example Group")]
    assert "cannot be approved any more" in mailoutbox[0].body and "has changed since" in mailoutbox[0].body


def test_the_end_of_a_threshold_is_asked_for_in_plain_words(desk: Desk, mailoutbox: list[Any]):
    threshold = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at).threshold
    submit_retirement(actor=desk.proposer, threshold=threshold, at=desk.at, reason="Not needed")
    sent(desk.at + SOON)

    assert "\n\nIt is retired: it judges nothing any more.\n\n" in mailoutbox[0].body


def test_a_proposal_that_fails_leaves_no_news(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("alerts.telling.outbox.ask_for_sending", failing)
    with pytest.raises(OSError, match="the line is down"):
        desk.propose()

    assert not AlertNews.unscoped.exists()


def failing(*args: Any, **more: Any) -> None:
    raise OSError("the line is down")


def test_news_is_of_one_thing(desk: Desk):
    desk.propose()
    for wrong in ({"proposal": None}, {"recipient": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertNews.unscoped.update(**wrong)
    assert Letter.unscoped.count() == 0
