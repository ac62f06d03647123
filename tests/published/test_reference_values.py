"""The published values: 300 rows of geopolrisk-py 2.0.1, and 325 rows of concentration."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import pactolus as pt
from pactolus.indicators.methods import GEOPOLRISK_PY

HERE = Path(__file__).parent
PARTS = (
    "hhi",
    "production_t",
    "import_numerator_t",
    "import_t",
    "price_usd_per_kg",
    "import_risk",
    "score",
    "cf_kgCueq_per_kg",
)
CONCENTRATION = {
    "hhi": "hhi",
    "top1": "top1",
    "top3": "top3",
    "n-minus-1": "n_minus_1",
    "hhi-governance": "hhi_governance",
}


@pytest.fixture(scope="module")
def geopolrisk() -> pl.DataFrame:
    published = pl.read_csv(HERE / "geopolrisk_py_2_0_1.csv")
    ours = pt.assess(
        pt.open_world(),
        importers="KOR,JPN,DEU,EU27,KOR+JPN",
        minerals=published["raw_material"].unique().to_list(),
        years="2020-2024",
        methods="geopolrisk",
        convention=GEOPOLRISK_PY,
        detail=True,
    )
    return published.join(ours, on=["raw_material", "importer", "year"], how="left", suffix="_ours")


@pytest.mark.parametrize("part", PARTS)
def test_the_convention_reproduces_geopolrisk_py(geopolrisk: pl.DataFrame, part: str) -> None:
    assert geopolrisk.height == 300
    assert geopolrisk[f"{part}_ours"].to_list() == pytest.approx(
        geopolrisk[part].to_list(), rel=1e-9, abs=1e-12
    )


def test_the_convention_gives_the_score_as_the_value(geopolrisk: pl.DataFrame) -> None:
    assert geopolrisk["status"].unique().to_list() == ["ok"]
    assert geopolrisk["value"].to_list() == geopolrisk["score_ours"].to_list()


@pytest.mark.parametrize("convention", [None, GEOPOLRISK_PY])
@pytest.mark.parametrize("method", CONCENTRATION)
def test_world_concentration_equals_the_published_rows_in_every_mode(
    method: str, convention: str | None
) -> None:
    published = pl.read_csv(HERE / "concentration_wmd.csv")
    ours = pt.assess(
        pt.open_world(),
        importers="WLD",
        minerals="all",
        years="2018-2022",
        methods=method,
        convention=convention,
        detail=True,
    ).filter(pl.col("source") == "wmd")
    joined = published.join(ours, on=["raw_material", "year"], how="left", suffix="_ours")
    assert joined.height == ours.height == 325
    wanted = joined[CONCENTRATION[method]].to_list()
    assert joined["value"].to_list() == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_index_to_ten_thousand_is_the_same_index() -> None:
    published = pl.read_csv(HERE / "concentration_wmd.csv")
    ours = pt.assess(
        pt.open_world(), importers="WLD", minerals="all", years="2018-2022", methods="hhi-10000", detail=True
    ).filter(pl.col("source") == "wmd")
    joined = published.join(ours, on=["raw_material", "year"], how="left", suffix="_ours")
    assert joined["value"].to_list() == pytest.approx([10_000 * h for h in joined["hhi"]], rel=1e-9)


def test_the_largest_producer_and_world_production_are_the_published_ones() -> None:
    published = pl.read_csv(HERE / "concentration_wmd.csv")
    ours = pt.assess(
        pt.open_world(), importers="WLD", minerals="all", years="2018-2022", methods="hhi", detail=True
    ).filter(pl.col("source") == "wmd")
    joined = published.join(ours, on=["raw_material", "year"], how="left", suffix="_ours")
    names = joined["first"].replace({"S19": "TWN"}).to_list()
    assert joined["first_ours"].to_list() == names
    kilograms = {"t": 1000, "kg": 1, "ct": 1, "million m3": 1_000_000}
    wanted = [t * kilograms[u] for t, u in joined.select("world_production", "unit").iter_rows()]
    assert joined["total"].to_list() == pytest.approx(wanted, rel=1e-9)


def test_spot_values_of_cobalt_and_graphite() -> None:
    """Scores printed with four digits and more in the notes that came with the reference table."""
    rows = pt.assess(
        pt.open_world(),
        importers="KOR,JPN,KOR+JPN",
        minerals="Cobalt,Graphite",
        years="2022-2023",
        convention=GEOPOLRISK_PY,
    )
    found = {(m, i, y): v for m, i, y, v in rows.select("mineral", "importer", "year", "value").iter_rows()}
    assert found["cobalt", "KOR", 2022] == pytest.approx(0.3044108, abs=5e-8)
    assert found["cobalt", "KOR+JPN", 2023] == pytest.approx(0.2828726, abs=5e-8)
    assert found["natural-graphite", "JPN", 2023] == pytest.approx(0.2925134, abs=5e-8)
    assert found["natural-graphite", "KOR+JPN", 2022] == pytest.approx(0.2247595, abs=5e-8)
