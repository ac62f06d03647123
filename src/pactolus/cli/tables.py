"""Tables for a reader at a terminal: aligned, rounded, and never wider than the screen.

What does not vary is said once above the table. When the rest is too wide, the leading key columns become
headings of groups of rows, and then the remaining columns are printed page by page, each with the key columns
again.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    import polars as pl

__all__ = ["TextColumn", "as_text_table", "count", "digits_for", "fixed", "lay_out", "paragraph"]

_GAP = "  "
_LEAST_KEYS = 2
_LEAST_ROWS = 3
_PAGED_KEY = 19
_READABLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """One column as it is printed; an empty cell prints as nothing."""

    name: str
    cells: Sequence[str]
    right: bool = False
    key: bool = False
    """The column tells rows apart, and is repeated on every page of columns."""
    footnote: bool = False
    """Long text: a mark in the table, the text below it."""
    main: bool = False
    """What the table is about: never taken out of it, even if all rows agree."""

    least: int = 0
    """Columns that it takes at least, so that groups of rows stay aligned."""

    @property
    def width(self) -> int:
        """Columns of the terminal that the widest cell or the name takes."""
        return max(self.least, cell_len(self.name), max((cell_len(c) for c in self.cells), default=0))

    def rows(self, start: int, stop: int) -> TextColumn:
        """The same column for some of the rows."""
        return replace(self, cells=self.cells[start:stop])


def digits_for(values: Sequence[float | None]) -> int:
    """Decimals that suit all of `values` together: fewer for larger numbers."""
    largest = max((abs(v) for v in values if v is not None), default=0.0)
    for bound, digits in ((1000.0, 0), (100.0, 1), (10.0, 2), (1.0001, 3)):
        if largest >= bound:
            return digits
    return 4


def fixed(value: float | None, digits: int) -> str:
    """A number with fixed decimals and comma thousands; a tiny one is never printed as zero.

    Examples
    --------
    >>> fixed(12345.678, 1), fixed(0.00001, 4), fixed(-0.00001, 2), fixed(0.0, 2), fixed(None, 2)
    ('12,345.7', '<0.0001', '>-0.01', '0.00', '')
    """
    if value is None:
        return ""
    text = f"{value:,.{digits}f}"
    if value and not any(c in "123456789" for c in text):
        return f"<{10.0**-digits:.{digits}f}" if value > 0 else f">-{10.0**-digits:.{digits}f}"
    return text


def count(value: int | None) -> str:
    """A whole number with comma thousands."""
    return "" if value is None else f"{value:,}"


def paragraph(text: str, width: int | None, indent: str) -> list[str]:
    """Lines of a text, indented and within the width (100 columns without one)."""
    return _wrapped(text, width or _READABLE, indent, indent) if text else []


def as_text_table(frame: pl.DataFrame, width: int | None) -> str:
    """Rows of a table for a reader at a terminal."""
    columns = []
    for name in frame.columns:
        cells = frame[name].to_list()
        kind = frame[name].dtype
        plain_number = name.endswith(("year", "month")) or not kind.is_integer()
        if kind.is_float():
            digits = digits_for(cells)
            texts = [fixed(c, digits) for c in cells]
        else:
            texts = ["" if c is None else str(c) if plain_number else count(c) for c in cells]
        columns.append(
            TextColumn(
                name=name,
                cells=texts,
                right=kind.is_numeric(),
                footnote=name == "what",
                key=name in ("column", "table"),
            )
        )
    return lay_out(columns, width)


def lay_out(columns: Sequence[TextColumn], width: int | None) -> str:
    """Text of a table.

    Parameters
    ----------
    columns : sequence of TextColumn
        All of the same number of rows.
    width : int or None
        Columns of the terminal; None for as wide as needed.

    Returns
    -------
    str
        Lines ending in a newline each.
    """
    rows = len(columns[0].cells) if columns else 0
    if rows == 0:
        return "no rows\n"
    filled = [c for c in columns if any(c.cells)]
    if rows == 1:
        return "".join(_record(filled, width))
    same = [c for c in filled if len(set(c.cells)) == 1 and not (c.footnote or c.main)]
    marked, legend = _footnotes([c for c in filled if c not in same], width)
    lines = [*_constants(same, width), *_body(marked, width, rows), *legend]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _record(columns: Sequence[TextColumn], width: int | None) -> list[str]:
    """One row, printed downwards."""
    left = max(cell_len(c.name) for c in columns)
    lines = []
    for column in columns:
        head = _sized(column.name, left, right=False) + _GAP
        lines += [f"{line}\n" for line in _wrapped(column.cells[0], width, head, " " * len(head))]
    return lines


def _wrapped(text: str, width: int | None, first: str, rest: str) -> list[str]:
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        max(width, len(first) + 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _constants(columns: Sequence[TextColumn], width: int | None) -> list[str]:
    if not columns:
        return []
    parts = [f"{c.name} {c.cells[0]}" for c in columns]
    lines, line = [], ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if width is not None and line and cell_len(longer) > width:
            lines.append(line)
            line = part
        else:
            line = longer
    return [*lines, line, ""]


def _footnotes(columns: Sequence[TextColumn], width: int | None) -> tuple[list[TextColumn], list[str]]:
    """Replace long texts by marks, and say what each mark means."""
    texts: dict[str, int] = {}
    shown = []
    for column in columns:
        if column.footnote:
            marks = [str(texts.setdefault(c, len(texts) + 1)) if c else "" for c in column.cells]
            shown.append(replace(column, cells=[f"[{m}]" if m else "" for m in marks], footnote=False))
        else:
            shown.append(column)
    legend = [line for text, mark in texts.items() for line in _wrapped(text, width, f"[{mark}] ", "    ")]
    return shown, ["", *legend] if legend else []


def _body(columns: Sequence[TextColumn], width: int | None, rows: int) -> list[str]:
    """The table, its leading keys as headings of groups where that makes the rest fit."""
    if not columns:
        return [f"{count(rows)} equal rows"]
    keys = [c for c in columns if c.key]
    rest = [c for c in columns if not c.key]
    taken = _headings(keys, rest, width)
    inner = [replace(c, least=c.width) for c in keys[taken:]]
    lines: list[str] = []
    for start, stop in _groups(keys[:taken], rows):
        if taken:
            lines.append(" · ".join(f"{c.name} {c.cells[start]}" for c in keys[:taken]))
        these = [c.rows(start, stop) for c in (*inner, *(replace(c, least=c.width) for c in rest))]
        lines += [*_pages(these[: len(inner)], these[len(inner) :], width, stop - start), ""]
    return lines[:-1]


def _headings(keys: Sequence[TextColumn], rest: Sequence[TextColumn], width: int | None) -> int:
    """How many leading keys become headings: as few as make the rest fit, and no group of a row or two."""
    most = 0
    for taken in range(len(keys) - _LEAST_KEYS + 1):
        groups = sum(1 for _ in _groups(keys[:taken], len(keys[0].cells)))
        if taken and len(keys[0].cells) < _LEAST_ROWS * groups:
            break
        most = taken
        if width is None or _total([*keys[taken:], *rest]) <= width:
            break
    return most


def _groups(keys: Sequence[TextColumn], rows: int) -> Iterator[tuple[int, int]]:
    """Spans of rows that agree in `keys`."""
    start = 0
    for _, group in groupby(range(rows), key=lambda row: tuple(c.cells[row] for c in keys)):
        stop = start + len(list(group))
        yield start, stop
        start = stop


def _total(columns: Sequence[TextColumn]) -> int:
    return sum(c.width for c in columns) + len(_GAP) * (len(columns) - 1)


def _pages(keys: list[TextColumn], rest: list[TextColumn], width: int | None, rows: int) -> list[str]:
    """Pages of columns, each of them with the key columns, that fit the width."""
    if width is not None and _total([*keys, *rest]) > width:
        keys = [_narrow(c, _PAGED_KEY) for c in keys]
    pages: list[list[TextColumn]] = [list(keys)]
    for column in rest:
        if len(pages[-1]) == len(keys) or width is None or _total([*pages[-1], column]) <= width:
            pages[-1].append(column)
        else:
            pages.append([*keys, column])
    lines: list[str] = []
    for page in pages:
        lines += ([""] if lines else []) + _page(page, width, rows)
    return lines


def _narrow(column: TextColumn, width: int) -> TextColumn:
    """A key column that leaves room for others on each page."""
    if column.width <= width:
        return column
    return replace(
        column, least=width, cells=[_sized(c, min(width, cell_len(c)), right=False) for c in column.cells]
    )


def _page(columns: list[TextColumn], width: int | None, rows: int) -> list[str]:
    widths = _shrunk([c.width for c in columns], width)
    head = _GAP.join(_sized(c.name, w, right=c.right) for c, w in zip(columns, widths, strict=True))
    lines = [head, _GAP.join("-" * w for w in widths)]
    for row in range(rows):
        cells = [_sized(c.cells[row], w, right=c.right) for c, w in zip(columns, widths, strict=True)]
        lines.append(_GAP.join(cells))
    return lines


def _shrunk(widths: list[int], width: int | None) -> list[int]:
    """Take from the widest columns until the page fits."""
    if width is None:
        return widths
    room = width - len(_GAP) * (len(widths) - 1)
    shrunk = list(widths)
    while sum(shrunk) > room and max(shrunk) > 8:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk


def _sized(text: str, width: int, *, right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    pad = " " * (width - length)
    return pad + text if right else text + pad
