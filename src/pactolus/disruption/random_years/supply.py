"""What members lose when a supplier fails, and how likely that is: a Monte Carlo plan from a world.

For member j with imports M_j and supplier k, the kernel K (`kernel`) of the year's trade gives

    share_jk = K_jk / M_j        part of the member's imports that the supplier stands behind

Re-exports are followed to their producers. Production is trade-only: what a country exports beyond its
imports. A member's own failure is left out, and flows of `NEVER` are not traced into anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.alternatives import NEVER
from pactolus.disruption.engines.flows import network_of
from pactolus.disruption.history.events import GRAM, events_of, trade_weights
from pactolus.disruption.random_years.draws import Law, Setting, points_of
from pactolus.disruption.random_years.hazards import CASES, UNREST, Expert, hazard_rates, regions
from pactolus.indicators.flows import basket_codes
from pactolus.terms.countries import countries

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.engines.flows import Network
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "KINDS",
    "Plan",
    "Supplies",
    "Supply",
    "kernel_rows",
    "places_in",
    "size_laws",
    "sizes_of",
    "supplies_of",
    "ways",
]

#: Kinds of shocks whose sizes and lengths are drawn.
KINDS: Final = (UNREST, "ban", "closure", "quota", "licence", "tax")
#: Suppliers named one by one in contributions; the others stand together.
NAMED: Final = 12
#: Suppliers on whose failure scenarios are stratified: at most so many, each with this share of a member.
LEADING: Final = 5
_LEAST_SHARE: Final = 0.05
#: Digits of shares: libraries with other numbers of threads differ in their last bits.
_DIGITS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Supply:
    """One mineral at one stage; arrays over all countries unless said otherwise.

    Attributes
    ----------
    mineral, stage : str
    base_t : ndarray, shape (members,)
        Imports. [t]
    shares : ndarray, shape (members, countries)
        See the module.
    everybody : ndarray, shape (countries,)
        The same for all importers of the world together.
    thresholds : ndarray, shape (cases, countries)
        ``Phi^-1(p)``: an event begins where the latent variable is below; minus infinity without a rate.
    bands : ndarray, shape (2, countries)
        Thresholds of `governance` and `controls`: what lies below the first is unrest, below the second
        control, above it a user's.
    kinds : ndarray of int, shape (3, countries)
        Number in `KINDS` of the shock in each band.
    unrated : ndarray, shape (cases, members)
        Part of imports behind suppliers without a rate.
    named, leading : tuple of int
        Countries named in contributions, and those on whose failure scenarios are stratified.
    """

    mineral: str
    stage: str
    base_t: Floats
    shares: Floats
    everybody: Floats
    thresholds: Floats
    bands: Floats
    kinds: Ints
    unrated: Floats
    named: tuple[int, ...]
    leading: tuple[int, ...]

    @property
    def place(self) -> Place:
        """Mineral and stage."""
        return (self.mineral, self.stage)

    @property
    def highest(self) -> Floats:
        """Threshold of the highest rate of each country over the cases."""
        found: Floats = self.thresholds.max(axis=0)
        return found


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a worker needs.

    Attributes
    ----------
    setting : Setting
    supplies : tuple of Supply
    sizes, months : ndarray, shape (kinds, levels)
        Equally likely values, rising. [share of a year's exports; months]
    """

    setting: Setting
    supplies: tuple[Supply, ...]
    sizes: Floats
    months: Floats


@dataclass(frozen=True, kw_only=True)
class Supplies:
    """What a world says.

    Attributes
    ----------
    supplies : tuple of Supply
    hazards : polars.DataFrame
        `hazard_rates`.
    missing : tuple of (mineral, stage, status)
        Where nothing can be said; the stage is empty where a mineral has no code at all.
    """

    supplies: tuple[Supply, ...]
    hazards: pl.DataFrame
    missing: tuple[tuple[str, str, str], ...]


def ways() -> tuple[str, ...]:
    """All countries, in the order of the arrays."""
    return tuple(sorted(countries()))


def regions_of() -> Ints:
    """Number of the region of each country; one without a region has its own."""
    import numpy as np

    names = [regions().get(iso3, iso3) for iso3 in ways()]
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], dtype=np.int64)


def size_laws(world: World) -> dict[str, Law]:
    """Sizes of each kind of shock: the priors fitted to the named events of a world."""
    from pactolus.disruption.history.priors import size_prior

    events = events_of(world)
    return {kind: size_prior(kind, events) for kind in KINDS}


def sizes_of(laws: Mapping[str, Law], seed: int) -> Floats:
    """Levels of every kind; one without a law of its own has that of `UNREST`."""
    import numpy as np

    return np.stack([points_of(laws.get(kind, laws[UNREST]), seed) for kind in KINDS])


def places_in(minerals: Sequence[str], year: int) -> pl.DataFrame:
    """Codes of minerals at stages in a year: ``mineral, stage, hs_code``."""
    import polars as pl

    codes = basket_codes(minerals, shared=False)
    return codes.filter(pl.col("last_year").is_null() | (pl.col("last_year") >= year)).select(
        "mineral", "stage", "hs_code"
    )


def supplies_of(
    world: World,
    minerals: Sequence[str],
    members: Sequence[str],
    year: int,
    *,
    cases: Sequence[str],
    measures: Register,
    on: date,
    expert: Expert | None = None,
) -> Supplies:
    """Shares and thresholds of all minerals and stages that the world has trade of.

    Parameters
    ----------
    world : World
    minerals, members : sequence of str
        Ids; ISO alpha-3.
    year : int
        Of the trade.
    cases : sequence of str
        Of `CASES`.
    measures, on, expert
        As for `hazard_rates`.
    """
    import polars as pl

    codes = places_in(minerals, year)
    trade = (
        trade_weights(world, repaired=True)
        .filter(pl.col("year") == year, pl.col("hs_code").is_in(codes["hs_code"].to_list()))
        .filter(~pl.col("exporter").is_in(NEVER))
        .select("hs_code", "importer", "exporter", "t")
        .collect()
    )
    flows = (
        codes.join(trade, on="hs_code")
        .group_by("mineral", "stage", "importer", "exporter")
        .agg(pl.col("t").sum().round(GRAM))
        .filter(pl.col("t") > 0)
        .sort("mineral", "stage", "importer", "exporter")
    )
    parts = {
        (str(mineral), str(stage)): part
        for (mineral, stage), part in flows.group_by("mineral", "stage", maintain_order=True)
    }
    exposures = {place: _exposure(part, members) for place, part in parts.items()}
    names = ways()
    suppliers = {
        place: [names[k] for k in found.shares.max(axis=0).nonzero()[0]] for place, found in exposures.items()
    }
    named = {place: codes.filter(_is(place))["hs_code"].to_list() for place in parts}
    hazards = hazard_rates(world, suppliers, named, members, measures=measures, on=on, expert=expert)
    rates = {
        (str(mineral), str(stage)): part
        for (mineral, stage), part in hazards.group_by("mineral", "stage", maintain_order=True)
    }
    supplies = tuple(
        _supply(place, found, rates[place], cases) for place, found in exposures.items() if place in rates
    )
    return Supplies(supplies=supplies, hazards=hazards, missing=_missing(minerals, codes, parts))


def _is(place: Place) -> pl.Expr:
    import polars as pl

    return (pl.col("mineral") == place[0]) & (pl.col("stage") == place[1])


def _missing(
    minerals: Sequence[str], codes: pl.DataFrame, parts: Mapping[Place, Any]
) -> tuple[tuple[str, str, str], ...]:
    """Minerals without a code, and stages without trade."""
    found = []
    for mineral in minerals:
        stages = codes.filter(codes["mineral"] == mineral)["stage"].unique(maintain_order=True).to_list()
        if not stages:
            found.append((mineral, "", "no_code"))
        found += [(mineral, stage, "no_trade_data") for stage in stages if (mineral, stage) not in parts]
    return tuple(found)


@dataclass(frozen=True)
class _Exposure:
    base_t: Floats
    shares: Floats
    everybody: Floats


def _exposure(flows: pl.DataFrame, members: Sequence[str]) -> _Exposure:
    """What stands behind the imports of members and of all, from one place's flows."""
    import numpy as np

    local = sorted({*flows["importer"], *flows["exporter"], *members})
    at = {name: number for number, name in enumerate(local)}
    matrix = np.zeros((len(local), len(local)))
    for importer, exporter, tonnes in flows.select("importer", "exporter", "t").iter_rows():
        matrix[at[exporter], at[importer]] = tonnes
    network = network_of(matrix, countries=tuple(local))
    names = {name: number for number, name in enumerate(ways())}
    columns = [names[name] for name in local]
    rows = [at[name] for name in members]
    base = network.imports[rows]
    found = kernel_rows(network, np.column_stack([network.flows[:, rows], network.flows.sum(axis=1)]))
    total = np.append(base, network.imports.sum())
    found = np.clip(found / np.where(total > 0, total, 1.0)[:, None], 0.0, 1.0).round(_DIGITS)
    shares, everybody = np.zeros((len(rows), len(names))), np.zeros(len(names))
    shares[:, columns], everybody[columns] = found[:-1], found[-1]
    shares[range(len(rows)), [names[name] for name in members]] = 0.0
    return _Exposure(base, shares, everybody)


def kernel_rows(network: Network, bought: Floats) -> Floats:
    """Rows of the outage kernel for some importers, without the others.

    ``K = F^T (I - T)^-1 diag(P / A)``: the row of what is bought, b, is ``((I - T)^-T b)^T diag(P / A)``.

    Parameters
    ----------
    network : Network
    bought : ndarray, shape (countries, importers)
        Columns of the flows, or sums of them. [t]

    Returns
    -------
    ndarray, shape (importers, countries)
        [t]
    """
    import numpy as np
    from scipy.sparse import csc_array, eye_array
    from scipy.sparse.linalg import splu

    available = network.available
    base = np.where(available > 0, available, 1.0)
    passed = csc_array(network.flows / base)
    reached = splu((eye_array(len(base)) - passed).tocsc()).solve(bought)
    found: Floats = reached.T * (network.production / base)
    return found


def _supply(place: Place, found: _Exposure, rates: pl.DataFrame, cases: Sequence[str]) -> Supply:
    import numpy as np

    at = {name: number for number, name in enumerate(ways())}
    columns = [at[name] for name in rates["exporter"]]
    thresholds = {case: _thresholds(rates[case].to_numpy(), columns, len(at)) for case in CASES}
    chosen = np.stack([thresholds[case] for case in cases])
    kinds = np.zeros((3, len(at)), dtype=np.int64)
    for column, kind in zip(columns, rates["kind"], strict=True):
        kinds[1:, column] = KINDS.index(kind or UNREST)
    unrated = np.stack(
        [found.shares[:, columns] @ rates[case].is_null().to_numpy().astype(float) for case in cases]
    )
    most = found.shares.max(axis=0)
    order = [int(k) for k in np.argsort(-most, kind="stable")]
    rated = np.isfinite(chosen.max(axis=0))
    return Supply(
        mineral=place[0],
        stage=place[1],
        base_t=found.base_t,
        shares=found.shares,
        everybody=found.everybody,
        thresholds=chosen,
        bands=np.stack([thresholds["governance"], thresholds["controls"]]),
        kinds=kinds,
        unrated=unrated,
        named=tuple(k for k in order[:NAMED] if most[k] > 0),
        leading=tuple(k for k in order[:LEADING] if most[k] >= _LEAST_SHARE and rated[k]),
    )


def _thresholds(rates: Floats, columns: Sequence[int], countries: int) -> Floats:
    """``Phi^-1(1 - exp(-h))``; a rate that is not known and one of nought let nothing happen."""
    import numpy as np
    from scipy.special import ndtri

    found = np.full(countries, -np.inf)
    found[list(columns)] = ndtri(-np.expm1(-np.nan_to_num(rates.astype(float), nan=0.0)))
    return found
