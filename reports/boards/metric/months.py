"""What the months of a metric say of themselves: what is usual, its season, and what moves with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metrics.catalogue import METRICS
from metrics.models import Study
from metrics.studied import PAIRS
from reports.boards.metric.seen import SeenMetric
from reports.boards.metric.spread import spread
from reports.boards.months import LUCK, figure_found, month_of
from reports.boards.naming import metric_href
from reports.figures import Companion, SeasonRow, Section, Together, Usual, VarianceBar
from reports.formatting import percent

CAUSE = "What moves with something else is not caused by it: r is without seasons and trends, luck is told."
UNREAD = "Too few months, or months that never change, are known of it and of those it would be held against."
OF_ITS_PARTS = "What it is made of moves with it by arithmetic; no other metric is named as leading or following it."
MINUS = "\u2212"
NONE = "–"
LEAST = "Less than one in a thousand"


def usual(seen: SeenMetric) -> Usual | None:
    """Median, spread, trend and season up to the newest known month; None where nothing was studied."""
    row, code = seen.study, seen.metric.code
    said = row.statistics["metrics"].get(code) if row is not None else None
    if row is None or said is None or code not in METRICS:
        return None
    found = figure_found(seen.selection, row, code, currency=seen.currency)
    facts = (
        ("Median month", found.row.median),
        ("Middle half of months", found.row.middle),
        ("Trend", _trend_said(found.row.trend, said)),
        ("Season in its movement", _season_said(found.row.season, said, seen.selection.calendar.periods_in_year)),
        ("Newest, in usual spreads", found.row.score),
        ("Months known", str(found.row.months)),
    )
    season = _season(found.sized, said.get("season"))
    return Usual(
        section=Section(_title(found.row.middle, said, month_of(row.cutoff.code)), _subtitle(said, row)),
        facts=facts,
        findings=found.items,
        season=season,
        season_title=_season_title(season),
        notes=tuple(filter(None, [said.get("reason", "").partition(": ")[2]])),
        spread=spread(seen, said["distribution"], last=row.cutoff.ordinal),
    )


def _trend_said(trend: str, said: Mapping[str, Any]) -> str:
    """The trend, or why there is none to tell: it may be luck, or the months are too few."""
    if trend != NONE:
        return trend
    return f"None beyond luck in {said['trend']['n']} months" if "trend" in said else "Not told of so few months"


def _season_said(season: str, said: Mapping[str, Any], year: int) -> str:
    """How much of the movement is season, or why that is not told: a season takes two years to be seen."""
    if season != NONE:
        return season
    return f"None found in {said['n']} months" if said["n"] >= 2 * year else "Not told of less than two years"


def _title(middle: str, said: Mapping[str, Any], newest: str) -> str:
    half = f"Half of the months lie at {middle.partition(',')[0]}"
    if said.get("unusual"):
        return f"{half}; {newest} is unusual"
    return f"{half}; {newest} is not unusual" if "score" in said else half


def _subtitle(said: Mapping[str, Any], row: Study) -> str:
    missing = f", {said['missing']} missing" if said.get("missing") else ""
    return f"{said['n']} months up to {month_of(row.cutoff.code)}{missing}, each against the months before it."


def _season(sized: Any, said: Mapping[str, Any] | None) -> tuple[SeasonRow, ...]:
    """The months of the year in their order, each with what it usually adds."""
    if not said:
        return ()
    largest = max(abs(index) for index in said["indices"].values()) or 1
    ordered = sorted(said["indices"].items(), key=lambda each: each[0].partition("-")[2])
    return tuple(
        SeasonRow(
            label=month_of(code, "%B") if "-P" not in code else code.partition("-")[2],
            index=sized(index),
            bar=VarianceBar(float(index), float(largest)),
        )
        for code, index in ordered
    )


def _season_title(rows: tuple[SeasonRow, ...]) -> str:
    if not rows:
        return ""
    high, low = (pick(rows, key=lambda row: row.bar.number) for pick in (max, min))
    return f"Usually highest in {high.label}, lowest in {low.label}"


def together(seen: SeenMetric) -> Together | None:
    """The metrics it was held against, the surest first, each with n, lag and what to mind; else why there are none.

    None where the months of this metric were not studied.
    """
    code = seen.metric.code
    if seen.study is None or code not in seen.study.statistics["metrics"]:
        return None
    pairs = seen.study.statistics["correlations"]
    known = (each for each in pairs if {each["first"], each["second"]} <= METRICS.keys())
    own = sorted((each for each in known if code in (each["first"], each["second"])), key=lambda pair: pair["odds"])
    if not own:
        has_pairs = any(code in pair for pair in PAIRS)
        return Together(Section("Held against no other metric", UNREAD if has_pairs else OF_ITS_PARTS), (), ())
    rows = tuple(_companion(seen, pair) for pair in own)
    if own[0]["odds"] <= LUCK:
        first = rows[0]
        title = f"{'Moves against' if first.r.startswith(MINUS) else 'Moves with'} {first.label.lower()}, r {first.r}"
    else:
        title = "Nothing moves with it beyond what may be luck"
    subtitle = f"{len(own)} metrics held against it over months of the same unit."
    return Together(Section(title, subtitle), rows, (CAUSE,))


def _companion(seen: SeenMetric, pair: Mapping[str, Any]) -> Companion:
    is_first = pair["first"] == seen.metric.code
    other = METRICS[pair["second" if is_first else "first"]]
    lag = pair["lag"] if is_first else -pair["lag"]
    return Companion(
        label=other.label,
        href=metric_href(seen.selection.unit.code, other.code, seen.selection.query()),
        how=_when(lag),
        r=f"{pair['r']:.2f}".replace("-", MINUS),
        months=pair["n"],
        odds=LEAST if pair["odds"] < 0.001 else percent(pair["odds"]),
        warning="; ".join(pair["warnings"]),
        code=other.code,
    )


def _when(lag: int) -> str:
    """When the other one moves, seen from this one."""
    if not lag:
        return "the same month"
    return f"{abs(lag)} month{'' if abs(lag) == 1 else 's'} {'later' if lag > 0 else 'earlier'}"
