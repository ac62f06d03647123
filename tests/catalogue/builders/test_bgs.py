"""British Geological Survey: rows typed from the CSV of its data service."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import bgs
from tests.catalogue.builders.workbook_files import accept_id, mended, read, text, told

HEAD = (
    "x,y,bgs_statistic_type_trans,bgs_commodity_trans,concat_figure_notes_text,year,country_trans,"
    "bgs_sub_commodity_trans,sdmx_code,country_iso3_code,units,quantity,quantity_in_book_style\n"
)
ROW = "1,2,Production,{},{},{}-01-01 00:00:00,{},{},{},{},{},{},{}\n"


def row(
    commodity: str,
    year: object,
    country: str,
    quantity: object,
    *,
    form: str = "",
    code: str = "",
    unit: str = "tonnes (metal content)",
    status: str = "A",
    notes: str = "",
) -> str:
    return ROW.format(commodity, notes, year, country, form, status, code, unit, quantity, quantity)


MINE = '"cobalt, mine"'
LITHIUM = "lithium minerals"
TEXT = HEAD + "".join(
    [
        row(MINE, 2021, "China", 2200, code="CHN", notes="Estimates."),
        row(MINE, 2022, "China", "", code="CHN", status="O"),
        row(MINE, 1991, "Zaire", 9900, code="ZAR"),
        row(MINE, 2022, "Korea (Rep. of)", 0, code="KOR", status="N"),
        row(LITHIUM, 2022, "Chile", 218000, form="Carbonate", unit="tonnes (metric)", code="CHL"),
        row(LITHIUM, 2022, "Chile", 41000, form="Lithium minerals (Carbonate -Li content)", code="CHL"),
        row(
            '"platinum group metals, mine"',
            2022,
            "Canada",
            5400,
            form="Platinum",
            unit="kilograms (metal content)",
        ),
    ]
)
NAME = "BGS_production.csv"


def test_forms_are_series_of_their_own(tmp_path: Path) -> None:
    tables, findings = read(bgs, text(tmp_path / NAME, TEXT))
    assert findings.kept == []
    found = tables["production"].select("raw_material", "country", "year", "quantity", "unit", "flag").rows()
    assert found == [
        ("cobalt, mine", "CHN", 2021, 2_200_000, "kg", "e"),
        ("cobalt, mine", "CHN", 2022, None, "kg", "NA"),
        ("cobalt, mine", "COD", 1991, 9_900_000, "kg", None),
        ("cobalt, mine", "KOR", 2022, None, "kg", "s"),
        ("lithium minerals: Carbonate", "CHL", 2022, 218_000_000, "kg", None),
        ("lithium minerals: Lithium minerals (Carbonate -Li content)", "CHL", 2022, 41_000_000, "kg", None),
        ("platinum group metals, mine: Platinum", "CAN", 2022, 5_400, "kg", None),
    ]


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    bad = HEAD + "".join(
        [
            row(MINE, 2021, "China", "1 200"),
            row(MINE, 2021, "Kongo", 5),
            row(MINE, "2021-22", "Cuba", 5),
            row(MINE, 2021, "Cuba", 5, unit="long tons"),
            row(MINE, 2021, "Chile", 5, status="Q"),
            row(MINE, 2021, "", 5),
            row(MINE, 2021, "Peru", -5),
            row(MINE, 2021, "India", "=2+3"),
        ]
    )
    assert sorted(told(bgs, text(tmp_path / NAME, bad))) == [
        f"{NAME}: line 2, column 'quantity': '1 200' has blanks between thousands; write commas or nothing; "
        "correct "
        "the cell or empty it",
        f"{NAME}: line 3, column 'country_trans': country 'Kongo' is not known; is it 'congo' or 'togo' or "
        "'mongolia'?; correct the name, or add it to --names FILE",
        f"{NAME}: line 4, column 'year': '2021-22-01-01 00:00:00' is no year, and not the first day of one; "
        "write "
        "the year, or its first day: 2023-01-01",
        f"{NAME}: line 5, column 'units': unit 'long tons' of cobalt, mine is not known (1 rows); write it "
        "as the "
        "publisher does: tonnes (metric), kilograms (metal content), carats ...",
        f"{NAME}: line 6, column 'sdmx_code': code 'Q' is none that this publisher uses; write one of A, O, "
        "N, E, P",
        f"{NAME}: line 7, column 'country_trans': is empty; restore the cell, or remove the line",
        f"{NAME}: line 8, column 'quantity': '-5' is below 0; correct the cell or empty it",
        f"{NAME}: line 9, column 'quantity': '=2+3' is a formula, not a value; correct the cell or empty it",
    ]


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    bad = TEXT.replace("quantity,quantity_in", "quantitty,quantity_in").replace("sdmx_code", "SDMX code")
    assert told(bgs, text(tmp_path / NAME, bad)) == [
        f"{NAME}: line 1: no column 'quantity'; is it 'quantitty'?; give the file in the publisher's layout, "
        "or "
        "rename the column"
    ]
    assert mended(bgs, text(tmp_path / NAME, TEXT.replace("sdmx_code", "SDMX code"))) == [
        "line 1: column 'SDMX code'; read as 'sdmx_code'"
    ]


def test_what_is_put_right_is_said(tmp_path: Path) -> None:
    more = TEXT + "".join(
        [
            row(MINE, 2021, "World total", 2200),
            row(MINE, 2021, "Japane", 3),
            row(MINE, 2021, "Congo", 4, code="COD"),
            row(MINE, 1990, "Germany", "...", status="O"),
            row(MINE, 1990, "German Federal Republic", 7),
            row(MINE, 2021, "China", 2200, code="CHN", notes="Estimates."),
            row(MINE, 2021, "Côte d'Ivoire", '"1,234"').replace("Production", "Imports"),
        ]
    )
    assert mended(bgs, text(tmp_path / NAME, more, "cp1252")) == [
        "line 15: cp1252, not UTF-8; read as cp1252",
        "line 15, column 'bgs_statistic_type_trans': 1 rows of 'Imports'; left out: production is read",
        "line 10, column 'country_trans': country 'Japane'; read as 'Japan': a footnote mark is glued to it",
        "line 9, column 'country_trans': row 'World total'; left out: it adds up other rows",
        "line 11, column 'country_iso3_code': 'Congo' has the code COD (1 rows); read as COG, by its name",
        "line 12: cobalt, mine 1990 stands under two names of one country; 'Germany' has no figure; the "
        "other row is "
        "taken",
        "line 14, column 'quantity': raw_material cobalt, mine, country CHN, year 2021 stands 2 times, "
        "equal; kept "
        "once",
    ]
    table = read(bgs, tmp_path / NAME)[0]["production"]
    assert table.filter(year=1990).select("country", "quantity").rows() == [("DEU", 7_000)]


def test_one_country_under_two_names_with_two_figures(tmp_path: Path) -> None:
    twice = HEAD + row(MINE, 1990, "Germany", 6) + row(MINE, 1990, "German Federal Republic", 7)
    (line,) = told(bgs, text(tmp_path / NAME, twice))
    assert line.startswith(
        f"{NAME}: line 3, column 'quantity': raw_material cobalt, mine, country DEU, year 1990 stands 2 "
        "times with "
        "different values: (6000, 'kg', None) and (7000, 'kg', None); keep the right row; accepted, the "
        "first one "
        "is taken (accept: "
    )


def test_a_year_tenfold_off_its_neighbours(tmp_path: Path) -> None:
    """As published: manganese ore of Brazil, 369,737 t in 2019 between 3.3 and 2.5 million."""
    ore = HEAD + "".join(
        row("manganese ore", year, "Brazil", tonnes, unit="tonnes (metric)")
        for year, tonnes in ((2017, 3273029), (2018, 3306735), (2019, 369737), (2020, 2469313))
    )
    file = text(tmp_path / NAME, ore)
    (line,) = told(bgs, file)
    assert line.startswith(
        f"{NAME}: line 4, column 'quantity': manganese ore, Brazil 2019: 369,737,000 against 2,857,"
    )
    tables, findings = read(bgs, file, [accept_id(line)])
    assert findings.message() == ""
    assert tables["production"].filter(year=2019)["quantity"].to_list() == [369_737_000]


def test_files_that_hold_no_production(tmp_path: Path) -> None:
    assert told(bgs, text(tmp_path / NAME, TEXT.replace("Production", "Imports"))) == [
        f"{NAME}: the file: holds no row of production; give a file of the production of a commodity"
    ]
    assert told(bgs, text(tmp_path / NAME, ""))[0] == (
        f"{NAME}: line 1: the file is empty; give the publisher's own file"
    )


@pytest.mark.shared
def test_the_real_files(shared: Path) -> None:
    """Eleven are read; three hold years ten times off both years beside them, and wait for a word."""
    files = sorted((shared / "data" / "raw" / "bgs_wms").glob("*.csv"))
    found = {file.name: read(bgs, file) for file in files}
    doubted = {name: findings.refusals for name, (_, findings) in found.items() if findings.refusals}
    assert {name: {f.kind for f in some} for name, some in doubted.items()} == {
        "BGS_REs_production.csv": {"slip"},
        "BGS_ferroalloys_production.csv": {"slip"},
        "BGS_manganese_production.csv": {"slip"},
    }
    assert sum(len(some) for some in doubted.values()) == 7
    cobalt = found["BGS_cobalt_production.csv"][0]["production"].filter(
        raw_material="cobalt, mine", year=2023
    )
    assert cobalt.filter(country="COD")["quantity"].to_list() == [140_121_000]
