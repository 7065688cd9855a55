"""What is typed about thresholds, turned into what the verbs take. Steps on alerts: `alerts.working.asking`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from alerts.judging.manual import Manual
from alerts.models import Threshold, ThresholdVersion
from alerts.rulebook import in_manual, manual_of
from alerts.telling.owners import people_who_may
from alerts.terms import BAND, LEVELS, Terms
from alerts.together import Found, together
from alerts.vetting import Proposal, vet
from ledger.models import Period
from people.models import Person
from units.models import Unit
from units.scope import Scope

DIRECTIONS = [
    ("", "As the metric says"),
    ("1", "Too high is a breach"),
    ("-1", "Too low is a breach"),
    (str(BAND), "Both are: a band"),
]
MEASURES = [
    ("", "As the metric compares"),
    ("level", "Level of the metric itself"),
    ("percent", "Difference in percent"),
    ("points", "Difference in points or units"),
    ("money", "Difference in money"),
    ("deviations", "Usual deviations"),
]
COMPARATORS = [
    ("absolute", "A fixed level"),
    ("budget", "Budget"),
    ("forecast", "Forecast"),
    ("prior_year", "Prior year"),
    ("trailing", "Its mean of the periods before"),
    ("season", "Its own season"),
    ("peers", "The median of its peers"),
    ("trend", "Its own trend: the change a period"),
]
BASES = [("month", "Month"), ("qtd", "Quarter to date"), ("ytd", "Year to date"), ("ltm", "Last twelve months")]
TERMS = tuple(each.name for each in fields(Terms) if each.name not in ("direction", "measure"))
COUNTED = ("window", "ahead", "out_of", "exit_periods")
NATURAL = {"absolute": "level", "season": "deviations"}
"""How limits are meant against what has but one measure."""
STORED = (*TERMS, "measure", "label", "inherits", "unit_type", "owner", "action")


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
    low_warning = forms.CharField(max_length=30, required=False, help_text="Of a band: below it the figure is too low.")
    low_critical = forms.CharField(max_length=30, required=False)
    low_emergency = forms.CharField(max_length=30, required=False)
    exit = forms.CharField(max_length=30, required=False, help_text="Recovers here; empty: inside its mildest limit.")
    low_exit = forms.CharField(max_length=30, required=False, help_text="The same on the low side of a band.")
    window = forms.IntegerField(
        min_value=0, max_value=100, required=False, help_text="Periods looked back on, or how many peers there must be."
    )
    ahead = forms.IntegerField(
        min_value=0, max_value=12, required=False, label="Periods ahead", help_text="Warns where the forecast crosses."
    )
    pace = forms.BooleanField(required=False, label="Warns by its pace", help_text="Of a month that is not over.")
    materiality = forms.ChoiceField(
        choices=[("both", "Percent and amount"), ("either", "Percent or amount"), ("always", "Always")], initial="both"
    )
    floor_percent = forms.CharField(
        max_length=30, required=False, help_text="Smaller differences are not worth attention."
    )
    floor_amount = forms.CharField(max_length=30, required=False, help_text="Group currency, or the metric's own unit.")
    floor_share = forms.CharField(
        max_length=30, required=False, help_text="Of the unit's revenue: 0.5 % makes larger units' floors larger."
    )
    also_ytd = forms.BooleanField(
        required=False, label="Or in the year to date", help_text="Material in either is enough."
    )
    pooled = forms.BooleanField(
        required=False, label="Pool small items", help_text="Added up, they are one alert of their parent."
    )
    currency = forms.CharField(
        max_length=3, required=False, help_text="Of limits in money, at budget rates; empty: the group's."
    )
    periods = forms.IntegerField(min_value=1, max_value=12, required=False, initial=1, label="Periods beyond a limit")
    out_of = forms.IntegerField(
        min_value=0, max_value=24, required=False, label="Out of the last", help_text="Empty: in a row."
    )
    exit_periods = forms.IntegerField(
        min_value=0, max_value=12, required=False, label="Periods inside to end", help_text="Empty: as many as fire it."
    )
    unit_type = forms.ChoiceField(required=False, label="Only units of the type")
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

    def __init__(self, *args: Any, said: Found | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = timezone.now()
        self.said = said or self._said()
        self.book = manual_of(self.said)
        self._choices()
        version = self._standing()
        for name in STORED if version else ():
            value = getattr(version, name)
            self.initial[name] = None if name in COUNTED and not value else value
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
            unit_type=given["unit_type"],
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
        self.fields["unit_type"].choices = type_choices(self.said["types"])  # type: ignore[attr-defined]  # a choice
        self.fields["metric"].choices = metric_choices(self.book)  # type: ignore[attr-defined]  # a choice
        people = sorted(self.said["people"], key=lambda each: str(each[1]).casefold())
        periods = [(code, code) for _, code in sorted(self.said["periods"], reverse=True)]
        self._offer("owner", self._people(), people)
        self._offer("valid_from", Period.objects.all(), periods)
        self._offer("valid_until", Period.objects.all(), periods)

    def _offer(self, name: str, rows: QuerySet[Any], listed: Iterable[Sequence[Any]]) -> None:
        """Rows to choose among, which were read already for the list of them."""
        field: Any = self.fields[name]
        field.queryset = rows
        field.choices = [("", field.empty_label), *listed]

    def _people(self) -> QuerySet[Person]:
        return people_who_may("alerts.read", at=self.at, spans=self.scope.spans.get("thresholds.set", ()))

    def _said(self) -> Found:
        """The manual, and all that its lists offer; one query."""
        units = Unit.objects.within(self.scope, ability="thresholds.set").filter(tree="")
        return together(
            **in_manual(),
            types=(units.exclude(kind=Unit.Kind.ELIMINATION).distinct(), ("kind", "vertical")),
            people=(self._people(), ("pk", "name")),
            periods=(Period.objects.all(), ("ordinal", "code")),
        )

    def _standing(self) -> ThresholdVersion | None:
        if not self.instance.pk:
            return None
        versions = ThresholdVersion.objects.within(self.scope).select_related(
            "threshold__unit", "owner", "valid_from", "valid_until"
        )
        return versions.filter(threshold=self.instance, until_mark__isnull=True).first()

    def _terms(self, given: dict[str, Any]) -> Terms:
        typed: dict[str, Any] = {name: given[name] for name in TERMS if name != "periods"}
        typed |= {name: given[name] or 0 for name in COUNTED}
        return Terms(
            **typed,
            measure=given["measure"] or self._natural_measure(given),
            direction=int(given["direction"] or 0),
            periods=given["periods"] or 1,
        )

    def _natural_measure(self, given: dict[str, Any]) -> str:
        """How a limit on this metric is meant where nobody says: as the metric compares, and as it is typed."""
        if given["comparator"] in NATURAL:
            return NATURAL[given["comparator"]]
        metric = self.book.metrics.get(given["metric"])
        compare = metric.compare if metric else "percent"
        in_percent = compare == "difference" and any("%" in given[name] for name in LEVELS)
        return "percent" if compare == "percent" or in_percent else "points"


def type_choices(pairs: Collection[Sequence[str]]) -> list[tuple[str, str]]:
    """The types of units, by the kinds and verticals that there are."""
    verticals = sorted({vertical for _, vertical in pairs} - {""})
    kinds = [(str(kind.value), str(kind.label)) for kind in Unit.Kind if kind in {each for each, _ in pairs}]
    return [("", "All units"), *kinds, *((vertical, vertical) for vertical in verticals)]


def metric_choices(book: Manual) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be judged, by the chapters of the finance manual; accounts last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, metric in book.metrics.items():
        if metric.kind != "class":
            groups.setdefault((metric.group or "Other").capitalize(), []).append((code, metric.label))
    accounts = [(f"account:{code}", f"{code} {name}") for code, name in book.accounts.items()]
    return [*groups.items(), *([("Accounts", accounts)] if accounts else [])]
