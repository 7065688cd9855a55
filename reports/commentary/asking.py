"""What the forms of commentary ask for, turned into what the verbs take."""

from __future__ import annotations

from typing import Any

from django import forms

from alerts.working.asking import prose, words
from ledger.periods import Calendar
from reports.commentary.words import LONGEST, NO_REVERSAL, Words, ahead
from reports.models import Commentary


class CommentaryForm(forms.Form):
    """Words on a variance. `seen` travels with the page: the number of the last step its reader knew of, 0 for none.

    So does `shown`: the variance as the page showed it, in ten-thousandths of group currency.
    """

    line = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = prose(longest=LONGEST, rows=4, label="What the difference comes from")
    cause = forms.ChoiceField(choices=[("", "Choose"), *Commentary.Cause.choices], label="Cause")
    nature = forms.ChoiceField(choices=[("", "Choose"), *Commentary.Nature.choices], label="Timing or permanent")
    reverses = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label="Expected to reverse in",
        help_text="Needed where it is timing; a permanent difference has none.",
    )

    def __init__(self, *args: Any, calendar: Calendar, ordinal: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reverses"].choices = [("", "No period"), *ahead(calendar, ordinal)]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        is_timing = typed.get("nature") == Commentary.Nature.TIMING
        if is_timing and "reverses" not in self.errors and typed.get("reverses") is None:
            self.add_error("reverses", NO_REVERSAL)
        return typed

    def words(self) -> Words:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        return Words(typed["text"], typed["cause"], typed["nature"], typed["reverses"])


class ReasonForm(forms.Form):
    """Why words are opened again."""

    reason = words(label="Why")
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    """An answer in the thread."""

    text = words(label="Reply")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["placeholder"] = "Reply, or @ to ask someone"


class ProblemForm(forms.Form):
    """What is wrong with a figure. `shown` travels with the page: the value as its reader saw it."""

    text = words(label="What is wrong?", rows=5)
    shown = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """A step that asks for nothing but the number of the last step its reader knew of."""

    seen = forms.IntegerField(required=False, min_value=0)
