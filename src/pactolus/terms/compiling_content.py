"""Check and compile what is contained in a trade code and how stages feed each other.

The second half of `compiling`: `hatch_build.py` loads both by file and hands these functions to
`compile_terms`, after the minerals and the codes are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pactolus.terms.compiling import Compiler, Row

__all__ = ["VOCABULARIES"]

METHODS: Final = (
    *("definition", "stoichiometry", "stoichiometry-purity"),
    *("code-text", "typical-grade", "unknown"),
)
STATUSES: Final = ("seen", "computed", "unconfirmed", "unknown")
STAGES: Final = ("ore", "intermediate", "refined", "product", "mixed")
SERIES: Final = ("one", "sum", "apart")
EVIDENCE: Final = ("seen", "unconfirmed")

FACTOR_COLUMNS: Final = (
    *("hs_code", "minerals", "form", "measure", "low", "mid", "high", "method", "default", "status"),
    *("formula", "basis", "title", "reference", "read_on", "note"),
)


def content_factors(c: Compiler) -> None:
    """Fractions contained in each code, and the forms in which named exporters ship."""
    records = [_factor(c, row) for row in c.rows("content_factors", FACTOR_COLUMNS)]
    rows = c.rows("content_factors", FACTOR_COLUMNS)
    _one_default_each(c, rows, records)
    known = {(row["hs_code"], row["form"]) for row in rows}
    forms = []
    columns = ("hs_code", "exporters", "form", "status", "reason", "reference")
    taken: dict[tuple[str, str], int] = {}
    for row in c.rows("content_forms", columns):
        if (row["hs_code"], row["form"]) not in known:
            c.fault(row.at("form"), f"content_factors.csv has no form {row['form']!r} of {row['hs_code']!r}")
        c.one_of(row, "status", STATUSES[:3])
        exporters = c.several_of(row, "exporters", "countries")
        for exporter in exporters:
            first = taken.setdefault((row["hs_code"], exporter), row.line)
            if first != row.line:
                c.fault(row.at("exporters"), f"{exporter} has a form of {row['hs_code']} in line {first}")
        plain = {name: row[name] for name in ("hs_code", "form", "status", "reason", "reference")}
        forms.append({**plain, "exporters": exporters, "source": row.source})
    c.out["content_factors"] = {"records": records, "forms": forms}


def _factor(c: Compiler, row: Row) -> dict[str, Any]:
    code = _codes(c).get(row["hs_code"])
    held = c.several_of(row, "minerals", "minerals")
    if code is None:
        c.fault(row.at("hs_code"), f"hs_codes.csv has no code {row['hs_code']!r}")
    else:
        for stray in sorted(set(held) - set(code["minerals"])):
            c.fault(row.at("minerals"), f"{row['hs_code']} does not hold {stray!r}")
    c.one_of(row, "method", METHODS)
    c.one_of(row, "default", ("yes", "no"))
    c.one_of(row, "status", STATUSES)
    if row["status"] == "seen" and not row["title"]:
        c.fault(row.at("title"), "the factor is marked seen, and no source is named")
    unknown = row["method"] == "unknown"
    if unknown != (row["status"] == "unknown") or unknown != (not row["measure"]):
        c.fault(row.at("method"), "an unknown factor has method and status 'unknown' and no measure")
    names = ("hs_code", "form", "measure", "method", "status", "formula", "basis", "title", "reference")
    return {
        **{name: row[name] for name in names},
        "minerals": held,
        "default": row["default"] == "yes",
        **_range(c, row, empty=unknown, at_most=1.0),
        "read_on": c.date(row, "read_on"),
        "note": row["note"],
        "source": row.source,
    }


def _range(c: Compiler, row: Row, *, empty: bool, at_most: float | None) -> dict[str, float | None]:
    """The cells low, mid, high as rising numbers above zero, or all of them empty."""
    cells = [row["low"], row["mid"], row["high"]]
    found: list[float | None] = []
    for name, cell in zip(("low", "mid", "high"), cells, strict=True):
        try:
            found.append(float(cell) if cell else None)
        except ValueError:
            c.fault(row.at(name), f"{cell!r} is not a number")
            found.append(None)
    numbers = [number for number in found if number is not None]
    if empty and numbers:
        c.fault(row.at("low"), "an unknown factor has no number")
    if not empty and len(numbers) < 3:
        c.fault(row.at("low"), "low, mid and high are needed; write 'unknown' where there is no factor")
    if numbers != sorted(numbers) or any(n <= 0 or (at_most and n > at_most) for n in numbers):
        c.fault(row.at("low"), f"{', '.join(cells)}: not rising, or outside 0 to {at_most or 'any'}")
    return dict(zip(("low", "mid", "high"), found, strict=True))


def _codes(c: Compiler) -> dict[str, dict[str, Any]]:
    return {record["code"]: record for record in c.out.get("hs_codes", {}).get("records", [])}


def _one_default_each(c: Compiler, rows: Sequence[Row], records: Sequence[dict[str, Any]]) -> None:
    """Every code has one default for each of its minerals, all defaults of a mineral one measure."""
    found: dict[tuple[str, str], Row] = {}
    measures: dict[str, tuple[str, Row]] = {}
    forms: dict[tuple[str, str, str], Row] = {}
    for row, record in zip(rows, records, strict=True):
        for mineral in record["minerals"]:
            first = forms.setdefault((row["hs_code"], mineral, row["form"]), row)
            if first is not row:
                c.fault(row.at("form"), f"form {row['form']!r} of {mineral} is in line {first.line} already")
            if not record["default"]:
                continue
            first = found.setdefault((row["hs_code"], mineral), row)
            if first is not row:
                c.fault(row.at("default"), f"{mineral} has a default in line {first.line} already")
            if record["measure"]:
                held, where = measures.setdefault(mineral, (record["measure"], row))
                if held != record["measure"]:
                    c.fault(row.at("measure"), f"{mineral} is measured as {held} in line {where.line}")
    for code, record in _codes(c).items():
        for mineral in record["minerals"]:
            if (code, mineral) not in found:
                c.fault("content_factors.csv:1:1", f"{code} has no default row for {mineral}")


def production_bases(c: Compiler) -> None:
    """What publishers weigh, as the measure in which a mineral's trade is counted."""
    columns = (
        *("mineral", "stage", "basis", "unit", "measure", "low", "mid", "high"),
        *("method", "status", "formula", "series", "without", "title", "note"),
    )
    measures = {
        mineral: record["measure"]
        for record in c.out.get("content_factors", {}).get("records", [])
        if record["default"] and record["measure"]
        for mineral in record["minerals"]
    }
    records, seen = [], dict[tuple[str, str, str], int]()
    for row in c.rows("production_bases", columns):
        c.one_of(row, "mineral", c.ids.get("minerals", frozenset()))
        c.one_of(row, "stage", STAGES)
        c.one_of(row, "unit", ("kg", "m3"))
        c.one_of(row, "method", METHODS)
        c.one_of(row, "status", STATUSES[:3])
        c.one_of(row, "series", SERIES)
        first = seen.setdefault((row["mineral"], row["stage"], row["basis"]), row.line)
        if first != row.line:
            c.fault(row.at("basis"), f"basis {row['basis']!r} of {row['mineral']} is in line {first} already")
        held = measures.setdefault(row["mineral"], row["measure"])
        if held != row["measure"]:
            c.fault(row.at("measure"), f"trade in {row['mineral']} is measured as {held}")
        numbers = _range(c, row, empty=False, at_most=1.0)
        rest: dict[str, Any] = {name: row[name] for name in columns if name not in numbers}
        rest["without"] = [part.strip() for part in row["without"].split(";") if part.strip()]
        records.append({**rest, **numbers, "source": row.source})
    c.out["production_bases"] = records


def balance_scopes(c: Compiler) -> None:
    """Which codes are set against the production of a stage, where it is not simply its own codes."""
    columns = ("mineral", "stage", "codes", "complete", "status", "reason", "reference")
    records, seen = [], dict[tuple[str, str], int]()
    for row in c.rows("balance_scopes", columns):
        c.one_of(row, "mineral", c.ids.get("minerals", frozenset()))
        c.one_of(row, "stage", STAGES)
        c.one_of(row, "complete", ("yes", "no"))
        c.one_of(row, "status", EVIDENCE)
        codes = _held_codes(c, row, "codes", [row["mineral"]])
        first = seen.setdefault((row["mineral"], row["stage"]), row.line)
        if first != row.line:
            c.fault(row.at("stage"), f"{row['mineral']}, {row['stage']} is in line {first} already")
        if not row["reason"]:
            c.fault(row.at("reason"), "a scope needs a reason")
        record = {name: row[name] for name in ("mineral", "stage", "status", "reason", "reference")}
        complete = row["complete"] == "yes"
        records.append({**record, "codes": codes, "complete": complete, "source": row.source})
    c.out["balance_scopes"] = records


def _held_codes(c: Compiler, row: Row, column: str, minerals: Iterable[str], stage: str = "") -> list[str]:
    """A cell of codes that hold one of `minerals`, and stand at `stage` if one is named."""
    known, wanted = _codes(c), set(minerals)
    values = [part.strip() for part in row[column].split(";") if part.strip()]
    for value in values:
        record = known.get(value)
        if record is None:
            c.fault(row.at(column), f"{value!r} is not in hs_codes.csv")
        elif wanted.isdisjoint(record["minerals"]):
            c.fault(row.at(column), f"{value} does not hold {' or '.join(sorted(wanted))}")
        elif stage and record["stage"] != stage:
            c.fault(row.at(column), f"{value} stands at stage {record['stage']}, not {stage}")
    return values


#: A mineral that is made from another one: its links may start at the codes of that one.
_MADE_FROM: Final = {"magnesium": ("magnesium", "magnesite"), "aluminium": ("aluminium", "bauxite")}


def stage_links(c: Compiler) -> None:
    """Which stage of a mineral feeds which, with the codes on both sides."""
    columns = (
        *("id", "mineral", "from_stage", "from_codes", "to_stage", "to_codes"),
        *("process", "status", "reference"),
    )
    records = []
    for row in c.unique(c.rows("stage_links", columns), "id"):
        c.one_of(row, "mineral", c.ids.get("minerals", frozenset()))
        c.one_of(row, "status", EVIDENCE)
        if row["status"] == "seen" and not row["reference"]:
            c.fault(row.at("reference"), "the link is marked seen, and no source is named")
        sides = {}
        for side in ("from", "to"):
            stage = c.one_of(row, f"{side}_stage", STAGES)
            minerals = _MADE_FROM.get(row["mineral"], (row["mineral"],))
            sides[f"{side}_codes"] = _held_codes(c, row, f"{side}_codes", minerals, stage)
        plain = {n: row[n] for n in columns if n not in sides}
        records.append({**plain, **sides, "source": row.source})
    c.out["stage_links"] = records


def byproduct_links(c: Compiler) -> None:
    """Which mineral comes with the output of which other, where, and how much."""
    columns = (
        *("id", "hosts", "byproducts", "host_detail", "where", "yield", "share"),
        *("status", "title", "reference", "read_on", "note"),
    )
    records = []
    for row in c.unique(c.rows("byproduct_links", columns), "id"):
        both = {name: c.several_of(row, name, "minerals") for name in ("hosts", "byproducts")}
        if not all(both.values()):
            c.fault(row.at("hosts"), "a link needs a host and a by-product")
        if set(both["hosts"]) & set(both["byproducts"]):
            c.fault(row.at("byproducts"), "a mineral is not its own by-product")
        c.one_of(row, "status", EVIDENCE)
        if row["status"] == "seen" and not row["title"]:
            c.fault(row.at("title"), "the link is marked seen, and no source is named")
        plain = {n: row[n] for n in columns if n not in both}
        plain["yield_text"], plain["share_text"] = plain.pop("yield"), plain.pop("share")
        records.append({**plain, **both, "read_on": c.date(row, "read_on"), "source": row.source})
    c.out["byproduct_links"] = records


#: In the order in which they refer to each other.
VOCABULARIES: Final[tuple[Callable[[Compiler], None], ...]] = (
    *(content_factors, production_bases, balance_scopes, stage_links, byproduct_links),
)
