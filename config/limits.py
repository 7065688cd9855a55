"""How often the API may be asked: so many requests a minute for each token or signed-in person, fewer for strangers.

A minute is a minute of the clock: counts begin anew with it, and whoever is refused learns when that is. Counting is
one atomic step, so that requests at the same moment are all counted. Counts stand in Redis where there is one and
hold for the whole installation; without it each web process counts for itself in memory, because a count kept in
SQLite would make every request wait in the queue of writers.
"""

from __future__ import annotations

import logging
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

MINUTE = 60

logger = logging.getLogger(__name__)


class Limit(BaseThrottle):
    """Refuses a token or a person beyond API_REQUESTS_A_MINUTE, an address beyond API_ATTEMPTS_A_MINUTE."""

    def __init__(self) -> None:
        self._left = 0.0

    def allow_request(self, request: Any, view: Any) -> bool:
        now = timezone.now().timestamp()
        self._left = MINUTE - now % MINUTE
        request.is_counted = True
        who, most = self._who(request)
        return _counted(f"api:{who}:{int(now // MINUTE)}") <= most

    def wait(self) -> int:
        """Seconds until the next minute begins, whole ones, at least one."""
        return ceil(self._left)

    def _who(self, request: Any) -> tuple[str, int]:
        if request.auth is not None:
            return f"token:{request.auth.pk}", settings.API_REQUESTS_A_MINUTE
        if request.user.is_authenticated:
            return f"person:{request.user.pk}", settings.API_REQUESTS_A_MINUTE
        return f"address:{self.get_ident(request)}", settings.API_ATTEMPTS_A_MINUTE


def _counted(key: str) -> int:
    """How often something has been counted, this time included. A cache that is away limits nobody."""
    counts = caches["counts"]
    try:
        counts.add(key, 0, timeout=2 * MINUTE)
        return counts.incr(key)
    except RedisError:
        logger.warning("Requests to the API are not counted: the cache does not answer.")
    except ValueError:
        pass  # crowded out between the two steps, and counted anew by the next request
    return 0
