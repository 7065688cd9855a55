"""Choosing a unit in a form: from a list, or by its code where the company is too large for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from units.models import Unit

MOST_LISTED = 300
"""So many units are listed; a list of thousands is slow to send and nobody finds anything in it."""


class UnitField(forms.ModelChoiceField):
    """One of the units that were offered; any other is refused as if it did not exist."""

    default_error_messages = {"invalid_choice": "There is no such unit. Its code is written as on the page of units."}

    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.none(), to_field_name="code", **options)
        self.listed: dict[str, Unit] = {}

    def to_python(self, value: Any) -> Unit | None:
        """The unit that was chosen; of a list it was read with it."""
        return self.listed.get(value) or super().to_python(value)

    def offer(self, units: QuerySet[Unit]) -> None:
        """The units to choose from, in the order they are listed in; one query until something else is typed."""
        self.queryset = units
        listed = list(units[: MOST_LISTED + 1])
        if len(listed) > MOST_LISTED:
            attributes = {"placeholder": "Code of a unit", "autocomplete": "off", "spellcheck": "false"}
            self.widget = forms.TextInput(attrs=attributes)
        else:
            self.listed = {unit.code: unit for unit in listed}
            nothing = [] if self.empty_label is None else [("", self.empty_label)]
            self.choices = [*nothing, *((unit.code, str(unit)) for unit in listed)]


def offer_units(form: forms.Form, units: QuerySet[Unit]) -> None:
    """Offer units in every field of a form that asks for one."""
    for field in form.fields.values():
        if isinstance(field, UnitField):
            field.offer(units)
