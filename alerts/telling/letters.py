"""What a letter says: for each alert what became of it, its severity, its unit and a link; of gaps what is missing
since when. No figures.

What alerts are about may not be released yet, and neither a mail box nor a chat is a wall: figures stand behind the
link, for whoever may see them when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from alerts.models import AlertNews, Gap, Letter
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
MISSING: dict[str, tuple[str, str]] = {
    Gap.Kind.LATE: ("Figures are late", "late"),
    Gap.Kind.NO_DATA: ("Figures were withdrawn", "withdrawn"),
    Gap.Kind.ERROR: ("Figures cannot be computed", "in error"),
}
NOT_MISSING = ("Nothing is missing any more", "no longer missing")


@dataclass(frozen=True)
class Line:
    """What became of one alert or one gap, as a line of a letter.

    `about` says which of the unit's it is ("high severity"; "erp, 2026-10"), `briefly` the same for a subject.
    """

    template: str
    id: str
    unit: Unit
    said: tuple[str, str]
    about: str
    briefly: str
    because: str
    address: str
    severity: str = ""
    kind: str = ""
    source: str = ""
    period: str = ""

    @property
    def is_gap(self) -> bool:
        return not self.severity

    @property
    def words(self) -> str:
        """What became of it: `New alert`."""
        return self.said[0]

    @property
    def unit_name(self) -> str:
        return one_line(self.unit.name)

    @property
    def shown_severity(self) -> str:
        return SEVERITY_WORDS[self.severity]


def lines_of(news: Iterable[AlertNews]) -> tuple[Line, ...]:
    """A line for each alert and each gap, by what was told of it last; the gravest first, gaps after alerts.

    What one person handed to another keeps its line, whatever came after.
    """
    told = sorted(news, key=lambda each: each.pk)
    last = {(each.alert_id, each.gap_id): each.pk for each in told}
    kept = {
        (each.alert_id, each.gap_id, each.template): each
        for each in told
        if each.template in URGENT or each.pk == last[each.alert_id, each.gap_id]
    }
    lines = [line for each in kept.values() if (line := _of_alert(each) or _of_gap(each)) is not None]
    return tuple(sorted(lines, key=_rank))


def _of_alert(news: AlertNews) -> Line | None:
    alert = news.alert
    if alert is None:
        return None
    return Line(
        template=news.template,
        id=alert.public_id,
        unit=news.unit,
        said=TOLD.get(news.template, OTHERWISE),
        about=f"{SEVERITY_WORDS[alert.severity]} severity",
        briefly=SEVERITY_WORDS[alert.severity],
        because=alert.ended_because if news.template == "ended" else "",
        address=f"{settings.SITE_URL}/alerts/{alert.public_id}/",
        severity=alert.severity,
    )


def _of_gap(news: AlertNews) -> Line | None:
    """Why figures cannot be computed stands behind the link: the words for it are the engine's."""
    gap = news.gap
    if gap is None:
        return None
    source, period = one_line(gap.source), gap.period.code
    is_over = news.template == "ended"
    return Line(
        template=news.template,
        id=gap.public_id,
        unit=news.unit,
        said=NOT_MISSING if is_over else MISSING[gap.kind],
        about=f"{source}, {period}" if source else period,
        briefly=period,
        because=gap.ended_because if is_over else "",
        address=f"{settings.SITE_URL}/alerts/gaps/#gap-{gap.public_id}",
        kind=gap.kind,
        source=source,
        period=period,
    )


def _rank(line: Line) -> tuple[int, int, str]:
    return -RANKS.index(line.severity) if line.severity else 1, line.unit.left, line.id


def subject_of(letter: Letter, lines: Sequence[Line], *, reader: Scope) -> str:
    """`New alert: Shops (high)`, or `3 alerts for Retail: 2 new, 1 ended`; a unit above by name only to who sees it."""
    if len(lines) == 1:
        (line,) = lines
        return f"{line.words}: {line.unit_name} ({line.briefly})"
    counts = Counter(line.said[1] for line in lines)
    place = f" for {one_line(letter.unit.name)}" if reader.sees(letter.unit) else ""
    said = ", ".join(f"{number} {word}" for word, number in counts.items())
    return f"{counted(lines)}{place}: {said}"


def counted(lines: Sequence[Line]) -> str:
    """`3 alerts`, `1 gap in the figures`."""
    gaps, alerts = len({line.id for line in lines if line.is_gap}), len({line.id for line in lines if not line.is_gap})
    parts = [f"{alerts} {'alert' if alerts == 1 else 'alerts'}"] if alerts else []
    parts += [f"{gaps} {'gap' if gaps == 1 else 'gaps'} in the figures"] if gaps else []
    return " and ".join(parts)


def mail_of(letter: Letter, lines: Sequence[Line], *, reader: Scope) -> EmailMessage:
    """The mail of a letter of alerts and gaps."""
    return mail(letter, subject_of(letter, lines, reader=reader), "emails/alerts.txt", lines=lines)


def mail(letter: Letter, subject: str, template: str, **said: Any) -> EmailMessage:
    """A mail to the reader of a letter; its key travels as the Message-ID."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "plumbline"
    body = render_to_string(template, {"recipient": letter.recipient, "site": settings.SITE_URL} | said)
    return EmailMessage(
        subject=subject,
        body=body,
        to=[letter.recipient.email],
        headers={"Message-ID": f"<{letter.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )


def one_line(name: str) -> str:
    """A name without line breaks, which would reach the head of a mail."""
    return " ".join(name.split())
