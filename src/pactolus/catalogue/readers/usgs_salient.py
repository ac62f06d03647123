"""Salient statistics of the United States in the Mineral Commodity Summaries 2022-2024: one file a commodity.

A row is a year, a column an item, its unit at the end of the heading (``Price_LME_dlb``). Some headings lost
their unit or their words at the publisher: what they mean is a record in ``usgs_headings.csv``. Items carry
the words of MCS 2026 where ``usgs_items.csv`` lists them, else the words of the heading.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.usgs_words import read_numbers, squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_spikes, one_row_a_key
from pactolus.catalogue.reading.text import csv_frame
from pactolus.catalogue.reading.workbooks import open_workbook
from pactolus.errors import near_misses

__all__ = ["Item", "item_of", "of_text", "of_workbook", "with_headings"]

_HERE: Final = Path(__file__).parent
_WEIGHTS: Final[Mapping[str, str]] = {
    "t": "metric tons",
    "kt": "thousand metric tons",
    "mmt": "million metric tons",
    "kg": "kilograms",
    "mct": "million carats",
    "mcm": "million cubic meters",
    "msqft": "million square feet",
    "mdol": "million dollars",
}
_PRICES: Final[Mapping[str, str]] = {
    "dt": "dollars per metric ton",
    "dmtu": "dollars per dry metric ton unit",
    "dkg": "dollars per kilogram",
    "dg": "dollars per gram",
    "dlb": "dollars per pound",
    "ctslb": "cents per pound",
    "dto": "dollars per troy ounce",
    "dtoz": "dollars per troy ounce",
    "dst": "dollars per short ton",
    "dct": "dollars per carat",
    "dfl": "dollars per flask",
    "index": "index",
    "mdol": "million dollars",
}
#: First words of a heading -> words of MCS 2026, and the units that can follow.
_SUBJECTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "usprod": ("Production", _WEIGHTS),
    "prod": ("Production", _WEIGHTS),
    "imports": ("Imports", _WEIGHTS),
    "exports": ("Exports", _WEIGHTS),
    "consump": ("Consumption", _WEIGHTS),
    "shipments": ("Shipments", _WEIGHTS),
    "stocks": ("Stocks", _WEIGHTS),
    "price": ("Price", _PRICES),
    "employment": ("Employment", {"num": "number"}),
    "nir": ("Net import reliance", {"pct": "percent"}),
}
_ALL: Final = {**_WEIGHTS, **_PRICES, "num": "number", "pct": "percent"}
_FIRST: Final = ("DataSource", "Commodity", "Year")
_LESS: Final = re.compile(r"^less than (?:a |one-)?half unit\b|^less than [\d,.]+ (?:tons|carats)\b", re.I)
_YEAR: Final = re.compile(r"^20\d\d$|^19\d\d$")
_LONG: Final = {
    "raw_material": pl.String, "item": pl.String, "year": pl.Int64, "printed": pl.String, "unit": pl.String,
    "is_price": pl.Boolean, "line": pl.Int64, "column": pl.String,
}  # fmt: skip
_SHEET: Final = re.compile(r"salient", re.I)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column: `words` as its heading has them, and the unit in full."""

    column: str
    words: str
    unit: str
    is_price: bool


def item_of(heading: str) -> Item | str:
    """What a heading says, or in words why it cannot be understood.

    Examples
    --------
    >>> item_of("Price_LME_dlb").unit, item_of("NIR_t")
    ('dollars per pound', "'t' is no unit of net import reliance; it is pct")
    """
    words, _, unit = heading.rpartition("_")
    tokens = [token for token in words.split("_") if token]
    subject = next((_SUBJECTS[t.casefold()] for t in tokens if t.casefold() in _SUBJECTS), None)
    unit = unit.strip()
    if not tokens or unit.casefold() not in _ALL:
        near = near_misses(unit.casefold(), _ALL)
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        return f"ends with no unit that is known{hint}"
    if subject and unit.casefold() not in subject[1]:
        return f"{unit!r} is no unit of {subject[0].casefold()}; it is {' or '.join(list(subject[1])[:4])}"
    said = [_SUBJECTS[t.casefold()][0] if t.casefold() in _SUBJECTS else t for t in tokens]
    price = any(t.casefold() == "price" for t in tokens)
    units = _PRICES if price else _ALL
    full = units.get(unit.casefold(), _ALL[unit.casefold()])
    # One price may stand in two units: its unit is part of its name, as in MCS 2026.
    words_said = _phrase([*said[:1], full, *said[1:]]) if price and said[0] == "Price" else _phrase(said)
    return Item(column=heading, words=words_said, unit=full, is_price=price)


def _phrase(words: Sequence[str]) -> str:
    head, *rest = words
    return f"{head}: {' '.join(rest)}" if rest else head


@cache
def _records() -> Mapping[str, Mapping[int, tuple[str, str]]]:
    """File (without ending) -> column, from 1 -> heading as published, heading as meant."""
    found: dict[str, dict[int, tuple[str, str]]] = {}
    with (_HERE / "usgs_headings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["file"], {})[int(row["column"])] = (row["heading"], row["read_as"])
    return found


def with_headings(text: str, stem: str, findings: Findings) -> str:
    """The text with those headings put right that are known to be wrong at the publisher."""
    known = _records().get(stem.casefold().removeprefix("\ufeff"), {})
    if not known:
        return text
    head, newline, body = text.partition("\n")
    try:
        cells = next(csv.reader(io.StringIO(head, newline="")))
    except (csv.Error, StopIteration):
        return text
    for column, (published, meant) in known.items():
        if column <= len(cells) and cells[column - 1].strip() == published:
            shown = repr(published) if published else "an empty heading"
            findings.mended(
                "column",
                f"line 1, column {column}",
                shown,
                f"read as {meant!r}, a fault known at the publisher",
            )
            cells[column - 1] = meant
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue() + newline + body


@cache
def _listed() -> Mapping[tuple[str, str], tuple[str, str]]:
    """(commodity, words of the heading) -> commodity and item of MCS 2026."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with (_HERE / "usgs_items.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["commodity"].casefold(), row["words"].casefold()] = (row["raw_material"], row["item"])
    return found


def of_text(text: str, stem: str, edition: int | None, findings: Findings) -> dict[str, pl.DataFrame]:
    """Tables of a salient file as text, see `usgs.read`."""
    return tables(csv_frame(with_headings(text, stem, findings), findings), edition, findings)


def of_workbook(file: Path, edition: int | None, findings: Findings) -> dict[str, pl.DataFrame]:
    """Tables of a salient file as a workbook: the sheet that is named after it is read."""
    book = open_workbook(file, findings)
    if book is None:
        return {}
    sheets = [name for name in book.names if _SHEET.search(name)]
    tidy = [name for name in sheets if re.search(r"csv$|_salient$", name, re.I)]
    chosen = next(iter(tidy or sheets or book.names), "")
    if len(book.names) > 1:
        findings.mended(
            "layout",
            "the workbook",
            f"has {len(book.names)} sheets",
            f"read {chosen!r}, the others are not read",
        )
    raw = book.sheet(chosen).table(0, findings)
    return tables(raw, edition, findings) if not findings.refusals else {}


def tables(raw: pl.DataFrame, edition: int | None, findings: Findings) -> dict[str, pl.DataFrame]:
    """``statistics`` and ``prices_annual`` of one salient table."""
    folded = {squeezed(name).casefold(): name for name in raw.columns}
    for heading in _FIRST:
        if heading.casefold() not in folded:
            near = near_misses(heading, raw.columns)
            hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
            findings.refuse(
                "column",
                "line 1",
                f"no column {heading!r}{hint}",
                "give the file in the publisher's layout, or rename the column",
            )
    items = _items(raw, findings)
    if findings.refusals:
        return {}
    columns = {name: folded[name.casefold()] for name in _FIRST}
    rows = _dated(_filled(raw, columns, findings), columns, findings)
    told = _edition(rows[columns["DataSource"]], edition, findings)
    statistics = _facts(rows, columns, items, told - 1, findings)
    key = ("raw_material", "item", "country_name", "year")
    lines = statistics["line"].to_list()
    kept = one_row_a_key(statistics, key, ("value", "unit"), findings, lambda n: f"line {lines[n]}")
    left = kept["line"].to_list()
    doubt_spikes(kept, ("raw_material", "item"), "year", "value", findings, lambda n: f"line {left[n]}")
    kept = kept.with_columns(edition_year=pl.lit(told, pl.Int64))
    return {
        "statistics": kept.drop("line", "is_price"),
        "prices_annual": kept.filter("is_price").select(
            pl.concat_str("raw_material", "item", separator=": ").alias("series"),
            "year",
            pl.col("value").alias("price"),
            "unit",
            "flag",
            "edition_year",
        ),
    }


def _items(raw: pl.DataFrame, findings: Findings) -> list[Item]:
    first = {name.casefold() for name in _FIRST} | {"line"}
    items: list[Item] = []
    for number, name in enumerate(raw.columns, start=1):
        if squeezed(name).casefold() in first:
            continue
        filled = raw.filter(pl.col(name).is_not_null())
        if name.startswith("column_"):
            if filled.height:
                findings.refuse(
                    "column",
                    f"line 1, column {number}",
                    f"{filled.height} cells stand in a column without a heading, first {filled[name][0]!r}",
                    "name the column, or remove it",
                )
            continue
        item = item_of(name)
        if isinstance(item, str):
            findings.refuse(
                "unit",
                f"line 1, column {number}",
                f"{name!r} {item}",
                "write the heading as the publisher does",
            )
        else:
            items.append(item)
    if not items and not findings.refusals:
        findings.refuse("column", "line 1", "no column of statistics", "give the publisher's own file")
    return items


def _filled(rows: pl.DataFrame, columns: Mapping[str, str], findings: Findings) -> pl.DataFrame:
    for name in ("Commodity", "Year"):
        for line in rows.filter(pl.col(columns[name]).is_null())["line"].to_list():
            findings.refuse(
                "layout", f"line {line}, column {name!r}", "is empty", "restore the cell, or remove the line"
            )
    return rows.filter(pl.all_horizontal(pl.col(columns[n]).is_not_null() for n in ("Commodity", "Year")))


def _dated(rows: pl.DataFrame, columns: Mapping[str, str], findings: Findings) -> pl.DataFrame:
    dated = [bool(_YEAR.match(year)) for year in rows[columns["Year"]].to_list()]
    for year, line, good in zip(rows[columns["Year"]], rows["line"], dated, strict=True):
        if not good:
            findings.refuse(
                "number", f"line {line}, column 'Year'", f"{year!r} is no year", "correct the year"
            )
    return rows.filter(pl.Series(dated, dtype=pl.Boolean))


def _edition(sources: pl.Series, edition: int | None, findings: Findings) -> int:
    said = {re.sub(r"\D", "", source) for source in sources.drop_nulls()}
    editions = {int(year) for year in said if _YEAR.match(year)}
    if edition is not None and editions - {edition}:
        findings.refuse(
            "layout",
            "column 'DataSource'",
            f"says {', '.join(map(str, sorted(editions)))}, the file name says {edition}",
            "rename the file",
        )
    if edition is None and not editions:
        findings.refuse(
            "layout",
            "column 'DataSource'",
            "names no edition, and the file name does not either",
            "name the file as the publisher does: mcs2024-cobal_salient.csv",
        )
    return edition or max(editions, default=0)


def _facts(
    rows: pl.DataFrame, columns: Mapping[str, str], items: Sequence[Item], last: int, findings: Findings
) -> pl.DataFrame:
    """One row a year and item; figures of the last year are estimates."""
    found: list[tuple[str, str, int, str | None, str, bool, int, str]] = []
    for row in rows.iter_rows(named=True):
        commodity, year = squeezed(row[columns["Commodity"]]), int(row[columns["Year"]])
        for item in items:
            own = (commodity, item.words)
            material, words = _listed().get((commodity.casefold(), item.words.casefold()), own)
            cell = _cell(row[item.column], item.unit)
            found.append((material, words, year, cell, item.unit, item.is_price, row["line"], item.column))
    table = pl.DataFrame(found, schema=_LONG, orient="row")

    def place(n: int) -> str:
        return f"line {found[n][6]}, column {found[n][7]!r}"

    read = read_numbers(table, "printed", findings, place, at_least=None)
    for n, (value, is_price) in enumerate(read.select("value", "is_price").iter_rows()):
        if is_price and value is not None and value < 0:
            findings.refuse("range", place(n), f"{value:g} is below 0", "correct the cell or empty it")
    estimated = pl.col("value").is_not_null() & (pl.col("year") == last)
    return read.with_columns(
        country_name=pl.lit("United States"),
        country=pl.lit("USA"),
        flag=pl.coalesce("flag", pl.when(estimated).then(pl.lit("e"))),
    ).drop("printed", "column")


def _cell(cell: str | None, unit: str) -> str | None:
    """The cell without a percent sign; ``Less than 50,000 tons`` is the word for less than a unit."""
    text = squeezed(cell)
    if _LESS.match(text):
        return "s"
    return (text.removesuffix("%") if unit == "percent" else text) or None
