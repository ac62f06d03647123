"""What a table must satisfy: the rules that its specification declares, checked on every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pactolus.catalogue.harmonise import AREAS
from pactolus.catalogue.specs import Column, TableSpec

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CHECKS", "faults_of"]

_SHOWN = 3

#: Checks of `faults_of`, by name.
CHECKS = ("columns", "gaps", "bounds", "key", "vocabulary", "self_trade")


def faults_of(frame: pl.DataFrame, spec: TableSpec) -> list[tuple[str, str]]:
    """Every rule of `spec` that `frame` breaks.

    Parameters
    ----------
    frame : DataFrame
        With the columns of the specification, in its types.
    spec : TableSpec

    Returns
    -------
    list of (check, message)
        Empty if all rules hold. A message names the column, how many rows, and the first of them.
    """
    if list(frame.columns) != list(spec.columns):
        return [("columns", f"columns are {', '.join(frame.columns)}; expected {', '.join(spec.columns)}")]
    faults = [
        fault for name, column in spec.columns.items() for fault in _column_faults(frame, spec, name, column)
    ]
    repeats = frame.filter(frame.select(*spec.key).is_duplicated())
    if repeats.height:
        faults.append(("key", f"{repeats.height} rows share a key: {_rows(repeats, spec)}"))
    if {"importer", "exporter"} <= set(spec.columns):
        own = frame.filter(frame["importer"] == frame["exporter"])
        if own.height:
            faults.append(("self_trade", f"{own.height} rows trade with themselves: {_rows(own, spec)}"))
    return faults


def _column_faults(
    frame: pl.DataFrame, spec: TableSpec, name: str, column: Column
) -> Iterator[tuple[str, str]]:
    import polars as pl

    cell = pl.col(name)
    if column.gaps == "refused":
        empty = frame.filter(cell.is_null())
        if empty.height:
            yield "gaps", f"{name} has no value in {empty.height} rows: {_rows(empty, spec)}"
    outside = [cell.is_nan() | cell.is_infinite()] if column.dtype == "float" else []
    outside += [cell < column.at_least] if column.at_least is not None else []
    outside += [cell > column.at_most] if column.at_most is not None else []
    beyond = frame.filter(pl.any_horizontal(outside)) if outside else frame.clear()
    if beyond.height:
        yield "bounds", f"{name} {_span(column)} in {beyond.height} rows: {_rows(beyond, spec, name)}"
    if column.vocabulary:
        unknown = sorted(set(frame[name].unique().drop_nulls()) - set(_known(column, frame[name].unique())))
        if unknown:
            shown = ", ".join(map(repr, unknown[:_SHOWN]))
            word = column.vocabulary.replace("_", " ")
            yield "vocabulary", f"{name} has {len(unknown)} values unknown as {word}: {shown}"


def _span(column: Column) -> str:
    if column.at_most is None:
        return "is no number" if column.at_least is None else f"is below {column.at_least:g} or no number"
    return f"lies outside {column.at_least:g} to {column.at_most:g}"


def _known(column: Column, values: Iterable[Any]) -> Iterable[str]:
    match column.vocabulary:
        case "country" | "area":
            from pactolus.terms.countries import countries

            extra = AREAS if column.vocabulary == "area" else [a for a in AREAS if a not in ("OTHER", "WLD")]
            return [*countries(), *extra]
        case "mineral":
            from pactolus.terms.minerals import minerals

            return minerals()
        case "stage":
            from pactolus.terms.stages import STAGES

            return STAGES
        case "application":
            from pactolus.terms.applications import applications

            return applications()
        case _:
            return [v for v in values if v and len(v) == 6 and v.isdigit()]


def _rows(rows: pl.DataFrame, spec: TableSpec, *more: str) -> str:
    """The keys of the first rows, in words."""
    names = [*spec.key, *(m for m in more if m not in spec.key)]
    shown = [" ".join(f"{n}={row[n]}" for n in names) for row in rows.head(_SHOWN).to_dicts()]
    return "; ".join(shown) + (" ..." if rows.height > _SHOWN else "")
