"""Work of the people app: mails about one's own account."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from jobs.registry import Outcome, Work, handles
from people.actions import NOTICE
from people.models import Person


@handles(NOTICE)
def tell_of_removal(work: Work) -> Outcome:
    """Tell somebody that the second factor was taken off; without an address there is nobody to tell."""
    person = Person.objects.get(pk=work.payload["person"])
    if not person.email or not person.is_active:
        return {"told": 0}
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "plumbline"
    key = sha256(f"{work.kind} {work.key}".encode()).hexdigest()
    told = {"person": person, "is_own": work.payload["by"] == "own", "address": f"{settings.SITE_URL}/account/"}
    EmailMessage(
        subject="Your second factor was removed",
        body=render_to_string("emails/factor_removed.txt", told),
        to=[person.email],
        headers={"Message-ID": f"<{key}@{domain}>", "Auto-Submitted": "auto-generated"},
    ).send()
    return {"told": 1}
