"""Where a number comes from, one level at a time: formula, inputs, files and rows, what it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.periods import prior_year
from metrics.catalogue import METRICS
from metrics.formula import Context
from metrics.readings import Level, variance
from reports import drill, provenance
from reports.baselines import BUDGET, FORECAST, FORESEEN, IN_WORDS, PRIOR_YEAR
from reports.boards.reading import difference, relative, shown_kind
from reports.explanation import Figures, is_line
from reports.figures import (
    Action,
    Crumb,
    ExplanationBoard,
    Figure,
    Formula,
    InputNode,
    Restatement,
    SourceRow,
    Variance,
)
from reports.formatting import Scale, amount, moment, plain, scale_for, single
from reports.levels import ACTUAL

Href = Callable[[provenance.Input], str]
NOTES = {"operand": "", "unit": "unit", "own": "own", "month": "month"}
DEEPEST, WIDEST = 3, 12
"""How far the tree of inputs opens at once, and how many parts of one it tells; each input has a page of its own."""
NOT_ADDED = {
    "ratio": "not added: the ratio of sums is no sum of ratios",
    "": "each by itself: they do not add up to it",
}
"""Why units or months are listed without their sum, by the kind of the figure."""


@dataclass(frozen=True)
class Asked:
    """The figure to explain, how to link to the figures it is made of, where its rows are handed out and where problems
    with it stand."""

    code: str
    context: Context
    title: str
    currency: str
    href: Href
    here: str
    rows: str
    problems: str
    at: datetime
    crumbs: tuple[Crumb, ...]
    against: str = BUDGET
    import_href: Callable[[str], str] = lambda public_id: ""  # of the page of an import, for who may read it


def explained(figures: Figures, asked: Asked) -> ExplanationBoard:
    """The board of one figure; a part that does not apply (an account has no formula) is left out."""
    _want(figures, asked)
    view = drill.formula(figures, asked.code, asked.context)
    figure = figure_of(figures, asked, view)
    measure = figure.kind
    operands = drill.operands(figures, asked.code, asked.context)
    units = drill.units(figures, asked.code, asked.context)
    months = drill.months(figures, asked.code, asked.context)
    told, sources = sources_behind(figures, asked, operands)
    history = _since_known(drill.restatements(figures, asked.code, asked.context))
    scale = scale_for(
        [each.value for each in (*operands, *units, *months) if isinstance(each.value, int)], currency=asked.currency
    )
    rows = tuple(_source(source, scale, asked) for source in sources)
    against = _against(figures, asked)
    return ExplanationBoard(
        title=asked.title,
        figure=figure,
        variance=against,
        against=_told(figures, asked) if against else "",
        formula=_formula(view, asked.code, figures.label(asked.code), scale),
        inputs=(
            *_lines(figures, asked, operands, sources),
            *_folded(asked, measure, units=units, months=months, has=operands),
        ),
        scale=scale,
        sources=rows,
        rows_href=asked.rows if rows else "",
        sources_label=f"Source of {told.lower()}",
        largest=_largest(sources, scale, asked),
        record=_import(sources, asked),
        restatements=tuple(
            _restated(each, measure, asked, is_current=place == 0)
            for place, each in enumerate(history if len(history) > 1 else ())
        ),
        remark=_remark(history, asked, measure),
        href=asked.here,
        crumbs=asked.crumbs,
    )


def figure_of(figures: Figures, asked: Asked, view: provenance.FormulaView | None) -> Figure:
    """The figure itself, ready to be printed; `view` is its formula, where it has one."""
    value, metric = figures.value(asked.code, asked.context), figures.metric(asked.code)
    measure = "money" if metric is None else shown_kind(metric)
    return Figure(value.number if view is None else view.value, measure, value.reason, currency=asked.currency)


def _want(figures: Figures, asked: Asked) -> None:
    """Tell the evidence what the board will need, so that it is read at once: of the figure, and of its baseline."""
    for context in (asked.context, _baseline(figures, asked)):
        figures.gather(asked.code, context, with_rows=context == asked.context)
        drill.want_parts(figures, asked.code, context)


def sources_behind(
    figures: Figures, asked: Asked, operands: Sequence[provenance.Input]
) -> tuple[str, tuple[provenance.Source, ...]]:
    """The files behind the figure; of a ratio those behind the first of its operands that adds."""
    found = drill.sources(figures, asked.code, asked.context)
    if found:
        return figures.label(asked.code), found
    for each in operands:
        context = Context(each.version, each.basis, figures.ordinal - each.ordinal)
        if isinstance(each.value, int) and (found := drill.sources(figures, each.code, context)):
            return each.label, found
    return figures.label(asked.code), ()


def _against(figures: Figures, asked: Asked) -> Variance | None:
    """The variance of a metric against what was picked to compare with, where there is such a number."""
    metric, context = METRICS.get(asked.code), asked.context
    if metric is None or context.version != ACTUAL or metric.compare == "none":
        return None
    baseline, actual = figures.value(asked.code, _baseline(figures, asked)), figures.value(asked.code, context)
    if baseline.number is None or actual.number is None:
        return None
    read = variance(Level(actual.number), Level(baseline.number), sense=metric.better, compare=metric.compare)
    return relative(read, True) if metric.compare == "percent" else difference(metric, read, True)


def _told(figures: Figures, asked: Asked) -> str:
    """What it is compared with and how much that was: `against budget 21.9%`."""
    metric = METRICS[asked.code]
    number = figures.value(asked.code, _baseline(figures, asked)).number
    return f"{IN_WORDS[asked.against]} {printed(number, shown_kind(metric), asked)}".rstrip()


def printed(number: int | float | str | None, measure: str, asked: Asked) -> str:
    """A figure in a sentence; nothing where it is not known."""
    if number is None:
        return ""
    if measure == "money" and not isinstance(number, str):
        return single(number, asked.currency)
    return plain(number, measure)


def _baseline(figures: Figures, asked: Asked) -> Context:
    """Where the other side of the variance stands; the prior year is the actual of the same ordinal a year back."""
    if asked.against != PRIOR_YEAR:
        return replace(asked.context, version=FORESEEN if asked.against == FORECAST else asked.against)
    back = figures.ordinal - prior_year(figures.evidence.calendar, figures.ordinal)
    return replace(asked.context, lag=asked.context.lag + back)


def _formula(view: provenance.FormulaView | None, code: str, label: str, scale: Scale) -> Formula:
    if view is None:
        return Formula(f"{label} is {_sort(code)}.")
    if view.is_reported:
        return Formula(f"{label} is reported as it stands.", note=f"Its formula would be {_in_words(view)}.")
    written = "".join(_written(piece, scale) for piece in view.pieces)
    over = _fraction(view, scale)
    return Formula(_in_words(view), numbers=f"= {written}", over=over, note=view.description)


def _sort(code: str) -> str:
    """What a figure without a formula is."""
    if is_line(code):
        return "a line of consolidation: worked out from the rows of the units below"
    if code.startswith("role:"):
        return "a role: the sum of the accounts that carry it"
    return "an account: the sum of its rows and of the accounts below it"


def _in_words(view: provenance.FormulaView) -> str:
    """A formula as a reader sees it: what its names are called instead of how they are written."""
    return "".join(piece.label or piece.text for piece in view.pieces)


def _fraction(view: provenance.FormulaView, scale: Scale) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """The two lines of a plain division of two names, by name and by number."""
    texts = [piece.text.strip() for piece in view.pieces]
    if len(texts) != 3 or texts[1] != "/" or not all(view.pieces[i].figures for i in (0, 2)):
        return None
    above, below = view.pieces[0].figures[0], view.pieces[2].figures[0]
    return (above.label, below.label), (_number(above, scale), _number(below, scale))


def _written(piece: provenance.Piece, scale: Scale) -> str:
    if not piece.figures:
        return piece.text
    if len(piece.figures) == 1:
        return _number(piece.figures[0], scale)
    return f"[{', '.join(_number(each, scale) for each in piece.figures)}]"


def _number(found: provenance.Input, scale: Scale) -> str:
    if found.value is None:
        return "–"
    if found.measure == "money" and isinstance(found.value, int):
        return amount(found.value, scale)
    return plain(found.value, found.measure)


def _lines(
    figures: Figures,
    asked: Asked,
    found: Sequence[provenance.Input],
    sources: Sequence[provenance.Source],
    depth: int = 1,
) -> tuple[InputNode, ...]:
    """What the figure is made of, each with what that is made of below it; accounts open on pages of their own."""
    lines = []
    for each in found:
        code, parts = _parts(figures, each, depth)
        known = [part for part in parts if isinstance(part.value, int)]
        node = _node(each, asked, _account(figures, asked, replace(each, code=code), sources))
        children = _lines(figures, asked, known[:WIDEST], sources, depth + 1)
        more = f"{len(known) - WIDEST} more" if len(known) > WIDEST else ""
        lines.append(replace(node, children=children, more=more))
    return tuple(lines)


def _parts(figures: Figures, found: provenance.Input, depth: int) -> tuple[str, Sequence[provenance.Input]]:
    """The parts of an input of the same unit, as far as the tree goes; a part that is alone gives way to its own, and
    its code to that of what it comes down to."""
    code, context = found.code, Context(found.version, found.basis, figures.ordinal - found.ordinal)
    is_here = found.unit == figures.evidence.unit and isinstance(found.value, int) and found.measure == "money"
    is_here = is_here and (depth == 1 or not code.startswith("account:"))
    parts: Sequence[provenance.Input] = drill.operands(figures, code, context) if is_here and depth < DEEPEST else ()
    while len(parts) == 1 and parts[0].code != code:
        code = parts[0].code
        parts = drill.operands(figures, code, context)
    return code, parts


def _account(figures: Figures, asked: Asked, found: provenance.Input, sources: Sequence[provenance.Source]) -> str:
    """Of an account its code, and how many of the files behind the figure have rows on it."""
    sort, _, code = found.code.partition(":")
    if sort != "account":
        return ""
    evidence, there = figures.evidence, (found.unit, found.ordinal, found.basis, found.version)
    if there != (evidence.unit, figures.ordinal, asked.context.basis, asked.context.version):
        return code  # the files are those of the figure that was asked for
    behind = set(evidence.company.weights(evidence.account_ids[code]))
    files = sum(not behind.isdisjoint(source.accounts) for source in sources)
    return f"{code}, {files} {'file' if files == 1 else 'files'}" if files else code


def _folded(
    asked: Asked,
    measure: str,
    *,
    units: Sequence[provenance.Input],
    months: Sequence[provenance.Input],
    has: Sequence[provenance.Input],
) -> tuple[InputNode, ...]:
    """Its units and its months, each to be opened; where they do not add up to it that is said in place of a sum."""
    found = []
    for label, parts, is_open in (("Units", units, not has), ("Months", months, False)):
        if not parts:
            continue
        total = _total(parts)
        found.append(
            InputNode(
                label=f"{label}, {len(parts)}",
                figure=None if total is None else Figure(total, "money", currency=asked.currency),
                note="" if total is not None else NOT_ADDED.get(measure, NOT_ADDED[""]),
                children=tuple(_node(each, asked) for each in parts),
                is_open=is_open,
            )
        )
    return tuple(found)


def _total(found: Iterable[provenance.Input]) -> int | None:
    parts = [each.part for each in found]
    return None if any(part is None for part in parts) else sum(part or 0 for part in parts)


def _node(found: provenance.Input, asked: Asked, account: str = "") -> InputNode:
    taken_out = found.part is not None and isinstance(found.value, int) and found.part == -found.value != 0
    note = "taken off" if taken_out and found.sort == "operand" else NOTES[found.sort]
    note = ", ".join(each for each in (account, note) if each)
    return InputNode(
        label=found.label,
        figure=Figure(
            found.value, found.measure, found.reason, asked.href(found), asked.currency, coverage=found.coverage
        ),
        note=note,
    )


def _source(source: provenance.Source, scale: Scale, asked: Asked) -> SourceRow:
    first, last = source.first_row, source.last_row
    rows = f"{first:,}" if first == last else f"{first:,} to {last:,}"
    return SourceRow(
        file=source.file if not source.sheet else f"{source.file}, {source.sheet}",
        row=rows,
        amount=Figure(source.part, currency=asked.currency),
        when=moment(source.at, now=asked.at),
        person=source.person,
        text=source.largest,
        notes=source.notes,
    )


def _largest(sources: Sequence[provenance.Source], scale: Scale, asked: Asked) -> SourceRow | None:
    told = next((source for source in sources if source.largest), None)
    if told is None:
        return None
    return SourceRow(
        file=told.file,
        row=f"row {told.largest_row:,}",
        amount=Figure(told.part, currency=asked.currency),
        when=moment(told.at, now=asked.at),
        person=told.person,
        text=told.largest,
    )


def _import(sources: Sequence[provenance.Source], asked: Asked) -> Action | None:
    """The import that brought the largest row, where the reader may open it."""
    told = next((source for source in sources if source.largest), None)
    href = asked.import_href(told.import_id) if told else ""
    return Action("Open the import", href) if href else None


def _since_known(history: Sequence[provenance.Restatement]) -> list[provenance.Restatement]:
    """The history from the first number on, newest first: a figure that was missing until then was not restated."""
    known = [place for place, each in enumerate(history) if each.value is not None]
    return list(history[: max(known) + 1]) if known else []


def _restated(each: provenance.Restatement, measure: str, asked: Asked, *, is_current: bool) -> Restatement:
    causes = ", ".join(f"{cause.file} by {cause.person}" for cause in each.causes)
    return Restatement(
        figure=Figure(each.value, measure, each.reason, currency=asked.currency),
        when=moment(each.since, now=asked.at),
        reason=causes or "rates, structure or definitions",
        is_current=is_current,
    )


def _remark(history: Sequence[provenance.Restatement], asked: Asked, measure: str) -> str:
    if len(history) < 2:
        return f"Unchanged since {moment(history[0].since, now=asked.at)}." if history else ""
    times = "once" if len(history) == 2 else f"{len(history) - 1} times"
    was = printed(history[1].value, measure, asked)
    return f"Restated {times}, {f'was {was} until' if was else 'last on'} {moment(history[0].since, now=asked.at)}."
