"""How signing in is tied to this house: nobody signs up, and every sign-in and refusal is recorded."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people import actions
from people.models import Person

DOOR = "process:sign-in"
LOCK_OUT_SECONDS = 15 * 60


class ClosedAdapter(DefaultAccountAdapter):
    """People are added by an access administrator or `manage.py person add`, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; too many in a quarter of an hour are refused before the password is looked at."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            # Once a quarter of an hour and address: a guessing machine must not fill the record.
            if cache.add(f"people.lock-out:{self.get_client_ip(request)}", 1, timeout=LOCK_OUT_SECONDS):
                self._note_refusal(credentials, "too many attempts")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person, unless deactivated: she is answered like somebody with a wrong password."""
        person = super().authenticate(request, **credentials)
        if person is not None and not person.is_active:
            self._note_refusal(credentials, "deactivated")
            return None
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._note_refusal(credentials, "wrong name or password")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Signed in for good: after the password and, where one is enrolled, the second factor."""
        actions.note_sign_in(actor=f"person:{user.pk}", at=timezone.now())
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def set_password(self, user: Any, password: str) -> None:
        """A person changes her own password: nobody else knows it any more."""
        assert isinstance(user, Person)
        actions.set_password(actor=f"person:{user.pk}", person=user, password=password, at=timezone.now())

    def _note_refusal(self, credentials: dict[str, Any], reason: str) -> None:
        login = credentials.get("username") or credentials.get("email") or ""
        actions.note_refusal(actor=DOOR, login=str(login), reason=reason, at=timezone.now())
