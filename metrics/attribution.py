"""What accounts for a gap: the parts ranked by favourable variance, their shares, and the guards. Pure.

Only amounts that add have contributions. A share of the net gap says "450 %" as soon as parts offset one another,
so what is told first is the share of the *gross*: of all parts that pull the same way. Shares are never added or
multiplied across dimensions: units, lines and drivers cut the same gap three times.

A contribution is arithmetic, no cause: the words for it are "accounts for".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from metrics.readings import Level, Part, Variance

OFFSETTING = "not_applicable: parts offset one another; read their share of the gross"
NO_SIDE = "not_applicable: no variance"

NEAR_ZERO, OFFSETS, TRUNCATED, NOT_EXPLAINED = "near_zero", "offsets", "truncated", "not_explained"
NO_NUMBER, UNEQUAL_WINDOWS, NOT_ADDITIVE = "no_number", "unequal_windows", "not_additive"
NEAR = Fraction(1, 20)
"""A net below this part of what moved is hardly a gap; what moved is the story."""

LAST_BITS = 1e-12

HOLDS = 0.5
"""A part that holds this much of the gross of its side is opened to its own parts."""


@dataclass(frozen=True)
class Change:
    """By how much one part moves the total, positive where it helps.

    `windows` are the coverages ("3 of 3") of its actual and its baseline, where both are known.
    """

    code: str
    favourable: Level
    windows: tuple[str, str] = ("", "")

    @property
    def has_equal_windows(self) -> bool:
        """Whether as many unit-periods were delivered of the one as of the other."""
        now, then = (coverage.partition(" of ")[0] for coverage in self.windows)
        return not now or not then or now == then


@dataclass(frozen=True)
class Contribution:
    """What one part accounts for (not: what it caused).

    `of_net` is its share of the net gap, `of_gross` its share of all parts that pull the same way, and
    `cumulative` the sum of the gross shares down to this one.
    """

    code: str
    favourable: Level
    of_net: Level
    of_gross: Level
    cumulative: Level


@dataclass(frozen=True)
class Attribution:
    """The parts of a gap: the unfavourable first, then the favourable, each largest first; missing ones last.

    `net` is the gap of the total, `rest` what the listed parts leave of it, `known` of `parts` have a number.
    `left_out` parts stand on no line of their own; together they are `pooled`, which is no part of the rest.
    """

    net: Level
    gross_unfavourable: int | float
    gross_favourable: int | float
    contributions: tuple[Contribution, ...]
    rest: Level
    known: int
    parts: int
    left_out: int = 0
    pooled: int | float = 0

    @property
    def moved(self) -> int | float:
        """All that moved, whichever way."""
        return self.gross_favourable - self.gross_unfavourable


@dataclass(frozen=True)
class Guard:
    """Something to know before the shares are read, in plain words; `code` tells programs which."""

    code: str
    sentence: str


class NotAdditive(ValueError):
    """A contribution was asked of a metric whose parts do not add up to the total."""

    def __init__(self, compare: str) -> None:
        super().__init__(
            f"A metric compared by {compare} does not add up over its parts, so none of them accounts for a share."
        )


def attribution(parts: Sequence[Part], *, total: Variance, sense: int, compare: str = "percent") -> Attribution:
    """Which parts account for the gap of a total, by favourable variance.

    Only amounts that add have contributions (NotAdditive otherwise). Parts come with their weight in the total.
    """
    if compare != "percent":
        raise NotAdditive(compare)
    return ranked([Change(part.code, turned(part.change, sense)) for part in parts], net=total.favourable)


def turned(change: Level, sense: int) -> Level:
    """A change by its effect: positive is better. Where neither way is better it keeps its own sign."""
    return change if change.number is None else Level((sense or 1) * change.number)


def ranked(changes: Sequence[Change], *, net: Level) -> Attribution:
    """The parts of a net gap by size.

    The share of the net is given only while no part is larger than the net; what the parts do not add up to is the
    rest, not silently spread; parts without a number are listed with their reason.
    """
    known = [(each.code, each.favourable.number) for each in changes if each.favourable.number is not None]
    worse = sorted(((code, size) for code, size in known if size < 0), key=lambda each: each[1])
    better = sorted(((code, size) for code, size in known if size >= 0), key=lambda each: -each[1])
    unknown = [(each.code, each.favourable) for each in changes if each.favourable.number is None]
    missing = [Contribution(code, size, size, size, size) for code, size in unknown]
    return Attribution(
        net=net,
        gross_unfavourable=sum(size for _, size in worse),
        gross_favourable=sum(size for _, size in better),
        contributions=(*_side(worse, known, net), *_side(better, known, net), *missing),
        rest=_rest(net, sum(size for _, size in known)),
        known=len(known),
        parts=len(changes),
    )


def shortened(found: Attribution, most: int) -> Attribution:
    """The largest parts only, whichever way they pull; shares and cumulative shares stay those among all."""
    if len(found.contributions) <= most:
        return found
    by_size = sorted(found.contributions, key=lambda each: -abs(each.favourable.number or 0))
    kept = {id(each) for each in by_size[:most]}
    dropped = [each for each in found.contributions if id(each) not in kept]
    return replace(
        found,
        contributions=tuple(each for each in found.contributions if id(each) in kept),
        left_out=len(dropped),
        pooled=sum(each.favourable.number or 0 for each in dropped),
    )


def guards(found: Attribution, changes: Iterable[Change] = ()) -> tuple[Guard, ...]:
    """What is to be known before shares are read, the weightiest first; nothing where they mean what they say.

    `changes` are what was ranked, for the coverages that they carry.
    """
    told = []
    net, moved = found.net.number, found.moved
    if net is not None and moved and abs(net) < NEAR * Fraction(moved):
        told.append(Guard(NEAR_ZERO, "The net gap is near zero: read what moved, not shares of what is left."))
    if net is not None and any(abs(each.favourable.number or 0) > abs(net) for each in found.contributions):
        told.append(Guard(OFFSETS, "Parts offset one another: shares are of the gross on each side, not of the net."))
    if found.left_out:
        told.append(_truncated(found))
    if found.known < found.parts:
        number = found.parts - found.known
        told.append(Guard(NO_NUMBER, f"{number} of {found.parts} parts {_have(number)} no number to compare."))
    if found.rest.number:
        share = "" if not moved else f", {_percent(found.rest.number / moved)} of what moved"
        told.append(Guard(NOT_EXPLAINED, f"The parts leave a rest{share}, which none of them accounts for."))
    unequal = [each.code for each in changes if not each.has_equal_windows]
    if unequal:
        number = len(unequal)
        told.append(
            Guard(UNEQUAL_WINDOWS, f"{number} part{_s(number)} {_have(number)} more periods on one side: {unequal[0]}.")
        )
    return tuple(told)


def said(found: Attribution, names: Mapping[str, str] | None = None) -> str:
    """The ranking as a sentence about the side of the net gap; every number in it is one of the attribution's."""
    side = _leading(found)
    if not side:
        return "Nothing moved."
    lost = (side[0].favourable.number or 0) < 0
    named = [(names or {}).get(each.code, each.code) for each in side]
    what = "unfavourable" if lost else "favourable"
    sentence = f"{named[0]} accounts for {_percent(side[0].of_gross.number or 0)} of the gross {what} variance"
    if len(side) > 1 and side[1].favourable.number:
        sentence += f"; with {named[1]} it is {_percent(side[1].cumulative.number or 0)}"
    return f"{sentence}."


@dataclass(frozen=True)
class Descent:
    """One step down a tree: the part that was opened, and what it holds of the gross of its siblings."""

    code: str
    favourable: Level
    of_gross: Level


def walk(top: str, opened: Callable[[str], Attribution | None], *, holds: float = HOLDS) -> tuple[Descent, ...]:
    """Down a tree from `top`, as long as one part holds at least `holds` of the gross on the side of the net gap.

    `opened` gives the parts of a code, None where it has none. Each share is among siblings only.
    """
    path: list[Descent] = []
    code = top
    while (found := opened(code)) is not None:
        side = _leading(found)
        if not side or (side[0].of_gross.number or 0) < holds or not side[0].favourable.number:
            break
        path.append(Descent(side[0].code, side[0].favourable, side[0].of_gross))
        code = side[0].code
    return tuple(path)


def _leading(found: Attribution) -> list[Contribution]:
    """The contributions on the side of the net gap, largest first; of no gap the larger side."""
    net = found.net.number or found.gross_favourable + found.gross_unfavourable
    lost = net < 0 or (net == 0 and found.gross_unfavourable < 0)
    known = [each for each in found.contributions if each.favourable.number]
    same = [each for each in known if ((each.favourable.number or 0) < 0) == lost]
    return same or known


def _truncated(found: Attribution) -> Guard:
    listed = len(found.contributions)
    moved = f", {_percent(found.pooled / found.moved)} of what moved" if found.moved else ""
    return Guard(
        TRUNCATED,
        f"{'The largest' if listed == 1 else f'The {listed} largest'} of {listed + found.left_out} parts"
        f" {'is' if listed == 1 else 'are'} listed; the others together are a line of their own{moved}.",
    )


Sizes = Sequence[tuple[str, int | float]]


def _side(side: Sizes, everybody: Sizes, net: Level) -> Iterable[Contribution]:
    """The contributions of the parts that pull one way, which share the gross of that way."""
    gross = sum(size for _, size in side)
    offset = net.number is not None and any(abs(size) > abs(net.number) for _, size in everybody)
    running: int | float = 0
    for code, size in side:
        running += size
        yield Contribution(
            code=code,
            favourable=Level(size),
            of_net=Level(None, OFFSETTING) if offset else _share(size, net),
            of_gross=_share(size, Level(gross)),
            cumulative=_share(running, Level(gross)),
        )


def _rest(net: Level, explained: int | float) -> Level:
    """What is left of the net; of floats the last bits are nothing."""
    if net.number is None:
        return net
    rest = net.number - explained
    return Level(rest if isinstance(rest, int) or abs(rest) > LAST_BITS else 0.0)


def _share(part: int | float, whole: Level) -> Level:
    if whole.number is None:
        return whole
    return Level(part / whole.number) if whole.number else Level(None, NO_SIDE)


def _percent(share: int | float) -> str:
    return f"{round(abs(share) * 100)}%" if not 0 < abs(share) < 0.005 else "under 1%"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _s(number: int) -> str:
    return "" if number == 1 else "s"
