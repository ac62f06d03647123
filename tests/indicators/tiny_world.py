"""A world of a few typed rows, with the tables and types of a real one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from pactolus.catalogue.origins import Origin
from pactolus.catalogue.specs import TABLES
from pactolus.errors import WorldError
from pactolus.network.tables import DERIVED

_DTYPES: dict[str, Any] = {"text": pl.String, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean}
Flow = tuple[str, str, str, int, int | None, int]
Made = tuple[str, str, str, int, int | None]


def frame_of(table: str, rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> pl.DataFrame:
    """Rows of a stored table with its types; columns not given are empty."""
    spec = {**TABLES, **DERIVED}[table]
    schema = {c: _DTYPES[col.dtype] for c, col in spec.columns.items()}
    given = pl.DataFrame(list(rows), schema={c: schema[c] for c in columns}, orient="row")
    return given.select(
        pl.col(c) if c in columns else pl.lit(None, dtype).alias(c) for c, dtype in schema.items()
    )


class TinyWorld:
    """What `assess` asks of a world: tables by name, and a vintage."""

    vintage = "tiny"
    origins: Mapping[str, Origin] = MappingProxyType({})

    def origins_of(self, table: str) -> tuple[str, ...]:
        """None: these tables have no publisher."""
        return ()

    def __init__(
        self, tables: Mapping[str, pl.DataFrame], computed: Mapping[str, pl.DataFrame] | None = None
    ) -> None:
        self._tables = dict(tables)
        self._computed = dict(computed or {})

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def table(self, name: str) -> pl.DataFrame:
        if name not in self._tables:
            raise WorldError(f"tiny: this world has no table {name!r}")
        return self._tables[name]

    def scan(self, name: str) -> pl.LazyFrame:
        return self.table(name).lazy()

    @property
    def derived_tables(self) -> tuple[str, ...]:
        return tuple(self._computed)

    def scan_derived(self, name: str) -> pl.LazyFrame:
        return self._computed[name].lazy()


def trade_of(flows: Iterable[Flow]) -> pl.DataFrame:
    """Rows (hs_code, importer, exporter, year, kg, USD)."""
    columns = ("hs_code", "importer", "exporter", "year", "quantity_kg", "value_usd")
    return frame_of("trade", flows, columns)


def production_of(made: Iterable[Made], *, source: str = "wmd") -> pl.DataFrame:
    """Rows (raw_material, mineral, country, year, kg), mined."""
    columns = ("raw_material", "mineral", "country", "year", "quantity")
    frame = frame_of("production", made, columns)
    return frame.with_columns(
        source=pl.lit(source), stage=pl.lit("ore"), unit=pl.lit("kg"), basis=pl.lit("gross")
    )


def world_of(
    flows: Iterable[Flow],
    made: Iterable[Made],
    estimates: Mapping[str, float | None] | None = None,
    **more: pl.DataFrame,
) -> TinyWorld:
    """A world with trade, mined production and one estimate of stability a country for 2018.

    Further tables by name; a derived one is told from the others by its name.
    """
    known = (
        estimates if estimates is not None else {"CHN": -0.5, "AUS": 1.0, "USA": 0.0, "KOR": 0.5, "JPN": 1.0}
    )
    rows = [(c, 2018, e, 0.25) for c, e in known.items()]
    published = frame_of("governance_geopolrisk", rows, ("country", "year", "estimate", "standard_error"))
    own = frame_of("governance", [("pv", *r) for r in rows], ("dimension", *published.columns))
    tables = {
        "trade": trade_of(flows),
        "production": production_of(made),
        "governance": own,
        "governance_geopolrisk": published,
    }
    computed = {name: table for name, table in more.items() if name in DERIVED}
    return TinyWorld(tables | {n: t for n, t in more.items() if n not in computed}, computed)
