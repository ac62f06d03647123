"""Text files of publishers: encoding, separator, columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import near_misses

__all__ = [
    "LARGEST",
    "UNREADABLE",
    "complete_columns",
    "csv_frame",
    "decoded",
    "find_columns",
    "parsed_json",
    "read_bytes",
    "read_csv",
    "refuse_column",
]

#: No text file of a publisher is larger; BACI is streamed and does not come through here.
LARGEST: Final = 512 * 1024 * 1024
#: Stands for the content of a text that is no JSON.
UNREADABLE: Final = object()
#: Bytes that cp1252 leaves undefined.
_UNDEFINED: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def read_bytes(file: Path, findings: Findings) -> bytes:
    """Content of a file; empty with a finding if it cannot be read or is too large."""
    try:
        size = file.stat().st_size
        if size > LARGEST:
            findings.refuse(
                "range", "the file", f"{size:,} bytes", f"a text of this source has at most {LARGEST:,}"
            )
            return b""
        return file.read_bytes()
    except OSError as error:
        findings.refuse(
            "layout", "the file", f"cannot be read ({error.strerror})", "check the path and its rights"
        )
        return b""


def decoded(content: bytes, findings: Findings, *, expected: str = "utf-8") -> str:
    """Text of a file: UTF-8 with or without BOM, UTF-16 with BOM, else cp1252.

    Anything but the publisher's encoding (`expected`) is noted; bytes that are none of them are refused.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _of_utf16(content, findings)
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        findings.refuse(
            "encoding", f"line {line}", "zero bytes: this is no text file", "give the publisher's own file"
        )
        return ""
    try:
        text = content.decode("utf-8-sig")
        if expected != "utf-8" and not content.isascii():
            findings.mended(
                "encoding", "the file", f"UTF-8 where the publisher uses {expected}", "read as UTF-8"
            )
        return text
    except UnicodeDecodeError as error:
        undefined = _UNDEFINED.search(content)
        if undefined:
            line = content.count(b"\n", 0, undefined.start()) + 1
            findings.refuse(
                "encoding",
                f"line {line}",
                f"byte 0x{content[undefined.start()]:02x} is neither UTF-8 nor cp1252",
                "save the file as UTF-8",
            )
            return ""
        if expected != "cp1252":
            line = content.count(b"\n", 0, error.start) + 1
            findings.mended("encoding", f"line {line}", "cp1252, not UTF-8", "read as cp1252")
        return content.decode("cp1252")


def _of_utf16(content: bytes, findings: Findings) -> str:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        findings.refuse(
            "encoding", f"byte {error.start + 1}", f"is no UTF-16 ({error.reason})", "fetch the file again"
        )
        return ""
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        findings.refuse("encoding", f"line {line}", "zero characters", "give the publisher's own file")
        return ""
    findings.mended("encoding", "the file", "UTF-16", "read as such")
    return text


def csv_frame(
    text: str, findings: Findings, *, separator: str = ",", only: Collection[str] = ()
) -> pl.DataFrame:
    """All cells as text, blanks at the ends removed, with the row's line number in ``line``.

    An empty cell is null. Another separator (``;`` or tab) is taken where the header has it and not
    `separator`. Rows with too many or too few cells are refused; empty lines are skipped. Where `only` names
    headings, other columns are not kept (case, blanks and underscores do not count): a wide file stays small.
    """
    head = text.lstrip("\n\r").split("\n", 1)[0]
    if separator not in head:
        other = next((s for s in (";", "\t", ",") if s in head), None)
        if other:
            findings.mended("layout", "line 1", f"cells are separated by {other!r}", "read so")
            separator = other
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names: list[str] = []
    kept: list[int] = []
    wanted = {_fold(name) for name in only}
    rows: list[list[str | None]] = []
    lines: list[int] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(cells, findings)
                kept = [n for n, name in enumerate(names) if not wanted or _fold(name) in wanted]
                continue
            cells = _fitted(cells, len(names), reader.line_num, findings)
            rows.append([cells[n].strip() or None for n in kept])
            lines.append(reader.line_num)
    except csv.Error as error:
        findings.refuse("layout", f"line {reader.line_num}", str(error), "mend the quotes of this line")
    if not names:
        findings.refuse("layout", "line 1", "the file is empty", "give the publisher's own file")
        return pl.DataFrame(schema={"line": pl.Int64})
    columns = {names[k]: pl.Series([row[n] for row in rows], dtype=pl.String) for n, k in enumerate(kept)}
    return pl.DataFrame(columns).with_columns(pl.Series("line", lines, dtype=pl.Int64))


def _header(cells: Sequence[str], findings: Findings) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell.strip().removeprefix("\ufeff") or f"column_{number}"
        if name in names:
            findings.refuse("column", "line 1", f"column {name!r} stands twice", "keep one of them")
            name = f"{name}_{number}"
        names.append(name if name != "line" else f"line_{number}")  # that name is ours
    return names


def _fitted(cells: list[str], width: int, line: int, findings: Findings) -> list[str]:
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        findings.refuse(
            "layout",
            f"line {line}",
            f"{len(cells)} cells under {width} headings",
            "quote the cell that holds the separator",
        )
    elif len(cells) < width:
        findings.refuse(
            "layout",
            f"line {line}",
            f"{len(cells)} cells under {width} headings",
            "the line is cut off: restore it",
        )
    return [*cells[:width], *[""] * (width - len(cells))]


def read_csv(
    file: Path, findings: Findings, *, separator: str = ",", expected: str = "utf-8"
) -> pl.DataFrame:
    """A delimited text file as text cells, see `decoded` and `csv_frame`."""
    return csv_frame(
        decoded(read_bytes(file, findings), findings, expected=expected), findings, separator=separator
    )


def parsed_json(
    text: str,
    findings: Findings,
    *,
    mend: str,
    pairs: Callable[[list[tuple[str, Any]]], Any] | None = None,
) -> Any:
    """What a JSON text holds; `UNREADABLE`, with a finding, where it is none.

    Parameters
    ----------
    text : str
    findings : Findings
    mend : str
        What to do about a text that is no JSON at all; one that stops is said to be cut off.
    pairs : callable, optional
        Makes an object of its names and values, see `json.loads`.
    """
    try:
        return json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        findings.refuse(
            "layout",
            f"line {error.lineno}",
            f"is no JSON ({error.msg})",
            "the file is cut off: fetch it again",
        )
    except (ValueError, RecursionError) as error:
        findings.refuse("layout", "the file", f"is no JSON ({error})", mend)
    return UNREADABLE


def refuse_column(
    heading: str, columns: Collection[str], findings: Findings, *, place: str = "line 1"
) -> list[str]:
    """Refuse a file for a missing column, naming the headings that may be meant, which are returned."""
    near = near_misses(heading, columns)
    hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
    findings.refuse(
        "column",
        place,
        f"no column {heading!r}{hint}",
        "give the file in the publisher's layout, or rename the column",
    )
    return list(near)


def find_columns(
    frame: pl.DataFrame,
    wanted: Mapping[str, str],
    findings: Findings,
    *,
    place: str = "line 1",
    optional: Sequence[str] = (),
) -> pl.DataFrame:
    """The wanted columns under our names, and ``line`` if there is one.

    Parameters
    ----------
    frame : DataFrame
    wanted : mapping
        Publisher's heading -> our name. A heading that differs in case, blanks or underscores only is taken,
        and noted; a missing one is refused, naming the nearest.
    optional : sequence of str
        Publisher's headings that may be missing: the column is empty then.
    """
    folded: dict[str, str] = {}
    for name in frame.columns:
        folded.setdefault(_fold(name), name)
    columns: list[pl.Expr] = []
    for heading, ours in wanted.items():
        if heading in frame.columns:
            columns.append(pl.col(heading).alias(ours))
        elif _fold(heading) in folded:
            other = folded[_fold(heading)]
            findings.mended("column", place, f"column {other!r}", f"read as {heading!r}")
            columns.append(pl.col(other).alias(ours))
        else:
            if heading not in optional:
                others = [n for n in frame.columns if n not in wanted]
                refuse_column(heading, others, findings, place=place)
            columns.append(pl.lit(None, dtype=pl.String).alias(ours))
    kept = frame.select(
        *columns, *(["line"] if "line" in frame.columns and "line" not in wanted.values() else [])
    )
    return kept if frame.height else kept.clear()


def complete_columns(
    frame: pl.DataFrame,
    wanted: Mapping[str, str],
    findings: Findings,
    *,
    place: str = "line 1",
    optional: Sequence[str] = (),
) -> pl.DataFrame:
    """As `find_columns`, but without rows where a needed column is missing: each of them would be a fault."""
    before = findings.counts["refused", "column"]
    found = find_columns(frame, wanted, findings, place=place, optional=optional)
    return found.clear() if findings.counts["refused", "column"] > before else found


def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()
