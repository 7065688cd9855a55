"""Channels: who may add one, what goes there, signed with what, and that nothing secret ever comes out again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from alerts.actions import (
    ChannelRefused,
    NotDead,
    add_channel,
    change_channel,
    replay_letter,
    retire_channel,
    rotate_secret,
    send_news,
)
from alerts.models import Alert, AlertNews, Channel, Letter
from alerts.telling.hooks import signature
from alerts.telling.posting import NotTaken
from audit.models import Record
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.company import Company
from units.actions import end_role
from units.models import Grant, Unit
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

ADDRESS = "https://hooks.example.com/services/T0/B0/very-secret"


@dataclass
class World:
    """What was posted: address, body and headers; `refuses` makes the other side answer 500."""

    posted: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    refuses: bool = False

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        if self.refuses:
            raise NotTaken("The other side answered 500.")
        self.posted.append((address, body, headers))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The world outside, where posts arrive."""
    found = World()
    monkeypatch.setattr("alerts.telling.hooks.post", found.post)
    return found


@pytest.fixture
def admin(finance_admin: Person, at: datetime) -> Scope:
    return Scope.of(finance_admin, at=at)


@pytest.fixture
def open_channel(admin: Scope, company: Company, at: datetime) -> Callable[..., Any]:
    """A channel for news of Retail, from medium severity on."""

    def make(**terms: Any) -> Any:
        given = {"name": "Retail room", "kind": "webhook", "unit": company.retail, "address": ADDRESS}
        return add_channel(actor=admin, at=at, **(given | terms))

    return make


def told_on(channel: Channel, at: datetime) -> dict[str, int]:
    counts = send_news(actor=ENGINE, at=at, channel=channel.pk)
    return {state: number for state, number in counts.items() if number}


# --- who and what ---------------------------------------------------------------------------------------


def test_a_channel_shows_its_secret_once_and_its_address_never(open_channel: Callable[..., Any]):
    opened = open_channel()

    stored = Channel.unscoped.get()
    assert opened.secret.startswith("plbhook_")
    assert stored.host == "hooks.example.com"
    assert not {"very-secret", opened.secret} & set(json.dumps(model_to_dict(stored), default=str).split('"'))
    record = Record.objects.get(verb="alerts.channel.added")
    assert record.after == {"kind": "webhook", "unit": stored.unit_id, "least": "warning", "host": "hooks.example.com"}


def test_only_who_looks_after_telling_adds_one(executive: Person, company: Company, at: datetime):
    with pytest.raises(AbilityMissing):
        add_channel(
            actor=Scope.of(executive, at=at), name="Mine", kind="slack", unit=company.group, address=ADDRESS, at=at
        )


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"address": "http://hooks.example.com/"}, "https://"),
        ({"kind": "fax"}, "one of webhook, slack, teams"),
        ({"least": "loud"}, "least severity is one of"),
        ({"name": "  "}, "name of at most 80"),
        ({"name": "Retail room"}, "There is a channel Retail room of Retail already"),
    ],
)
def test_what_no_channel_can_be_is_refused_with_the_sentence(open_channel: Callable[..., Any], terms, sentence):
    open_channel()
    with pytest.raises(ChannelRefused, match=sentence):
        open_channel(**({"name": "Another"} | terms))


def test_the_name_of_a_channel_elsewhere_is_free_and_so_is_one_of_a_retired(
    open_channel: Callable[..., Any], admin: Scope, company: Company, at: datetime
):
    first = open_channel().channel
    open_channel(unit=company.wholesale)
    other = open_channel(name="Another").channel
    with pytest.raises(ChannelRefused, match="already"):
        change_channel(actor=admin, channel=other, name="Retail room", least="warning", at=at)

    retire_channel(actor=admin, channel=first, at=at, reason="The room is closed.")

    assert change_channel(actor=admin, channel=other, name="Retail room", least="warning", at=at).name == "Retail room"


def test_a_process_opens_no_channel(company: Company, at: datetime):
    with pytest.raises(ChannelRefused, match="in the name of a person"):
        add_channel(actor=ENGINE, name="Mine", kind="slack", unit=company.group, address=ADDRESS, at=at)


def test_a_change_names_what_changed_and_no_address(open_channel: Callable[..., Any], admin: Scope, at: datetime):
    channel = open_channel().channel

    change_channel(actor=admin, channel=channel, name="Room", least="critical", address=f"{ADDRESS}-2", at=at)

    record = Record.objects.get(verb="alerts.channel.changed")
    assert (record.before["least"], record.after["least"], record.after["address"]) == (
        "warning",
        "critical",
        "changed",
    )
    assert "very-secret" not in json.dumps([record.before, record.after])


def test_a_retired_channel_forgets_its_secrets_and_is_told_nothing(
    open_channel: Callable[..., Any], admin: Scope, books: Books, world: World, at: datetime
):
    channel = open_channel().channel
    with pytest.raises(ChannelRefused, match="for a reason"):
        retire_channel(actor=admin, channel=channel, at=at, reason="")
    breached(books)

    retire_channel(actor=admin, channel=channel, at=at, reason="The room is closed.")
    send_news(actor=ENGINE, at=books.at)

    stored = Channel.unscoped.get()
    assert (stored.address, stored.secret, stored.former_secret) == ("", "", "")
    assert AlertNews.unscoped.get(channel=channel).said == "The channel was retired."
    assert Record.objects.get(verb="alerts.channel.retired").reason == "The room is closed."
    assert world.posted == []
    with pytest.raises(ChannelRefused, match="is retired"):
        rotate_secret(actor=admin, channel=channel, at=at)


# --- what is told ---------------------------------------------------------------------------------------


def breached(books: Books, unit: str = "SHOPS") -> Alert:
    books.limit(unit=unit)
    books.write(OVER_BUDGET.replace("SHOPS", unit))
    books.judge()
    return books.alerts()[-1]


def test_a_webhook_is_told_at_once_signed_by_codes_without_figures(
    open_channel: Callable[..., Any], books: Books, retail_lead: Person, world: World
):
    opened = open_channel()
    alert = breached(books)

    send_news(actor=ENGINE, at=books.at)
    assert told_on(opened.channel, books.at) == {"sent": 1}

    ((address, body, headers),) = world.posted
    letter = Letter.unscoped.get(channel=opened.channel)
    assert address == ADDRESS
    assert headers["Idempotency-Key"] == json.loads(body)["id"] == letter.key
    assert json.loads(body)["alerts"] == [
        {
            "news": "opened",
            "alert": alert.public_id,
            "unit": "SHOPS",
            "unit_name": "Shops",
            "severity": "critical",
            "shown_as": "high",
            "ended_because": "",
            "link": f"http://127.0.0.1:8000/alerts/{alert.public_id}/",
        }
    ]
    assert b"130" not in body and b"Contractors" not in body
    seconds = int(books.at.timestamp())
    proof = hmac.new(opened.secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Plumbline-Signature"] == f"t={seconds},v1={proof}"


def test_for_seven_days_both_secrets_sign(
    open_channel: Callable[..., Any], admin: Scope, books: Books, world: World, at: datetime
):
    former = open_channel()
    new = rotate_secret(actor=admin, channel=former.channel, at=at, reason="It stood in a log.")
    breached(books)
    send_news(actor=ENGINE, at=books.at)
    told_on(former.channel, books.at)

    ((_, body, headers),) = world.posted
    assert headers["Plumbline-Signature"] == signature(body, [new.secret, former.secret], at=books.at)
    assert Record.objects.get(verb="alerts.channel.rotated").reason == "It stood in a log."
    later = at + timedelta(days=7)
    from alerts.telling.hooks import secrets_of

    assert secrets_of(Channel.unscoped.get(), at=later) == [new.secret]


@pytest.mark.parametrize(
    ("unit", "least", "is_told"),
    [("SHOPS", "critical", True), ("SHOPS", "emergency", False), ("DEPOT", "warning", False)],
)
def test_a_channel_takes_its_part_of_the_company_from_its_severity_on(
    open_channel: Callable[..., Any], books: Books, unit, least, is_told
):
    open_channel(least=least)
    breached(books, unit)

    assert AlertNews.unscoped.filter(channel__isnull=False).exists() is is_told


def test_a_channel_falls_silent_with_the_right_of_who_added_it(
    open_channel: Callable[..., Any], finance_admin: Person, books: Books, world: World
):
    channel = open_channel().channel
    breached(books)
    end_role(actor="process:test", grant=Grant.objects.get(person=finance_admin), at=books.at)

    send_news(actor=ENGINE, at=books.at + timedelta(seconds=1))

    assert AlertNews.unscoped.get(channel=channel).said == "The reader may no longer see this."
    assert world.posted == []


def test_a_channel_that_takes_nothing_holds_up_nobody_else(
    open_channel: Callable[..., Any], books: Books, retail_lead: Person, world: World, mailoutbox: list[Any]
):
    channel = open_channel().channel
    breached(books)
    world.refuses = True
    morning = books.at + timedelta(days=1)

    send_news(actor=ENGINE, at=morning)
    assert told_on(channel, morning) == {"delayed": 1}
    assert len(mailoutbox) == 1
    assert Letter.unscoped.get(channel=channel).error == "NotTaken: The other side answered 500."


def test_a_letter_that_was_packed_for_a_channel_retired_since_is_dropped(
    open_channel: Callable[..., Any], admin: Scope, books: Books, world: World, at: datetime
):
    channel = open_channel().channel
    breached(books)
    send_news(actor=ENGINE, at=books.at)
    retire_channel(actor=admin, channel=channel, at=books.at, reason="The room is closed.")

    assert told_on(channel, books.at) == {"dropped": 1}
    letter = Letter.unscoped.get(channel=channel)
    assert (letter.state, letter.error, world.posted) == ("dropped", "The channel was retired.", [])


def test_a_dead_letter_of_a_retired_channel_is_not_sent_again(
    open_channel: Callable[..., Any], admin: Scope, books: Books, at: datetime
):
    channel = open_channel().channel
    breached(books)
    send_news(actor=ENGINE, at=books.at)
    Letter.unscoped.update(state="dead")
    retire_channel(actor=admin, channel=channel, at=books.at, reason="The room is closed.")

    with pytest.raises(NotDead, match="was retired"):
        replay_letter(actor=admin, letter=Letter.unscoped.get(), at=books.at, reason="Once more.")
    assert Letter.unscoped.get().state == "dead"


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_what_people_call_their_units_is_no_markup(
    open_channel: Callable[..., Any], books: Books, world: World, kind: str
):
    Unit.unscoped.filter(code="SHOPS").update(name="<!channel> *Shops* <https://evil.example|x> & [y](z)\nB")
    channel = open_channel(kind=kind).channel
    alert = breached(books)
    send_news(actor=ENGINE, at=books.at)
    told_on(channel, books.at)

    ((_, body, headers),) = world.posted
    assert "Plumbline-Signature" not in headers
    said = json.dumps(json.loads(body), ensure_ascii=False)
    assert f"http://127.0.0.1:8000/alerts/{alert.public_id}/" in said
    if kind == "slack":
        assert "<!channel>" not in said and "<https://evil" not in said and "&lt;!channel&gt;" in said
    else:
        blocks = json.loads(body)["attachments"][0]["content"]["body"]
        assert {each["type"] for block in blocks for each in block["inlines"]} == {"TextRun"}


def test_a_secret_locked_with_a_former_key_opens_while_that_is_listed(
    open_channel: Callable[..., Any], books: Books, world: World, settings: Any
):
    channel = open_channel().channel
    breached(books)
    send_news(actor=ENGINE, at=books.at)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of fifty characters that nobody has seen"

    assert told_on(channel, books.at) == {"delayed": 1}
    assert "SECRET_KEY" in Letter.unscoped.get(channel=channel).error
    settings.SECRET_KEY_FALLBACKS = [former]
    assert told_on(channel, books.at + timedelta(hours=1)) == {"sent": 1}


# --- in the administration ------------------------------------------------------------------------------


def test_a_channel_is_added_in_the_administration_and_its_secret_shown_once(
    signed_in: Callable[..., Any], finance_admin: Person, company: Company, clock: Any
):
    browser = signed_in(finance_admin)
    typed = {"name": "Room", "kind": "webhook", "unit": company.retail.pk, "least": "warning", "url": ADDRESS}

    answer = browser.post("/admin/alerts/channel/add/", typed, follow=True)

    channel = Channel.unscoped.get()
    (shown, *_) = [str(each) for each in answer.context["messages"]]
    assert "It is shown once: plbhook_" in shown
    page = browser.get(f"/admin/alerts/channel/{channel.pk}/change/").content.decode()
    assert "very-secret" not in page and "plbhook_" not in page and channel.address not in page
    assert "hooks.example.com" in page


def test_an_address_inside_is_refused_where_it_is_typed(
    signed_in: Callable[..., Any], finance_admin: Person, company: Company, clock: Any
):
    typed = {"name": "Room", "kind": "slack", "unit": company.retail.pk, "least": "warning", "url": "http://127.0.0.1/"}

    answer = signed_in(finance_admin).post("/admin/alerts/channel/add/", typed, follow=True)

    assert [str(each) for each in answer.context["messages"]] == ["An address begins with https:// and names a host."]
    assert not Channel.unscoped.exists()
