"""The boards of deliveries and of metrics, with an example of every state."""

from __future__ import annotations

from reports import charts
from reports.figures import (
    Chart,
    ChartTable,
    Choice,
    Companion,
    CompletenessBoard,
    Crumb,
    DeliveryCell,
    DeliveryMonth,
    DeliveryRow,
    Figure,
    Finding,
    Headline,
    LagRow,
    LimitSpan,
    Menu,
    MetricAhead,
    MetricBoard,
    MetricChapter,
    MetricDefinition,
    MetricFamily,
    MetricLine,
    MetricsBoard,
    MonthAhead,
    PeerRow,
    Peers,
    Remark,
    SeasonRow,
    Section,
    Spark,
    Together,
    UnitName,
    Usual,
    Variance,
    VarianceBar,
)
from reports.wording import Phrase
from tests.reports.gallery.frame import picker
from tests.reports.gallery.values import THOUSAND, UNITS, K

MONTHS = (
    "Oct 25",
    "Nov 25",
    "Dec 25",
    *(f"{month} 26" for month in ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]),
)
STATES = ("late", "partial", "received", "restated", "closed", "not_due", "none", "outside")
SIGNS = {"late": "4 d", "partial": "1/2"}
TREND = Spark((40.0, 42.0, 41.0, None, 44.0, 47.0, 52.0, 55.0, 59.0, 64.0, 68.0, 72.0))
DAYS = [42, 42, 41, 43, 44, 47, 52, 55, 59, 64, 68, 72]


def completeness() -> CompletenessBoard:
    rows = tuple(_row(number, unit) for number, unit in enumerate(UNITS))
    return CompletenessBoard(
        title="Completeness",
        headline=Headline(
            (Phrase("11 of 12 units delivered September 2026; "), Phrase("Unit 1 is 4 days late", "unfavourable")),
            (Remark("Closed for 9 of 12 units"), Remark("Due by 14 Oct 2026")),
        ),
        picker=picker(),
        section=Section("Of 132 deliveries 1 is late and 1 is partial", "Actual figures by unit and period."),
        months=tuple(DeliveryMonth(name, name, "?period=x", "11/12", name == MONTHS[-1]) for name in MONTHS),
        rows=rows,
        worst=rows,
        worst_title="September 2026: 11 of 12 are in",
        states=(Choice("Late", "?state=late", is_on=True, count=1), Choice("Partial", "?state=partial", count=1)),
        menus=(Menu("All regions", (Choice("All regions", "?", is_on=True), Choice("North", "?region=North"))),),
        pages=(Choice("1", "?page=1", is_on=True), Choice("2", "?page=2")),
        notes=("Awaited is every source that delivered the unit in one of the three periods before.",),
    )


def _row(number: int, unit: object) -> DeliveryRow:
    cells = [_cell("closed", name == MONTHS[-1]) for name in MONTHS]
    cells[-1] = _cell(STATES[number % len(STATES)], is_picked=True)
    name = UnitName(f"Unit {number + 1}", str(unit["name"]), "/units/x/")  # type: ignore[index]
    return DeliveryRow(name, tuple(cells), cells[-1])


def _cell(state: str, is_picked: bool) -> DeliveryCell:
    href = "" if state in ("late", "not_due", "none", "outside") else "/imports/x/"
    return DeliveryCell(state, state.replace("_", " ").capitalize(), SIGNS.get(state, ""), "Said.", href, is_picked)


def metrics() -> MetricsBoard:
    lines = (
        MetricLine(
            *("Days sales outstanding", "/units/U08/metrics/dso/"),
            figure=Figure(72, "days", href="#"),
            reference=Figure(46, "days"),
            variance=Variance(26, "days", "unfavourable", is_material=True),
            trend=TREND,
            limit="55 days warning, 70 days critical",
            status="h",
            status_label="Critical",
        ),
        MetricLine("Churn", "#", Figure(0.009, "ratio", href="#"), status="ok", status_label="Within limits"),
        MetricLine("Runway", "#", Figure(None, "months", "not_applicable: only where net_burn > 0"), reason="no burn"),
    )
    views = (Choice("Budget", "?", is_on=True), Choice("Prior year", "?against=prior-year"))
    section = Section("Financial figures: Days sales outstanding passes its limit", "Sep 2026.", views=views)
    return MetricsBoard(
        title="Metrics of Unit 8",
        crumbs=(Crumb("Units", "/units/"), Crumb("Unit 8", "/units/U08/")),
        picker=picker(),
        headline=Headline((Phrase("1 of 2 metrics of Unit 8 that have limits passes one.", href="#"),)),
        against="Budget",
        families=(
            MetricFamily("financial", "Financial", section, (MetricChapter("Cash", lines), MetricChapter("P", lines))),
            MetricFamily("market", "Market", Section("Market figures: none is reported"), (MetricChapter("M", lines),)),
        ),
        notes=("Press a number for how it was made.",),
    )


def metric() -> MetricBoard:
    spec = charts.series(months=MONTHS, values=DAYS, limits=[charts.Limit("70 days critical", 70, "bad")], suffix="")
    table = ChartTable(("Month", "Actual"), tuple((name, str(days)) for name, days in zip(MONTHS, DAYS, strict=True)))
    return MetricBoard(
        title="Days sales outstanding, Unit 8",
        crumbs=(Crumb("Unit 8", "/units/U08/"), Crumb("Metrics", "/units/U08/metrics/")),
        picker=picker(),
        headline=Headline((Phrase("Days sales outstanding of Unit 8: 72 days."),), (Remark("Critical", status="h"),)),
        figure=Figure(72, "days", href="#"),
        reference=Figure(None, "days", "not_applicable: no figures"),
        against="Budget",
        variance=Variance(None, reason="not_applicable: no figures"),
        prior=Figure(46, "days"),
        baselines=(Choice("Budget", "?", is_on=True), Choice("Prior year", "?against=prior-year")),
        history=Section("The highest of 12 months", "By month.", charts=(Chart("history", "Months", spec, table),)),
        limits=(LimitSpan("Jan 2026 to Sep 2026", "Fixed level", "55 days warning, 70 days critical", "inherited"),),
        limits_title="The limits have not changed in these months",
        usual=Usual(
            section=Section("Half of the months lie at 45 days to 48 days; Sep 2026 is unusual", "34 months."),
            facts=(("Median month", "46 days"), ("Months known", "34")),
            findings=(Finding("Unusual", "Days sales outstanding", "72 days, 5.4 times the usual spread"),),
            season=(SeasonRow("January", "−3 days", VarianceBar(-3, 5)), SeasonRow("June", "+5", VarianceBar(5, 5))),
            season_title="Usually highest in June, lowest in January",
        ),
        together=Together(
            Section("Moves with receivables, r 0.81", "2 metrics held against it."),
            (Companion("Receivables", "#", "2 months earlier", "0.81", 33, "0.4%", "moves with, does not cause"),),
            ("What moves with something else is not caused by it.",),
        ),
        ahead=MetricAhead(
            section=Section("$1.69M is expected in Oct 2026", "$K. Damped trend."),
            rows=(MonthAhead("Oct 2026", Figure(1695 * THOUSAND), "1,659 to 1,730", Figure(1208 * THOUSAND)),),
            lags=(LagRow("1 month", "2.8%", "1.9% low", "+25.4 pts", 30),),
            scale=K,
            href="/units/U08/forecast/revenue/",
        ),
        peers=Peers(
            Section("Unit 8 has the 2nd-lowest of 2 units", "Sep 2026, lowest first."),
            (
                PeerRow(
                    "1", UnitName("Unit 7", "Wholesale", "#"), Figure(39, "days"), Variance(-2, "days"), TREND, False
                ),
                PeerRow("2", UnitName("Unit 8", "Public", "#"), Figure(72, "days"), Variance(26, "days"), TREND, True),
            ),
            "Budget",
            None,
        ),
        alerts=(),
        past=(),
        alerts_title="It has never raised an alert",
        definition=MetricDefinition(
            section=Section("Closing receivables in days of the revenue of the last three months"),
            formula="receivables / last(revenue, 3) * days(3)",
            words="receivables ÷ last(revenue, 3) × days(3)",
            facts=(("Direction", "Lower is better"),),
            versions=(("9 Oct 2026", "receivables / revenue"),),
            history_href="#",
        ),
        notes=("Small differences stay grey.",),
    )
