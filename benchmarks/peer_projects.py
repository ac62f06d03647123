"""The choice of projects as one would write it down in Pyomo, solved by HiGHS; only this file imports Pyomo.

Usage: python peer_projects.py INSTANCE.npz RESULT.json SECONDS, by an interpreter of its own environment.
Flows f[p,i,t,w] of every project to every member in every scenario, below what was contracted, g[p,i,t];
without whole numbers, so that both sides have one optimum. Million USD and thousand tonnes.
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


def model(d: Any) -> Any:
    """The whole programme."""
    npv, cash, output = d["npv_musd"], d["cash_musd"], d["output_t"] / 1e3
    need, gap, av, prob = d["need_t"] / 1e3, d["gap"], d["availability"], d["probability"]
    price, width, discount = d["segment_price"] / 1e3, d["segment_width"], d["discount"]
    product, host, kind = (d[name].astype(int) for name in ("product_of", "host_of", "class_of"))
    share, public, private = d["public_share"], d["public_musd"], d["private_musd"]
    alpha, weight = float(d["alpha"]), float(d["weight"])
    (members, minerals, years, scenarios), (projects, starts) = gap.shape, npv.shape
    windows, classes, segments = cash.shape[2], share.shape[1], len(width)
    m = pyo.ConcreteModel()
    m.P, m.S, m.I = (pyo.RangeSet(0, n - 1) for n in (projects, starts, members))
    m.M, m.T, m.W = (pyo.RangeSet(0, n - 1) for n in (minerals, years, scenarios))
    m.V, m.G, m.K = (pyo.RangeSet(0, n - 1) for n in (windows, classes, segments))
    m.y = pyo.Var(m.P, m.S, bounds=(0, 1))
    m.money, m.agency = (pyo.Var(m.I, m.G, m.V, bounds=(0, None)) for _ in range(2))
    m.g = pyo.Var(m.P, m.I, m.T, bounds=(0, None))
    m.f = pyo.Var(m.P, m.I, m.T, m.W, bounds=(0, None))
    m.u = pyo.Var(
        m.I, m.M, m.T, m.W, m.K, bounds=lambda m, i, q, t, w, k: (0, float(width[k] * need[i, q, t]))
    )
    m.level, m.excess = pyo.Var(m.I, bounds=(0, None)), pyo.Var(m.I, m.W, bounds=(0, None))
    m.cost = pyo.Var(m.I, m.W)
    m.once = pyo.Constraint(m.P, rule=lambda m, p: sum(m.y[p, s] for s in m.S) <= 1)
    m.paid = pyo.Constraint(
        m.G,
        m.V,
        rule=lambda m, c, v: (
            sum(float(cash[p, s, v]) * m.y[p, s] for p in m.P if kind[p] == c for s in m.S)
            == sum(m.money[i, c, v] for i in m.I)
        ),
    )
    m.powers = pyo.Constraint(
        m.I, m.G, m.V, rule=lambda m, i, c, v: m.agency[i, c, v] <= float(share[i, c]) * m.money[i, c, v]
    )
    m.public = pyo.Constraint(
        m.I, m.V, rule=lambda m, i, v: sum(m.agency[i, c, v] for c in m.G) <= float(public[i, v])
    )
    m.private = pyo.Constraint(
        m.I,
        m.V,
        rule=lambda m, i, v: sum(m.money[i, c, v] - m.agency[i, c, v] for c in m.G) <= float(private[i, v]),
    )
    m.stream = pyo.Constraint(
        m.P,
        m.T,
        rule=lambda m, p, t: (
            sum(m.g[p, i, t] for i in m.I) <= sum(float(output[p, s, t]) * m.y[p, s] for s in m.S)
        ),
    )
    places = sorted(set(zip(product.tolist(), host.tolist(), strict=True)))
    m.C = pyo.RangeSet(0, len(places) - 1)
    m.most = pyo.Constraint(
        m.I,
        m.C,
        m.T,
        rule=lambda m, i, n, t: (
            sum(m.g[p, i, t] for p in m.P if (product[p], host[p]) == places[n])
            <= float(need[i, places[n][0], t])
        ),
    )
    m.sent = pyo.Constraint(
        m.P,
        m.I,
        m.T,
        m.W,
        rule=lambda m, p, i, t, w: m.f[p, i, t, w] <= float(av[host[p], t, w]) * m.g[p, i, t],
    )
    m.met = pyo.Constraint(
        m.I,
        m.M,
        m.T,
        m.W,
        rule=lambda m, i, q, t, w: (
            sum(m.f[p, i, t, w] for p in m.P if product[p] == q) + sum(m.u[i, q, t, w, k] for k in m.K)
            >= float(gap[i, q, t, w] * need[i, q, t])
        ),
    )
    m.spent = pyo.Constraint(
        m.I,
        m.W,
        rule=lambda m, i, w: (
            m.cost[i, w]
            == sum(
                float(discount[t] * price[q, k]) * m.u[i, q, t, w, k] for q in m.M for t in m.T for k in m.K
            )
        ),
    )
    m.tail = pyo.Constraint(m.I, m.W, rule=lambda m, i, w: m.excess[i, w] >= m.cost[i, w] - m.level[i])
    mean = sum(float(prob[w]) * m.cost[i, w] for i in m.I for w in m.W)
    worst = sum(m.level[i] + sum(float(prob[w]) * m.excess[i, w] for w in m.W) / (1 - alpha) for i in m.I)
    earned = sum(float(npv[p, s]) * m.y[p, s] for p in m.P for s in m.S)
    m.objective = pyo.Objective(expr=-earned + (1 - weight) * mean + weight * worst)
    return m


def main() -> None:
    """Build, solve, write down."""
    instance, result, seconds = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    begin = time.process_time()
    whole = model(np.load(instance))
    built = time.process_time()
    solver = Highs()
    solver.config.time_limit = seconds
    solver.config.load_solution = False
    found = solver.solve(whole)
    answer = {
        "status": str(found.termination_condition).rsplit(".", 1)[-1],
        "objective": found.best_feasible_objective,
        "build_s": built - begin,
        "solve_s": time.process_time() - built,
    }
    result.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
