"""Random years of supply: laws that must hold, limits that are known, and the same answer whoever draws."""

from __future__ import annotations

import tracemalloc
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.engines.flows import network_of
from pactolus.disruption.engines.kernel import outage_kernel
from pactolus.disruption.random_years.draws import Law, events_at
from pactolus.disruption.random_years.draws import draw_chunk as draw_one
from pactolus.disruption.random_years.hazards import CASES
from pactolus.disruption.random_years.montecarlo import MonteCarlo, given_by, montecarlo, plan_of
from pactolus.disruption.random_years.question import drawn_cases, question
from pactolus.disruption.random_years.supply import KINDS, Plan, kernel_rows, size_laws
from pactolus.disruption.random_years.tail import chance_above, losses_of, together_in_tail, worst
from pactolus.disruption.random_years.tally import (
    EDGES,
    PAIR_EDGES,
    Tally,
    cuts_of,
    group_of,
    groups_of,
    member_losses,
)
from pactolus.errors import InputError, NoAnswerError
from pactolus.policy.register import register
from pactolus.solvers.risk_measures import cvar

ON = date(2026, 11, 24)
MINERALS = ("natural-graphite", "tungsten")
TABLES = ("losses", "exceedance", "contributions", "joint", "hazards")
KEY = ["mineral", "stage", "importer", "case"]


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def sizes(world: World) -> Mapping[str, Law]:
    return size_laws(world)


@pytest.fixture(scope="module")
def found(world: World, sizes: Mapping[str, Law]) -> MonteCarlo:
    return montecarlo(world, MINERALS, scenarios=40_000, on=ON, sizes=sizes)


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with numbers."""
    return frame.filter(pl.col("expected_share").is_not_null())


def plan(world: World, sizes: Mapping[str, Law], minerals: Any = "tungsten", **more: Any) -> Plan:
    asked = question(world, minerals, ["KOR", "JPN"], scenarios=1000, seed=0, case="controls", on=ON, **more)
    return plan_of(asked, given_by(world, asked, None, None).supplies, sizes)


# laws


def test_no_hazard_no_loss(world: World, sizes: Mapping[str, Law], found: MonteCarlo) -> None:
    pairs = found.hazards.select("mineral", "exporter").rows()
    quiet = montecarlo(
        world, MINERALS, scenarios=2000, on=ON, case="expert", expert=dict.fromkeys(pairs, 0.0), sizes=sizes
    )
    rows = quiet.losses.filter(pl.col("probability").is_not_null())
    assert rows.height
    assert (rows.select("probability", "expected_share", "cvar95_share", "exact_share") == 0).to_numpy().all()
    assert set(rows["status"]) == {"not_distinguishable"}


def test_more_hazard_is_never_less_expected_loss(found: MonteCarlo) -> None:
    rows = told(found.losses).pivot(on="case", index=KEY[:3], values=["expected_share", "cvar95_share"])
    for column in ("expected_share", "cvar95_share"):
        assert (rows[f"{column}_governance"] <= rows[f"{column}_controls"]).all()
        assert (rows[f"{column}_expert"] == rows[f"{column}_controls"]).all()


def test_what_is_drawn_is_what_is_expected(found: MonteCarlo) -> None:
    """The mean has a closed form: sum over suppliers of share x chance x mean size."""
    rows = told(found.losses)
    z = (rows["expected_share"] - rows["exact_share"]) / rows["expected_se"]
    assert z.abs().max() < 4


def test_exceedance_falls_and_begins_at_any_loss(found: MonteCarlo) -> None:
    for _, curve in found.exceedance.group_by(KEY, maintain_order=True):
        assert (curve["probability"].diff().drop_nulls() <= 0).all()
        assert curve["probability"].is_between(0, 1).all()
    start = found.exceedance.filter(pl.col("loss_share") == 0).sort(KEY)["probability"]
    assert (start == told(found.losses).sort(KEY)["probability"]).all()


@pytest.mark.parametrize("of", ["supplier", "kind"])
def test_contributions_sum_to_the_loss_and_to_the_tail(found: MonteCarlo, of: str) -> None:
    sums = (
        found.contributions.filter(pl.col("of") == of)
        .group_by(KEY)
        .agg(pl.col("expected_share", "cvar95_share").sum())
    )
    both = told(found.losses).join(sums, on=KEY, suffix="_sum")
    assert both.height == told(found.losses).height
    for column in ("expected_share", "cvar95_share"):
        assert both[f"{column}_sum"].to_numpy() == pytest.approx(both[column].to_numpy(), abs=1e-12)


def test_phi_moves_what_members_share_and_not_what_each_risks(world: World, sizes: Mapping[str, Law]) -> None:
    runs = {
        phi: montecarlo(
            world, "natural-graphite", scenarios=40_000, on=ON, phi=phi, case="controls", sizes=sizes
        )
        for phi in (0.0, 0.6)
    }
    alone = [
        told(run.losses).filter(~pl.col("importer").str.contains("+", literal=True)) for run in runs.values()
    ]
    assert (alone[0]["exact_share"] == alone[1]["exact_share"]).all()
    for column, error in (("expected_share", "expected_se"), ("cvar95_share", "cvar95_se")):
        gap = (alone[0][column] - alone[1][column]).abs()
        assert (gap < 4 * (alone[0][error] + alone[1][error])).all()
    first, second = (run.joint.filter(pl.col("level") == 0.95) for run in runs.values())
    assert (first["correlation"] > second["correlation"] + 0.1).all()
    assert (first["one_given_other"] > second["one_given_other"]).all()
    joint = [
        told(run.losses).filter(pl.col("importer") == "KOR+JPN")["cvar95_share"] for run in runs.values()
    ]
    assert (joint[0] > joint[1]).all()


def test_strata_and_plain_years_agree_and_strata_are_surer(
    world: World, sizes: Mapping[str, Law], found: MonteCarlo
) -> None:
    plain = montecarlo(world, MINERALS, scenarios=40_000, on=ON, sizes=sizes, plain=True)
    both = told(found.losses).join(told(plain.losses), on=KEY, suffix="_plain")
    for column, error in (
        ("expected_share", "expected_se"),
        ("probability", "probability_se"),
        ("above_noise", "above_noise_se"),
        ("cvar95_share", "cvar95_se"),
    ):
        spread = (both[error] ** 2 + both[f"{error}_plain"] ** 2).sqrt()
        assert ((both[column] - both[f"{column}_plain"]).abs() / spread).max() < 4
    assert (both["expected_se"] < 0.8 * both["expected_se_plain"]).all()


def test_a_mineral_has_the_same_numbers_alone_and_among_others(
    world: World, sizes: Mapping[str, Law], found: MonteCarlo
) -> None:
    alone = montecarlo(world, "tungsten", scenarios=40_000, on=ON, sizes=sizes)
    among = found.losses.filter(pl.col("mineral") == "tungsten")
    assert_frame_equal(alone.losses.sort(KEY), among.sort(KEY), check_exact=True)


def test_seeds_and_order_of_members(world: World, sizes: Mapping[str, Law]) -> None:
    def run(seed: int, importers: str) -> pl.DataFrame:
        kept = montecarlo(
            world, "tungsten", importers, scenarios=3000, seed=seed, on=ON, case="controls", sizes=sizes
        )
        return kept.losses.filter(pl.col("importer") == "KOR")

    assert_frame_equal(run(3, "KOR,JPN"), run(3, "KOR,JPN"), check_exact=True)
    assert run(3, "KOR,JPN")["expected_share"][0] != run(4, "KOR,JPN")["expected_share"][0]


# whoever draws


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ResourceWarning)
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as cluster:
            yield cluster.scheduler_address


def test_results_do_not_depend_on_who_draws(
    world: World, sizes: Mapping[str, Law], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    # several tasks without a large run
    monkeypatch.setattr("pactolus.disruption.random_years.tally.GROUP", 1)

    def run(**where: Any) -> MonteCarlo:
        return montecarlo(world, "tungsten", scenarios=9_000, on=ON, case="controls", sizes=sizes, **where)

    one = run()
    for other in (run(workers=2), run(cluster=address)):
        for table in TABLES:
            assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def test_tasks_do_not_depend_on_workers() -> None:
    tasks = groups_of(200_000)
    assert [number for task in tasks for number, _ in task] == list(range(49))
    assert sum(size for task in tasks for _, size in task) == 200_000
    assert {len(task) for task in tasks[:-1]} == {16}


def test_memory_does_not_grow_with_scenarios(world: World, sizes: Mapping[str, Law]) -> None:
    ready = plan(world, sizes)

    def peak(chunks: int) -> int:
        tracemalloc.start()
        group_of(ready, [(number, 1024) for number in range(chunks)])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(8) < 1.2 * peak(2)
    size = sum(array.nbytes for array in vars(Tally.empty(ready)).values())
    assert size < 3e6 * len(ready.supplies)


# counting against what was counted


@dataclass(frozen=True)
class Fixed:
    """Always the same size."""

    value: float

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        return np.full(count, self.value)


def test_counted_losses_are_those_of_the_scenarios(world: World, sizes: Mapping[str, Law]) -> None:
    """One chunk kept whole, beside its bins: means exact, tails within a bin."""
    from dataclasses import replace

    ready = plan(world, sizes, "natural-graphite")
    supply = replace(ready.supplies[0], leading=())
    ready = replace(ready, supplies=(supply,))
    n = 4096
    tally = group_of(ready, [(0, n)])
    events = events_at(ready.setting, draw_one(ready.setting, 0, n), supply.highest)
    cuts, _ = cuts_of(ready, supply, events)
    whole = [lost for _, _, lost in member_losses(supply, events, cuts, n)]
    for member, lost in enumerate(whole):
        moments, scenarios = tally.moments[0, 0, member], tally.scenarios[0, 0]
        counted = losses_of(moments, scenarios)
        assert counted.mean.value == pytest.approx(lost.mean(), rel=1e-12)
        assert counted.spread == pytest.approx(lost.std(), rel=1e-9)
        assert counted.mean.error == pytest.approx(lost.std() / np.sqrt(n), rel=1e-9)
        for threshold in (0.0, 0.05, 0.15, 0.5):
            exact = (lost > 0).mean() if threshold == 0 else (lost >= threshold).mean()
            assert chance_above(moments, scenarios, threshold).value == pytest.approx(exact, abs=1e-12)
        assert worst(moments, scenarios, 0.05)[0].value == pytest.approx(cvar(lost, 0.95), abs=0.002)
    product = tally.product[0, 0, 0] / n
    assert product == pytest.approx((whole[0] * whole[1]).mean(), rel=1e-12)
    joint = together_in_tail(tally.both[0, 0, 0], 0.9)
    inside = [lost >= edge for lost, edge in zip(whole, joint.threshold, strict=True)]
    assert joint.both == pytest.approx((inside[0] & inside[1]).mean(), abs=1e-12)
    assert joint.given_other[0] == pytest.approx((inside[0] & inside[1]).sum() / inside[1].sum(), abs=1e-12)
    assert max(joint.beyond) <= 0.1


def test_edges_rise_and_hold_what_is_asked_of_them() -> None:
    for edges in (EDGES, PAIR_EDGES):
        assert list(edges) == sorted(set(edges))
        assert edges[-1] == 1.0
        assert 0.15 in edges


def test_one_supplier_that_always_fails_takes_its_share(world: World) -> None:
    """A limit: every year China is out whole, and nobody else."""
    given = given_by(world, question(world, "tungsten", "KOR,JPN", scenarios=100, seed=0, on=ON), None, None)
    exporters = given.hazards["exporter"].unique().to_list()
    rates = {("tungsten", one): 50.0 if one == "CHN" else 0.0 for one in exporters}
    run = montecarlo(
        world, "tungsten", scenarios=500, on=ON, case="expert", expert=rates, sizes={"outage": Fixed(1.0)}
    )
    for supply in given.supplies:
        rows = told(run.losses).filter(
            pl.col("stage") == supply.stage, ~pl.col("importer").str.contains(r"\+")
        )
        china = supply.shares[:, sorted_countries().index("CHN")]
        assert rows["expected_share"].to_numpy() == pytest.approx(china, abs=1e-9)
        assert rows["cvar95_share"].to_numpy() == pytest.approx(china, abs=1e-9)
        assert (rows["expected_se"] < 1e-6).all()


def sorted_countries() -> list[str]:
    from pactolus.disruption.random_years.supply import ways

    return list(ways())


def test_rows_of_the_kernel_are_those_of_the_whole() -> None:
    random = np.random.default_rng(1)
    flows = random.exponential(size=(9, 9)) * (random.random((9, 9)) < 0.4)
    network = network_of(flows)
    rows = kernel_rows(network, network.flows[:, [2, 5]])
    assert rows == pytest.approx(outage_kernel(network)[[2, 5]], abs=1e-12)


def test_shares_stand_behind_all_imports(world: World, sizes: Mapping[str, Law]) -> None:
    """Rows of the kernel sum to imports, but for what a member sends round to itself."""
    for supply in plan(world, sizes, ["natural-graphite", "cobalt", "lithium"]).supplies:
        total = supply.shares.sum(axis=1)
        bought = supply.base_t > 0
        assert (total[bought] <= 1 + 1e-9).all()
        assert (total[bought] > 0.8).all()
        assert supply.shares[:, sorted_countries().index("PRK")].max() == 0


# what is told


def test_missing_is_told_and_not_nought(world: World, sizes: Mapping[str, Law]) -> None:
    run = montecarlo(world, ["nickel", "gallium"], scenarios=500, on=ON, case="governance", sizes=sizes)
    rows = {(r["mineral"], r["stage"], r["importer"]): r for r in run.losses.to_dicts()}
    ore = rows["nickel", "ore", "KOR"]
    assert ore["status"] == "no_governance_data"
    assert ore["unrated_share"] > 0.9
    assert ore["expected_share"] is None
    assert {r["status"] for key, r in rows.items() if key[0] == "gallium"} <= {"no_code", "no_trade_data"}
    assert any("NCL" in note for note in run.notes)
    given = {("nickel", "NCL"): 0.1}
    rated = montecarlo(world, "nickel", scenarios=500, on=ON, case="expert", expert=given, sizes=sizes)
    ore = next(r for r in rated.losses.to_dicts() if (r["stage"], r["importer"]) == ("ore", "KOR"))
    assert ore["status"] == "ok"
    kinds = rated.contributions.filter(
        pl.col("of") == "kind", pl.col("importer") == "KOR", pl.col("stage") == "ore"
    )
    assert "expert, common" in kinds["what"].to_list()


def test_no_trade_at_all_is_no_answer(world: World) -> None:
    with pytest.raises(NoAnswerError, match="gallium: no trade in 2024"):
        montecarlo(world, "gallium", scenarios=500, on=ON)


def test_faults_of_a_question_are_told_at_once(world: World) -> None:
    with pytest.raises(InputError) as told_:
        montecarlo(
            world,
            "tungstn",
            ["KOR", "XX"],
            scenarios=5,
            phi=2,
            rho=1,
            year=1900,
            case="gov",
            expert={("a", "b"): 1},
        )
    text = str(told_.value)
    for part in (
        "unknown mineral 'tungstn'",
        "'XX'",
        "scenarios: 5",
        "phi: 2",
        "rho: 1",
        "year: 1900",
        "unknown case 'gov'",
        "the case 'expert' is not asked for",
    ):
        assert part in text
    with pytest.raises(InputError, match="8 at most"):
        montecarlo(world, "tungsten", "EU27")
    with pytest.raises(InputError, match="is the world"):
        montecarlo(world, "tungsten", "WLD")


def test_without_own_rates_expert_is_controls() -> None:
    assert drawn_cases(CASES, None) == {"governance": 0, "controls": 1, "expert": 1}
    assert drawn_cases(CASES, {("cobalt", "COD"): 1.0}) == {"governance": 0, "controls": 1, "expert": 2}


def test_a_result_says_how_it_was_made(world: World, found: MonteCarlo) -> None:
    assert (found.vintage, found.on, found.seed, found.scenarios) == (world.vintage, ON, 0, 40_000)
    text = "\n".join(found.notes)
    for part in ("phi 0.3 (assumption, range 0 to 0.9)", "rho 0.3", "before re-routing", "40,000 years"):
        assert part in text
    measures = found.hazards["measure"].drop_nulls().unique().to_list()
    assert measures
    assert set(measures) <= {one.id for one in register()}
    assert set(found.hazards["kind"].drop_nulls()) <= set(KINDS)


def test_one_importer_has_no_joint_view(world: World, sizes: Mapping[str, Law]) -> None:
    run = montecarlo(world, "tungsten", "JPN", scenarios=500, on=ON, case="governance", sizes=sizes)
    assert run.joint.height == 0
    assert set(run.losses["importer"]) == {"JPN"}
