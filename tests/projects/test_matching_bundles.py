"""Bundles keep every limit, and say which limits clash."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pactolus.errors import NoAnswerError
from pactolus.projects import BundleLimits, Bundling, MatchProblem, assign, bundle, match_problem

Floats = NDArray[np.float64]
ROLES = ("equity", "offtake", "epc", "finance_lead")


@st.composite
def instances(draw: st.DrawFn) -> tuple[MatchProblem, Bundling, BundleLimits]:
    """Six firms of two countries, each with a line in two roles; two projects with all roles."""
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    firm = [f"F{k // 2}" for k in range(12)]
    role_of_line = [str(random.choice(ROLES)) for _ in firm]
    project, role = [f"P{k // 4}" for k in range(8)], [ROLES[k % 4] for k in range(8)]
    need = np.array([{"equity": 1000, "offtake": 500, "epc": 1, "finance_lead": 1}[one] for one in role])
    supply = np.array(
        [
            random.integers(1, 3) if one in ("epc", "finance_lead") else random.integers(100, 900)
            for one in role_of_line
        ]
    )
    fits = np.array(role_of_line)[:, None] == np.array(role)[None, :]
    value = np.where(fits, random.integers(-3, 10, (12, 8)) / np.maximum(need, 1), np.nan)
    roles = Bundling(
        firm=firm,
        country=[("KOR", "JPN")[int(one[1]) % 2] for one in firm],
        project=project,
        role=role,
        required=[bool(random.random() < 0.5) for _ in role],
        least=np.where(need > 1, 150, 0)[None, :].repeat(12, axis=0),
        whole_equity=need,
        apart=frozenset({frozenset(("F0", "F1"))}),
    )
    limits = BundleLimits(
        equity_cap=draw(st.sampled_from([0.3, 0.49, 1.0])),
        country_cap=draw(st.sampled_from([None, 0.7])),
        members=draw(st.sampled_from([(), ("KOR", "JPN")])),
        not_both=draw(st.sampled_from([(), (("epc", "finance_lead"),)])),
    )
    return match_problem(value, np.zeros((12, 8)), supply, need), roles, limits


@given(instances())
@settings(max_examples=40, deadline=None)
def test_bundles_keep_all_limits(instance: tuple[MatchProblem, Bundling, BundleLimits]) -> None:
    problem, roles, limits = instance
    found = bundle(problem, roles, limits)
    x = found.quantity
    assert problem.welfare(x) <= assign(problem).value + 1e-6
    assert problem.welfare(x) == pytest.approx(found.value, abs=0.1)
    assert (x.sum(axis=1) <= problem.supply).all()
    assert (x <= problem.most).all()
    assert ((x == 0) | (x >= roles.least - 1)).all()
    firms, countries = np.array(roles.firm), np.array(roles.country)
    for j, (project, role) in enumerate(zip(roles.project, roles.role, strict=True)):
        held = x[:, j]
        assert held.sum() <= problem.need[j]
        if project not in found.projects:
            assert held.sum() == 0
            continue
        if roles.required[j]:
            assert held.sum() >= problem.need[j] - len(firms)  # rounded down to the unit
        if role in limits.one_firm:
            assert len(set(firms[held > 0])) <= 1
        if role == "equity":
            shares = [held[firms == one].sum() for one in set(firms)]
            assert max(shares) <= limits.equity_cap * roles.whole_equity[j]
            if limits.country_cap is not None:
                assert max(held[countries == one].sum() for one in ("KOR", "JPN")) <= 0.7 * 1000
    for project in found.projects:
        mine = x[:, [one == project for one in roles.project]].sum(axis=1) > 0
        assert set(limits.members) <= set(countries[mine])
        assert not any(set(pair) <= set(firms[mine]) for pair in roles.apart)
        by_role = {
            role: {f for f, k in zip(firms, x[:, j], strict=True) if k}
            for j, role in enumerate(roles.role)
            if roles.project[j] == project
        }
        for a, b in limits.not_both:
            assert not by_role[a] & by_role[b]
    assert set(found.why_not) == set(roles.project) - set(found.projects)


def small() -> tuple[MatchProblem, Bundling]:
    """One project: equity of 100 from two firms, EPC from one."""
    firm, role = ["A", "B", "A"], ["equity", "epc"]
    value = [[5.0, np.nan], [4.0, np.nan], [np.nan, 7.0]]
    roles = Bundling(
        firm=firm,
        country=["KOR", "JPN", "KOR"],
        project=["P", "P"],
        role=role,
        required=[True, True],
        least=np.zeros((3, 2), dtype=np.int64),
        whole_equity=np.array([200, 0]),
    )
    return match_problem(value, np.zeros((3, 2)), [100, 100, 1], [100, 1]), roles


def test_a_cap_on_equity_brings_the_second_firm_in() -> None:
    problem, roles = small()
    assert bundle(problem, roles, BundleLimits(equity_cap=0.4)).quantity[:, 0].tolist() == [80, 20, 0]
    free = bundle(problem, roles, BundleLimits(equity_cap=1.0, members=()))
    assert free.quantity[:, 0].tolist() == [100, 0, 0]
    both = bundle(problem, roles, BundleLimits(equity_cap=1.0))
    assert both.projects == ("P",)
    assert both.status == "optimal"


def test_best_of_all_choices_by_brute_force() -> None:
    """Three projects with EPC and a lead, four firms with one place in each role: every choice."""
    random = np.random.default_rng(3)
    firm = ["A", "B", "C", "D"] * 2
    role_of_line = ["epc"] * 4 + ["finance_lead"] * 4
    project, role = ["P", "P", "Q", "Q", "R", "R"], ["epc", "finance_lead"] * 3
    fits = np.array(role_of_line)[:, None] == np.array(role)[None, :]
    value = np.where(fits, random.integers(1, 20, (8, 6)), np.nan)
    problem = match_problem(value, np.zeros((8, 6)), np.ones(8), np.ones(6))
    roles = Bundling(
        firm=firm,
        country=["KOR", "KOR", "JPN", "JPN"] * 2,
        project=project,
        role=role,
        required=[True] * 6,
        least=np.zeros((8, 6), dtype=np.int64),
        whole_equity=np.zeros(6, dtype=np.int64),
    )
    pairs = [(a, b) for a in range(4) for b in range(4) if (a < 2) != (b < 2)]
    best = 0.0
    for places in (one for k in range(4) for one in combinations(range(3), k)):
        best = max(best, _best(value, places, pairs, frozenset(), frozenset()))
    assert bundle(problem, roles).value == pytest.approx(best)


def _best(
    value: Floats,
    places: tuple[int, ...],
    pairs: list[tuple[int, int]],
    a: frozenset[int],
    b: frozenset[int],
) -> float:
    if not places:
        return 0.0
    at, rest = places[0], places[1:]
    found = [
        value[i, 2 * at] + value[4 + j, 2 * at + 1] + _best(value, rest, pairs, a | {i}, b | {j})
        for i, j in pairs
        if i not in a and j not in b
    ]
    return max(found, default=float("-inf"))


def test_what_keeps_a_project_back_is_named() -> None:
    problem, roles = small()
    found = bundle(problem, roles, BundleLimits(equity_cap=0.2))
    assert found.projects == ()
    why = found.why_not["P"]
    assert "equity of P: full" in why
    assert "equity of A in P" in why
    assert "It would do to lift one of: full slots, equity cap of a firm" in why
    with pytest.raises(NoAnswerError, match=r"bundles: cannot hold together: .*equity cap of a firm"):
        bundle(problem, roles, BundleLimits(equity_cap=0.2, must=("P",)))


def test_who_lacks_a_member_or_several_things() -> None:
    problem, roles = small()
    alone = replace(roles, country=["KOR", "KOR", "KOR"])
    assert "lift one of: firms of each member" in bundle(problem, alone).why_not["P"]
    none = bundle(problem, alone, BundleLimits(equity_cap=0.2))
    assert none.why_not["P"].endswith("No kind of limit lifted alone lets P go ahead")
    poor = match_problem(-np.abs(problem.firm_value), problem.slot_value, problem.supply, problem.need)
    assert bundle(poor, roles).why_not["P"].startswith("possible; its firms do better elsewhere")
