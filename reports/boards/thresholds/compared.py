"""Terms in force beside a draft: alerts, units, money, owners, and what people had called useful."""

from __future__ import annotations

from alerts.backtest.comparing import Backtest, Outcome
from alerts.working.worth import NOISE, USEFUL
from reports import formatting
from reports.boards.thresholds.trying import Tried
from reports.figures import Compared, OwnerLoad

MOST_OWNERS = 12
NOBODY = "Nobody leads the unit"


def compared(tried: Tried) -> tuple[Compared, ...]:
    found, active, draft = tried.found, tried.found.active, tried.found.draft
    useful = sum(each.verdict == USEFUL for each in found.labelled)
    noise = sum(each.verdict == NOISE for each in found.labelled)
    rows = [
        _pair(f"Alerts in {tried.months} months", len(active.alarms), len(draft.alarms)),
        _pair("Units affected", len(active.units), len(draft.units)),
        *_money(tried),
        _pair("Most for one owner in a month", _busiest(active), _busiest(draft)),
        *([_pair("Useful alerts told", useful - _missed(found, USEFUL), len(found.keeps))] if useful else []),
        *([_pair("Noise told", noise - _missed(found, NOISE), noise - len(found.spares))] if noise else []),
        *_caught(tried),
    ]
    return tuple(rows)


def _pair(label: str, active: int, draft: int) -> Compared:
    return Compared(label, str(active), str(draft), active != draft)


def _missed(found: Backtest, verdict: str) -> int:
    """Alerts that people judged and that the terms in force, had they always stood, would not have told."""
    return sum(each.verdict == verdict and not found.active.tells(each) for each in found.labelled)


def _money(tried: Tried) -> list[Compared]:
    rows = []
    for label, name in (("Profit at stake, a year", "profit"), ("Cash at stake", "cash")):
        amounts = [getattr(outcome.money, name) for outcome in (tried.found.active, tried.found.draft)]
        if any(amounts):
            now, then = (formatting.single(amount, tried.currency) for amount in amounts)
            rows.append(Compared(label, now, then, is_other=amounts[0] != amounts[1]))
    return rows


def _busiest(outcome: Outcome) -> int:
    return max(outcome.by_owner.values(), default=0)


def _caught(tried: Tried) -> list[Compared]:
    """When the costliest alert that both tell of would have fired, where that is another month."""
    pairs = [
        (alarm, now)
        for alarm in tried.found.draft.alarms
        for now in tried.found.active.alarms
        if (alarm.unit_id, alarm.kind) == (now.unit_id, now.kind)
        and alarm.fired_in != now.fired_in
        and alarm.state.began <= now.state.last
        and now.state.began <= alarm.state.last
    ]
    if not pairs:
        return []
    alarm, now = min(pairs, key=lambda pair: pair[0].impact or 0)
    active, draft = (tried.month(each.fired_in or 0) for each in (now, alarm))
    return [Compared(f"Catches {tried.short(alarm.unit_id)} in", active, draft, is_other=True)]


def owners(tried: Tried) -> tuple[OwnerLoad, ...]:
    loads: dict[int | None, list[int]] = {}
    for place, outcome in enumerate((tried.found.active, tried.found.draft)):
        for (owner, _), number in outcome.by_owner.items():
            loads.setdefault(owner, [0, 0])[place] += number
    ordered = sorted(loads.items(), key=lambda each: (-each[1][1], -each[1][0], _name(tried, each[0])))
    return tuple(
        OwnerLoad(_name(tried, owner), now, then, busiest=_busiest_of(tried, owner))
        for owner, (now, then) in ordered[:MOST_OWNERS]
    )


def _name(tried: Tried, owner: int | None) -> str:
    return NOBODY if owner is None else tried.people.get(owner, "Somebody")


def _busiest_of(tried: Tried, owner: int | None) -> str:
    """`3 in Jul 26`: the month in which somebody hears most by the draft."""
    mine = {month: number for (who, month), number in tried.found.draft.by_owner.items() if who == owner}
    if not mine:
        return "–"
    month = max(mine, key=lambda each: (mine[each], each))
    return f"{mine[month]} in {month:%b %y}"


def lost_title(tried: Tried) -> str:
    found = tried.found
    useful = len(found.keeps) + len(found.loses)
    if not useful:
        return ""
    if not found.loses:
        return (
            f"All {useful} alerts once called useful are still told."
            if useful > 1
            else "The one useful alert is still told."
        )
    return f"{len(found.loses)} of {useful} alerts once called useful would not be told:"
