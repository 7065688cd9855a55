"""The thresholds of the demonstration: what the group watches, from when, and what it recommends.

The rules know limits and metrics, never the units' figures: which unit breaches one, by how much and at which cost
is found by the engine. Recommended actions are texts with computed figures in braces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from alerts.actions import approve, submit
from alerts.models import ThresholdProposal
from alerts.terms import Terms
from alerts.vetting import Proposal
from ledger.models import Period
from sample.company import GROUP
from units.models import Unit
from units.scope import Scope

IN_FORCE_FROM = "2026-01"
REASON = "Limits agreed for 2026"


@dataclass(frozen=True)
class Rule:
    """A threshold to be: identity, terms as typed, and what to do about a breach."""

    code: str
    label: str
    terms: Terms
    action: str = ""
    unit: str = field(default=GROUP)


def _level(metric: str, basis: str = "month", **rest: object) -> Terms:
    """Against fixed levels of the metric itself; the direction is the metric's own."""
    return Terms(metric, basis, "absolute", "level", 0, **rest)  # type: ignore[arg-type]  # terms by their names


def _budget(metric: str, measure: str = "percent", **rest: object) -> Terms:
    """Against the budget of the quarter so far."""
    return Terms(metric, "qtd", "budget", measure, 0, **rest)  # type: ignore[arg-type]  # terms by their names


RULES: tuple[Rule, ...] = (
    Rule(
        "revenue-below-budget",
        "Revenue",
        _budget("revenue", warning="5%", critical="15%", floor_amount="50000"),
        "Call a strategic review of {unit}; freeze hiring until it reports. Revenue is {excess:money} below budget.",
    ),
    Rule(
        "cloud-over-budget",
        "Cloud cost",
        _budget("cloud_cost", warning="25%", critical="40%", floor_amount="50000"),
        "Move burst workloads to committed capacity and add usage-based pricing. Five points of the last twelve months'"
        " revenue are worth {5% * ltm(revenue):saving} a year.",
    ),
    Rule(
        "contractors-over-budget",
        "Contractors",
        _budget("contractor_cost", warning="10%", critical="25%", floor_amount="5000"),
        "Convert {contractors_fte - budget.contractors_fte:count} contractors to employees; saves {-impact:saving} a"
        " year. {open_positions:count} positions are open for it.\n- Confirm which roles are permanent\n- Release the"
        " positions from the reserve\n- End the remaining day-rate contracts",
    ),
    Rule(
        "contractor-share",
        "Contractor share of staff budget",
        _level("contractor_share_of_budget", "qtd", target="15%"),
    ),
    Rule(
        "days-outstanding",
        "Days sales outstanding",
        _level("dso", target="45", warning="55", critical="70"),
        "Take the oldest invoices to the sponsors of the accounts. {-impact:cash} of cash is tied up beyond the"
        " target.",
    ),
    Rule(
        "cloud-hosting-days-outstanding",
        "Days sales outstanding",
        _level("dso", warning="50", critical="60"),
        "Take the oldest invoices to the sponsors of the accounts.",
        unit="U06",
    ),
    Rule(
        "cloud-hosting-margin-change",
        "Operating margin in six months",
        _level("operating_margin_change", "qtd", warning="-5%", critical="-10%"),
        "Review the pricing of the largest usage plans before they are renewed. The margin is"
        " {operating_margin:percent}, six months ago it was {operating_margin - operating_margin_change:percent}.",
        unit="U06",
    ),
    Rule(
        "cloud-hosting-cac",
        "Cost to acquire a customer",
        _level("cac", warning="17000", critical="22000", periods=2),
        "Pause campaigns that pay back late. {new_customers:count} customers were won in {period}.",
        unit="U06",
    ),
    Rule(
        "cloud-hosting-ltv-cac",
        "Lifetime value to acquisition cost",
        _level("ltv_cac", warning="3", critical="2"),
        unit="U06",
    ),
    Rule("cloud-hosting-churn", "Churn", _level("churn", warning="2%", critical="3%"), unit="U06"),
    Rule(
        "security-margin",
        "Operating margin",
        _budget("operating_margin", "points", warning="1%", critical="4%"),
        "Growth is bought with margin: agree what the next quarter may cost before more is spent on campaigns.",
        unit="U12",
    ),
)


CHANGE = Rule(
    "contractors-over-budget",
    "Contractors",
    _budget("contractor_cost", warning="12%", critical="25%", floor_amount="5000"),
    RULES[2].action,
)
WHY_CHANGED = "Fewer alerts on small teams"
"""What waits for a second person when the demonstration opens."""


def set_rules(*, actor: Scope, approver: Scope, at: datetime) -> None:
    """Set all thresholds, the group's defaults with a second person's approval; figures of 2026 stand by then.

    One change is left waiting.
    """
    since = Period.objects.get(code=IN_FORCE_FROM)
    codes = {rule.unit for rule in RULES}
    units = {unit.code: unit for unit in Unit.objects.within(actor).filter(code__in=codes)}

    def draft(rule: Rule, since: Period | None) -> Proposal:
        return Proposal(rule.code, units[rule.unit], rule.terms, rule.label, rule.action, valid_from=since)

    for rule in RULES:
        made = submit(actor=actor, draft=draft(rule, since), at=at, reason=REASON)
        if isinstance(made, ThresholdProposal):
            approve(actor=approver, proposal=made, hash_shown=made.hash, at=at)
    submit(actor=actor, draft=draft(CHANGE, None), at=at, reason=WHY_CHANGED)
