"""Text files: encodings, separators, lines that are cut off, and columns under other names."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import csv_frame, decoded, find_columns, read_bytes, read_csv

NAMES = "name\nCôte d’Ivoire\n"


def text(content: bytes, expected: str = "utf-8") -> tuple[str, list[str]]:
    findings = Findings("f.csv")
    return decoded(content, findings, expected=expected), [str(f) for f in findings.kept]


def frame(content: str) -> tuple[pl.DataFrame, Findings]:
    findings = Findings("f.csv")
    return csv_frame(content, findings), findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_with_and_without_bom(encoding: str) -> None:
    assert text(NAMES.encode(encoding)) == (NAMES, [])


def test_cp1252_where_the_publisher_uses_utf8() -> None:
    assert text(NAMES.encode("cp1252")) == (NAMES, ["f.csv: line 2: cp1252, not UTF-8; read as cp1252"])


def test_cp1252_where_the_publisher_uses_it() -> None:
    assert text(NAMES.encode("cp1252"), "cp1252") == (NAMES, [])
    other = "f.csv: the file: UTF-8 where the publisher uses cp1252; read as UTF-8"
    assert text(NAMES.encode(), "cp1252") == (NAMES, [other])
    assert text(b"plain\n", "cp1252") == ("plain\n", [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert text(mark + NAMES.encode(encoding)) == (NAMES, ["f.csv: the file: UTF-16; read as such"])


def test_utf16_that_is_cut_off() -> None:
    content = NAMES.encode("utf-16")[:-1]
    why = f"f.csv: byte {len(content)}: is no UTF-16 (truncated data); fetch the file again"
    assert text(content) == ("", [why])


def test_a_byte_that_no_encoding_has() -> None:
    why = "f.csv: line 2: byte 0x81 is neither UTF-8 nor cp1252; save the file as UTF-8"
    assert text(b"name\nJ\x81p\xe9n\n") == ("", [why])


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00\x00", b"a,b\n" * 5000 + b"1,\x00\n"])
def test_what_is_no_text(content: bytes) -> None:
    line = content.count(b"\n", 0, content.index(b"\x00")) + 1
    why = f"f.csv: line {line}: zero bytes: this is no text file; give the publisher's own file"
    assert text(content) == ("", [why])


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    findings = Findings("f.csv")
    assert read_bytes(tmp_path / "gone.csv", findings) == b""
    assert findings.message() == (
        "f.csv: the file: cannot be read (No such file or directory); check the path and its rights"
    )


def test_cells_are_text_without_blanks_and_lines_are_counted() -> None:
    table, findings = frame('a,b\n 1 ,"x\ny"\n\n  ,2\n')
    assert table.rows() == [("1", "x\ny", 3), (None, "2", 5)]
    assert table.columns == ["a", "b", "line"]
    assert not findings.kept


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_taken_and_noted(separator: str) -> None:
    table, findings = frame(f"a{separator}b\n1{separator}2,5\n")
    assert table.rows() == [("1", "2,5", 2)]
    assert str(findings.kept[0]) == f"f.csv: line 1: cells are separated by {separator!r}; read so"


def test_lines_with_too_many_and_too_few_cells() -> None:
    _, findings = frame("a,b\n1,2,3\n1\n1,2,\n")
    assert findings.message().splitlines() == [
        "f.csv: line 2: 3 cells under 2 headings; quote the cell that holds the separator",
        "f.csv: line 3: 1 cells under 2 headings; the line is cut off: restore it",
    ]


def test_a_quote_that_is_never_closed() -> None:
    """All that follows would be one cell."""
    _, findings = frame('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert findings.message() == "f.csv: line 5: unexpected end of data; mend the quotes of this line"


def test_a_quote_in_the_middle_of_a_cell() -> None:
    assert frame('a,b\n5" pipe,2\n')[0].rows() == [('5" pipe', "2", 2)]
    _, findings = frame('a,b\n"5" pipe,2\n')
    assert findings.message() == ("f.csv: line 2: ',' expected after '\"'; mend the quotes of this line")


def test_a_cell_without_end() -> None:
    _, findings = frame("a,b\n1," + "9" * 200_000 + "\n")
    assert findings.message() == (
        "f.csv: line 2: field larger than field limit (131072); mend the quotes of this line"
    )


def test_headings_that_stand_twice_or_are_empty_or_ours() -> None:
    table, findings = frame("a,,a,line\n1,2,3,4\n")
    assert table.columns == ["a", "column_2", "a_3", "line_4", "line"]
    assert findings.message() == "f.csv: line 1: column 'a' stands twice; keep one of them"


@pytest.mark.parametrize("content", ["", "\n\n", " , \n"])
def test_an_empty_file(content: str) -> None:
    table, findings = frame(content)
    assert table.height == 0
    assert findings.message() == "f.csv: line 1: the file is empty; give the publisher's own file"


def test_columns_are_found_under_slightly_other_names() -> None:
    findings = Findings("f.csv")
    table = find_columns(
        frame("Country,Prod_T, year \nKOR,1,2020\n")[0],
        {"Country": "country", "prod t": "tonnes", "Year": "year"},
        findings,
    )
    assert table.rows() == [("KOR", "1", "2020", 2)]
    assert table.columns == ["country", "tonnes", "year", "line"]
    assert [str(f) for f in findings.kept] == [
        "f.csv: line 1: column 'Prod_T'; read as 'prod t'",
        "f.csv: line 1: column 'year'; read as 'Year'",
    ]


def test_all_missing_columns_are_named_with_what_they_may_be_called() -> None:
    findings = Findings("f.csv")
    wanted = {"Country": "country", "Value": "value", "Note": "note"}
    table = find_columns(frame("Contry,x\nKOR,1\n")[0], wanted, findings, optional=["Note"])
    assert table.rows() == [(None, None, None, 2)]
    mend = "give the file in the publisher's layout, or rename the column"
    assert findings.message().splitlines() == [
        f"f.csv: line 1: no column 'Country'; is it 'Contry'?; {mend}",
        f"f.csv: line 1: no column 'Value'; {mend}",
    ]


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\n", exclude_categories=["Zs", "Cc"]), max_size=8
)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_what_is_written_as_csv_comes_back(rows: list[tuple[str, str]]) -> None:
    content = pl.DataFrame(rows, schema=["one", "two"], orient="row").write_csv()
    table, findings = frame(content)
    stripped = [tuple(c.strip() or None for c in row) for row in rows]
    assert table.select("one", "two").rows() == [row for row in stripped if any(row)]
    assert not findings.kept


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    findings = Findings("f.csv")
    told = decoded(content, findings)
    table = csv_frame(told, findings) if told else pl.DataFrame()
    assert table.height == 0 or "line" in table.columns
    if not told and content.strip(b"\xef\xbb\xbf\xff\xfe"):
        assert findings.refusals


def test_a_file_on_disk(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(NAMES.encode("cp1252"))
    assert read_csv(file, Findings("f.csv"))["name"].to_list() == ["Côte d’Ivoire"]
