"""System checks: a production start with an unsafe setting is refused (`manage.py check --deploy`, `manage.py up`)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
SHORTEST_KEY = 32


@register(Tags.security, deploy=True)
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse what would open figures to strangers, or lose them."""
    return [*_keys(), *_web(), *_database(), *_queue(), *_mail()]


def _keys() -> list[Error]:
    """Keys long enough to be secret, and one for each purpose."""
    found = [
        Error(f"{name} is shorter than {SHORTEST_KEY} characters.", hint="Make one at random.", id="plumbline.E003")
        for name in ("SECRET_KEY", "SEAL_KEY")
        if len(getattr(settings, name)) < SHORTEST_KEY
    ]
    if settings.SECRET_KEY == settings.SEAL_KEY:
        found.append(Error("SECRET_KEY and SEAL_KEY are the same.", hint="Use two.", id="plumbline.E004"))
    return found


def _web() -> list[Error]:
    """No debugging pages, named hosts, cookies only over an encrypted line."""
    found = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG.", id="plumbline.E001"))
    if "*" in settings.ALLOWED_HOSTS or not set(settings.ALLOWED_HOSTS) - LOOPBACK:
        found.append(
            Error("ALLOWED_HOSTS names no host, or all.", hint="Name the hosts people use.", id="plumbline.E002")
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        found.append(Error("Cookies would travel unencrypted.", hint="Set SECURE_COOKIES.", id="plumbline.E005"))
    return found


def _database() -> list[Error]:
    """SQLite as it keeps what was committed: FULL, IMMEDIATE, and REPLACE that fires triggers."""
    terms: dict[str, Any] = settings.DATABASES["default"]
    if not terms["ENGINE"].endswith("sqlite3"):
        return []
    options = terms.get("OPTIONS", {})
    pragmas = options.get("init_command", "")
    kept = all(word in pragmas for word in ("synchronous=FULL", "journal_mode=WAL", "recursive_triggers=ON"))
    if kept and options.get("transaction_mode") == "IMMEDIATE":
        return []
    return [
        Error("SQLite is not set to keep what was committed.", hint="Use DATABASE_URL as it is.", id="plumbline.E006")
    ]


def _queue() -> list[Error]:
    """A queue that carries JSON only, behind a password where others can reach it."""
    found = []
    if set(settings.CELERY_ACCEPT_CONTENT) != {"json"}:
        found.append(Error("The queue accepts more than JSON.", hint="CELERY_ACCEPT_CONTENT", id="plumbline.E007"))
    redis = urlsplit(settings.REDIS_URL)
    if settings.REDIS_URL and not redis.password and not _is_loopback(redis.hostname or ""):
        found.append(
            Error("Redis on another machine has no password.", hint="Put one into REDIS_URL.", id="plumbline.E008")
        )
    return found


def _mail() -> list[Error]:
    """Mail that leaves this machine leaves it encrypted."""
    leaves = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not _is_loopback(settings.EMAIL_HOST)
    if leaves and not settings.EMAIL_USE_TLS:
        return [Error("Mail would travel unencrypted.", hint="Set EMAIL_USE_TLS.", id="plumbline.E009")]
    return []


def _is_loopback(host: str) -> bool:
    try:
        return host in LOOPBACK or ip_address(host).is_loopback
    except ValueError:
        return False
