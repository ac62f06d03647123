"""Any spreadsheet (workbook or text file) through a mapping file: customs extracts, national statistics.

The file that a build is given is the mapping, see `mapping`; the files it names lie beside it, and each is a
part that is read on its own. Places in findings name the file and cell, or the line of the mapping.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.readers.comtrade import REPORTED, add_hs92
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.readers.mapping import SheetMapping, load
from pactolus.catalogue.readers.mapping_yaml import did_you_mean
from pactolus.catalogue.readers.spreadsheet_cells import Cells, Fact, facts
from pactolus.catalogue.readers.spreadsheet_values import Judge, Row
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.specs import TABLES
from pactolus.terms.countries import WORLD

__all__ = ["KIND", "companions", "edition", "parts", "read"]

KIND: Final = Kind(
    id="spreadsheet",
    what="any spreadsheet, through a mapping file in YAML that names the files beside it",
    tables=("trade_reported", "production", "prices_monthly", "prices_annual", "statistics"),
    suffixes=(".yaml", ".yml"),
    producer="named in the mapping",
    title="named in the mapping",
    licence="named in the mapping",
    link="named in the mapping",
    ship=False,
)

_TYPES: Final[Mapping[str, Any]] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
}
_MORE_THAN_TOTAL: Final = 1.01

_MOST_FILES: Final = 500


def companions(file: Path) -> list[Path]:
    """The data files that a mapping names: they are read with it, and kept with it."""
    mapping = load(file, Findings(file=file.name))
    return [] if mapping is None else [file.parent / name for name in _named(file, mapping)]


def parts(file: Path, findings: Findings) -> list[str]:
    """Names of the data files beside the mapping; a name that fits none is refused."""
    mapping = load(file, findings)
    if mapping is None:
        return []
    names = _named(file, mapping)
    there = [p.name for p in file.parent.iterdir() if p.is_file()] if file.parent.is_dir() else []
    for wanted in mapping.files:
        if not fnmatch.filter(names, wanted):
            findings.refuse(
                "layout",
                mapping.place("files"),
                f"no file {wanted!r} beside the mapping{did_you_mean(wanted, there)}",
                "put the file beside its mapping, or correct the name",
            )
    if len(names) > _MOST_FILES:
        findings.refuse("range", mapping.place("files"), f"{len(names):,} files", f"at most {_MOST_FILES}")
    return names if not findings.refusals else []


def _named(file: Path, mapping: SheetMapping) -> list[str]:
    if not file.parent.is_dir():
        return []
    there = sorted(p.name for p in file.parent.iterdir() if p.is_file() and p.name != file.name)
    return sorted({name for wanted in mapping.files for name in fnmatch.filter(there, wanted)})


def edition(file: Path) -> Edition:
    """What the mapping says of the publisher."""
    mapping = load(file, Findings(file=file.name))
    if mapping is None:
        return Edition()
    return Edition(
        edition=mapping.edition or ", ".join(_named(file, mapping))[:200],
        published=mapping.published,
        producer=mapping.producer,
        title=mapping.title,
        licence=mapping.licence,
        link=mapping.link,
    )


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Facts of one data file.

    Parameters
    ----------
    file : path
        The mapping.
    part : str
        Name of a data file beside it; empty for all of them.

    Returns
    -------
    dict
        One table, the target of the mapping, with the columns of its specification.
    """
    mapping = load(file, findings)
    if mapping is None:
        return {}
    names = [part] if part else parts(file, findings)
    frames = [_one(file.parent / name, mapping, findings) for name in names]
    if not frames:
        return {}
    return {mapping.table: pl.concat(frames)}


def _one(file: Path, mapping: SheetMapping, findings: Findings) -> pl.DataFrame:
    cells, found, totals = facts(file, mapping, findings)
    judge = Judge(cells, mapping, findings)
    rows = [row for fact in found if (row := judge.row(fact)) is not None]
    judge.tell()
    if mapping.table == "trade_reported" and not findings.refusals:
        _compare_totals(totals, rows, cells, mapping, findings)
    return _table(rows, cells, mapping, findings)


def _compare_totals(
    totals: Sequence[Fact], rows: Sequence[Row], cells: Cells, mapping: SheetMapping, findings: Findings
) -> None:
    """Doubt partners that add up to more than the row that the file calls their sum.

    Less is no fault: an extract may hold the largest partners only.
    """
    aside = Judge(cells, mapping, Findings(file=findings.file))
    printed: dict[tuple[object, ...], Row] = {}
    for fact in totals:
        row = aside.row(Fact(fact.row, fact.cells | {"partner": WORLD}, fact.at))
        # A part of the table may have a total of its own: the largest is that of all partners.
        if row and (row["value_usd"] or 0) >= (printed.get(_fact_key(row), {}).get("value_usd") or 0):
            printed[_fact_key(row)] = row
    added: dict[tuple[object, ...], int] = {}
    for row in rows if printed else ():
        for name in ("value_usd", "quantity_kg"):
            key = (name, *_fact_key(row))
            added[key] = added.get(key, 0) + (row[name] or 0)
    for key, total in printed.items():
        for name, unit in (("value_usd", "USD"), ("quantity_kg", "kg")):
            parts = added.get((name, *key), 0)
            if total[name] and parts > _MORE_THAN_TOTAL * total[name]:
                findings.doubt(
                    "total",
                    total["_place"],
                    f"the sum is {total[name]:,} {unit}, its partners add up to {parts:,}",
                    "look for a value in another unit, or a row that stands twice",
                )


def _fact_key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("reporter", "flow", "code", "year", "month"))


def _table(rows: list[Row], cells: Cells, mapping: SheetMapping, findings: Findings) -> pl.DataFrame:
    """The facts as the target table, one row a key."""
    spec = TABLES[mapping.table]
    names = [name for name in spec.columns if name != "hs_code"]
    types = {name: _TYPES[spec.columns[name].dtype] for name in names}
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in (*names, "_place")},
        schema={**types, "_place": pl.String},
        strict=True,
    )
    key = [name for name in spec.key if name in names]
    values = [name for name in names if name not in key]
    if mapping.add_up and mapping.table == "trade_reported":
        frame = _added_up(frame, key, findings)
    places = frame["_place"].to_list()
    frame = one_row_a_key(frame, key, values, findings, lambda row: str(places[row])).drop("_place")
    if mapping.table == "trade_reported":
        return add_hs92(frame).select(REPORTED)
    return frame


def _added_up(frame: pl.DataFrame, key: Sequence[str], findings: Findings) -> pl.DataFrame:
    """Rows of one fact added up (by customs office, say); a weight is empty where one of them is."""
    summed = frame.group_by(key, maintain_order=True).agg(
        *(
            pl.when(pl.col(c).is_not_null().all()).then(pl.col(c).sum()).alias(c)
            for c in ("quantity_kg", "value_usd")
        ),
        pl.col("estimated").any(),
        pl.col("_place").first(),
    )
    if summed.height < frame.height:
        findings.mended(
            "key",
            str(frame["_place"][0]),
            f"{frame.height:,} rows for {summed.height:,} facts",
            "added up, as the mapping says",
        )
    return summed.select(frame.columns)
