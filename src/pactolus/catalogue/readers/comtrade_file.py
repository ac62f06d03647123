"""A file of UN Comtrade as text cells: CSV, tab-separated, packed, or JSON as the API answers."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import (
    LARGEST,
    UNREADABLE,
    csv_frame,
    decoded,
    find_columns,
    parsed_json,
    read_bytes,
)

__all__ = ["COLUMNS", "text_cells"]

_NEEDED: Final = (
    "freqCode",
    "period",
    "reporterCode",
    "flowCode",
    "partnerCode",
    "classificationCode",
    "cmdCode",
    "netWgt",
    "primaryValue",
)
_OPTIONAL: Final = (
    "typeCode",
    "refYear",
    "reporterISO",
    "partnerISO",
    "partner2Code",
    "customsCode",
    "motCode",
    "isOriginalClassification",
    "qtyUnitCode",
    "qty",
    "altQtyUnitCode",
    "altQty",
    "isNetWgtEstimated",
    "legacyEstimationFlag",
)
#: Columns of the API that are read.
COLUMNS: Final = (*_NEEDED, *_OPTIONAL)
_LIMITS: Final = (500, 100_000, 250_000)
"""Rows after which the API cuts an answer: without a key, and with one (by subscription)."""


def text_cells(file: Path, findings: Findings) -> pl.DataFrame | None:
    """The columns `COLUMNS` as text, with ``line`` (of a text file) or ``record`` (of a JSON file).

    None with findings where the file cannot be used.
    """
    content = read_bytes(file, findings)
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content, findings)
    text = decoded(content, findings) if content else ""
    if not text:
        if not findings.refusals:
            findings.refuse("layout", "the file", "is empty", "fetch the file again")
        return None
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text, findings)
    wanted = {name: name for name in COLUMNS}
    # The headings alone first, all of them: a missing one is told with those that are like it.
    heads = csv_frame(text.lstrip("\r\n").split("\n", 1)[0], Findings(file=findings.file))
    find_columns(heads, wanted, findings, optional=_OPTIONAL)
    if findings.refusals:
        return None
    frame = csv_frame(text, findings, only=COLUMNS)
    if frame.height in _LIMITS:
        _doubt_cut(frame.height, findings)
    if findings.refusals:
        return None
    return find_columns(frame, wanted, Findings(file=findings.file), optional=_OPTIONAL)


def _unpacked(content: bytes, findings: Findings) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            text = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        findings.refuse("archive", "the file", f"cannot be unpacked ({error})", "fetch the file again")
        return b""
    if len(text) > LARGEST:
        findings.refuse(
            "archive",
            "the file",
            f"unpacks to more than {LARGEST:,} bytes",
            "give one reporter and year a file",
        )
        return b""
    return text


def _from_json(text: str, findings: Findings) -> pl.DataFrame | None:
    content = parsed_json(text, findings, mend="fetch it again")
    if content is UNREADABLE:
        return None
    records = content.get("data") if isinstance(content, dict) else content
    if isinstance(content, dict) and content.get("error"):
        findings.refuse(
            "layout",
            "error",
            f"the API answered {str(content['error'])[:200]!r}",
            "mend the query, fetch it again",
        )
    if not isinstance(records, list):
        findings.refuse("layout", "the file", "has no list 'data'", "give the answer of the API as it came")
        return None
    count = content.get("count") if isinstance(content, dict) else None
    if isinstance(count, int) and count != len(records):
        findings.refuse(
            "layout", "count", f"says {count:,}, there are {len(records):,} rows", "fetch it again"
        )
    elif len(records) in _LIMITS and not (isinstance(content, dict) and content.get("whole")):
        _doubt_cut(len(records), findings)
    return _records(records, findings)


def _records(records: list[Any], findings: Findings) -> pl.DataFrame | None:
    wrong = [n for n, record in enumerate(records, 1) if not isinstance(record, dict)]
    for n in wrong[:3]:
        findings.refuse("layout", f"record {n}", f"{str(records[n - 1])[:40]!r} is no row", "fetch it again")
    good = [(n, record) for n, record in enumerate(records, 1) if isinstance(record, dict)]
    if not good or findings.refusals:
        return None
    names: dict[str, str] = {}
    for _, record in good:
        for name in record:
            names.setdefault(str(name).casefold(), name)
    columns = {
        name: pl.Series(
            [_cell(record.get(names.get(name.casefold(), name))) for _, record in good], dtype=pl.String
        )
        for name in COLUMNS
        if name.casefold() in names
    }
    frame = pl.DataFrame({**columns, "record": pl.Series([n for n, _ in good], dtype=pl.Int64)})
    wanted = {name: name for name in COLUMNS} | {"record": "record"}
    found = find_columns(frame, wanted, findings, place="record 1", optional=_OPTIONAL)
    return found if not findings.refusals else None


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None


def _doubt_cut(rows: int, findings: Findings) -> None:
    findings.doubt(
        "layout",
        "the file",
        f"exactly {rows:,} rows, at which the API cuts an answer",
        "ask for fewer codes or periods a file",
    )
