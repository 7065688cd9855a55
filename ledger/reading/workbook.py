"""Workbooks: inspected before they are read, then read by calamine.

A workbook of two cells (A1 and XFD1048576) makes a reader ask for half a terabyte, and the size a sheet
declares may lie. So the packing is checked first, then the XML of every sheet that will be read is streamed
once for what calamine does not tell: the box its cells really span, hidden rows, formulas that carry no
value, cells in error.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import python_calamine

from ledger.reading.limits import Limits, Refused

CHUNK = 1 << 18
_COLUMN = re.compile(r"[A-Z]{1,3}", re.ASCII)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_RELATION_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships id"
_NO_SHEET = "The workbook is damaged: a sheet it names is not in it."
_DAMAGED = "The workbook is damaged and cannot be read."

Row = list[Any]


def sheets(content: bytes, *, wanted: str | None, limits: Limits) -> Iterator[tuple[dict[str, Any], list[Row]]]:
    """Head and rows of every sheet to read: the one wanted, or all that are visible."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            check_packing(packed, limits=limits)
            chosen = [place for place in places(packed) if _is_chosen(place, wanted)]
            if not chosen:
                raise Refused(
                    f"The workbook has no sheet “{wanted}”." if wanted else "The workbook has no visible sheet."
                )
            scans = [scan(packed, place, limits=limits) for place in chosen]
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, EOFError, KeyError) as error:
        raise Refused(_DAMAGED) from error
    if sum(seen.cells for seen in scans) > limits.file_cells:
        raise Refused(f"The workbook has more than {limits.file_cells:,} cells; split it.")
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for place, seen in zip(chosen, scans, strict=True):
            sheet = book.get_sheet_by_name(place.name)
            yield _head(place, seen, sheet), sheet.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise Refused(_DAMAGED) from error


@dataclass(frozen=True)
class Place:
    """A sheet of the workbook and the part of the packed file that holds it."""

    name: str
    part: str
    is_hidden: bool


@dataclass
class Scan:
    """What streaming a sheet's XML found. `cells` is the box from A1 to the last cell that holds something."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return self.last_row * self.last_column


def check_packing(packed: zipfile.ZipFile, *, limits: Limits) -> None:
    """Entries, unpacked size, ratio, nesting, macros, links, encryption; and no XML with a DOCTYPE.

    Every entry is unpacked once and counted: what the directory declares is not believed.
    """
    entries = packed.infolist()
    if len(entries) > limits.zip_entries:
        raise Refused(f"The workbook consists of {len(entries):,} parts; more than {limits.zip_entries} are not read.")
    total = 0
    for entry in entries:
        _check_entry(entry)
        unpacked = 0
        with packed.open(entry) as part:
            head = part.read(CHUNK)
            _check_start(entry.filename, head)
            unpacked = len(head)
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                if total + unpacked > limits.unpacked_bytes:
                    break
        total += unpacked
        if total > limits.unpacked_bytes:
            raise Refused(f"The workbook unpacks to more than {limits.unpacked_bytes // 2**20} MB; split it.")
        if unpacked > CHUNK * 4 and unpacked > limits.ratio * max(entry.compress_size, 1):
            raise Refused(f"The workbook is packed more than {limits.ratio} times; that is not a file of figures.")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refused("The workbook is encrypted; save it without a password.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("The workbook contains a link to another file.")
    if entry.filename.lower().endswith("vbaproject.bin"):
        raise Refused("The workbook contains macros; save it as .xlsx without them.")


def _check_start(name: str, head: bytes) -> None:
    """No archive inside the archive, no document type before the first element of an XML part."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise Refused("The workbook contains another packed file.")
    if name.lower().endswith((".xml", ".rels", ".vml")):
        _refuse_doctype(head)


def _refuse_doctype(head: bytes) -> None:
    parser = expat.ParserCreate()
    seen: list[str] = []

    def doctype(*_: object) -> None:
        raise Refused("The workbook contains XML with a document type; that is not read.")

    def element(*_: object) -> None:
        seen.append("element")
        parser.StartDoctypeDeclHandler = None

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    for first in range(0, len(head), 1024):
        parser.Parse(head[first : first + 1024])
        if seen:
            return
    if len(head) >= CHUNK:
        raise Refused(_DAMAGED)


def places(packed: zipfile.ZipFile) -> list[Place]:
    """The work sheets a workbook names, in its order, with the part of each."""
    if "xl/workbook.xml" not in packed.namelist():
        raise Refused("The file is named like a workbook but is none; save it as .xlsx.")
    targets = {
        attributes["Id"]: posixpath.normpath(posixpath.join("xl", attributes["Target"])).lstrip("/")
        for name, attributes in _elements(packed, "xl/_rels/workbook.xml.rels")
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet")
    }
    found = []
    for name, attributes in _elements(packed, "xl/workbook.xml"):
        relation = attributes.get(_RELATION) or attributes.get(_RELATION_STRICT)
        if name == "sheet" and relation in targets:
            is_hidden = attributes.get("state", "visible") != "visible"
            found.append(Place(attributes["name"], targets[relation], is_hidden))
    return found


def _is_chosen(place: Place, wanted: str | None) -> bool:
    return not place.is_hidden if wanted is None else place.name == wanted


def _elements(packed: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(" ")[2], attributes))
    parser.Parse(packed.read(part), True)
    return found


def scan(packed: zipfile.ZipFile, place: Place, *, limits: Limits) -> Scan:
    """Stream the XML of one sheet; refuse it as soon as its cells span too much."""
    if place.part not in packed.namelist():
        raise Refused(_NO_SHEET)
    scanner = _Scanner(place.name, limits)
    with packed.open(place.part) as source:
        while chunk := source.read(CHUNK):
            scanner.parser.Parse(chunk)
        scanner.parser.Parse(b"", True)
    return scanner.seen


class _Scanner:
    """The handlers of one sheet. A cell counts when it holds something: a value, a text or a formula."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits, self.seen = name, limits, Scan()
        self.row = self.column = 0
        self.reference: str | None = None
        self.columns: dict[str, int] = {}
        self.kind = self.text = ""
        self.has_formula = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name if ":" not in name else name[name.rfind(":") + 1 :]
        if local == "c":
            self.reference = attributes.get("r")
            self.kind = attributes.get("t", "")
            self.column += 1
            if self.kind == "e":
                self._watch()
        elif local == "v" or local == "is":
            self._grow()
        elif local == "f":
            self._grow()
            self.has_formula = True
            self._watch()
        elif local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.seen.hidden_rows.append(self.row)

    def _watch(self) -> None:
        """Listen to what this one cell holds. Most cells are plain and never cost this."""
        self.text = ""
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self.text += text[:40]

    def _end(self, name: str) -> None:
        if name.endswith("f") and name.rpartition(":")[2] == "f":
            self.text = ""
        elif name.rpartition(":")[2] == "c":
            self._judge()

    def _judge(self) -> None:
        cell = f"{column_name(self.column)}{self.row}"
        if self.kind == "e":
            self._fault(f"formula error {self.text or '#VALUE!'} in cell {cell}")
        elif self.has_formula and not self.text.strip() and self.kind != "str":
            self._fault(f"formula without a value in cell {cell}; open the workbook in its program and save it")
        self.has_formula = False
        self.parser.EndElementHandler = self.parser.CharacterDataHandler = None

    def _fault(self, reason: str) -> None:
        self.seen.faults.append((self.row, self.column, reason))

    def _grow(self) -> None:
        """Count the current cell into the box, and refuse a box no table of figures has."""
        reference, seen = self.reference, self.seen
        if reference is not None:
            letters = reference.rstrip("0123456789")
            column = self.columns.get(letters)
            self.column = column if column else self._new_column(letters)
            self.row = int(reference[len(letters) :] or 0)
        if self.row > seen.last_row:
            if self.row > seen.last_row + self.limits.empty_run:
                self._refuse_far()
            seen.last_row = self.row
        if self.column > seen.last_column:
            if self.column > self.limits.columns:
                self._refuse_far()
            seen.last_column = self.column
        if seen.last_row * seen.last_column > self.limits.sheet_cells:
            raise Refused(f"Sheet “{self.name}” spans more than {self.limits.sheet_cells:,} cells; split it.")

    def _new_column(self, letters: str) -> int:
        if not _COLUMN.fullmatch(letters):
            raise Refused(f"Sheet “{self.name}” names a cell “{letters[:20]}…”, which cannot be.")
        self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _refuse_far(self) -> None:
        cell = f"{column_name(self.column)}{self.row}"
        raise Refused(f"Sheet “{self.name}” has a cell {cell} far beyond its data; delete what stands there.")


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def column_name(number: int) -> str:
    name = ""
    while number:
        number, index = divmod(number - 1, 26)
        name = chr(65 + index) + name
    return name


def _head(place: Place, seen: Scan, sheet: python_calamine.CalamineSheet) -> dict[str, Any]:
    merged = [
        f"{column_name(left + 1)}{top + 1}:{column_name(right + 1)}{bottom + 1}"
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    return {
        "sheet": place.name,
        "hidden": place.is_hidden,
        "hidden_rows": seen.hidden_rows,
        "merged": merged,
        "faults": seen.faults,
    }
