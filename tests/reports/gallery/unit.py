"""The page of one unit of the example."""

from __future__ import annotations

from reports import charts
from reports.boards.bridged import bridged
from reports.figures import (
    Action,
    AlertSummary,
    Band,
    Chart,
    ChartTable,
    Comment,
    Crumb,
    Figure,
    Headline,
    LimitedMetric,
    LimitedMetrics,
    Phrase,
    Reading,
    Remark,
    Section,
    Statement,
    StatementRow,
    UnitBoard,
    VarianceBar,
)
from tests.reports.gallery.frame import picker
from tests.reports.gallery.overview import alert_items, kpis
from tests.reports.gallery.values import (
    STATEMENT,
    THOUSAND,
    K,
    difference,
    money,
    points,
    ratio,
    relative,
    wave,
)
from tests.tables import Row


def statement_row(row: Row) -> StatementRow:
    month, year = row.actual - row.budget, row.year - row.plan
    better = row.better
    return StatementRow(
        code=row.line,
        label=row.line,
        level=row.level,
        kind=row.kind,
        is_parent=row.line in {"Revenue", "Cost of revenue", "Cloud infrastructure", "Operating expenses"},
        first=Reading(
            money(row.actual),
            money(row.budget),
            difference(month, better=better, within=6),
            relative(month / row.budget, better=better, within=6 / row.budget),
            money(row.prior),
        ),
        second=Reading(
            money(row.year),
            money(row.plan),
            difference(year, better=better),
            relative(year / row.plan, better=better, within=20 / row.plan),
        ),
        bar=VarianceBar(month, 205, difference(month, better=better, within=6).tone),
        comment=Comment("U6", "Unit 6 lead", "Committed capacity ran out in June; burst runs at list price.", 2)
        if row.line == "Compute"
        else None,
    )


def ratio_row(label: str, actual: float, budget: float, prior: float) -> StatementRow:
    read = Reading(ratio(actual), ratio(budget), points(actual - budget), prior=ratio(prior))
    return StatementRow(label, label, read, read, kind="ratio")


def unit() -> UnitBoard:
    rows = [statement_row(row) for row in STATEMENT]
    rows.insert(9, ratio_row("Gross margin", 0.368, 0.459, 0.482))
    rows.append(ratio_row("Operating margin", 0.142, 0.219, 0.233))
    shares = [
        ("Actual", (0.31, 0.32, 0.12, 0.07, 0.04)),
        ("Budget", (0.32, 0.22, 0.12, 0.07, 0.05)),
        ("Prior year", (0.30, 0.22, 0.14, 0.07, 0.04)),
    ]
    steps = [
        charts.BridgeStep(*each)
        for each in (
            ("Revenue", "above budget", 89 * THOUSAND, "g"),
            ("Support", "grows with revenue", -19 * THOUSAND, "b"),
            ("Cloud usage", "follows revenue", -20 * THOUSAND, "b"),
            ("Cloud price", "per unit of usage", -162 * THOUSAND, "b"),
            ("Personnel", "", -1 * THOUSAND, "z"),
            ("Marketing, other", "", 1 * THOUSAND, "z"),
        )
    ]
    months = [f"{m} 25" for m in ("Oct", "Nov", "Dec")] + [
        f"{m} 26" for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    ]
    actual = [round(n * THOUSAND) for n in wave(1220, 1693, months=12)]
    forecast = [1712 * THOUSAND, 1760 * THOUSAND, 1890 * THOUSAND]
    return UnitBoard(
        title="Unit 6, Cloud Hosting",
        short="Unit 6",
        crumbs=(Crumb("Units", "/"),),
        picker=picker("Sep 2026", "Month"),
        headline=Headline(
            (
                Phrase("Unit 6 grew 38% but kept only 14 cents of each revenue dollar, down from 23 six months ago: "),
                Phrase("cloud infrastructure", href="/explain/"),
                Phrase(" cost is "),
                Phrase("51% over budget", effect="unfavourable"),
                Phrase("."),
            ),
            (
                Remark("Off plan since July", status="h"),
                Remark("3 open alerts, $0.90M a year", "/alerts/"),
                Remark("Unit 6 lead"),
            ),
        ),
        kpis=kpis(),
        statement=Statement(
            Section(
                "Cloud infrastructure turned revenue $89K above budget into profit $111K below",
                "Income statement, $K, September 2026 and year to date. Differences under $6K stay grey.",
                legend=("raises", "lowers"),
            ),
            tuple(rows),
            K,
            "September",
            "Year to date",
        ),
        bridge=Section(
            "Unit price of cloud capacity explains most of the miss",
            "Operating income from budget to actual by cause, $K, September.",
            charts=(
                bridged(
                    "causes",
                    "Causes",
                    charts.Bridge(("Budget", 352 * THOUSAND), steps, ("Actual", 240 * THOUSAND), K),
                    ChartTable(("Step", "$K"), tuple((s.label, str(s.size // THOUSAND)) for s in steps)),
                ),
            ),
        ),
        structure=Section(
            "Cloud takes 32% of revenue, budget 22%",
            "Cost as % of revenue, September. The rest is operating margin.",
            charts=(
                Chart(
                    "structure",
                    "Structure",
                    charts.stack(rows=shares, parts=["Support", "Cloud", "People", "Mkt", "Other"], told=1),
                    ChartTable(
                        ("", "Support", "Cloud", "People", "Mkt", "Other"),
                        tuple((label, *(f"{share:.0%}" for share in row)) for label, row in shares),
                    ),
                ),
            ),
        ),
        metrics=LimitedMetrics(
            Section(
                "Customers stay and pay on time; winning them costs more",
                "Operating metrics against their limits, September. Grey tick: prior year.",
                link=Action("Edit limits", "/admin/"),
            ),
            (
                LimitedMetric(
                    "DSO",
                    Figure(41.0, "days"),
                    "ok",
                    "Within limits",
                    Band(41, 25, 75, 50, 60, "50", "60", 43, label="41 days, warning 50, critical 60"),
                    "Limit 50, critical 60 days. Prior year 43.",
                ),
                LimitedMetric(
                    "CAC",
                    money(18.4),
                    "m",
                    "Warning",
                    Band(18.4, 8, 28, 17, 22, "17K", "22K", 14.1, label="$18.4K, warning 17K"),
                    "Warning for 2 months. Prior year $14.1K.",
                ),
                LimitedMetric(
                    "LTV : CAC",
                    Figure(3.4, "number"),
                    "ok",
                    "Within limits",
                    Band(3.4, 0, 6, 3, 2, "3", "2", 4.6, rising_is_worse=False, label="3.4, floor 3"),
                    "Floor 3.0. Prior year 4.6, falling.",
                ),
                LimitedMetric(
                    "Customer churn, monthly",
                    Figure(None, reason="late: customers of September, due 8 Oct"),
                    note="Limit 2.0%. Prior year 1.4%.",
                ),
            ),
        ),
        outlook=Section(
            "On the current path, fourth-quarter profit lands 42% under budget",
            "October 2025 to December 2026. Seasonal model, 80% interval.",
            legend=("actual", "budget", "forecast", "interval"),
            charts=(
                Chart(
                    "months",
                    "Revenue",
                    charts.columns(
                        months=months,
                        actual=actual,
                        budget=[round(n * THOUSAND) for n in wave(1230, 1800, months=15, size=0)],
                        forecast=forecast,
                        interval=[(f * 0.98, f * 1.02) for f in forecast],
                        scale=K,
                    ),
                    ChartTable(
                        ("Month", "$K"), tuple((m, str(a // THOUSAND)) for m, a in zip(months, actual, strict=False))
                    ),
                    label="Revenue, $K",
                ),
            ),
        ),
        alerts=AlertSummary(Section("Three open alerts", "$0.90M a year at stake"), alert_items()[:3]),
        notes=("Amounts in US dollars", "Budget: FY 2026 approved, version 3"),
    )
