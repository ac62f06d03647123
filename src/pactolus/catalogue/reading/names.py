"""Names of countries and rows as publishers print them: footnotes glued on, totals, other spellings."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import near_misses

__all__ = [
    "add_country",
    "as_known",
    "fold_name",
    "is_total",
    "known_countries",
    "names_of_user",
    "user_names",
    "without_footnote",
]

_TOTAL: Final = re.compile(
    r"^(?:grand |world |global )?total(?:s)?\b|^world(?:\s|$)|^(?:all )?countries total|^sum\b|^subtotal\b",
    re.IGNORECASE,
)
_FOOTNOTE: Final = re.compile(r"(?:\s*\(?\d{1,2}\)?|\s*[*†‡]+|[a-z])$")
#: The publisher's own remainder: an area, never a country.
_REMAINDER: Final = frozenset({"other countries", "other", "others", "rest of world", "rest of the world"})


def fold_name(name: str) -> str:
    """Form in which names are compared: no accents, case, punctuation or doubled blanks.

    The marks of kana and Hangul belong to the letter and stay.

    Examples
    --------
    >>> fold_name("Côte d’Ivoire"), fold_name("ドイツ"), fold_name("중국")
    ('cote d ivoire', 'ドイツ', '중국')
    """
    plain = unicodedata.normalize("NFKC", name)
    letters = plain if plain.isascii() else "".join(map(_without_accent, plain))
    return " ".join(re.sub(r"[^\w\s]", " ", letters.casefold().replace("&", "and")).split())


def _without_accent(letter: str) -> str:
    bare = unicodedata.normalize("NFD", letter)[0]
    return bare if bare.isascii() else letter


def is_total(name: str) -> bool:
    """Does a row of this name add up other rows?

    Examples
    --------
    >>> [is_total(n) for n in ("Total", "World total (rounded)", "Totland", "World")]
    [True, True, False, True]
    """
    return bool(_TOTAL.match(name.strip()))


def without_footnote(name: str) -> str:
    """The name without one footnote mark at its end: ``Japane`` -> ``Japan``, ``China 5`` -> ``China``."""
    return _FOOTNOTE.sub("", name.strip()).strip().rstrip(",")


def as_known(name: str, names: Mapping[str, str]) -> str:
    """The name as `names` (folded) knows it, without up to two footnote marks; unchanged if it is unknown so.

    Examples
    --------
    >>> as_known("Japane", {"japan": "JPN"}), as_known("Italy8e", {"italy": "ITA"}), as_known("Utopiae", {})
    ('Japan', 'Italy', 'Utopiae')
    """
    bare = name
    for _ in range(3):
        if fold_name(bare) in names:
            return bare
        bare = without_footnote(bare)
    return name


#: Names that the user adds, for the block of `user_names` only.
_USER: Final[ContextVar[Mapping[str, str]]] = ContextVar("names of the user", default=MappingProxyType({}))


@contextmanager
def user_names(names: Mapping[str, str]) -> Iterator[None]:
    """Within the block `known_countries` also knows these: name as printed -> id; they win over ours."""
    before = _USER.set(MappingProxyType({fold_name(name): known for name, known in names.items()}))
    try:
        yield
    finally:
        _USER.reset(before)


def names_of_user(file: Path, findings: Findings) -> dict[str, str]:
    """Names that a user adds: a CSV file with the columns ``name`` and ``iso3``.

    Returns
    -------
    dict
        Name as printed -> ISO 3166 alpha-3 code or code of an area; what is wrong is in `findings`.
    """
    from pactolus.catalogue.harmonise import AREAS
    from pactolus.catalogue.reading.text import find_columns, read_csv
    from pactolus.terms.countries import countries

    rows = find_columns(read_csv(file, findings), {"name": "name", "iso3": "iso3"}, findings)
    known = [*countries(), *AREAS]
    names: dict[str, str] = {}
    for name, code, line in rows.select("name", "iso3", "line").iter_rows() if rows.height else ():
        place = f"line {line}"
        if not name or not code:
            findings.refuse("name", place, "the name or its code is empty", "fill both, or remove the line")
        elif code not in known:
            near = near_misses(code, known)
            hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
            findings.refuse("name", place, f"code {code!r} is not known{hint}", "use ISO 3166 alpha-3")
        elif names.setdefault(name, code) != code:
            findings.refuse(
                "name", place, f"{name!r} is {code} here and {names[name]} above", "keep one of them"
            )
    return names


def known_countries() -> Mapping[str, str]:
    """Folded name -> id of a country or region: the vocabulary, the publishers' spellings, `user_names`."""
    user = _USER.get()
    return MappingProxyType({**_known(), **user}) if user else _known()


@cache
def _known() -> Mapping[str, str]:
    from pactolus.terms.countries import countries

    found: dict[str, str] = {}
    for country in countries().values():
        for name in (country.iso3, *country.names.values(), *country.aliases):
            found.setdefault(fold_name(name), country.iso3)
    spellings = Path(__file__).with_name("names.csv")
    with spellings.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[fold_name(row["name"])] = row["iso3"]
    for name in _REMAINDER:
        found[name] = "OTHER"
    return MappingProxyType(found)


def add_country(
    frame: pl.DataFrame,
    column: str,
    findings: Findings,
    place: Callable[[int], str],
    *,
    known: Mapping[str, str] | None = None,
    to: str = "country",
) -> pl.DataFrame:
    """Add the id of the country that `column` names; rows that add up others are dropped and noted.

    A name that is unknown as printed and known without a footnote mark at its end is taken and noted; any
    other unknown name is refused with the nearest ones. Rows of refused names keep a null.

    Parameters
    ----------
    known : mapping, optional
        Folded name -> id; the vocabulary and the publishers' spellings if omitted.
    """
    names = known_countries() if known is None else known
    ids: dict[str, str | None] = {}
    totals: list[str] = []
    cells = frame[column]
    first = dict(zip(reversed(cells.to_list()), reversed(range(frame.height)), strict=True))
    for name in sorted(set(cells.drop_nulls().to_list())):
        if is_total(name):
            totals.append(name)
            continue
        ids[name] = _found(name, names, findings, place(first[name]))
    dropped = frame.filter(cells.is_in(totals)) if totals else frame.clear()
    for name in totals:
        rows = int((dropped[column] == name).sum())
        findings.mended(
            "total", place(first[name]), f"row {name!r}", "left out: it adds up other rows", times=rows
        )
    if None in first:
        findings.refuse(
            "name", place(first[None]), "no country is named", "name the country or remove the row"
        )
    kept = frame.filter(~cells.is_in(totals).fill_null(value=False)) if totals else frame
    return kept.with_columns(
        kept[column]
        .replace_strict(list(ids), list(ids.values()), default=None, return_dtype=pl.String)
        .alias(to)
    )


def _found(name: str, names: Mapping[str, str], findings: Findings, place: str) -> str | None:
    if fold_name(name) in names:
        return names[fold_name(name)]
    bare = as_known(name, names)
    if fold_name(bare) in names and not _other_slip(name, bare, names):
        findings.mended(
            "name", place, f"country {name!r}", f"read as {bare!r}: a footnote mark is glued to it"
        )
        return names[fold_name(bare)]
    near = near_misses(fold_name(name), names)
    hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
    findings.refuse(
        "name", place, f"country {name!r} is not known{hint}", "correct the name, or add it to --names FILE"
    )
    return None


def _other_slip(name: str, bare: str, names: Mapping[str, str]) -> bool:
    """Is another country one letter away, so that the last letter may be no footnote mark (``Nigera``)?"""
    folded = fold_name(name)
    mine = names[fold_name(bare)]
    return any(known != mine and _one_letter_off(folded, other) for other, known in names.items())


def _one_letter_off(one: str, other: str) -> bool:
    """Are two words equal but for one letter that is missing, added or changed?"""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 4:
        return False
    same = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, others = one[same:], other[same:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]
