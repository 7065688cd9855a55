"""When a reader is told of alerts, who stands in for her, and what nothing is told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate, localtime

from alerts.judging.money import counted_once
from alerts.models import Alert, Deputy, Silence
from alerts.telling.silences import Silences, with_silences
from metrics.definitions import definitions
from people.models import Person, QuietWindow
from reports.figures import Action, Deed, SilencedNote, SilencesBoard, Standing, TellingBoard
from reports.formatting import apart, day, single
from reports.telling import WEEKDAYS, DeputyForm, HoursForm, QuietForm, SilenceForm, today_of
from units.models import Unit
from units.scope import Scope

NAMES = dict(WEEKDAYS)


def telling_board(person: Person, *, scope: Scope, at: datetime) -> TellingBoard:
    """What a person chose about being told."""
    hours = {"hour": person.morning, "time_zone": person.time_zone}
    today = localdate(at)
    standing = [each for each in _deputies(person) if each.ends is None or each.ends >= today]
    return TellingBoard(
        quiet=tuple(_quiet(window) for window in person.quiet_windows.order_by("pk")),
        deputies=tuple(_deputy(each) for each in standing),
        hours_form=HoursForm(initial=hours, auto_id="hours_%s"),
        hours_href=reverse("hours"),
        quiet_form=QuietForm(auto_id="quiet_%s"),
        quiet_href=reverse("quiet"),
        deputy_form=DeputyForm(initial=today_of(at), scope=scope, at=at, auto_id="deputy_%s"),
        deputy_href=reverse("deputy"),
    )


def silenced_note(silenced: Sequence[Alert], *, currency: str) -> SilencedNote | None:
    """How many of the alerts a reader sees nothing is told of, and their money; None where all are told.

    Effects on profit and on cash are never added, and money that a unit above repeats counts once.
    """
    return SilencedNote(_words(silenced, currency), Action("Silences", reverse("silences"))) if silenced else None


def silences_board(scope: Scope, *, at: datetime, currency: str, asked: SilenceForm | None = None) -> SilencesBoard:
    """The silences that stand on the reader's units, with what they hold back; `asked` is a form that was refused."""
    may = scope.may("alerts.silence")
    rows = Silence.objects.filter(
        unit__in=Unit.objects.within(scope, ability="alerts.read"), ends__gt=at, lifted__isnull=True
    )
    found = list(rows.select_related("unit").order_by("ends", "pk"))
    silenced = silenced_alerts(scope, at=at)
    labels = {code: metric.label for code, metric in definitions().items()} if found else {}
    return SilencesBoard(
        title="Silences",
        silenced=_words(silenced, currency) if silenced else "No alert of yours is silenced.",
        rows=tuple(_silence(each, silenced, labels, scope, currency) for each in found),
        back=Action("Alerts", reverse("alerts:list")),
        form=(asked or SilenceForm(scope=scope)) if may else None,
        href=reverse("silences"),
    )


def silenced_alerts(scope: Scope, *, at: datetime) -> list[Alert]:
    """The unresolved alerts of a reader that nothing is told of; one query."""
    found = with_silences(Alert.objects.within(scope).unresolved(), at=at).filter(silenced_until__gt=at)
    return list(found.select_related("unit", "version"))


def _words(alerts: Sequence[Alert], currency: str) -> str:
    """`3 alerts are silenced: $1.2M a year, and $300K of cash`."""
    once = counted_once(alerts)
    profit = sum(alert.impact or 0 for alert in once if not alert.impact_is_cash)
    cash = sum(alert.impact or 0 for alert in once if alert.impact_is_cash)
    money = [f"{single(abs(profit), currency)} a year"] if profit else []
    money += [f"{single(abs(cash), currency)} of cash"] if cash else []
    said = f"{len(alerts)} {'alert is' if len(alerts) == 1 else 'alerts are'} silenced"
    return f"{said}: {', and '.join(money)}" if money else said


def _silence(
    silence: Silence, silenced: Sequence[Alert], labels: dict[str, str], scope: Scope, currency: str
) -> Standing:
    held = [alert for alert in silenced if Silences((silence,)).over(alert) is not None]
    subject = labels.get(silence.metric, silence.metric) or "Every metric"
    lift = Deed("Lift", reverse("silence-lift", args=[silence.public_id]))
    return Standing(
        words=f"{apart(subject)} of {apart(silence.unit.name)}",
        until=f"until {localtime(silence.ends):%-d %b %Y, %H:%M}",
        note=f"{apart(silence.reason)} {_words(held, currency) if held else 'It holds nothing back now'}.",
        end=lift if scope.may("alerts.silence", silence.unit) else None,
    )


def _deputies(person: Person) -> Iterable[Deputy]:
    return Deputy.objects.filter(person=person).select_related("deputy").order_by("starts", "pk")


def _deputy(each: Deputy) -> Standing:
    until = f"until {day(each.ends)}" if each.ends else "for good"
    return Standing(
        words=f"{apart(each.deputy.name)}, from {day(each.starts)} {until}",
        note="Told instead of you." if each.instead else "Asked when you do not answer.",
        end=Deed("End", reverse("deputy-end", args=[each.public_id])),
    )


def _quiet(window: QuietWindow) -> Standing:
    days = ", ".join(NAMES[each] for each in window.days)
    return Standing(
        words=f"{days}: {window.begins:%H:%M} to {window.ends:%H:%M}",
        end=Deed("Take away", reverse("quiet-end", args=[window.public_id])),
    )
