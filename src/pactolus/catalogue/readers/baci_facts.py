"""Rows of a yearly BACI file as facts: numbers, countries, one row a flow, HS92 codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pactolus.catalogue.readers.baci_rows import tell_each
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.numbers import Words, number_in
from pactolus.terms.hs_concordance import EDITIONS, conversions

__all__ = ["TIDY", "UNWEIGHED_SHARE", "facts", "thousandfold"]

#: Columns of the tidy table.
TIDY: Final = ("hs_code", "importer", "exporter", "year", "quantity_kg", "value_usd")
#: Share of the value of a sum up to which parts without a weight are left out of its weight. [%]
UNWEIGHED_SHARE: Final = 1
_GAPS: Final = ("", "NA")
_WORDS: Final = Words(gaps={"NA": ""}, bounds=False)
_FULL: Final = 40
_MOST_DOUBTS: Final = 200


def facts(
    rows: pl.DataFrame, edition: str, year: int, areas: Mapping[str, str], findings: Findings
) -> pl.DataFrame:
    """Rows as they stand in the file, made into trade by HS92 code.

    Parameters
    ----------
    rows : DataFrame
        As `baci_rows.wanted_rows` gives them.
    edition : str
        Edition of their codes.
    year : int
    areas : mapping
        BACI number of a country -> alphabetic code as published.
    findings : Findings

    Returns
    -------
    DataFrame
        Columns of `TIDY`, sorted by the first four: kilograms and dollars as whole numbers, countries by the
        published alphabetic code. Without meaning where something was refused.
    """
    numbered = _numbers(rows, findings)
    placed = _countries(numbered, areas, findings)
    once = _one_row_a_flow(placed, findings)
    return _in_hs92(_of_edition(once, edition, findings), edition, year, findings)


def thousandfold(column: pl.Expr) -> pl.Expr:
    """A decimal number in text, times 1000, as an integer; null where it has more than three decimals.

    Text may hold float noise (``1.5010000000000001``): a number within 1e-6 of a thousandth is that
    thousandth. Up to 2**53 a float64 holds every whole number, so rounding is exact.
    """
    scaled = column.cast(pl.Float64, strict=False) * 1000
    whole = scaled.round()
    near = ((scaled - whole).abs() <= 1e-6 * scaled.abs().clip(lower_bound=1.0)) & (scaled.abs() < 2**53)
    return pl.when(near).then(whole).cast(pl.Int64)


def _numbers(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    weight = pl.when(~pl.col("q").is_in(_GAPS)).then(pl.col("q"))
    numbered = rows.with_columns(pl.col(*"vq").fill_null("")).with_columns(
        value_usd=thousandfold(pl.col("v")), quantity_kg=thousandfold(weight)
    )
    empty = pl.col("v").is_in(_GAPS)
    _tell(numbered.filter(empty), "v", findings, lambda _: "is no value: BACI has one for every flow")
    unread = {
        "v": pl.col("value_usd").is_null() & ~empty,
        "q": pl.col("quantity_kg").is_null() & ~pl.col("q").is_in(_GAPS),
    }
    for column, bad in unread.items():
        _tell(numbered.filter(bad), column, findings, _why)
    for column, number in (("v", "value_usd"), ("q", "quantity_kg")):
        _tell(numbered.filter(pl.col(number) < 0), column, findings, lambda _: "is below 0", "range")
        good = numbered.filter(pl.col(number).is_not_null())
        _note(good.filter(pl.col(column).str.contains("[eE]")), column, number, "an exponent", findings)
        _note(good.filter(pl.col(column).str.contains(r"\.\d{4}")), column, number, "float noise", findings)
    return numbered


def _why(cell: str) -> str:
    if re.fullmatch(r"[-+]?[\d.]*,[\d.,]*", cell):
        return "has a comma; write a decimal point, and nothing between thousands"
    why = number_in(cell, _WORDS)[2]
    return why or "is no number with at most three decimals"


def _tell(
    bad: pl.DataFrame, column: str, findings: Findings, why: Callable[[str], str], kind: str = "number"
) -> None:
    if bad.is_empty():
        return
    faults = [
        (line, f"{column} {cell!r} {why(cell)}")
        for line, cell in bad.select("line", column).head(_FULL).iter_rows()
    ]
    tell_each(findings, kind, faults, "correct the cell", more=bad.height - _FULL)


def _note(odd: pl.DataFrame, column: str, number: str, what: str, findings: Findings) -> None:
    if odd.height:
        found = f"{column} {odd[column][0]!r} has {what}"
        read = f"read as {odd[number][0] / 1000:.3f}"
        findings.mended("number", f"line {odd['line'][0]:,}", found, read, times=odd.height)


def _countries(rows: pl.DataFrame, areas: Mapping[str, str], findings: Findings) -> pl.DataFrame:
    """Add `exporter` and `importer`; unknown numbers and trade of a country with itself are refused.

    The numbers stay beside them: two of BACI's countries can have one alphabetic code (58 and 56 BEL).
    """
    known = {int(number): area for number, area in areas.items()}
    placed = rows.with_columns(pl.col("i", "j").cast(pl.Int32, strict=False).name.suffix("_number"))
    for column, name in (("i", "exporter"), ("j", "importer")):
        area = pl.col(f"{column}_number").replace_strict(known, default=None, return_dtype=pl.String)
        placed = placed.with_columns(area.alias(name))
        lost = placed.filter(pl.col(name).is_null()).group_by(column, maintain_order=True)
        for code, line, n in lost.agg(pl.col("line").first(), n=pl.len()).head(_FULL).iter_rows():
            found = f"{column} {code or ''!r} is not in the list of country codes"
            found += f", in {n:,} rows" if n > 1 else ""
            mend = "take the list of the same edition, or correct the code"
            findings.refuse("name", f"line {line:,}", found, mend, times=n)
    own = placed.filter(pl.col("exporter") == pl.col("importer"))
    faults = [
        (line, f"{area} exports to itself: i {i!r}, j {j!r}")
        for line, area, i, j in own.select("line", "exporter", "i", "j").head(_FULL).iter_rows()
    ]
    tell_each(findings, "range", faults, "remove the row", more=own.height - _FULL)
    return placed


def _one_row_a_flow(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """One row a code, exporter and importer as numbered by BACI: equal repeats once, unequal ones doubted."""
    key, values = ["k", "i_number", "j_number"], ["value_usd", "quantity_kg"]
    rows = rows.drop_nulls(["exporter", "importer"])
    distinct = rows.select(pl.struct(*key, *values).is_first_distinct()).to_series()
    if not distinct.all():
        again = rows.filter(~distinct)
        found = f"{_flow(again)} stands twice, equal"
        findings.mended("key", f"line {again['line'][0]:,}", found, "kept once", times=again.height)
    once = rows.filter(distinct)
    repeated = once.filter(once.select(*key).is_duplicated())
    flows = repeated.select(*key).n_unique() if repeated.height else 0
    if flows > _MOST_DOUBTS:
        found = f"{flows:,} flows stand twice with different values, the first is {_flow(repeated)}"
        mend = "give the file of one edition of BACI, not two put together"
        findings.refuse("key", f"line {repeated['line'][0]:,}", found, mend, times=flows)
        return once.unique(subset=key, keep="first", maintain_order=True)
    named = once.rename({"i_number": "exporter number", "j_number": "importer number", "k": "code"})
    key = ["code", "exporter number", "importer number"]
    kept = one_row_a_key(named, key, values, findings, lambda row: f"line {once['line'][row]:,}")
    return kept.rename({"code": "k"})


def _flow(rows: pl.DataFrame) -> str:
    return f"k {rows['k'][0]:06d}, i {rows['i'][0]}, j {rows['j'][0]}"


def _of_edition(rows: pl.DataFrame, edition: str, findings: Findings) -> pl.DataFrame:
    """Rows whose code is of this edition; codes that only another one has are doubted."""
    ours = [int(code) for code in conversions(edition)]
    foreign = rows.filter(~pl.col("k").is_in(ours))
    for code, line, n in (
        foreign.group_by("k", maintain_order=True).agg(pl.col("line").first(), n=pl.len()).iter_rows()
    ):
        of = [e for e in EDITIONS if f"{code:06d}" in conversions(e)]
        found = f"code {code:06d} in {n:,} rows is of {', '.join(of)}, the file's name says {edition}"
        mend = "name the file by its edition; accepted, these rows are left out"
        findings.doubt("name", f"line {line:,}", found, mend)
    return rows.filter(pl.col("k").is_in(ours))


def _in_hs92(rows: pl.DataFrame, edition: str, year: int, findings: Findings) -> pl.DataFrame:
    """Codes of an edition under their HS92 code; flows that meet there are added up.

    A part without a weight is left out of the weight of its sum if it holds at most `UNWEIGHED_SHARE` of the
    value; otherwise the sum has no weight.
    """
    records = conversions(edition)
    codes = {int(code): record.hs92 for code, record in records.items()}
    _note_uncertain(rows, edition, year, findings)
    unweighed = pl.col("value_usd").filter(pl.col("quantity_kg").is_null()).sum()
    summed = (
        rows.with_columns(hs_code=pl.col("k").replace_strict(codes, return_dtype=pl.String))
        .group_by("hs_code", "importer", "exporter")
        .agg(
            pl.col("value_usd").sum(),
            parts=pl.len(),
            weighed=pl.col("quantity_kg").count(),
            known_kg=pl.col("quantity_kg").sum(),
            unweighed=unweighed,
        )
        .sort("hs_code", "importer", "exporter")
    )
    little = pl.col("unweighed") * 100 <= pl.col("value_usd") * UNWEIGHED_SHARE
    partly = (pl.col("weighed") > 0) & (pl.col("weighed") < pl.col("parts"))
    for which, mend in ((little, "its weight is left out"), (~little, "the sum has no weight")):
        if n := summed.filter(partly & which).height:
            share = "at most" if which is little else "more than"
            found = f"{share} {UNWEIGHED_SHARE} % of the value has no weight in {n:,} sums of codes"
            findings.mended("number", f"year {year}", found, mend, times=n)
    weight = pl.when((pl.col("weighed") > 0) & (little | (pl.col("weighed") == pl.col("parts"))))
    return summed.with_columns(
        quantity_kg=weight.then(pl.col("known_kg")), year=pl.lit(year, dtype=pl.Int64)
    ).select(*TIDY)


def _note_uncertain(rows: pl.DataFrame, edition: str, year: int, findings: Findings) -> None:
    """Count the codes that hold more than the HS92 code they go to, with their share of value."""
    mixed = [int(code) for code, record in conversions(edition).items() if not record.whole]
    held = rows.filter(pl.col("k").is_in(mixed))
    value = rows["value_usd"].sum()
    if held.is_empty() or not value:
        return
    codes = sorted(held["k"].unique().to_list())
    shown = ", ".join(f"{code:06d}" for code in codes)
    found = (
        f"codes of {edition} that hold more than one HS92 code or parts of several: {shown}; "
        f"{100 * int(held['value_usd'].sum()) / int(value):.1f} % of the value read"
    )
    findings.mended("name", f"year {year}", found, "put under one HS92 code each")
