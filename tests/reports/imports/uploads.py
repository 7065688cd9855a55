"""Files as people send them, and what a test asks of what became of them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from audit.models import Record
from jobs.work import drain
from people.models import Person
from reports.models import Upload
from tests.cast import person
from tests.ledger.imports import csv

OCTOBER = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-10 | 1400
    SHOPS | COSTS   | 2026-10 | 370.25
"""
WRONG = """
    unit    | account | period  | amount
    SHOPS   | REVENUE | 2026-10 | 14OO
    NOWHERE | REVENUE | 2026-10 | 1
    SHOPS   | COSTS   | 2026-10 | 370
"""
AT_ONCE = frozenset({"reports.upload.check", "reports.upload.land"})
UNITS = "code,name,parent,kind\nKIOSKS,Kiosks,RETAIL,unit\n"


def a_file(text: str | bytes, name: str = "october.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else csv(text))


def send(client: Client, text: str | bytes = OCTOBER, *, name: str = "october.csv", **terms: object):
    return client.post("/imports/", {"file": a_file(text, name), "source": "erp", **terms})


def work() -> None:
    """Let the worker do what is due: check and land, not the engine."""
    drain(clock=timezone.now, kinds=AT_ONCE)


def uploaded(client: Client, text: str | bytes = OCTOBER, **terms: object) -> Upload:
    """A file that was sent and checked."""
    assert send(client, text, **terms).status_code == 302
    work()
    return Upload.objects.latest("pk")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def here(upload: Upload) -> str:
    return f"/imports/uploads/{upload.public_id}/"


def kept(files) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def recorded() -> list[str]:
    return list(Record.objects.order_by("pk").values_list("verb", flat=True))


def a_colleague() -> Person:
    return person("Felix Finance", "finance_admin")
