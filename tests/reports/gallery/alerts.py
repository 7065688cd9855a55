"""The inbox of the example with one alert open."""

from __future__ import annotations

from reports import charts
from reports.figures import (
    Action,
    Activity,
    AlertAction,
    AlertDetail,
    AlertsBoard,
    Chart,
    ChartTable,
    Choice,
    Face,
    Fact,
    LifeStep,
    Menu,
    Pick,
    Property,
    Recommendation,
    RefusedStep,
    Section,
    Toast,
    Todo,
    Verdicts,
)
from tests.reports.gallery.overview import alert_items
from tests.reports.gallery.values import (
    THOUSAND,
    K,
    difference,
    money,
    ratio,
    wave,
)

TURN = AlertAction("tick", "Done", "/alerts/1184/tick/")


def alerts(*, detail: bool = True) -> AlertsBoard:
    rows = wave(22, 22, size=0.06)[:-3] + (33.2, 37.1, 41.6)
    months = [
        f"{m} {y}"
        for y in ("24", "25", "26")
        for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    ][9:33]
    evidence = charts.columns(
        months=months,
        actual=[round(n * THOUSAND) for n in rows],
        budget=[round(22.4 * THOUSAND)] * 24,
        scale=K,
        limits=[charts.Limit("+25% critical", 28.0, "bad"), charts.Limit("+10% warning", 24.6, "warn")],
        fired=[21],
        height=240,
    )
    return AlertsBoard(
        tabs=(
            Choice("Open", "?", True, 7),
            Choice("Snoozed", "?", count=2),
            Choice("Resolved", "?", count=31),
            Choice("Mine", "?", count=0),
        ),
        items=alert_items(),
        count=7,
        list_href="/alerts/",
        filters=(Choice("High", "?", True),),
        menus=(
            Menu("Filter", (Choice("High", "?", True), Choice("Medium", "?")), icon="list-filter"),
            Menu("Sorted by impact", (Choice("Sorted by impact", "?", True), Choice("Newest first", "?")), True),
            Menu("All units", (Choice("All units", "?", True), Choice("Unit 4, Field Services", "?"))),
        ),
        detail=AlertDetail(
            number="1184",
            unit="Unit 4, Field Services",
            unit_href="/units/",
            severity="high",
            title="Contractor cost in Unit 4 is 67% over budget for the quarter and rising",
            life=(
                LifeStep("Open", "reopened 9 Oct", "now"),
                LifeStep("Acknowledged", "due 15 Oct 09:00"),
                LifeStep("In progress"),
                LifeStep("Resolved"),
            ),
            facts=(
                Fact("Third quarter", money(112), note="budget $67K"),
                Fact("Over budget", variance=difference(45, better=-1), note="+67%, Q2 +8%"),
                Fact("Personnel share", ratio(0.6), note="of budget, target 15%"),
                Fact("If unchanged", money(-180), note="profit a year"),
            ),
            evidence=Section(
                "Above both limits since July",
                "Contractor cost by month, $K. Outline: budget. Triangle: the rule fired.",
                charts=(
                    Chart(
                        "evidence",
                        "Above both limits since July",
                        evidence,
                        ChartTable(("Month", "$K"), tuple((m, f"{n:.1f}") for m, n in zip(months, rows, strict=True))),
                    ),
                ),
            ),
            recommendation=Recommendation(
                "Convert 3 key contractors to employees",
                "Saves $180K a year at current day rates.",
                ("End remaining day-rate contracts by 30 Nov",),
                (
                    Todo("Confirm which three roles are permanent", "Unit 4 lead, 16 Oct", is_done=True, turn=TURN),
                    Todo("Release three positions from reserve", "Group COO, 20 Oct", is_late=True),
                ),
                ("Expected to bring $180K a year, by the figures of 2026-09.",),
                adopt=AlertAction("list", "Put on the list", "/alerts/1184/list/"),
            ),
            properties=(
                Property("Owner", "Unit 4 lead", initials="U4"),
                Property("Severity", "High", severity="high"),
                Property("Impact", "−$180K a year"),
                Property("Age", "3 days, first seen 10 Aug"),
                Property("Watching", "", faces=(Face("Group CFO", "CF"), Face("Group COO", "CO"))),
            ),
            sources=(
                Property("Rule", "Contractor cost over budget", "/admin/", "version 3, 2 months in a row"),
                Property("Source", "Ledger, Sep 2026, 6 rows", "/explain/"),
            ),
            actions=(
                AlertAction("snooze", "Snooze", "/alerts/1184/snooze/", "clock", "s"),
                AlertAction("escalate", "Escalate", "/alerts/1184/escalate/", "circle-arrow-up", "E"),
                AlertAction("acknowledge", "Acknowledge", "/alerts/1184/acknowledge/", key="a", is_primary=True),
            ),
            activities=(
                Activity(
                    "Finance analyst",
                    "All six invoices are against the depot rollout. Orders were raised in June without a budget line.",
                    "Today, 08:40",
                    "FA",
                    True,
                ),
                Activity("Rule engine", "reopened the alert as High: third month above +25%", "9 Oct 07:52"),
                Activity("Unit 4 lead", "snoozed it until the September close", "12 Aug 16:05"),
            ),
            more=(Action("Resolve", "?asks=resolve"),),
            more_on_phone=(Action("Assign", "?asks=assign"),),
            shown=(
                Choice("All activity", "?", True),
                Choice("Comments", "?", count=1),
                Choice("History", "?", count=2),
            ),
            askable=("Group COO",),
            toast=Toast("Alert reopened", AlertAction("undo", "Undo", "/alerts/1184/undo/", key="z")),
            refused=RefusedStep(
                "This alert is already resolved: fixed.",
                (Activity("Group CFO", "resolved it as fixed", "9 Oct 07:52"),),
                is_kept=True,
            ),
            verdicts=Verdicts(
                AlertAction("label", "Say", "/alerts/1184/label/"),
                (Pick("useful", "Useful", True), Pick("noise", "Noise")),
            ),
        )
        if detail
        else None,
    )
