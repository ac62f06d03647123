"""Laws of the programme: against the problem written out, balances of lots, loans, duals, warm runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.response_written_out import extensive_cost
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.response.plan.allotting import moves_of
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.columns import Row
from pactolus.response.plan.situation import Acceleration, Held, Situation
from pactolus.response.plan.solving import Answer, Solver, Terms
from tests.response.made_up import random_situation, situation

seeds = st.integers(0, 100_000)
few = settings(max_examples=15, deadline=None)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-7)


@few
@given(seeds, st.sampled_from([2, 3]))
def test_the_cost_is_that_of_the_problem_written_out_by_duration(seed: int, members: int) -> None:
    one = random_situation(seed, members=members)
    assert Solver(one).solve().total_musd == near(extensive_cost(one))


@few
@given(seeds, st.sampled_from([1.0, 1e-2, 1e-5]))
def test_together_never_costs_more_than_everybody_alone(seed: int, smallest: float) -> None:
    """Alternatives split either way, a very small member among them."""
    solver = Solver(random_situation(seed, smallest=smallest))
    terms = Terms()
    together = solver.solve(terms).total_musd
    for alone in (solver.alone(terms), solver.alone(terms, [0, 1]), solver.alone(terms, [1, 0])):
        assert together <= alone.total_musd * (1 + 1e-7) + 1e-9
        assert (alone.cost_musd <= solver.idle(terms) * (1 + 1e-7) + 1e-9).all()


@few
@given(seeds)
def test_more_stock_never_raises_the_cost(seed: int) -> None:
    solver = Solver(random_situation(seed))
    for terms in (Terms(), Terms(together=False)):
        costs = [solver.solve(replace(terms, end=end)).total_musd for end in (0, 1, 2)]
        assert costs[0] >= costs[1] - 1e-7 >= costs[2] - 2e-7


@few
@given(seeds)
def test_fewer_limits_never_raise_the_cost(seed: int) -> None:
    solver = Solver(random_situation(seed, members=3))
    free = solver.solve(Terms(restricted=True)).total_musd
    planned = solver.solve().total_musd
    shut = solver.solve(Terms(no_transfer=("KOR",))).total_musd
    assert free <= planned + 1e-7 <= shut + 2e-7


@pytest.mark.parametrize("lengths", [(3, 6), (12,)])
def test_no_loss_no_action(lengths: tuple[int, ...]) -> None:
    one = situation(part=(0.0, 0.0), lengths=lengths)
    answer = Solver(one).solve()
    assert answer.total_musd == pytest.approx(0, abs=1e-9)
    assert moves_of(answer) == ()


def used(one: Situation, answer: Answer) -> dict[tuple[int, int], float]:
    """Lot and last node of every path -> tonnes taken from it on the way."""
    tree = answer.parts[0].programme.tree
    ends = [n for n, node in enumerate(tree.nodes) if node.rest]
    found: dict[tuple[int, int], float] = {}
    for move in moves_of(answer):
        if move.lot >= 0:
            for end in ends:
                if move.node in tree.above(end):
                    found[move.lot, end] = found.get((move.lot, end), 0.0) + move.tonnes
    return found


@few
@given(seeds)
def test_no_lot_gives_more_than_it_holds_on_any_path(seed: int) -> None:
    one = random_situation(seed)
    for (lot, _), tonnes in used(one, Solver(one).solve()).items():
        assert tonnes <= one.held[lot].tonnes[1] * (1 + 1e-6) + 1e-6


@few
@given(seeds)
def test_what_is_needed_is_met_or_named_as_missing(seed: int) -> None:
    """Tonnes of moves, not columns: what a member loses is released, received or short."""
    one = random_situation(seed)
    answer = Solver(one).solve()
    tree = answer.parts[0].programme.tree
    met: dict[tuple[int, int, int], float] = {}
    for move in moves_of(answer):
        sign = {"release": 1.0, "short": 1.0, "swap": -1.0}.get(move.kind, 0.0)
        key = (move.place, move.member, move.node)
        met[key] = met.get(key, 0.0) + sign * move.tonnes
        if move.kind == "swap":
            other = (move.place, move.partner, move.node)
            met[other] = met.get(other, 0.0) + move.tonnes
    for number, node in enumerate(tree.nodes):
        if not node.rest:
            for k in range(2):
                for i in range(2):
                    lost = one.loss_t[k, i, node.month, node.scenarios[0]]
                    assert met.get((k, i, number), 0.0) >= lost * (1 - 1e-5) - 1e-4


@few
@given(seeds)
def test_lots_that_may_not_go_never_go(seed: int) -> None:
    one = random_situation(seed, members=3)
    for move in moves_of(Solver(one).solve()):
        if move.kind == "lend":
            assert one.members[move.partner] in one.held[move.lot].may_go


@few
@given(seeds)
def test_loans_return_as_far_as_the_borrower_can_buy(seed: int) -> None:
    one = random_situation(seed)
    answer = Solver(one).solve()
    for part in answer.parts:
        tree, columns = part.programme.tree, part.programme.builder.columns
        for number in part.programme.by_kind.get("owed", ()):
            owed, own = columns[number], tree.nodes[columns[number].node]
            block = part.programme.block(owed.place)
            lent = sum(
                part.x[n]
                for kind in ("lend", "swap")
                for n in part.programme.by_kind.get(kind, ())
                if (columns[n].place, columns[n].member, columns[n].partner)
                == (owed.place, owed.member, owed.partner)
                and columns[n].node in tree.above(owed.node)
            )
            months = max(0, one.months - one.assumed.lag_lending - own.month)
            most = one.assumed.return_share * one.use_t[owed.place, owed.partner] * months / block.unit_t
            back = part.x[part.programme.column_at[owed._replace(kind="return")]]
            assert back + part.x[number] == pytest.approx(lent, abs=1e-6)
            assert back == pytest.approx(min(lent, most), abs=1e-6)


def test_lending_stays_below_its_share_and_at_home_without_transfer() -> None:
    one = situation(free=1.0)
    lent = [m for m in moves_of(Solver(one).solve()) if m.kind == "lend" and m.member == 0]
    assert 0 < sum(m.tonnes for m in lent) <= 0.4 * 300 * (1 + 1e-6)
    shut = moves_of(Solver(one).solve(Terms(no_transfer=("KOR",))))
    assert not [m for m in shut if m.kind in ("lend", "swap") and m.member == 0]


@few
@given(seeds)
def test_a_dual_is_what_one_more_tonne_saves(seed: int) -> None:
    one = random_situation(seed)
    solver = Solver(one)
    answer = solver.solve()
    for part, model in zip(answer.parts, solver.models, strict=True):
        programme = part.programme
        rows = [r for r, row in enumerate(programme.builder.rows) if row.kind == "balance"]
        for row in rows[:2]:
            need = float(programme.program.row_lower[row])
            costs = []
            for step in (-1e-4, 1e-4):
                model.change_rows([row], lower=[need + step])
                costs.append(model.solve().objective)
            model.change_rows([row], lower=[need])
            low, high = sorted(
                [(model.solve().objective - costs[0]) / 1e-4, (costs[1] - model.solve().objective) / 1e-4]
            )
            assert low - 1e-3 * (1 + high) <= part.duals[row] <= high + 1e-3 * (1 + high)


@few
@given(seeds, st.floats(0.5, 1.5))
def test_a_warm_run_finds_what_a_cold_one_finds(seed: int, factor: float) -> None:
    one = random_situation(seed)
    warm = Solver(one)
    warm.solve()
    warm.alone(Terms())
    terms = Terms(stock={(k, i): factor for k in range(2) for i in range(2)})
    assert warm.solve(terms).total_musd == near(Solver(one).solve(terms).total_musd)


def test_other_probabilities_are_those_of_a_new_situation() -> None:
    one = situation()
    solver = Solver(one)
    solver.solve()
    chance = np.array([0.9, 0.1])
    solver.reweigh(chance)
    assert solver.solve().total_musd == near(Solver(replace(one, probability=chance)).solve().total_musd)


def test_a_limit_of_money_binds_all_members_and_places_together() -> None:
    free = Solver(situation(stock=(None, None), room=30.0)).solve()
    tight = replace(situation(stock=(None, None), room=30.0), assumed=Assumptions(money_musd_per_month=0.01))
    answer = Solver(tight).solve()
    programme = answer.parts[0].programme
    for number, row in enumerate(programme.builder.rows):
        if row.kind == "money":
            spent = float((programme.program.matrix @ answer.parts[0].x)[number])
            assert spent <= 0.01 * (1 + 1e-6)
    assert answer.total_musd > free.total_musd + 1e-6


def test_one_supplier_is_not_sold_twice() -> None:
    one = situation(stock=(None, None), room=10.0)
    ordered: dict[int, float] = {}
    for move in moves_of(Solver(one).solve()):
        if move.kind in ("order", "joint", "expedite"):
            ordered[move.node] = ordered.get(move.node, 0.0) + move.tonnes
    assert ordered
    assert max(ordered.values()) <= 10 * (1 + 1e-6)


def test_re_routing_is_at_most_its_share_of_use() -> None:
    one = situation(stock=(None, None), room=1000.0)
    taken: dict[tuple[int, int], float] = {}
    for move in moves_of(Solver(one).solve()):
        if move.kind in ("order", "joint", "expedite"):
            key = (move.node, move.member)
            taken[key] = taken.get(key, 0.0) + move.tonnes
    assert {i: max(t for (_, m), t in taken.items() if m == i) for i in (0, 1)} == {
        0: pytest.approx(15.0),
        1: pytest.approx(7.5),
    }


def test_nothing_arrives_before_its_lag() -> None:
    one = situation(stock=(None, None), room=1000.0, lengths=(4,), inflow_free=np.zeros((1, 2)))
    used_ = [m for m in moves_of(Solver(one).solve()) if m.kind == "release"]
    assert min(m.month for m in used_) == 1  # quick orders of month 0
    slow = replace(one, assumed=Assumptions(expedite_months=0))
    assert min(m.month for m in moves_of(Solver(slow).solve()) if m.kind == "release") == 2


def test_a_member_that_declares_no_stock_releases_none() -> None:
    one = situation(stock=(None, 50.0), room=0.0)
    moves = moves_of(Solver(one).solve())
    assert {m.member for m in moves if m.kind == "release" and m.lot >= 0} == {1}


def test_a_project_delivers_after_its_delay_and_is_begun_once() -> None:
    project = Acceleration(place=0, project="mine", room_t=20.0, delay=2, cost_musd=0.01)
    one = situation(stock=(None, None), room=0.0, projects=(project,), lengths=(8,))
    answer = Solver(one).solve()
    moves = moves_of(answer)
    begun = sum(m.tonnes for m in moves if m.kind == "project")
    assert begun == pytest.approx(1)
    months = [m.month for m in moves if m.kind == "deliver"]
    assert min(months) == 2
    dear = situation(stock=(None, None), room=0.0, projects=(replace(project, cost_musd=1e6),), lengths=(8,))
    assert not [m for m in moves_of(Solver(dear).solve()) if m.kind in ("project", "deliver")]


def test_a_swap_needs_no_lag_and_comes_from_cargo_that_still_arrives() -> None:
    one = situation(stock=(400.0, 0.0), free=0.0, room=0.0, lengths=(2,))
    swaps = [m for m in moves_of(Solver(one).solve()) if m.kind == "swap"]
    assert swaps[0].month == 0
    assert max(m.tonnes for m in swaps) <= 0.1 * 0.5 * 60 * (1 + 1e-6)
    nothing_free = replace(one, inflow_free=np.zeros((1, 2)))
    assert not [m for m in moves_of(Solver(nothing_free).solve()) if m.kind == "swap"]


def test_shortage_falls_on_the_least_valued_use_first() -> None:
    one = situation(use=(100.0,), part=(0.3,), stock=(None,), room=0.0, lengths=(1,))
    short = [m for m in moves_of(Solver(one).solve()) if m.kind == "short"]
    names = [segment.name for segment in one.segments_of(0)]
    assert [m.what for m in short] == names[: len(short)]
    assert sum(m.tonnes for m in short) == pytest.approx(30)
    idle = Solver(one).idle(Terms())
    assert Solver(one).solve().cost_musd == pytest.approx(idle)


def test_a_bigger_lag_of_loans_is_never_cheaper() -> None:
    one = situation(free=1.0, room=0.0)
    costs = [
        Solver(replace(one, assumed=Assumptions(lag_lending=lag))).solve().total_musd for lag in (0, 1, 2, 3)
    ]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def test_rows_are_found_by_what_they_mean() -> None:
    programme = Solver(situation()).programmes[0]
    assert programme.builder.rows[programme.row_at[Row("balance", 0, 0, 0)]].kind == "balance"
    assert isinstance(programme.block(0).classes[0][0][0], Held)
