"""The form of a threshold on its page: levels as people write them, what differs from the terms in force, a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from alerts.forms import ThresholdForm
from alerts.judging.inheritance import Edition
from alerts.models import Threshold, ThresholdVersion
from alerts.rulebook import spot_of, terms_of
from alerts.terms import ALL_LEVELS, FLOORS, LIMITS, LOW_LIMITS
from alerts.vetting import Proposal, read_terms
from reports.boards.thresholds.levels import SEVERITY, typed
from reports.figures import LevelField
from units.scope import Scope

NEW = "new"
"""The code that no threshold can have: the address of the empty form."""
TRIED = (*LIMITS, "periods", "floor_amount")
"""What an address may ask to be tried in place of the terms in force."""


class TermsForm(ThresholdForm):
    """The terms of a threshold, with levels written as people type them."""

    code = forms.SlugField(max_length=60, required=False, help_text="Empty: made of the name and the unit.")
    standing: ThresholdVersion | None = None

    def __init__(
        self, *args: Any, like: ThresholdVersion | None = None, known: ThresholdVersion | None = None, **kwargs: Any
    ) -> None:
        self.like, self.known = like, known
        super().__init__(*args, **kwargs)
        for field in (*ALL_LEVELS, *FLOORS):
            self.fields[field].widget.attrs["autocomplete"] = "off"
            self.initial[field] = self._typed(self.standing or like, field)

    def clean_code(self) -> str:
        """A code that is free; made of what is judged and where, if none was typed."""
        code = self.cleaned_data["code"]
        if code == NEW:
            raise forms.ValidationError("This is the address of the empty form. Choose another code.")
        return str(code)

    def clean(self) -> dict[str, Any]:
        if not self.instance.pk and not self.cleaned_data.get("code") and self.cleaned_data.get("unit"):
            name = self.cleaned_data.get("label") or self.book.label(self.cleaned_data.get("metric", ""))
            self.cleaned_data["code"] = slugify(f"{name} {self.cleaned_data['unit'].code}")[:60]
        return super().clean()

    def as_typed(self) -> dict[str, str]:
        """What stands in the fields, as it would be posted."""
        values = {bound.name: bound.field.prepare_value(bound.value()) for bound in self}
        return {name: str(value) for name, value in values.items() if value not in (None, "", False)}

    def edition(self) -> Edition:
        """The draft as the rules read it; the form is valid."""
        return edition_of(self.proposal(), self)

    def levels(self, names: tuple[str, ...] = LIMITS) -> tuple[LevelField, ...]:
        """The fields of some levels, each with what is in force."""
        return tuple(self._level(name) for name in names)

    @property
    def low_levels(self) -> tuple[LevelField, ...]:
        return self.levels(LOW_LIMITS)

    def _typed(self, version: ThresholdVersion | None, name: str) -> str:
        """A level of a version as people type it; empty where there is none."""
        return "" if version is None else typed(getattr(version, name), name, terms_of(version), self.book.metrics)

    def _level(self, name: str) -> LevelField:
        bound, plain = self[name], name.removeprefix("low_")
        word = f"{'Low ' if plain != name else ''}{plain}".capitalize()
        was = self._typed(self.standing, name)
        is_changed = self.standing is not None and (bound.value() or "").replace(" ", "") != was.replace(" ", "")
        return LevelField(bound, word, SEVERITY.get(plain, "low"), was, is_changed)

    def _standing(self) -> ThresholdVersion | None:
        """What the form starts from: the terms in force, or those of the threshold a new one is to be like."""
        self.standing = self.known or super()._standing()
        return self.standing or self.like


class ChangedTerms(TermsForm):
    """The terms of a threshold that is there: its code and its unit stay."""

    code = None  # type: ignore[assignment]  # a field is taken off like this

    class Meta:
        model = Threshold
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        return ThresholdForm.clean(self)


def terms_form(scope: Scope, threshold: Threshold | None, **given: Any) -> TermsForm:
    """The form for a reader, of a threshold or of a new one."""
    base = TermsForm if threshold is None else ChangedTerms
    made: type[TermsForm] = type(base.__name__, (base,), {"scope": scope})
    return made(instance=threshold, **given)


def edition_of(proposal: Proposal, form: TermsForm) -> Edition:
    """A proposal as the rules read it."""
    terms, _ = read_terms(proposal.terms, form.book.metrics)
    return Edition(
        version=0,
        threshold=form.instance.pk or 0,
        unit=spot_of(proposal.unit),
        terms=terms,
        inherits=proposal.inherits,
        label=proposal.label,
        action=proposal.action,
        unit_type=proposal.unit_type,
        owner=proposal.owner.pk if proposal.owner else None,
    )
