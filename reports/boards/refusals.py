"""Pages that say what is not possible: what, who can, what instead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.figures import Action, Refusal
from reports.formatting import day
from reports.selection import NotKnownThen
from units.roles import ABILITIES, LABELS


def missing_ability(ability: str, sentence: str, *, roles: Collection[str]) -> Refusal:
    """Somebody may not do this; names the roles that can."""
    able = [LABELS[role] for role, abilities in ABILITIES.items() if ability in abilities]
    facts = [("Your role", _roles(roles))]
    facts += [("Who can", ", ".join(able))] if able else []
    return Refusal(
        title="No access",
        heading="Your role does not include this",
        text=f"{sentence or 'You may not do this here.'} Nothing was changed. If you need it, ask who grants roles.",
        facts=tuple(facts),
        actions=(Action("Go to my start page", reverse("home"), is_primary=True),),
    )


def not_known_then(missing: NotKnownThen, asked: Any) -> Refusal:
    """A period that was not known yet on the day asked for; `asked` are the parts of the address, kept in the links."""
    if missing.as_of is None:
        return _not_reported(missing, asked)
    newest = missing.newest
    what = "this period was not known yet" if missing.code else "no period was known yet"
    kept = {key: asked[key] for key in asked if key not in ("as_of", "period")}
    then = {**kept, "as_of": asked["as_of"]}
    today = {**kept, "period": missing.code} if missing.code else kept
    before = "?" + urlencode({**then, "period": newest.code}) if newest else ""
    return Refusal(
        title="Not known yet",
        heading=f"On {day(missing.as_of)} {what}",
        text=f"The newest period known then is {newest.code}." if newest else "The first figures came in later.",
        actions=(
            Action("Today's figures", "?" + urlencode(today), is_primary=True),
            *((Action(f"{newest.code}, as known then", before),) if newest else ()),
        ),
    )


def _not_reported(missing: NotKnownThen, asked: Any) -> Refusal:
    """A period of the company's that the unit has no figures of, and the way to its newest."""
    assert missing.newest is not None  # else it has no figures at all, and another page says so
    newest = missing.newest.code
    return Refusal(
        title="No figures",
        heading=f"No figures of {missing.code} here",
        text=f"This unit has not reported the period, or was not part of the company then. Its newest is {newest}.",
        actions=(
            Action(newest, "?" + urlencode({key: asked[key] for key in asked} | {"period": newest}), is_primary=True),
        ),
    )


def packs_later(*, roles: Collection[str]) -> Refusal:
    """A board reader before the first pack."""
    return Refusal(
        title="Board packs",
        heading="Board packs come here once they are released",
        text="You read the figures of a period after its pack was approved and released. There is none yet.",
        facts=(("Your role", _roles(roles)),),
    )


def nothing_granted(administrators: Collection[str]) -> Refusal:
    """Somebody who may sign in and was granted nothing, or nothing any more."""
    whom = ", ".join(administrators) or "whoever runs this installation"
    return Refusal(
        title="Welcome",
        heading="Nothing was opened to you yet",
        text="You are signed in, but no role has been granted to you, or your last one has ended.",
        facts=(("Whom to ask", whom), ("Who can grant a role", LABELS["access_admin"])),
        actions=(Action("My account", reverse("account")),),
    )


def _roles(roles: Collection[str]) -> str:
    return ", ".join(LABELS[role] for role in roles) or "none"
