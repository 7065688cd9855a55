"""Which terms of a threshold are refused, in sentences that say what to write instead. Pure.

Whoever types 15 where 0.15 is meant, puts a warning behind its critical level, an exit on the wrong side of it or
a floor below nothing gets a sentence that helps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from alerts.terms import AGAINST, BAND, BASES, FLOORS, LEVELS, LIMITS, LOW_LIMITS, Terms, whole
from metrics.declaration import Metric

LOOKS_BACK = {"trailing": (2, 36), "season": (6, 24), "trend": (3, 36)}
"""The fewest and the most periods that may be looked back on."""

FEWEST_PEERS = 5
"""With fewer the median would tell a reader who knows some of them too much about the others."""

ADDS_UP = ("budget", "forecast", "prior_year")
"""The comparators whose differences add up from units to their parent."""

HAS_FORECAST = ("absolute", "budget", "prior_year")


@dataclass(frozen=True)
class Refusal:
    """Why terms are refused: the field to change, and a sentence that helps."""

    field: str
    sentence: str


def misfits(terms: Terms, known: Mapping[str, Metric], forecast: Collection[str] = ()) -> list[Refusal]:
    """What does not go together, whatever the levels are. `forecast` are the metrics that are forecast by month."""
    metric = known.get(terms.metric)
    if metric is None and not terms.metric.startswith("account:"):
        return [Refusal("metric", f"There is no metric {terms.metric}.")]
    return [
        *_refused_comparison(terms, metric),
        *_refused_window(terms),
        *_refused_counts(terms),
        *_refused_outlook(terms, metric, forecast),
    ]


def refusals(terms: Terms, known: Mapping[str, Metric], forecast: Collection[str] = ()) -> list[Refusal]:
    """Everything that is wrong with terms whose levels could be read; empty where they can be set."""
    return misfits(terms, known, forecast) or [
        *_refused_levels(terms),
        *_refused_exits(terms),
        *_refused_materiality(terms, known.get(terms.metric)),
    ]


def _refused_comparison(terms: Terms, metric: Metric | None) -> Iterator[Refusal]:
    compare = metric.compare if metric else "percent"
    if compare == "none" or (metric and metric.kind == "class"):
        yield Refusal("metric", f"{metric.label if metric else terms.metric} is a class; a limit needs a number.")
    if terms.basis not in BASES:
        yield Refusal("basis", f"The basis is one of {', '.join(BASES)}.")
    if terms.direction not in (1, -1, BAND):
        yield Refusal(
            "direction",
            "This metric has no better side of its own: say whether too high, too low or both are a breach.",
        )
    if not terms.has_baseline:
        if terms.measure != "level":
            yield Refusal("measure", "A limit that is compared with nothing is a level of the metric itself.")
        return
    if terms.comparator not in AGAINST:
        yield Refusal("comparator", f"A figure is compared with nothing, or with {', '.join(AGAINST.values())}.")
        return
    if terms.measure == "level":
        yield Refusal(
            "measure", f"Against {_against(terms)} a limit is a difference: in percent, in points or in money."
        )
    if (terms.measure == "deviations") != (terms.comparator == "season"):
        yield Refusal("measure", "Limits against the season, and only those, are in usual deviations: 3 is rare.")
    if terms.measure == "percent" and compare == "points":
        yield Refusal("measure", "A percentage of this metric misleads; it is compared in points or by difference.")
    if terms.measure == "points" and compare == "percent":
        yield Refusal("measure", "An amount is compared in percent or in money; points are for ratios, days and times.")
    if terms.measure == "money" and metric is not None and metric.kind != "money":
        yield Refusal("measure", f"{metric.label} is no amount of money.")


def _refused_window(terms: Terms) -> Iterator[Refusal]:
    if terms.comparator in LOOKS_BACK:
        fewest, most = LOOKS_BACK[terms.comparator]
        if not fewest <= terms.window <= most:
            yield Refusal("window", f"Say how many periods are looked back on: {fewest} to {most}.")
        if terms.basis in ("qtd", "ytd"):
            yield Refusal(
                "basis", "A quarter or year to date grows from month to month; look back on months or on twelve months."
            )
    elif terms.comparator == "peers":
        if not FEWEST_PEERS <= terms.window <= 100:
            yield Refusal(
                "window",
                f"Say how many peers there must be: at least {FEWEST_PEERS}, so that their median gives none away.",
            )
    elif terms.window:
        yield Refusal("window", "Only a mean, a season, a trend and peers have a window; leave it empty.")


def _refused_counts(terms: Terms) -> Iterator[Refusal]:
    if not 1 <= terms.periods <= 12:
        yield Refusal("periods", "A breach fires after 1 to 12 periods.")
    if terms.out_of and not terms.periods <= terms.out_of <= 24:
        yield Refusal("out_of", f"{terms.periods} periods can be beyond a limit out of {terms.periods} to 24.")
    if not 0 <= terms.exit_periods <= 12:
        yield Refusal("exit_periods", "A breach ends after 1 to 12 periods inside; empty: as many as fire it.")
    if terms.materiality not in ("both", "either", "always"):
        yield Refusal("materiality", "Materiality is both, either or always.")


def _refused_outlook(terms: Terms, metric: Metric | None, forecast: Collection[str]) -> Iterator[Refusal]:
    is_forecast = terms.metric in forecast and terms.basis == "month"
    label = metric.label if metric else terms.metric
    if terms.comparator == "forecast" and not is_forecast:
        yield Refusal("comparator", f"{label} is not forecast; forecasts are of months of the statement's lines.")
    if not 0 <= terms.ahead <= 12:
        yield Refusal("ahead", "The forecast is looked at 1 to 12 periods ahead.")
    elif terms.ahead and not is_forecast:
        yield Refusal("ahead", f"{label} is not forecast; forecasts are of months of the statement's lines.")
    elif terms.ahead and terms.comparator not in HAS_FORECAST:
        yield Refusal("ahead", "A forecast is held against fixed levels, the budget or last year.")
    if terms.pace and (terms.basis != "month" or terms.comparator not in HAS_FORECAST):
        yield Refusal("pace", "An unfinished month is held against fixed levels, the budget or last year.")


def _refused_levels(terms: Terms) -> Iterator[Refusal]:
    given = [(name, level) for name in LEVELS if (level := terms.level(name)) is not None]
    low = [(name, level) for name in LOW_LIMITS if (level := terms.level(name)) is not None]
    if not given:
        yield Refusal("warning", "A threshold needs at least one level.")
    if low and terms.direction != BAND:
        yield Refusal(
            low[0][0], "Low levels belong to a band: say that too high and too low are a breach, or leave them."
        )
        return
    if terms.direction == BAND and not low and not terms.has_baseline:
        yield Refusal("low_warning", "A band has two sides: give a level below which the figure is too low.")
    if terms.has_baseline:
        yield from _refused_sizes(terms, [*given, *low])
    upper = 1 if terms.has_baseline or terms.direction == BAND else terms.direction
    yield from _refused_order(given, upper)
    yield from _refused_order(low, 1 if terms.has_baseline else -1)
    if terms.direction == BAND and not terms.has_baseline and given and low:
        yield from _refused_band(terms, given, low)


def _refused_sizes(terms: Terms, given: list[tuple[str, Fraction]]) -> Iterator[Refusal]:
    if terms.target:
        yield Refusal(
            "target", f"Against {_against(terms)} the aim is {_against(terms)} itself; leave the target empty."
        )
    for name, level in given:
        if level <= 0:
            yield Refusal(name, "Against a baseline a level is the size of the unfavourable difference: above 0.")


def _refused_order(given: list[tuple[str, Fraction]], worse: int) -> Iterator[Refusal]:
    """A graver level lies further to the wrong side than a milder one."""
    for (milder, one), (graver, other) in pairwise(given):
        if (other - one) * worse <= 0:
            side = "above" if worse > 0 else "below"
            mild, grave = milder.removeprefix("low_"), graver.removeprefix("low_")
            yield Refusal(
                graver,
                f"The {grave} level lies {side} the {mild} level: {whole(one)} comes first, so {grave} cannot be "
                f"{whole(other)}.",
            )


def _refused_band(
    terms: Terms, given: list[tuple[str, Fraction]], low: list[tuple[str, Fraction]]
) -> Iterator[Refusal]:
    lowest_high, highest_low = given[0][1], low[0][1]
    if highest_low >= lowest_high:
        yield Refusal(
            low[0][0],
            f"The low side of a band lies below its high side: {whole(highest_low)} is not below {whole(lowest_high)}.",
        )


def _refused_exits(terms: Terms) -> Iterator[Refusal]:
    """An exit lies on the good side of the mildest limit, and not beyond what can be reached."""
    if terms.low_exit and terms.direction != BAND:
        yield Refusal("low_exit", "A low exit belongs to a band; leave it empty.")
        return
    upper = 1 if terms.has_baseline or terms.direction == BAND else terms.direction
    lower = 1 if terms.has_baseline else -1
    sides = (("exit", LIMITS, upper), ("low_exit", LOW_LIMITS if terms.low_warning else LIMITS, lower))
    for name, limits, worse in sides:
        level = terms.level(name)
        mildest = next((found for each in limits if (found := terms.level(each)) is not None), None)
        if level is None or mildest is None:
            continue
        if (mildest - level) * worse <= 0:
            side = "below" if worse > 0 else "above"
            yield Refusal(
                name,
                f"An alert recovers inside its limits: the exit lies {side} {whole(mildest)}, so it cannot be "
                f"{whole(level)}.",
            )
        elif terms.has_baseline and level < 0:
            yield Refusal(name, "Against a baseline an exit is a size: 0 or more.")


def _refused_materiality(terms: Terms, metric: Metric | None) -> Iterator[Refusal]:
    for name in FLOORS:
        text: str = getattr(terms, name)
        if text and Fraction(text) < 0:
            yield Refusal(name, "A floor is a size: 0 or more.")
    has_floor = any(getattr(terms, name) for name in FLOORS)
    is_money = metric is None or metric.kind == "money"
    if terms.materiality == "always" and has_floor:
        yield Refusal("materiality", "“Always” asks for no size; leave the floors empty, or choose both or either.")
    if terms.floor_share and not is_money:
        yield Refusal("floor_share", "A share of revenue is a floor of amounts of money; leave it empty.")
    if terms.pooled and not (is_money and terms.comparator in ADDS_UP):
        yield Refusal(
            "pooled", "Small items add up where amounts of money are compared with budget, forecast or last year."
        )
    elif terms.pooled and not (terms.floor_amount or terms.floor_share):
        yield Refusal("pooled", "What is small is said by a floor; give an amount or a share of revenue.")
    if terms.also_ytd and not (terms.basis in ("month", "qtd") and terms.comparator in ("budget", "prior_year")):
        yield Refusal("also_ytd", "The year to date counts beside a month or quarter against budget or last year.")
    if terms.currency and not is_money:
        yield Refusal("currency", "Only limits in money are in a currency; leave it empty.")


def _against(terms: Terms) -> str:
    return AGAINST.get(terms.comparator, terms.comparator)
