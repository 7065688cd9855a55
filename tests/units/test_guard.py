"""Every way to reach rows of a table that hangs on a unit: refused without a scope, narrow with one."""

from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, datetime

import pytest
from django import forms
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery, Sum
from django.shortcuts import get_list_or_404, get_object_or_404
from rest_framework import serializers

from ledger.models import Account, Entry, Import, Period
from units.guard import ScopeMissing
from units.models import Placement, Unit
from units.scope import Scope

NOW = datetime(2026, 10, 9, tzinfo=UTC)


class UnitChoice(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.all())


class EntryForm(forms.ModelForm):
    class Meta:
        model = Entry
        fields = ["unit"]


class EntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = Entry
        fields = ["unit"]


WAYS_TO_READ = {
    "list": lambda: list(Unit.objects.all()),
    "for": lambda: [unit.code for unit in Unit.objects.filter(kind="unit")],
    "len": lambda: len(Unit.objects.all()),
    "bool": lambda: bool(Unit.objects.all()),
    "repr": lambda: repr(Unit.objects.all()),
    "in": lambda: "x" in Unit.objects.all(),
    "index": lambda: Unit.objects.order_by("pk")[0],
    "slice": lambda: list(Unit.objects.order_by("pk")[:2]),
    "get": lambda: Unit.objects.get(code="RETAIL"),
    "first": lambda: Unit.objects.first(),
    "last": lambda: Unit.objects.last(),
    "earliest": lambda: Period.objects.exists() and Entry.objects.earliest("period"),
    "latest": lambda: Entry.objects.latest("period"),
    "count": lambda: Unit.objects.count(),
    "aggregate": lambda: Entry.objects.aggregate(Sum("amount")),
    "aggregate over distinct": lambda: Entry.objects.values("unit").distinct().aggregate(n=Count("*")),
    "annotate": lambda: list(Unit.objects.annotate(n=Count("placements"))),
    "iterator": lambda: list(Unit.objects.iterator()),
    "values": lambda: list(Unit.objects.values("code")),
    "values_list": lambda: list(Unit.objects.values_list("code", flat=True)),
    "only": lambda: list(Unit.objects.only("code")),
    "dates": lambda: list(Unit.objects.dates("starts", "year")),
    "in_bulk": lambda: Unit.objects.in_bulk(),
    "distinct": lambda: list(Unit.objects.order_by("code").distinct()),
    "reverse": lambda: list(Unit.objects.order_by("code").reverse()),
    "select_related": lambda: list(Entry.objects.select_related("unit")),
    "select_for_update": lambda: list(Unit.objects.select_for_update()),
    "explain": lambda: Unit.objects.all().explain(),
    "raw": lambda: list(Unit.objects.raw("SELECT * FROM units_unit")),
    "sql text": lambda: str(Unit.objects.all().query),
    "union": lambda: list(Unit.objects.filter(kind="unit").union(Unit.objects.filter(kind="group"))),
    "intersection": lambda: list(Unit.objects.all().intersection(Unit.objects.all())),
    "or": lambda: list(Unit.objects.filter(kind="unit") | Unit.objects.filter(kind="group")),
    "and": lambda: list(Unit.objects.filter(kind="unit") & Unit.objects.all()),
    "pickling": lambda: pickle.dumps(Unit.objects.all()),
    "a pickled query": lambda: _revived(Unit.objects.all()),
    "get_object_or_404": lambda: get_object_or_404(Unit, code="RETAIL"),
    "get_list_or_404": lambda: get_list_or_404(Unit, kind="unit"),
    "reverse relation": lambda: list(_any_unit().placements.all()),
    "reverse relation of a reference": lambda: Import.objects.get().entries.count(),
    "prefetch": lambda: list(Import.objects.prefetch_related("entries")),
    "Prefetch": lambda: list(Import.objects.prefetch_related(Prefetch("entries", Entry.objects.filter(row=2)))),
    "prefetch from a scoped row": lambda: list(Unit.objects.within(_retail()).prefetch_related("placements")),
    "form drop-down": lambda: str(UnitChoice()["unit"]),
    "form choice": lambda: UnitChoice({"unit": str(_any_unit().pk)}).is_valid(),
    "model form drop-down": lambda: str(EntryForm()["unit"]),
    "serializer field": lambda: EntrySerializer(data={"unit": _any_unit().pk}).is_valid(),
    "browsable choices": lambda: list(EntrySerializer().fields["unit"].choices),
    "sub-query in a filter": lambda: list(Placement.unscoped.filter(unit__in=Unit.objects.all())),
    "sub-query of values": lambda: list(Placement.unscoped.filter(unit__in=Unit.objects.values("pk"))),
    "Subquery": lambda: list(Period.objects.annotate(u=Subquery(Entry.objects.values("unit")[:1]))),
    "Exists": lambda: list(Period.objects.filter(Exists(Entry.objects.filter(period=OuterRef("pk"))))),
    "sub-query inside a scoped one": lambda: list(
        Unit.objects.within(_retail()).filter(pk__in=Unit.objects.filter(kind="unit"))
    ),
    "sub-query in an aggregate": lambda: Period.objects.aggregate(n=Count("pk", filter=Exists(Entry.objects.all()))),
    "async for": lambda: asyncio.run(_collected(Unit.objects.all())),
    "aget": lambda: asyncio.run(Unit.objects.aget(code="RETAIL")),
    "acount": lambda: asyncio.run(Unit.objects.acount()),
    "aiterator": lambda: asyncio.run(_collected(Unit.objects.aiterator())),
    "scoped | unscoped": lambda: list(Unit.objects.within(_retail()) | Unit.objects.filter(kind="unit")),
    "unscoped | scoped": lambda: list(Unit.objects.filter(kind="unit") | Unit.objects.within(_retail())),
    "scoped ^ unscoped": lambda: list(Unit.objects.within(_retail()) ^ Unit.objects.filter(kind="unit")),
    "scoped slice | unscoped": lambda: list(Unit.objects.within(_retail()).order_by("pk")[:1] | Unit.objects.all()),
    "scoped union unscoped": lambda: list(Unit.objects.within(_retail()).union(Unit.objects.all())),
    "none union unscoped": lambda: list(Unit.objects.none().union(Unit.objects.all())),
    "none | unscoped": lambda: list(Unit.objects.none() | Unit.objects.all()),
    "get_or_create": lambda: Unit.objects.get_or_create(code="RETAIL"),
}

WAYS_TO_CHANGE = {
    "update": lambda: Unit.objects.update(name="Taken"),
    "update by an expression": lambda: Entry.objects.update(amount=F("amount") + 1),
    "raw delete": lambda: Placement.objects.all()._raw_delete("default"),
    "delete": lambda: Placement.objects.all().delete(),
    "delete of filtered rows": lambda: Unit.objects.filter(code="RETAIL").delete(),
    "bulk_update": lambda: Unit.objects.bulk_update([_renamed(_any_unit())], ["name"]),
    "update_or_create": lambda: Unit.objects.update_or_create(code="RETAIL", defaults={"name": "Taken"}),
    "update along a reverse relation": lambda: _any_unit().placements.update(ownership="0"),
    "delete along a reverse relation": lambda: _any_unit().placements.all().delete(),
    "aupdate": lambda: asyncio.run(Unit.objects.aupdate(name="Taken")),
    "update with an unscoped sub-query": lambda: Unit.objects.within(_retail()).update(
        name=Subquery(Unit.objects.filter(code="DEPOT").values("name")[:1])
    ),
}


def _retail() -> Scope:
    unit = Unit.unscoped.get(code="RETAIL")
    return Scope(actor="person:1", person_id=1, spans={"figures.read": ((unit.left, unit.right),)})


def _any_unit() -> Unit:
    return Unit.unscoped.order_by("pk").first()


def _renamed(unit: Unit) -> Unit:
    unit.name = "Taken"
    return unit


def _revived(queryset):
    """The way the documentation shows: a pickled query put into a fresh queryset."""
    revived = Unit.objects.all()
    revived.query = pickle.loads(pickle.dumps(queryset.query))
    return list(revived)


async def _collected(rows):
    return [row async for row in rows]


@pytest.mark.parametrize("way", WAYS_TO_READ, ids=str)
def test_no_way_to_read_works_without_a_scope(company, way):
    with pytest.raises(ScopeMissing):
        WAYS_TO_READ[way]()


@pytest.mark.parametrize("way", WAYS_TO_CHANGE, ids=str)
def test_no_way_to_change_works_without_a_scope(company, way):
    before = list(Unit.unscoped.order_by("pk").values_list("pk", "name"))

    with pytest.raises(ScopeMissing), transaction.atomic():
        WAYS_TO_CHANGE[way]()

    assert list(Unit.unscoped.order_by("pk").values_list("pk", "name")) == before
    assert Placement.unscoped.filter(ownership="1").count() == 6


def test_uniqueness_may_be_asked_across_scopes(company):
    assert Unit.objects.filter(code="DEPOT").exists()
    assert not Unit.objects.filter(code="NOWHERE").exists()
    assert asyncio.run(_exists())


async def _exists() -> bool:
    return await Unit.objects.none().aexists() is False


def test_nothing_needs_no_scope(company):
    assert list(Unit.objects.none()) == []
    assert Unit.objects.none().count() == 0


SCOPED_WAYS = {
    "list": lambda units: sorted(unit.code for unit in units),
    "values": lambda units: sorted(row["code"] for row in units.values("code")),
    "iterator": lambda units: sorted(unit.code for unit in units.iterator()),
    "in_bulk": lambda units: sorted(units.in_bulk(field_name="code")),
    "union": lambda units: sorted(unit.code for unit in units.union(units)),
    "or": lambda units: sorted(unit.code for unit in units | units.filter(kind="unit")),
    "and unscoped": lambda units: sorted(unit.code for unit in units & Unit.objects.all()),
    "unscoped and": lambda units: sorted(unit.code for unit in Unit.objects.all() & units),
    "sub-query": lambda units: sorted(Placement.unscoped.filter(unit__in=units).values_list("unit__code", flat=True)),
    "exclude along a relation": lambda units: sorted(unit.code for unit in units.exclude(placements__ownership="0")),
    "exclude before the scope": lambda units: sorted(
        unit.code for unit in Unit.objects.exclude(placements__ownership="0").within(_retail())
    ),
    "slices joined": lambda units: sorted(unit.code for unit in units.order_by("pk")[:1] | units.order_by("-pk")[:1]),
    "pickled": lambda units: sorted(unit.code for unit in pickle.loads(pickle.dumps(units))),
    "prefetched": lambda units: sorted(
        placement.unit.code
        for unit in units.prefetch_related(Prefetch("placements", Placement.objects.within(_retail())))
        for placement in unit.placements.all()
    ),
    "form drop-down": lambda units: sorted(unit.code for unit in forms.ModelChoiceField(units).queryset),
}


@pytest.mark.parametrize("way", SCOPED_WAYS, ids=str)
def test_with_a_scope_every_way_gives_its_units_and_no_other(company, way):
    assert SCOPED_WAYS[way](Unit.objects.within(_retail())) == ["RETAIL", "SHOPS"]


def test_an_update_within_a_scope_leaves_the_others_alone(company):
    changed = Unit.objects.within(_retail()).update(vertical="Changed")

    assert changed == 2
    assert set(Unit.unscoped.filter(vertical="Changed").values_list("code", flat=True)) == {"RETAIL", "SHOPS"}


def test_a_delete_within_a_scope_leaves_the_others_alone(company):
    for code, place in (("NEW-SHOP", company.shops), ("NEW-DEPOT", company.depot)):
        Unit.unscoped.create(code=code, name=code, left=place.left, right=place.right)

    Unit.objects.within(_retail()).filter(vertical="").exclude(code__in=["RETAIL", "SHOPS"]).delete()

    assert set(Unit.unscoped.filter(code__startswith="NEW").values_list("code", flat=True)) == {"NEW-DEPOT"}


def test_counts_and_sums_within_a_scope_know_only_its_rows(company):
    retail = Entry.objects.within(_retail()).filter(period=company.open_month)

    assert retail.count() == 10
    assert retail.filter(account__code="REVENUE", version__code="actual").aggregate(n=Sum("amount")) == {
        "n": 1300 * 10_000
    }
    assert retail.filter(account__code="MARKETING").count() == 0


def test_forward_keys_stay_open_because_the_row_they_start_from_was_scoped(company):
    entry = Entry.objects.within(_retail()).select_related("account").order_by("pk").first()

    assert isinstance(entry.account, Account)
    assert entry.unit.code == "SHOPS"


def test_the_system_scope_reads_everything(company):
    assert Unit.objects.within(Scope.system("engine")).count() == 6


def test_a_scope_without_grants_reads_nothing(company):
    assert Unit.objects.within(Scope(actor="person:1", person_id=1)).count() == 0
