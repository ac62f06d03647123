"""Rows of a yearly BACI file, streamed: blocks of lines are parsed whole, and only rows of our codes stay.

A year of 12 million rows has 0.4 GB. Each block is parsed by Polars; where it does not have one row a line
and six cells a row, it is gone through line by line, so that every fault is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pactolus.catalogue.readers.baci_layout import Bytes
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError, near_misses

__all__ = ["COLUMNS", "SCHEMA", "tell_each", "wanted_rows"]

#: CEPII's columns, with what each holds.
COLUMNS: Final = {
    "t": "year",
    "i": "exporter",
    "j": "importer",
    "k": "product",
    "v": "value in thousand US dollars",
    "q": "weight in tonnes",
}
#: Rows as they are handed on: CEPII's columns as text, the code as a number, the line in the file.
SCHEMA: Final = dict.fromkeys("ijvq", pl.String) | {"k": pl.UInt32, "line": pl.UInt32}

_BLOCK: Final = 16 * 1024**2
_LONGEST_LINE: Final = 65_536
_AROUND: Final = ' \t\r"\u00a0'
_FULL: Final = 40


@dataclass
class _Table:
    """Where the columns stand in the lines of a file."""

    separator: str
    width: int
    at: dict[str, int]
    wanted: frozenset[int]
    year: int
    findings: Findings
    other_years: dict[str, list[int]] = field(default_factory=dict)
    lines: int = 1


def wanted_rows(
    stream: Bytes,
    wanted: Collection[str],
    year: int,
    findings: Findings,
    heard: Callable[[int], None],
    *,
    block: int = _BLOCK,
) -> pl.DataFrame:
    """Rows of a yearly file whose code is wanted, as they stand there.

    Parameters
    ----------
    stream : Bytes
        From the first line on.
    wanted : collection of str
        Six-digit codes of the file's edition.
    year : int
        Year that every row must have.
    findings : Findings
        Gets what is wrong with lines, headings, years and codes; other cells are not looked at here.
    heard : callable
        Is told the bytes read so far.
    block : int
        Bytes read at a time.

    Returns
    -------
    DataFrame
        Columns of `SCHEMA`, in the order of the lines.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    table, done, rest = None, 0, b""
    try:
        while data := stream.read(block):
            done += len(data)
            heard(done)
            cut = data.rfind(b"\n") + 1
            lines, rest = (rest + data[:cut], data[cut:]) if cut else (b"", rest + data)
            if table is None and lines:
                head, _, lines = lines.partition(b"\n")
                table = _headings(head, frozenset(int(code) for code in wanted), year, findings)
                if table is None:
                    return frames[0]
            if table is not None and lines:
                frames.append(_block(lines, table))
            if len(rest) > _LONGEST_LINE:
                _no_lines(table, findings)
                return frames[0]
    except DataError as error:
        place = f"after line {table.lines if table else 0:,}"
        why = re.sub(r"^.*?': |; [^;]*$", "", str(error))
        findings.refuse("archive", place, why, "fetch the file again from the publisher")
        return frames[0]
    if table is None:
        findings.refuse("layout", "line 1", "the file holds no rows", "give CEPII's own file")
        return frames[0]
    if rest.strip():
        place = f"line {table.lines + 1:,}"
        found = f"the file ends within a line: {_shown(rest)}"
        findings.doubt("layout", place, found, "fetch the file again, or end its last line")
        frames.append(_block(rest + b"\n", table))
    _tell_years(table)
    return pl.concat(frames)


def _no_lines(table: _Table | None, findings: Findings) -> None:
    place = f"line {(table.lines if table else 0) + 1:,}"
    findings.refuse("layout", place, f"no line end within {_LONGEST_LINE:,} bytes", "give CEPII's own file")


def _headings(head: bytes, wanted: frozenset[int], year: int, findings: Findings) -> _Table | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        findings.refuse("encoding", "line 1", "UTF-16 or no text", "save the file as UTF-8")
        return None
    text = head.decode("utf-8-sig", errors="replace")
    separator = max(",;\t|", key=text.count)
    if separator != ",":
        findings.mended("layout", "line 1", f"cells are separated by {separator!r}", "read so")
    names = [name.strip(_AROUND) for name in text.split(separator)]
    folded = [name.casefold() for name in names]
    at: dict[str, int] = {}
    for name, what in COLUMNS.items():
        if folded.count(name) == 1:
            at[name] = folded.index(name)
            if names[at[name]] != name:
                findings.mended("column", "line 1", f"column {names[at[name]]!r}", f"read as {name!r}")
        elif name in folded:
            findings.refuse("column", "line 1", f"column {name!r} stands twice", "keep one of them")
        else:
            findings.refuse(
                "column", "line 1", _missing(name, what, names), f"call it {name!r}, as CEPII does"
            )
    if more := [name for name, low in zip(names, folded, strict=True) if low not in COLUMNS]:
        findings.mended("column", "line 1", f"columns {', '.join(map(repr, more))}", "not needed, left aside")
    if len(at) < len(COLUMNS):
        return None
    return _Table(separator=separator, width=len(names), at=at, wanted=wanted, year=year, findings=findings)


def _missing(name: str, what: str, names: Sequence[str]) -> str:
    if all(re.fullmatch(r"[\d.\sNA]+", cell) for cell in names if cell):
        return f"no headings: the line holds figures, and no column {name!r} ({what}) is named"
    free = [n for n in names if n.casefold() not in COLUMNS]
    near = [n for n in free if n[:1].casefold() == name] or near_misses(what, free) or free
    hint = f"; is it {' or '.join(map(repr, near[:3]))}?" if near else ""
    return f"no column {name!r} ({what}){hint}"


def _block(lines: bytes, table: _Table) -> pl.DataFrame:
    """Wanted rows of a block of whole lines."""
    first = table.lines + 1
    table.lines += lines.count(b"\n")
    frame = _parsed(lines, table, first)
    if frame is None:
        frame = _line_by_line(lines, table, first)
    frame = _with_codes(frame, table)
    _note_years(frame, table)
    kept = frame.filter(pl.col("k").is_in(list(table.wanted)))
    return kept.select(pl.col(*"ijvq").str.strip_chars(_AROUND), "k", "line").select(*SCHEMA)


def _parsed(lines: bytes, table: _Table, first: int) -> pl.DataFrame | None:
    """The block as a frame of text; None where it does not have one row a line, or other than its cells."""
    rows = lines.count(b"\n")
    if lines.count(table.separator.encode()) != rows * (table.width - 1):
        return None
    try:
        frame = pl.read_csv(
            lines,
            has_header=False,
            separator=table.separator,
            quote_char=None,
            schema={f"{n}": pl.String for n in range(table.width)},
            encoding="utf8-lossy",
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    ours = frame.select(pl.col(str(n)).alias(name) for name, n in table.at.items())
    return ours.with_columns(line=pl.int_range(first, first + rows, dtype=pl.UInt32))


def _line_by_line(lines: bytes, table: _Table, first: int) -> pl.DataFrame:
    """The same for a block with lines that are empty, or have too many or too few cells."""
    kept: dict[str, list[str | int]] = {name: [] for name in (*COLUMNS, "line")}
    empty: list[int] = []
    ragged: list[tuple[int, str]] = []
    for line, raw in enumerate(lines.split(b"\n")[:-1], start=first):
        cells = raw.decode("utf-8", errors="replace").split(table.separator)
        if len(cells) == table.width:
            for name, n in table.at.items():
                kept[name].append(cells[n])
            kept["line"].append(line)
        elif raw.strip():
            ragged.append((line, f"{len(cells)} cells under {table.width} headings: {_shown(raw)}"))
        else:
            empty.append(line)
    if empty:
        place = f"line {empty[0]:,}"
        table.findings.mended("layout", place, "an empty line", "passed over", times=len(empty))
    tell_each(table.findings, "layout", ragged, "restore the line")
    types = dict.fromkeys(COLUMNS, pl.String) | {"line": pl.UInt32}
    return pl.DataFrame(kept, schema=types)


def _with_codes(frame: pl.DataFrame, table: _Table) -> pl.DataFrame:
    """The code as a number; a cell that is none is refused, as its row may be one of ours."""
    plain = frame.with_columns(k_text=pl.col("k"), k=pl.col("k").cast(pl.UInt32, strict=False))
    unread = plain["k"].is_null()
    if not unread.any():
        return plain
    bare = pl.col("k_text").fill_null("").str.strip_chars(_AROUND).str.replace(r"\.0+$", "")
    digits = pl.when(bare.str.contains(r"^\d{1,6}$")).then(bare).cast(pl.UInt32)
    plain = plain.with_columns(k=pl.coalesce("k", digits))
    pointed = plain.filter(
        unread & plain["k_text"].str.contains(".", literal=True) & plain["k"].is_not_null()
    )
    if pointed.height:
        place, cell = f"line {pointed['line'][0]:,}", pointed["k_text"][0].strip(_AROUND)
        mend = f"read as {pointed['k'][0]:06d}"
        table.findings.mended("number", place, f"k {cell!r}", mend, times=pointed.height)
    bad = plain.filter(pl.col("k").is_null()).select("line", "k_text")
    tell_each(
        table.findings,
        "number",
        [(line, f"k {cell or ''!r} is no code of six digits") for line, cell in bad.head(_FULL).iter_rows()],
        "correct the code",
        more=bad.height - _FULL,
    )
    return plain


def _note_years(frame: pl.DataFrame, table: _Table) -> None:
    """Rows of another year: the first line and the number of each."""
    odd = frame.filter(pl.col("t").ne_missing(str(table.year)))
    if odd.is_empty():
        return
    texts = odd.select(pl.col("t").fill_null("").str.strip_chars(_AROUND), "line")
    texts = texts.filter(pl.col("t") != str(table.year))
    counted = texts.group_by("t", maintain_order=True).agg(pl.col("line").first(), n=pl.len())
    for text, line, rows in counted.head(1000).iter_rows():
        table.other_years.setdefault(text, [line, 0])[1] += rows


def _tell_years(table: _Table) -> None:
    for text, (line, rows) in list(table.other_years.items())[:_FULL]:
        found = f"t {text!r} in the file of {table.year}" + (f", in {rows:,} rows" if rows > 1 else "")
        mend = "put the rows into the file of their year"
        table.findings.refuse("range", f"line {line:,}", found, mend, times=rows)


def tell_each(
    findings: Findings, kind: str, faults: Sequence[tuple[int, str]], mend: str, *, more: int = 0
) -> None:
    """Refuse each fault with its line; beyond the first few they are only counted.

    Parameters
    ----------
    faults : sequence of (line, what was found)
    more : int
        Faults of this kind that are not in `faults`.
    """
    for line, found in faults[:_FULL]:
        findings.refuse(kind, f"line {line:,}", found, mend)
    rest = max(more, 0) + max(len(faults) - _FULL, 0)
    if rest:
        findings.refuse(kind, "further lines", f"{rest:,} more", mend, times=rest)


def _shown(raw: bytes) -> str:
    text = raw.strip().decode("utf-8", errors="replace")
    return repr(text if len(text) <= 60 else text[:60] + " ...")
