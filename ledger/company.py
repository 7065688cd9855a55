"""What holds for the whole company: its currency, and which budget is in force."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ledger.models import Version
from units.models import Unit
from units.scope import Scope


def group_currency() -> str:
    """The currency all sheets are in: the root unit's. No secret of any unit, so nobody's scope narrows it."""
    return root_currency().first() or ""


def with_group_currency(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units that bring the same along as `group_currency`, for a page that must not ask once more."""
    return units.annotate(group_currency=Coalesce(Subquery(root_currency()[:1]), Value("")))


def root_currency() -> QuerySet[Unit, str]:
    """The currencies of the topmost units, the company's first."""
    roots = Unit.objects.within(Scope.system("currency")).filter(depth=0).order_by("left")
    return roots.values_list("currency", flat=True)


def budgets_in_force(mark: int | None = None) -> dict[int, Version]:
    """By fiscal year the budget that was approved last, as known at a mark (None: now)."""
    approved = Version.objects.filter(kind=Version.Kind.BUDGET, approved_mark__isnull=False)
    if mark is not None:
        approved = approved.filter(Q(approved_mark__lte=mark))
    return {budget.year: budget for budget in approved.order_by("approved_mark", "pk") if budget.year is not None}
