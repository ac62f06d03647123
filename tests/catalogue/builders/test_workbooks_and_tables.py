"""Pink Sheet, EU study, ICMM and GeoDist: a few rows of each real layout."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from pactolus.catalogue.build import eu_crm, geodist, icmm, pinksheet
from pactolus.catalogue.build.workbook import sheet
from pactolus.errors import DataError


def workbook(file: Path, name: str, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("About")
        page = book.add_worksheet(name)
        for n, row in enumerate(rows):
            page.write_row(n, 0, row)
    return file


PINK: list[list[object]] = [
    ["World Bank Commodity Price Data (The Pink Sheet)"],
    ["monthly prices in nominal US dollars, 1960 to present"],
    ["(monthly series are available only in nominal US dollar terms)"],
    ["Updated on March 03, 2026"],
    ["", "Aluminum", "Iron ore, cfr spot", "Potassium chloride **", "Silver"],
    ["", "($/mt)", "($/dmtu)", "($/mt)", "($/troy oz)"],
    ["1960M01", 511.471832275, 11.42, "...", 0.9137],
    ["1960M02", 511.471832275, 11.42, "…", "…"],
    ["", "", "", "", ""],
]


def test_pink_sheet(tmp_path: Path) -> None:
    table = pinksheet.prices(workbook(tmp_path / "cmo.xlsx", "Monthly Prices", PINK))
    assert table.rows() == [
        ("Aluminum", 1960, 1, 511.471832275, "$/mt"),
        ("Aluminum", 1960, 2, 511.471832275, "$/mt"),
        ("Iron ore, cfr spot", 1960, 1, 11.42, "$/dmtu"),
        ("Iron ore, cfr spot", 1960, 2, 11.42, "$/dmtu"),
        ("Silver", 1960, 1, 0.9137, "$/troy oz"),
    ]


def test_pink_sheet_with_rows_moved(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sheet 'Monthly Prices': row 6 holds no unit in brackets"):
        pinksheet.prices(workbook(tmp_path / "cmo.xlsx", "Monthly Prices", PINK[1:]))


def test_a_missing_sheet_names_those_there_are(tmp_path: Path) -> None:
    file = workbook(tmp_path / "cmo.xlsx", "Monthly Indices", PINK)
    with pytest.raises(DataError, match=r"no sheet 'Monthly Prices'; it has About, Monthly Indices"):
        sheet(file, "Monthly Prices")


def written(file: Path, text: str) -> Path:
    file.write_bytes(text.encode("cp1252"))
    return file


def test_eu_scores_with_groups_and_dashes(tmp_path: Path) -> None:
    text = (
        'Material,Year,SR,EI\nAggregates,2011,-,-\nGallium,2023,3.9,3.7\n"Natural Teak\nwood",2023,2.6,2.1\n'
    )
    assert eu_crm.criticality(written(tmp_path / "scores.csv", text)).rows() == [
        ("Aggregates", 2011, None, None),
        ("Gallium", 2023, 3.9, 3.7),
        ("Natural Teak wood", 2023, 2.6, 2.1),
    ]


def test_eu_shares_below_a_bound_and_without_a_sign(tmp_path: Path) -> None:
    text = (
        "Material,Stage,Country,Share,t\nFluorspar,E,Afghanistan,0.4%,1.0\nGypsum,E,Afghanistan,<0.1%,1.0\n"
        "Silicon metal,P,Germany,6,0.8\nNickel,P,Türkiye,12%,1.0\n"
    )
    assert eu_crm.supply_shares(written(tmp_path / "shares.csv", text), "EU").rows() == [
        ("Fluorspar", "extraction", "EU", "Afghanistan", 0.004, False),
        ("Gypsum", "extraction", "EU", "Afghanistan", 0.001, True),
        ("Silicon metal", "processing", "EU", "Germany", 0.06, False),
        ("Nickel", "processing", "EU", "Türkiye", 0.12, False),
    ]


def test_eu_uses_more_than_nothing_is_a_gap(tmp_path: Path) -> None:
    text = (
        "Material,Application,Share,NACE sector,VA in million €\n"
        "Gallium,Integrated circuits,70%,"
        '"C26 - Manufacture of computer, electronic and optical products",77000\n'
        '"Copper","Building construction, building plant",>0%,C32 - Other manufacturing,45912\n'
        "Zirconium,Other,7%,,\n"
    )
    assert eu_crm.end_uses(written(tmp_path / "uses.csv", text)).rows() == [
        (2, "Gallium", "Integrated circuits", 0.7, "C26"),
        (3, "Copper", "Building construction, building plant", None, "C32"),
        (4, "Zirconium", "Other", 0.07, None),
    ]


def test_eu_tables_refuse_what_they_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"cannot read the share or stage of \[\('Tin', 'E', 'Peru', 'many'\)\]"
    ):
        eu_crm.supply_shares(
            written(tmp_path / "s.csv", "Material,Stage,Country,Share\nTin,E,Peru,many\n"), "EU"
        )
    with pytest.raises(DataError, match=r"column Share, NACE sector is missing; found Material, Application"):
        eu_crm.end_uses(written(tmp_path / "u.csv", "Material,Application\nTin,Solder\n"))
    file = written(tmp_path / "v.csv", "Material,Application,Share,NACE sector\nTin,Solder,much,\n")
    with pytest.raises(DataError, match=r"cannot read the share of"):
        eu_crm.end_uses(file)


ICMM_HEAD: list[object] = [
    "ICMMID", "Confidence Factor", "Mine Name ", "Group Names", "Latitude", "Longitude", "Asset Type",
    "Country", "Primary Commodity", "Secondary Commodity", "Other Commodities",
]  # fmt: skip
ICMM: list[list[object]] = [
    ICMM_HEAD,
    [
        "ICMM00026",
        "Very Low",
        "Pato",
        "Pato;Pato Dredging",
        "7.60535",
        "-74.8011",
        "Mine",
        "Colombia",
        "gold",
        "silver",
    ],
    ["ICMM1", "High", "Coal pit", "", "1", "2", "Mine", "China", "thermal coal", "", ""],
    [
        "ICMM2",
        "High",
        "Works",
        "",
        "−23.8901",
        "1",
        "Refinery; Steel Plant",
        "Chile",
        "nickel ",
        "",
        "cobalt;lead",
    ],
]


def test_icmm_without_coal_and_with_a_typographic_minus(tmp_path: Path) -> None:
    table = icmm.facilities(workbook(tmp_path / "icmm.xlsx", "External", ICMM))
    assert table.rows() == [
        ("ICMM00026", "Pato", "mine", "Colombia", 7.60535, -74.8011, "gold; silver", "Very Low"),
        ("ICMM2", "Works", "refinery; steel plant", "Chile", -23.8901, 1.0, "nickel; cobalt; lead", "High"),
    ]


def test_icmm_with_another_layout(tmp_path: Path) -> None:
    rows = [["x" if c == "Country" else c for c in ICMM_HEAD], *ICMM[1:]]
    with pytest.raises(DataError, match=r"sheet 'External': Country is missing"):
        icmm.facilities(workbook(tmp_path / "icmm.xlsx", "External", rows))


def test_geodist_gaps_and_own_distances(tmp_path: Path) -> None:
    text = (
        "iso_o;iso_d;contig;comlang_off;dist;distcap;distw;distwces\n"
        "ABW;ABW;0;0;5.225315;5.225315;25.09354;23.04723\nABW;AFG;0;0;13257.81;13257.81;13168.22;13166.37\n"
        "ABW;CCK;0;0;18614.29;18614.29;.;.\n"
    )
    assert geodist.distances(written(tmp_path / "dist.csv", text)).rows() == [
        ("ABW", "AFG", 13257.81, 13168.22),
        ("ABW", "CCK", 18614.29, None),
    ]
