"""What opens the routes of one's own account: signing in, password and second factor. Most are the library's forms."""

from __future__ import annotations

from tests.access.policy import ANYHOW, READ, Row

CLOSED = Row(door="closed")
ALLAUTH = frozenset({200, 302, 405})  # its forms look at the method after asking for the password again
OWN_FORM = Row(door="session", answers=ANYHOW, found=ALLAUTH)  # one's own password or second factor

NO_CODES = Row(door="session", answers=ANYHOW, found=frozenset({200, 302, 404, 405}))

ACCOUNT: dict[str, Row] = {
    "account/login/": Row(door="public", answers=ANYHOW, found=ALLAUTH),
    "account/logout/": Row(door="public", answers=ANYHOW, found=ALLAUTH),
    "account/reauthenticate/": OWN_FORM,
    "account/password/change/": OWN_FORM,
    "account/2fa/": Row(door="session", answers=READ | {"OPTIONS"}),
    # Nobody of the cast waits for a second factor, so everybody is sent to where he belongs.
    "account/2fa/authenticate/": Row(door="public", answers=ANYHOW, found=frozenset({302})),
    "account/2fa/reauthenticate/": OWN_FORM,
    # The password is asked for again before anything about the second factor is shown.
    "account/2fa/totp/activate/": OWN_FORM,
    # Nobody of the cast has enrolled: there is nothing to take off and there are no codes to show.
    "account/2fa/totp/deactivate/": Row(door="session", answers=ANYHOW, found=frozenset({404})),
    "account/2fa/recovery-codes/": NO_CODES,
    "account/2fa/recovery-codes/generate/": NO_CODES,
    "account/2fa/recovery-codes/download/": NO_CODES,
    "account/signup/": CLOSED,
    "account/email/": CLOSED,
    "account/inactive/": CLOSED,
    "account/password/set/": CLOSED,
    "account/password/reset/": CLOSED,
}
