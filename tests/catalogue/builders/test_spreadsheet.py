"""Spreadsheets through a mapping file: customs extracts of Korea and Japan in made-up layouts, and others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.catalogue.readers import spreadsheet
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import conform
from tests.catalogue.builders.spreadsheet_files import (
    JPN,
    JPN_CSV,
    KOR,
    KOR_CSV,
    as_yaml,
    mended,
    read,
    told,
    written,
)
from tests.catalogue.builders.workbook_files import book

SHOWN = ("partner", "flow", "code", "year", "month", "quantity_kg", "value_usd")


def kor(folder: Path, content: str = KOR_CSV, **changes: Any) -> Path:
    """The Korean extract with parts of its mapping changed."""
    return written(folder, {k: v for k, v in (KOR | changes).items() if v is not None}, kor_csv=content)


def jpn(folder: Path, content: str = JPN_CSV, **changes: Any) -> Path:
    """The Japanese extract with parts of its mapping changed."""
    return written(folder, JPN | changes, jpn_csv=content.encode("cp932"))


def test_a_korean_extract_with_imports_and_exports_side_by_side(tmp_path: Path) -> None:
    table, findings = read(kor(tmp_path))
    assert findings.message() == ""
    assert table.select(SHOWN).rows() == [
        ("CHN", "import", "2504101000", 2024, 1, 820_000, 1_350_000),
        ("JPN", "export", "2504101000", 2024, 1, 1_200, 9_000),
        ("JPN", "import", "2504101000", 2024, 1, 5_000, 32_000),
        ("OTHER", "import", "2504101000", 2024, 1, 20_000, 40_000),
        ("CHN", "export", "2504101000", 2024, 2, 300, 4_000),
        ("CHN", "import", "2504101000", 2024, 2, 640_500, 1_002_000),
    ]
    assert table.select("source", "reporter", "hs_edition", "hs_code").unique().rows() == [
        ("kor-customs-test", "KOR", "HS22", "250410")
    ]
    assert mended(tmp_path / "mapping.yaml") == [
        "kor.csv, line 4: rows named '총계' (1 rows); left out",
        "kor.csv, line 5: rows without weight and value (2 rows); left out",
    ]


def test_a_japanese_extract_with_a_column_a_month(tmp_path: Path) -> None:
    table, findings = read(jpn(tmp_path, JPN_CSV.replace("2020,韓国", "2024,合計")))
    assert findings.message() == ""
    assert table.select(SHOWN).rows() == [
        ("CHN", "import", "250410000", 2024, 1, 1_250_000, 2_000_000),
        ("CHN", "import", "284690210", 2024, 1, 12_300, 370_000),
        ("CHN", "import", "284690210", 2024, 2, 9_870, 260_000),
        ("KOR", "import", "850511000", 2024, 1, None, 59_000),
    ]
    assert mended(tmp_path / "mapping.yaml") == [
        "jpn.csv, line 5: rows named '総額' (1 rows); left out",
        "jpn.csv, line 6: rows named '000' (1 rows); left out",
        "jpn.csv, line 7: rows named '合計' (1 rows); left out",
        "jpn.csv, line 2: rows without weight and value (1 rows); left out",
        "jpn.csv, line 4: quantities in 'NO' (1 rows); not a weight: left empty",
    ]


def test_the_tables_keep_their_rules(tmp_path: Path) -> None:
    for made in (kor(tmp_path), jpn(tmp_path, JPN_CSV.replace("2020,韓国", "2024,韓国"))):
        table, findings = read(made)
        assert findings.message() == ""
        assert faults_of(conform(table, TABLES["trade_reported"]), TABLES["trade_reported"]) == []


def test_the_edition_follows_the_year(tmp_path: Path) -> None:
    rates = {"per_usd": 150, "source": "made up"}
    table, _ = read(jpn(tmp_path, exchange=rates))
    assert table.select("year", "hs_edition").unique().sort("year").rows() == [(2020, "HS17"), (2024, "HS22")]


def test_a_rate_is_taken_for_its_month_then_its_year_and_none_is_guessed(tmp_path: Path) -> None:
    assert told(jpn(tmp_path)) == ["mapping.yaml:22:3: exchange: no rate for 2020-01; add it under per_usd"]
    only = {"per_usd": {"2024-01": 150}, "source": "made up"}
    lines = told(jpn(tmp_path, JPN_CSV.replace("2020,", "2024,"), exchange=only))
    assert lines == ["mapping.yaml:22:3: exchange: no rate for 2024-02; add it under per_usd"]


def test_a_rate_may_stand_in_a_column(tmp_path: Path) -> None:
    content = "기간,국가,코드,금액,환율\n2024-01,중국,250410,1300000,1300\n2024-02,중국,250410,1300000,\n"
    mapping = KOR | {
        "header": 1,
        "columns": {
            "period": "기간",
            "partner": "국가",
            "code": "코드",
            "value": "금액",
            "exchange_rate": "환율",
        },
        "constants": {"reporter": "KOR", "flow": "import"},
        "units": {"value": "원"},
        "code": {"edition": "HS22"},
    }
    file = written(tmp_path, mapping, kor_csv=content)
    assert told(file) == [
        "mapping.yaml: kor.csv, line 3, column E: exchange_rate is no rate; give units of the currency for "
        "one US "
        "dollar"
    ]
    table, findings = read(
        written(tmp_path, mapping, kor_csv=content.replace("1300000,\n", "1300000,1250\n"))
    )
    assert findings.message() == ""
    assert table["value_usd"].to_list() == [1_000, 1_040]


def test_a_workbook_with_a_double_heading_and_merged_cells(tmp_path: Path) -> None:
    rows = [
        ["한국의 수입"],
        [None, None, None, "수입", None],
        ["연도", "국가", "HS", "중량(톤)", "금액(천달러)"],
        [2023, "중국", 2504101000, 12.5, 30],
        [None, "일본", 2504101000, 1, 4],
        [None, "소계", 2504101000, 13.5, 34],
        [2024, "미국", 2504101000, 3, 9],
    ]
    book(tmp_path / "kor.xlsx", {"안내": [["x"]], "수입": rows})
    mapping = KOR | {
        "files": "*.xlsx",
        "sheet": "수입",
        "header": [2, 3],
        "fill_down": ["year"],
        "columns": {"year": "연도", "partner": "국가", "code": "HS",
                    "quantity": "수입 중량(톤)", "value": "수입 금액(천달러)"},
        "constants": {"reporter": "KOR", "flow": "수입"},
        "units": {"quantity": "t", "value": "thousand USD"},
    }  # fmt: skip
    table, findings = read(written(tmp_path, mapping))
    assert findings.message() == ""
    assert table.select(SHOWN).rows() == [
        ("CHN", "import", "2504101000", 2023, 0, 12_500, 30_000),
        ("JPN", "import", "2504101000", 2023, 0, 1_000, 4_000),
        ("USA", "import", "2504101000", 2024, 0, 3_000, 9_000),
    ]


def test_places_in_a_workbook_are_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["기간", "국가", "HS", "중량"],
        ["2024-13", "중국", "250410", 1],
        ["2024-01", "중국", "250410", "=1/0"],
    ]
    book(tmp_path / "kor.xlsx", {"a": rows})
    mapping = KOR | {
        "files": "kor.xlsx", "sheet": "b", "header": 1, "constants": {"reporter": "KOR", "flow": "수입"},
        "columns": {"period": "기간", "partner": "국가", "code": "HS", "quantity": "중량"},
        "units": {"quantity": "kg"},
    }  # fmt: skip
    assert told(written(tmp_path, mapping)) == [
        "mapping.yaml:23:8: sheet: kor.xlsx has no sheet 'b'; it has a"
    ]
    assert told(written(tmp_path, mapping | {"sheet": "a"})) == [
        "mapping.yaml: sheet 'a', D3: a formula without a stored value; open the workbook, compute it, and "
        "save values"
    ]
    book(tmp_path / "kor.xlsx", {"a": rows[:2]})
    assert told(written(tmp_path, mapping | {"sheet": "a"})) == [
        "mapping.yaml: kor.xlsx, sheet 'a', A2: period '2024-13' is no period; write for example 2024-01, "
        "2024.01, 202401 or 2024; correct the cell"
    ]


def test_partners_that_exceed_the_printed_sum_are_doubted(tmp_path: Path) -> None:
    slip = KOR_CSV.replace('"5,000",32', '"50,000",320')
    lines = told(kor(tmp_path, slip))
    assert [line[: line.index(" (accept: ")] for line in lines] == [
        "mapping.yaml: kor.csv, line 4: the sum is 1,422,000 USD, its partners add up to 1,710,000; look "
        "for a "
        "value in another unit, or a row that stands twice",
        "mapping.yaml: kor.csv, line 4: the sum is 845,000 kg, its partners add up to 890,000; look for a "
        "value "
        "in another unit, or a row that stands twice",
    ]
    assert read(kor(tmp_path, slip), {line[-11:-1] for line in lines})[1].message() == ""
    assert told(kor(tmp_path, slip.replace("총계", "소계"))) == []  # of some rows only: not compared


def test_rows_of_several_customs_offices_are_added_up_when_the_mapping_says_so(tmp_path: Path) -> None:
    content = KOR_CSV.replace("2024.01,기타", "2024.01,중국")
    (line,) = told(kor(tmp_path, content))
    assert line.startswith(
        "mapping.yaml: kor.csv, line 7: source kor-customs-test, reporter KOR, partner CHN, "
    )
    table, findings = read(kor(tmp_path, content, add_up=True))
    assert findings.message() == ""
    assert table.rows()[0][-3:-1] == (840_000, 1_390_000)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    content = """기간,국가,HS코드,수출 중량,수출 금액,수입 중량,수입 금액
2024.1,중국,2504101000,,,1,1
2024-02,중궈,2504101000,,,1,1
2024-02,중국,25041010,,,1,1
2024-02,중국,2504101000,,,1 kg,"1,00"
2024-02,일본,2504101000,,,-5,=A1
2024-02,,2504101000,,,1,1
(주) 잠정치
"""
    assert told(kor(tmp_path, content, header=1, until=None)) == [
        "mapping.yaml: kor.csv, line 8: a line of text '(주) 잠정치' inside the table; name its first word "
        "under "
        "'until', or under 'leave_out'",
        "mapping.yaml: kor.csv, line 2, column A: period '2024.1' may be January or October: a spreadsheet "
        "drops the "
        "last zero; write 2024-01 or 2024-10 as text; correct the cell",
        "mapping.yaml: kor.csv, line 4, column C: code '25041010' has not 10 digits; a leading zero may be "
        "lost: keep "
        "codes as text",
        "mapping.yaml: kor.csv, line 5, column F: quantity '1 kg' has a unit behind the number; the unit "
        "belongs into "
        "its column or header; correct the cell or empty it",
        "mapping.yaml: kor.csv, line 5, column G: value '1,00' has a decimal comma; write a point; correct "
        "the cell "
        "or empty it",
        "mapping.yaml: kor.csv, line 3, column B: partner '중궈' is no country that is known; did you mean "
        "'중국'?; add it under "
        "'countries' in the mapping",
        "mapping.yaml: kor.csv, line 7, column B: partner is empty; name the country, or leave the row out",
        "mapping.yaml: kor.csv, line 6, column F: quantity '-5' is below 0; correct the cell or empty it",
        "mapping.yaml: kor.csv, line 6, column G: value '=A1' is a formula, not a value; correct the cell "
        "or empty it",
    ]


def test_headings_that_are_not_there_are_named_with_their_line_in_the_mapping(tmp_path: Path) -> None:
    columns = KOR["columns"] | {"partner": "국가명", "value": "금액"}
    assert told(kor(tmp_path, columns=columns)) == [
        "mapping.yaml:12:12: columns.partner: no heading '국가명' in kor.csv, line 3; did you mean "
        "'국가'?; write "
        "the heading as it stands in the file",
        "mapping.yaml:15:10: columns.value: no heading '금액' in kor.csv, line 3; did you mean '수출 금액' "
        "or "
        "'수입 금액'?; write the heading as it stands in the file",
    ]


@pytest.mark.parametrize(
    ("content", "changes", "line"),
    [
        (b"\xb1\xe2\xb0\xa3,\xb1\xb9\xb0\xa1\n", {},
         "mapping.yaml: kor.csv, line 1: is not UTF-8; say the encoding in the mapping: utf-8, utf-16, "
         "cp949, euc-kr, "
         "cp932, shift_jis, euc-jp, cp1252"),
        ("기간".encode(), {"encoding": "shift_jis"}, "mapping.yaml: kor.csv, line 1: is not shift_jis; say "
        "the encoding"),
        (b"", {}, "mapping.yaml: kor.csv: is empty; give the file as it was fetched"),
        (b"a\n", {}, "mapping.yaml:8:9: header: row 3 is beyond the 1 rows of kor.csv; correct the row"),
        (b"PK\x03\x04zz", {}, "mapping.yaml: the archive: cannot be opened ("),
        (b"a\x00b\n", {}, "mapping.yaml: kor.csv: zero bytes: this is no text file; give a text file or a "
        "workbook"),
    ],
)  # fmt: skip
def test_files_that_are_none(tmp_path: Path, content: bytes, changes: dict[str, Any], line: str) -> None:
    assert told(written(tmp_path, KOR | changes, kor_csv=content))[0].startswith(line)


def test_a_file_that_is_not_beside_its_mapping(tmp_path: Path) -> None:
    assert told(kor(tmp_path, files=["kor.csv", "kro.csv", "*.xlsx"])) == [
        "mapping.yaml:7:8: files: no file 'kro.csv' beside the mapping; did you mean 'kor.csv'?; put the "
        "file "
        "beside its mapping, or correct the name",
        "mapping.yaml:7:8: files: no file '*.xlsx' beside the mapping; put the file beside its mapping, or "
        "correct "
        "the name",
    ]


def test_old_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "kor.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert told(written(tmp_path, KOR | {"files": "kor.xls"})) == [
        "mapping.yaml: kor.xls: .xls is not read; save it as .xlsx or .csv"
    ]


def test_the_mapping_speaks_for_the_origin_and_names_its_companions(tmp_path: Path) -> None:
    file = kor(tmp_path, edition="2024", published="2025-01-15")
    says = spreadsheet.edition(file)
    assert (says.producer, says.title, says.licence, says.link) == tuple(
        KOR[k] for k in ("producer", "title", "licence", "link")
    )
    assert (says.edition, says.published) == ("2024", "2025-01-15")
    assert spreadsheet.companions(file) == [tmp_path / "kor.csv"]


PRODUCTION = {
    **{k: KOR[k] for k in ("title", "producer", "licence", "link")},
    "id": "smelter-test",
    "table": "production",
    "files": "kor.csv",
    "columns": {"raw_material": "품목", "country": "국가", "quantity": "{year}년"},
    "units": {"quantity": "톤"},
    "materials": {
        "아연괴": {"mineral": "zinc", "stage": "refined", "basis": "Zn content"},
        "인듐": {"mineral": "인듐", "stage": "refined", "basis": "In content"},
    },
}


def test_production_with_a_column_a_year(tmp_path: Path) -> None:
    content = "품목,국가,2022년,2023년\n아연괴,한국,900000.5,-\n인듐,대한민국,180,190\n합계,한국,1,1\n"
    table, findings = read(written(tmp_path, PRODUCTION, kor_csv=content))
    assert findings.message() == ""
    assert table.select("raw_material", "mineral", "stage", "country", "year", "quantity", "unit").rows() == [
        ("아연괴", "zinc", "refined", "KOR", 2022, 900_000_500, "kg"),
        ("아연괴", "zinc", "refined", "KOR", 2023, None, "kg"),
        ("인듐", "indium", "refined", "KOR", 2022, 180_000, "kg"),
        ("인듐", "indium", "refined", "KOR", 2023, 190_000, "kg"),
    ]
    assert faults_of(conform(table, TABLES["production"]), TABLES["production"]) == []
    lost = content.replace("인듐,대한민국", "인듐괴,대한민국")
    assert told(written(tmp_path, PRODUCTION, kor_csv=lost))[0] == (
        "mapping.yaml: kor.csv, line 3, column A: raw_material '인듐괴' is not under 'materials'; did you "
        "mean "
        "'인듐'?; add it to the mapping, or leave the row out"
    )


def test_monthly_and_annual_prices(tmp_path: Path) -> None:
    mapping = {
        **{k: KOR[k] for k in ("title", "producer", "licence", "link")},
        "id": "prices-test",
        "table": "prices_monthly",
        "files": "kor.csv",
        "columns": {"period": "월", "series": "품목", "price": "가격"},
        "units": {"price": "USD/t"},
        "materials": {"코발트": {"mineral": "cobalt"}},
    }
    content = "월,품목,가격\n2024M01,코발트,28500\n2024년 2월,코발트,...\n"
    table, findings = read(written(tmp_path, mapping, kor_csv=content))
    assert findings.message() == ""
    assert table.drop("mineral").rows() == [("코발트", 2024, 1, 28500.0, "USD/t")]
    assert faults_of(conform(table, TABLES["prices_monthly"]), TABLES["prices_monthly"]) == []
    annual = mapping | {
        "table": "prices_annual",
        "columns": {"year": "월", "series": "품목", "price": "가격"},
    }
    table, findings = read(written(tmp_path, annual, kor_csv="월,품목,가격\n2024,코발트,28500\n"))
    assert findings.message() == ""
    assert table["year"].to_list() == [2024]
    assert told(written(tmp_path, mapping, kor_csv="월,품목,가격\n2024,코발트,1\n")) == [
        "mapping.yaml: kor.csv, line 2, column A: period '2024' is a year, not a month; give months, or fill "
        "prices_annual"
    ]


def test_statistics_keep_their_own_words(tmp_path: Path) -> None:
    mapping = {
        **{k: KOR[k] for k in ("title", "producer", "licence", "link")},
        "id": "stocks-test",
        "table": "statistics",
        "files": "kor.csv",
        "columns": {
            "raw_material": "광종",
            "item": "항목",
            "country": "국가",
            "year": "연도",
            "value": "값",
            "unit": "단위",
        },
    }
    content = "광종,항목,국가,연도,값,단위\n니켈,재고 변동,한국,2023,-120.5,t\n니켈,재고 변동,한국,2024,,t\n"
    table, findings = read(written(tmp_path, mapping, kor_csv=content))
    assert findings.message() == ""
    assert table.select("item", "year", "value", "unit", "mineral").rows() == [
        ("재고 변동", 2023, -120.5, "t", None),
        ("재고 변동", 2024, None, "t", None),
    ]


CELLS = st.one_of(
    st.text(max_size=8), st.sampled_from(["", "=1+1", "1e400", "2024.1", "NaN", "-", "합계", "１２", "'"])
)


@settings(max_examples=60)
@given(st.integers(2, 7), st.integers(0, 6), CELLS)
def test_any_text_in_any_cell_gives_findings_or_a_table(line: int, column: int, cell: str) -> None:
    rows = [row.split(",") for row in KOR_CSV.replace('"', "").splitlines()]
    rows[3] = ["2024.01", "총계", "2504101000", "1200", "9", "845000", "1422"]
    rows[line] = [*rows[line], "", "", "", "", "", ""][:7]
    rows[line][column] = cell.replace(",", "").replace("\n", "").replace("\r", "").replace('"', "")
    with tempfile.TemporaryDirectory() as folder:
        table, findings = read(kor(Path(folder), "\n".join(map(",".join, rows))))
    assert findings.refusals or table.height
    if not findings.refusals:
        assert faults_of(conform(table, TABLES["trade_reported"]), TABLES["trade_reported"]) == []


@settings(max_examples=60)
@given(st.integers(0, 700), st.binary(min_size=1, max_size=6))
def test_other_bytes_in_the_mapping_or_the_file_give_findings_or_a_table(at: int, new: bytes) -> None:
    for name, whole in (("mapping", as_yaml(KOR).encode()), ("file", KOR_CSV.encode())):
        other = whole[: at % len(whole)] + new + whole[at % len(whole) + len(new) :]
        with tempfile.TemporaryDirectory() as folder:
            made = written(Path(folder), KOR, kor_csv=other if name == "file" else KOR_CSV)
            if name == "mapping":
                made.write_bytes(other)
            table, findings = read(made)
        assert findings.refusals or table.height


@pytest.mark.shared
def test_a_carriers_monthly_table_goes_through_a_mapping(shared: Path, tmp_path: Path) -> None:
    source = shared / "data/raw/comtrade_monthly_china/china_exports_hs6_monthly_graphite.csv"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    mapping = {
        **{k: KOR[k] for k in ("title", "producer", "licence", "link")},
        "id": "china-graphite-monthly",
        "table": "trade_reported",
        "files": source.name,
        "columns": {
            "period": "period_dt",
            "partner": "partner_name",
            "code": "hs6",
            "quantity": "qty",
            "value": "val",
        },
        "constants": {"reporter": "CHN", "flow": "export"},
        "units": {"quantity": "kg", "value": "USD"},
        "code": {"edition": {2017: "HS17", 2022: "HS22"}, "digits": 6},
    }
    table, findings = read(written(tmp_path, mapping))
    assert findings.message() == ""
    flake = table.filter(
        pl.col("code") == "250410", pl.col("year") == 2023, pl.col("month").is_in([10, 11, 12])
    )
    told_of = {
        c: flake.filter(pl.col("partner") == c).sort("month")["quantity_kg"].to_list() for c in ("KOR", "JPN")
    }
    rounded = {c: [round(kg / 1e6, 1) for kg in series] for c, series in told_of.items()}
    assert rounded == {"KOR": [3.0, 13.9, 1.1], "JPN": [2.6, 8.5, 0.0]}
