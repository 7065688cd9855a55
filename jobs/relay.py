"""Carries a job's id to the queue. The queue is speed, not truth: what gets lost here the sweeper sends again."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

RUN = "jobs.run"
EXPIRES = 120  # seconds; an id that waited longer has been sent again by the sweeper


def send_on_commit(job_id: int) -> None:
    """Send the id once the transaction that wrote the job has committed; a lost broker fails no request."""
    transaction.on_commit(partial(send, job_id), robust=True)


def send(job_id: int) -> bool:
    """Put one id on the queue; False, and a line in the log, when the broker cannot be reached."""
    with current_app.connection_for_write(transport_options={"max_retries": 0}) as connection:
        unreachable = (KombuError, OSError, *connection.connection_errors, *connection.channel_errors)
        try:
            current_app.send_task(
                RUN, kwargs={"job_id": job_id}, expires=EXPIRES, retry=False, ignore_result=True, connection=connection
            )
        except unreachable as error:
            logger.warning("Job %s stays for the sweeper: the broker cannot be reached (%s).", job_id, error)
            return False
    return True
