"""Mutated files: a reader gathers findings, whatever the bytes; what it lets through keeps its own rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.readers import eu_crm, geodist, hdi, icmm, pinksheet, wgi, wmd
from pactolus.catalogue.reading.findings import Findings
from tests.catalogue.builders import test_eu_crm as eu_files
from tests.catalogue.builders import test_geodist as geodist_files
from tests.catalogue.builders import test_hdi as hdi_files
from tests.catalogue.builders import test_icmm as icmm_files
from tests.catalogue.builders import test_pinksheet as pink_files
from tests.catalogue.builders import test_wgi as wgi_files
from tests.catalogue.builders import test_wmd as wmd_files
from tests.catalogue.builders.mutations import changes, check, few, odd_texts, spliced, splices, with_changes
from tests.catalogue.builders.workbook_files import Rows, book, repacked

#: Each example writes and reads a file.
FEW = few(4)
BOOKS: Mapping[str, tuple[ModuleType, Mapping[str, Rows]]] = {
    "wmd": (wmd, {"Lithium (Li2O)": wmd_files.LITHIUM, "Gold": wmd_files.LITHIUM}),
    "wgi-long": (wgi, {"Sheet1": wgi_files.LONG}),
    "wgi-wide": (wgi, {"RuleofLaw": wgi_files.WIDE}),
    "pinksheet": (pinksheet, {"Monthly Prices": pink_files.PINK}),
    "icmm": (icmm, {"External": icmm_files.ROWS}),
    "hdi": (hdi, {"HDI trends": hdi_files.TRENDS}),
}
TEXTS: Mapping[str, tuple[ModuleType, str, str]] = {
    "eu-scores": (eu_crm, "scores.csv", eu_files.SCORES),
    "eu-shares": (eu_crm, "eu_supply.csv", eu_files.SHARES),
    "eu-uses": (eu_crm, "uses.csv", eu_files.USES),
    "distances": (geodist, "dist_cepii.csv", geodist_files.DIST),
    "hdi-series": (hdi, "series.csv", hdi_files.SERIES),
}


@pytest.mark.parametrize("case", BOOKS)
@given(changed=changes, sheet=st.integers(0, 1))
@FEW
def test_cells_of_a_workbook(
    case: str, changed: list[tuple[int, int, object]], sheet: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, sheets = BOOKS[case]
    name = list(sheets)[sheet % len(sheets)]
    file = tmp_path_factory.getbasetemp() / f"fuzz-{case}.xlsx"
    check(reader, book(file, {**sheets, name: with_changes(sheets[name], changed)}))


@pytest.mark.parametrize("case", BOOKS)
@given(changed=splices, inside=st.sampled_from(["", "sheet1", "workbook.xml", "Content_Types"]))
@FEW
def test_bytes_of_a_workbook(
    case: str,
    changed: list[tuple[float, int, bytes]],
    inside: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Of the archive itself, or of a part of it with the archive made whole again."""
    reader, sheets = BOOKS[case]
    file = book(tmp_path_factory.getbasetemp() / f"bytes-{case}.xlsx", sheets)
    if inside:
        repacked(file, lambda name, content: spliced(content, changed) if inside in name else content)
    else:
        file.write_bytes(spliced(file.read_bytes(), changed))
    check(reader, file)


@pytest.mark.parametrize("case", TEXTS)
@given(changed=splices)
@FEW
def test_bytes_of_a_text(
    case: str, changed: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, name, content = TEXTS[case]
    folder = tmp_path_factory.getbasetemp() / case
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(spliced(content.encode("cp1252"), changed))
    check(reader, file)


@pytest.mark.parametrize("case", TEXTS)
@given(changed=changes)
@FEW
def test_cells_of_a_text(
    case: str, changed: list[tuple[int, int, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, name, content = TEXTS[case]
    separator = ";" if reader is geodist else ","
    rows = with_changes([line.split(separator) for line in content.splitlines()], changed)
    folder = tmp_path_factory.getbasetemp() / case
    folder.mkdir(exist_ok=True)
    file = folder / name
    lines = (separator.join("" if cell is None else str(cell) for cell in row) for row in rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    check(reader, file)


def small_copy(file: Path, gold: list[tuple[object, ...]]) -> Path:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as db:
        db.execute(f'create table "Gold" ({wmd_files.COLUMNS.replace("TEXT", "").replace("REAL", "")})')
        db.executemany('insert into "Gold" values (?, ?, ?, ?, ?, ?, ?)', gold)
        db.commit()
    return file


blobs: st.SearchStrategy[object] = st.one_of(
    st.none(), st.binary(max_size=5), st.floats(), st.integers(-(2**60), 2**60), odd_texts
)


@given(row=st.integers(0, 4), column=st.integers(0, 6), value=blobs)
@FEW
def test_cells_of_the_copy(
    row: int, column: int, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    gold = [list(r) for r in wmd_files.GOLD]
    gold[row][column] = value
    check(wmd, small_copy(tmp_path_factory.getbasetemp() / "cells.db", [tuple(r) for r in gold]))


@given(changed=splices)
@FEW
def test_bytes_of_the_copy(
    changed: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = small_copy(tmp_path_factory.getbasetemp() / "bytes.db", wmd_files.GOLD)
    file.write_bytes(spliced(file.read_bytes(), changed))
    check(wmd, file)


def _of_utf8(text: str) -> bytes:
    return text.encode()


@pytest.mark.parametrize("encode", [_of_utf8, lambda text: text.encode("utf-16")])
def test_the_unchanged_files_pass(encode: Callable[[str], bytes], tmp_path: Path) -> None:
    """The fuzz would prove nothing if its files were refused to begin with."""
    for case, (reader, sheets) in BOOKS.items():
        file = book(tmp_path / f"{case}.xlsx", sheets)
        check(reader, file)
        findings = Findings(file.name)
        assert sum(table.height for table in reader.read(file, "", findings).values()) > 0
        assert findings.message() == ""
    for reader, name, content in TEXTS.values():
        file = tmp_path / name
        file.write_bytes(encode(content))
        findings = Findings(file.name)
        assert sum(table.height for table in reader.read(file, "", findings).values()) > 0
        assert findings.message() == ""
