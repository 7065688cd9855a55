"""Closing a period from the page of deliveries: what is filled in, and what to know before it."""

from __future__ import annotations

from typing import Any

from django import forms

from ledger.actions.closing import ABILITY
from reports.fields import UnitField, offer_units
from units.models import Unit
from units.scope import Scope

EVERYBODY = "The whole company"


class ClosingForm(forms.Form):
    """For whom a period is closed: the whole company, for those who may close that, or a unit with all below it."""

    period = forms.CharField(max_length=20, widget=forms.HiddenInput)
    unit = UnitField(
        label="For", required=False, empty_label=EVERYBODY, help_text="A unit is closed with all below it."
    )

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["unit"]
        if not scope.may_everywhere(ABILITY):
            unit.required, unit.empty_label = True, None  # type: ignore[attr-defined]  # a unit field
        offer_units(self, Unit.objects.within(scope, ability=ABILITY).filter(tree="", left__gt=0).order_by("left"))
