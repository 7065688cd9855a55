"""What the months of a unit say of themselves: exceptions first, then shifts, trends, seasons, what moves together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.catalogue import METRICS
from metrics.declaration import Metric
from metrics.models import Study
from metrics.studies import studies
from reports.boards.naming import explain_href
from reports.figures import Finding, Findings, Section, StudiedRow
from reports.formatting import digits, percent, plain, points, single
from reports.selection import Selection
from units.scope import Scope

TOLD = ("operating_income", "revenue", "operating_margin", "total_cost", "headcount", "cash", "dso")
"""Whose trend and season are told; exceptions are told of every figure."""

MOST = {"Unusual": 5, "Shift": 3, "Trend": 4, "Season": 2, "Together": 2}
STRONG = 0.4
LUCK = 0.05
FAR = 10.0
Said = Mapping[str, Any]


def studied(scope: Scope, selection: Selection) -> Study | None:
    """The study of the selected unit; None where an earlier month is looked at. One query."""
    row = studies(scope, selection.mark).of_units([selection.unit.pk]).first()
    return None if row is None or selection.period.ordinal < row.cutoff.ordinal else row


def findings(selection: Selection, row: Study | None, *, currency: str) -> Findings | None:
    """The findings in the order they matter; None where there is nothing to say."""
    if row is None:
        return None
    found = _Found(selection, row, currency)
    items = tuple(found.items())
    if not items:
        return None
    return Findings(
        section=Section(_title(items[0], found), _subtitle(found)),
        items=items,
        rows=tuple(found.rows()),
        notes=NOTES,
    )


NOTES = (
    "Unusual: 3.5 usual spreads or more from what level, trend and season of the months before say. A shift is a level"
    " that jumped and stayed for three months.",
    "Trend: the median change a month over two years, season taken out. Exceptions and seasons need two years.",
    "Together: r without seasons and trends. What moves with something else is not caused by it.",
)


def _title(first: Finding, found: _Found) -> str:
    if first.sort == "Unusual":
        return f"{first.label} is unusual in {found.newest}"
    return f"Nothing in {found.newest} is unusual"


def _subtitle(found: _Found) -> str:
    months = max(said["n"] for said in found.figures.values())
    return f"Exceptions, shifts, trends and seasons of {months} months, each figure against its own months before."


def cash_href(selection: Selection, row: Study | None) -> str:
    """Where the cash that a study begins with explains itself."""
    return "" if row is None else explain_href(row.unit.code, "cash", _at_newest(selection, row))


def _at_newest(selection: Selection, row: Study) -> str:
    """The pick at the newest month that is studied."""
    return selection.query(period=row.cutoff.code, basis="month", like=None, tree=None)


@dataclass(frozen=True)
class FigureFound:
    """What is found of one figure: the findings, its usual months as printed, and how the size of a change prints."""

    items: tuple[Finding, ...]
    row: StudiedRow
    sized: Callable[[float], str]


def figure_found(selection: Selection, row: Study, code: str, *, currency: str) -> FigureFound:
    """What stands out of one studied figure; its trend stands in the row, its season in the study."""
    found = _Found(selection, row, currency, only=code)
    said = found.figures[code]
    items = (*found.unusual(), *found.shifts())
    return FigureFound(items, next(found.rows()), lambda size: found.sized(code, said, size))


class _Found:
    """A study as sentences: of all its figures, or of `only` one."""

    def __init__(self, selection: Selection, row: Study, currency: str, *, only: str = "") -> None:
        self.row, self.currency = row, currency
        self.told = (only,) if only else TOLD
        self.figures: dict[str, Said] = {
            code: said for code, said in row.statistics["metrics"].items() if code in METRICS and code == (only or code)
        }
        self.query = _at_newest(selection, row)
        self.newest = month_of(row.cutoff.code)
        self.year = selection.calendar.periods_in_year

    def items(self) -> Iterator[Finding]:
        """The most there is room for of every sort."""
        sorts = (
            ("Unusual", self.unusual()),
            ("Shift", self.shifts()),
            ("Trend", self.trends()),
            ("Season", self.seasons()),
            ("Together", self.together()),
        )
        for sort, found in sorts:
            yield from list(found)[: MOST[sort]]

    def unusual(self) -> Iterator[Finding]:
        """The newest months that stand apart, the furthest first."""
        odd = [(code, said) for code, said in self.figures.items() if said.get("unusual")]
        for code, said in sorted(odd, key=lambda each: -abs(each[1]["score"])):
            times = "more than ten" if abs(said["score"]) > FAR else f"{abs(said['score']):.1f}"
            side = "above" if said["score"] > 0 else "below"
            value, due = (self.written(code, said[name]) for name in ("value", "expected"))
            text = f"{value}, {times} times the usual spread {side} the {due} that trend and season say"
            yield self.finding("Unusual", code, text, said)

    def shifts(self) -> Iterator[Finding]:
        """Levels that are new this year, the newest first."""
        year_ago = _a_year_before(self.row.cutoff.code)
        new = [
            (shift, code, said)
            for code, said in self.figures.items()
            for shift in said.get("shifts", ())
            if shift["period"] > year_ago
        ]
        for shift, code, said in sorted(new, key=lambda each: each[0]["period"], reverse=True):
            size = self.sized(code, said, shift["size"])
            yield self.finding("Shift", code, f"on another level since {month_of(shift['period'])}, {size}", said)

    def trends(self) -> Iterator[Finding]:
        for code in self.told:
            said = self.figures.get(code, {})
            slope = self.slope(code, said.get("trend"))
            if slope:
                yield self.finding("Trend", code, f"{slope} over {said['trend']['n']} months", said)

    def seasons(self) -> Iterator[Finding]:
        for code in self.told:
            said = self.figures.get(code, {})
            season = said.get("season", {})
            if season.get("strength", 0) >= STRONG:
                high, low = (pick(season["indices"], key=season["indices"].get) for pick in (max, min))
                ends = [f"{_place(at)} ({self.sized(code, said, season['indices'][at])})" for at in (high, low)]
                yield self.finding("Season", code, f"usually highest in {ends[0]}, lowest in {ends[1]}", said)

    def together(self) -> Iterator[Finding]:
        """Pairs that are hardly luck, the surest first, each said of the one that follows."""
        for pair in self.row.statistics["correlations"]:
            ends = (pair["first"], pair["second"])
            if pair["odds"] <= LUCK and all(code in METRICS for code in ends):
                first, second = ends if pair["lag"] >= 0 else ends[::-1]
                verb = "moves with" if pair["r"] > 0 else "moves against"
                tried = f"{pair['tried']} pairs tried"
                text = (
                    f"{verb} {METRICS[first].label.lower()}{_earlier(abs(pair['lag']))}"
                    f" (r {pair['r']:.2f}, n {pair['n']}; {tried})"
                )
                yield self.finding("Together", second, text, {"n": pair["n"]}, hint="; ".join(pair["warnings"]))

    def rows(self) -> Iterator[StudiedRow]:
        """Every studied figure in the catalogue's order."""
        for code in METRICS:
            if code in self.figures:
                yield self._row(code, self.figures[code])

    def _row(self, code: str, said: Said) -> StudiedRow:
        usual, season = said["distribution"], said.get("season")
        return StudiedRow(
            label=METRICS[code].label,
            median=self.written(code, usual["median"]),
            middle=f"{self.written(code, usual['q1'])} to {self.written(code, usual['q3'])}, {usual['in_words']}",
            trend=self.slope(code, said.get("trend")) or "–",
            season=percent(season["strength"]) if season else "–",
            score=digits(said["score"], 1, signed=True) if "score" in said else "–",
            months=said["n"],
        )

    def finding(self, sort: str, code: str, text: str, said: Said, *, hint: str = "") -> Finding:
        known = f"{said['n']} months" + (f", {said['missing']} missing" if said.get("missing") else "")
        href = explain_href(self.row.unit.code, code, self.query)
        return Finding(sort, METRICS[code].label, text, href, hint or known)

    def written(self, code: str, number: float, *, signed: bool = False) -> str:
        return written(METRICS[code], number, self.currency, signed=signed)

    def slope(self, code: str, trend: Said | None) -> str:
        """What a month adds, of ratios and days a year; empty where that is luck, or too little to print."""
        if trend is None or not trend["clear"]:
            return ""
        is_amount = METRICS[code].kind in ("money", "count")
        text = self.written(code, trend["slope"] * (1 if is_amount else self.year), signed=True)
        return f"{text} a {'month' if is_amount else 'year'}" if re.search("[1-9]", text) else ""

    def sized(self, code: str, said: Said, size: float) -> str:
        """A shift or an index: as a part of the figure, or in its measure."""
        return percent(size, signed=True) if said["share"] else self.written(code, size, signed=True)


def written(metric: Metric, number: float, currency: str, *, signed: bool = False) -> str:
    """A figure on its own; a difference of ratios, which is signed, in points."""
    if metric.kind == "money":
        return single(number, currency, signed=signed)
    if metric.kind == "ratio":
        return points(number) if signed else percent(number)
    return plain(number, metric.kind, signed=signed)


def month_of(code: str, form: str = "%b %Y") -> str:
    """`Sep 2026` of `2026-09`; a period of weeks by its code."""
    year, _, month = code.partition("-")
    return f"{date(int(year), int(month), 1):{form}}" if month.isdigit() else code


def _place(code: str) -> str:
    """A month of any year: `December`, or the place of a period of weeks."""
    return month_of(code, "%B") if "-P" not in code else f"period {int(code.partition('-P')[2])}"


def _a_year_before(code: str) -> str:
    """The code of the same period a year earlier; codes sort as their periods do."""
    return re.sub(r"[0-9]{4}", lambda year: str(int(year[0]) - 1), code, count=1)


def _earlier(months: int) -> str:
    if not months:
        return " of the same month"
    return f" {months} month{'' if months == 1 else 's'} earlier"
