"""Adjustments come in like figures, on a layer of their own, and never from a source of figures."""

from __future__ import annotations

import pytest

from ledger.actions.figures import SourceMissing
from ledger.models import Delivery, Entry, Layer
from tests.ledger.imports import AT, SEPTEMBER, bring, recorded, standing
from units.scope import Scope

STOCK = """
    unit  | account | period  | amount
    GROUP | COSTS   | 2026-09 | 20
"""


@pytest.fixture
def admin(company, finance_admin) -> Scope:
    return Scope.of(finance_admin, at=AT)


def test_an_adjustment_is_an_entry_of_its_layer_with_file_row_and_record(admin):
    report = bring(admin, STOCK, source="group", layer=Layer.ADJUSTMENT)

    assert (report.status, report.entries.new) == ("imported", 1)
    assert set(Entry.unscoped.filter(source="group").values_list("layer", flat=True)) == {"adjustment"}
    assert Delivery.unscoped.filter(source="group").count() == 1
    assert recorded("ledger.figures.imported")[-1].actor == admin.actor


def test_the_same_file_again_changes_nothing_and_another_replaces_it(admin):
    bring(admin, STOCK, source="group", layer=Layer.ADJUSTMENT)

    assert bring(admin, STOCK, source="group", layer=Layer.ADJUSTMENT).status == "unchanged"
    bring(admin, STOCK.replace("20\n", "30\n"), source="group", layer=Layer.ADJUSTMENT)
    assert [row["amount"] for row in standing("group")] == ["30"]


def test_a_source_brings_figures_or_adjustments_and_never_both(admin):
    bring(admin, SEPTEMBER)
    bring(admin, STOCK, source="group", layer=Layer.ADJUSTMENT)

    with pytest.raises(SourceMissing, match="figures of its own"):
        bring(admin, STOCK, layer=Layer.ADJUSTMENT)
    with pytest.raises(SourceMissing, match="adjustments"):
        bring(admin, SEPTEMBER, source="group")
