"""The overview of the example."""

from __future__ import annotations

from reports import charts
from reports.boards.bridged import bridged
from reports.figures import (
    Action,
    ActualBar,
    AlertItem,
    AlertSummary,
    ChartTable,
    Choice,
    Comparison,
    Figure,
    Headline,
    Kpi,
    Matrix,
    MatrixRow,
    Multiple,
    Multiples,
    OverviewBoard,
    Phrase,
    Pin,
    Reading,
    Remark,
    Section,
    Spark,
    UnitName,
    Variance,
    VarianceBar,
)
from tests.reports.gallery.frame import picker
from tests.reports.gallery.values import (
    THOUSAND,
    UNITS,
    K,
    difference,
    heads,
    money,
    points,
    ratio,
    relative,
    wave,
)
from tests.tables import Row


def kpi(label: str, figure: Figure, rows: tuple[tuple[str, Figure, Variance], ...], phase: int) -> Kpi:
    actual = wave(100, 112, months=12, size=0.06, phase=phase)
    return Kpi(
        label, figure, Spark(actual, wave(100, 118, months=12, phase=phase)), tuple(Comparison(*row) for row in rows)
    )


def kpis() -> tuple[Kpi, ...]:
    return (
        kpi(
            "Revenue",
            money(49_515),
            (("Budget", money(49_000), relative(0.011)), ("Prior year", money(44_900), relative(0.104))),
            1,
        ),
        kpi(
            "Operating income",
            money(7_959),
            (("Budget", money(8_290), relative(-0.04)), ("Prior year", money(7_290), relative(0.091))),
            3,
        ),
        kpi(
            "Operating margin",
            ratio(0.161),
            (("Budget", ratio(0.169), points(-0.008)), ("Prior year", ratio(0.163), points(-0.002))),
            5,
        ),
        kpi(
            "Headcount, end of period",
            Figure(1_580_000, "count", unit="FTE"),
            (
                ("Plan", heads(163), Variance(-50_000, "count")),
                ("Prior year", heads(146), Variance(120_000, "count")),
            ),
            7,
        ),
    )


def matrix_row(row: Row) -> MatrixRow:
    revenue, income = row.revenue - row.budget, row.income - row.plan
    part = revenue / row.budget
    return MatrixRow(
        unit=UnitName(f"Unit {row.no}", row.name, "/units/"),
        revenue=Reading(
            money(row.revenue),
            money(row.budget),
            difference(revenue),
            relative(part),
            growth=Variance(row.revenue / row.prior - 1, "percent"),
        ),
        profit=Reading(money(row.income), money(row.plan), difference(income)),
        margin=ratio(row.margin),
        margin_variance=points(row.margin - row.was),
        heads=heads(row.heads),
        heads_planned=heads(row.planned),
        status=row.status,
        status_label={"ok": "On plan", "m": "Watch", "h": "Off plan"}[row.status],
        revenue_bar=ActualBar(row.revenue, row.budget, 9400),
        revenue_pin=Pin(part, 0.2, relative(part).tone),
        profit_bar=VarianceBar(income, 340, difference(income).tone),
        trend=Spark(wave(row.was, row.margin, months=12, phase=row.no), wave(row.was, row.was, months=12), span=0.11),
    )


def matrix() -> Matrix:
    none = Figure(None, reason="not_applicable: no margin of eliminations")
    corporate = MatrixRow(
        UnitName("Group", "Corporate, eliminations"),
        Reading(
            money(-591),
            percent=Variance(None, reason="not_applicable: no budget"),
            growth=Variance(None, reason="not_due: 8 Oct"),
        ),
        Reading(money(-1292), variance=difference(-42)),
        none,
        Variance(None, reason="not_applicable: no margin"),
        heads(4),
        heads(4),
        profit_bar=VarianceBar(-42, 340, "b"),
        kind="minor",
    )
    total = MatrixRow(
        UnitName("Halden Group"),
        Reading(money(49_515), percent=relative(0.011), growth=Variance(0.104, "percent")),
        Reading(money(7_959), variance=difference(-329)),
        ratio(0.161),
        points(-0.008),
        heads(158),
        heads(163),
        profit_bar=VarianceBar(-329, 340, "b"),
        trend=Spark(wave(0.17, 0.16, months=12), span=0.11),
        kind="total",
    )
    return Matrix(
        section=Section(
            "Seven units on plan, two to watch, three off plan: 4, 6 and 10",
            "$K, Q3 2026 against budget. Differences under 1% of revenue or $20K stay grey.",
            legend=("actual", "budget", "raises", "lowers"),
        ),
        rows=(*(matrix_row(row) for row in UNITS), corporate, total),
        scale=K,
        phone_title="Three units are off plan",
        sorts={"unit": "?sort=unit", "variance": "?sort=variance", "margin": "?sort=margin"},
        sorted_by="variance",
    )


def alert_items() -> tuple[AlertItem, ...]:
    rows = (
        (
            "high",
            "Unit 10 revenue 18% below budget",
            -1320,
            "a year",
            "Call a strategic review; freeze two open positions until it reports.",
            10,
            "12 days",
            "in_progress",
            "In progress",
        ),
        (
            "high",
            "Unit 6 cloud cost 42% over budget",
            -850,
            "a year",
            "Move burst workloads to committed capacity; add usage-based pricing.",
            6,
            "6 days",
            "acknowledged",
            "Acknowledged",
        ),
        (
            "high",
            "Unit 4 contractors 67% over budget",
            -180,
            "a year",
            "Convert 3 key contractors to employees; saves $180K a year.",
            4,
            "3 days",
            "open",
            "Open",
        ),
        (
            "medium",
            "Unit 8 collects in 72 days, limit 55",
            1100,
            "cash",
            "Escalate 4 invoices older than 90 days to the account sponsors.",
            8,
            "20 days",
            "escalated",
            "Escalated",
        ),
    )
    return tuple(
        AlertItem(
            severity,
            title,
            "/alerts/1184/",
            money(impact, ""),
            unit_of,
            action=action,
            unit=f"Unit {unit}, {UNITS[unit - 1].name}",
            owner=f"Unit {unit} lead",
            owner_initials=f"U{unit}",
            age=age,
            state=state,
            state_label=label,
            is_selected=unit == 4,
        )
        for severity, title, impact, unit_of, action, unit, age, state, label in rows
    )


def bridge() -> Section:
    steps = sorted(
        (
            charts.BridgeStep(
                f"Unit {row.no}", row.name, (row.income - row.plan) * THOUSAND, difference(row.income - row.plan).tone
            )
            for row in UNITS
        ),
        key=lambda step: -step.size,
    )
    steps.append(charts.BridgeStep("Group", "Corporate costs", -42 * THOUSAND, "b"))
    start, end = (
        ("Budget", 8288 * THOUSAND),
        ("Actual", (8288 + sum(step.size for step in steps) // THOUSAND) * THOUSAND),
    )
    lowest = charts.cut(start=start[1], steps=steps, end=end[1])
    message = "Three units lose $0.76M against budget; three others win back $0.50M"
    return Section(
        message,
        f"Operating income from budget to actual by unit, $K, Q3 2026. Axis cut at {lowest // THOUSAND:,}.",
        charts=(
            bridged(
                "bridge",
                message,
                charts.Bridge(start, steps, end, K),
                ChartTable(("Step", "$K"), tuple((step.label, str(step.size // THOUSAND)) for step in steps)),
            ),
        ),
    )


def multiples() -> Multiples:
    return Multiples(
        Section(
            "Margins hold in seven units; Unit 6 lost 8 points in six months and Unit 10 is near zero",
            "Operating margin by month in %, October 2024 to September 2026, one scale for all units. Figure: Q3.",
            legend=("line", "budget-line"),
            views=(Choice("Revenue", "?"), Choice("Op. income", "?"), Choice("Margin", "?", True)),
        ),
        tuple(
            Multiple(
                UnitName(str(row.no), row.name, "/units/"),
                ratio(row.margin),
                wave(row.was, row.margin, phase=row.no),
                wave(row.was, row.was, size=0.01, phase=row.no),
                "favourable" if row.margin > row.was else "unfavourable",
                abs(row.margin - row.was) >= 0.005,
            )
            for row in UNITS
        ),
        low=-0.01,
        high=0.345,
        ticks=(0, 0.1, 0.2, 0.3),
        first="Oct 24",
        last="Sep 26",
    )


def overview() -> OverviewBoard:
    return OverviewBoard(
        title="Overview",
        picker=picker(),
        headline=Headline(
            (
                Phrase("Operating income of $7.96M is "),
                Phrase("$0.33M below budget", effect="unfavourable"),
                Phrase(": "),
                Phrase("Unit 10 revenue", href="/units/"),
                Phrase(", "),
                Phrase("Unit 6 cloud cost", href="/units/"),
                Phrase(" and "),
                Phrase("Unit 4 margin", href="/units/"),
                Phrase(" outweigh gains in Units 7, 1 and 3."),
            ),
            (
                Remark("Third quarter 2026, July to September. Written from the figures below."),
                Remark("See how", "/explain/"),
            ),
        ),
        kpis=kpis(),
        bridge=bridge(),
        matrix=matrix(),
        multiples=multiples(),
        notes=("Amounts in US dollars", "Actuals: ledger import 9 Oct 2026, version 2", "12 of 12 units closed"),
    )


def waiting() -> AlertSummary:
    """The alerts that stand beside the bridge."""
    return AlertSummary(
        Section(
            "Seven alerts, $2.4M a year at stake",
            "Plus $1.1M of cash. 3 high, 3 medium, 1 low.",
            link=Action("All alerts", "/alerts/"),
        ),
        alert_items(),
    )
