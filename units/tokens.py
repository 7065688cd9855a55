"""API tokens: made once, shown once, stored as a keyed digest, and never wider than the person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework import authentication, exceptions

from units.models import ApiToken
from units.scope import Scope

KEY_PREFIX = "plb_"  # what secret scanners look for
PREFIX_LENGTH = 12
SEEN_EVERY = timedelta(minutes=1)

NEVER_BY_TOKEN = frozenset(
    {
        *("people.manage", "grants.manage", "telling.manage", "admin.enter"),
        *("thresholds.approve", "budgets.approve", "scenarios.make"),
    }
)


def digest(key: str, secret: str | None = None) -> str:
    """The keyed digest under which a token is stored; worthless without the secret of the installation."""
    return salted_hmac("units.tokens", key, secret=secret, algorithm="sha256").hexdigest()


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer plb_…` sets `request.scope`, narrowed to the token.

    Whatever is wrong with a token (unknown, revoked, expired, its person deactivated) is answered the
    same way, so that nobody learns which tokens once were.
    """

    def authenticate(self, request: Any) -> tuple[Any, ApiToken] | None:
        kind, _, key = authentication.get_authorization_header(request).decode("latin-1").strip().partition(" ")
        if kind.lower() != "bearer":
            return None
        at = timezone.now()
        token = self._standing(key.strip(), at)
        if token is None:
            raise exceptions.AuthenticationFailed("This token does not open anything.")
        if token.last_used is None or at - token.last_used >= SEEN_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used=at)
        request._request.scope = scope_of(token, at)
        return token.person, token

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"

    def _standing(self, key: str, at: Any) -> ApiToken | None:
        digests = [digest(key), *(digest(key, secret) for secret in settings.SECRET_KEY_FALLBACKS)]
        return (
            ApiToken.objects.select_related("person")
            .filter(digest__in=digests, revoked__isnull=True, expires__gt=at, created__lte=at, person__is_active=True)
            .first()
        )


def scope_of(token: ApiToken, at: Any) -> Scope:
    """What a token opens at a moment: the person's abilities and units of that moment, and no more than its own."""
    rows = ApiToken.units.through.objects.filter(apitoken_id=token.pk)
    units = {unit: (left, right) for unit, left, right in rows.values_list("unit_id", "unit__left", "unit__right")}
    return Scope.of(token.person, at=at).narrowed(abilities=set(token.abilities) - NEVER_BY_TOKEN, units=units or None)
