"""Whether an added metric can be defined: everything that is wrong with it, in sentences, before anything is written.

The form of the admin and the verb ask the same questions. A formula is refused with the position and the
reason, a circle of metrics with every name in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.models import Account
from metrics.catalogue import METRICS
from metrics.declaration import Metric, MetricCycle, check, order
from metrics.formula import FormulaError, is_code, parse, references

KINDS = ("money", "ratio", "count", "days", "months")
COMPARES = ("percent", "points", "difference")


@dataclass(frozen=True)
class Definition:
    """A metric as an administrator wants it."""

    code: str
    label: str
    kind: str
    formula: str
    better: int = 1
    compare: str = "percent"
    impact: str = ""
    description: str = ""


@dataclass(frozen=True)
class Refused:
    """Why it cannot be defined: the field to change, and a sentence that helps."""

    field: str
    sentence: str


def vet(definition: Definition, known: Mapping[str, Metric], *, is_new: bool) -> list[Refused]:
    """Everything that speaks against a definition among the metrics in force; nothing is written."""
    found = [*_of_code(definition, known, is_new=is_new), *_of_terms(definition)]
    names = {*known, definition.code, *(f"account:{code}" for code in Account.objects.values_list("code", flat=True))}
    sound = _is_sound("formula", definition.formula, names, found)
    if definition.impact.strip():
        _is_sound("impact", definition.impact, names, found, impact=True)
    if sound and not found:
        try:
            order({**known, definition.code: as_metric(definition)}.values())
        except MetricCycle as circle:
            found.append(Refused("formula", f"{circle}."))
    return found


def users_of(code: str, known: Mapping[str, Metric]) -> list[str]:
    """The metrics whose formula or impact names this one."""
    return [
        metric.code
        for metric in known.values()
        if metric.code != code
        and any(
            name.code == code
            for text, impact in ((metric.formula, False), (metric.impact, True))
            if text
            for name in references(parse(text, impact=impact))
        )
    ]


def as_metric(definition: Definition) -> Metric:
    """A definition as a line of the catalogue."""
    return Metric(
        code=definition.code,
        label=definition.label,
        kind=definition.kind,  # type: ignore[arg-type]  # vetted before
        better=definition.better,  # type: ignore[arg-type]  # the same
        compare=definition.compare,  # type: ignore[arg-type]  # the same
        unit_of_measure=definition.kind,
        formula=definition.formula,
        impact=definition.impact,
    )


def _of_code(definition: Definition, known: Mapping[str, Metric], *, is_new: bool) -> Iterator[Refused]:
    code = definition.code
    if not is_code(code):
        yield Refused(
            "code",
            f"“{code}” cannot be a code: small letters, digits and single underscores, and no word of the language.",
        )
    elif code in METRICS:
        yield Refused("code", f"{code} is a metric of the catalogue, which cannot be redefined. Choose another code.")
    elif is_new and code in known:
        yield Refused("code", f"There is a metric {code} already; change that one.")


def _of_terms(definition: Definition) -> Iterator[Refused]:
    if not definition.label.strip():
        yield Refused("label", "A metric needs a name.")
    if definition.kind not in KINDS:
        yield Refused("kind", f"A metric is measured in {', '.join(KINDS)}.")
    if definition.better not in (-1, 0, 1):
        yield Refused("better", "More is better (+1), worse (−1) or neither (0).")
    if definition.compare not in COMPARES:
        yield Refused("compare", f"A metric is compared by {', '.join(COMPARES)}.")
    elif definition.kind == "ratio" and definition.compare == "percent":
        yield Refused("compare", "A percentage of a ratio misleads: compare it in points or by difference.")


def _is_sound(field: str, text: str, names: set[str], found: list[Refused], *, impact: bool = False) -> bool:
    try:
        check(text, names, impact=impact)
    except FormulaError as error:
        found.append(Refused(field, str(error)))
        return False
    return True
