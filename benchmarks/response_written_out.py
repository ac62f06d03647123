"""The problem of a plan written out by duration, the obvious way; SciPy solves it.

Every duration has columns of its own, tied together while nothing tells them apart. An independent statement
of what `pactolus.response.plan.programme` solves on a tree: both must find the same cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from pactolus.response.plan.situation import Situation


def extensive_cost(one: Situation) -> float:
    """Least expected cost of all members together, less what the stocks are worth. [million USD]"""
    return sum(_place(one, k) for k in range(len(one.places)))


def _place(one: Situation, k: int) -> float:
    a, months, count = one.assumed, one.months, len(one.lengths)
    p = float(one.price_usd_per_t[k]) / 1e6
    users = [i for i in range(len(one.members)) if one.use_t[k, i] > 0]
    names: dict[Any, int] = {}
    own: dict[Any, int] = {}  # of the duration at hand
    cost: list[float] = []
    upper: list[float] = []
    equal: list[tuple[dict[int, float], float]] = []
    least: list[tuple[dict[int, float], float]] = []

    def column(key: Any, paid: float, most: float = np.inf) -> int:
        if key not in names:
            names[key] = own[key] = len(cost)
            cost.append(0.0)
            upper.append(most)
        cost[names[key]] += paid
        return names[key]

    lots = {i: [lot for lot in one.held if (lot.place, lot.member) == (k, i)] for i in users}
    ranks = {
        i: sorted({tuple(sorted(lot.may_go)) for lot in lots[i]}, key=lambda g: (len(g), g)) for i in users
    }
    groups = list(
        dict.fromkeys((s.open_to, s.premium, s.lag) for s in one.sources if s.place == k and s.room_t > 0)
    )
    total = 0.0

    def tied(rank: int, t: int) -> float:
        return 10 * rank + t + 0.1 * rank * (months - t)

    for s in range(count):
        own.clear()
        chance = float(one.probability[s])
        runs = one.lengths[s]

        def later(i: int, month: int, lag: int, s: int = s) -> bool:
            """Useful in some duration that is still possible in this month."""
            alike = [z for z in range(count) if z == s or (one.lengths[z] > month and one.lengths[s] > month)]
            return any(one.loss_t[k, i, month + lag :, z].any() for z in alike)

        arrive: dict[tuple[int, int], dict[int, float]] = {
            (i, t): {} for i in users for t in range(months + 9)
        }
        out: dict[tuple[int, int, int], dict[int, float]] = {}
        for t in range(months):
            active = t < runs
            for i in users:
                need: dict[int, float] = {}
                lost = float(one.loss_t[k, i, t, s])
                for c in range(len(lots[i])):
                    lot = lots[i][c]
                    rank = ranks[i].index(tuple(sorted(lot.may_go)))
                    most = np.inf if active else 0.0
                    y = column(("y", s, i, c, t), chance * p * a.handling * (1 + 1e-3 * tied(rank, t)), most)
                    need[y] = 1.0
                    out.setdefault((i, c, t), {})[y] = 1.0
                    for j in users:
                        if j != i and one.members[j] in lot.may_go and active and later(j, t, a.lag_lending):
                            w = column(
                                ("w", s, i, c, j, t), chance * p * (a.transport + a.handling * (1 + 1e-3 * t))
                            )
                            out[i, c, t][w] = 1.0
                            arrive[j, t + a.lag_lending][w] = 1.0
                bought = column(
                    ("y", s, i, "b", t),
                    chance * p * a.handling * (1 + 1e-3 * tied(len(ranks[i]), t)),
                    np.inf if active else 0.0,
                )
                need[bought] = 1.0
                for n, segment in enumerate(one.segments_of(k)):
                    u = column(("u", s, i, n, t), chance * p * segment.value, segment.share * one.use_t[k, i])
                    need[u] = 1.0
                for j in users:
                    if j == i:
                        continue
                    if active and one.loss_t[k, j, t, s] > 0:
                        most = a.swap_share * one.inflow_free[k, i] * (one.use_t[k, i] - lost)
                        need[
                            column(
                                ("d", s, i, j, t),
                                chance * p * (a.swap_cost + a.handling * (1 + 1e-3 * t)),
                                most,
                            )
                        ] = -1.0
                    if active and lost > 0:
                        most = (
                            a.swap_share * one.inflow_free[k, j] * (one.use_t[k, j] - one.loss_t[k, j, t, s])
                        )
                        need[column(("d", s, j, i, t), 0.0, most)] = 1.0
                least.append((need, lost))
                taken: dict[int, float] = {}
                for g, (open_to, premium, lag) in enumerate(groups):
                    if one.members[i] not in open_to or not active:
                        continue
                    modes = {
                        "own": (lag, premium[1]),
                        "quick": (lag - a.expedite_months, premium[1] + a.expedite_fee),
                    }
                    if len(open_to) > 1:
                        modes["joint"] = (max(lag, a.lag_purchase), premium[0])
                    for mode, (wait, extra) in modes.items():
                        if wait >= 0 and later(i, t, wait):
                            pay = chance * p * (1 + extra + a.handling * (1 + 1e-3 * (t + 10 * g)))
                            r = column(("r", s, i, g, mode, t), pay)
                            taken[r] = 1.0
                            arrive[i, t + wait][r] = 1.0
                least.append((dict.fromkeys(taken, -1.0), -a.rerouting_use * float(one.use_t[k, i])))
            for g, (open_to, premium, lag) in enumerate(groups):
                room = sum(
                    x.room_t
                    for x in one.sources
                    if x.place == k and (x.open_to, x.premium, x.lag) == (open_to, premium, lag)
                )
                row = {
                    v: -1.0
                    for key, v in own.items()
                    if key[0] == "r" and key[1] == s and key[3] == g and key[5] == t
                }
                least.append((row, -room))
            if len(users) > 2:
                for i in users:
                    row = {
                        v: -1.0
                        for key, v in own.items()
                        if key[0] == "d" and key[1:3] == (s, i) and key[4] == t
                    }
                    if row:
                        least.append((row, -upper[next(iter(row))]))
        for i in users:
            for c in range(len(lots[i])):
                x = column(("x", s, i, c), -chance * p)
                row = {x: 1.0}
                for t in range(months):
                    row |= out.get((i, c, t), {})
                equal.append((row, lots[i][c].tonnes[1]))
                total += chance * p * lots[i][c].tonnes[1]
            row = {}
            for t in range(months):
                row |= arrive[i, t]
                row[names["y", s, i, "b", t]] = -1.0
                least.append((dict(row), 0.0))
            end = dict(row)
            for t in range(months, months + 9):
                end |= arrive[i, t]
            for j in users:
                lent = {
                    v: -1.0
                    for key, v in own.items()
                    if (key[0] == "w" and key[1:3] == (s, i) and key[4] == j)
                    or (key[0] == "d" and key[1:4] == (s, i, j))
                }
                if j != i and lent:
                    back = column(("back", s, i, j), chance * p * (1 + a.transport + a.handling))
                    owed = column(("owed", s, i, j), chance * p * a.late)
                    equal.append(({back: 1.0, owed: 1.0, **lent}, 0.0))
                    end[back] = 1.0
            kept = column(("kept", s, i), -chance * p)
            equal.append(({**end, kept: -1.0}, 0.0))
            gave = {v: -1.0 for key, v in own.items() if key[0] == "w" and key[1:3] == (s, i)}
            if gave:
                least.append((gave, -a.lends(one.members[i]) * sum(lot.tonnes[1] for lot in lots[i])))
        for j in users:
            left = max(0, months - a.lag_lending - runs)
            backs = {v: -1.0 for key, v in own.items() if key[0] == "back" and key[1] == s and key[3] == j}
            if backs:
                least.append((backs, -a.return_share * float(one.use_t[k, j]) * left))
    for key, v in names.items():  # what cannot be told apart is decided alike
        if key[0] in "ywdr" and key[0] != "owed" and len(key) > 3 and key[0] in ("y", "w", "d", "r"):
            for s in range(key[1]):
                twin = (key[0], s, *key[2:])
                if twin in names and min(one.lengths[s], one.lengths[key[1]]) > key[-1]:
                    equal.append(({v: 1.0, names[twin]: -1.0}, 0.0))
    return total + _solved(cost, upper, equal, least)


def _solved(cost: list[float], upper: list[float], equal: list[Any], least: list[Any]) -> float:
    def matrix(rows: list[Any]) -> Any:
        data = [(r, c, v) for r, (terms, _) in enumerate(rows) for c, v in terms.items()]
        r, c, v = zip(*data, strict=True) if data else ((), (), ())
        return sparse.csr_array((v, (r, c)), shape=(len(rows), len(cost)))

    found = linprog(
        np.array(cost) * 1e6,  # in USD, so that the solver's tolerance does not hide what breaks ties
        -matrix(least),
        [-b for _, b in least],
        matrix(equal),
        [b for _, b in equal],
        bounds=list(zip([0.0] * len(cost), upper, strict=True)),
        method="highs",
    )
    assert found.status == 0, found.message
    return float(found.fun) / 1e6
