"""CEPII GeoDist: distances between countries (``dist_cepii``), ``.`` is a gap.

The publisher gives a workbook of old (``dist_cepii.xls``), to be saved as ``.xlsx`` or as text first; copies
as text have semicolons or commas.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.harmonise import to_iso3
from pactolus.catalogue.readers.kinds import Kind
from pactolus.catalogue.reading.archives import is_zip
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import complete_columns, read_csv
from pactolus.catalogue.reading.workbooks import open_workbook

__all__ = ["KIND", "distances", "read"]

KIND: Final = Kind(
    id="distances",
    what="CEPII GeoDist: distances between countries (dist_cepii as text or workbook)",
    tables=("distances",),
    suffixes=("dist_cepii.xls", "dist_cepii.xlsx", "dist_cepii.csv", "dist_cepii.txt"),
    producer="CEPII",
    title="GeoDist: distances between countries",
    licence="Etalab Open Licence 2.0 (as commonly stated; not read in the file)",
    link="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6",
)

_BOOKS: Final = (".xls", ".xlsx")
_COLUMNS: Final = {
    "iso_o": "origin",
    "iso_d": "destination",
    "dist": "distance",
    "distw": "weighted",
}
_GAP: Final = Words(gaps={".": "", "NA": "", "..": ""}, bounds=False)
#: Half the girth of the earth is 20,004 to 20,038 km.
_FARTHEST: Final = 20_100.0
#: Relative difference between both directions that rounding explains.
_BOTH_WAYS: Final = 0.01


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Distances in km, both directions; the distance of a country to itself is left out.

    Returns
    -------
    dict of DataFrame
        ``distances``: ``origin, destination, distance_km, weighted_km, place``, whole kilometres.
        ``distance_km`` lies between the largest cities and is always given; ``weighted_km`` weights cities by
        population and is missing for some territories.
    """
    table = to_iso3(_exact(file, findings), "geodist", "origin", "destination")
    table = table.filter(pl.col("origin").is_not_null() & pl.col("destination").is_not_null())
    for column in ("origin", "destination"):
        place = table["place"].to_list().__getitem__
        table = add_country(table, column, findings, place, to=column)
    findings.refuse_empty(table.height, "give dist_cepii as CEPII publishes it")
    known = table.filter(pl.col("origin").is_not_null() & pl.col("destination").is_not_null())
    return {"distances": known.with_columns(pl.col("distance_km", "weighted_km").round().cast(pl.Int64))}


def _exact(file: Path, findings: Findings) -> pl.DataFrame:
    """Distances as printed, under CEPII's codes."""
    if file.suffix.casefold() in _BOOKS or is_zip(file):
        book = open_workbook(file, findings)
        sheet = book.sheet(book.names[0]) if book and book.names else None
        if sheet is None or not sheet.frame.height:
            return _checked(_empty(), findings)
        header = sheet.find(list(_COLUMNS), 2) or 0
        raw, head = sheet.table(header, findings), sheet.place(header)
        where = f"sheet '{sheet.name}', row {{}}"
    else:
        raw, head, where = read_csv(file, findings, separator=";"), "line 1", "line {}"
    named = complete_columns(raw, _COLUMNS, findings, place=head)
    return _checked(named.with_columns(place=pl.format(where, pl.col("line"))), findings)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys((*_COLUMNS.values(), "place"), pl.String))


def _checked(named: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    place = named["place"].to_list().__getitem__
    for row in (named["origin"].is_null() | named["destination"].is_null()).arg_true().to_list():
        findings.refuse("name", place(row), "a country code is missing", "write it or remove the line")
    both = named
    for column, value in (("distance", "distance_km"), ("weighted", "weighted_km")):
        both = add_number(both, column, _GAP, findings, place, value=value, flag="_")
        for row in (both[value] > _FARTHEST).arg_true().to_list():
            findings.refuse(
                "range",
                place(row),
                f"{both[column][row]!r} km is more than half around the earth",
                "distances are in kilometres",
            )
    apart = both.filter(pl.col("origin") != pl.col("destination"))
    place = apart["place"].to_list().__getitem__
    for row in apart["distance"].is_in(list(_GAP.gaps)).fill_null(value=True).arg_true().to_list():
        findings.refuse("number", place(row), "no distance", "the publisher gives one for every pair")
    table = apart.select("origin", "destination", "distance_km", "weighted_km", "place")
    unique = one_row_a_key(table, ("origin", "destination"), ("distance_km", "weighted_km"), findings, place)
    _compare_directions(unique, findings)
    return unique


def _compare_directions(table: pl.DataFrame, findings: Findings) -> None:
    """Doubt pairs whose two directions differ: a slip of one of them."""
    back = table.select(origin="destination", destination="origin", back="distance_km")
    pairs = table.filter(pl.col("origin") < pl.col("destination")).join(
        back, on=["origin", "destination"], how="inner", maintain_order="left"
    )
    far = (pl.col("distance_km") - pl.col("back")).abs() > _BOTH_WAYS * pl.max_horizontal(
        "distance_km", "back"
    )
    for row in pairs.filter(far).iter_rows(named=True):
        one, other = f"{row['distance_km']:,.0f}", f"{row['back']:,.0f}"
        findings.doubt(
            "slip",
            row["place"],
            f"{row['origin']} to {row['destination']} is {one} km, back it is {other} km",
            "correct the wrong one; accepted, both are kept",
        )


def distances(file: Path) -> pl.DataFrame:
    """Distances in km as printed, under CEPII's codes: ``origin, destination, distance_km, weighted_km``.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    table = _exact(file, findings)
    findings.require_usable()
    return table.drop("place")
