"""Small files in the publishers' layouts, and builds of them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pactolus.catalogue.build.gather import Listener
from pactolus.catalogue.build.plan import Asked
from pactolus.catalogue.build.run import Built, build_world

#: Exporter, importer, HS92 code, value in thousand dollars, weight in tonnes.
FLOWS = [
    (156, 410, "250410", "60000.000", "40000.000"),
    (156, 392, "250410", "40000.000", "25000.000"),
    (450, 410, "250410", "1.000", "        NA"),
    (156, 410, "282520", "5120.500", "400.250"),
]
COUNTRIES = """country_code,country_name,country_iso2,country_iso3
156,China,CN,CHN
392,Japan,JP,JPN
410,Rep. of Korea,KR,KOR
450,Madagascar,MG,MDG
"""

Build = Callable[..., Built]


def yearly(year: int, flows: Sequence[tuple[int, int, str, str, str]] = FLOWS) -> str:
    """A year of BACI as CEPII writes it."""
    return "t,i,j,k,v,q\n" + "".join(f"{year},{i},{j},{k},{v},{q}\n" for i, j, k, v, q in flows)


def baci_zip(
    folder: Path,
    years: Sequence[int] = (2022, 2023),
    *,
    version: str = "V202601",
    edition: str = "HS92",
    flows: Sequence[tuple[int, int, str, str, str]] = FLOWS,
) -> Path:
    """An archive of BACI with a few rows a year."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"BACI_{edition}_{version}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for year in years:
            archive.writestr(f"BACI_{edition}_Y{year}_{version}.csv", yearly(year, flows))
        archive.writestr(f"country_codes_{version}.csv", COUNTRIES)
    return file


def many_flows(rows: int) -> list[tuple[int, int, str, str, str]]:
    """Different flows, as many as are asked for, none with itself; they hardly repeat, so they pack badly."""
    from pactolus.terms.countries import countries
    from pactolus.terms.hs_codes import hs_codes

    codes = sorted(c for c in hs_codes() if len(c) == 6)[:40]
    places = sorted(min(int(number) for number in c.baci) for c in countries().values() if c.baci)[:120]
    found = []
    for n in range(rows):
        pair, code = divmod(n, len(codes))
        step, first = divmod(pair, len(places))
        second = (first + 1 + step) % len(places)
        value, weight = n * 7_368_787 % 999_983, n * 5_915_587 % 999_979 + 1
        flow = (places[first], places[second], codes[code], f"{value / 1000:.3f}", f"{weight / 1000:.3f}")
        found.append(flow)
    return found


def distances(folder: Path, *, km: float = 956.5) -> Path:
    """Two countries of GeoDist."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "dist_cepii.csv"
    both = [("JPN", "KOR"), ("KOR", "JPN")]
    lines = [f"{a};{b};0;0;0;0;0;0;0;0;{km};{km};{km + 1};{km}" for a, b in both]
    head = "iso_o;iso_d;contig;comlang_off;comlang_ethno;colony;comcol;curcol;col45;smctry;"
    head += "dist;distcap;distw;distwces"
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return file


def asked(out: Path, *, workers: int = 1, only: bool = True, **given: object) -> Asked:
    """What a build is asked for; kinds by name, one path or several."""
    options = {k: given.pop(k) for k in ("accepted", "names", "corrections", "check") if k in given}
    files = {
        kind.replace("_", "-"): (paths,) if isinstance(paths, Path) else tuple(paths)  # type: ignore[arg-type]
        for kind, paths in given.items()
    }
    return Asked(out=out, files=files, accessed="2030-01-02", workers=workers, only=only, **options)  # type: ignore[arg-type]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds a world below the test's folder."""

    def _build(*, out: Path | None = None, listener: Listener | None = None, **given: object) -> Built:
        return build_world(asked(out or tmp_path / "world", **given), created_by="a test", listener=listener)  # type: ignore[arg-type]

    return _build
