"""A body that is too large is refused before it is read; one without a stated length as soon as it passes the limit."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from config.middleware import PART, most_bytes
from reports.models import Upload

MIB = 2**20
CHUNKS = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


class Line(io.RawIOBase):
    """A line on which a body comes that nobody stated the length of; it counts what was taken off it."""

    def __init__(self, size: int) -> None:
        self.left, self.taken = size, 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "nobody may ask for all of it"
        part = b"x" * min(size, self.left)
        self.left -= len(part)
        self.taken += len(part)
        return part


class Broken(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError("the line went dead")


def post(client: Client, address: str, coming: Any, *, kind: str = "multipart/form-data; boundary=b", **said: Any):
    return client.generic("POST", address, b"", **{"CONTENT_TYPE": kind, "wsgi.input": coming, **said})


def test_files_may_be_as_large_as_an_upload_and_everything_else_as_the_fields_of_a_form():
    assert most_bytes("/imports/") == most_bytes("/imports/structure/") == 22 * MIB
    assert most_bytes("/api/v1/alerts/") == most_bytes("/account/login/") == most_bytes("/imports/x/") == 2 * MIB


@pytest.mark.parametrize(
    ("address", "most"), [("/imports/", 22), ("/imports/structure/", 22), ("/account/login/", 2), ("/nowhere/", 2)]
)
def test_a_page_refuses_a_stated_length_without_reading_a_byte(client, address, most):
    line = Line(most * MIB + 1)

    answer = post(client, address, line, CONTENT_LENGTH=str(most * MIB + 1))

    assert (answer.status_code, line.taken) == (413, 0)
    assert f"More was sent than the {most} MB that are taken here" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_api_refuses_with_one_sentence_of_json(client):
    line = Line(30 * MIB)

    answer = post(client, "/api/v1/values/", line, kind="application/json", CONTENT_LENGTH=str(30 * MIB))

    assert (answer.status_code, line.taken) == (413, 0)
    assert answer.json() == {"detail": "More was sent than the 2 MB that are taken here, and nothing of it was kept."}


def test_a_body_at_the_limit_is_none_too_large(client, db):
    line = Line(2 * MIB)

    assert post(client, "/account/login/", line, CONTENT_LENGTH=str(2 * MIB)).status_code != 413


@pytest.mark.parametrize("address", ["/account/login/", "/api/v1/values/"])
def test_a_body_in_chunks_is_refused_as_soon_as_it_passes_the_limit(client, address):
    line = Line(500 * MIB)

    answer = post(client, address, line, **CHUNKS)

    assert answer.status_code == 413
    assert 2 * MIB < line.taken <= 2 * MIB + PART


def test_a_body_in_chunks_within_the_limit_is_taken_like_any_other(signed_in, finance_admin):
    client = signed_in(finance_admin)
    parts = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = parts % (b"source", b"", b"erp") + parts % (b"file", b'; filename="o.csv"', b"unit,account\n") + b"--b--\r\n"

    answer = post(client, "/imports/", io.BytesIO(body), **CHUNKS)

    assert answer.status_code == 302
    assert Upload.objects.get().files == {"figures": {"name": "o.csv", "size": 13}}


def test_chunks_that_break_off_are_a_bad_request(client):
    assert post(client, "/account/login/", Broken(), **CHUNKS).status_code == 400


def test_a_server_that_cannot_tell_where_chunks_end_is_not_asked_to(client, db):
    line = Line(500 * MIB)

    assert post(client, "/account/login/", line, **{**CHUNKS, "wsgi.input_terminated": False}).status_code == 200
    assert line.taken == 0
