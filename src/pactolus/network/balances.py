"""Which trade is set against which production, and the balance of every mineral, stage and year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pactolus.network.balance import Balanced, balance, covering
from pactolus.network.reexports import with_reexports
from pactolus.runs.progress import Progress, silent
from pactolus.terms.content import balance_scopes
from pactolus.terms.hs_codes import codes_of, hs_codes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MOST_UNKNOWN", "Balances", "Scope", "balance_all", "balance_table", "scope_of", "scoped"]

#: Share of value without a known content above which a mineral and year is not balanced.
MOST_UNKNOWN: Final = 0.25

_PLACE: Final = ("mineral", "stage", "year")
_FLOW: Final = ("mineral", "hs_code", "exporter", "importer", "year")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The codes whose trade is set against production of a mineral and stage.

    `chained` is true where codes of another stage stand for the output of this one, `complete` false where
    more of that trade runs under codes that are not in the map.
    """

    codes: tuple[str, ...]
    complete: bool = True
    chained: bool = False
    confirmed: bool = True


def scope_of(mineral: str, stage: str) -> Scope:
    """The codes to balance against production of a stage: its own, unless `terms.content` says otherwise.

    Examples
    --------
    >>> scope_of("nickel", "ore").codes
    ('260400',)
    >>> scope_of("natural-graphite", "ore").codes
    ('250410', '250490')
    """
    named = balance_scopes().get((mineral, stage))
    if named is None:
        return Scope(codes=codes_of(mineral, stage))
    return Scope(
        codes=named.codes,
        complete=named.complete,
        chained=any(hs_codes()[code].stage != stage for code in named.codes),
        confirmed=named.status == "seen",
    )


@dataclass(frozen=True, kw_only=True)
class Balances:
    """What the balances of all minerals, stages and years came to.

    `flows`: mineral, hs_code, exporter, importer, year, balanced_kg. `countries`: mineral, stage, country,
    year, balanced_production_kg, balanced_imports_kg, balanced_exports_kg. `moved`: mineral, stage, year,
    flow_moved, flow_moved_low, flow_moved_high: the share of flows moved with the middle content factors,
    and the least and most of it over low, middle and high factors. Sorted by the first columns.
    """

    flows: pl.DataFrame
    countries: pl.DataFrame
    moved: pl.DataFrame


def balance_all(
    contained: pl.DataFrame, production: pl.DataFrame, *, progress: Progress = silent
) -> Balances:
    """Balance every mineral, stage and year with production at that stage and trade in its scope.

    Parameters
    ----------
    contained : DataFrame
        As `pactolus.network.content.contained_trade` makes it.
    production : DataFrame
        As `pactolus.network.content.production_content` makes it; ``OTHER`` is no country and is left out.
    progress : Progress
        Hears of each mineral and stage.
    """
    made = production.filter(pl.col("country") != "OTHER", pl.col("production_kg").is_not_null())
    places = made.select("mineral", "stage").unique().sort("mineral", "stage").rows()
    flows, countries, moved = [], [], []
    for done, (mineral, stage) in enumerate(places):
        progress(mineral, done, len(places))
        codes = list(scope_of(mineral, stage).codes)
        rows = contained.filter(pl.col("mineral") == mineral, pl.col("hs_code").is_in(codes))
        output = made.filter(pl.col("mineral") == mineral, pl.col("stage") == stage)
        for year, trade, figures in _years(rows, output):
            one = _one(trade, figures)
            place = {"mineral": pl.lit(mineral), "stage": pl.lit(stage), "year": pl.lit(year, pl.Int64)}
            flows.append(one.flows.with_columns(**{n: place[n] for n in ("mineral", "year")}))
            countries.append(one.countries.with_columns(**place))
            moved.append(one.moved.with_columns(**place))
    progress("balances", len(places), len(places))
    return Balances(
        flows=_joined(flows, _NO_FLOWS)
        .sort(*_FLOW, "balanced_kg")
        .unique(_FLOW, keep="first", maintain_order=True),
        countries=_joined(countries, _NO_COUNTRIES).sort("mineral", "stage", "country", "year"),
        moved=_joined(moved, _NO_MOVED).sort(*_PLACE),
    )


_INTS: Final = {"year": pl.Int64}
_NO_FLOWS: Final = {**dict.fromkeys(_FLOW[:4], pl.String), **_INTS, "balanced_kg": pl.Int64}
_NO_COUNTRIES: Final = {
    **dict.fromkeys(("mineral", "stage", "country"), pl.String),
    **_INTS,
    **dict.fromkeys([f"balanced_{n}_kg" for n in ("production", "imports", "exports")], pl.Int64),
}
_NO_MOVED: Final = {
    **dict.fromkeys(("mineral", "stage"), pl.String),
    **_INTS,
    **dict.fromkeys(("flow_moved", "flow_moved_low", "flow_moved_high"), pl.Float64),
}


def _joined(parts: list[pl.DataFrame], schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    whole = pl.concat([part.select(*schema) for part in parts]) if parts else pl.DataFrame(schema=schema)
    return whole.cast(dict(schema.items()))


def _years(rows: pl.DataFrame, output: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame, pl.DataFrame]]:
    """Years with production and with trade of which enough is known."""
    for year in output["year"].unique().sort():
        trade = rows.filter(pl.col("year") == year)
        known = trade.filter(pl.col("contained_kg").is_not_null())
        value, told = int(trade["value_usd"].sum()), int(known["value_usd"].sum())
        if known["contained_kg"].sum() and value and 1 - told / value <= MOST_UNKNOWN:
            yield year, known, output.filter(pl.col("year") == year)


def _one(trade: pl.DataFrame, output: pl.DataFrame) -> Balances:
    """One mineral, stage and year."""
    import numpy as np

    trade = trade.sort("hs_code", "exporter", "importer")
    names = sorted({*trade["exporter"], *trade["importer"], *output["country"]})
    number = {name: n for n, name in enumerate(names)}
    made = np.zeros(len(names))
    made[[number[c] for c in output["country"]]] = output["production_kg"].to_numpy()
    ends = (
        trade["exporter"].replace_strict(number).to_numpy(),
        trade["importer"].replace_strict(number).to_numpy(),
    )
    middle = _matrix(trade["contained_kg"], ends, len(names))
    done = balance(middle, made)
    shares = [done.moved] + [
        balance(_matrix(trade[column], ends, len(names)), made).moved
        for column in ("contained_low_kg", "contained_high_kg")
    ]
    ratio = np.divide(done.flows, middle, out=np.ones_like(middle), where=middle > 0)
    whole = np.rint(trade["contained_kg"].to_numpy() * ratio[ends])
    return Balances(
        flows=trade.select("hs_code", "exporter", "importer").with_columns(balanced_kg=pl.Series(whole)),
        countries=_countries(names, done, _matrix(pl.Series(whole), ends, len(names))),
        moved=pl.DataFrame(
            {"flow_moved": [shares[0]], "flow_moved_low": [min(shares)], "flow_moved_high": [max(shares)]}
        ),
    )


def _matrix(
    weights: pl.Series, ends: tuple[NDArray[np.int64], NDArray[np.int64]], size: int
) -> NDArray[np.float64]:
    import numpy as np

    matrix = np.zeros((size, size))
    np.add.at(matrix, ends, weights.fill_null(0).to_numpy().astype(np.float64))
    return matrix


def _countries(names: list[str], done: Balanced, flows: NDArray[np.float64]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "country": names,
            "balanced_production_kg": covering(done.production, flows),
            "balanced_imports_kg": flows.sum(axis=0),
            "balanced_exports_kg": flows.sum(axis=1),
        }
    )


def scoped(contained: pl.DataFrame, production: pl.DataFrame) -> pl.DataFrame:
    """The rows of trade under the stage at which they are judged, `place`.

    Trade in the scope of production stands under the stage of that production; besides, every stage without
    production of its own keeps its trade. A row may stand under two stages: graphite powder is trade of the
    stage ``mixed``, and what comes of mine output.

    Parameters
    ----------
    contained, production : DataFrame
        As for `balance_all`.

    Returns
    -------
    DataFrame
        The rows of `contained` with a column place; `scope`, true where production stands against them.
    """
    places = production.select("mineral", "stage").unique().sort("mineral", "stage")
    scopes = [
        (mineral, stage, code) for mineral, stage in places.rows() for code in scope_of(mineral, stage).codes
    ]
    codes = pl.DataFrame(
        scopes, {"mineral": pl.String, "place": pl.String, "hs_code": pl.String}, orient="row"
    )
    inside = contained.join(codes, on=["mineral", "hs_code"], how="inner").with_columns(scope=True)
    rest = contained.join(places, on=["mineral", "stage"], how="anti").with_columns(
        place=pl.col("stage"), scope=False
    )
    return pl.concat([inside, rest.select(inside.columns)])


def balance_table(contained: pl.DataFrame, production: pl.DataFrame, balances: Balances) -> pl.DataFrame:
    """Production, imports and exports of every country on one basis, as given and balanced.

    Parameters
    ----------
    contained, production : DataFrame
        As for `balance_all`.
    balances : Balances
        What `balance_all` made of them.

    Returns
    -------
    DataFrame
        The table `pactolus.network.tables.BALANCES`. Imports and exports are the known content of the codes
        in the scope of production; at a stage without production they are given only where the content of
        all of a country's flows is known, and the re-export share is that of gross weight otherwise. [kg]
    """
    key = ["mineral", "stage", "country", "year"]
    trade = _sides(scoped(contained, production))
    made = production.filter(pl.col("country") != "OTHER").select(*key, "production_kg")
    table = made.join(trade, on=key, how="full", coalesce=True)
    shown = with_reexports(table.with_columns(imports_kg="compared_in", exports_kg="compared_out"))
    balanced = [f"balanced_{name}_kg" for name in ("production", "imports", "exports")]
    used = pl.col(balanced[0]) + pl.col(balanced[1]) - pl.col(balanced[2])
    given = ["production_kg", "imports_kg", "exports_kg"]
    return (
        shown.with_columns(imports_kg="known_in", exports_kg="known_out")
        .join(balances.countries, on=key, how="left")
        .select(*key, *given, *balanced, used.alias("consumption_kg"), "reexport_share", "hub")
        .sort(*key)
    )


def _sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Imports and exports by country: `known_in`, `known_out` contained, `compared_*` what is compared."""
    by = ["mineral", "stage", "country", "year"]
    content, gross = pl.col("contained_kg"), pl.col("gross_kg")
    complete = content.is_not_null().all() | pl.col("scope").first()
    rows = rows.with_columns(
        whole=complete.over("mineral", "place", "year"),
    )
    sides = [
        rows.with_columns(stage="place", country=end)
        .group_by(by)
        .agg(
            pl.when(content.is_not_null().all() | pl.col("scope").first())
            .then(content.sum())
            .alias(f"known_{way}"),
            pl.when(pl.col("whole").first())
            .then(content.sum())
            .otherwise(gross.sum())
            .alias(f"compared_{way}"),
        )
        for end, way in (("importer", "in"), ("exporter", "out"))
    ]
    both = sides[0].join(sides[1], on=by, how="full", coalesce=True)
    return both.with_columns(
        pl.col(f"{kind}_{way}").fill_null(0) for kind in ("compared",) for way in ("in", "out")
    )
