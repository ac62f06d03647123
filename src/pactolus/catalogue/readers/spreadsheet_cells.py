"""Cells of a spreadsheet by the roles that a mapping gives them: one row a fact, wide columns unfolded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pactolus.catalogue.readers.mapping import ENCODINGS, SheetMapping
from pactolus.catalogue.readers.mapping_parts import MARKS
from pactolus.catalogue.readers.mapping_yaml import did_you_mean
from pactolus.catalogue.reading.archives import is_zip
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import read_bytes
from pactolus.catalogue.reading.words import (
    FLOW_PATTERN,
    MONTH_PATTERN,
    YEAR_PATTERN,
    is_grand_total,
    is_sum,
    plain,
)
from pactolus.catalogue.reading.workbooks import Sheet, address, open_workbook

__all__ = ["Cells", "Fact", "facts"]

#: Roles that name something; a row where one of them is a word for a sum is left out.
_LABELS: Final = (
    "reporter",
    "partner",
    "country",
    "flow",
    "code",
    "raw_material",
    "series",
    "item",
    "period",
    "year",
    "month",
)
_PATTERNS: Final = {"{year}": YEAR_PATTERN, "{month}": MONTH_PATTERN, "{flow}": FLOW_PATTERN}
_MOST_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Fact:
    """Cells of one fact by role; `row` and the columns of `at` say where they stand."""

    row: int
    cells: dict[str, str]
    at: dict[str, int]


@dataclass(frozen=True)
class Cells:
    """A grid of text cells, with the place of each in words."""

    name: str
    rows: list[list[str | None]]
    lines: list[int]
    """Line of the text file of each row; empty for a workbook."""
    sheet: Sheet | None = None

    def place(self, row: int, column: int | None = None) -> str:
        """A cell in words: ``kor.csv, line 14`` or ``kor.xlsx, sheet 'imports', C14``."""
        if self.sheet is not None:
            return f"{self.name}, {self.sheet.place(row, column or 0)}"
        where = f", column {address(0, column)[:-1]}" if column is not None else ""
        return f"{self.name}, line {self.lines[row]}{where}"


@dataclass
class _Column:
    """Where a role stands: one column for all facts, or one for each year, month or direction."""

    role: str
    column: int
    marks: dict[str, str] = field(default_factory=dict)


def facts(file: Path, mapping: SheetMapping, findings: Findings) -> tuple[Cells, list[Fact], list[Fact]]:
    """Every fact of a file as text cells, and the rows that add up all partners or countries.

    What is wrong with the layout of the file is in `findings`.
    """
    cells = _grid(file, mapping, findings)
    if findings.refusals or not cells.rows:
        return cells, [], []
    top, bottom = max(mapping.header), _bottom(cells, mapping)
    if top > bottom:
        findings.refuse(
            "layout",
            mapping.place("header"),
            f"row {top} is beyond the {bottom} rows of {file.name}",
            "correct the row",
        )
        return cells, [], []
    columns = _columns(cells, mapping, findings)
    left_out = _left_out_columns(cells, mapping, findings)
    if findings.refusals:
        return cells, [], []
    totals: list[Fact] = []
    found = list(_facts(cells, mapping, columns, left_out, range(top, bottom), totals, findings))
    if not found and not findings.refusals:
        findings.refuse(
            "layout", cells.name, "holds no fact below its headings", "look at 'header' and 'until'"
        )
    return cells, found, totals


def _grid(file: Path, mapping: SheetMapping, findings: Findings) -> Cells:
    if file.suffix.casefold() in (".xls", ".ods", ".hwp", ".pdf"):
        findings.refuse("layout", file.name, f"{file.suffix} is not read", "save it as .xlsx or .csv")
        return Cells(file.name, [], [])
    if file.suffix.casefold() in (".xlsx", ".xlsm") or is_zip(file):
        book = open_workbook(file, findings)
        if book is None:
            return Cells(file.name, [], [])
        name = mapping.sheet or (book.names[0] if book.names else "")
        if mapping.sheet and mapping.sheet not in book.names:
            findings.refuse(
                "layout",
                mapping.place("sheet"),
                f"{file.name} has no sheet {name!r}{did_you_mean(name, book.names)}",
                f"it has {', '.join(book.names[:8])}",
            )
            return Cells(file.name, [], [])
        sheet = book.sheet(name)
        return Cells(file.name, [row for _, row in sheet.rows()], [], sheet)
    return _text_grid(file, mapping, findings)


def _text_grid(file: Path, mapping: SheetMapping, findings: Findings) -> Cells:
    text = _text(read_bytes(file, findings), file, mapping, findings)
    separator = mapping.separator or _guessed(text, max(mapping.header))
    rows: list[list[str | None]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        before = 0
        for cells in reader:
            rows += [[] for _ in range(before, reader.line_num - 1)]
            lines += list(range(before + 1, reader.line_num))
            rows.append([cell.strip() or None for cell in cells])
            lines.append(reader.line_num)
            before = reader.line_num
    except csv.Error as error:
        findings.refuse(
            "layout", f"{file.name}, line {reader.line_num}", str(error), "mend the quotes of this line"
        )
    if not rows and not findings.refusals:
        findings.refuse("layout", file.name, "is empty", "give the file as it was fetched")
    return Cells(file.name, rows, lines)


def _guessed(text: str, header: int) -> str:
    """The separator that stands most often in the row of headings; a comma if none does."""
    head = "".join(text.splitlines()[header - 1 : header])
    return max((",", "\t", ";", "|"), key=head.count)


def _text(content: bytes, file: Path, mapping: SheetMapping, findings: Findings) -> str:
    if not content:
        return ""
    name = ENCODINGS[mapping.encoding] if mapping.encoding else "utf-8-sig"
    if not mapping.encoding and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"is not {mapping.encoding}" if mapping.encoding else "is not UTF-8"
        mend = f"say the encoding in the mapping: {', '.join(ENCODINGS)}"
        findings.refuse("encoding", f"{file.name}, line {line}", said, mend)
        return ""
    if "\x00" in text[:4096]:
        findings.refuse(
            "encoding", file.name, "zero bytes: this is no text file", "give a text file or a workbook"
        )
        return ""
    return text.removeprefix("\ufeff")


def _bottom(cells: Cells, mapping: SheetMapping) -> int:
    """Number of rows that are read: those before the row that begins with the word `until`."""
    if mapping.until:
        for number, row in enumerate(cells.rows):
            first = next((cell for cell in row if cell), "")
            if number >= max(mapping.header) and plain(first).startswith(plain(mapping.until)):
                return number
    return len(cells.rows)


# Headings


def _headings(cells: Cells, mapping: SheetMapping) -> list[str]:
    """Heading of every column; several rows are joined by a blank, an upper one reaching to its right."""
    parts: list[list[str]] = []
    for number in sorted(mapping.header):
        row = cells.rows[number - 1]
        texts = [plain(cell or "") for cell in row]
        if number != max(mapping.header):
            for n in range(1, len(texts)):
                texts[n] = texts[n] or texts[n - 1]
        parts.append(texts)
    width = min(max(map(len, cells.rows), default=0), _MOST_COLUMNS)
    return [" ".join(t[n] for t in parts if n < len(t) and t[n]) for n in range(width)]


def _columns(cells: Cells, mapping: SheetMapping, findings: Findings) -> list[_Column]:
    """The column of every role, or the columns of a heading with marks."""
    headings = _headings(cells, mapping)
    row = max(mapping.header) - 1
    found: list[_Column] = []
    for role, heading in mapping.columns.items():
        pattern = _pattern(plain(heading))
        hits = [(n, hit) for n, text in enumerate(headings) if (hit := pattern.fullmatch(text))]
        marked = any(mark in heading for mark in MARKS)
        if not hits:
            shown = [text for text in headings if text and not is_sum(text)]
            findings.refuse(
                "column",
                mapping.place(f"columns.{role}"),
                f"no heading {heading!r} in {cells.place(row)}{_nearest(heading, shown)}",
                "write the heading as it stands in the file",
            )
        elif len(hits) > 1 and not marked:
            findings.refuse(
                "column",
                mapping.place(f"columns.{role}"),
                f"heading {heading!r} stands {len(hits)} times in {cells.place(row)}",
                "rename one of them, or give both rows of a double heading under 'header'",
            )
        else:
            found += [_Column(role, n, {k: v for k, v in hit.groupdict().items() if v}) for n, hit in hits]
    return found


def _nearest(heading: str, known: list[str]) -> str:
    """``; did you mean ...?`` with the headings that hold the word, else with those spelt like it."""
    holding = [text for text in known if plain(heading).casefold() in text.casefold()][:3]
    if holding:
        return f"; did you mean {' or '.join(map(repr, holding))}?"
    return did_you_mean(heading, known)


def _pattern(heading: str) -> re.Pattern[str]:
    text = re.escape(heading)
    for mark, part in _PATTERNS.items():
        text = text.replace(re.escape(mark), f"(?P<{mark[1:-1]}>{part})", 1)
    return re.compile(text, re.IGNORECASE)


def _left_out_columns(cells: Cells, mapping: SheetMapping, findings: Findings) -> dict[int, frozenset[str]]:
    """Column -> words for which a row is left out."""
    headings = _headings(cells, mapping)
    found: dict[int, frozenset[str]] = {}
    for heading, words in mapping.leave_out.items():
        if plain(heading) not in headings:
            findings.refuse(
                "column",
                mapping.place("leave_out"),
                f"no heading {heading!r} in {cells.name}{did_you_mean(heading, [h for h in headings if h])}",
                "write the heading as it stands in the file",
            )
        else:
            found[headings.index(plain(heading))] = frozenset(map(plain, words))
    return found


# Facts


def _facts(
    cells: Cells,
    mapping: SheetMapping,
    columns: list[_Column],
    left_out: dict[int, frozenset[str]],
    rows: range,
    totals: list[Fact],
    findings: Findings,
) -> Iterator[Fact]:
    above: dict[str, str] = {}
    sums = {plain(word).casefold() for word in mapping.totals}
    counted: dict[str, tuple[int, int]] = {}
    for row in rows:
        line = cells.rows[row]
        held = {c.role: text for c in columns if not c.marks and (text := _cell(line, c.column))}
        if not any(_cell(line, c.column) for c in columns):
            continue
        if len(columns) > 2 and sum(bool(cell) for cell in line) == 1:
            shown = next(cell for cell in line if cell)
            found = f"a line of text {shown[:40]!r} inside the table"
            mend = "name its first word under 'until', or under 'leave_out'"
            findings.refuse("layout", cells.place(row), found, mend)
            continue
        for role in mapping.fill_down:
            if role in held:
                above[role] = held[role]
            elif role in above:
                held[role] = above[role]
        made = _facts_of_row(row, line, {**mapping.constants, **held}, columns)
        why = _reason(line, held, left_out, sums)
        if not why:
            yield from made
            continue
        counted[why] = (counted.get(why, (row, 0))[0], counted.get(why, (row, 0))[1] + 1)
        if is_grand_total(held.get("partner", "")):
            totals += made
    for why, (row, many) in counted.items():
        findings.mended("total", cells.place(row), f"{why} ({many:,} rows)", "left out", times=many)


def _facts_of_row(
    row: int, line: list[str | None], held: dict[str, str], columns: list[_Column]
) -> Iterator[Fact]:
    """The one fact of a row, or one for each year, month or direction that has a column."""
    at = {c.role: c.column for c in columns if not c.marks}
    groups: dict[tuple[tuple[str, str], ...], list[_Column]] = {}
    for column in columns:
        if column.marks:
            groups.setdefault(tuple(sorted(column.marks.items())), []).append(column)
    if not groups:
        yield Fact(row, held, at)
    for marks, wide in groups.items():
        texts = {c.role: text for c in wide if (text := _cell(line, c.column))}
        if texts:
            yield Fact(row, held | dict(marks) | texts, at | {c.role: c.column for c in wide})


def _cell(line: list[str | None], column: int) -> str:
    return (line[column] or "").strip() if column < len(line) else ""


def _reason(
    line: list[str | None], held: dict[str, str], left_out: dict[int, frozenset[str]], sums: set[str]
) -> str:
    """Why a row is left out: a word for a sum, or one that the mapping names; empty if it is kept."""
    for column, words in left_out.items():
        if plain(_cell(line, column)) in words:
            return f"rows named {_cell(line, column)!r}"
    for role in _LABELS:
        text = held.get(role, "")
        if text and (is_sum(text) or plain(text).casefold() in sums):
            return f"rows named {text!r}"
    return ""
