"""One threshold: its terms in words, its form for whoever may change it, its versions, and where its alerts are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from alerts.forms import BASES, COMPARATORS
from alerts.judging.manual import Manual
from alerts.models import Threshold, ThresholdVersion
from alerts.quiet import GOVERNED
from alerts.rulebook import edition_of, terms_of
from alerts.terms import ALL_LEVELS, FLOORS
from alerts.wording import level
from alerts.working.reckoning import Rule, rule_by_verdicts
from metrics.declaration import Metric
from reports import formatting
from reports.boards.actors import authors, with_author
from reports.boards.naming import full_name
from reports.boards.thresholds.form import TermsForm
from reports.boards.thresholds.levels import lasts, limits, measured, place, typed
from reports.boards.thresholds.listing import firing_href
from reports.boards.thresholds.trying import WINDOWS
from reports.figures import Action, Crumb, ThresholdPage, VersionRow
from units.scope import Scope

SET = "thresholds.set"
NOTHING = "–"
WORDS = {
    "comparator": "Compared with",
    "measure": "Limits are",
    "basis": "Period",
    "periods": "Periods beyond a limit",
    "out_of": "Out of the last",
    "exit_periods": "Periods inside to end",
    "ahead": "Periods ahead",
    "pace": "Warns by its pace",
    "also_ytd": "Or in the year to date",
    "pooled": "Pools small items",
    "unit_type": "Only units of the type",
    "inherits": "Holds for all below",
    "owner_id": "Owner",
    "label": "Name",
    "action": "Recommended action",
    "floor_amount": "Ignores under",
    "floor_percent": "Ignores under, percent",
    "floor_share": "Ignores under, of revenue",
}
NEW_TITLE = "New threshold"


@dataclass(frozen=True)
class Read:
    """A threshold with all its versions, the oldest first, as the reader may see them. A new one has none."""

    versions: Sequence[Any]
    book: Manual
    currency: str
    months: int

    @property
    def threshold(self) -> Threshold | None:
        return self.standing.threshold if self.standing else None

    @property
    def standing(self) -> ThresholdVersion | None:
        return self.versions[-1] if self.versions else None

    @property
    def metric(self) -> Metric | None:
        return self.book.metrics.get(self.standing.metric) if self.standing else None


def versions_of(scope: Scope, code: str) -> list[Any]:
    """All terms a threshold ever had, the oldest first, with their authors; none where it is out of reach."""
    found = ThresholdVersion.objects.within(scope).filter(threshold__code=code).order_by("from_mark")
    return list(with_author(found, "actor").select_related("threshold__unit", "owner", "valid_from", "valid_until"))


def threshold_page(read: Read, scope: Scope, *, form: TermsForm | None, at: datetime) -> ThresholdPage:
    """The page of a threshold, or of a new one."""
    if read.threshold is None or read.standing is None:
        here = reverse("threshold-new")
        return ThresholdPage(
            title=NEW_TITLE, crumbs=_crumbs(), tags=(), href=here, try_href=reverse("threshold-new-try"), form=form,
            levels=form.levels() if form else (), low_levels=form.low_levels if form else (),
            windows=_windows(read.months), months=read.months, is_new=True,
        )  # fmt: skip
    code, version = read.threshold.code, read.standing
    here = reverse("threshold", args=[code])
    rule = rule_by_verdicts(scope, version, at=at) if scope.may("alerts.read") else None
    return ThresholdPage(
        title=version.label,
        crumbs=_crumbs(),
        tags=_tags(read),
        href=here,
        try_href=reverse("threshold-try", args=[code]),
        terms=_terms(read, version),
        versions=tuple(_version_rows(read)),
        alerts=(
            Action("Its alerts", firing_href(code)),
            Action("What the rules were worth", reverse("alerts:rules")),
        ),
        proposals=() if rule is None else tuple(_proposals(rule, read, here)),
        precision="" if rule is None else _precision(rule),
        form=form,
        levels=form.levels() if form else (),
        low_levels=form.low_levels if form else (),
        windows=_windows(read.months),
        months=read.months,
        actions=_actions(read, form),
        retire_href=reverse("threshold-retire", args=[code]) if form is not None and not version.retired else "",
    )


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Thresholds", reverse("thresholds")),)


def _tags(read: Read) -> tuple[tuple[str, str], ...]:
    version = read.standing
    assert version is not None  # the page of one that is there
    if version.retired:
        return (("Retired", ""),)
    return ((f"Version {len(read.versions)} in force", ""),)


def _windows(months: int) -> tuple[tuple[int, bool], ...]:
    """How far back it can be tried, and which of it is on."""
    return tuple((each, each == months) for each in WINDOWS)


def _actions(read: Read, form: TermsForm | None) -> tuple[Action, ...]:
    if form is None or read.threshold is None:
        return ()
    return (
        Action("Discard draft", reverse("threshold", args=[read.threshold.code])),
        Action("Duplicate", f"{reverse('threshold-new')}?{urlencode({'like': read.threshold.code})}"),
    )


def _terms(read: Read, version: ThresholdVersion) -> tuple[tuple[str, str], ...]:
    """What it says, in words, for whoever may not change it."""
    edition = edition_of(version)
    floors = [typed(getattr(version, name), name, edition.terms, read.book.metrics) for name in FLOORS]
    found = [
        ("Measure", read.book.label(version.metric)),
        ("Compared with", measured(edition.terms).removeprefix("against ")),
        *(_halved(words) for _, words in limits(edition.terms, read.metric, read.currency)),
        ("Lasts", lasts(edition.terms) or "fires with the first"),
        ("Ignores under", ", ".join(filter(None, floors)) or "nothing"),
        ("Where it applies", place(edition, full_name(version.threshold.unit))),
        ("Owner", version.owner.name if version.owner else "Lead of the unit"),
        ("Recommended action", version.action or NOTHING),
    ]
    return tuple(found)


def _halved(words: str) -> tuple[str, str]:
    """`Warning`, `from 10%`."""
    name, _, rest = words.partition(" ")
    return name, rest


# --- versions ------------------------------------------------------------------------------------------------
def _version_rows(read: Read) -> list[VersionRow]:
    """What stood when, the newest first: who set it, why, and what it changed."""
    people = authors(read.versions, "actor")
    rows, before = [], None
    for number, version in enumerate(read.versions, start=1):
        rows.append(
            VersionRow(
                number=number,
                since=f"{version.valid_from.ends:%b %Y}" if version.valid_from else "the beginning",
                until=f"{version.valid_until.ends:%b %Y}" if version.valid_until else "",
                set_at=formatting.day(version.at.date()),
                who=people[version.actor].name,
                why=version.reason,
                changes=() if before is None else tuple(_changes(before, version, read)),
                is_current=version.until_mark is None,
            )
        )
        before = version
    return rows[::-1]


def _changes(before: ThresholdVersion, now: ThresholdVersion, read: Read) -> list[tuple[str, str, str]]:
    """What differs, in words: (term, before, now)."""
    return [
        (WORDS.get(name, name.replace("_", " ").capitalize()), _said(before, name, read), _said(now, name, read))
        for name in GOVERNED
        if getattr(before, name) != getattr(now, name)
    ]


def _said(version: ThresholdVersion, name: str, read: Read) -> str:
    """One term of a version, as people write it."""
    value: Any = getattr(version, name)
    if name == "owner_id":
        return version.owner.name if version.owner else "Lead of the unit"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ALL_LEVELS and value:
        terms = terms_of(version)
        size = terms.level(name)
        assert size is not None  # it says something
        return level(size, terms, read.book.metrics.get(version.metric), read.currency)
    if name in FLOORS:
        return typed(value, name, terms_of(version), read.book.metrics) or NOTHING
    words: Mapping[str, str] = {"comparator": dict(COMPARATORS), "basis": dict(BASES)}.get(name, {})
    if name == "metric":
        return read.book.label(value)
    return words.get(str(value), str(value).replace("_", " ")) or NOTHING


# --- what its alerts were worth ---------------------------------------------------------------------------------
def _precision(rule: Rule) -> str:
    worth = rule.worth
    if not worth.labelled:
        alerts = "One alert" if worth.alerts == 1 else f"{worth.alerts} alerts"
        return f"{alerts} in three years, none with a verdict yet."
    return f"{worth.useful} of {worth.labelled} alerts with a verdict were useful, {worth.noise} were noise."


def _proposals(rule: Rule, read: Read, here: str) -> list[tuple[str, str]]:
    """Limits that would have spared noise, each with the address that tries it."""
    found = []
    for draft in rule.drafts:

        def written(size: Any, terms: Any = draft.terms) -> str:
            return level(size, terms, read.metric, read.currency)

        query = urlencode(
            {draft.level: typed(getattr(draft.terms, draft.level), draft.level, draft.terms, read.book.metrics)}
        )
        found.append((draft.sentence(written), f"{here}?{query}"))
    return found
