"""Other sides of a run: months, applications at stake, other engines."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.effects.applications import APPLICATION_COLUMNS, at_stake
from pactolus.disruption.effects.monthly import HORIZON, MONTH_COLUMNS, PASS_THROUGH, by_month
from pactolus.disruption.effects.side_by_side import ENGINE_COLUMNS, ENGINES, compare
from pactolus.disruption.effects.stresses import Stress, stress
from pactolus.disruption.history.events import events_of
from pactolus.disruption.scenarios.library import ready
from pactolus.disruption.scenarios.scenario import scenario_of
from pactolus.disruption.stages.downstream import DOWNSTREAM_COLUMNS, byproducts_of, stages_of
from pactolus.errors import NoAnswerError


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def run(world: World, **shock: Any) -> Stress:
    base = {"kind": "ban", "exporter": "CHN", "minerals": ["natural-graphite"], "stages": ["ore"]}
    base |= {"start": "2027-01-01", "cut": 0.6, "months": 12}
    scenario = {"scenario": "trial", "title": "A trial", "year": 2023, "shocks": [base | shock]}
    return stress(world, scenario_of(scenario))


def test_the_months_of_a_year_add_up_to_its_loss(world: World) -> None:
    for kind in ("ban", "licence"):
        found = run(world, kind=kind)
        table = by_month(found)
        assert tuple(table.columns) == MONTH_COLUMNS
        inside = table.filter(pl.col("month").dt.year() == 2027)
        sums = dict(inside.group_by("importer").agg(pl.col("lost_t").sum()).iter_rows())
        lost = dict(found.losses.select("importer", "lost_t").iter_rows())
        assert sums == pytest.approx(lost)
        assert (table["lost_low_t"] <= table["lost_t"] + 1e-9).all()
        assert (table["lost_t"] <= table["lost_high_t"] + 1e-9).all()


def test_no_month_loses_more_than_a_usual_one(world: World) -> None:
    found = run(world, kind="licence", cut=1.0)
    table = by_month(found).join(found.losses.select("importer", "base_t"), on="importer")
    assert (table["lost_high_t"] <= table["base_t"] / 12 * (1 + 1e-9)).all()


def test_an_announced_licence_is_bought_for_beforehand_and_an_unannounced_one_is_not(world: World) -> None:
    told = by_month(run(world, kind="licence", announced="2026-11-20"))
    untold = by_month(run(world, kind="licence"))
    before = pl.col("month") == pl.date(2026, 12, 1)
    assert (told.filter(before)["lost_t"] < 0).all()
    assert (untold.filter(before)["lost_t"] == 0).all()
    assert set(told["basis"]) != set(by_month(run(world))["basis"]) == {"assumption"}


def test_later_years_keep_less_of_a_loss(world: World) -> None:
    table = by_month(run(world, months=60)).filter(pl.col("importer") == "KOR").sort("month")
    assert table.height == HORIZON + 2
    years = [table.slice(2 + 12 * n, 12)["lost_t"].mean() for n in range(3)]
    assert years == sorted(years, reverse=True)
    assert years[2] == pytest.approx(years[1] * PASS_THROUGH[3][1] / PASS_THROUGH[2][1])
    assert (table["lost_low_t"].tail(12) <= 0).all()


def test_applications_split_a_loss_by_use(world: World) -> None:
    found = run(world, minerals=["tungsten"])
    table = at_stake(world, found)
    assert tuple(table.columns) == APPLICATION_COLUMNS
    one = table.filter(pl.col("importer") == "KOR")
    assert one["use_share"].sum() == pytest.approx(1.0, abs=0.02)
    assert (one["at_stake"] == one["use_share"] * one["lost_share"]).all()
    assert one["at_stake"].is_sorted(descending=True)
    assert set(table["pattern"]) == {"eu_use_pattern"}


def test_uses_that_nobody_studied_are_not_none(world: World) -> None:
    table = at_stake(world, run(world))
    assert set(table["status"]) == {"no_use_data"}
    assert table["at_stake"].null_count() == table.height


def test_every_engine_answers_or_says_why_not(world: World) -> None:
    everybody, aimed = compare(world, run(world)), compare(world, run(world, targets=["KOR"]))
    assert tuple(everybody.columns) == ENGINE_COLUMNS
    assert set(everybody["engine"]) == {*ENGINES, "no_change", "uniform", "proportional", "rule"}
    assert set(everybody["status"]) == {"ok"}
    silent = aimed.filter(pl.col("status") == "not_applicable")
    assert set(silent["engine"]) == {"kernel", "quota", "armington"}
    assert silent["lost_t"].null_count() == silent.height


def test_engines_lose_nothing_without_a_shock_and_no_more_than_there_is(world: World) -> None:
    none = compare(world, run(world, cut=0.0))
    assert none["lost_t"].abs().max() == pytest.approx(0.0, abs=1e-3)  # type: ignore[call-overload]
    found = run(world, cut=1.0)
    base = dict(found.losses.select("importer", "base_t").iter_rows())
    for importer, lost in compare(world, found).select("importer", "lost_t").iter_rows():
        assert -1e-6 * base[importer] <= lost <= base[importer] * (1 + 1e-9)


def test_engines_run_on_balanced_trade_only_where_the_grade_carries_it(world: World) -> None:
    table = compare(world, stress(world, ready("graphite-licence", world)))
    basis = table.filter(pl.col("engine") == "cascade").select("stage", "basis").unique().sort("stage")
    assert dict(basis.iter_rows()) == {"mixed": "trade alone", "ore": "balanced, contained metal"}


def test_the_direct_loss_lies_within_the_engines(world: World) -> None:
    """A ban for everybody: the cascade is "its customers lose", and what re-exporters pass on of it."""
    found = run(world, exporter="BRA", minerals=["niobium"], stages=["refined"], cut=1.0)
    table = compare(world, found).filter(pl.col("importer") == "KOR")
    lost = dict(table.select("engine", "lost_t").iter_rows())
    assert lost["cascade"] >= lost["proportional"] * (1 - 1e-6)
    assert np.isfinite(list(lost.values())).all()


def test_stages_follow_processors_and_by_products_follow_them(world: World) -> None:
    guinea = ready("bauxite-guinea", world)
    table, notes = stages_of(world, guinea, events_of(world))
    assert tuple(table.columns) == DOWNSTREAM_COLUMNS
    china = table.filter(pl.col("stage") == "alumina", pl.col("country") == "CHN").row(0, named=True)
    assert 0 <= china["cut_low_t"] <= china["cut_t"] <= china["cut_high_t"] < china["output_t"]
    assert china["cut_t"] > 0
    assert china["import_status"] == "no_trade_data"
    assert china["lost_t"] is None
    assert {"KOR", "JPN"} <= set(table["country"])
    assert any("so no loss of importers can be given" in note for note in notes)
    metals, labels = byproducts_of(world, guinea, events_of(world))
    assert labels[0] == "supply potential, not trade"
    gallium = metals.filter(pl.col("byproduct") == "gallium", pl.col("country") == "WLD").row(0, named=True)
    assert 0 <= gallium["world_low"] < gallium["world_high"] < 1


def test_what_nothing_is_made_of_has_no_answer(world: World) -> None:
    with pytest.raises(NoAnswerError, match="only shocks of an exporter are"):
        stages_of(world, ready("lithium-demand-surge", world), events_of(world))


def test_baselines_by_month_add_up_to_the_year_and_keep_its_months(world: World) -> None:
    found = stress(world, ready("graphite-licence", world))
    table = by_month(found, beside=True)
    assert table.select(MONTH_COLUMNS).equals(by_month(found))
    for row in found.losses.iter_rows(named=True):
        own = table.filter(
            pl.col("mineral") == row["mineral"],
            pl.col("stage") == row["stage"],
            pl.col("importer") == row["importer"],
        )
        assert own["uniform_t"].sum() == pytest.approx(row["uniform_t"])
        assert own["proportional_t"].sum() == pytest.approx(row["proportional_t"])
        assert own["usual_t"].to_list() == pytest.approx([row["base_t"] / 12] * own.height)
        assert own.filter(pl.col("month") < pl.lit(date(2027, 1, 1)))["uniform_t"].null_count() == 2


def test_engines_tell_how_far_they_are(world: World) -> None:
    told: list[tuple[str, int, int]] = []
    compare(world, run(world), progress=lambda what, done, total: told.append((what, done, total)))
    assert [what for what, _, _ in told] == list(ENGINES)
    assert [done for _, done, _ in told] == list(range(len(ENGINES)))
