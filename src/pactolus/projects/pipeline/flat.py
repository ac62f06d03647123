"""Projects of a plain CSV: one project a row, one product, one cost, one source for all its figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pactolus.errors import InputError, near_misses
from pactolus.projects.pipeline.columns import EXAMPLE, Column, read_cell
from pactolus.projects.pipeline.drafts import Draft

__all__ = ["FLAT", "drafts_of_csv", "flat_template"]

_CAPACITY: Final = ("products", 0, "capacity", 0)
_CONTENT: Final = ("products", 0, "content", 0)
_CAPEX: Final = ("capex", 0)
_SOURCE: Final = ("sources", "row")
#: The columns of the flat form, in order.
FLAT: Final = (
    Column("id", ("id",)),
    Column("name", ("name",)),
    Column("also_known_as", ("also_known_as",), "list"),
    Column("host", ("host",)),
    Column("minerals", ("minerals",), "list"),
    Column("lat", ("position", "lat"), "number"),
    Column("lon", ("position", "lon"), "number"),
    Column("approximate", ("position", "approximate"), "yes_no"),
    Column("status", ("status", "value")),
    Column("status_on", ("status", "on")),
    Column("start_year", ("start", "year"), "whole"),
    Column("start_low", ("start", "low"), "whole"),
    Column("start_high", ("start", "high"), "whole"),
    Column("stage", ("products", 0, "stage")),
    Column("product", ("products", 0, "what")),
    Column("form", ("products", 0, "form")),
    Column("capacity", (*_CAPACITY, "value"), "number"),
    Column("capacity_unit", (*_CAPACITY, "unit")),
    Column("capacity_basis", (*_CAPACITY, "basis")),
    Column("capacity_of", (*_CAPACITY, "of")),
    Column("scope", (*_CAPACITY, "scope")),
    Column("capacity_on", (*_CAPACITY, "on")),
    Column("content_pct", (*_CONTENT, "pct"), "number"),
    Column("content_of", (*_CONTENT, "of")),
    Column("capex_million", (*_CAPEX, "million"), "number"),
    Column("capex_low", (*_CAPEX, "low"), "number"),
    Column("capex_high", (*_CAPEX, "high"), "number"),
    Column("capex_currency", (*_CAPEX, "currency")),
    Column("capex_usd_million", (*_CAPEX, "usd_million"), "number"),
    Column("capex_kind", (*_CAPEX, "kind")),
    Column("capex_on", (*_CAPEX, "on")),
    Column("opex_per_t", ("opex", 0, "per_t"), "number"),
    Column("opex_currency", ("opex", 0, "currency")),
    Column("mine_life_years", ("life", 0, "years"), "number"),
    Column("owners", ("owners",)),
    Column("on", ()),
    Column("source_title", (*_SOURCE, "title")),
    Column("source_publisher", (*_SOURCE, "publisher")),
    Column("source_link", (*_SOURCE, "link"), "links"),
    Column("source_locator", (*_SOURCE, "locator")),
    Column("source_read_on", (*_SOURCE, "read_on")),
    Column("source_confidence", (*_SOURCE, "confidence")),
    Column("remarks", ("remarks",)),
    Column("doubts", ("doubts",)),
    Column("fictitious", ("fictitious",), "yes_no"),
)
_FIGURES: Final = (("status",), ("start",), _CAPACITY, _CONTENT, _CAPEX, ("opex", 0), ("life", 0))
_OWNER: Final = re.compile(r"^(?P<holder>.+?)(?: (?P<share>\d+(?:\.\d+)?) ?%)?(?: (?P<country>[A-Z]{3}))?$")


def drafts_of_csv(file: Path, faults: list[str]) -> tuple[list[Draft], list[str]]:
    """Drafts of a CSV in the flat form, and what was left out of it.

    Parameters
    ----------
    file : Path
    faults : list of str
        What cannot be read is added to it.

    Raises
    ------
    InputError
        If the file cannot be read, or lacks the columns that every row needs.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}; give a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    _check_heading(file.name, list(reader.fieldnames or ()), faults)
    drafts: dict[str, Draft] = {}
    for row in reader:
        where = f"{file.name}:{reader.line_num}"
        if None in row:
            faults.append(
                f"{where}: has more cells than the heading; put texts with commas in quotation marks"
            )
        cells = {k: v.strip() for k, v in row.items() if k is not None and isinstance(v, str) and v.strip()}
        identity = cells.get("id", where)
        if identity in drafts:
            faults.append(f"{where}: column id: {identity!r} stands twice; ids are unique")
        elif cells:
            drafts[identity] = _draft(where, cells, faults)
    left = [f"{file.name}: the example of the template ({EXAMPLE})"] if drafts.pop(EXAMPLE, None) else []
    return list(drafts.values()), left


def _check_heading(name: str, headings: list[str], faults: list[str]) -> None:
    known = [one.name for one in FLAT]
    for heading in headings:
        if heading not in known:
            near = near_misses(heading or "", known)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            faults.append(f"{name}:1: no such column {heading!r}{hint}")
        elif headings.count(heading) > 1:
            faults.append(f"{name}:1: the column {heading!r} stands twice; keep one")
    missing = [one for one in ("id", "name", "host", "minerals", "on", "source_title") if one not in headings]
    if missing:
        raise InputError.gathered(
            [
                *faults,
                f"{name}:1: lacks the columns {', '.join(missing)}; make a form with: projects template",
            ]
        )


def _draft(where: str, cells: Mapping[str, str], faults: list[str]) -> Draft:
    draft = Draft({}, {(): where})
    for column in FLAT:
        if not column.path:
            continue
        draft.places[column.path] = f"{where}: column {column.name}"
        text = cells.get(column.name)
        if text is None:
            continue
        value, fault = (_owners(text), "") if column.name == "owners" else read_cell(column, text)
        if fault:
            draft.bad.add(column.path)
            faults.append(f"{where}: column {column.name}: {fault}")
        else:
            draft.set(column.path, value)
    _complete(draft, where, cells)
    return draft


def _owners(text: str) -> list[dict[str, Any]]:
    """``Firm A 60 % AUS; Firm B 40 % JPN`` as owners."""
    found = []
    for piece in text.split(";"):
        match = _OWNER.match(piece.strip())
        if match is not None and piece.strip():
            share, country = match["share"], match["country"]
            one: dict[str, Any] = {"holder": match["holder"]}
            one |= {"country": [country]} if country else {}
            one |= {"share_pct": float(share)} if share else {}
            found.append(one)
    return found


def _complete(draft: Draft, where: str, cells: Mapping[str, str]) -> None:
    """Day and source of every figure, and the mineral of the product."""
    for path in (*_FIGURES, *(("owners", number) for number in range(len(draft.data.get("owners", []))))):
        here = _at(draft.data, path)
        if here:
            here.setdefault("source", ["row"])
            if "on" in cells:
                here.setdefault("on", cells["on"])
            draft.places.setdefault((*path, "on"), f"{where}: column on")
            draft.places[(*path, "source")] = f"{where}: column source_title"
    for product in draft.data.get("products", []):
        if draft.data.get("minerals"):
            product["mineral"] = draft.data["minerals"][0]
        draft.places[("products", 0, "mineral")] = f"{where}: column minerals"


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and len(data) > part else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def flat_template() -> str:
    """The heading of the flat form and the example of the template, as CSV."""
    cells = {
        "id": EXAMPLE,
        "name": "Nowhere Bay, phase 1 (fictitious)",
        "host": "ATA",
        "minerals": "copper; cobalt",
        "status": "dfs",
        "stage": "ore",
        "product": "copper concentrate, 25 % Cu",
        "form": "concentrate",
        "capacity": "120",
        "capacity_unit": "kt/y",
        "capacity_basis": "product",
        "scope": "phase 1",
        "capex_million": "900",
        "capex_currency": "USD",
        "capex_kind": "project",
        "owners": "Nowhere Mining 80 % AUS; Example Metals 20 % JPN",
        "on": "2026-03",
        "source_title": "Feasibility study (fictitious)",
        "source_publisher": "Nowhere Mining (fictitious)",
        "source_locator": "page 12",
        "source_read_on": "2026-03-31",
        "fictitious": "yes",
    }
    out = io.StringIO()
    writer = csv.DictWriter(out, [one.name for one in FLAT], lineterminator="\n")
    writer.writeheader()
    writer.writerow(cells)
    return out.getvalue()
