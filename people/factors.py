"""What somebody enrolled besides the password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

APP = Authenticator.Type.TOTP.value


def second_factor(person_id: int) -> dict[str, int]:
    """Kind by kind (the app, the recovery codes) the id of what is enrolled; empty: nothing."""
    return dict(Authenticator.objects.filter(user_id=person_id).values_list("type", "pk"))
