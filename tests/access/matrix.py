"""The access matrix: what opens each route, which kind of object its address names, and which methods it answers.

To add a route, add a row. A route without a row fails a test, and so does a row without a route.
"""

from __future__ import annotations

from dataclasses import replace

from tests.access.account import ACCOUNT
from tests.access.policy import ANYHOW, READ, SHOWN, SHOWN_OR_SENT_ON, Row, Work

DIVIDED = {"budget": "100", "requests": "request,asked\nAds,200"}
DIVISION = {"budget": "100", "requests": [{"request": "Ads", "asked": "200"}]}


def api(of: str = "", ability: str = "figures.read", **works: Work) -> Row:
    """A route of the API."""
    return Row(style="api", of=of, ability=ability, works=works, answers=READ | {"OPTIONS"})


SILENCE = {"unit": "SHOPS", "ends": "2026-10-20T12:00:00Z", "reason": "The shops move."}
PROPOSED = {
    "code": "new-one",
    "unit": "SHOPS",
    "metric": "operating_cost",
    "warning": "15 %",
    "reason": "It has to be.",
}
CHANNEL = {"name": "Room", "kind": "slack", "unit": "GROUP", "address": "https://hooks.example.com/in"}


def deed(of: str, ability: str, done: int, *, seen: str = "") -> Row:
    """A deed on an object of the API, which is asked for by posting a reason."""
    work = Work(ability, frozenset({done}), {"reason": "It has to be."})
    return Row(style="api", of=of, ability=seen or ability, works={"POST": work}, answers=frozenset({"OPTIONS"}))


def step_on(ability: str, done: int, *, style: str = "page", **data: object) -> Row:
    """A step on a proposal, which whoever may read thresholds there finds."""
    return Row(
        style=style,
        of="proposal",
        ability="thresholds.read",
        works={"POST": Work(ability, frozenset({done}), data)},
        answers=frozenset({"OPTIONS"} if style == "api" else ()),
    )


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
    **table("ledger/hyperinflation", "metrics.define", "hyperinflation pk"),
    **table("ledger/holiday", "metrics.define", "holiday pk"),
    **table("ledger/entry", "record.read", "entry"),
    **table("metrics/metric", "metrics.define", "metric pk", add=True, change=True),
    **table("metrics/run", "record.read", "run pk"),
    **table("metrics/sheet", "record.read", "sheet"),
    **table("alerts/channel", "telling.manage", "channel pk", add=True, change=True),
    **table("alerts/letter", "telling.manage", "letter pk"),
    **table("alerts/deputy", "grants.manage", "deputy pk", add=True),
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
    "label": Work("alerts.work", SHOWN, {"verdict": "useful"}),
    # There is nothing on the list of the alert yet.
    "tick": Work("alerts.work", frozenset({400}), {"item": 1}),
    "untick": Work("alerts.work", frozenset({400}), {"item": 1}),
    "strike": Work("alerts.work", frozenset({400}), {"item": 1}),
    # Nobody of the cast has resolved the alert or taken a step on it: there is nothing to open or take back.
    "reopen": Work("alerts.work", frozenset({409}), {"reason": "It came back."}),
    "undo": Work("alerts.work", frozenset({409})),
}

ALERTS_API: dict[str, Row] = {
    "api/v1/alerts/": api(ability="alerts.read"),
    "api/v1/alerts/<public_id>/": api("alert", "alerts.read"),
    "api/v1/alerts/<public_id>/events/": api("alert", "alerts.read"),
    "api/v1/alerts/<public_id>/items/": api(
        "alert", "alerts.read", POST=Work("alerts.work", SHOWN, {"items": ["Call the owner."]})
    ),
    **{
        f"api/v1/alerts/<public_id>/{name}/": Row(
            style="api", of="alert", ability="alerts.read", works={"POST": work}, answers=frozenset({"OPTIONS"})
        )
        for name, work in STEPS.items()
    },
    "api/v1/thresholds/": api(ability="thresholds.read"),
    "api/v1/thresholds/<code>/": api("threshold", "thresholds.read"),
    "api/v1/thresholds/<code>/worth/": api("threshold", "thresholds.read"),
}

PROPOSALS_API: dict[str, Row] = {
    "api/v1/proposals/": api(ability="thresholds.read", POST=Work("thresholds.set", frozenset({201}), PROPOSED)),
    "api/v1/proposals/<public_id>/": api("proposal", "thresholds.read"),
    # Nobody was shown it, so nobody knows the hash; and it is Olga's to withdraw.
    "api/v1/proposals/<public_id>/approve/": step_on("thresholds.approve", 409, style="api", hash="0" * 64),
    "api/v1/proposals/<public_id>/refuse/": step_on("thresholds.approve", 200, style="api", comment="No."),
    "api/v1/proposals/<public_id>/withdraw/": step_on("thresholds.set", 400, style="api"),
}

TELLING_API: dict[str, Row] = {
    "api/v1/gaps/": api(ability="alerts.read"),
    "api/v1/gaps/<public_id>/": api("gap", "alerts.read"),
    "api/v1/quiet/": Row(style="api", ability="alerts.read", answers=READ | {"OPTIONS"}, found=frozenset({200, 400})),
    "api/v1/silences/": api(ability="alerts.read", POST=Work("alerts.silence", frozenset({201}), SILENCE)),
    "api/v1/silences/<public_id>/": api("silence", "alerts.read"),
    "api/v1/silences/<public_id>/lift/": deed("silence", "alerts.silence", 200, seen="alerts.read"),
    # No token opens what follows: to say where news goes is for people.
    "api/v1/channels/": api(ability="telling.manage", POST=Work("telling.manage", frozenset({201}), CHANNEL)),
    "api/v1/channels/<public_id>/": api("channel", "telling.manage"),
    # The channel is retired already, and what could not be sent there is not sent again.
    "api/v1/channels/<public_id>/rotate/": deed("channel", "telling.manage", 400),
    "api/v1/channels/<public_id>/retire/": deed("channel", "telling.manage", 400),
    "api/v1/letters/": api(ability="telling.manage"),
    "api/v1/letters/<key>/": api("letter", "telling.manage"),
    "api/v1/letters/<key>/replay/": deed("letter", "telling.manage", 400),
}


SAID = {"line": "cost_of_sales", "text": "Prices rose.", "cause": "price", "nature": "permanent"}
ON_SHOPS = {**SAID, "unit": "SHOPS", "period": "2026-09"}


def words_on(ability: str, **data: object) -> Row:
    """A step on submitted words over the API."""
    work = Work(ability, SHOWN, data)
    return Row(
        style="api",
        of="submitted commentary",
        ability="commentary.work",
        works={"POST": work},
        answers=frozenset({"OPTIONS"}),
    )


COMMENTARY_API: dict[str, Row] = {
    "api/v1/commentary/": api(
        ability="commentary.read", POST=Work("commentary.write", frozenset({201, 400}), ON_SHOPS)
    ),
    "api/v1/commentary/<public_id>/": api("commentary", "commentary.read"),
    # It is submitted already.
    "api/v1/commentary/<public_id>/submit/": replace(
        words_on("commentary.write"), works={"POST": Work("commentary.write", frozenset({409}))}
    ),
    "api/v1/commentary/<public_id>/accept/": words_on("commentary.accept"),
    "api/v1/commentary/<public_id>/reopen/": words_on("commentary.work", reason="Which prices?"),
    "api/v1/commentary/<public_id>/reply/": words_on("commentary.work", text="Which prices?"),
}


def posted(ability: str, done: frozenset[int], of: str = "", door: str = "ability", **data: object) -> Row:
    """A page that only takes what is posted."""
    return Row(door=door, ability=ability, of=of, answers=frozenset(), works={"POST": Work(ability, done, data)})


SAVED = {"_save": "1"}  # a form that misses its fields is shown again

PAGES: dict[str, Row] = {
    "health/": Row(door="public"),
    "health/web/": Row(door="public"),
    "": Row(door="session", found=SHOWN_OR_SENT_ON),
    "home/": Row(),
    # Wherever a figure may be read it may be pinned; a form without a unit, or of one out of sight, finds nothing.
    "home/pins/": posted("anybody", frozenset({404}), door="session"),
    "home/pins/off/": posted("anybody", frozenset({404}), door="session"),
    "home/pins/move/": posted("anybody", frozenset({404}), door="session"),
    "home/views/": posted("figures.read", frozenset({422})),
    # A view is whose it is, and none of these is anybody's of the cast.
    "home/views/<public_id>/<name>/": replace(
        posted("anybody", frozenset({404}), "view", door="session"), also={"name": "drop"}
    ),
    "overview/": Row(),
    "resources/": Row(),
    "resources/export/": posted("figures.read", frozenset({200})),
    "completeness/": Row(),
    "completeness/close/": posted("periods.close", frozenset({302}), period="2026-09", unit="RETAIL"),
    "units/": Row(),
    "units/<code>/": Row(of="unit"),
    "units/<code>/export/": posted("figures.read", frozenset({200}), "unit"),
    "units/<code>/metrics/": Row(of="unit"),
    "units/<code>/metrics/<metric>/": Row(of="unit", also={"metric": "revenue"}),
    "units/<code>/explain/<metric>/": Row(of="unit", also={"metric": "revenue"}),
    "units/<code>/explain/<metric>/rows/": replace(
        posted("figures.read", frozenset({200}), "unit"), also={"metric": "revenue"}
    ),
    "units/<code>/explain/<metric>/problems/": Row(
        of="unit",
        ability="commentary.work",
        also={"metric": "revenue"},
        works={"POST": Work("commentary.work", frozenset({302}), {"text": "Two invoices are missing."})},
    ),
    "units/<code>/forecast/<metric>/": Row(of="unit", also={"metric": "revenue"}),
    "units/<code>/commentary/": Row(
        of="unit", ability="commentary.read", works={"POST": Work("commentary.write", frozenset({302}), SAID)}
    ),
    "units/<code>/commentary/roll-forward/": Row(
        of="unit",
        ability="commentary.read",
        answers=frozenset(),
        works={"POST": Work("commentary.write", frozenset({302}), {"line": "cost_of_sales"})},
    ),
    "commentary/": Row(ability="commentary.read"),
    "commentary/<public_id>/<name>/": Row(
        ability="commentary.work",
        of="submitted commentary",
        also={"name": "accept"},
        answers=frozenset(),
        works={"POST": Work("commentary.accept", frozenset({302}))},
    ),
    "alerts/": Row(ability="alerts.read"),
    "alerts/rules/": Row(ability="alerts.read"),
    "alerts/waiting/": Row(ability="alerts.read"),
    "alerts/quiet/": Row(ability="alerts.read"),
    "alerts/gaps/": Row(ability="alerts.read"),
    "alerts/silences/": Row(ability="alerts.read", works={"POST": Work("alerts.silence", SHOWN)}),
    "alerts/silences/<public_id>/lift/": Row(
        ability="alerts.read",
        of="silence",
        answers=frozenset(),
        works={"POST": Work("alerts.silence", frozenset({302}), {"reason": "It is over."})},
    ),
    "alerts/proposals/": Row(ability="thresholds.read"),
    "alerts/proposals/<public_id>/": Row(ability="thresholds.read", of="proposal"),
    "alerts/proposals/<public_id>/approve/": step_on("thresholds.approve", 409, hash="0" * 64),
    "alerts/proposals/<public_id>/refuse/": step_on("thresholds.approve", 302, comment="No."),
    "alerts/proposals/<public_id>/withdraw/": step_on("thresholds.set", 400),
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
    "imports/structure/dated/": Row(ability="structure.import", works={"POST": Work("structure.import", SHOWN)}),
    "imports/<public_id>/": Row(ability="imports.read", of="import"),
    # An upload is its uploader's alone; the one of the company is Olga's.
    "imports/uploads/<public_id>/": Row(
        ability="figures.import",
        of="upload",
        found=frozenset({404}),
        works={"POST": Work("figures.import", frozenset({404}))},
    ),
    "imports/uploads/<public_id>/discard/": posted("figures.import", frozenset({404}), "upload"),
    "imports/uploads/<public_id>/mend/": posted("figures.import", frozenset({404}), "upload"),
    "imports/uploads/<public_id>/problems/": posted("figures.import", frozenset({404}), "upload"),
    "thresholds/": Row(ability="thresholds.read"),
    "thresholds/new/": Row(ability="thresholds.set", works={"POST": Work("thresholds.set", frozenset({400}), SAVED)}),
    "thresholds/new/try/": posted("thresholds.set", frozenset({422})),
    "thresholds/<code>/": Row(
        ability="thresholds.read",
        of="threshold",
        works={"POST": Work("thresholds.set", frozenset({400}), SAVED)},
    ),
    "thresholds/<code>/try/": Row(
        ability="thresholds.read",
        of="threshold",
        answers=frozenset(),
        works={"POST": Work("thresholds.set", frozenset({422}))},
    ),
    "thresholds/<code>/retire/": Row(
        ability="thresholds.read",
        of="threshold",
        answers=frozenset(),
        works={"POST": Work("thresholds.set", frozenset({302}), {"reason": "Nobody needs it."})},
    ),
    "scenarios/": Row(works={"POST": Work("scenarios.make", frozenset({400}))}),
    "scenarios/compare/": Row(),
    # Each is shared with everybody there is, to be changed: a share opens nothing.
    "scenarios/<public_id>/": Row(of="scenario", works={"POST": Work("scenarios.make", frozenset({302}))}),
    "scenarios/<public_id>/try/": posted("figures.read", frozenset({302}), "scenario"),
    "scenarios/<public_id>/export/": posted("figures.read", frozenset({200}), "scenario"),
    "scenarios/<public_id>/<name>/": Row(
        of="scenario",
        also={"name": "rebase"},
        answers=frozenset(),
        works={"POST": Work("scenarios.make", frozenset({302}))},
    ),
    "planning/": Row(
        ability="plans.make",
        works={"POST": Work("plans.make", frozenset({302}), DIVIDED)},
    ),
    "planning/<public_id>/": Row(ability="plans.make", of="division", found=frozenset({404})),
    "runs/": Row(ability="recompute.run", works={"POST": Work("recompute.run", frozenset({302}))}),
    "record/": Row(ability="record.read"),
    "search/": Row(door="session"),
    "terms/": Row(),
    "terms/<metric>/": Row(of="metric"),
    "record/export/": posted("record.read", frozenset({200})),
    "record/verify/": posted("record.verify", frozenset({302})),
    "account/": Row(door="session"),
    "account/theme/": posted("anybody", frozenset({302}), door="session", theme="dark"),
    "account/hours/": posted("anybody", frozenset({302}), door="session", hour="6", time_zone=""),
    "account/zones/": Row(door="session"),
    "account/quiet/": posted("anybody", frozenset({302}), door="session", days="1", begins="20:00", ends="07:00"),
    # A quiet window and a deputy are whose they are, and none of these is anybody's of the cast.
    "account/quiet/<public_id>/end/": posted("anybody", frozenset({404}), "window", door="session"),
    "account/deputies/": posted("alerts.read", frozenset({302})),
    "account/deputies/<public_id>/end/": posted("anybody", frozenset({404}), "deputy", door="session"),
    "account/tokens/": posted("anybody", SHOWN, door="session"),
    # A key is its holder's alone, and none of these is anybody's.
    "account/tokens/<prefix>/revoke/": posted("anybody", frozenset({404}), "token", door="session"),
}

OF_THE_API = {**API, **ALERTS_API, **PROPOSALS_API, **TELLING_API, **COMMENTARY_API}
ROWS: dict[str, Row] = {**ACCOUNT, **OF_THE_API, **ADMIN, **PAGES}
