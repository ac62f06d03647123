"""Check and compile the concordance between editions of the Harmonized System.

Like `compiling_content`: `hatch_build.py` loads it by file and hands it to `compile_terms`, after the codes
are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pactolus.terms.compiling import Compiler, Row

__all__ = ["VOCABULARIES"]

EDITIONS: Final = ("HS96", "HS02", "HS07", "HS12", "HS17", "HS22")
RELATIONS: Final = ("equal", "part_of", "wider", "split")
CHANGES: Final = ("ended", "divided", "wider", "narrower", "beside")


def hs_concordance(c: Compiler) -> None:
    """Codes of newer editions with the one HS92 code that each goes to, and what changed on the way."""
    known = frozenset(record["code"] for record in c.out["hs_codes"]["records"])
    c.out["hs_concordance"] = {"records": _conversions(c, known), "changes": _changes(c, known)}


def _conversions(c: Compiler, known: frozenset[str]) -> list[dict[str, Any]]:
    records = []
    first: dict[tuple[str, str], int] = {}
    for row in c.rows("hs_concordance", ("edition", "code", "hs92", "relation", "note", "source")):
        c.one_of(row, "edition", EDITIONS)
        c.one_of(row, "relation", RELATIONS)
        _digits(c, row, "code")
        _known(c, row, known)
        line = first.setdefault((row["edition"], row["code"]), row.line)
        if line != row.line:
            c.fault(row.at("code"), f"{row['edition']} {row['code']} already stands in line {line}")
        if row["relation"] != "equal" and not row["note"]:
            c.fault(row.at("note"), f"{row['relation']!r} needs a note: what does the code hold?")
        records.append(_record(c, row, ("edition", "code", "hs92", "relation")))
    return records


def _changes(c: Compiler, known: frozenset[str]) -> list[dict[str, Any]]:
    records = []
    for row in c.rows("hs_code_changes", ("hs92", "edition", "change", "newer", "note", "source")):
        c.one_of(row, "edition", EDITIONS)
        c.one_of(row, "change", CHANGES)
        _digits(c, row, "hs92")
        newer = _digits(c, row, "newer")
        if row["change"] != "beside":
            _known(c, row, known)
        records.append({**_record(c, row, ("hs92", "edition", "change")), "newer": newer})
    return records


def _known(c: Compiler, row: Row, known: frozenset[str]) -> None:
    if row["hs92"] not in known:
        c.fault(row.at("hs92"), f"{row['hs92']!r} is not in hs_codes.csv")


def _digits(c: Compiler, row: Row, column: str) -> list[str]:
    codes = [code.strip() for code in row[column].split(";")]
    for code in codes:
        if not re.fullmatch(r"\d{6}", code):
            c.fault(row.at(column), f"{code!r} is not six digits")
    return codes


def _record(c: Compiler, row: Row, columns: Sequence[str]) -> dict[str, Any]:
    if not row["source"]:
        c.fault(row.at("source"), "where is it from? name the source")
    told = {"note": row["note"], "reference": row["source"], "source": row.source}
    return {**{column: row[column] for column in columns}, **told}


VOCABULARIES: Final[tuple[Callable[[Compiler], None], ...]] = (hs_concordance,)
