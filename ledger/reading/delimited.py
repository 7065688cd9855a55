"""Text tables: which characters, which separator, and the records of the file with their numbers.

The separator is not guessed from statistics: it is the one that divides the header and the records after
it into the same number of fields, and into the most of them. Values stay text, so a code `00` stays `00`.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import Any

from ledger.reading.limits import Limits, Refused

SEPARATORS = ",;\t|"
SAMPLE_RECORDS = 50
LONGEST_FIELD = 32_767

Row = list[Any]


def sheet(content: bytes, *, limits: Limits) -> tuple[dict[str, Any], list[Row]]:
    """The one sheet of a text file."""
    text = decoded(content)
    separator = separator_of(text)
    rows: list[Row] = []
    width = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(record)
            width = max(width, len(record))
            if len(rows) * width > limits.file_cells:
                raise Refused(f"The file has more than {limits.file_cells:,} cells; split it.")
    except csv.Error as error:
        raise Refused(f"Record {len(rows) + 1} cannot be read: {_plain(error)}.") from error
    return {"sheet": "", "separator": separator, "hidden_rows": [], "merged": []}, rows


def decoded(content: bytes) -> str:
    """UTF-16 where its mark stands, UTF-8 where the bytes are UTF-8, else Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise Refused("This is not a text file: it contains zero bytes.")
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Refused("The text is neither UTF-8 nor Windows-1252; save it as UTF-8.") from error


def separator_of(text: str) -> str:
    """The separator that cuts the header and the records after it alike, into the most fields."""
    csv.field_size_limit(LONGEST_FIELD)
    found = [(score, separator) for separator in SEPARATORS if (score := _fit(text, separator))]
    return max(found, key=lambda scored: scored[0])[1] if found else ","


def _fit(text: str, separator: str) -> tuple[float, int] | None:
    """How well a separator fits: the part of records as wide as the header, then the width. None below two."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        sample = [record for record in islice(records, SAMPLE_RECORDS) if any(record)]
    except csv.Error:
        return None
    if not sample:
        return None
    widths = [len(record) for record in sample]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    if usual < 2:
        return None
    return widths.count(usual) / len(widths), usual


def _plain(error: csv.Error) -> str:
    known = {
        "field larger than field limit": f"a field is longer than {LONGEST_FIELD:,} characters",
        "unexpected end of data": "a quotation mark is opened and never closed",
        "expected after": "text follows a closing quotation mark",
    }
    return next((sentence for part, sentence in known.items() if part in str(error)), str(error))
