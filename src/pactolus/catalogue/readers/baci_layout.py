"""What CEPII ships for BACI: names of files and members, and the lists of countries and products.

A zip of one edition of the Harmonized System holds a file a year, ``BACI_HS92_Y2024_V202601.csv``, beside
``country_codes_V202601.csv`` and ``product_codes_HS92_V202601.csv``. Yearly files also come singly, as CSV or
zipped, with or without the lists beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

import polars as pl

from pactolus.catalogue.reading.archives import is_zip, members, open_member
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.text import csv_frame, decoded, find_columns, read_bytes
from pactolus.errors import DataError
from pactolus.terms.countries import countries
from pactolus.terms.hs_concordance import EDITIONS, conversions

__all__ = [
    "Bytes",
    "MemberFindings",
    "Yearly",
    "country_areas",
    "lists_beside",
    "note_unlisted",
    "opened",
    "yearly",
    "yearly_parts",
]

_YEARLY: Final = re.compile(r"BACI_(HS\d{2})_Y(\d{4})(?:_(.+))?\.csv", re.IGNORECASE)
_COUNTRIES: Final = re.compile(r"country_codes(?:_.*)?\.csv", re.IGNORECASE)
_PRODUCTS: Final = re.compile(r"product_codes_(HS\d{2})(?:_.*)?\.csv", re.IGNORECASE)
_NAMING: Final = "name it as CEPII does: BACI_HS92_Y2024_V202601.csv"
#: Unpacked bytes of a list: CEPII's longest has half a megabyte.
_LONGEST_LIST: Final = 8 * 1024**2
#: Headings of the lists by our name; CEPII's editions until 2022 had others.
_COUNTRY_HEADINGS: Final = {"country_code": "code", "country_iso3": "area"}
_OLD_HEADINGS: Final = {"country_code": "code", "iso_3digit_alpha": "area"}


@dataclass
class MemberFindings(Findings):
    """Findings of one member of an archive: its name stands before every place."""

    member: str = ""

    def refuse(self, kind: str, place: str, found: str, mend: str, *, times: int = 1) -> None:
        """Note something that cannot be used."""
        super().refuse(kind, self._place(place), found, mend, times=times)

    def doubt(self, kind: str, place: str, found: str, mend: str) -> bool:
        """Note something that is likely wrong; True if the user has accepted it."""
        return super().doubt(kind, self._place(place), found, mend)

    def mended(self, kind: str, place: str, found: str, mend: str, *, times: int = 1) -> None:
        """Note what was put right while reading."""
        super().mended(kind, self._place(place), found, mend, times=times)

    def _place(self, place: str) -> str:
        return f"{self.member}, {place}" if self.member else place


class Bytes(Protocol):
    """Bytes that are read from the front."""

    def read(self, size: int, /) -> bytes | None:
        """The next bytes, `size` of them at most; none at the end."""
        ...


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """What the name of a yearly file says."""

    edition: str
    year: int
    version: str


def yearly(name: str) -> Yearly | None:
    """What a file name says; None where it is not the name of a yearly file.

    Examples
    --------
    >>> yearly("BACI_HS17_Y2022_V202601.csv")
    Yearly(edition='HS17', year=2022, version='V202601')
    >>> yearly("country_codes_V202601.csv") is None
    True
    """
    match = _YEARLY.fullmatch(_last(name))
    if match is None:
        return None
    return Yearly(edition=match[1].upper(), year=int(match[2]), version=match[3] or "")


def yearly_parts(file: Path, findings: Findings) -> list[tuple[str, Yearly]]:
    """The yearly files of what the user gave, in the order of their years.

    Returns
    -------
    list of (part, Yearly)
        `part` is the name of a member, empty for a file that is no archive. Empty with findings where nothing
        can be read; for a list of countries or products given by itself, empty with a note.
    """
    if is_zip(file) or file.suffix.casefold() == ".zip":
        found = _in_archive(file, findings)
    elif _COUNTRIES.fullmatch(file.name) or _PRODUCTS.fullmatch(file.name):
        findings.mended(
            "layout", "the file", "a list of codes, no trade", "left to the yearly files beside it"
        )
        return []
    else:
        named = yearly(file.name)
        found = [("", named)] if named else []
        if not named:
            findings.refuse("layout", "the name", "it does not say edition and year", _NAMING)
    for part, named in found:
        place = f"member {part!r}" if part else "the name"
        since = EDITIONS.get(named.edition)
        if since is None:
            fault = f"edition {named.edition!r} of the Harmonized System is not known"
            findings.refuse("layout", place, fault, f"known are {', '.join(EDITIONS)}")
        elif named.year < since:
            fault = f"{named.edition} was not in use in {named.year}"
            findings.refuse("layout", place, fault, "name the file by its edition and year")
    return found


def _in_archive(file: Path, findings: Findings) -> list[tuple[str, Yearly]]:
    names = [name for name in members(file, findings) if not _last(name).startswith(".")]
    if findings.refusals:
        return []
    found = [(name, named) for name in names if (named := yearly(name))]
    tables = [name for name in names if name.casefold().endswith(".csv") and not _is_list(name)]
    if not found and len(tables) == 1 and (named := yearly(f"{file.stem}.csv")):
        found = [(tables[0], named)]
    if not found:
        shown = ", ".join(names[:5]) or "nothing"
        findings.refuse("layout", "the archive", f"no yearly file; it holds {shown}", _NAMING)
    found.sort(key=lambda pair: (pair[1].edition, pair[1].year, pair[0]))
    for (first, a), (second, b) in pairwise(found):
        if (a.edition, a.year) == (b.edition, b.year):
            findings.refuse(
                "layout", f"member {second!r}", f"{b.year} stands in {first!r} too", "keep one of the two"
            )
    return found


def _last(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _is_list(name: str) -> bool:
    return bool(_COUNTRIES.fullmatch(_last(name)) or _PRODUCTS.fullmatch(_last(name)))


def lists_beside(file: Path) -> list[Path]:
    """CEPII's lists of codes in the folder of a yearly CSV file, which is read with them."""
    if yearly(file.name) is None or is_zip(file):
        return []
    return sorted(path for path in file.parent.iterdir() if _is_list(path.name) and path.is_file())


@contextmanager
def opened(file: Path, part: str) -> Iterator[tuple[Bytes, int]]:
    """Bytes of a yearly file as a stream, and how many there are.

    Raises
    ------
    DataError
        Here or while they are read, if a file or member cannot be read.
    """
    try:
        if part:
            size = members(file, Findings(file=file.name)).get(part, 0)
            with open_member(file, part) as stream:
                yield stream, size
        else:
            with file.open("rb") as plain:
                yield plain, file.stat().st_size
    except OSError as error:
        raise DataError(f"{file.name}: cannot be read ({error.strerror or error})") from error


def country_areas(file: Path, part: str, findings: Findings) -> Mapping[str, str]:
    """BACI number of a country -> its alphabetic code as published (``490`` -> ``S19``).

    The list in the archive, or beside a yearly CSV file, is laid over the program's own; a number without an
    alphabetic code in the list keeps that of the program.

    Returns
    -------
    mapping
        Faults of the list are in `findings`.
    """
    areas = {str(number): country.iso3 for country in countries().values() for number in country.baci}
    for frame, inside in _lists(file, part, _COUNTRIES.fullmatch, findings):
        old = "country_iso3" not in frame.columns and "iso_3digit_alpha" in frame.columns
        listed = find_columns(frame, _OLD_HEADINGS if old else _COUNTRY_HEADINGS, inside)
        areas |= _listed_areas(listed, inside)
        findings.absorb(inside)
    return areas


def _listed_areas(listed: pl.DataFrame, findings: Findings) -> dict[str, str]:
    areas: dict[str, str] = {}
    mend = "restore CEPII's list"
    for code, area, line in listed.select("code", "area", "line").iter_rows():
        place = f"line {line}"
        if not re.fullmatch(r"\d{1,4}", code or ""):
            findings.refuse("name", place, f"country code {code!r} is no number", mend)
        elif area and re.fullmatch(r"[A-Z][A-Z0-9]{2}", area):
            number = str(int(code))
            if areas.setdefault(number, area) != area:
                found = f"country code {number} is {areas[number]} and {area}"
                findings.refuse("name", place, found, "keep the right one")
        elif area and area != "N/A":
            findings.refuse("name", place, f"{area!r} is no code of a country", mend)
    return areas


def _lists(
    file: Path, part: str, fits: Callable[[str], object], findings: Findings
) -> Iterator[tuple[pl.DataFrame, MemberFindings]]:
    """The lists that belong to a yearly file, each with findings of its own."""
    for name, content in _contents(file, part, fits, findings):
        inside = MemberFindings(file=findings.file, accepted=findings.accepted, member=name)
        yield csv_frame(decoded(content, inside), inside), inside


def _contents(
    file: Path, part: str, fits: Callable[[str], object], findings: Findings
) -> Iterator[tuple[str, bytes]]:
    if part:
        for name, size in members(file, findings).items():
            if fits(_last(name)) and size <= _LONGEST_LIST:
                with open_member(file, name) as stream:
                    yield _last(name), stream.readall() or b""
        return
    named = yearly(file.name)
    try:
        beside = [path for path in file.parent.iterdir() if fits(path.name) and path.is_file()]
    except OSError:
        return
    beside.sort(key=lambda path: (named is not None and named.version in path.name, path.name))
    for path in beside[-1:]:
        yield path.name, read_bytes(path, findings)


def note_unlisted(file: Path, part: str, named: Yearly, findings: Findings) -> None:
    """Note codes of the concordance that CEPII's own list of products does not hold."""

    def fits(name: str) -> bool:
        match = _PRODUCTS.fullmatch(name)
        return match is not None and match[1].upper() == named.edition

    for frame, inside in _lists(file, part, fits, findings):
        listed = find_columns(frame, {"code": "code"}, inside)
        held = {code.zfill(6) for code in listed["code"].drop_nulls()}
        if missing := sorted(conversions(named.edition).keys() - held):
            found = f"it holds no {', '.join(missing[:8])}{' ...' if len(missing) > 8 else ''}"
            inside.mended("name", "the list", found, "nothing is read for them", times=len(missing))
        findings.absorb(inside)
