"""What saving a draft would mean, before it is saved: whom it touches, and who must approve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from alerts.approving.need import needs_approval
from alerts.approving.touched import Held, Touched, touched
from alerts.judging.manual import Manual
from alerts.planned import ThresholdRefused
from alerts.terms import AGAINST, ALL_LEVELS, Terms
from alerts.wording import level
from reports.boards.naming import short_name
from reports.boards.thresholds.form import TermsForm
from reports.figures import Saving, TouchedRow
from reports.wording import listed
from units.scope import Scope

SAVE, SEND = "Save", "Send for approval"
LISTED = 16
NOTHING = "Nothing judges it"


def saving_of(scope: Scope, form: TermsForm, *, at: datetime, currency: str) -> Saving:
    """What comes of saving a valid form; nothing is written."""
    draft = form.proposal()
    try:
        need = needs_approval(draft, actor=scope, at=at)
        found = touched(scope, draft, at=at)
    except ThresholdRefused as refused:
        return Saving(SAVE, approval=str(refused))
    return Saving(
        label=SEND if need else SAVE,
        touched=tuple(_rows(found, form.book, currency)),
        touched_title=_title(found),
        approval=need.sentence if need else "",
    )


def _title(found: Touched) -> str:
    if not found.count:
        return "No unit is touched: this is what stands already."
    hidden = (found.total or 0) - found.count
    rest = f", and {hidden} you may not see" if hidden > 0 else ""
    return f"{found.count} {'unit is' if found.count == 1 else 'units are'} judged by other terms{rest}"


def _rows(found: Touched, book: Manual, currency: str) -> list[TouchedRow]:
    """The units by what judges them before and after, in the order of the tree."""
    alike: dict[tuple[str, str], list[str]] = {}
    for unit in found.rows:
        change = _held(unit.before, unit.metric, book, currency), _held(unit.after, unit.metric, book, currency)
        alike.setdefault(change, []).append(short_name(unit.code))
    return [TouchedRow(_some(units), before, after) for (before, after), units in alike.items()]


def _some(units: list[str]) -> str:
    """The first of many, and how many more there are."""
    more = len(units) - LISTED
    return listed(units) if more <= 0 else f"{', '.join(units[:LISTED])} and {more} more"


def _held(held: Held | None, metric: str, book: Manual, currency: str) -> str:
    """`10%, 25% against budget`: the levels that judge a unit, and against what."""
    if held is None:
        return NOTHING
    terms = Terms(metric, "month", held.comparator, held.measure, held.direction)
    levels = ", ".join(_levels(held.levels, terms, book, currency))
    return f"{levels} against {AGAINST[held.comparator]}" if terms.has_baseline else levels


def _levels(levels: Mapping[str, str], terms: Terms, book: Manual, currency: str) -> list[str]:
    metric = book.metrics.get(terms.metric)
    names = [name for name in ALL_LEVELS if name in levels and name not in ("target", "exit", "low_exit")]
    return [level(Fraction(levels[name]), terms, metric, currency) for name in names]
