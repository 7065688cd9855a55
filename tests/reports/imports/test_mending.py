"""A file that was refused is put right on its page: what its words and columns mean. The file stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Record
from ledger.models import Import
from reports.actions import forget_upload, mend_upload
from reports.actions.uploads import NotWaiting
from reports.models import Upload
from tests.reports.imports.uploads import a_colleague, here, kept, page, recorded, uploaded, work
from units.scope import Scope

pytestmark = pytest.mark.usefixtures("clock")

UNKNOWN = """
    unit  | account | period  | amount
    SHOPS | REVENUE | 2026-10 | 1400
    SHOPX | COSTS   | 2026-10 | 370
    SHOPX | REVENUE | 2026-10 | 30
"""
FOREIGN = "site;kind;month;total\nSHOPS;REVENUE;2026-10;12\n"


def mended(client, upload: Upload, **said: object) -> Upload:
    assert client.post(f"{here(upload)}mend/", said).url == here(upload)
    work()
    upload.refresh_from_db()
    return upload


def test_an_unknown_code_is_read_as_one_of_ours_and_the_import_keeps_that(client):
    upload = uploaded(client, UNKNOWN)
    said = page(client, here(upload))

    assert "Unknown unit. The file has 2 such rows." in said
    assert "Read as SHOPS" in said, "the code that is written most alike is one click away"

    mended(client, upload, part="units", value="SHOPX", ours="SHOPS")
    said = page(client, here(upload))

    assert upload.state == "previewed"
    assert "Unit “SHOPX” is read as SHOPS." in said
    assert Record.objects.get(verb="reports.upload.mended").after == {"units": {"SHOPX": "SHOPS"}}
    assert recorded()[-1] == "reports.upload.checked"

    client.post(here(upload))
    work()

    assert Import.objects.latest("pk").mapping == {"units": {"SHOPX": "SHOPS"}}


def test_the_rows_of_an_unknown_code_are_left_out_and_the_control_total_says_how_much_that_is(client):
    upload = mended(client, uploaded(client, UNKNOWN), part="units", value="SHOPX", leave="1")
    said = page(client, here(upload))

    assert upload.state == "previewed"
    assert "The mapping leaves out rows with 400.0000 in all" in said
    assert "Unit “SHOPX” is left out." in said


def test_columns_nobody_recognised_are_mapped_beside_their_first_values(client):
    upload = uploaded(client, FOREIGN.encode())
    said = page(client, here(upload))

    assert [(each.column, each.first) for each in client.get(here(upload)).context["board"].columns] == [
        ("site", "SHOPS"), ("kind", "REVENUE"), ("month", "2026-10"), ("total", "12"),
    ]  # fmt: skip
    assert '<option value="period" selected>Period</option>' in said

    columns = {"column-0": "unit", "column-1": "account", "column-2": "period", "column-3": "amount"}
    assert mended(client, upload, **columns).state == "previewed"


def test_what_earlier_files_were_read_by_is_offered_and_said_with_one_press(client):
    client.post(here(mended(client, uploaded(client, UNKNOWN), part="units", value="SHOPX", ours="SHOPS")))
    work()
    upload = uploaded(client, UNKNOWN.replace("370", "380"))

    assert client.get(here(upload)).context["board"].again == ("Unit “SHOPX” is read as SHOPS.",)
    assert mended(client, upload, again="1").state == "previewed"
    assert Record.objects.filter(verb="reports.upload.mended").latest("pk").after == {"units": {"SHOPX": "SHOPS"}}


def test_columns_are_remembered_too_and_only_words_of_this_file(client):
    columns = {"column-0": "unit", "column-1": "account", "column-2": "period", "column-3": "amount"}
    client.post(here(mended(client, uploaded(client, FOREIGN.encode()), **columns)))
    work()

    assert mended(client, uploaded(client, FOREIGN.replace("12", "13").encode()), again="1").state == "previewed"
    other = uploaded(client, UNKNOWN)
    assert client.get(here(other)).context["board"].again == ()
    assert mended(client, other, again="1").state == "refused", "and nothing is said where nothing is remembered"


def test_what_others_answered_is_not_offered(client, signed_in):
    client.post(here(mended(client, uploaded(client, UNKNOWN), part="units", value="SHOPX", ours="SHOPS")))
    work()
    Import.objects.filter(mapping__has_key="units").update(actor="person:0")

    assert client.get(here(uploaded(client, UNKNOWN.replace("370", "380")))).context["board"].again == ()


def test_what_an_import_does_to_each_unit_stands_before_it_is_applied(client):
    board = client.get(here(uploaded(client))).context["board"]

    assert [(each.unit, each.figures, str(each.income.number), str(each.costs.number)) for each in board.moved] == [
        ("SHOPS", "2", "+1,400", "+370.25")
    ]


@pytest.mark.parametrize(
    "said", [{}, {"part": "units", "value": "SHOPX"}, {"part": "signs", "value": "x", "ours": "1"}]
)
def test_an_answer_that_says_nothing_changes_nothing(client, said):
    upload = uploaded(client, UNKNOWN)

    assert mended(client, upload, **said).state == "refused"
    assert "reports.upload.mended" not in recorded()


def test_a_file_that_is_gone_is_not_mended_and_nobody_mends_that_of_another(client, files, committed, finance_admin):
    upload, at = uploaded(client, UNKNOWN), timezone.now()
    words = {"units": {"SHOPX": "SHOPS"}}

    with pytest.raises(NotWaiting):
        mend_upload(actor=Scope.of(a_colleague(), at=at), upload=upload, words=words, at=at)
    with committed():
        forget_upload(actor=Scope.system("worker"), upload=upload, at=at + timedelta(days=1))

    assert kept(files) == []
    with pytest.raises(NotWaiting, match="upload it again"):
        mend_upload(actor=Scope.of(finance_admin, at=at), upload=upload, words=words, at=at)


def test_every_form_of_a_refused_file_carries_the_token_of_its_page(client):
    """Without it a browser's answer is refused as too old."""
    for text, least in ((UNKNOWN, 4), (FOREIGN.encode(), 2)):
        said = page(client, here(uploaded(client, text)))

        assert said.count('method="post"') >= least
        assert said.count('name="csrfmiddlewaretoken"') == said.count('method="post"')
