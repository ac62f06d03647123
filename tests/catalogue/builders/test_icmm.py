"""ICMM Global Mining Dataset: the layout of the workbook, and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import icmm
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, told, with_value

HEAD = [
    *("ICMMID", "Confidence Factor", "Mine Name ", "Group Names", "Latitude", "Longitude", "Asset Type"),
    *("Country", "Primary Commodity", "Secondary Commodity", "Other Commodities"),
]
#: The first row is typed from the release of September 2025.
ROWS = [
    HEAD,
    [
        *("ICMM00026", "Very Low", "Pato", "Pato;Pato Consolidated Dredging Co.", 7.60535, -74.8011, "Mine"),
        *("Colombia", "gold", "silver", None),
    ],
    ["ICMM1", "High", "Coal pit", None, 1, 2, "Mine", "China", "thermal coal", None, None],
    [
        *("ICMM2", "High", "Works", None, "−23.8901", 1, "Refinery; Steel Plant", "Chile", "nickel ", None),
        "cobalt;lead ;",
    ],
]


def dataset(tmp_path: Path, at: tuple[int, int] | None = None, value: object = None) -> Path:
    """The small dataset, one cell changed."""
    rows = changed(ROWS, at, value) if at else ROWS
    about = [
        ["Global Mining Dataset - September 2025"],
        ['Recommended Citation: "ICMM Global Mining Dataset, September 2025 (V1) release."'],
    ]
    return book(tmp_path / "icmm.xlsx", {"About": about, "External": rows})


def test_every_facility_is_read_lists_are_clean(tmp_path: Path) -> None:
    tables, findings = read(icmm, dataset(tmp_path))
    assert findings.message() == ""
    table = tables["facilities"]
    assert table.select("facility", "kind", "country", "latitude", "commodities", "place").rows() == [
        ("ICMM00026", "mine", "COL", 7.60535, "gold; silver", "sheet 'External', row 2"),
        ("ICMM1", "mine", "CHN", 1.0, "thermal coal", "sheet 'External', row 3"),
        (
            "ICMM2",
            "refinery; steel plant",
            "CHL",
            -23.8901,
            "nickel; cobalt; lead",
            "sheet 'External', row 4",
        ),
    ]


def test_coal_is_left_out_by_judgement(tmp_path: Path) -> None:
    table = read(icmm, dataset(tmp_path))[0]["facilities"]
    assert icmm.without_coal(table)["facility"].to_list() == ["ICMM00026", "ICMM2"]
    assert icmm.facilities(dataset(tmp_path)).drop("country").rows() == [
        ("ICMM00026", "Pato", "mine", "Colombia", 7.60535, -74.8011, "gold; silver", "Very Low"),
        ("ICMM2", "Works", "refinery; steel plant", "Chile", -23.8901, 1.0, "nickel; cobalt; lead", "High"),
    ]


def test_the_edition_is_in_sheet_about(tmp_path: Path) -> None:
    found = icmm.edition(dataset(tmp_path))
    assert (found.edition, found.published) == ("September 2025, V1", "September 2025")
    assert icmm.edition(book(tmp_path / "x.xlsx", {"External": ROWS})).edition == ""
    long = {"About": [["x"]] * 30, "External": ROWS}
    assert icmm.edition(book(tmp_path / "x.xlsx", long)).edition == ""


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = [
        *ROWS,
        [None, "High", "A", None, 1, 1, "Mine", "Chile", "gold", None, None],
        ["ICMM4", "High", "B", None, 95, "1,5", "Mine", "Xyzzy", "gold", None, None],
        ["ICMM5", "High", "C", None, "north", 360, None, None, "gold", None, None],
        ["ICMM2", "High", "Other works", None, 1, 1, "Mine", "Chile", "gold", None, None],
    ]
    lines = told(icmm, book(tmp_path / "icmm.xlsx", {"External": bad}))
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "icmm.xlsx: sheet 'External', row 5: no ICMMID; fill the cell or remove the row",
        "icmm.xlsx: sheet 'External', row 7: no Asset Type; fill the cell or remove the row",
        "icmm.xlsx: sheet 'External', row 6: country 'Xyzzy' is not known; "
        "correct the name, or add it to --names FILE",
        "icmm.xlsx: sheet 'External', row 7: no country is named; name the country or remove the row",
        "icmm.xlsx: sheet 'External', row 7: 'north' is no number, and no word that this publisher uses "
        "for a gap; "
        "correct the cell or empty it",
        "icmm.xlsx: sheet 'External', row 6: '1,5' has a decimal comma; write a point; "
        "correct the cell or empty it",
        "icmm.xlsx: sheet 'External', row 6: latitude '95' is beyond 90 degrees; correct it",
        "icmm.xlsx: sheet 'External', row 7: longitude '360' is beyond 180 degrees; correct it",
        "icmm.xlsx: sheet 'External', row 8: facility ICMM2 stands 2 times with different values: ('Works', "
        "'refinery; steel plant', 'CHL', -23.8901, 1.0, 'nickel; cobalt; lead') and ('Other works', 'mine', "
        "'CHL', 1.0, 1.0, 'gold'); keep the right row; accepted, the first one is taken",
    ]


def test_one_facility_twice(tmp_path: Path) -> None:
    assert mended(icmm, book(tmp_path / "icmm.xlsx", {"External": [*ROWS, ROWS[1]]})) == [
        "sheet 'External', row 5: facility ICMM00026 stands 2 times, equal; kept once"
    ]
    file = book(tmp_path / "icmm.xlsx", {"External": [*ROWS, changed([ROWS[1]], (0, 2), "Pato 2")[0]]})
    (line,) = told(icmm, file)
    assert read(icmm, file, [accept_id(line)])[0]["facilities"]["name"][0] == "Pato"


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    assert told(icmm, dataset(tmp_path, (0, 7), "Nation")) == [
        "icmm.xlsx: sheet 'External', A1: no column 'Country'; "
        "give the file in the publisher's layout, or rename the column"
    ]
    assert told(icmm, dataset(tmp_path, (0, 8), "Primary Commodities")) == [
        "icmm.xlsx: sheet 'External', A1: no column 'Primary Commodity'; is it 'Primary Commodities'?; "
        "give the file in the publisher's layout, or rename the column"
    ]
    assert mended(icmm, dataset(tmp_path, (0, 0), "icmm id")) == [
        "sheet 'External', A1: column 'icmm id'; read as 'ICMMID'"
    ]
    with pytest.raises(DataError, match="sheet 'External', A1: no column 'Country'"):
        icmm.facilities(dataset(tmp_path, (0, 7), "Nation"))


def test_the_sheet_is_missing_or_has_no_headings(tmp_path: Path) -> None:
    assert told(icmm, book(tmp_path / "icmm.xlsx", {"Externals": ROWS})) == [
        "icmm.xlsx: sheet 'External': is not in the workbook; is it 'Externals'?; "
        "give the publisher's own file"
    ]
    assert told(icmm, book(tmp_path / "icmm.xlsx", {"External": ROWS[1:]})) == [
        "icmm.xlsx: sheet 'External': has no row of headings with 'ICMMID', 'Country' and 'Primary "
        "Commodity'; "
        "give the workbook as ICMM publishes it"
    ]


def test_formulas(tmp_path: Path) -> None:
    file = dataset(tmp_path, (1, 4), "=7+0.6")
    assert told(icmm, file) == [
        "icmm.xlsx: sheet 'External', E2: a formula without a stored value; "
        "open the workbook, compute it, and save values"
    ]
    assert read(icmm, with_value(file, "E2", "7.6", sheet=2))[0]["facilities"]["latitude"][0] == 7.6
