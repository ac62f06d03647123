"""UN Comtrade: rows of its API, as CSV, as JSON, or as the tab-separated text of its bulk files.

One row is what one reporter says of one partner, flow, product and period. Annual and monthly rows may stand
in one file. Traps that are handled here:

- partner 0 is the world and 97 the European Union: sums, left out; the "not elsewhere specified" areas
  become ``OTHER``, added up; 490 is Taiwan, 842 the USA, 492 is *not* Monaco;
- rows by second partner, customs procedure or mode of transport repeat their aggregate row, which alone is
  kept; a file that holds only such rows is refused;
- flows M and X hold re-imports and re-exports, so RM, RX and the others are left out;
- a net weight of 0 is one that was not reported;
- a converted copy of rows (another edition of the code list) is left out where the reported one is there.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from pactolus.catalogue.readers.comtrade_file import text_cells
from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.terms.countries import countries
from pactolus.terms.hs_concordance import EDITIONS, conversions

__all__ = ["KIND", "REPORTED", "add_hs92", "area_of", "edition", "listed", "read"]

KIND: Final = Kind(
    id="comtrade",
    what="UN Comtrade rows, annual or monthly: CSV or JSON of its API, or a bulk file",
    tables=("trade_reported",),
    suffixes=(".csv", ".json", ".txt", ".gz"),
    producer="United Nations Statistics Division",
    title="UN Comtrade",
    licence="UN Comtrade terms of use: own use; passing on is limited",
    link="https://comtradeplus.un.org",
    ship=False,
)

#: Columns of the tidy table, and of ``trade_reported``.
REPORTED: Final = (
    "source",
    "reporter",
    "partner",
    "flow",
    "hs_edition",
    "code",
    "hs_code",
    "year",
    "month",
    "quantity_kg",
    "value_usd",
    "estimated",
)
_KEY: Final = ("reporter", "partner", "flow", "hs_edition", "code", "year", "month")
_FLOWS: Final[Mapping[str, str]] = {"M": "import", "X": "export"}
_PARTS_OF_FLOWS: Final = ("RM", "RX", "DX", "FM", "MIP", "MOP", "XIP", "XOP")
_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "partner2Code": ("0",),
    "customsCode": ("C00",),
    "motCode": ("0",),
}
_KILOGRAMS: Final = "8"
_NUMBERS: Final = Words(gaps={"": "", "NA": "", "N/A": "", "null": "", "None": "", "nan": ""}, bounds=False)
_MORE_THAN_WORLD: Final = 1.01
_WEIGHT_ESTIMATED: Final = 4
"""Bit of ``legacyEstimationFlag`` that says so of the net weight (2 of the quantity, 6 of both)."""


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """Trade as reported.

    Returns
    -------
    dict
        ``trade_reported`` with the columns `REPORTED`; ``quantity_kg`` is empty where no weight was
        reported, ``hs_code`` where the code is none of our minerals.
    """
    raw = text_cells(file, findings)
    if raw is None or raw.is_empty():
        if not findings.refusals:
            findings.refuse("layout", "the file", "holds no row", "widen the query, or fetch the file again")
        return {"trade_reported": _none()}
    word = "line" if "line" in raw.columns else "record"
    rows = raw.rename({"line": "record"}) if word == "line" else raw
    rows = _periods(rows, word, findings)
    rows = _codes(rows, word, findings)
    rows = _areas(rows, word, findings)
    rows = _aggregates(rows, word, findings)
    rows = _amounts(rows, word, findings)
    rows = _reported_editions(rows, word, findings)
    rows = _partners(rows, word, findings)
    unique = one_row_a_key(
        rows, _KEY, ["quantity_kg", "value_usd", "estimated"], findings, _place(rows, word)
    )
    tidy = add_hs92(unique.with_columns(source=pl.lit(KIND.id)))
    return {"trade_reported": tidy.select(REPORTED)}


def edition(file: Path) -> Edition:
    """When the file was fetched, where our own fetching wrote it (see `comtrade_api`)."""
    try:
        with file.open("rb") as stream:
            head = stream.read(200)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(file) as packed:
                head = packed.read(200)
    except (OSError, EOFError, zlib.error):
        return Edition()
    fetched = re.search(r'"fetched":\s*"([^"]{4,40})"', head.decode("utf-8", errors="replace"))
    return Edition(edition=f"as answered on {fetched[1]}") if fetched else Edition()


@cache
def _area_codes() -> Mapping[str, str | None]:
    """Numeric code -> id of a country or area; None for a sum such as the world."""
    found: dict[str, str | None] = {str(n): c.iso3 for c in countries().values() for n in c.baci}
    with (Path(__file__).parent / "comtrade_areas.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["code"], row["area"] or None)
    return MappingProxyType(found)


def area_of(code: str, alpha3: str | None = None) -> str | None:
    """Country or area of a numeric code of UN Comtrade; None for a sum (the world, the European Union).

    Parameters
    ----------
    code : str
        As in ``partnerCode``: nearly M49, but 842 is the USA, 490 Taiwan, 251 France, 699 India.
    alpha3 : str, optional
        As in ``partnerISO``: settles a code that is not listed.

    Raises
    ------
    KeyError
        If neither is known.

    Examples
    --------
    >>> area_of("410"), area_of("490"), area_of("899"), area_of("0")
    ('KOR', 'TWN', 'OTHER', None)
    """
    plain = code.lstrip("0") or "0"
    if plain not in _area_codes() and alpha3 in countries():
        return alpha3
    return _area_codes()[plain]


@cache
def _concordance() -> pl.DataFrame:
    known = [(e, code, c.hs92) for e in EDITIONS for code, c in conversions(e).items()]
    names = dict.fromkeys(("hs_edition", "_six", "hs_code"), pl.String)
    return pl.DataFrame(known, schema=names, orient="row")


def add_hs92(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``hs_code``: the HS92 code that the first six digits of ``code`` go to, empty if none of ours.

    Parameters
    ----------
    rows : DataFrame
        With ``hs_edition`` (an edition of `terms.hs_concordance`) and ``code`` (six or more digits).
    """
    six = rows.drop("hs_code", strict=False).with_columns(_six=pl.col("code").str.slice(0, 6))
    return six.join(_concordance(), on=["hs_edition", "_six"], how="left", maintain_order="left").drop("_six")


# Judging the cells


def _place(rows: pl.DataFrame, word: str, column: str = "") -> Callable[[int], str]:
    numbers = rows["record"].to_list()
    tail = f", {column}" if column else ""
    return lambda row: f"{word} {numbers[row]}{tail}"


def _refuse(
    rows: pl.DataFrame,
    column: str,
    wrong: pl.Expr,
    what: str,
    mend: str,
    kind: str,
    word: str,
    findings: Findings,
) -> pl.DataFrame:
    """Refuse the values of `column` that meet `wrong`, one finding a value, and drop their rows."""
    bad = rows.filter(wrong.fill_null(value=True))
    if bad.is_empty():
        return rows
    for value in bad[column].unique(maintain_order=True):
        same = bad.filter(pl.col(column).eq_missing(value))
        found = f"{column} is empty" if value is None else f"{column} {value[:40]!r} {what}"
        findings.refuse(kind, f"{word} {same['record'][0]}", found, mend, times=same.height)
    return rows.filter(~wrong.fill_null(value=True))


def _leave_out(
    rows: pl.DataFrame, hit: pl.Expr, found: str, why: str, word: str, findings: Findings
) -> pl.DataFrame:
    """Leave out the rows that meet `hit`, and note how many."""
    gone = rows.filter(hit.fill_null(value=False))
    if gone.is_empty():
        return rows
    place = f"{word} {gone['record'][0]}"
    findings.mended("total", place, f"{found} ({gone.height:,} rows)", f"left out: {why}", times=gone.height)
    return rows.filter(~hit.fill_null(value=False))


def _periods(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    goods = pl.col("typeCode").fill_null("C") != "C"
    rows = _refuse(rows, "typeCode", goods, "is not goods (C)", "ask for goods", "layout", word, findings)
    known = ~pl.col("freqCode").is_in(["A", "M"])
    rows = _refuse(
        rows, "freqCode", known, "is neither A (year) nor M (month)", "correct it", "layout", word, findings
    )
    annual = (pl.col("freqCode") == "A") & pl.col("period").str.contains(r"^(?:19|20)\d\d$")
    monthly = (pl.col("freqCode") == "M") & pl.col("period").str.contains(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])$")
    rows = _refuse(
        rows,
        "period",
        ~(annual | monthly),
        "is no period of its freqCode",
        "a year is written 2023, a month 202301",
        "number",
        word,
        findings,
    )
    other = pl.col("refYear").is_not_null() & (pl.col("refYear") != pl.col("period").str.slice(0, 4))
    rows = _refuse(
        rows, "refYear", other, "is not the year of period", "correct one of them", "key", word, findings
    )
    return rows.with_columns(
        year=pl.col("period").str.slice(0, 4).cast(pl.Int64),
        month=pl.when(pl.col("freqCode") == "M")
        .then(pl.col("period").str.slice(4, 2))
        .cast(pl.Int64)
        .fill_null(0),
    )


def _codes(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    editions = {f"H{n}": name for n, name in enumerate(EDITIONS)}
    rows = _refuse(
        rows,
        "classificationCode",
        ~pl.col("classificationCode").is_in(list(editions)),
        "is no edition of the Harmonized System",
        f"ask for HS; known are {', '.join(editions)}",
        "name",
        word,
        findings,
    )
    short = pl.col("cmdCode").str.contains(r"^(?:TOTAL|AG\d|\d{2}|\d{4})$")
    rows = _leave_out(
        rows, short, "codes shorter than six digits", "they add up the longer ones", word, findings
    )
    rows = _refuse(
        rows,
        "cmdCode",
        ~pl.col("cmdCode").str.contains(r"^\d{6}$"),
        "has not six digits",
        "ask for final data, not for tariff lines; a leading zero may be lost",
        "number",
        word,
        findings,
    )
    part = pl.col("flowCode").is_in(_PARTS_OF_FLOWS)
    rows = _leave_out(rows, part, "flows other than M and X", "M and X hold them already", word, findings)
    rows = _refuse(
        rows,
        "flowCode",
        ~pl.col("flowCode").is_in(list(_FLOWS)),
        "is no flow",
        f"M is import, X export; known besides are {', '.join(_PARTS_OF_FLOWS)}",
        "name",
        word,
        findings,
    )
    return rows.with_columns(
        hs_edition=pl.col("classificationCode").replace_strict(
            editions, default=None, return_dtype=pl.String
        ),
        flow=pl.col("flowCode").replace_strict(_FLOWS, default=None, return_dtype=pl.String),
        code=pl.col("cmdCode"),
    )


def _areas(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    for column, iso, ours in (
        ("reporterCode", "reporterISO", "reporter"),
        ("partnerCode", "partnerISO", "partner"),
    ):
        ids: list[str | None] = []
        unknown: list[bool] = []
        pairs = rows.select(column, iso).unique(maintain_order=True)
        for code, alpha3 in pairs.iter_rows():
            try:
                ids.append(area_of(str(code), alpha3))
                unknown.append(False)
            except KeyError:
                ids.append(None)
                unknown.append(True)
        table = pairs.with_columns(
            pl.Series(ours, ids, dtype=pl.String), pl.Series("_unknown", unknown, dtype=pl.Boolean)
        )
        rows = rows.join(table, on=[column, iso], how="left", nulls_equal=True, maintain_order="left")
        rows = _refuse(
            rows,
            column,
            pl.col("_unknown"),
            "is no country or area that is known",
            "give the file with partnerISO and reporterISO (includeDesc), or correct the code",
            "name",
            word,
            findings,
        ).drop("_unknown")
    region = pl.col("reporter").is_null() | (pl.col("reporter") == "OTHER")
    return _leave_out(rows, region, "reporters that are groups", "their members report too", word, findings)


def _aggregates(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    """Aggregate rows only; a fact that has none is refused."""
    detail = pl.any_horizontal(
        pl.col(c).is_not_null() & ~pl.col(c).is_in(list(whole)) for c, whole in _WHOLE.items()
    )
    marked = rows.with_columns(_detail=detail)
    key = ["reporterCode", "partnerCode", "flow", "hs_edition", "code", "year", "month"]
    lone = marked.filter(pl.col("_detail").all().over(key)).unique(key, maintain_order=True)
    if lone.height:
        findings.refuse(
            "total",
            f"{word} {lone['record'][0]}",
            f"{lone.height:,} facts have only rows by second partner, customs procedure or mode of transport",
            "ask for the aggregate rows too (partner2Code 0, customsCode C00, motCode 0)",
        )
    left = _leave_out(
        marked,
        pl.col("_detail"),
        "rows by second partner, customs procedure or mode of transport",
        "the aggregate row holds them",
        word,
        findings,
    )
    return left.drop("_detail")


def _amounts(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    for column in ("netWgt", "primaryValue", "qty", "altQty"):
        name = f"_{column}"
        rows = add_number(
            rows, column, _NUMBERS, findings, _place(rows, word, column), value=name, flag="_flag"
        ).drop("_flag")
        large = pl.col(name) >= 2.0**53
        rows = _refuse(
            rows, column, large.fill_null(value=False), "is too large", "correct it", "range", word, findings
        )
    flag = pl.col("legacyEstimationFlag").cast(pl.Int64, strict=False).fill_null(0)
    said = pl.col("isNetWgtEstimated").fill_null("").str.to_lowercase().is_in(["true", "1"])
    unit, other = pl.col("qtyUnitCode") == _KILOGRAMS, pl.col("altQtyUnitCode") == _KILOGRAMS
    rows = rows.with_columns(
        _weight=pl.when(pl.col("_netWgt") > 0).then(pl.col("_netWgt")),
        _instead=pl.coalesce(
            pl.when(unit & (pl.col("_qty") > 0)).then(pl.col("_qty")),
            pl.when(other & (pl.col("_altQty") > 0)).then(pl.col("_altQty")),
        ),
        estimated=said | ((flag & _WEIGHT_ESTIMATED) == _WEIGHT_ESTIMATED),
    )
    taken = rows.filter(pl.col("_weight").is_null() & pl.col("_instead").is_not_null())
    if taken.height:
        findings.mended(
            "number",
            f"{word} {taken['record'][0]}",
            f"no netWgt, but a quantity in kg ({taken.height:,} rows)",
            "took the quantity",
            times=taken.height,
        )
    weight = pl.coalesce("_weight", "_instead").round().cast(pl.Int64)
    return rows.with_columns(
        quantity_kg=weight, value_usd=pl.col("_primaryValue").round().cast(pl.Int64)
    ).with_columns(estimated=pl.col("estimated") & pl.col("quantity_kg").is_not_null())


def _reported_editions(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    """One edition a reporter, flow and period: the one it reported in, else the newest."""
    group = ["reporter", "flow", "year", "month"]
    original = pl.col("isOriginalClassification").fill_null("").str.to_lowercase().is_in(["true", "1"])
    ranked = rows.with_columns(
        _rank=original.cast(pl.Int64) * 100 + pl.col("classificationCode").str.slice(1).cast(pl.Int64)
    )
    several = pl.col("classificationCode").n_unique().over(group) > 1
    copy = several & (pl.col("_rank") < pl.col("_rank").max().over(group))
    return _leave_out(
        ranked,
        copy,
        "rows of a second edition of the code list",
        "the same trade stands in the edition it was reported in",
        word,
        findings,
    ).drop("_rank")


def _partners(rows: pl.DataFrame, word: str, findings: Findings) -> pl.DataFrame:
    """Partners without sums; what is not specified is added up under OTHER."""
    key = [c for c in _KEY if c != "partner"]
    own = rows.filter(pl.col("partner").is_not_null())
    summed = own.unique([*key, "partnerCode"]).group_by(key).agg(pl.col("value_usd").sum().alias("_sum"))
    world = rows.filter(pl.col("partnerCode").str.strip_chars_start("0") == "").join(summed, on=key)
    for row in world.filter(pl.col("_sum") > _MORE_THAN_WORLD * pl.col("value_usd")).iter_rows(named=True):
        findings.doubt(
            "total",
            f"{word} {row['record']}",
            f"{row['reporter']} {row['flow']} {row['code']} {row['period']}: the world is "
            f"{row['value_usd']:,} USD, its partners add up to {row['_sum']:,}",
            "look for rows that stand twice",
        )
    sums = pl.col("partner").is_null()
    rows = _leave_out(
        rows, sums, "partners that are sums (the world)", "they add up the others", word, findings
    )
    rest = rows.filter(pl.col("partner") == "OTHER").unique([*_KEY, "partnerCode"], maintain_order=True)
    if rest.height == rest.unique(_KEY).height:
        return rows
    several = rest.group_by(_KEY, maintain_order=True).agg(
        pl.when(pl.col("quantity_kg").is_not_null().all())
        .then(pl.col("quantity_kg").sum())
        .alias("quantity_kg"),
        pl.when(pl.col("value_usd").is_not_null().all()).then(pl.col("value_usd").sum()).alias("value_usd"),
        pl.col("estimated").any(),
        pl.col("record").first(),
    )
    findings.mended(
        "name",
        f"{word} {rest['record'][0]}",
        f"several areas that are not specified ({rest.height:,} rows)",
        "added up as OTHER",
        times=rest.height,
    )
    named = rows.filter(pl.col("partner") != "OTHER")
    return pl.concat([named.select(several.columns), several])


def listed(codes: Iterable[str]) -> list[str]:
    """Numeric codes by which countries are asked for, in the order given.

    Raises
    ------
    KeyError
        If a country has no code of its own.
    """
    numbers = {c.iso3: [str(n) for n in c.baci] for c in countries().values() if c.baci}
    own = {area: code for code, area in _area_codes().items() if area}
    return [numbers[c][0] if c in numbers else own[c] for c in codes]


def _none() -> pl.DataFrame:
    types = {"year": pl.Int64, "month": pl.Int64, "quantity_kg": pl.Int64, "value_usd": pl.Int64}
    return pl.DataFrame(
        schema={n: types.get(n, pl.Boolean if n == "estimated" else pl.String) for n in REPORTED}
    )
