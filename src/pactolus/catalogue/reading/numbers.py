"""Numbers as publishers print them: thousands commas, words instead of numbers, footnotes, bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.catalogue.reading.findings import Findings

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PLAIN", "Words", "add_number", "number_in"]

#: A number with or without thousands commas, decimal point and exponent.
PLAIN: Final = (
    r"^[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?$|^[-+]?\.\d+(?:[eE][-+]?\d+)?$"
)
_PLAIN: Final = re.compile(PLAIN)
#: A number with a footnote mark; g, k, l, m and t behind a number are units.
_NOTED: Final = re.compile(
    r"^(?P<number>[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<note>[a-fh-jn-su-z]|\*+|[†‡])$"
)
_BOUND: Final = re.compile(r"^[<>≤≥~≈]\s*[\d.,]+$")
_DECIMAL_COMMA: Final = re.compile(r"^[-+]?\d+(?:\.\d{3})*,\d+$")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a publisher prints in place of a number.

    Parameters
    ----------
    gaps : mapping
        Word as printed -> flag that the empty cell carries (``W`` -> ``W``); a word that means nothing but
        "no number" maps to the empty text.
    zeros : collection of str
        Words that the publisher defines as zero (the USGS dash).
    bounds : bool
        ``>100`` and ``<5`` are words too: no number, the text is the flag.
    """

    gaps: Mapping[str, str]
    zeros: Collection[str] = ()
    bounds: bool = True


def number_in(text: str, words: Words) -> tuple[float | None, str | None, str]:
    """One printed cell as a number.

    Parameters
    ----------
    text : str
        The cell, blanks at the ends removed.
    words : Words

    Returns
    -------
    (value, flag, fault)
        `value` is None for a gap, `flag` the word that stood there or the note behind the number, `fault`
        is empty or says why the cell cannot be read.
    """
    cell = text.strip().replace("\u00a0", " ").replace("\u2212", "-")
    if cell in words.zeros:
        return 0.0, None, ""
    if cell in words.gaps:
        return None, words.gaps[cell] or None, ""
    if _PLAIN.match(cell):
        value = float(cell.replace(",", ""))
        return (value, None, "") if abs(value) < 1e300 else (None, None, "is too large to be a quantity")
    if words.bounds and _BOUND.match(cell):
        return None, cell, ""
    noted = _NOTED.match(cell)
    if noted:
        return float(noted["number"].replace(",", "")), noted["note"], ""
    return None, None, _why(cell)


def _why(cell: str) -> str:
    if cell.startswith(("=", "+=", "@")):
        return "is a formula, not a value"
    if _DECIMAL_COMMA.match(cell):
        return "has a decimal comma; write a point"
    if re.match(r"^\d{1,3}( \d{3})+$", cell):
        return "has blanks between thousands; write commas or nothing"
    if re.match(r"^[-+]?[\d.,]+\s*[A-Za-z%]+", cell):
        return "has a unit behind the number; the unit belongs into its column or header"
    return "is no number, and no word that this publisher uses for a gap"


def add_number(
    frame: pl.DataFrame,
    column: str,
    words: Words,
    findings: Findings,
    place: Callable[[int], str],
    *,
    value: str = "value",
    flag: str = "flag",
    at_least: float | None = 0.0,
) -> pl.DataFrame:
    """Read a text column as numbers, with findings for the cells that are none.

    Parameters
    ----------
    frame : DataFrame
        With the text column `column`; a null is an empty cell.
    words : Words
    findings : Findings
    place : callable
        Row number of `frame`, from 0 -> place of the cell in the file, in words.
    value, flag : str
        Names of the columns that are added: Float64, and text (word or footnote, else null).
    at_least : float, optional
        Smaller numbers are refused.
    """
    import polars as pl

    cells = frame[column]
    known = {text: number_in(text, words) for text in cells.unique().drop_nulls().to_list()}
    faults = {text: why for text, (_, _, why) in known.items() if why}
    for text, (number, _, _) in known.items():
        if number is not None and at_least is not None and number < at_least:
            faults[text] = f"is below {at_least:g}"
    if faults:
        bad = cells.to_frame("cell").with_row_index("row").filter(pl.col("cell").is_in(list(faults)))
        for row, cell in bad.iter_rows():
            kind = (
                "formula" if "formula" in faults[cell] else "range" if "below" in faults[cell] else "number"
            )
            findings.refuse(kind, place(row), f"{cell!r} {faults[cell]}", "correct the cell or empty it")
    texts = list(known)
    return frame.with_columns(
        cells.replace_strict(
            texts, [known[t][0] for t in texts], default=None, return_dtype=pl.Float64
        ).alias(value),
        cells.replace_strict(texts, [known[t][1] for t in texts], default=None, return_dtype=pl.String).alias(
            flag
        ),
    )
