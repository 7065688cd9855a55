"""Before figures are imported, the page says what becomes of the totals; who replaces figures says why."""

from __future__ import annotations

import pytest
from django.utils import timezone

from audit.models import Record
from ledger.actions import import_figures
from ledger.models import Import
from reports.actions import commit_upload
from reports.actions.uploads import ReasonMissing
from reports.figures import MovedTotal
from reports.main_figures import COST, INCOME, REVENUE, Total
from reports.models import Upload
from tests.ledger.imports import csv
from tests.metrics.engine import compute, number
from tests.reports.imports.uploads import OCTOBER, here, page, uploaded, work
from units.roles import ABILITIES
from units.scope import Scope

pytestmark = pytest.mark.usefixtures("clock")

CORRECTED = OCTOBER.replace("370.25", "390.25")
TWO = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-10 | 1400
    SHOPS | REVENUE | 2026-11 | 1500
    DEPOT | REVENUE | 2026-10 | 100
    SHOPS | HEADS   | 2026-10 | 11
    SHOPS | HEADS   | 2026-11 | 12
    DEPOT | HEADS   | 2026-11 | 20
"""


def landed(client, text: str = OCTOBER, **terms: object) -> None:
    """A file that was imported before."""
    client.post(here(uploaded(client, text, **terms)), {"reason": "As the ledger has it."})
    work()


def board(client, upload: Upload):
    return client.get(here(upload)).context["board"]


def shown(total: MovedTotal) -> tuple[object, ...]:
    before = "new" if total.is_new else total.before.number
    return total.figure, total.period, total.measure, before, total.after.number, total.variance.number


def test_totals_are_shown_before_and_after_with_the_difference(client):
    landed(client)
    told = board(client, uploaded(client, CORRECTED))

    assert [shown(each) for each in told.main] == [
        ("Total cost", "2026-10", "USD", "370.25", "390.25", "+20"),
        ("Operating income", "2026-10", "USD", "1,029.75", "1,009.75", "−20"),
    ]
    assert [each.variance.tone for each in told.main] == ["b", "b"]
    assert told.text.startswith("Operating income of 2026-10 falls by 20 to 1,009.75 USD. ")


def test_what_the_preview_promises_is_what_the_engine_finds(client):
    """The totals of a preview come from the roles of accounts, those of the pages from the catalogue's formulas."""
    landed(client)
    upload = uploaded(client, CORRECTED.replace("1400", "1500"))
    promised = {Total(*each).figure: Total(*each).after for each in upload.report["main"]}
    client.post(here(upload), {"reason": "As the ledger has it."})
    work()
    compute()

    assert promised == {name: number(name, "SHOPS", "2026-10") for name in (REVENUE, COST, INCOME)}


def test_where_nothing_stood_a_total_is_new_and_has_no_difference(client):
    told = board(client, uploaded(client))

    assert [shown(each) for each in told.main] == [
        ("Revenue", "2026-10", "USD", "new", "1,400", None),
        ("Total cost", "2026-10", "USD", "new", "370.25", None),
        ("Operating income", "2026-10", "USD", "new", "1,029.75", None),
    ]
    assert "This import would leave" in told.heading


def test_what_other_sources_state_counts_on_both_sides(client):
    landed(client, source="payroll")
    told = board(client, uploaded(client, source="erp"))

    assert shown(told.main[0]) == ("Revenue", "2026-10", "USD", "1,400", "2,800", "+1,400")


def test_heads_are_those_of_the_last_month_and_not_summed_over_months(client):
    landed(client, TWO)
    told = board(client, uploaded(client, TWO.replace("| 12", "| 14").replace("| 1400", "| 1450")))

    assert [shown(each) for each in told.main] == [
        ("Revenue", "2026-10 to 2026-11", "USD", "3,000", "3,050", "+50"),
        ("Operating income", "2026-10 to 2026-11", "USD", "3,000", "3,050", "+50"),
        ("Heads", "2026-11", "count", "32", "34", "+2"),
    ]


def test_units_and_months_are_named_the_largest_change_first(client):
    landed(client, TWO)
    changed = TWO.replace("| 12", "| 14").replace("| 1400", "| 1450").replace("| 100", "| 20")
    told = board(client, uploaded(client, changed))

    assert [(each.unit, *shown(each)) for each in told.apart] == [
        ("DEPOT", "Operating income", "2026-10", "USD", "100", "20", "−80"),
        ("SHOPS", "Operating income", "2026-10", "USD", "1,400", "1,450", "+50"),
        ("SHOPS", "Heads", "2026-11", "count", "12", "14", "+2"),
    ]


def test_what_is_closed_for_good_is_missing_and_not_zero(client):
    landed(client)
    only_revenue = "\n".join(line for line in OCTOBER.splitlines() if "COSTS" not in line)
    told = board(client, uploaded(client, only_revenue))

    assert shown(told.main[0]) == ("Total cost", "2026-10", "USD", "370.25", None, None)


def test_amounts_of_two_currencies_are_two_totals(client):
    text = "unit,account,period,amount,currency\nSHOPS,REVENUE,2026-10,5,CHF\nSHOPS,REVENUE,2026-10,7,\n"
    told = board(client, uploaded(client, text.encode()))

    assert [shown(each)[:5] for each in told.main if each.figure == "Revenue"] == [
        ("Revenue", "2026-10", "CHF", "new", "5"),
        ("Revenue", "2026-10", "USD", "new", "7"),
    ]


def test_a_unit_that_its_importer_may_not_read_shows_no_total(client, finance_admin, monkeypatch):
    landed(client)
    monkeypatch.setitem(ABILITIES, "finance_admin", frozenset({"figures.import"}))
    told = board(client, uploaded(client, CORRECTED))

    assert told.main == ()


def test_a_file_that_would_replace_other_figures_than_it_showed_waits_again(client):
    """Somebody else's file lands between the look at the preview and the import."""
    upload = uploaded(client)
    other = uploaded(client, CORRECTED)
    for each in (upload, other):
        client.post(here(each), {})
    work()
    told = board(client, Upload.objects.get(pk=other.pk))

    assert Import.objects.filter(filename="october.csv").count() == 1
    assert told.text.startswith("Figures that it replaces changed since they were shown to you, so nothing was")
    assert [shown(each)[0] for each in told.main] == ["Total cost", "Operating income"]

    client.post(here(other), {"reason": "A later invoice."})
    work()

    assert list(Import.objects.filter(filename="october.csv").order_by("pk").values_list("reason", flat=True)) == [
        "",
        "A later invoice.",
    ]


def test_replacing_figures_needs_a_reason_that_stays_with_the_import_and_in_the_record(client):
    landed(client)
    upload = uploaded(client, CORRECTED)
    said = page(client, here(upload))
    refused = client.post(here(upload), {"reason": "  "})

    assert "Why are they replaced?" in said
    assert refused.status_code == 200
    assert "Say why figures that stand are replaced." in refused.content.decode()
    assert Upload.objects.get(pk=upload.pk).state == "previewed"

    client.post(here(upload), {"reason": "Late cloud invoice"})
    work()
    landed_now = Import.objects.latest("pk")

    assert landed_now.reason == "Late cloud invoice"
    assert "Late cloud invoice" in page(client, f"/imports/{landed_now.public_id}/")
    for verb in ("reports.upload.committed", "ledger.figures.imported"):
        assert Record.objects.filter(verb=verb).latest("pk").reason == "Late cloud invoice"


def test_figures_that_replace_nothing_need_none(client):
    upload = uploaded(client)

    assert "Why are they replaced?" not in page(client, here(upload))
    client.post(here(upload))
    work()
    assert Import.objects.latest("pk").reason == ""
    assert "Why figures that stood were replaced" not in page(
        client, f"/imports/{Import.objects.latest('pk').public_id}/"
    )


def test_the_verb_itself_asks_why(client, finance_admin):
    landed(client)
    upload = uploaded(client, CORRECTED)

    with pytest.raises(ReasonMissing):
        commit_upload(actor=Scope.of(finance_admin, at=timezone.now()), upload=upload, at=timezone.now())


def steps(client, address: str) -> list[tuple[str, str, bool]]:
    return list(client.get(address).context["board"].steps)


def test_the_steps_are_those_there_are_and_the_one_shown_is_marked(client):
    names = ["Upload", "Map columns", "Check", "Preview changes", "Import"]
    mapped = uploaded(client, b"site;kind;month;total\nSHOPS;REVENUE;2026-10;12\n")
    refused = uploaded(client, OCTOBER.replace("SHOPS", "NOWHERE"))
    upload = uploaded(client)

    def place(address: str) -> tuple[str, str]:
        found = steps(client, address)
        assert [name for name, _, _ in found] == names
        assert page(client, address).count('aria-current="step"') == 1
        return next((name, state) for name, state, is_here in found if is_here)

    assert place("/imports/") == ("Upload", "now")
    assert place(here(mapped)) == ("Map columns", "now")
    assert place(here(refused)) == ("Check", "now")
    assert place(here(upload)) == ("Preview changes", "now")
    client.post(here(upload))
    assert place(here(upload)) == ("Import", "now")
    work()
    assert place(f"/imports/{Import.objects.latest('pk').public_id}/") == ("Import", "done")


def test_an_import_by_command_may_say_why_too(company, finance_admin, at):
    scope = Scope.of(finance_admin, at=at)
    import_figures(actor=scope, content=csv(OCTOBER), filename="o.csv", source="erp", at=at, reason="First")

    assert Import.objects.latest("pk").reason == "First"
