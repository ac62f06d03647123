"""Rows of the OECD inventory of export restrictions on industrial raw materials.

What is documented: one row a country, product and measure in a year, products by HS2007 code, years from 2009
on (methodological note, contents read on 2026-11-24). No file of the publisher was seen: the names of the
columns are unverified, so several are understood, and a file without them is refused with those it has.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.text import read_csv
from pactolus.errors import UnknownTermError
from pactolus.policy.candidates import Candidate, Imported, minerals_of_codes
from pactolus.terms.countries import country

__all__ = ["COLUMNS", "MEASURES", "read_oecd"]

#: Column -> headings that are understood, folded.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "country": ("country", "reference area", "ref_area", "exporter"),
    "year": ("year", "time_period", "time period", "time"),
    "code": ("hs code", "hs6", "hs 6", "product code", "hs2007", "hs2007 code", "hs07"),
    "measure": ("measure", "type of measure", "measure type", "restriction"),
}
#: Measures -> our instruments; any other is left out and counted.
MEASURES: Final[Mapping[str, str]] = {
    "export prohibition": "export_ban",
    "export ban": "export_ban",
    "export quota": "export_quota",
    "export tax": "export_tax",
    "export duty": "export_tax",
    "export surtax": "export_tax",
    "fiscal tax on exports": "export_tax",
    "licensing requirement": "export_licence",
    "export licensing requirement": "export_licence",
    "export licence": "export_licence",
    "domestic market obligation": "local_processing",
}
_FIRST: Final = 2009
_LINK: Final = (
    "https://www.oecd.org/en/publications/"
    "oecd-inventory-of-export-restrictions-on-industrial-raw-materials-2025_facc714b-en.html"
)
_DOUBTS: Final = (
    "Taken from an inventory by year: the act itself was not read, first and last days are known as years, "
    "and whether it binds third parties is not told."
)

Key = tuple[str, str, tuple[str, ...]]


def read_oecd(file: Path, *, hs_edition: str = "HS2007") -> Imported:
    """Measures on minerals of the vocabulary; years in a row are one measure.

    A measure of the last year of the inventory is not known to have ended: from the next year on its state is
    ``unconfirmed``. One that is missing in a later year ended.

    Parameters
    ----------
    file : path
        CSV.
    hs_edition : str

    Raises
    ------
    DataError
        Every fault of the file at once.
    """
    findings = Findings(shown_name(file))
    table = _columns(read_csv(file, findings), findings)
    findings.require_usable()
    left: Counter[str] = Counter()
    years: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for row in table.iter_rows(named=True):
        entry = _entry(row, findings, left)
        if entry is not None:
            iso3, instrument, code, year = entry
            years[iso3, instrument, code].add(year)
    findings.require_usable()
    last = max((max(found) for found in years.values()), default=0)
    runs: dict[tuple[str, str, tuple[str, ...], int, int], list[str]] = defaultdict(list)
    for (iso3, instrument, code), found in sorted(years.items()):
        ours, named = minerals_of_codes([code], hs_edition)
        if not ours:
            left["no code of a mineral of the vocabulary"] += len(found)
            continue
        for begin, end in _runs(found):
            runs[iso3, instrument, named, begin, end].append(code)
    candidates = tuple(
        _candidate(iso3, instrument, named, (begin, end), codes, hs_edition, last)
        for (iso3, instrument, named, begin, end), codes in sorted(runs.items())
    )
    return Imported(candidates=candidates, left_out=left)


def _columns(raw: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """The four columns under our names."""
    by_name = {" ".join(c.casefold().replace("_", " ").split()): c for c in raw.columns}
    chosen: dict[str, str] = {}
    for ours, names in COLUMNS.items():
        there = [by_name[n] for n in (name.replace("_", " ") for name in names) if n in by_name]
        if not there:
            have = ", ".join(c for c in raw.columns if c != "line")
            what = f"no column for {ours} ({' or '.join(repr(n) for n in names)}); it has {have}"
            findings.refuse(
                "column", "line 1", what, "rename the column; the layout of the file was not seen before"
            )
            continue
        chosen[ours] = there[0]
    if len(chosen) < len(COLUMNS):
        return pl.DataFrame()
    return raw.select("line", **{ours: pl.col(name) for ours, name in chosen.items()})


def _entry(
    row: Mapping[str, Any], findings: Findings, left: Counter[str]
) -> tuple[str, str, str, int] | None:
    place = f"line {row['line']}"
    measure = " ".join(str(row["measure"] or "").split())
    instrument = MEASURES.get(measure.casefold())
    if instrument is None:
        left[f"measure {measure!r} is none that we compare"] += 1
        return None
    code = re.sub(r"\D", "", str(row["code"] or ""))[:6]
    year = str(row["year"] or "")
    if len(code) < 6:
        findings.refuse(
            "number", f"{place}, code", f"{row['code']!r} is no six-digit code", "give six digits or more"
        )
    if not re.fullmatch(r"20\d\d", year) or int(year) < _FIRST:
        findings.refuse(
            "range", f"{place}, year", f"{year!r} is no year from {_FIRST} on", "correct the year"
        )
    try:
        iso3 = country(str(row["country"] or "")).iso3
    except UnknownTermError as error:
        findings.refuse(
            "name", f"{place}, country", str(error), "correct the name, or give the ISO alpha-3 code"
        )
        return None
    return (iso3, instrument, code, int(year)) if len(code) == 6 and year.isdigit() else None


def _runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Years in a row as first and last.

    Examples
    --------
    >>> _runs({2010, 2011, 2014})
    [(2010, 2011), (2014, 2014)]
    """
    ordered = sorted(years)
    breaks = [n for n, (one, after) in enumerate(pairwise(ordered), start=1) if after > one + 1]
    starts, ends = [0, *breaks], [*breaks, len(ordered)]
    return [(ordered[a], ordered[b - 1]) for a, b in zip(starts, ends, strict=True)]


def _candidate(
    iso3: str,
    instrument: str,
    named: tuple[str, ...],
    years: tuple[int, int],
    codes: Sequence[str],
    edition: str,
    last: int,
) -> Candidate:
    begin, end = years
    since = f"by {begin}" if begin == _FIRST else str(begin)
    states: list[Mapping[str, Any]] = [{"state": "in_force", "from": since, "through": f"{end}-12-31"}]
    if end == last:
        states[0] = {**states[0], "then": "unconfirmed"}
    said = f"in {begin}" if begin == end else f"from {begin} to {end}"
    return Candidate(
        id=f"OECD-{iso3}-{instrument.replace('_', '-')}-{named[0]}-{begin}",
        issuer=(iso3,),
        instrument=instrument,
        minerals=named,
        hs_edition=edition,
        hs_codes=tuple(sorted(codes)),
        states=tuple(states),
        says=f"The OECD inventory, which ends with {last}, lists it {said}.",
        doubts=_DOUBTS,
        title="Inventory of Export Restrictions on Industrial Raw Materials",
        publisher="OECD",
        link=_LINK,
        locator=f"rows of {iso3}, {instrument.replace('_', ' ')}, {', '.join(sorted(codes))}",
    )
