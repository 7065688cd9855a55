"""What is typed about thresholds and alerts, turned into what the verbs take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from alerts.models import Alert, Threshold, ThresholdVersion
from alerts.owners import people_who_may, span_of
from alerts.rulebook import Manual, manual
from alerts.terms import LEVELS, Terms
from alerts.vetting import Proposal, vet
from ledger.models import Period
from people.models import Person
from units.models import Unit
from units.scope import Scope

DIRECTIONS = [("", "As the metric says"), ("1", "Too high is a breach"), ("-1", "Too low is a breach")]
MEASURES = [
    ("", "As the metric compares"),
    ("level", "Level of the metric itself"),
    ("percent", "Difference in percent"),
    ("points", "Difference in points or units"),
    ("money", "Difference in money"),
]
COMPARATORS = [("absolute", "A fixed level"), ("budget", "Budget"), ("prior_year", "Prior year")]
BASES = [("month", "Month"), ("qtd", "Quarter to date"), ("ytd", "Year to date"), ("ltm", "Last twelve months")]
STORED = (
    *("label", "metric", "basis", "comparator", "measure", "materiality", "floor_amount", "floor_percent", "periods"),
    *("inherits", "owner", "action", *LEVELS),
)


class ThresholdForm(forms.ModelForm):
    """A threshold with the terms it is to have; what is wrong is said at each field before anything is saved."""

    scope: Scope
    """Whose units, people and thresholds may be chosen; set by the page."""

    label = forms.CharField(max_length=120, required=False, help_text="Empty: the name of the metric.")
    metric = forms.ChoiceField()
    basis = forms.ChoiceField(choices=BASES, initial="month")
    comparator = forms.ChoiceField(choices=COMPARATORS, initial="budget", label="Compared with")
    measure = forms.ChoiceField(choices=MEASURES, required=False, label="Limits are")
    direction = forms.ChoiceField(choices=DIRECTIONS, required=False)
    target = forms.CharField(max_length=30, required=False, help_text="Shown beside the figure; never fires by itself.")
    warning = forms.CharField(max_length=30, required=False, help_text="15 % or 0.15 for shares, plain numbers else.")
    critical = forms.CharField(max_length=30, required=False)
    emergency = forms.CharField(max_length=30, required=False)
    materiality = forms.ChoiceField(
        choices=[("both", "Percent and amount"), ("either", "Percent or amount"), ("always", "Always")], initial="both"
    )
    floor_percent = forms.CharField(
        max_length=30, required=False, help_text="Smaller differences are not worth attention."
    )
    floor_amount = forms.CharField(max_length=30, required=False, help_text="Group currency, or the metric's own unit.")
    periods = forms.IntegerField(min_value=1, max_value=12, required=False, initial=1, label="Consecutive periods")
    inherits = forms.BooleanField(required=False, initial=True, label="Holds for all units below")
    owner = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label="The unit's leader")
    action = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label="Recommended action",
        help_text="Figures in braces are computed: Talk to {unit}; saves {-impact:money} a year.",
    )
    valid_from = forms.ModelChoiceField(
        Period.objects.none(), required=False, to_field_name="code", empty_label="The newest finished period"
    )
    valid_until = forms.ModelChoiceField(
        Period.objects.none(), required=False, to_field_name="code", empty_label="Until it is changed"
    )
    reason = forms.CharField(required=False, help_text="Why, for the record.")

    class Meta:
        model = Threshold
        fields = ("code", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = timezone.now()
        self.book = manual()
        self._choices()
        version = self._standing()
        for name in STORED if version else ():
            self.initial[name] = getattr(version, name)
        if version:
            self.initial["direction"] = str(version.direction)
            self.initial["valid_until"] = version.valid_until

    def proposal(self) -> Proposal:
        """What was typed."""
        given = self.cleaned_data
        return Proposal(
            code=given.get("code") or self.instance.code,
            unit=given.get("unit") or self.instance.unit,
            terms=self._terms(given),
            label=given["label"],
            action=given["action"],
            inherits=given["inherits"],
            owner=given["owner"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for refusal in vet(self.proposal(), scope=self.scope, book=self.book, at=self.at)[1]:
                self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
        return given

    def _choices(self) -> None:
        if "unit" in self.fields:
            units = Unit.objects.within(self.scope, ability="thresholds.set").order_by("left")
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a choice among rows
        self.fields["metric"].choices = metric_choices(self.book)  # type: ignore[attr-defined]  # a choice
        people = people_who_may("alerts.read", at=self.at, spans=self.scope.spans.get("thresholds.set", ()))
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a choice among rows
        for name in ("valid_from", "valid_until"):
            periods = Period.objects.order_by("-ordinal")
            self.fields[name].queryset = periods  # type: ignore[attr-defined]  # a choice among rows

    def _standing(self) -> ThresholdVersion | None:
        if not self.instance.pk:
            return None
        versions = ThresholdVersion.objects.within(self.scope).select_related("owner", "valid_until")
        return versions.filter(threshold=self.instance, until_mark__isnull=True).first()

    def _terms(self, given: dict[str, Any]) -> Terms:
        return Terms(
            metric=given["metric"],
            basis=given["basis"],
            comparator=given["comparator"],
            measure=given["measure"] or self._natural_measure(given),
            direction=int(given["direction"] or 0),
            **{name: given[name] for name in (*LEVELS, "materiality", "floor_amount", "floor_percent")},
            periods=given["periods"] or 1,
        )

    def _natural_measure(self, given: dict[str, Any]) -> str:
        """How a limit on this metric is meant where nobody says: as the metric compares, and as it is typed."""
        if given["comparator"] == "absolute":
            return "level"
        metric = self.book.metrics.get(given["metric"])
        compare = metric.compare if metric else "percent"
        in_percent = compare == "difference" and any("%" in given[name] for name in LEVELS)
        return "percent" if compare == "percent" or in_percent else "points"


def metric_choices(book: Manual) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be judged, by the chapters of the finance manual; accounts last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, metric in book.metrics.items():
        if metric.kind != "class":
            groups.setdefault((metric.group or "Other").capitalize(), []).append((code, metric.label))
    accounts = [(f"account:{code}", f"{code} {name}") for code, name in book.accounts.items()]
    return [*groups.items(), *([("Accounts", accounts)] if accounts else [])]


class StepForm(forms.Form):
    """A step on an alert, with the choices this reader has. Subclasses name what the step needs."""

    def __init__(self, *args: Any, scope: Scope, alert: Alert, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people(scope, alert, at)

    def people(self, scope: Scope, alert: Alert, at: datetime) -> None:
        """Fill drop-downs of people."""


class RemarkForm(StepForm):
    """Words, which may be left out."""

    text = forms.CharField(
        required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), label="What follows"
    )


class CommentForm(StepForm):
    text = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), label="Comment")


class ReasonForm(StepForm):
    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), label="Why")


class AssignForm(StepForm):
    to = forms.ModelChoiceField(Person.objects.none(), label="To")

    def people(self, scope: Scope, alert: Alert, at: datetime) -> None:
        others = people_who_may("alerts.work", at=at, spans=[span_of(alert.unit)])
        self.fields["to"].queryset = others  # type: ignore[attr-defined]  # a choice among rows


class EscalateForm(ReasonForm):
    to = forms.ModelChoiceField(Person.objects.none(), label="To")
    field_order = ("to", "reason")

    def people(self, scope: Scope, alert: Alert, at: datetime) -> None:
        readers = people_who_may("alerts.read", at=at, spans=[span_of(alert.unit)])
        others = readers.exclude(pk=alert.owner_id) if alert.owner_id else readers
        self.fields["to"].queryset = others  # type: ignore[attr-defined]  # a choice among rows


class SnoozeForm(ReasonForm):
    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Until")
    field_order = ("until", "reason")


class ResolveForm(StepForm):
    outcome = forms.ChoiceField(choices=Alert.Outcome.choices, label="What it came to")
    text = forms.CharField(required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}), label="In words")


class NothingForm(StepForm):
    """A step that needs no more than the button."""
