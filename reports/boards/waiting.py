"""The alerts of a board: the first few of those that wait, and what they are worth together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from alerts.judging.money import counted_once, repeated, within
from alerts.models import Alert
from alerts.wording import read_action
from metrics.catalogue import SEVERITY_WORDS
from reports.boards.naming import short_name
from reports.carried import link
from reports.figures import Action, AlertItem, AlertSummary, Figure, Section
from reports.formatting import apart, single
from reports.wording import alerts_title

WORDS = {"open": "Open", "acknowledged": "Acknowledged", "in_progress": "In progress", "resolved": "Resolved"}
ORDER = {"high": 0, "medium": 1, "low": 2}


def summary(
    alerts: Sequence[Alert],
    *,
    at: datetime,
    currency: str,
    first: int = 4,
    kept: Mapping[str, str] | None = None,
    here: str = "",
) -> AlertSummary:
    """The costliest first. Impact on profit and on cash are counted apart and never added.

    `kept` are the parts of the page's address that its links take along; `here` is the unit whose page it is, which
    alerts need not name again.
    """
    once = counted_once(alerts)
    profit = sum(alert.impact or 0 for alert in once if not alert.impact_is_cash)
    cash = sum(alert.impact or 0 for alert in once if alert.impact_is_cash)
    section = Section(
        title=alerts_title(number=len(alerts), impact_a_year=profit, currency=currency),
        subtitle=_subtitle(alerts, cash, currency),
        link=Action("All alerts", link(reverse("alerts:list"), kept or {})),
    )
    ranked = sorted(alerts, key=_rank)
    parts, held = repeated(alerts), within(alerts)
    return AlertSummary(
        section,
        tuple(
            item(each, at=at, currency=currency, part=parts.get(each.pk), held=held.get(each.pk), kept=kept, here=here)
            for each in ranked[:first]
        ),
    )


def item(
    alert: Alert,
    *,
    at: datetime,
    currency: str,
    part: Alert | None = None,
    held: Alert | None = None,
    kept: Mapping[str, str] | None = None,
    here: str = "",
) -> AlertItem:
    """One alert as a list prints it; `part` is the alert further down that it repeats, its link takes `kept` along.

    `held` is the one of its unit that holds its money: that is named instead of an amount which counts nowhere.
    """
    owner = alert.owner.name if alert.owner else ""
    first, why, _ = read_action(alert.action)
    return AlertItem(
        severity=SEVERITY_WORDS[alert.severity],
        title=alert.title if alert.unit.code == here else _titled(alert),
        href=link(reverse("alerts:detail", args=[alert.public_id]), kept or {}),
        impact=Figure(alert.impact, currency=currency, reason=alert.impact_reason or "not_applicable: no impact rule"),
        impact_unit="cash" if alert.impact_is_cash else "a year",
        impact_words="" if held is None else f"in {held.version.label.lower()}",
        action=f"{first} {why}".strip(),
        unit=short_name(alert.unit.code),
        owner=owner,
        owner_initials=alert.owner.initials if alert.owner else "",
        age=age(alert.opened, at),
        state="escalated" if alert.escalated_to_id else alert.handling,
        state_label="Escalated" if alert.escalated_to_id else WORDS[alert.handling],
        of_which=_of_which(part, currency) if part is not None else "",
    )


def _titled(alert: Alert) -> str:
    return f"{short_name(alert.unit.code)} {alert.title[:1].lower()}{alert.title[1:]}"


def _of_which(part: Alert, currency: str) -> str:
    """`of which Unit 6 $1.2M`: the same money again, named where it is."""
    short = short_name(part.unit.code)
    name = part.unit.name if short == part.unit.code else short
    return f"of which {apart(name)} {single(abs(part.impact or 0), currency)}"


def age(opened: datetime, at: datetime) -> str:
    """`today`, `1 day`, `12 days`."""
    days = max((at.date() - opened.date()).days, 0)
    return "today" if days == 0 else f"{days} day{'s' if days > 1 else ''}"


def _subtitle(alerts: Iterable[Alert], cash: int, currency: str) -> str:
    words = [SEVERITY_WORDS[alert.severity] for alert in alerts]
    counts = [f"{words.count(word)} {word}" for word in ORDER if word in words]
    parts = [f"Plus {single(abs(cash), currency)} of cash"] if cash else []
    if counts:
        parts.append(", ".join(counts))
    return ". ".join(parts) + "." if parts else "Nothing passes a limit."


def _rank(alert: Alert) -> tuple[int, int, int]:
    worth = alert.impact if alert.impact is not None else 0
    return (ORDER[SEVERITY_WORDS[alert.severity]], worth, alert.pk)
