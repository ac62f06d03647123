"""Changes for a reader at a terminal: a part a kind, one line a change where the words allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len

if TYPE_CHECKING:
    import polars as pl

__all__ = ["changes_text", "wrapped"]

_WIDE: Final = 150
_GAP: Final = "  "
#: Columns of the terminal from which the id stands in a line.
_WITH_ID: Final = 130
#: What stands for nothing on record before, by kind.
_NOTHING: Final = {"measure": "new", "project": "not recorded", "commitment": "new"}
#: Why a state is unconfirmed, as it is said once below the table.
_WHY: Final = {
    "suspension expired": "suspension expired the day before, no later record",
    "term passed": "its stated term passed the day before, no later record",
    "planned": "planned for that day, not read since",
    "first day uncertain": "its first day is known only by month or year",
    "last day uncertain": "its last day is known only by month or year",
    "?": "day known only so far; it may lie before",
}


def changes_text(frame: pl.DataFrame, width: int | None) -> str:
    """`pactolus.dialogue.changes.moved` as text; the file formats hold all columns."""
    room = _WIDE if width is None else width
    lines: list[str] = []
    for kind in frame["kind"].unique(maintain_order=True):
        rows = frame.filter(frame["kind"] == kind).to_dicts()
        told = [row for row in rows if row["from"] is not None]
        lines += ["", f"{kind} ({len(told):,})" if told else kind]
        for row in rows:
            if row["from"] is None:
                said = f"{row['status']}: {row['what']} ({row['before']} and {row['after']})"
                lines += wrapped(said, room)
        lines += _part(kind, told, room) if told else []
    return "".join(f"{line.rstrip()}\n" for line in lines[1:])


def _part(kind: str, rows: Sequence[Mapping[str, Any]], room: int) -> list[str]:
    marks: dict[str, str] = {}
    table = [_cells(kind, row, marks, room) for row in rows]
    heads = ("from", "what", *(("id",) if len(table[0]) == 5 else ()), "before", "after")
    widths = _widths([heads, *table], room)
    lines = [*_line(heads, widths), _GAP.join("-" * w for w in widths)]
    for cells in table:
        lines += _line(cells, widths)
    legend = [
        line
        for text, mark in sorted(marks.items(), key=lambda one: one[1])
        for line in wrapped(f"{mark}: {_WHY[text]}" if mark == "?" else f"[{mark}] {_WHY[text]}", room)
    ]
    return [*lines, *legend]


def _cells(kind: str, row: Mapping[str, Any], marks: dict[str, str], room: int) -> tuple[str, ...]:
    before = row["before"] or _NOTHING.get(kind, "no data")
    after = row["after"] or "no data"
    why = (row["note"] or "").partition(":")[0]
    if after == "unconfirmed" and why in _WHY:
        after = f"unconfirmed [{marks.setdefault(why, 'abcde'[list(_WHY).index(why)])}]"
    what = row["what"]
    if kind == "commitment" and row["field"] not in ("topic", "commitment"):
        what = f"{what}: {row['field'].replace('_', ' ')}"
    identity = (row["id"],) if room >= _WITH_ID and kind != "exposure" else ()
    unsure = " ?" if why.startswith("day known only") else ""
    if unsure:
        marks.setdefault("?", "?")
    return (row["from"] + unsure, what, *identity, before, after)


def _widths(table: Sequence[Sequence[str]], room: int) -> list[int]:
    """Days and ids stand whole; the three texts share what is left, the short ones first."""
    needed = [max(cell_len(row[n]) for row in table) for n in range(len(table[0]))]
    fixed = {0} | ({2} if len(needed) == 5 else set())
    left = room - len(_GAP) * (len(needed) - 1) - sum(needed[n] for n in fixed)
    widths = {n: needed[n] for n in fixed}
    texts = sorted((n for n in range(len(needed)) if n not in fixed), key=lambda n: needed[n])
    for place, n in enumerate(texts):
        widths[n] = max(min(needed[n], left // (len(texts) - place)), 8)
        left -= widths[n]
    return [widths[n] for n in range(len(needed))]


def _line(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    parts = [wrapped(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    high = max(len(part) for part in parts)
    return [
        _GAP.join(_padded(part[n] if n < len(part) else "", w) for part, w in zip(parts, widths, strict=True))
        for n in range(high)
    ]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of a text by columns of the terminal; a word longer than a line is broken.

    Examples
    --------
    >>> wrapped("one two three", 7)
    ['one two', 'three']
    """
    lines, line = [], ""
    for word in text.split():
        rest = word
        while rest:
            longer = f"{line} {rest}" if line else rest
            if cell_len(longer) <= width:
                line, rest = longer, ""
            elif line:
                lines.append(line)
                line = ""
            else:
                cut = next(n for n in range(len(rest), 0, -1) if cell_len(rest[:n]) <= width or n == 1)
                lines.append(rest[:cut])
                rest = rest[cut:]
    return [*lines, line] if line else lines
