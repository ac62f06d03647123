"""The IEA's workbook: a small one in the layout that four public programs read."""

from __future__ import annotations

from pathlib import Path

from pactolus.catalogue.readers import iea
from tests.catalogue.builders.workbook_files import Rows, book, changed, mended, read, told

_YEARS = [2024, None, 2030, 2050, None, 2030, 2050]
_SCENARIOS = [None, None, None, "Stated Policies scenario", None, None, "Announced Pledges scenario"]
DEMAND: Rows = [
    ["Total demand for key minerals (kt)"],
    [],
    _SCENARIOS,
    [None, *_YEARS],
    ["Copper"],
    ["Solar PV", 1657.2, None, 2373.69, 2377.17, None, 2802.86, 2757.53],
    ["Total clean technologies", 1657.2, None, 2373.69, 2377.17, None, 2802.86, 2757.53],
    ["Other uses", 342.8, None, 26.31, 22.83, None, 97.14, 42.47],
    ["Total demand", 2000, None, 2400, 2400, None, 2900, 2800],
    ["Share of clean technologies in total demand", 0.8, None, 0.9, 0.9, None, 0.9, 0.9],
    [],
    ["Notes: all figures are in kt."],
]
SUPPLY: Rows = [
    ["Total supply for key minerals (kt)"],
    [],
    [],
    [None, 2024, 2030, None, None, 2024, 2030],
    ["Lithium - Mining", None, None, None, "Lithium - Chemicals (refining)"],
    ["Australia", 90.5, 120, None, "China", 170.25, "..."],
    [],
    ["Rest of world", 9.5, 80, None, "Rest of world", 29.75, 50],
    ["Total", 100, 200, None, "Total clean technologies", 200, 50],
    ["Top 3 share", 0.9, 0.6, None, "Top 3 share", 0.85, None],
    ["Notes: base case."],
]
MINERALS: Rows = [
    ["Mineral demand for clean energy technologies - by mineral (kt)"],
    _SCENARIOS,
    [None, *_YEARS],
    ["Gallium", 0.0377, None, 0.278, 6.33, None, 0.329, 7.78],
    ["Total", 1, None, 1, 1, None, 1, 1],
]
SOLAR: Rows = [
    ["Solar PV (kt)"],
    _SCENARIOS,
    [None, *_YEARS],
    ["Base case"],
    ["Gallium", 0.0377, None, 0.278, 6.33, None, 0.329, 7.78],
    ["Total solar PV", 1, None, 1, 1, None, 1, 1],
    ["Wider adoption of perovskite"],
    ["Gallium", 0.0377, None, 0.2, 6.0, None, 0.3, 7.0],
]
SHEETS = {
    "Contents": [["Critical Minerals Data Explorer"]],
    "1 Total demand for key minerals": DEMAND,
    "2 Total supply for key minerals": SUPPLY,
    "3.2 Energy demand by mineral": MINERALS,
    "4.1 Solar PV": SOLAR,
}


def test_every_sheet_is_read(tmp_path: Path) -> None:
    tables, findings = read(iea, book(tmp_path / "CM_Data_Explorer.xlsx", SHEETS))
    assert findings.message() == ""
    rows = (
        tables["outlook"]
        .select("series", "side", "item", "country", "scenario", "year", "quantity_kg")
        .rows()
    )
    assert rows[:7] == [
        ("Lithium: mining", "supply", "mining", "AUS", "base", 2024, 90_500_000),
        ("Lithium: mining", "supply", "mining", "AUS", "base", 2030, 120_000_000),
        ("Lithium: mining", "supply", "mining", "OTHER", "base", 2024, 9_500_000),
        ("Lithium: mining", "supply", "mining", "OTHER", "base", 2030, 80_000_000),
        ("Lithium: refining", "supply", "refining", "CHN", "base", 2024, 170_250_000),
        ("Lithium: refining", "supply", "refining", "CHN", "base", 2030, None),
        ("Lithium: refining", "supply", "refining", "OTHER", "base", 2024, 29_750_000),
    ]
    assert rows[8:11] == [
        ("Copper", "demand", "Solar PV", "WLD", "base", 2024, 1_657_200_000),
        ("Copper", "demand", "Solar PV", "WLD", "STEPS", 2030, 2_373_690_000),
        ("Copper", "demand", "Solar PV", "WLD", "STEPS", 2050, 2_377_170_000),
    ]
    assert {(r[1], r[2]) for r in rows} == {
        ("supply", "mining"),
        ("supply", "refining"),
        ("demand", "Solar PV"),
        ("demand", "Other uses"),
        ("clean_total", "clean technologies"),
        ("technology", "Solar PV"),
    }
    gallium = [r for r in rows if r[1] == "technology"]
    assert [(r[4], r[5], r[6]) for r in gallium] == [
        ("base", 2024, 37_700),
        ("STEPS", 2030, 278_000),
        ("STEPS", 2050, 6_330_000),
        ("APS", 2030, 329_000),
        ("APS", 2050, 7_780_000),
    ]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    sheets = SHEETS | {"2 Total supply for key minerals": changed(SUPPLY, (0, 0), "Total supply")}
    assert mended(iea, book(tmp_path / "CM.xlsx", sheets)) == [
        "sheet '2 Total supply for key minerals': no unit is printed; read as kt",
        "sheet '4.1 Solar PV': 1 rows of other cases than the base case; left out",
    ]


def test_every_fault_of_the_workbook_is_told_at_once(tmp_path: Path) -> None:
    demand = changed(changed(DEMAND, (5, 1), "1657 kt"), (0, 0), "Total demand (Mt)")
    supply = changed(changed(SUPPLY, (5, 0), "Austrlia"), (4, 0), "Lithium - Brines")
    solar = [row for n, row in enumerate(SOLAR) if n != 2]
    sheets = {
        "1 Total demand for key minerals": demand,
        "2 Total supply for key minerals": supply,
        "4.1 Solar PV": solar,
    }
    assert told(iea, book(tmp_path / "CM.xlsx", sheets)) == [
        "CM.xlsx: sheet '1 Total demand for key minerals', A1: unit 'Mt'; the figures of this source are in "
        "kt",
        "CM.xlsx: sheet '1 Total demand for key minerals', B6: '1657 kt' has a unit behind the number; "
        "the unit belongs into its column or header; correct the cell or empty it",
        "CM.xlsx: sheet '2 Total supply for key minerals', A5: stage 'Brines'; known are mining, refining, "
        "chemicals, battery grade",
        "CM.xlsx: sheet '4.1 Solar PV': no row of years in the first 20; give the publisher's own file",
    ]


def test_a_country_under_a_wrong_name_is_named_with_its_cell(tmp_path: Path) -> None:
    sheets = SHEETS | {"2 Total supply for key minerals": changed(SUPPLY, (5, 0), "Austrlia")}
    assert told(iea, book(tmp_path / "CM.xlsx", sheets)) == [
        "CM.xlsx: sheet '2 Total supply for key minerals', B6: country 'Austrlia' is not known; is it "
        "'australia' or 'austria' or 'st lucia'?; correct the name, or add it to --names FILE"
    ]


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    assert told(iea, book(tmp_path / "CM.xlsx", {"Sheet1": [["a", 1]]})) == [
        "CM.xlsx: the workbook: no sheet '1 Total demand ...'; give the publisher's own file",
        "CM.xlsx: the workbook: no sheet '2 Total supply ...'; give the publisher's own file",
    ]


def test_scenarios_that_are_not_named_are_a_fault(tmp_path: Path) -> None:
    demand = [row if n != 2 else [] for n, row in enumerate(DEMAND)]
    lines = told(iea, book(tmp_path / "CM.xlsx", SHEETS | {"1 Total demand for key minerals": demand}))
    assert lines[0] == (
        "CM.xlsx: sheet '1 Total demand for key minerals', A3: no scenario is named above the years; "
        "restore the headings"
    )
