"""Options: published values, and what is true of every right to wait or to stop."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import OptionError
from pactolus.projects.appraisal.options import Stage, defer_option, lattice_option, staged_value
from pactolus.solvers import linear_program, solve_integer

worths = st.floats(1, 500)
volatilities = st.floats(0.1, 0.6)


def test_defer_of_dixit_and_pindyck() -> None:
    found = defer_option(0.04, 0.04, 0.2)  # Investment under Uncertainty, 1994, chapter 5
    assert found.beta == pytest.approx(2.0)
    assert found.trigger == pytest.approx(2.0)


def test_american_put_of_hull() -> None:
    # Options, Futures and Other Derivatives, binomial trees: 4.49 with five steps
    found = lattice_option(50, 50, rate=0.1, volatility=0.4, years=5 / 12, steps=5, right="put")
    assert found == pytest.approx(4.4884585347, abs=1e-9)


def test_capital_budget_of_winston() -> None:
    # Operations Research, Stockco: 42 with investments 2, 3 and 4
    program = linear_program(
        [-16.0, -22.0, -12.0, -8.0], [[5.0, 7.0, 4.0, 3.0]], row_upper=[14.0], upper=[1.0] * 4
    )
    found = solve_integer(program, [True] * 4)
    assert -found.objective == pytest.approx(42.0)
    assert np.flatnonzero(found.x > 0.5).tolist() == [1, 2, 3]


def normal(x: float) -> float:
    from math import erf

    return (1 + erf(x / sqrt(2))) / 2


@pytest.mark.parametrize("right", ["call", "put"])
def test_many_steps_of_a_european_right_come_to_black_and_scholes(right: str) -> None:
    worth, cost, rate, volatility, years, payout = 100.0, 110.0, 0.03, 0.3, 3.0, 0.05
    found = lattice_option(
        worth, cost, rate=rate, volatility=volatility, years=years, steps=2000, right=right,  # type: ignore[arg-type]
        early=False, payout=payout,
    )  # fmt: skip
    d1 = (log(worth / cost) + (rate - payout + volatility**2 / 2) * years) / (volatility * sqrt(years))
    d2 = d1 - volatility * sqrt(years)
    sign = 1 if right == "call" else -1
    known = sign * (
        worth * exp(-payout * years) * normal(sign * d1) - cost * exp(-rate * years) * normal(sign * d2)
    )
    assert found == pytest.approx(known, abs=0.02)


@given(worths, worths, volatilities)
def test_a_right_is_worth_no_less_than_using_it_now_or_never(
    worth: float, cost: float, spread: float
) -> None:
    wait = defer_option(0.03, 0.04, spread).value(worth, cost)
    tree = lattice_option(worth, cost, rate=0.03, volatility=spread, years=5, steps=60, payout=0.04)
    plain = lattice_option(
        worth, cost, rate=0.03, volatility=spread, years=5, steps=60, payout=0.04, early=False
    )
    least = max(worth - cost, 0.0)
    assert wait >= least - 1e-9
    assert tree >= max(least, plain) - 1e-9
    assert wait >= tree - 0.02 * worth  # the perpetual right is worth the most, but for the coarse lattice


@given(worths, st.floats(1, 200), st.floats(0, 10), st.floats(0, 1), st.floats(0, 8), volatilities)
def test_staging_never_loses_and_a_surer_stage_is_worth_more(
    worth: float, cost: float, fee: float, chance: float, years: float, spread: float
) -> None:
    build = Stage(name="construction", cost=cost, chance=1.0, years=0.0)

    def value(p: float) -> float:
        study = Stage(name="study", cost=fee, chance=p, years=years)
        return staged_value(worth, [study, build], rate=0.02, volatility=spread, payout=0.03)

    assert 0 <= value(chance) <= value(1.0) + 1e-9
    assert (
        value(1.0)
        >= worth * exp(-0.03 * round(years * 4) / 4) - cost - fee - 1e-6 * worth - 0.25 * worth * 0.03
    )


def test_one_stage_at_once_is_the_plain_decision() -> None:
    for worth, cost in ((120.0, 100.0), (90.0, 100.0), (-5.0, 1.0)):
        build = Stage(name="construction", cost=cost, chance=0.9, years=0.0)
        found = staged_value(worth, [build], rate=0.02, volatility=0.3)
        assert found == pytest.approx(max(0.9 * worth - cost, 0.0))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(OptionError, match="payout 0"):
        defer_option(0.04, 0.0, 0.2)
    with pytest.raises(OptionError, match="more steps"):
        lattice_option(1, 1, rate=0.5, volatility=0.05, years=10, steps=2)
    with pytest.raises(OptionError, match="no stage"):
        staged_value(1.0, [], rate=0.1, volatility=0.2)
    with pytest.raises(OptionError, match="chance 0 to 1"):
        staged_value(1.0, [Stage(name="x", cost=1, chance=2, years=1)], rate=0.1, volatility=0.2)
