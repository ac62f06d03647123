"""Inter-country input-output tables in million US dollars: OECD ICIO, and any system that pymrio has saved.

OECD ICIO (CSV, or a zip of them: ``ICIO2021_2018.csv``, ``2022_SML.csv``): rows and columns are named
``<region>_<sector>``; final demand stands in columns such as ``KOR_HFCE``; value added in a row ``VA`` or
``VALU``, taxes in ``TLS``, ``TXS`` or rows ``<region>_TAXSUB``; gross output in a last column and row
``OUT``, ``OUTPUT`` or ``TOTAL``. No official file was read: the layout is that of pymrio's parser and of
public programs that read the editions of 2016 to 2023. China and Mexico are split there (``CN1``, ``CN2``,
``MX1``, ``MX2``): the parts are added up as CHN and MEX.

Another table (EXIOBASE, WIOD, EORA, GLORIA): read it with its parser in pymrio, convert it to million US
dollars, ``save_all``, zip the folder, and give the zip.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.archives import is_zip, members, open_member
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import LARGEST, read_bytes
from pactolus.errors import DataError

__all__ = ["KIND", "edition", "parts", "read"]

KIND: Final = Kind(
    id="input-output",
    what="inter-country input-output table: OECD ICIO (CSV or zip), or a system saved by pymrio (zip)",
    tables=("input_output",),
    suffixes=(".csv", ".zip"),
    producer="OECD, or as the saved system says",
    title="Inter-Country Input-Output Tables",
    licence="OECD terms and conditions (as commonly stated; not read at the publisher)",
    link="https://www.oecd.org/en/data/datasets/inter-country-input-output-tables.html",
    ship=False,
)

_YEARS: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SAVED: Final = "file_parameters.json"
_COLUMNS: Final = ("from_region", "from_sector", "to_region", "to_sector", "year", "value_musd")
_ICIO: Final = re.compile(r"(?:^|/)[^/]*\.csv$", re.IGNORECASE)


def parts(file: Path, findings: Findings) -> list[str]:
    """Tables in a zip, one a year; one empty name for a CSV file or a saved system."""
    if not is_zip(file):
        return [""]
    inside = members(file, findings, largest=LARGEST)
    if any(name.rsplit("/", 1)[-1] == _SAVED for name in inside):
        return [""]
    tables = sorted(name for name in inside if _ICIO.search(name) and _year(name))
    if not tables and not findings.refusals:
        findings.refuse(
            "layout",
            "the archive",
            f"holds neither tables named by their year nor {_SAVED}",
            "give the zip of the OECD, or a zipped folder that pymrio's save_all wrote",
        )
    return tables


def edition(file: Path) -> Edition:
    """Edition in the name of a file of the OECD: ``ICIO2021_2018.csv`` -> ``ICIO 2021``."""
    found = re.match(r"ICIO(\d{4})", file.name, re.IGNORECASE)
    return Edition(edition=f"ICIO {found[1]}") if found else Edition()


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Deliveries between sectors.

    Returns
    -------
    dict
        ``input_output``: ``from_region, from_sector, to_region, to_sector, year, value_musd``. Final demand
        is added up by region as ``FD``; ``VA`` and ``TLS`` stand under ``from_sector``, gross output under
        ``to_sector`` ``OUT``. The smallest deliveries, of no sector more than a thousandth of its output, are
        left out, and their share is noted.

    Raises
    ------
    MissingExtraError
        If a saved system is given and pymrio is not installed.
    """
    from pactolus.catalogue.readers.input_output_tables import from_csv, from_saved

    names = [part] if part or not is_zip(file) else parts(file, findings)
    if findings.refusals:
        return {"input_output": _none()}
    if is_zip(file) and names == [""]:
        table = from_saved(file, findings)
        return {"input_output": _none() if table is None else table.select(_COLUMNS)}
    found = []
    for name in names:
        year = _year(name or file.name)
        if year is None:
            findings.refuse(
                "layout",
                "the file",
                f"no year in the name {file.name!r}",
                "name it as the OECD does: 2022_SML.csv",
            )
            continue
        content = _member(file, name, findings) if name else read_bytes(file, findings)
        table = from_csv(content, year, findings, where=name.rsplit("/", 1)[-1])
        if table is not None:
            found.append(table.select(_COLUMNS))
    return {"input_output": pl.concat(found) if found else _none()}


def _year(name: str) -> int | None:
    """Year of the figures in a file name: the last one in it (``ICIO2021_2018`` names its edition first)."""
    years = _YEARS.findall(re.sub(r"ICIO\d{4}", "", name.rsplit("/", 1)[-1], flags=re.IGNORECASE))
    return int(years[-1]) if years else None


def _member(file: Path, name: str, findings: Findings) -> bytes:
    try:
        with open_member(file, name) as stream:
            return io.BufferedReader(stream).read()
    except DataError as error:
        findings.refuse(
            "archive", f"member {name!r}", str(error).split(": ", 2)[-1], "fetch the archive again"
        )
        return b""


def _none() -> pl.DataFrame:
    types = {"year": pl.Int64, "value_musd": pl.Float64}
    return pl.DataFrame(schema={name: types.get(name, pl.String) for name in _COLUMNS})
