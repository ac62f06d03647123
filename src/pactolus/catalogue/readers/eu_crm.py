"""Study on the critical raw materials for the EU 2023: tables of its annexes, as transcribed in CSV (cp1252).

Which table a file holds is seen from its headings; whether shares are those of the world or of the EU, from
the file's name (``fact_GlobalSupplyShares&t.csv``, ``fact_EUSupplyShares&t.csv``). Shares are printed in
per cent, ``<0.1%`` below a bound, ``>0%`` above it, ``-`` for not assessed; stage E is extraction and P
processing. Names differ from table to table (``Barytes``, ``Baryte``) and are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.readers.kinds import Edition, Kind
from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.keys import one_row_a_key
from pactolus.catalogue.reading.names import add_country
from pactolus.catalogue.reading.numbers import Words, add_number
from pactolus.catalogue.reading.text import complete_columns, read_csv
from pactolus.catalogue.reading.workbooks import fold_heading

__all__ = ["KIND", "criticality", "edition", "end_uses", "read", "supply_shares"]

KIND: Final = Kind(
    id="eu-crm",
    what="Study on the critical raw materials for the EU: scores, supply shares, end uses (CSV)",
    tables=("eu_criticality", "supply_shares", "end_uses"),
    suffixes=(".csv",),
    producer="European Commission",
    title="Study on the critical raw materials for the EU",
    licence="CC BY 4.0 (stated, full text with the copy)",
    link="https://single-market-economy.ec.europa.eu/sectors/raw-materials/areas-specific-interest/critical-raw-materials_en",
)

_STAGES: Final = {"E": "extraction", "P": "processing"}
_SHARE: Final = re.compile(r"^([<>]?)\s*(\d+(?:\.\d+)?)\s*%?$")
_SCORES: Final = Words(gaps={"-": "", "–": "", "n/a": "", "NA": ""}, bounds=False)
_OWN: Final = "give the table as the study prints it"


def read(file: Path, part: str, findings: Findings) -> dict[str, pl.DataFrame]:
    """One table of the study.

    Returns
    -------
    dict of DataFrame
        One of ``eu_criticality``: ``material, year, supply_risk, economic_importance, place``;
        ``supply_shares``: ``material, stage, scope, country_name, country, share, below, place``;
        ``end_uses``: ``row, material, application_text, share, nace2, place``; or nothing, with a note, for a
        table that is not used.
    """
    squeezed = _squeezed(file, findings)
    findings.refuse_empty(squeezed.height, _OWN)
    texts = [c for c in squeezed.columns if c != "line"]
    table = _table_of(texts)
    if findings.refusals and not table:
        return {}
    if table == "supply_shares":
        scope = _scope(file)
        if not scope:
            findings.refuse(
                "layout",
                "the file's name",
                "does not say whether these are shares of the world or of the EU",
                "name it 'fact_GlobalSupplyShares&t.csv' or 'fact_EUSupplyShares&t.csv'",
            )
            return {}
        return {table: _supply_shares(squeezed, scope, findings)}
    if table == "end_uses":
        uses = _end_uses(squeezed, findings)
        key = ("material", "application_text", "nace2")
        return {table: one_row_a_key(uses, key, ("share",), findings, _at(uses))}
    if table:
        return {table: _criticality(squeezed, findings)}
    if "screened_material" in texts:
        findings.mended("layout", "the file", "groups of materials", "left out: no table of ours needs them")
        return {}
    findings.refuse("layout", "line 1", f"no table of the study has the columns {', '.join(texts)}", _OWN)
    return {}


def edition(file: Path) -> Edition:
    """Which table of the study it is; the study's year is not in its tables."""
    table = _table_of(_squeezed(file, Findings(file.name)).columns)
    scope = {"global": "global supply shares", "EU": "shares of supply to the EU", "": "supply shares"}
    told = {
        "eu_criticality": "scores over time",
        "end_uses": "end uses",
        "supply_shares": scope[_scope(file)],
    }
    return Edition(title=f"{KIND.title}: {told[table]}") if table else Edition()


def _squeezed(file: Path, findings: Findings) -> pl.DataFrame:
    """The table as text, blanks and line breaks inside a cell as one blank."""
    raw = read_csv(file, findings, expected="cp1252")
    texts = [c for c in raw.columns if c != "line"]
    return raw.with_columns(pl.col(c).str.replace_all(r"\s+", " ").str.strip_chars() for c in texts)


def _table_of(columns: list[str]) -> str:
    """Table whose own headings are there; a missing one is told when the table is read."""
    folded = {fold_heading(c) for c in columns}
    own: Mapping[str, set[str]] = {
        "end_uses": {"application", "nacesector"},
        "supply_shares": {"stage", "country"},
        "eu_criticality": {"sr", "ei"},
    }
    found = max(own, key=lambda table: len(own[table] & folded))
    return found if own[found] & folded else ""


def _scope(file: Path) -> str:
    name = file.name.casefold()
    found = [
        scope
        for word, scope in (("global", "global"), ("eu", "EU"))
        if re.search(word + r"[ _-]?supply", name)
    ]
    return found[0] if len(found) == 1 else ""


def _criticality(raw: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    wanted = {"Material": "material", "Year": "year", "SR": "sr", "EI": "ei"}
    named = _placed(complete_columns(raw, wanted, findings))
    years = named["year"].str.extract(r"^((?:19|20)\d\d)$", 1).cast(pl.Int64)
    for row in years.is_null().arg_true().to_list():
        findings.refuse(
            "number", named["place"][row], f"year {named['year'][row]!r} is no year", "correct it"
        )
    both = named.with_columns(years.alias("year"))
    for column, value in (("sr", "supply_risk"), ("ei", "economic_importance")):
        both = add_number(both, column, _SCORES, findings, _at(both), value=value, flag="_")
        for row in (both[value] > 20).arg_true().to_list():
            findings.refuse(
                "range",
                both["place"][row],
                f"{column.upper()} {both[column][row]!r} is no score of the study, which lie below 10",
                "check the decimal point",
            )
    table = _named(both, "material", findings).select(
        "material", "year", "supply_risk", "economic_importance", "place"
    )
    return one_row_a_key(
        table, ("material", "year"), ("supply_risk", "economic_importance"), findings, _at(table)
    )


def _supply_shares(raw: pl.DataFrame, scope: str, findings: Findings) -> pl.DataFrame:
    wanted = {"Material": "material", "Stage": "stage", "Country": "country_name", "Share": "text"}
    named = _named(_placed(complete_columns(raw, wanted, findings)), "material", findings)
    for row in (~named["stage"].is_in(list(_STAGES))).fill_null(value=True).arg_true().to_list():
        findings.refuse(
            "name", named["place"][row], f"stage {named['stage'][row]!r} is neither E nor P", "correct it"
        )
    shares = add_country(_shares(named, findings), "country_name", findings, _at(named))
    table = shares.filter(pl.col("country").is_not_null() & pl.col("share").is_not_null()).select(
        "material",
        stage=pl.col("stage").replace_strict(_STAGES, default=None, return_dtype=pl.String),
        scope=pl.lit(scope),
        country_name="country_name",
        country="country",
        share="share",
        below=pl.col("text").str.starts_with("<"),
        place="place",
    )
    return one_row_a_key(
        table, ("material", "stage", "scope", "country"), ("share", "below"), findings, _at(table)
    )


def _end_uses(raw: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    wanted = {
        "Material": "material",
        "Application": "application_text",
        "Share": "text",
        "NACE sector": "sector",
    }
    placed = _placed(complete_columns(raw, wanted, findings)).with_row_index("row", offset=2)
    named = _named(_named(placed, "material", findings), "application_text", findings)
    return _shares(named, findings).select(
        row=pl.col("row").cast(pl.Int64),
        material="material",
        application_text="application_text",
        share="share",
        nace2=pl.col("sector").str.extract(r"^([A-Z]\d{2})", 1),
        place="place",
    )


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.with_columns(place=pl.format("line {}", pl.col("line"))) if "line" in frame.columns else frame
    )


def _at(frame: pl.DataFrame) -> Callable[[int], str]:
    return frame["place"].to_list().__getitem__


def _named(frame: pl.DataFrame, column: str, findings: Findings) -> pl.DataFrame:
    """Rows with a text in `column`; the others are refused."""
    for row in frame[column].is_null().arg_true().to_list():
        findings.refuse(
            "name",
            frame["place"][row],
            f"no {column.partition('_')[0]} is named",
            "name it or remove the line",
        )
    return frame.filter(pl.col(column).is_not_null())


def _shares(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Add ``share``: per cent in text as a fraction, exact in decimals; ``<`` gives the bound, ``>`` none.

    A lone ``6`` is six per cent, as its neighbours are.
    """
    numbers: list[float | None] = []
    for row, text in enumerate(frame["text"].to_list()):
        found = _SHARE.match(text or "")
        share = None if found is None or found[1] == ">" else float(Decimal(found[2]) / 100)
        if found is None:
            what = f"share {text!r} is no per cent" if text else "no share"
            kind = "formula" if text and text.startswith("=") else "number"
            findings.refuse(kind, frame["place"][row], what, "write it as '12%', '<1%' or '>0%'")
        elif share is not None and share > 1:
            findings.refuse("range", frame["place"][row], f"share {text!r} is above 100 %", "correct it")
        numbers.append(share)
    return frame.with_columns(pl.Series("share", numbers, dtype=pl.Float64))


# --- one table at a time, for the embedded world


def _whole(table: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    findings.require_usable()
    return table.drop("place")


def criticality(file: Path) -> pl.DataFrame:
    """Supply risk and economic importance: ``material, year, supply_risk, economic_importance``.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    return _whole(_criticality(_squeezed(file, findings), findings), findings)


def supply_shares(file: Path, scope: str) -> pl.DataFrame:
    """``material, stage, scope, country_name, country, share, below``; `scope` is ``global`` or ``EU``.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    return _whole(_supply_shares(_squeezed(file, findings), scope, findings), findings)


def end_uses(file: Path) -> pl.DataFrame:
    """End uses: ``row, material, application_text, share, nace2``; ``row`` counts records from the header.

    A repeated row is kept: that it is dropped is a record of the corrections.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    findings = Findings(shown_name(file))
    return _whole(_end_uses(_squeezed(file, findings), findings), findings)
