"""British Geological Survey, World Mineral Statistics: the CSV of its data service, 28 columns.

One row a country, commodity, form and year; the year is a timestamp. A commodity and its forms
(``lithium minerals: Spodumene``, ``lithium minerals: Carbonate``) are separate series in bases of their own
and are never added up. ``...`` is a figure that is not available, a code ``N`` a quantity under half a unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.readers.usgs_words import spelling, squeezed
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_spikes, one_row_a_key
from pactolus.catalogue.reading.names import add_country, as_known, known_countries
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import find_columns, read_csv

__all__ = ["KIND", "edition", "read"]

KIND: Final = Kind(
    id="bgs",
    what="British Geological Survey, World Mineral Statistics: production by country",
    tables=("production",),
    suffixes=(".csv",),
    producer="British Geological Survey",
    title="World Mineral Statistics",
    licence="Open Government Licence (as stated by a carrier; not read at the publisher)",
    link="https://www.bgs.ac.uk/mineralsuk/statistics/world-mineral-statistics/",
)

_COLUMNS: Final[Mapping[str, str]] = {
    "bgs_statistic_type_trans": "statistic",
    "bgs_commodity_trans": "commodity",
    "bgs_sub_commodity_trans": "form",
    "country_trans": "country_name",
    "country_iso3_code": "code",
    "year": "timestamp",
    "quantity": "printed",
    "units": "published_unit",
    "sdmx_code": "status",
    "concat_figure_notes_text": "notes",
}
_OPTIONAL: Final = ("bgs_sub_commodity_trans", "country_iso3_code", "concat_figure_notes_text")
_SCHEMA: Final = {
    "raw_material": pl.String, "country_name": pl.String, "country": pl.String, "year": pl.Int64,
    "quantity": pl.Int64, "unit": pl.String, "flag": pl.String,
}  # fmt: skip
_WORDS: Final = Words(gaps={"...": "NA", "…": "NA", "NA": "NA", "W": "W"}, zeros=("-----", "—"), bounds=False)
_UNIT: Final = re.compile(
    r"^(?P<times>thousand |million )?(?P<what>tonnes|kilograms|carats|cubic metres)(?: \([^)]*\))?$", re.I
)
_BASE: Final = {
    "tonnes": ("kg", 1000),
    "kilograms": ("kg", 1),
    "carats": ("ct", 1),
    "cubic metres": ("m3", 1),
}
_TIMES: Final = {"": 1, "thousand": 1_000, "million": 1_000_000}
_YEAR: Final = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:-01-01(?:[ T]00:00:00(?:\.0+)?Z?)?)?$")
_STATUS: Final = {"A": None, "O": "NA", "N": "s", "E": "e", "P": "p"}
"""Code of the observation -> flag; ``A`` is a normal value."""
#: Codes of the publisher that are no ISO 3166 code and mean the country they stand beside.
_CODES: Final = {"ZAR": "COD", "1A0": "XKX"}


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Production by country and year in base units.

    Returns
    -------
    dict
        ``production``: ``raw_material, country_name, country, year, quantity, unit, flag``. `raw_material` is
        the commodity, with the form behind a colon. Flags: e estimated, s under half a unit, NA not
        available.
    """
    rows = find_columns(read_csv(file, findings), _COLUMNS, findings, optional=_OPTIONAL)
    if findings.refusals:
        return {"production": pl.DataFrame(schema=_SCHEMA)}
    rows = _dated(_filled(_of_production(rows, findings), findings), findings)
    rows = _figures(rows, findings)
    rows = _in_base_units(rows, findings)
    named = add_country(rows, "country_name", findings, _place(rows, "country_trans"))
    _check_codes(named, findings)
    known = known_countries()
    tidy = named.with_columns(
        raw_material=pl.when(pl.col("form").is_null())
        .then("commodity")
        .otherwise(pl.concat_str("commodity", "form", separator=": ")),
        country_name=pl.col("country_name").map_elements(
            lambda name: spelling(as_known(name, known)), pl.String
        ),
    )
    one = _one_a_key(tidy, findings)
    doubt_spikes(one, ("raw_material", "country_name"), "year", "quantity", findings, _place(one, "quantity"))
    return {"production": one.select(list(_SCHEMA)).cast(_SCHEMA)}  # type: ignore[arg-type]


def edition(file: Path) -> Edition:
    """The file says nothing of its edition."""
    return Edition()


def _place(rows: pl.DataFrame, heading: str) -> Callable[[int], str]:
    lines = rows["line"].to_list()
    return lambda n: f"line {lines[n]}, column {heading!r}"


def _of_production(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    made = pl.col("statistic").str.to_lowercase() == "production"
    other = rows.filter(~made.fill_null(value=False))
    for name in sorted(set(other["statistic"].fill_null("").to_list())):
        some = other.filter(pl.col("statistic").fill_null("") == name)
        findings.mended(
            "layout",
            f"line {some['line'][0]}, column 'bgs_statistic_type_trans'",
            f"{some.height} rows of {name!r}",
            "left out: production is read",
            times=some.height,
        )
    kept = rows.filter(made)
    if not kept.height:
        findings.refuse(
            "layout", "the file", "holds no row of production", "give a file of the production of a commodity"
        )
    return kept


def _filled(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    headings = {ours: heading for heading, ours in _COLUMNS.items()}
    needed = ("commodity", "country_name", "timestamp")
    for column in needed:
        for line in rows.filter(pl.col(column).is_null())["line"].to_list():
            findings.refuse(
                "layout",
                f"line {line}, column {headings[column]!r}",
                "is empty",
                "restore the cell, or remove the line",
            )
    return rows.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in needed))


def _dated(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    years = [_YEAR.match(squeezed(stamp)) for stamp in rows["timestamp"].to_list()]
    for n, match in enumerate(years):
        if match is None:
            findings.refuse(
                "number",
                f"line {rows['line'][n]}, column 'year'",
                f"{rows['timestamp'][n]!r} is no year, and not the first day of one",
                "write the year, or its first day: 2023-01-01",
            )
    told = [int(match["year"]) if match else None for match in years]
    return rows.with_columns(year=pl.Series(told, dtype=pl.Int64)).filter(pl.col("year").is_not_null())


def _figures(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Numbers with the flag of their code or notes; a quantity under half a unit is a gap."""
    read = add_number(rows, "printed", _WORDS, findings, _place(rows, "quantity"))
    codes = rows["status"].to_list()
    for n, code in enumerate(codes):
        if code is not None and code not in _STATUS:
            findings.refuse(
                "number",
                f"line {rows['line'][n]}, column 'sdmx_code'",
                f"code {code!r} is none that this publisher uses",
                f"write one of {', '.join(_STATUS)}",
            )
    said = pl.Series([_STATUS.get(code or "A") for code in codes], dtype=pl.String)
    estimated = pl.col("notes").fill_null("").str.contains(r"(?i)\bestimate")
    return read.with_columns(
        value=pl.when(pl.lit(said).eq_missing("s")).then(None).otherwise("value"),
        flag=pl.coalesce(
            "flag", pl.lit(said), pl.when(estimated & pl.col("value").is_not_null()).then(pl.lit("e"))
        ),
    )


def _in_base_units(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    known = {unit: _base(unit) for unit in rows["published_unit"].unique().to_list()}
    for unit in sorted(u or "" for u, base in known.items() if base is None):
        some = rows.filter(pl.col("published_unit").fill_null("") == unit)
        findings.refuse(
            "unit",
            f"line {some['line'][0]}, column 'units'",
            f"unit {unit!r} of {some['commodity'][0]} is not known ({some.height} rows)",
            "write it as the publisher does: tonnes (metric), kilograms (metal content), carats ...",
        )
    bases = [known[unit] or ("", 0) for unit in rows["published_unit"].to_list()]
    factor = pl.Series([float(times) for _, times in bases], dtype=pl.Float64)
    quantity = (pl.col("value") * factor).round()
    return rows.with_columns(
        unit=pl.Series([base for base, _ in bases], dtype=pl.String),
        quantity=pl.when(quantity < 2**62).then(quantity).cast(pl.Int64),
    )


def _base(unit: str | None) -> tuple[str, int] | None:
    match = _UNIT.match(squeezed(unit))
    if match is None:
        return None
    base, factor = _BASE[match["what"].casefold()]
    return base, factor * _TIMES[(match["times"] or "").strip().casefold()]


def _check_codes(named: pl.DataFrame, findings: Findings) -> None:
    """The name decides where the publisher's code is another country's."""
    odd = named.filter(
        pl.col("code").is_not_null()
        & pl.col("country").is_not_null()
        & (pl.col("code").replace(_CODES) != pl.col("country"))
    )
    for (name, code), rows in odd.group_by("country_name", "code", maintain_order=True):
        findings.mended(
            "name",
            f"line {rows['line'][0]}, column 'country_iso3_code'",
            f"{name!r} has the code {code} ({rows.height} rows)",
            f"read as {rows['country'][0]}, by its name",
            times=rows.height,
        )


def _one_a_key(tidy: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """One row a country and year: of two names of one country the gap gives way, two figures are doubted."""
    key = ("raw_material", "country", "year")
    sure = tidy.filter(pl.col("country").is_not_null())
    figures = pl.col("quantity").is_not_null().sum().over(key)
    gives_way = sure.select(
        (pl.len().over(key) > 1) & (figures == 1) & pl.col("quantity").is_null()
    ).to_series()
    for name, year, material, line in (
        sure.filter(gives_way).select("country_name", "year", "raw_material", "line").iter_rows()
    ):
        findings.mended(
            "key",
            f"line {line}",
            f"{material} {year} stands under two names of one country; {name!r} has no figure",
            "the other row is taken",
        )
    kept = sure.filter(~gives_way)
    return one_row_a_key(kept, key, ("quantity", "unit", "flag"), findings, _place(kept, "quantity"))
