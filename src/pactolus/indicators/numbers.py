"""Ids of the numbers of `assess`: what was asked, so that an id can be read, and asked again.

``geopolrisk/cobalt/mixed/KOR/2023@b8b3e645a6ad``: method, mineral, stage, importer, year, and the first
characters of the vintage. A world row of production names its series
(``hhi/cobalt/ore/WLD/2023/wmd:Cobalt``), a convention follows the method after ``~``, a column of
``--detail`` the whole after ``#``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from pactolus.errors import OptionError, UnknownTermError
from pactolus.indicators.methods import CONVENTIONS, METHODS
from pactolus.terms.countries import entity
from pactolus.terms.minerals import mineral
from pactolus.terms.stages import STAGES

__all__ = ["VINTAGE_LENGTH", "Number", "is_number_id", "number_ids", "read_number_id"]

#: Characters of the vintage in an id.
VINTAGE_LENGTH: Final = 12
_FORM: Final = re.compile(
    r"(?P<method>[a-z0-9-]+)(?:~(?P<convention>[^/@#]+))?/(?P<mineral>[^/@#]+)/(?P<stage>[^/@#]+)"
    r"/(?P<importer>[^/@#]+)/(?P<year>[0-9]{4})(?:/(?P<source>[^:/@#]+):(?P<raw_material>[^@#]+))?"
    r"(?:#(?P<column>\w+))?(?:@(?P<vintage>[0-9a-f]*))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of `assess`, as its id names it."""

    method: str
    mineral: str
    stage: str
    importer: str
    year: int
    source: str = ""
    raw_material: str = ""
    convention: str = ""
    column: str = "value"
    vintage: str = ""

    @property
    def id(self) -> str:
        """The id in its one spelling."""
        method = f"{self.method}~{self.convention}" if self.convention else self.method
        series = f"/{self.source}:{self.raw_material}" if self.raw_material else ""
        column = "" if self.column == "value" else f"#{self.column}"
        vintage = f"@{self.vintage}" if self.vintage else ""
        place = f"{method}/{self.mineral}/{self.stage}/{self.importer}/{self.year}"
        return f"{place}{series}{column}{vintage}"


def is_number_id(text: str) -> bool:
    """Has the text the form of such an id (and not that of a figure of a brief)?"""
    return "/" in text


def read_number_id(text: str) -> Number:
    """The number that an id names; aliases of minerals and countries are accepted.

    Raises
    ------
    OptionError
        If the text has another form.
    UnknownTermError
        If a part of it is not in the vocabulary, with near misses.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise OptionError(
            f"{text!r} is no id of a number; write method/mineral/stage/importer/year, such as "
            "geopolrisk/cobalt/mixed/KOR/2023, or give the id of a figure of a brief"
        )
    part = {k: v or "" for k, v in found.groupdict().items()}
    for kind, known in (("method", METHODS), ("stage", STAGES)):
        if part[kind] not in known:
            raise UnknownTermError.of(kind, part[kind], known, where=text)
    if part["convention"] and part["convention"] not in CONVENTIONS:
        raise UnknownTermError.of("convention", part["convention"], CONVENTIONS, where=text)
    return Number(
        method=part["method"],
        mineral=mineral(part["mineral"]).id,
        stage=part["stage"],
        importer=entity(part["importer"]).id,
        year=int(part["year"]),
        source=part["source"],
        raw_material=part["raw_material"],
        convention=part["convention"],
        column=part["column"] or "value",
        vintage=part["vintage"],
    )


def number_ids(rows: pl.DataFrame, convention: str = "") -> pl.Series:
    """Ids of the rows of `assess`.

    Parameters
    ----------
    rows : DataFrame[method, mineral, stage, importer, year, vintage, ...]
        With ``source`` and ``raw_material`` where `assess` was asked for detail.
    convention : str

    Returns
    -------
    Series of str
    """
    method = pl.col("method") + (f"~{convention}" if convention else "")
    place = pl.concat_str(method, "mineral", "stage", "importer", "year", separator="/")
    series = pl.lit("")
    if {"source", "raw_material"} <= set(rows.columns):
        named = pl.concat_str(pl.lit("/"), "source", pl.lit(":"), "raw_material")
        world = (pl.col("importer") == "WLD") & pl.col("raw_material").is_not_null()
        series = pl.when(world).then(named).otherwise(pl.lit(""))
    vintage = pl.lit("@") + pl.col("vintage").str.slice(0, VINTAGE_LENGTH)
    return rows.select((place + series + vintage).alias("id"))["id"]
