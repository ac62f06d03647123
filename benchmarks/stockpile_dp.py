"""The exact policy of a stockpile beside loops in plain Python; print a table.

Usage: python -m benchmarks.stockpile_dp [--page]

One store of 271 levels under 32 regimes (five suppliers on or off), purchases and releases of up to 15 units
a month. The loops are value iteration as it is written down; they are timed on a part of the regimes for one
sweep, and the rest of the sweeps that the same accuracy needs is theirs in proportion. The other rows of the
table are ours: the same problem with any quantity, with six members, and with a pool of two in USD a year.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from benchmarks.run import PAGE
from tools.reference_pages import filled, table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: regimes that the loops are timed on
TIMED: Final = 2
DISCOUNT: Final = 0.995
ACCURACY: Final = 1e-9


def store(levels: int = 271) -> dict[str, Any]:
    """A store whose regimes are combinations of five suppliers."""
    import numpy as np

    from pactolus.stockpile import Supplier, supplier_regimes

    shares = (0.6, 0.15, 0.1, 0.05, 0.05)
    suppliers = [
        Supplier(name=f"S{n}", share={"KOR": share}, onset_per_year=0.04 * (n + 1))
        for n, share in enumerate(shares)
    ]
    regimes = supplier_regimes(suppliers, ["KOR"])
    return {
        "transition": regimes.transition,
        "price": regimes.price[:, 0],
        "shortage": np.round(30 * regimes.loss[:, 0], 3),
        "capacity": levels - 1,
        "max_purchase": 15,
        "max_release": 15,
        "shortage_cost": 0.2,
        "holding_cost": 0.005,
        "discount": DISCOUNT,
    }


def sweep(problem: dict[str, Any], value: list[list[float]], regimes: int) -> list[list[float]]:
    """One sweep of value iteration over the first `regimes` regimes, as the specification reads."""
    chain = [list(map(float, row)) for row in problem["transition"]]
    price, lack = list(map(float, problem["price"])), list(map(float, problem["shortage"]))
    top, k, hold, beta = (problem[n] for n in ("capacity", "shortage_cost", "holding_cost", "discount"))
    found = []
    for m in range(regimes):
        after = [
            beta * sum(chain[m][other] * value[other][s] for other in range(len(chain)))
            for s in range(top + 1)
        ]
        row = []
        for s in range(top + 1):
            best = float("inf")
            for d in range(-min(problem["max_release"], s), min(problem["max_purchase"], top - s) + 1):
                missing = max(0.0, lack[m] - max(-d, 0))
                cost = price[m] * max(d, 0) + k * missing * missing + hold * (s + d) + after[s + d]
                best = min(best, cost)
            row.append(best)
        found.append(row)
    return found


def sweeps_needed(problem: dict[str, Any], value: Floats) -> tuple[int, int]:
    """Sweeps of value iteration until its values are right, and until they are right but for a constant.

    The second count is that of loops with our own rule to stop. Both are counted with NumPy, on the same
    sweeps.
    """
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    down, up = problem["max_release"], problem["max_purchase"]
    change = np.arange(-down, up + 1)
    lack = np.maximum(problem["shortage"][:, None] - np.maximum(-change, 0), 0.0)
    flow = problem["price"][:, None] * np.maximum(change, 0) + problem["shortage_cost"] * lack**2
    held = problem["holding_cost"] * np.arange(value.shape[1])
    guess, near, count = np.zeros(value.shape), 0, 0
    while abs(guess - value).max() > ACCURACY * value.max():
        after = problem["discount"] * (problem["transition"] @ guess) + held
        padded = np.pad(after, ((0, 0), (down, up)), constant_values=np.inf)
        guess = (flow[:, None, :] + sliding_window_view(padded, len(change), axis=1)).min(axis=2)
        count += 1
        if not near and np.ptp(guess - value) <= ACCURACY * value.max():
            near = count
    return count, near or count


def seconds(run: Callable[[], Any], rounds: int = 3) -> float:
    """The quickest of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - begin)
    return best


def figures(levels: int = 271) -> str:
    """The rows as Markdown."""
    import numpy as np

    from pactolus.stockpile import pooled_regime_policy, regime_policy

    problem = store(levels)
    found = regime_policy(**problem)
    exact = [list(map(float, row)) for row in found.value]
    loops = seconds(lambda: sweep(problem, exact, TIMED), rounds=1)
    checked = np.array(sweep(problem, exact, TIMED))
    if abs(checked - found.value[:TIMED]).max() > ACCURACY * float(found.value.max()):
        raise AssertionError("the two ways do not agree")
    count, near = sweeps_needed(problem, found.value)
    one = loops * len(exact) / TIMED
    ours = seconds(lambda: regime_policy(**problem))
    between = seconds(lambda: regime_policy(**problem, grid="continuous"), rounds=1)
    small = {**problem, **_two_regimes()}
    six = seconds(lambda: pooled_regime_policy(**small, members=6), rounds=1)
    pool = seconds(_pool, rounds=1)
    states = f"{len(exact)} regimes x {levels} levels x 31 changes"
    rows = [
        (f"loops, one sweep, {states}", f"{one:,.2f}", "", "", ""),
        (f"loops, {count:,} sweeps until the values are right", f"{one * count:,.0f}", "1", "", ""),
        (f"loops, {near:,} sweeps and the rest known", f"{one * near:,.0f}", "", "1", ""),
        (
            "exact policy, whole units",
            f"{ours:,.2f}",
            f"{one * count / ours:,.0f}",
            f"{one * near / ours:,.0f}",
            "300",
        ),
        ("exact policy, any quantity", f"{between:,.2f}", "", "", ""),
        (f"six members of two regimes, {6 * small['capacity'] + 1:,} levels", f"{six:,.2f}", "", "", ""),
        ("pool of two importers in USD a year, and each alone", f"{pool:,.2f}", "", "", ""),
    ]
    return table(("task", "s", "x loops", "x loops that stop early", "to reach"), rows)


def _two_regimes() -> dict[str, Any]:
    return {
        "transition": [[0.99, 0.01], [0.17, 0.83]],
        "price": [1.0, 2.0],
        "shortage": [0.0, 12.0],
        "capacity": 90,
    }


def _pool() -> Any:
    """Two importers, three suppliers, the largest of which can aim at one of them."""
    from pactolus.stockpile import Importer, Supplier, pool_stock, supplier_regimes

    names = ["KOR", "JPN"]
    regimes = supplier_regimes(
        [
            Supplier(name="A", share=dict.fromkeys(names, 0.8), onset_per_year=0.12, targeted=0.3),
            Supplier(name="B", share=dict.fromkeys(names, 0.08), onset_per_year=0.04, targeted=0.3),
        ],
        names,
    )
    each = [Importer(member=n, use_t=50_000, denominator="made up", price_usd_per_t=1_500) for n in names]
    return pool_stock(each, regimes)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--levels", type=int, default=271)
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.levels)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "stockpile-dp", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
