"""Files as they come: what is read, and what is refused with a sentence instead of a crash."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import reading
from ledger.reading import FileRejected, Limits
from ledger.reading.delimited import separator_of
from tests.ledger.workbooks import number, rows, text, workbook

ROOT = Path(__file__).resolve().parents[2]


def read_csv(content: str | bytes, **kwargs):
    raw = content.encode() if isinstance(content, str) else content
    return reading.read(raw, name="figures.csv", **kwargs)[0].rows


def refusal(content: bytes, name: str = "figures.xlsx", **kwargs) -> str:
    with pytest.raises(FileRejected) as refused:
        reading.read(content, name=name, **kwargs)
    return str(refused.value)


# --- text tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_and_codes_keep_their_zeros(separator):
    lines = ["unit|account|period|amount", "00|0400|2026-01|1234.5", "01|0400|2026-01|17"]

    assert read_csv("\n".join(lines).replace("|", separator)) == [line.split("|") for line in lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_the_usual_encodings_are_read(encoding):
    content = "unit,account,amount\nZürich,Löhne – brutto,5\n"
    raw = content.encode(encoding)
    if encoding == "utf-16-le":
        raw = b"\xff\xfe" + raw

    assert read_csv(raw) == [["unit", "account", "amount"], ["Zürich", "Löhne – brutto", "5"]]


def test_decimal_commas_do_not_make_the_comma_the_separator():
    assert separator_of("unit;account;amount\nA;1;1.234,56\nB;2;2.345,67\n") == ";"
    assert separator_of('unit,account,amount\nA,1,"1;2;3"\n') == ","


def test_quoted_newlines_separators_and_quotes_stay_inside_their_field():
    assert read_csv('unit,note\nA,"two\nlines, ""quoted"""\nB,x\n') == [
        ["unit", "note"],
        ["A", 'two\nlines, "quoted"'],
        ["B", "x"],
    ]


def test_an_empty_line_keeps_its_number():
    assert read_csv("unit,amount\n\nA,1\r\n") == [["unit", "amount"], [], ["A", "1"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x00\x01\x02", "This is not a text file: it contains zero bytes."),
        (b"unit,amount\n\x81\x8d,1\n", "The text is neither UTF-8 nor Windows-1252; save it as UTF-8."),
        (b'unit,amount\n"A,1\n', "Record 2 cannot be read: a quotation mark is opened and never closed."),
        (
            b"unit,amount\n" + b"x" * 40_000 + b",1\n",
            "Record 2 cannot be read: a field is longer than 32,767 characters.",
        ),
        (
            b"PK\x03\x04....",
            "The file is named like a text table but is a packed file; name it .xlsx if it is a workbook.",
        ),
    ],
)
def test_a_broken_text_table_is_refused(content, sentence):
    assert refusal(content, name="figures.csv") == sentence


def test_a_text_table_of_too_many_cells_is_refused():
    assert "more than 100 cells" in refusal(b"a,b\n" * 60, name="figures.csv", limits=Limits(file_cells=100))


# --- workbooks --------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_its_types():
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Ledger")
    sheet.write_row(0, 0, ["unit", "period", "amount"])
    sheet.write_string(1, 0, "00")
    sheet.write_datetime(1, 1, datetime(2026, 3, 31), book.add_format({"num_format": "mmm yy"}))
    sheet.write_number(1, 2, 1234.56)
    sheet.write_string(2, 2, "1234.56")
    sheet.write_formula(3, 2, "=1+1", None, 2)
    book.close()

    [ledger] = reading.read(out.getvalue(), name="Ledger.XLSX")

    assert (ledger.name, ledger.faults) == ("Ledger", {})
    assert ledger.rows == [
        ["unit", "period", "amount"],
        ["00", "2026-03-31", 1234.56],
        ["", "", "1234.56"],
        ["", "", 2.0],
    ]


def test_hidden_rows_are_read_and_named_and_hidden_sheets_only_on_request():
    book = workbook(rows(["a"], ["b"], ["c"], hidden=(2,)), rows(["secret"]), names=["Open", "Shut"], hidden=("Shut",))

    [open_sheet] = reading.read(book, name="b.xlsx")
    [shut] = reading.read(book, name="b.xlsx", sheet="Shut")

    assert (open_sheet.rows, open_sheet.hidden_rows) == ([["a"], ["b"], ["c"]], (2,))
    assert (shut.rows, shut.is_hidden) == ([["secret"]], True)
    assert refusal(book, sheet="None") == "The workbook has no sheet “None”."


def test_a_formula_saved_without_its_value_is_a_fault_and_not_zero():
    book = openpyxl.Workbook()
    book.active.append(["unit", "amount"])
    book.active["A7"], book.active["B7"] = "U1", "=1+1"
    out = BytesIO()
    book.save(out)

    [sheet] = reading.read(out.getvalue(), name="b.xlsx")

    assert sheet.faults == {(7, 2): "formula without a value in cell B7; open the workbook in its program and save it"}


def test_a_formula_in_error_is_a_fault_and_an_empty_text_is_none():
    error = '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    empty_text = '<c r="B1" t="str"><f>""</f><v></v></c>'

    [sheet] = reading.read(workbook(rows([error, empty_text, 5])), name="b.xlsx")

    assert sheet.faults == {(1, 1): "formula error #DIV/0! in cell A1"}
    assert sheet.rows[0][1:] == ["", 5.0]


def test_merged_ranges_are_named():
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().merge_range("B1:D1", "2026")
    book.close()

    assert reading.read(out.getvalue(), name="b.xlsx")[0].merged == ("B1:D1",)


# --- hostile files ----------------------------------------------------------------------------------


def test_the_workbook_of_two_cells_that_kills_readers_is_refused():
    two_cells = workbook(f'<row r="1">{number("A1", 1)}</row><row r="1048576">{number("XFD1048576", 1)}</row>')

    assert len(two_cells) < 2_000
    assert refusal(two_cells) == "Sheet “Sheet1” has a cell XFD1048576 far beyond its data; delete what stands there."


def test_a_reader_that_runs_out_of_memory_is_a_refusal_too():
    two_cells = workbook(f'<row r="1">{number("A1", 1)}</row><row r="1048576">{number("XFD1048576", 1)}</row>')
    blind = Limits(columns=20_000, empty_run=2_000_000, sheet_cells=10**12, file_cells=10**12)

    assert refusal(two_cells, limits=blind) == (
        "The file was rejected: reading it takes more memory than a file of figures needs."
    )


def test_a_reader_that_takes_too_long_is_a_refusal_too():
    content = b"unit,amount\n" + b"A,1\n" * 200_000

    assert refusal(content, name="f.csv", limits=Limits(wall_seconds=0.01)) == (
        "The file was rejected: reading it takes too long."
    )


def test_a_sheet_that_spans_too_much_is_refused_whatever_dimension_it_declares():
    wide = "".join(f'<row r="{at}">{number(f"ALK{at}", 1)}</row>' for at in range(1, 1_100))

    assert "spans more than 1,048,576 cells" in refusal(workbook(wide))


def test_styled_but_empty_cells_far_away_do_not_matter():
    sheet = rows(["a"]) + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'

    assert reading.read(workbook(sheet), name="b.xlsx")[0].rows == [["a"]]


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({f"xl/media/{at}.xml": b"<a/>" for at in range(300)}, "parts; more than 200 are not read"),
        ({"xl/big.bin": b"0" * 12_000_000}, "packed more than 100 times"),
        ({"xl/inner.xlsx": workbook(rows([1]))}, "contains another packed file"),
        ({"xl/vbaProject.bin": b"macro"}, "contains macros"),
        ({"xl/styles.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "XML with a document type"),
    ],
)
def test_a_workbook_packed_like_a_bomb_is_refused(extra, sentence):
    assert sentence in refusal(workbook(rows(["a"]), extra=extra))


def test_an_entity_bomb_in_a_sheet_is_refused():
    bomb = '<?xml version="1.0"?><!-- long --><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'

    assert (
        refusal(workbook(rows(["a"]), before=bomb))
        == "The workbook contains XML with a document type; that is not read."
    )


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    import random

    noise = random.Random(7).randbytes(3_000_000)
    assert "unpacks to more than 2 MB" in refusal(
        workbook(rows(["a"]), extra={"x.bin": noise}), limits=Limits(unpacked_bytes=2 * 2**20)
    )


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"hello", "f.xlsx", "The file is named like a workbook but is none; save it as .xlsx."),
        (b"PK\x03\x04" + b"x" * 100, "f.xlsx", "The workbook is damaged and cannot be read."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "f.xlsx", "The workbook is encrypted or in the old .xls format"),
        (b"x" * 100, "f.pdf", "f.pdf is none of the kinds read here: CSV or XLSX."),
        (b"x", "../../etc/passwd", "passwd is none of the kinds read here: CSV or XLSX."),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(content, name, sentence):
    assert refusal(content, name=name).startswith(sentence)


def test_a_file_that_is_too_large_is_refused_before_it_is_opened():
    assert (
        refusal(b"x" * 1_100_000, name="f.csv", limits=Limits(file_bytes=2**20))
        == "The file is larger than 1 MB; split it."
    )


def test_a_truncated_workbook_is_refused():
    whole = workbook(rows(["a", 1], ["b", 2]))

    for end in range(50, len(whole), 97):
        assert refusal(whole[:end])


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_workbook_with_flipped_bytes_is_read_or_refused_and_never_crashes(data):
    whole = bytearray(workbook(rows(["unit", "amount"], ["A", 5])))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        reading.read(bytes(whole), name="f.xlsx")
    except FileRejected as refused:
        assert str(refused)


def test_a_strange_reference_is_refused():
    assert "which cannot be" in refusal(workbook(f"<row r='1'>{text('ABCD1', 'x')}</row>"))


def test_the_child_knows_neither_django_nor_pandas_and_can_open_nothing():
    probe = (
        "import sys; from ledger.reading import child; from ledger.reading.limits import Limits; child.restrain(Limits());\n"
        "assert not {'django', 'pandas', 'numpy', 'units', 'config'} & set(sys.modules), sorted(sys.modules)\n"
        "import socket\n"
        "def closed(deed):\n"
        "    try: deed()\n"
        "    except OSError: return True\n"
        "assert closed(lambda: open('/etc/hosts')) and closed(socket.socket)\n"
    ).replace("import socket\n", "", 1)
    probe = "import socket\n" + probe

    run = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr) == (0, "")


def test_dates_arrive_as_iso_text():
    out = BytesIO()
    book = openpyxl.Workbook()
    book.active.append([date(2026, 1, 31), datetime(2026, 2, 1)])
    book.save(out)

    assert [cell[:10] for cell in reading.read(out.getvalue(), name="b.xlsx")[0].rows[0]] == [
        "2026-01-31",
        "2026-02-01",
    ]
