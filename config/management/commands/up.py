"""`manage.py up`: web, worker and beat under one command, each restarted when it dies and ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connections

from audit.commands import SpokenCommand
from config.preparation import (
    ENVIRONMENT,
    NotReady,
    make_folders,
    reach_database,
    reach_redis,
    refuse_unsafe_production,
)
from config.supervising import plan
from config.supervisor import Child

PARTS = ("web", "worker", "beat")

SPARING = {"MALLOC_ARENA_MAX": "1", "SQLITE_CACHE_MB": "2"}
"""What a web process with its threads holds in memory. glibc gives each thread an arena of its own and returns little
of it; ours take turns and can share one (−9 MB). SQLite gives each thread's connection a cache, which a recompute has
use for; a page reads little of the database, and the system keeps that at hand anyway (−8 MB and more)."""

RETURNING = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
"""A recompute works in matrices of a few MB: glibc would raise this threshold by itself and keep what they freed."""


class Command(SpokenCommand):
    help = "Prepares what is needed, then runs web, worker and beat until Ctrl-C or SIGTERM."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", default=list(PARTS), help="Only these: web, worker, beat.")
        parser.add_argument("--no-prepare", action="store_true", help="The database is prepared elsewhere.")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = check_parts(options["parts"])
        make_folders()
        refuse_unsafe_production()
        reach_database()
        reach_redis()
        if "web" in parts:
            check_port()
        connections.close_all()
        if not options["no_prepare"]:
            prepare_in_a_child()
        supervise(parts)


def check_parts(parts: list[str]) -> list[str]:
    """The parts to run, without repetition; a word that is none of them is refused."""
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise NotReady(f"{unknown[0]} is none of {', '.join(PARTS)}.")
    return [part for part in PARTS if part in parts]


def check_port() -> None:
    """Refuse before anything starts when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, settings.PORT))
        except OSError as error:
            raise NotReady(
                f"Port {settings.PORT} on {settings.BIND} cannot be used ({error.strerror})."
                f" Stop what listens there, or choose another: make run PORT={settings.PORT + 1}"
            ) from None


def prepare_in_a_child() -> None:
    """Run `prepare` and be rid of the memory it took; its own sentence says what stood in the way."""
    done = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=settings.BASE_DIR, check=False)
    if done.returncode:
        sys.exit(done.returncode if done.returncode > 0 else ENVIRONMENT)


def supervise(parts: list[str]) -> None:
    """Become the supervisor of the parts: another program in this process, without all that was loaded here."""
    host = "127.0.0.1" if settings.BIND in {"0.0.0.0", "::"} else settings.BIND  # noqa: S104 -- compared, not bound
    planned = plan([child_of(part) for part in parts], answers_at=(host, settings.PORT) if "web" in parts else None)
    sys.stdout.flush()
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, [sys.executable, "-m", "config.supervising", planned])  # noqa: S606 -- our own program


def child_of(part: str) -> Child:
    """The process of a part. Temporary files stay under the data folder."""
    environment = {**os.environ, "TMPDIR": str(settings.VAR / "tmp"), "PYTHONUNBUFFERED": "1"}
    if part == "web":
        return Child("web", web_command(), {**SPARING, **environment})
    celery = [sys.executable, "-m", "celery", "--app", "config.celery", "--workdir", str(settings.BASE_DIR), "--quiet"]
    if part == "beat":
        return Child("beat", [*celery, "beat", "--pidfile", ""], environment)
    pool = ["--pool", settings.CELERY_WORKER_POOL, "--concurrency", str(settings.CELERY_WORKER_CONCURRENCY)]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Child("worker", [*celery, "worker", *pool, *quiet], {**RETURNING, **environment}, dying_wish=signal.SIGQUIT)


def web_command() -> list[str]:
    """gunicorn with threads; a page is bound by templates and queries, so more would only cost memory."""
    return [
        *[sys.executable, "-m", "gunicorn", "config.wsgi", "--chdir", str(settings.BASE_DIR)],
        *["--config", "python:config.web"],
        *["--bind", f"{settings.BIND}:{settings.PORT}"],
        *["--worker-class", "gthread", "--workers", str(settings.WEB_WORKERS), "--threads", "4"],
        *["--worker-tmp-dir", str(settings.VAR / "tmp"), "--no-control-socket", "--log-level", "warning"],
    ]
