"""For every kind of object that an address may name: the key of the one at each place."""

from __future__ import annotations

from collections.abc import Mapping

from tests.access.furniture import Furnished
from tests.access.policy import PLACES


def objects(furnished: Furnished, places: Mapping[str, str | None] = PLACES) -> dict[str, dict[str, object]]:
    """For each kind of object its key for each place."""
    company = furnished.company
    nothing = 999_999

    def placed(by_unit: Mapping[str, object], absent: object) -> dict[str, object]:
        return {place: absent if code is None else by_unit[code] for place, code in places.items()}

    return {
        "unit": placed({code: code for code in furnished.units}, "NOWHERE"),
        "unit pk": placed({code: unit.pk for code, unit in furnished.units.items()}, nothing),
        "sheet": placed({code: sheet.pk for code, sheet in furnished.sheets.items()}, nothing),
        "entry": placed({code: entry.pk for code, entry in furnished.entries.items()}, nothing),
        "holiday pk": placed({code: holiday.pk for code, holiday in furnished.holidays.items()}, nothing),
        "alert": placed({code: alert.public_id for code, alert in furnished.alerts.items()}, "alert-of-nothing"),
        "alert pk": placed({code: alert.pk for code, alert in furnished.alerts.items()}, nothing),
        "threshold": placed({code: row.code for code, row in furnished.thresholds.items()}, "margin-nowhere"),
        "threshold pk": placed({code: row.pk for code, row in furnished.thresholds.items()}, nothing),
        "period": _shared("2026-09", "1999-01"),
        "period pk": _shared(company.open_month.pk, nothing),
        "account": _shared("REVENUE", "NO-ACCOUNT"),
        "version": _shared("actual", "no-version"),
        "metric": _shared("revenue", "no_metric"),
        "person pk": _shared(furnished.person.pk, nothing),
        "grant pk": _shared(furnished.grant.pk, nothing),
        "account pk": _shared(furnished.account.pk, nothing),
        "rate pk": _shared(furnished.rate.pk, nothing),
        "hyperinflation pk": _shared(furnished.hyperinflation.pk, nothing),
        "run pk": _shared(furnished.run.pk, nothing),
        "metric pk": _shared(furnished.metric.pk, nothing),
        "version pk": _shared(furnished.version.pk, nothing),
        "silence": placed({code: row.public_id for code, row in furnished.silences.items()}, "silence-of-nothing"),
        "gap": placed({code: row.public_id for code, row in furnished.gaps.items()}, "gap-of-nothing"),
        "proposal": placed({code: row.public_id for code, row in furnished.proposals.items()}, "proposal-of-nothing"),
        "channel pk": _shared(furnished.channel.pk, nothing),
        "letter pk": _shared(furnished.letter.pk, nothing),
        "deputy pk": _shared(furnished.deputy.pk, nothing),
        "deputy": _shared(furnished.deputy.public_id, "deputy-of-nobody"),
        "window": _shared(furnished.window.public_id, "window-of-nobody"),
        "channel": _shared(furnished.channel.public_id, "channel-of-nothing"),
        "letter": _shared(furnished.letter.key, "1" * 64),
        "commentary": placed({code: row.public_id for code, row in furnished.agreed.items()}, "words-on-nothing"),
        "submitted commentary": placed(
            {code: row.public_id for code, row in furnished.submitted.items()}, "words-on-nothing"
        ),
        "scenario": placed({code: row.public_id for code, row in furnished.scenarios.items()}, "scenario-of-nothing"),
        "app": _shared("units", "sessions"),
        "upload": _shared(furnished.upload.public_id, "upload-of-nobody"),
        "view": _shared("view-of-olga-other", "view-of-nobody"),
        "division": _shared("division-of-olga-other", "division-of-nobody"),
        "import": _shared("company-of-the-tests", "import-of-nothing"),
        "token": _shared("plb_nobodys1", "plb_nobodys2"),
        "rest": _shared("no/such/page/", "no/such/page/"),
    }


def _shared(key: object, absent: object) -> dict[str, object]:
    """An object that is the same for everybody."""
    return {place: absent if place == "absent" else key for place in PLACES}
