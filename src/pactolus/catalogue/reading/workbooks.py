"""Workbooks (xlsx) of publishers: checked as archives, read as text, each cell with its address."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

import polars as pl

from pactolus.catalogue.reading.archives import GuardedReader, is_zip, members, open_member
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError, MissingExtraError, near_misses

__all__ = ["Sheet", "Workbook", "address", "fold_heading", "open_workbook"]

#: Beginning of a workbook of old (xls) or of one under a password. It is not read: a damaged one can end the
#: process of any reader, and nothing in it tells a whole one.
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_LARGEST_PART: Final = 256 * 1024**2
#: Cells that a sheet may span: the reader keeps a place for each, also for the empty ones between two.
_LARGEST_SPAN: Final = 40_000_000
_WHOLE: Final = "fetch it again from the publisher"
_OWN: Final = "give the publisher's own file"
#: Tags of rows and cells as office programs write them.
_USUAL_ROW: Final = re.compile(rb'<row r="(\d{1,7})"')
_USUAL_COLUMN: Final = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
_USUAL_LINE: Final = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_ROW: Final = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_REFERENCE: Final = re.compile(r"^([A-Za-z]*)(\d*)$")
_FORMULA: Final = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b't="e"', b"t='e'")


def address(row: int, column: int) -> str:
    """Address of a cell from its row and column, both counted from 0.

    Examples
    --------
    >>> address(13, 2)
    'C14'
    >>> address(0, 27)
    'AB1'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def fold_heading(heading: str) -> str:
    """Form in which headings are compared: no blanks, underscores or case."""
    return re.sub(r"[\s_]+", "", heading).casefold()


class Sheet:
    """One sheet: every cell as text, blanks at the ends removed, an empty one as null.

    ``frame`` has columns ``column_1`` ... and one row a row of the sheet, from the first on.
    """

    def __init__(self, name: str, frame: pl.DataFrame) -> None:
        self.name = name
        self.frame = frame

    def place(self, row: int, column: int = 0) -> str:
        """A cell in words: ``sheet Cobalt, C14`` (row and column counted from 0)."""
        return f"sheet {self.name!r}, {address(row, column)}"

    def rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Row number, from 0, and cells."""
        yield from enumerate(list(row) for row in self.frame.iter_rows())

    def find(self, headings: Collection[str], least: int, *, within: int = 60) -> int | None:
        """First row, from 0, that holds at least `least` of the headings, ignoring case, blanks and lines.

        Parameters
        ----------
        headings : collection of str
        least : int
            How many different ones must stand in the row.
        within : int
            Rows that are looked at.
        """
        wanted = {fold_heading(heading) for heading in headings}
        for number, cells in self.rows():
            if number >= within:
                break
            if len(wanted & {fold_heading(cell) for cell in cells if cell}) >= least:
                return number
        return None

    def table(self, header: int, findings: Findings) -> pl.DataFrame:
        """Rows below the row `header` under its headings, with the row number of the sheet in ``line``.

        Rows without any cell are left out; a repeated heading is refused, an empty one is ``column_<n>``.
        """
        if header >= self.frame.height:
            findings.refuse(
                "layout", f"sheet {self.name!r}", "has no row of headings", "give the publisher's own file"
            )
            return pl.DataFrame(schema={"line": pl.Int64})
        names: list[str] = []
        for number, cell in enumerate(self.frame.row(header), start=1):
            name = " ".join(str(cell or f"column_{number}").split())
            if name in names:
                findings.refuse(
                    "column",
                    self.place(header, number - 1),
                    f"column {name!r} stands twice",
                    "keep one of them",
                )
            while name in (*names, "line"):
                name = f"{name}_{number}"
            names.append(name)
        body = self.frame.with_row_index("line")[header + 1 :]
        renamed = body.rename(dict(zip(self.frame.columns, names, strict=True)))
        filled = renamed.filter(~pl.all_horizontal(pl.col(n).is_null() for n in names)) if names else renamed
        return filled.with_columns(pl.col("line").cast(pl.Int64) + 1)


class Workbook:
    """A workbook that passed the checks of its archive; see `open_workbook`."""

    def __init__(self, file: Path, findings: Findings) -> None:
        import fastexcel

        self._book = fastexcel.read_excel(file)
        self._file = file
        self._findings = findings
        self._parts = _parts_of(file)
        self.names: tuple[str, ...] = tuple(self._book.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """One sheet; an empty one with a finding if it is not there or cannot be read.

        Formulas with a stored value are read as that value and noted; formulas without one, and those that
        ended in an error, are refused. ``#N/A`` is an empty cell.
        """
        if name not in self.names:
            near = near_misses(name, self.names)
            hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
            self._findings.refuse("layout", f"sheet {name!r}", f"is not in the workbook{hint}", _OWN)
            return Sheet(name, pl.DataFrame())
        if not self._checked(name):
            return Sheet(name, pl.DataFrame())
        try:
            loaded = self._book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            raw = loaded.to_polars()
            # Empty columns before the first used one are not loaded; addresses count them.
            first = loaded.selected_columns[0].absolute_index if raw.width else 0
        except BaseException as error:  # a panic of the reader is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)):
                raise
            why = f"cannot be read ({_first_line(error)})"
            self._findings.refuse("layout", f"sheet {name!r}", why, _WHOLE)
            return Sheet(name, pl.DataFrame())
        raw.columns = [f"column_{n}" for n in range(first + 1, first + raw.width + 1)]
        blank = [pl.col(c).cast(pl.String).str.strip_chars() for c in raw.columns]
        cells = raw.with_columns(pl.when(b != "").then(b) for b in blank)
        before = [pl.lit(None, dtype=pl.String).alias(f"column_{n}") for n in range(1, first + 1)]
        return Sheet(name, cells.select(*before, pl.all()) if before and cells.height else cells)

    def _checked(self, name: str) -> bool:
        """Is the sheet small enough to be read? Its formulas are noted on the way."""
        try:
            with zipfile.ZipFile(self._file) as archive:
                content = archive.read(self._parts[name])
        except (zipfile.BadZipFile, KeyError, OSError, EOFError):
            self._findings.refuse("layout", f"sheet {name!r}", "its part of the workbook is missing", _WHOLE)
            return False
        rows, columns = _extent(content)
        if rows * columns > _LARGEST_SPAN:
            found = f"its cells reach {address(rows - 1, columns - 1)}, {rows * columns:,} places"
            self._findings.refuse("range", f"sheet {name!r}", found, f"at most {_LARGEST_SPAN:,}; {_OWN}")
            return False
        if any(mark in content for mark in _FORMULA):
            self._note_formulas(name, content)
        return True

    def _note_formulas(self, name: str, content: bytes) -> None:
        for cell, formula, kind, value in _formulas(content):
            place = f"sheet {name!r}, {cell}"
            if kind == "e" and value != "#N/A":
                self._findings.refuse(
                    "formula",
                    place,
                    f"{value!r} is the error of a formula, not a value",
                    "mend the formula, compute it, and save values",
                )
            elif not formula:
                continue
            elif value is None:
                self._findings.refuse(
                    "formula",
                    place,
                    "a formula without a stored value",
                    "open the workbook, compute it, and save values",
                )
            else:
                what = "a text" if kind == "s" else repr(value)
                self._findings.mended(
                    "formula", place, f"a formula with the stored value {what}", "took the value"
                )


def open_workbook(file: Path, findings: Findings) -> Workbook | None:
    """A workbook, or None with findings if the file is none.

    Every part is unpacked once and compared with its checksum before anything else reads it.

    Raises
    ------
    MissingExtraError
        If fastexcel is not installed.
    """
    try:
        import fastexcel  # noqa: F401
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a workbook") from error
    if not is_zip(file):
        if _is_old(file):
            what, mend = "is a workbook of old (.xls) or under a password", "open it and save it as .xlsx"
        else:
            what, mend = "is no xlsx workbook", f"save it as .xlsx, or {_OWN}"
        findings.refuse("layout", "the file", what, mend)
        return None
    parts = members(file, findings, largest=_LARGEST_PART)
    if findings.refusals:
        return None
    if "xl/workbook.xml" not in parts:
        findings.refuse("layout", "the file", "is a zip, but no xlsx workbook", _OWN)
        return None
    return _opened(file, findings) if _whole(file, parts, findings) else None


def _is_old(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(8) == _OLD
    except OSError:
        return False


def _opened(file: Path, findings: Findings) -> Workbook | None:
    try:
        return Workbook(file, findings)
    except BaseException as error:  # a panic of the reader is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)):
            raise
        findings.refuse("archive", "the workbook", f"cannot be read ({_first_line(error)})", _WHOLE)
        return None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _whole(file: Path, parts: Mapping[str, int], findings: Findings) -> bool:
    """Unpack every part once: a damaged one is told by name, one that grows beyond its size is stopped.

    The reader of sheets takes half a sheet for a whole one, and makes room for as many texts as a part says
    it has; so each is looked through for its end, and what it says is compared with its size.
    """
    for part, size in parts.items():
        why = ""
        try:
            with open_member(file, part) as stream:
                if part.startswith("xl/") and part.endswith((".xml", ".rels")):
                    why = _look_through(stream, size)
                else:
                    while stream.read(1 << 20):
                        pass
        except DataError as error:
            why = str(error).removeprefix(f"{file.name}: member {part!r}: ").partition("; ")[0]
        if why:
            findings.refuse("archive", "the workbook", f"member {part!r}: {why}", _WHOLE)
            return False
    return True


def _look_through(stream: GuardedReader, size: int) -> str:
    """Why a part cannot be read by others; empty if it can."""
    parser = expat.ParserCreate()
    texts = 0

    def root(_: str, attributes: dict[str, str]) -> None:
        nonlocal texts
        said = attributes.get("uniqueCount", "0").strip()
        texts = int(said) if said.isdecimal() else 0
        parser.StartElementHandler = None

    parser.StartElementHandler = root
    try:
        while chunk := stream.read(1 << 20):
            parser.Parse(chunk, False)
            if texts > size:
                return f"it says it holds {texts:,} texts, and has {size:,} bytes"
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        return f"cut off or damaged ({error})"
    return ""


def _extent(content: bytes) -> tuple[int, int]:
    """Rows and columns that the cells of a sheet span, counted from the first."""
    lines, letters = _USUAL_ROW.findall(content), _USUAL_COLUMN.findall(content)
    if len(letters) == len(_CELL.findall(content)) and len(lines) == len(_ROW.findall(content)):
        rows = max(map(int, {*lines, *_USUAL_LINE.findall(content)}), default=1)
        return rows, max((_column_number(found.decode()) for found in set(letters)), default=1)
    return _exact_extent(content)


def _exact_extent(content: bytes) -> tuple[int, int]:
    """As `_extent`, however rows and cells are written; cell by cell, which takes longer."""
    last_row, last_column = 1, 1
    row, column = 0, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal last_row, last_column, row, column
        kind = name.rpartition(":")[2]
        if kind not in ("row", "c"):
            return
        found = _REFERENCE.match(attributes.get("r", "").strip())
        letters, digits = (found[1][:10], found[2][:10]) if found else ("", "")
        if kind == "row":
            row, column = int(digits or row + 1), 0
        else:
            row, column = int(digits or row), _column_number(letters) if letters else column + 1
        last_row, last_column = max(last_row, row), max(last_column, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with contextlib.suppress(expat.ExpatError):  # it was looked through before
        parser.Parse(content, True)
    return last_row, last_column


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _formulas(content: bytes) -> Iterator[tuple[str, bool, str, str | None]]:
    """Address, whether there is a formula, type and stored value of every cell with a formula or an error."""
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(content)):
            if _local(element.tag) == "c":
                inner = {_local(child.tag): child for child in element}
                kind = element.get("t", "n")
                if "f" in inner or kind == "e":
                    value = inner["v"].text if "v" in inner else None
                    yield element.get("r", "?"), "f" in inner, kind, value
            elif _local(element.tag) == "row":
                element.clear()
    except ElementTree.ParseError:
        return  # a damaged part is told by the reader of the sheet


def _parts_of(file: Path) -> dict[str, str]:
    """Name of a sheet -> its part of the archive."""
    with zipfile.ZipFile(file) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found: dict[str, str] = {}
    for sheet in book.iter():
        if _local(sheet.tag) == "sheet":
            link = next((value for key, value in sheet.items() if _local(key) == "id"), None)
            target = targets.get(link) or ""
            found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _local(name: str) -> str:
    """Name of an element without its namespace, which has two forms (strict and transitional)."""
    return name.rpartition("}")[2]
