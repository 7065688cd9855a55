"""Defining, changing and retiring metrics. Definitions are never overwritten: every change is a new version.

A definition can move numbers, so it takes a mark and asks for a recompute like an import does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actions import record
from ledger.signals import figures_changed
from metrics.definitions import definitions
from metrics.models import Metric, MetricVersion
from metrics.vetting import Definition, Refused, users_of, vet
from units.marks import hold_marks, take_mark
from units.scope import AbilityMissing, Scope

ABILITY = "metrics.define"


class MetricRefused(ValueError):
    """A metric cannot be defined, changed or retired like this; `refusals` name each field and what to change."""

    def __init__(self, refusals: list[Refused]) -> None:
        self.refusals = refusals
        super().__init__(" ".join(refusal.sentence for refusal in refusals))


def define_metric(*, actor: Scope, definition: Definition, at: datetime, reason: str = "") -> MetricVersion:
    """Add a metric, or bring a retired one back: its identity, its first version, a record, and a recompute.

    Raises AbilityMissing, and MetricRefused with every reason: a formula with position and cause, a circle
    by its names.
    """
    _require(actor)
    with transaction.atomic():
        hold_marks()
        _refuse(vet(definition, definitions(), is_new=True))
        metric, _ = Metric.objects.get_or_create(code=definition.code)
        before = _standing(metric)
        given = _given(definition)
        return _write(actor, metric, before, given, verb="metrics.metric.defined", at=at, reason=reason)


def change_metric(*, actor: Scope, definition: Definition, at: datetime, reason: str = "") -> MetricVersion:
    """Give a metric new terms from now on; the ones before stay readable as of their time.

    The same terms again change nothing. Raises AbilityMissing and MetricRefused.
    """
    _require(actor)
    with transaction.atomic():
        hold_marks()
        known = definitions()
        metric = Metric.objects.filter(code=definition.code).first()
        if metric is None or definition.code not in known:
            raise MetricRefused([Refused("code", f"There is no added metric {definition.code}.")])
        _refuse(vet(definition, known, is_new=False))
        before = _standing(metric)
        given = _given(definition)
        if before is not None and _says(before) == given:
            return before
        return _write(actor, metric, before, given, verb="metrics.metric.changed", at=at, reason=reason)


def retire_metric(*, actor: Scope, metric: Metric, at: datetime, reason: str = "") -> MetricVersion:
    """Take a metric out of use, unless another one needs it. Its values of the past stay readable as of their time.

    Retiring twice changes nothing. Raises AbilityMissing and MetricRefused.
    """
    _require(actor)
    with transaction.atomic():
        hold_marks()
        before = _standing(metric)
        assert before is not None  # a metric is made with its first version
        if before.retired:
            return before
        if users := users_of(metric.code, definitions()):
            raise MetricRefused(
                [Refused("code", f"{metric.code} is needed by {', '.join(users)}. Change those first.")]
            )
        given = _says(before) | {"retired": True}
        return _write(actor, metric, before, given, verb="metrics.metric.retired", at=at, reason=reason)


def _require(actor: Scope) -> None:
    """A metric is the same for the whole company, so part of the company is not enough."""
    actor.require(ABILITY)
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Metrics hold for the whole company; defining one needs the ability on all of it.")


def _refuse(refusals: list[Refused]) -> None:
    if refusals:
        raise MetricRefused(refusals)


def _standing(metric: Metric) -> MetricVersion | None:
    return MetricVersion.objects.filter(metric=metric, until_mark__isnull=True).first()


def _given(definition: Definition) -> dict[str, Any]:
    return {
        "label": definition.label.strip(),
        "kind": definition.kind,
        "better": definition.better,
        "compare": definition.compare,
        "formula": definition.formula.strip(),
        "impact": definition.impact.strip(),
        "description": definition.description.strip(),
        "retired": False,
    }


def _says(version: MetricVersion) -> dict[str, Any]:
    fields = ("label", "kind", "better", "compare", "formula", "impact", "description", "retired")
    return {field: getattr(version, field) for field in fields}


def _write(
    actor: Scope,
    metric: Metric,
    before: MetricVersion | None,
    given: dict[str, Any],
    *,
    verb: str,
    at: datetime,
    reason: str,
) -> MetricVersion:
    mark = take_mark(at)
    if before is not None:
        MetricVersion.objects.filter(pk=before.pk).update(until_mark=mark.pk)
    version = MetricVersion.objects.create(metric=metric, from_mark=mark.pk, actor=actor.actor, reason=reason, **given)
    record(
        actor=actor.actor,
        verb=verb,
        target=("metrics.metric", metric.code),
        at=at,
        before=None if before is None else _says(before),
        after=given | {"mark": mark.pk},
        reason=reason,
    )
    figures_changed.send(sender=MetricVersion, mark=mark.pk, actor=actor.actor, at=at)
    return version
