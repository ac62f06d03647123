"""Small workbooks and texts in publishers' layouts, and what a reader says of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import openpyxl
import polars as pl

from pactolus.catalogue.reading.findings import Findings

Rows = Sequence[Sequence[object]]


def book(file: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets, cells as given; a text that begins with ``=`` is a formula."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(file)
    return file


def text(file: Path, content: str, encoding: str = "utf-8") -> Path:
    """A text file."""
    file.write_bytes(content.encode(encoding))
    return file


def changed(rows: Rows, at: tuple[int, int], value: object) -> list[list[object]]:
    """The rows with one cell (row and column from 0) changed."""
    new = [list(row) for row in rows]
    new[at[0]][at[1]] = value
    return new


def read(
    reader: ModuleType, file: Path, accepted: Collection[str] = ()
) -> tuple[dict[str, pl.DataFrame], Findings]:
    """Tables and findings of a file, as a build reads it."""
    findings = Findings(file.name, accepted)
    return reader.read(file, "", findings), findings


def told(reader: ModuleType, file: Path) -> list[str]:
    """The lines that keep a file out."""
    return read(reader, file)[1].message().splitlines()


def mended(reader: ModuleType, file: Path) -> list[str]:
    """What was put right in a file that is not kept out."""
    findings = read(reader, file)[1]
    assert findings.message() == ""
    return [f"{f.place}: {f.found}; {f.mend}" for f in findings.kept if f.weight == "mended"]


def accept_id(line: str) -> str:
    """Id in a line of a doubted finding."""
    found = re.search(r"\(accept: ([0-9a-f]{10})\)$", line)
    assert found is not None, line
    return found[1]


def repacked(file: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with parts of its archive changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    file.write_bytes(buffer.getvalue())
    return file


def with_value(file: Path, cell: str, value: str, sheet: int = 1) -> Path:
    """The workbook with a stored value behind the formula of one cell, as office programs write it."""

    def change(name: str, content: bytes) -> bytes:
        if name != f"xl/worksheets/sheet{sheet}.xml":
            return content
        pattern = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/?>(?:</v>)?'.encode()
        new, times = re.subn(pattern, rf"\g<1><v>{value}</v>".encode(), content)
        assert times == 1
        return new

    return repacked(file, change)
