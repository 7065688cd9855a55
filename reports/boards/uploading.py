"""An upload while the worker is at it, or after it gave up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from jobs.models import Job
from reports.actions.uploads import CHECK, LAND
from reports.boards.work import newest_job, progress_of
from reports.figures import CHECK as CHECKED
from reports.figures import IMPORT, Action, Progress, UploadBoard
from reports.models import Upload
from reports.stages import said


def working_board(upload: Upload, common: Mapping[str, Any], *, at: datetime) -> UploadBoard:
    """What happens now and how far it is. `common` is what every board of this upload has."""
    is_check = upload.state == Upload.State.CHECKING
    job = newest_job(CHECK if is_check else LAND, key=upload.public_id)
    if job is not None and job.state == Job.State.FAILED:
        return UploadBoard(
            step=CHECKED if is_check else IMPORT,
            heading="The import stopped on our side",
            text=f"Nothing was changed. Upload it again; if it stops again, tell your administrator: job {job.pk}.",
            actions=(Action("Upload it again", reverse("imports"), "upload"),),
            **common,
        )
    label = "Checking every row" if is_check else "Importing"
    progress = progress_of(job, label=label, href=str(common["action_href"]), at=at)
    if job is not None and job.state == Job.State.RUNNING and upload.kind == Upload.Kind.FIGURES:
        progress = _rows_told(progress, job, lands=not is_check)
    return UploadBoard(
        step=CHECKED if is_check else IMPORT,
        heading="The file is being checked" if is_check else "The file is being imported",
        text="Nothing is imported before you have seen what changes." if is_check else "All of it lands, or nothing.",
        progress=progress,
        **common,
    )


def _rows_told(progress: Progress, job: Job, *, lands: bool) -> Progress:
    """The progress of a job that counts the rows of a file of figures."""
    share = 100 * job.done_steps // job.all_steps if job.all_steps else 0
    return replace(progress, percent=max(2, min(share, 99)), text=said(job.done_steps, job.all_steps, lands=lands))
