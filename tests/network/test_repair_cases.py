"""Known cases on real rows (CEPII BACI, HS92): see `real_flows.csv`."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.network.repair import Repairs, repair, repaired_quantity
from pactolus.network.repair_records import limits, overrides
from tests.network.markets import changed, flow, real_flows


@pytest.fixture(scope="module")
def trade() -> pl.DataFrame:
    return real_flows()


@pytest.fixture(scope="module")
def done(trade: pl.DataFrame) -> Repairs:
    return repair(trade)


def megatonnes(
    trade: pl.DataFrame, done: Repairs, code: str, exporter: str, importer: str
) -> dict[int, float]:
    used = repaired_quantity(trade, done.table).filter(flow(code, exporter, importer))
    return dict(used.select("year", pl.col("repaired_kg") / 1e9).iter_rows())


def test_guinean_bauxite_of_2023_lies_between_its_neighbours(trade: pl.DataFrame, done: Repairs) -> None:
    """13.8 million t were published, at six times the unit value; a fit on all years says 79.5."""
    row = done.table.filter(flow("260600", "GIN", "CHN", 2023)).row(0, named=True)
    assert row["reason"] == "weight_too_small"
    assert 65e9 < row["repaired_kg"] < 110e9
    assert row["low_kg"] < 79.5e9 < row["high_kg"]
    assert row["unit_value_usd_per_t"] == pytest.approx(464, abs=1)
    assert done.table.filter(flow("260600", "GIN", "CHN")).height == 1


def test_american_bauxite_imports_of_2014_keep_their_level(trade: pl.DataFrame, done: Repairs) -> None:
    """A reporter's slip of one year: 0.34 million t from Jamaica, between 5.0 and 4.8."""
    tonnes = megatonnes(trade, done, "260600", "JAM", "USA")
    assert tonnes[2014] == pytest.approx((tonnes[2013] + tonnes[2015]) / 2, rel=0.25)


def test_chilean_copper_does_not_flip(trade: pl.DataFrame, done: Repairs) -> None:
    """7.7, 2.6, 2.4, 7.4 and 2.8 million t in 2020-2024: the small ones weigh the contained metal."""
    tonnes = megatonnes(trade, done, "260300", "CHL", "CHN")
    assert min(tonnes[y] for y in range(2019, 2025)) > 6
    assert max(tonnes[y] for y in range(2019, 2025)) < 10
    altered = done.table.filter(flow("260300", "CHL", "CHN"))["year"]
    assert altered.to_list() == [2021, 2022, 2024]


def test_without_the_limit_for_concentrates_the_flip_is_learnt(trade: pl.DataFrame) -> None:
    automatic = repair(trade, limits=limits().clear())
    assert megatonnes(trade, automatic, "260300", "CHL", "IND")[2015] < 0.5
    assert megatonnes(trade, repair(trade), "260300", "CHL", "IND")[2015] > 1


def test_copper_of_papua_new_guinea_is_no_third_of_the_world(trade: pl.DataFrame, done: Repairs) -> None:
    """22 to 41 million t in 2019-2022; the flows to Japan and Korea are right, some others are not."""
    from_png = (pl.col("hs_code") == "260300") & (pl.col("exporter") == "PNG")
    used = repaired_quantity(trade, done.table).filter(from_png, pl.col("year").is_between(2018, 2023))
    wrong = used.filter(pl.col("reason").is_not_null())
    assert wrong.select("importer", "year").sort("importer", "year").rows() == [
        *(("PHL", year) for year in (2019, 2020, 2022)),
        *(("PRK", year) for year in (2019, 2020, 2021, 2022)),
    ]
    assert wrong["reason"].unique().to_list() == ["weight_too_large"]
    total = used.group_by("year").agg(pl.col("repaired_kg").sum() / 1e9)["repaired_kg"]
    assert total.min() > 0.1
    assert total.max() < 0.6


def test_philippine_nickel_ore_of_2018_keeps_its_weight(trade: pl.DataFrame, done: Repairs) -> None:
    """The unit value is out of line because the value is; a record says so, for this very figure."""
    here = flow("260400", "PHL", "CHN", 2018)
    row = done.table.filter(here).row(0, named=True)
    assert (row["reason"], row["repaired_kg"]) == ("override", 26_926_794_089)
    assert row["unit_value_usd_per_t"] < row["expected_usd_per_t"] / 2
    assert done.stale == ()
    summary = done.summary.filter(pl.col("hs_code") == "260400", pl.col("year") == 2018)
    assert summary["published_kg"].item() - summary["repaired_kg"].item() < 0


def test_a_record_is_left_out_where_the_published_weight_is_another(trade: pl.DataFrame) -> None:
    here = flow("260400", "PHL", "CHN", 2018)
    revised = changed(trade, here, pl.lit(30_000_000_000))
    done = repair(revised)
    assert done.stale == tuple(overrides()["id"])
    assert done.table.filter(here, pl.col("reason") == "override").is_empty()


def test_bans_are_no_slips(trade: pl.DataFrame, done: Repairs) -> None:
    """Indonesia's exports of bauxite and nickel ore fell by nine tenths in 2014."""
    for code in ("260400", "260600"):
        used = repaired_quantity(trade, done.table).filter(flow(code, "IDN", "CHN"))
        weights = dict(used.select("year", "repaired_kg").iter_rows())
        published = dict(used.select("year", "quantity_kg").iter_rows())
        assert weights[2014] / weights[2013] < 0.2
        assert weights[2014] == published[2014]
