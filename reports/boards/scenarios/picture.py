"""What follows from the drivers of a scenario: the sentence, and all that is drawn and printed under it."""

from __future__ import annotations

from dataclasses import replace

from reports.boards.scenarios.breakdown import breakdown
from reports.boards.scenarios.drawing import Drawing, named
from reports.boards.scenarios.drawn import bridge, cash
from reports.boards.scenarios.drivers import driver_rows
from reports.boards.scenarios.lines import lines
from reports.boards.scenarios.seen import AHEAD, YEAR, SeenScenario
from reports.figures import Choice, Headline, Remark, ScenarioPicture, Section
from reports.formatting import Scale, missing, single
from reports.scenarios.asking import address
from reports.wording import Phrase, count

NOTHING_AHEAD = "Nothing is forecast of this unit yet: there is no base to change anything on."
NOTES = (
    "Drivers act in months to come only; closed months stay as they are. Each acts on what those above it left, so that"
    " their effects add up exactly, and what it adds to a line is rounded once a month. Subtotals and ratios follow by"
    " the formulas of the catalogue.",
    "Cash follows sales and purchases by as many days as customers and suppliers take. A changed number of days holds"
    " from its first month, all at once. The interval is that of the base, moved along.",
)
AMONG_UNITS = "What units sell each other is taken to stay as it is."


def picture_of(seen: SeenScenario) -> ScenarioPicture:
    """Everything right of the drivers."""
    rows = driver_rows(seen)
    scale = Scale(currency=seen.currency)
    if not seen.months:
        nothing = Headline((Phrase(NOTHING_AHEAD),))
        return ScenarioPicture(nothing, rows, Section("Income statement and cash"), (), scale, scale)
    drawing = Drawing(seen)
    head, columns, table = breakdown(drawing)
    return ScenarioPicture(
        headline=_headline(drawing),
        drivers=rows,
        bridge=bridge(drawing),
        statement=Section("Income statement and cash", _stretch(drawing), views=_spans(seen)),
        lines=lines(drawing),
        scale=drawing.scale,
        month_scale=drawing.month_scale,
        cash=cash(drawing),
        breakdown=head,
        columns=columns,
        table=table,
        notes=_notes(drawing),
        wrong=sum(1 for row in rows if row.error),
        address=f"?{address(seen.rows)}{f'&{seen.asked.query}' if seen.asked.query else ''}",
    )


# --- the sentence ----------------------------------------------------------------------------------------


def _headline(drawing: Drawing) -> Headline:
    return Headline(_sentence(drawing), tuple(Remark(words) for words in _meta(drawing) if words))


def _sentence(drawing: Drawing) -> tuple[Phrase, ...]:
    seen = drawing.seen
    acting = [part for part in seen.case.parts if not part.reason and not part.setting.is_neutral]
    if not acting:
        return (Phrase("Nothing is changed: the scenario is its base."),)
    profit = sum(part.profit_over(seen.months) for part in acting)
    opening = _and_profit(len(acting), profit, drawing)
    return (*opening, *_and_cash(_more_cash(drawing), seen.currency), Phrase("."))


def _and_profit(changes: int, profit: int, drawing: Drawing) -> tuple[Phrase, ...]:
    """How many changes do what to operating income."""
    who = "One change" if changes == 1 else f"{count(changes).capitalize()} changes"
    ending = "s" if changes == 1 else ""
    if not profit:
        return (Phrase(f"{who} leave{ending} operating income over {drawing.how_long} as it is"),)
    verb, to, effect = ("add", "to", "favourable") if profit > 0 else ("take", "off", "unfavourable")
    return (
        Phrase(f"{who} {verb}{ending} "),
        Phrase(single(abs(profit), drawing.seen.currency), effect),
        Phrase(f" {to} operating income over {drawing.how_long}"),
    )


def _and_cash(more: int | None, currency: str) -> tuple[Phrase, ...]:
    if not more:
        return ()
    effect, words = ("favourable", "more") if more > 0 else ("unfavourable", "less")
    return (Phrase(" and end it with "), Phrase(f"{single(abs(more), currency)} {words}", effect), Phrase(" cash"))


def _more_cash(drawing: Drawing) -> int | None:
    base, case = drawing.cash
    return None if base.number is None or case.number is None else int(case.number) - int(base.number)


def _meta(drawing: Drawing) -> tuple[str, ...]:
    seen = drawing.seen
    ends = [named(seen.calendar, month, "%B %Y") for month in (seen.months[0], seen.months[-1])]
    when = "as it was when this was saved" if seen.asked.base else "as known now"
    open_from = named(seen.calendar, seen.base.months[0], "%B %Y")
    acts = f"Drivers act from {open_from} on." if seen.asked.span == YEAR else ""
    return (f"{ends[0]} to {ends[1]} against the base {when}.", acts, _lowest(drawing))


def _lowest(drawing: Drawing) -> str:
    """The least cash of the months to come."""
    seen = drawing.seen
    ahead = [month for month in seen.months if month in seen.base.months]
    known = [(level.number, month) for month in ahead if (level := seen.case.cash(month)).number is not None]
    if not known:
        return ""
    least, month = min(known)
    return f"Lowest cash: {single(least, seen.currency)} in {named(seen.calendar, month, '%B %Y')}."


def _stretch(drawing: Drawing) -> str:
    closed = [month for month in drawing.months if month not in drawing.seen.base.months]
    many = f"{drawing.scale.unit}, {drawing.how_long}"
    return f"{many}, {len(closed)} of {len(drawing.months)} months closed" if closed else many


def _spans(seen: SeenScenario) -> tuple[Choice, ...]:
    """The ways to look at the same drivers."""
    year = seen.calendar.year_and_number(seen.base.months[0])[0]
    return tuple(
        Choice(label, _span_href(seen, span), seen.asked.span == span)
        for span, label in ((AHEAD, f"{len(seen.base.months)} months"), (YEAR, f"Year {year}"))
    )


def _span_href(seen: SeenScenario, span: str) -> str:
    query = replace(seen.asked, span=span).query
    return f"?{address(seen.rows)}{f'&{query}' if query else ''}"


def _notes(drawing: Drawing) -> tuple[str, ...]:
    seen = drawing.seen
    among = (AMONG_UNITS,) if any(row.unit != seen.unit.code for row in seen.rows) else ()
    base, _ = drawing.cash
    no_cash = (f"There is no cash here: {missing(base.reason).reason}.",) if base.number is None else ()
    return (*NOTES, *among, *no_cash)
