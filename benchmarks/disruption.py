"""Mineral-scenarios a second of the engines, beside a pandas loop and a 365-step simulation; print a table.

Usage: python -m benchmarks.disruption [--minerals N] [--scenarios N] [--page]

Networks are real: ores of the shipped world in its last year, all countries, production as trade leaves it.
Scenarios are about twelve outages each. All engines take the same networks and scenarios in the same process;
the slow ones take as many as fit into `SECONDS`, and the rest of the time is theirs in proportion.
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

    from pactolus.disruption.engines.flows import Network

    Floats = NDArray[np.float64]

SECONDS: Final = 6.0
OUTAGES: Final = 12
ROUNDS: Final = 8
DAYS: Final = 365
MEMBERS: Final = ("KOR", "JPN")


def networks(most: int) -> list[Network]:
    """Ores of the shipped world with the most edges first."""
    import polars as pl

    from pactolus.catalogue.world import open_world
    from pactolus.disruption.engines.flows import network_of
    from pactolus.disruption.history.events import trade_weights
    from pactolus.indicators.flows import basket_codes
    from pactolus.terms.minerals import minerals

    codes = basket_codes(list(minerals()), shared=False).filter(pl.col("stage") == "ore")
    trade = trade_weights(open_world(), repaired=True)
    last = trade.select(pl.col("year").max()).collect().item()
    rows = trade.filter(pl.col("year") == last, pl.col("t") > 0).collect()
    found = []
    for _, part in codes.group_by("mineral", maintain_order=True):
        edges = rows.filter(pl.col("hs_code").is_in(part["hs_code"].to_list()))
        if edges.height:
            found.append(_network(edges, network_of))
    return sorted(found, key=lambda net: -int((net.flows > 0).sum()))[:most]


def _network(edges: Any, make: Callable[..., Network]) -> Network:
    import numpy as np

    names = sorted({*edges["exporter"], *edges["importer"], *MEMBERS})
    place = {name: number for number, name in enumerate(names)}
    flows = np.zeros((len(names), len(names)))
    for exporter, importer, tonnes in edges.select("exporter", "importer", "t").iter_rows():
        flows[place[exporter], place[importer]] += tonnes
    return make(flows, countries=tuple(names))


def cuts(net: Network, scenarios: int, seed: int = 0) -> Floats:
    """About `OUTAGES` countries a scenario lose a part of their production."""
    import numpy as np

    random = np.random.default_rng(seed)
    n = len(net.production)
    hit = random.random((scenarios, n)) < min(OUTAGES / n, 1.0)
    found: Floats = np.where(hit, random.random((scenarios, n)), 0.0)
    return found


def pandas_loop(net: Network, cut: Floats) -> Floats:
    """The obvious implementation: a table of edges, joined and summed for each scenario and round."""
    import numpy as np
    import pandas as pd  # type: ignore[import-untyped]

    exporter, importer = np.nonzero(net.flows)
    edges = pd.DataFrame({"exporter": exporter, "importer": importer, "t": net.flows[exporter, importer]})
    n = len(net.production)
    countries = pd.DataFrame({"has": net.available, "made": net.production})
    lost = np.zeros(cut.shape)
    for number, one in enumerate(cut):
        served = pd.Series(1.0, index=range(n))
        arrived = pd.Series(0.0, index=range(n))
        for _ in range(ROUNDS):
            shipped = edges.assign(t=edges["t"] * edges["exporter"].map(served))
            arrived = shipped.groupby("importer")["t"].sum().reindex(range(n), fill_value=0.0)
            after = (countries["made"] * (1 - one) + arrived) / countries["has"]
            served = after.where(countries["has"] > 0, 1.0).clip(upper=1.0)
        lost[number] = net.imports - arrived.to_numpy()
    return lost


def daily(net: Network, cut: Floats) -> Floats:
    """A simulation of 365 days in plain NumPy: what came in yesterday is passed on today."""
    import numpy as np

    has = np.where(net.available > 0, net.available, 1.0) / DAYS
    flows, made = net.flows / DAYS, net.production / DAYS
    lost = np.zeros(cut.shape)
    for number, one in enumerate(cut):
        arrived = flows.sum(axis=0)
        total = np.zeros(len(made))
        for _ in range(DAYS):
            served = np.minimum(1.0, (made * (1 - one) + arrived) / has)
            arrived = (flows * served[:, None]).sum(axis=0)
            total += arrived
        lost[number] = net.imports - total
    return lost


def kernel(net: Network, cut: Floats) -> Floats:
    """Ours, closed form, all importers, the matrix made anew."""
    from pactolus.disruption.engines.kernel import losses, outage_kernel

    return losses(outage_kernel(net), cut)


def kernel_members(net: Network, cut: Floats) -> Floats:
    """Ours, closed form, Korea and Japan only, the matrix made anew."""
    from pactolus.disruption.engines.kernel import losses, outage_kernel

    rows = [net.countries.index(name) for name in MEMBERS]
    return losses(outage_kernel(net)[rows], cut)


def iterated(net: Network, cut: Floats) -> Floats:
    """Ours, with stocks of a twentieth of what each country has, all importers."""
    from pactolus.disruption.engines.cascade import cascade_losses

    return cascade_losses(net, cut, stocks=0.05 * net.available)


ENGINES: Final[dict[str, Callable[[Network, Floats], Floats]]] = {
    "pandas loop, 8 rounds": pandas_loop,
    "365-step simulation, NumPy": daily,
    "cascade with stocks, all importers": iterated,
    "kernel, all importers": kernel,
    "kernel, Korea and Japan": kernel_members,
}
SLOW: Final = ("pandas loop, 8 rounds", "365-step simulation, NumPy")


def rate(name: str, nets: Sequence[Network], scenarios: int, seconds: float = SECONDS) -> float:
    """Mineral-scenarios a second."""
    engine = ENGINES[name]
    spent, done = 0.0, 0
    for net in nets:
        given = cuts(net, 4 if name in SLOW else scenarios)
        begin = time.perf_counter()
        engine(net, given)
        spent += time.perf_counter() - begin
        done += len(given)
        if name in SLOW and spent > seconds:
            break
    return done / spent


def quotas(nets: Sequence[Network]) -> str:
    """The dual of quotas and spare capacity beside HiGHS on the same networks, in words.

    HiGHS takes up to half a minute for the largest. The largest exporter may ship a third of what it did, all
    others a tenth more. Flows below a millionth of world trade are left out, with which HiGHS does not end.
    """
    import numpy as np

    from benchmarks.quota_highs import quota_by_highs
    from pactolus.disruption.engines.quota import quota

    ratios, gaps, silent = [], [], 0
    for net in nets:
        flows = np.where(net.flows >= 1e-6 * net.flows.sum(), net.flows, 0.0)
        exports = flows.sum(axis=1)
        caps = 1.1 * exports
        caps[int(exports.argmax())] = 0.3 * exports.max()
        quota(flows, caps)  # once before it counts
        begin = time.perf_counter()
        ours = quota(flows, caps)
        mine = time.perf_counter() - begin
        begin = time.perf_counter()
        solved = quota_by_highs(flows, caps, 0.3)
        theirs = time.perf_counter() - begin
        if solved is None:
            silent += 1
            continue
        ratios.append(theirs / mine)
        gaps.append(float(np.abs(ours.flows.sum(axis=0) - solved[0].sum(axis=0)).max() / flows.sum()))
    if not ratios:
        return "HiGHS solved none of the programmes of quotas."
    return (
        f"Quotas and spare capacity: on {len(ratios)} networks that HiGHS solves ({silent} that it does "
        f"not), the dual is {np.median(ratios):,.0f} times as fast in the middle ({min(ratios):,.0f} to "
        f"{max(ratios):,.0f}; to reach: 50), and imports differ by at most {max(gaps):.1g} of world trade "
        "(to reach: 0.00001)."
    )


def figures(most: int, scenarios: int) -> str:
    """The rows as Markdown."""
    nets = networks(most)
    for name in ENGINES:  # imports and first touches are nobody's
        ENGINES[name](nets[-1], cuts(nets[-1], 2))
    found = {name: rate(name, nets, scenarios) for name in ENGINES}
    loop, steps = found["pandas loop, 8 rounds"], found["365-step simulation, NumPy"]
    goals = {
        "cascade with stocks, all importers": "2,000 and 1,000",
        "kernel, Korea and Japan": "20,000 and 8,000",
    }
    rows = [
        (name, f"{value:,.0f}", f"{value / loop:,.1f}", f"{value / steps:,.1f}", goals.get(name, ""))
        for name, value in found.items()
    ]
    head = ("engine", "mineral-scenarios a second", "x pandas loop", "x 365 steps", "to reach")
    return f"{table(head, rows)}\n\n{quotas(nets)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minerals", type=int, default=40)
    parser.add_argument("--scenarios", type=int, default=20_000)
    parser.add_argument("--page", action="store_true", help=f"renew the table in {PAGE.name}")
    asked = parser.parse_args(argv)
    found = figures(asked.minerals, asked.scenarios)
    print(found)
    if asked.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "disruption", found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
