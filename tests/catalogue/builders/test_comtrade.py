"""UN Comtrade rows: CSV and JSON of the API, with the traps of its layout."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.catalogue.readers import comtrade
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import conform
from pactolus.terms.countries import countries
from tests.catalogue.builders.workbook_files import mended, read, text, told

#: The columns of the API in their order (November 2024); those that are not read are here too.
HEADINGS = """
typeCode freqCode refPeriodId refYear refMonth period reporterCode reporterISO reporterDesc flowCode
flowDesc partnerCode partnerISO partnerDesc partner2Code partner2ISO partner2Desc classificationCode
classificationSearchCode isOriginalClassification cmdCode cmdDesc aggrLevel isLeaf customsCode
customsDesc mosCode motCode motDesc qtyUnitCode qtyUnitAbbr qty isQtyEstimated altQtyUnitCode
altQtyUnitAbbr altQty isAltQtyEstimated netWgt isNetWgtEstimated grossWgt isGrossWgtEstimated cifvalue
fobvalue primaryValue legacyEstimationFlag isReported isAggregate"""
API = HEADINGS.split()
Row = dict[str, object]


def row(**cells: object) -> Row:
    """One row of the API: Korea's imports of 250410 from China in 2023, with other cells where given."""
    usual: Row = {
        "typeCode": "C",
        "freqCode": "A",
        "refYear": 2023,
        "refMonth": 52,
        "period": "2023",
        "reporterCode": 410,
        "flowCode": "M",
        "partnerCode": 156,
        "partner2Code": 0,
        "classificationCode": "H6",
        "isOriginalClassification": True,
        "cmdCode": "250410",
        "customsCode": "C00",
        "mosCode": 0,
        "motCode": 0,
        "qtyUnitCode": 8,
        "qty": 25_000_000.4,
        "netWgt": 25_000_000.4,
        "isNetWgtEstimated": False,
        "primaryValue": 40_000_000.6,
        "legacyEstimationFlag": 0,
        "isReported": True,
        "isAggregate": False,
    }
    return {name: usual.get(name, "") for name in API} | cells


def as_csv(rows: Sequence[Row], separator: str = ",") -> str:
    """Rows as the API writes CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file_of(folder: Path, *rows: Row, name: str = "comtrade.csv") -> Path:
    """A CSV file of rows."""
    return text(folder / name, as_csv(rows))


def facts(folder: Path, *rows: Row) -> list[tuple[object, ...]]:
    """Partner, flow, month, weight and value of rows that are read without a fault."""
    tables, findings = read(comtrade, file_of(folder, *rows))
    assert findings.message() == ""
    return tables["trade_reported"].select("partner", "flow", "month", "quantity_kg", "value_usd").rows()


def test_one_row(tmp_path: Path) -> None:
    tables, findings = read(comtrade, file_of(tmp_path, row()))
    assert findings.message() == ""
    assert findings.as_table().height == 0
    assert tables["trade_reported"].to_dicts() == [
        {
            "source": "comtrade",
            "reporter": "KOR",
            "partner": "CHN",
            "flow": "import",
            "hs_edition": "HS22",
            "code": "250410",
            "hs_code": "250410",
            "year": 2023,
            "month": 0,
            "quantity_kg": 25_000_000,
            "value_usd": 40_000_001,
            "estimated": False,
        }
    ]


def test_the_table_keeps_its_rules(tmp_path: Path) -> None:
    tables, _ = read(
        comtrade, file_of(tmp_path, row(), row(partnerCode=899), row(cmdCode="999999", netWgt=0, qty=0))
    )
    table = conform(tables["trade_reported"], TABLES["trade_reported"])
    assert faults_of(table, TABLES["trade_reported"]) == []
    assert table.sort("partner")["hs_code"].null_count() == 1


def test_months_and_years_stand_side_by_side(tmp_path: Path) -> None:
    monthly = {"freqCode": "M", "period": "202311", "refMonth": 11}
    assert facts(tmp_path, row(), row(**monthly, netWgt=13_900_000)) == [
        ("CHN", "import", 0, 25_000_000, 40_000_001),
        ("CHN", "import", 11, 13_900_000, 40_000_001),
    ]


def test_the_code_lists_of_editions_lead_to_one_set_of_codes(tmp_path: Path) -> None:
    rows = [
        row(classificationCode="H0", period="1996", refYear=1996, cmdCode="811291"),
        row(classificationCode="H5", period="2020", refYear=2020, cmdCode="811292"),
        row(classificationCode="H6", period="2023", cmdCode="811292"),
    ]
    tables, _ = read(comtrade, file_of(tmp_path, *rows))
    assert tables["trade_reported"].select("hs_edition", "code", "hs_code").rows() == [
        ("HS92", "811291", "811291"),
        ("HS17", "811292", "811291"),
        ("HS22", "811292", "811291"),
    ]


@pytest.mark.parametrize(
    ("code", "area"),
    [(490, "TWN"), (842, "USA"), (251, "FRA"), (699, "IND"), (757, "CHE"), (579, "NOR"), (412, "XKX"),
     (899, "OTHER"), (492, "OTHER"), (837, "OTHER"), (0, None), (97, None), ("0392", "JPN"), (408, "PRK")],
)  # fmt: skip
def test_numeric_codes_are_those_of_comtrade_not_of_iso(code: object, area: str | None) -> None:
    assert comtrade.area_of(str(code)) == area


def test_every_country_that_can_be_asked_for_is_read_back_as_itself() -> None:
    known = [c.iso3 for c in countries().values() if c.baci]
    assert [comtrade.area_of(code) for code in comtrade.listed(known)] == known


def test_a_code_that_is_not_listed_is_settled_by_its_letters(tmp_path: Path) -> None:
    assert facts(tmp_path, row(partnerCode=999, partnerISO="MDG"))[0][0] == "MDG"
    assert told(comtrade, file_of(tmp_path, row(partnerCode=999, partnerISO="XYZ"))) == [
        "comtrade.csv: line 2: partnerCode '999' is no country or area that is known; give the file with "
        "partnerISO and reporterISO (includeDesc), or correct the code"
    ]


def test_the_world_is_left_out_and_said(tmp_path: Path) -> None:
    file = file_of(
        tmp_path, row(), row(partnerCode=0, primaryValue=90_000_000), row(partnerCode=97, primaryValue=1)
    )
    assert mended(comtrade, file) == [
        "line 3: partners that are sums (the world) (2 rows); left out: they add up the others"
    ]


def test_partners_that_add_up_to_more_than_the_world_are_doubted(tmp_path: Path) -> None:
    file = file_of(tmp_path, row(), row(partnerCode=392), row(partnerCode=0, primaryValue=60_000_000))
    (line,) = told(comtrade, file)
    assert line.startswith(
        "comtrade.csv: line 4: KOR import 250410 2023: the world is 60,000,000 USD, its partners add up to "
        "80,000,002; look for rows that stand twice (accept: "
    )


def test_areas_that_are_not_specified_are_added_up(tmp_path: Path) -> None:
    rows = [
        row(),
        row(partnerCode=899, netWgt=10, primaryValue=5),
        row(partnerCode=568, netWgt=7, primaryValue=2),
    ]
    assert facts(tmp_path, *rows)[1:] == [("OTHER", "import", 0, 17, 7)]
    rows[2] |= {"netWgt": 0, "qty": 0}
    assert facts(tmp_path, *rows)[1:] == [("OTHER", "import", 0, None, 7)]
    assert mended(comtrade, file_of(tmp_path, *rows)) == [
        "line 3: several areas that are not specified (2 rows); added up as OTHER"
    ]


def test_breakdowns_do_not_count_twice(tmp_path: Path) -> None:
    rows = [
        row(),
        row(motCode=1000, netWgt=1),
        row(motCode=2100),
        row(customsCode="C01"),
        row(partner2Code=842),
    ]
    assert facts(tmp_path, *rows) == [("CHN", "import", 0, 25_000_000, 40_000_001)]
    assert mended(comtrade, file_of(tmp_path, *rows)) == [
        "line 3: rows by second partner, customs procedure or mode of transport (4 rows); left out: the "
        "aggregate "
        "row holds them"
    ]


def test_a_file_of_breakdowns_only_is_refused(tmp_path: Path) -> None:
    file = file_of(tmp_path, row(), row(partnerCode=392, motCode=1000), row(partnerCode=392, motCode=2100))
    assert told(comtrade, file) == [
        "comtrade.csv: line 3: 1 facts have only rows by second partner, customs procedure or mode of "
        "transport; "
        "ask for the aggregate rows too (partner2Code 0, customsCode C00, motCode 0)"
    ]


def test_parts_of_flows_and_longer_codes_are_sums_or_parts(tmp_path: Path) -> None:
    rows = [
        row(),
        row(flowCode="RM"),
        row(flowCode="X"),
        row(flowCode="RX"),
        row(cmdCode="2504"),
        row(cmdCode="TOTAL"),
    ]
    assert [(f[1], f[3]) for f in facts(tmp_path, *rows)] == [("import", 25_000_000), ("export", 25_000_000)]
    assert mended(comtrade, file_of(tmp_path, *rows)) == [
        "line 6: codes shorter than six digits (2 rows); left out: they add up the longer ones",
        "line 3: flows other than M and X (2 rows); left out: M and X hold them already",
    ]


def test_a_weight_of_zero_is_one_that_was_not_reported(tmp_path: Path) -> None:
    rows = [
        row(netWgt=0.0, qtyUnitCode=-1, qty=0),
        row(partnerCode=392, netWgt="", qtyUnitCode=8, qty=120.2),
        row(partnerCode=842, netWgt="", qtyUnitCode=5, qty=7, altQtyUnitCode=8, altQty=33),
    ]
    assert [f[3] for f in facts(tmp_path, *rows)] == [None, 120, 33]
    assert mended(comtrade, file_of(tmp_path, *rows)) == [
        "line 3: no netWgt, but a quantity in kg (2 rows); took the quantity"
    ]


@pytest.mark.parametrize(
    ("flag", "said", "estimated"),
    [(0, False, False), (2, False, False), (4, False, True), (6, True, True), ("", True, True)],
)
def test_estimated_weights_are_marked(tmp_path: Path, flag: object, said: bool, estimated: bool) -> None:
    tables, _ = read(comtrade, file_of(tmp_path, row(legacyEstimationFlag=flag, isNetWgtEstimated=said)))
    assert tables["trade_reported"]["estimated"].to_list() == [estimated]


def test_a_converted_copy_is_left_out(tmp_path: Path) -> None:
    copy = row(classificationCode="H4", isOriginalClassification=False, primaryValue=1)
    tables, findings = read(comtrade, file_of(tmp_path, copy, row()))
    assert findings.message() == ""
    assert tables["trade_reported"].select("hs_edition", "value_usd").rows() == [("HS22", 40_000_001)]
    assert mended(comtrade, file_of(tmp_path, copy, row())) == [
        "line 2: rows of a second edition of the code list (1 rows); left out: the same trade stands in the "
        "edition it was reported in"
    ]


def test_repeated_rows_are_kept_once_and_unequal_ones_doubted(tmp_path: Path) -> None:
    assert len(facts(tmp_path, row(), row())) == 1
    (line,) = told(comtrade, file_of(tmp_path, row(), row(netWgt=25)))
    assert line.startswith(
        "comtrade.csv: line 3: reporter KOR, partner CHN, flow import, hs_edition HS22, code 250410, year "
        "2023, "
        "month 0 stands 2 times with different values: "
    )


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    rows = [
        row(freqCode="Q"),
        row(period="202313", freqCode="M"),
        row(period="2022"),
        row(classificationCode="S4"),
        row(cmdCode="2504101000"),
        row(flowCode="Z"),
        row(reporterCode=""),
        row(netWgt="25.000,5"),
        row(primaryValue="-7", partnerCode=32),
        row(typeCode="S"),
    ]
    assert told(comtrade, file_of(tmp_path, *rows)) == [
        "comtrade.csv: line 11: typeCode 'S' is not goods (C); ask for goods",
        "comtrade.csv: line 2: freqCode 'Q' is neither A (year) nor M (month); correct it",
        "comtrade.csv: line 3: period '202313' is no period of its freqCode; a year is written 2023, a "
        "month 202301",
        "comtrade.csv: line 6: cmdCode '2504101000' has not six digits; ask for final data, not for tariff "
        "lines; "
        "a leading zero may be lost",
        "comtrade.csv: line 9, netWgt: '25.000,5' has a decimal comma; write a point; correct the cell or "
        "empty it",
        "comtrade.csv: line 4: refYear '2023' is not the year of period; correct one of them",
        "comtrade.csv: line 5: classificationCode 'S4' is no edition of the Harmonized System; ask for HS; "
        "known "
        "are H0, H1, H2, H3, H4, H5, H6",
        "comtrade.csv: line 7: flowCode 'Z' is no flow; M is import, X export; known besides are RM, RX, "
        "DX, FM, "
        "MIP, MOP, XIP, XOP",
        "comtrade.csv: line 8: reporterCode is empty; give the file with partnerISO and reporterISO "
        "(includeDesc), or correct the code",
        "comtrade.csv: line 10, primaryValue: '-7' is below 0; correct the cell or empty it",
    ]


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    content = as_csv([row()]).replace("netWgt", "net_weight", 1).replace("primaryValue", "PrimaryValue", 1)
    content = content.replace("cmdCode", "product", 1)
    assert told(comtrade, text(tmp_path / "comtrade.csv", content)) == [
        "comtrade.csv: line 1: no column 'cmdCode'; is it 'mosCode' or 'cmdDesc'?; give the file in the "
        "publisher's "
        "layout, "
        "or rename the column",
        "comtrade.csv: line 1: no column 'netWgt'; is it 'net_weight'?; give the file in the publisher's "
        "layout, "
        "or rename the column",
    ]


def as_json(rows: Sequence[Row], **more: object) -> str:
    """Rows as the API answers."""
    return json.dumps({"elapsedTime": "0.2 secs", "count": len(rows), "data": list(rows), "error": ""} | more)


def test_json_and_csv_and_packed_text_give_one_table(tmp_path: Path) -> None:
    rows = [row(), row(partnerCode=392, netWgt=None), row(flowCode="X", primaryValue=3)]
    plain, _ = read(comtrade, file_of(tmp_path, *rows))
    answer, _ = read(comtrade, text(tmp_path / "a.json", as_json(rows)))
    bare, _ = read(comtrade, text(tmp_path / "b.json", json.dumps(rows)))
    (tmp_path / "bulk.gz").write_bytes(gzip.compress(as_csv(rows, "\t").encode()))
    bulk, findings = read(comtrade, tmp_path / "bulk.gz")
    assert findings.message() == ""
    for other in (answer, bare, bulk):
        assert other["trade_reported"].equals(plain["trade_reported"])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "c.json: the file: is empty; fetch the file again"),
        (b'{"data": [', "c.json: line 1: is no JSON (Expecting value); the file is cut off: fetch it again"),
        (b'{"count": 2, "data": [{}]}', "c.json: count: says 2, there are 1 rows; fetch it again"),
        (b'{"data": [], "error": "Invalid period"}',
         "c.json: error: the API answered 'Invalid period'; mend the query, fetch it again"),
        (b'{"rows": []}', "c.json: the file: has no list 'data'; give the answer of the API as it came"),
        (b'{"data": [1]}', "c.json: record 1: '1' is no row; fetch it again"),
        (b'{"data": []}', "c.json: the file: holds no row; widen the query, or fetch the file again"),
        (b"\x1f\x8b\x08\x00zzz", "c.json: the file: cannot be unpacked ("),
    ],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path: Path, content: bytes, line: str) -> None:
    (tmp_path / "c.json").write_bytes(content)
    assert told(comtrade, tmp_path / "c.json")[0].startswith(line)


def test_an_answer_that_fills_its_limit_is_doubted(tmp_path: Path) -> None:
    rows = [row(cmdCode=f"25{n:04d}") for n in range(500)]
    (line,) = told(comtrade, text(tmp_path / "c.json", as_json(rows)))
    assert line.startswith(
        "c.json: the file: exactly 500 rows, at which the API cuts an answer; ask for fewer"
    )
    assert told(comtrade, text(tmp_path / "c.json", as_json(rows, whole=True))) == []


@settings(max_examples=40)
@given(
    st.sampled_from(
        [*comtrade.REPORTED, "freqCode", "period", "partnerCode", "netWgt", "cmdCode", "motCode"]
    ),
    st.one_of(
        st.text(max_size=8), st.floats(), st.integers(), st.none(), st.lists(st.integers(), max_size=2)
    ),
)
def test_any_value_in_any_cell_gives_findings_or_a_table(column: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(partnerCode=392), row(**{column: value})]
        tables, findings = read(comtrade, text(Path(folder) / "a.json", json.dumps(rows)))
    table = tables["trade_reported"]
    assert findings.refusals or table.height
    assert table.columns == list(comtrade.REPORTED)
    assert (table["value_usd"].drop_nulls() >= 0).all()
    if not findings.refusals:
        assert table.select(TABLES["trade_reported"].key).is_unique().all()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 900), st.binary(max_size=3)), min_size=1, max_size=3))
def test_other_bytes_give_findings_or_a_table(edits: list[tuple[int, bytes]]) -> None:
    content = as_csv([row(), row(partnerCode=392)]).encode()
    for at, new in edits:
        content = content[:at] + new + content[at + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "c.csv"
        file.write_bytes(content)
        tables, findings = read(comtrade, file)
    assert findings.refusals or tables["trade_reported"].height


@settings(max_examples=15)
@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order: Sequence[int]) -> None:
    rows = [
        row(),
        row(partnerCode=899),
        row(partnerCode=568),
        row(partnerCode=0, primaryValue=2e8),
        row(motCode=21),
    ]
    with tempfile.TemporaryDirectory() as folder:
        tables, findings = read(comtrade, file_of(Path(folder), *(rows[n] for n in order)))
    assert findings.message() == ""
    table = tables["trade_reported"].sort("partner")
    assert table.select("partner", "quantity_kg", "value_usd").rows() == [
        ("CHN", 25_000_000, 40_000_001),
        ("OTHER", 50_000_000, 80_000_002),
    ]


@pytest.mark.shared
def test_the_sample_files_of_the_api(shared: Path) -> None:
    folder = shared / "data/raw/comtrade_sample"
    tables, findings = read(comtrade, folder / "gallium_trade_data.csv")
    assert findings.message() == ""
    table = tables["trade_reported"]
    assert table.height == 20
    assert set(table["hs_code"]) == {"811291"}
    usa = table.filter(pl.col("reporter") == "USA", pl.col("flow") == "import", pl.col("year") == 2023)
    assert usa.select("partner", "quantity_kg", "value_usd").rows() == [("CHN", 225_165, 32_791_847)]
    tables, findings = read(comtrade, folder / "lithium_trade_data.csv")
    assert findings.message() == ""
    ore = tables["trade_reported"].filter(
        pl.col("reporter") == "AUS", pl.col("year") == 2023, pl.col("flow") == "export"
    )
    assert ore.filter(pl.col("code") == "253090").select("quantity_kg", "value_usd").rows() == [
        (3_553_252_482, 12_523_686_085)
    ]
