"""Every table says who may read its rows; a table that does not is an error of the system check.

A table that hangs on a unit says so by its guarded manager (`units.guard`) and needs no line here. All
others are listed with their class:

* `reference`  the same for every reader, and harmless
* `ability`    opened by the named ability, on the whole company
* `person`     each person's own rows
* `secret`     nobody reads it on a page
* `system`     the product's own bookkeeping
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from units.guard import GuardedQuerySet
from units.models import Unit
from units.roles import ABILITIES

CLASSES = frozenset({"reference", "ability", "person", "secret", "system"})

DECLARED: dict[str, str] = {
    "ledger.Account": "reference",
    "ledger.Calendar": "reference",
    "ledger.Hyperinflation": "reference",
    "ledger.Period": "reference",
    "ledger.Rate": "reference",
    "ledger.Version": "reference",
    "metrics.Metric": "reference",
    "metrics.MetricVersion": "reference",
    "ledger.Import": "ability: imports.read",
    "metrics.Run": "ability: recompute.run",
    "reports.Upload": "person",
    "reports.SavedView": "person",
    "audit.Record": "ability: record.read",
    "audit.Block": "ability: record.verify",
    "audit.Seal": "ability: record.verify",
    "units.Grant": "ability: grants.manage",
    "people.Person": "ability: people.manage",
    "units.ApiToken": "person",
    "units.ApiToken_units": "person",
    "admin.LogEntry": "person",
    "sessions.Session": "secret",
    "metrics.Subtotal": "secret",
    "mfa.Authenticator": "secret",
    "account.EmailAddress": "secret",
    "account.EmailConfirmation": "secret",
    "alerts.Evaluation": "system",
    "alerts.Deputy": "person",
    "alerts.Silence": "ability: alerts.read",
    "people.QuietWindow": "person",
    "metrics.RunBlock": "system",
    "audit.Guarding": "system",
    "units.Mark": "system",
    "jobs.Heartbeat": "system",
    "jobs.Job": "system",
    "auth.Group": "system",
    "auth.Group_permissions": "system",
    "auth.Permission": "system",
    "contenttypes.ContentType": "system",
}

# A table may hang on a guarded one and still be none itself, if it says why.
UNGUARDED: dict[str, str] = {
    "units.Grant": "Scopes are read from grants, so a grant cannot ask for a scope first.",
    "units.ApiToken_units": "Read with its token, whose person chose the units.",
    "alerts.Silence": "Whoever reads an alert may know that nothing is told of it, whichever unit above was silenced.",
}


@register()
def every_table_declares_its_readers(app_configs: Any, **kwargs: Any) -> list[Error]:
    """No table without a class, no line without a table, no way round the guard."""
    tables = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    found = [f"{label} is declared and does not exist." for label in DECLARED if label not in tables]
    for label, model in tables.items():
        found.extend(_guard_faults(model) if is_guarded(model) else _declaration_faults(label, model))
    return [Error(sentence, id="plumbline.E010") for sentence in found]


def is_guarded(model: type[models.Model]) -> bool:
    """Whether the table's default manager refuses to answer without a scope."""
    return isinstance(model._default_manager.all(), GuardedQuerySet)


def _guard_faults(model: type[models.Model]) -> list[str]:
    """A guard leads to the unit, is opened by an ability that some role has, and has its loud way round."""
    label, path = model._meta.label, getattr(model, "scope_path", "unit")
    found = [] if label not in DECLARED else [f"{label} has a guard and needs no declaration."]
    if _end_of(model, path) is not Unit:
        found.append(f"{label}: the path “{path}” does not lead to a unit.")
    ability = getattr(model, "scope_ability", "figures.read")
    if not any(ability in abilities for abilities in ABILITIES.values()):
        found.append(f"{label}: no role has the ability {ability}.")
    if not hasattr(model, "unscoped") or model._meta.base_manager_name != "unscoped":
        found.append(f"{label} needs `unscoped`, also as its base manager.")
    return found


def _declaration_faults(label: str, model: type[models.Model]) -> list[str]:
    """A table without a guard has a class, and a reason where it points to a guarded one."""
    words = DECLARED.get(label, "").split(": ")
    if words[0] not in CLASSES:
        return [f"{label} says nowhere who may read it: give it a guard or a line in config/declarations.py."]
    if words[0] == "ability" and not any(words[1] in abilities for abilities in ABILITIES.values()):
        return [f"{label}: no role has the ability {words[1]}."]
    guarded = [field.name for field in model._meta.get_fields() if _points_at_guarded(field)]
    if guarded and label not in UNGUARDED:
        return [f"{label} hangs on a guarded table by {', '.join(guarded)} and has no guard itself."]
    return []


def _points_at_guarded(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and is_guarded(field.related_model)


def _end_of(model: type[models.Model], path: str) -> Any:
    """The table at the end of a lookup path; None where it leads nowhere."""
    for name in path.split("__") if path else []:
        try:
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]  # a path leads to models
        except FieldDoesNotExist:
            return None
    return model
