"""What people fill in on the pages: a form checks its fields and hands on plain values."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.timezone import make_aware

from audit.verbs import VERBS
from ledger.amounts import AmountRefused
from ledger.mapping import Mapping, MappingRefused
from ledger.querysets import fiscal_calendar
from ledger.structure import TREE_NAME, TREE_NAME_SAID
from ledger.versions import BUDGET, VersionUnknown, version_name
from metrics.allocation import Request
from metrics.budget_requests import budget_of, read, sentence
from metrics.heads import MOST_MONTHS, yearly_budget
from people.models import Person
from reports.actions.uploads import HOLIDAYS, OWNERSHIP, PLACEMENTS, TREE, Parcel
from reports.fields import UnitField, offer_units
from reports.importers import as_actors
from reports.models import Upload
from units.models import Unit
from units.roles import ABILITY_LABELS
from units.scope import Scope
from units.tokens import NEVER_BY_TOKEN

MAPPING_BYTES = 1024 * 1024
TABLES = ".csv,.tsv,.txt,.xlsx,.xlsm"


class SizedFile(forms.FileField):
    """A file that is not too large to be read; the sentence says what to do with one that is."""

    default_error_messages = {
        "empty": "The file is empty.",
        "missing": "Choose a file.",
        "required": "Choose a file.",
    }

    def __init__(self, *, largest: int | None = None, accept: str = TABLES, **options: Any) -> None:
        super().__init__(**options)
        self.largest = largest
        self.widget.attrs["accept"] = accept

    def clean(self, data: Any, initial: Any = None) -> Any:
        largest = self.largest or settings.UPLOAD_MAX_BYTES
        if isinstance(data, UploadedFile) and (data.size or 0) > largest:
            raise forms.ValidationError(f"{data.name} is larger than {largest // 2**20} MB; split it.")
        return super().clean(data, initial)


class UploadForm(forms.Form):
    """A file of figures, and how it is to be taken."""

    file = SizedFile(label="File", help_text="CSV or XLSX, at most 20 MB. One sheet of figures.")
    source = forms.CharField(
        max_length=60,
        label="Source",
        help_text="Where the figures come from, always under the same name: the file replaces what this source stated.",
    )
    version = forms.CharField(
        required=False,
        max_length=40,
        label="Version",
        help_text="actual, budget, budget-2026 or forecast-2026-06; empty: as the file says, else actual.",
    )
    sheet = forms.CharField(
        required=False, max_length=60, label="Sheet", help_text="Only where a workbook has several with figures."
    )
    mapping_file = SizedFile(
        required=False,
        largest=MAPPING_BYTES,
        accept=".json",
        label="Mapping",
        help_text="A JSON file: how its words read in ours.",
    )
    mapping = forms.CharField(
        required=False,
        label="Or the mapping as text",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": '{"columns": {"BU": "unit"}}'}),
    )

    def clean_version(self) -> str:
        text = str(self.cleaned_data["version"]).strip()
        if text and text.lower() != BUDGET:
            try:
                return version_name(text, calendar=fiscal_calendar()).code
            except VersionUnknown as unknown:
                raise forms.ValidationError(str(unknown)) from unknown
        return text.lower()

    def clean(self) -> dict[str, Any]:
        """One mapping, as the document that is kept with the upload."""
        cleaned = super().clean() or {}
        file, text = cleaned.get("mapping_file"), str(cleaned.get("mapping") or "").strip()
        if file and text:
            self.add_error("mapping", "Give the mapping as a file or as text, not both.")
        elif file or text:
            place = "mapping_file" if file else "mapping"
            try:
                document = json_document(file.read() if file else text)
                cleaned["mapping"] = Mapping.of(document).as_document()
            except (forms.ValidationError, MappingRefused) as refused:
                self.add_error(place, getattr(refused, "message", str(refused)))
        else:
            cleaned["mapping"] = {}
        return cleaned

    def parcel(self) -> Parcel:
        values = self.cleaned_data
        terms = {name: values[name] for name in ("source", "version", "sheet", "mapping")}
        return Parcel(Upload.Kind.FIGURES, {"figures": values["file"]}, terms)


class ReplacementForm(forms.Form):
    """Why a file replaces figures that stand."""

    reason = forms.CharField(
        max_length=300,
        label="Why are they replaced?",
        help_text="Stays with the import and in the audit trail, for all who may read it.",
        error_messages={"required": "Say why figures that stand are replaced."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StructureForm(forms.Form):
    """The files of a structure; what is not given is left as it is."""

    units = SizedFile(required=False, label="Units", help_text="code, name, parent, kind, currency, from, to …")
    accounts = SizedFile(required=False, label="Accounts", help_text="code, name, kind, parent, weight, role …")
    rates = SizedFile(required=False, label="Rates", help_text="currency, period, kind, rate")
    calendar = SizedFile(
        required=False,
        largest=MAPPING_BYTES,
        accept=".json",
        label="Calendar",
        help_text='A JSON file such as {"start_month": 7}.',
    )

    def clean_calendar(self) -> Any:
        file = self.cleaned_data["calendar"]
        if not file:
            return None
        document = json_document(file.read())
        if not isinstance(document, dict):
            raise forms.ValidationError('The calendar is a JSON object such as {"start_month": 7}.')
        return document

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(value is not None for value in cleaned.values()):
            raise forms.ValidationError("Nothing to import: choose units, accounts, rates or a calendar.")
        return cleaned

    def parcel(self) -> Parcel:
        values = self.cleaned_data
        files = {part: values[part] for part in ("units", "accounts", "rates") if values[part]}
        terms = {"calendar": values["calendar"]} if values["calendar"] is not None else {}
        return Parcel(Upload.Kind.STRUCTURE, files, terms)


class DatedForm(forms.Form):
    """One file that says from which days on something holds, and what it speaks about."""

    states = forms.ChoiceField(
        label="The file states",
        choices=[
            (PLACEMENTS, "What units hang on: unit, from, parent"),
            (TREE, "Another tree: code, name, parent, from"),
            (OWNERSHIP, "What is held of units: unit, from, ownership, method"),
            (HOLIDAYS, "Holidays: date, name, region, unit"),
        ],
    )
    file = SizedFile(label="File", help_text="CSV or XLSX. It replaces what stands of the units or years it mentions.")
    tree = forms.CharField(
        required=False, max_length=40, label="Tree", help_text="Of another tree its name, such as legal or region."
    )

    def clean_tree(self) -> str:
        name = str(self.cleaned_data["tree"])
        if name and not TREE_NAME.fullmatch(name):
            raise forms.ValidationError(TREE_NAME_SAID)
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("states") == TREE and not cleaned.get("tree") and "tree" not in self.errors:
            self.add_error("tree", "Which tree is it?")
        return cleaned

    def parcel(self) -> Parcel:
        values = self.cleaned_data
        terms = {"tree": values["tree"]} if values["states"] == TREE else {}
        return Parcel(Upload.Kind.STRUCTURE, {values["states"]: values["file"]}, terms)


def _hinted(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"placeholder": placeholder})


class RecordFilter(forms.Form):
    """What to look for in the record; everything is optional."""

    who = forms.CharField(required=False, max_length=80, label="Who", widget=_hinted("Part of a name"))
    verb = forms.ChoiceField(required=False, label="Action")
    target = forms.CharField(required=False, max_length=160, label="Object", widget=_hinted("alert or alert:7"))
    unit = UnitField(required=False, label="Unit", empty_label="All units")
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    act = forms.UUIDField(required=False, label="Deed", widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_units(self, units)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)
        verb.choices = verb_choices()

    def span(self) -> tuple[datetime | None, datetime | None]:
        """From the first moment of the first day until the one after the last day."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        first = make_aware(datetime.combine(since, time.min)) if since else None
        last = make_aware(datetime.combine(until + timedelta(days=1), time.min)) if until else None
        return first, last

    def actors(self) -> Any:
        """Whom the text means: a process as it stands, else everybody whose name holds it; None for anybody."""
        text = str(self.cleaned_data.get("who") or "").strip()
        if not text:
            return None
        if text.startswith(("process:", "person:")):
            return [text]
        return as_actors().filter(name__icontains=text).values("actor")


def verb_choices() -> list[Any]:
    """All actions of the registry, by the part of the house they belong to."""
    found: dict[str, list[tuple[str, str]]] = {}
    for verb, label in VERBS.items():
        found.setdefault(verb.partition(".")[0], []).append((verb, label))
    groups = [(app.capitalize(), [(f"{app}.", f"anything in {app}"), *verbs]) for app, verbs in found.items()]
    return [("", "Any action"), *groups]


class TokenForm(forms.Form):
    """A key for a program: what it may, where, and for how long."""

    name = forms.CharField(max_length=80, label="Name", help_text="Which program uses it.")
    abilities = forms.MultipleChoiceField(
        label="May", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one ability."}
    )
    unit = UnitField(required=False, label="On", empty_label="All my units")
    days = forms.TypedChoiceField(
        coerce=int, label="For", choices=[(7, "7 days"), (30, "30 days"), (90, "90 days")], initial=30
    )

    def __init__(self, *args: Any, scope: Scope, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_units(self, units)
        held = sorted(ability for ability in scope.spans if ability not in NEVER_BY_TOKEN)
        abilities = self.fields["abilities"]
        assert isinstance(abilities, forms.MultipleChoiceField)
        abilities.choices = [(ability, ABILITY_LABELS[ability]) for ability in held]

    @property
    def chosen_units(self) -> list[Unit]:
        """The top of the subtree the token is narrowed to; none for all the person's units."""
        unit = self.cleaned_data["unit"]
        return [unit] if unit else []


CHOOSE = "Choose a unit"


class HiringForm(forms.Form):
    """Which unit's hiring budget goes where."""

    giver = UnitField(label="From", empty_label=CHOOSE)
    taker = UnitField(label="To", empty_label=CHOOSE)
    budget = forms.CharField(
        max_length=40, label="Budget a year", help_text="In the group's currency, such as 250,000."
    )
    months = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_MONTHS, label="Months read", help_text="12 where it is left out."
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_units(self, units)

    def clean_budget(self) -> int:
        return _amount(yearly_budget, self.cleaned_data["budget"])


LONGEST_NAME = 120
"""Characters of a scenario's name; what an address proposes is cut to as many."""


class ScenarioForm(forms.Form):
    """A scenario to begin with."""

    name = forms.CharField(max_length=LONGEST_NAME, label="Name", help_text="Such as “Hire 3, raise prices 2 %”.")
    unit = UnitField(label="Unit", empty_label=None)

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        offer_units(self, units)


class DivisionForm(forms.Form):
    """A budget and what is asked of it."""

    budget = forms.CharField(max_length=40, label="Budget", help_text="In the currency of the requests.")
    requests = forms.CharField(
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        label="Requests",
        help_text="CSV with the columns request, asked, and if need be minimum, return, priority.",
    )

    def clean_budget(self) -> int:
        return _amount(budget_of, self.cleaned_data["budget"])

    def clean_requests(self) -> list[Request]:
        found, faults = read(self.cleaned_data["requests"].encode())
        if faults:
            raise forms.ValidationError([sentence(fault) for fault in faults])
        return found


def _amount(parse: Callable[[str], int], text: str) -> int:
    try:
        return parse(text)
    except AmountRefused as error:
        raise forms.ValidationError(str(error)) from error


class ThemeForm(forms.Form):
    """Light, dark, or as the device is set."""

    theme = forms.ChoiceField(choices=Person._meta.get_field("theme").choices or ())


def json_document(text: str | bytes) -> Any:
    """The JSON in a file or a field; refused with the place of what is wrong."""
    try:
        return json.loads(text)
    except UnicodeDecodeError as wrong:
        raise forms.ValidationError("The file is not text in UTF-8.") from wrong
    except json.JSONDecodeError as wrong:
        raise forms.ValidationError(
            f"This is no JSON: {wrong.msg} in line {wrong.lineno}, column {wrong.colno}."
        ) from wrong
    except RecursionError as wrong:
        raise forms.ValidationError("This JSON is nested too deeply.") from wrong
