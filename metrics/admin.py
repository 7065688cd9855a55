"""Administration of the metrics that the company adds, and a look at what the engine did.

A metric is typed in the formula language and saved by the verbs of `metrics.actions`: a formula that cannot
be read is refused at its field with position and reason, every save is a new version, and nothing is ever
deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from metrics.actions import MetricRefused, change_metric, define_metric, retire_metric
from metrics.definitions import definitions
from metrics.models import Metric, MetricVersion, Run, Sheet
from metrics.vetting import COMPARES, Definition, vet
from units.admin import ReadOnlyAdmin, ScopedAdmin, ScopedFilter
from units.marks import Mark


def versions_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """The versions of something, the newest first, to look at and never to change."""
    return format_html(
        '<table class="versions"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        format_html_join(
            "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows)
        ),
    )


class MetricForm(forms.ModelForm):
    """The terms of a metric; what is wrong with them is said at each field, before anything is saved."""

    label = forms.CharField(max_length=120, label="Name")
    kind = forms.ChoiceField(choices=MetricVersion.Kind.choices, label="Measured in")
    better = forms.TypedChoiceField(
        choices=[(1, "Higher is better"), (-1, "Lower is better"), (0, "Neither")], coerce=int, initial=1
    )
    compare = forms.ChoiceField(choices=[(each, each) for each in COMPARES], initial="percent", label="Compared by")
    formula = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="For example (revenue - cost_of_sales) / revenue, or ltm(revenue) / headcount.",
    )
    impact = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        required=False,
        help_text="Money a year a breach costs, negative where it hurts: (value - target) * ann(revenue).",
    )
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    reason = forms.CharField(required=False, help_text="Why, for the record.")

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


def standing(metric: Metric) -> MetricVersion | None:
    """The terms of today."""
    return metric.versions.filter(until_mark__isnull=True).first()


@admin.register(Metric)
class MetricAdmin(ScopedAdmin):
    """Metrics beyond the catalogue."""

    form = MetricForm
    list_display = ("code", "label", "kind", "formula", "is_in_use")
    search_fields = ("code", "versions__label")
    ordering = ("code",)
    actions = ("retire",)
    refusals = (MetricRefused,)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        terms = ("label", "kind", "better", "compare", "formula", "impact", "description", "reason")
        sets: list[Any] = [(None, {"fields": ("code", *terms)})]
        return [*sets, ("Versions", {"fields": ("history",)})] if obj else sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code", "history") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions").distinct()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        verb = change_metric if change else define_metric
        reason = form.cleaned_data["reason"]
        actor = request.scope  # type: ignore[attr-defined]
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
        versions = list(metric.versions.order_by("-from_mark"))
        times = dict(Mark.objects.filter(pk__in=[each.from_mark for each in versions]).values_list("pk", "at"))
        return versions_table(
            ("From", "Formula", "Impact", "State", "Reason"),
            [
                (
                    f"{times[each.from_mark]:%Y-%m-%d %H:%M}",
                    each.formula,
                    each.impact,
                    "retired" if each.retired else "in use",
                    each.reason,
                )
                for each in versions
            ],
        )

    @admin.action(description="Retire the chosen metrics", permissions=["change"])
    def retire(self, request: HttpRequest, metrics: QuerySet[Metric]) -> None:
        for metric in metrics:
            try:
                retire_metric(actor=request.scope, metric=metric, at=timezone.now())  # type: ignore[attr-defined]
            except MetricRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)

    def _terms(self, metric: Metric) -> MetricVersion:
        """The newest version, from what the list has prefetched."""
        return max(metric.versions.all(), key=lambda each: each.from_mark)


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """What was recomputed, when, and what came of it."""

    list_display = ("id", "state", "full", "actor", "started", "ended", "sheets", "written", "closed", "error")
    list_filter = ("state", "full")
    ordering = ("-pk",)


@admin.register(Sheet)
class SheetAdmin(ReadOnlyAdmin):
    """Stored levels, as they stood and stand."""

    list_display = ("unit", "period", "basis", "version", "from_mark", "until_mark")
    list_filter = (("unit", ScopedFilter), "basis", "version")
    list_select_related = ("unit", "period")
    ordering = ("-pk",)
    show_full_result_count = False
