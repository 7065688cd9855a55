"""The page of one's own: what a person holds, and the programs that act for her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse
from django.utils.timezone import localtime

from people.models import Person
from reports.figures import AccountBoard, Deed, HeldRole, TokenRow
from reports.formatting import day
from units.models import ApiToken, Grant
from units.roles import ABILITY_LABELS, LABELS

STATES = {"open": "In use", "expired": "Expired", "revoked": "Revoked"}


def account_board(
    person: Person,
    *,
    grants: Sequence[Grant],
    tokens: Sequence[ApiToken],
    at: datetime,
    places: Mapping[int, Sequence[str]],
    token_form: object | None,
    made: str = "",
) -> AccountBoard:
    """Everything somebody sees of herself. `places` are the codes of the units that tokens are narrowed to."""
    themes = Person._meta.get_field("theme").choices or ()
    return AccountBoard(
        title="Account",
        name=person.name,
        email=person.email,
        roles=tuple(_role(grant) for grant in grants),
        themes=tuple((str(value), str(label), value == person.theme) for value, label in themes),
        theme_href=reverse("theme"),
        sign_out_href=reverse("account_logout"),
        password_href=reverse("account_change_password"),
        second_factor_href=reverse("mfa_index"),
        has_second_factor=is_mfa_enabled(person),
        tokens=tuple(_token(token, places.get(token.pk, ()), at=at) for token in tokens),
        token_form=token_form,
        token_href=reverse("tokens"),
        made=made,
    )


def _role(grant: Grant) -> HeldRole:
    return HeldRole(
        role=LABELS[grant.role],
        unit=f"{grant.unit.code} {grant.unit.name}" if grant.unit else "The whole company",
        since=day(localtime(grant.starts)),
        until=day(localtime(grant.ends)) if grant.ends else "",
    )


def _token(token: ApiToken, units: Sequence[str], *, at: datetime) -> TokenRow:
    state = "revoked" if token.revoked else "expired" if token.expires <= at else "open"
    return TokenRow(
        name=token.name,
        prefix=f"{token.prefix}…",
        abilities=", ".join(ABILITY_LABELS.get(ability, ability) for ability in token.abilities),
        units=", ".join(units) or "all my units",
        expires=day(localtime(token.expires)),
        last_used=day(localtime(token.last_used)) if token.last_used else "never",
        state=state,
        state_label=STATES[state],
        revoke=Deed("Revoke", reverse("token-revoke", args=[token.prefix]), "x") if state == "open" else None,
    )
