"""The record as its readers see it: whether it is whole, and deed by deed what was before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from alerts.models import Threshold
from alerts.together import together
from audit.models import Block, Record, Seal
from audit.verbs import VERBS
from ledger.models import Import
from people.models import Person
from reports.boards.actors import Actor, actors_of
from reports.figures import (
    ONE_PAGE,
    Change,
    Deed,
    Pager,
    Progress,
    RecordBoard,
    RecordRow,
    Verification,
)
from reports.formatting import moment
from reports.querysets import RECORD
from units.models import Unit
from units.scope import Scope

BAD = ("refused", "failed")
WARN = ("closed", "retired", "restated", "ended", "deactivated", "revoked", "removed", "escalated")
SEAL = ("position", "record_id", "leaf")
BLOCK = ("number", "first_position", "last_position", "sealed_at", "digest", "previous")
NAMELESS = frozenset({"alerts.gap"})
"""What is known by the unit it concerns: its key says nothing to a reader, and stands in the details."""
LONGEST = 120
"""Characters of a value that a row prints; the rest is cut, the record itself is not."""


@dataclass(frozen=True)
class Names:
    """What stands behind the ids of some deeds."""

    actors: Mapping[str, Actor]
    units: Mapping[int, str]
    people: Mapping[str, str]
    files: Mapping[str, str]
    thresholds: Mapping[str, str]
    seals: Mapping[int, Seal]
    blocks: Mapping[int, Block]


def record_board(
    rows: Sequence[Record],
    *,
    scope: Scope,
    at: datetime,
    count: str,
    is_whole: bool,
    form: object,
    clear_href: str,
    export_href: str,
    may_verify: bool,
    progress: Progress | None = None,
    pager: Pager = ONE_PAGE,
) -> RecordBoard:
    """One page of deeds. Places in the chain are shown to those who read the whole record."""
    names = _names(rows, scope, is_whole=is_whole)
    return RecordBoard(
        title="Audit trail",
        verification=verification(is_whole=is_whole, at=at),
        rows=tuple(_row(row, names, at=at, is_whole=is_whole) for row in rows),
        count=count,
        form=form,
        clear_href=clear_href,
        deeds=_deeds(export_href, may_verify=may_verify),
        progress=progress,
        pager=pager,
    )


def _deeds(export_href: str, *, may_verify: bool) -> tuple[Deed, ...]:
    export = Deed("Export", export_href, "download", hint="What the filters leave, as CSV with its hashes")
    return (export, Deed("Verify now", reverse("verify"), "shield-check")) if may_verify else (export,)


def verification(*, is_whole: bool, at: datetime) -> Verification:
    """What the last verification found; how many records there are only for those who may read them all."""
    last = Record.objects.of_verb("audit.verified").newest_first().first()
    if last is None:
        return Verification(
            "unsealed",
            "The record was not verified yet",
            "Deeds are sealed in chained blocks a few seconds after they are done. Verifying reads all of them.",
        )
    found, when = last.after or {}, moment(localtime(last.at), now=localtime(at))
    head = str(found.get("digest", "")) if is_whole else ""
    if found.get("code"):
        return Verification(
            "broken",
            f"The record does not hold: {found.get('problem') or 'run audit_verify for the place'}",
            f"Found {when}. Keep the database as it is, compare with a backup, and tell whoever runs the installation.",
            head,
        )
    number = found.get("position", 0) if is_whole else 1
    counted = "every entry is intact" if number == 1 else f"all {number:,} entries are intact"
    return Verification(
        "intact",
        f"Chain verified: {counted}",
        f"Checked {when}, from the first entry to the last sealed one. Compare the head of the chain with one kept "
        "elsewhere to be sure that nothing was cut off the end.",
        head,
    )


def _row(row: Record, names: Names, *, at: datetime, is_whole: bool) -> RecordRow:
    actor = names.actors[row.actor]
    seal = names.seals.get(row.pk) if is_whole else None
    changes = tuple(_changes(row.before, row.after))
    both = [change for change in changes if change.before and change.after]
    return RecordRow(
        position=f"{seal.position:,}" if seal else "",
        when=moment(localtime(row.at), now=localtime(at)),
        who=actor.name,
        initials=actor.initials,
        action=VERBS.get(row.verb, row.verb).capitalize(),
        target=_target(row, names),
        tone=_tone(row.verb),
        change=both[0] if both else None,
        digest=_short(seal.leaf) if seal else "",
        changes=changes,
        context=tuple(_context(row, names)),
        chain=tuple(_chain(seal, names)) if is_whole else (),
    )


def _names(rows: Sequence[Record], scope: Scope, *, is_whole: bool) -> Names:
    """Everything rows need by id, of what the reader may see; one query however many they are."""
    people, seals = (
        {*_wanted(rows, "person"), *_people(rows)},
        Seal.objects.filter(record_id__in=[row.pk for row in rows]),
    )
    units, rules = (model.objects.within(scope, ability=RECORD) for model in (Unit, Threshold))
    chain = {"seals": (seals, SEAL), "blocks": (_blocks(seals), BLOCK)} if is_whole else {}
    found = together(
        units=(units.filter(pk__in={row.unit_id for row in rows}), ("pk", "code", "name")),
        people=(Person.objects.filter(pk__in=people), ("pk", "name")),
        files=(Import.objects.filter(pk__in=_wanted(rows, "ledger.import")), ("pk", "filename")),
        thresholds=(rules.filter(pk__in=_wanted(rows, "alerts.threshold")), ("pk", "code")),
        **chain,
    )
    named = {str(pk): name for pk, name in found["people"]}
    sealed = [Seal(**dict(zip(SEAL, row, strict=True))) for row in found.get("seals", ())]
    blocks = [_block(row) for row in found.get("blocks", ())]
    return Names(
        actors=actors_of((row.actor for row in rows), {f"person:{pk}": name for pk, name in named.items()}),
        units={pk: f"{code} {name}" for pk, code, name in found["units"]},
        people=named,
        files={str(pk): name for pk, name in found["files"]},
        thresholds={str(pk): code for pk, code in found["thresholds"]},
        seals={seal.record_id: seal for seal in sealed},
        blocks={
            seal.position: block
            for seal in sealed
            for block in blocks
            if block.first_position <= seal.position <= block.last_position
        },
    )


def _wanted(rows: Iterable[Record], kind: str) -> set[int]:
    """The ids of the things of one type that deeds were done to."""
    return {int(row.target_id) for row in rows if row.target_type == kind and row.target_id.isdigit()}


def _people(rows: Iterable[Record]) -> set[int]:
    """The ids of the people who did them."""
    keys = (row.actor.removeprefix("person:") for row in rows if row.actor.startswith("person:"))
    return {int(key) for key in keys if key.isdigit()}


def _blocks(seals: QuerySet[Seal]) -> QuerySet[Block]:
    """The blocks that hold some seals."""
    inside = seals.filter(position__gte=OuterRef("first_position"), position__lte=OuterRef("last_position"))
    return Block.objects.filter(Exists(inside))


def _block(row: Sequence[Any]) -> Block:
    """A block from its columns; its moment comes as text, in UTC where it does not say."""
    values = dict(zip(BLOCK, row, strict=True))
    sealed = datetime.fromisoformat(values["sealed_at"])
    return Block(**{**values, "sealed_at": sealed if sealed.tzinfo else sealed.replace(tzinfo=UTC)})


def _target(row: Record, names: Names) -> str:
    """What it was done to, by name where there is one, and the unit it concerns."""
    kind = row.target_type.rpartition(".")[2].replace("_", " ").capitalize()
    known = {"person": names.people, "ledger.import": names.files, "alerts.threshold": names.thresholds}.get(
        row.target_type, {}
    )
    name = known.get(row.target_id)
    named = name or ("" if row.target_type in NAMELESS else _short(row.target_id))
    what = f"{kind} {named}".strip()
    unit = names.units.get(row.unit_id or 0)
    return f"{what}, {unit}" if unit else what


def _changes(before: Any, after: Any) -> Iterable[Change]:
    """Value by value what differs; a deed that only adds has nothing before."""
    old, new = (
        value if isinstance(value, dict) else {"value": value} if value is not None else {} for value in (before, after)
    )
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = _text(old.get(name)), _text(new.get(name))
        if was != now:
            yield Change(name.replace("_", " ").capitalize(), was, now)


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        value = ", ".join(f"{name} {_text(each) or '–'}" for name, each in value.items())
    elif isinstance(value, list):
        value = (
            ", ".join(_text(each) for each in value) if not _is_deep(value) else json.dumps(value, ensure_ascii=False)
        )
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_deep(values: Iterable[Any]) -> bool:
    return any(isinstance(each, dict | list) for each in values)


def _context(row: Record, names: Names) -> Iterable[tuple[str, str]]:
    if row.reason:
        yield "Reason", row.reason
    unit = names.units.get(row.unit_id or 0)
    if unit:
        yield "Unit", unit
    yield "Verb", row.verb
    yield "Object", f"{row.target_type}:{row.target_id}"
    yield "Deed", str(row.act)


def _chain(seal: Seal | None, names: Names) -> Iterable[tuple[str, str]]:
    """Where it stands in the chain; a deed of the last seconds is not sealed yet."""
    if seal is None:
        yield "Seal", "not sealed yet"
        return
    yield "This entry", _short(seal.leaf)
    block = names.blocks.get(seal.position)
    if block is not None:
        yield "Block", f"{block.number:,}, sealed {localtime(block.sealed_at):%Y-%m-%d %H:%M:%S}"
        yield "Digest", _short(block.digest)
        yield "Previous", _short(block.previous)


def _tone(verb: str) -> str:
    last = verb.rpartition(".")[2]
    return "bad" if last in BAD else "warn" if last in WARN else ""


def _short(text: str) -> str:
    """A digest by its ends."""
    return f"{text[:4]}…{text[-4:]}" if len(text) > 24 else text
