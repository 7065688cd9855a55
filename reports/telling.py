"""What people fill in about being told of alerts: when, who stands in, and what is silenced."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.timezone import localdate, make_aware

from alerts.actions.silences import ABILITY, LONGEST
from alerts.telling.owners import people_who_may
from metrics.definitions import definitions
from people.models import Person
from people.zones import time_zones, zone_meant, zones_like
from units.models import Unit
from units.scope import Scope

WEEKDAYS = (("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("7", "Sun"))
DAY = forms.DateInput(attrs={"type": "date"})
ZONE = forms.TextInput(
    attrs={
        "list": "zones",
        "autocomplete": "off",
        "spellcheck": "false",
        "hx-get": reverse_lazy("zones"),
        "hx-trigger": "input changed delay:100ms, focus once",
        "hx-target": "#zones",
        "hx-sync": "this:queue last",
    }
)
EXAMPLE = "One is called Europe/Berlin, for example."
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HoursForm(forms.Form):
    """The morning of a reader."""

    hour = forms.TypedChoiceField(
        coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)], label="News of the night at"
    )
    time_zone = forms.CharField(required=False, max_length=40, label="Time zone", widget=ZONE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].help_text = f"A city, such as Berlin. Empty: the company's ({settings.TIME_ZONE})."

    def clean_time_zone(self) -> str:
        """The name of the zone that was meant; empty is the company's."""
        text = self.cleaned_data["time_zone"].strip()
        zone = text if text in time_zones() else zone_meant(text)
        if not text or zone:
            return zone
        near = ", ".join(zones_like(text, most=3))
        raise forms.ValidationError(f"There is no time zone {text}. {f'Did you mean {near}?' if near else EXAMPLE}")


class QuietForm(forms.Form):
    """A stretch of every week without mails."""

    days = forms.MultipleChoiceField(choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, label="On")
    begins = forms.TimeField(widget=HOUR, label="From")
    ends = forms.TimeField(widget=HOUR, label="Until", help_text="An earlier time is the next day's.")

    def clean_days(self) -> str:
        return "".join(self.cleaned_data["days"])


class DeputyForm(forms.Form):
    """Who stands in, and on which days."""

    deputy = forms.ModelChoiceField(queryset=Person.objects.none(), label="Deputy", empty_label="Choose somebody")
    starts = forms.DateField(widget=DAY, label="From")
    ends = forms.DateField(widget=DAY, label="Until", required=False, help_text="The last day; empty: for good.")
    instead = forms.BooleanField(required=False, label="I am away: tell the deputy instead of me")

    def __init__(self, *args: Any, scope: Scope, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        others = people_who_may("alerts.read", at=at, spans=scope.spans.get("alerts.read", ()))
        own = {} if scope.person_id is None else {"pk": scope.person_id}
        self.fields["deputy"].queryset = others.exclude(**own)  # type: ignore[attr-defined]  # a model choice field


class SilenceForm(forms.Form):
    """What nobody is told of, until when, and why."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label="Unit", empty_label="Choose a unit", help_text="It and all below it."
    )
    metric = forms.ChoiceField(required=False, label="Metric")
    until = forms.DateField(
        widget=DAY, label="Until", help_text=f"To the end of this day, at most {LONGEST.days} days ahead."
    )
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), label="Reason")

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Unit.objects.within(scope, ability=ABILITY).order_by("left")  # type: ignore[attr-defined]  # a model choice field
        metrics = [(code, metric.label) for code, metric in definitions().items()]
        self.fields["metric"].choices = [("", "Every metric"), *metrics]  # type: ignore[attr-defined]  # a choice field

    def clean_until(self) -> datetime:
        """The last moment of the day."""
        return make_aware(datetime.combine(self.cleaned_data["until"], time.max))


def today_of(at: datetime) -> dict[str, str]:
    """What a form that begins today is filled in with."""
    return {"starts": localdate(at).isoformat()}
