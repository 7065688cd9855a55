"""Administration of the metrics that the company adds: typed in the formula language, tried out, saved by verbs.

A formula that cannot be read is refused at its field with position and reason; what it would change is shown before
anything is saved; every save is a new version, and nothing is ever deleted. It stands here because its preview joins
figures, metrics and the thresholds on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from metrics.actions import MetricRefused, change_metric, define_metric, retire_metric
from metrics.admin import versions_table
from metrics.definitions import definitions
from metrics.editions import ADDED, GONE, KEPT, TERMS, Change, changes
from metrics.formula import FUNCTIONS, usage
from metrics.models import Metric, MetricVersion
from metrics.querysets import computed_mark
from metrics.trial import try_out
from metrics.vetting import COMPARES, Definition, vet
from reports.boards.trial import BASES, trial_board
from reports.figures.trial import TrialBoard
from reports.importers import names_of
from units.admin import ScopedAdmin
from units.marks import Mark
from units.models import Unit
from units.scope import Scope

PREVIEW = "_preview"


def _changed(found: Sequence[Change]) -> SafeString:
    """What a version changed: what is gone struck through, what was added marked."""
    tags = {KEPT: "{}", GONE: "<del>{}</del>", ADDED: "<ins>{}</ins>"}
    lines = [
        (change.term, format_html_join("", "{}", ((format_html(tags[sort], text),) for sort, text in change.pieces)))
        for change in found
    ]
    return format_html_join("", '<div><span class="help">{}</span> <code>{}</code></div>', lines)


class MetricForm(forms.ModelForm):
    """The terms of a metric, and where to try them out. What is wrong is said at each field, before anything is saved;
    what is sent to be looked at never is.
    """

    scope: Scope
    """Whose figures it is tried on; set by the page."""

    label = forms.CharField(max_length=120, label="Name")
    kind = forms.ChoiceField(choices=MetricVersion.Kind.choices, label="Measured in")
    better = forms.TypedChoiceField(
        choices=[(1, "Higher is better"), (-1, "Lower is better"), (0, "Neither")], coerce=int, initial=1
    )
    compare = forms.ChoiceField(choices=[(each, each) for each in COMPARES], initial="percent", label="Compared by")
    formula = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="For example (revenue - cost_of_sales) / revenue, or budget.revenue / ltm(revenue). Functions: "
        + ", ".join(usage(each) for each in FUNCTIONS.values() if each.name != "not"),
    )
    impact = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        required=False,
        help_text="Money a year a breach costs, negative where it hurts: (value - target) * ann(revenue).",
    )
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    reason = forms.CharField(required=False, help_text="Why, for the record.")
    on_unit = forms.CharField(
        max_length=40,
        required=False,
        label="Try it on",
        help_text="Code of a unit; empty: the top of what you may see.",
    )
    on_basis = forms.ChoiceField(choices=list(BASES.items()), required=False, label="Over")

    class Meta:
        model = Metric
        fields = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = standing(self.instance) if self.instance.pk else None
        for name in ("label", "kind", "better", "compare", "formula", "impact", "description") if version else ():
            self.initial[name] = getattr(version, name)

    def definition(self) -> Definition:
        """What was typed."""
        given = self.cleaned_data
        terms = {name: given.get(name, "") for name in ("label", "kind", "compare", "formula", "impact", "description")}
        return Definition(code=given.get("code") or self.instance.code, better=given.get("better", 0), **terms)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for refusal in vet(self.definition(), definitions(), is_new=not self.instance.pk):
                self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
        return given

    def clean_on_unit(self) -> Unit | None:
        units = Unit.objects.within(self.scope).order_by("left")
        code = self.cleaned_data["on_unit"].strip()
        found: Unit | None = units.filter(code__iexact=code).first() if code else units.first()
        if code and found is None:
            raise forms.ValidationError(f"There is no unit “{code}”.")
        return found

    def is_valid(self) -> bool:
        return super().is_valid() and PREVIEW not in self.data


def standing(metric: Metric) -> MetricVersion | None:
    """The terms of today."""
    return metric.versions.filter(until_mark__isnull=True).first()


@admin.register(Metric)
class MetricAdmin(ScopedAdmin):
    """Metrics beyond the catalogue, each shown with its effect before it is saved."""

    form = MetricForm
    list_display = ("code", "label", "kind", "formula", "is_in_use")
    search_fields = ("code", "versions__label")
    ordering = ("code",)
    actions = ("retire",)
    refusals = (MetricRefused,)
    change_form_template = "admin/metrics/metric/change_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"scope": Scope.of_request(request)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        terms = ("label", "kind", "better", "compare", "formula", "impact", "description", "reason")
        versions = [("Versions", {"fields": ("history",)})] if obj else []
        return [(None, {"fields": ("code", *terms)}), *versions, ("Preview", {"fields": ("on_unit", "on_basis")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code", "history") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions").distinct()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        if PREVIEW in request.POST and not form.errors:
            context["trial"] = self._trial(Scope.of_request(request), form)
        return super().render_change_form(request, context, *args, **kwargs)

    def _trial(self, scope: Scope, form: MetricForm) -> TrialBoard | None:
        unit, basis = form.cleaned_data["on_unit"], form.cleaned_data["on_basis"] or "month"
        if unit is None:
            return None
        return trial_board(scope, try_out(scope, form.definition(), unit=unit, basis=basis, mark=computed_mark()))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        verb = change_metric if change else define_metric
        reason = form.cleaned_data["reason"]
        actor = Scope.of_request(request)
        obj.pk = verb(actor=actor, definition=form.definition(), at=timezone.now(), reason=reason).metric_id

    @admin.display(description="Name")
    def label(self, metric: Metric) -> str:
        return self._terms(metric).label

    @admin.display(description="Measured in")
    def kind(self, metric: Metric) -> str:
        return self._terms(metric).kind

    @admin.display(description="Formula")
    def formula(self, metric: Metric) -> str:
        return self._terms(metric).formula

    @admin.display(description="In use", boolean=True)
    def is_in_use(self, metric: Metric) -> bool:
        return not self._terms(metric).retired

    @admin.display(description="What stood when")
    def history(self, metric: Metric) -> SafeString:
        versions = list(metric.versions.order_by("from_mark"))
        times = dict(Mark.objects.filter(pk__in=[each.from_mark for each in versions]).values_list("pk", "at"))
        names = names_of(each.actor for each in versions)
        terms = [None, *({term: getattr(each, term) for term in TERMS} for each in versions)]
        rows = [
            (
                f"{times[each.from_mark]:%Y-%m-%d %H:%M}",
                names[each.actor],
                _changed(changes(before, after)),
                "retired" if each.retired else "in use" if each.until_mark is None else "replaced",
                each.reason,
            )
            for each, before, after in zip(versions, terms, terms[1:], strict=False)
            if after is not None
        ]
        return versions_table(("From", "Who", "What changed", "State", "Reason"), reversed(rows))

    @admin.action(description="Retire the chosen metrics", permissions=["change"])
    def retire(self, request: HttpRequest, metrics: QuerySet[Metric]) -> None:
        for metric in metrics:
            try:
                retire_metric(actor=Scope.of_request(request), metric=metric, at=timezone.now())
            except MetricRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)

    def _terms(self, metric: Metric) -> MetricVersion:
        """The newest version, from what the list has prefetched."""
        return max(metric.versions.all(), key=lambda each: each.from_mark)
