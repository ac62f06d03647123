"""Rows of the value added exposed, from end uses of the EU study and a user's input-output table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from pactolus.indicators.flows import Members
from pactolus.indicators.notes import NOTES
from pactolus.indicators.value_added import OLDEST, divisions_of, value_added_exposed

__all__ = ["exposed_by_sector", "value_added_rows"]

_SCHEMA: Final = {
    "method": pl.String,
    "mineral": pl.String,
    "stage": pl.String,
    "importer": pl.String,
    "year": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "status": pl.String,
    "note": pl.String,
    "source": pl.String,
}
_Uses = Mapping[str, Mapping[str, Mapping[int, float]]]
_Sectors = Mapping[frozenset[int], Sequence[str]]
"""Divisions -> the sectors that hold just these; the parts of a split division stand together."""
_Result = tuple[float | None, float | None, float | None, str, str]


def value_added_rows(
    end_uses: pl.DataFrame | pl.LazyFrame | None,
    input_output: pl.DataFrame | pl.LazyFrame | None,
    minerals: Sequence[tuple[str, str]],
    members: Members,
    years: Sequence[int],
    on: date,
) -> pl.DataFrame:
    """Value added exposed of every mineral, entity and year.

    Parameters
    ----------
    end_uses : frame[material, mineral, share, nace2], optional
        End uses of the EU study.
    input_output : frame[from_region, from_sector, to_region, to_sector, year, value_musd], optional
        Value added stands in the rows with ``from_sector`` ``VA``.
    minerals : sequence of (str, str)
        Mineral and the stage under which its row stands.
    members, years : mapping, sequence
    on : date
        The day asked: the table must not be older than five years before it.

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, note, source. `low` counts
        only sectors no wider than the division of the use, and the study's material with the least; `high`
        that with the most. [million USD]
    """
    reason, told, added = _table(input_output, on)
    uses = {} if end_uses is None else _uses(end_uses, [m for m, _ in minerals])
    sectors = _sectors_of(added)
    if not reason and not sectors:
        reason = NOTES["sectors_io"]
    rows = []
    for mineral, stage in minerals:
        for importer, group in members.items():
            found = _one(uses.get(mineral, {}), group, added, sectors, reason, told)
            rows += [
                ("value-added-exposed", mineral, stage, importer, year, *found, "eu_2023") for year in years
            ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def exposed_by_sector(
    end_uses: pl.DataFrame, value_added: pl.DataFrame, mineral: str, group: Sequence[str]
) -> pl.DataFrame:
    """The parts of one value: which sector takes which share of the use, and what that is worth.

    Parameters
    ----------
    end_uses : frame[material, mineral, share, nace2]
    value_added : frame[to_region, to_sector, value_musd]
        Rows of value added of one year.
    mineral : str
    group : sequence of str
        Members whose sectors are added up.

    Returns
    -------
    DataFrame
        Columns material, sector, share, value_musd, exposed_musd, by material and sector. The value of
        `value_added_rows` is the mean over materials of the sum of exposed_musd. [million USD]
    """
    added: dict[str, dict[str, float]] = {}
    for region, sector, value in value_added.select("to_region", "to_sector", "value_musd").iter_rows():
        of = added.setdefault(region, {})
        of[sector] = of.get(sector, 0.0) + value
    sectors = _sectors_of(added)
    held = _held(group, added, sectors)
    rows = [
        (material, sector, share, held[sector], share * held[sector])
        for material, shares in _uses(end_uses, [mineral]).get(mineral, {}).items()
        for sector, share in sorted(_assigned(shares, sectors)[0].items())
    ]
    schema = {"material": pl.String, "sector": pl.String, "share": pl.Float64}
    schema |= {"value_musd": pl.Float64, "exposed_musd": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _sectors_of(added: Mapping[str, Mapping[str, float]]) -> dict[frozenset[int], list[str]]:
    """Divisions -> the sectors that hold just these; a sector whose label names none is left out."""
    sectors: dict[frozenset[int], list[str]] = {}
    for sector in sorted({sector for found in added.values() for sector in found}):
        sectors.setdefault(divisions_of(sector), []).append(sector)
    sectors.pop(frozenset(), None)
    return sectors


def _held(
    group: Sequence[str], added: Mapping[str, Mapping[str, float]], sectors: _Sectors
) -> dict[str, float]:
    """Value added of the members in each sector, parts of a split division together. [million USD]"""
    return {
        ", ".join(names): sum(added.get(c, {}).get(s, 0.0) for c in group for s in names)
        for names in sectors.values()
    }


def _table(
    input_output: pl.DataFrame | pl.LazyFrame | None, on: date
) -> tuple[str, str, Mapping[str, Mapping[str, float]]]:
    """Why there is no table to use, or the note on its year and value added by region and sector."""
    if input_output is None:
        return NOTES["no_table_io"], "", {}
    rows = input_output.lazy().filter(
        pl.col("from_sector") == "VA", ~pl.col("to_sector").is_in(["FD", "OUT"])
    )
    summed = rows.group_by("to_region", "to_sector", "year").agg(pl.col("value_musd").sum()).collect()
    if summed.is_empty():
        return NOTES["no_table_io"], "", {}
    last = summed["year"].max()
    assert isinstance(last, int)
    if on.year - last > OLDEST:
        return NOTES["old_table_io"].replace("{}", "%s") % (last, OLDEST, on.isoformat()), "", {}
    found: dict[str, dict[str, float]] = {}
    for region, sector, year, value in summed.sort("to_region", "to_sector").iter_rows():
        if year == last:
            found.setdefault(region, {})[sector] = value
    return "", NOTES["year_io"].replace("{}", str(last)), found


def _uses(end_uses: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str]) -> _Uses:
    """Share of use by mineral, study material and division; uses without a division stand under 0."""
    rows = (
        end_uses.lazy()
        .filter(pl.col("mineral").is_in(list(minerals)), pl.col("share") > 0)
        .select("mineral", "material", "nace2", "share")
        .sort("mineral", "material", "nace2", "share")
        .collect()
    )
    found: dict[str, dict[str, dict[int, float]]] = {}
    for mineral, material, nace2, share in rows.iter_rows():
        division = next(iter(divisions_of(nace2 or "")), 0)
        shares = found.setdefault(mineral, {}).setdefault(material, {})
        shares[division] = shares.get(division, 0.0) + share
    for materials in found.values():
        for material, shares in materials.items():
            whole = max(1.0, sum(shares.values()))
            materials[material] = {division: share / whole for division, share in shares.items()}
    return found


def _one(
    materials: Mapping[str, Mapping[int, float]],
    group: Sequence[str],
    added: Mapping[str, Mapping[str, float]],
    sectors: _Sectors,
    reason: str,
    told: str,
) -> _Result:
    label = NOTES["eu_use"]
    absent = [c for c in group if c not in added]
    if reason or absent:
        why = reason or NOTES["region_io"].replace("{}", ", ".join(absent))
        return None, None, None, "no_input_output", f"{label}; {why}"
    if not materials:
        return None, None, None, "no_use_data", label
    held = _held(group, added, sectors)
    whole, narrow, missed = [], [], 0.0
    for shares in materials.values():
        by_sector, exact, without = _assigned(shares, sectors)
        whole.append(value_added_exposed(held, by_sector))
        narrow.append(value_added_exposed(held, exact))
        missed = max(missed, without)
    gap = NOTES["uses_io"].replace("{}", str(round(100 * missed, 1)))
    note = f"{label}; {told}" + (f"; {gap}" if missed >= 0.0005 else "")
    return sum(whole) / len(whole), min(narrow), max(whole), "ok", note


def _assigned(
    shares: Mapping[int, float], sectors: _Sectors
) -> tuple[dict[str, float], dict[str, float], float]:
    """Shares of use by the narrowest sector that holds each division, those no wider, and the rest."""
    found: dict[str, float] = {}
    exact: dict[str, float] = {}
    without = 0.0
    for division, share in sorted(shares.items()):
        holding = [held for held in sectors if division in held]
        if not holding:
            without += share
            continue
        narrowest = min(holding, key=lambda held: (len(held), sorted(held)))
        name = ", ".join(sectors[narrowest])
        found[name] = found.get(name, 0.0) + share
        if narrowest == {division}:
            exact[name] = exact.get(name, 0.0) + share
    return found, exact, without
