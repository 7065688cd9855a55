"""What the API answers where it has nothing to give: JSON, counted like any request, no hint to strangers."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, NotFound, PermissionDenied, Throttled
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

AT_THE_DOOR = (AuthenticationFailed, NotAuthenticated, PermissionDenied)


def refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refused request, as JSON.

    Whoever is turned away at the door, before anybody counts, is counted here: guessing tokens is an attempt like any
    other. Without a session or token even the list of methods is withheld, since it tells one address from another.
    """
    request, view = context["request"], context["view"]
    if isinstance(error, AT_THE_DOOR) and not getattr(request, "is_counted", False):
        try:
            view.check_throttles(request)
        except Throttled as throttled:
            error = throttled
    if not request.user.is_authenticated:
        view.headers.pop("Allow", None)
    return exception_handler(error, context)


class NothingHereView(APIView):
    """Every address below /api/v1/ that is none, by whatever method: 401 to strangers, who learn no addresses, or 404.

    An address without its last slash ends here too: a redirect would lose what was posted.
    """

    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address. Addresses end with a slash; /api/v1/schema/ lists them.")


nothing_here = NothingHereView.as_view()
