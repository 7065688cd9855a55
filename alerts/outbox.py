"""The outbox: who is to be told of a change, written with the change, and the mail that will tell it.

A row is one telling to one person. Its key is made of what is told, so the same change is never written
twice, and it travels as the Message-ID, so a mail that is sent twice is recognised. Mails name severity,
unit and a link, and no figure: what they are about may not be released yet, and a mail box is no wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from alerts.models import Alert, AlertNews
from jobs.actions import enqueue
from metrics.catalogue import SEVERITY_WORDS

SEND = "alerts.send"
MAIL = "mail"

SUBJECTS = {
    "opened": "New alert",
    "escalated": "Alert has grown",
    "reopened": "Alert is open again",
    "ended": "Alert has ended",
    "assigned": "Alert assigned to you",
    "passed_on": "Alert escalated to you",
    "woken": "Snooze has ended",
}


def tell(alert: Alert, templates: Iterable[str], *, at: datetime, to: Iterable[int | None] | None = None) -> None:
    """Write the news of a change in its own transaction, for the owner and whom it was escalated to, or for `to`.

    Nobody is told twice of the same change. The verb that changes the alert records it; this asks for the
    sending.
    """
    people = {person for person in (to if to is not None else (alert.owner_id, alert.escalated_to_id)) if person}
    rows = [
        AlertNews(
            key=_key(alert, person, template),
            alert=alert,
            recipient_id=person,
            channel=MAIL,
            template=template,
            created=at,
            due=at,
        )
        for template in templates
        for person in sorted(people)
    ]
    if rows:
        AlertNews.objects.bulk_create(rows, ignore_conflicts=True)
        enqueue(kind=SEND, key=MAIL, at=at, actor="process:alerts")


def mail_of(news: AlertNews) -> EmailMessage:
    """The mail of one telling: who is told of what, where to look, and nothing to read over a shoulder."""
    alert = news.alert
    severity = SEVERITY_WORDS[alert.severity]
    address = f"{settings.SITE_URL}/alerts/{alert.public_id}/"
    body = render_to_string(
        f"emails/alert_{news.template}.txt",
        {"alert": alert, "severity": severity, "address": address, "recipient": news.recipient},
    )
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "plumbline"
    return EmailMessage(
        subject=f"{SUBJECTS[news.template]}: {' '.join(alert.unit.name.split())} ({severity})",
        body=body,
        to=[news.recipient.email],
        headers={"Message-ID": f"<{news.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def _key(alert: Alert, person: int, template: str) -> str:
    told = f"{alert.public_id}/{alert.transitions}/{person}/{MAIL}/{template}"
    return sha256(told.encode()).hexdigest()
