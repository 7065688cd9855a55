"""What can be sent, and what is said at once of what cannot."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import Upload
from tests.reports.imports.uploads import kept, send, uploaded

pytestmark = pytest.mark.usefixtures("clock")


def test_a_mapping_comes_as_a_file_or_as_text(client):
    foreign = """
        bu   | line    | month   | value
        S-01 | REVENUE | 2026-10 | 1400
    """
    mapping = json.dumps(
        {"columns": {"bu": "unit", "line": "account", "month": "period", "value": "amount"}, "units": {"S-01": "SHOPS"}}
    )
    by_text = uploaded(client, foreign, mapping=mapping)
    Upload.objects.all().delete()
    by_file = uploaded(client, foreign, mapping_file=SimpleUploadedFile("m.json", mapping.encode()))

    assert (by_text.state, by_file.state) == ("previewed", "previewed")
    assert by_text.terms["mapping"] == by_file.terms["mapping"] == json.loads(mapping)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"source": ""}, "This field is required."),
        ({"version": "budgget"}, "is no version"),
        ({"mapping": "{"}, "This is no JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        ({"mapping": '{"colums": {}}'}, "A mapping has no part “colums”"),
        ({"mapping": "[" * 100_000}, "nested too deeply"),
        (
            {"mapping": "{}", "mapping_file": SimpleUploadedFile("m.json", b"{}")},
            "Give the mapping as a file or as text, not both.",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(client, terms, sentence):
    answer = send(client, **terms)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_file_without_bytes_or_none_at_all_is_refused_at_once(client):
    assert "Choose a file." in client.post("/imports/", {"source": "erp"}).content.decode()
    assert "The file is empty." in send(client, b"").content.decode()


def test_a_file_larger_than_the_limit_is_refused_with_the_limit(client, settings):
    settings.UPLOAD_MAX_BYTES = 2**20
    answer = send(client, b"x" * (2**20 + 1), name="year.csv")

    assert "year.csv is larger than 1 MB; split it." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_a_version_that_the_file_states_itself_is_refused_in_the_report(client):
    upload = uploaded(
        client,
        """
        unit  | account | period  | version | amount
        SHOPS | REVENUE | 2026-10 | actual  | 1
    """,
        version="budget-2026",
    )

    assert upload.state == "refused"
    assert [problem["column"] for problem in upload.report["errors"]] == ["version"]


def test_a_name_from_outside_never_becomes_a_path(client, files):
    send(client, name="../../etc/passwd.csv")
    upload = Upload.objects.get()

    assert kept(files) == ["figures"]
    assert upload.files["figures"]["name"] == "passwd.csv"
