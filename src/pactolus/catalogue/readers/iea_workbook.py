"""The IEA's workbook ``CM_Data_Explorer*.xlsx`` (sheets 1, 2, 3.1, 3.2 and 4.x), cell by cell.

The workbook itself was not seen. Its layout was taken from four public programs that read it (editions May
2024, May 2025 and July 2026), which agree: a row of years with the names of scenarios above it; a label
column to the left; a mineral's name on a row of its own, its uses below; on sheet 2 two blocks side by side,
mining and refining, headed ``<mineral> - <stage>``; notes below the last row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pactolus.catalogue.readers.iea_cells import BASE, GAPS, Cell, scenario_of
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.numbers import number_in
from pactolus.catalogue.reading.words import YEAR_CELL
from pactolus.catalogue.reading.workbooks import Sheet, open_workbook

__all__ = ["cells"]

#: First characters of a sheet's name -> side. The words after the number changed between editions.
_SHEETS: Final = {
    r"^1\b(?!\.)": "demand",
    r"^2\b(?!\.)": "supply",
    r"^3\.1\b": "clean",
    r"^3\.2\b": "clean_total",
    r"^4\.\d+\b": "technology",
}
#: The publisher's words for a stage -> ours.
_STAGES: Final = {
    "mining": "mining",
    "refining": "refining",
    "chemicals": "refining",
    "battery grade": "refining",
}
_NOTE: Final = re.compile(r"^(?:notes?|sources?)\b", re.IGNORECASE)
_UNIT: Final = re.compile(r"\((k?t|Mt|kg|tonnes|thousand tonnes|million tonnes)\)")
_KT: Final = ("kt", "thousand tonnes")
_DEEP: Final = 20
"""Rows in which the row of years is looked for."""

Row = list[str | None]


def cells(file: Path, findings: Findings) -> Iterator[Cell]:
    """Every figure of the sheets that are known; other sheets are not read."""
    book = open_workbook(file, findings)
    if book is None:
        return
    known = [(name, side) for name in book.names for what, side in _SHEETS.items() if re.match(what, name)]
    for side, words in (("demand", "1 Total demand ..."), ("supply", "2 Total supply ...")):
        if side not in {s for _, s in known}:
            findings.refuse("layout", "the workbook", f"no sheet {words!r}", "give the publisher's own file")
    for name, side in known:
        yield from _sheet(book.sheet(name), side, findings)


def _sheet(sheet: Sheet, side: str, findings: Findings) -> Iterator[Cell]:
    rows = [row for _, row in sheet.rows()]
    top = next((n for n, row in enumerate(rows[:_DEEP]) if sum(_is_year(c) for c in row) >= 2), None)
    if top is None:
        findings.refuse(
            "layout",
            f"sheet {sheet.name!r}",
            f"no row of years in the first {_DEEP}",
            "give the publisher's own file",
        )
        return
    _require_kt(sheet, rows, findings)
    years = {n: int(float(cell or 0)) for n, cell in enumerate(rows[top]) if _is_year(cell)}
    if side == "supply":
        yield from _supply(sheet, rows, top, years, findings)
    else:
        yield from _demand(sheet, side, rows, top, years, findings)


def _is_year(cell: str | None) -> bool:
    return bool(cell and YEAR_CELL.match(cell))


def _require_kt(sheet: Sheet, rows: list[Row], findings: Findings) -> None:
    """Refuse any other unit than kt; a sheet without a unit is read as kt, and that is noted."""
    units = [
        (n, m, unit)
        for n, row in enumerate(rows)
        for m, cell in enumerate(row)
        for unit in _UNIT.findall(cell or "")
    ]
    for n, m, unit in units:
        if unit not in _KT:
            findings.refuse(
                "unit", sheet.place(n, m), f"unit {unit!r}", "the figures of this source are in kt"
            )
    if not units:
        findings.mended("unit", f"sheet {sheet.name!r}", "no unit is printed", "read as kt")


def _supply(
    sheet: Sheet, rows: list[Row], top: int, years: dict[int, int], findings: Findings
) -> Iterator[Cell]:
    """Blocks side by side, each with its labels in the column left of its first year."""
    for block in _runs(sorted(years)):
        column = block[0] - 1
        mineral = stage = ""
        for n in range(top + 1, len(rows)):
            label = rows[n][column] if column >= 0 else None
            if label is None:
                continue
            if any(_NOTE.match(cell or "") for cell in (rows[n][0], label)):
                break
            if " - " in label and not any(rows[n][c] for c in block):
                mineral, _, words = (part.strip() for part in label.partition(" - "))
                stage = _STAGES.get(re.sub(r"\s*\(.*", "", words).casefold(), "")
                if not stage:
                    findings.refuse(
                        "name", sheet.place(n, column), f"stage {words!r}", f"known are {', '.join(_STAGES)}"
                    )
            elif stage and not label.casefold().startswith("top 3"):
                # The edition of 2025 prints "Total clean technologies" under the countries of one block.
                name = "Total" if label.casefold().startswith("total") else label
                for c in block:
                    value = _number(rows[n][c], sheet.place(n, c), findings)
                    yield Cell("supply", mineral, stage, name, BASE, years[c], value, sheet.place(n, c))


def _demand(
    sheet: Sheet, side: str, rows: list[Row], top: int, years: dict[int, int], findings: Findings
) -> Iterator[Cell]:
    """Uses below each mineral (or minerals below each case), one group of columns a scenario."""
    scenarios = _scenarios(sheet, rows, top, years, findings)
    head = ""
    left_out = 0
    for n in range(top + 1, len(rows)):
        label = rows[n][0]
        if label is None:
            continue
        if _NOTE.match(label):
            break
        if not any(rows[n][c] for c in years):
            head = label
        elif side == "technology" and head and head.casefold() != "base case":
            left_out += 1
        elif not label.casefold().startswith("share of"):
            mineral, item = _named(side, head, label, sheet.name)
            if not mineral:
                findings.refuse(
                    "name", sheet.place(n), f"{label!r} stands below no mineral", "restore the heading"
                )
            for c, year in years.items():
                value = _number(rows[n][c], sheet.place(n, c), findings)
                yield Cell(side, mineral, item, "", scenarios[c], year, value, sheet.place(n, c))
    if left_out:
        place = f"sheet {sheet.name!r}"
        findings.mended("layout", place, f"{left_out} rows of other cases than the base case", "left out")


def _named(side: str, head: str, label: str, sheet: str) -> tuple[str, str]:
    """Mineral and use of a row."""
    if side == "technology":
        return label, re.sub(r"^4\.\d+\s*", "", sheet)
    if side == "clean_total":
        return label, "clean technologies"
    return head, label


def _scenarios(
    sheet: Sheet, rows: list[Row], top: int, years: dict[int, int], findings: Findings
) -> dict[int, str]:
    """Column -> scenario: the last name above or left of it; the base year is left of all of them."""
    above: Row = rows[top - 1] if top else []
    named = {n: scenario_of(cell) for n, cell in enumerate(above) if cell and n}
    if not named:
        findings.refuse(
            "layout",
            sheet.place(max(top - 1, 0)),
            "no scenario is named above the years",
            "restore the headings",
        )
    found: dict[int, str] = {}
    for column in years:
        left = [n for n in named if n <= column]
        found[column] = named[max(left)] if left else BASE
    return found


def _runs(columns: list[int]) -> list[list[int]]:
    """Neighbouring columns together: [1, 2, 3, 7, 8] -> [[1, 2, 3], [7, 8]]."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _number(cell: str | None, place: str, findings: Findings) -> float | None:
    number, _, fault = number_in(cell or "", GAPS)
    if fault:
        findings.refuse("number", place, f"{cell!r} {fault}", "correct the cell or empty it")
    return number
