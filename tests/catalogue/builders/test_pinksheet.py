"""Pink Sheet: the layout of the workbook, and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import pinksheet
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, book, changed, mended, read, told, with_value

#: Typed from the edition of March 2026.
PINK = [
    ["World Bank Commodity Price Data (The Pink Sheet)"],
    ["monthly prices in nominal US dollars, 1960 to present"],
    ["(monthly series are available only in nominal US dollar terms)"],
    ["Updated on March 03, 2026"],
    [None, "Aluminum", "Iron ore, cfr spot", "Potassium chloride **", "Silver"],
    [None, "($/mt)", "($/dmtu)", "($/mt)", "($/troy oz)"],
    ["1960M01", 511.471832275, 11.42, "...", 0.9137],
    ["1960M02", 511.471832275, 11.42, "…", "…"],
    [None, None, None, None, None],
]
OWN = "give CMO-Historical-Data-Monthly.xlsx as the World Bank publishes it"


def pink(tmp_path: Path, at: tuple[int, int] | None = None, value: object = None) -> Path:
    """The small edition, one cell changed."""
    rows = changed(PINK, at, value) if at else PINK
    return book(tmp_path / "cmo.xlsx", {"AFOSHEET": [], "Monthly Prices": rows})


def test_the_layout(tmp_path: Path) -> None:
    tables, findings = read(pinksheet, pink(tmp_path))
    assert findings.message() == ""
    assert tables["prices_monthly"].rows() == [
        ("Aluminum", 1960, 1, 511.471832275, "$/mt", "sheet 'Monthly Prices', B7"),
        ("Aluminum", 1960, 2, 511.471832275, "$/mt", "sheet 'Monthly Prices', B8"),
        ("Iron ore, cfr spot", 1960, 1, 11.42, "$/dmtu", "sheet 'Monthly Prices', C7"),
        ("Iron ore, cfr spot", 1960, 2, 11.42, "$/dmtu", "sheet 'Monthly Prices', C8"),
        ("Silver", 1960, 1, 0.9137, "$/troy oz", "sheet 'Monthly Prices', E7"),
    ]
    assert pinksheet.prices(pink(tmp_path)).equals(tables["prices_monthly"].drop("place"))


def test_rows_moved_and_codes_under_the_units(tmp_path: Path) -> None:
    """An older edition has a row of short codes; nothing is counted by its number."""
    older = [*PINK[1:6], [None, "ALUMINUM", "IRON_ORE", "POTASH", "SILVER"], *PINK[6:]]
    table = read(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Prices": older}))[0]["prices_monthly"]
    assert table.drop("place").equals(pinksheet.prices(pink(tmp_path)))


@pytest.mark.parametrize(
    ("line", "edition", "published"),
    [
        ("Updated on March 03, 2026", "updated 3 March 2026", "2026-03-03"),
        ("updated on   December 2, 2024", "updated 2 December 2024", "2024-12-02"),
        ("Updated on February 30, 2026", "", ""),
        ("Updated on Smarch 3, 2026", "", ""),
    ],
)
def test_the_edition_is_the_day_of_its_update(
    tmp_path: Path, line: str, edition: str, published: str
) -> None:
    found = pinksheet.edition(pink(tmp_path, (3, 0), line))
    assert (found.edition, found.published) == (edition, published)


def test_without_the_line_there_is_no_edition(tmp_path: Path) -> None:
    rows = [*PINK[:3], *[["x"]] * 40]
    assert pinksheet.edition(book(tmp_path / "cmo.xlsx", {"Monthly Prices": rows})).edition == ""
    assert told(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Prices": rows}))[0].endswith(OWN)
    assert pinksheet.edition(tmp_path / "none.xlsx").edition == ""


def test_marks_of_a_changed_definition() -> None:
    assert pinksheet.plain_series("Potassium chloride **") == "Potassium chloride"
    assert pinksheet.plain_series("Silver") == "Silver"


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = changed(PINK, (4, 2), "Aluminum")
    bad = changed(bad, (5, 4), "$/troy oz")
    bad = changed(bad, (4, 3), None)
    bad = [
        *bad[:-1],
        ["1960M13", 500, 1, 1, 1],
        ["0980M01", 500, 1, 1, 1],
        [None, 500, 1, 1, 1],
        ["1960M03", "n/a", 1, 1, 1],
    ]
    assert told(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Prices": bad})) == [
        "cmo.xlsx: sheet 'Monthly Prices', C5: series 'Aluminum' stands twice, also in B5; keep one of them",
        "cmo.xlsx: sheet 'Monthly Prices', D5: no name above the unit '($/mt)'; name the series",
        "cmo.xlsx: sheet 'Monthly Prices', E6: unit '$/troy oz' of 'Silver' is not in brackets; "
        "write it as '($/mt)'",
        "cmo.xlsx: sheet 'Monthly Prices', A9: period '1960M13' is none; write it as 2026M02",
        "cmo.xlsx: sheet 'Monthly Prices', A10: period '0980M01' is none; write it as 2026M02",
        "cmo.xlsx: sheet 'Monthly Prices', A11: no period; write it as 2026M02",
        "cmo.xlsx: sheet 'Monthly Prices', B12: 'n/a' is no number, and no word that this publisher uses "
        "for a "
        "gap; correct the cell or empty it",
    ]


def test_words_commas_and_negative_prices(tmp_path: Path) -> None:
    assert read(pinksheet, pink(tmp_path, (6, 1), "1,511.5"))[0]["prices_monthly"]["price"][0] == 1511.5
    assert told(pinksheet, pink(tmp_path, (6, 1), "511,47")) == [
        "cmo.xlsx: sheet 'Monthly Prices', B7: '511,47' has a decimal comma; write a point; "
        "correct the cell or empty it"
    ]
    assert told(pinksheet, pink(tmp_path, (6, 1), -3)) == [
        "cmo.xlsx: sheet 'Monthly Prices', B7: '-3' is below 0; correct the cell or empty it"
    ]


def test_a_series_without_a_unit(tmp_path: Path) -> None:
    assert told(pinksheet, pink(tmp_path, (5, 1), None)) == [
        "cmo.xlsx: sheet 'Monthly Prices', B6: no unit for 'Aluminum'; write it as '($/mt)'"
    ]


def test_a_month_twice(tmp_path: Path) -> None:
    (line,) = told(pinksheet, book(tmp_path / "c.xlsx", {"Monthly Prices": [*PINK, ["1960M02", 512, 11.42]]}))
    assert line.startswith(
        "c.xlsx: sheet 'Monthly Prices', B10: series Aluminum, year 1960, month 2 stands 2 times with "
        "different "
        "values: (511.471832275, '$/mt') and (512.0, '$/mt'); keep the right row; accepted, the first one is "
        "taken (accept: "
    )


def test_a_tenfold_slip_of_one_month(tmp_path: Path) -> None:
    months = [[f"2024M{month:02}", 2300.0 + month, 110, 300, 25] for month in range(1, 7)]
    rows = [*PINK[:6], *changed(months, (3, 1), 23040.0)]
    file = book(tmp_path / "cmo.xlsx", {"Monthly Prices": rows})
    (line,) = told(pinksheet, file)
    assert line.startswith(
        "cmo.xlsx: sheet 'Monthly Prices', B10: Aluminum, 2024 4: 23040 against 2303 in other months; "
        "check the unit of this value (accept: "
    )
    assert read(pinksheet, file, [accept_id(line)])[1].message() == ""


def test_another_sheet_or_none(tmp_path: Path) -> None:
    assert told(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Price": PINK})) == [
        "cmo.xlsx: sheet 'Monthly Prices': is not in the workbook; is it 'Monthly Price'?; "
        "give the publisher's own file"
    ]
    assert told(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Prices": PINK[:5]})) == [
        "cmo.xlsx: sheet 'Monthly Prices': has no row of units in brackets, such as '($/mt)', under a row of "
        f"names; {OWN}"
    ]
    assert told(pinksheet, book(tmp_path / "cmo.xlsx", {"Monthly Prices": PINK[:6]})) == [
        f"cmo.xlsx: sheet 'Monthly Prices': has no period such as '2026M02'; {OWN}"
    ]
    with pytest.raises(DataError, match="is not in the workbook; is it 'Monthly Price'"):
        pinksheet.prices(book(tmp_path / "cmo.xlsx", {"Monthly Price": PINK}))


def test_formulas(tmp_path: Path) -> None:
    file = pink(tmp_path, (6, 4), "=0.9+0.0137")
    assert told(pinksheet, file) == [
        "cmo.xlsx: sheet 'Monthly Prices', E7: a formula without a stored value; "
        "open the workbook, compute it, and save values"
    ]
    assert mended(pinksheet, with_value(file, "E7", "0.9137", sheet=2)) == [
        "sheet 'Monthly Prices', E7: a formula with the stored value '0.9137'; took the value"
    ]
