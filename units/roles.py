"""Roles as data: what each role may do. Abilities are names in code, never columns.

A grant gives a person a role on a unit and all below it, for a time. Pairs in SEPARATED may not meet
in one person (SECURITY: separation of duties), whatever the units.
"""

from __future__ import annotations

EXECUTIVE = "executive"
UNIT_LEADER = "unit_leader"
FINANCE_ADMIN = "finance_admin"
APPROVER = "approver"
BOARD_READER = "board_reader"
AUDITOR = "auditor"
ACCESS_ADMIN = "access_admin"

LABELS = {
    EXECUTIVE: "Executive",
    UNIT_LEADER: "Unit leader",
    FINANCE_ADMIN: "Finance administrator",
    APPROVER: "Approver",
    BOARD_READER: "Board reader",
    AUDITOR: "Auditor",
    ACCESS_ADMIN: "Access administrator",
}

ABILITIES: dict[str, frozenset[str]] = {
    EXECUTIVE: frozenset(
        {
            "figures.read",
            "alerts.read",
            "alerts.work",
            "alerts.escalate",
            "alerts.silence",
            "thresholds.read",
            "plans.make",
            "scenarios.make",
            "commentary.read",
            "commentary.work",
            "commentary.write",
            "commentary.accept",
        }
    ),
    UNIT_LEADER: frozenset(
        {
            "figures.read",
            "alerts.read",
            "alerts.work",
            "alerts.escalate",
            "thresholds.read",
            "scenarios.make",
            "commentary.read",
            "commentary.work",
            "commentary.write",
            "commentary.accept_below",
        }
    ),
    FINANCE_ADMIN: frozenset(
        {
            "figures.read",
            "plans.make",
            "scenarios.make",
            "figures.import",
            "structure.import",
            "periods.close",
            "alerts.read",
            "alerts.work",
            "alerts.escalate",
            "alerts.silence",
            "telling.manage",
            "thresholds.read",
            "thresholds.set",
            "metrics.define",
            "recompute.run",
            "imports.read",
            "record.read",
            "admin.enter",
            "commentary.read",
            "commentary.work",
            "commentary.accept",
        }
    ),
    APPROVER: frozenset(
        {
            "figures.read",
            "alerts.read",
            "thresholds.read",
            "thresholds.approve",
            "budgets.approve",
            "commentary.read",
        }
    ),
    BOARD_READER: frozenset({"packs.read"}),
    AUDITOR: frozenset(
        {
            "figures.read",
            "alerts.read",
            "thresholds.read",
            "record.read",
            "record.verify",
            "imports.read",
            "commentary.read",
        }
    ),
    ACCESS_ADMIN: frozenset({"people.manage", "grants.manage", "admin.enter"}),
}

ABILITY_LABELS = {
    "figures.read": "Read figures",
    "figures.import": "Import figures",
    "structure.import": "Import units and accounts",
    "periods.close": "Close periods",
    "alerts.read": "Read alerts",
    "alerts.work": "Work on alerts",
    "alerts.escalate": "Escalate alerts",
    "alerts.silence": "Silence alerts",
    "telling.manage": "Say who is told",
    "thresholds.read": "Read thresholds",
    "thresholds.set": "Set thresholds",
    "thresholds.approve": "Approve thresholds",
    "budgets.approve": "Approve budgets",
    "plans.make": "Divide budgets",
    "scenarios.make": "Make scenarios",
    "metrics.define": "Define metrics",
    "recompute.run": "Have figures computed anew",
    "imports.read": "Read imports",
    "record.read": "Read the record",
    "record.verify": "Verify the record",
    "commentary.read": "Read commentary",
    "commentary.work": "Work on commentary",
    "commentary.write": "Write commentary",
    "commentary.accept": "Accept commentary",
    "commentary.accept_below": "Accept commentary of units below",
    "packs.read": "Read board packs",
    "people.manage": "Manage people",
    "grants.manage": "Grant roles",
    "admin.enter": "Enter the administration",
}
"""What an ability lets somebody do, for pages; programs and the record go by its name."""

SEPARATED: tuple[tuple[str, str], ...] = (
    (FINANCE_ADMIN, APPROVER),
    *((ACCESS_ADMIN, role) for role in (EXECUTIVE, UNIT_LEADER, FINANCE_ADMIN, APPROVER, AUDITOR, BOARD_READER)),
    *((AUDITOR, role) for role in (UNIT_LEADER, FINANCE_ADMIN, APPROVER, EXECUTIVE)),
)
