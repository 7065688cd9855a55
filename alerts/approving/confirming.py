"""The form of the admin: before anything is saved it lists every unit that other terms would judge."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms

from alerts.approving.need import REASON, needs_approval
from alerts.approving.touched import Held, Touched, TouchedUnit, touched
from alerts.forms import ThresholdForm
from alerts.judging.manual import Manual
from alerts.planned import ThresholdRefused
from alerts.terms import is_share, whole

LISTED = 60
ORIGINS = {"unit": "its own", "type": "for its type, of {}", "default": "default of {}"}


class ConfirmedThresholdForm(ThresholdForm):
    """A threshold as typed. One that touches other units than its own is saved once the list of them was seen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.errors:
            return given
        draft = self.proposal()
        try:
            need = needs_approval(draft, actor=self.scope, at=self.at)
            found = touched(self.scope, draft, at=self.at)
        except ThresholdRefused as refused:
            for each in refused.refusals:
                self.add_error(each.field if each.field in self.fields else None, each.sentence)
            return given
        if need is not None and not need.approvers:
            self.add_error(None, need.sentence)
        if need is not None and not given["reason"].strip():
            self.add_error("reason", REASON)
        if any(row.code != draft.unit.code for row in found.rows) and given["seen"] != _tag(found):
            self.add_error(None, list(said_of(found, self.book)))
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed["seen"] = _tag(found)
        return given


def said_of(found: Touched, book: Manual) -> list[str]:
    """The units a change touches, each in a sentence: its limits before and after, and where they come from."""
    units = f"{found.count} units" if found.count != 1 else "1 unit"
    rest = len(found.rows) - LISTED
    return [
        f"This changes what judges {units}. Save again if that is meant.",
        *(_sentence(row, book) for row in found.rows[:LISTED]),
        *([f"And {rest} more."] if rest > 0 else []),
    ]


def _sentence(row: TouchedUnit, book: Manual) -> str:
    return f"{row.code} {row.name}: {_words(row, row.before, book)} → {_words(row, row.after, book)}"


def _words(row: TouchedUnit, held: Held | None, book: Manual) -> str:
    """`warning 10 %, critical 25 % (default of GROUP)`."""
    if held is None:
        return "nothing"
    is_part = is_share(book.metrics.get(row.metric), held.measure)
    levels = held.numbers.items()
    words = ", ".join(
        f"{name.replace('_', ' ')} {whole(number * 100) + ' %' if is_part else whole(number)}"
        for name, number in levels
    )
    return f"{words or 'no limit'} ({ORIGINS[held.origin].format(held.place or 'a unit above')})"


def _tag(found: Touched) -> str:
    """The list that was seen, in short: another list is seen anew."""
    return sha256(repr(found.rows).encode()).hexdigest()
