"""What a letter says: for each alert what became of it, its severity, its unit and a link. No figures.

What alerts are about may not be released yet, and neither a mail box nor a chat is a wall: figures stand behind the
link, for whoever may see them when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from alerts.models import AlertNews, Letter
from alerts.telling.outbox import RANKS, URGENT
from metrics.catalogue import SEVERITY_WORDS
from units.models import Unit
from units.scope import Scope

TOLD: dict[str, tuple[str, str]] = {
    "opened": ("New alert", "new"),
    "escalated": ("Alert has grown", "grown"),
    "reopened": ("Alert is open again", "open again"),
    "ended": ("Alert has ended", "ended"),
    "assigned": ("Alert assigned to you", "assigned to you"),
    "passed_on": ("Alert escalated to you", "escalated to you"),
    "unanswered": ("Nobody has acknowledged an alert: it is passed on to you", "passed on to you"),
    "mentioned": ("You were asked about an alert", "a question to you"),
    "woken": ("Snooze has ended", "no longer snoozed"),
}
OTHERWISE = ("News of an alert", "changed")


@dataclass(frozen=True)
class Line:
    """One alert in a letter, and what became of it."""

    template: str
    alert: str
    unit: Unit
    severity: str
    because: str

    @property
    def words(self) -> str:
        """What became of it: `New alert`."""
        return TOLD.get(self.template, OTHERWISE)[0]

    @property
    def unit_name(self) -> str:
        return one_line(self.unit.name)

    @property
    def shown_severity(self) -> str:
        return SEVERITY_WORDS[self.severity]

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}/alerts/{self.alert}/"


def lines_of(news: Iterable[AlertNews]) -> tuple[Line, ...]:
    """A line for each alert, by what was told of it last; the gravest first.

    What one person handed to another keeps its line, whatever came after.
    """
    told = sorted(news, key=lambda each: each.pk)
    last = {each.alert_id: each.pk for each in told}
    kept = {
        (each.alert_id, each.template): each
        for each in told
        if each.template in URGENT or each.pk == last[each.alert_id]
    }
    lines = [
        Line(
            template=each.template,
            alert=each.alert.public_id,
            unit=each.alert.unit,
            severity=each.alert.severity,
            because=each.alert.ended_because if each.template == "ended" else "",
        )
        for each in kept.values()
    ]
    return tuple(sorted(lines, key=lambda line: (-RANKS.index(line.severity), line.unit.left, line.alert)))


def subject_of(letter: Letter, lines: Sequence[Line], *, reader: Scope) -> str:
    """`New alert: Shops (high)`, or `3 alerts for Retail: 2 new, 1 ended`; a unit above by name only to who sees it."""
    if len(lines) == 1:
        (line,) = lines
        return f"{line.words}: {line.unit_name} ({line.shown_severity})"
    counts = Counter(TOLD.get(line.template, OTHERWISE)[1] for line in lines)
    place = f" for {one_line(letter.unit.name)}" if reader.sees(letter.unit) else ""
    alerts = len({line.alert for line in lines})
    said = ", ".join(f"{number} {word}" for word, number in counts.items())
    return f"{alerts} {'alert' if alerts == 1 else 'alerts'}{place}: {said}"


def mail_of(letter: Letter, lines: Sequence[Line], *, reader: Scope) -> EmailMessage:
    """The mail of a letter; its key travels as the Message-ID."""
    subject = subject_of(letter, lines, reader=reader)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "plumbline"
    body = render_to_string(
        "emails/alerts.txt",
        {"recipient": letter.recipient, "subject": subject, "lines": lines, "site": settings.SITE_URL},
    )
    return EmailMessage(
        subject=subject,
        body=body,
        to=[letter.recipient.email],
        headers={"Message-ID": f"<{letter.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def one_line(name: str) -> str:
    """A name without line breaks, which would reach the head of a mail."""
    return " ".join(name.split())
