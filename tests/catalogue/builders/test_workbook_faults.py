"""What can be wrong with any workbook: cut off, bombs, damaged parts, formulas; and where its cells stand."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from types import ModuleType

import pytest
import xlsxwriter

from pactolus.catalogue.readers import geodist, hdi, icmm, pinksheet, wgi, wmd
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.workbooks import Workbook, address, open_workbook
from tests.catalogue.builders.workbook_files import book, repacked, told

ROWS = [["Country", 2024], ["Chile", 1.5]]
READERS = [wmd, wgi, pinksheet, icmm, hdi]
AGAIN = "fetch it again from the publisher"


def opened(file: Path) -> tuple[Workbook | None, Findings]:
    findings = Findings(file.name)
    return open_workbook(file, findings), findings


def test_addresses_count_empty_rows_and_columns(tmp_path: Path) -> None:
    rows = [[], [], [None, None, "Country"], [], [None, None, "Chile", 0.25]]
    workbook, findings = opened(book(tmp_path / "a.xlsx", {"A": rows}))
    assert workbook is not None
    sheet = workbook.sheet("A")
    assert sheet.frame.shape == (5, 4)
    assert sheet.frame.row(4) == (None, None, "Chile", "0.25")
    assert sheet.place(4, 2) == "sheet 'A', C5"
    assert sheet.find(["COUNTRY", "x"], 1) == 2
    assert sheet.find(["Country", "x"], 2) is None
    assert findings.kept == []
    assert (address(0, 0), address(9, 25), address(0, 26), address(1048575, 16383)) == (
        "A1",
        "Z10",
        "AA1",
        "XFD1048576",
    )


def test_an_empty_sheet_and_a_missing_one(tmp_path: Path) -> None:
    workbook, findings = opened(book(tmp_path / "a.xlsx", {"Empty": [], "Prices": ROWS}))
    assert workbook is not None
    assert workbook.sheet("Empty").frame.height == 0
    assert findings.kept == []
    workbook.sheet("Price")
    assert findings.message() == (
        "a.xlsx: sheet 'Price': is not in the workbook; is it 'Prices'?; give the publisher's own file"
    )


def test_headings_may_be_called_line_or_stand_twice(tmp_path: Path) -> None:
    rows = [["line", "A", "A", None, "line_1"], [1, 2, 3, 4], [], [5, 6, 7, 8]]
    workbook, findings = opened(book(tmp_path / "a.xlsx", {"S": rows}))
    assert workbook is not None
    table = workbook.sheet("S").table(0, findings)
    assert table.columns == ["line", "line_1", "A", "A_3", "column_4", "line_1_5"]
    assert table.rows() == [(2, "1", "2", "3", "4", None), (4, "5", "6", "7", "8", None)]
    assert findings.message().splitlines() == [
        "a.xlsx: sheet 'S', C1: column 'A' stands twice; keep one of them",
        "a.xlsx: sheet 'S', E1: column 'line_1' stands twice; keep one of them",
    ]


def test_a_sheet_without_any_row_below(tmp_path: Path) -> None:
    workbook, findings = opened(book(tmp_path / "a.xlsx", {"S": ROWS[:1]}))
    assert workbook is not None
    sheet = workbook.sheet("S")
    assert sheet.table(0, findings).height == 0
    assert findings.kept == []
    assert sheet.table(1, findings).columns == ["line"]
    assert findings.message() == "a.xlsx: sheet 'S': has no row of headings; give the publisher's own file"


def test_headings_are_looked_for_in_the_first_rows_only(tmp_path: Path) -> None:
    workbook, _ = opened(book(tmp_path / "a.xlsx", {"S": [["x"]] * 70 + [["Country"]]}))
    assert workbook is not None
    assert workbook.sheet("S").find(["Country"], 1) is None
    assert workbook.sheet("S").find(["Country"], 1, within=100) == 70


def test_the_strict_form_of_a_workbook(tmp_path: Path) -> None:
    """The standard has two sets of names for its elements; formulas are seen in both."""
    strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    links = (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    file = book(tmp_path / "a.xlsx", {"S": [["Country", "=1+1"]]})
    workbook, findings = opened(repacked(file, lambda _, c: c.replace(*strict).replace(*links)))
    if workbook is not None:
        workbook.sheet("S")
    assert "sheet 'S', B1: a formula without a stored value" in findings.message()


def test_errors_of_formulas_are_refused_and_not_available_is_a_gap(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"S": [["#REF!", "#N/A", "=A1"], ["=1/0", None, None]]})

    def stored(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        return content.replace(
            b'<c r="A2"><f>1/0</f><v />', b'<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v>'
        ).replace(b'<c r="C1"><f>A1</f><v />', b'<c r="C1" t="str"><f>A1</f><v>text</v>')

    workbook, findings = opened(repacked(file, stored))
    assert workbook is not None
    assert workbook.sheet("S").frame.row(0) == (None, None, "text")
    assert findings.message().splitlines() == [
        "a.xlsx: sheet 'S', A1: '#REF!' is the error of a formula, not a value; "
        "mend the formula, compute it, and save values",
        "a.xlsx: sheet 'S', A2: '#DIV/0!' is the error of a formula, not a value; "
        "mend the formula, compute it, and save values",
    ]
    assert [str(f) for f in findings.kept if f.weight == "mended"] == [
        "a.xlsx: sheet 'S', C1: a formula with the stored value 'text'; took the value"
    ]


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.KIND.id)
def test_a_workbook_that_is_cut_off(tmp_path: Path, reader: ModuleType) -> None:
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    file.write_bytes(file.read_bytes()[:-200])
    assert told(reader, file) == [
        "a.xlsx: the archive: cannot be opened (File is not a zip file): it is cut off or no zip; "
        "fetch the archive again from the publisher"
    ]


@pytest.mark.parametrize(
    ("reader", "sheets", "line"),
    [
        (
            wmd,
            {"Tin": []},
            "sheet 'Tin': has no row of headings with 'Country' and years; give the publisher's",
        ),
        (wgi, {"RuleofLaw": []}, "sheet 'RuleofLaw': has no row of headings with 'Country/Territory' and"),
        (
            wgi,
            {"Sheet1": [["code", "year", "indicator", "estimate", "countryname"]]},
            "the file: holds no figures",
        ),
        (
            pinksheet,
            {"Monthly Prices": []},
            "the file: holds no figures; give CMO-Historical-Data-Monthly.xlsx",
        ),
        (icmm, {"External": []}, "the file: holds no figures; give the workbook as ICMM publishes it"),
        (hdi, {"HDI trends": []}, "sheet 'HDI trends': has no row of headings with 'Country' and years"),
        (geodist, {"dist_cepii": []}, "the file: holds no figures; give dist_cepii as CEPII publishes it"),
    ],
)
def test_an_empty_sheet_is_not_an_empty_table(
    tmp_path: Path, reader: ModuleType, sheets: dict[str, list[list[object]]], line: str
) -> None:
    (told_,) = told(reader, book(tmp_path / "a.xlsx", sheets))
    assert told_.startswith(f"a.xlsx: {line}")


@pytest.mark.parametrize("reader", READERS, ids=lambda r: r.KIND.id)
def test_a_zip_that_is_no_workbook(tmp_path: Path, reader: ModuleType) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert told(reader, file) == [
        "a.xlsx: the file: is a zip, but no xlsx workbook; give the publisher's own file"
    ]


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"S": [["x" * 50] * 40]})
    with zipfile.ZipFile(file) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
        at = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    workbook, findings = opened(file)
    assert workbook is None
    assert findings.message().startswith(
        "a.xlsx: the workbook: member 'xl/worksheets/sheet1.xml': damaged or cut off ("
    )
    assert findings.message().endswith(AGAIN)


def test_a_bomb_that_states_its_size(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    repacked(file, lambda name, content: content + b" " * 8_000_000 if "sheet1" in name else content)
    (line,) = told(pinksheet, file)
    assert line.startswith("a.xlsx: member 'xl/worksheets/sheet1.xml': ")
    assert line.endswith(
        " unpack to 8,000,661: more than 400 to one; fetch the archive again from the publisher"
    )


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """The directory says 1,000 bytes; the part unpacks to 20 million."""
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    repacked(file, lambda name, content: content + b" " * 20_000_000 if "sheet1" in name else content)
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    old, new = struct.pack("<L", size), struct.pack("<L", 1000)
    assert content.count(old) == 2
    file.write_bytes(bytes(content).replace(old, new))
    workbook, findings = opened(file)
    assert workbook is None
    assert "member 'xl/worksheets/sheet1.xml': damaged or cut off (Bad CRC-32" in findings.message()


def test_two_cells_far_apart_do_not_take_all_memory(tmp_path: Path) -> None:
    """A reader that keeps a place for every cell between them ends the process; so it is not asked."""
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    repacked(file, lambda n, c: c.replace(b"</sheetData>", far) if "sheet1" in n else c)
    workbook, findings = opened(file)
    assert workbook is not None
    assert workbook.sheet("S").frame.height == 0
    assert findings.message() == (
        "a.xlsx: sheet 'S': its cells reach XFD1048576, 17,179,869,184 places; "
        "at most 40,000,000; give the publisher's own file"
    )


@pytest.mark.parametrize(
    ("address_", "reach"),
    [
        (b'r = "XFD1048576"', "XFD1048576, 17,179,869,184 places"),
        (b"r='xfd1048576'", "XFD1048576, 17,179,869,184 places"),
        (b's="0" r="ZZZZZZZ2"', "ZZZZZZZ2, 16,706,165,164 places"),
        (b'r="B' + b"9" * 5000 + b'"', "B9999999999, 19,999,999,998 places"),
    ],
)
def test_addresses_are_read_however_they_are_written(tmp_path: Path, address_: bytes, reach: str) -> None:
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    repacked(file, lambda n, c: c.replace(b'r="B2"', address_) if "sheet1" in n else c)
    workbook, findings = opened(file)
    assert workbook is not None
    workbook.sheet("S")
    assert f"sheet 'S': its cells reach {reach};" in findings.message()


def test_a_part_that_says_it_holds_more_texts_than_it_can(tmp_path: Path) -> None:
    """A reader makes room for as many as are said, 103 GB here, and the process ends."""
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet("S").write_row(0, 0, ["Country", 2024])
    repacked(file, lambda _, c: c.replace(b'uniqueCount="1"', b'uniqueCount="4294967295"'))
    workbook, findings = opened(file)
    assert workbook is None
    assert findings.message() == (
        "a.xlsx: the workbook: member 'xl/sharedStrings.xml': it says it holds 4,294,967,295 texts, "
        f"and has 191 bytes; {AGAIN}"
    )


def test_cells_without_an_address_are_counted_too(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    wide = b'<row r="1048576">' + b"<c><v>1</v></c>" * 100 + b"</row></sheetData>"
    repacked(file, lambda n, c: c.replace(b"</sheetData>", wide) if "sheet1" in n else c)
    workbook, findings = opened(file)
    assert workbook is not None
    workbook.sheet("S")
    assert "its cells reach CV1048576, 104,857,600 places" in findings.message()


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_half_a_part_is_not_taken_for_a_whole_one(tmp_path: Path, part: str) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet("S").write_row(0, 0, ["Country", 2024])
    repacked(file, lambda name, content: content[: len(content) // 2] if name == part else content)
    workbook, findings = opened(file)
    assert workbook is None
    assert findings.message().startswith(f"a.xlsx: the workbook: member '{part}': cut off or damaged (")
    assert findings.message().endswith(f"); {AGAIN}")


def test_a_sheet_whose_part_is_not_there(tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    repacked(
        file,
        lambda n, c: (
            c.replace(b"/xl/worksheets/sheet1.xml", b"/xl/x.xml") if n.endswith("book.xml.rels") else c
        ),
    )
    workbook, findings = opened(file)
    if workbook is not None:
        workbook.sheet("S")
    assert findings.message().endswith(f"; {AGAIN}")
    assert len(findings.message().splitlines()) == 1


@pytest.mark.parametrize("levels", [3, 9])
def test_an_entity_bomb_is_not_expanded(tmp_path: Path, levels: int) -> None:
    file = book(tmp_path / "a.xlsx", {"S": [["x"], ["=A1"]]})
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    for n in range(levels):
        entities += b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10)
    last = b"<f>A1</f><v>&a%d;</v>" % (levels - 1)

    def change(name: str, content: bytes) -> bytes:
        return entities + b"]>" + content.replace(b"<f>A1</f><v />", last) if "sheet1" in name else content

    workbook, findings = opened(repacked(file, change))
    cells = [cell for row in workbook.sheet("S").frame.rows() for cell in row] if workbook else []
    assert sum(len(cell or "") for cell in cells) < 100
    assert findings.refusals or findings.kept


def test_without_the_extra_the_message_names_it(tmp_path: Path) -> None:
    """In a process of its own, where fastexcel cannot be imported."""
    file = book(tmp_path / "a.xlsx", {"S": ROWS})
    code = f"""
import sys
sys.modules["fastexcel"] = None
from pathlib import Path
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.workbooks import open_workbook
from pactolus.errors import MissingExtraError
try:
    open_workbook(Path({str(file)!r}), Findings("a.xlsx"))
except MissingExtraError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "reading a workbook needs the optional part 'data': pip install 'pactolus[data]'\n"
    )


def test_checksums_are_those_of_the_archive(tmp_path: Path) -> None:
    """The bomb above is caught by its checksum: the unpacked bytes do have another one."""
    assert zlib.crc32(b" " * 20_000_000) != zlib.crc32(b" " * 1000)
