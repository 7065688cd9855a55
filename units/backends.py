"""Django's permission questions (asked by the admin) answered from abilities.

There are no permission rows and no superusers: a table of the admin is opened by the ability that
the role carries.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from units.scope import Scope

PERMISSIONS: dict[str, str] = {
    "alerts.view_threshold": "thresholds.set",
    "alerts.add_threshold": "thresholds.set",
    "alerts.change_threshold": "thresholds.set",
    "alerts.view_channel": "telling.manage",
    "alerts.add_channel": "telling.manage",
    "alerts.change_channel": "telling.manage",
    "alerts.view_letter": "telling.manage",
    "alerts.view_deputy": "grants.manage",
    "alerts.add_deputy": "grants.manage",
    "metrics.view_metric": "metrics.define",
    "metrics.add_metric": "metrics.define",
    "metrics.change_metric": "metrics.define",
    "ledger.view_account": "metrics.define",
    "ledger.view_period": "metrics.define",
    "ledger.view_version": "metrics.define",
    "ledger.view_rate": "metrics.define",
    "ledger.view_hyperinflation": "metrics.define",
    "ledger.view_holiday": "metrics.define",
    "ledger.view_entry": "record.read",
    "metrics.view_sheet": "record.read",
    "metrics.view_run": "record.read",
    "units.view_unit": "admin.enter",
    "people.view_person": "people.manage",
    "people.add_person": "people.manage",
    "people.change_person": "people.manage",
    "units.view_grant": "grants.manage",
    "units.add_grant": "grants.manage",
    "units.change_grant": "grants.manage",
}


class AbilityBackend(BaseBackend):
    """Grants decide; Django's own permission tables stay empty."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        ability = PERMISSIONS.get(perm)
        return ability is not None and _scope(user_obj).may(ability)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        scope = _scope(user_obj)
        if app_label == "admin":
            return scope.may("admin.enter")
        return any(scope.may(ability) for perm, ability in PERMISSIONS.items() if perm.split(".")[0] == app_label)


def _scope(person: Any) -> Scope:
    """The scope that this request read; outside a request a fresh one."""
    known: Scope | None = getattr(person, "scope", None)
    return known or Scope.of(person, at=timezone.now())
