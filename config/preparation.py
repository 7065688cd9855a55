"""Brings the place where Plumbline runs into the state its processes expect; a second time finds nothing to do.

Folders, migrations, cache table, static files and, on an empty database, the demonstration company. Each step
looks first, so that a start of something prepared before costs next to nothing. What stands in the way is said in
one sentence that names the remedy.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError

from audit import triggers

ENVIRONMENT = 3  # exit status: the environment must change first
FOLDERS = ("broker/control", "files", "mail", "static", "tmp")

logger = logging.getLogger(__name__)
Say = Callable[[str], object]


class NotReady(CommandError):
    """Something outside the program stands in the way; the sentence says what to do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=ENVIRONMENT)


def prepare(*, say: Say, demonstration: bool) -> None:
    """Everything a start needs, in order; raises NotReady."""
    make_folders()
    refuse_unsafe_production()
    reach_database()
    reach_redis()
    migrate(say)
    make_cache_table()
    collect_static_files(say)
    if demonstration:
        call_command("demo", if_empty=True)


def refuse_unsafe_production() -> None:
    """In production nothing starts while `check --deploy` has something to say."""
    if settings.PRODUCTION:
        try:
            call_command("check", deploy=True, tags=["security"], fail_level="WARNING", stdout=io.StringIO())
        except SystemCheckError as error:
            raise NotReady(f"PRODUCTION is set and the settings are not safe. {error}") from None


def make_folders() -> None:
    """The folders under the data folder."""
    for name in FOLDERS:
        place = settings.VAR / name
        try:
            place.mkdir(parents=True, exist_ok=True)
            probe = place / ".may-be-written"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise NotReady(
                f"{place} cannot be written ({error.strerror}). Give this user write access,"
                " or set PLUMBLINE_VAR to a folder that can be written."
            ) from None


def reach_database() -> None:
    """Ask the database something; a server that is down or refuses is named without its password."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        where = connection.settings_dict["NAME"]
        if connection.vendor == "postgresql":
            where = f"{connection.settings_dict['HOST'] or 'the local socket'}/{where}"
        said = str(error).strip().splitlines()[-1]
        raise NotReady(
            f"The database at {where} cannot be reached ({said}). Start it, or correct DATABASE_URL."
        ) from None


def reach_redis() -> None:
    """Ask Redis something, where it is used."""
    if not settings.REDIS_URL:
        return
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        where = urlsplit(settings.REDIS_URL).hostname
        raise NotReady(f"Redis at {where} cannot be reached ({error}). Start it, or correct REDIS_URL.") from None


def migrate(say: Say) -> None:
    """Apply what is not applied yet; triggers that are not as the last migration left them are said, not mended."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
    elif triggers.missing():
        logger.error("Triggers that guard the record are missing: see docs/security.md and `manage.py audit_verify`.")


def make_cache_table() -> None:
    """The table of the database cache, where no Redis does the caching."""
    if not settings.REDIS_URL and settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def collect_static_files(say: Say) -> None:
    """Copy and compress static files, unless those of last time are still the same."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.parent / "static-collected"
    found = fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == found and any(root.iterdir()):
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(found, encoding="utf-8")


def fingerprint_of_static_files() -> str:
    """The hash over names, sizes and times of all static files there are."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
