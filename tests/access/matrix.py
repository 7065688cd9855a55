"""The access matrix: who gets what answer, on every route, by every method, for every object.

The policy is written here from SECURITY and the roles' descriptions, not from the code. To add a route, add
a row: what opens it, which kind of object its address names, and which methods it answers. A route without
a row fails a test, and so does a row without a route.

    own      Retail          child    Shops, below it
    sibling  Wholesale       parent   the whole company, above it
    absent   nothing, in an address that looks like the others
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.access.furniture import Furnished
from tests.access.routes import Route

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READ = frozenset({"GET", "HEAD"})
ANYHOW = frozenset(METHODS)  # Django's admin looks at the method only where it saves
SHOWN = frozenset({200})
SHOWN_OR_SENT_ON = frozenset({200, 302})

PLACES: dict[str, str | None] = {
    "own": "RETAIL",
    "child": "SHOPS",
    "sibling": "WHOLESALE",
    "parent": "GROUP",
    "absent": None,
}

EVERYTHING = frozenset({"GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "ELIM"})
NOTHING: frozenset[str] = frozenset()

# Where each of the cast has the abilities of the role. `anonymous` has no session, that of `deactivated` is
# dead, and a token opens the API only.
UNITS: dict[str, frozenset[str]] = {
    "anonymous": NOTHING,
    "deactivated": NOTHING,
    "stranger": NOTHING,
    "former_lead": NOTHING,
    "retail_lead": frozenset({"RETAIL", "SHOPS"}),
    "wholesale_lead": frozenset({"WHOLESALE", "DEPOT"}),
    "group_lead": EVERYTHING,
    "executive": EVERYTHING,
    "finance_admin": EVERYTHING,
    "approver": EVERYTHING,
    "auditor": EVERYTHING,
    "board_reader": EVERYTHING,
    "access_admin": EVERYTHING,
    "retail_token": frozenset({"SHOPS"}),
    "finance_token": EVERYTHING,
}
CAST = tuple(UNITS)
TOKENS = frozenset({"retail_token", "finance_token"})
WITHOUT_SESSION = TOKENS | {"anonymous", "deactivated"}

LEADERS = frozenset({"retail_lead", "wholesale_lead", "group_lead"})
READERS = LEADERS | {"executive", "finance_admin", "approver", "auditor"}
WHO_MAY: dict[str, frozenset[str]] = {
    "figures.read": READERS | TOKENS,
    "alerts.read": READERS | {"retail_token"},
    "alerts.work": LEADERS | {"executive", "finance_admin"},
    "alerts.escalate": LEADERS | {"executive", "finance_admin"},
    "thresholds.read": READERS,
    "thresholds.set": frozenset({"finance_admin"}),
    "figures.import": frozenset({"finance_admin", "finance_token"}),
    "imports.read": frozenset({"finance_admin", "auditor"}),
    "structure.import": frozenset({"finance_admin"}),
    "metrics.define": frozenset({"finance_admin"}),
    "recompute.run": frozenset({"finance_admin"}),
    "plans.make": frozenset({"executive", "finance_admin"}),
    "record.read": frozenset({"finance_admin", "auditor"}),
    "record.verify": frozenset({"auditor"}),
    "people.manage": frozenset({"access_admin"}),
    "grants.manage": frozenset({"access_admin"}),
    "admin.enter": frozenset({"finance_admin", "access_admin"}),
    "anybody": frozenset(CAST),
}


@dataclass(frozen=True)
class Work:
    """A method that writes: the ability it needs, what it says when done (nothing: never), what is sent along."""

    ability: str
    done: frozenset[int]
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """The policy of one route.

    `door` says who gets as far as the question of abilities:
        public    everybody
        closed    nobody: it is not found, whoever asks
        session   everybody signed in; there is nothing more to ask
        ability   whoever signed in and has the ability, for the object where the address names one
        admin     the same, and who may enter the admin at all
        barred    nobody: it is forbidden, whoever asks for whatever
    `style` says how a closed door looks to somebody without a session: a page sends to the sign-in page, the
    API answers 401 (and opens to tokens). `of` is the kind of object in the address, `seen` the ability by
    which its rows are seen where that is another one than the page's. `works` are the methods that write.
    """

    door: str = "ability"
    ability: str = "figures.read"
    style: str = "page"
    of: str = ""
    seen: str = ""
    answers: frozenset[str] = READ
    found: frozenset[int] = SHOWN
    works: Mapping[str, Work] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)  # other parameters of the address, always the same
    blind: bool = False  # answers alike whatever object the address names

    def address(self, route: Route, known: Mapping[str, Mapping[str, object]], place: str) -> str:
        """The path of the object at a place."""
        values = {name: self.also.get(name) or known[self.of][place] for name in route.parameters}
        return route.address(values)


# --- what is expected ---------------------------------------------------------------------------------


def expected(row: Row, who: str, method: str, place: str = "own") -> frozenset[int]:
    """The statuses that policy allows: one, except where several say the same to everybody."""
    refusal = _at_the_door(row, who)
    if refusal is not None:
        return refusal
    if method in row.works:
        return _of_work(row, row.works[method], who, place)
    if row.style == "api" and method == "OPTIONS":
        place = "own" if row.of not in BY_UNIT else place_in_reach(who)  # describes the route, not the object
    reading = _of_reading(row, who, place)
    if method in row.answers:
        return reading
    # Not answered: said before or after the question who asks, but never done.
    refused = reading - {200, 302}
    return refused | {405} | (SHOWN if method == "OPTIONS" else frozenset())


def places(row: Row, who: str, method: str) -> tuple[str, ...]:
    """The objects worth asking about: all where it matters, one where the door is closed before."""
    if _at_the_door(row, who) is not None:
        return ("own",)
    return ("own", "sibling", "absent") if method in ("HEAD", "OPTIONS", "PUT", "PATCH") else tuple(PLACES)


def may(who: str, ability: str, unit: str | None = None) -> bool:
    """Whether this one of the cast may do something, on a unit or anywhere at all."""
    return who in WHO_MAY[ability] and (unit is None or unit in UNITS[who])


def place_in_reach(who: str) -> str:
    """Some place that this one may see; for who sees none it does not matter which."""
    return next((place for place, unit in PLACES.items() if unit in UNITS[who]), "own")


def _at_the_door(row: Row, who: str) -> frozenset[int] | None:
    if row.door == "closed":
        return frozenset({404})
    if row.door == "public" or (row.style == "api" and who in TOKENS):
        return None
    if who in WITHOUT_SESSION:
        return frozenset({401 if row.style == "api" else 302})
    if row.door == "barred" or (row.door == "admin" and not may(who, "admin.enter")):
        return frozenset({403})
    return None


def _of_reading(row: Row, who: str, place: str) -> frozenset[int]:
    if row.door in ("public", "session"):
        return SHOWN if row.works else row.found
    if not may(who, row.ability):
        # Who has the ability nowhere is told the same about every object, there or not.
        return frozenset({403, 404}) if row.of else frozenset({403})
    if row.blind or not row.of or (row.of not in BY_UNIT and place != "absent"):
        return row.found
    unit = PLACES[place]
    return row.found if unit and may(who, row.seen or row.ability, unit) else frozenset({404})


def _of_work(row: Row, work: Work, who: str, place: str) -> frozenset[int]:
    """Not found where the object is not the person's to see, then not allowed, then done."""
    if not work.done:
        return frozenset({403})
    seen = _of_reading(row, who, place)
    if not seen & row.found:
        return seen
    unit = PLACES[place] if row.of in BY_UNIT else None
    return work.done if may(who, work.ability, unit) else frozenset({403})


# --- objects ------------------------------------------------------------------------------------------

BY_UNIT = frozenset({"unit", "unit pk", "sheet", "entry", "alert", "alert pk", "threshold", "threshold pk"})


def objects(furnished: Furnished) -> dict[str, dict[str, object]]:
    """For each kind of object its key for each place."""
    company = furnished.company
    nothing = 999_999
    return {
        "unit": _placed({code: code for code in furnished.units}, "NOWHERE"),
        "unit pk": _placed({code: unit.pk for code, unit in furnished.units.items()}, nothing),
        "sheet": _placed({code: sheet.pk for code, sheet in furnished.sheets.items()}, nothing),
        "entry": _placed({code: entry.pk for code, entry in furnished.entries.items()}, nothing),
        "alert": _placed({code: alert.public_id for code, alert in furnished.alerts.items()}, "alert-of-nothing"),
        "alert pk": _placed({code: alert.pk for code, alert in furnished.alerts.items()}, nothing),
        "threshold": _placed({code: row.code for code, row in furnished.thresholds.items()}, "margin-nowhere"),
        "threshold pk": _placed({code: row.pk for code, row in furnished.thresholds.items()}, nothing),
        "period": _shared("2026-09", "1999-01"),
        "period pk": _shared(company.open_month.pk, nothing),
        "account": _shared("REVENUE", "NO-ACCOUNT"),
        "version": _shared("actual", "no-version"),
        "metric": _shared("revenue", "no_metric"),
        "person pk": _shared(furnished.person.pk, nothing),
        "grant pk": _shared(furnished.grant.pk, nothing),
        "account pk": _shared(furnished.account.pk, nothing),
        "rate pk": _shared(furnished.rate.pk, nothing),
        "run pk": _shared(furnished.run.pk, nothing),
        "metric pk": _shared(furnished.metric.pk, nothing),
        "version pk": _shared(furnished.version.pk, nothing),
        "app": _shared("units", "sessions"),
        "upload": _shared(furnished.upload.public_id, "upload-of-nobody"),
        "division": _shared("division-of-olga-other", "division-of-nobody"),
        "import": _shared("company-of-the-tests", "import-of-nothing"),
        "token": _shared("plb_nobodys1", "plb_nobodys2"),
        "rest": _shared("no/such/page/", "no/such/page/"),
    }


def _placed(by_unit: Mapping[str, object], absent: object) -> dict[str, object]:
    return {place: absent if code is None else by_unit[code] for place, code in PLACES.items()}


def _shared(key: object, absent: object) -> dict[str, object]:
    """An object that is the same for everybody."""
    return {place: absent if place == "absent" else key for place in PLACES}


# --- the rows -----------------------------------------------------------------------------------------

CLOSED = Row(door="closed")
ALLAUTH = frozenset({200, 302, 405})  # its forms look at the method after asking for the password again
OWN_FORM = Row(door="session", answers=ANYHOW, found=ALLAUTH)  # one's own password or second factor

NO_CODES = Row(door="session", answers=ANYHOW, found=frozenset({200, 302, 404, 405}))

ACCOUNT: dict[str, Row] = {
    "account/login/": Row(door="public", answers=ANYHOW, found=ALLAUTH),
    "account/logout/": Row(door="public", answers=ANYHOW, found=ALLAUTH),
    "account/reauthenticate/": OWN_FORM,
    "account/password/change/": OWN_FORM,
    "account/2fa/": Row(door="session", answers=READ | {"OPTIONS"}),
    # Nobody of the cast waits for a second factor, so everybody is sent to where he belongs.
    "account/2fa/authenticate/": Row(door="public", answers=ANYHOW, found=frozenset({302})),
    "account/2fa/reauthenticate/": OWN_FORM,
    # The password is asked for again before anything about the second factor is shown.
    "account/2fa/totp/activate/": OWN_FORM,
    # Nobody of the cast has enrolled: there is nothing to take off and there are no codes to show.
    "account/2fa/totp/deactivate/": Row(door="session", answers=ANYHOW, found=frozenset({404})),
    "account/2fa/recovery-codes/": NO_CODES,
    "account/2fa/recovery-codes/generate/": NO_CODES,
    "account/2fa/recovery-codes/download/": NO_CODES,
    "account/signup/": CLOSED,
    "account/email/": CLOSED,
    "account/inactive/": CLOSED,
    "account/password/set/": CLOSED,
    "account/password/reset/": CLOSED,
}


DIVIDED = {"budget": "100", "requests": "request,asked\nAds,200"}
DIVISION = {"budget": "100", "requests": [{"request": "Ads", "asked": "200"}]}


def api(of: str = "", ability: str = "figures.read", **works: Work) -> Row:
    """A route of the API."""
    return Row(style="api", of=of, ability=ability, works=works, answers=READ | {"OPTIONS"})


API: dict[str, Row] = {
    "api/v1/schema/": Row(style="api", door="session", answers=READ | {"OPTIONS"}),
    "api/v1/units/": api(),
    "api/v1/units/<code>/": api("unit"),
    "api/v1/periods/": api(),
    "api/v1/periods/<code>/": api("period"),
    "api/v1/accounts/": api(),
    "api/v1/accounts/<code>/": api("account"),
    "api/v1/versions/": api(),
    "api/v1/versions/<code>/": api("version"),
    "api/v1/entries/": api(),
    "api/v1/metrics/": api(),
    "api/v1/metrics/<code>/": api("metric"),
    "api/v1/values/": api(),
    "api/v1/forecasts/": api(),
    "api/v1/statistics/": api(),
    "api/v1/cash/": api(),
    "api/v1/attribution/": api(),
    "api/v1/consolidation/": api(),
    "api/v1/hiring/": Row(style="api", ability="plans.make", answers=READ | {"OPTIONS"}, found=frozenset({200, 400})),
    "api/v1/allocations/": api(ability="plans.make", POST=Work("plans.make", frozenset({202}), DIVISION)),
    "api/v1/allocations/<public_id>/": Row(
        style="api", ability="plans.make", of="division", answers=READ | {"OPTIONS"}, found=frozenset({200, 404})
    ),
    # Whatever else is asked for there: nothing is found by those who may ask, and a stranger does not learn that.
    "api/v1/<rest>": Row(style="api", door="session", of="rest", answers=ANYHOW, found=frozenset({404})),
}


def table(
    address: str, ability: str, of: str, *, seen: str = "", add: bool = False, change: bool = False
) -> dict[str, Row]:
    """The routes of a table of the admin: looked at by `ability`, its rows seen by `seen`.

    `add` and `change` say whether the same ability also adds and changes: forms that miss their fields come
    back (200), and nothing is ever deleted.
    """
    row = Row(door="admin", ability=ability, of=of, seen=seen, answers=ANYHOW)
    form = Work(ability, SHOWN_OR_SENT_ON)
    refused = Work(ability, frozenset())
    each = f"admin/{address}/<object_id>"
    return {
        f"admin/{address}/": Row(door="admin", ability=ability, answers=ANYHOW, found=SHOWN_OR_SENT_ON),
        f"admin/{address}/add/": Row(
            door="admin", ability=ability, answers=ANYHOW, found=SHOWN if add else frozenset({403})
        ),
        f"{each}/history/": row,
        f"{each}/delete/": Row(door="barred", of=of, answers=ANYHOW),
        f"{each}/change/": Row(
            door="admin", ability=ability, of=of, seen=seen, answers=ANYHOW, works={"POST": form if change else refused}
        ),
        f"{each}/": Row(door="admin", ability="admin.enter", of=of, answers=ANYHOW, found=frozenset({302}), blind=True),
    }


ADMIN: dict[str, Row] = {
    "admin/": Row(door="admin", ability="admin.enter", answers=ANYHOW),
    "admin/login/": Row(door="public", answers=ANYHOW, found=frozenset({302, 403})),
    "admin/logout/": Row(door="admin", ability="admin.enter", answers=ANYHOW, found=frozenset({302})),
    "admin/password_change/": Row(door="admin", ability="admin.enter", answers=ANYHOW, found=frozenset({302})),
    "admin/jsi18n/": Row(door="admin", ability="admin.enter", answers=READ | {"OPTIONS"}),
    "admin/<app_label>/": Row(door="admin", ability="admin.enter", of="app", answers=ANYHOW),
    "admin/<url>": Row(door="admin", ability="admin.enter", of="rest", answers=ANYHOW, found=frozenset({404})),
    **table("units/unit", "admin.enter", "unit pk"),
    **table("people/person", "people.manage", "person pk", add=True, change=True),
    **table("units/grant", "grants.manage", "grant pk", add=True),
    **table("ledger/account", "metrics.define", "account pk"),
    **table("ledger/period", "metrics.define", "period pk"),
    **table("ledger/version", "metrics.define", "version pk"),
    **table("ledger/rate", "metrics.define", "rate pk"),
    **table("ledger/entry", "record.read", "entry"),
    **table("metrics/metric", "metrics.define", "metric pk", add=True, change=True),
    **table("metrics/run", "record.read", "run pk"),
    **table("metrics/sheet", "record.read", "sheet"),
    **table("alerts/threshold", "thresholds.set", "threshold pk", add=True, change=True),
}

STEPS: dict[str, Work] = {
    "acknowledge": Work("alerts.work", SHOWN, {"text": "Seen."}),
    "start": Work("alerts.work", SHOWN, {"text": "On it."}),
    "assign": Work("alerts.work", SHOWN, {"to": "Olga Other"}),
    "snooze": Work("alerts.work", SHOWN, {"until": "2026-10-20", "reason": "Waiting for the invoice."}),
    "escalate": Work("alerts.escalate", SHOWN, {"to": "Olga Other", "reason": "Too large for me."}),
    "comment": Work("alerts.work", SHOWN, {"text": "A word."}),
    "resolve": Work("alerts.work", SHOWN, {"outcome": "fixed", "text": "Done."}),
    # Nobody of the cast has resolved the alert or taken a step on it: there is nothing to open or take back.
    "reopen": Work("alerts.work", frozenset({409}), {"reason": "It came back."}),
    "undo": Work("alerts.work", frozenset({409})),
}

ALERTS_API: dict[str, Row] = {
    "api/v1/alerts/": api(ability="alerts.read"),
    "api/v1/alerts/<public_id>/": api("alert", "alerts.read"),
    "api/v1/alerts/<public_id>/events/": api("alert", "alerts.read"),
    **{
        f"api/v1/alerts/<public_id>/{name}/": Row(
            style="api", of="alert", ability="alerts.read", works={"POST": work}, answers=frozenset({"OPTIONS"})
        )
        for name, work in STEPS.items()
    },
    "api/v1/thresholds/": api(ability="thresholds.read"),
    "api/v1/thresholds/<code>/": api("threshold", "thresholds.read"),
}


def posted(ability: str, done: frozenset[int], of: str = "", door: str = "ability", **data: object) -> Row:
    """A page that only takes what is posted."""
    return Row(door=door, ability=ability, of=of, answers=frozenset(), works={"POST": Work(ability, done, data)})


PAGES: dict[str, Row] = {
    "health/": Row(door="public"),
    "": Row(door="session", found=SHOWN_OR_SENT_ON),
    "overview/": Row(),
    "units/": Row(),
    "units/<code>/": Row(of="unit"),
    "units/<code>/explain/<metric>/": Row(of="unit", also={"metric": "revenue"}),
    "units/<code>/forecast/<metric>/": Row(of="unit", also={"metric": "revenue"}),
    "alerts/": Row(ability="alerts.read"),
    "alerts/<public_id>/": Row(ability="alerts.read", of="alert"),
    "alerts/<public_id>/<name>/": Row(
        ability="alerts.read",
        of="alert",
        also={"name": "acknowledge"},
        answers=frozenset(),
        works={"POST": Work("alerts.work", frozenset({302}), {"text": "Seen."})},
    ),
    "imports/": Row(ability="imports.read", works={"POST": Work("figures.import", SHOWN)}),
    "imports/structure/": Row(ability="structure.import", works={"POST": Work("structure.import", SHOWN)}),
    "imports/<public_id>/": Row(ability="imports.read", of="import"),
    # An upload is its uploader's alone; the one of the company is Olga's.
    "imports/uploads/<public_id>/": Row(
        ability="figures.import",
        of="upload",
        found=frozenset({404}),
        works={"POST": Work("figures.import", frozenset({404}))},
    ),
    "imports/uploads/<public_id>/discard/": posted("figures.import", frozenset({404}), "upload"),
    "imports/uploads/<public_id>/problems/": posted("figures.import", frozenset({404}), "upload"),
    "planning/": Row(
        ability="plans.make",
        works={"POST": Work("plans.make", frozenset({302}), DIVIDED)},
    ),
    "planning/<public_id>/": Row(ability="plans.make", of="division", found=frozenset({404})),
    "runs/": Row(ability="recompute.run", works={"POST": Work("recompute.run", frozenset({302}))}),
    "record/": Row(ability="record.read"),
    "record/verify/": posted("record.verify", frozenset({302})),
    "account/": Row(door="session"),
    "account/theme/": posted("anybody", frozenset({302}), door="session", theme="dark"),
    "account/tokens/": posted("anybody", SHOWN, door="session"),
    # A key is its holder's alone, and none of these is anybody's.
    "account/tokens/<prefix>/revoke/": posted("anybody", frozenset({404}), "token", door="session"),
}

ROWS: dict[str, Row] = {**ACCOUNT, **API, **ALERTS_API, **ADMIN, **PAGES}
