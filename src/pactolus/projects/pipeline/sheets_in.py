"""Projects of a workbook in the form of the template, every fault with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.workbooks import Workbook, address, open_workbook
from pactolus.errors import InputError, near_misses
from pactolus.projects.pipeline.columns import EXAMPLE, LISTS, Column, columns_of, read_cell, sheets
from pactolus.projects.pipeline.drafts import Draft

__all__ = ["drafts_of"]

#: Sheets that are for the reader.
_ASIDE: Final = ("read me", "lists")


@dataclass(frozen=True)
class _Row:
    """A row of a sheet: text by heading, and where each heading's cell is."""

    cells: Mapping[str, str]
    places: Mapping[str, str]
    place: str


def drafts_of(file: Path, faults: list[str]) -> tuple[list[Draft], list[str]]:
    """Drafts of a workbook, and what was left out of it.

    Parameters
    ----------
    file : Path
        An xlsx file.
    faults : list of str
        What cannot be read is added to it.

    Raises
    ------
    InputError
        If the file is no workbook that can be read.
    """
    findings = Findings(file=file.name)
    book = open_workbook(file, findings)
    if book is None:
        raise InputError(findings.message() or f"{file}: cannot be read")
    rows = {name: list(_rows(book, name, findings, faults)) for name in sheets() if name in book.names}
    faults += [str(one) for one in findings.refusals]
    if "projects" not in book.names:
        near = near_misses("projects", book.names)
        hint = f"; is it {near[0]!r}?" if near else ""
        raise InputError(
            f"{file.name}: has no sheet 'projects'{hint}; make one: pactolus projects template --out FILE"
        )
    for name in book.names:
        if name not in sheets() and name not in _ASIDE:
            near = near_misses(name, sheets())
            faults.append(
                f"{file.name}: sheet {name!r}: is none of the template"
                f"{f'; did you mean {near[0]!r}?' if near else ''}; rename it or take it out"
            )
    drafts = _projects(rows["projects"], faults)
    for name in sheets():
        if name != "projects":
            _into(name, rows.get(name, []), drafts, faults)
    left = [f"{file.name}: the example of the template ({EXAMPLE})"] if drafts.pop(EXAMPLE, None) else []
    return list(drafts.values()), left


def _rows(book: Workbook, name: str, findings: Findings, faults: list[str]) -> Iterator[_Row]:
    sheet = book.sheet(name)
    where = f"{findings.file}: sheet {name!r}"
    if not sheet.frame.height:
        return
    headings = [str(one or "").strip().rstrip("*").strip() for one in sheet.frame.row(0)]
    known = columns_of(name)
    for number, heading in enumerate(headings):
        if heading and heading not in known:
            near = near_misses(heading, known)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            faults.append(f"{where}: cell {address(0, number)}: no such column {heading!r}{hint}")
        elif heading and headings.index(heading) != number:
            faults.append(
                f"{where}: cell {address(0, number)}: the column {heading!r} stands twice; keep one"
            )
    for line, values in sheet.rows():
        cells = {h: v for h, v in zip(headings, values, strict=True) if v and h in known}
        if line and cells:
            places = {
                h: f"{where}: cell {address(line, number)}" for number, h in enumerate(headings) if h in known
            }
            yield _Row(cells, places, f"{where}: row {line + 1}")


def _projects(rows: Sequence[_Row], faults: list[str]) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for row in rows:
        identity = row.cells.get("id", "")
        draft = Draft({}, {(): row.place})
        _fill(draft, (), sheets()["projects"], row, faults)
        if identity in drafts:
            faults.append(
                f"{row.places['id']}: {identity!r} stands in {drafts[identity].place(('id',))} too; "
                "ids are unique"
            )
            continue
        drafts[identity or row.place] = draft
    return drafts


def _fill(
    draft: Draft, base: tuple[int | str, ...], columns: Sequence[Column], row: _Row, faults: list[str]
) -> None:
    """The cells of a row into a draft, below a path."""
    for column in columns:
        path = (*base, *column.path)
        if column.name in row.places:
            draft.places[path] = row.places[column.name]
        text = row.cells.get(column.name)
        if text is None:
            continue
        value, fault = read_cell(column, text)
        if fault:
            draft.bad.add(path)
            faults.append(f"{row.places[column.name]}: {fault}")
        else:
            draft.set(path, value)


def _into(name: str, rows: Sequence[_Row], drafts: Mapping[str, Draft], faults: list[str]) -> None:
    """The rows of a sheet into the drafts of their projects."""
    for row in rows:
        identity = row.cells.get("project")
        if identity is None and name == "sources":
            for draft in drafts.values():
                _source(draft, row, faults, shared=True)
            continue
        draft_of = drafts.get(identity or "")
        if draft_of is None:
            place = row.places.get("project", row.place)
            near = near_misses(identity or "", drafts)
            hint = f"; did you mean {near[0]!r}?" if near else "; its id stands in sheet 'projects'"
            what = f"no project {identity!r} in this file" if identity else "no project is named"
            faults.append(f"{place}: {what}{hint}")
        elif name == "sources":
            _source(draft_of, row, faults, shared=False)
        elif name == "products":
            _product(draft_of, row, faults)
        else:
            assert name in LISTS
            _append(draft_of, (name,), sheets()[name], row, faults)


def _append(
    draft: Draft, path: tuple[int | str, ...], columns: Sequence[Column], row: _Row, faults: list[str]
) -> None:
    here: Any = draft.data
    for part in path[:-1]:
        here = here[part]
    held = here.setdefault(path[-1], [])
    base = (*path, len(held))
    held.append({})
    draft.places[base] = row.place
    _fill(draft, base, columns, row, faults)


def _product(draft: Draft, row: _Row, faults: list[str]) -> None:
    """A capacity or content of the product above, or a new product."""
    columns = sheets()["products"]
    plain = [one for one in columns if len(one.path) == 1]
    products = draft.data.setdefault("products", [])
    said = {one.name: row.cells[one.name] for one in plain if one.name in row.cells}
    if not products or said != {k: v for k, v in products[-1].items() if isinstance(v, str)}:
        _append(draft, ("products",), plain, row, faults)
    number = len(products) - 1
    for key in ("capacity", "content"):
        own = [Column(one.name, one.path[2:], one.kind, one.choices) for one in columns if one.path[0] == key]
        if any(one.name in row.cells for one in own):
            _append(draft, ("products", number, key), own, row, faults)


def _source(draft: Draft, row: _Row, faults: list[str], *, shared: bool) -> None:
    """A source of one project; a shared one only where a figure names it."""
    key = row.cells.get("key")
    if key is None:
        place = row.places.get("key", row.place)
        faults.append(f"{place}: a source without a key; figures name it by one")
        return
    if shared and key not in _named(draft.data):
        return
    base = ("sources", key)
    if not shared and key in draft.data.get("sources", {}) and base in draft.places:
        faults.append(f"{row.places['key']}: the key {key!r} stands twice for this project; keep one")
    draft.places[base] = row.place
    draft.set((*base, "title"), None)
    del draft.data["sources"][key]["title"]
    _fill(draft, base, [one for one in sheets()["sources"] if one.name != "key"], row, faults)


def _named(data: Any) -> set[str]:
    """Every key of a source that figures name."""
    if isinstance(data, dict):
        own = set(data["source"]) if isinstance(data.get("source"), list) else set()
        return own.union(*(_named(one) for one in data.values()), set())
    if isinstance(data, list):
        return set().union(*(_named(one) for one in data))
    return set()
