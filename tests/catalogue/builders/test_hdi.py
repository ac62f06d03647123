"""Human Development Index: the trends table, the time series, and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import hdi
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, text, told

#: Typed from HDR23-24_Statistical_Annex_HDI_Trends_Table.xlsx, two of eight years.
TRENDS = [
    [None, "Table 2. Human Development Index trends, 1990-2022"],
    [],
    [None, None, "Human Development Index (HDI) "],
    [None, None, "Value"],
    ["HDI rank", "Country", 1990, None, 2022, None, "2015-2022", "a"],
    [None, "VERY HIGH HUMAN DEVELOPMENT"],
    [1, "Switzerland", 0.85, None, 0.967, None, 0, None],
    [4, "Hong Kong, China (SAR)", 0.739, None, 0.956, None, 2, None],
    [19, "Korea (Republic of)", 0.737, None, 0.929, "c", 3, None],
    [None, "OTHER COUNTRIES OR TERRITORIES"],
    [None, "Korea (Democratic People's Rep. of)", "..", None, "..", None, None, None],
    [None, "Human development groups"],
    [None, "Very high human development", 0.785, None, 0.902],
    [None, "Low human development", 0.354, "b", 0.517],
    [None, "Regions"],
    [None, "Arab States", 0.55, None, 0.704],
    [None, "Sub-Saharan Africa", 0.404, "b", 0.549],
    [None, "World", 0.601, None, 0.739],
    [None, "Notes"],
    [None, "b. Value reported with relaxed aggregation rule."],
    [None, "See http://hdr.undp.org/sites/default/files/hdr2023_technical_notes.pdf"],
]
SERIES = (
    "iso3,country,hdicode,region,hdi_rank_2022,hdi_1990,hdi_2022,le_1990\n"
    "CHE,Switzerland,Very High,,1,0.85,0.967,77.3\nPRK,Korea (Democratic People's Rep. of),,EAP,,,,\n"
    "ZZA.VHHD,Very high human development,,,,0.785,0.902,\nZZK.WORLD,World,,,,0.601,0.739,\n"
)
OWN = "give the table as UNDP publishes it"


def trends(tmp_path: Path, at: tuple[int, int] | None = None, value: object = None) -> Path:
    """The small trends table, one cell changed."""
    rows = changed(TRENDS, at, value) if at else TRENDS
    return book(tmp_path / "hdi.xlsx", {"HDI trends": rows})


def test_countries_without_groups_footnotes_and_growth(tmp_path: Path) -> None:
    tables, findings = read(hdi, trends(tmp_path))
    assert findings.message() == ""
    assert tables["development"].rows() == [
        ("Switzerland", "CHE", 1990, 0.85, "sheet 'HDI trends', C7"),
        ("Switzerland", "CHE", 2022, 0.967, "sheet 'HDI trends', E7"),
        ("Hong Kong, China (SAR)", "HKG", 1990, 0.739, "sheet 'HDI trends', C8"),
        ("Hong Kong, China (SAR)", "HKG", 2022, 0.956, "sheet 'HDI trends', E8"),
        ("Korea (Republic of)", "KOR", 1990, 0.737, "sheet 'HDI trends', C9"),
        ("Korea (Republic of)", "KOR", 2022, 0.929, "sheet 'HDI trends', E9"),
    ]
    assert mended(hdi, trends(tmp_path)) == [
        f"sheet 'HDI trends', A{row}: row {name!r}; left out: a group of countries"
        for row, name in (
            (13, "Very high human development"),
            (14, "Low human development"),
            (16, "Arab States"),
            (17, "Sub-Saharan Africa"),
            (18, "World"),
        )
    ]


def test_the_edition(tmp_path: Path) -> None:
    found = hdi.edition(trends(tmp_path))
    assert (found.edition, found.published) == ("report 2023, 1990-2022", "")
    assert hdi.edition(text(tmp_path / "s.csv", SERIES)).edition == "1990-2022"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_time_series(tmp_path: Path, encoding: str) -> None:
    content = SERIES + "CIV,Côte d'Ivoire,Medium,SSA,166,0.427,0.534,52\n"
    tables, findings = read(hdi, text(tmp_path / "series.csv", content, encoding))
    assert findings.message() == ""
    assert sorted(tables["development"].drop("country_name").rows()) == [
        ("CHE", 1990, 0.85, "line 2, 1990"),
        ("CHE", 2022, 0.967, "line 2, 2022"),
        ("CIV", 1990, 0.427, "line 6, 1990"),
        ("CIV", 2022, 0.534, "line 6, 2022"),
    ]


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = [
        *TRENDS[:9],
        [20, "Xyzzy", 0.9, None, 0.9],
        [21, "Japan", 846, None, "0,92"],
        [22, "Chile", "high", None, -0.1],
        [23, None, 0.8, None, 0.9],
        [24, "Switzerland", 0.85, None, 0.9],
        *TRENDS[9:],
    ]
    lines = told(hdi, book(tmp_path / "hdi.xlsx", {"HDI trends": bad}))
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "hdi.xlsx: sheet 'HDI trends', E11: '0,92' has a decimal comma; write a point; "
        "correct the cell or empty it",
        "hdi.xlsx: sheet 'HDI trends', C12: 'high' is no number, and no word that this publisher uses "
        "for a gap; "
        "correct the cell or empty it",
        "hdi.xlsx: sheet 'HDI trends', E12: '-0.1' is below 0; correct the cell or empty it",
        "hdi.xlsx: sheet 'HDI trends', C11: '846' is above 1; check the decimal point",
        "hdi.xlsx: sheet 'HDI trends', C10: country 'Xyzzy' is not known; "
        "correct the name, or add it to --names FILE",
        "hdi.xlsx: sheet 'HDI trends', C13: no country is named; name the country or remove the row",
        "hdi.xlsx: sheet 'HDI trends', E14: country CHE, year 2022 stands 2 times with different values: "
        "(0.967,) and (0.9,); keep the right row; accepted, the first one is taken",
    ]


def test_a_row_twice_is_accepted_by_its_id(tmp_path: Path) -> None:
    rows = [*TRENDS[:9], [24, "Switzerland", 0.85, None, 0.9]]
    file = book(tmp_path / "hdi.xlsx", {"HDI trends": rows})
    (line,) = told(hdi, file)
    table = read(hdi, file, [accept_id(line)])[0]["development"]
    assert table.filter(country="CHE", year=2022)["hdi"].to_list() == [0.967]


def test_headings_that_are_missing(tmp_path: Path) -> None:
    assert told(hdi, trends(tmp_path, (4, 1), "Nation")) == [
        f"hdi.xlsx: sheet 'HDI trends', A5: no column 'Country'; {OWN}"
    ]
    assert told(hdi, trends(tmp_path, (4, 4), 1990)) == [
        f"hdi.xlsx: sheet 'HDI trends': has no row of headings with 'Country' and years; {OWN}"
    ]
    assert told(hdi, book(tmp_path / "hdi.xlsx", {"HDI trends": TRENDS[:5]})) == [
        f"hdi.xlsx: sheet 'HDI trends': no country stands under the headings; {OWN}"
    ]
    late = [[None, "x"]] * 40 + TRENDS[4:]
    assert told(hdi, book(tmp_path / "hdi.xlsx", {"HDI trends": late})) == [
        f"hdi.xlsx: sheet 'HDI trends': has no row of headings with 'Country' and years; {OWN}"
    ]
    years = changed(TRENDS, (4, 6), 2022)
    assert told(hdi, book(tmp_path / "hdi.xlsx", {"HDI trends": years})) == [
        f"hdi.xlsx: sheet 'HDI trends', A5: a year stands twice; {OWN}"
    ]


def test_a_text_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    assert told(hdi, text(tmp_path / "hdi.xlsx", SERIES)) == [
        "hdi.xlsx: the file: is no xlsx workbook; save it as .xlsx, or give the publisher's own file"
    ]


def test_faults_of_the_time_series(tmp_path: Path) -> None:
    assert told(hdi, text(tmp_path / "s.csv", SERIES.replace("hdi_", "x_"))) == [
        f"s.csv: line 1: no column such as 'hdi_1990'; {OWN}"
    ]
    assert told(hdi, text(tmp_path / "s.csv", SERIES.replace("iso3", "iso"))) == [
        "s.csv: line 1: no column 'iso3'; is it 'iso'?; "
        "give the file in the publisher's layout, or rename the column"
    ]
    assert told(hdi, text(tmp_path / "s.csv", SERIES.replace("CHE,", ",") + "QQQ,Q,,,,0.5,0.5,\n")) == [
        "s.csv: line 2: no code in column 'iso3'; write it or remove the line",
        "s.csv: line 6, 1990: country 'QQQ' is not known; correct the name, or add it to --names FILE",
    ]
