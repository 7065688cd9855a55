"""The page of one scenario: its drivers, what follows from them, and the steps its reader may take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from metrics.scenarios.drivers import DRIVERS
from reports.boards.naming import full_name, place, unit_name
from reports.boards.scenarios.drawing import named
from reports.boards.scenarios.picture import picture_of
from reports.boards.scenarios.seen import SAVED, SeenScenario
from reports.figures import Choice, Crumb, Deed, ScenarioPage, Sharing
from reports.formatting import day
from reports.models import Scenario, ScenarioShare
from reports.scenarios import rights
from reports.scenarios.asking import address
from units.scope import Scope

OWN_STEPS = ("rename", "share", "unshare", "delete")
FROM_FIRST = "from the first month"


def scenario_page(
    seen: SeenScenario, scope: Scope, *, sharing: Sharing | None = None, errors: tuple[str, ...] = ()
) -> ScenarioPage:
    scenario = seen.scenario
    forms = _forms(scope, scenario)
    return ScenarioPage(
        title=scenario.name,
        unit=unit_name(seen.unit),
        crumbs=(Crumb("Scenarios", reverse("scenarios")),),
        tags=_tags(seen, scope),
        seen=scenario.number,
        picture=picture_of(seen),
        units=tuple((code, full_name(unit)) for code, unit in seen.members.items()),
        kinds=tuple((kind, driver.label) for kind, driver in DRIVERS.items()),
        firsts=_firsts(seen),
        forms=forms,
        base=seen.asked.base,
        span=seen.asked.span,
        by=seen.asked.by,
        moved=_moved(seen),
        moved_links=_moved_links(seen),
        is_edited=seen.is_edited,
        rebase=_rebase(seen) if "rebase" in forms else None,
        reset=reverse("scenario", args=[scenario.public_id]),
        compare=f"{reverse('scenarios-compare')}?a={scenario.public_id}",
        sharing=sharing,
        errors=errors,
    )


def sharing_of(scope: Scope, scenario: Scenario, *, at: datetime, error: str = "") -> Sharing:
    """With whom it is shared, and whom it can be shared with: people who may see the unit. Two queries."""
    found = ScenarioShare.objects.within(scope).filter(scenario=scenario).select_related("person")
    shares = list(found.order_by("person__name", "pk"))
    there = {each.person_id for each in shares} | {scenario.owner_id}
    able = list(rights.readers(scenario.unit, at=at))
    seeing = {person.pk for person in able}
    return Sharing(
        rows=tuple(_share_row(scenario, each, may_see=each.person_id in seeing) for each in shares),
        people=tuple((person.pk, person.name) for person in able if person.pk not in there),
        href=_step_href(scenario, "share"),
        error=error,
    )


def _share_row(scenario: Scenario, share: ScenarioShare, *, may_see: bool) -> tuple[str, str, Deed | None]:
    may = "may change it" if share.may_edit else "may look"
    back = Deed("Take back", _step_href(scenario, "unshare"), fields=(("person", str(share.person_id)),))
    return share.person.name, may if may_see else "does not see the unit any more", back


def _forms(scope: Scope, scenario: Scenario) -> Mapping[str, str]:
    """The addresses of the steps this reader may take."""
    steps = {
        "try": reverse("scenario-try", args=[scenario.public_id]),
        "export": reverse("scenario-export", args=[scenario.public_id]),
    }
    if scope.may(rights.MAKE, scenario.unit):
        steps["copy"] = _step_href(scenario, "copy")
    if rights.may_save(scope, scenario):
        steps |= {"save": reverse("scenario", args=[scenario.public_id]), "rebase": _step_href(scenario, "rebase")}
    if "save" in steps and rights.is_owner(scope, scenario):
        steps |= {name: _step_href(scenario, name) for name in OWN_STEPS}
    return steps


def _step_href(scenario: Scenario, name: str) -> str:
    return reverse("scenario-step", args=[scenario.public_id, name])


def _tags(seen: SeenScenario, scope: Scope) -> tuple[str, ...]:
    scenario: Any = seen.scenario
    if rights.is_owner(scope, scenario):
        whose = f"Shared with {scenario.shared}" if scenario.shared else "Private"
    else:
        whose = f"Shared by {scenario.owner.name}"
    return (place(seen.unit), whose)


def _firsts(seen: SeenScenario) -> tuple[tuple[str, str], ...]:
    """The months a driver can begin with."""
    later = seen.base.months[1:]
    return (
        ("", FROM_FIRST),
        *((seen.calendar.at(month).code, f"from {named(seen.calendar, month, '%b %Y')}") for month in later),
    )


def _moved(seen: SeenScenario) -> str:
    """That the figures are others than when it was saved, or that those of then are shown."""
    when = day(localtime(seen.scenario.saved))
    if seen.asked.base == SAVED:
        return f"This is the base of {when}, as it was when this was saved."
    return f"The base has moved since this was saved on {when}." if seen.has_moved else ""


def _moved_links(seen: SeenScenario) -> tuple[Choice, ...]:
    drivers = address(seen.rows)
    if seen.asked.base == SAVED:
        return (Choice("See it on the figures of now", f"?{drivers}"),)
    return (Choice("See it on the base of then", f"?{drivers}&base={SAVED}"),) if seen.has_moved else ()


def _rebase(seen: SeenScenario) -> Deed | None:
    if seen.asked.base == SAVED or not seen.has_moved:
        return None
    fields = (("seen", str(seen.scenario.number)),)
    return Deed("Take the new base", _step_href(seen.scenario, "rebase"), fields=fields)
