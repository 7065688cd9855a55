"""Workbooks made by hand, part by part, so that a test can make wrong ones."""

# ruff: noqa: E501  (tables of examples and sentences are wider than code)
from __future__ import annotations

import io
import zipfile

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
TOP = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def text(reference: str, content: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{content}</t></is></c>'


def number(reference: str, content: object) -> str:
    return f'<c r="{reference}"><v>{content}</v></c>'


def rows(*lines: list[object], hidden: tuple[int, ...] = ()) -> str:
    """Sheet XML of plain rows: texts as inline strings, numbers as numbers, None left out, XML as it is."""
    out = []
    for at, line in enumerate(lines, start=1):
        cells = []
        for index, content in enumerate(line):
            reference = f"{chr(65 + index)}{at}"
            if isinstance(content, str):
                cells.append(content if content.startswith("<c ") else text(reference, content))
            elif content is not None:
                cells.append(number(reference, content))
        mark = ' hidden="1"' if at in hidden else ""
        out.append(f'<row r="{at}"{mark}>{"".join(cells)}</row>')
    return "".join(out)


def workbook(
    *sheets: str,
    names: list[str] | None = None,
    hidden: tuple[str, ...] = (),
    extra: dict[str, bytes] | None = None,
    before: str = "",
) -> bytes:
    """A workbook of these sheets (the XML inside `sheetData`), with extra parts and text before each sheet's root."""
    names = names or [f"Sheet{at}" for at in range(1, len(sheets) + 1)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"{" state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""}/>'
        for at, name in enumerate(names, start=1)
    )
    linked = "".join(
        f'<Relationship Id="s{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", CONTENT_TYPES)
        parts.writestr("_rels/.rels", TOP)
        parts.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{linked}</Relationships>',
        )
        for at, sheet in enumerate(sheets, start=1):
            parts.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'{before}<worksheet xmlns="{MAIN}"><dimension ref="A1:B2"/><sheetData>{sheet}</sheetData></worksheet>',
            )
        for name, content in (extra or {}).items():
            parts.writestr(name, content)
    return packed.getvalue()
