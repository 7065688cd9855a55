"""What beat asks for: sealing what was committed since."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit.sealing import seal as seal_records


@shared_task(name="audit.seal")
def seal(*, thorough: bool = False) -> None:
    """Seal what is not sealed yet."""
    seal_records(at=timezone.now(), thorough=thorough)
