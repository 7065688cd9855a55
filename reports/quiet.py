"""The question why a figure was quiet, as people ask it: unit, metric, month, and as known when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from ledger.models import Period
from metrics.declaration import Metric
from reports.fields import UnitField, offer_units
from units.models import Unit
from units.moments import EXAMPLES, moment
from units.scope import Scope


class QuietQuestion(forms.Form):
    """Which figure. Units of others and units that do not exist are refused alike."""

    unit = UnitField(label="Unit", empty_label="Choose a unit")
    metric = forms.ChoiceField(label="Metric")
    period = forms.ChoiceField(label="Month")
    as_of = forms.CharField(label="As known on", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, scope: Scope, metrics: Mapping[str, Metric], periods: Sequence[Period], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        units = Unit.objects.within(scope, ability="alerts.read").exclude(kind=Unit.Kind.ELIMINATION)
        offer_units(self, units.filter(tree="").order_by("left"))
        self.periods = {period.code: period for period in periods}
        metric: Any = self.fields["metric"]
        metric.choices = [("", "Choose a metric"), *((code, each.label) for code, each in metrics.items())]
        period: Any = self.fields["period"]
        period.choices = [(each.code, f"{each.ends:%B %Y}") for each in periods]

    def clean_period(self) -> Period:
        return self.periods[self.cleaned_data["period"]]

    def clean_as_of(self) -> datetime | None:
        """The end of the day."""
        asked = self.cleaned_data["as_of"]
        found = moment(asked) if asked else None
        if asked and found is None:
            raise forms.ValidationError(f"{EXAMPLES[0].upper()}{EXAMPLES[1:]}.")
        return found
