"""A company at the edge, written into a database of its own for a server to show.

    PLUMBLINE_VAR=prepared-folder python -m tests.journeys.odd hostile

Prints as JSON `sessions`, the cookie of everybody who reads, and `addresses`, where its pages are: those of PAGES by
who reads them. A process of its own, because Django refuses to write beside the event loop of Playwright.
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings

PAGES = {
    "executive": (
        *("home/", "overview/", "/overview/?period=2026-09&basis=qtd&against=forecast"),
        *("/overview/?sort=variance&page=2", "resources/", "units/"),
        *("/units/{parent}/", "/units/{unit}/?basis=ytd&against=prior-year", "/units/{child}/"),
        *("units/<code>/metrics/", "/units/{unit}/metrics/operating_margin/"),
        *("/units/{unit}/explain/operating_margin/", "/units/{parent}/explain/revenue/?by=driver&against=prior-year"),
        *("/units/{unit}/explain/account:PEOPLE/", "/units/{unit}/forecast/operating_income/"),
        *("/units/{unit}/commentary/?line=revenue", "/commentary/?period=2026-09"),
        *("/alerts/?state=all", "alerts/<public_id>/", "alerts/rules/", "alerts/quiet/"),
        *("scenarios/", "scenarios/<public_id>/", "/scenarios/compare/?with={scenario}&with={other}", "planning/"),
        "/search/?q=re",
    ),
    "finance_admin": (
        *("completeness/", "imports/", "alerts/gaps/", "alerts/silences/"),
        *("thresholds/", "thresholds/new/", "thresholds/<code>/", "alerts/proposals/", "alerts/proposals/<public_id>/"),
    ),
    "auditor": ("record/",),
}
"""Every main page, in the words of tests/reports/edges/walking.py."""


def main() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in; dozens of people
    django.setup()
    from people.models import Person
    from tests.cast import PARTS, session_of
    from tests.reports.edges.companies import built
    from tests.reports.edges.walking import address_of

    edge = built(sys.argv[1])
    emails = {who: PARTS[who].name.lower().replace(" ", ".") + "@example.com" for who in PAGES}
    sessions = {who: session_of(Person.objects.get(email=email)) for who, email in emails.items()}
    found = {
        "sessions": {who: client.cookies[settings.SESSION_COOKIE_NAME].value for who, client in sessions.items()},
        "addresses": {who: [address_of(asked, edge) for asked in pages] for who, pages in PAGES.items()},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
