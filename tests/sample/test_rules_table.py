"""The table of the demonstration's rules says what the rules and the catalogue say."""

from __future__ import annotations

from metrics.catalogue import METRICS
from sample.rules import RULES, Rule
from tests.architecture.source import BASE

HEAD = ("Rule", "Of", "Metric", "Basis", "Compared with", "Limits", "Periods", "Worth attention", "Impact", "On")


def row(rule: Rule) -> tuple[str, ...]:
    terms, metric = rule.terms, METRICS[rule.terms.metric]
    levels = {name: getattr(terms, name) for name in ("target", "warning", "critical")}
    return (
        f"`{rule.code}`",
        rule.unit,
        f"`{metric.code}`",
        terms.basis,
        "a fixed level" if terms.comparator == "absolute" else f"{terms.comparator}, in {terms.measure}",
        ", ".join(f"{name} {text}" for name, text in levels.items() if text),
        str(terms.periods),
        f"from ${int(terms.floor_amount):,} on" if terms.floor_amount else "any size",
        f"`{metric.impact}`" if metric.impact else "–",
        metric.impact_on if metric.impact else "–",
    )


def expected() -> str:
    lines = [HEAD, ("---",) * len(HEAD), *(row(rule) for rule in RULES)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def test_the_table_in_the_sample_is_that_of_its_rules():
    assert expected() in (BASE / "sample" / "rules.md").read_text()
