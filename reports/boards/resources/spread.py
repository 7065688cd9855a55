"""Spend by unit as a treemap: the area is what was spent, the shade what it returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metrics.readings import Level
from metrics.spending import return_on
from reports import formatting
from reports.boards.naming import full_name, place, unit_name
from reports.boards.picture import Part
from reports.boards.resources.seen import YEAR, SeenResources
from reports.charts.treemap import Box, folded, squarified
from reports.figures import ChartTable, Drawing, Section, Tile, TileText, Treemap
from reports.formatting import amount, scale_for, single
from reports.levels import ACTUAL
from reports.wording import count, percent

CLASSES = ((0.35, "1", "over 35%"), (0.25, "2", "25 to 35%"), (0.13, "4", "13 to 25%"), (None, "5", "under 13%"))
"""Return on spend: above which it is of a class, the class, and its words; the last one takes the rest."""
LOW = 0.13
NO_RETURN = "n"
GAP = 2.0
LETTER, STRONG, DIGIT, LINE = 6.3, 6.3, 7.2, 14.0
"""How much room a letter takes, one of a short name, one of a number, and how high a line is."""
SIZES = (("only-dt", 552, 332), ("only-p", 358, 500))


@dataclass(frozen=True)
class _Spend:
    """What a unit spent in the stretch picked, and its operating income for each unit of money of twelve months."""

    part: Part
    spent: int
    income: Level


def treemap(seen: SeenResources) -> Treemap:
    """All units with spend, the largest first; small ones are one rectangle, and what cannot be drawn is said.

    One unit alone is told by the sentence and the table: a single rectangle compares with nothing.
    """
    known = [(part, seen.spend.of(part.pk, ACTUAL, "total_cost")) for part in seen.parts]
    sizes = [(part, int(level.number or 0)) for part, level in known]
    drawn = [_Spend(part, size, return_of(seen, part)) for part, size in sizes if size > 0]
    drawn.sort(key=lambda each: -each.spent)
    scale = scale_for([each.spent for each in drawn], currency=seen.currency)
    legend = [(tone, words) for _, tone, words in reversed(CLASSES)]
    if any(_tone(each.income) == NO_RETURN for each in drawn):
        legend.append((NO_RETURN, "no sales"))
    return Treemap(
        section=Section(
            _title(seen, drawn),
            _subtitle(seen, drawn),
            terms=(
                ("total_cost", "total cost" if len(drawn) > 1 else "Total cost"),
                ("operating_income", "operating income"),
            ),
        ),
        drawings=tuple(Drawing(cls, wide, high, _tiles(seen, drawn, wide, high)) for cls, wide, high in SIZES)
        if len(drawn) > 1
        else (),
        table=ChartTable(
            ("Unit", f"Spent, {scale.unit}", f"Budget of the year, {scale.unit}", "Return on spend"),
            tuple(_row(seen, part, level, scale) for part, level in known),
        ),
        legend=tuple(legend) if len(drawn) > 1 else (),
        notes=_notes(known),
    )


def _subtitle(seen: SeenResources, drawn: Sequence[_Spend]) -> str:
    """What is drawn, or told where there is nothing to draw."""
    earned = f"operating income for each {formatting.symbol(seen.currency).strip() or 'unit of money'} spent"
    if len(drawn) < 2:
        return f"Total cost, {seen.selection.label}; {earned} in the last twelve months."
    return f"Area: total cost, {seen.selection.label}{_beyond(seen, drawn)}. Shade and %: {earned}, last twelve months."


def return_of(seen: SeenResources, part: Part) -> Level:
    """Operating income over total cost of twelve months; nothing is returned by whom sells nothing."""
    sold = seen.level(part.pk, "revenue", "ltm")
    if not sold.number:
        return Level(None, sold.reason or "not_applicable: it sells nothing")
    income, cost = (seen.level(part.pk, code, "ltm") for code in ("operating_income", "total_cost"))
    return return_on(income, cost)


def _tone(income: Level) -> str:
    if income.number is None:
        return NO_RETURN
    return next(tone for above, tone, _ in CLASSES if above is None or income.number > above)


def _title(seen: SeenResources, drawn: Sequence[_Spend]) -> str:
    """How much of the spend returns little."""
    whole = sum(each.spent for each in drawn)
    if not drawn:
        return "No unit has reported any spend"
    judged = [each for each in drawn if each.income.number is not None]
    low = [each for each in judged if (each.income.number or 0) <= LOW]
    if not judged:
        many = "One unit" if len(drawn) == 1 else f"{count(len(drawn)).capitalize()} units"
        return f"{many} spent {single(whole, seen.currency)}; what that returned is not known"
    if len(drawn) == 1:
        earned = percent(judged[0].income.number or 0)
        return f"{single(whole, seen.currency)} spent; operating income of twelve months is {earned} of their cost"
    if not low:
        which = "Every unit" if len(judged) == len(drawn) else "Every unit whose return is known"
        return f"{which} returns more than {percent(LOW)} on what it spends"
    many = "One unit" if len(low) == 1 else f"{count(len(low)).capitalize()} units"
    share = percent(sum(each.spent for each in low) / whole)
    return f"{many}, {share} of the spend, {'returns' if len(low) == 1 else 'return'} {percent(LOW)} or less on it"


def _beyond(seen: SeenResources, drawn: Sequence[_Spend]) -> str:
    """What the group spent less than its units, as they buy from each other."""
    own = seen.spend.of(seen.own.pk, ACTUAL, "total_cost").number
    whole = sum(each.spent for each in drawn)
    if own is None or own >= whole:
        return ""
    return f", before {single(whole - int(own), seen.currency)} of trade among units"


# --- rectangles --------------------------------------------------------------------------------------------


def _tiles(seen: SeenResources, drawn: Sequence[_Spend], width: int, height: int) -> tuple[Tile, ...]:
    kept = folded([each.spent for each in drawn])
    rest = drawn[kept:]
    sizes = [*(each.spent for each in drawn[:kept]), *([sum(each.spent for each in rest)] if rest else [])]
    order = sorted(range(len(sizes)), key=lambda place: -sizes[place])
    boxes = squarified([sizes[place] for place in order], width, height)
    found = [
        _tile(seen, drawn[place], box) if place < kept else _others(seen, rest, box)
        for place, box in zip(order, boxes, strict=True)
    ]
    return tuple(found)


def _tile(seen: SeenResources, each: _Spend, box: Box) -> Tile:
    name, money = unit_name(each.part, seen.selection.query()), single(each.spent, seen.currency)
    income = each.income.number
    returned = "" if income is None else percent(income) if income >= 0 else f"−{percent(income)}"
    said = f"returns {returned}" if returned else formatting.missing(each.income.reason).reason
    is_numbered = name.short != each.part.code
    heads = (name.short, name.name) if is_numbered else (name.name, "")
    return Tile(
        **_sides(box),
        tone=_tone(each.income),
        label=f"{place(each.part)}: {money}, {said}",
        texts=tuple(_texts(box, heads, money, returned)),
        href=name.href,
    )


def _others(seen: SeenResources, rest: Sequence[_Spend], box: Box) -> Tile:
    money = single(sum(each.spent for each in rest), seen.currency)
    name = f"{len(rest)} other units"
    return Tile(**_sides(box), tone="o", label=f"{name}: {money}", texts=tuple(_texts(box, (name, ""), money, "")))


def _sides(box: Box) -> dict[str, str]:
    sides = {"x": box.x, "y": box.y, "width": max(box.width - GAP, 0.5), "height": max(box.height - GAP, 0.5)}
    return {side: f"{number:.1f}" for side, number in sides.items()}


def _texts(box: Box, heads: tuple[str, str], money: str, returned: str) -> list[TileText]:
    """The name, the longer name, what was spent and what it returned, as far as there is room for them whole."""
    wide, high = box.width - GAP - 14, box.height - GAP
    left, right = f"{box.x + 7:.1f}", f"{box.x + box.width - GAP - 7:.1f}"
    found = []
    if high >= 22 and (name := _short(heads, wide)):
        found.append(TileText(left, f"{box.y + 17:.1f}", "w6 f12", name))
    foot, base = 0, box.y + high - 9
    if high >= 40 and len(money) * DIGIT <= wide:
        is_beside = (len(money) + len(returned) + 1) * DIGIT <= wide
        foot = 2 if returned and not is_beside and high >= 40 + LINE else 1
        found.append(TileText(left, f"{base - (foot - 1) * LINE:.1f}", "w5", money))
        if returned and (is_beside or foot == 2):
            found.append(TileText(right if is_beside else left, f"{base:.1f}", "e" if is_beside else "", returned))
    room = int((high - 30 - foot * LINE) // LINE)
    for at, words in enumerate(_wrapped(heads[1], wide / LETTER, room)):
        found.append(TileText(left, f"{box.y + 32 + at * LINE:.1f}", "", words))
    return found


def _short(heads: tuple[str, str], wide: float) -> str:
    """The name; of a numbered unit without room for it the number alone. Empty where under four letters were left."""
    name = heads[0]
    if heads[1] and len(name) * STRONG > wide:
        name = name.rpartition(" ")[2]
    letters = wide / STRONG
    if len(name) <= letters:
        return name
    return f"{name[: int(letters) - 1].rstrip()}…" if letters >= 5 else ""


def _wrapped(text: str, letters: float, most: int) -> list[str]:
    """A name in lines of whole words; none where that takes more lines than there are, or a word is too long."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and len(longer) <= letters:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= most and all(len(line) <= letters for line in lines) else []


# --- as a table --------------------------------------------------------------------------------------------


def _row(seen: SeenResources, part: Part, spent: Level, scale: Any) -> tuple[str, ...]:
    budget = seen.budget_over(part.pk, YEAR)
    money = [formatting.missing(each.reason).word if each.number is None else amount(each.number, scale)
             for each in (spent, budget)]  # fmt: skip
    income = return_of(seen, part)
    returned = formatting.missing(income.reason).word if income.number is None else formatting.percent(income.number)
    return (place(part), *money, returned)


def _notes(known: Sequence[tuple[Part, Level]]) -> tuple[str, ...]:
    """What has no area: units that reported no spend, and those that got money back."""
    missing = [part for part, level in known if level.number is None]
    credited = [part for part, level in known if level.number is not None and level.number <= 0]
    told = []
    for parts, why in ((missing, "no spend is known of"), (credited, "nothing was spent, or more was credited, by")):
        if parts:
            names = ", ".join(full_name(part) for part in parts[:3])
            more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
            told.append(f"Not drawn: {why} {names}{more}.")
    return tuple(told)
