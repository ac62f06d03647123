"""Critical Minerals Data Explorer (IEA): supply by country and demand by use, present and outlook, in kt.

Three layouts are read:

- the publisher's workbook ``CM_Data_Explorer*.xlsx``, see `iea_workbook`;
- a JSON file that a carrier makes of it (keys ``totalDemand``, ``supply``, ``cleantechByTech``,
  ``cleantechByMineral``, ``byTechnology``);
- a CSV file of demand (``mineral, technology, scenario, year, demand_kt``).

Sides of the table overlap and are never added up: ``supply``; ``demand`` by use, all uses; ``clean`` and
``clean_total``, clean technologies by technology and in sum; ``technology``, the base case of one technology.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.readers.iea_cells import BASE, GAPS, Cell, tidy
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.numbers import number_in
from pactolus.catalogue.reading.text import (
    UNREADABLE,
    csv_frame,
    decoded,
    find_columns,
    parsed_json,
    read_bytes,
)

__all__ = ["KIND", "edition", "read"]

KIND: Final = Kind(
    id="iea",
    what="IEA Critical Minerals Data Explorer: workbook, or JSON or CSV made of it",
    tables=("outlook",),
    suffixes=(".xlsx", ".json", ".csv"),
    producer="International Energy Agency",
    title="Critical Minerals Data Explorer",
    licence="CC BY 4.0 (as commonly stated; not read at the publisher)",
    link="https://www.iea.org/data-and-statistics/data-tools/critical-minerals-data-explorer",
    ship=False,
)

_STAGES: Final = ("mining", "refining")
_SECTORS: Final = re.compile(
    r"^(?:solar pv|wind|(?:other )?low emissions power generation|electric vehicles|grid battery storage"
    r"|electricity networks|hydrogen technologies|other uses)\b",
    re.IGNORECASE,
)


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Supply and demand as published.

    Returns
    -------
    dict
        ``outlook``: ``series, side, mineral_name, item, country_name, country, scenario, year,
        quantity_kg``; ``series`` is the name in our list (``Graphite: mining``). Sums that the publisher
        prints are compared with their parts and left out.
    """
    if file.suffix.lower() == ".xlsx":
        from pactolus.catalogue.readers.iea_workbook import cells

        found = list(cells(file, findings))
    else:
        text = decoded(read_bytes(file, findings), findings)
        found = list(
            _from_csv(text, findings) if file.suffix.lower() == ".csv" else _from_json(text, findings)
        )
    if not found and not findings.refusals:
        findings.refuse("layout", "the file", "holds no figure", "give the publisher's own file")
    return {"outlook": tidy(found, findings)}


def edition(file: Path) -> Edition:
    """The carrier's line on its source, where a JSON file has one."""
    if file.suffix.lower() != ".json":
        return Edition()
    try:
        said = json.loads(file.read_bytes())["source"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Edition()
    return Edition(edition=" ".join(str(said).split()))


# The carrier's JSON


def _from_json(text: str, findings: Findings) -> Iterator[Cell]:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        for name in sorted({n for n in names if names.count(n) > 1}):
            findings.refuse(
                "key", "the file", f"the name {name!r} stands twice in one object", "keep one of them"
            )
        return dict(found)

    content = parsed_json(text, findings, mend="give the carrier's own file", pairs=pairs) if text else None
    if content is UNREADABLE:
        return
    if not isinstance(content, dict) or not {"supply", "totalDemand"} & set(content):
        if text:
            findings.refuse(
                "layout",
                "the file",
                "has neither 'supply' nor 'totalDemand'",
                "give the file of the data explorer",
            )
        return
    for mineral, stages in _items(content.get("supply"), "supply", findings):
        yield from _supply(mineral, stages, findings)
    for mineral, block in _items(content.get("totalDemand"), "totalDemand", findings):
        yield from _demand("demand", mineral, block, f"totalDemand.{mineral}", findings)
    for mineral, block in _items(content.get("cleantechByTech"), "cleantechByTech", findings):
        yield from _demand("clean", mineral, block, f"cleantechByTech.{mineral}", findings)
    for mineral, series in _items(content.get("cleantechByMineral"), "cleantechByMineral", findings):
        place = f"cleantechByMineral.{mineral}"
        yield from _series("clean_total", mineral, "clean technologies", series, place, findings)
    for name, block in _items(content.get("byTechnology"), "byTechnology", findings):
        minerals = block.get("minerals") if isinstance(block, dict) else block
        for mineral, series in _items(minerals, f"byTechnology.{name}.minerals", findings):
            place = f"byTechnology.{name}.minerals.{mineral}"
            yield from _series("technology", mineral, name, series, place, findings)


def _supply(mineral: str, stages: Any, findings: Findings) -> Iterator[Cell]:
    for stage, block in _items(stages, f"supply.{mineral}", findings):
        where = f"supply.{mineral}.{stage}"
        if stage not in _STAGES:
            findings.refuse("name", where, f"stage {stage!r}", f"a stage is {' or '.join(_STAGES)}")
            continue
        inner = dict(_items(block, where, findings))
        lines = dict(_items(inner.get("countries"), f"{where}.countries", findings))
        lines |= {"Total": inner["total"]} if "total" in inner else {}
        for name, years in lines.items():
            place = f"{where}.total" if name == "Total" else f"{where}.countries.{name}"
            for year, value in _items(years, place, findings):
                figure = _figure(year, value, f"{place}.{year}", findings)
                if figure:
                    yield Cell("supply", mineral, stage, name, BASE, *figure, f"{place}.{year}")


def _demand(side: str, mineral: str, block: Any, place: str, findings: Findings) -> Iterator[Cell]:
    named = {"otherUses": "Other uses", "totalDemand": "Total demand"} if side == "demand" else {}
    for name, inner in _items(block, place, findings):
        if name == "sectors":
            for sector, series in _items(inner, f"{place}.sectors", findings):
                yield from _series(side, mineral, sector, series, f"{place}.sectors.{sector}", findings)
        elif name in named:
            yield from _series(side, mineral, named[name], inner, f"{place}.{name}", findings)


def _series(
    side: str, mineral: str, item: str, series: Any, place: str, findings: Findings
) -> Iterator[Cell]:
    """Figures by year, or by scenario and year; years outside a scenario are the base year."""
    for name, inner in _items(series, place, findings):
        years = [(name, inner)] if not isinstance(inner, dict) else list(inner.items())
        scenario = name if isinstance(inner, dict) else BASE
        for year, value in years:
            where = f"{place}.{name}" if scenario == BASE else f"{place}.{name}.{year}"
            figure = _figure(year, value, where, findings)
            if figure:
                yield Cell(side, mineral, item, "", scenario, *figure, where)


def _items(value: Any, place: str, findings: Findings) -> list[tuple[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, dict):
        findings.refuse(
            "layout", place, f"{str(value)[:40]!r} where names and values should stand", "restore it"
        )
        return []
    return list(value.items())


def _figure(year: Any, value: Any, place: str, findings: Findings) -> tuple[int, float | None] | None:
    if not re.fullmatch(r"(?:19|20)\d\d", str(year)):
        findings.refuse("number", place, f"{str(year)[:20]!r} is no year", "name the year with four digits")
        return None
    if value is None:
        return int(year), None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        findings.refuse("number", place, f"{str(value)[:40]!r} is no number", "correct the value or empty it")
        return None
    number, _, fault = number_in(str(value), GAPS)
    if fault or (number is not None and not math.isfinite(number)):
        findings.refuse("number", place, f"{str(value)[:40]!r} {fault}", "correct the value or empty it")
        return None
    return int(year), number


# Demand as CSV


def _from_csv(text: str, findings: Findings) -> Iterator[Cell]:
    if not text:
        return
    wanted = {n: n for n in ("mineral", "technology", "scenario", "year", "demand_kt")}
    frame = find_columns(csv_frame(text, findings), wanted, findings)
    if findings.refusals:
        return
    _refuse_lost_names(frame, findings)
    if findings.refusals:
        return
    years = [int(y) for y in frame["year"].drop_nulls() if re.fullmatch(r"(?:19|20)\d\d", y)]
    first = str(min(years, default=0))
    for row in frame.iter_rows(named=True):
        place = f"line {row['line']}"
        empty = [n for n in wanted if n != "demand_kt" and row[n] is None]
        if empty:
            findings.refuse("layout", place, f"no {', '.join(empty)}", "complete the line")
            continue
        figure = _figure(row["year"], row["demand_kt"], place, findings)
        if figure:
            mineral = re.sub(r" - Mining$", "", row["mineral"])
            scenario = BASE if row["year"] == first else row["scenario"]
            yield Cell("clean", mineral, row["technology"], "", scenario, *figure, place)


def _refuse_lost_names(frame: pl.DataFrame, findings: Findings) -> None:
    """Refuse sectors that stand where a mineral should, and one scenario that holds the values of two."""
    for name in frame["mineral"].drop_nulls().unique().sort():
        if _SECTORS.match(name):
            rows = frame.filter(pl.col("mineral") == name)
            findings.refuse(
                "name",
                f"line {rows['line'][0]}",
                f"mineral {name!r} in {rows.height} lines: it is a use, the name of the mineral is lost",
                "read the publisher's workbook instead",
            )
    known = frame.filter(~pl.col("mineral").str.contains(f"(?i){_SECTORS.pattern}"))
    uses = known.filter(~pl.col("technology").str.contains(r"(?i)^total\b"))
    key = ["mineral", "technology", "scenario", "year"]
    clash = uses.unique([*key, "demand_kt"], maintain_order=True).filter(pl.struct(key).is_duplicated())
    for scenario in clash["scenario"].unique(maintain_order=True).to_list():
        rows = clash.filter(pl.col("scenario") == scenario)
        findings.refuse(
            "key",
            f"line {rows['line'][0]}",
            f"scenario {scenario!r} has two different values for {rows.n_unique(key)} facts",
            "two scenarios stand under one name: read the publisher's workbook instead",
        )
