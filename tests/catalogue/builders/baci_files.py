"""Small files in CEPII's layout, typed from their real first lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pactolus.catalogue.readers import baci
from pactolus.catalogue.reading.findings import Finding, Findings

#: Lines as in BACI_HS92_Y2024_V202601.csv.
TRADE = """t,i,j,k,v,q
2024,4,36,282520,0.154,0.001
2024,490,842,810510,5.12,     NA
2024,699,251,250410,  12.5,   1.5
2024,842,699,10111,1,NA
"""
COUNTRIES = """country_code,country_name,country_iso2,country_iso3
4,Afghanistan,AF,AFG
36,Australia,AU,AUS
251,France,FR,FRA
384,"Côte d'Ivoire",CI,CIV
490,"Other Asia, nes",,S19
699,India,IN,IND
842,USA,US,USA
"""
PRODUCTS = """code,description
010111,"Horses: live, pure-bred breeding animals"
250410,"Graphite: natural, in powder or in flakes"
"""
YEARLY = "BACI_HS92_Y2024_V202601.csv"
LISTS = {"country_codes_V202601.csv": COUNTRIES}
#: What TRADE holds of our minerals.
TIDY = [
    ("250410", "FRA", "IND", 2024, 1500, 12500),
    ("282520", "AUS", "AFG", 2024, 1, 154),
    ("810510", "USA", "S19", 2024, None, 5120),
]
SCHEMA = {
    "hs_code": pl.String,
    "importer": pl.String,
    "exporter": pl.String,
    "year": pl.Int64,
    "quantity_kg": pl.Int64,
    "value_usd": pl.Int64,
}


def loose(folder: Path, content: str | bytes, name: str = YEARLY) -> Path:
    """A yearly file by itself."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def packed(contents: Mapping[str, str | bytes]) -> bytes:
    """Bytes of a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def zipped(folder: Path, contents: Mapping[str, str | bytes], name: str = "BACI_HS92_V202601.zip") -> Path:
    """A zip as CEPII ships it."""
    file = folder / name
    file.write_bytes(packed(contents))
    return file


def lines(*rows: str, head: str = "t,i,j,k,v,q") -> str:
    """A yearly file of these rows."""
    return "\n".join([head, *rows, ""])


def read(file: Path, *, accepted: frozenset[str] = frozenset()) -> tuple[pl.DataFrame | None, Findings]:
    """All parts of a file in one table; None where it is refused."""
    findings = Findings(file=file.name, accepted=accepted)
    frames: list[pl.DataFrame] = []
    for part in baci.parts(file, findings):
        frames += baci.read(file, part, findings).values()
    usable = not findings.refusals and frames
    return (pl.concat(frames) if usable else None), findings


def told(findings: Findings, weight: str = "") -> list[str]:
    """Findings as lines: place, what was found, the mend."""
    return [f"{f.place}: {f.found}; {f.mend}" for f in findings.kept if weight in ("", f.weight)]


def only(findings: Findings) -> Finding:
    """The one finding."""
    (one,) = findings.kept
    return one
