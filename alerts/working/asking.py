"""What a step on an alert asks for, turned into what its verb takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from alerts.models import Alert
from alerts.working.around import Around
from ledger.periods import working_day_after
from people.models import Person

WEEK = timedelta(days=7)
DUE_AFTER = {
    Alert.Severity.EMERGENCY: 2,
    Alert.Severity.CRITICAL: 5,
    Alert.Severity.WARNING: 10,
    Alert.Severity.TARGET: 20,
}
"""Working days after which a breach is proposed to be dealt with; whoever acknowledges it may say another day."""
WORDS = ("text", "reason")


def a_day(*, label: str, required: bool = True) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label=label, required=required
    )


def words(*, label: str, required: bool = True, rows: int = 2) -> forms.CharField:
    return prose(longest=2_000, rows=rows, label=label, required=required)


def prose(*, longest: int, rows: int, label: str, required: bool = True) -> forms.CharField:
    """A field for sentences. A browser that knew the limit would cut off the end of what is pasted without a word, so
    that it is refused instead, with all that was typed."""
    field = forms.CharField(
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        label=label,
        required=required,
        error_messages={"max_length": f"At most {longest:,} characters; these are %(show_value)s."},
    )
    field.widget.attrs.pop("maxlength", None)
    return field


class StepForm(forms.Form):
    """A step on an alert, with the choices this reader has. Subclasses name what the step needs.

    `seen` travels with the page: the number of the last step its reader knew of.
    """

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, around: Around, alert: Alert, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = alert.transitions
        self.prepare(around, alert, at)

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        """Fill drop-downs and propose what is usual."""

    def given(self) -> dict[str, Any]:
        """What was typed, as the verb takes it; what was left empty is left to the verb."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def said(self) -> str:
        """The words that were typed, whether the rest made sense or not: none of them is lost."""
        typed = (str(self.data.get(name) or "") for name in WORDS)
        return "\n".join(text for text in typed if text.strip())


class AcknowledgeForm(StepForm):
    due = a_day(label="Dealt with by", required=False)
    text = words(label="What follows", required=False)

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        after = DUE_AFTER[Alert.Severity(alert.severity)]
        self.fields["due"].initial = alert.due or working_day_after(localdate(at), after, around.holidays)


class StartForm(StepForm):
    """Nothing more than the button."""


class AssignForm(StepForm):
    to = forms.ModelChoiceField(Person.objects.none(), label="To")

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        _offer(self.fields["to"], around.who_may("alerts.work"))


class EscalateForm(StepForm):
    to = forms.ModelChoiceField(Person.objects.none(), label="To")
    reason = words(label="Why")

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        readers = around.who_may("alerts.read")
        _offer(self.fields["to"], [each for each in readers if each[0] != alert.owner_id])


class SnoozeForm(StepForm):
    when = forms.ChoiceField(
        choices=[("close", "Until the next close"), ("week", "For a week"), ("day", "Until a day")],
        label="How long",
        initial="close",
    )
    until = a_day(label="Day", required=False)
    reason = words(label="Why it can wait")

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        self.today = localdate(at)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("when") == "day" and not typed.get("until") and "until" not in self.errors:
            self.add_error("until", "Say until when.")
        return typed

    def given(self) -> dict[str, Any]:
        typed = super().given()
        when, day = typed.pop("when"), typed.pop("until", None)
        if when == "close":
            return typed | {"to_close": True}
        return typed | {"until": day if when == "day" else self.today + WEEK}


class ResolveForm(StepForm):
    outcome = forms.ChoiceField(choices=Alert.Outcome.choices, label="What it came to")
    text = words(label="In words", required=False)


class ReopenForm(StepForm):
    reason = words(label="Why")


class VerdictForm(StepForm):
    verdict = forms.ChoiceField(choices=Alert.Verdict.choices, label="What it was worth")


class UndoForm(forms.Form):
    """Which step is taken back: the very one that the page showed, whose number the page puts in."""

    step = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, around: Around, alert: Alert, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def given(self) -> dict[str, Any]:
        return {"step": self.cleaned_data["step"]}

    def said(self) -> str:
        return ""


class BesideForm(StepForm):
    """A step beside the alert: what others have done to it meanwhile does not matter."""

    def given(self) -> dict[str, Any]:
        typed = super().given()
        typed.pop("seen", None)
        return typed


class CommentForm(BesideForm):
    text = words(label="Comment")

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        self.fields["text"].widget.attrs["placeholder"] = "Comment, or @ to ask someone"


class ListForm(BesideForm):
    text = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), label="To do, one a line")
    person = forms.ModelChoiceField(Person.objects.none(), label="Who", required=False, empty_label="Nobody yet")
    due = a_day(label="By", required=False)

    def prepare(self, around: Around, alert: Alert, at: datetime) -> None:
        _offer(self.fields["person"], around.who_may("alerts.work"))

    def given(self) -> dict[str, Any]:
        typed = super().given()
        return {"texts": typed.pop("text").splitlines(), **typed}


class ItemForm(BesideForm):
    item = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def _offer(field: Any, people: Sequence[tuple[int, str]]) -> None:
    """The people, by id and name, among whom a field lets one choose."""
    field.queryset = Person.objects.filter(pk__in=[person for person, _ in people]).order_by("name")
    field.choices = [("", field.empty_label), *people]
