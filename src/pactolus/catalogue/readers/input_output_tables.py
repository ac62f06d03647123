"""Matrices of an input-output table: read, checked row by row and column by column, made long."""

from __future__ import annotations

import csv
import io
import math
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pactolus.catalogue.reading.archives import members
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import MissingExtraError, near_misses

__all__ = ["BALANCE", "SMALL", "System", "from_csv", "from_saved", "long_table"]

#: A row (deliveries = output) or column (inputs + taxes + value added = output) may miss by this much. [1]
BALANCE: Final = 0.005
#: ... or by this, which rounding explains in small sectors. [million USD]
_ROUNDING: Final = 1.0
#: The smallest deliveries are left out that together are this share of what their sector sells, and of what
#: their buyer makes. [1]
SMALL: Final = 1e-3
_TOTALS: Final = frozenset({"OUT", "OUTPUT", "TOTAL"})
_ADDED: Final = frozenset({"VA", "VALU"})
_TAXES: Final = re.compile(r"^(?:TLS|TXS\w*|TAX\w*|\w{2,3}_TAXSUB)$")
_DEMAND: Final = frozenset(
    {"HFCE", "NPISH", "NPS", "GGFC", "GFCF", "INVNT", "INV", "DIRP", "DPABR", "FD", "P33", "DISC"}
)
_SPLIT: Final = ((re.compile(r"^CN\d$"), "CHN"), (re.compile(r"^MX\d$"), "MEX"))
_MILLION: Final = re.compile(r"^(?:million|mio|m|mn)\.?\s*(?:us\s*dollars?|usd|us\$)$", re.IGNORECASE)
_SHOWN: Final = 20
_MOST_CELLS: Final = 60_000_000

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class System:
    """An input-output table of one year, in million US dollars."""

    year: int
    sectors: Sequence[tuple[str, str]]
    """Region and sector of each row and column, n of them."""
    deliveries: Array
    """Between sectors, shape (n, n), from row to column."""
    demand_of: Sequence[str]
    """Region of each column of final demand, m of them."""
    demand: Array
    """Final demand, shape (n, m)."""
    taxes: Array
    """Taxes less subsidies on the inputs of each sector, shape (n,)."""
    added: Array
    """Value added of each sector, shape (n,)."""
    output: Array
    """Gross output of each sector as published, shape (n,); nan where none is."""


def from_csv(content: bytes, year: int, findings: Findings, *, where: str = "") -> pl.DataFrame | None:
    """One year of OECD ICIO as a long table; None with findings where it cannot be used."""
    before = f"member {where!r}, " if where else ""
    cells = _matrix(content, findings, before)
    if cells is None:
        return None
    labels, headings, values = cells
    system = _system(labels, headings, values, year, findings, before)
    return None if system is None else long_table(system, findings, before)


def _matrix(content: bytes, findings: Findings, before: str) -> tuple[list[str], list[str], Array] | None:
    """Row labels, headings and numbers; faults with line and heading."""
    if not content:
        if not findings.refusals:
            findings.refuse("layout", f"{before}the file", "is empty", "give the CSV file of the OECD")
        return None
    head = content.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")
    try:
        headings = [h.strip() for h in next(csv.reader([head.strip("\r")]), [])]
    except csv.Error:
        headings = []
    lines = content.count(b"\n")
    if len(headings) < 4:
        findings.refuse(
            "layout", f"{before}line 1", f"{len(headings)} headings", "give the CSV file of the OECD"
        )
        return None
    if len(headings) * lines > _MOST_CELLS:
        found = f"{len(headings):,} columns by {lines:,} lines"
        findings.refuse("range", f"{before}line 1", found, f"at most {_MOST_CELLS:,} cells are read")
        return None
    for name in sorted({h for h in headings[1:] if h and headings.count(h) > 1}):
        findings.refuse("column", f"{before}line 1", f"column {name!r} stands twice", "keep one of them")
    names = [f"c{n}" for n in range(len(headings))]
    types = {name: pl.String if n == 0 else pl.Float64 for n, name in enumerate(names)}
    try:
        frame = pl.read_csv(
            content, has_header=False, skip_rows=1, schema=types, null_values=["", "NA"], ignore_errors=False
        )
    except (pl.exceptions.PolarsError, ValueError, OverflowError):
        _faults(content, headings, findings, before)
        return None
    labels = [str(label or "").strip() for label in frame["c0"].to_list()]
    values = frame.drop("c0").fill_null(0.0).to_numpy()
    if not np.isfinite(values).all():
        _faults(content, headings, findings, before)
        return None
    return labels, headings[1:], values


def _faults(content: bytes, headings: Sequence[str], findings: Findings, before: str) -> None:
    """Find the lines and cells for which the quick reading failed."""
    text = content.decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    many = len(findings.refusals)
    try:
        next(reader, None)
        for cells in reader:
            place = f"{before}line {reader.line_num}"
            if cells and len(cells) != len(headings):
                found = f"{len(cells)} cells under {len(headings)} headings"
                findings.refuse("layout", place, found, "the line is cut off: fetch the file again")
                continue
            for heading, cell in zip(headings[1:], cells[1:], strict=False):
                if cell.strip() not in ("", "NA") and not _finite(cell):
                    findings.refuse(
                        "number",
                        f"{place}, column {heading}",
                        f"{cell[:40]!r} is no number",
                        "correct the cell",
                    )
    except csv.Error as error:
        findings.refuse("layout", f"{before}line {reader.line_num}", str(error), "fetch the file again")
    if len(findings.refusals) == many:
        findings.refuse("layout", f"{before}line 1", "cannot be read as a table", "fetch the file again")


def _finite(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _system(
    labels: list[str], headings: list[str], values: Array, year: int, findings: Findings, before: str
) -> System | None:
    """Sort rows and columns into sectors, final demand, taxes, value added and output."""
    rows = {label: n for n, label in enumerate(labels) if label}
    columns = {heading: n for n, heading in enumerate(headings) if heading}
    totals = [n for name, n in rows.items() if name in _TOTALS]
    taxes = [n for name, n in rows.items() if _TAXES.match(name)]
    added = [n for name, n in rows.items() if name in _ADDED]
    names = [name for name, n in rows.items() if n not in {*totals, *taxes, *added}]
    demand = [name for name in columns if name not in rows and _demand_of(name)]
    for name in sorted({label for label in labels if label and labels.count(label) > 1}):
        place = f"{before}line {labels.index(name) + 2}"
        findings.refuse("key", place, f"row {name!r} stands twice", "keep one of them")
    _refuse_strangers(rows, columns, names, findings, before)
    for found, what in ((added, "row VA or VALU"), (demand, "column of final demand")):
        if not found:
            findings.refuse(
                "layout", f"{before}the table", f"no {what}", "give the file of the OECD as it is"
            )
    if findings.refusals or not names:
        return None
    inner, own = [columns[name] for name in names], [rows[name] for name in names]
    total = [n for name, n in columns.items() if name in _TOTALS]
    if total:
        output = values[own, total[-1]]
    else:
        output = values[totals[-1], inner] if totals else np.full(len(own), np.nan)
    return System(
        year=year,
        sectors=[_pair(name) for name in names],
        deliveries=values[np.ix_(own, inner)],
        demand_of=[_demand_of(name) for name in demand],
        demand=values[np.ix_(own, [columns[name] for name in demand])],
        taxes=values[np.ix_(taxes, inner)].sum(axis=0) if taxes else np.zeros(len(own)),
        added=values[np.ix_(added, inner)].sum(axis=0),
        output=output,
    )


def _refuse_strangers(
    rows: Mapping[str, int], columns: Mapping[str, int], names: Sequence[str], findings: Findings, before: str
) -> None:
    """Refuse sectors without a column, columns without a row, and rows that name no region and sector."""
    rest = [name for name in columns if name not in rows and name not in _TOTALS and not _demand_of(name)]
    for name in [n for n in names if n not in columns][:_SHOWN]:
        near = near_misses(name, rest)
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        place = f"{before}line {rows[name] + 2}"
        findings.refuse("column", place, f"row {name!r} has no column{hint}", "restore the column")
    for name in rest[:_SHOWN]:
        found = f"column {name!r} is no sector of a row and no final demand"
        findings.refuse("column", f"{before}line 1", found, "restore the row, or leave the column out")
    for name in [n for n in names if "_" not in n][:_SHOWN]:
        place = f"{before}line {rows[name] + 2}"
        findings.refuse("name", place, f"row {name!r} is no <region>_<sector>", "restore its name")


def _pair(name: str) -> tuple[str, str]:
    region, _, sector = name.partition("_")
    return region, sector


def _demand_of(name: str) -> str:
    """Region of a column of final demand (``KOR_HFCE``, and ``HFCE_KOR`` in 2016); empty if it is none."""
    first, _, second = name.partition("_")
    if second in _DEMAND:
        return first
    if first in _DEMAND:
        return second or "WLD"
    return ""


def long_table(system: System, findings: Findings, before: str = "") -> pl.DataFrame | None:
    """A system as a long table, regions that are split added up; None where a check refuses it.

    Rows are sorted by where a delivery comes from, then by where it goes to.
    """
    _check(system, findings, before)
    if findings.refusals:
        return None
    whole = _added_up(system)
    output = np.where(
        np.isfinite(whole.output), whole.output, whole.deliveries.sum(axis=1) + whole.demand.sum(axis=1)
    )
    _leave_out_small(whole.deliveries, output, findings, before)
    regions = pl.Series([region for region, _ in whole.sectors], dtype=pl.String)
    sectors = pl.Series([sector for _, sector in whole.sectors], dtype=pl.String)
    every = np.arange(len(regions))
    row, column = np.nonzero(whole.deliveries)
    frames = [_long(regions, sectors, regions, sectors, row, column, whole.deliveries[row, column])]
    row, column = np.nonzero(whole.demand)
    buyers = pl.Series(whole.demand_of, dtype=pl.String)
    frames.append(
        _long(regions, sectors, buyers, _word("FD", buyers), row, column, whole.demand[row, column])
    )
    for word, values in (("VA", whole.added), ("TLS", whole.taxes)):
        frames.append(_long(regions, _word(word, regions), regions, sectors, every, every, values))
    frames.append(_long(regions, sectors, regions, _word("OUT", regions), every, every, output))
    table = pl.concat(frames).filter(pl.col("value_musd") != 0.0)
    return table.with_columns(year=pl.lit(system.year, dtype=pl.Int64))


def _word(word: str, like: pl.Series) -> pl.Series:
    return pl.Series([word] * len(like), dtype=pl.String)


def _added_up(system: System) -> System:
    """Sectors in the order of their names, split regions under their whole, one column of demand a region."""
    names = [(_whole(region), sector) for region, sector in system.sectors]
    order = sorted(range(len(names)), key=lambda n: (names[n], n))
    first = [k for k, n in enumerate(order) if not k or names[n] != names[order[k - 1]]]
    rows = np.add.reduceat(system.deliveries[order], first, axis=0)
    buyers = [_whole(region) for region in system.demand_of]
    demand_order = sorted(range(len(buyers)), key=lambda n: (buyers[n], n))
    demand_first = [
        k for k, n in enumerate(demand_order) if not k or buyers[n] != buyers[demand_order[k - 1]]
    ]
    demand = np.add.reduceat(system.demand[:, demand_order], demand_first, axis=1)
    return System(
        year=system.year,
        sectors=[names[order[k]] for k in first],
        deliveries=np.add.reduceat(rows[:, order], first, axis=1),
        demand_of=[buyers[demand_order[k]] for k in demand_first],
        demand=np.add.reduceat(demand[order], first, axis=0),
        taxes=np.add.reduceat(system.taxes[order], first),
        added=np.add.reduceat(system.added[order], first),
        output=np.add.reduceat(system.output[order], first),
    )


def _long(
    regions: pl.Series,
    sectors: pl.Series,
    to_regions: pl.Series,
    to_sectors: pl.Series,
    row: npt.NDArray[np.intp],
    column: npt.NDArray[np.intp],
    values: Array,
) -> pl.DataFrame:
    rows, columns = pl.Series(row, dtype=pl.UInt32), pl.Series(column, dtype=pl.UInt32)
    return pl.DataFrame(
        {
            "from_region": regions.gather(rows),
            "from_sector": sectors.gather(rows),
            "to_region": to_regions.gather(columns),
            "to_sector": to_sectors.gather(columns),
            "value_musd": pl.Series(values, dtype=pl.Float64),
        }
    )


def _whole(region: str) -> str:
    """Region with the split ones under their whole: ``CN1`` -> ``CHN``."""
    return next((whole for pattern, whole in _SPLIT if pattern.match(region)), region)


def _check(system: System, findings: Findings, before: str) -> None:
    """Doubt rows and columns that miss the published output, and negative deliveries."""
    sold = system.deliveries.sum(axis=1) + system.demand.sum(axis=1)
    made = system.deliveries.sum(axis=0) + system.taxes + system.added
    stated = np.where(np.isfinite(system.output), system.output, sold)
    for what, sums in (("deliveries and final demand", sold), ("inputs, taxes and value added", made)):
        gap = np.abs(sums - stated)
        off = gap > np.maximum(BALANCE * np.abs(stated), _ROUNDING)
        if off.any():
            worst = int(np.argmax(np.where(off, gap, -1.0)))
            name = "_".join(system.sectors[worst])
            findings.doubt(
                "total",
                f"{before}sector {name}",
                f"{what} of {int(off.sum()):,} of {len(off):,} sectors miss their output by more than "
                f"{BALANCE:.1%}; here {sums[worst]:,.1f} against {stated[worst]:,.1f} million USD",
                "look for a missing row or column, or a cell in another unit",
            )
    negative = system.deliveries < -_ROUNDING
    if negative.any():
        row, column = (int(n) for n in np.argwhere(negative)[0])
        names = " to ".join("_".join(system.sectors[n]) for n in (row, column))
        findings.doubt(
            "range",
            f"{before}{names}",
            f"{int(negative.sum()):,} deliveries are negative; "
            f"here {system.deliveries[row, column]:,.1f} million USD",
            "a delivery between sectors is not negative",
        )


def _leave_out_small(deliveries: Array, output: Array, findings: Findings, before: str) -> None:
    """Set the deliveries that matter to neither side to zero, and say how many and how much they are.

    Of no sector are more than `SMALL` of its output left out, as seller or as buyer.
    """
    limit = SMALL * np.abs(output)
    small = np.empty(deliveries.shape, dtype=np.bool_)
    for n, row in enumerate(deliveries):
        small[n] = _smallest(row, limit[n])
    for n, column in enumerate(deliveries.T):
        small[:, n] &= _smallest(column, limit[n])
    small &= deliveries != 0.0
    many = int(small.sum())
    if many:
        lost = math.fsum(math.fsum(np.abs(row[mark])) for row, mark in zip(deliveries, small, strict=True))
        share = lost / math.fsum(np.abs(deliveries).sum(axis=1))
        deliveries[small] = 0.0
        findings.mended(
            "range",
            f"{before}the table",
            f"{many:,} deliveries that together are below {SMALL:.1%} of the output of their seller and of "
            "their buyer",
            f"left out: {share:.2g} of all deliveries",
        )


def _smallest(values: Array, limit: float) -> npt.NDArray[np.bool_]:
    """Marks the smallest values whose sum does not exceed `limit`."""
    size = np.abs(values)
    order = np.argsort(size, kind="stable")
    marks = np.zeros(len(values), dtype=np.bool_)
    marks[order[np.cumsum(size[order]) <= limit]] = True
    return marks


# Systems saved by pymrio


def from_saved(file: Path, findings: Findings) -> pl.DataFrame | None:
    """A zipped folder that pymrio's ``save_all`` wrote, as a long table; None with findings."""
    try:
        pymrio = import_module("pymrio")
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a system saved by pymrio") from error
    inside = members(file, findings, largest=2 * 1024**3)
    if findings.refusals:
        return None
    with tempfile.TemporaryDirectory(prefix="pactolus.") as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                archive.extractall(folder, members=list(inside))
            top = next(
                p.parent
                for p in sorted(Path(folder).rglob("file_parameters.json"), key=lambda p: len(p.parts))
            )
            saved = pymrio.load_all(top)
            system = _of_saved(saved, findings)
        except Exception as error:  # pymrio raises whatever pandas raises
            found = f"pymrio cannot load it ({type(error).__name__}: {str(error)[:120]})"
            findings.refuse("layout", "the archive", found, "save it again with pymrio's save_all")
            return None
    return None if system is None else long_table(system, findings)


def _of_saved(saved: Any, findings: Findings) -> System | None:
    for name, what in (("Z", "deliveries"), ("Y", "final demand")):
        if getattr(saved, name, None) is None:
            findings.refuse("layout", "the archive", f"no {what} ({name})", "save the system with Z and Y")
    if findings.refusals:
        return None
    year = re.search(
        r"(?:19|20)\d\d", " ".join(str(part) for part in (saved.meta.description, saved.meta.name))
    )
    if year is None:
        findings.refuse(
            "layout",
            "metadata",
            "no year in the name or description",
            "save it with a description such as 'EXIOBASE 2022'",
        )
    units = sorted({str(unit) for unit in saved.unit.iloc[:, 0]}) if saved.unit is not None else []
    for unit in units or ["none"]:
        if not _MILLION.match(unit):
            findings.refuse(
                "unit", "unit", f"unit {unit!r}", "convert the system to million USD, and say so in its unit"
            )
    regions = saved.Z.index.get_level_values(0).map(str)
    sectors = saved.Z.index.get_level_values(1).map(str)
    n = len(regions)
    if saved.Z.shape != (n, n) or list(saved.Z.columns) != list(saved.Z.index):
        findings.refuse(
            "layout",
            "Z",
            f"{saved.Z.shape[0]:,} by {saved.Z.shape[1]:,}, in another order",
            "rows and columns of Z must name the same sectors",
        )
    if findings.refusals or year is None:
        return None
    deliveries = saved.Z.to_numpy(dtype=np.float64)
    demand = saved.Y.to_numpy(dtype=np.float64)
    added, taxes = _factor_inputs(saved, n, findings)
    stated = saved.x.to_numpy(dtype=np.float64)[:, 0] if saved.x is not None else np.full(n, np.nan)
    return System(
        year=int(year[0]),
        sectors=list(zip(regions, sectors, strict=True)),
        deliveries=deliveries,
        demand_of=[str(r) for r in saved.Y.columns.get_level_values(0)],
        demand=demand,
        taxes=taxes,
        added=added,
        output=stated,
    )


def _factor_inputs(saved: Any, n: int, findings: Findings) -> tuple[Array, Array]:
    """Value added and taxes: the extension named for them, else output less inputs."""
    for name in saved.get_extensions():
        extension = saved.__dict__[name]
        if re.search(r"factor.?input|value.?added", name, re.IGNORECASE) and extension.F is not None:
            rows = extension.F
            tax = np.array([bool(_TAXES.match(str(label))) for label in rows.index])
            values = rows.to_numpy(dtype=np.float64)
            return values[~tax].sum(axis=0), values[tax].sum(axis=0)
    if saved.x is None:
        findings.refuse(
            "layout", "the archive", "neither value added nor output (x)", "save the system with one of them"
        )
        return np.zeros(n), np.zeros(n)
    findings.mended("layout", "the archive", "no table of factor inputs", "value added is output less inputs")
    stated = saved.x.to_numpy(dtype=np.float64)[:, 0]
    return stated - saved.Z.to_numpy(dtype=np.float64).sum(axis=0), np.zeros(n)
