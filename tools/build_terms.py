"""Rebuild `terms/data/countries.csv` from CLDR (Babel) and CEPII's country codes.

The result is the base; names checked by us stand in `country_overrides.csv`, which is laid over it when the
vocabulary is compiled. Run this when CLDR or CEPII's list changes, and read the difference before it is
committed.

    python tools/build_terms.py country_codes_V202401b.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "pactolus" / "terms" / "data"
LANGUAGES = ("en", "ko", "ja")
HEADER = ("iso3", "iso2", "baci", "en", "ko", "ja", "aliases")
#: CEPII's own codes for areas that it adds up or that have no ISO number, and the code we store.
CEPII_TO_ISO3 = {"S19": "TWN"}
#: Names that fit two countries: never an alias.
AMBIGUOUS = {"Congo", "Korea (North or South)", "Guinea (Equatorial)"}
USER_ASSIGNED = {"XK": "XKX"}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file with a header, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def repaired(name: str) -> str:
    """A name whose UTF-8 bytes were once read as Latin-1, put right."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def territories() -> dict[str, str]:
    """ISO 3166 alpha-3 to alpha-2, from CLDR's table of aliases."""
    from babel import Locale
    from babel.core import get_global

    known = {str(code) for code in Locale("en").territories}
    pairs = {
        three: two[0]
        for three, two in get_global("territory_aliases").items()
        if len(three) == 3 and three.isalpha() and len(two) == 1 and two[0] in known and len(two[0]) == 2
    }
    invented = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    pairs = {three: two for three, two in pairs.items() if two not in invented}
    return {**pairs, **{three: two for two, three in USER_ASSIGNED.items()}}


def main(codes: Path) -> None:
    """Write `countries.csv`."""
    from babel import Locale

    cldr = {language: Locale(language).territories for language in LANGUAGES}
    overridden = {row["iso3"] for row in read_rows(DATA / "country_overrides.csv")}
    baci, baci_names = by_iso3(read_rows(codes))
    iso2_of = first_of_each(territories())
    rows = []
    for iso3 in sorted({*baci, *iso2_of, *overridden}):
        iso2 = iso2_of.get(iso3, "")
        names = {lang: cldr[lang].get(iso2, "") for lang in LANGUAGES}
        numbers = ";".join(map(str, sorted(baci.get(iso3, []))))
        aliases = ";".join(unique(baci_names.get(iso3, []), names.values()))
        rows.append({"iso3": iso3, "iso2": iso2, "baci": numbers, **names, "aliases": aliases})
    with (DATA / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} countries and regions")


def first_of_each(pairs: Mapping[str, str]) -> dict[str, str]:
    """Alpha-3 to alpha-2, with one alpha-3 for each alpha-2 (the others are names of former states)."""
    seen: dict[str, str] = {}
    former = {
        "BUR",
        "BYS",
        "TMP",
        "ZAR",
        "ROM",
        "FXX",
        "DDR",
        "YMD",
        "SUN",
        "SCG",
        "YUG",
        "ANT",
        "CSK",
        "NTZ",
        "XKK",
    }
    for three, two in sorted(pairs.items()):
        if three not in former:
            seen.setdefault(two, three)
    return {three: two for two, three in seen.items()}


def by_iso3(rows: Iterable[Mapping[str, str]]) -> tuple[dict[str, set[int]], dict[str, list[str]]]:
    """CEPII's numeric codes and names by our code."""
    codes: dict[str, set[int]] = {}
    names: dict[str, list[str]] = {}
    for row in rows:
        iso3 = CEPII_TO_ISO3.get(row["country_iso3"], row["country_iso3"])
        codes.setdefault(iso3, set()).add(int(row["country_code"]))
        name = repaired(row["country_name"])
        if "(..." not in name and name not in AMBIGUOUS:
            names.setdefault(iso3, []).append(name)
    return codes, names


def unique(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Names in order, without repeats and without those in `taken`."""
    seen = {name.casefold() for name in taken}
    kept = []
    for name in names:
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            kept.append(name)
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]))
