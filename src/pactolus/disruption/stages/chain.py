"""A shock at one stage and what it does to the next: through the countries that process, month by month.

Trade of a stage after the shock leaves every country with some of it (`cascade`): domestic output and imports
less exports. Processors make of it what they can (`process`), with `need` tonnes of the stage before a tonne
of this one. Their cuts are outages of the next stage's network: closed-form kernel, or the rule of
decision 8. Nothing is traced from an importer through a processor to an origin, and nothing is mixed in
proportion across stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.disruption.engines.cascade import cascade
from pactolus.disruption.engines.kernel import losses, outage_kernel
from pactolus.disruption.engines.rules import MIX, burden_of, kept
from pactolus.disruption.stages.processing import Processed, process
from pactolus.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.engines.flows import Network

    Floats = NDArray[np.float64]

__all__ = ["COLUMNS", "STATUSES", "Blow", "Chained", "Stage", "chain"]

#: Columns of `Chained.table`.
COLUMNS: Final = (
    "stage",
    "country",
    "month",
    "output_t",
    "explained",
    "cut_low_t",
    "cut_t",
    "cut_high_t",
    "output_status",
    "imports_t",
    "lost_low_t",
    "lost_t",
    "lost_high_t",
    "import_status",
)
#: `ok`; no output by country at this stage; no trade of this stage, or of the one before; no yield known.
STATUSES: Final = ("ok", "no_production_data", "no_trade_data", "no_upstream_data", "no_yield_data")
_MONTHS: Final = 12
#: A supplier that loses less than this of its exports counts as one that others may turn to.
_HIT: Final = 0.01
_DAYS: Final = 365.0
_CASES: Final = ("low", "mid", "high")

Passing = Literal["kernel", "rule"]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a chain; every array is over the same countries.

    Attributes
    ----------
    name : str
    network : Network or None
        Trade and output of a usual year [t]; None where there is no trade of the stage.
    production : ndarray of float, shape (n,), or None
        Output of a usual year, NaN where there is no figure [t]; None where the stage has none at all.
    need : tuple of three (float or ndarray), or None
        Low, mid and high: tonnes of the stage before per tonne of output, on the bases of the two stages.
        None for the first stage, and where it is not known.
    capacity : ndarray of float, shape (n,), optional
        Most that can be made in a year [t]; the output of the usual year if omitted.
    stock_days : float or ndarray
        Stocks of the stage before that the processors hold, in days.
    stock_of : str
        What the days are counted in: ``use`` (what the processor uses in a usual day) or ``net_imports`` (of
        the stage before, by the processor's country).
    note : str
        Grade or the like, carried into the result.
    """

    name: str
    network: Network | None
    production: Floats | None
    need: tuple[float | Floats, float | Floats, float | Floats] | None = None
    capacity: Floats | None = None
    stock_days: float | Floats = 0.0
    stock_of: Literal["use", "net_imports"] = "use"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Blow:
    """What hits the first stage, month by month.

    Attributes
    ----------
    outages : ndarray of float, shape (months, n)
        Part of output that is lost, 0 to 1.
    withheld : ndarray of float, shape (months, n)
        Part of exports to the targets that is not shipped, 0 to 1.
    targets : ndarray of bool, shape (n,), optional
        Importers that are hit; all if omitted.
    """

    outages: Floats
    withheld: Floats
    targets: NDArray[np.bool_] | None = None


@dataclass(frozen=True, kw_only=True)
class Chained:
    """What a blow does to every stage.

    Attributes
    ----------
    table : polars.DataFrame
        `COLUMNS`, one row a stage, country and month. `output_t` and `imports_t` are those of a usual month,
        `explained` the part of the usual output for which enough of the stage before was seen; the rest
        (scrap, intermediates, faults of the data) is not touched. A number that cannot be had is empty, and
        its status says why.
    notes : tuple of str
    """

    table: pl.DataFrame
    notes: tuple[str, ...] = field(default=())

    def cut_shares(self, stage: str) -> dict[str, tuple[float, float, float]]:
        """Low, mid and high part of a stage's usual output that each country loses over all months. [1]"""
        import polars as pl

        rows = self.table.filter(pl.col("stage") == stage, pl.col("output_status") == "ok")
        names = ("cut_low_t", "cut_t", "cut_high_t")
        sums = rows.group_by("country", maintain_order=True).agg(pl.col("output_t", *names).sum())
        whole = sums.filter(pl.col("output_t") > 0)
        parts = whole.select("country", *(pl.col(name) / pl.col("output_t") for name in names))
        return {country: (low, mid, high) for country, low, mid, high in parts.iter_rows()}


def chain(
    stages: Sequence[Stage], countries: Sequence[str], blow: Blow, *, passing: Passing = "kernel"
) -> Chained:
    """Carry a blow from the first stage through all others.

    Parameters
    ----------
    stages : sequence of Stage
        In the order of processing.
    countries : sequence of str
        Names for the arrays, shape (n,).
    blow : Blow
    passing : str
        How a cut of output reaches importers of that stage: ``kernel`` (every buyer in proportion, through
        re-exporters) or ``rule`` (decision 8: re-routed where the loss is small).

    Returns
    -------
    Chained
        Low, mid and high are the least, the middle and the most over the three needs.

    Raises
    ------
    DataError
        If arrays do not fit the countries.

    Notes
    -----
    Once a stage has no output or no trade, what follows cannot be known and says so.
    """
    import polars as pl

    _fitting(stages, countries, blow)
    first, months = stages[0], len(blow.outages)
    found = _first(first, blow)
    tables = [_rows(first, countries, found, months)]
    for number, stage in enumerate(stages[1:], start=1):
        last = number == len(stages) - 1
        found = _next(stage, found, months, passing, wanted=not last)
        tables.append(_rows(stage, countries, found, months))
    notes = tuple(f"{stage.name}: {stage.note}" for stage in stages if stage.note)
    return Chained(table=pl.concat(tables), notes=notes)


@dataclass(frozen=True, kw_only=True)
class _Left:
    """What stays in every country: in a usual month, month by month, and its net imports. [t a month]"""

    usual: Floats
    now: Floats
    net_imports: Floats


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What is known of a stage: cuts and losses by case (months, n), and what stays, by case. [t a month]"""

    output_status: str
    import_status: str
    usual: Floats | None = None
    cuts: tuple[Floats, ...] = ()
    lost: tuple[Floats, ...] = ()
    left: tuple[_Left, ...] = ()


def _first(stage: Stage, blow: Blow) -> _Found:
    import numpy as np

    produced = stage.production is not None
    cut = blow.outages * np.nan_to_num(stage.production) / _MONTHS if stage.production is not None else None
    left, lost = None, None
    if stage.network is not None:
        left, lost = _traded(stage.network, blow.outages, blow.withheld, blow.targets)
    return _Found(
        output_status="ok" if produced else "no_production_data",
        import_status="ok" if stage.network is not None else "no_trade_data",
        usual=None if stage.production is None else stage.production / _MONTHS,
        cuts=() if cut is None else (cut,) * len(_CASES),
        lost=() if lost is None else (lost,) * len(_CASES),
        left=() if left is None else (left,) * len(_CASES),
    )


def _next(stage: Stage, before: _Found, months: int, passing: Passing, *, wanted: bool) -> _Found:
    """Output and losses of a later stage; `wanted`: what stays in the countries, for the stage after it."""
    import numpy as np

    status = _status(stage, before)
    if status != "ok" or stage.production is None or stage.need is None:
        lost_status = "no_trade_data" if stage.network is None else status
        return _Found(output_status=status, import_status=lost_status)
    output = np.nan_to_num(stage.production) / _MONTHS
    most = output if stage.capacity is None else np.asarray(stage.capacity, dtype=float) / _MONTHS
    made = []
    for left, need in zip(before.left, stage.need, strict=True):
        needed = np.broadcast_to(np.asarray(need, dtype=float), output.shape)
        usual = np.minimum(most, left.usual / needed)
        held = usual * needed if stage.stock_of == "use" else np.maximum(left.net_imports, 0.0)
        stock = held * _MONTHS / _DAYS * np.asarray(stage.stock_days, dtype=float)
        made.append(process(left.now, left.usual, needed, most, stock))
    cuts = tuple(one.cut for one in made)
    if stage.network is None:
        return _Found(output_status="ok", import_status="no_trade_data", usual=made[1].usual[0], cuts=cuts)
    parts = [_part(one, output) for one in made]
    nothing = np.zeros((months, len(output)))
    return _Found(
        output_status="ok",
        import_status="ok",
        usual=made[1].usual[0],
        cuts=cuts,
        lost=tuple(_passed(stage.network, part, passing) for part in parts),
        left=tuple(_traded(stage.network, part, nothing, None)[0] for part in parts) if wanted else (),
    )


def _status(stage: Stage, before: _Found) -> str:
    if stage.production is None:
        return "no_production_data"
    if not before.left:
        return "no_upstream_data"
    return "ok" if stage.need is not None else "no_yield_data"


def _part(made: Processed, output: Floats) -> Floats:
    """Part of a country's output that is lost; what was never explained is not lost."""
    import numpy as np

    whole = np.maximum(output, made.usual[0])
    found: Floats = np.clip(made.cut / np.where(whole > 0, whole, 1.0), 0.0, 1.0)
    return found


def _traded(
    network: Network, outages: Floats, withheld: Floats, targets: NDArray[np.bool_] | None
) -> tuple[_Left, Floats]:
    """What stays in every country and what importers lose; months that are alike are worked out once."""
    import numpy as np

    n = len(network.production)
    hit = np.ones(n, dtype=bool) if targets is None else targets
    known: dict[bytes, tuple[Floats, Floats]] = {}
    now, lost = np.empty(outages.shape), np.empty(outages.shape)
    for month, (cut, held) in enumerate(zip(outages, withheld, strict=True)):
        key = cut.tobytes() + held.tobytes()
        if key not in known:
            after = cascade(network, cuts=cut, shipped=1 - np.outer(held, hit))
            known[key] = (np.maximum(after.used, 0.0), np.maximum(after.lost, 0.0))
        now[month], lost[month] = known[key]
    exports = network.flows.sum(axis=1)
    usual = np.maximum(network.available - exports, 0.0)
    net = network.imports - exports
    left = _Left(usual=usual / _MONTHS, now=now / _MONTHS, net_imports=net / _MONTHS)
    return left, lost / _MONTHS


def _passed(network: Network, parts: Floats, passing: Passing) -> Floats:
    """Imports lost by every country, month by month. [t]"""
    import numpy as np

    if passing == "kernel":
        told: Floats = np.maximum(losses(outage_kernel(network), parts), 0.0) / _MONTHS
        return told
    exports, imports = network.flows.sum(axis=1), network.imports
    whole = max(float(imports.sum()), 1e-12)
    others = float(exports[(parts < _HIT).all(axis=0)].sum())
    burden = burden_of(float((parts @ exports).mean()), others)
    customers = parts @ network.flows
    everybody = np.outer(parts @ exports / whole, imports)
    found: Floats = np.minimum(kept(burden) * (MIX * customers + (1 - MIX) * everybody), imports) / _MONTHS
    return found


def _fitting(stages: Sequence[Stage], countries: Sequence[str], blow: Blow) -> None:
    """Every array that does not fit, at once."""
    import numpy as np

    n = len(countries)
    faults = [] if len(stages) else ["stages: none given; a chain has at least one"]
    for stage in stages:
        if stage.network is not None and len(stage.network.production) != n:
            faults.append(f"{stage.name}: a network of {len(stage.network.production)} for {n} countries")
        sized = (("production", stage.production), ("capacity", stage.capacity))
        faults += [
            f"{stage.name}: {name} of shape {array.shape} for {n} countries"
            for name, array in sized
            if array is not None and array.shape != (n,)
        ]
        if not (np.asarray(stage.stock_days, dtype=float) >= 0).all():
            faults.append(f"{stage.name}: stock_days below 0 or missing")
    if blow.outages.shape != blow.withheld.shape or blow.outages.shape[1:] != (n,):
        faults.append(
            f"blow: outages {blow.outages.shape} and withheld {blow.withheld.shape}; both are months x {n}"
        )
    if faults:
        raise DataError("\n".join(faults))


def _rows(stage: Stage, countries: Sequence[str], found: _Found, months: int) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    n = len(countries)
    none = np.full(n, np.nan)
    produced = none if stage.production is None else stage.production / _MONTHS
    imports = none if stage.network is None else stage.network.imports / _MONTHS
    usual = none if found.usual is None else found.usual
    with np.errstate(invalid="ignore", divide="ignore"):
        explained = np.where(produced > 0, np.minimum(usual / produced, 1.0), np.nan)
    status = np.full(n, found.output_status, dtype=object)
    if found.output_status == "ok":
        status[np.isnan(produced)] = "no_production_data"
        status[(produced > 0) & (usual <= 0)] = "no_upstream_data"
    cuts = _ordered(found.cuts, months, n)
    cuts[:, :, status != "ok"] = np.nan
    lost = _ordered(found.lost, months, n)
    shown = np.flatnonzero((np.nan_to_num(produced) > 0) | (np.nan_to_num(imports) > 0)).tolist()
    frames = [
        pl.DataFrame(
            {
                "stage": [stage.name] * len(shown),
                "country": [countries[i] for i in shown],
                "month": [month] * len(shown),
                "output_t": produced[shown],
                "explained": explained[shown],
                **{name: cuts[case, month, shown] for case, name in enumerate(COLUMNS[5:8])},
                "output_status": [str(one) for one in status[shown]],
                "imports_t": imports[shown],
                **{name: lost[case, month, shown] for case, name in enumerate(COLUMNS[10:13])},
                "import_status": [found.import_status] * len(shown),
            },
            schema=_schema(),
        )
        for month in range(months)
    ]
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=_schema())
    return whole.with_columns(pl.col(pl.Float64).fill_nan(None)).sort("country", "month")


def _ordered(cases: Sequence[Floats], months: int, n: int) -> Floats:
    """Least, middle and most over the cases, shape (3, months, n); NaN where there are none."""
    import numpy as np

    if not cases:
        return np.full((len(_CASES), months, n), np.nan)
    every = np.stack(cases)
    found: Floats = np.stack([every.min(axis=0), every[1], every.max(axis=0)])
    return found


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("stage", "country", "output_status", "import_status")
    return {c: pl.String if c in texts else pl.Int64 if c == "month" else pl.Float64 for c in COLUMNS}
