"""The portfolio of stocks as one large programme in Pyomo, solved by HiGHS; only this file imports Pyomo.

Usage: python peer_pyomo.py INSTANCE.npz RESULT.json SECONDS, by the interpreter of an environment of its own.
The model is written as one would write it down: stock, release and steps of shortage of every scenario, item
and month; the worst years by the linear form of Rockafellar and Uryasev. MUSD a year and thousands of tonnes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo  # type: ignore[import-not-found]
from pyomo.contrib.appsi.solvers import Highs  # type: ignore[import-not-found]


def model(data: Any) -> Any:
    """The whole programme."""
    lost, price, month_kt = data["lost"].astype(float), data["price_musd_per_kt"], data["month_kt"]
    scenarios, months, items = lost.shape
    widths, slopes, keeping = data["widths"], data["slopes"], data["holding_per_year"]
    m = pyo.ConcreteModel()
    m.S, m.T, m.I = pyo.RangeSet(0, scenarios - 1), pyo.RangeSet(0, months - 1), pyo.RangeSet(0, items - 1)
    m.K = pyo.RangeSet(0, len(slopes) - 1)
    m.x = pyo.Var(m.I, bounds=lambda m, i: (0, float(data["room_kt"][i])))
    m.stock = pyo.Var(m.S, m.I, m.T, bounds=(0, None))
    m.out = pyo.Var(m.S, m.I, m.T, bounds=(0, None))
    m.short = pyo.Var(m.S, m.I, m.T, m.K, bounds=lambda m, s, i, t, k: (0, float(widths[k] * month_kt[i])))
    m.quantile = pyo.Var()
    m.over = pyo.Var(m.S, bounds=(0, None))
    m.cost = pyo.Var(m.S)
    m.budget = pyo.Constraint(expr=sum(float(price[i]) * m.x[i] for i in m.I) <= float(data["budget_musd"]))
    m.kept = pyo.Constraint(
        m.S,
        m.I,
        m.T,
        rule=lambda m, s, i, t: (
            m.stock[s, i, t] == (m.x[i] if t == 0 else m.stock[s, i, t - 1]) - m.out[s, i, t]
        ),
    )
    m.met = pyo.Constraint(
        m.S,
        m.I,
        m.T,
        rule=lambda m, s, i, t: (
            m.out[s, i, t] + sum(m.short[s, i, t, k] for k in m.K) >= float(lost[s, t, i] * month_kt[i])
        ),
    )
    m.paid = pyo.Constraint(
        m.S,
        rule=lambda m, s: (
            m.cost[s]
            == sum(
                float(price[i])
                * (
                    sum(float(slopes[k]) * m.short[s, i, t, k] for k in m.K)
                    + m.out[s, i, t]
                    + float(keeping / 12) * m.stock[s, i, t]
                )
                for i in m.I
                for t in m.T
            )
        ),
    )
    m.tail = pyo.Constraint(m.S, rule=lambda m, s: m.over[s] >= m.cost[s] - m.quantile)
    alpha, weight = float(data["alpha"]), float(data["weight"])
    first = sum(float(keeping * price[i] * (1 - months / 12)) * m.x[i] for i in m.I)
    mean = sum(m.cost[s] for s in m.S) / scenarios
    worst = m.quantile + sum(m.over[s] for s in m.S) / (scenarios * (1 - alpha))
    m.objective = pyo.Objective(expr=first + (1 - weight) * mean + weight * worst)
    return m


def main() -> None:
    """Build, solve, write down."""
    instance, result, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    data = np.load(instance)
    begin = time.perf_counter()
    whole = model(data)
    built = time.perf_counter()
    solver = Highs()
    solver.config.time_limit = seconds
    solver.config.load_solution = False
    # dual simplex without presolve: at 100 scenarios ten times quicker than with it, or than interior points
    solver.highs_options = {"presolve": "off"}
    found = solver.solve(whole)
    ended = time.perf_counter()
    answer = {
        "status": str(found.termination_condition).rsplit(".", 1)[-1],
        "objective": found.best_feasible_objective,
        "build_s": built - begin,
        "solve_s": ended - built,
    }
    result.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
