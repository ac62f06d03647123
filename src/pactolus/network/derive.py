"""All derived tables in one pass: repair, content, flows, balance, grades, checks, mirrors.

`derive` takes plain tables and returns plain tables; `derive_world` reads a world and writes them beside it,
keyed by the vintage of the world and by what computed them (`code_version`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import polars as pl

from pactolus.catalogue.corrections import usable
from pactolus.network import tables
from pactolus.network.balances import balance_all, balance_table
from pactolus.network.checks import cross_checks
from pactolus.network.content import contained_trade, production_content
from pactolus.network.flows import flow_table
from pactolus.network.grades import grade_table
from pactolus.network.mirror import mirrors
from pactolus.runs.progress import Progress, part, silent

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["METHOD", "code_version", "derive", "derive_world", "incomplete_years", "is_current"]

#: Raised whenever the computation of a derived table changes its numbers.
METHOD: Final = 1

_STEPS: Final = 20
#: Digits that are kept of estimated unit values: they are no better than that.
_DIGITS: Final = 5


def derive(
    trade: pl.DataFrame,
    production: pl.DataFrame,
    *,
    corrections: pl.DataFrame | None = None,
    reported: pl.DataFrame | None = None,
    supply_shares: pl.DataFrame | None = None,
    progress: Progress = silent,
) -> dict[str, pl.DataFrame]:
    """Every derived table.

    Parameters
    ----------
    trade : DataFrame
        The table ``trade`` of a world, all years: the repair of a year looks at the years before it.
    production : DataFrame
        The table ``production``.
    corrections : DataFrame, optional
        The table ``corrections``; rows flagged as unusable are left out of flows and balances.
    reported : DataFrame, optional
        The table ``trade_reported``, for the comparison of mirror reports.
    supply_shares : DataFrame, optional
        The table ``supply_shares``, for the checks against the EU study.
    progress : Progress

    Returns
    -------
    dict
        Name -> table, as specified in `pactolus.network.tables`. Flows, balances and grades are of the years
        with production.
    """
    from pactolus.network.repair import repair

    repairs = repair(trade, progress=_steps(progress, "repair", 0, 14))
    progress("contained trade", 14, _STEPS)
    production = _usable(production, "production", corrections)
    made = production_content(production)
    made = made.filter(pl.col("year").is_in(trade["year"].unique().to_list()))
    years = made["year"].unique().to_list()
    rows = _usable(trade.filter(pl.col("year").is_in(years)), "trade", corrections)
    contained = contained_trade(rows, repairs.table)
    balances = balance_all(contained, made, progress=_steps(progress, "balance", 15, 4))
    countries = balance_table(contained, made, balances)
    found = {
        "repairs": repairs.table.with_columns(
            pl.col("unit_value_usd_per_t", "expected_usd_per_t").round_sig_figs(_DIGITS)
        ),
        "repair_summary": repairs.summary,
        "flows": flow_table(contained, balances.flows),
        "balances": countries,
        "grades": grade_table(contained, made, balances, countries, incomplete=incomplete_years(corrections)),
        "checks": cross_checks(production, supply_shares),
    }
    if reported is not None:
        found["mirrors"] = mirrors(reported)
    progress("derived tables", _STEPS, _STEPS)
    return found


def _steps(progress: Progress, what: str, start: int, of: int) -> Progress:
    """A listener for one part of the work, which is told of whole steps only."""
    told = -1

    def whole(_: str, done: int, total: int, /) -> None:
        nonlocal told
        if done > told:
            told = done
            progress(what, done, total)

    return part(whole, start, of, _STEPS)


def _usable(frame: pl.DataFrame, table: str, corrections: pl.DataFrame | None) -> pl.DataFrame:
    return frame if corrections is None else frame.filter(usable(table, corrections))


def incomplete_years(corrections: pl.DataFrame | None) -> list[int]:
    """Years that a flag on the trade names as a whole: countries that report late are still missing."""
    if corrections is None:
        return []
    flags = corrections.filter((pl.col("table") == "trade") & (pl.col("action") == "flag"))
    cells = [json.loads(where) for where in flags["where"]]
    years = [where["year"] for where in cells if set(where) == {"year"}]
    listed = [year if isinstance(year, list) else [year] for year in years if not isinstance(year, dict)]
    return sorted({year for some in listed for year in some})


def derive_world(world: World, *, progress: Progress = silent) -> World:
    """Compute the derived tables of a world, write them beside it, and open it again.

    Parameters
    ----------
    world : World
        With the tables ``trade`` and ``production``.
    progress : Progress

    Raises
    ------
    WorldError
        If the world lacks one of the two tables.
    OutputError
        If its folder cannot be written; what was there before is still there.
    MissingExtraError
        If pyarrow is not installed.
    """
    from pactolus import __version__
    from pactolus.catalogue.store import write_derived

    names = {"corrections": "corrections", "reported": "trade_reported", "supply_shares": "supply_shares"}
    optional = {key: world.table(name) for key, name in names.items() if name in world.tables}
    found = derive(world.table("trade"), world.table("production"), **optional, progress=progress)
    made_by = f"pactolus {__version__}"
    return write_derived(world, found, tables.DERIVED, code=code_version(), created_by=made_by)


def is_current(world: World) -> bool:
    """Whether the derived tables of a world are those that this version would compute.

    Raises
    ------
    WorldError
        If they belong to another vintage.
    """
    return world.derived_record.code == code_version()


def code_version() -> str:
    """Id of what computes the derived tables: `METHOD`, and every number and record that it uses.

    Sources, notes and names of the vocabulary do not count, only what changes a result.
    """
    from dataclasses import astuple

    from pactolus.network import balance, balances, checks, grades, repair_records
    from pactolus.terms.content import balance_scopes, content_factors, exporter_forms, production_bases
    from pactolus.terms.hs_codes import hs_codes

    used = [
        [(c.code, c.minerals, c.stage, c.coding, c.last_year) for c in hs_codes().values()],
        [
            (f.hs_code, f.minerals, f.form, f.default, f.low, f.mid, f.high, f.status)
            for f in content_factors()
        ],
        [(f.hs_code, f.exporters, f.form) for f in exporter_forms()],
        [
            (b.mineral, b.stage, b.basis, b.unit, b.low, b.mid, b.high, b.series, b.without)
            for b in production_bases().values()
        ],
        [(s.mineral, s.stage, s.codes, s.complete, s.status) for s in balance_scopes().values()],
        [str(row) for row in repair_records.overrides().rows()],
        [astuple(record) for record in checks.known_exceptions()],
        [(name, *astuple(limit)) for name, limit in grades.LIMITS.items()],
        [balance.LEAST_PRODUCTION, balances.MOST_UNKNOWN],
        [str(row) for row in repair_records.limits().rows()],
    ]
    return f"{METHOD}-{hashlib.sha256(json.dumps(used).encode()).hexdigest()[:12]}"
