"""Joins what several files say, and carries over from the embedded world what none of them brings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pactolus.catalogue.build.gather import ReadFile
from pactolus.catalogue.build.judge import Judged
from pactolus.catalogue.build.sources import OWN_ORIGIN
from pactolus.catalogue.corrections import Correction, apply, as_table, condition
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import World, conform, spec_of
from pactolus.errors import DataError

__all__ = ["Joined", "joined_tables"]

#: Tables that a build makes itself.
_OWN: Final = ("corrections", "findings")
_SHOWN: Final = 6

ByTable = Mapping[str, Sequence[tuple[ReadFile, Judged]]]

_NAMED: Final = 6
"""Editions that a note names one by one."""


@dataclass(kw_only=True)
class Joined:
    """The tables of a new world, their origins, and what the user should know of them."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    origins_of: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    carried: set[tuple[str, str]] = field(default_factory=set)
    """Table and source that stem from the embedded world."""


def joined_tables(
    by_table: ByTable,
    embedded: World | None,
    ours: Sequence[Correction],
    mine: Sequence[Correction],
    findings: Sequence[Findings],
) -> Joined:
    """All tables of the new world.

    Parameters
    ----------
    by_table : mapping
        Table -> files with their rows, by kind, earlier editions first.
    embedded : World, optional
        What to carry over from; nothing is carried over if omitted.
    ours : sequence of Correction
        The records of the program, applied already.
    mine : sequence of Correction
        The user's own records: each must meet a row of the new world.
    findings : sequence of Findings
        Of every file; what was mended or accepted travels with the world.

    Returns
    -------
    Joined

    Raises
    ------
    DataError
        If two files of trade bring the same year, or a record of the user meets no row; all at once.
    """
    result = Joined()
    faults = [fault for table, some in by_table.items() for fault in _clashes(table, some)]
    met: dict[str, int] = {}
    for table in TABLES:
        if table not in _OWN:
            _one_table(table, by_table.get(table, ()), embedded, result)
    for table in {record.table for record in mine} & set(result.tables):
        result.tables[table], rows = apply(result.tables[table], table, mine)
        met |= rows
    faults += [
        f"correction {r.id}: meets no row of table {r.table}; correct its cells, or remove the record"
        for r in mine
        if not met.get(r.id)
    ]
    if faults:
        raise DataError("\n".join(faults))
    _corrections(by_table, embedded, ours, mine, met, result)
    _findings(embedded, findings, result)
    return result


def _clashes(table: str, files: Sequence[tuple[ReadFile, Judged]]) -> Iterator[str]:
    """Trade of one year from two files: editions must not be mixed, nor a year counted twice."""
    if table != "trade":
        return
    years: dict[int, list[str]] = {}
    for file, one in files:
        for year in one.frame["year"].unique().sort().to_list():
            years.setdefault(year, []).append(file.given.label)
    pairs: dict[tuple[str, ...], list[int]] = {}
    for year, labels in years.items():
        if len(labels) > 1:
            pairs.setdefault(tuple(labels), []).append(year)
    for both, shared in pairs.items():
        span = f"{shared[0]}" if len(shared) == 1 else f"{shared[0]} to {shared[-1]}"
        yield f"trade: {span} stands in {' and in '.join(both)}; give each year once, of one edition"


def _one_table(
    table: str, files: Sequence[tuple[ReadFile, Judged]], embedded: World | None, result: Joined
) -> None:
    spec = spec_of(table)
    frames: list[pl.DataFrame] = []
    origins: list[Origin] = []
    if files:
        frames.append(conform(_later_wins(table, files, result), spec))
        origins += [file.origin for file, one in files if file.origin is not None and one.frame.height]
    if embedded is not None and table in embedded.tables:
        rest = _not_replaced(table, frames, embedded)
        if rest.height:
            frames.append(rest)
            origins += _origins_of_rest(table, rest, embedded)
            sources = rest["source"].unique().sort().to_list() if "source" in rest.columns else [""]
            result.carried |= {(table, source) for source in sources}
        if frames and files and "year" in frames[0].columns:
            result.notes += _shorter(table, frames[0], embedded.table(table))
    if not frames or not sum(frame.height for frame in frames):
        return
    # A table that is carried over as it is stays the very frame: it is copied, not written anew.
    result.tables[table] = frames[0] if len(frames) == 1 else pl.concat(frames)
    result.origins_of[table] = list(dict.fromkeys(origin.id for origin in origins))
    result.origins += [o for o in origins if o not in result.origins]


def _shorter(table: str, mine: pl.DataFrame, before: pl.DataFrame) -> Iterator[str]:
    """Say where the user's files bring fewer years than the embedded world has; they are never mixed."""
    if "source" in mine.columns:
        before = before.filter(pl.col("source").is_in(mine["source"].unique().to_list()))
    lost = sorted(set(before["year"].unique()) - set(mine["year"].unique()))
    if lost:
        yield (
            f"{table}: your files bring no year of {_spans(lost)}, which the embedded world has of another "
            "edition; editions are not mixed"
        )


def _spans(years: Sequence[int]) -> str:
    """Years in words: 1995-2023, 2025."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _later_wins(table: str, files: Sequence[tuple[ReadFile, Judged]], result: Joined) -> pl.DataFrame:
    """Rows of all files; of those with one key the later edition's, which is said."""
    ranked = pl.concat(
        [one.frame.with_columns(_rank=pl.lit(n)) for n, (_, one) in enumerate(files)], how="vertical_relaxed"
    )
    if len(files) == 1:
        return ranked.drop("_rank")
    key = list(spec_of(table).key)
    last = ranked.filter(pl.col("_rank") == pl.col("_rank").max().over(key))
    lost = ranked.height - last.height
    if lost:
        told = [file.origin.edition for file, _ in files if file.origin is not None]
        result.notes.append(
            f"{table}: {lost:,} rows stand in a later edition too, which is taken (order: {_in_order(told)})"
        )
    return last.drop("_rank")


def _in_order(editions: Sequence[str]) -> str:
    """Editions from the first to the last; of many files only how many, and the last."""
    order = list(dict.fromkeys(editions))
    if len(order) <= _NAMED:
        return ", then ".join(order)
    return f"{len(order)} files, the last {order[-1]}"


def _not_replaced(table: str, frames: Sequence[pl.DataFrame], embedded: World) -> pl.DataFrame:
    """Rows of the embedded world whose source the user's files do not bring."""
    frame = embedded.table(table)
    if not frames:
        return frame
    if "source" not in frame.columns:
        return frame.clear()
    brought = frames[0]["source"].unique().to_list()
    return frame.filter(~pl.col("source").is_in(brought))


def _origins_of_rest(table: str, rest: pl.DataFrame, embedded: World) -> list[Origin]:
    """Origins of rows that are carried over; where rows name their source, its origins."""
    known = [embedded.origins[o] for o in embedded.origins_of(table)]
    if "source" not in rest.columns:
        return known
    sources = rest["source"].unique().to_list()
    named = [o for o in known if any(o.id.startswith(str(s).replace("_", "-")) for s in sources)]
    return named or known


def _corrections(
    by_table: ByTable,
    embedded: World | None,
    ours: Sequence[Correction],
    mine: Sequence[Correction],
    met_by_mine: Mapping[str, int],
    result: Joined,
) -> None:
    """The table of corrections: ours that met the user's rows or were carried over, and the user's own."""
    met: dict[str, int] = {}
    for some in by_table.values():
        for _, one in some:
            for name, rows in one.met.items():
                met[name] = met.get(name, 0) + rows
    frames = [as_table(ours, {name: rows for name, rows in met.items() if rows})] if any(met.values()) else []
    carried = None if embedded is None else _carried_records(embedded, met, result)
    if carried is not None and carried.height:
        frames.append(carried)
    if mine:
        frames.append(as_table(mine, met_by_mine))
    idle = sorted(
        r.id
        for r in ours
        if met.get(r.id) == 0
        and _could_meet(r, result.tables.get(r.table))
        and (carried is None or r.id not in set(carried["id"]))
    )
    if idle:
        result.notes.append(
            f"{len(idle)} of our corrections meet no row of these files ({_some(idle)}): no longer needed? "
            "look at 'fixed_when' in corrections.yaml"
        )
    if frames:
        ids = pl.concat(frames, how="vertical_relaxed").unique("id", keep="last", maintain_order=True)
        result.tables["corrections"] = ids
        _own(result, "corrections")


def _carried_records(embedded: World, met: Mapping[str, int], result: Joined) -> pl.DataFrame | None:
    """Records of the embedded world that speak of rows that are carried over."""
    if "corrections" not in embedded.tables:
        return None
    known = embedded.table("corrections")
    keep = []
    for name, table, where in known.select("id", "table", "where").iter_rows():
        sources = {source for t, source in result.carried if t == table}
        told = json.loads(where).get("source")
        wanted = set(told) if isinstance(told, list) else {told} if told else set()
        if sources and (not wanted or sources == {""} or wanted & sources) and not met.get(name):
            keep.append(name)
    return known.filter(pl.col("id").is_in(keep))


def _could_meet(record: Correction, frame: pl.DataFrame | None) -> bool:
    """Does the table hold the years and the source that a record speaks of?"""
    if frame is None:
        return False
    where = {c: v for c, v in record.where.items() if c in ("year", "source") and c in frame.columns}
    return bool(frame.filter(condition(where)).height) if where else True


def _findings(embedded: World | None, findings: Sequence[Findings], result: Joined) -> None:
    """The table of findings, with those of the embedded world."""
    spec = spec_of("findings")
    frames = [found.as_table() for found in findings]
    if embedded is not None and "findings" in embedded.tables:
        frames.append(embedded.table("findings"))
    if not frames:
        return
    rest = [c for c in spec.columns if c not in (*spec.key, "count")]
    joined = (
        pl.concat(frames, how="vertical_relaxed")
        .group_by(*spec.key, maintain_order=True)
        .agg(*(pl.col(c).first() for c in rest), pl.col("count").sum())
    )
    if joined.height:
        result.tables["findings"] = joined.select(list(spec.columns))
        _own(result, "findings")


def _own(result: Joined, table: str) -> None:
    """A table that the build makes itself."""
    result.origins_of[table] = [OWN_ORIGIN.id]
    if OWN_ORIGIN not in result.origins:
        result.origins.append(OWN_ORIGIN)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
