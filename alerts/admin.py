"""Administration of thresholds: typed here, set by the verb, and every version kept.

Whoever may set thresholds edits a threshold as if it were one row; saving makes a new version with its
record. Nothing is overwritten and nothing deleted: a threshold that is no longer wanted is retired. Where a second
person must approve it, saving and retiring make a proposal instead.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alerts.actions import ThresholdRefused, submit, submit_retirement
from alerts.approving.confirming import ConfirmedThresholdForm
from alerts.approving.need import waits_for
from alerts.forms import BASES, COMPARATORS
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.telling import admin as telling_admin  # noqa: F401 -- registers its tables
from metrics.admin import versions_table
from units.admin import ReasonForm, ScopedAdmin, ScopedFilter
from units.scope import Scope

TERMS = (
    (None, {"fields": ("code", "unit", "inherits", "unit_type", "label")}),
    ("What is judged", {"fields": ("metric", "basis", "comparator", "window", "measure", "direction", "currency")}),
    ("Levels", {"fields": ("target", "warning", "critical", "emergency", "exit")}),
    ("The low side of a band", {"fields": ("low_warning", "low_critical", "low_emergency", "low_exit")}),
    (
        "When it counts",
        {
            "fields": (
                *("materiality", "floor_percent", "floor_amount", "floor_share", "also_ytd", "pooled"),
                *("periods", "out_of", "exit_periods"),
            )
        },
    ),
    ("Ahead of time", {"fields": ("ahead", "pace")}),
    ("What follows", {"fields": ("owner", "action")}),
    ("From when", {"fields": ("valid_from", "valid_until", "reason", "seen")}),
)


@admin.register(Threshold)
class ThresholdAdmin(ScopedAdmin):
    """Limits on figures, with all their versions."""

    form = ConfirmedThresholdForm
    action_form = ReasonForm
    list_display = (
        *("code", "unit", "metric", "basis", "compared_with"),
        *("target", "warning", "critical", "emergency", "owner", "state"),
    )
    list_filter = (("unit", ScopedFilter),)
    list_select_related = ("unit",)
    search_fields = ("code", "versions__label", "versions__metric")
    ordering = ("unit__left", "code")
    actions = ("retire",)
    refusals = (ThresholdRefused,)
    rows_ability = choices_ability = "thresholds.set"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).distinct()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"scope": Scope.of_request(request)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*TERMS, ("Versions", {"fields": ("history",)})) if obj else TERMS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code", "unit", "history") if obj else ()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A threshold with all the terms it ever had, as far as the person may read them."""
        threshold = super().get_object(request, object_id, from_field)
        if threshold is not None:
            threshold.editions = self._versions(Scope.of_request(request)).filter(threshold=threshold)
        return threshold

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        at = timezone.now()
        made = submit(actor=Scope.of_request(request), draft=form.proposal(), at=at, reason=form.cleaned_data["reason"])
        if isinstance(made, ThresholdProposal):
            obj.proposal = made
            self._tell(request, made)
        else:
            obj.pk = made.threshold_id

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._listed(obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._listed(obj) or super().response_change(request, obj)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows of a page with their terms of today, in one more query."""
        page = super().get_changelist_instance(request)
        standing = self._standing(Scope.of_request(request), page.result_list)
        terms = {version.threshold_id: version for version in standing}
        for threshold in page.result_list:
            threshold.terms = terms[threshold.pk]
        return page

    @admin.action(description="Retire the chosen thresholds", permissions=["change"])
    def retire(self, request: HttpRequest, thresholds: QuerySet[Threshold]) -> None:
        actor, at, reason = Scope.of_request(request), timezone.now(), request.POST.get("reason", "")
        for threshold in thresholds:
            try:
                made = submit_retirement(actor=actor, threshold=threshold, at=at, reason=reason)
            except ThresholdRefused as refused:
                self.message_user(request, f"{threshold.code}: {refused}", messages.ERROR)
            else:
                if isinstance(made, ThresholdProposal):
                    self._tell(request, made)

    @admin.display(description="What stood when")
    def history(self, threshold: Any) -> SafeString:
        found = threshold.editions.select_related("valid_from").order_by("-from_mark")
        return versions_table(
            ("From", "Set", "Metric", "Target", "Warning", "Critical", "Emergency", "Periods", "State", "Reason"),
            [
                (
                    each.valid_from.code if each.valid_from else "the beginning",
                    f"{each.at:%Y-%m-%d %H:%M}",
                    f"{each.metric} ({each.basis})",
                    each.target,
                    each.warning,
                    each.critical,
                    each.emergency,
                    each.periods,
                    _state(each),
                    each.reason,
                )
                for each in found
            ],
        )

    @admin.display(description="Metric")
    def metric(self, threshold: Any) -> str:
        return str(threshold.terms.metric)

    @admin.display(description="Basis")
    def basis(self, threshold: Any) -> str:
        return dict(BASES)[threshold.terms.basis]

    @admin.display(description="Compared with")
    def compared_with(self, threshold: Any) -> str:
        return dict(COMPARATORS)[threshold.terms.comparator]

    @admin.display(description="Target")
    def target(self, threshold: Any) -> str:
        return threshold.terms.target or "–"

    @admin.display(description="Warning")
    def warning(self, threshold: Any) -> str:
        return threshold.terms.warning or "–"

    @admin.display(description="Critical")
    def critical(self, threshold: Any) -> str:
        return threshold.terms.critical or "–"

    @admin.display(description="Emergency")
    def emergency(self, threshold: Any) -> str:
        return threshold.terms.emergency or "–"

    @admin.display(description="Owner")
    def owner(self, threshold: Any) -> str:
        return threshold.terms.owner.name if threshold.terms.owner else "the unit's leader"

    @admin.display(description="State")
    def state(self, threshold: Any) -> str:
        return _state(threshold.terms)

    def _tell(self, request: HttpRequest, proposal: ThresholdProposal) -> None:
        """That it is not set yet, who can approve it, and where."""
        page = reverse("proposals:detail", args=[proposal.public_id])
        words = '{}: {} <a href="{}">Look at the proposal</a>.'
        waits = waits_for(proposal, at=proposal.proposed)
        self.message_user(request, format_html(words, proposal.code, waits, page), messages.WARNING)

    def _listed(self, threshold: Any) -> HttpResponse | None:
        """Back to the list where nothing was set yet, without the words that it was."""
        is_proposed = hasattr(threshold, "proposal")
        return redirect("admin:alerts_threshold_changelist") if is_proposed else None

    def _standing(self, scope: Scope, thresholds: Any) -> QuerySet[ThresholdVersion]:
        found = self._versions(scope).filter(threshold__in=[each.pk for each in thresholds], until_mark__isnull=True)
        return found.select_related("owner")

    def _versions(self, scope: Scope) -> QuerySet[ThresholdVersion]:
        """Terms of today and of before, within the scope in which thresholds are listed."""
        found: QuerySet[ThresholdVersion] = ThresholdVersion.objects.within(scope, ability=self.rows_ability)
        return found


def _state(version: ThresholdVersion) -> str:
    if version.retired:
        return "retired"
    return "in force" if version.until_mark is None else "replaced"
