"""The Celery application and its fixed schedule. The broker carries job ids only; jobs are rows (see `jobs`)."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def every(seconds: int, task: str, **terms: Any) -> dict[str, Any]:
    """A line of the schedule; a round nobody took before the next one is due is dropped."""
    return {"task": task, "schedule": float(seconds), "kwargs": terms, "options": {"expires": seconds}}


# It warns of workers that run as root and unpickle what the queue brings; ours reads JSON, and only job ids.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep the jobs": every(15, "jobs.sweep"),
    "seal the record": every(10, "audit.seal"),
    "send what is due": every(30, "alerts.relay"),
    "make boards ahead": every(15, "reports.ahead"),
    "look at the alerts": every(3600, "alerts.look"),
    "seal what a slow transaction left": every(3600, "audit.seal", thorough=True),
}
app.conf.beat_scheduler = "celery.beat:Scheduler"  # the schedule is fixed: nothing to keep on disk

if not settings.REDIS_URL:
    with suppress(OSError):  # `manage.py up` says in words what is wrong with the data folder
        (settings.BROKER_FOLDER / "control").mkdir(parents=True, exist_ok=True)


@setup_logging.connect
def log_as_everybody(**kwargs: Any) -> None:
    """Worker and beat print what the settings say, as web and commands do; Celery would set a level of its own."""
    dictConfig(settings.LOGGING)


@worker_ready.connect
def sweep_first(**kwargs: Any) -> None:
    """A worker that starts looks at once for what the one before it left behind."""
    app.send_task("jobs.sweep", expires=15, ignore_result=True)
