"""What the other engines say of a scenario, side by side: none of them is better than another (decision 8).

| engine | reads a shock as |
|---|---|
| `kernel` | production of the exporter that is lost and shared by all its buyers (shocks without targets) |
| `cascade` | flows that may not be shipped, passed on through re-exporters |
| `quota` | a cap on the exporter's sales; others sell nothing more, or their spare capacity (no targets) |
| `armington` | a supply that is lost, with substitution by price, over a grid of settings (no targets) |

Where the grade is A or B they run on balanced trade of contained metal and its production; else on trade
alone, and the row says so. Losses are shares of an importer's trade, put on its gross tonnes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.engines.armington import ranges
from pactolus.disruption.engines.cascade import cascade
from pactolus.disruption.engines.flows import Network, network_of
from pactolus.disruption.engines.kernel import losses, outage_kernel
from pactolus.disruption.engines.quota import quota
from pactolus.errors import NoAnswerError
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.cuts import Hit, Trade
    from pactolus.disruption.effects.losses import Drawn
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.disruption.scenarios.reach import Place

    Floats = NDArray[np.float64]

__all__ = ["ENGINES", "ENGINE_COLUMNS", "SPARE", "compare"]

#: Columns of `compare`.
ENGINE_COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "engine",
    "low_t",
    "lost_t",
    "high_t",
    "basis",
    "status",
)
#: What other suppliers can sell beyond the year before, at most: an assumption.
SPARE: Final = 0.10
_TRADE_ONLY: Final = "trade alone"
_BALANCED: Final = "balanced, contained metal"
#: Flows below this part of world trade are left out of the quadratic programme.
_LEAST_FLOW: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A network and what the shocks do to it: shape (n,) and (n, n), row: exporter."""

    network: Network
    cuts: Floats
    shipped: Floats
    targeted: bool
    basis: str
    spare: float = SPARE


def compare(world: World, found: Stress, *, progress: Progress = silent) -> pl.DataFrame:
    """Every engine on the median shock of a scenario.

    Parameters
    ----------
    world : World
    found : Stress
    progress : callable
        Told before each engine: its name, how many are done, how many there are.

    Returns
    -------
    polars.DataFrame
        `ENGINE_COLUMNS`: the rule and the baselines first; `low_t` and `high_t` are the range over an
        engine's parameters. `status` is ``ok``, ``not_applicable`` where an engine cannot ask the question,
        or ``no_answer`` where it does not settle.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    scenario, year = found.losses["scenario"][0], int(found.losses["year"][0])
    total = len(found.drawn) * len(ENGINES)
    for number, (place, drawn) in enumerate(found.drawn.items()):
        head = {"scenario": scenario, "mineral": place[0], "stage": place[1]}
        own = found.losses.filter(pl.col("mineral") == place[0], pl.col("stage") == place[1])
        base = dict(own.filter(pl.col("base_t") > 0).select("importer", "base_t").iter_rows())
        rows += [head | row for row in _baselines(own)]
        case = _case(world, place, year, drawn)
        for done, (engine, ask) in enumerate(ENGINES.items()):
            progress(engine, number * len(ENGINES) + done, total)
            rows += [head | row for row in _asked(engine, ask, case, base)]
    texts = ("scenario", "mineral", "stage", "importer", "engine", "basis", "status")
    schema = {name: pl.String if name in texts else pl.Float64 for name in ENGINE_COLUMNS}
    return pl.DataFrame([{name: row.get(name) for name in ENGINE_COLUMNS} for row in rows], schema=schema)


def _baselines(own: pl.DataFrame) -> list[dict[str, Any]]:
    names = {"rule": "lost_t", "uniform": "uniform_t", "proportional": "proportional_t"}
    rows: list[dict[str, Any]] = []
    for row in own.iter_rows(named=True):
        if row["base_t"] is None:
            continue
        head = {"importer": row["importer"], "basis": "gross weight", "status": "ok"}
        rows.append(head | {"engine": "no_change", "lost_t": 0.0})
        rows += [head | {"engine": engine, "lost_t": row[column]} for engine, column in names.items()]
    return rows


def _asked(
    engine: str, ask: Callable[[_Case], list[Floats]], case: _Case, base: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Rows of one engine for all importers; one line of status where it has no answer."""
    import numpy as np

    head = {"engine": engine, "basis": case.basis}
    try:
        answers = ask(case)
    except NoAnswerError:
        return [head | {"importer": one, "status": "no_answer"} for one in base]
    if not answers:
        return [head | {"importer": one, "status": "not_applicable"} for one in base]
    imports = case.network.imports
    rows: list[dict[str, Any]] = []
    for entity, tonnes in base.items():
        which = [case.network.countries.index(c) for c in entity.split("+") if c in case.network.countries]
        had = float(imports[which].sum())
        if had <= 0:
            rows.append(head | {"importer": entity, "status": "no_trade_data"})
            continue
        lost = np.array([float(answer[which].sum()) / had * tonnes for answer in answers])
        low, high = float(lost.min()), float(lost.max())
        rows.append(
            head
            | {"importer": entity, "status": "ok", "lost_t": float(np.median(lost))}
            | ({"low_t": low, "high_t": high} if len(answers) > 1 else {})
        )
    return rows


def _kernel(case: _Case) -> list[Floats]:
    if case.targeted:
        return []
    return [losses(outage_kernel(case.network), case.cuts[None, :])[0]]


def _cascade(case: _Case) -> list[Floats]:
    return [cascade(case.network, shipped=case.shipped).lost]


def _quota(case: _Case) -> list[Floats]:
    """Without and with spare capacity of the others; a cap does not know for whom it is."""
    import numpy as np

    if case.targeted:
        return []
    flows = np.where(case.network.flows >= _LEAST_FLOW * case.network.flows.sum(), case.network.flows, 0.0)
    exports, hit = flows.sum(axis=1), case.cuts > 0
    found = []
    for spare in (0.0, case.spare):
        caps = np.where(hit, exports * (1 - case.cuts), exports * (1 + spare))
        solved = quota(flows, caps)
        found.append(flows.sum(axis=0) - solved.flows.sum(axis=0))
    return found


def _armington(case: _Case) -> list[Floats]:
    if case.targeted:
        return []
    answers = [one.flows for one in ranges(case.network.flows, case.cuts)]
    if not answers:
        raise NoAnswerError("armington: no setting of the grid settles")
    return [case.network.imports - flows.sum(axis=0) for flows in answers]


#: Engine -> answers over its parameters: import losses of every country. [t of the network]
ENGINES: Final[Mapping[str, Callable[[_Case], list[Floats]]]] = {
    "kernel": _kernel,
    "cascade": _cascade,
    "quota": _quota,
    "armington": _armington,
}


def _case(world: World, place: Place, year: int, drawn: Drawn) -> _Case:
    import numpy as np

    trade, hits = drawn.trade, drawn.hits
    network, basis = _balanced(world, place, year), _BALANCED
    if network is None:
        network, basis = _of_trade(trade), _TRADE_ONLY
    names = network.countries
    n = len(names)
    shipped = np.ones((n, n))
    for hit in hits:
        part = _part_lost(trade, hit)
        rows = [names.index(name) for name in trade.exporters if name in names]
        columns = [names.index(name) for name in trade.importers if name in names]
        inside = part[
            np.ix_(
                [i for i, name in enumerate(trade.importers) if name in names],
                [k for k, name in enumerate(trade.exporters) if name in names],
            )
        ]
        shipped[np.ix_(rows, columns)] *= 1 - inside.T
    exports = network.flows.sum(axis=1)
    kept = (network.flows * shipped).sum(axis=1)
    cuts = np.where(exports > 0, 1 - kept / np.where(exports > 0, exports, 1.0), 0.0).clip(0, 1)
    cuts[cuts < 1e-12] = 0.0
    targeted = bool(any(not hit.reached.all() for hit in hits))
    spare = SPARE
    if drawn.spare is not None and drawn.others > 0:
        spare = drawn.spare * float(trade.total.sum()) / drawn.others
    return _Case(network=network, cuts=cuts, shipped=shipped, targeted=targeted, basis=basis, spare=spare)


def _part_lost(trade: Trade, hit: Hit) -> Floats:
    """Part of every flow that is lost in the median draw, shape (importers, exporters)."""
    import numpy as np

    cut = float(np.median(hit.cuts))
    shock = hit.shock
    if shock.exporters and shock.kind != "route":
        columns = np.array([name in shock.exporters for name in trade.exporters])
        found: Floats = cut * (hit.reached[:, None] & columns[None, :]).astype(float)
        return found
    flows = trade.total
    part = cut * hit.bought / np.where(flows > 0, flows, 1.0)
    if shock.kind == "route":
        columns = np.array([not shock.exporters or name in shock.exporters for name in trade.exporters])
        whole = (trade.tonnes * columns).sum(axis=1)
        part = cut * hit.bought / np.where(whole > 0, whole, 1.0)
        return np.where(columns[None, :], part[:, None], 0.0)
    return np.repeat(part[:, None], len(trade.exporters), axis=1)


def _of_trade(trade: Trade) -> Network:
    import numpy as np

    names = sorted({*trade.importers, *trade.exporters})
    flows = np.zeros((len(names), len(names)))
    rows = [names.index(name) for name in trade.exporters]
    columns = [names.index(name) for name in trade.importers]
    flows[np.ix_(rows, columns)] = trade.tonnes.T
    return network_of(flows, countries=tuple(names))


def _balanced(world: World, place: Place, year: int) -> Network | None:
    """Balanced trade of contained metal with its production; None below grade B or where it has gaps."""
    import numpy as np
    import polars as pl

    if not {"grades", "flows", "balances"} <= set(world.derived_tables):
        return None
    this = (pl.col("mineral") == place[0], pl.col("stage") == place[1], pl.col("year") == year)
    grade = world.scan_derived("grades").filter(*this).select("grade").collect()
    if not grade.height or grade.item(0, 0) not in ("A", "B"):
        return None
    edges = world.scan_derived("flows").filter(*this, pl.col("balanced_kg") > 0).collect()
    made = world.scan_derived("balances").filter(*this).select("country", "balanced_production_kg").collect()
    if not edges.height or made["balanced_production_kg"].null_count() == made.height:
        return None
    names = sorted({*edges["exporter"], *edges["importer"]})
    place_of = {name: number for number, name in enumerate(names)}
    flows, production = np.zeros((len(names), len(names))), np.zeros(len(names))
    for exporter, importer, kg in edges.select("exporter", "importer", "balanced_kg").iter_rows():
        flows[place_of[exporter], place_of[importer]] = kg / 1000
    for country, kg in made.iter_rows():
        if country in place_of and kg is not None:
            production[place_of[country]] = kg / 1000
    return network_of(flows, production, tuple(names))
